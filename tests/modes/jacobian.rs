//! `NAME_jacobian`: of all shapes of inputs and outputs, by rows and by columns, beside closed forms and differences.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident ($($option:ident),*)) => {
        /// Fewer columns than rows.
        #[backprop(jacobian, wrt(x), $($option),*)]
        pub fn tall(x: [$F; 2], k: $F) -> [$F; 3] {
            [x[0] * x[1] * k, x[0].sin(), x[1].exp() * x[0]]
        }

        /// Fewer rows than columns.
        #[backprop(jacobian, wrt(x), $($option),*)]
        pub fn wide(k: $F, x: &[$F; 4]) -> [$F; 2] {
            let mut sum = 0.0;
            for v in x {
                sum += v * v * k;
            }
            [sum, x[0] * x[3]]
        }

        #[backprop(jacobian, $($option),*)]
        pub fn one_to_one(x: $F) -> $F {
            x * x * x
        }

        #[backprop(jacobian, $($option),*)]
        pub fn one_to_many(x: &$F) -> [$F; 2] {
            [x.sin(), x.cos()]
        }

        #[backprop(jacobian, $($option),*)]
        pub fn many_to_one(x: [$F; 3]) -> $F {
            x[0] * x[1] * x[2]
        }

        #[backprop(jacobian, $($option),*)]
        pub fn to_tuple(x: [$F; 3]) -> ($F, $F) {
            (x[0] * x[1], x[2].ln())
        }

        #[backprop(jacobian, $($option),*)]
        pub fn slice_to_vec(x: &[$F], n: usize) -> Vec<$F> {
            (0..n).map(|i| x[i % x.len()] * x[(i + 1) % x.len()] * (i as $F + 1.0)).collect()
        }

        #[backprop(jacobian, $($option),*)]
        pub fn vec_to_vec(x: Vec<$F>, n: usize) -> Vec<$F> {
            let mut y = vec![0.0; n];
            for i in 0..n {
                y[i] = x[i % x.len()].powi(i as i32 + 1);
            }
            y
        }

        #[backprop(jacobian, $($option),*)]
        pub fn slice_to_one(x: &[$F]) -> $F {
            x.iter().product()
        }

        #[backprop(jacobian, $($option),*)]
        pub fn slice_to_array(x: &[$F]) -> [$F; 2] {
            [x.iter().sum::<$F>(), x.iter().map(|v| v * v).sum()]
        }

        #[backprop(jacobian, $($option),*)]
        pub fn array_to_vec(x: [$F; 2], n: usize) -> Vec<$F> {
            (0..n).map(|i| x[0] * i as $F + x[1] * x[1]).collect()
        }

        /// The form of residuals that solvers ask for.
        #[backprop(jacobian, $($option),*)]
        pub fn residuals(x: &[$F], #[no_grad] data: &[$F], out: &mut [$F]) {
            for i in 0..data.len() {
                out[i] = x[0] * (x[1] * data[i]).exp() - data[i] + out[i];
            }
        }

        #[backprop(jacobian, $($option),*)]
        pub fn into_array(out: &mut [$F; 2], x: [$F; 3]) {
            out[0] = x[0] * x[1];
            out[1] = x[1] * x[2] + out[0];
        }

        /// The same with fewer columns than rows: what the array held is put back for each.
        #[backprop(jacobian, $($option),*)]
        pub fn into_larger_array(x: [$F; 2], out: &mut [$F; 3]) {
            out[0] += x[0] * x[1];
            out[1] *= x[1];
            out[2] = x[0] - out[0];
        }

        #[backprop(jacobian, $($option),*)]
        pub fn fallible(x: [$F; 2]) -> Result<[$F; 2], String> {
            if x[0] < 0.0 {
                return Err("negative".to_string());
            }
            Ok([x[0].sqrt(), x[0] * x[1]])
        }

        #[backprop($($option),*)]
        pub fn called(a: $F, b: $F) -> ($F, $F) {
            (a * b, a + b)
        }

        #[backprop(jacobian, $($option),*)]
        pub fn calling(x: [$F; 2]) -> [$F; 3] {
            let (p, q) = called(x[0], x[1]);
            let (r, s) = called(p, q);
            [p, r, s]
        }

        #[backprop(jacobian, $($option),*)]
        pub fn generic<T: num_traits::Float, const N: usize>(x: [T; N]) -> [T; N] {
            let mut y = x;
            for i in 1..N {
                y[i] = y[i - 1] * x[i];
            }
            y
        }

        pub struct Model {
            pub k: $F,
        }

        impl Model {
            #[backprop(jacobian, $($option),*)]
            pub fn wide(&self, x: [$F; 3]) -> [$F; 2] {
                [x[0] * self.k, x[1] * x[2]]
            }
            #[backprop(jacobian, $($option),*)]
            pub fn tall(&self, x: $F) -> [$F; 2] {
                [x * self.k, x * x]
            }
        }
    };
}

