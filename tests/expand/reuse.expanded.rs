/// The reverse sweep uses the results of `exp`, `tanh` and `sqrt` again.
pub fn reuse(x: f64, y: f64) -> f64 {
    let e = (x * y).exp();
    let t = e.tanh();
    t + (1.0 + t * e).sqrt()
}

/// The value of [`reuse`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_x, d_y))`, the gradients with respect to `x` and `y`, in this order.
///
/// ```text
/// ∂reuse/∂x = (0.5 / sqrt(1 + t × e) × t + (1 + 0.5 / sqrt(1 + t × e) × e) × (1 − t × t)) × e × y
/// ∂reuse/∂y = (0.5 / sqrt(1 + t × e) × t + (1 + 0.5 / sqrt(1 + t × e) × e) × (1 − t × t)) × e × x
/// where e = exp(x × y)
///       t = tanh(e)
/// ```
///
/// Where the derivative is a convention:
///
/// * `a.sqrt()`: at a = 0: ∂a = inf
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[inline]
pub fn reuse_grad(x: f64, y: f64) -> (f64, (f64, f64)) {
    let e = (x * y).exp();
    let t = e.tanh();
    // t + (1.0 + t * e).sqrt()
    let sqrt = (1.0 + t * e).sqrt();
    let value = t + sqrt;
    let t_1 = 0.5 / sqrt;
    let d_t = 1.0 + t_1 * e;
    // let t = e.tanh();
    let d_e = t_1 * t + d_t * (1.0 - t * t);
    // let e = (x * y).exp();
    let t_2 = d_e * e;
    let d_x = t_2 * y;
    let d_y = t_2 * x;
    (value, (d_x, d_y))
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct reuse {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl reuse {
    #[inline]
    pub fn __fwd<__Item>(__item: __Item, a0: f64, a1: f64) -> (f64, (f64, f64))
    where
        __Item: Fn(f64, f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &reuse, "reuse");
        reuse_grad(a0, a1)
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
> for reuse {
    #[inline]
    fn __value(&self, a0: f64, a1: f64) -> f64 {
        reuse(a0, a1)
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
        ::backprop::__rt::partials(reuse_grad(a0, a1))
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = reuse {};
    let _ = reuse;
    let _ = reuse_grad;
};
