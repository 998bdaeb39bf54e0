//! Products of matrices and vectors, and the transposed matrix.
//!
//! With a seed `G` of the shape of `C = A·B` the derivatives are `G·Bᵀ` for `A` and `Aᵀ·G` for `B` (M. Giles, "Collected
//! matrix derivative results for forward and reverse mode algorithmic differentiation", 2008, section 2.2.2).

#[cfg(feature = "alloc")]
mod flat;
#[cfg(feature = "matrixmultiply")]
pub(super) mod foreign;
mod forms;
mod kernel;
mod lines;
#[cfg(not(feature = "matrixmultiply"))]
mod tiles;

use super::Owned;
use super::handle::{Again, Given, Held, HeldFor, Kept, Pair, Way, binary, unary, zeros};
use super::real::Real;
use super::shape::{Operand, Shape};
use super::shapes::{Binary, Unary};
use super::walk::{check_seed, row, row_mut};
#[cfg(feature = "alloc")]
pub use flat::{matmul_flat, matmul_flat_vjp, matvec_flat, matvec_flat_vjp};
pub use forms::{Fits, List, Matrix, Vector};
use forms::{check_rows, columns};
pub use kernel::Size;
use kernel::{add_product, add_product_left, add_product_right, add_times};
pub use kernel::{sum_of_pairs, sum_of_products};
use lines::Nested;

binary! {
    /// A matrix times a vector: `y[i] = Σ m[i][k] · x[k]`. A matrix is an array, slice or `Vec` of rows; the result is an
    /// array where the matrix is an array of rows.
    ///
    /// ```
    /// use autodiff_runtime::ops::{matvec, matvec_vjp};
    /// let m = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    /// assert_eq!(matvec(&m, &[1.0, 10.0]), [21.0, 43.0, 65.0]);
    /// let (_, (d_m, d_x)) = matvec_vjp(&m, &[1.0, 10.0], &[1.0, 0.0, 1.0]);
    /// assert_eq!(d_m, [[1.0, 10.0], [0.0, 0.0], [1.0, 10.0]]);
    /// assert_eq!(d_x, [6.0, 8.0]);
    /// ```
    ///
    /// # Panics
    ///
    /// If a row has another length than `x`, where only run time knows them.
    matvec(m, x), vjp matvec_vjp
}

impl<A, X> Binary<A, X> for matvec
where
    A: Matrix<Part: Fits<X>> + ?Sized,
    X: Vector<Real = A::Real> + ?Sized,
{
    type Y = A::With<A::Real>;
    type Kept = (A::Kept, X::Kept);
    #[inline]
    #[track_caller]
    fn value(m: &A, x: &X) -> Self::Y {
        check_rows("matvec", m, x.parts().len());
        let mut y = A::repeated(m.parts().len(), A::Real::ZERO);
        add_rows_times(&mut y, m, x);
        y
    }
    #[inline]
    #[track_caller]
    fn forward(m: &A, x: &X) -> (Self::Y, Self::Kept) {
        (Self::value(m, x), (m.keep(), x.keep()))
    }
    #[inline]
    fn reverse(
        (kept_m, kept_x): &Self::Kept,
        (m, x): (Option<&A>, Option<&X>),
        seed: &<Self::Y as Shape>::Adjoint,
        (d_m, d_x): (Option<&mut A::Adjoint>, Option<&mut X::Adjoint>),
    ) {
        let (m, x) = (A::again(kept_m, m), X::again(kept_x, x));
        if let Some(d) = d_m {
            let rows = d.parts_mut().iter_mut().zip(row(seed));
            rows.for_each(|(d, s)| add_times(row_mut(d), row(x), *s));
        }
        if let Some(d) = d_x {
            let d = row_mut(d);
            m.parts().iter().zip(row(seed)).for_each(|(m, s)| add_times(d, row(m), *s));
        }
    }
    #[inline]
    #[track_caller]
    fn tangent(
        (m, x): (&A, &X),
        (t_m, t_x): (Option<&A::Adjoint>, Option<&X::Adjoint>),
    ) -> (Self::Y, <Self::Y as Shape>::Owned) {
        let mut t = A::repeated(m.parts().len(), A::Real::ZERO);
        if let Some(along) = t_m {
            add_rows_times(&mut t, along, x);
        }
        if let Some(along) = t_x {
            add_rows_times(&mut t, m, along);
        }
        (Self::value(m, x), t)
    }
}

