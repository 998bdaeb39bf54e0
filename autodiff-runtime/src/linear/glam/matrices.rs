//! Square matrices.

use super::{DMat2, DMat3, DMat4, DVec2, DVec3, DVec4, numbers};
use super::{Mat2, Mat3, Mat4, Vec2, Vec3, Vec4};
use crate::linear::functions::{from_angle, from_cols, from_cols_array, from_cols_array_2d, from_diagonal};
use crate::linear::functions::{from_rotation_x, from_rotation_y, from_rotation_z};
use crate::linear::methods::{determinant, inverse, mul_vec2, mul_vec3, mul_vec4, transpose};
use crate::linear::{Three, rule};
use crate::operator::operators::{Add, Div, Mul, Neg, Sub};

macro_rules! matrices {
    ($($m:ident $v:ident $t:ident $n:literal $square:literal [$($i:literal $axis:ident)*] $mul_vec:ident
        $outer:ident $cofactors:ident;)*) => {$(
        numbers!($m, [$t; $square], |m| m.to_cols_array(), |a| $m::from_cols_array(&a));

        /// `a bᵀ`
        #[inline]
        fn $outer(a: $v, b: $v) -> $m {
            $m::from_cols($(a * b.$axis),*)
        }

        /// The derivative of the determinant: defined where there is no inverse, too.
        fn $cofactors(m: &$m) -> $m {
            let a = m.to_cols_array_2d();
            $m::from_cols_array_2d(&core::array::from_fn(|c| core::array::from_fn(|r| {
                let mut rest = a;
                (0..$n).for_each(|i| {
                    rest[c][i] = 0.0;
                    rest[i][r] = 0.0;
                });
                rest[c][r] = 1.0;
                $m::from_cols_array_2d(&rest).determinant()
            })))
        }

        rule!(Add: (a: $m, b: $m) -> $m = *a + *b; |dy| *dy, *dy; |ta, tb| *ta + *tb);
        rule!(Sub: (a: $m, b: $m) -> $m = *a - *b; |dy| *dy, *dy * -1.0; |ta, tb| *ta - *tb);
        rule!(Neg: (a: $m) -> $m = -*a; |dy| *dy * -1.0; |t| *t * -1.0);
        rule!(Mul: (a: $m, b: $m) -> $m = *a * *b; |dy| *dy * b.transpose(), a.transpose() * *dy;
            |ta, tb| *ta * *b + *a * *tb);
        rule!(Mul: (a: $m, b: $v) -> $v = *a * *b; |dy| $outer(*dy, *b), a.transpose() * *dy;
            |ta, tb| *ta * *b + *a * *tb);
        rule!($mul_vec: (a: $m, b: $v) -> $v = *a * *b; |dy| $outer(*dy, *b), a.transpose() * *dy;
            |ta, tb| *ta * *b + *a * *tb);
        rule!(Mul: (a: $m, k: $t) -> $m = *a * *k; |dy| *dy * *k, inner!($t, a, dy);
            |ta, tk| *ta * *k + *a * *tk);
        rule!(Mul: (k: $t, a: $m) -> $m = *k * *a; |dy| inner!($t, a, dy), *dy * *k;
            |tk, ta| *ta * *k + *a * *tk);
        rule!(Div: (a: $m, k: $t) -> $m = *a / *k; |dy| *dy / *k, -inner!($t, a, dy) / (*k * *k);
            |ta, tk| (*ta - *a * (*tk / *k)) / *k);
        rule!(transpose: (a: $m) -> $m = a.transpose(); |dy| dy.transpose(); |t| t.transpose());
        rule!(inverse: (a: $m) -> $m = a.inverse();
            |dy| { let m = a.inverse().transpose(); m * *dy * m * -1.0 };
            |t| { let m = a.inverse(); m * *t * m * -1.0 });
        rule!(determinant: (a: $m) -> $t = a.determinant(); |dy| $cofactors(a) * *dy;
            |t| inner!($t, $cofactors(a), t));
        rule!(from_diagonal<$m>: (a: $v) -> $m = $m::from_diagonal(*a);
            |dy| $v::from_array([$(dy.col($i)[$i]),*]); |t| $m::from_diagonal(*t));
        rule!(from_cols_array<$m>: (a: [$t; $square]) -> $m = $m::from_cols_array(a); |dy| dy.to_cols_array();
            |t| $m::from_cols_array(t));
        rule!(from_cols_array_2d<$m>: (a: [[$t; $n]; $n]) -> $m = $m::from_cols_array_2d(a);
            |dy| dy.to_cols_array_2d(); |t| $m::from_cols_array_2d(t));
    )*};
}
matrices! {
    DMat2 DVec2 f64 2 4 [0 x 1 y] mul_vec2 outer_d2 cofactors_d2;
    DMat3 DVec3 f64 3 9 [0 x 1 y 2 z] mul_vec3 outer_d3 cofactors_d3;
    DMat4 DVec4 f64 4 16 [0 x 1 y 2 z 3 w] mul_vec4 outer_d4 cofactors_d4;
    Mat2 Vec2 f32 2 4 [0 x 1 y] mul_vec2 outer_2 cofactors_2;
    Mat3 Vec3 f32 3 9 [0 x 1 y 2 z] mul_vec3 outer_3 cofactors_3;
    Mat4 Vec4 f32 4 16 [0 x 1 y 2 z 3 w] mul_vec4 outer_4 cofactors_4;
}

