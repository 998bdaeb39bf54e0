//! What the reverse part of a call is handed: the adjoint of the result, and arguments once more.

use crate::ops::shape::Shape;
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

/// What is passed to the reverse part again: a reference, or `()` for what went by value, or can't be named again. Of the
/// latter the forward part has made a copy; it knows from the type of what the reverse part will be passed, which
/// rustc infers.
#[diagnostic::on_unimplemented(
    message = "the derivative needs this call's arguments again, and this is not what was passed",
    label = "what one of the arguments refers to is `{A}`, and `{Self}` is no reference to it"
)]
pub trait Again<A: ?Sized> {
    /// How the reverse part comes by the argument.
    type Way: Way<A>;
    /// The reference, if there is one.
    fn passed<'a>(self) -> Option<&'a A>
    where
        Self: 'a;
}

/// How the reverse part comes by an argument.
pub trait Way<A: ?Sized> {
    /// What the forward part makes of it for that.
    type Copy;
    /// Makes it.
    fn copy(a: &A) -> Self::Copy;
    /// The argument; of a float nothing, since operations keep floats themselves.
    fn get<'a>(copy: &'a Self::Copy, passed: Option<&'a A>) -> Option<&'a A>;
}

/// The argument is passed again.
#[derive(Debug)]
pub enum PassedAgain {}
impl<A: ?Sized> Way<A> for PassedAgain {
    type Copy = ();
    #[inline(always)]
    fn copy(_: &A) {}
    #[inline(always)]
    fn get<'a>((): &'a (), passed: Option<&'a A>) -> Option<&'a A> {
        passed
    }
}

/// The forward part copies the argument.
#[derive(Debug)]
pub enum Copied {}
impl<A: Copyable + ?Sized> Way<A> for Copied {
    type Copy = A::Twin;
    #[inline(always)]
    fn copy(a: &A) -> A::Twin {
        a.twin()
    }
    #[inline(always)]
    fn get<'a>(copy: &'a A::Twin, _: Option<&'a A>) -> Option<&'a A> {
        A::of_twin(copy)
    }
}

/// Arguments that can be copied: shapes, and numbers of classes.
pub trait Copyable {
    /// The copy.
    type Twin;
    /// Makes it.
    fn twin(&self) -> Self::Twin;
    /// What was copied.
    fn of_twin(twin: &Self::Twin) -> Option<&Self>;
}
impl<S: Shape + ?Sized> Copyable for S {
    type Twin = S::Twin;
    #[inline(always)]
    fn twin(&self) -> S::Twin {
        Shape::twin(self)
    }
    #[inline(always)]
    fn of_twin(twin: &S::Twin) -> Option<&S> {
        <S as Shape>::of_twin(twin)
    }
}
impl Copyable for usize {
    type Twin = ();
    #[inline(always)]
    fn twin(&self) {}
    #[inline(always)]
    fn of_twin((): &()) -> Option<&usize> {
        None
    }
}

/// What the forward part leaves of one argument.
#[derive(Debug)]
pub struct Held<A: ?Sized, W: Way<A>>(W::Copy);

impl<A: ?Sized, W: Way<A>> Held<A, W> {
    /// Of an argument.
    #[inline(always)]
    pub fn of(a: &A) -> Self {
        Held(W::copy(a))
    }
    /// The argument, which was copied or is passed again.
    #[inline(always)]
    pub fn get<'a>(&'a self, again: impl Again<A> + 'a) -> Option<&'a A> {
        W::get(&self.0, again.passed())
    }
}

/// What is left of an argument of which `R` is passed to the reverse part.
pub type HeldFor<A, R> = Held<A, <R as Again<A>>::Way>;

/// References are passed again. A slice that has changed since is kept as a `Vec`.
macro_rules! by_reference {
    ($($(#[$attribute:meta])* [$($n:tt)*] $of:ty: $a:ty;)*) => {$(
        $(#[$attribute])*
        impl<$($n)*> Again<$of> for &$a {
            type Way = PassedAgain;
            #[inline(always)]
            fn passed<'a>(self) -> Option<&'a $of>
            where
                Self: 'a,
            {
                Some(self)
            }
        }
    )*};
}
by_reference! {
    [A: ?Sized] A: A;
    [S, const N: usize] [S]: [S; N];
    #[cfg(feature = "alloc")] [S] [S]: Vec<S>;
}

impl<A: Copyable + ?Sized> Again<A> for () {
    type Way = Copied;
    #[inline(always)]
    fn passed<'a>(self) -> Option<&'a A>
    where
        Self: 'a,
    {
        None
    }
}

/// Constants may be named again all the same.
macro_rules! by_value {
    ($($t:ty)*) => {$(
        impl Again<$t> for $t {
            type Way = Copied;
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
