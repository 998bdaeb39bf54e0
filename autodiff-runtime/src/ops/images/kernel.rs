//! Cross-correlations, row by row: each number of a kernel's row is multiplied with a slice of an image's row.

use crate::ops::products::sum_of_products;
use crate::ops::real::Real;
use crate::ops::scaling::add_times;
use crate::ops::shape::Shape;
use crate::ops::walk::{row, row_mut};

/// An operation that is linear in an image and in its kernels.
pub trait Correlation {
    /// Adds the result to `y`.
    fn add<X, K, Y>(x: &X, k: &K, y: &mut Y)
    where
        X: Shape + ?Sized,
        K: Shape<Real = X::Real> + ?Sized,
        Y: Shape<Real = X::Real> + ?Sized;
    /// Adds the derivative with respect to the image.
    fn add_to_image<X, K, Y>(d: &mut X, k: &K, seed: &Y)
    where
        X: Shape + ?Sized,
        K: Shape<Real = X::Real> + ?Sized,
        Y: Shape<Real = X::Real> + ?Sized;
    /// Adds the derivative with respect to the kernels.
    fn add_to_kernels<X, K, Y>(x: &X, d: &mut K, seed: &Y)
    where
        X: Shape + ?Sized,
        K: Shape<Real = X::Real> + ?Sized,
        Y: Shape<Real = X::Real> + ?Sized;
}

/// `y[i] += Σ k[v] · x[i + v]`.
#[inline(always)]
fn add_row<T: Real>(x: &[T], k: &[T], y: &mut [T]) {
    k.iter().enumerate().for_each(|(v, k)| add_times(y, &x[v..], *k));
}

/// `d[i + v] += k[v] · seed[i]`.
#[inline(always)]
fn add_row_to_image<T: Real>(d: &mut [T], k: &[T], seed: &[T]) {
    k.iter().enumerate().for_each(|(v, k)| add_times(&mut d[v..], seed, *k));
}

/// `d[v] += Σ x[i + v] · seed[i]`.
#[inline(always)]
fn add_row_to_kernel<T: Real>(x: &[T], d: &mut [T], seed: &[T]) {
    d.iter_mut().enumerate().for_each(|(v, d)| *d += sum_of_products(&x[v..][..seed.len()], seed));
}

impl Correlation for super::conv1d {
    #[inline(always)]
    fn add<X, K, Y>(x: &X, k: &K, y: &mut Y)
    where
        X: Shape + ?Sized,
        K: Shape<Real = X::Real> + ?Sized,
        Y: Shape<Real = X::Real> + ?Sized,
    {
        for (k, y) in k.parts().iter().zip(y.parts_mut()) {
            let channels = k.parts().iter().zip(x.parts());
            channels.for_each(|(k, x)| add_row(row(x), row(k), row_mut(y)));
        }
    }
    #[inline(always)]
    fn add_to_image<X, K, Y>(d: &mut X, k: &K, seed: &Y)
    where
        X: Shape + ?Sized,
        K: Shape<Real = X::Real> + ?Sized,
        Y: Shape<Real = X::Real> + ?Sized,
    {
        for (k, s) in k.parts().iter().zip(seed.parts()) {
            let channels = k.parts().iter().zip(d.parts_mut());
            channels.for_each(|(k, d)| add_row_to_image(row_mut(d), row(k), row(s)));
        }
    }
    #[inline(always)]
    fn add_to_kernels<X, K, Y>(x: &X, d: &mut K, seed: &Y)
    where
        X: Shape + ?Sized,
        K: Shape<Real = X::Real> + ?Sized,
        Y: Shape<Real = X::Real> + ?Sized,
    {
        for (d, s) in d.parts_mut().iter_mut().zip(seed.parts()) {
            let channels = d.parts_mut().iter_mut().zip(x.parts());
            channels.for_each(|(d, x)| add_row_to_kernel(row(x), row_mut(d), row(s)));
        }
    }
}

impl Correlation for super::conv2d {
    #[inline(always)]
    fn add<X, K, Y>(x: &X, k: &K, y: &mut Y)
    where
        X: Shape + ?Sized,
        K: Shape<Real = X::Real> + ?Sized,
        Y: Shape<Real = X::Real> + ?Sized,
    {
        for (k, y) in k.parts().iter().zip(y.parts_mut()) {
            for (k, x) in k.parts().iter().zip(x.parts()) {
                for (i, y) in y.parts_mut().iter_mut().enumerate() {
                    let rows = k.parts().iter().zip(&x.parts()[i..]);
                    rows.for_each(|(k, x)| add_row(row(x), row(k), row_mut(y)));
                }
            }
        }
    }
    #[inline(always)]
    fn add_to_image<X, K, Y>(d: &mut X, k: &K, seed: &Y)
    where
        X: Shape + ?Sized,
        K: Shape<Real = X::Real> + ?Sized,
        Y: Shape<Real = X::Real> + ?Sized,
    {
        for (k, s) in k.parts().iter().zip(seed.parts()) {
            for (k, d) in k.parts().iter().zip(d.parts_mut()) {
                for (i, s) in s.parts().iter().enumerate() {
                    let rows = k.parts().iter().zip(&mut d.parts_mut()[i..]);
                    rows.for_each(|(k, d)| add_row_to_image(row_mut(d), row(k), row(s)));
                }
            }
        }
    }
    #[inline(always)]
    fn add_to_kernels<X, K, Y>(x: &X, d: &mut K, seed: &Y)
    where
        X: Shape + ?Sized,
        K: Shape<Real = X::Real> + ?Sized,
        Y: Shape<Real = X::Real> + ?Sized,
    {
        for (d, s) in d.parts_mut().iter_mut().zip(seed.parts()) {
            for (d, x) in d.parts_mut().iter_mut().zip(x.parts()) {
                for (i, s) in s.parts().iter().enumerate() {
                    let rows = d.parts_mut().iter_mut().zip(&x.parts()[i..]);
                    rows.for_each(|(d, x)| add_row_to_kernel(row(x), row_mut(d), row(s)));
                }
            }
        }
    }
}
