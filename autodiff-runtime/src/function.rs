//! Functions as arguments: what a companion has in the place of a parameter such as `f: impl Fn(f64) -> f64`.
//!
//! The handle that `#[backprop]` puts beside a function, a type of the function's own name, implements the trait for
//! the function's form: `NAME {}` is what is passed to a companion where the function itself takes `NAME`.

// A function of six arguments has as many derivatives.
#![allow(clippy::too_many_arguments)]

mod argument;
mod by_hand;
mod partials;
mod passed;

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

pub use argument::{Active, ActiveMut, ActiveRef, Argument, Constant, ConstantMut, ConstantRef, again};
pub use by_hand::{ByHand, function};
pub use partials::{Part, Partials, partials};
pub use passed::Passed;

macro_rules! functions {
    ($($number:literal: $name:ident, $tangent:ident, $pullback:ident [$($a:ident $x:ident $d:ident $p:ident)*];)*) => {$(
        #[doc = concat!("A function of ", $number, " arguments that has a derivative.")]
        ///
        /// Companions have a parameter of this kind where the function has one such as `f: impl Fn(f64) -> f64`.
        /// The handles of annotated functions implement it, `NAME {}` for the function `NAME`, and so does what
        /// [`function()`] makes. The last parameter is what the derivative of the result is read from.
        #[diagnostic::on_unimplemented(
            message = "#[backprop]: `{Self}` has no derivative that could be used here",
            label = "derivatives flow through the calls of this argument",
            note = "why: only a function with `#[backprop]` brings its derivative along; its arguments and its result \
                    must be those that are asked for, and a float argument must not be marked `#[no_grad]`",
            note = "instead: put `#[backprop]` on a function of its own (what a closure captures becomes an \
                    argument), and pass `NAME {{}}` to a companion, or its plain name where another annotated \
                    function calls this one"
        )]
        pub trait $name<$($a: Argument,)* Y, S: ?Sized = Y> {
            /// The value.
            #[doc(hidden)]
            fn __value(&self $(, $x: $a::Of<'_>)*) -> Y;
            /// The value, and what adds the derivatives.
            #[doc(hidden)]
            fn __forward(
                &self $(, $x: $a::Of<'_>)*
            ) -> (Y, impl $pullback<$($a,)* S> + use<Self, $($a,)* Y, S>);
        }

        #[doc = concat!("A [`", stringify!($name), "`] that has a tangent as well: of a function with `#[backprop(jvp)]`.")]
        #[diagnostic::on_unimplemented(
            message = "#[backprop]: `{Self}` has no tangent that could be used here",
            label = "tangents flow through the calls of this argument",
            note = "why: a `NAME_jvp` goes through the calls of its function-valued arguments, and needs the tangents \
                    of their results",
            note = "instead: put `#[backprop(jvp)]` on the function that is passed"
        )]
        pub trait $tangent<$($a: Argument,)* Y, S: ?Sized = Y>: $name<$($a,)* Y, S> {
            /// The value and its tangent.
            #[doc(hidden)]
            fn __tangent(&self $(, $x: $a::Of<'_>)* $(, $d: $a::Direction<'_>)*) -> (Y, Y);
        }

        #[doc = concat!("The reverse part of a call with ", $number, " arguments.")]
        pub trait $pullback<$($a: Argument,)* S: ?Sized> {
            /// Adds the derivatives of the arguments, from that of the result, and what was passed by reference.
            #[doc(hidden)]
            fn __pull(&self, seed: &S $(, $x: $a::Again<'_>)* $(, $d: $a::Slot<'_>)*);
        }

        impl<$($a: Argument,)* S: ?Sized, P: Fn(&S $(, $a::Again<'_>)* $(, $a::Slot<'_>)*)> $pullback<$($a,)* S> for P {
            #[inline(always)]
            fn __pull(&self, seed: &S $(, $x: $a::Again<'_>)* $(, $d: $a::Slot<'_>)*) {
                self(seed $(, $x)* $(, $d)*)
            }
        }

        #[allow(unused_parens)]
        impl<$($a: Argument,)* S, $($p: Part<$a, S>),*> $pullback<$($a,)* S> for Partials<($($p),*)> {
            #[inline(always)]
            fn __pull(&self, seed: &S $(, _: $a::Again<'_>)* $(, $d: $a::Slot<'_>)*) {
                let ($($x),*) = &self.0;
                $($x.add_times(seed, $d);)*
            }
        }

        functions!(@pointers $name $tangent $pullback [$($a $x $d)*] ['f] [&'f F]);
        functions!(@pointers $name $tangent $pullback [$($a $x $d)*] ['f] [&'f mut F]);
        #[cfg(feature = "alloc")]
        functions!(@pointers $name $tangent $pullback [$($a $x $d)*] [] [Box<F>]);
    )*};
    (@pointers $name:ident $tangent:ident $pullback:ident
        [$($a:ident $x:ident $d:ident)*] [$($l:lifetime)?] [$pointer:ty]
    ) => {
        #[diagnostic::do_not_recommend]
        impl<$($l,)? $($a: Argument,)* Y, S: ?Sized, F: $name<$($a,)* Y, S>> $name<$($a,)* Y, S> for $pointer {
            #[inline(always)]
            fn __value(&self $(, $x: $a::Of<'_>)*) -> Y {
                (**self).__value($($x),*)
            }
            #[inline(always)]
            fn __forward(
                &self $(, $x: $a::Of<'_>)*
            ) -> (Y, impl $pullback<$($a,)* S> + use<$($l,)? $($a,)* Y, S, F>) {
                (**self).__forward($($x),*)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($l,)? $($a: Argument,)* Y, S: ?Sized, F: $tangent<$($a,)* Y, S>> $tangent<$($a,)* Y, S> for $pointer {
            #[inline(always)]
            fn __tangent(&self $(, $x: $a::Of<'_>)* $(, $d: $a::Direction<'_>)*) -> (Y, Y) {
                (**self).__tangent($($x,)* $($d),*)
            }
        }
    };
}

functions! {
    1: Function1, TangentFunction1, Pullback1 [A a da PA];
    2: Function2, TangentFunction2, Pullback2 [A a da PA B b db PB];
    3: Function3, TangentFunction3, Pullback3 [A a da PA B b db PB C c dc PC];
    4: Function4, TangentFunction4, Pullback4 [A a da PA B b db PB C c dc PC D d dd PD];
    5: Function5, TangentFunction5, Pullback5 [A a da PA B b db PB C c dc PC D d dd PD E e de PE];
    6: Function6, TangentFunction6, Pullback6 [A a da PA B b db PB C c dc PC D d dd PD E e de PE G g dg PG];
}
