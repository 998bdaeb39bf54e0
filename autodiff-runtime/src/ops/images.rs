//! Convolutions as neural networks have them (cross-correlations: kernels are not mirrored), and pooling.
//!
//! The lengths of arrays that come out can't be computed in the types of stable Rust: the type of a result is what the
//! caller says it is, and is checked when the program is compiled.

mod forms;
mod kernel;
mod pool;

#[cfg(feature = "alloc")]
pub use forms::Kernels;
pub use forms::{Image, Pooled, Signal};
pub use pool::{max_pool2d, max_pool2d_vjp};

use super::Owned;
use super::handle::{Again, Given, Held, HeldFor, Kept, Pair, Way, zeros};
use super::shape::{Operand, Shape};
use super::walk::check_seed;
use core::marker::PhantomData;
use kernel::Correlation;

/// Declares a convolution, with its handle and its companion.
macro_rules! convolutions {
    ($($(#[$doc:meta])* $name:ident($first:ident, kernels) of $form:ident, $vjp:ident;)*) => {$(
        $(#[$doc])*
        #[inline]
        #[track_caller]
        pub fn $name<X, K, Y>($first: X, kernels: K) -> Y
        where
            X: Operand<Shape: $form<K::Shape, Y>>,
            K: Operand<Shape: Shape<Real = <X::Shape as Shape>::Real>>,
            Y: Shape<Real = <X::Shape as Shape>::Real>,
        {
            let (x, k) = ($first.shape(), kernels.shape());
            let mut y = $form::blank(x, k);
            <$name as Correlation>::add(x, k, &mut y);
            y
        }

        #[doc = concat!("[`", stringify!($name), "()`] and its vector–Jacobian product with `seed`: `(y, (d_",
            stringify!($first), ", d_kernels))`.")]
        #[inline]
        #[track_caller]
        pub fn $vjp<X, K, Y>($first: X, kernels: K, seed: impl Given<Y::Adjoint>) -> (Y, (Owned<X>, Owned<K>))
        where
            X: Operand<Shape: $form<K::Shape, Y>>,
            K: Operand<Shape: Shape<Real = <X::Shape as Shape>::Real>>,
            Y: Shape<Real = <X::Shape as Shape>::Real>,
        {
            let (x, k) = ($first.shape(), kernels.shape());
            let y: Y = $name(x, k);
            check_seed(stringify!($vjp), &y, seed.given());
            let (mut d_x, mut d_k) = (zeros(x), zeros(k));
            <$name as Correlation>::add_to_image(&mut d_x, k, seed.given());
            <$name as Correlation>::add_to_kernels(x, &mut d_k, seed.given());
            (y, (d_x, d_k))
        }

        $crate::ops::handle::handle_type!($name);

        impl $name {
            /// The forward part.
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            #[allow(clippy::type_complexity)]
            pub fn __fwd<I, X, K, Y, W0, W1>(
                item: I,
                x: X,
                k: K,
            ) -> (Y, Kept<Pair<Pair<X::Shape, K::Shape>, Y>, (Held<X::Shape, W0>, Held<K::Shape, W1>)>)
            where
                W0: Way<X::Shape>,
                W1: Way<K::Shape>,
                I: Fn(X, K) -> Y,
                X: Operand<Shape: $form<K::Shape, Y>>,
                K: Operand<Shape: Shape<Real = <X::Shape as Shape>::Real>>,
                Y: Shape<Real = <X::Shape as Shape>::Real>,
            {
                crate::check_generic_item(&item, &$name::<X, K, Y>, stringify!($name));
                let (x, k) = (x.shape(), k.shape());
                ($name(x, k), Kept((Held::of(x), Held::of(k)), PhantomData))
            }

            /// The reverse part.
            #[doc(hidden)]
            #[inline]
            #[allow(clippy::type_complexity)]
            pub fn __rev<'s, X, K, Y, R0: Again<X>, R1: Again<K>>(
                p: &Kept<Pair<Pair<X, K>, Y>, (HeldFor<X, R0>, HeldFor<K, R1>)>,
                seed: impl Given<Y::Adjoint>,
                a0: R0,
                a1: R1,
                d0: impl crate::Slot<X::Adjoint> + 's,
                d1: impl crate::Slot<K::Adjoint> + 's,
            ) where
                X: Shape + ?Sized,
                K: Shape<Real = X::Real> + ?Sized,
                Y: Shape<Real = X::Real>,
            {
                let (x, k) = (crate::again(p.0.0.get(a0)), crate::again(p.0.1.get(a1)));
                if let Some(d) = d0.open() {
                    <$name as Correlation>::add_to_image(d, k, seed.given());
                }
                if let Some(d) = d1.open() {
                    <$name as Correlation>::add_to_kernels(x, d, seed.given());
                }
            }

            /// The tangent part.
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            pub fn __jvp<'s, X, K, Y>(
                x: X,
                k: K,
                t0: impl crate::Direction<<X::Shape as Shape>::Adjoint> + 's,
                t1: impl crate::Direction<<K::Shape as Shape>::Adjoint> + 's,
            ) -> (Y, Y::Owned)
            where
                X: Operand<Shape: $form<K::Shape, Y>>,
                K: Operand<Shape: Shape<Real = <X::Shape as Shape>::Real>>,
                Y: Shape<Real = <X::Shape as Shape>::Real>,
            {
                let (x, k) = (x.shape(), k.shape());
                let y: Y = $name(x, k);
                let mut t = zeros(&y);
                if let Some(along) = t0.along() {
                    <$name as Correlation>::add(along, k, &mut t);
                }
                if let Some(along) = t1.along() {
                    <$name as Correlation>::add(x, along, &mut t);
                }
                (y, t)
            }
        }
    )*};
}

