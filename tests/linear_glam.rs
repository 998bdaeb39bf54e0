//! Types of `glam`: each operation beside differences, backward beside forward.

// Operators are written in all the ways that there are.
#![allow(clippy::assign_op_pattern, clippy::op_ref)]

use backprop::backprop;
use glam::{DMat2, DMat3, DMat4, DQuat, DVec2, DVec3, DVec4};

#[path = "linear/both.rs"]
mod both;
#[path = "linear/glam_more.rs"]
mod more;

#[backprop(jvp)]
fn sums(#[grad] a: DVec3, #[grad] b: DVec3, k: f64) -> f64 {
    let c = a + b * k - 2.0 * a / k;
    let d = -c * b + c / b;
    let e = d + k - 1.0 / d + (k - d);
    e.x + 2.0 * e[1] + e.z * e.z
}

#[backprop(jvp)]
fn products(#[grad] a: DVec3, #[grad] b: DVec3) -> f64 {
    let c = a.cross(b).normalize();
    let d = a - b;
    c.dot(a + DVec3::X) * d.length()
        + d.length_squared()
        + a.distance(b) * a.distance_squared(c)
        + d.element_sum()
}

#[backprop(jvp)]
fn made(#[grad] a: DVec2, k: f64, xs: [f64; 3]) -> f64 {
    let v = DVec3::new(k, a.x * a.y, 1.0) + DVec3::splat(k * k) * DVec3::from_array(xs);
    let w: DVec4 = v.extend(k);
    let p = a.perp() + w.truncate().truncate();
    w.dot(w) + p.perp_dot(a)
}

#[backprop(jvp)]
fn assigned(#[grad] a: DVec3, #[grad] b: DVec3, k: f64) -> f64 {
    let mut sum = DVec3::ZERO;
    let mut v = a;
    for i in 0..4 {
        sum += v * k;
        v -= b * 0.5;
        v *= 1.0 + 0.1 * i as f64;
        v /= k + 2.0;
        v.y += k;
        sum *= b;
        if v.length() > 1.0 {
            sum = sum - b;
        }
    }
    sum.dot(v)
}

#[backprop(jvp)]
fn matrices(#[grad] m: DMat3, #[grad] v: DVec3, k: f64) -> f64 {
    let n = m.transpose() * m + m * k - (-m) / k;
    let w = n * v + n.inverse().mul_vec3(v);
    w.dot(v) + n.determinant() + m.x_axis.length()
}

#[backprop(jvp)]
fn small_and_large(#[grad] m: DMat2, #[grad] n: DMat4, #[grad] v: DVec4, k: f64) -> f64 {
    let r = DMat2::from_angle(k) * m * DMat2::from_cols(v.truncate().truncate(), DVec2::new(k, 1.0));
    let w = n * v;
    let inner = r.determinant() * (n.inverse() * w).dot(v);
    inner + n.determinant() + (2.0 * r * w.truncate().truncate()).x
}

#[backprop(jvp)]
fn turned(#[grad] v: DVec3, k: f64) -> f64 {
    let m = DMat3::from_rotation_x(k) * DMat3::from_rotation_y(k * k) * DMat3::from_rotation_z(1.0 - k);
    let d = DMat3::from_diagonal(v) * DMat3::from_cols(v, v * k, DVec3::Y);
    (m * d * v).dot(DVec3::new(1.0, 2.0, 3.0))
}

#[backprop(jvp)]
fn quaternions(#[grad] q: DQuat, #[grad] p: DQuat, #[grad] v: DVec3, k: f64) -> f64 {
    let r = q.normalize() * p.conjugate() * DQuat::from_rotation_z(k);
    let s = DQuat::from_xyzw(k, v.x, 0.5, 1.0) + q * 0.5 - p / k;
    let w = r * v + p.mul_vec3(v) + s.inverse() * v;
    w.dot(v) + s.dot(r) * s.length() + q.length_squared()
}

