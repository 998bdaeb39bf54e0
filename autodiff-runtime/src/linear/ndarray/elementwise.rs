//! Functions of each number alone; the numbers of an array, one after the other; means.

use super::Number;
use crate::linear::methods::{
    abs, as_slice, cbrt, cos, exp, exp2, ln, log2, log10, mean, numbers, pow2, powf, powi, recip, sin, sqrt,
    std, tan, to_vec, var, with_numbers,
};
use crate::linear::{Maybe, One, Two, With, rule};
use ::ndarray::{Array, Dimension, Ix1, Ix2, Zip};
use alloc::vec::Vec;

/// Each with its derivative.
macro_rules! elementwise {
    ($($name:ident |$x:ident| $d:expr;)*) => {$(
        rule!(@[T: Number, D: Dimension] $name: (a: Array<T, D>) -> Array<T, D>
            = a.$name(); |dy| weighted(a, dy, |$x| $d); |t| weighted(a, t, |$x| $d));
    )*};
}
elementwise! {
    exp |x| x.exp();
    exp2 |x| x.exp2() * (T::one() + T::one()).ln();
    ln |x| x.recip();
    log2 |x| (x * (T::one() + T::one()).ln()).recip();
    log10 |x| (x * ten::<T>().ln()).recip();
    sqrt |x| { let r = x.sqrt(); (r + r).recip() };
    cbrt |x| { let r = x.cbrt(); (r * r * (T::one() + T::one() + T::one())).recip() };
    // As the number alone has it: 0 at 0.
    abs |x| if x == T::zero() { T::zero() } else { x.signum() };
    sin |x| x.cos();
    cos |x| -x.sin();
    tan |x| { let r = x.tan(); T::one() + r * r };
    recip |x| -(x * x).recip();
    pow2 |x| x + x;
}

fn ten<T: Number>() -> T {
    let two = T::one() + T::one();
    two * two * two + two
}

/// Each number of `dy` times a function of that of `a`.
fn weighted<T: Number, D: Dimension>(a: &Array<T, D>, dy: &Array<T, D>, f: impl Fn(T) -> T) -> Array<T, D> {
    Zip::from(a).and(dy).map_collect(|x, dy| *dy * f(*x))
}

impl<T: Number, D: Dimension> With<Array<T, D>, i32> for powi {
    type Y = Array<T, D>;
    #[inline]
    fn value(a: &Array<T, D>, n: &i32) -> Array<T, D> {
        a.powi(*n)
    }
    fn pull(a: &Array<T, D>, n: &i32, dy: &Array<T, D>, da: &mut Array<T, D>) {
        *da += &weighted(a, dy, |x| powi_partial(x, *n));
    }
    fn push(a: &Array<T, D>, n: &i32, t: &Array<T, D>) -> Array<T, D> {
        weighted(a, t, |x| powi_partial(x, *n))
    }
}

/// The derivative of `x.powi(n)`: 0 for `n = 0`, at 0, too.
fn powi_partial<T: Number>(x: T, n: i32) -> T {
    match (n, T::from(n)) {
        (0, _) | (_, None) => T::zero(),
        (n, Some(factor)) => factor * x.powi(n.wrapping_sub(1)),
    }
}

/// The derivatives of `x.powf(y)`, as the number alone has them: 0 with respect to the exponent where `x` is 0.
fn powf_partials<T: Number>(x: T, y: T) -> (T, T) {
    let by_x = if y == T::zero() { T::zero() } else { y * x.powf(y - T::one()) };
    let by_y = if x == T::zero() && y >= T::zero() { T::zero() } else { x.powf(y) * x.ln() };
    (by_x, by_y)
}

rule!(@[T: Number, D: Dimension] powf: (a: Array<T, D>, k: T) -> Array<T, D>
= a.powf(*k);
|dy| weighted(a, dy, |x| powf_partials(x, *k).0), weighted(a, dy, |x| powf_partials(x, *k).1).sum();
|ta, tk| {
    let along = weighted(a, ta, |x| powf_partials(x, *k).0);
    // A number that is a constant has no derivative, not one of 0 · NaN.
    if *tk == T::zero() { along } else { along + a.mapv(|x| powf_partials(x, *k).1) * *tk }
});

