//! Unit quaternions, as the four numbers that they are stored as.

use super::Number;
use super::vectors::by_length;
use crate::linear::functions::{from_axis_angle, from_scaled_axis, new};
use crate::linear::methods::{angle, conjugate, coordinates, inverse, inverse_transform_point};
use crate::linear::methods::{
    inverse_transform_vector, scaled_axis, to_rotation_matrix, transform_point, transform_vector,
};
use crate::linear::rule;
use crate::operator::operators::Mul;
use ::nalgebra::{Matrix3, Point3, Quaternion, Rotation, Unit, UnitQuaternion, Vector3, Vector4};

impl<T: Number> crate::Diff for UnitQuaternion<T> {
    type Tan = UnitQuaternion<T>;
    #[inline]
    fn __zero_like(&self) -> UnitQuaternion<T> {
        of(Quaternion::new(T::zero(), T::zero(), T::zero(), T::zero()))
    }
}

impl<T: Number> crate::Tangent for UnitQuaternion<T> {
    #[inline]
    fn __add(&mut self, v: &UnitQuaternion<T>) {
        self.as_mut_unchecked().coords += v.coords;
    }
    #[inline]
    fn __clear(&mut self) {
        self.as_mut_unchecked().coords.fill(T::zero());
    }
}

#[cfg(feature = "alloc")]
impl<T: Number + crate::check::Entries> crate::check::Entries for UnitQuaternion<T> {
    fn visit(&mut self, visitor: &mut crate::check::Visitor<'_>) {
        self.as_mut_unchecked().coords.visit(visitor);
    }
}

pub(super) fn of<T: Number>(q: Quaternion<T>) -> UnitQuaternion<T> {
    Unit::new_unchecked(q)
}

rule!(@[T: Number] Mul: (a: UnitQuaternion<T>, b: UnitQuaternion<T>) -> UnitQuaternion<T>
    = a * b;
    |dy| of(dy.as_ref() * b.as_ref().conjugate()), of(a.as_ref().conjugate() * dy.as_ref());
    |ta, tb| of(ta.as_ref() * b.as_ref() + a.as_ref() * tb.as_ref()));
rule!(@[T: Number] inverse: (a: UnitQuaternion<T>) -> UnitQuaternion<T>
    = a.inverse(); |dy| dy.conjugate(); |t| t.conjugate());
rule!(@[T: Number] conjugate: (a: UnitQuaternion<T>) -> UnitQuaternion<T>
    = a.conjugate(); |dy| dy.conjugate(); |t| t.conjugate());
/// What turns vectors and points, one way or the other.
macro_rules! turns {
    ($($name:ident $of:ident $way:ident)*) => {$(turns!(@$of $name $way);)*};
    (@vector $name:ident $way:ident) => {
        rule!(@[T: Number] $name: (q: UnitQuaternion<T>, v: Vector3<T>) -> Vector3<T>
            = turns!(@value $way q v); |dy| $way(&quaternion_back(&$way(q), v, dy)), vector_back(&$way(q), dy);
            |tq, tv| along(&$way(q), v, &$way(tq), tv));
    };
    (@point $name:ident $way:ident) => {
        rule!(@[T: Number] $name: (q: UnitQuaternion<T>, v: Point3<T>) -> Point3<T>
            = turns!(@point_value $way q v);
            |dy| $way(&quaternion_back(&$way(q), &v.coords, &dy.coords)),
                Point3::from(vector_back(&$way(q), &dy.coords));
            |tq, tv| Point3::from(along(&$way(q), &v.coords, &$way(tq), &tv.coords)));
    };
    (@value forth $q:ident $v:ident) => { $q * $v };
    (@value back $q:ident $v:ident) => { $q.inverse_transform_vector($v) };
    (@point_value forth $q:ident $v:ident) => { $q * $v };
    (@point_value back $q:ident $v:ident) => { $q.inverse_transform_point($v) };
}
turns! {
    Mul vector forth
    Mul point forth
    transform_vector vector forth
    transform_point point forth
    inverse_transform_vector vector back
    inverse_transform_point point back
}

fn forth<T: Number>(q: &UnitQuaternion<T>) -> UnitQuaternion<T> {
    *q
}

