//! A shape and one number: products, and ramps with a slope.

use super::Owned;
use super::handle::{Again, Given, Held, HeldFor, Kept, Pair, Way, binary, zeros};
use super::real::Real;
use super::shape::{Operand, Shape};
use super::shapes::Binary;
use super::walk::{check_seed, each_mut, pairs, pairs_mut, triples_mut};

binary! {
    /// A shape times one number: `factor · x`. The number comes first.
    ///
    /// ```
    /// use autodiff_runtime::ops::scale;
    /// assert_eq!(scale(2.0, &[1.0, -3.0]), [2.0, -6.0]);
    /// ```
    scale(factor: float of x, x), vjp scale_vjp
}

impl<B: Shape + ?Sized> Binary<B::Real, B> for scale {
    type Y = B::Owned;
    type Kept = (B::Real, B::Kept);
    #[inline]
    fn value(factor: &B::Real, x: &B) -> B::Owned {
        let mut y = x.owned();
        each_mut(&mut y, &mut |row| row.iter_mut().for_each(|y| *y = *factor * *y));
        y
    }
    #[inline]
    fn forward(factor: &B::Real, x: &B) -> (B::Owned, Self::Kept) {
        (Self::value(factor, x), (*factor, x.keep()))
    }
    #[inline]
    fn reverse(
        (factor, kept): &Self::Kept,
        (_, x): (Option<&B::Real>, Option<&B>),
        seed: &B::Adjoint,
        (d_factor, d_x): (Option<&mut B::Real>, Option<&mut B::Adjoint>),
    ) {
        if let Some(d) = d_factor {
            pairs(B::again(kept, x), seed, &mut |x, s| *d += products(x, s));
        }
        if let Some(d) = d_x {
            pairs_mut(seed, d, &mut |s, d| add_times(d, s, *factor));
        }
    }
    #[inline]
    fn tangent(
        (factor, x): (&B::Real, &B),
        (t_factor, t_x): (Option<&B::Real>, Option<&B::Adjoint>),
    ) -> (B::Owned, B::Owned) {
        let mut t = zeros(x);
        if let Some(along) = t_factor {
            pairs_mut(x, &mut t, &mut |x, t| add_times(t, x, *along));
        }
        if let Some(along) = t_x {
            pairs_mut(along, &mut t, &mut |along, t| add_times(t, along, *factor));
        }
        (Self::value(factor, x), t)
    }
}

binary! {
    /// The leaky rectifier of each number: `x`, or `slope · x` below 0. Its derivative at 0 is 1. The slope comes last.
    ///
    /// ```
    /// use autodiff_runtime::ops::leaky_relu;
    /// assert_eq!(leaky_relu(&[-1.0, 0.0, 2.0], 0.125), [-0.125, 0.0, 2.0]);
    /// ```
    leaky_relu(x, slope: float of x), vjp leaky_relu_vjp
}

impl<A: Shape + ?Sized> Binary<A, A::Real> for leaky_relu {
    type Y = A::Owned;
    type Kept = (A::Kept, A::Real);
    #[inline]
    fn value(x: &A, slope: &A::Real) -> A::Owned {
        let mut y = x.owned();
        each_mut(&mut y, &mut |row| {
            row.iter_mut().for_each(|y| {
                if *y < A::Real::ZERO {
                    *y *= *slope;
                }
            })
        });
        y
    }
    #[inline]
    fn forward(x: &A, slope: &A::Real) -> (A::Owned, Self::Kept) {
        (Self::value(x, slope), (x.keep(), *slope))
    }
    #[inline]
    fn reverse(
        (kept, slope): &Self::Kept,
        (x, _): (Option<&A>, Option<&A::Real>),
        seed: &A::Adjoint,
        (d_x, d_slope): (Option<&mut A::Adjoint>, Option<&mut A::Real>),
    ) {
        let x = A::again(kept, x);
        if let Some(d) = d_x {
            triples_mut(x, seed, d, &mut |x, s, d| add_ramp(d, s, x, *slope));
        }
        if let Some(d) = d_slope {
            pairs(x, seed, &mut |x, s| *d += products_below(x, s));
        }
    }
    #[inline]
    fn tangent(
        (x, slope): (&A, &A::Real),
        (t_x, t_slope): (Option<&A::Adjoint>, Option<&A::Real>),
    ) -> (A::Owned, A::Owned) {
        let mut t = zeros(x);
        if let Some(along) = t_x {
            triples_mut(x, along, &mut t, &mut |x, s, t| add_ramp(t, s, x, *slope));
        }
        if let Some(along) = t_slope {
            pairs_mut(x, &mut t, &mut |x, t| {
                t.iter_mut().zip(x).filter(|(_, x)| **x < A::Real::ZERO).for_each(|(t, x)| *t += *along * *x);
            });
        }
        (Self::value(x, slope), t)
    }
}

/// `d[i] += s[i]`, times `slope` where `x[i]` is negative.
#[inline(always)]
fn add_ramp<T: Real>(d: &mut [T], s: &[T], x: &[T], slope: T) {
    for (d, (s, x)) in d.iter_mut().zip(s.iter().zip(x)) {
        *d += if *x < T::ZERO { *s * slope } else { *s };
    }
}

/// The sum of `x[i] * s[i]` where `x[i]` is negative.
#[inline(always)]
fn products_below<T: Real>(x: &[T], s: &[T]) -> T {
    x.iter().zip(s).filter(|(x, _)| **x < T::ZERO).fold(T::ZERO, |sum, (x, s)| sum + *x * *s)
}

/// `d[i] += s[i] * factor`.
#[inline(always)]
pub(super) fn add_times<T: Real>(d: &mut [T], s: &[T], factor: T) {
    d.iter_mut().zip(s).for_each(|(d, s)| *d += *s * factor);
}

/// The sum of `a[i] * b[i]`, from left to right.
#[inline(always)]
pub(super) fn products<T: Real>(a: &[T], b: &[T]) -> T {
    a.iter().zip(b).fold(T::ZERO, |sum, (a, b)| sum + *a * *b)
}
