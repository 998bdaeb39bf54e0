//! Affine and projective maps of space, as matrices with four columns.

use super::{DMat3, DMat4, DQuat, DVec3, DVec4, Mat3, Mat4, Quat, Vec3, Vec4};
use crate::linear::functions::{
    from_cols, from_quat, from_rotation_x, from_rotation_y, from_rotation_z, from_scale, from_translation,
    look_at_lh, look_at_rh,
};
use crate::linear::methods::{project_point3, to_cols_array, transform_point3, transform_vector3};
use crate::linear::{One, Three, rule};

macro_rules! transforms {
    ($($m:ident $w:ident $v:ident $q:ident $three:ident $t:ident $outer:ident $turned:ident $along:ident $seen:ident
        $back:ident;)*) => {$(
        /// `a bᵀ`
        fn $outer(a: $w, b: $w) -> $m {
            $m::from_cols(a * b.x, a * b.y, a * b.z, a * b.w)
        }

        rule!(to_cols_array: (a: $m) -> [$t; 16] = a.to_cols_array(); |dy| $m::from_cols_array(dy);
            |t| t.to_cols_array());
        rule!(transform_point3: (a: $m, b: $v) -> $v = a.transform_point3(*b);
            |dy| $outer(dy.extend(0.0), b.extend(1.0)), (a.transpose() * dy.extend(0.0)).truncate();
            |ta, tb| (*ta * b.extend(1.0) + *a * tb.extend(0.0)).truncate());
        rule!(transform_vector3: (a: $m, b: $v) -> $v = a.transform_vector3(*b);
            |dy| $outer(dy.extend(0.0), b.extend(0.0)), (a.transpose() * dy.extend(0.0)).truncate();
            |ta, tb| (*ta * b.extend(0.0) + *a * tb.extend(0.0)).truncate());
        rule!(project_point3: (a: $m, b: $v) -> $v = a.project_point3(*b);
            |dy| {
                let (y, w) = (a.project_point3(*b), (*a * b.extend(1.0)).w);
                $outer((*dy / w).extend(-dy.dot(y) / w), b.extend(1.0))
            },
            {
                let (y, w) = (a.project_point3(*b), (*a * b.extend(1.0)).w);
                (a.transpose() * (*dy / w).extend(-dy.dot(y) / w)).truncate()
            };
            |ta, tb| {
                let (y, w) = (a.project_point3(*b), (*a * b.extend(1.0)).w);
                let t = *ta * b.extend(1.0) + *a * tb.extend(0.0);
                (t.truncate() - y * t.w) / w
            });
        rule!(from_translation<$m>: (a: $v) -> $m = $m::from_translation(*a); |dy| dy.w_axis.truncate();
            |t| $m::from_cols($w::ZERO, $w::ZERO, $w::ZERO, t.extend(0.0)));
        rule!(from_scale<$m>: (a: $v) -> $m = $m::from_scale(*a);
            |dy| $v::new(dy.x_axis.x, dy.y_axis.y, dy.z_axis.z); |t| $m::from_diagonal(t.extend(0.0)));

        /// The derivative of a rotation about an axis is the rotation by a right angle more, without the axis.
        fn $turned(mut turned: $m, axis: usize) -> $m {
            turned.col_mut(axis)[axis] = 0.0;
            turned.w_axis.w = 0.0;
            turned
        }
        transforms!(@axis from_rotation_x $m $t $turned 0);
        transforms!(@axis from_rotation_y $m $t $turned 1);
        transforms!(@axis from_rotation_z $m $t $turned 2);

        // A quadratic form, and the identity.
        transforms!(@quaternion $m $q $t to_cols_array);
        transforms!(@quaternion $three $q $t to_cols_array);

        impl One<[$w; 4]> for from_cols<$m> {
            type Y = $m;
            #[inline]
            fn value(a: &[$w; 4]) -> $m {
                $m::from_cols(a[0], a[1], a[2], a[3])
            }
            #[inline]
            fn pull(_: &[$w; 4], dy: &$m, d: &mut [$w; 4]) {
                (0..4).for_each(|i| d[i] += dy.col(i));
            }
            #[inline]
            fn push(_: &[$w; 4], t: &[$w; 4]) -> $m {
                $m::from_cols(t[0], t[1], t[2], t[3])
            }
        }

        transforms!(@look look_at_rh 1.0, $m $w $v $t $along $back $seen);
        transforms!(@look look_at_lh -1.0, $m $w $v $t $along $back $seen);

        /// The axes of a camera: to its side, up, and ahead, where `dir` leads.
        fn $seen(dir: $v, up: $v) -> ($v, $v, $v) {
            let f = dir.normalize();
            let s = f.cross(up).normalize();
            (s, s.cross(f), f)
        }

        /// What of a change of `a` changes its direction, as a change of that.
        fn $along(a: $v, t: $v) -> $v {
            let n = a.normalize();
            (t - n * n.dot(t)) / a.length()
        }

        /// The derivatives of the eye, of the direction, and of what is up.
        fn $back(eye: $v, dir: $v, up: $v, dy: &$m) -> ($v, $v, $v) {
            let (s, u, f) = $seen(dir, up);
            let (x, y, z, w) = (dy.x_axis, dy.y_axis, dy.z_axis, dy.w_axis);
            let d_u = $v::new(x.y, y.y, z.y) - eye * w.y;
            let d_s = $v::new(x.x, y.x, z.x) - eye * w.x + f.cross(d_u);
            let d_f = eye * w.z - $v::new(x.z, y.z, z.z) + d_u.cross(s);
            let d_g = $along(f.cross(up), d_s);
            let d_dir = $along(dir, d_f + up.cross(d_g));
            (f * w.z - s * w.x - u * w.y, d_dir, d_g.cross(f))
        }
    )*};
    (@axis $f:ident $m:ident $t:ident $turned:ident $axis:literal) => {
        rule!($f<$m>: (a: $t) -> $m = $m::$f(*a);
            |dy| inner!($t, $turned($m::$f(*a + core::$t::consts::FRAC_PI_2), $axis), dy);
            |t| $turned($m::$f(*a + core::$t::consts::FRAC_PI_2), $axis) * *t);
    };
    (@quaternion $m:ident $q:ident $t:ident $array:ident) => {
        rule!(from_quat<$m>: (q: $q) -> $m = $m::from_quat(*q);
            |dy| {
                let partial = |i: usize| {
                    let mut unit = [0.0; 4];
                    unit[i] = 1.0;
                    let unit = $q::from_array(unit);
                    let along = $m::from_quat(*q + unit) - $m::from_quat(*q) - $m::from_quat(unit) + $m::IDENTITY;
                    inner!($t, along, dy)
                };
                $q::from_array(core::array::from_fn(partial))
            };
            |t| $m::from_quat(*q + *t) - $m::from_quat(*q) - $m::from_quat(*t) + $m::IDENTITY);
    };
    (@look $f:ident $sign:literal, $m:ident $w:ident $v:ident $t:ident $along:ident $back:ident $seen:ident) => {
        impl Three<$v, $v, $v> for $f<$m> {
            type Y = $m;
            fn value(eye: &$v, center: &$v, up: &$v) -> $m {
                $m::$f(*eye, *center, *up)
            }
            fn pull(
                (eye, center, up): (&$v, &$v, &$v),
                dy: &$m,
                d: (Option<&mut $v>, Option<&mut $v>, Option<&mut $v>),
            ) {
                let (d_eye, d_dir, d_up) = $back(*eye, (*center - *eye) * $sign, *up, dy);
                d.0.into_iter().for_each(|d| *d += d_eye - d_dir * $sign);
                d.1.into_iter().for_each(|d| *d += d_dir * $sign);
                d.2.into_iter().for_each(|d| *d += d_up);
            }
            fn push((eye, center, up): (&$v, &$v, &$v), (te, tc, tu): (&$v, &$v, &$v)) -> $m {
                let (dir, t) = ((*center - *eye) * $sign, (*tc - *te) * $sign);
                let (s, u, f) = $seen(dir, *up);
                let t_f = $along(dir, t);
                let t_s = $along(f.cross(*up), t_f.cross(*up) + f.cross(*tu));
                let t_u = t_s.cross(f) + s.cross(t_f);
                let shift = |axis: $v, t: $v| -te.dot(axis) - eye.dot(t);
                $m::from_cols(
                    $w::new(t_s.x, t_u.x, -t_f.x, 0.0),
                    $w::new(t_s.y, t_u.y, -t_f.y, 0.0),
                    $w::new(t_s.z, t_u.z, -t_f.z, 0.0),
                    $w::new(shift(s, t_s), shift(u, t_u), -shift(f, t_f), 0.0),
                )
            }
        }
    };
}
transforms! {
    DMat4 DVec4 DVec3 DQuat DMat3 f64 outer_d4 turned_d4 across_d3 seen_d3 camera_d3;
    Mat4 Vec4 Vec3 Quat Mat3 f32 outer_4 turned_4 across_3 seen_3 camera_3;
}
