//! Arithmetic of matrices, of which vectors are those of one column.

use super::Number;
use crate::linear::functions::{
    from_column_slice, from_diagonal, from_element, from_row_slice, from_vec, new, repeat,
};
use crate::linear::methods::{
    abs, add_scalar, component_div, component_mul, scale, sum, tr_mul, trace, transpose, unscale,
};
use crate::linear::{One, rule};
use crate::operator::operators::{Add, Div, Mul, Neg, Sub};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::{DVector, DefaultAllocator, Dim, DimName, OMatrix, OVector, SMatrix};

type M<T, R, C> = OMatrix<T, R, C>;

rule!(@[T: Number, R: Dim, C: Dim] Add: (a: M<T, R, C>, b: M<T, R, C>) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a + b; |dy| dy.clone(), dy.clone(); |ta, tb| ta + tb);
rule!(@[T: Number, R: Dim, C: Dim] Sub: (a: M<T, R, C>, b: M<T, R, C>) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a - b; |dy| dy.clone(), -dy; |ta, tb| ta - tb);
rule!(@[T: Number, R: Dim, C: Dim] Neg: (a: M<T, R, C>) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = -a; |dy| -dy; |t| -t);
rule!(@[T: Number, R: Dim, C: Dim] Mul: (a: M<T, R, C>, k: T) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a * *k; |dy| dy * *k, a.dot(dy); |ta, tk| ta * *k + a * *tk);
rule!(@[T: Number, R: Dim, C: Dim] scale: (a: M<T, R, C>, k: T) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a * *k; |dy| dy * *k, a.dot(dy); |ta, tk| ta * *k + a * *tk);
rule!(@[T: Number, R: Dim, C: Dim] Mul: (k: T, a: M<T, R, C>) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a * *k; |dy| a.dot(dy), dy * *k; |tk, ta| ta * *k + a * *tk);
rule!(@[T: Number, R: Dim, C: Dim] Div: (a: M<T, R, C>, k: T) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a / *k; |dy| dy / *k, -a.dot(dy) / (*k * *k); |ta, tk| (ta - a * (*tk / *k)) / *k);
rule!(@[T: Number, R: Dim, K: Dim, C: Dim] Mul: (a: M<T, R, K>, b: M<T, K, C>) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, K> + Allocator<K, C> + Allocator<R, C> + Allocator<C, K> + Allocator<K, R>]
    = a * b; |dy| dy * b.transpose(), a.transpose() * dy; |ta, tb| ta * b + a * tb);
rule!(@[T: Number, R: Dim, K: Dim, C: Dim] tr_mul: (a: M<T, K, R>, b: M<T, K, C>) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, K> + Allocator<K, C> + Allocator<R, C> + Allocator<C, R> + Allocator<K, R>]
    = a.tr_mul(b); |dy| b * dy.transpose(), a * dy; |ta, tb| ta.tr_mul(b) + a.tr_mul(tb));
rule!(@[T: Number, R: Dim, C: Dim] unscale: (a: M<T, R, C>, k: T) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a.unscale(*k); |dy| dy / *k, -a.dot(dy) / (*k * *k); |ta, tk| (ta - a * (*tk / *k)) / *k);
rule!(@[T: Number, R: Dim, C: Dim] add_scalar: (a: M<T, R, C>, k: T) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a.add_scalar(*k); |dy| dy.clone(), dy.sum(); |ta, tk| ta.add_scalar(*tk));
rule!(@[T: Number, R: Dim, C: Dim] abs: (a: M<T, R, C>) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a.abs(); |dy| dy.zip_map(a, of_absolute); |t| t.zip_map(a, of_absolute));

/// The derivative of an absolute value, which is 0 at 0.
fn of_absolute<T: Number>(dy: T, x: T) -> T {
    if x == T::zero() { T::zero() } else { dy * x.signum() }
}

rule!(@[T: Number, R: Dim, C: Dim] component_mul: (a: M<T, R, C>, b: M<T, R, C>) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a.component_mul(b); |dy| dy.component_mul(b), dy.component_mul(a);
    |ta, tb| ta.component_mul(b) + a.component_mul(tb));
rule!(@[T: Number, R: Dim, C: Dim] component_div: (a: M<T, R, C>, b: M<T, R, C>) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = a.component_div(b);
    |dy| dy.component_div(b), -dy.component_mul(a).component_div(b).component_div(b);
    |ta, tb| (ta - a.component_mul(tb).component_div(b)).component_div(b));
rule!(@[T: Number, R: Dim, C: Dim] sum: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.sum();
    |dy| { let (r, c) = a.shape_generic(); M::<T, R, C>::from_element_generic(r, c, *dy) }; |t| t.sum());
