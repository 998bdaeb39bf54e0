//! Norms, products and differences of vectors, and of matrices as vectors of all their numbers.

use super::Number;
use crate::linear::methods::{cross, dot, magnitude, magnitude_squared, metric_distance, norm, norm_squared};
use crate::linear::methods::{lerp, normalize};
use crate::linear::{Three, rule};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::{DefaultAllocator, Dim, OMatrix, OVector, Vector3};

type M<T, R, C> = OMatrix<T, R, C>;

rule!(@[T: Number, R: Dim, C: Dim] dot: (a: M<T, R, C>, b: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.dot(b); |dy| b * *dy, a * *dy; |ta, tb| ta.dot(b) + a.dot(tb));
rule!(@[T: Number, R: Dim, C: Dim] norm: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.norm(); |dy| a * by_length(*dy, a.norm()); |t| by_length(a.dot(t), a.norm()));
rule!(@[T: Number, R: Dim, C: Dim] magnitude: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.norm(); |dy| a * by_length(*dy, a.norm()); |t| by_length(a.dot(t), a.norm()));
rule!(@[T: Number, R: Dim, C: Dim] norm_squared: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.norm_squared(); |dy| a * (*dy + *dy); |t| a.dot(t) + a.dot(t));
rule!(@[T: Number, R: Dim, C: Dim] magnitude_squared: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.norm_squared(); |dy| a * (*dy + *dy); |t| a.dot(t) + a.dot(t));
rule!(@[T: Number, R: Dim, C: Dim] metric_distance: (a: M<T, R, C>, b: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.metric_distance(b);
    |dy| (a - b) * by_length(*dy, a.metric_distance(b)), (b - a) * by_length(*dy, a.metric_distance(b));
    |ta, tb| by_length((a - b).dot(&(ta - tb)), a.metric_distance(b)));
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

/// A derivative divided by a length: where that is zero, the derivative of the length is 0 by convention.
pub(super) fn by_length<T: Number>(x: T, length: T) -> T {
    if length == T::zero() { T::zero() } else { x / length }
}

impl<T: Number, D: Dim> Three<OVector<T, D>, OVector<T, D>, T> for lerp
where
    DefaultAllocator: Allocator<D>,
{
    type Y = OVector<T, D>;
    fn value(a: &OVector<T, D>, b: &OVector<T, D>, t: &T) -> OVector<T, D> {
        a.lerp(b, *t)
    }
    fn pull(
        (a, b, t): (&OVector<T, D>, &OVector<T, D>, &T),
        dy: &OVector<T, D>,
        (da, db, dt): (Option<&mut OVector<T, D>>, Option<&mut OVector<T, D>>, Option<&mut T>),
    ) {
        da.into_iter().for_each(|d| *d += dy * (T::one() - *t));
        db.into_iter().for_each(|d| *d += dy * *t);
        dt.into_iter().for_each(|d| *d += dy.dot(&(b - a)));
    }
    fn push(
        (a, b, t): (&OVector<T, D>, &OVector<T, D>, &T),
        (ta, tb, tt): (&OVector<T, D>, &OVector<T, D>, &T),
    ) -> OVector<T, D> {
        ta * (T::one() - *t) + tb * *t + (b - a) * *tt
    }
}
