//! Norms, products and differences of vectors, and of matrices as vectors of all their numbers.

use super::Number;
use crate::linear::methods::normalize;
use crate::linear::methods::{cross, dot, magnitude, magnitude_squared, metric_distance, norm, norm_squared};
use crate::linear::rule;
use crate::operator::operators::{Add, Sub};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::{DefaultAllocator, Dim, OMatrix, Point3, Vector3};

type M<T, R, C> = OMatrix<T, R, C>;

rule!(@[T: Number, R: Dim, C: Dim] dot: (a: M<T, R, C>, b: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.dot(b); |dy| b * *dy, a * *dy; |ta, tb| ta.dot(b) + a.dot(tb));
rule!(@[T: Number, R: Dim, C: Dim] norm: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.norm(); |dy| a * (*dy / a.norm()); |t| a.dot(t) / a.norm());
rule!(@[T: Number, R: Dim, C: Dim] magnitude: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.norm(); |dy| a * (*dy / a.norm()); |t| a.dot(t) / a.norm());
rule!(@[T: Number, R: Dim, C: Dim] norm_squared: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.norm_squared(); |dy| a * (*dy + *dy); |t| a.dot(t) + a.dot(t));
rule!(@[T: Number, R: Dim, C: Dim] magnitude_squared: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.norm_squared(); |dy| a * (*dy + *dy); |t| a.dot(t) + a.dot(t));
rule!(@[T: Number, R: Dim, C: Dim] metric_distance: (a: M<T, R, C>, b: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.metric_distance(b);
    |dy| (a - b) * (*dy / a.metric_distance(b)), (b - a) * (*dy / a.metric_distance(b));
    |ta, tb| (a - b).dot(&(ta - tb)) / a.metric_distance(b));
rule!(@[T: Number, R: Dim, C: Dim] normalize: (a: M<T, R, C>) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a.normalize(); |dy| across(a, dy); |t| across(a, t));

/// What of a change of `a` changes its direction, as a change of that.
fn across<T: Number, R: Dim, C: Dim>(a: &M<T, R, C>, t: &M<T, R, C>) -> M<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let along = a.normalize();
    (t - &along * along.dot(t)) / a.norm()
}

rule!(@[T: Number] cross: (a: Vector3<T>, b: Vector3<T>) -> Vector3<T>
    = a.cross(b); |dy| b.cross(dy), dy.cross(a); |ta, tb| ta.cross(b) + a.cross(tb));

// Points, whose differences are vectors.
rule!(@[T: Number] Add: (a: Point3<T>, b: Vector3<T>) -> Point3<T>
    = a + b; |dy| *dy, dy.coords; |ta, tb| ta + tb);
rule!(@[T: Number] Sub: (a: Point3<T>, b: Vector3<T>) -> Point3<T>
    = a - b; |dy| *dy, -dy.coords; |ta, tb| ta - tb);
rule!(@[T: Number] Sub: (a: Point3<T>, b: Point3<T>) -> Vector3<T>
    = a - b; |dy| Point3::from(*dy), Point3::from(-dy); |ta, tb| ta - tb);
rule!(@[T: Number] crate::linear::functions::new<Point3<T>>: (a: [T; 3]) -> Point3<T>
    = Point3::from(*a); |dy| [dy.x, dy.y, dy.z]; |t| Point3::from(*t));
rule!(@[T: Number] crate::linear::functions::from<Point3<T>>: (a: Vector3<T>) -> Point3<T>
    = Point3::from(*a); |dy| dy.coords; |t| Point3::from(*t));

impl<T: Number> crate::Diff for Point3<T> {
    type Tan = Point3<T>;
    #[inline]
    fn __zero_like(&self) -> Point3<T> {
        Point3::origin()
    }
}

impl<T: Number> crate::Tangent for Point3<T> {
    #[inline]
    fn __add(&mut self, v: &Point3<T>) {
        self.coords += v.coords;
    }
    #[inline]
    fn __clear(&mut self) {
        *self = Point3::origin();
    }
}

#[cfg(feature = "alloc")]
impl<T: Number + crate::check::Entries> crate::check::Entries for Point3<T> {
    fn visit(&mut self, visitor: &mut crate::check::Visitor<'_>) {
        self.coords.visit(visitor);
    }
}
