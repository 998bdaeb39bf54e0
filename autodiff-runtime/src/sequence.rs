//! A compile-time proof that a value whose type the macro could not see is an array, a slice or a `Vec`: what a loop over
//! it hands out is known only then.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

mod sealed {
    /// Keeps [`super::Sequence`] to what `std` has: `.iter()` of any other type could mean anything.
    pub trait Sealed {}
    impl<T, const N: usize> Sealed for [T; N] {}
    impl<T> Sealed for [T] {}
    #[cfg(feature = "alloc")]
    impl<T> Sealed for super::Vec<T> {}
    impl<S: Sealed + ?Sized> Sealed for &S {}
    impl<S: Sealed + ?Sized> Sealed for &mut S {}
}

/// An array, a slice or a `Vec`.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: derivatives flow through a loop over this value, and `{Self}` is no array, slice or `Vec`",
    label = "what a loop over a `{Self}` hands out, and in which order, is not known",
    note = "why: a derivative goes back to where each item came from, which is known of arrays, slices and `Vec`s only",
    note = "instead: collect the floats in a `Vec` first, or use indices"
)]
pub trait Sequence: sealed::Sealed {
    /// How many elements there are.
    #[doc(hidden)]
    fn __len(&self) -> usize;
}

impl<T, const N: usize> Sequence for [T; N] {
    #[inline(always)]
    fn __len(&self) -> usize {
        N
    }
}

impl<T> Sequence for [T] {
    #[inline(always)]
    fn __len(&self) -> usize {
        self.len()
    }
}

#[cfg(feature = "alloc")]
impl<T> Sequence for Vec<T> {
    #[inline(always)]
    fn __len(&self) -> usize {
        self.len()
    }
}

#[diagnostic::do_not_recommend]
impl<S: Sequence + ?Sized> Sequence for &S {
    #[inline(always)]
    fn __len(&self) -> usize {
        (**self).__len()
    }
}

#[diagnostic::do_not_recommend]
impl<S: Sequence + ?Sized> Sequence for &mut S {
    #[inline(always)]
    fn __len(&self) -> usize {
        (**self).__len()
    }
}

/// How many elements an array, a slice or a `Vec` has.
#[inline(always)]
pub fn sequence_len<S: Sequence + ?Sized>(x: &S) -> usize {
    x.__len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn what_loops_run_over_has_a_length() {
        let v = vec![1.0, 2.0];
        assert_eq!((sequence_len(&[0.0; 3]), sequence_len(&v), sequence_len(&&v[..1])), (3, 2, 1));
    }
}
