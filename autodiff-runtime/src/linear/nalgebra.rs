//! Vectors, matrices and rotations of `nalgebra`.

mod complex;
mod isometries;
mod matrices;
mod parts;
mod points;
mod rotations;
mod solve;
mod square;
mod unit;
mod vectors;

pub use ::nalgebra::{DMatrix, DVector, Isometry3, Point2, Point3, Rotation, RowDVector, SMatrix};
pub use ::nalgebra::{UnitComplex, UnitQuaternion};
pub use parts::check_shapes;
pub use solve::{Cholesky, CholeskyConst, CholeskyDyn, Lu, LuConst, LuDyn};

use super::Operand;
use crate::{Diff, Tangent};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::{DefaultAllocator, Dim, OMatrix, RealField};

/// The numbers of which there are matrices with derivatives.
pub trait Number: RealField + Copy + Diff<Tan = Self> + Tangent {
    /// The same number.
    fn of(x: f64) -> Self;
    /// The same number.
    fn wide(self) -> f64;
}

impl Number for f32 {
    #[inline]
    fn of(x: f64) -> f32 {
        x as f32
    }
    #[inline]
    fn wide(self) -> f64 {
        f64::from(self)
    }
}

impl Number for f64 {
    #[inline]
    fn of(x: f64) -> f64 {
        x
    }
    #[inline]
    fn wide(self) -> f64 {
        self
    }
}

impl<T: Number, R: Dim, C: Dim> Diff for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Tan = OMatrix<T, R, C>;
    #[inline]
    fn __zero_like(&self) -> OMatrix<T, R, C> {
        let (r, c) = self.shape_generic();
        OMatrix::zeros_generic(r, c)
    }
}

impl<T: Number, R: Dim, C: Dim> Tangent for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn __add(&mut self, v: &OMatrix<T, R, C>) {
        assert_eq!(self.shape(), v.shape(), "#[backprop]: derivatives of different shapes are added up");
        *self += v;
    }
    #[inline]
    fn __clear(&mut self) {
        self.fill(T::zero());
    }
    fn __differs(&self, v: &OMatrix<T, R, C>) -> Option<crate::Difference> {
        lengths(self.nrows(), v.nrows()).or(lengths(self.ncols(), v.ncols()))
    }
}

/// Where two numbers of rows, or columns, differ.
fn lengths(a: usize, b: usize) -> Option<crate::Difference> {
    let none = || alloc::vec![(); 0];
    let of = |n: usize| {
        let mut all = none();
        all.resize(n, ());
        all
    };
    if a == b { None } else { of(a).__differs(&of(b)) }
}

#[cfg(feature = "alloc")]
impl<T: Number + crate::check::Entries, R: Dim, C: Dim> crate::check::Entries for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn visit(&mut self, visitor: &mut crate::check::Visitor<'_>) {
        for (i, x) in self.iter_mut().enumerate() {
            visitor.index(i, x);
        }
    }
}

impl<T, R, C, S> Operand for ::nalgebra::Matrix<T, R, C, S> {}
impl<T, const N: usize> Operand for Rotation<T, N> {}
impl<T> Operand for ::nalgebra::Unit<T> {}
impl<T: ::nalgebra::Scalar> Operand for ::nalgebra::Quaternion<T> {}
impl<T: ::nalgebra::Scalar, const N: usize> Operand for ::nalgebra::Point<T, N> {}
impl<T, R, const N: usize> Operand for ::nalgebra::Isometry<T, R, N> {}