convolutions! {
    /// The cross-correlation of a signal `[channel][position]` with kernels `[out][in][position]`, of stride 1, where the
    /// kernels lie within the signal: `y[o][i] = Σ x[c][i + v] · k[o][c][v]`. The result has
    /// `signal − kernel + 1` positions: an array of arrays, as the caller says, or a `Vec<Vec<_>>` of `Vec`s.
    ///
    /// ```
    /// use autodiff_runtime::ops::conv1d;
    /// let y: [[f64; 3]; 1] = conv1d(&[[1.0, 2.0, 4.0, 8.0]], &[[[-1.0, 1.0]]]);
    /// assert_eq!(y, [[1.0, 2.0, 4.0]]);
    /// ```
    ///
    /// A length that does not fit does not compile:
    ///
    /// ```compile_fail
    /// use autodiff_runtime::ops::conv1d;
    /// let y: [[f64; 4]; 1] = conv1d(&[[1.0, 2.0, 4.0, 8.0]], &[[[-1.0, 1.0]]]);
    /// ```
    ///
    /// # Panics
    ///
    /// If lengths that only run time knows don't fit.
    conv1d(signal, kernels) of Signal, conv1d_vjp;

    /// The cross-correlation of an image `[channel][row][column]` with kernels `[out][in][row][column]`, of stride 1, where
    /// the kernels lie within the image: `y[o][i][j] = Σ x[c][i + u][j + v] · k[o][c][u][v]`. The result has
    /// `image − kernel + 1` rows and columns: an array of arrays, as the caller says, or a `Vec<Vec<Vec<_>>>` of `Vec`s.
    ///
    /// ```
    /// use autodiff_runtime::ops::conv2d;
    /// let image = [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]];
    /// let y: [[[f64; 2]; 2]; 1] = conv2d(&image, &[[[[0.0, 1.0], [10.0, 0.0]]]]);
    /// assert_eq!(y, [[[42.0, 53.0], [75.0, 86.0]]]);
    /// ```
    ///
    /// # Panics
    ///
    /// If lengths that only run time knows don't fit.
    conv2d(image, kernels) of Image, conv2d_vjp;
}
