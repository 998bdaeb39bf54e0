/// Only the branch that ran is differentiated.
pub fn huber(residual: f64, delta: f64) -> f64 {
    let r = residual.abs();
    if r <= delta { 0.5 * r * r } else { delta * (r - 0.5 * delta) }
}

/// The value of [`huber`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_residual, d_delta))`, the gradients with respect to `residual` and `delta`, in this order.
///
/// Where the derivative is a convention:
///
/// * `a.abs()`: at a = 0: ∂a = 0
/// * branches: the derivative is that of the arm that runs, at the border too
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[inline]
pub fn huber_grad(residual: f64, delta: f64) -> (f64, (f64, f64)) {
    let r = residual.abs();
    // if r <= delta { … } else { … }
    let (value, d_delta, d_r) = if r <= delta {
        // 0.5 * r * r
        let d_r = 0.5 * r;
        (d_r * r, 0.0, d_r + d_r)
    } else {
        // delta * (r - 0.5 * delta)
        let t = 0.5 * delta;
        let d_delta = r - t;
        (delta * d_delta, d_delta - t, delta)
    };
    // let r = residual.abs();
    let d_residual = if residual == 0.0 { 0.0 } else { d_r * residual.signum() };
    (value, (d_residual, d_delta))
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct huber {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl huber {
    #[inline]
    pub fn __fwd<__Item>(__item: __Item, a0: f64, a1: f64) -> (f64, (f64, f64))
    where
        __Item: Fn(f64, f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &huber, "huber");
        huber_grad(a0, a1)
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &(f64, f64),
        seed: impl ::backprop::__rt::Seed<f64>,
        _: impl Sized,
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<f64> + '__s,
        d1: impl ::backprop::__rt::Slot<f64> + '__s,
    ) {
        let seed = seed.value();
        if let Some(d) = d0.open() {
            *d += seed * p.0;
        }
        if let Some(d) = d1.open() {
            *d += seed * p.1;
        }
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Active<f64>,
    f64,
> for huber {
    #[inline]
    fn __value(&self, a0: f64, a1: f64) -> f64 {
        huber(a0, a1)
    }
    #[inline]
    fn __forward(
        &self,
        a0: f64,
        a1: f64,
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback2<
            ::backprop::__rt::Active<f64>,
            ::backprop::__rt::Active<f64>,
            f64,
        > + use<>,
    ) {
        ::backprop::__rt::partials(huber_grad(a0, a1))
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = huber {};
    let _ = huber;
    let _ = huber_grad;
};
