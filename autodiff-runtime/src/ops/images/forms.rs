//! Which images, kernels and results go together.

use crate::ops::real::Real;
#[cfg(feature = "alloc")]
use crate::ops::shape::Shape;
#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// A signal that kernels `K` make a `Y` of: where all is made of arrays, the types say how long they are, and the length
/// of the result is checked when the program is compiled.
#[diagnostic::on_unimplemented(
    message = "a signal `{Self}` with kernels `{K}` gives no `{Y}`",
    label = "expected `[channel][position]` with kernels `[out][in][position]`; of arrays an array, else a `Vec<Vec<_>>`"
)]
pub trait Signal<K: ?Sized, Y> {
    /// The result, of zeros.
    #[doc(hidden)]
    fn blank(&self, kernels: &K) -> Y;
}

/// An image that kernels `K` make a `Y` of; see [`Signal`].
#[diagnostic::on_unimplemented(
    message = "an image `{Self}` with kernels `{K}` gives no `{Y}`",
    label = "expected `[channel][row][column]` with kernels `[out][in][row][column]`; of arrays an array, else a \
             `Vec<Vec<Vec<_>>>`"
)]
pub trait Image<K: ?Sized, Y> {
    /// The result, of zeros.
    #[doc(hidden)]
    fn blank(&self, kernels: &K) -> Y;
}

/// An image that pooling makes a `Y` of.
#[diagnostic::on_unimplemented(
    message = "pooling an image `{Self}` gives no `{Y}`",
    label = "expected `[channel][row][column]`; of arrays an array, else a `Vec<Vec<Vec<_>>>`"
)]
pub trait Pooled<Y> {
    /// The result, of zeros.
    #[doc(hidden)]
    fn blank(&self, size: usize) -> Y;
}

impl<T: Real, const N: usize, const C: usize, const M: usize, const O: usize, const R: usize>
    Signal<[[[T; M]; C]; O], [[T; R]; O]> for [[T; N]; C]
{
    #[inline(always)]
    fn blank(&self, _: &[[[T; M]; C]; O]) -> [[T; R]; O] {
        const { assert!(R + M == N + 1, "the result of `conv1d` has `signal − kernel + 1` positions") };
        [[T::ZERO; R]; O]
    }
}

impl<
    T: Real,
    const H: usize,
    const W: usize,
    const C: usize,
    const U: usize,
    const V: usize,
    const O: usize,
    const P: usize,
    const Q: usize,
> Image<[[[[T; V]; U]; C]; O], [[[T; Q]; P]; O]> for [[[T; W]; H]; C]
{
    #[inline(always)]
    fn blank(&self, _: &[[[[T; V]; U]; C]; O]) -> [[[T; Q]; P]; O] {
        const {
            assert!(P + U == H + 1, "the result of `conv2d` has `image − kernel + 1` rows");
            assert!(Q + V == W + 1, "the result of `conv2d` has `image − kernel + 1` columns");
        }
        [[[T::ZERO; Q]; P]; O]
    }
}

impl<T: Real, const H: usize, const W: usize, const C: usize, const P: usize, const Q: usize>
    Pooled<[[[T; Q]; P]; C]> for [[[T; W]; H]; C]
{
    #[inline(always)]
    #[track_caller]
    fn blank(&self, size: usize) -> [[[T; Q]; P]; C] {
        check_pooled((H, W), (P, Q), size);
        [[[T::ZERO; Q]; P]; C]
    }
}

/// Checks how large a pooled image is.
///
/// # Panics
///
/// If `result` is not what windows of `size` make of `image`.
#[inline(always)]
#[track_caller]
fn check_pooled(image: (usize, usize), result: (usize, usize), size: usize) {
    let fits = size > 0 && result == (image.0 / size, image.1 / size);
    assert!(
        fits,
        "`max_pool2d`: shapes that don't fit: windows of {size} make no {} × {} of {} × {}",
        result.0, result.1, image.0, image.1
    );
}

/// The lengths of nested parts, from the outermost on; all parts of one level must have one length.
#[cfg(feature = "alloc")]
#[track_caller]
fn lengths<A: Shape + ?Sized>(function: &str, a: &A, all: &mut [usize]) {
    let Some((own, rest)) = all.split_first_mut() else { return };
    if *own == UNKNOWN {
        *own = a.parts().len();
    }
    crate::ops::walk::check_lengths(function, a.parts().len(), *own);
    // No closure: the panic is to name the caller's line.
    for part in a.parts() {
        lengths(function, part, rest);
    }
}

