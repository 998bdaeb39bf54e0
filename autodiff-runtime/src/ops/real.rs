//! The floats that array operations are made of.

use super::handle::{Again, Given};
use super::shape::{Operand, Same, Shape};
use crate::Scalar;

/// `f32` or `f64`, with the functions that array operations need.
pub trait Real:
    Scalar
    + Shape<Real = Self, Part = Self, Owned = Self, Adjoint = Self, Kept = Self>
    + Operand<Shape = Self>
    + Same<Self>
    + Given<Self>
    + Again<Self>
{
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// −∞, the largest of no numbers.
    const LOWEST: Self;
    /// Sums of squares from here on are as precise as floats are: what is lost below the smallest float does not count.
    const SMALL_SQUARE: Self;
    /// `eˣ`.
    fn exp(self) -> Self;
    /// `eˣ − 1`, precise near 0.
    fn exp_m1(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// `ln(1 + x)`, precise near 0.
    fn ln_1p(self) -> Self;
    /// The hyperbolic tangent.
    fn tanh(self) -> Self;
    /// The square root.
    fn sqrt(self) -> Self;
    /// The absolute value.
    fn abs(self) -> Self;
    /// `a · b + c`, rounded once where the target has an instruction for it, and twice elsewhere.
    fn multiply_add(a: Self, b: Self, c: Self) -> Self;
    /// A large product of matrices by another crate.
    #[cfg(feature = "matrixmultiply")]
    #[doc(hidden)]
    fn general_product(a: (&[Self], bool), b: (&[Self], bool), c: &mut [Self], size: super::products::Size);
}

macro_rules! reals {
    ($($t:ident $exp:ident $exp_m1:ident $ln:ident $ln_1p:ident $tanh:ident $sqrt:ident;)*) => {$(
        impl Real for $t {
            const ZERO: $t = 0.0;
            const ONE: $t = 1.0;
            const LOWEST: $t = $t::NEG_INFINITY;
            const SMALL_SQUARE: $t = $t::MIN_POSITIVE / $t::EPSILON;
            reals!(@one $t exp $exp);
            reals!(@one $t exp_m1 $exp_m1);
            reals!(@one $t ln $ln);
            reals!(@one $t ln_1p $ln_1p);
            reals!(@one $t tanh $tanh);
            reals!(@one $t sqrt $sqrt);
            #[inline(always)]
            fn abs(self) -> $t {
                $t::abs(self)
            }
            #[inline(always)]
            fn multiply_add(a: $t, b: $t, c: $t) -> $t {
                // Without the instruction it would be a call, once for each product.
                #[cfg(all(feature = "std", any(target_feature = "fma", target_feature = "neon")))]
                return a.mul_add(b, c);
                #[cfg(not(all(feature = "std", any(target_feature = "fma", target_feature = "neon"))))]
                return a * b + c;
            }
            #[cfg(feature = "matrixmultiply")]
            fn general_product(a: (&[$t], bool), b: (&[$t], bool), c: &mut [$t], size: super::products::Size) {
                super::products::foreign::general(a, b, c, size);
            }
        }
    )*};
    // `core` has no such functions: they come from `std`, or from the crate `libm`.
    (@one $t:ident $name:ident $libm:ident) => {
        #[inline(always)]
        fn $name(self) -> $t {
            #[cfg(feature = "std")]
            return $t::$name(self);
            #[cfg(not(feature = "std"))]
            return libm::$libm(self);
        }
    };
}

reals! {
    f32 expf expm1f logf log1pf tanhf sqrtf;
    f64 exp expm1 log log1p tanh sqrt;
}
