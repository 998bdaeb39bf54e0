//! What is done with each component of a vector, and what is found among them.

use super::{DVec2, DVec3, DVec4, Vec2, Vec3, Vec4};
use crate::linear::methods::{
    abs, angle_between, clamp, element_product, exp, length_recip, lerp, max, max_element, min, min_element,
    normalize_or_zero, powf, project_onto, recip, reflect, reject_from, to_array, xy, xyz, xz, yz,
};
use crate::linear::{Three, rule};

macro_rules! vectors {
    ($($v:ident $t:ident $n:literal $partials:ident $others:ident)*) => {$(
        rule!(abs: (a: $v) -> $v = a.abs(); |dy| *dy * $v::from_array(direction(a.to_array(), 0.0));
            |t| *t * $v::from_array(direction(a.to_array(), 0.0)));
        rule!(recip: (a: $v) -> $v = a.recip(); |dy| -*dy / (*a * *a); |t| -*t / (*a * *a));
        rule!(exp: (a: $v) -> $v = a.exp(); |dy| *dy * a.exp(); |t| *t * a.exp());
        rule!(length_recip: (a: $v) -> $t = a.length_recip();
            |dy| *a * -(*dy * a.length_recip() * a.length_recip() * a.length_recip());
            |t| -(a.dot(*t) * a.length_recip() * a.length_recip() * a.length_recip()));
        rule!(element_product: (a: $v) -> $t = a.element_product(); |dy| $others(a) * *dy; |t| $others(a).dot(*t));
        rule!(max_element: (a: $v) -> $t = a.max_element();
            |dy| $v::from_array(first(a.to_array(), a.max_element(), *dy));
            |t| t.dot($v::from_array(first(a.to_array(), a.max_element(), 1.0))));
        rule!(min_element: (a: $v) -> $t = a.min_element();
            |dy| $v::from_array(first(a.to_array(), a.min_element(), *dy));
            |t| t.dot($v::from_array(first(a.to_array(), a.min_element(), 1.0))));
        rule!(to_array: (a: $v) -> [$t; $n] = a.to_array(); |dy| $v::from_array(*dy); |t| t.to_array());
        // Where both are equal, the first one has the derivative.
        rule!(max: (a: $v, b: $v) -> $v = a.max(*b);
            |dy| $v::select(a.max(*b).cmpeq(*a), *dy, $v::ZERO), $v::select(a.max(*b).cmpeq(*a), $v::ZERO, *dy);
            |ta, tb| $v::select(a.max(*b).cmpeq(*a), *ta, *tb));
        rule!(min: (a: $v, b: $v) -> $v = a.min(*b);
            |dy| $v::select(a.min(*b).cmpeq(*a), *dy, $v::ZERO), $v::select(a.min(*b).cmpeq(*a), $v::ZERO, *dy);
            |ta, tb| $v::select(a.min(*b).cmpeq(*a), *ta, *tb));
        rule!(reflect: (a: $v, n: $v) -> $v = a.reflect(*n);
            |dy| *dy - *n * (2.0 * n.dot(*dy)), (*dy * a.dot(*n) + *a * n.dot(*dy)) * -2.0;
            |ta, tn| *ta - (*tn * a.dot(*n) + *n * (ta.dot(*n) + a.dot(*tn))) * 2.0);
        rule!(normalize_or_zero: (a: $v) -> $v = a.normalize_or_zero();
            |dy| if a.normalize_or_zero() == $v::ZERO { $v::ZERO } else {
                (*dy - a.normalize() * a.normalize().dot(*dy)) / a.length()
            };
            |t| if a.normalize_or_zero() == $v::ZERO { $v::ZERO } else {
                (*t - a.normalize() * a.normalize().dot(*t)) / a.length()
            });
        rule!(project_onto: (a: $v, b: $v) -> $v = a.project_onto(*b);
            |dy| *b * (b.dot(*dy) / b.dot(*b)),
            {
                let (bb, s) = (b.dot(*b), a.dot(*b) / b.dot(*b));
                *dy * s + (*a - *b * (2.0 * s)) * (b.dot(*dy) / bb)
            };
            |ta, tb| {
                let (bb, s) = (b.dot(*b), a.dot(*b) / b.dot(*b));
                *tb * s + *b * ((ta.dot(*b) + a.dot(*tb) - 2.0 * s * b.dot(*tb)) / bb)
            });
        rule!(reject_from: (a: $v, b: $v) -> $v = a.reject_from(*b);
            |dy| *dy - *b * (b.dot(*dy) / b.dot(*b)),
            {
                let (bb, s) = (b.dot(*b), a.dot(*b) / b.dot(*b));
                -(*dy * s + (*a - *b * (2.0 * s)) * (b.dot(*dy) / bb))
            };
            |ta, tb| {
                let (bb, s) = (b.dot(*b), a.dot(*b) / b.dot(*b));
                *ta - (*tb * s + *b * ((ta.dot(*b) + a.dot(*tb) - 2.0 * s * b.dot(*tb)) / bb))
            });

        /// The derivatives of powers, by base and by exponent, as those of numbers are: 0 by the exponent where the base
        /// is 0.
        fn $partials(a: &$v, k: $t) -> ($v, $v) {
            let by_base = a.to_array().map(|x| if k == 0.0 { 0.0 } else { k * x.powf(k - 1.0) });
            let by_exponent =
                a.to_array().map(|x| if x == 0.0 && k >= 0.0 { 0.0 } else { x.powf(k) * x.ln() });
            (by_base.into(), by_exponent.into())
        }
        rule!(powf: (a: $v, k: $t) -> $v = a.powf(*k);
            |dy| *dy * $partials(a, *k).0, dy.dot($partials(a, *k).1);
            |ta, tk| {
                let (by_base, by_exponent) = $partials(a, *k);
                // An exponent that is a constant has no derivative, not one of 0 · NaN.
                if *tk == 0.0 { *ta * by_base } else { *ta * by_base + by_exponent * *tk }
            });

        /// For each component the product of all others.
        fn $others(a: &$v) -> $v {
            let all = a.to_array();
            let mut out = [1.0; $n];
            for (i, out) in out.iter_mut().enumerate() {
                all.iter().enumerate().filter(|(j, _)| *j != i).for_each(|(_, x)| *out *= x);
            }
            out.into()
        }

        impl Three<$v, $v, $t> for lerp {
            type Y = $v;
            #[inline]
            fn value(a: &$v, b: &$v, s: &$t) -> $v {
                a.lerp(*b, *s)
            }
            #[inline]
            fn pull((a, b, s): (&$v, &$v, &$t), dy: &$v, d: (Option<&mut $v>, Option<&mut $v>, Option<&mut $t>)) {
                d.0.into_iter().for_each(|d| *d += *dy * (1.0 - *s));
                d.1.into_iter().for_each(|d| *d += *dy * *s);
                d.2.into_iter().for_each(|d| *d += dy.dot(*b - *a));
            }
            #[inline]
            fn push((a, b, s): (&$v, &$v, &$t), (ta, tb, ts): (&$v, &$v, &$t)) -> $v {
                *ta * (1.0 - *s) + *tb * *s + (*b - *a) * *ts
            }
        }

        // At a bound, the derivative is that of the vector itself.
        impl Three<$v, $v, $v> for clamp {
            type Y = $v;
            #[inline]
            fn value(a: &$v, lo: &$v, hi: &$v) -> $v {
                a.clamp(*lo, *hi)
            }
            #[inline]
            fn pull((a, lo, hi): (&$v, &$v, &$v), dy: &$v, d: (Option<&mut $v>, Option<&mut $v>, Option<&mut $v>)) {
                let y = a.clamp(*lo, *hi);
                let (own, low) = (y.cmpeq(*a), y.cmpeq(*lo));
                d.0.into_iter().for_each(|d| *d += $v::select(own, *dy, $v::ZERO));
                let bound = $v::select(own, $v::ZERO, *dy);
                d.1.into_iter().for_each(|d| *d += $v::select(low, bound, $v::ZERO));
                d.2.into_iter().for_each(|d| *d += $v::select(low, $v::ZERO, bound));
            }
            #[inline]
            fn push((a, lo, hi): (&$v, &$v, &$v), (ta, tl, th): (&$v, &$v, &$v)) -> $v {
                let y = a.clamp(*lo, *hi);
                $v::select(y.cmpeq(*a), *ta, $v::select(y.cmpeq(*lo), *tl, *th))
            }
        }
    )*};
}
vectors! {
    DVec2 f64 2 powers_d2 others_d2 DVec3 f64 3 powers_d3 others_d3 DVec4 f64 4 powers_d4 others_d4
    Vec2 f32 2 powers_2 others_2 Vec3 f32 3 powers_3 others_3 Vec4 f32 4 powers_4 others_4
}

