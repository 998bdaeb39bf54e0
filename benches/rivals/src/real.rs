//! What the number types of the other crates have in common: a function that is written once, for any of them.

use ad_trait::AD;
use ad_trait::forward_ad::adfn::adfn;
use ad_trait::reverse_ad::adr::adr;
use autodiff::FT;
use echidna::{BReverse, Reverse, Scalar};
use num_dual::{Dual64, DualNum, DualSVec64};
use num_traits::Float;
use reverse::Var;
use simba::scalar::ComplexField;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that takes its derivative along.
pub trait Real:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// Plus a constant.
    fn plus(self, c: f64) -> Self;
    /// Times a constant.
    fn times(self, c: f64) -> Self;
    /// The number alone.
    fn value(self) -> f64;
    /// One over it.
    fn recip(self) -> Self;
    /// The exponential function.
    fn exp(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// The square root.
    fn sqrt(self) -> Self;
    /// The sine.
    fn sin(self) -> Self;
    /// The cosine.
    fn cos(self) -> Self;
    /// The hyperbolic tangent.
    fn tanh(self) -> Self;
}

/// A type's own operations, which are those of `$As`, of a number or of a reference to one.
macro_rules! real {
    ([$($generics:tt)*] $T:ty: $As:ident [$($by:tt)?], |$c:ident| $constant:expr, |$x:ident| $value:expr) => {
        impl<$($generics)*> Real for $T {
            fn plus(self, $c: f64) -> Self {
                self + $constant
            }

            fn times(self, $c: f64) -> Self {
                self * $constant
            }

            fn value(self) -> f64 {
                let $x = self;
                $value
            }

            fn recip(self) -> Self {
                $As::recip($($by)? self)
            }

            fn exp(self) -> Self {
                $As::exp($($by)? self)
            }

            fn ln(self) -> Self {
                $As::ln($($by)? self)
            }

            fn sqrt(self) -> Self {
                $As::sqrt($($by)? self)
            }

            fn sin(self) -> Self {
                $As::sin($($by)? self)
            }

            fn cos(self) -> Self {
                $As::cos($($by)? self)
            }

            fn tanh(self) -> Self {
                $As::tanh($($by)? self)
            }
        }
    };
}

real! { [] f64: Float [], |c| c, |x| x }
real! { [] Dual64: DualNum [&], |c| c, |x| x.re }
real! { [const N: usize] DualSVec64<N>: DualNum [&], |c| c, |x| x.re }
real! { [] FT<f64>: Float [], |c| c, |x| FT::<f64>::value(&x) }
real! { [] adr: ComplexField [], |c| ad_trait::F64(c), |x| x.to_constant() }
real! { [const N: usize] adfn<N>: ComplexField [], |c| ad_trait::F64(c), |x| x.to_constant() }
real! { [] Reverse<f64>: Float [], |c| c, |x| Scalar::value(&x) }
real! { [] BReverse<f64>: Float [], |c| c, |x| Scalar::value(&x) }
real! { ['a] Var<'a>: Var [&], |c| c, |x| x.val }
