//! What the reverse part of a call is handed: the adjoint of the result, and arguments once more.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// The adjoint of a result: a float by value, all else (floats too) by reference.
#[diagnostic::on_unimplemented(
    message = "the derivative of this call's result does not fit: `{Self}` is no `{D}`",
    label = "the result's derivative has the shape `{D}`"
)]
pub trait Given<D: ?Sized> {
    /// It, by reference.
    fn given(&self) -> &D;
}
macro_rules! given {
    ($($t:ty)*) => {$(
        impl Given<$t> for $t {
            #[inline(always)]
            fn given(&self) -> &$t {
                self
            }
        }
    )*};
}
given!(f32 f64);
impl<D: ?Sized> Given<D> for &D {
    #[inline(always)]
    fn given(&self) -> &D {
        self
    }
}
impl<D, const N: usize> Given<[D]> for &[D; N] {
    #[inline(always)]
    fn given(&self) -> &[D] {
        &self[..]
    }
}
impl<D, const N: usize> Given<[D; N]> for [D; N] {
    #[inline(always)]
    fn given(&self) -> &[D; N] {
        self
    }
}
#[cfg(feature = "alloc")]
impl<D> Given<[D]> for &Vec<D> {
    #[inline(always)]
    fn given(&self) -> &[D] {
        self
    }
}
#[cfg(feature = "alloc")]
impl<D> Given<[D]> for Vec<D> {
    #[inline(always)]
    fn given(&self) -> &[D] {
        self
    }
}

/// What is passed to the reverse part again: a reference, or `()` for what went by value.
#[diagnostic::on_unimplemented(
    message = "the derivative needs this call's arguments again, and a passive one is made for the call alone",
    label = "what one of the arguments refers to is `{A}`, and it can't be named a second time",
    note = "give it a name, with its type: `let x: [f64; 3] = *make();`, and pass `&x`"
)]
pub trait Again<A: ?Sized> {
    /// The reference, if there is one.
    fn passed<'a>(self) -> Option<&'a A>
    where
        Self: 'a;
}
impl<A: ?Sized> Again<A> for &A {
    #[inline(always)]
    fn passed<'a>(self) -> Option<&'a A>
    where
        Self: 'a,
    {
        Some(self)
    }
}

/// What went by value was kept. Constants may be named again all the same.
macro_rules! by_value {
    ($($t:ty)*) => {$(
        impl Again<$t> for () {
            #[inline(always)]
            fn passed<'a>(self) -> Option<&'a $t>
            where
                Self: 'a,
            {
                None
            }
        }
        impl Again<$t> for $t {
            #[inline(always)]
            fn passed<'a>(self) -> Option<&'a $t>
            where
                Self: 'a,
            {
                None
            }
        }
    )*};
}
by_value!(f32 f64 usize);