/// Numbers that have a sign.
trait Signed: Copy + PartialOrd {
    fn unit(self) -> Self;
}
impl Signed for f32 {
    fn unit(self) -> f32 {
        self.signum()
    }
}
impl Signed for f64 {
    fn unit(self) -> f64 {
        self.signum()
    }
}

/// The derivatives of absolute values, which are 0 at 0.
fn direction<T: Signed, const N: usize>(a: [T; N], zero: T) -> [T; N] {
    a.map(|x| if x == zero { zero } else { x.unit() })
}

/// The first component that is `y` has the derivative.
fn first<T: Copy + PartialEq + Default, const N: usize>(a: [T; N], y: T, dy: T) -> [T; N] {
    let mut out = [T::default(); N];
    if let Some(i) = a.iter().position(|x| *x == y) {
        out[i] = dy;
    }
    out
}

/// Some of the components.
macro_rules! components {
    ($($v:ident $name:ident $y:ident [$($i:literal)*];)*) => {$(
        rule!($name: (a: $v) -> $y = $y::new($(a[$i]),*);
            |dy| {
                let mut d = $v::ZERO;
                [$($i),*].iter().zip(dy.to_array()).for_each(|(i, x)| d[*i] = x);
                d
            };
            |t| $y::new($(t[$i]),*));
    )*};
}
components! {
    DVec3 xy DVec2 [0 1];
    DVec3 xz DVec2 [0 2];
    DVec3 yz DVec2 [1 2];
    DVec4 xy DVec2 [0 1];
    DVec4 xz DVec2 [0 2];
    DVec4 yz DVec2 [1 2];
    DVec4 xyz DVec3 [0 1 2];
    Vec3 xy Vec2 [0 1];
    Vec3 xz Vec2 [0 2];
    Vec3 yz Vec2 [1 2];
    Vec4 xy Vec2 [0 1];
    Vec4 xz Vec2 [0 2];
    Vec4 yz Vec2 [1 2];
    Vec4 xyz Vec3 [0 1 2];
}

/// The angle has its derivative from that of its cosine.
macro_rules! angles {
    ($($v:ident $t:ident $partials:ident;)*) => {$(
        rule!(angle_between: (a: $v, b: $v) -> $t = a.angle_between(*b);
            |dy| $partials(a, b) * *dy, $partials(b, a) * *dy;
            |ta, tb| $partials(a, b).dot(*ta) + $partials(b, a).dot(*tb));

        fn $partials(a: &$v, b: &$v) -> $v {
            let (u, v) = (a.normalize(), b.normalize());
            let c = u.dot(v);
            (u * c - v) / (a.length() * (1.0 - c * c).sqrt())
        }
    )*};
}
angles! {
    DVec3 f64 angle_d3;
    Vec3 f32 angle_3;
}
