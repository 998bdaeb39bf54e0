//! Copies of what a call is lent by code that is not looked into: the reverse part of the call is lent them once more, when the
//! variables of that code are gone.

/// What is lent. The method `__keep` on a reference to this is [`KeepCopy`]'s, if what is lent can be copied, and else
/// [`KeepReference`]'s, which takes one reference more.
#[derive(Debug)]
pub struct Keeping<'a, T: ?Sized>(pub &'a T);

/// The copy of what can be copied.
pub trait KeepCopy {
    /// What owns it.
    type Kept;
    /// Makes it.
    fn __keep(&self) -> Self::Kept;
}

#[cfg(feature = "alloc")]
impl<T: alloc::borrow::ToOwned + ?Sized> KeepCopy for Keeping<'_, T> {
    type Kept = T::Owned;
    #[inline]
    fn __keep(&self) -> T::Owned {
        self.0.to_owned()
    }
}

#[cfg(not(feature = "alloc"))]
impl<T: Clone> KeepCopy for Keeping<'_, T> {
    type Kept = T;
    #[inline]
    fn __keep(&self) -> T {
        self.0.clone()
    }
}

/// The reference to all else.
pub trait KeepReference<'a> {
    /// What it refers to.
    type To: ?Sized;
    /// The reference.
    fn __keep(&self) -> &'a Self::To;
}

impl<'a, T: ?Sized> KeepReference<'a> for &Keeping<'a, T> {
    type To = T;
    #[inline]
    fn __keep(&self) -> &'a T {
        self.0
    }
}