fn back<T: Number>(q: &UnitQuaternion<T>) -> UnitQuaternion<T> {
    q.conjugate()
}

// The four numbers: `x`, `y`, `z` and `w`.
rule!(@[T: Number] coordinates: (q: UnitQuaternion<T>) -> Vector4<T>
    = q.coords; |dy| of(Quaternion::from(*dy)); |t| t.coords);

// `2 atan2(|v|, |w|)`
rule!(@[T: Number] angle: (q: UnitQuaternion<T>) -> T
    = q.angle(); |dy| of(angle_partials(q) * *dy); |t| angle_partials(q).coords.dot(&t.coords));

fn angle_partials<T: Number>(q: &UnitQuaternion<T>) -> Quaternion<T> {
    let (v, w) = (q.imag(), q.w);
    let n = v.norm();
    let scale = T::of(2.0) / (n * n + w * w);
    Quaternion::from_parts(-n * w.signum() * scale, v * by_length(w.abs() * scale, n))
}

// `± v · 2 atan2(|v|, |w|)/|v|`
rule!(@[T: Number] scaled_axis: (q: UnitQuaternion<T>) -> Vector3<T>
= q.scaled_axis();
|dy| {
    let (g, h, k) = logarithm(q);
    let v = q.imag();
    of(Quaternion::from_parts(k * v.dot(dy), dy * g + v * (h * v.dot(dy))))
};
|t| {
    let (g, h, k) = logarithm(q);
    let v = q.imag();
    t.imag() * g + v * (h * v.dot(&t.imag()) + k * t.w)
});

/// Of `± 2 atan2(n, |w|)/n`: the value, its derivative by `n` divided by `n`, and that by `w`.
fn logarithm<T: Number>(q: &UnitQuaternion<T>) -> (T, T, T) {
    let (n, w) = (q.imag().norm().wide(), q.w.wide());
    let (a, sign) = (w.abs(), if w >= 0.0 { 1.0 } else { -1.0 });
    let square = n * n + a * a;
    let (g, h) = match n < 1e-2 * a {
        true => {
            let x = (n / a) * (n / a);
            let g = 2.0 / a * (1.0 - x / 3.0 + x * x / 5.0 - x * x * x / 7.0);
            (g, 2.0 / (a * a * a) * (-2.0 / 3.0 + 4.0 * x / 5.0 - 6.0 * x * x / 7.0))
        }
        false => {
            let g = 2.0 * n.atan2(a) / n;
            (g, (2.0 * a / square - g) / (n * n))
        }
    };
    // The sign of `w` cancels: that of the whole, and that in `|w|`.
    (T::of(sign * g), T::of(sign * h), T::of(-2.0 / square))
}

rule!(@[T: Number] from_axis_angle<UnitQuaternion<T>>: (u: Unit<Vector3<T>>, theta: T) -> UnitQuaternion<T>
= UnitQuaternion::from_axis_angle(u, *theta);
|dy| Unit::new_unchecked(dy.imag() * (*theta * T::of(0.5)).sin()),
{
    let (s, c) = (*theta * T::of(0.5)).sin_cos();
    T::of(0.5) * (u.dot(&dy.imag()) * c - dy.w * s)
};
|tu, ta| {
    let (s, c) = (*theta * T::of(0.5)).sin_cos();
    let half = T::of(0.5) * *ta;
    of(Quaternion::from_parts(-s * half, tu.as_ref() * s + u.as_ref() * (c * half)))
});

impl<T: Number> crate::Diff for Unit<Vector3<T>> {
    type Tan = Unit<Vector3<T>>;
    #[inline]
    fn __zero_like(&self) -> Unit<Vector3<T>> {
        Unit::new_unchecked(Vector3::zeros())
    }
}

impl<T: Number> crate::Tangent for Unit<Vector3<T>> {
    #[inline]
    fn __add(&mut self, v: &Unit<Vector3<T>>) {
        *self.as_mut_unchecked() += v.as_ref();
    }
    #[inline]
    fn __clear(&mut self) {
        self.as_mut_unchecked().fill(T::zero());
    }
}

