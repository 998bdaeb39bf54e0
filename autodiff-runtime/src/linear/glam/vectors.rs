//! Vectors.

use super::{DVec2, DVec3, DVec4, Vec2, Vec3, Vec4, by_length, numbers};
use crate::IndexOperator;
use crate::linear::functions::{from_array, new, splat};
use crate::linear::methods::{cross, distance, distance_squared, dot, element_sum, extend, length};
use crate::linear::methods::{length_squared, normalize, perp, perp_dot, truncate};
use crate::linear::rule;
use crate::operator::operators::{Add, Div, Mul, Neg, Sub};

macro_rules! vectors {
    ($($v:ident $t:ident $n:literal)*) => {$(
        numbers!($v, [$t; $n], |v| v.to_array(), |a| $v::from_array(a));
        impl IndexOperator<usize> for $v {}

        rule!(Add: (a: $v, b: $v) -> $v = *a + *b; |dy| *dy, *dy; |ta, tb| *ta + *tb);
        rule!(Sub: (a: $v, b: $v) -> $v = *a - *b; |dy| *dy, -*dy; |ta, tb| *ta - *tb);
        rule!(Mul: (a: $v, b: $v) -> $v = *a * *b; |dy| *dy * *b, *dy * *a; |ta, tb| *ta * *b + *a * *tb);
        rule!(Div: (a: $v, b: $v) -> $v = *a / *b; |dy| *dy / *b, -*dy * *a / (*b * *b);
            |ta, tb| (*ta - *a / *b * *tb) / *b);
        rule!(Neg: (a: $v) -> $v = -*a; |dy| -*dy; |t| -*t);
        rule!(Add: (a: $v, k: $t) -> $v = *a + *k; |dy| *dy, dy.element_sum(); |ta, tk| *ta + *tk);
        rule!(Sub: (a: $v, k: $t) -> $v = *a - *k; |dy| *dy, -dy.element_sum(); |ta, tk| *ta - *tk);
        rule!(Mul: (a: $v, k: $t) -> $v = *a * *k; |dy| *dy * *k, dy.dot(*a); |ta, tk| *ta * *k + *a * *tk);
        rule!(Div: (a: $v, k: $t) -> $v = *a / *k; |dy| *dy / *k, -dy.dot(*a) / (*k * *k);
            |ta, tk| (*ta - *a / *k * *tk) / *k);
        rule!(Add: (k: $t, a: $v) -> $v = *k + *a; |dy| dy.element_sum(), *dy; |tk, ta| *tk + *ta);
        rule!(Sub: (k: $t, a: $v) -> $v = *k - *a; |dy| dy.element_sum(), -*dy; |tk, ta| *tk - *ta);
        rule!(Mul: (k: $t, a: $v) -> $v = *k * *a; |dy| dy.dot(*a), *dy * *k; |tk, ta| *ta * *k + *a * *tk);
        rule!(Div: (k: $t, a: $v) -> $v = *k / *a; |dy| (*dy / *a).element_sum(), -*dy * *k / (*a * *a);
            |tk, ta| (*tk - *k / *a * *ta) / *a);

        rule!(dot: (a: $v, b: $v) -> $t = a.dot(*b); |dy| *b * *dy, *a * *dy; |ta, tb| ta.dot(*b) + a.dot(*tb));
        rule!(length: (a: $v) -> $t = a.length(); |dy| *a * by_length!(*dy, a.length());
            |t| by_length!(a.dot(*t), a.length()));
        rule!(length_squared: (a: $v) -> $t = a.length_squared(); |dy| *a * (2.0 * *dy); |t| 2.0 * a.dot(*t));
        rule!(distance: (a: $v, b: $v) -> $t = a.distance(*b);
            |dy| (*a - *b) * by_length!(*dy, a.distance(*b)), (*b - *a) * by_length!(*dy, a.distance(*b));
            |ta, tb| by_length!((*a - *b).dot(*ta - *tb), a.distance(*b)));
        rule!(distance_squared: (a: $v, b: $v) -> $t = a.distance_squared(*b);
            |dy| (*a - *b) * (2.0 * *dy), (*b - *a) * (2.0 * *dy);
            |ta, tb| 2.0 * (*a - *b).dot(*ta - *tb));
        rule!(normalize: (a: $v) -> $v = a.normalize();
            |dy| (*dy - a.normalize() * a.normalize().dot(*dy)) / a.length();
            |t| (*t - a.normalize() * a.normalize().dot(*t)) / a.length());
        rule!(element_sum: (a: $v) -> $t = a.element_sum(); |dy| $v::splat(*dy); |t| t.element_sum());

        rule!(splat<$v>: (k: $t) -> $v = $v::splat(*k); |dy| dy.element_sum(); |t| $v::splat(*t));
        rule!(new<$v>: (a: [$t; $n]) -> $v = $v::from_array(*a); |dy| dy.to_array(); |t| $v::from_array(*t));
        rule!(from_array<$v>: (a: [$t; $n]) -> $v = $v::from_array(*a); |dy| dy.to_array();
            |t| $v::from_array(*t));
    )*};
}
vectors! {
    DVec2 f64 2 DVec3 f64 3 DVec4 f64 4
    Vec2 f32 2 Vec3 f32 3 Vec4 f32 4
}

macro_rules! between {
    ($($two:ident $three:ident $four:ident $t:ident)*) => {$(
        rule!(perp: (a: $two) -> $two = a.perp(); |dy| -dy.perp(); |t| t.perp());
        rule!(perp_dot: (a: $two, b: $two) -> $t = a.perp_dot(*b);
            |dy| $two::new(b.y, -b.x) * *dy, $two::new(-a.y, a.x) * *dy;
            |ta, tb| ta.perp_dot(*b) + a.perp_dot(*tb));
        rule!(cross: (a: $three, b: $three) -> $three = a.cross(*b); |dy| b.cross(*dy), dy.cross(*a);
            |ta, tb| ta.cross(*b) + a.cross(*tb));
        rule!(extend: (a: $two, z: $t) -> $three = a.extend(*z); |dy| dy.truncate(), dy.z; |ta, tz| ta.extend(*tz));
        rule!(extend: (a: $three, w: $t) -> $four = a.extend(*w); |dy| dy.truncate(), dy.w;
            |ta, tw| ta.extend(*tw));
        rule!(truncate: (a: $three) -> $two = a.truncate(); |dy| dy.extend(0.0); |t| t.truncate());
        rule!(truncate: (a: $four) -> $three = a.truncate(); |dy| dy.extend(0.0); |t| t.truncate());
    )*};
}
between!(DVec2 DVec3 DVec4 f64 Vec2 Vec3 Vec4 f32);
