//! Arrays made of numbers.

use super::Number;
use crate::linear::functions::{from, from_diag, from_elem, from_vec};
use crate::linear::{One, With, rule};
use ::ndarray::{Array, Array1, Array2};

/// From what is in order.
macro_rules! from_list {
    ($($name:ident)*) => {$(
        impl<T: Number> One<[T]> for $name<Array1<T>> {
            type Y = Array1<T>;
            #[inline]
            fn value(a: &[T]) -> Array1<T> {
                Array1::from_vec(a.to_vec())
            }
            #[inline]
            fn pull(_: &[T], dy: &Array1<T>, d: &mut [T]) {
                d.iter_mut().zip(dy.iter()).for_each(|(d, x)| *d += *x);
            }
            #[inline]
            fn push(_: &[T], t: &[T]) -> Array1<T> {
                Array1::from_vec(t.to_vec())
            }
        }
    )*};
}
from_list!(from_vec from);

/// From rows.
impl<T: Number, const N: usize> One<[[T; N]]> for from<Array2<T>> {
    type Y = Array2<T>;
    #[inline]
    fn value(a: &[[T; N]]) -> Array2<T> {
        Array2::from(a.to_vec())
    }
    #[inline]
    fn pull(_: &[[T; N]], dy: &Array2<T>, d: &mut [[T; N]]) {
        d.iter_mut().flatten().zip(dy.iter()).for_each(|(d, x)| *d += *x);
    }
    #[inline]
    fn push(_: &[[T; N]], t: &[[T; N]]) -> Array2<T> {
        Array2::from(t.to_vec())
    }
}

rule!(@[T: Number] from_diag<Array2<T>>: (a: Array1<T>) -> Array2<T>
    = Array2::from_diag(a); |dy| dy.diag().to_owned(); |t| Array2::from_diag(t));

/// All numbers are one.
macro_rules! filled {
    ($($A:ident $shape:ty;)*) => {$(
        impl<T: Number> With<T, $shape> for from_elem<$A<T>> {
            type Y = $A<T>;
            #[inline]
            fn value(x: &T, shape: &$shape) -> $A<T> {
                Array::from_elem(*shape, *x)
            }
            #[inline]
            fn pull(_: &T, _: &$shape, dy: &$A<T>, d: &mut T) {
                *d += dy.sum();
            }
            #[inline]
            fn push(_: &T, shape: &$shape, t: &T) -> $A<T> {
                Array::from_elem(*shape, *t)
            }
        }
    )*};
}
filled! {
    Array1 usize;
    Array2 (usize, usize);
    Array2 [usize; 2];
}
