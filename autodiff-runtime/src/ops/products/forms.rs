//! What products take and give: vectors, matrices, and which of them fit.

use crate::ops::real::Real;
use crate::ops::shape::Shape;
use crate::ops::walk::{check_lengths, row};
#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// A sequence of which another one of the same kind and length can be made: of an array an array, of all else a `Vec`.
pub trait List: Shape {
    /// The same kind of sequence, of `R`s.
    type With<R: Shape<Real = Self::Real, Owned = R> + Clone>: Shape<Real = Self::Real, Owned = Self::With<R>>
        + Clone;
    /// `r` as often as `length` says; of an array as often as its type says.
    #[doc(hidden)]
    fn repeated<R: Shape<Real = Self::Real, Owned = R> + Clone>(length: usize, r: R) -> Self::With<R>;
}

impl<S: Shape, const N: usize> List for [S; N] {
    type With<R: Shape<Real = S::Real, Owned = R> + Clone> = [R; N];
    #[inline(always)]
    fn repeated<R: Shape<Real = S::Real, Owned = R> + Clone>(_: usize, r: R) -> [R; N] {
        core::array::from_fn(|_| r.clone())
    }
}

macro_rules! lists {
    ($($t:ty)*) => {$(
        #[cfg(feature = "alloc")]
        impl<S: Shape> List for $t {
            type With<R: Shape<Real = S::Real, Owned = R> + Clone> = Vec<R>;
            #[inline]
            fn repeated<R: Shape<Real = S::Real, Owned = R> + Clone>(length: usize, r: R) -> Vec<R> {
                alloc::vec![r; length]
            }
        }
    )*};
}
lists!([S] Vec<S>);

/// An array, slice or `Vec` of floats.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no vector",
    label = "expected an array, a slice or a `Vec` of floats here"
)]
pub trait Vector: List<Part = <Self as Shape>::Real> {}
impl<T: Real, const N: usize> Vector for [T; N] {}
#[cfg(feature = "alloc")]
impl<T: Real> Vector for [T] {}
#[cfg(feature = "alloc")]
impl<T: Real> Vector for Vec<T> {}

/// An array, slice or `Vec` of rows, which are vectors of one length.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no matrix",
    label = "expected an array, a slice or a `Vec` of rows here; a flat matrix has `matvec_flat` and `matmul_flat`"
)]
pub trait Matrix: List<Part: Vector> {}
impl<R: Vector + Shape, const M: usize> Matrix for [R; M] {}
#[cfg(feature = "alloc")]
impl<R: Vector> Matrix for [R] {}
#[cfg(feature = "alloc")]
impl<R: Vector> Matrix for Vec<R> {}

/// Rows of the left side of a product that fit its right side: as many numbers in each as the right side has numbers, or
/// rows. Where both stand in the types, they must be the same.
#[diagnostic::on_unimplemented(
    message = "shapes that don't fit in a product: rows of the shape `{Self}` and `{Right}`",
    label = "the rows of the left side (`{Self}`) need as many numbers as the right side (`{Right}`) has elements"
)]
pub trait Fits<Right: ?Sized> {}
impl<T, R, const K: usize> Fits<[R; K]> for [T; K] {}

macro_rules! fits {
    ($([$($n:tt)*] $a:ty, $b:ty;)*) => {$(
        #[cfg(feature = "alloc")]
        impl<T, R $(, $n)*> Fits<$b> for $a {}
    )*};
}
fits! {
    [] Vec<T>, [R];
    [] Vec<T>, Vec<R>;
}
#[cfg(feature = "alloc")]
impl<T, R, const K: usize> Fits<[R]> for [T; K] {}
#[cfg(feature = "alloc")]
impl<T, R, const K: usize> Fits<Vec<R>> for [T; K] {}
#[cfg(feature = "alloc")]
impl<T, R, const K: usize> Fits<[R; K]> for Vec<T> {}

/// How long the rows are; of no rows, where only they would say, 0.
#[inline(always)]
pub fn columns<A: Matrix + ?Sized>(a: &A) -> usize {
    a.parts().first().map_or(0, |first| row(first).len())
}

/// Checks that all rows have `length` numbers.
///
/// # Panics
///
/// If one hasn't; the message names `function`.
#[inline(always)]
#[track_caller]
pub fn check_rows<A: Matrix + ?Sized>(function: &str, a: &A, length: usize) {
    // No closure: the panic is to name the caller's line.
    for r in a.parts() {
        check_lengths(function, row(r).len(), length);
    }
}
