//! Finding out, at compile time, whether a type that the macro could not look into is a float after all: an alias
//! of one. Its derivative would be dropped without a word.
//!
//! An associated constant of the type itself goes before one of a trait, so [`Probe::<f64>::IS_FLOAT`](Probe) is
//! the inherent one, and any other type has the trait's.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::marker::PhantomData;

/// Asks about the type `T`.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

/// The answer for types that are nothing special.
pub trait NotAFloat {
    /// Whether it is a float, or an array of floats.
    const IS_FLOAT: bool = false;
}

impl<T: ?Sized> NotAFloat for Probe<T> {}

macro_rules! floats {
    ($([$($generics:tt)*] $t:ty;)*) => {$(
        impl<$($generics)*> Probe<$t> {
            /// It is.
            pub const IS_FLOAT: bool = true;
        }
    )*};
}

macro_rules! shapes {
    ($($f:ty)*) => {$(
        floats! {
            [] $f;
            [] [$f];
            [const N: usize] [$f; N];
            [const N: usize] [[$f; N]];
            [const N: usize, const M: usize] [[$f; N]; M];
            [const N: usize, const M: usize, const L: usize] [[[$f; N]; M]; L];
            ['a] &'a $f;
            ['a] &'a [$f];
            ['a, const N: usize] &'a [$f; N];
            ['a, const N: usize, const M: usize] &'a [[$f; N]; M];
            [] ($f, $f);
            [] ($f, $f, $f);
            [] ($f, $f, $f, $f);
        }
        #[cfg(feature = "alloc")]
        floats! {
            [] Vec<$f>;
            [] Vec<Vec<$f>>;
            [const N: usize] Vec<[$f; N]>;
            ['a] &'a Vec<$f>;
        }
    )*};
}

shapes!(f32 f64);

#[cfg(test)]
mod tests {
    use super::*;

    type Meters = f64;
    type Point = [f32; 3];
    struct Config;

    #[test]
    fn aliases_are_seen_through() {
        const { assert!(Probe::<Meters>::IS_FLOAT) };
        const { assert!(Probe::<Point>::IS_FLOAT) };
        const { assert!(!Probe::<Config>::IS_FLOAT) };
        const { assert!(!Probe::<usize>::IS_FLOAT) };
        const { assert!(!Probe::<str>::IS_FLOAT) };
    }
}
