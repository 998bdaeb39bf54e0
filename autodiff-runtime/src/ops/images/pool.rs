//! Pooling.

use super::forms::Pooled;
use crate::ops::handle::{Again, Given, Held, HeldFor, Kept, Pair, Way, handle_type, zeros};
use crate::ops::real::Real;
use crate::ops::shape::{Operand, Shape};
use crate::ops::walk::{check_seed, row, row_mut};
use crate::ops::{Owned, RealOf};
use core::marker::PhantomData;

/// The place of the largest number in a window, the first of equal ones; of NaN the first.
#[inline(always)]
fn largest<X: Shape + ?Sized>(x: &X, (i, j): (usize, usize), size: usize) -> (usize, usize) {
    let rows = &x.parts()[i * size..][..size];
    let mut best = (0, 0);
    let mut value = row(&rows[0])[j * size];
    for (u, x) in rows.iter().enumerate() {
        for (v, x) in row(x)[j * size..][..size].iter().enumerate() {
            if *x > value || (is_nan(*x) && !is_nan(value)) {
                (best, value) = ((u, v), *x);
            }
        }
    }
    (i * size + best.0, j * size + best.1)
}

#[inline(always)]
fn is_nan<T: Real>(x: T) -> bool {
    x.partial_cmp(&x).is_none()
}

/// Makes `y` the largest numbers of `x`, row by row.
#[inline(always)]
fn largest_of_each<X, Y>(x: &X, y: &mut Y, size: usize)
where
    X: Shape + ?Sized,
    Y: Shape<Real = X::Real> + ?Sized,
{
    for (x, y) in x.parts().iter().zip(y.parts_mut()) {
        for (y, rows) in y.parts_mut().iter_mut().zip(x.parts().chunks_exact(size)) {
            let y = row_mut(y);
            y.fill(X::Real::LOWEST);
            for x in rows {
                for (y, window) in y.iter_mut().zip(row(x).chunks_exact(size)) {
                    // A choice of numbers and no branch, which a processor could not foresee.
                    *y = window.iter().fold(*y, |y, x| if *x <= y || is_nan(y) { y } else { *x });
                }
            }
        }
    }
}

/// Calls `f` with each number of the result, and with where its value stands in the channel `x`.
#[inline(always)]
fn each_window<X, Y>(x: &X, y: &Y, size: usize, f: &mut impl FnMut((usize, usize), (usize, usize)))
where
    X: Shape + ?Sized,
    Y: Shape<Real = X::Real> + ?Sized,
{
    for (i, y) in y.parts().iter().enumerate() {
        (0..row(y).len()).for_each(|j| f((i, j), largest(x, (i, j), size)));
    }
}

/// `y[i] += t` at the place of the largest, for each window.
#[inline(always)]
fn add_largest<X, D, Y>(x: &X, t: &D, y: &mut Y, size: usize)
where
    X: Shape + ?Sized,
    D: Shape<Real = X::Real> + ?Sized,
    Y: Shape<Real = X::Real> + ?Sized,
{
    for ((x, t), y) in x.parts().iter().zip(t.parts()).zip(y.parts_mut()) {
        for (i, y) in y.parts_mut().iter_mut().enumerate() {
            for (j, y) in row_mut(y).iter_mut().enumerate() {
                let (u, v) = largest(x, (i, j), size);
                *y += row(&t.parts()[u])[v];
            }
        }
    }
}

/// Adds the seed where the largest number of each window stands.
#[inline(always)]
fn add_derivative<X, D, Y>(x: &X, d: &mut D, seed: &Y, size: usize)
where
    X: Shape + ?Sized,
    D: Shape<Real = X::Real> + ?Sized,
    Y: Shape<Real = X::Real> + ?Sized,
{
    for ((x, d), seed) in x.parts().iter().zip(d.parts_mut()).zip(seed.parts()) {
        each_window(x, seed, size, &mut |(i, j), (u, v)| {
            row_mut(&mut d.parts_mut()[u])[v] += row(&seed.parts()[i])[j];
        });
    }
}

