//! The parts that callers' companions call: what `#[backprop]` writes beside a function, written once for all functions
//! of one form. An operation states its value, its forward and reverse parts, and its tangent, in a [`Unary`] or
//! [`Binary`] of its handle.

mod passed;

use super::shape::Shape;
use core::marker::PhantomData;
pub use passed::{Again, Copyable, Given, Held, HeldFor, Way};

/// An operation of one differentiable argument.
pub trait Unary<A: Shape + ?Sized> {
    /// The result.
    type Y: Shape;
    /// What the forward part keeps for the reverse part.
    type Kept;
    /// The value.
    fn value(a: &A) -> Self::Y;
    /// The value, and what the reverse part needs.
    fn forward(a: &A) -> (Self::Y, Self::Kept);
    /// Adds the argument's derivative to `d`; `a` is what was passed by reference.
    fn reverse(kept: &Self::Kept, a: Option<&A>, seed: &<Self::Y as Shape>::Adjoint, d: &mut A::Adjoint);
    /// The value and its derivative along `t`.
    fn tangent(a: &A, t: &A::Adjoint) -> (Self::Y, <Self::Y as Shape>::Owned);
}

/// An operation of two differentiable arguments.
pub trait Binary<A: Shape + ?Sized, B: Shape + ?Sized> {
    /// The result.
    type Y: Shape;
    /// What the forward part keeps for the reverse part.
    type Kept;
    /// The value.
    fn value(a: &A, b: &B) -> Self::Y;
    /// The value, and what the reverse part needs.
    fn forward(a: &A, b: &B) -> (Self::Y, Self::Kept);
    /// Adds the arguments' derivatives to those of the two places that there are.
    fn reverse(
        kept: &Self::Kept,
        a: (Option<&A>, Option<&B>),
        seed: &<Self::Y as Shape>::Adjoint,
        d: (Option<&mut A::Adjoint>, Option<&mut B::Adjoint>),
    );
    /// The value and its derivative along the two directions.
    fn tangent(
        a: (&A, &B),
        t: (Option<&A::Adjoint>, Option<&B::Adjoint>),
    ) -> (Self::Y, <Self::Y as Shape>::Owned);
}

/// What the forward part of an operation on an `A` keeps. It owns what it keeps.
#[derive(Debug)]
pub struct Kept<A: ?Sized, K>(pub(super) K, pub(super) PhantomData<A>);

/// Two arguments' shapes.
#[derive(Debug)]
pub struct Pair<A: ?Sized, B: ?Sized>(PhantomData<A>, PhantomData<B>);

/// Declares the type of a handle: what companions find a function's parts by.
macro_rules! handle_type {
    ($name:ident) => {
        /// The handle of the function of the same name, for other functions' companions.
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, Debug)]
        pub struct $name {}
    };
}

