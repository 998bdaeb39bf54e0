//! Functions of whole rows: of a vector, or of each row of what is nested.

use super::Owned;
use super::handle::{Again, Given, Held, HeldFor, Kept, Way, unary, zeros};
use super::real::Real;
use super::reduce::log_of_row;
use super::shape::{Operand, Shape};
use super::shapes::Unary;
use super::walk::{check_seed, each_mut, triples_mut};

/// Functions of rows whose derivatives need their result alone. Backward and forward, a row's derivative is made of one sum
/// over the row, and then number by number, of the result `y`, the seed or tangent `s`, and the sum.
macro_rules! row_wise {
    ($($(#[$doc:meta])* $name:ident, $vjp:ident: $value:expr,
        backward |$y:ident, $s:ident, $sum:ident| $each:expr, sum $part:expr,
        forward $along:expr, sum $along_part:expr;)*) => {$(
        unary! { $(#[$doc])* $name, vjp $vjp }

        #[allow(unused_variables)]
        impl<A: Shape + ?Sized> Unary<A> for $name {
            type Y = A::Owned;
            type Kept = A::Owned;
            #[inline]
            fn value(a: &A) -> A::Owned {
                let mut y = a.owned();
                each_mut(&mut y, &mut |row| $value(row));
                y
            }
            #[inline]
            fn forward(a: &A) -> (A::Owned, A::Owned) {
                let y = Self::value(a);
                (y.clone(), y)
            }
            #[inline]
            fn reverse(y: &A::Owned, _: Option<&A>, seed: &A::Adjoint, d: &mut A::Adjoint) {
                triples_mut(y, seed, d, &mut |y, s, d| {
                    add_row(y, s, d, |$y, $s| $part, |$y, $s, $sum| $each);
                });
            }
            #[inline]
            fn tangent(a: &A, t: &A::Adjoint) -> (A::Owned, A::Owned) {
                let y = Self::value(a);
                let mut d = zeros(a);
                triples_mut(&y, t, &mut d, &mut |y, t, d| {
                    add_row(y, t, d, |$y, $s| $along_part, |$y, $s, $sum| $along);
                });
                (y, d)
            }
        }
    )*};
}

/// Adds `each(y[i], s[i], Σ part(y[j], s[j]))` to `d[i]`.
#[inline(always)]
fn add_row<T: Real>(y: &[T], s: &[T], d: &mut [T], part: impl Fn(T, T) -> T, each: impl Fn(T, T, T) -> T) {
    let sum = y.iter().zip(s).fold(T::ZERO, |sum, (y, s)| sum + part(*y, *s));
    for (d, (y, s)) in d.iter_mut().zip(y.iter().zip(s)) {
        *d += each(*y, *s, sum);
    }
}

row_wise! {
    /// `eˣ / Σ eˣ`, without overflow; of what is nested, of each row.
    ///
    /// ```
    /// use autodiff_runtime::ops::softmax;
    /// assert_eq!(softmax(&[1e4, 1e4]), [0.5, 0.5]);
    /// assert_eq!(softmax(&vec![vec![0.0, 0.0], vec![7.0]]), [vec![0.5, 0.5], vec![1.0]]);
    /// ```
    softmax, softmax_vjp: normalise,
        backward |y, s, sum| y * (s - sum), sum s * y,
        forward y * (s - sum), sum s * y;

    /// `x − ln Σ eˣ`, the logarithm of [`softmax()`], without overflow; of what is nested, of each row.
    log_softmax, log_softmax_vjp: subtract_log,
        backward |y, s, sum| s - y.exp() * sum, sum s,
        forward s - sum, sum s * y.exp();
}

/// Makes a row its log-softmax.
#[inline(always)]
fn subtract_log<T: Real>(row: &mut [T]) {
    let log = log_of_row(row);
    row.iter_mut().for_each(|x| *x -= log);
}

/// Makes a row its softmax.
#[inline(always)]
fn normalise<T: Real>(row: &mut [T]) {
    let mut largest = T::LOWEST;
    row.iter().for_each(|x| {
        if *x > largest {
            largest = *x
        }
    });
    let mut total = T::ZERO;
    for x in row.iter_mut() {
        *x = (*x - largest).exp();
        total += *x;
    }
    row.iter_mut().for_each(|x| *x = *x / total);
}
