/// A `while` loop: its rounds are counted, and what the reverse loop needs is pushed and popped.
pub fn newton_sqrt(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 * a {
        x = 0.5 * (x + a / x);
    }
    x
}

/// The value of [`newton_sqrt`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, gradient)`, the gradient with respect to `a`.
///
/// Where the derivative is a convention:
///
/// * `a.abs()`: at a = 0: ∂a = 0
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn newton_sqrt_grad(a: f64) -> (f64, f64) {
    // while (x * x - a).abs() > 1e-12 * a { … }
    let mut x_s = ::backprop::__rt::Vec::<f64>::new();
    let mut x = a;
    // while (x * x - a).abs() > 1e-12 * a { … }
    let mut trips: usize = 0;
    while (x * x - a).abs() > 1e-12 * a {
        x_s.push(x);
        x = 0.5 * (x + a / x);
        // while (x * x - a).abs() > 1e-12 * a { … }
        trips = trips.wrapping_add(1);
    }
    let mut x_s_top = x_s.len();
    let mut d_x = 1.0;
    let mut d_a = 0.0;
    for _ in (0..trips).rev() {
        x_s_top -= 1;
        let x_1 = x_s[x_s_top];
        // x = 0.5 * (x + a / x);
        d_x *= 0.5;
        let t = d_x / x_1;
        d_a += t;
        d_x -= t * (a / x_1);
    }
    d_a += d_x;
    (x, d_a)
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct newton_sqrt {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl newton_sqrt {
    #[inline]
    pub fn __fwd<__Item>(__item: __Item, a0: f64) -> (f64, f64)
    where
        __Item: Fn(f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &newton_sqrt, "newton_sqrt");
        newton_sqrt_grad(a0)
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &f64,
        seed: impl ::backprop::__rt::Seed<f64>,
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<f64> + '__s,
    ) {
        let seed = seed.value();
        if let Some(d) = d0.open() {
            *d += seed * *p;
        }
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function1<::backprop::__rt::Active<f64>, f64> for newton_sqrt {
    #[inline]
    fn __value(&self, a0: f64) -> f64 {
        newton_sqrt(a0)
    }
    #[inline]
    fn __forward(
        &self,
        a0: f64,
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback1<::backprop::__rt::Active<f64>, f64> + use<>,
    ) {
        ::backprop::__rt::partials(newton_sqrt_grad(a0))
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = newton_sqrt {};
    let _ = newton_sqrt;
    let _ = newton_sqrt_grad;
};