/// Declares a function of one differentiable argument, with its handle and its companion: a `vjp` where the result has
/// several numbers, a `grad` where it is one.
macro_rules! unary {
    ($(#[$doc:meta])* $name:ident, vjp $vjp:ident) => {
        unary!(@function [$(#[$doc])*] $name);

        #[doc = concat!("[`", stringify!($name), "()`] and its vector–Jacobian product with `seed`: `(y, d_x)`.")]
        #[inline]
        #[track_caller]
        pub fn $vjp<X: Operand>(
            x: X,
            seed: impl Given<<<$name as Unary<X::Shape>>::Y as Shape>::Adjoint>,
        ) -> (<$name as Unary<X::Shape>>::Y, Owned<X>)
        where
            $name: Unary<X::Shape>,
        {
            let (y, kept) = <$name as Unary<X::Shape>>::forward(x.shape());
            check_seed(stringify!($vjp), &y, seed.given());
            let mut d = zeros(x.shape());
            <$name as Unary<X::Shape>>::reverse(&kept, Some(x.shape()), seed.given(), <X::Shape as Shape>::adjoint(&mut d));
            (y, d)
        }
    };
    ($(#[$doc:meta])* $name:ident, grad $grad:ident) => {
        unary!(@function [$(#[$doc])*] $name);

        #[doc = concat!("The value of [`", stringify!($name), "()`] and its gradient, of the argument's shape.")]
        #[inline]
        #[track_caller]
        pub fn $grad<X: Operand>(x: X) -> (RealOf<X>, Owned<X>)
        where
            $name: Unary<X::Shape, Y = RealOf<X>>,
        {
            let (y, kept) = <$name as Unary<X::Shape>>::forward(x.shape());
            let mut d = zeros(x.shape());
            let one = <RealOf<X> as Real>::ONE;
            <$name as Unary<X::Shape>>::reverse(&kept, Some(x.shape()), &one, <X::Shape as Shape>::adjoint(&mut d));
            (y, d)
        }
    };
    (@function [$(#[$doc:meta])*] $name:ident) => {
        $(#[$doc])*
        #[inline]
        #[track_caller]
        pub fn $name<X: Operand>(x: X) -> <$name as Unary<X::Shape>>::Y
        where
            $name: Unary<X::Shape>,
        {
            <$name as Unary<X::Shape>>::value(x.shape())
        }

        $crate::ops::handle::handle_type!($name);

        impl $name {
            /// The forward part.
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            #[allow(clippy::type_complexity)]
            pub fn __fwd<I, X: Operand, W: Way<X::Shape>>(
                item: I,
                x: X,
            ) -> (<Self as Unary<X::Shape>>::Y, Kept<X::Shape, (<Self as Unary<X::Shape>>::Kept, Held<X::Shape, W>)>)
            where
                I: Fn(X) -> <Self as Unary<X::Shape>>::Y,
                Self: Unary<X::Shape>,
            {
                crate::check_generic_item(&item, &$name::<X>, stringify!($name));
                let (y, kept) = <Self as Unary<X::Shape>>::forward(x.shape());
                (y, Kept((kept, Held::of(x.shape())), core::marker::PhantomData))
            }

            /// The reverse part.
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            #[allow(clippy::type_complexity)]
            pub fn __rev<'s, A: Shape + ?Sized, R: Again<A>>(
                p: &Kept<A, (<Self as Unary<A>>::Kept, HeldFor<A, R>)>,
                seed: impl Given<<<Self as Unary<A>>::Y as Shape>::Adjoint>,
                a0: R,
                d0: impl crate::Slot<A::Adjoint> + 's,
            ) where
                Self: Unary<A>,
            {
                if let Some(d) = d0.open() {
                    let (kept, held) = &p.0;
                    <Self as Unary<A>>::reverse(kept, held.get(a0), seed.given(), d);
                }
            }

            /// The tangent part.
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            pub fn __jvp<'s, X: Operand>(
                x: X,
                t0: impl crate::Direction<<X::Shape as Shape>::Adjoint> + 's,
            ) -> (<Self as Unary<X::Shape>>::Y, <<Self as Unary<X::Shape>>::Y as Shape>::Owned)
            where
                Self: Unary<X::Shape>,
            {
                match t0.along() {
                    Some(t) => <Self as Unary<X::Shape>>::tangent(x.shape(), t),
                    None => {
                        let y = <Self as Unary<X::Shape>>::value(x.shape());
                        let zero = zeros(&y);
                        (y, zero)
                    }
                }
            }
        }
    };
}

/// Declares a function of two differentiable arguments; see [`unary`]. One of them may be a float of the kind that the
/// other one is made of: `scale(factor: float of x, x)`.
macro_rules! binary {
    ($(#[$doc:meta])* $name:ident($a:ident: float of $of:ident, $b:ident), $($rest:tt)*) => {
        binary! { @all [$(#[$doc])*] $name ($a: $crate::ops::RealOf<X>, $b: X) [X] [] $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident($a:ident, $b:ident: float of $of:ident), $($rest:tt)*) => {
        binary! { @all [$(#[$doc])*] $name ($a: X, $b: $crate::ops::RealOf<X>) [X] [] $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident($a:ident, $b:ident), $($rest:tt)*) => {
        binary! { @all [$(#[$doc])*] $name ($a: A, $b: B) [A, B] [$name: Binary<A::Shape, B::Shape>,] $($rest)* }
    };
    (@all [$(#[$doc:meta])*] $name:ident ($a:ident: $ta:ty, $b:ident: $tb:ty) [$($x:ident),*] [$($bound:tt)*] vjp $vjp:ident) => {
        binary!(@function [$(#[$doc])*] $name ($a: $ta, $b: $tb) [$($x),*] [$($bound)*]);

        #[doc = concat!("[`", stringify!($name), "()`] and its vector–Jacobian product with `seed`: `(y, (d_",
            stringify!($a), ", d_", stringify!($b), "))`.")]
        #[inline]
        #[track_caller]
        #[allow(clippy::type_complexity)]
        pub fn $vjp<$($x: Operand),*>(
            $a: $ta,
            $b: $tb,
            seed: impl Given<<<$name as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::Y as Shape>::Adjoint>,
        ) -> (<$name as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::Y, (Owned<$ta>, Owned<$tb>))
        where
            $($bound)*
        {
            let (a, b) = ($a.shape(), $b.shape());
            let (y, kept) = <$name as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::forward(a, b);
            check_seed(stringify!($vjp), &y, seed.given());
            let (mut d_a, mut d_b) = (zeros(a), zeros(b));
            let d = (Some(<$crate::ops::ShapeOf<$ta> as Shape>::adjoint(&mut d_a)), Some(<$crate::ops::ShapeOf<$tb> as Shape>::adjoint(&mut d_b)));
            <$name as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::reverse(&kept, (Some(a), Some(b)), seed.given(), d);
            (y, (d_a, d_b))
        }
    };
    (@all [$(#[$doc:meta])*] $name:ident ($a:ident: $ta:ty, $b:ident: $tb:ty) [$($x:ident),*] [$($bound:tt)*] grad $grad:ident) => {
        binary!(@function [$(#[$doc])*] $name ($a: $ta, $b: $tb) [$($x),*] [$($bound)*]);

        #[doc = concat!("The value of [`", stringify!($name), "()`] and its gradients `(d_", stringify!($a), ", d_",
            stringify!($b), ")`, of the arguments' shapes.")]
        #[inline]
        #[track_caller]
        #[allow(clippy::type_complexity)]
        pub fn $grad<$($x: Operand),*>($a: $ta, $b: $tb) -> (RealOf<$ta>, (Owned<$ta>, Owned<$tb>))
        where
            $name: Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>, Y = RealOf<$ta>>,
        {
            let (a, b) = ($a.shape(), $b.shape());
            let (y, kept) = <$name as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::forward(a, b);
            let (mut d_a, mut d_b) = (zeros(a), zeros(b));
            let d = (Some(<$crate::ops::ShapeOf<$ta> as Shape>::adjoint(&mut d_a)), Some(<$crate::ops::ShapeOf<$tb> as Shape>::adjoint(&mut d_b)));
            let one = <RealOf<$ta> as Real>::ONE;
            <$name as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::reverse(&kept, (Some(a), Some(b)), &one, d);
            (y, (d_a, d_b))
        }
    };
    (@function [$(#[$doc:meta])*] $name:ident ($a:ident: $ta:ty, $b:ident: $tb:ty) [$($x:ident),*] [$($bound:tt)*]) => {
        $(#[$doc])*
        #[inline]
        #[track_caller]
        pub fn $name<$($x: Operand),*>($a: $ta, $b: $tb) -> <$name as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::Y
        where
            $($bound)*
        {
            <$name as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::value($a.shape(), $b.shape())
        }

        $crate::ops::handle::handle_type!($name);

        impl $name {
            /// The forward part.
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            #[allow(clippy::type_complexity)]
            pub fn __fwd<I, $($x: Operand,)* W0, W1>(
                item: I,
                a: $ta,
                b: $tb,
            ) -> (
                <Self as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::Y,
                Kept<
                    Pair<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>,
                    (
                        <Self as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::Kept,
                        Held<$crate::ops::ShapeOf<$ta>, W0>,
                        Held<$crate::ops::ShapeOf<$tb>, W1>,
                    ),
                >,
            )
            where
                W0: Way<$crate::ops::ShapeOf<$ta>>,
                W1: Way<$crate::ops::ShapeOf<$tb>>,
                I: Fn($ta, $tb) -> <Self as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::Y,
                $($bound)*
            {
                crate::check_generic_item(&item, &$name::<$($x),*>, stringify!($name));
                let (y, kept) = <Self as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::forward(a.shape(), b.shape());
                let kept = (kept, Held::of(a.shape()), Held::of(b.shape()));
                (y, Kept(kept, core::marker::PhantomData))
            }

            /// The reverse part.
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            #[allow(clippy::type_complexity)]
            pub fn __rev<'s, A: Shape + ?Sized, B: Shape + ?Sized, R0: Again<A>, R1: Again<B>>(
                p: &Kept<Pair<A, B>, (<Self as Binary<A, B>>::Kept, HeldFor<A, R0>, HeldFor<B, R1>)>,
                seed: impl Given<<<Self as Binary<A, B>>::Y as Shape>::Adjoint>,
                a0: R0,
                a1: R1,
                d0: impl crate::Slot<A::Adjoint> + 's,
                d1: impl crate::Slot<B::Adjoint> + 's,
            ) where
                Self: Binary<A, B>,
            {
                let (kept, held_a, held_b) = &p.0;
                let d = (d0.open(), d1.open());
                <Self as Binary<A, B>>::reverse(kept, (held_a.get(a0), held_b.get(a1)), seed.given(), d);
            }

            /// The tangent part.
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            #[allow(clippy::type_complexity)]
            pub fn __jvp<'s, $($x: Operand),*>(
                a: $ta,
                b: $tb,
                t0: impl crate::Direction<<$crate::ops::ShapeOf<$ta> as Shape>::Adjoint> + 's,
                t1: impl crate::Direction<<$crate::ops::ShapeOf<$tb> as Shape>::Adjoint> + 's,
            ) -> (
                <Self as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::Y,
                <<Self as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::Y as Shape>::Owned,
            )
            where
                $($bound)*
            {
                <Self as Binary<$crate::ops::ShapeOf<$ta>, $crate::ops::ShapeOf<$tb>>>::tangent((a.shape(), b.shape()), (t0.along(), t1.along()))
            }
        }
    };
}

pub(super) use {binary, handle_type, unary};

/// A derivative of zero, of a shape.
#[inline]
pub fn zeros<A: Shape + ?Sized>(a: &A) -> A::Owned {
    a.zeros()
}
