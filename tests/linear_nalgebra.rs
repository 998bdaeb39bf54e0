//! Types of `nalgebra`: each operation beside differences, backward beside forward.

// Operators are written in all the ways that there are.
#![allow(clippy::assign_op_pattern, clippy::op_ref)]

use backprop::backprop;
use nalgebra as na;
use nalgebra::{DMatrix, DVector, Matrix2, Matrix2x3, Matrix3, Point3, Rotation2, Rotation3, SMatrix};
use nalgebra::{SVector, UnitQuaternion, Vector2, Vector3};

#[path = "linear/both.rs"]
mod both;
#[path = "linear/nalgebra_geometry.rs"]
mod geometry;
#[path = "linear/nalgebra_in_place.rs"]
mod in_place;
#[path = "linear/nalgebra_parts.rs"]
mod parts;

#[backprop(jvp)]
fn sums(#[grad] a: Vector3<f64>, #[grad] b: &Vector3<f64>, k: f64) -> f64 {
    let c = a + b * k - 2.0 * a / k;
    let d = -c + &a - b;
    let e = &d * k + &a;
    e.x + 2.0 * e[1] + e.z * e.z + d.sum()
}

#[backprop(jvp)]
fn products(#[grad] a: Vector3<f64>, #[grad] b: Vector3<f64>, k: f64) -> f64 {
    let c = a.cross(&b).normalize();
    let d = a - b;
    let e = a.component_mul(&b) + a.component_div(&b).scale(k);
    let lengths = d.norm() * a.norm_squared() + e.magnitude() - b.magnitude_squared();
    c.dot(&a) + c.dot(&Vector3::x()) + lengths + a.metric_distance(&c)
}

#[backprop(jvp)]
fn assigned(#[grad] a: Vector3<f64>, #[grad] b: na::Vector3<f64>, k: f64) -> f64 {
    let mut sum = Vector3::zeros();
    let mut v = a;
    for i in 0..4 {
        sum += v * k;
        v -= &b * 0.5;
        v *= 1.0 + 0.1 * i as f64;
        v /= k + 2.0;
        v.y += k;
        v[2] *= k;
        if v.norm() > 1.0 {
            sum = sum - b;
        }
    }
    sum.dot(&v)
}

#[backprop(jvp)]
fn made(xs: [f64; 6], k: f64) -> f64 {
    let m = Matrix2x3::new(xs[0], xs[1], xs[2], xs[3], k, xs[5]);
    let v = Vector3::new(k, xs[1], 1.0);
    let w: Vector2<f64> = m * v;
    let n = Matrix2x3::from_row_slice(&xs[..]) + SMatrix::<f64, 2, 3>::from_column_slice(&xs);
    let u = n.transpose() * w;
    let r = Vector3::repeat(k).dot(&u);
    let d = Matrix3::from_diagonal(&v) * u;
    r + d.dot(&u) + m[(0, 1)] * m[(1, 2)]
}

#[backprop(jvp)]
fn square(#[grad] m: Matrix3<f64>, #[grad] v: Vector3<f64>, k: f64) -> f64 {
    let n = m.transpose() * m + m * k - (-m) / k;
    let inverse = n.try_inverse().unwrap();
    let w = n * v + inverse * v;
    w.dot(&v) + n.determinant() + m.trace() + m.m12 * m[(2, 0)]
}

#[backprop(jvp)]
fn written(#[grad] v: Vector3<f64>, k: f64) -> f64 {
    let mut m = Matrix3::zeros();
    for i in 0..3 {
        for j in 0..3 {
            m[(i, j)] = v[i] * v[j] + k;
        }
        m[(i, i)] += k;
    }
    (m * v).norm()
}

#[backprop(jvp)]
fn dynamic(#[grad] m: &DMatrix<f64>, #[grad] x: &DVector<f64>, #[grad] y: DVector<f64>, k: f64) -> f64 {
    let r = m * x - y;
    let back = m.transpose() * &r;
    let step = x - back * k;
    let s = DVector::from_column_slice(&[k, 2.0, k * k]);
    r.norm_squared() + step.dot(x) + s.dot(&step) + (m * &step)[0]
}

