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

/// Floats, and arrays, slices, `Vec`s and tuples of them: what a parameter has to be made of whose type is only a
/// name to the macro, and that the function uses as floats.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the parameter of the type `{Self}` has to be marked",
    label = "used as floats, which `{Self}` is not made of",
    note = "the macro sees only the name of the type; it takes a parameter that meets floats in arithmetic for an \
            alias of floats",
    note = "mark the parameter `#[no_grad]` if it is a constant"
)]
pub trait Floats {}

macro_rules! made_of_floats {
    ($($t:ident)*) => { impl<$($t: Floats),*> Floats for ($($t,)*) {} };
}

impl Floats for f32 {}
impl Floats for f64 {}
impl<T: Floats, const N: usize> Floats for [T; N] {}
impl<T: Floats> Floats for [T] {}
#[cfg(feature = "alloc")]
impl<T: Floats> Floats for Vec<T> {}
made_of_floats!(A);
made_of_floats!(A B);
made_of_floats!(A B C);
made_of_floats!(A B C D);
made_of_floats!(A B C D E);
made_of_floats!(A B C D E F);

/// Asks rustc whether `T` is made of floats.
pub const fn floats<T: Floats + ?Sized>() {}

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
