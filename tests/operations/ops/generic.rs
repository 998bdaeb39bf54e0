//! Operations in generic functions: one bound, `Real`, is enough.

use backprop::backprop;
use backprop::ops::shapes::Real;
use backprop::ops::{
    add, dot, layer_norm, matvec, mse, norm, relu, scale, softmax, softmax_cross_entropy, sum,
};

#[backprop]
fn rectified<T: Real>(x: &[T]) -> T {
    sum(&relu(x))
}

#[backprop]
fn classified<T: Real>(x: &[T], w: &[[T; 2]; 2], class: usize) -> T {
    softmax_cross_entropy(&scale(x[0], &add(&matvec(w, x), x)), class)
}

#[backprop]
fn distance<T: Real>(x: &[T], w: &[[T; 2]; 2], #[no_grad] rows: &[Vec<T>]) -> T {
    let mut s = mse(&softmax(&matvec(w, x)), x) + norm(x) + norm(&layer_norm(w, x, x, T::ONE));
    for row in rows {
        s += dot(x, row);
    }
    s
}

#[backprop]
fn of_a_number<T: Real>(x: T) -> T {
    relu(x) * x
}

#[test]
fn a_float_is_enough_of_a_bound() {
    assert_eq!(rectified_grad(&[0.5_f64, -0.75]), (0.5, vec![1.0, 0.0]));
    assert_eq!(rectified_grad(&[0.5_f32, -0.75]), (0.5, vec![1.0, 0.0]));
    assert_eq!(of_a_number_grad(3.0_f32), (9.0, 6.0));
}

#[test]
fn generic_functions_have_the_derivatives_of_differences() {
    let (x, w, rows) = ([0.5_f64, 0.75], [[1.0, -0.5], [0.25, 2.0]], [vec![1.0, 2.0], vec![-0.5, 1.5]]);
    let functions: [&dyn Fn(&[f64], &[[f64; 2]; 2]) -> (f64, (Vec<f64>, [[f64; 2]; 2])); 2] =
        [&|x, w| classified_grad(x, w, 1), &|x, w| distance_grad(x, w, &rows)];
    for f in functions {
        let (_, (d_x, d_w)) = f(&x, &w);
        let h = 1e-6;
        for i in 0..2 {
            let at = |e: f64| {
                let mut x = x;
                x[i] += e;
                f(&x, &w).0
            };
            assert!(((at(h) - at(-h)) / (2.0 * h) - d_x[i]).abs() < 1e-8);
            for j in 0..2 {
                let at = |e: f64| {
                    let mut w = w;
                    w[i][j] += e;
                    f(&x, &w).0
                };
                assert!(((at(h) - at(-h)) / (2.0 * h) - d_w[i][j]).abs() < 1e-8);
            }
        }
    }
}