#[backprop(jvp)]
fn rotations(#[grad] r: Rotation3<f64>, #[grad] w: Vector3<f64>, #[grad] v: Vector3<f64>, k: f64) -> f64 {
    let turn = Rotation3::from_scaled_axis(w) * r * Rotation3::from_euler_angles(k, k * k, 1.0 - k);
    let back = Rotation3::new(w * 1e-3).inverse();
    let moved = turn * v + back * v + r.transpose().transform_vector(&v);
    moved.dot(&Vector3::new(1.0, -2.0, 0.5))
}

#[backprop(jvp)]
fn plane(#[grad] v: Vector2<f64>, #[grad] m: Matrix2<f64>, angle: f64) -> f64 {
    let turned = Rotation2::new(angle) * (m * v);
    turned.x * turned.y + m.determinant()
}

#[backprop(jvp)]
fn quaternions(
    #[grad] q: UnitQuaternion<f64>,
    #[grad] w: Vector3<f64>,
    #[grad] v: Vector3<f64>,
    #[grad] p: Point3<f64>,
) -> f64 {
    let turn = UnitQuaternion::from_scaled_axis(w) * q;
    let small = UnitQuaternion::new(w * 1e-3);
    let far = turn * p - Point3::new(v.x, 1.0, v.z) + (p + v).coords;
    let matrix = q.to_rotation_matrix() * v;
    let moved = turn * v + small.inverse() * v + q.conjugate().transform_vector(&v);
    moved.dot(&matrix) + far.norm_squared()
}

#[backprop(jvp)]
fn of_a_vec(xs: Vec<f64>, ys: &[f64]) -> f64 {
    let x = DVector::from_vec(xs);
    let y = DVector::from_column_slice(ys);
    x.dot(&y) * x.norm() + y[0]
}

/// Generic over the number of dimensions.
#[backprop(jvp)]
fn energy(#[grad] x: SVector<f64, 4>, #[grad] a: SMatrix<f64, 4, 4>) -> f64 {
    let y = a * x;
    0.5 * x.dot(&y) - y.norm()
}

/// A two-link arm's end, and the squared distance to where it should be.
#[backprop(jvp)]
fn reach(#[grad] q: Vector2<f64>, #[grad] lengths: Vector2<f64>, goal: Vector2<f64>) -> f64 {
    let first = Vector2::new(q.x.cos(), q.x.sin()) * lengths.x;
    let second = Rotation2::new(q.x + q.y) * Vector2::new(lengths.y, 0.0);
    let miss = first + second - goal;
    miss.norm_squared()
}

fn a() -> Vector3<f64> {
    Vector3::new(0.7, -1.1, 0.4)
}

fn b() -> Vector3<f64> {
    Vector3::new(1.3, 0.5, -0.8)
}

fn m() -> Matrix3<f64> {
    Matrix3::new(0.7, 1.3, 0.2, -1.1, 0.5, 0.9, 0.4, -0.8, 1.4)
}

#[test]
fn vectors_have_the_gradients_of_differences() {
    both::check!(sums, sums_grad, sums_jvp, (a: a(), b; b(), k: 1.7));
    both::check!(products, products_grad, products_jvp, (a: a(), b: b(), k: 1.7));
    both::check!(assigned, assigned_grad, assigned_jvp, (a: a(), b: b(), k: 0.8));
    both::check!(reach_on, reach_on_grad, reach_on_jvp, (q: Vector2::new(0.4, 0.9), l: Vector2::new(1.0, 0.7)));
}

#[test]
fn matrices_have_the_gradients_of_differences() {
    both::check!(made, made_grad, made_jvp, (xs: [0.5, -0.2, 0.9, 1.1, 0.3, -0.7], k: 1.2));
    both::check!(square, square_grad, square_jvp, (m: m(), v: b(), k: 1.3));
    both::check!(written, written_grad, written_jvp, (v: a(), k: 0.9));
    let x = SVector::<f64, 4>::new(0.3, -0.8, 1.2, 0.5);
    let s = SMatrix::<f64, 4, 4>::from_fn(|i, j| ((3 * i + j * j) as f64).sin());
    both::check!(energy, energy_grad, energy_jvp, (x: x, a: s));
}