// `v + 2 w (b × v) + 2 b × (b × v)`, with the vector part `b`.
pub(super) fn quaternion_back<T: Number>(
    q: &UnitQuaternion<T>,
    v: &Vector3<T>,
    dy: &Vector3<T>,
) -> UnitQuaternion<T> {
    let (b, w, two) = (q.imag(), q.w, T::of(2.0));
    let d_b = v.cross(dy) * w + dy * b.dot(v) + v * b.dot(dy) - b * (two * v.dot(dy));
    of(Quaternion::from_parts(two * dy.dot(&b.cross(v)), d_b * two))
}

pub(super) fn vector_back<T: Number>(q: &UnitQuaternion<T>, dy: &Vector3<T>) -> Vector3<T> {
    let (b, w, two) = (q.imag(), q.w, T::of(2.0));
    dy + (dy.cross(&b) * w + b.cross(&b.cross(dy))) * two
}

pub(super) fn along<T: Number>(
    q: &UnitQuaternion<T>,
    v: &Vector3<T>,
    tq: &UnitQuaternion<T>,
    tv: &Vector3<T>,
) -> Vector3<T> {
    let (b, w, two) = (q.imag(), q.w, T::of(2.0));
    let (c, u) = (tq.imag(), tq.w);
    let turn = b.cross(tv) * w + b.cross(&b.cross(tv));
    let turned = c.cross(v) * w + b.cross(v) * u + c.cross(&b.cross(v)) + b.cross(&c.cross(v));
    tv + (turn + turned) * two
}

/// The matrix of a quaternion, of whatever length: a quadratic form.
fn matrix<T: Number>(q: &Quaternion<T>) -> Matrix3<T> {
    *of(*q).to_rotation_matrix().matrix()
}

/// The derivative of a quadratic form.
fn matrix_along<T: Number>(q: &Quaternion<T>, t: &Quaternion<T>) -> Matrix3<T> {
    matrix(&(q + t)) - matrix(q) - matrix(t)
}

rule!(@[T: Number] to_rotation_matrix: (q: UnitQuaternion<T>) -> Rotation<T, 3>
    = q.to_rotation_matrix();
    |dy| {
        let unit = |i: usize| {
            let mut q = Quaternion::new(T::zero(), T::zero(), T::zero(), T::zero());
            q.coords[i] = T::one();
            q
        };
        let mut d = unit(0);
        (0..4).for_each(|i| d.coords[i] = matrix_along(q.as_ref(), &unit(i)).dot(dy.matrix()));
        of(d)
    };
    |t| Rotation::from_matrix_unchecked(matrix_along(q.as_ref(), t.as_ref())));

rule!(@[T: Number] new<UnitQuaternion<T>>: (w: Vector3<T>) -> UnitQuaternion<T>
    = UnitQuaternion::new(*w); |dy| exponential_back(w, dy); |t| exponential_along(w, t));
rule!(@[T: Number] from_scaled_axis<UnitQuaternion<T>>: (w: Vector3<T>) -> UnitQuaternion<T>
    = UnitQuaternion::from_scaled_axis(*w); |dy| exponential_back(w, dy); |t| exponential_along(w, t));

/// `sin(x/2)/x`, and its derivative divided by `x`.
fn scaled<T: Number>(w: &Vector3<T>) -> (T, T) {
    let square = w.norm_squared().wide();
    let x = square.sqrt();
    let (f, g) = match x < 1e-2 {
        true => (0.5 - square / 48.0 + square * square / 3840.0, -1.0 / 24.0 + square / 960.0),
        false => {
            let (s, c) = (0.5 * x).sin_cos();
            (s / x, (0.5 * c * x - s) / (x * square))
        }
    };
    (T::of(f), T::of(g))
}

pub(super) fn exponential_back<T: Number>(w: &Vector3<T>, dy: &UnitQuaternion<T>) -> Vector3<T> {
    let (f, g) = scaled(w);
    let d = dy.imag();
    d * f + w * (g * w.dot(&d) - T::of(0.5) * f * dy.w)
}

pub(super) fn exponential_along<T: Number>(w: &Vector3<T>, t: &Vector3<T>) -> UnitQuaternion<T> {
    let (f, g) = scaled(w);
    of(Quaternion::from_parts(-T::of(0.5) * f * w.dot(t), t * f + w * (g * w.dot(t))))
}
