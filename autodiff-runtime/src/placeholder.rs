//! Values that nobody looks at: what stands in a variable until the way is known by which it gets its value.

#[cfg(feature = "alloc")]
use alloc::{boxed::Box, string::String, vec::Vec};
use core::marker::PhantomData;

/// A type that has some value.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: a `{Self}` can't leave a branch or a loop here",
    label = "several ways lead to this `{Self}`",
    note = "why: in a companion, the variable that holds it is there before it is known by which way it gets its value, \
            and so needs some value to start with; `{Self}` has a passive field of a type of which none is known",
    note = "instead: assign the struct's fields one by one to a variable that has a value, or make the passive field a \
            number, a text or an `Option`"
)]
pub trait Placeholder {
    #[doc(hidden)]
    fn __placeholder() -> Self;
}

/// Some value.
#[inline(always)]
pub fn placeholder<T: Placeholder>() -> T {
    T::__placeholder()
}

macro_rules! defaults {
    ($($t:ty)*) => {$(
        impl Placeholder for $t {
            #[inline(always)]
            fn __placeholder() -> $t {
                <$t>::default()
            }
        }
    )*};
}
defaults!(f32 f64 bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl Placeholder for () {
    #[inline(always)]
    fn __placeholder() {}
}

impl Placeholder for &str {
    #[inline(always)]
    fn __placeholder() -> Self {
        ""
    }
}
#[cfg(feature = "alloc")]
defaults!(String);

impl<T> Placeholder for Option<T> {
    #[inline(always)]
    fn __placeholder() -> Self {
        None
    }
}

impl<T> Placeholder for PhantomData<T> {
    #[inline(always)]
    fn __placeholder() -> Self {
        PhantomData
    }
}

impl<T: Placeholder, const N: usize> Placeholder for [T; N] {
    #[inline(always)]
    fn __placeholder() -> Self {
        core::array::from_fn(|_| T::__placeholder())
    }
}

#[cfg(feature = "alloc")]
impl<T> Placeholder for Vec<T> {
    #[inline(always)]
    fn __placeholder() -> Self {
        Vec::new()
    }
}

#[cfg(feature = "alloc")]
impl<T: Placeholder> Placeholder for Box<T> {
    #[inline(always)]
    fn __placeholder() -> Self {
        Box::new(T::__placeholder())
    }
}

macro_rules! tuples {
    ($($t:ident)*) => {
        impl<$($t: Placeholder),*> Placeholder for ($($t,)*) {
            #[inline(always)]
            fn __placeholder() -> Self {
                ($($t::__placeholder(),)*)
            }
        }
    };
}
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_some_value() {
        let (x, v, o): ([f64; 2], Vec<f64>, Option<u8>) = placeholder();
        assert_eq!((x, v.len(), o), ([0.0; 2], 0, None));
    }
}
