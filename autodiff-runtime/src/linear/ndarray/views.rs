//! Views, as arrays of their own; sums along axes.

use super::{Number, kept};
use crate::linear::methods::{
    column, diag, insert_axis, into_owned, mean_axis, reversed_axes, row, sum_axis, to_owned, view,
};
use crate::linear::methods::{columns, rows};
use crate::linear::{Maybe, One, With, methods, rule};
use ::ndarray::{Array, Array1, Array2, Axis, Dimension};
use alloc::vec::Vec;

/// The axes the other way round.
macro_rules! transposed {
    ($($name:ty)*) => {$(
        rule!(@[T: Number, D: Dimension] $name: (a: Array<T, D>) -> Array<T, D>
            = kept(&a.t()); |dy| dy.t().to_owned(); |ta| kept(&ta.t()));
    )*};
}
transposed!(methods::t reversed_axes);

/// The array itself.
macro_rules! itself {
    ($($name:ident $copy:ident)*) => {$(
        rule!(@[T: Number, D: Dimension] $name: (a: Array<T, D>) -> Array<T, D>
            = a.$copy(); |dy| dy.clone(); |ta| ta.clone());
    )*};
}
// What a view shows is contiguous in an array of its own.
itself!(view clone to_owned to_owned into_owned to_owned);

rule!(@[T: Number] diag: (a: Array2<T>) -> Array1<T>
    = kept(&a.diag());
    |dy| {
        let mut d = Array2::zeros(a.raw_dim());
        d.diag_mut().assign(dy);
        d
    };
    |ta| kept(&ta.diag()));

/// A part at an index, or along an axis: what it is, and what is added where.
macro_rules! part {
    ($($name:ident: ($a:ident: $A:ty, $c:ident: $C:ty) -> $Y:ty = $value:expr; |$dy:ident, $d:ident| $pull:expr;)*) => {$(
        impl<T: Number> With<$A, $C> for $name {
            type Y = $Y;
            #[inline]
            fn value($a: &$A, $c: &$C) -> $Y {
                $value
            }
            #[inline]
            #[allow(unused_variables)]
            fn pull($a: &$A, $c: &$C, $dy: &$Y, $d: &mut $A) {
                $pull
            }
            #[inline]
            fn push(_: &$A, c: &$C, t: &$A) -> $Y {
                <Self as With<$A, $C>>::value(t, c)
            }
        }
    )*};
}
part! {
    row: (a: Array2<T>, i: usize) -> Array1<T> = kept(&a.row(*i)); |dy, d| d.row_mut(*i).scaled_add(T::one(), dy);
    column: (a: Array2<T>, i: usize) -> Array1<T> = kept(&a.column(*i));
        |dy, d| d.column_mut(*i).scaled_add(T::one(), dy);
    sum_axis: (a: Array2<T>, axis: Axis) -> Array1<T> = a.sum_axis(*axis);
        |dy, d| *d += &dy.view().insert_axis(*axis);
    mean_axis: (a: Array2<T>, axis: Axis) -> Array1<T> = a.sum_axis(*axis) / length(a, *axis);
        |dy, d| *d += &(dy / length(a, *axis)).insert_axis(*axis);
    insert_axis: (a: Array1<T>, axis: Axis) -> Array2<T> = a.clone().insert_axis(*axis);
        |dy, d| *d += &dy.index_axis(*axis, 0);
}

/// All rows, or all columns, each an array of its own.
macro_rules! all {
    ($($name:ident $mut:ident)*) => {$(
        impl<T: Number> One<Array2<T>> for $name {
            type Y = Vec<Array1<T>>;
            fn value(a: &Array2<T>) -> Vec<Array1<T>> {
                a.$name().into_iter().map(|part| kept(&part)).collect()
            }
            fn pull(_: &Array2<T>, dy: &Vec<Array1<T>>, d: &mut Array2<T>) {
                d.$mut().into_iter().zip(dy).for_each(|(mut d, dy)| d += dy);
            }
            fn push(_: &Array2<T>, t: &Array2<T>) -> Vec<Array1<T>> {
                Self::value(t)
            }
        }
    )*};
}
all!(rows rows_mut columns columns_mut);

/// The length of an axis, as `ndarray` divides by it.
fn length<T: Number>(a: &Array2<T>, axis: Axis) -> T {
    T::from(a.len_of(axis)).unwrap_or(T::nan())
}

impl<T: Number> Maybe<Array2<T>, Axis> for mean_axis {
    #[inline]
    fn is_there(a: &Array2<T>, axis: &Axis) -> bool {
        a.len_of(*axis) != 0
    }
}
