//! Arithmetic, number by number, and products with one number.

use super::Owned;
use super::handle::{Again, Given, Held, HeldFor, Kept, Pair, Way, binary, zeros};
use super::real::Real;
use super::shape::{Operand, Same, Shape};
use super::shapes::Binary;
use super::walk::{check_same, check_seed, pairs_mut, quadruples_mut};

/// `f` of each pair of numbers.
#[inline(always)]
pub(super) fn combine<A, B>(a: &A, b: &B, f: impl Fn(A::Real, A::Real) -> A::Real) -> A::Owned
where
    A: Shape + ?Sized,
    B: Shape<Real = A::Real> + ?Sized,
{
    let mut y = a.owned();
    pairs_mut(b, &mut y, &mut |b, y| y.iter_mut().zip(b).for_each(|(y, b)| *y = f(*y, *b)));
    y
}

/// Declares elementwise arithmetic: the value of two numbers `a` and `b`, and its two derivatives.
macro_rules! arithmetic {
    ($($(#[$doc:meta])* $name:ident, $vjp:ident: |$a:ident, $b:ident| $value:expr => $da:expr, $db:expr;)*) => {$(
        binary! { $(#[$doc])* $name(a, b), vjp $vjp }

        #[allow(unused_variables)]
        impl<A, B> Binary<A, B> for $name
        where
            A: Shape + Same<B> + ?Sized,
            B: Shape<Real = A::Real> + ?Sized,
        {
            type Y = A::Owned;
            type Kept = (A::Kept, B::Kept);
            #[inline]
            #[track_caller]
            fn value(a: &A, b: &B) -> A::Owned {
                check_same(stringify!($name), a, b);
                combine(a, b, |$a, $b| $value)
            }
            #[inline]
            #[track_caller]
            fn forward(a: &A, b: &B) -> (A::Owned, Self::Kept) {
                (Self::value(a, b), (a.keep(), b.keep()))
            }
            #[inline]
            fn reverse(
                (kept_a, kept_b): &Self::Kept,
                (a, b): (Option<&A>, Option<&B>),
                seed: &<A::Owned as Shape>::Adjoint,
                (d_a, d_b): (Option<&mut A::Adjoint>, Option<&mut B::Adjoint>),
            ) {
                let (a, b) = (A::again(kept_a, a), B::again(kept_b, b));
                if let Some(d) = d_a {
                    quadruples_mut((a, b, seed), d, &mut |a, b, s, d| add_each(a, b, s, d, |$a, $b| $da));
                }
                if let Some(d) = d_b {
                    quadruples_mut((a, b, seed), d, &mut |a, b, s, d| add_each(a, b, s, d, |$a, $b| $db));
                }
            }
            #[inline]
            #[track_caller]
            fn tangent(
                (a, b): (&A, &B),
                (t_a, t_b): (Option<&A::Adjoint>, Option<&B::Adjoint>),
            ) -> (A::Owned, A::Owned) {
                let y = Self::value(a, b);
                let mut t = zeros(a);
                if let Some(along) = t_a {
                    quadruples_mut((a, b, along), &mut t, &mut |a, b, s, d| add_each(a, b, s, d, |$a, $b| $da));
                }
                if let Some(along) = t_b {
                    quadruples_mut((a, b, along), &mut t, &mut |a, b, s, d| add_each(a, b, s, d, |$a, $b| $db));
                }
                (y, t)
            }
        }
    )*};
}

/// `d[i] += s[i] * p(a[i], b[i])`.
#[inline(always)]
fn add_each<T: Real>(a: &[T], b: &[T], s: &[T], d: &mut [T], p: impl Fn(T, T) -> T) {
    for (((d, s), a), b) in d.iter_mut().zip(s).zip(a).zip(b) {
        *d += *s * p(*a, *b);
    }
}

/// The derivative of a sum by one of its parts.
#[inline(always)]
fn one<T: Real>(_: T) -> T {
    T::ONE
}

arithmetic! {
    /// `a + b`, number by number. The result is an array where `a` is one.
    ///
    /// # Panics
    ///
    /// If lengths that only run time knows differ.
    add, add_vjp: |a, b| a + b => one(a), one(b);
    /// `a − b`, number by number; see [`add`].
    sub, sub_vjp: |a, b| a - b => one(a), -one(b);
    /// `a · b`, number by number; see [`add`].
    mul, mul_vjp: |a, b| a * b => b, a;
    /// `a / b`, number by number; see [`add`].
    div, div_vjp: |a, b| a / b => one(a) / b, -(a / b) / b;
}