instances!(functions);

#[track_caller]
fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= 1e-13 * (1.0 + b.abs()), "{found:?}, not {expected:?}");
    }
}

/// A row-major Jacobian by differences.
fn differences(x: &[f64], f: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let n = x.len();
    let columns: Vec<Vec<f64>> = (0..n)
        .map(|j| {
            let at = |h: f64| {
                let mut y = x.to_vec();
                y[j] += h;
                f(&y)
            };
            let slope =
                |h: f64| at(h).iter().zip(at(-h)).map(|(a, b)| (a - b) / (2.0 * h)).collect::<Vec<_>>();
            slope(1e-4).iter().zip(slope(2e-4)).map(|(a, b)| (4.0 * a - b) / 3.0).collect()
        })
        .collect();
    (0..columns[0].len()).flat_map(|i| columns.iter().map(move |c| c[i]).collect::<Vec<_>>()).collect()
}

#[track_caller]
fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= 1e-8 * (1.0 + b.abs()), "{found:?}, not {expected:?}");
    }
}

macro_rules! tests {
    ($mode:ident) => {
        mod $mode {
            use super::super::$mode::*;
            use super::*;

            #[test]
            fn of_fixed_sizes() {
                let (y, j) = tall_jacobian([0.5, -0.3], 2.0);
                assert_eq!(y, tall([0.5, -0.3], 2.0));
                let e = (-0.3_f64).exp();
                close(j.as_flattened(), &[-0.6, 1.0, 0.5_f64.cos(), 0.0, e, 0.5 * e]);
                let x = [0.5, -0.3, 0.2, 0.9];
                let (y, j) = wide_jacobian(2.0, &x);
                assert_eq!(y, wide(2.0, &x));
                close(j.as_flattened(), &[2.0, -1.2, 0.8, 3.6, 0.9, 0.0, 0.0, 0.5]);
                assert_eq!(one_to_one_jacobian(2.0), (8.0, 12.0));
                let (y, j) = one_to_many_jacobian(&0.4);
                close(&j, &[y[1], -y[0]]);
                assert_eq!(many_to_one_jacobian([2.0, 3.0, 5.0]), (30.0, [15.0, 10.0, 6.0]));
                let (y, j) = to_tuple_jacobian([2.0, 3.0, 4.0]);
                assert_eq!(y, to_tuple([2.0, 3.0, 4.0]));
                assert_eq!(j, [[3.0, 2.0, 0.0], [0.0, 0.0, 0.25]]);
            }

            #[test]
            fn of_run_time_sizes() {
                let x = [0.5, -0.3, 0.8];
                // More rows than columns, as many, fewer, and none.
                for n in [7, 3, 2, 0] {
                    let (y, j) = slice_to_vec_jacobian(&x, n);
                    assert_eq!(y, slice_to_vec(&x, n));
                    near(&j, &differences(&x, |x| slice_to_vec(x, n)));
                    let (y, j) = vec_to_vec_jacobian(x.to_vec(), n);
                    assert_eq!(y, vec_to_vec(x.to_vec(), n));
                    near(&j, &differences(&x, |x| vec_to_vec(x.to_vec(), n)));
                    let (y, j) = array_to_vec_jacobian([0.4, 0.7], n);
                    assert_eq!(y, array_to_vec([0.4, 0.7], n));
                    near(&j, &differences(&[0.4, 0.7], |x| array_to_vec([x[0], x[1]], n)));
                }
                let (y, j) = slice_to_one_jacobian(&x);
                assert_eq!(y, slice_to_one(&x));
                close(&j, &[-0.24, 0.4, -0.15]);
                let (y, j) = slice_to_array_jacobian(&x);
                assert_eq!(y, slice_to_array(&x));
                close(&j, &[1.0, 1.0, 1.0, 1.0, -0.6, 1.6]);
            }

            #[test]
            fn of_outputs() {
                let x = [1.5, -0.7];
                for data in [&[0.3, 0.9, 1.4, -0.2][..], &[0.3]] {
                    let start = [0.25; 4];
                    let run = |x: &[f64]| {
                        let mut out = start[..data.len()].to_vec();
                        residuals(x, data, &mut out);
                        out
                    };
                    let mut out = start[..data.len()].to_vec();
                    let ((), j) = residuals_jacobian(&x, data, &mut out);
                    assert_eq!(out, run(&x));
                    near(&j, &differences(&x, run));
                }
                let mut out = [5.0, 6.0];
                let ((), j) = into_array_jacobian(&mut out, [2.0, 3.0, 4.0]);
                assert_eq!(out, [6.0, 18.0]);
                assert_eq!(j, [[3.0, 2.0, 0.0], [3.0, 6.0, 3.0]]);
                let mut out = [5.0, 6.0, 7.0];
                let ((), j) = into_larger_array_jacobian([2.0, 3.0], &mut out);
                assert_eq!(out, [11.0, 18.0, -9.0]);
                assert_eq!(j, [[3.0, 2.0], [0.0, 6.0], [-2.0, -2.0]]);
            }

            #[test]
            fn of_results_and_calls() {
                let (y, j) = fallible_jacobian([4.0, 3.0]).unwrap();
                assert_eq!((y, j), ([2.0, 12.0], [[0.25, 0.0], [3.0, 4.0]]));
                assert_eq!(fallible_jacobian([-1.0, 3.0]), Err("negative".to_string()));
                let (y, j) = calling_jacobian([2.0, 3.0]);
                assert_eq!(y, calling([2.0, 3.0]));
                // p = ab, r = p(a + b), s = p + a + b
                assert_eq!(j, [[3.0, 2.0], [21.0, 16.0], [4.0, 3.0]]);
                let (y, j) = generic_jacobian([2.0, 3.0, 5.0]);
                assert_eq!(y, [2.0, 6.0, 30.0]);
                assert_eq!(j, [[1.0, 0.0, 0.0], [3.0, 2.0, 0.0], [15.0, 10.0, 6.0]]);
                let model = Model { k: 3.0 };
                let (y, j) = model.wide_jacobian([2.0, 5.0, 7.0]);
                assert_eq!((y, j), ([6.0, 35.0], [[3.0, 0.0, 0.0], [0.0, 7.0, 5.0]]));
                assert_eq!(model.tall_jacobian(2.0), ([6.0, 4.0], [3.0, 4.0]));
            }
        }
    };
}

mod tests {
    use super::*;
    tests!(double);
    #[cfg(debug_assertions)]
    tests!(unsimplified);
}

#[test]
fn single_precision() {
    assert_eq!(single::many_to_one_jacobian([2.0, 3.0, 5.0]), (30.0, [15.0, 10.0, 6.0]));
    assert_eq!(single::array_to_vec_jacobian([1.0, 2.0], 2), (vec![4.0, 5.0], vec![0.0, 4.0, 1.0, 4.0]));
}

/// A function that does something runs once: by rows, whatever their number.
#[test]
fn what_is_done_is_done_once() {
    use std::cell::Cell;

    #[backprop(jacobian)]
    fn counted(x: f64, runs: &Cell<u32>) -> [f64; 3] {
        runs.set(runs.get() + 1);
        [x, x * x, x.sin()]
    }
    let runs = Cell::new(0);
    let (y, j) = counted_jacobian(0.0, &runs);
    assert_eq!((y, j, runs.get()), ([0.0; 3], [1.0, 0.0, 1.0], 1));
}
