//! Changes in place that read what they change.

use crate::both;
use backprop::backprop;
use nalgebra::{DMatrix, DVector, Matrix3, Vector3};

#[backprop(jvp)]
fn fixed(#[grad] v: Vector3<f64>, #[grad] m: Matrix3<f64>) -> f64 {
    let mut w = v;
    w *= w.x;
    w.x += w.norm();
    w[1] += w.sum();
    w.z -= w.dot(&v);
    w /= w.z;
    w += m * w;
    w -= w.cross(&v);
    let mut n = m;
    n[(0, 0)] += n.trace();
    n *= n.m12;
    w.norm() + n.norm()
}

#[backprop(jvp)]
fn dynamic(#[grad] v: &DVector<f64>, #[grad] m: &DMatrix<f64>) -> f64 {
    let mut w = v.clone();
    w[0] += w.norm();
    w *= w[1];
    w /= w.sum();
    for i in 0..w.len() {
        w[i] /= w.norm();
    }
    w += m * &w;
    let mut n = m.clone();
    n[(0, 0)] += n.trace();
    w.dot(v) + n.sum()
}

#[test]
fn changes_in_place_have_the_gradients_of_differences() {
    let m = Matrix3::new(0.7, 1.3, 0.2, -1.1, 0.5, 0.9, 0.4, -0.8, 1.4);
    both::check!(fixed, fixed_grad, fixed_jvp, (v: Vector3::new(0.7, -0.4, 1.1), m: m));
    let m = DMatrix::from_fn(3, 3, |i, j| (i + 3 * j) as f64 * 0.3 + 0.5);
    both::check!(dynamic, dynamic_grad, dynamic_jvp, (v; DVector::from_vec(vec![0.7, 0.4, 1.1]), m; m));
}
