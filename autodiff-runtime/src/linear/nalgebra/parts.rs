//! Rows, columns and coordinates; the numbers of a matrix, one after the other, and what is found among them; matrices
//! made of columns or rows.

use super::Number;
use crate::linear::functions::{from, from_columns, from_rows};
use crate::linear::methods::{
    amax, amin, as_slice, column, cross_matrix, diagonal, max, mean, min, numbers, product, row,
    with_numbers, xy, xyz, xz, yz,
};
use crate::linear::methods::{columns, rows};
use crate::linear::{One, Owned, Two, With, rule};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::{
    Const, DefaultAllocator, Dim, DimName, Matrix, Matrix3, OMatrix, OVector, Point, RawStorage, Rotation,
    RowOVector, SMatrix, SVector, Storage, U1, Unit, UnitQuaternion, Vector2, Vector3,
};
use alloc::vec::Vec;

type M<T, R, C> = OMatrix<T, R, C>;

impl<T: Number, R: Dim, C: Dim, S: Storage<T, R, C> + RawStorage<T, R, C>> Owned for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Own = M<T, R, C>;
    #[inline]
    fn own(&self) -> M<T, R, C> {
        self.clone_owned()
    }
}

/// What is a value of its own.
macro_rules! copies {
    ($([$($g:tt)*] $A:ty;)*) => {$(
        impl<T: Number $($g)*> Owned for $A {
            type Own = $A;
            #[inline]
            fn own(&self) -> $A {
                *self
            }
        }
    )*};
}
copies! {
    [, const D: usize] Rotation<T, D>;
    [, const D: usize] Point<T, D>;
    [] UnitQuaternion<T>;
    [] Unit<Vector3<T>>;
    [] ::nalgebra::UnitComplex<T>;
    [] ::nalgebra::Isometry3<T>;
}

/// A row or column.
macro_rules! parts {
    ($($name:ident $R:ty, $C:ty: $mut:ident;)*) => {$(
        impl<T: Number, R: Dim, C: Dim> With<M<T, R, C>, usize> for $name
        where
            DefaultAllocator: Allocator<R, C> + Allocator<$R, $C>,
        {
            type Y = M<T, $R, $C>;
            #[inline]
            fn value(a: &M<T, R, C>, i: &usize) -> Self::Y {
                a.$name(*i).clone_owned()
            }
            #[inline]
            fn pull(_: &M<T, R, C>, i: &usize, dy: &Self::Y, d: &mut M<T, R, C>) {
                let mut part = d.$mut(*i);
                part += dy;
            }
            #[inline]
            fn push(_: &M<T, R, C>, i: &usize, t: &M<T, R, C>) -> Self::Y {
                t.$name(*i).clone_owned()
            }
        }
    )*};
}
parts! {
    column R, U1: column_mut;
    row U1, C: row_mut;
}

/// All rows, or all columns, each a matrix of its own.
macro_rules! all {
    ($($name:ident $R:ty, $C:ty: $iter:ident $mut:ident;)*) => {$(
        impl<T: Number, R: Dim, C: Dim> One<M<T, R, C>> for $name
        where
            DefaultAllocator: Allocator<R, C> + Allocator<$R, $C>,
        {
            type Y = Vec<M<T, $R, $C>>;
            fn value(a: &M<T, R, C>) -> Self::Y {
                a.$iter().map(|part| part.clone_owned()).collect()
            }
            fn pull(_: &M<T, R, C>, dy: &Self::Y, d: &mut M<T, R, C>) {
                d.$mut().zip(dy).for_each(|(mut d, dy)| d += dy);
            }
            fn push(_: &M<T, R, C>, t: &M<T, R, C>) -> Self::Y {
                Self::value(t)
            }
        }
    )*};
}
all! {
    columns R, U1: column_iter column_iter_mut;
    rows U1, C: row_iter row_iter_mut;
}

rule!(@[T: Number, D: Dim] diagonal: (a: M<T, D, D>) -> OVector<T, D>
    where [D: ::nalgebra::DimMin<D, Output = D>, DefaultAllocator: Allocator<D, D> + Allocator<D>]
    = a.diagonal(); |dy| M::<T, D, D>::from_diagonal(dy); |t| t.diagonal());

rule!(@[T: Number] cross_matrix: (a: Vector3<T>) -> Matrix3<T>
    = a.cross_matrix();
    |dy| Vector3::new(dy[(2, 1)] - dy[(1, 2)], dy[(0, 2)] - dy[(2, 0)], dy[(1, 0)] - dy[(0, 1)]);
    |t| t.cross_matrix());

/// Some of the coordinates.
macro_rules! coordinates {
    ($($name:ident $n:literal $Y:ident [$($i:literal)*];)*) => {$(
        rule!(@[T: Number] $name: (a: SVector<T, $n>) -> $Y<T>
            = $Y::new($(a[$i]),*);
            |dy| {
                let mut d = SVector::<T, $n>::zeros();
                [$($i),*].iter().zip(dy.iter()).for_each(|(i, x)| d[*i] = *x);
                d
            };
            |t| $Y::new($(t[$i]),*));
    )*};
}
coordinates! {
    xy 2 Vector2 [0 1];
    xy 3 Vector2 [0 1];
    xy 4 Vector2 [0 1];
    xz 3 Vector2 [0 2];
    xz 4 Vector2 [0 2];
    yz 3 Vector2 [1 2];
    yz 4 Vector2 [1 2];
    xyz 3 Vector3 [0 1 2];
    xyz 4 Vector3 [0 1 2];
}

