//! The same of matrices whose rows lie one behind the other in a slice.

use super::forms::Vector;
use super::kernel::{Size, add_product, add_product_left, add_product_right, add_times, sum_of_products};
use super::lines::Flat;
use crate::ops::handle::{Again, Given, Held, HeldFor, Kept, Pair, Way, binary, handle_type, zeros};
use crate::ops::real::Real;
use crate::ops::shape::{Operand, Shape};
use crate::ops::shapes::Binary;
use crate::ops::walk::{check_seed, row, row_mut};
use crate::ops::{Owned, RealOf};
use alloc::vec::Vec;

binary! {
    /// A matrix times a vector, as [`matvec`](super::matvec()) has it, of a matrix whose rows lie one behind the other in
    /// `m`: it has `m.len() / x.len()` rows. Of an empty `x` the result is empty.
    ///
    /// ```
    /// use autodiff_runtime::ops::matvec_flat;
    /// assert_eq!(matvec_flat(&[1.0, 2.0, 3.0, 4.0], &[1.0, 10.0]), [21.0, 43.0]);
    /// ```
    ///
    /// # Panics
    ///
    /// If `m` has not a whole number of rows.
    matvec_flat(m, x), vjp matvec_flat_vjp
}

/// Checks that `data` is made of whole rows of `length` numbers (or, of whole columns).
#[inline(always)]
#[track_caller]
fn check_whole(function: &str, data: usize, length: usize) {
    if data.checked_rem(length).unwrap_or(data) != 0 {
        no_whole_rows(function, data, length);
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn no_whole_rows(function: &str, data: usize, length: usize) -> ! {
    panic!("`{function}`: shapes that don't fit: a length of {data} is no multiple of {length}")
}

/// The rows of a flat matrix; of empty rows none.
#[inline(always)]
fn rows<T>(m: &[T], length: usize) -> impl Iterator<Item = &[T]> {
    m.chunks_exact(length.max(1))
}

impl<A, X> Binary<A, X> for matvec_flat
where
    A: Vector + ?Sized,
    X: Vector<Real = A::Real> + ?Sized,
{
    type Y = Vec<A::Real>;
    type Kept = (A::Kept, X::Kept);
    #[inline]
    #[track_caller]
    fn value(m: &A, x: &X) -> Vec<A::Real> {
        let (m, x) = (row(m), row(x));
        check_whole("matvec_flat", m.len(), x.len());
        rows(m, x.len()).map(|m| sum_of_products(m, x)).collect()
    }
    #[inline]
    #[track_caller]
    fn forward(m: &A, x: &X) -> (Vec<A::Real>, Self::Kept) {
        (Self::value(m, x), (m.keep(), x.keep()))
    }
    #[inline]
    fn reverse(
        (kept_m, kept_x): &Self::Kept,
        (m, x): (Option<&A>, Option<&X>),
        seed: &[A::Real],
        (d_m, d_x): (Option<&mut A::Adjoint>, Option<&mut X::Adjoint>),
    ) {
        let (m, x) = (row(A::again(kept_m, m)), row(X::again(kept_x, x)));
        if let Some(d) = d_m {
            let d = row_mut(d).chunks_exact_mut(x.len().max(1));
            d.zip(seed).for_each(|(d, s)| add_times(d, x, *s));
        }
        if let Some(d) = d_x {
            let d = row_mut(d);
            rows(m, x.len()).zip(seed).for_each(|(m, s)| add_times(d, m, *s));
        }
    }
    #[inline]
    #[track_caller]
    fn tangent(
        (m, x): (&A, &X),
        (t_m, t_x): (Option<&A::Adjoint>, Option<&X::Adjoint>),
    ) -> (Vec<A::Real>, Vec<A::Real>) {
        let y = Self::value(m, x);
        let mut t = zeros(&y);
        let add = |t: &mut Vec<A::Real>, m: &[A::Real], x: &[A::Real]| {
            t.iter_mut().zip(rows(m, x.len())).for_each(|(t, m)| *t += sum_of_products(m, x));
        };
        if let Some(along) = t_m {
            add(&mut t, row(along), row(x));
        }
        if let Some(along) = t_x {
            add(&mut t, row(m), row(along));
        }
        (y, t)
    }
}

/// The size of a product of two flat matrices.
#[inline(always)]
#[track_caller]
fn checked_size(a: usize, b: usize, inner: usize) -> Size {
    check_whole("matmul_flat", a, inner);
    check_whole("matmul_flat", b, inner);
    size_of_product(a, b, inner)
}

/// The same, where it has been checked.
#[inline(always)]
fn size_of_product(a: usize, b: usize, inner: usize) -> Size {
    let (rows, columns) = (a.checked_div(inner).unwrap_or(0), b.checked_div(inner).unwrap_or(0));
    Size { rows, columns, depth: inner }
}

/// `c += a · b`.
#[inline(always)]
fn add<T: Real>(a: &[T], b: &[T], c: &mut [T], size: Size) {
    let Size { rows, columns, depth } = size;
    let a = Flat { data: a, rows, columns: depth };
    let b = Flat { data: b, rows: depth, columns };
    add_product(&a, &b, &mut Flat { data: c, rows, columns }, size);
}

/// Adds the derivatives of a product to those of the two places that there are.
#[inline(always)]
fn add_derivatives<T: Real>(
    (a, b, seed): (&[T], &[T], &[T]),
    (d_a, d_b): (Option<&mut [T]>, Option<&mut [T]>),
    Size { rows, columns, depth }: Size,
) {
    let seed = Flat { data: seed, rows, columns };
    if let Some(data) = d_a {
        let b = Flat { data: b, rows: depth, columns };
        let size = Size { rows, columns: depth, depth: columns };
        add_product_right(&seed, &b, &mut Flat { data, rows, columns: depth }, size);
    }
    if let Some(data) = d_b {
        let a = Flat { data: a, rows, columns: depth };
        let size = Size { rows: depth, columns, depth: rows };
        add_product_left(&a, &seed, &mut Flat { data, rows: depth, columns }, size);
    }
}

/// The product of two matrices, as [`matmul`](super::matmul()) has it, whose rows lie one behind the other: `a` has rows of
/// `inner` numbers, and `b` has `inner` rows. The result lies in the same way. If `inner` is 0, it is empty.
///
/// ```
/// use autodiff_runtime::ops::matmul_flat;
/// assert_eq!(matmul_flat(&[1.0, 2.0], &[1.0, 2.0, 3.0, 10.0, 20.0, 30.0], 2), [21.0, 42.0, 63.0]);
/// ```
///
/// # Panics
///
/// If `a` or `b` is not as long as a multiple of `inner`.
#[inline]
#[track_caller]
pub fn matmul_flat<A, B>(a: A, b: B, inner: usize) -> Vec<RealOf<A>>
where
    A: Operand<Shape: Vector>,
    B: Operand<Shape: Vector<Real = RealOf<A>>>,
{
    let (a, b) = (row(a.shape()), row(b.shape()));
    let size = checked_size(a.len(), b.len(), inner);
    let mut c = alloc::vec![RealOf::<A>::ZERO; size.rows * size.columns];
    add(a, b, &mut c, size);
    c
}

/// [`matmul_flat()`] and its vector–Jacobian product with `seed`: `(y, (d_a, d_b))`.
///
/// # Panics
///
/// As [`matmul_flat()`], and if the seed is not as long as the product.
#[inline]
#[track_caller]
#[allow(clippy::type_complexity)]
pub fn matmul_flat_vjp<A, B>(
    a: A,
    b: B,
    inner: usize,
    seed: impl Given<[RealOf<A>]>,
) -> (Vec<RealOf<A>>, (Owned<A>, Owned<B>))
where
    A: Operand<Shape: Vector>,
    B: Operand<Shape: Vector<Real = RealOf<A>>>,
{
    let y = matmul_flat(a.shape(), b.shape(), inner);
    let (a, b) = (a.shape(), b.shape());
    let (mut d_a, mut d_b) = (zeros(a), zeros(b));
    crate::check_seed("matmul_flat_vjp", "", y.len(), seed.given().len());
    let d = (Some(row_mut(&mut d_a)), Some(row_mut(&mut d_b)));
    add_derivatives((row(a), row(b), seed.given()), d, size_of_product(row(a).len(), row(b).len(), inner));
    (y, (d_a, d_b))
}

handle_type!(matmul_flat);

/// What the forward part keeps: the inner length, and the arguments that are not passed again.
type KeptOf<A, W0, B, W1> = (usize, Held<A, W0>, Held<B, W1>);

impl matmul_flat {
    /// The forward part.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    #[allow(clippy::type_complexity)]
    pub fn __fwd<I, A, B, W0, W1>(
        item: I,
        a: A,
        b: B,
        inner: usize,
    ) -> (Vec<RealOf<A>>, Kept<Pair<A::Shape, B::Shape>, KeptOf<A::Shape, W0, B::Shape, W1>>)
    where
        W0: Way<A::Shape>,
        W1: Way<B::Shape>,
        I: Fn(A, B, usize) -> Vec<RealOf<A>>,
        A: Operand<Shape: Vector>,
        B: Operand<Shape: Vector<Real = RealOf<A>>>,
    {
        crate::check_generic_item(&item, &matmul_flat::<A, B>, "matmul_flat");
        let kept = (inner, Held::of(a.shape()), Held::of(b.shape()));
        (matmul_flat(a.shape(), b.shape(), inner), Kept(kept, core::marker::PhantomData))
    }

    /// The reverse part.
    #[doc(hidden)]
    #[inline]
    #[allow(clippy::too_many_arguments, clippy::type_complexity)]
    pub fn __rev<'s, A, B, R0: Again<A>, R1: Again<B>>(
        p: &Kept<Pair<A, B>, KeptOf<A, R0::Way, B, R1::Way>>,
        seed: impl Given<[A::Real]>,
        a0: R0,
        a1: R1,
        _: impl Again<usize>,
        d0: impl crate::Slot<A::Adjoint> + 's,
        d1: impl crate::Slot<B::Adjoint> + 's,
        _: impl crate::PassiveSlot,
    ) where
        A: Vector + ?Sized,
        B: Vector<Real = A::Real> + ?Sized,
    {
        let (inner, held_a, held_b) = &p.0;
        let (a, b) = (row(crate::again(held_a.get(a0))), row(crate::again(held_b.get(a1))));
        let d = (d0.open().map(row_mut), d1.open().map(row_mut));
        add_derivatives((a, b, seed.given()), d, size_of_product(a.len(), b.len(), *inner));
    }

    /// The tangent part.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    pub fn __jvp<'s, A, B>(
        a: A,
        b: B,
        inner: usize,
        t0: impl crate::Direction<<A::Shape as Shape>::Adjoint> + 's,
        t1: impl crate::Direction<<B::Shape as Shape>::Adjoint> + 's,
        _: crate::Off,
    ) -> (Vec<RealOf<A>>, Vec<RealOf<A>>)
    where
        A: Operand<Shape: Vector>,
        B: Operand<Shape: Vector<Real = RealOf<A>>>,
    {
        let y = matmul_flat(a.shape(), b.shape(), inner);
        let mut t = zeros(&y);
        let (a, b) = (row(a.shape()), row(b.shape()));
        let size = size_of_product(a.len(), b.len(), inner);
        if let Some(along) = t0.along() {
            add(row(along), b, &mut t, size);
        }
        if let Some(along) = t1.along() {
            add(a, row(along), &mut t, size);
        }
        (y, t)
    }
}