#[test]
fn dynamic_matrices_have_the_gradients_of_differences() {
    let m = DMatrix::from_fn(2, 3, |i, j| ((i * 3 + j) as f64 + 0.3).cos());
    let (x, y) = (DVector::from_vec(vec![0.4, -1.2, 0.8]), DVector::from_vec(vec![0.7, 0.1]));
    both::check!(of_a_vec, of_a_vec_grad, of_a_vec_jvp, (xs: vec![0.3, -1.0], ys; [0.8, 1.3]));
    both::check!(dynamic, dynamic_grad, dynamic_jvp, (m; m, x; x, y: y, k: 0.6));
}

#[test]
fn rotations_have_the_gradients_of_differences() {
    let r = Rotation3::from_euler_angles(0.3, -0.5, 1.1);
    both::check!(rotations, rotations_grad, rotations_jvp, (r: r, w: a(), v: b(), k: 0.7));
    both::check!(plane, plane_grad, plane_jvp, (v: Vector2::new(0.3, -0.9), m: Matrix2::new(0.5, 1.1, -0.3, 0.8), k: 0.6));
    let q = UnitQuaternion::from_euler_angles(0.3, -0.5, 1.1);
    both::check!(quaternions, quaternions_grad, quaternions_jvp, (q: q, w: a(), v: b(), p: Point3::new(0.2, 0.9, -0.4)));
}

#[backprop]
fn turned(#[grad] w: Vector3<f64>, v: Vector3<f64>) -> f64 {
    (Rotation3::new(w) * v + UnitQuaternion::new(w) * v).x
}

/// The gradient is that of the function at zero, too.
#[test]
fn no_rotation_has_a_gradient() {
    let (value, d) = turned_grad(Vector3::zeros(), b());
    assert_eq!(value, 2.0 * b().x);
    // The first row of both matrices' derivatives: `w × v`.
    assert_eq!(d, 2.0 * Vector3::new(0.0, b().z, -b().y));
}

/// The arm, with a goal that is a constant.
#[backprop(jvp)]
fn reach_on(#[grad] q: Vector2<f64>, #[grad] lengths: Vector2<f64>) -> f64 {
    let goal = Vector2::new(0.2, 1.1);
    reach(q, lengths, goal)
}

/// A user's own generic type, whose operators stand beside those of the features.
mod generic_operators {
    use super::*;
    use backprop::Differentiable;
    use std::ops::{Add, Mul, MulAssign};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Pair<T> {
        pub x: T,
        pub y: T,
    }

    #[backprop]
    impl<T: num_traits::Float> Add for Pair<T> {
        type Output = Pair<T>;
        fn add(self, o: Pair<T>) -> Pair<T> {
            Pair { x: self.x + o.x, y: self.y + o.y }
        }
    }

    #[backprop]
    impl<T: num_traits::Float> Mul<T> for Pair<T> {
        type Output = Pair<T>;
        fn mul(self, s: T) -> Pair<T> {
            Pair { x: self.x * s, y: self.y * s }
        }
    }

    #[backprop]
    impl<T: num_traits::Float> MulAssign<T> for Pair<T> {
        fn mul_assign(&mut self, s: T) {
            self.x = self.x * s;
            self.y = self.y * s;
        }
    }

    #[backprop]
    fn product(#[grad] p: Pair<f64>, s: f64) -> f64 {
        let mut q = p * s + p;
        q *= s;
        q.x * q.y
    }

    /// x y s² (s + 1)²
    #[test]
    fn they_are_their_own() {
        let (value, (dp, ds)) = product_grad(Pair { x: 2.0, y: 3.0 }, 0.5);
        assert_eq!(value, 6.0 * 0.25 * 2.25);
        assert_eq!(dp, Pair { x: 3.0 * 0.5625, y: 2.0 * 0.5625 });
        assert!((ds - 6.0 * (2.0 * 0.5 * 2.25 + 0.25 * 2.0 * 1.5)).abs() < 1e-14);
    }
}