#[backprop(jvp)]
fn axes(#[grad] axis: DVec3, #[grad] v: DVec3, k: f64) -> f64 {
    let q = DQuat::from_axis_angle(axis.normalize(), k) * DQuat::from_scaled_axis(v);
    (q * v).dot(DVec3::new(1.0, -2.0, 0.5)) + (DQuat::from_scaled_axis(axis * 1e-3) * v).x
}

/// A passive vector on either side, and by reference.
#[backprop(jvp)]
fn beside_constants(#[grad] a: &DVec3, up: DVec3, turn: &DMat3) -> f64 {
    let side = up.cross(*a);
    let turned = *turn * side;
    turned.dot(up + *a) * a.dot(up)
}

/// A spring pendulum's energy after some steps of a symplectic integrator.
#[backprop(jvp)]
fn pendulum(#[grad] position: DVec3, #[grad] velocity: DVec3, stiffness: f64, rest: f64) -> f64 {
    let gravity = DVec3::new(0.0, 0.0, -9.81);
    let (mut x, mut v) = (position, velocity);
    for _ in 0..10 {
        let length = x.length();
        let force = gravity - x * (stiffness * (length - rest) / length);
        v += force * 0.01;
        x += v * 0.01;
    }
    let stretch = x.length() - rest;
    0.5 * v.length_squared() + 0.5 * stiffness * stretch * stretch - gravity.dot(x)
}

/// A function whose result is a vector, and a caller of it.
#[backprop(jvp)]
fn midpoint(#[grad] a: DVec3, #[grad] b: DVec3, k: f64) -> DVec3 {
    a * k + b * (1.0 - k)
}

#[backprop(jvp)]
fn far(#[grad] a: DVec3, #[grad] b: DVec3, k: f64) -> f64 {
    midpoint(a, b, k * k).distance(b)
}

const A: DVec3 = DVec3::new(0.7, -1.1, 0.4);
const B: DVec3 = DVec3::new(1.3, 0.5, -0.8);

#[test]
fn vectors_have_the_gradients_of_differences() {
    both::check!(sums, sums_grad, sums_jvp, (a: A, b: B, k: 1.7));
    both::check!(products, products_grad, products_jvp, (a: A, b: B));
    both::check!(made, made_grad, made_jvp, (a: DVec2::new(0.3, -0.9), k: 1.2, xs: [0.5, -0.2, 0.9]));
    both::check!(assigned, assigned_grad, assigned_jvp, (a: A, b: B, k: 0.8));
    both::check!(pendulum, pendulum_grad, pendulum_jvp, (x: A, v: B, k: 30.0, rest: 0.9));
    both::check!(far, far_grad, far_jvp, (a: A, b: B, k: 0.8));
}

#[test]
fn matrices_have_the_gradients_of_differences() {
    let m = DMat3::from_cols(A, B, DVec3::new(0.2, 0.9, 1.4));
    let n = DMat4::from_cols_array(&std::array::from_fn(|i| ((i * i + 3 * i + 1) as f64).sin()));
    let two = DMat2::from_cols_array(&[0.5, -0.3, 1.2, 0.8]);
    both::check!(matrices, matrices_grad, matrices_jvp, (m: m, v: B, k: 1.3));
    both::check!(small_and_large, small_and_large_grad, small_and_large_jvp,
        (m: two, n: n, v: DVec4::new(0.4, -0.7, 1.1, 0.6), k: 0.9));
    both::check!(turned, turned_grad, turned_jvp, (v: A, k: 0.6));
}

#[test]
fn quaternions_have_the_gradients_of_differences() {
    let (q, p) = (DQuat::from_xyzw(0.2, -0.5, 0.7, 0.4), DQuat::from_xyzw(-0.6, 0.1, 0.3, 0.9));
    both::check!(quaternions, quaternions_grad, quaternions_jvp, (q: q, p: p, v: A, k: 1.2));
    both::check!(axes, axes_grad, axes_jvp, (axis: A, v: B, k: 0.8));
}

#[test]
fn constants_have_no_gradients() {
    let turn = DMat3::from_rotation_x(0.4);
    let report = backprop::check::gradient(
        [A],
        |a| beside_constants(a, B, &turn),
        |a| beside_constants_grad(a, B, &turn),
    );
    report.assert("beside_constants");
}
