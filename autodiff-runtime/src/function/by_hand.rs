//! Functions that can't be annotated, with derivatives by hand.

use super::{Active, Function1, Partials, Pullback1, TangentFunction1};
use crate::Scalar;

/// A function of one float and its derivative; see [`function`].
#[derive(Clone, Copy, Debug)]
pub struct ByHand<V, D> {
    value: V,
    derivative: D,
}

/// A function of one float, from its value and its derivative: for what can't be annotated, such as a table, a call
/// into another language, or a closure that captures something.
///
/// It is passed to a companion where the function itself takes an `impl Fn(f64) -> f64`. Derivatives with respect to
/// what the closures capture are not taken.
///
/// ```
/// use autodiff_runtime::{Active, Function1, Pullback1, function};
///
/// /// The derivative of `f(f(x))`, as a companion would compute it.
/// fn twice(f: impl Function1<Active<f64>, f64>, x: f64) -> f64 {
///     let (y, inner) = f.__forward(x);
///     let (_, outer) = f.__forward(y);
///     let (mut d_y, mut d_x) = (0.0, 0.0);
///     outer.__pull(&1.0, (), Some(&mut d_y));
///     inner.__pull(&d_y, (), Some(&mut d_x));
///     d_x
/// }
///
/// let scale = 3.0;
/// assert_eq!(twice(function(|x| scale * x * x, |x| 2.0 * scale * x), 1.0), 108.0);
/// ```
#[inline]
pub fn function<T: Scalar, V: Fn(T) -> T, D: Fn(T) -> T>(value: V, derivative: D) -> ByHand<V, D> {
    ByHand { value, derivative }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, V: Fn(T) -> T, D: Fn(T) -> T> Function1<Active<T>, T> for ByHand<V, D> {
    #[inline]
    fn __value(&self, a: T) -> T {
        (self.value)(a)
    }
    #[inline]
    fn __forward(&self, a: T) -> (T, impl Pullback1<Active<T>, T> + use<T, V, D>) {
        ((self.value)(a), Partials((self.derivative)(a)))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, V: Fn(T) -> T, D: Fn(T) -> T> TangentFunction1<Active<T>, T> for ByHand<V, D> {
    #[inline]
    fn __tangent(&self, a: T, da: Option<&T>) -> (T, T) {
        let y = (self.value)(a);
        match da {
            Some(d) => (y, (self.derivative)(a) * *d),
            None => (y, T::default()),
        }
    }
}
