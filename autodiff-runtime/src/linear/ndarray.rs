//! Arrays of `ndarray`, of one and two axes.

pub use ::ndarray::{Array1, Array2};

use super::functions::from_vec;
use super::methods::{dot, sum};
use super::{One, rule};
use crate::operator::operators::{Add, Div, Mul, Neg, Sub};
use crate::{Diff, Tangent};
use ::ndarray::{Array, Dimension, Ix1, Ix2, LinalgScalar, NdFloat};

/// The numbers of which there are arrays with derivatives.
pub trait Number: NdFloat + LinalgScalar + Diff<Tan = Self> + Tangent + core::iter::Sum {}
impl Number for f32 {}
impl Number for f64 {}

impl<T: Number, D: Dimension> Diff for Array<T, D> {
    type Tan = Array<T, D>;
    #[inline]
    fn __zero_like(&self) -> Array<T, D> {
        Array::zeros(self.raw_dim())
    }
}

impl<T: Number, D: Dimension> Tangent for Array<T, D> {
    #[inline]
    fn __add(&mut self, v: &Array<T, D>) {
        assert_eq!(self.shape(), v.shape(), "#[backprop]: derivatives of different shapes are added up");
        *self += v;
    }
    #[inline]
    fn __clear(&mut self) {
        self.fill(T::zero());
    }
    fn __differs(&self, v: &Array<T, D>) -> Option<crate::Difference> {
        let of = |n: usize| alloc::vec![(); n];
        let mut pairs = self.shape().iter().zip(v.shape());
        pairs.find(|(a, b)| a != b).and_then(|(a, b)| of(*a).__differs(&of(*b)))
    }
}

impl<T: Number + crate::check::Entries, D: Dimension> crate::check::Entries for Array<T, D> {
    fn visit(&mut self, visitor: &mut crate::check::Visitor<'_>) {
        for (i, x) in self.iter_mut().enumerate() {
            visitor.index(i, x);
        }
    }
}

/// Arrays that meet in arithmetic have one shape: to repeat one of them along an axis has a derivative of its own.
#[track_caller]
fn same<T, D: Dimension>(a: &Array<T, D>, b: &Array<T, D>) {
    assert_eq!(
        a.shape(),
        b.shape(),
        "#[backprop]: arrays of different shapes meet, which would repeat one of them"
    );
}

/// The sum of the products of all numbers.
fn inner<T: Number, D: Dimension>(a: &Array<T, D>, b: &Array<T, D>) -> T {
    a.iter().zip(b.iter()).map(|(x, y)| *x * *y).sum()
}

/// `-a`
fn negated<T: Number, D: Dimension>(a: &Array<T, D>) -> Array<T, D> {
    a.mapv(|x| -x)
}

/// Arithmetic of arrays with each other, and with numbers.
macro_rules! arithmetic {
    ($($D:ty)*) => {$(
        rule!(@[T: Number] Add: (a: Array<T, $D>, b: Array<T, $D>) -> Array<T, $D>
            = { same(a, b); a + b }; |dy| dy.clone(), dy.clone(); |ta, tb| ta + tb);
        rule!(@[T: Number] Sub: (a: Array<T, $D>, b: Array<T, $D>) -> Array<T, $D>
            = { same(a, b); a - b }; |dy| dy.clone(), negated(dy); |ta, tb| ta - tb);
        rule!(@[T: Number] Mul: (a: Array<T, $D>, b: Array<T, $D>) -> Array<T, $D>
            = { same(a, b); a * b }; |dy| dy * b, dy * a; |ta, tb| ta * b + a * tb);
        rule!(@[T: Number] Div: (a: Array<T, $D>, b: Array<T, $D>) -> Array<T, $D>
            = { same(a, b); a / b }; |dy| dy / b, negated(&(dy * a / b / b)); |ta, tb| (ta - &(a * tb / b)) / b);
        rule!(@[T: Number] Neg: (a: Array<T, $D>) -> Array<T, $D> = negated(a);
            |dy| negated(dy); |t| negated(t));
        rule!(@[T: Number] Add: (a: Array<T, $D>, k: T) -> Array<T, $D>
            = a + *k; |dy| dy.clone(), dy.sum(); |ta, tk| ta + *tk);
        rule!(@[T: Number] Sub: (a: Array<T, $D>, k: T) -> Array<T, $D>
            = a - *k; |dy| dy.clone(), -dy.sum(); |ta, tk| ta - *tk);
        rule!(@[T: Number] Mul: (a: Array<T, $D>, k: T) -> Array<T, $D>
            = a * *k; |dy| dy * *k, inner(a, dy); |ta, tk| ta * *k + a * *tk);
        rule!(@[T: Number] Div: (a: Array<T, $D>, k: T) -> Array<T, $D>
            = a / *k; |dy| dy / *k, -inner(a, dy) / (*k * *k); |ta, tk| (ta - &(a * (*tk / *k))) / *k);
        rule!(@[T: Number] Add: (k: T, a: Array<T, $D>) -> Array<T, $D>
            = a + *k; |dy| dy.sum(), dy.clone(); |tk, ta| ta + *tk);
        rule!(@[T: Number] Sub: (k: T, a: Array<T, $D>) -> Array<T, $D>
            = negated(a) + *k; |dy| dy.sum(), negated(dy); |tk, ta| negated(ta) + *tk);
        rule!(@[T: Number] Mul: (k: T, a: Array<T, $D>) -> Array<T, $D>
            = a * *k; |dy| inner(a, dy), dy * *k; |tk, ta| ta * *k + a * *tk);
        rule!(@[T: Number] Div: (k: T, a: Array<T, $D>) -> Array<T, $D>
            = a.mapv(|x| *k / x); |dy| (dy / a).sum(), negated(&(dy / a / a)) * *k;
            |tk, ta| (a * *tk - ta * *k) / a / a);
        rule!(@[T: Number] sum: (a: Array<T, $D>) -> T
            = a.sum(); |dy| Array::from_elem(a.raw_dim(), *dy); |t| t.sum());
    )*};
}
arithmetic!(Ix1 Ix2);

rule!(@[T: Number] dot: (a: Array1<T>, b: Array1<T>) -> T
    = a.dot(b); |dy| b * *dy, a * *dy; |ta, tb| ta.dot(b) + a.dot(tb));
rule!(@[T: Number] dot: (a: Array2<T>, b: Array1<T>) -> Array1<T>
    = a.dot(b); |dy| outer(dy, b), a.t().dot(dy); |ta, tb| ta.dot(b) + a.dot(tb));
rule!(@[T: Number] dot: (a: Array1<T>, b: Array2<T>) -> Array1<T>
    = a.dot(b); |dy| b.dot(dy), outer(a, dy); |ta, tb| ta.dot(b) + a.dot(tb));
rule!(@[T: Number] dot: (a: Array2<T>, b: Array2<T>) -> Array2<T>
    = a.dot(b); |dy| dy.dot(&b.t()), a.t().dot(dy); |ta, tb| ta.dot(b) + a.dot(tb));

impl<T: Number> One<[T]> for from_vec<Array1<T>> {
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

/// `a bᵀ`
fn outer<T: Number>(a: &Array1<T>, b: &Array1<T>) -> Array2<T> {
    Array2::from_shape_fn((a.len(), b.len()), |(i, j)| a[i] * b[j])
}
