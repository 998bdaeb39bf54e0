//! What a derivative that is written by hand is given: numbers by value, all else by reference. Where a type is only a
//! name to the macro, rustc decides which of the two it is.
//!
//! A function of the type itself goes before one of a trait, so that `Handed(&2.0).handed()` is a number, and of any
//! other type the reference.

/// A value on its way to a rule.
#[derive(Debug)]
pub struct Handed<'a, T: ?Sized>(pub &'a T);

/// Values of types that are no numbers.
pub trait ByReference<'a> {
    /// The type of the value.
    type Value: ?Sized;
    /// The reference.
    fn handed(self) -> &'a Self::Value;
}

impl<'a, T: ?Sized> ByReference<'a> for Handed<'a, T> {
    type Value = T;
    #[inline(always)]
    fn handed(self) -> &'a T {
        self.0
    }
}

macro_rules! by_value {
    ($($t:ty)*) => {$(
        impl Handed<'_, $t> {
            /// The number.
            #[inline(always)]
            pub fn handed(self) -> $t {
                *self.0
            }
        }
    )*};
}
by_value!(f32 f64 bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// What a function may take by value if its derivative is written by hand.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the derivative of a function that takes a `{Self}` is written by hand",
    label = "`{Self}` is moved into the function, and has no `Clone`",
    note = "why: the function has taken the argument by the time when the rule is lent it",
    note = "instead: a reference as the parameter, or `#[derive(Clone)]` on `{Self}`"
)]
#[doc(hidden)]
pub trait Kept {
    /// A copy.
    #[doc(hidden)]
    fn __kept(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Kept for T {
    #[inline(always)]
    fn __kept(&self) -> T {
        self.clone()
    }
}

/// A copy of an argument, for the rule.
#[inline(always)]
pub fn kept<T: Kept>(x: &T) -> T {
    x.__kept()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Metres = f64;
    #[derive(PartialEq, Debug)]
    struct Config;

    #[test]
    fn numbers_are_handed_by_value_and_all_else_by_reference() {
        let (depth, config): (Metres, Config) = (2.5, Config);
        let number: f64 = Handed(&depth).handed();
        let reference: &Config = Handed(&config).handed();
        assert_eq!((number, reference), (2.5, &Config));
    }
}
