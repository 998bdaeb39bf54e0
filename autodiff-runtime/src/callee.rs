//! What a call goes to if the function has no derivative: stand-ins for the handle that `#[backprop]` puts beside
//! a function, so that the missing attribute is reported in our words, at the call.
//!
//! A companion imports each callee's handle by the function's own path, over a glob import of a stand-in of the
//! same name: an explicit import goes before a glob import, and if the path leads to a function alone, the
//! stand-in is what remains.

// Stand-ins have as many parameters as what they stand for.
#![allow(clippy::too_many_arguments)]

/// A function that has a derivative; nothing implements it, because annotated functions never come here.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the call of `{Self}` with an active value has no derivative",
    label = "no `#[backprop]` stands on this function, or only one with `no_handle`",
    note = "why: a derivative flows into the call, and what the function does to it can't be seen from here",
    note = "instead: put `#[backprop]` on the function; or wrap the arguments in `backprop::stop_gradient(…)` if \
            they are meant to be constants",
    note = "a companion such as `f_grad` has a derivative itself with `#[backprop(order = 2)]` on `f`, unless `f` lends \
            something by `&mut`, takes functions, or looks at a call's `Option` otherwise than by `?`",
    note = "a function in a module of its own name (`mod f; pub use f::f;`) can be called where that module is \
            visible: `pub(crate) mod f;`, or another name for the module"
)]
pub trait Annotated<Parts> {}

/// A type with the method that is called; nothing implements it, because annotated methods are found before.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: a method of `{Self}` without `#[backprop]` is called with an active value",
    label = "no `#[backprop]` stands on this method",
    note = "why: a derivative flows into the call, and what the method does to it can't be seen from here",
    note = "instead: put `#[backprop]` on the method, or on its `impl` block; or wrap the arguments in \
            `backprop::stop_gradient(…)` if they are meant to be constants"
)]
pub trait WithMethod {}

/// A function that has a derivative, where its type is not at hand; nothing implements it.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: a function without `#[backprop]` is called with an active value",
    label = "no `#[backprop]` stands on this function, or only one with `no_handle`",
    note = "why: a derivative flows into the call, and what the function does to it can't be seen from here",
    note = "instead: put `#[backprop(jvp)]` on the function; or wrap the arguments in \
            `backprop::stop_gradient(…)` if they are meant to be constants"
)]
pub trait Called<Parts> {}

/// A function whose tangent part was asked for; nothing implements it.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the function `{Self}` has no tangent companion",
    label = "the function's attribute does not ask for `jvp`",
    note = "why: the caller's `NAME_jvp` goes through this call, and needs the tangent of its result",
    note = "instead: `#[backprop(jvp)]` on the function that is called; of a companion `f_jvp`, where `f` calls other \
            annotated functions, there is no tangent: `f_grad` in its place"
)]
pub trait WithTangent<Parts> {}

/// A function whose second derivatives were asked for; nothing implements it.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the function `{Self}` has no second derivative",
    label = "the function's attribute does not ask for `order = 2`, or its second derivative can't be had",
    note = "why: a second derivative of the caller goes through this call, and needs one of what it calls",
    note = "instead: `#[backprop(order = 2)]` on the function that is called (`hvp` and `hessian` imply it); functions \
            that are lent something by `&mut`, take functions, have a derivative written by hand, or call what may do \
            something besides its result, have none; nor have companions such as `f_grad`: third derivatives are not built"
)]
pub trait WithSecond<Parts> {}

/// A function whose derivative is written by hand, with a tangent; nothing implements it.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the derivative of this function is written by hand, and has no tangent",
    label = "beside `pullback = …` stands no `tangent = …`",
    note = "why: the caller's `NAME_jvp` goes through this call, and needs the tangent of its result",
    note = "instead: `#[backprop(pullback = …, tangent = …)]` on the function that is called"
)]
pub trait TangentByHand<Parts> {}

macro_rules! nothing {
    ($a:ident) => {
        ()
    };
}

// A call for each number of parameters: what rustc shows of one in an error is a line, then.
macro_rules! callee {
    ($number:literal $name:ident $tangent:ident $second:ident [$($a:ident)*] [$($t:ident)*] [$($s:ident)*]) => {
        #[doc = concat!("Stands in for the handle of a function of ", $number, " parameters.")]
        #[derive(Debug)]
        pub struct $name {}

        impl $name {
            /// The forward part.
            // What the function takes and returns is said, so that rustc infers what it is generic over.
            pub fn __fwd<__Item, __Y, __P $(, $a)*>(_: __Item $(, _: $a)*) -> (__Y, __P)
            where
                __Item: Annotated<(__Y, __P)> + Fn($($a),*) -> __Y,
            {
                unreachable!()
            }
            /// The reverse part.
            pub fn __rev<__P, __S $(, $a)* $(, $t)*>(_: &__P, _: __S $(, _: $a)* $(, _: $t)*) {}
        }

        impl $name {
            /// The tangent part.
            pub fn __jvp<__Y $(, $a)* $(, $t)*>($(_: $a,)* $(_: $t),*) -> (__Y, __Y)
            where
                Self: Called<__Y>,
            {
                unreachable!()
            }
        }

        #[doc = concat!("Stands in for the tangent part of a function of ", $number, " parameters.")]
        #[doc(hidden)]
        pub trait $tangent {
            /// The tangent part.
            fn __jvp<__Y $(, $a)* $(, $t)*>($(_: $a,)* $(_: $t),*) -> (__Y, __Y)
            where
                Self: WithTangent<__Y>,
            {
                unreachable!()
            }
        }
        impl<__H> $tangent for __H {}

        #[doc = concat!("Stands in for the parts of a function of ", $number, " parameters that second derivatives go through.")]
        #[doc(hidden)]
        pub trait $second {
            /// The forward part of value and tangent.
            fn __tangent_fwd<__Item, __Y, __P $(, $a)* $(, $t)*>(
                _: __Item $(, _: $a)* $(, _: Option<&$t>)*
            ) -> ((__Y, __Y), __P)
            where
                __Item: WithSecond<(__Y, __P)> + Fn($($a),*) -> __Y,
            {
                unreachable!()
            }
            /// The reverse part of value and tangent.
            fn __tangent_rev<__P, __S $(, $a)* $(, $t)* $(, $s)*>(
                _: &__P, _: __S $(, _: $a)* $(, _: nothing!($a))* $(, _: $t)* $(, _: $s)*
            ) {}
        }
        impl<__H> $second for __H {}
    };
}

