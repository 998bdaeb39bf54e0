//! Functions as arguments: what a companion has in the place of a parameter such as `f: impl Fn(f64) -> f64`.
//!
//! The handle that `#[backprop]` puts beside a function, a type of the function's own name, implements the trait for
//! the function's form: `NAME {}` is what is passed to a companion where the function itself takes `NAME`.

mod argument;
mod by_hand;

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

pub use argument::{Active, ActiveMut, ActiveRef, Argument, Constant, ConstantMut, ConstantRef};
pub use by_hand::{ByHand, function};

macro_rules! functions {
    ($($number:literal: $name:ident, $tangent:ident [$($a:ident $x:ident $d:ident)*];)*) => {$(
        #[doc = concat!("A function of ", $number, " arguments that has a derivative.")]
        ///
        /// Companions have a parameter of this kind where the function has one such as `f: impl Fn(f64) -> f64`.
        /// The handles of annotated functions implement it, `NAME {}` for the function `NAME`, and so does what
        /// [`function()`] makes.
        #[diagnostic::on_unimplemented(
            message = "#[backprop]: `{Self}` has no derivative that could be used here",
            label = "derivatives flow through the calls of this argument",
            note = "why: only a function with `#[backprop]` brings its derivative along; its arguments and its result must be \
                    those that are asked for, and a float argument must not be marked `#[no_grad]`",
            note = "instead: put `#[backprop]` on a function of its own (what a closure captures becomes an argument), and pass \
                    `NAME {{}}` to a companion, or its plain name where another annotated function calls this one"
        )]
        pub trait $name<$($a: Argument,)* Y> {
            /// The value.
            #[doc(hidden)]
            fn __value(&self $(, $x: $a::Of<'_>)*) -> Y;
            /// The value, and what adds the derivatives: it takes the seed, what was passed by reference once more,
            /// and where to add.
            #[doc(hidden)]
            fn __forward(
                &self $(, $x: $a::Of<'_>)*
            ) -> (Y, impl Fn(&Y $(, $a::Again<'_>)* $(, $a::Slot<'_>)*) + use<Self, $($a,)* Y>);
        }

        #[doc = concat!("A [`", stringify!($name), "`] that has a tangent as well: of a function with `#[backprop(jvp)]`.")]
        #[diagnostic::on_unimplemented(
            message = "#[backprop]: `{Self}` has no tangent that could be used here",
            label = "tangents flow through the calls of this argument",
            note = "why: a `NAME_jvp` goes through the calls of its function-valued arguments, and needs the tangents of their results",
            note = "instead: put `#[backprop(jvp)]` on the function that is passed"
        )]
        pub trait $tangent<$($a: Argument,)* Y>: $name<$($a,)* Y> {
            /// The value and its tangent.
            #[doc(hidden)]
            fn __tangent(&self $(, $x: $a::Of<'_>)* $(, $d: $a::Direction<'_>)*) -> (Y, Y);
        }

        functions!(@pointers $name $tangent [$($a $x $d)*] ['f] [&'f F]);
        functions!(@pointers $name $tangent [$($a $x $d)*] ['f] [&'f mut F]);
        #[cfg(feature = "alloc")]
        functions!(@pointers $name $tangent [$($a $x $d)*] [] [Box<F>]);
    )*};
    (@pointers $name:ident $tangent:ident [$($a:ident $x:ident $d:ident)*] [$($l:lifetime)?] [$pointer:ty]) => {
        impl<$($l,)? $($a: Argument,)* Y, F: $name<$($a,)* Y>> $name<$($a,)* Y> for $pointer {
            #[inline(always)]
            fn __value(&self $(, $x: $a::Of<'_>)*) -> Y {
                (**self).__value($($x),*)
            }
            #[inline(always)]
            fn __forward(
                &self $(, $x: $a::Of<'_>)*
            ) -> (Y, impl Fn(&Y $(, $a::Again<'_>)* $(, $a::Slot<'_>)*) + use<$($l,)? $($a,)* Y, F>) {
                (**self).__forward($($x),*)
            }
        }

        impl<$($l,)? $($a: Argument,)* Y, F: $tangent<$($a,)* Y>> $tangent<$($a,)* Y> for $pointer {
            #[inline(always)]
            fn __tangent(&self $(, $x: $a::Of<'_>)* $(, $d: $a::Direction<'_>)*) -> (Y, Y) {
                (**self).__tangent($($x,)* $($d),*)
            }
        }
    };
}

functions! {
    1: Function1, TangentFunction1 [A a da];
    2: Function2, TangentFunction2 [A a da B b db];
    3: Function3, TangentFunction3 [A a da B b db C c dc];
    4: Function4, TangentFunction4 [A a da B b db C c dc D d dd];
    5: Function5, TangentFunction5 [A a da B b db C c dc D d dd E e de];
    6: Function6, TangentFunction6 [A a da B b db C c dc D d dd E e de G g dg];
}
