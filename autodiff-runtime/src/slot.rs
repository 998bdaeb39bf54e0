//! Where a callee's companion puts the adjoint of one argument: the types that let the caller say "here", or
//! "nowhere", and that make an unwanted "nowhere" a compile error.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// "No adjoint wanted": the slot of a literal or of a passive argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Off;

/// "No adjoint wanted" of what the callee may write to: the slot of a `&mut` to something that the caller doesn't look into.
/// It fits no parameter that derivatives flow through, or what is written there would lose them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lent;

/// Derivatives of this shape are taken care of in what is lent like that: there is none.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the callee may write active values to this variable, which is not looked into",
    label = "a derivative of the shape `{Self}` may come out of this `&mut`",
    note = "start the variable as something of known form: `vec![0.0; n]`, `let mut v: Vec<f64> = Vec::new();`",
    note = "or, if it is no derivative's business, mark the parameter with `#[no_grad]` in the callee"
)]
pub trait Followed {}

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

impl<D: ?Sized + Followed> Slot<D> for Lent {
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
impl PassiveSlot for Lent {}
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