/// The numbers of an array, in order.
macro_rules! listed {
    ($($name:ident [$($g:tt)*] $D:ty;)*) => {$(
        impl<T: Number $($g)*> One<Array<T, $D>> for $name {
            type Y = Vec<T>;
            #[inline]
            fn value(a: &Array<T, $D>) -> Vec<T> {
                a.iter().copied().collect()
            }
            #[inline]
            fn pull(_: &Array<T, $D>, dy: &Vec<T>, d: &mut Array<T, $D>) {
                d.iter_mut().zip(dy).for_each(|(d, x)| *d += *x);
            }
            #[inline]
            fn push(_: &Array<T, $D>, t: &Array<T, $D>) -> Vec<T> {
                t.iter().copied().collect()
            }
        }
    )*};
}
listed! {
    numbers [, D: Dimension] D;
    as_slice [, D: Dimension] D;
    to_vec [] Ix1;
}

impl<T: Number, D: Dimension> Maybe<Array<T, D>> for as_slice {
    #[inline]
    fn is_there(a: &Array<T, D>, _: &()) -> bool {
        a.as_slice().is_some()
    }
}

/// An array of the form that `map` gives, of these numbers.
impl<T: Number, D: Dimension> Two<Array<T, D>, Vec<T>> for with_numbers {
    type Y = Array<T, D>;
    fn value(a: &Array<T, D>, b: &Vec<T>) -> Array<T, D> {
        let mut out = a.mapv(|x| x);
        out.iter_mut().zip(b).for_each(|(o, x)| *o = *x);
        out
    }
    fn pull(
        _: &Array<T, D>,
        _: &Vec<T>,
        dy: &Array<T, D>,
        _: Option<&mut Array<T, D>>,
        d: Option<&mut Vec<T>>,
    ) {
        if let Some(d) = d {
            d.iter_mut().zip(dy.iter()).for_each(|(d, x)| *d += *x);
        }
    }
    fn push(a: &Array<T, D>, _: &Vec<T>, _: &Array<T, D>, t: &Vec<T>) -> Array<T, D> {
        Self::value(a, t)
    }
}

/// As `ndarray` has them, of each type of numbers.
macro_rules! means {
    ($($t:ident $D:ty;)*) => {$(
        rule!(mean: (a: Array<$t, $D>) -> $t
            = a.mean().unwrap_or($t::NAN); |dy| Array::from_elem(a.raw_dim(), *dy / a.len() as $t);
            |t| t.sum() / a.len() as $t);
        impl Maybe<Array<$t, $D>> for mean {
            #[inline]
            fn is_there(a: &Array<$t, $D>, _: &()) -> bool {
                !a.is_empty()
            }
        }
        means!(@spread var $t $D: |a, ddof| a.mapv(|_| 2.0 / (a.len() as $t - ddof)));
        means!(@spread std $t $D: |a, ddof| a.mapv(|_| 1.0 / ((a.len() as $t - ddof) * a.std(*ddof))));
    )*};
    (@spread $name:ident $t:ident $D:ty: |$a:ident, $ddof:ident| $scale:expr) => {
        impl With<Array<$t, $D>, $t> for $name {
            type Y = $t;
            #[inline]
            fn value(a: &Array<$t, $D>, ddof: &$t) -> $t {
                a.$name(*ddof)
            }
            fn pull($a: &Array<$t, $D>, $ddof: &$t, dy: &$t, da: &mut Array<$t, $D>) {
                let middle = $a.sum() / $a.len() as $t;
                *da += &($scale * &($a - middle) * *dy);
            }
            fn push($a: &Array<$t, $D>, $ddof: &$t, t: &Array<$t, $D>) -> $t {
                let middle = $a.sum() / $a.len() as $t;
                ($scale * &($a - middle) * t).sum()
            }
        }
    };
}
means! {
    f32 Ix1;
    f32 Ix2;
    f64 Ix1;
    f64 Ix2;
}