rule!(@[T: Number, R: Dim, C: Dim] transpose: (a: M<T, R, C>) -> M<T, C, R>
    where [DefaultAllocator: Allocator<R, C> + Allocator<C, R>]
    = a.transpose(); |dy| dy.transpose(); |t| t.transpose());
rule!(@[T: Number, D: Dim] trace: (a: M<T, D, D>) -> T
    where [DefaultAllocator: Allocator<D, D>]
    = diagonal_sum(a);
    |dy| { let (r, c) = a.shape_generic(); M::<T, D, D>::identity_generic(r, c) * *dy }; |t| diagonal_sum(t));

fn diagonal_sum<T: Number, D: Dim>(a: &M<T, D, D>) -> T
where
    DefaultAllocator: Allocator<D, D>,
{
    (0..a.nrows()).fold(T::zero(), |all, i| all + a[(i, i)])
}

rule!(@[T: Number, R: DimName, C: DimName] repeat<M<T, R, C>>: (k: T) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = M::<T, R, C>::repeat(*k); |dy| dy.sum(); |t| M::<T, R, C>::repeat(*t));
rule!(@[T: Number, R: DimName, C: DimName] from_element<M<T, R, C>>: (k: T) -> M<T, R, C>
    where [DefaultAllocator: Allocator<R, C>]
    = M::<T, R, C>::repeat(*k); |dy| dy.sum(); |t| M::<T, R, C>::repeat(*t));
rule!(@[T: Number, D: Dim] from_diagonal<M<T, D, D>>: (a: OVector<T, D>) -> M<T, D, D>
    where [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    = M::<T, D, D>::from_diagonal(a); |dy| dy.diagonal(); |t| M::<T, D, D>::from_diagonal(t));

/// From an array or a slice, row by row or column by column.
macro_rules! from_numbers {
    ($($name:ident $by_row:literal)*) => {$(
        impl<T: Number, const R: usize, const C: usize, const N: usize> One<[T; N]> for $name<SMatrix<T, R, C>> {
            type Y = SMatrix<T, R, C>;
            #[inline]
            fn value(a: &[T; N]) -> Self::Y {
                filled(a, $by_row)
            }
            #[inline]
            fn pull(_: &[T; N], dy: &Self::Y, d: &mut [T; N]) {
                spread(dy, d, $by_row);
            }
            #[inline]
            fn push(_: &[T; N], t: &[T; N]) -> Self::Y {
                filled(t, $by_row)
            }
        }
        impl<T: Number, const R: usize, const C: usize> One<[T]> for $name<SMatrix<T, R, C>> {
            type Y = SMatrix<T, R, C>;
            #[inline]
            fn value(a: &[T]) -> Self::Y {
                filled(a, $by_row)
            }
            #[inline]
            fn pull(_: &[T], dy: &Self::Y, d: &mut [T]) {
                spread(dy, d, $by_row);
            }
            #[inline]
            fn push(_: &[T], t: &[T]) -> Self::Y {
                filled(t, $by_row)
            }
        }
    )*};
}
from_numbers!(new true from_row_slice true from_column_slice false);

/// A vector of whatever length from its numbers.
macro_rules! vector_from {
    ($($name:ident [$($g:tt)*] $a:ty;)*) => {$(
        impl<T: Number $($g)*> One<$a> for $name<DVector<T>> {
            type Y = DVector<T>;
            #[inline]
            fn value(a: &$a) -> DVector<T> {
                DVector::from_column_slice(&a[..])
            }
            #[inline]
            fn pull(_: &$a, dy: &DVector<T>, d: &mut $a) {
                d.iter_mut().zip(dy.iter()).for_each(|(d, x)| *d += *x);
            }
            #[inline]
            fn push(_: &$a, t: &$a) -> DVector<T> {
                DVector::from_column_slice(&t[..])
            }
        }
    )*};
}
vector_from! {
    from_column_slice [, const N: usize] [T; N];
    from_column_slice [] [T];
    from_row_slice [, const N: usize] [T; N];
    from_row_slice [] [T];
    from_vec [] [T];
}

fn filled<T: Number, const R: usize, const C: usize>(a: &[T], by_row: bool) -> SMatrix<T, R, C> {
    match by_row {
        true => SMatrix::from_row_slice(a),
        false => SMatrix::from_column_slice(a),
    }
}

fn spread<T: Number, const R: usize, const C: usize>(dy: &SMatrix<T, R, C>, d: &mut [T], by_row: bool) {
    for r in 0..R {
        for c in 0..C {
            d[if by_row { r * C + c } else { c * R + r }] += dy[(r, c)];
        }
    }
}