/// `y += m · x`.
#[inline(always)]
fn add_rows_times<Y, M, X>(y: &mut Y, m: &M, x: &X)
where
    Y: Shape + ?Sized,
    M: Shape<Real = Y::Real> + ?Sized,
    X: Shape<Real = Y::Real> + ?Sized,
{
    for (y, m) in row_mut(y).iter_mut().zip(m.parts()) {
        *y += sum_of_products(row(m), row(x));
    }
}

/// A row of zeros of the kind of `B`'s rows.
type RowOf<B> = <<B as Shape>::Part as List>::With<<B as Shape>::Real>;

/// The shape of a product: the rows of `A` in number and kind, and `B`'s in length and kind.
type Product<A, B> = <A as List>::With<RowOf<B>>;

/// The size of `A·B`.
#[inline(always)]
fn size_of_product<A: Matrix + ?Sized, B: Matrix + ?Sized>(a: &A, b: &B) -> Size {
    Size { rows: a.parts().len(), columns: columns(b), depth: b.parts().len() }
}

binary! {
    /// The product of two matrices: `c[i][j] = Σ a[i][k] · b[k][j]`. Matrices are arrays, slices or `Vec`s of rows; of the
    /// result there are as many as of `a`, and they are like those of `b`.
    ///
    /// ```
    /// use autodiff_runtime::ops::{matmul, matmul_vjp};
    /// let (a, b) = ([[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0, 5.0], [1.0, 0.0, 5.0]]);
    /// assert_eq!(matmul(&a, &b), [[2.0, 1.0, 15.0], [4.0, 3.0, 35.0]]);
    /// let seed = [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]];
    /// let (_, (d_a, d_b)) = matmul_vjp(&a, &b, &seed);
    /// assert_eq!(d_a, [[0.0, 1.0], [0.0, 0.0]]);
    /// assert_eq!(d_b, [[1.0, 0.0, 0.0], [2.0, 0.0, 0.0]]);
    /// ```
    ///
    /// Where lengths stand in the types, they have to fit:
    ///
    /// ```compile_fail
    /// autodiff_runtime::ops::matmul(&[[1.0, 2.0, 3.0]], &[[1.0], [2.0]]);
    /// ```
    ///
    /// # Panics
    ///
    /// If a row of `a` has not as many numbers as `b` has rows, or if rows of `b` have different lengths, where only run
    /// time knows that.
    matmul(a, b), vjp matmul_vjp
}

