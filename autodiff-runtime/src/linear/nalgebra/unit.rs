//! Unit quaternions, as the four numbers that they are stored as.

use super::Number;
use crate::linear::functions::{from_scaled_axis, new};
use crate::linear::methods::{conjugate, inverse, to_rotation_matrix, transform_point, transform_vector};
use crate::linear::rule;
use crate::operator::operators::Mul;
use ::nalgebra::{Matrix3, Point3, Quaternion, Rotation, Unit, UnitQuaternion, Vector3};

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

fn of<T: Number>(q: Quaternion<T>) -> UnitQuaternion<T> {
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
rule!(@[T: Number] Mul: (q: UnitQuaternion<T>, v: Vector3<T>) -> Vector3<T>
    = q * v; |dy| quaternion_back(q, v, dy), vector_back(q, dy); |tq, tv| along(q, v, tq, tv));
rule!(@[T: Number] transform_vector: (q: UnitQuaternion<T>, v: Vector3<T>) -> Vector3<T>
    = q * v; |dy| quaternion_back(q, v, dy), vector_back(q, dy); |tq, tv| along(q, v, tq, tv));
rule!(@[T: Number] Mul: (q: UnitQuaternion<T>, v: Point3<T>) -> Point3<T>
    = q * v;
    |dy| quaternion_back(q, &v.coords, &dy.coords), Point3::from(vector_back(q, &dy.coords));
    |tq, tv| Point3::from(along(q, &v.coords, tq, &tv.coords)));
rule!(@[T: Number] transform_point: (q: UnitQuaternion<T>, v: Point3<T>) -> Point3<T>
    = q * v;
    |dy| quaternion_back(q, &v.coords, &dy.coords), Point3::from(vector_back(q, &dy.coords));
    |tq, tv| Point3::from(along(q, &v.coords, tq, &tv.coords)));

// `v + 2 w (b × v) + 2 b × (b × v)`, with the vector part `b`.
fn quaternion_back<T: Number>(q: &UnitQuaternion<T>, v: &Vector3<T>, dy: &Vector3<T>) -> UnitQuaternion<T> {
    let (b, w, two) = (q.imag(), q.w, T::of(2.0));
    let d_b = v.cross(dy) * w + dy * b.dot(v) + v * b.dot(dy) - b * (two * v.dot(dy));
    of(Quaternion::from_parts(two * dy.dot(&b.cross(v)), d_b * two))
}

fn vector_back<T: Number>(q: &UnitQuaternion<T>, dy: &Vector3<T>) -> Vector3<T> {
    let (b, w, two) = (q.imag(), q.w, T::of(2.0));
    dy + (dy.cross(&b) * w + b.cross(&b.cross(dy))) * two
}

fn along<T: Number>(
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

fn exponential_back<T: Number>(w: &Vector3<T>, dy: &UnitQuaternion<T>) -> Vector3<T> {
    let (f, g) = scaled(w);
    let d = dy.imag();
    d * f + w * (g * w.dot(&d) - T::of(0.5) * f * dy.w)
}

fn exponential_along<T: Number>(w: &Vector3<T>, t: &Vector3<T>) -> UnitQuaternion<T> {
    let (f, g) = scaled(w);
    of(Quaternion::from_parts(-T::of(0.5) * f * w.dot(t), t * f + w * (g * w.dot(t))))
}
