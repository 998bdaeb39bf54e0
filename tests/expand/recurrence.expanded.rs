/// A loop whose rounds depend on each other: what the reverse loop needs is saved in a row.
pub fn logistic(rate: f64, start: f64, steps: usize) -> f64 {
    let mut x = start;
    for _ in 0..steps {
        x = rate * x * (1.0 - x);
    }
    x
}

/// The value of [`logistic`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_rate, d_start))`, the gradients with respect to `rate` and `start`, in this order.
///
/// Constant: `steps` (no float).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn logistic_grad(rate: f64, start: f64, steps: usize) -> (f64, (f64, f64)) {
    // for _ in 0..steps { … }
    let mut x_s = ::backprop::__rt::vec![0.0; steps];
    let mut x = start;
    // for _ in 0..steps { … }
    for round in 0..steps {
        x_s[round] = x;
        x = rate * x * (1.0 - x);
    }
    let x_s_1 = &x_s[0..steps];
    let mut d_x = 1.0;
    let mut d_rate = 0.0;
    for round in (0..steps).rev() {
        let x_1 = x_s_1[round];
        // x = rate * x * (1.0 - x);
        let t = d_x * (1.0 - x_1);
        d_rate += t * x_1;
        d_x = t * rate - d_x * (rate * x_1);
    }
    (x, (d_rate, d_x))
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct logistic {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl logistic {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        a0: f64,
        a1: f64,
        a2: usize,
    ) -> (f64, (f64, f64))
    where
        __Item: Fn(f64, f64, usize) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &logistic, "logistic");
        logistic_grad(a0, a1, a2)
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &(f64, f64),
        seed: impl ::backprop::__rt::Seed<f64>,
        _: impl Sized,
        _: impl Sized,
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<f64> + '__s,
        d1: impl ::backprop::__rt::Slot<f64> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
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
impl ::backprop::__rt::Function3<
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Constant<usize>,
    f64,
> for logistic {
    #[inline]
    fn __value(&self, a0: f64, a1: f64, a2: usize) -> f64 {
        logistic(a0, a1, a2)
    }
    #[inline]
    fn __forward(
        &self,
        a0: f64,
        a1: f64,
        a2: usize,
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback3<
            ::backprop::__rt::Active<f64>,
            ::backprop::__rt::Active<f64>,
            ::backprop::__rt::Constant<usize>,
            f64,
        > + use<>,
    ) {
        let (y, p) = logistic_grad(a0, a1, a2);
        (y, ::backprop::__rt::Partials((p.0, p.1, ())))
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = logistic {};
    let _ = logistic;
    let _ = logistic_grad;
};
