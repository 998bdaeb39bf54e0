//! Layer normalisation.

use super::handle::{Again, Given, Held, Kept, Way, handle_type, zeros};
use super::products::sum_of_pairs;
use super::real::Real;
use super::shape::{Operand, Same, Shape};
use super::walk::{check_lengths, check_seed, each, each_mut, pairs, pairs_mut, row, row_mut, triples_mut};
use super::{Owned, RealOf};
#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::marker::PhantomData;

/// A vector, or what is nested and made of vectors.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rows",
    label = "expected an array, a slice or a `Vec` of floats, or of such rows"
)]
pub trait Rows: Shape {
    /// The vectors: where lengths stand in the type, of that length.
    type Row: ?Sized;
}

/// What `L` is made of: floats, and then `L` is a row, or rows.
pub trait RowPart<L: ?Sized> {
    /// The vectors.
    type Row: ?Sized;
}
impl<T: Real, L: ?Sized> RowPart<L> for T {
    type Row = L;
}

/// What is made of parts is rows, and a part of what is nested deeper.
macro_rules! rows {
    ($($(#[$attribute:meta])* [$($n:tt)*] $t:ty: $as:ty;)*) => {$(
        $(#[$attribute])*
        impl<S: Shape + RowPart<$as>, $($n)*> Rows for $t {
            type Row = <S as RowPart<$as>>::Row;
        }
    )*};
}
rows! {
    [const N: usize] [S; N]: [S; N];
    #[cfg(feature = "alloc")] [] [S]: [S];
    #[cfg(feature = "alloc")] [] Vec<S>: [S];
}
impl<S: Shape + RowPart<[S; N]>, L: ?Sized, const N: usize> RowPart<L> for [S; N] {
    type Row = <S as RowPart<[S; N]>>::Row;
}
#[cfg(feature = "alloc")]
impl<S: Shape + RowPart<[S]>, L: ?Sized> RowPart<L> for Vec<S> {
    type Row = <S as RowPart<[S]>>::Row;
}

/// The mean of a row, and `1/√(var + ε)` with the biased variance.
#[inline(always)]
fn statistics<T: Real>(x: &[T], epsilon: T) -> (T, T) {
    let n = crate::lit(x.len() as f64);
    let mean = sum_of_pairs(x, x, |x, _| x) / n;
    let squares = sum_of_pairs(x, x, |x, _| (x - mean) * (x - mean));
    (mean, T::ONE / (squares / n + epsilon).sqrt())
}

/// Checks that gain and bias have the length of each row.
#[inline(always)]
#[track_caller]
fn check<X, G, B>(x: &X, gain: &G, bias: &B)
where
    X: Shape + ?Sized,
    G: Shape + ?Sized,
    B: Shape + ?Sized,
{
    let gain = row(gain).len();
    check_lengths("layer_norm", gain, row(bias).len());
    check_rows(x, gain);
}

/// The same of the rows.
#[inline(always)]
#[track_caller]
fn check_rows<X: Shape + ?Sized>(x: &X, length: usize) {
    if X::DEPTH < 2 {
        return check_lengths("layer_norm", row(x).len(), length);
    }
    // No closure: the panic is to name the caller's line.
    for x in x.parts() {
        check_rows(x, length);
    }
}

/// Layer normalisation of a vector, or of each row of what is nested: `(x − mean)/√(var + ε) · gain + bias`, with the mean
/// and the biased variance (the mean of the squares) of the row (J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer
/// Normalization", 2016). `gain` and `bias` are vectors of a row's length; `epsilon` is a constant.
///
/// ```
/// use autodiff_runtime::ops::layer_norm;
/// assert_eq!(layer_norm(&[1.0, 3.0], &[10.0, 10.0], &[0.0, 0.5], 0.0), [-10.0, 10.5]);
/// assert_eq!(layer_norm(&[[1.0, 3.0], [7.0, 3.0]], &[1.0; 2], &[0.0; 2], 0.0), [[-1.0, 1.0], [1.0, -1.0]]);
/// ```
///
/// # Panics
///
/// If lengths that only run time knows differ.
#[inline]
#[track_caller]
pub fn layer_norm<X, G, B>(x: X, gain: G, bias: B, epsilon: RealOf<X>) -> Owned<X>
where
    X: Operand<Shape: Rows>,
    G: Operand<Shape: Shape<Real = RealOf<X>> + Same<<X::Shape as Rows>::Row>>,
    B: Operand<Shape: Shape<Real = RealOf<X>> + Same<<X::Shape as Rows>::Row>>,
{
    let (x, gain, bias) = (x.shape(), gain.shape(), bias.shape());
    check(x, gain, bias);
    let mut y = x.owned();
    let (gain, bias) = (row(gain), row(bias));
    pairs_mut(x, &mut y, &mut |x, y| {
        let (mean, inverse) = statistics(x, epsilon);
        for ((y, x), (gain, bias)) in y.iter_mut().zip(x).zip(gain.iter().zip(bias)) {
            *y = (*x - mean) * inverse * *gain + *bias;
        }
    });
    y
}

/// Adds the derivative of one row.
///
/// With `z = (x − mean)/√(var + ε)` and `h = seed · gain`, it is `(h − mean(h) − z · mean(h · z))/√(var + ε)`: what S. Ioffe
/// and C. Szegedy derive in "Batch Normalization", 2015, section 3, with the statistics of a row instead of a batch.
#[inline(always)]
fn add_row<T: Real>(x: &[T], seed: &[T], gain: &[T], epsilon: T, d: &mut [T]) {
    let n = crate::lit(x.len() as f64);
    let (mean, inverse) = statistics(x, epsilon);
    let (mut of_h, mut of_h_z) = (T::ZERO, T::ZERO);
    for ((x, s), gain) in x.iter().zip(seed).zip(gain) {
        let h = *s * *gain;
        of_h += h;
        of_h_z += h * ((*x - mean) * inverse);
    }
    let (of_h, of_h_z) = (of_h / n, of_h_z / n);
    for (((d, x), s), gain) in d.iter_mut().zip(x).zip(seed).zip(gain) {
        *d += (*s * *gain - of_h - (*x - mean) * inverse * of_h_z) * inverse;
    }
}

/// Where the derivatives are added.
type Places<'a, X> = (
    Option<&'a mut <X as Shape>::Adjoint>,
    Option<&'a mut [<X as Shape>::Real]>,
    Option<&'a mut [<X as Shape>::Real]>,
);

/// Adds the derivatives to those of the three places that there are.
#[inline(always)]
fn add_derivatives<X: Shape + ?Sized>(
    (x, gain, epsilon): (&X, &[X::Real], X::Real),
    seed: &X::Adjoint,
    (d_x, d_gain, d_bias): Places<X>,
) {
    if let Some(d) = d_x {
        triples_mut(x, seed, d, &mut |x, s, d| add_row(x, s, gain, epsilon, d));
    }
    if let Some(d) = d_gain {
        pairs(x, seed, &mut |x, s| {
            let (mean, inverse) = statistics(x, epsilon);
            d.iter_mut().zip(x).zip(s).for_each(|((d, x), s)| *d += *s * ((*x - mean) * inverse));
        });
    }
    if let Some(d) = d_bias {
        each(seed, &mut |s| d.iter_mut().zip(s).for_each(|(d, s)| *d += *s));
    }
}

/// [`layer_norm()`] and its vector–Jacobian product with `seed`: `(y, (d_x, d_gain, d_bias))`.
///
/// # Panics
///
/// As [`layer_norm()`].
#[inline]
#[track_caller]
#[allow(clippy::type_complexity)]
pub fn layer_norm_vjp<X, G, B>(
    x: X,
    gain: G,
    bias: B,
    epsilon: RealOf<X>,
    seed: impl Given<<X::Shape as Shape>::Adjoint>,
) -> (Owned<X>, (Owned<X>, Owned<G>, Owned<B>))
where
    X: Operand<Shape: Rows>,
    G: Operand<Shape: Shape<Real = RealOf<X>> + Same<<X::Shape as Rows>::Row>>,
    B: Operand<Shape: Shape<Real = RealOf<X>> + Same<<X::Shape as Rows>::Row>>,
{
    let (x, gain, bias) = (x.shape(), gain.shape(), bias.shape());
    let y = layer_norm(x, gain, bias, epsilon);
    check_seed("layer_norm_vjp", &y, seed.given());
    let (mut d_x, mut d_gain, mut d_bias) = (zeros(x), zeros(gain), zeros(bias));
    let d = (Some(X::Shape::adjoint(&mut d_x)), Some(row_mut(&mut d_gain)), Some(row_mut(&mut d_bias)));
    add_derivatives((x, row(gain), epsilon), seed.given(), d);
    (y, (d_x, d_gain, d_bias))
}

handle_type!(layer_norm);

/// Three arguments' shapes.
#[derive(Debug)]
pub struct Three<X: ?Sized, G: ?Sized, B: ?Sized>(PhantomData<X>, PhantomData<G>, PhantomData<B>);

/// What the forward part keeps: epsilon, and the arguments that are not passed again.
type KeptOf<X, W0, G, W1> = (<X as Shape>::Real, Held<X, W0>, Held<G, W1>);

impl layer_norm {
    /// The forward part.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    #[allow(clippy::type_complexity)]
    pub fn __fwd<I, X, G, B, W0, W1>(
        item: I,
        x: X,
        gain: G,
        bias: B,
        epsilon: RealOf<X>,
    ) -> (Owned<X>, Kept<Three<X::Shape, G::Shape, B::Shape>, KeptOf<X::Shape, W0, G::Shape, W1>>)
    where
        W0: Way<X::Shape>,
        W1: Way<G::Shape>,
        I: Fn(X, G, B, RealOf<X>) -> Owned<X>,
        X: Operand<Shape: Rows>,
        G: Operand<Shape: Shape<Real = RealOf<X>> + Same<<X::Shape as Rows>::Row>>,
        B: Operand<Shape: Shape<Real = RealOf<X>> + Same<<X::Shape as Rows>::Row>>,
    {
        crate::check_generic_item(&item, &layer_norm::<X, G, B>, "layer_norm");
        let (x, gain) = (x.shape(), gain.shape());
        let kept = (epsilon, Held::of(x), Held::of(gain));
        (layer_norm(x, gain, bias.shape(), epsilon), Kept(kept, PhantomData))
    }

    /// The reverse part.
    #[doc(hidden)]
    #[inline]
    #[allow(clippy::too_many_arguments, clippy::type_complexity)]
    pub fn __rev<'s, X, G, B, R0: Again<X>, R1: Again<G>>(
        p: &Kept<Three<X, G, B>, KeptOf<X, R0::Way, G, R1::Way>>,
        seed: impl Given<X::Adjoint>,
        a0: R0,
        a1: R1,
        _: impl Again<B>,
        _: impl Again<X::Real>,
        d0: impl crate::Slot<X::Adjoint> + 's,
        d1: impl crate::Slot<G::Adjoint> + 's,
        d2: impl crate::Slot<B::Adjoint> + 's,
        _: impl crate::PassiveSlot,
    ) where
        X: Shape + ?Sized,
        G: Shape<Real = X::Real> + ?Sized,
        B: Shape<Real = X::Real> + ?Sized,
    {
        let (epsilon, held_x, held_gain) = &p.0;
        let (x, gain) = (crate::again(held_x.get(a0)), crate::again(held_gain.get(a1)));
        let d = (d0.open(), d1.open().map(row_mut), d2.open().map(row_mut));
        add_derivatives((x, row(gain), *epsilon), seed.given(), d);
    }

    /// The tangent part.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    #[allow(clippy::too_many_arguments)]
    pub fn __jvp<'s, X, G, B>(
        x: X,
        gain: G,
        bias: B,
        epsilon: RealOf<X>,
        t0: impl crate::Direction<<X::Shape as Shape>::Adjoint> + 's,
        t1: impl crate::Direction<<G::Shape as Shape>::Adjoint> + 's,
        t2: impl crate::Direction<<B::Shape as Shape>::Adjoint> + 's,
        _: crate::Off,
    ) -> (Owned<X>, Owned<X>)
    where
        X: Operand<Shape: Rows>,
        G: Operand<Shape: Shape<Real = RealOf<X>> + Same<<X::Shape as Rows>::Row>>,
        B: Operand<Shape: Shape<Real = RealOf<X>> + Same<<X::Shape as Rows>::Row>>,
    {
        let (x, gain, bias) = (x.shape(), gain.shape(), bias.shape());
        let y = layer_norm(x, gain, bias, epsilon);
        let mut t = zeros(x);
        if let Some(along) = t0.along() {
            triples_mut(x, along, &mut t, &mut |x, along, t| add_tangent(x, along, row(gain), epsilon, t));
        }
        if let Some(along) = t1.along() {
            pairs_mut(x, &mut t, &mut |x, t| {
                let (mean, inverse) = statistics(x, epsilon);
                let numbers = t.iter_mut().zip(x).zip(row(along));
                numbers.for_each(|((t, x), along)| *t += (*x - mean) * inverse * *along);
            });
        }
        if let Some(along) = t2.along() {
            each_mut(&mut t, &mut |t| t.iter_mut().zip(row(along)).for_each(|(t, along)| *t += *along));
        }
        (y, t)
    }
}

/// Adds the change of a row along a direction.
#[inline(always)]
fn add_tangent<T: Real>(x: &[T], along: &[T], gain: &[T], epsilon: T, t: &mut [T]) {
    let n = crate::lit(x.len() as f64);
    let (mean, inverse) = statistics(x, epsilon);
    let (of_t, of_t_z) = x.iter().zip(along).fold((T::ZERO, T::ZERO), |(of_t, of_t_z), (x, t)| {
        (of_t + *t, of_t_z + *t * ((*x - mean) * inverse))
    });
    let (of_t, of_t_z) = (of_t / n, of_t_z / n);
    for (((t, x), along), gain) in t.iter_mut().zip(x).zip(along).zip(gain) {
        *t += (*along - of_t - (*x - mean) * inverse * of_t_z) * inverse * *gain;
    }
}
