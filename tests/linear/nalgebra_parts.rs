//! Parts of matrices and their numbers, functions of each number, factorisations, and what may not be there.

use crate::both;
use backprop::backprop;
use nalgebra::{DMatrix, DVector, Matrix2, Matrix3, Matrix4, SMatrix, Vector2, Vector3, Vector4};

#[backprop(jvp)]
fn mlp(#[grad] w1: &DMatrix<f64>, #[grad] b1: &DVector<f64>, k: f64) -> f64 {
    let h = (w1 * b1 + b1).map(|v| v.tanh() * k);
    let g = h.zip_map(b1, |x, y| x * y + k);
    h.dot(&g) + h.iter().map(|x| x * x).sum::<f64>() + h.as_slice()[0] * g.len() as f64
}

#[backprop(jvp)]
fn softmax(#[grad] logits: &DMatrix<f64>) -> f64 {
    let mut loss = 0.0;
    let (rows, columns) = logits.shape();
    for i in 0..logits.nrows() {
        let mut z = 0.0;
        for j in 0..logits.ncols() {
            z += logits[(i, j)].exp();
        }
        loss += z.ln() - logits[(i, 0)];
    }
    loss / (rows * columns) as f64
}

#[backprop(jvp)]
fn parts(#[grad] m: &DMatrix<f64>, #[grad] a: Matrix3<f64>, #[grad] v: Vector4<f64>) -> f64 {
    let c = m.column(1) * m.row(0);
    let d = a.column(2).cross(&a.column(0)) + a.diagonal() - a.row(1).transpose();
    let u = v.xyz() + v.xz().norm() * a.column(1) - v.xy().y * d;
    c.sum() + d.dot(&u) + m.tr_mul(m).trace() + u.cross_matrix().m12 + v.yz().x
}

#[backprop(jvp)]
fn lanes(#[grad] m: &DMatrix<f64>, #[grad] a: Matrix3<f64>) -> f64 {
    let mut total = 0.0;
    for c in m.column_iter() {
        total += c.norm();
    }
    total + a.row_iter().map(|r| r.norm_squared().sin() + r[1]).sum::<f64>()
}

#[backprop(jvp)]
fn found(#[grad] v: Vector4<f64>, #[grad] w: Vector4<f64>, k: f64) -> f64 {
    let ends = v.max() * w.min() + v.amax() - w.amin() + v.mean() * w.product();
    let mixed = v.lerp(&w, k) + v.abs().add_scalar(k) - w.unscale(k);
    ends + mixed.dot(&v)
}

#[backprop(jvp)]
fn made(#[grad] a: Vector2<f64>, #[grad] b: Vector2<f64>, k: f64) -> f64 {
    let columns = Matrix2::from_columns(&[a, b]);
    let rows = Matrix2::from_rows(&[a.transpose(), b.transpose()]);
    let v = Vector2::from([k, a.x]);
    let m: Matrix2<f64> = Matrix2::from([[k, 1.0], [a.y, b.x]]);
    (columns * rows * v + m * v).norm()
}

/// By Cholesky: the lower triangle alone is read.
#[backprop(jvp)]
fn gauss(#[grad] mu: &DVector<f64>, #[grad] cov: &DMatrix<f64>) -> f64 {
    let d = mu * 2.0;
    let chol = cov.clone().cholesky().unwrap();
    let sol = chol.solve(&d);
    -0.5 * d.dot(&sol) - 0.5 * chol.determinant().ln() + chol.inverse().sum()
}

#[backprop(jvp)]
fn solved(#[grad] m: &DMatrix<f64>, #[grad] b: &DVector<f64>, #[grad] s: Matrix3<f64>) -> f64 {
    let x = m.clone().lu().solve(b).unwrap();
    let lu = s.lu();
    let y = lu.solve(&Vector3::new(x[0], x[1], 1.0)).expect("a matrix with an inverse");
    x.norm() + y.norm_squared() + lu.determinant() + m.clone().try_inverse().unwrap().trace()
}

#[backprop(jvp)]
fn covariance(w: f64, #[grad] a: &Matrix2<f64>, #[grad] b: &Matrix2<f64>) -> Option<f64> {
    let info = a.try_inverse()? * w + b.try_inverse()? * (1.0 - w);
    let p = info.try_inverse()?;
    Some(p.trace())
}

#[backprop]
fn perhaps(#[grad] m: Matrix2<f64>) -> f64 {
    if let Some(i) = m.try_inverse() { i.trace() } else { m.norm() }
}

