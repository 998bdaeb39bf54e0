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

/// In which order `ndarray` sums up hangs on how an array is laid out, and that on what was consumed to make it.
#[backprop]
fn laid_out(#[grad] m: &Array2<f64>, #[grad] n: &Array2<f64>, #[grad] v: &Array1<f64>) -> f64 {
    let mut c = m.t().to_owned();
    c += n;
    let consumed = (m.t().to_owned() + n).sum() * (&m.t() - n.clone()).sum();
    let rows = (m.t().to_owned() * n).row(1).sum() + (m.t().to_owned() + v).sum() - c.sum();
    let parts = m.column(2).dot(v) + m.column(2).to_owned().dot(v) + (v + m.column(1).to_owned()).sum();
    consumed + rows + parts + m.t().mapv(|x| x * 0.1).dot(v).sum()
}

#[test]
fn values_are_those_of_the_function_to_the_bit() {
    for size in [3, 9, 17] {
        let m = Array2::from_shape_fn((size, size), |(i, j)| ((i * 31 + j * 7) as f64).sin() / 3.0);
        let n = m.mapv(|x| x * 1.7 + 0.1);
        let v = Array1::from_shape_fn(size, |i| (i as f64).cos() / 7.0);
        assert_eq!(laid_out_grad(&m, &n, &v).0.to_bits(), laid_out(&m, &n, &v).to_bits());
    }
}
