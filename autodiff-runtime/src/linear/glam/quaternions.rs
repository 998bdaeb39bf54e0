//! Quaternions, as the four numbers that they are stored as.

use super::{DQuat, DVec3, Quat, Vec3, by_length, numbers};
use crate::linear::functions::{from_axis_angle, from_rotation_x, from_rotation_y, from_rotation_z};
use crate::linear::functions::{from_scaled_axis, from_xyzw};
use crate::linear::methods::{
    conjugate, dot, inverse, length, length_squared, mul_quat, mul_vec3, normalize, to_array, xyz,
};
use crate::linear::rule;
use crate::operator::operators::{Add, Div, Mul, Neg, Sub};

macro_rules! quaternions {
    ($($q:ident $v:ident $t:ident;)*) => {$(
        numbers!($q, [$t; 4], |q| q.to_array(), |a| $q::from_array(a));

        rule!(Add: (a: $q, b: $q) -> $q = *a + *b; |dy| *dy, *dy; |ta, tb| *ta + *tb);
        rule!(Sub: (a: $q, b: $q) -> $q = *a - *b; |dy| *dy, -*dy; |ta, tb| *ta - *tb);
        rule!(Neg: (a: $q) -> $q = -*a; |dy| -*dy; |t| -*t);
        rule!(Mul: (a: $q, k: $t) -> $q = *a * *k; |dy| *dy * *k, dy.dot(*a); |ta, tk| *ta * *k + *a * *tk);
        rule!(Div: (a: $q, k: $t) -> $q = *a / *k; |dy| *dy / *k, -dy.dot(*a) / (*k * *k);
            |ta, tk| (*ta - *a * (*tk / *k)) / *k);
        rule!(to_array: (a: $q) -> [$t; 4] = a.to_array(); |dy| $q::from_array(*dy); |t| t.to_array());
        rule!(xyz: (a: $q) -> $v = a.xyz(); |dy| $q::from_vec4(dy.extend(0.0)); |t| t.xyz());
        rule!(dot: (a: $q, b: $q) -> $t = a.dot(*b); |dy| *b * *dy, *a * *dy; |ta, tb| ta.dot(*b) + a.dot(*tb));
        rule!(length: (a: $q) -> $t = a.length(); |dy| *a * by_length!(*dy, a.length());
            |t| by_length!(a.dot(*t), a.length()));
        rule!(length_squared: (a: $q) -> $t = a.length_squared(); |dy| *a * (2.0 * *dy); |t| 2.0 * a.dot(*t));
        rule!(normalize: (a: $q) -> $q = a.normalize();
            |dy| (*dy - a.normalize() * a.normalize().dot(*dy)) / a.length();
            |t| (*t - a.normalize() * a.normalize().dot(*t)) / a.length());
        // The inverse of a rotation is its conjugate, here as in `glam`.
        rule!(conjugate: (a: $q) -> $q = a.conjugate(); |dy| dy.conjugate(); |t| t.conjugate());
        rule!(inverse: (a: $q) -> $q = a.conjugate(); |dy| dy.conjugate(); |t| t.conjugate());
        quaternions!(@product Mul $q);
        quaternions!(@product mul_quat $q);
        quaternions!(@rotated Mul $q $v $t);
        quaternions!(@rotated mul_vec3 $q $v $t);

        rule!(from_xyzw<$q>: (a: [$t; 4]) -> $q = $q::from_array(*a); |dy| dy.to_array(); |t| $q::from_array(*t));
        quaternions!(@axis from_rotation_x $q $t);
        quaternions!(@axis from_rotation_y $q $t);
        quaternions!(@axis from_rotation_z $q $t);
        rule!(from_axis_angle<$q>: (a: $v, angle: $t) -> $q = $q::from_axis_angle(*a, *angle);
            |dy| dy.xyz() * (*angle * 0.5).sin(),
                0.5 * (a.dot(dy.xyz()) * (*angle * 0.5).cos() - dy.w * (*angle * 0.5).sin());
            |ta, tb| {
                let (s, c) = (*angle * 0.5).sin_cos();
                $q::from_vec4((*ta * s + *a * (0.5 * c * *tb)).extend(-0.5 * s * *tb))
            });
        rule!(from_scaled_axis<$q>: (a: $v) -> $q = $q::from_scaled_axis(*a);
            |dy| {
                let (f, g) = scaled(f64::from(a.length()));
                dy.xyz() * f as $t + *a * (a.dot(dy.xyz()) * g as $t - 0.5 * f as $t * dy.w)
            };
            |t| {
                let (f, g) = scaled(f64::from(a.length()));
                $q::from_vec4((*t * f as $t + *a * (g as $t * a.dot(*t))).extend(-0.5 * f as $t * a.dot(*t)))
            });
    )*};
    (@product $op:ident $q:ident) => {
        rule!($op: (a: $q, b: $q) -> $q = a.mul_quat(*b);
            |dy| dy.mul_quat(b.conjugate()), a.conjugate().mul_quat(*dy);
            |ta, tb| ta.mul_quat(*b) + a.mul_quat(*tb));
    };
    // `v (w² − b·b) + 2 b (v·b) + 2 w (b × v)`, with the vector part `b`.
    (@rotated $op:ident $q:ident $v:ident $t:ident) => {
        rule!($op: (q: $q, v: $v) -> $v = q.mul_vec3(*v);
            |dy| {
                let (b, w) = (q.xyz(), q.w);
                let (vb, yb, yv) = (v.dot(b), dy.dot(b), dy.dot(*v));
                let d_b = (b * -yv + *dy * vb + *v * yb + v.cross(*dy) * w) * 2.0;
                $q::from_vec4(d_b.extend(2.0 * (w * yv + dy.dot(b.cross(*v)))))
            },
            {
                let (b, w) = (q.xyz(), q.w);
                *dy * (w * w - b.dot(b)) + b * (2.0 * dy.dot(b)) + dy.cross(b) * (2.0 * w)
            };
            |tq, tv| {
                let (b, w) = (q.xyz(), q.w);
                let (t, u) = (tq.xyz(), tq.w);
                let fixed = *tv * (w * w - b.dot(b)) + b * (2.0 * tv.dot(b)) + b.cross(*tv) * (2.0 * w);
                let scale = 2.0 * (w * u - b.dot(t));
                let along = t * v.dot(b) + b * v.dot(t) + b.cross(*v) * u + t.cross(*v) * w;
                fixed + *v * scale + along * 2.0
            });
    };
    (@axis $f:ident $q:ident $t:ident) => {
        rule!($f<$q>: (a: $t) -> $q = $q::$f(*a);
            |dy| 0.5 * dy.dot($q::$f(*a + core::$t::consts::PI));
            |t| $q::$f(*a + core::$t::consts::PI) * (0.5 * *t));
    };
}
quaternions! {
    DQuat DVec3 f64;
    Quat Vec3 f32;
}

/// `sin(x/2)/x`, and its derivative divided by `x`.
fn scaled(x: f64) -> (f64, f64) {
    if x < 1e-2 {
        let square = x * x;
        return (0.5 - square / 48.0 + square * square / 3840.0, -1.0 / 24.0 + square / 960.0);
    }
    let (s, c) = (0.5 * x).sin_cos();
    (s / x, (0.5 * c * x - s) / (x * x * x))
}
