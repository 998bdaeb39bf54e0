//! Changes in place that read what they change.

use crate::both;
use backprop::backprop;
use ndarray::{Array1, Array2};

#[backprop(jvp)]
fn changed(#[grad] v: &Array1<f64>) -> f64 {
    let mut w = v.clone();
    w[0] += w.sum();
    w[1] *= w.sum();
    w *= w[2];
    w /= w[0] + 2.0;
    w[2] = w.dot(v);
    w += w[1];
    w.dot(v)
}

#[backprop(jvp)]
fn of_a_matrix(#[grad] m: &Array2<f64>) -> f64 {
    let mut w = m.clone();
    w[[0, 1]] += w.sum();
    w *= w[(1, 0)];
    for i in 0..w.nrows() {
        w[[i, i]] /= w.sum();
    }
    w.sum()
}

#[test]
fn changes_in_place_have_the_gradients_of_differences() {
    both::check!(changed, changed_grad, changed_jvp, (v; Array1::from_vec(vec![0.7, -0.4, 1.1])));
    let m = Array2::from_shape_fn((2, 2), |(i, j)| (i + 3 * j) as f64 * 0.3 + 0.5);
    both::check!(of_a_matrix, of_a_matrix_grad, of_a_matrix_jvp, (m; m));
}
