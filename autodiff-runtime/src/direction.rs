//! Where a callee's tangent companion finds the tangent of one argument.

use crate::Off;
#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// A tangent of type `D`: a reference to one, or [`Off`] for zero.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the tangent of this argument does not fit the parameter: `{Self}` is no tangent of type `{D}`",
    label = "its derivative has the shape `{D}`"
)]
pub trait Direction<D: ?Sized> {
    /// The reference, if there is one.
    #[doc(hidden)]
    fn along<'s>(self) -> Option<&'s D>
    where
        Self: 's;
}

impl<D: ?Sized> Direction<D> for Off {
    #[inline(always)]
    fn along<'s>(self) -> Option<&'s D>
    where
        Self: 's,
    {
        None
    }
}

impl<D: ?Sized> Direction<D> for Option<&D> {
    #[inline(always)]
    fn along<'s>(self) -> Option<&'s D>
    where
        Self: 's,
    {
        self
    }
}

impl<D> Direction<D> for &D {
    #[inline(always)]
    fn along<'s>(self) -> Option<&'s D>
    where
        Self: 's,
    {
        Some(self)
    }
}

impl<D> Direction<[D]> for &[D] {
    #[inline(always)]
    fn along<'s>(self) -> Option<&'s [D]>
    where
        Self: 's,
    {
        Some(self)
    }
}

impl<D, const N: usize> Direction<[D]> for &[D; N] {
    #[inline(always)]
    fn along<'s>(self) -> Option<&'s [D]>
    where
        Self: 's,
    {
        Some(self)
    }
}

#[cfg(feature = "alloc")]
impl<D> Direction<[D]> for &Vec<D> {
    #[inline(always)]
    fn along<'s>(self) -> Option<&'s [D]>
    where
        Self: 's,
    {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn sum(d: impl Direction<[f64]>) -> Option<f64> {
        d.along().map(|d| d.iter().sum())
    }

    #[test]
    fn arrays_vecs_and_slices_are_tangents_of_slices() {
        let (a, v) = ([1.0, 2.0], vec![3.0]);
        assert_eq!((sum(&a), sum(&v), sum(&a[1..]), sum(Off)), (Some(3.0), Some(3.0), Some(2.0), None));
    }
}