/// No length that there is.
#[cfg(feature = "alloc")]
const UNKNOWN: usize = usize::MAX;

/// The lengths of an image or of kernels; 0 where there are no parts to tell.
#[cfg(feature = "alloc")]
#[track_caller]
fn all_lengths<A: Shape + ?Sized, const N: usize>(function: &str, a: &A) -> [usize; N] {
    let mut all = [UNKNOWN; N];
    lengths(function, a, &mut all);
    all.map(|length| if length == UNKNOWN { 0 } else { length })
}

/// How often a kernel fits.
#[cfg(feature = "alloc")]
#[track_caller]
fn places(function: &str, image: usize, kernel: usize) -> usize {
    match (image + 1).checked_sub(kernel) {
        // A kernel that is too large by one leaves no places; of no image there are none anyway.
        Some(places) if places > 0 || image == 0 => places,
        _ => panic!("`{function}`: shapes that don't fit: a kernel of {kernel} in an image of {image}"),
    }
}

macro_rules! grown {
    ($($signal:ty, $image:ty;)*) => {$(
        #[cfg(feature = "alloc")]
        impl<T: Real, K: Kernels<T, 3> + ?Sized> Signal<K, Vec<Vec<T>>> for $signal {
            #[track_caller]
            fn blank(&self, kernels: &K) -> Vec<Vec<T>> {
                let [channels, n] = all_lengths("conv1d", self);
                let [out, of, m] = all_lengths("conv1d", kernels);
                if out > 0 {
                    crate::ops::walk::check_lengths("conv1d", of, channels);
                }
                alloc::vec![alloc::vec![T::ZERO; places("conv1d", n, m)]; out]
            }
        }

        #[cfg(feature = "alloc")]
        impl<T: Real, K: Kernels<T, 4> + ?Sized> Image<K, Vec<Vec<Vec<T>>>> for $image {
            #[track_caller]
            fn blank(&self, kernels: &K) -> Vec<Vec<Vec<T>>> {
                let [channels, rows, columns] = all_lengths("conv2d", self);
                let [out, of, u, v] = all_lengths("conv2d", kernels);
                if out > 0 {
                    crate::ops::walk::check_lengths("conv2d", of, channels);
                }
                let (below, beside) = (places("conv2d", rows, u), places("conv2d", columns, v));
                alloc::vec![alloc::vec![alloc::vec![T::ZERO; beside]; below]; out]
            }
        }

        #[cfg(feature = "alloc")]
        impl<T: Real> Pooled<Vec<Vec<Vec<T>>>> for $image {
            #[track_caller]
            fn blank(&self, size: usize) -> Vec<Vec<Vec<T>>> {
                let [channels, rows, columns] = all_lengths("max_pool2d", self);
                assert!(size > 0, "`max_pool2d`: windows of 0");
                alloc::vec![alloc::vec![alloc::vec![T::ZERO; columns / size]; rows / size]; channels]
            }
        }
    )*};
}
grown! {
    Vec<Vec<T>>, Vec<Vec<Vec<T>>>;
    [Vec<T>], [Vec<Vec<T>>];
}

/// Kernels of any kind that are nested `DEPTH` times.
#[cfg(feature = "alloc")]
pub trait Kernels<T: Real, const DEPTH: usize>: Shape<Real = T> {}
#[cfg(feature = "alloc")]
impl<T: Real> Kernels<T, 0> for T {}
macro_rules! kernels {
    ($($depth:literal of $inner:literal;)*) => {$(
        #[cfg(feature = "alloc")]
        impl<T: Real, K: Kernels<T, $inner>, const N: usize> Kernels<T, $depth> for [K; N] {}
        #[cfg(feature = "alloc")]
        impl<T: Real, K: Kernels<T, $inner>> Kernels<T, $depth> for [K] {}
        #[cfg(feature = "alloc")]
        impl<T: Real, K: Kernels<T, $inner>> Kernels<T, $depth> for Vec<K> {}
    )*};
}
kernels! {
    1 of 0;
    2 of 1;
    3 of 2;
    4 of 3;
}
