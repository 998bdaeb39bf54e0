//! Passive arguments of every kind: items of loops, parts, what methods return or make, constants, branches; and active ones
//! that change after the call.

use backprop::backprop;
use backprop::ops::{add, conv2d, dot, layer_norm, matmul_flat, matvec, max_pool2d, mse, mul, relu, softmax};
use backprop::ops::{softmax_cross_entropy, sum, tanh};

/// The numbers of both kinds of floats.
fn all<T: From<f32>, const N: usize>(numbers: [f32; N]) -> Vec<T> {
    numbers.map(T::from).into()
}

fn batch<T: From<f32>>() -> Vec<(Vec<T>, usize)> {
    vec![(all([1.0, -0.5]), 1), (all([0.25, 2.0]), 0), (all([-1.5, 0.75]), 2)]
}

pub struct Net<T> {
    w: Vec<Vec<T>>,
}
impl<T: Clone + From<f32>> Net<T> {
    fn new() -> Net<T> {
        Net { w: vec![all([1.5, -0.5]), all([0.5, 2.0])] }
    }
    fn get(&self) -> &[T] {
        &self.w[0]
    }
    fn make(&self) -> Vec<T> {
        self.w[1].clone()
    }
}

type Image<T> = [[[T; 3]; 2]; 1];
fn images<T: Copy + From<f32>>() -> Vec<(Image<T>, Vec<T>)> {
    let image = |numbers: [[f32; 3]; 2]| [numbers.map(|row| row.map(T::from))];
    vec![
        (image([[1.0, -0.5, 0.25], [2.0, 1.5, -1.0]]), all([1.0, 0.5])),
        (image([[0.5, 0.75, -1.25], [-2.0, 0.25, 0.0]]), all([-0.5, 2.0])),
    ]
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        const ROW: [$F; 3] = [0.5, -1.5, 2.5];

        #[backprop $options]
        pub fn items_of_a_batch(w: &[[$F; 2]; 3], #[no_grad] batch: &[(Vec<$F>, usize)]) -> $F {
            let mut s = 0.0;
            for (x, k) in batch {
                s += softmax_cross_entropy(&matvec(w, x), *k);
            }
            s
        }
        #[backprop $options]
        pub fn items_of_a_batch_loops(w: &[[$F; 2]; 3], #[no_grad] batch: &[(Vec<$F>, usize)]) -> $F {
            let mut s = 0.0;
            for n in 0..batch.len() {
                let mut z = [0.0; 3];
                let mut total = 0.0;
                for i in 0..3 {
                    for j in 0..2 {
                        z[i] += w[i][j] * batch[n].0[j];
                    }
                    total += z[i].exp();
                }
                s += total.ln() - z[batch[n].1];
            }
            s
        }
        beside!($F $mode: items_of_a_batch ~ items_of_a_batch_loops(to w: -1.0..1.0 => [[0.0; 2]; 3]; &batch()));

        #[backprop $options]
        pub fn parts_of_a_batch(w: &[[$F; 2]; 3], #[no_grad] batch: &[(Vec<$F>, usize)]) -> $F {
            let mut s = 0.0;
            for i in 0..batch.len() {
                if i % 2 == 0 {
                    let (x, k) = &batch[i];
                    s += softmax_cross_entropy(&matvec(w, x), *k);
                } else {
                    let x = &batch[i].0;
                    s += softmax_cross_entropy(&matvec(w, x), batch[i].1);
                }
            }
            s
        }
        beside!($F $mode: parts_of_a_batch ~ items_of_a_batch_loops(to w: -1.0..1.0 => [[0.0; 2]; 3]; &batch()));

        #[backprop $options]
        pub fn fields_of_items(x: &[$F], #[no_grad] batch: &[(Vec<$F>, usize)]) -> $F {
            let mut s = 0.0;
            for b in batch {
                s += mse(x, &b.0);
            }
            s + batch.iter().map(|b| mse(&mul(x, &b.0), &b.0)).sum::<$F>()
        }
        #[backprop $options]
        pub fn fields_of_items_loops(x: &[$F], #[no_grad] batch: &[(Vec<$F>, usize)]) -> $F {
            let mut s = 0.0;
            for n in 0..batch.len() {
                for i in 0..x.len() {
                    let t = batch[n].0[i];
                    s += ((x[i] - t).powi(2) + (x[i] * t - t).powi(2)) / 2.0;
                }
            }
            s
        }
        beside!($F $mode: fields_of_items ~ fields_of_items_loops(slice x: -2.0..2.0 => vec![0.0; 2]; &batch()));

        #[backprop $options]
        pub fn returned_and_made(x: &[$F; 2], w: &[[$F; 2]; 2], #[no_grad] net: &Net<$F>, first: bool) -> $F {
            let v = net.get();
            let chosen = dot(x, if first { &net.w[0] } else { &net.w[1] });
            chosen * dot(x, net.get()) + dot(x, &net.make()) + dot(&matvec(w, v), &ROW[1..])
        }
        #[backprop $options]
        pub fn returned_and_made_loops(x: &[$F; 2], w: &[[$F; 2]; 2], #[no_grad] net: &Net<$F>, first: bool) -> $F {
            let chosen = if first { 0 } else { 1 };
            let (mut a, mut b, mut c, mut d) = (0.0, 0.0, 0.0, 0.0);
            for i in 0..2 {
                a += x[i] * net.w[chosen][i];
                b += x[i] * net.w[0][i];
                c += x[i] * net.w[1][i];
                for j in 0..2 {
                    d += w[i][j] * net.w[0][j] * ROW[i + 1];
                }
            }
            a * b + c + d
        }
        beside!($F $mode: returned_and_made ~ returned_and_made_loops(
            to x: -2.0..2.0 => [0.0; 2], to w: -1.0..1.0 => [[0.0; 2]; 2]; &Net::new(), false));

        #[backprop $options]
        pub fn results_of_operations(x: &[$F], #[no_grad] ts: &[Vec<$F>]) -> $F {
            let mut s = mse(&softmax(x), &softmax(&ts[0]));
            for t in ts {
                s += mse(&softmax(x), &softmax(t));
            }
            s
        }
        #[backprop $options]
        pub fn results_of_operations_loops(x: &[$F], #[no_grad] ts: &[Vec<$F>]) -> $F {
            let y = softmax(x);
            let targets = [softmax(&ts[0]), softmax(&ts[0]), softmax(&ts[1])];
            let mut s = 0.0;
            for n in 0..3 {
                for i in 0..2 {
                    s += (y[i] - targets[n][i]).powi(2) / 2.0;
                }
            }
            s
        }
        beside!($F $mode: results_of_operations ~ results_of_operations_loops(
            slice x: -2.0..2.0 => vec![0.0; 2]; &Net::new().w));

        #[backprop $options]
        pub fn every_form_of_operation(k: &[[[[$F; 2]; 1]; 1]; 1], x: &[$F], #[no_grad] images: &[(Image<$F>, Vec<$F>)]) -> $F {
            let mut s = 0.0;
            for (image, gain) in images {
                let y: [[[$F; 2]; 2]; 1] = conv2d(image, k);
                let z: [[[$F; 1]; 1]; 1] = max_pool2d(&y, 2);
                s += z[0][0][0] + sum(&layer_norm(x, gain, gain, 0.5)) * sum(&matmul_flat(x, gain, 2));
            }
            s
        }
        case!($F $mode: every_form_of_operation(
            to k: 0.5..1.0 => [[[[0.0; 2]; 1]; 1]; 1], slice x: 0.5..2.0 => vec![0.0; 2]; &images()));

        #[backprop $options]
        pub fn parts_that_change(x: &[$F], w: &[[$F; 2]]) -> $F {
            let mut h = x.to_vec();
            for _ in 0..2 {
                let y = tanh(&h[1..]);
                let z = matvec(w, &h[1..]);
                h[1] = 5.0 * y[0] * z[1];
            }
            sum(&h)
        }
        #[backprop $options]
        pub fn parts_that_change_loops(x: &[$F], w: &[[$F; 2]]) -> $F {
            let mut h = x.to_vec();
            for _ in 0..2 {
                h[1] = 5.0 * h[1].tanh() * (w[1][0] * h[1] + w[1][1] * h[2]);
            }
            h[0] + h[1] + h[2]
        }
        beside!($F $mode: parts_that_change ~ parts_that_change_loops(
            slice x: -1.0..1.0 => vec![0.0; 3], slice w: -1.0..1.0 => vec![[0.0; 2]; 2]));

        #[backprop $options]
        pub fn an_array_that_changes(x: &[$F; 3]) -> $F {
            let mut h = *x;
            let y = mul(&h[1..], &h[..2]);
            h[1] = 5.0 * y[0];
            sum(&mul(&h, &h)) + sum(&add(&y, &relu(&h[1..])))
        }
        #[backprop $options]
        pub fn an_array_that_changes_loops(x: &[$F; 3]) -> $F {
            let (a, b) = (x[1] * x[0], x[2] * x[1]);
            let h = 5.0 * a;
            x[0] * x[0] + h * h + x[2] * x[2] + a + b + h.max(0.0) + x[2].max(0.0)
        }
        beside!($F $mode: an_array_that_changes ~ an_array_that_changes_loops(to x: 0.1..1.0 => [0.0; 3]));

        #[backprop $options]
        pub fn without_a_derivative(x: &[$F; 2]) -> $F {
            let mut h = [0.0; 2];
            h[0] = x[0].floor();
            let (y, z) = (tanh(&h), mul(&h, &h));
            y[0] + z[0] + x[1] * x[1]
        }
        case!($F $mode: without_a_derivative(to x: 0.25..0.75 => [0.0; 2]));

        #[backprop $options]
        pub fn what_is_lent(x: &mut [$F], k: $F) -> $F {
            x[0] *= k;
            sum(&relu(&*x))
        }
        #[test]
        fn what_is_lent_by_mut_is_an_operand() {
            assert_eq!(what_is_lent_grad(&mut [0.5, 0.75], 2.0), (1.75, 0.5));
        }
    };
}
both!(functions);

/// How often it was asked for what is passed.
#[test]
fn what_makes_an_argument_runs_once() {
    use std::cell::Cell;
    struct Counting(Cell<usize>, [f64; 2]);
    impl Counting {
        fn get(&self) -> &[f64; 2] {
            self.0.set(self.0.get() + 1);
            &self.1
        }
    }
    #[backprop]
    fn f(x: &[f64; 2], c: &Counting) -> f64 {
        dot(x, c.get())
    }
    let counting = Counting(Cell::new(0), [3.0, 4.0]);
    assert_eq!(f_grad(&[1.0, 2.0], &counting), (11.0, [3.0, 4.0]));
    assert_eq!(counting.0.get(), 1);
}
