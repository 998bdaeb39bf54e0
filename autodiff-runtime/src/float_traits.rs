//! Whether the methods of a type parameter are those of floats. A trait of the user's may have a `sin` as well, and is bound by
//! any name; what the traits of `num-traits` and `nalgebra`, and the one of this crate, have besides, no other is likely to have.

use core::marker::PhantomData;

/// What a function gives that no bound of a type parameter has.
pub struct NoBound<T>(PhantomData<T>);

impl<T> NoBound<T> {
    /// For one type.
    pub fn of(_: &T) -> NoBound<T> {
        NoBound(PhantomData)
    }
}

/// What bounds by traits of floats give.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: a method of `{T}` that derivatives flow through is not known to be the one of floats",
    label = "no bound of `{T}` is by a trait of floats that has it",
    note = "why: by its name it was taken for the one of `f64`, whose derivative is known; a trait of another origin may \
            mean something else by it",
    note = "instead: a bound by `Float` of `num-traits` (or its `FloatCore`, `Real`, `Signed`, `Euclid`, or `nalgebra`'s \
            `RealField`, or `backprop::ops::shapes::Real`), or by a trait that asks for it: `trait Scalar: Float {{}}`; for methods of your own, a function with \
            `#[backprop]`"
)]
pub trait OfFloats<T> {}

// `integer_decode`, `min_positive_value`, `two_pi`, `multiply_add`, `is_positive`
#[diagnostic::do_not_recommend]
impl<T, A, B, C, D> OfFloats<T> for ((u64, i16, i8), A, B, C, D) {}
#[diagnostic::do_not_recommend]
impl<T, B, C, D> OfFloats<T> for (NoBound<T>, T, B, C, D) {}
#[diagnostic::do_not_recommend]
impl<T, C, D> OfFloats<T> for (NoBound<T>, NoBound<T>, T, C, D) {}
#[diagnostic::do_not_recommend]
impl<T, D> OfFloats<T> for (NoBound<T>, NoBound<T>, NoBound<T>, T, D) {}
#[diagnostic::do_not_recommend]
impl<T> OfFloats<T> for (NoBound<T>, NoBound<T>, NoBound<T>, NoBound<T>, bool) {}
// `div_rem_euclid`
#[diagnostic::do_not_recommend]
impl<T> OfFloats<T> for (T, T) {}

/// Has rustc check it.
pub fn of_floats<T, B: OfFloats<T>>(_: B) {}

/// Has rustc check what traits a type parameter is bound by: for all methods of floats, for those that `Signed` has as well, for
/// those of `Euclid`, or for one that none of these traits has. What a bound has goes before what a trait has that is
/// implemented for all types.
#[doc(hidden)]
#[macro_export]
macro_rules! __methods_of_floats {
    ($T:ident: other) => {
        let _ = |x: $T| $crate::of_floats::<$T, _>($crate::NoBound::of(&x));
    };
    ($T:ident: euclid) => {
        let _ = |x: $T| {
            trait NoBounds: Sized {
                fn div_rem_euclid(&self, _: &Self) -> $crate::NoBound<Self> {
                    $crate::NoBound::of(self)
                }
            }
            impl<T> NoBounds for T {}
            $crate::of_floats::<$T, _>($T::div_rem_euclid(&x, &x));
        };
    };
    ($T:ident: $which:ident) => {
        let _ = |x: $T, y: &$T| {
            trait NoBounds: Sized {
                fn integer_decode(self) -> $crate::NoBound<Self> {
                    $crate::NoBound::of(&self)
                }
                fn min_positive_value() -> $crate::NoBound<Self> {
                    ::core::unreachable!()
                }
                fn two_pi() -> $crate::NoBound<Self> {
                    ::core::unreachable!()
                }
                fn multiply_add(a: Self, _: Self, _: Self) -> $crate::NoBound<Self> {
                    $crate::NoBound::of(&a)
                }
                fn is_positive(&self) -> $crate::NoBound<Self> {
                    $crate::NoBound::of(self)
                }
            }
            impl<T> NoBounds for T {}
            $crate::of_floats::<$T, _>((
                $T::integer_decode(x),
                $T::min_positive_value(),
                $T::two_pi(),
                $T::multiply_add(*y, *y, *y),
                $crate::__methods_of_floats!(@$which $T y),
            ));
        };
    };
    (@signed $T:ident $x:ident) => { $T::is_positive($x) };
    (@floats $T:ident $x:ident) => { () };
}
