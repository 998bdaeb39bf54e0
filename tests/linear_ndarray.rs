//! Types of `ndarray`: each operation beside differences, backward beside forward.

// Operators are written in all the ways that there are.
#![allow(clippy::assign_op_pattern, clippy::op_ref)]

use backprop::backprop;
use ndarray::{Array1, Array2};

#[path = "linear/both.rs"]
mod both;
#[path = "linear/ndarray_idioms.rs"]
mod idioms;
#[path = "linear/ndarray_in_place.rs"]
mod in_place;

#[backprop(jvp)]
fn sums(#[grad] a: Array1<f64>, #[grad] b: &Array1<f64>, k: f64) -> f64 {
    let c = &a + b - &(b * k) + &(2.0 * &a);
    let d = -&c * b / (b * b + 3.0);
    let e = (1.0 - d) / k + (k / (&c * &c + 1.0)) - 0.5;
    e.sum() + e.dot(&c) + c[1] * e[0]
}

#[backprop(jvp)]
fn assigned(#[grad] a: Array1<f64>, #[grad] b: &Array1<f64>, k: f64) -> f64 {
    let mut sum = Array1::zeros(3);
    let mut v = a;
    for i in 0..4 {
        sum += &(&v * k);
        v -= b;
        v *= 1.0 + 0.1 * i as f64;
        v /= k + 2.0;
        v[1] += k;
        sum *= b;
    }
    sum.dot(&v)
}

#[backprop(jvp)]
fn matrices(#[grad] m: &Array2<f64>, #[grad] n: &Array2<f64>, #[grad] x: &Array1<f64>, k: f64) -> f64 {
    let p = m.dot(n) * k + m;
    let y = p.dot(x);
    let z = y.dot(m);
    z.dot(x) + p.sum() + m[[0, 1]] * n[(1, 2)] * k
}

#[backprop(jvp)]
fn made(xs: Vec<f64>, #[grad] w: &Array1<f64>) -> f64 {
    let v = Array1::from_vec(xs);
    v.dot(w) * v.sum()
}

#[backprop(jvp)]
fn written(#[grad] v: &Array1<f64>, k: f64) -> f64 {
    let mut m = Array2::zeros((3, 3));
    for i in 0..3 {
        for j in 0..3 {
            m[[i, j]] = v[i] * v[j] + k;
        }
        m[(i, i)] += k;
    }
    m.dot(v).sum()
}

/// Ridge regression: the loss of a linear model.
#[backprop(jvp)]
fn ridge(#[grad] w: &Array1<f64>, bias: f64, x: &Array2<f64>, y: &Array1<f64>, penalty: f64) -> f64 {
    let miss = x.dot(w) + bias - y;
    miss.dot(&miss) / 4.0 + penalty * w.dot(w)
}

fn a() -> Array1<f64> {
    Array1::from_vec(vec![0.7, -1.1, 0.4])
}

fn b() -> Array1<f64> {
    Array1::from_vec(vec![1.3, 0.5, -0.8])
}

fn m(shift: f64) -> Array2<f64> {
    Array2::from_shape_fn((3, 3), |(i, j)| ((3 * i + j) as f64 + shift).sin())
}

#[test]
fn arrays_have_the_gradients_of_differences() {
    both::check!(sums, sums_grad, sums_jvp, (a: a(), b; b(), k: 1.7));
    both::check!(assigned, assigned_grad, assigned_jvp, (a: a(), b; b(), k: 0.8));
    both::check!(matrices, matrices_grad, matrices_jvp, (m; m(0.3), n; m(1.4), x; a(), k: 0.6));
    both::check!(made, made_grad, made_jvp, (xs: vec![0.2, 0.9, -1.2], w; b()));
    both::check!(written, written_grad, written_jvp, (v; a(), k: 0.9));
}

#[test]
fn ridge_regression_descends() {
    let x = Array2::from_shape_fn((4, 3), |(i, j)| ((i + 2 * j) as f64).cos());
    let y = Array1::from_vec(vec![1.0, -0.5, 0.25, 0.75]);
    let report = backprop::check::gradient(
        [(a(), 0.3, 0.01)],
        |(w, bias, penalty)| ridge(w, *bias, &x, &y, *penalty),
        |(w, bias, penalty)| ridge_grad(w, *bias, &x, &y, *penalty),
    );
    report.assert("ridge");
    let (mut w, mut bias) = (Array1::zeros(3), 0.0);
    let (start, _) = ridge_grad(&w, bias, &x, &y, 0.01);
    for _ in 0..200 {
        let (_, (d_w, d_bias, _)) = ridge_grad(&w, bias, &x, &y, 0.01);
        w.scaled_add(-0.1, &d_w);
        bias -= 0.1 * d_bias;
    }
    assert!(ridge(&w, bias, &x, &y, 0.01) < 0.5 * start);
}
