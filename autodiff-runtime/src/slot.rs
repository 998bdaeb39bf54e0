//! Where a callee's companion puts the adjoint of one argument: the types that let the caller say "here", or
//! "nowhere", and that make an unwanted "nowhere" a compile error.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// "No adjoint wanted": the slot of a literal or of a passive argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Off;

/// A place for an adjoint of type `D`: [`Off`], or an exclusive reference to one.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the derivative of this argument does not fit the parameter: `{Self}` is no place for a `{D}`",
    label = "its derivative has the shape `{D}`",
    note = "`#[backprop]` gives a derivative the shape of its parameter: the argument must have the \
            parameter's type"
)]
pub trait Slot<D: ?Sized> {
    /// The reference, if there is one.
    #[doc(hidden)]
    fn open<'s>(self) -> Option<&'s mut D>
    where
        Self: 's;
}

impl<D: ?Sized> Slot<D> for Off {
    #[inline(always)]
    fn open<'s>(self) -> Option<&'s mut D>
    where
        Self: 's,
    {
        None
    }
}

impl<D: ?Sized> Slot<D> for Option<&mut D> {
    #[inline(always)]
    fn open<'s>(self) -> Option<&'s mut D>
    where
        Self: 's,
    {
        self
    }
}

impl<D> Slot<D> for &mut D {
    #[inline(always)]
    fn open<'s>(self) -> Option<&'s mut D>
    where
        Self: 's,
    {
        Some(self)
    }
}

impl<D> Slot<[D]> for &mut [D] {
    #[inline(always)]
    fn open<'s>(self) -> Option<&'s mut [D]>
    where
        Self: 's,
    {
        Some(self)
    }
}

impl<D, const N: usize> Slot<[D]> for &mut [D; N] {
    #[inline(always)]
    fn open<'s>(self) -> Option<&'s mut [D]>
    where
        Self: 's,
    {
        Some(self)
    }
}

#[cfg(feature = "alloc")]
impl<D> Slot<[D]> for &mut Vec<D> {
    #[inline(always)]
    fn open<'s>(self) -> Option<&'s mut [D]>
    where
        Self: 's,
    {
        Some(self)
    }
}

/// The slot of a parameter that no derivative is taken for: only [`Off`] fits, and the derivative of a value
/// that has none. An active argument there is a compile error at the argument.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: an active value is passed to a passive parameter: its derivative would be dropped",
    label = "a derivative flows into this argument, but the callee's `#[backprop]` takes none for it",
    note = "if the argument is meant to be a constant, wrap it in `backprop::stop_gradient(…)`",
    note = "otherwise make the parameter active in the callee: remove its `#[no_grad]`, or name it in `wrt(…)`"
)]
pub trait PassiveSlot {}
impl PassiveSlot for Off {}
impl PassiveSlot for &mut () {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn add(slot: impl Slot<[f64]>, v: f64) -> bool {
        match slot.open() {
            Some(d) => {
                d.iter_mut().for_each(|d| *d += v);
                true
            }
            None => false,
        }
    }

    #[test]
    fn arrays_vecs_and_slices_are_places_for_slices() {
        let (mut a, mut v) = ([0.0; 3], vec![0.0; 2]);
        assert!(add(&mut a, 1.0) && add(&mut v, 2.0) && add(&mut a[1..], 3.0) && add(Some(&mut v[..1]), 4.0));
        assert_eq!((a, v), ([1.0, 4.0, 4.0], vec![6.0, 2.0]));
    }

    #[test]
    fn off_is_no_place() {
        assert!(!add(Off, 1.0) && !add(None, 1.0));
    }
}