/// The same function, which always has a value here.
#[backprop(jvp)]
fn intersection(w: f64, #[grad] a: &Matrix2<f64>, #[grad] b: &Matrix2<f64>) -> f64 {
    let info = (a * 1.0).try_inverse().expect("one") * w + b.try_inverse().unwrap() * (1.0 - w);
    info.try_inverse().unwrap().trace()
}

#[backprop]
fn lengths(#[grad] v: Vector3<f64>, #[grad] w: Vector3<f64>) -> f64 {
    v.norm() + v.metric_distance(&w) + (v - w).magnitude()
}

fn m2() -> Matrix2<f64> {
    Matrix2::new(0.7, 1.3, -1.1, 0.5)
}

fn m3() -> Matrix3<f64> {
    Matrix3::new(0.7, 1.3, 0.2, -1.1, 0.5, 0.9, 0.4, -0.8, 1.4)
}

fn square() -> DMatrix<f64> {
    DMatrix::from_fn(2, 2, |i, j| ((i * 3 + j) as f64 + 0.3).cos() + if i == j { 2.0 } else { 0.0 })
}

fn vector() -> DVector<f64> {
    DVector::from_vec(vec![0.4, -1.2])
}

#[test]
fn parts_have_the_gradients_of_differences() {
    let v = Vector4::new(0.4, -1.2, 0.8, 1.7);
    both::check!(mlp, mlp_grad, mlp_jvp, (w1; square(), b1; vector(), k: 0.7));
    both::check!(softmax, softmax_grad, softmax_jvp, (logits; square()));
    both::check!(parts, parts_grad, parts_jvp, (m; square(), a: m3(), v: v));
    both::check!(lanes, lanes_grad, lanes_jvp, (m; square(), a: m3()));
    both::check!(found, found_grad, found_jvp, (v: v, w: Vector4::new(1.1, 0.3, -0.6, 0.9), k: 0.3));
    both::check!(made, made_grad, made_jvp, (a: Vector2::new(0.4, 1.2), b: Vector2::new(-0.3, 0.9), k: 0.8));
}

#[test]
fn systems_have_the_gradients_of_differences() {
    both::check!(gauss, gauss_grad, gauss_jvp, (mu; vector(), cov; square()));
    both::check!(solved, solved_grad, solved_jvp, (m; square(), b; vector(), s: m3()));
    both::check!(intersection, intersection_grad, intersection_jvp, (w: 0.3, a; m2(), b; m2().transpose() * 2.0));
}

#[test]
fn what_is_not_there_has_no_gradient() {
    let (a, b) = (m2(), m2().transpose() * 2.0);
    let (value, d) = covariance_grad(0.3, &a, &b).unwrap();
    assert_eq!(Some(value), covariance(0.3, &a, &b));
    assert_eq!((value, d), intersection_grad(0.3, &a, &b));
    assert!(covariance_grad(0.3, &a, &Matrix2::zeros()).is_none());
    let (value, d) = perhaps_grad(a);
    assert_eq!(value, perhaps(a));
    let inverse = a.try_inverse().unwrap().transpose();
    assert!((d + inverse * inverse).norm() < 1e-12);
    let (value, d) = perhaps_grad(Matrix2::repeat(2.0));
    assert_eq!((value, d), (4.0, Matrix2::repeat(0.5)));
    let asked = std::panic::catch_unwind(|| solved_grad(&DMatrix::zeros(2, 2), &vector(), m3()));
    assert!(asked.is_err());
}

/// By convention the gradient is 0 where a length is.
#[test]
fn lengths_of_zero() {
    let (value, (dv, dw)) = lengths_grad(Vector3::zeros(), Vector3::zeros());
    assert_eq!((value, dv, dw), (0.0, Vector3::zeros(), Vector3::zeros()));
}

/// Products of any size go through `nalgebra`'s own.
#[backprop(jvp)]
fn product(#[grad] a: &SMatrix<f64, 2, 3>, #[grad] b: &SMatrix<f64, 3, 4>, #[grad] c: &Matrix4<f64>) -> f64 {
    (a * b * c).norm_squared()
}

#[test]
fn products_of_any_size() {
    let a = SMatrix::<f64, 2, 3>::from_fn(|i, j| (i + 2 * j) as f64 * 0.3 - 0.4);
    let b = SMatrix::<f64, 3, 4>::from_fn(|i, j| ((i * 5 + j) as f64).sin());
    let c = Matrix4::from_fn(|i, j| ((i + 3 * j) as f64).cos());
    both::check!(product, product_grad, product_jvp, (a; a, b; b, c; c));
}