/// The numbers of a matrix, column by column.
macro_rules! listed {
    ($($name:ident)*) => {$(
        impl<T: Number, R: Dim, C: Dim> One<M<T, R, C>> for $name
        where
            DefaultAllocator: Allocator<R, C>,
        {
            type Y = Vec<T>;
            #[inline]
            fn value(a: &M<T, R, C>) -> Vec<T> {
                a.iter().copied().collect()
            }
            #[inline]
            fn pull(_: &M<T, R, C>, dy: &Vec<T>, d: &mut M<T, R, C>) {
                d.iter_mut().zip(dy).for_each(|(d, x)| *d += *x);
            }
            #[inline]
            fn push(_: &M<T, R, C>, t: &M<T, R, C>) -> Vec<T> {
                t.iter().copied().collect()
            }
        }
    )*};
}
listed!(numbers as_slice);

/// A matrix of the form that `map` gives, of these numbers.
impl<T: Number, R: Dim, C: Dim> Two<M<T, R, C>, Vec<T>> for with_numbers
where
    DefaultAllocator: Allocator<R, C>,
{
    type Y = M<T, R, C>;
    fn value(a: &M<T, R, C>, b: &Vec<T>) -> M<T, R, C> {
        let mut out = a.clone();
        out.iter_mut().zip(b).for_each(|(o, x)| *o = *x);
        out
    }
    fn pull(_: &M<T, R, C>, _: &Vec<T>, dy: &M<T, R, C>, _: Option<&mut M<T, R, C>>, d: Option<&mut Vec<T>>) {
        if let Some(d) = d {
            d.iter_mut().zip(dy.iter()).for_each(|(d, x)| *d += *x);
        }
    }
    fn push(a: &M<T, R, C>, _: &Vec<T>, _: &M<T, R, C>, t: &Vec<T>) -> M<T, R, C> {
        Self::value(a, t)
    }
}

/// `a.zip_map(b, f)` panics where their shapes differ.
#[track_caller]
pub fn check_shapes<T: Number, R: Dim, C: Dim>(a: &M<T, R, C>, b: &M<T, R, C>)
where
    DefaultAllocator: Allocator<R, C>,
{
    if a.shape() != b.shape() {
        let _ = a.zip_map(b, |x, _| x);
    }
}

rule!(@[T: Number, R: Dim, C: Dim] mean: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.mean(); |dy| a.map(|_| *dy / T::of(a.len() as f64)); |t| t.mean());
rule!(@[T: Number, R: Dim, C: Dim] product: (a: M<T, R, C>) -> T
    where [DefaultAllocator: Allocator<R, C>]
    = a.product(); |dy| others(a) * *dy; |t| others(a).dot(t));

/// For each number the product of all others, which is its partial derivative, also where one is zero.
fn others<T: Number, R: Dim, C: Dim>(a: &M<T, R, C>) -> M<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (mut out, mut before, mut behind) = (a.clone(), T::one(), T::one());
    for i in 0..a.len() {
        out[i] = before;
        before *= a[i];
    }
    for i in (0..a.len()).rev() {
        out[i] *= behind;
        behind *= a[i];
    }
    out
}

/// One of the numbers, or its absolute value: of equal ones, the first has the derivative.
macro_rules! picked {
    ($($name:ident |$x:ident| $of:expr, $sign:expr;)*) => {$(
        rule!(@[T: Number, R: Dim, C: Dim] $name: (a: M<T, R, C>) -> T
            where [DefaultAllocator: Allocator<R, C>]
            = a.$name();
            |dy| {
                let (y, mut d) = (a.$name(), a * T::zero());
                d.fill(T::zero());
                if let Some(i) = a.iter().position(|$x| $of == y) {
                    let $x = &a[i];
                    d[i] = *dy * $sign;
                }
                d
            };
            |t| {
                let y = a.$name();
                match a.iter().position(|$x| $of == y) {
                    Some(i) => {
                        let $x = &a[i];
                        t[i] * $sign
                    }
                    None => T::zero(),
                }
            });
    )*};
}
picked! {
    max |_x| *_x, T::one();
    min |_x| *_x, T::one();
    amax |x| x.abs(), if *x == T::zero() { T::zero() } else { x.signum() };
    amin |x| x.abs(), if *x == T::zero() { T::zero() } else { x.signum() };
}

/// From an array of columns, or of rows.
macro_rules! from_parts {
    ($($name:ident $V:ident <$R:ty, $C:ty> $part:ident $mut:ident;)*) => {$(
        impl<T: Number, D: DimName, const N: usize> One<[$V<T, D>; N]> for $name<M<T, $R, $C>>
        where
            DefaultAllocator: Allocator<$R, $C> + Allocator<D> + Allocator<U1, D>,
        {
            type Y = M<T, $R, $C>;
            #[inline]
            fn value(a: &[$V<T, D>; N]) -> Self::Y {
                M::<T, $R, $C>::$name(a)
            }
            fn pull(_: &[$V<T, D>; N], dy: &Self::Y, d: &mut [$V<T, D>; N]) {
                d.iter_mut().enumerate().for_each(|(i, d)| *d += dy.$part(i));
            }
            #[inline]
            fn push(_: &[$V<T, D>; N], t: &[$V<T, D>; N]) -> Self::Y {
                M::<T, $R, $C>::$name(t)
            }
        }
    )*};
}
from_parts! {
    from_columns OVector<D, Const<N>> column column_mut;
    from_rows RowOVector<Const<N>, D> row row_mut;
}

rule!(@[T: Number, const N: usize] from<SVector<T, N>>: (a: [T; N]) -> SVector<T, N>
    = SVector::from(*a); |dy| dy.data.0[0]; |t| SVector::from(*t));
rule!(@[T: Number, const R: usize, const C: usize] from<SMatrix<T, R, C>>: (a: [[T; R]; C]) -> SMatrix<T, R, C>
    = SMatrix::from(*a); |dy| dy.data.0; |t| SMatrix::from(*t));
