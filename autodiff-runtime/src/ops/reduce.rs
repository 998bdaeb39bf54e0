//! Reductions: from all numbers of a shape, or of two shapes, to one.

use super::elementwise::{logistic, softened};
use super::handle::{Again, Given, Held, HeldFor, Kept, Pair, Way, binary, unary, zeros};
use super::real::Real;
use super::scaling::{add_times, products};
use super::shape::{Operand, Same, Shape};
use super::shapes::{Binary, Unary};
use super::walk::{check_same, count, each, each_mut, pairs, pairs_mut, row, triples_mut};
use super::{Owned, RealOf};

/// The sum of a row, from left to right.
#[inline(always)]
fn total<T: Real>(row: &[T]) -> T {
    row.iter().fold(T::ZERO, |sum, x| sum + *x)
}

/// `sum f(row)` over the rows.
#[inline(always)]
fn over_rows<A: Shape + ?Sized>(a: &A, f: impl Fn(&[A::Real]) -> A::Real) -> A::Real {
    let mut sum = A::Real::ZERO;
    each(a, &mut |row| sum += f(row));
    sum
}

/// Reductions whose derivative is a factor times the argument, or times one.
macro_rules! reduction {
    ($($(#[$doc:meta])* $name:ident, $grad:ident: |$a:ident| $value:expr,
        $y:ident => $add:expr, $along:expr;)*) => {$(
        unary! { $(#[$doc])* $name, grad $grad }

        impl<A: Shape + ?Sized> Unary<A> for $name {
            type Y = A::Real;
            type Kept = (A::Real, A::Kept);
            #[inline]
            fn value($a: &A) -> A::Real {
                $value
            }
            #[inline]
            fn forward(a: &A) -> (A::Real, Self::Kept) {
                let y = Self::value(a);
                (y, (y, a.keep()))
            }
            #[inline]
            fn reverse(($y, kept): &Self::Kept, a: Option<&A>, seed: &A::Real, d: &mut A::Adjoint) {
                let add: fn(&A, A::Real, A::Real, &mut A::Adjoint) = $add;
                add(A::again(kept, a), *$y, *seed, d);
            }
            #[inline]
            fn tangent(a: &A, t: &A::Adjoint) -> (A::Real, A::Real) {
                let y = Self::value(a);
                let along: fn(&A, A::Real, &A::Adjoint) -> A::Real = $along;
                (y, along(a, y, t))
            }
        }
    )*};
}

/// Adds `s` to each number.
#[inline(always)]
fn add_to_all<D: Shape + ?Sized>(d: &mut D, s: D::Real) {
    each_mut(d, &mut |row| row.iter_mut().for_each(|d| *d += s));
}

/// Adds `s * a` to `d`.
#[inline(always)]
fn add_scaled<A, D>(a: &A, s: A::Real, d: &mut D)
where
    A: Shape + ?Sized,
    D: Shape<Real = A::Real> + ?Sized,
{
    pairs_mut(a, d, &mut |a, d| add_times(d, a, s));
}

/// The inner product of all numbers.
#[inline(always)]
fn inner<A, B>(a: &A, b: &B) -> A::Real
where
    A: Shape + ?Sized,
    B: Shape<Real = A::Real> + ?Sized,
{
    let mut sum = A::Real::ZERO;
    pairs(a, b, &mut |a, b| sum += products(a, b));
    sum
}

/// The value of [`norm()`]: where the squares leave the range of floats, of the numbers divided by the largest.
#[inline(always)]
fn length<A: Shape + ?Sized>(a: &A) -> A::Real {
    let squares = over_rows(a, |row| products(row, row));
    if squares >= A::Real::SMALL_SQUARE && squares < -A::Real::LOWEST {
        return squares.sqrt();
    }
    scaled_length(a, squares)
}

/// The same, of numbers whose squares sum to what is no precise sum.
#[cold]
#[inline(never)]
fn scaled_length<A: Shape + ?Sized>(a: &A, squares: A::Real) -> A::Real {
    let mut largest = A::Real::ZERO;
    each(a, &mut |row| {
        row.iter().for_each(|x| {
            if x.abs() > largest {
                largest = x.abs()
            }
        })
    });
    let in_range = largest > A::Real::ZERO && largest < -A::Real::LOWEST;
    // Of NaN, infinities and nothing but zeros the sum says what there is to say.
    if !in_range || squares.partial_cmp(&squares).is_none() {
        return squares.sqrt();
    }
    largest
        * over_rows(a, |row| row.iter().fold(A::Real::ZERO, |s, x| s + *x / largest * (*x / largest))).sqrt()
}

/// Adds `s * a / y` to `d`.
#[inline(always)]
fn add_direction<A: Shape + ?Sized>(a: &A, y: A::Real, s: A::Real, d: &mut A::Adjoint) {
    let factor = s / y;
    // A factor that is too large, or too small to be precise, is not taken apart from the numbers.
    if factor.abs() >= A::Real::SMALL_SQUARE && factor.abs() < -A::Real::LOWEST {
        return add_scaled(a, factor, d);
    }
    pairs_mut(a, d, &mut |a, d| d.iter_mut().zip(a).for_each(|(d, a)| *d += s * (*a / y)));
}

/// How many numbers, as a float.
#[inline(always)]
fn size<A: Shape + ?Sized>(a: &A) -> A::Real {
    crate::lit(count(a) as f64)
}

/// `softmax` of all numbers, given their [`log_sum_exp`], times `s`, is added to `d`.
#[inline(always)]
fn add_softmax<A: Shape + ?Sized>(a: &A, y: A::Real, s: A::Real, d: &mut A::Adjoint) {
    pairs_mut(a, d, &mut |a, d| d.iter_mut().zip(a).for_each(|(d, a)| *d += s * (*a - y).exp()));
}

reduction! {
    /// The sum of all numbers; of nothing 0.
    sum, sum_grad: |a| over_rows(a, total),
        _y => |_, _, s, d| add_to_all(d, s), |_, _, t| over_rows(t, total);

    /// The mean of all numbers; of nothing NaN.
    mean, mean_grad: |a| over_rows(a, total) / size(a),
        _y => |a, _, s, d| add_to_all(d, s / size(a)), |a, _, t| over_rows(t, total) / size(a);

    /// The sum of the squares of all numbers; of nothing 0.
    norm_squared, norm_squared_grad: |a| over_rows(a, |row| products(row, row)),
        _y => |a, _, s, d| add_scaled(a, s + s, d), |a, _, t| { let i = inner(a, t); i + i };

    /// The Euclidean norm of all numbers, also where their squares would be too large or too small for a float. Its
    /// derivative is `x / norm(x)`, and at zero it is zero.
    norm, norm_grad: |a| length(a),
        _y => |a, y, s, d| if y != A::Real::ZERO { add_direction(a, y, s, d) },
        |a, y, t| {
            let mut sum = A::Real::ZERO;
            if y != A::Real::ZERO {
                pairs(a, t, &mut |a, t| a.iter().zip(t).for_each(|(a, t)| sum += *a / y * *t));
            }
            sum
        };

    /// `ln Σ eˣ` of all numbers, without overflow; of nothing −∞.
    ///
    /// ```
    /// use autodiff_runtime::ops::log_sum_exp;
    /// assert_eq!(log_sum_exp(&[1e4, 1e4]), 1e4 + 2.0_f64.ln());
    /// assert_eq!(log_sum_exp::<&[f64; 0]>(&[]), f64::NEG_INFINITY);
    /// ```
    log_sum_exp, log_sum_exp_grad: |a| log_of_sum(a),
        _y => |a, y, s, d| add_softmax(a, y, s, d),
        |a, y, t| {
            let mut sum = A::Real::ZERO;
            pairs(a, t, &mut |a, t| a.iter().zip(t).for_each(|(a, t)| sum += (*a - y).exp() * *t));
            sum
        };
}

/// The value of [`log_sum_exp()`].
#[inline(always)]
fn log_of_sum<A: Shape + ?Sized>(a: &A) -> A::Real {
    if A::DEPTH < 2 {
        return log_of_row(row(a));
    }
    // Of nothing, or of nothing but −∞ (or NaN, which then comes through), there is no largest to take out.
    let mut largest = A::Real::LOWEST;
    each(a, &mut |row| {
        row.iter().for_each(|x| {
            if *x > largest {
                largest = *x
            }
        })
    });
    let shift = if largest == A::Real::LOWEST { A::Real::ZERO } else { largest };
    let sum_of = |row: &[A::Real]| row.iter().fold(A::Real::ZERO, |sum, x| sum + (*x - shift).exp());
    shift + over_rows(a, sum_of).ln()
}

/// The same of one row.
#[inline(always)]
pub(super) fn log_of_row<T: Real>(row: &[T]) -> T {
    let largest = row.iter().fold(T::LOWEST, |largest, x| if *x > largest { *x } else { largest });
    let shift = if largest == T::LOWEST { T::ZERO } else { largest };
    shift + row.iter().fold(T::ZERO, |sum, x| sum + (*x - shift).exp()).ln()
}

/// Reductions of two shapes.
macro_rules! pairwise {
    ($($(#[$doc:meta])* $name:ident($first:ident, $second:ident), $grad:ident: |$a:ident, $b:ident| $value:expr,
        |$x:ident, $y:ident, $s:ident, $n:ident| $da:expr, $db:expr;)*) => {$(
        binary! { $(#[$doc])* $name($first, $second), grad $grad }

        #[allow(unused_variables)]
        impl<A, B> Binary<A, B> for $name
        where
            A: Shape + Same<B> + ?Sized,
            B: Shape<Real = A::Real> + ?Sized,
        {
            type Y = A::Real;
            type Kept = (A::Kept, B::Kept);
            #[inline]
            #[track_caller]
            fn value($a: &A, $b: &B) -> A::Real {
                check_same(stringify!($name), $a, $b);
                $value
            }
            #[inline]
            #[track_caller]
            fn forward(a: &A, b: &B) -> (A::Real, Self::Kept) {
                (Self::value(a, b), (a.keep(), b.keep()))
            }
            #[inline]
            fn reverse(
                (kept_a, kept_b): &Self::Kept,
                (a, b): (Option<&A>, Option<&B>),
                seed: &A::Real,
                (d_a, d_b): (Option<&mut A::Adjoint>, Option<&mut B::Adjoint>),
            ) {
                let (a, b) = (A::again(kept_a, a), B::again(kept_b, b));
                let ($s, $n) = (*seed, size(a));
                if let Some(d) = d_a {
                    triples_mut(a, b, d, &mut |a, b, d| {
                        d.iter_mut().zip(a.iter().zip(b)).for_each(|(d, (&$x, &$y))| *d += $da);
                    });
                }
                if let Some(d) = d_b {
                    triples_mut(a, b, d, &mut |a, b, d| {
                        d.iter_mut().zip(a.iter().zip(b)).for_each(|(d, (&$x, &$y))| *d += $db);
                    });
                }
            }
            #[inline]
            #[track_caller]
            fn tangent(
                (a, b): (&A, &B),
                (t_a, t_b): (Option<&A::Adjoint>, Option<&B::Adjoint>),
            ) -> (A::Real, A::Real) {
                let (value, kept) = Self::forward(a, b);
                let (mut d_a, mut d_b) = (zeros(a), zeros(b));
                let d = (Some(A::adjoint(&mut d_a)), Some(B::adjoint(&mut d_b)));
                Self::reverse(&kept, (Some(a), Some(b)), &A::Real::ONE, d);
                let mut t = A::Real::ZERO;
                if let Some(along) = t_a {
                    t += inner(&d_a, along);
                }
                if let Some(along) = t_b {
                    t += inner(&d_b, along);
                }
                (value, t)
            }
        }
    )*};
}

pairwise! {
    /// The inner product: the sum of the products of all numbers, from left to right.
    ///
    /// ```
    /// use autodiff_runtime::ops::{dot, dot_grad};
    /// assert_eq!(dot(&[1.0, 2.0], &[3.0, 4.0]), 11.0);
    /// assert_eq!(dot_grad(&[1.0, 2.0], &[3.0, 4.0]), (11.0, ([3.0, 4.0], [1.0, 2.0])));
    /// ```
    ///
    /// # Panics
    ///
    /// If lengths that only run time knows differ.
    dot(a, b), dot_grad: |a, b| inner(a, b), |x, y, s, n| s * y, s * x;

    /// The mean of the squares of all differences; of nothing NaN.
    ///
    /// # Panics
    ///
    /// If lengths that only run time knows differ.
    mse(prediction, target), mse_grad: |a, b| {
            let mut sum = A::Real::ZERO;
            pairs(a, b, &mut |a, b| {
                sum = a.iter().zip(b).fold(sum, |sum, (a, b)| sum + (*a - *b) * (*a - *b));
            });
            sum / size(a)
        },
        |x, y, s, n| (s + s) / n * (x - y), (s + s) / n * (y - x);

    /// The mean of the cross entropies of `sigmoid(logits)` and the targets between 0 and 1,
    /// `ln(1 + eˣ) − x·t`; of nothing NaN. Finite at any finite logit; its derivative is `(sigmoid(x) − t) / n`.
    ///
    /// # Panics
    ///
    /// If lengths that only run time knows differ.
    binary_cross_entropy_with_logits(logits, target), binary_cross_entropy_with_logits_grad: |a, b| {
            let mut sum = A::Real::ZERO;
            pairs(a, b, &mut |a, b| {
                sum = a.iter().zip(b).fold(sum, |sum, (x, t)| sum + (softened(*x) - *x * *t));
            });
            sum / size(a)
        },
        |x, y, s, n| s / n * (logistic(x) - y), -(s / n * x);
}
