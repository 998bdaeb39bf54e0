//! Copies of what a call is lent by code that is not looked into: the reverse part of the call is lent them once more, when the
//! variables of that code are gone.

/// What is lent. The method `__keep` on a reference to this is [`KeepCopy`]'s, if what is lent can be copied, and else
/// [`KeepReference`]'s, which takes one reference more.
#[derive(Debug)]
pub struct Keeping<'a, T: ?Sized>(pub &'a T);

/// What a method is called on that a variable holds: the variable changes, or is gone when the method is called once more.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: `{Self}` has no `Clone`",
    label = "a method with a derivative is called on this `{Self}`, which may change, or be gone",
    note = "why: the reverse pass calls it on the same thing once more, and needs that as it was",
    note = "instead: `#[derive(Clone)]` on its type, or a variable without `mut`, declared at the top of the body"
)]
pub trait KeptReceiver {
    /// The copy.
    fn __kept(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> KeptReceiver for T {
    #[inline]
    fn __kept(&self) -> T {
        self.clone()
    }
}

/// A copy of it.
#[inline(always)]
pub fn kept_receiver<T: KeptReceiver>(value: &T) -> T {
    value.__kept()
}

/// The copy of what can be copied.
pub trait KeepCopy {
    /// What owns it.
    type Kept;
    /// Makes it.
    fn __keep(&self) -> Self::Kept;
    /// The same of what a method is called on.
    #[inline]
    fn __keep_receiver(&self) -> Self::Kept {
        self.__keep()
    }
}

/// Of what a method is called on, which may be a reference, what that refers to is copied: a method is found on either.
#[cfg(feature = "alloc")]
impl<U: alloc::borrow::ToOwned + ?Sized> Keeping<'_, &U> {
    /// The copy.
    #[inline]
    pub fn __keep_receiver(&self) -> U::Owned {
        (*self.0).to_owned()
    }
}

/// See the other one.
#[cfg(not(feature = "alloc"))]
impl<U: Clone> Keeping<'_, &U> {
    /// The copy.
    #[inline]
    pub fn __keep_receiver(&self) -> U {
        (*self.0).clone()
    }
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
    /// The same of what a method is called on.
    #[inline]
    fn __keep_receiver(&self) -> &'a Self::To {
        self.__keep()
    }
}

impl<'a, T: ?Sized> KeepReference<'a> for &Keeping<'a, T> {
    type To = T;
    #[inline]
    fn __keep(&self) -> &'a T {
        self.0
    }
}
