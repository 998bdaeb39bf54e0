//! Arithmetic of arrays with each other, and with numbers; products.
//!
//! An array that is repeated along an axis, because it has length 1 there or no such axis, has the sum over the axis for
//! its derivative.

use super::Number;
use crate::linear::methods::{dot, product, sum};
use crate::linear::{Two, rule};
use crate::operator::operators::{Add, Div, Mul, Neg, Sub};
use ::ndarray::{Array, Array1, Array2, Axis, Dimension, Ix1, Ix2};

/// The sum of the products of all numbers.
fn inner<T: Number, D: Dimension>(a: &Array<T, D>, b: &Array<T, D>) -> T {
    a.iter().zip(b.iter()).map(|(x, y)| *x * *y).sum()
}

/// `-a`
fn negated<T: Number, D: Dimension>(a: &Array<T, D>) -> Array<T, D> {
    a.mapv(|x| -x)
}

/// The derivative of what was repeated to the shape of `dy`: the sum over all its places there.
fn gathered<T: Number, D: Dimension, E: Dimension>(dy: &Array<T, D>, like: &Array<T, E>) -> Array<T, E> {
    let mut out = dy.view().into_dyn().to_owned();
    while out.ndim() > like.ndim() {
        out = out.sum_axis(Axis(0));
    }
    for (i, n) in like.shape().iter().enumerate() {
        if *n == 1 && out.shape()[i] != 1 {
            out = out.sum_axis(Axis(i)).insert_axis(Axis(i));
        }
    }
    match out.into_dimensionality() {
        Ok(out) => out,
        Err(_) => unreachable!("the axes that are left are those of the operand"),
    }
}

/// What `a ∘= b` asks for: that only `b` is repeated.
#[track_caller]
fn only_second<T: Number, D: Dimension, E: Dimension>(a: &Array<T, D>, b: &Array<T, E>) {
    if b.broadcast(a.raw_dim()).is_none() {
        // It panics as the user's own operator does.
        let mut same = a.clone();
        same += b;
    }
}

/// The four operations, of arrays of any two shapes of which one can be repeated to that of the other.
macro_rules! arrays {
    ($($D:ty, $E:ty => $Y:ty;)*) => {$(
        arrays!(@op Add $D, $E => $Y: |a, b| a + b; |dy| dy, dy; |ta, tb| ta + tb);
        arrays!(@op Sub $D, $E => $Y: |a, b| a - b; |dy| dy, &negated(dy); |ta, tb| ta - tb);
        arrays!(@op Mul $D, $E => $Y: |a, b| a * b; |dy| &(dy * b), &(dy * a); |ta, tb| ta * b + a * tb);
        arrays!(@op Div $D, $E => $Y: |a, b| a / b; |dy| &(dy / b), &negated(&(dy * a / b / b));
            |ta, tb| (ta - &(a * tb / b)) / b);
    )*};
    (@op $op:ident $D:ty, $E:ty => $Y:ty: |$a:ident, $b:ident| $value:expr; |$dy:ident| $da:expr, $db:expr;
        |$ta:ident, $tb:ident| $t:expr) => {
        impl<T: Number> Two<Array<T, $D>, Array<T, $E>> for $op {
            type Y = Array<T, $Y>;
            #[inline]
            fn value($a: &Array<T, $D>, $b: &Array<T, $E>) -> Array<T, $Y> {
                $value
            }
            #[inline]
            fn value_by($a: &Array<T, $D>, $b: &Array<T, $E>, consumed: (bool, bool)) -> Array<T, $Y> {
                match consumed {
                    (true, _) => {
                        let $a = $a.clone();
                        $value
                    }
                    (false, true) => {
                        let $b = $b.clone();
                        $value
                    }
                    _ => $value,
                }
            }
            #[inline]
            #[allow(unused_variables)]
            fn pull(
                $a: &Array<T, $D>,
                $b: &Array<T, $E>,
                $dy: &Array<T, $Y>,
                d_a: Option<&mut Array<T, $D>>,
                d_b: Option<&mut Array<T, $E>>,
            ) {
                if let Some(d) = d_a {
                    *d += &gathered($da, $a);
                }
                if let Some(d) = d_b {
                    *d += &gathered($db, $b);
                }
            }
            #[inline]
            #[allow(unused_variables)]
            fn push(
                $a: &Array<T, $D>,
                $b: &Array<T, $E>,
                $ta: &Array<T, $D>,
                $tb: &Array<T, $E>,
            ) -> Array<T, $Y> {
                $t
            }
            #[inline]
            fn check_assignment(a: &Array<T, $D>, b: &Array<T, $E>) {
                only_second(a, b);
            }
        }
    };
}
arrays! {
    Ix1, Ix1 => Ix1;
    Ix2, Ix2 => Ix2;
    Ix2, Ix1 => Ix2;
    Ix1, Ix2 => Ix2;
}

/// Arithmetic of arrays with numbers.
macro_rules! numbers {
    ($($D:ty)*) => {$(
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
        rule!(@[T: Number] product: (a: Array<T, $D>) -> T
            = a.product(); |dy| others(a) * *dy; |t| inner(&others(a), t));
    )*};
}
numbers!(Ix1 Ix2);

/// For each number the product of all others, which is its partial derivative, also where one is zero.
fn others<T: Number, D: Dimension>(a: &Array<T, D>) -> Array<T, D> {
    let mut out = Array::ones(a.raw_dim());
    let mut before = T::one();
    for (o, x) in out.iter_mut().zip(a.iter()) {
        *o = before;
        before *= *x;
    }
    let mut rest: alloc::vec::Vec<T> = alloc::vec::Vec::with_capacity(a.len());
    let mut behind = T::one();
    for x in a.iter().copied().collect::<alloc::vec::Vec<T>>().iter().rev() {
        rest.push(behind);
        behind *= *x;
    }
    out.iter_mut().zip(rest.iter().rev()).for_each(|(o, r)| *o *= *r);
    out
}

rule!(@[T: Number] dot: (a: Array1<T>, b: Array1<T>) -> T
    = a.dot(b); |dy| b * *dy, a * *dy; |ta, tb| ta.dot(b) + a.dot(tb));
rule!(@[T: Number] dot: (a: Array2<T>, b: Array1<T>) -> Array1<T>
    = a.dot(b); |dy| outer(dy, b), a.t().dot(dy); |ta, tb| ta.dot(b) + a.dot(tb));
rule!(@[T: Number] dot: (a: Array1<T>, b: Array2<T>) -> Array1<T>
    = a.dot(b); |dy| b.dot(dy), outer(a, dy); |ta, tb| ta.dot(b) + a.dot(tb));
rule!(@[T: Number] dot: (a: Array2<T>, b: Array2<T>) -> Array2<T>
    = a.dot(b); |dy| dy.dot(&b.t()), a.t().dot(dy); |ta, tb| ta.dot(b) + a.dot(tb));

/// `a bᵀ`
fn outer<T: Number>(a: &Array1<T>, b: &Array1<T>) -> Array2<T> {
    Array2::from_shape_fn((a.len(), b.len()), |(i, j)| a[i] * b[j])
}