impl<A, B> Binary<A, B> for matmul
where
    A: Matrix<Part: Fits<B>> + ?Sized,
    B: Matrix<Real = A::Real> + ?Sized,
{
    type Y = Product<A, B>;
    type Kept = (A::Kept, B::Kept);
    #[inline]
    #[track_caller]
    fn value(a: &A, b: &B) -> Self::Y {
        let size = size_of_product(a, b);
        check_rows("matmul", a, size.depth);
        check_rows("matmul", b, size.columns);
        let mut c = nothing::<A, B>(size);
        add_product(&Nested(a), &Nested(b), &mut Nested(&mut c), size);
        c
    }
    #[inline]
    #[track_caller]
    fn forward(a: &A, b: &B) -> (Self::Y, Self::Kept) {
        (Self::value(a, b), (a.keep(), b.keep()))
    }
    #[inline]
    fn reverse(
        (kept_a, kept_b): &Self::Kept,
        (a, b): (Option<&A>, Option<&B>),
        seed: &<Self::Y as Shape>::Adjoint,
        (d_a, d_b): (Option<&mut A::Adjoint>, Option<&mut B::Adjoint>),
    ) {
        let (a, b) = (A::again(kept_a, a), B::again(kept_b, b));
        let Size { rows, columns, depth } = size_of_product(a, b);
        if let Some(d) = d_a {
            let size = Size { rows, columns: depth, depth: columns };
            add_product_right(&Nested(seed), &Nested(b), &mut Nested(d), size);
        }
        if let Some(d) = d_b {
            let size = Size { rows: depth, columns, depth: rows };
            add_product_left(&Nested(a), &Nested(seed), &mut Nested(d), size);
        }
    }
    #[inline]
    #[track_caller]
    fn tangent(
        (a, b): (&A, &B),
        (t_a, t_b): (Option<&A::Adjoint>, Option<&B::Adjoint>),
    ) -> (Self::Y, <Self::Y as Shape>::Owned) {
        let size = size_of_product(a, b);
        let mut t = nothing::<A, B>(size);
        if let Some(along) = t_a {
            add_product(&Nested(along), &Nested(b), &mut Nested(&mut t), size);
        }
        if let Some(along) = t_b {
            add_product(&Nested(a), &Nested(along), &mut Nested(&mut t), size);
        }
        (Self::value(a, b), t)
    }
}

/// A product of zeros.
#[inline(always)]
fn nothing<A: Matrix + ?Sized, B: Matrix<Real = A::Real> + ?Sized>(size: Size) -> Product<A, B> {
    A::repeated(size.rows, B::Part::repeated(size.columns, B::Real::ZERO))
}

unary! {
    /// The transposed matrix: `t[j][i] = a[i][j]`. Its rows are like the columns of `a`, an array where `a` is one.
    ///
    /// ```
    /// use autodiff_runtime::ops::transpose;
    /// assert_eq!(transpose(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]);
    /// assert_eq!(transpose(&vec![vec![1.0, 2.0]]), [vec![1.0], vec![2.0]]);
    /// ```
    ///
    /// # Panics
    ///
    /// If rows have different lengths.
    transpose, vjp transpose_vjp
}

/// The shape of `A` transposed.
type Transposed<A> = <<A as Shape>::Part as List>::With<<A as List>::With<<A as Shape>::Real>>;

impl<A: Matrix + ?Sized> Unary<A> for transpose {
    type Y = Transposed<A>;
    type Kept = ();
    #[inline]
    #[track_caller]
    fn value(a: &A) -> Self::Y {
        check_rows("transpose", a, columns(a));
        transposed::<A, A>(a)
    }
    #[inline]
    #[track_caller]
    fn forward(a: &A) -> (Self::Y, ()) {
        (Self::value(a), ())
    }
    #[inline]
    fn reverse((): &(), _: Option<&A>, seed: &<Self::Y as Shape>::Adjoint, d: &mut A::Adjoint) {
        add_transposed(seed, d);
    }
    #[inline]
    #[track_caller]
    fn tangent(a: &A, t: &A::Adjoint) -> (Self::Y, <Self::Y as Shape>::Owned) {
        (Self::value(a), transposed::<A, A::Adjoint>(t))
    }
}

/// `a` transposed, in the form of `A` transposed.
#[inline(always)]
fn transposed<A: Matrix + ?Sized, D: Shape<Real = A::Real> + ?Sized>(a: &D) -> Transposed<A> {
    let columns = a.parts().first().map_or(0, |first| row(first).len());
    let mut t = <A::Part as List>::repeated(columns, A::repeated(a.parts().len(), A::Real::ZERO));
    add_transposed(a, &mut t);
    t
}

/// `d[j][i] += a[i][j]`.
#[inline(always)]
fn add_transposed<A: Shape + ?Sized, D: Shape<Real = A::Real> + ?Sized>(a: &A, d: &mut D) {
    for (i, a) in a.parts().iter().enumerate() {
        d.parts_mut().iter_mut().zip(row(a)).for_each(|(d, x)| row_mut(d)[i] += *x);
    }
}
