//! Arrays of `ndarray`, of one and two axes.

mod arithmetic;
mod elementwise;
mod made;
mod views;

pub use ::ndarray::{Array1, Array2};

use super::Operand;
use crate::{Diff, Tangent};
use ::ndarray::{Array, ArrayBase, Axis, Data, Dimension, LinalgScalar, NdFloat, Slice};

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

/// The same numbers in an array of its own, whose rows are as contiguous as before: in which order `ndarray` sums up hangs
/// on that.
fn kept<T: Number, D: Dimension, S: Data<Elem = T>>(a: &ArrayBase<S, D>) -> Array<T, D> {
    let last = a.ndim().wrapping_sub(1);
    if a.as_slice_memory_order().is_some() || a.ndim() == 0 {
        return a.to_owned();
    }
    let mut wide = a.raw_dim();
    let along = a.strides()[last] == 1;
    wide[last] = if along { wide[last] + 1 } else { 2 * wide[last] };
    let mut out = Array::zeros(wide);
    let part = match along {
        true => Slice::new(0, Some(a.shape()[last] as isize), 1),
        false => Slice::new(0, None, 2),
    };
    out.slice_axis_inplace(Axis(last), part);
    out.assign(a);
    out
}

impl<T: Number, D: Dimension, S: Data<Elem = T>> super::Owned for ArrayBase<S, D> {
    type Own = Array<T, D>;
    #[inline]
    fn own(&self) -> Array<T, D> {
        kept(self)
    }
}

impl<S: ::ndarray::RawData, D> Operand for ArrayBase<S, D> {}
