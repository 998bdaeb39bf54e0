//! The primitive floats.

use crate::{Diff, InLanes, Lanes, Prim, PrimOf, Tangent};
use core::fmt::{Debug, Display};
use core::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// A float: `f32` or `f64`. Generated code adds this bound to the type parameters that derivatives flow
/// through, beside the user's own (`T: Float`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a float that `#[backprop]` can differentiate",
    label = "expected `f32` or `f64`"
)]
pub trait Scalar:
    Diff<Tan = Self>
    + Tangent
    + InLanes<Lanes = Lanes<Self>>
    + Prim<Float = Self>
    + PrimOf<Self>
    + Copy
    + Default
    + Debug
    + Display
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + 'static
{
    /// The nearest float to a literal.
    #[doc(hidden)]
    fn __lit(x: f64) -> Self;

    /// The same number as an `f64`.
    #[doc(hidden)]
    fn __wide(self) -> f64;

    /// What the function for this float makes of some of them.
    #[doc(hidden)]
    fn __of_its_width<const N: usize>(
        x: [Self; N],
        single: impl FnOnce([f32; N]) -> f32,
        double: impl FnOnce([f64; N]) -> f64,
    ) -> Self;
}

impl Scalar for f64 {
    #[inline(always)]
    fn __lit(x: f64) -> f64 {
        x
    }

    #[inline(always)]
    fn __wide(self) -> f64 {
        self
    }

    #[inline(always)]
    fn __of_its_width<const N: usize>(
        x: [f64; N],
        _: impl FnOnce([f32; N]) -> f32,
        double: impl FnOnce([f64; N]) -> f64,
    ) -> f64 {
        double(x)
    }
}

impl Scalar for f32 {
    #[inline(always)]
    fn __lit(x: f64) -> f32 {
        x as f32
    }

    #[inline(always)]
    fn __wide(self) -> f64 {
        self.into()
    }

    #[inline(always)]
    fn __of_its_width<const N: usize>(
        x: [f32; N],
        single: impl FnOnce([f32; N]) -> f32,
        _: impl FnOnce([f64; N]) -> f64,
    ) -> f32 {
        single(x)
    }
}

/// The nearest float of type `F` to a literal.
#[inline(always)]
pub fn lit<F: Scalar>(x: f64) -> F {
    F::__lit(x)
}

/// An operation on floats of a type parameter that no bound has as a method: one function for each float that it may be.
#[inline(always)]
pub fn of_its_width<F: Scalar, const N: usize>(
    x: [F; N],
    single: impl FnOnce([f32; N]) -> f32,
    double: impl FnOnce([f64; N]) -> f64,
) -> F {
    F::__of_its_width(x, single, double)
}

/// Any float as an `f64`, exactly.
#[inline(always)]
pub fn wide<F: Scalar>(x: F) -> f64 {
    x.__wide()
}
