//! Whether a method is `std`'s own. What is called on a reference to a float, on a `Vec` or on an array, and is a method of
//! the float or of slices, may as well be one of a trait, which rustc finds first.

/// What a method gives that no other one goes before.
pub struct OwnMethod;

/// What a method gives that is not one of a trait of the user's.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: a method that is called here is not `std`'s, but one of a trait",
    label = "the method of the trait gives `{Self}`",
    note = "why: by its name it was taken for the one of `std`, whose derivative is known; on a reference, a `Vec` or an \
            array, rustc finds the one of the trait first",
    note = "instead: on a reference, `(*x).name()`, if the one of `std` is meant; otherwise a function with `#[backprop]`, \
            or another name for the method of the trait"
)]
pub trait OfStd {}

impl OfStd for OwnMethod {}

/// Has rustc check it.
pub fn of_std<T: OfStd>(_: T) {}

/// Has rustc find methods on values of a type beside a trait that has all of them, and is asked after all other ways in which
/// a method is found on the type itself. What is found has to be this trait's: another trait's goes before, or is as good,
/// which is an error; and what is found on nothing but what the type refers to is the method that is meant.
#[doc(hidden)]
#[macro_export]
macro_rules! __methods_of_std {
    ($T:ty: $($name:ident),*) => {
        let _ = || {
            trait OwnMethods {
                $( fn $name(&mut self) -> $crate::OwnMethod { $crate::OwnMethod } )*
            }
            impl<T: ?Sized> OwnMethods for T {}
            let _ = |mut value: $T| {
                $( $crate::of_std(value.$name()); )*
            };
        };
    };
}

/// Has rustc check that an operator that is called as a method on a float (`x.add(y)`) is `std`'s. Its trait is found where the
/// value itself is asked. One that has it for the value as well is ambiguous beside `std`'s, and one that has it for a reference
/// to it is ambiguous beside the trait here, which is found if nothing goes before.
#[doc(hidden)]
#[macro_export]
macro_rules! __operator_of_std {
    ($R:ty, $T:ty: $Operator:ident, $name:ident($($b:ident)?)) => {
        let _ = || {
            trait OtherThanTheOperator {
                fn $name(&self $(, $b: $T)?) -> $crate::OwnMethod {
                    $( let _ = $b; )?
                    $crate::OwnMethod
                }
            }
            impl OtherThanTheOperator for $R {}
            let _ = |a: $R $(, $b: $T)?| -> $T { a.$name($($b)?) };
        };
        let _ = || {
            use ::core::ops::$Operator as _;
            let _ = |a: $R $(, $b: $T)?| -> $T { a.$name($($b)?) };
        };
    };
}

/// The same of `x.add_assign(y)`, whose trait is found where a mutable reference is asked: what goes before would be found instead
/// of the traits here, or is ambiguous beside them.
#[doc(hidden)]
#[macro_export]
macro_rules! __assignment_of_std {
    ($T:ty: $Operator:ident, $name:ident) => {
        let _ = || {
            trait OtherThanTheOperator: Sized {
                fn $name(self, _: $T) -> $crate::OwnMethod {
                    $crate::OwnMethod
                }
            }
            impl OtherThanTheOperator for $T {}
            let _ = |a: $T, b: $T| -> $crate::OwnMethod { a.$name(b) };
        };
        let _ = || {
            trait OtherThanTheOperator {
                fn $name(&self, _: $T) -> $crate::OwnMethod {
                    $crate::OwnMethod
                }
            }
            impl OtherThanTheOperator for $T {}
            let _ = |a: $T, b: $T| -> $crate::OwnMethod { a.$name(b) };
        };
        let _ = || {
            use ::core::ops::$Operator as _;
            let _ = |mut a: $T, b: $T| a.$name(b);
        };
    };
}

/// Has rustc check that a name is a variant of `Option` or `Result`: a function of that name is no pattern.
#[doc(hidden)]
#[macro_export]
macro_rules! __variant_of_std {
    ($variant:pat in $of:ty) => {
        let _ = |value: $of| match value {
            $variant => {}
            _ => {}
        };
    };
}

/// Has rustc check that a type is `std`'s.
#[doc(hidden)]
#[macro_export]
macro_rules! __vec_of_std {
    ($Vec:ident) => {
        let _ = |vec: $Vec<()>| -> $crate::Vec<()> { vec };
    };
}

/// Takes one function twice: rustc refuses another one.
pub fn same<F>(_: F, _: F) {}