/// The derivative of a rotation by an angle is the rotation by a right angle more, without the axis.
macro_rules! rotations {
    ($($two:ident $w:ident $three:ident $v:ident $t:ident $turned:ident;)*) => {$(
        /// The derivative of the rotation about an axis.
        fn $turned(mut turned: $three, axis: usize) -> $three {
            turned.col_mut(axis)[axis] = 0.0;
            turned
        }
        rotations!(@axis from_rotation_x $three $t $turned 0);
        rotations!(@axis from_rotation_y $three $t $turned 1);
        rotations!(@axis from_rotation_z $three $t $turned 2);
        rule!(from_angle<$two>: (a: $t) -> $two = $two::from_angle(*a);
            |dy| inner!($t, $two::from_angle(*a + core::$t::consts::FRAC_PI_2), dy);
            |t| $two::from_angle(*a + core::$t::consts::FRAC_PI_2) * *t);
        rule!(from_cols<$two>: (a: $w, b: $w) -> $two = $two::from_cols(*a, *b); |dy| dy.x_axis, dy.y_axis;
            |ta, tb| $two::from_cols(*ta, *tb));
        impl Three<$v, $v, $v> for from_cols<$three> {
            type Y = $three;
            #[inline]
            fn value(a: &$v, b: &$v, c: &$v) -> $three {
                $three::from_cols(*a, *b, *c)
            }
            #[inline]
            fn pull(_: (&$v, &$v, &$v), dy: &$three, d: (Option<&mut $v>, Option<&mut $v>, Option<&mut $v>)) {
                for (d, dy) in [(d.0, dy.x_axis), (d.1, dy.y_axis), (d.2, dy.z_axis)] {
                    d.into_iter().for_each(|d| *d += dy);
                }
            }
            #[inline]
            fn push(_: (&$v, &$v, &$v), t: (&$v, &$v, &$v)) -> $three {
                $three::from_cols(*t.0, *t.1, *t.2)
            }
        }
    )*};
    (@axis $f:ident $m:ident $t:ident $turned:ident $axis:literal) => {
        rule!($f<$m>: (a: $t) -> $m = $m::$f(*a);
            |dy| inner!($t, $turned($m::$f(*a + core::$t::consts::FRAC_PI_2), $axis), dy);
            |t| $turned($m::$f(*a + core::$t::consts::FRAC_PI_2), $axis) * *t);
    };
}
rotations! {
    DMat2 DVec2 DMat3 DVec3 f64 turned_d3;
    Mat2 Vec2 Mat3 Vec3 f32 turned_3;
}
