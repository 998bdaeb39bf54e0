//! Functions of one number, applied to each number of a shape.

use super::Owned;
use super::handle::{Again, Given, Held, HeldFor, Kept, Way, unary, zeros};
use super::real::Real;
use super::shape::{Operand, Shape};
use super::shapes::Unary;
use super::walk::{check_seed, each_mut, pairs_mut, triples_mut};
use crate::lit;

/// A function of one number.
trait Elementary {
    /// The value.
    fn value<T: Real>(x: T) -> T;
    /// The value and the derivative, which share what is costly.
    fn both<T: Real>(x: T) -> (T, T);
}

/// Declares elementwise functions: the value, and from `x` (and the value `r`) the derivative.
macro_rules! elementwise {
    ($($(#[$doc:meta])* $name:ident, $vjp:ident: |$x:ident| $value:expr, $r:ident => $partial:expr;)*) => {$(
        unary! { $(#[$doc])* $name, vjp $vjp }

        impl Elementary for $name {
            #[inline(always)]
            fn value<T: Real>($x: T) -> T {
                $value
            }
            #[inline(always)]
            fn both<T: Real>($x: T) -> (T, T) {
                let $r = $value;
                ($r, $partial)
            }
        }

        impl<A: Shape + ?Sized> Unary<A> for $name {
            type Y = A::Owned;
            /// The derivatives, number by number.
            type Kept = A::Owned;
            #[inline]
            fn value(a: &A) -> A::Owned {
                let mut y = a.owned();
                each_mut(&mut y, &mut |row| row.iter_mut().for_each(|x| *x = <$name as Elementary>::value(*x)));
                y
            }
            #[inline]
            fn forward(a: &A) -> (A::Owned, A::Owned) {
                let (mut y, mut partials) = (a.owned(), a.owned());
                both_mut(&mut y, &mut partials, &mut |y, p| (*y, *p) = $name::both(*y));
                (y, partials)
            }
            #[inline]
            fn reverse(partials: &A::Owned, _: Option<&A>, seed: &A::Adjoint, d: &mut A::Adjoint) {
                triples_mut(seed, partials, d, &mut |seed, partials, d| {
                    for ((d, s), p) in d.iter_mut().zip(seed).zip(partials) {
                        *d += *s * *p;
                    }
                });
            }
            #[inline]
            fn tangent(a: &A, t: &A::Adjoint) -> (A::Owned, A::Owned) {
                let (y, mut partials) = <Self as Unary<A>>::forward(a);
                pairs_mut(t, &mut partials, &mut |t, p| p.iter_mut().zip(t).for_each(|(p, t)| *p *= *t));
                (y, partials)
            }
        }
    )*};
}

/// Two shapes, number by number.
#[inline(always)]
fn both_mut<A: Shape + ?Sized>(a: &mut A, b: &mut A, f: &mut impl FnMut(&mut A::Real, &mut A::Real)) {
    use super::walk::row_mut;
    if A::DEPTH < 2 {
        row_mut(a).iter_mut().zip(row_mut(b)).for_each(|(a, b)| f(a, b));
    } else {
        a.parts_mut().iter_mut().zip(b.parts_mut()).for_each(|(a, b)| both_mut(a, b, f));
    }
}

/// `1 / (1 + e⁻ˣ)`, without overflow.
#[inline(always)]
pub(super) fn logistic<T: Real>(x: T) -> T {
    let small = (-x.abs()).exp();
    let denominator = T::ONE + small;
    if x < T::ZERO { small / denominator } else { T::ONE / denominator }
}

/// `ln(1 + eˣ)`, without overflow.
#[inline(always)]
pub(super) fn softened<T: Real>(x: T) -> T {
    let positive = if x < T::ZERO { T::ZERO } else { x };
    positive + (-x.abs()).exp().ln_1p()
}

/// The inner function of [`gelu`]: `√(2/π) (x + 0.044715 x³)`.
#[inline(always)]
fn gelu_inner<T: Real>(x: T) -> T {
    lit::<T>(GELU_SCALE) * (x + lit::<T>(GELU_CUBIC) * x * x * x)
}

/// `√(2/π)`.
const GELU_SCALE: f64 = 0.797_884_560_802_865_4;
/// The constant of D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units", 2016.
const GELU_CUBIC: f64 = 0.044_715;

elementwise! {
    /// The rectified linear unit, `max(x, 0)`, of each number. Its derivative at 0 is 1; NaN stays NaN.
    ///
    /// ```
    /// use autodiff_runtime::ops::{relu, relu_vjp};
    /// assert_eq!(relu(&[-1.5, 0.0, 2.0]), [0.0, 0.0, 2.0]);
    /// assert_eq!(relu_vjp(&[-1.5, 0.0, 2.0], &[1.0; 3]).1, [0.0, 1.0, 1.0]);
    /// assert_eq!(relu(-0.5), 0.0);
    /// ```
    relu, relu_vjp: |x| if x < T::ZERO { T::ZERO } else { x },
        _r => if x < T::ZERO { T::ZERO } else { T::ONE };

    /// The logistic function `1 / (1 + e⁻ˣ)` of each number; finite at any finite x, as is its derivative.
    sigmoid, sigmoid_vjp: |x| logistic(x), r => r * logistic(-x);

    /// `ln(sigmoid(x))` of each number; finite at any finite x.
    log_sigmoid, log_sigmoid_vjp: |x| -softened(-x), _r => logistic(-x);

    /// The hyperbolic tangent of each number.
    tanh, tanh_vjp: |x| x.tanh(), r => T::ONE - r * r;

    /// `ln(1 + eˣ)` of each number, the smooth ramp whose derivative is [`sigmoid`]; finite at any finite x.
    softplus, softplus_vjp: |x| softened(x), _r => logistic(x);

    /// The Gaussian error linear unit of each number, in the form with a hyperbolic tangent:
    /// `x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))` (Hendrycks and Gimpel, 2016).
    gelu, gelu_vjp: |x| lit::<T>(0.5) * x * (T::ONE + gelu_inner(x).tanh()), _r => {
        let t = gelu_inner(x).tanh();
        let slope = lit::<T>(GELU_SCALE) * (T::ONE + lit::<T>(3.0 * GELU_CUBIC) * x * x);
        // Far out 1 − t² is 0 and the slope may be infinite.
        let rest = T::ONE - t * t;
        let bend = if rest == T::ZERO { T::ZERO } else { x * rest * slope };
        lit::<T>(0.5) * (T::ONE + t + bend)
    };

    /// The sigmoid linear unit `x · sigmoid(x)` of each number, also called swish; finite at any finite x.
    silu, silu_vjp: |x| x * logistic(x), r => {
        let s = logistic(x);
        s + r * logistic(-x)
    };
}
