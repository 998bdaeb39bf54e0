//! Derivatives of arrays, slices, `Vec`s and boxes: elementwise.

use super::{Diff, Difference, Tangent};
#[cfg(feature = "alloc")]
use alloc::{boxed::Box, vec::Vec};

impl<T: Diff, const N: usize> Diff for [T; N] {
    type Tan = [T::Tan; N];
    #[inline]
    fn __zero_like(&self) -> Self::Tan {
        core::array::from_fn(|i| self[i].__zero_like())
    }
}

impl<D: Tangent, const N: usize> Tangent for [D; N] {
    const __ONE_ZERO: bool = D::__ONE_ZERO;

    #[inline]
    fn __add(&mut self, v: &Self) {
        for (d, v) in self.iter_mut().zip(v) {
            d.__add(v);
        }
    }
    #[inline]
    fn __clear(&mut self) {
        self.iter_mut().for_each(D::__clear);
    }
    #[inline]
    fn __differs(&self, v: &Self) -> Option<Difference> {
        self.iter().zip(v).find_map(|(d, v)| d.__differs(v))
    }
}

impl<D: Tangent> Tangent for [D] {
    #[inline]
    #[track_caller]
    fn __add(&mut self, v: &Self) {
        if self.len() != v.len() {
            different_lengths(self.len(), v.len());
        }
        for (d, v) in self.iter_mut().zip(v) {
            d.__add(v);
        }
    }
    #[inline]
    fn __clear(&mut self) {
        self.iter_mut().for_each(D::__clear);
    }
    #[inline]
    fn __differs(&self, v: &Self) -> Option<Difference> {
        if self.len() != v.len() {
            return Some(Difference::of(self.len(), v.len()));
        }
        self.iter().zip(v).find_map(|(d, v)| d.__differs(v))
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn different_lengths(a: usize, b: usize) -> ! {
    panic!("derivatives of lengths {a} and {b} cannot be added")
}

#[cfg(feature = "alloc")]
impl<T: Diff> Diff for [T] {
    type Tan = Vec<T::Tan>;
    #[inline]
    fn __zero_like(&self) -> Self::Tan {
        self.iter().map(T::__zero_like).collect()
    }
}

#[cfg(feature = "alloc")]
impl<T: Diff> Diff for Vec<T> {
    type Tan = Vec<T::Tan>;
    #[inline]
    fn __zero_like(&self) -> Self::Tan {
        self[..].__zero_like()
    }
}

#[cfg(feature = "alloc")]
impl<D: Tangent> Tangent for Vec<D> {
    #[inline]
    #[track_caller]
    fn __add(&mut self, v: &Self) {
        self[..].__add(&v[..]);
    }
    #[inline]
    fn __clear(&mut self) {
        self[..].__clear();
    }
    #[inline]
    fn __differs(&self, v: &Self) -> Option<Difference> {
        self[..].__differs(&v[..])
    }
}

#[cfg(feature = "alloc")]
impl<T: Diff> Diff for Box<T> {
    type Tan = Box<T::Tan>;
    #[inline]
    fn __zero_like(&self) -> Self::Tan {
        Box::new((**self).__zero_like())
    }
}

#[cfg(feature = "alloc")]
impl<D: Tangent> Tangent for Box<D> {
    #[inline]
    #[track_caller]
    fn __add(&mut self, v: &Self) {
        (**self).__add(v);
    }
    #[inline]
    fn __clear(&mut self) {
        (**self).__clear();
    }
    #[inline]
    fn __differs(&self, v: &Self) -> Option<Difference> {
        (**self).__differs(v)
    }
}
