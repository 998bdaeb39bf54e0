//! What is nested, laid out as one row: how an image comes to a dense layer.

use super::handle::{Again, Given, Kept, Pair, handle_type, zeros};
use super::shape::{Operand, Shape};
use super::walk::{check_seed, each, each_mut, row, row_mut};
use super::{Owned, RealOf};
#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::marker::PhantomData;

/// A shape that all arrays of one type have in common.
pub trait Counted: Shape {
    /// How many floats it has.
    #[doc(hidden)]
    const COUNT: usize;
}
impl Counted for f32 {
    const COUNT: usize = 1;
}
impl Counted for f64 {
    const COUNT: usize = 1;
}
impl<S: Counted, const N: usize> Counted for [S; N] {
    const COUNT: usize = N * S::COUNT;
}

/// What is nested and has as many floats as the row `Y`: where it is made of arrays, that is checked when the program is
/// compiled.
#[diagnostic::on_unimplemented(
    message = "`{Self}` in one row is no `{Y}`",
    label = "expected an array for an array of arrays, and a `Vec` for a slice or `Vec`, of the same floats"
)]
pub trait Nested<Y>: Shape {
    /// The row, of zeros.
    #[doc(hidden)]
    fn blank(&self) -> Y;
}

impl<S: Counted, const M: usize, const N: usize> Nested<[S::Real; N]> for [S; M] {
    #[inline(always)]
    fn blank(&self) -> [S::Real; N] {
        use super::real::Real;
        const { assert!(N == M * S::COUNT, "the result of `flatten` has all numbers of what is nested") };
        [S::Real::ZERO; N]
    }
}

macro_rules! grown {
    ($($t:ty)*) => {$(
        #[cfg(feature = "alloc")]
        impl<S: Shape> Nested<Vec<S::Real>> for $t {
            #[inline]
            fn blank(&self) -> Vec<S::Real> {
                use super::real::Real;
                alloc::vec![S::Real::ZERO; super::walk::count(self)]
            }
        }
    )*};
}
grown!([S] Vec<S>);

/// `y += x`, the rows of `x` one behind the other.
#[inline(always)]
fn add_flat<X, Y>(x: &X, y: &mut Y)
where
    X: Shape + ?Sized,
    Y: Shape<Real = X::Real> + ?Sized,
{
    let mut rest = row_mut(y);
    each(x, &mut |x| {
        let (here, after) = core::mem::take(&mut rest).split_at_mut(x.len());
        here.iter_mut().zip(x).for_each(|(y, x)| *y += *x);
        rest = after;
    });
}

/// `d += seed`, the rows of `d` one behind the other.
#[inline(always)]
fn add_nested<D, Y>(d: &mut D, seed: &Y)
where
    D: Shape + ?Sized,
    Y: Shape<Real = D::Real> + ?Sized,
{
    let mut rest = row(seed);
    each_mut(d, &mut |d| {
        let (here, after) = rest.split_at(d.len());
        d.iter_mut().zip(here).for_each(|(d, s)| *d += *s);
        rest = after;
    });
}

/// All numbers of what is nested in one row, in the order in which they are written: an array of arrays as an array, as
/// long as the caller says, and a slice or `Vec` as a `Vec`.
///
/// ```
/// use autodiff_runtime::ops::{flatten, flatten_vjp};
/// let image = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]];
/// let y: [f64; 8] = flatten(&image);
/// assert_eq!(y, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
/// let (_, d): ([f64; 4], _) = flatten_vjp(&[[0.0; 2]; 2], &[1.0, 2.0, 3.0, 4.0]);
/// assert_eq!(d, [[1.0, 2.0], [3.0, 4.0]]);
/// ```
///
/// An array has to have room for all of them:
///
/// ```compile_fail
/// let y: [f64; 3] = autodiff_runtime::ops::flatten(&[[1.0, 2.0], [3.0, 4.0]]);
/// ```
#[inline]
pub fn flatten<X, Y>(x: X) -> Y
where
    X: Operand<Shape: Nested<Y>>,
    Y: Shape<Real = RealOf<X>>,
{
    let mut y = x.shape().blank();
    add_flat(x.shape(), &mut y);
    y
}

/// [`flatten()`] and its vector–Jacobian product with `seed`: `(y, d_x)`.
///
/// # Panics
///
/// If the seed is not as long as the row.
#[inline]
#[track_caller]
pub fn flatten_vjp<X, Y>(x: X, seed: impl Given<Y::Adjoint>) -> (Y, Owned<X>)
where
    X: Operand<Shape: Nested<Y>>,
    Y: Shape<Real = RealOf<X>>,
{
    let y: Y = flatten(x.shape());
    check_seed("flatten_vjp", &y, seed.given());
    let mut d = zeros(x.shape());
    add_nested(&mut d, seed.given());
    (y, d)
}

handle_type!(flatten);

impl flatten {
    /// The forward part.
    #[doc(hidden)]
    #[inline]
    pub fn __fwd<I, X, Y>(item: I, x: X) -> (Y, Kept<Pair<X::Shape, Y>, ()>)
    where
        I: Fn(X) -> Y,
        X: Operand<Shape: Nested<Y>>,
        Y: Shape<Real = RealOf<X>>,
    {
        crate::check_generic_item(&item, &flatten::<X, Y>, "flatten");
        (flatten(x.shape()), Kept((), PhantomData))
    }

    /// The reverse part.
    #[doc(hidden)]
    #[inline]
    pub fn __rev<'s, X, Y>(
        _: &Kept<Pair<X, Y>, ()>,
        seed: impl Given<Y::Adjoint>,
        _: impl Again<X>,
        d0: impl crate::Slot<X::Adjoint> + 's,
    ) where
        X: Shape + ?Sized,
        Y: Shape<Real = X::Real>,
    {
        if let Some(d) = d0.open() {
            add_nested(d, seed.given());
        }
    }

    /// The tangent part.
    #[doc(hidden)]
    #[inline]
    pub fn __jvp<'s, X, Y>(
        x: X,
        t0: impl crate::Direction<<X::Shape as Shape>::Adjoint> + 's,
    ) -> (Y, Y::Owned)
    where
        X: Operand<Shape: Nested<Y>>,
        Y: Shape<Real = RealOf<X>>,
    {
        let y: Y = flatten(x.shape());
        let mut t = zeros(&y);
        if let Some(along) = t0.along() {
            add_flat(along, &mut t);
        }
        (y, t)
    }
}