macro_rules! at_once {
    ($($grad:ident [$($a:ident)*] [$($t:ident)*];)*) => {
    /// Stands in for the part of a handle that makes value and gradient in one, by the number of the function's parameters.
    #[doc(hidden)]
    pub trait AtOnce {
        /// Whether the handle has that part.
        const __AT_ONCE: bool = false;
        $(
            /// The part, which nobody calls.
            fn $grad<__Item, __Y, __S $(, $a)* $(, $t)*>(_: __Item $(, _: $a)*, _: __S $(, _: $t)*) -> __Y {
                unreachable!()
            }
        )*
    }
    impl<__H> AtOnce for __H {}

    /// What a module that stands for a handle takes over, if the handle has no part that makes value and gradient in one.
    pub mod halves_alone {
        /// There is no such part.
        pub const __AT_ONCE: bool = false;
        $(
            /// The part, which nobody calls.
            pub fn $grad<__Item, __Y, __S $(, $a)* $(, $t)*>(_: __Item $(, _: $a)*, _: __S $(, _: $t)*) -> __Y {
                unreachable!()
            }
        )*
    }
    };
}

callee!(1 Callee1 Tangent1 Second1 [A] [A1] [A2]);
callee!(2 Callee2 Tangent2 Second2 [A B] [A1 B1] [A2 B2]);
callee!(3 Callee3 Tangent3 Second3 [A B C] [A1 B1 C1] [A2 B2 C2]);
callee!(4 Callee4 Tangent4 Second4 [A B C D] [A1 B1 C1 D1] [A2 B2 C2 D2]);
callee!(5 Callee5 Tangent5 Second5 [A B C D E] [A1 B1 C1 D1 E1] [A2 B2 C2 D2 E2]);
callee!(6 Callee6 Tangent6 Second6 [A B C D E F] [A1 B1 C1 D1 E1 F1] [A2 B2 C2 D2 E2 F2]);
callee!(7 Callee7 Tangent7 Second7 [A B C D E F G] [A1 B1 C1 D1 E1 F1 G1] [A2 B2 C2 D2 E2 F2 G2]);
callee!(8 Callee8 Tangent8 Second8 [A B C D E F G H] [A1 B1 C1 D1 E1 F1 G1 H1] [A2 B2 C2 D2 E2 F2 G2 H2]);
callee!(9 Callee9 Tangent9 Second9 [A B C D E F G H I] [A1 B1 C1 D1 E1 F1 G1 H1 I1] [A2 B2 C2 D2 E2 F2 G2 H2 I2]);
callee!(10 Callee10 Tangent10 Second10 [A B C D E F G H I J] [A1 B1 C1 D1 E1 F1 G1 H1 I1 J1] [A2 B2 C2 D2 E2 F2 G2 H2 I2 J2]);
callee!(11 Callee11 Tangent11 Second11 [A B C D E F G H I J K] [A1 B1 C1 D1 E1 F1 G1 H1 I1 J1 K1] [A2 B2 C2 D2 E2 F2 G2 H2 I2 J2 K2]);
callee!(12 Callee12 Tangent12 Second12 [A B C D E F G H I J K L] [A1 B1 C1 D1 E1 F1 G1 H1 I1 J1 K1 L1] [A2 B2 C2 D2 E2 F2 G2 H2 I2 J2 K2 L2]);

at_once! {
    __grad_1 [A] [A1];
    __grad_2 [A B] [A1 B1];
    __grad_3 [A B C] [A1 B1 C1];
    __grad_4 [A B C D] [A1 B1 C1 D1];
    __grad_5 [A B C D E] [A1 B1 C1 D1 E1];
    __grad_6 [A B C D E F] [A1 B1 C1 D1 E1 F1];
    __grad_7 [A B C D E F G] [A1 B1 C1 D1 E1 F1 G1];
    __grad_8 [A B C D E F G H] [A1 B1 C1 D1 E1 F1 G1 H1];
    __grad_9 [A B C D E F G H I] [A1 B1 C1 D1 E1 F1 G1 H1 I1];
    __grad_10 [A B C D E F G H I J] [A1 B1 C1 D1 E1 F1 G1 H1 I1 J1];
    __grad_11 [A B C D E F G H I J K] [A1 B1 C1 D1 E1 F1 G1 H1 I1 J1 K1];
    __grad_12 [A B C D E F G H I J K L] [A1 B1 C1 D1 E1 F1 G1 H1 I1 J1 K1 L1];
}

/// Stands in for the handle of a function that is passed as an argument.
#[derive(Clone, Copy, Debug)]
pub struct NotAnnotated {}
