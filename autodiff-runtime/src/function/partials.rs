//! The reverse part of a function from a few floats to one: its partial derivatives.

use super::{Active, ActiveRef, Argument, Constant, ConstantMut, ConstantRef};
use crate::{Off, Scalar};

/// Partial derivatives, one for each argument: a tuple, unless there is one argument only. That of a constant is `()`.
#[derive(Clone, Copy, Debug)]
pub struct Partials<P>(pub P);

/// A companion's result as that of a forward part.
#[inline(always)]
pub fn partials<Y, P>((value, gradient): (Y, P)) -> (Y, Partials<P>) {
    (value, Partials(gradient))
}

/// The partial derivative with respect to one argument.
pub trait Part<A: Argument, S> {
    /// Adds it, times the seed.
    fn add_times(&self, seed: &S, slot: A::Slot<'_>);
}

impl<S, P: Times<S>> Part<Active<P>, S> for P {
    #[inline(always)]
    fn add_times(&self, seed: &S, slot: Option<&mut P>) {
        slot.into_iter().for_each(|d| self.add_to(seed, d));
    }
}

impl<S, P: Times<S>> Part<ActiveRef<P>, S> for P {
    #[inline(always)]
    fn add_times(&self, seed: &S, slot: Option<&mut P>) {
        slot.into_iter().for_each(|d| self.add_to(seed, d));
    }
}

impl<T, S> Part<Constant<T>, S> for () {
    #[inline(always)]
    fn add_times(&self, _: &S, Off: Off) {}
}

impl<T: ?Sized, S> Part<ConstantRef<T>, S> for () {
    #[inline(always)]
    fn add_times(&self, _: &S, Off: Off) {}
}

impl<T: ?Sized, S> Part<ConstantMut<T>, S> for () {
    #[inline(always)]
    fn add_times(&self, _: &S, Off: Off) {}
}

/// Floats, and arrays of them.
pub trait Times<S> {
    /// `d += seed * self`
    fn add_to(&self, seed: &S, d: &mut Self);
}

impl<T: Scalar> Times<T> for T {
    #[inline(always)]
    fn add_to(&self, seed: &T, d: &mut T) {
        *d += *seed * *self;
    }
}

impl<S, P: Times<S>, const N: usize> Times<S> for [P; N] {
    #[inline(always)]
    fn add_to(&self, seed: &S, d: &mut [P; N]) {
        self.iter().zip(d).for_each(|(p, d)| p.add_to(seed, d));
    }
}