/// The largest number of each window of `size` rows and columns, of an image `[channel][row][column]`; windows lie side by
/// side, and rows and columns that fill none are left out. The derivative goes to the first of equal numbers. The
/// result is an array of arrays, as the caller says, or a `Vec<Vec<Vec<_>>>` of `Vec`s.
///
/// ```
/// use autodiff_runtime::ops::max_pool2d;
/// let y: [[[f64; 2]; 1]; 1] = max_pool2d(&[[[1.0, 2.0, 5.0, 6.0, 9.0], [4.0, 3.0, 8.0, 7.0, 9.0]]], 2);
/// assert_eq!(y, [[[4.0, 8.0]]]);
/// ```
///
/// # Panics
///
/// If `size` is 0, if the result is said to have other lengths than it has, or if rows have different lengths.
#[inline]
#[track_caller]
pub fn max_pool2d<X, Y>(image: X, size: usize) -> Y
where
    X: Operand<Shape: Pooled<Y>>,
    Y: Shape<Real = RealOf<X>>,
{
    let mut y = image.shape().blank(size);
    match size {
        // The usual size, for which the loops over a window are unrolled.
        2 => largest_of_each(image.shape(), &mut y, 2),
        _ => largest_of_each(image.shape(), &mut y, size),
    }
    y
}

/// [`max_pool2d()`] and its vector–Jacobian product with `seed`: `(y, d_image)`.
///
/// # Panics
///
/// As [`max_pool2d()`].
#[inline]
#[track_caller]
pub fn max_pool2d_vjp<X, Y>(image: X, size: usize, seed: impl Given<Y::Adjoint>) -> (Y, Owned<X>)
where
    X: Operand<Shape: Pooled<Y>>,
    Y: Shape<Real = RealOf<X>>,
{
    let y: Y = max_pool2d(image.shape(), size);
    check_seed("max_pool2d_vjp", &y, seed.given());
    let mut d = zeros(image.shape());
    add_derivative(image.shape(), &mut d, seed.given(), size);
    (y, d)
}

handle_type!(max_pool2d);

impl max_pool2d {
    /// The forward part.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    #[allow(clippy::type_complexity)]
    pub fn __fwd<I, X, Y, W>(
        item: I,
        x: X,
        size: usize,
    ) -> (Y, Kept<Pair<X::Shape, Y>, (usize, Held<X::Shape, W>)>)
    where
        W: Way<X::Shape>,
        I: Fn(X, usize) -> Y,
        X: Operand<Shape: Pooled<Y>>,
        Y: Shape<Real = RealOf<X>>,
    {
        crate::check_generic_item(&item, &max_pool2d::<X, Y>, "max_pool2d");
        (max_pool2d(x.shape(), size), Kept((size, Held::of(x.shape())), PhantomData))
    }

    /// The reverse part.
    #[doc(hidden)]
    #[inline]
    #[allow(clippy::type_complexity)]
    pub fn __rev<'s, X, Y, R: Again<X>>(
        p: &Kept<Pair<X, Y>, (usize, HeldFor<X, R>)>,
        seed: impl Given<Y::Adjoint>,
        a0: R,
        _: impl Again<usize>,
        d0: impl crate::Slot<X::Adjoint> + 's,
        _: impl crate::PassiveSlot,
    ) where
        X: Shape + ?Sized,
        Y: Shape<Real = X::Real>,
    {
        if let Some(d) = d0.open() {
            let (size, held) = &p.0;
            add_derivative(crate::again(held.get(a0)), d, seed.given(), *size);
        }
    }

    /// The tangent part.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    pub fn __jvp<'s, X, Y>(
        x: X,
        size: usize,
        t0: impl crate::Direction<<X::Shape as Shape>::Adjoint> + 's,
        _: crate::Off,
    ) -> (Y, Y::Owned)
    where
        X: Operand<Shape: Pooled<Y>>,
        Y: Shape<Real = RealOf<X>>,
    {
        let y: Y = max_pool2d(x.shape(), size);
        let mut t = zeros(&y);
        if let Some(along) = t0.along() {
            add_largest(x.shape(), along, &mut t, size);
        }
        (y, t)
    }
}
