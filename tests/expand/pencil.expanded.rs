/// The price of a shopping trip.
pub fn total(pencil: f64, pencils: f64, eraser: f64, erasers: f64, tax: f64) -> f64 {
    (pencil * pencils + eraser * erasers) * tax
}

/// The value of [`total`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_pencil, d_pencils, d_eraser, d_erasers, d_tax))`, the gradients with respect to `pencil`, `pencils`, `eraser`, `erasers` and `tax`, in this order.
///
/// ```text
/// ∂total/∂pencil  = tax × pencils
/// ∂total/∂pencils = tax × pencil
/// ∂total/∂eraser  = tax × erasers
/// ∂total/∂erasers = tax × eraser
/// ∂total/∂tax     = pencil × pencils + eraser × erasers
/// ```
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[inline]
pub fn total_grad(
    pencil: f64,
    pencils: f64,
    eraser: f64,
    erasers: f64,
    tax: f64,
) -> (f64, (f64, f64, f64, f64, f64)) {
    // (pencil * pencils + eraser * erasers) * tax
    let d_tax = pencil * pencils + eraser * erasers;
    let value = d_tax * tax;
    let d_eraser = tax * erasers;
    let d_erasers = tax * eraser;
    let d_pencil = tax * pencils;
    let d_pencils = tax * pencil;
    (value, (d_pencil, d_pencils, d_eraser, d_erasers, d_tax))
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct total {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl total {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        a0: f64,
        a1: f64,
        a2: f64,
        a3: f64,
        a4: f64,
    ) -> (f64, (f64, f64, f64, f64, f64))
    where
        __Item: Fn(f64, f64, f64, f64, f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &total, "total");
        total_grad(a0, a1, a2, a3, a4)
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &(f64, f64, f64, f64, f64),
        seed: impl ::backprop::__rt::Seed<f64>,
        _: impl Sized,
        _: impl Sized,
        _: impl Sized,
        _: impl Sized,
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<f64> + '__s,
        d1: impl ::backprop::__rt::Slot<f64> + '__s,
        d2: impl ::backprop::__rt::Slot<f64> + '__s,
        d3: impl ::backprop::__rt::Slot<f64> + '__s,
        d4: impl ::backprop::__rt::Slot<f64> + '__s,
    ) {
        let seed = seed.value();
        if let Some(d) = d0.open() {
            *d += seed * p.0;
        }
        if let Some(d) = d1.open() {
            *d += seed * p.1;
        }
        if let Some(d) = d2.open() {
            *d += seed * p.2;
        }
        if let Some(d) = d3.open() {
            *d += seed * p.3;
        }
        if let Some(d) = d4.open() {
            *d += seed * p.4;
        }
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function5<
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Active<f64>,
    f64,
> for total {
    #[inline]
    fn __value(&self, a0: f64, a1: f64, a2: f64, a3: f64, a4: f64) -> f64 {
        total(a0, a1, a2, a3, a4)
    }
    #[inline]
    fn __forward(
        &self,
        a0: f64,
        a1: f64,
        a2: f64,
        a3: f64,
        a4: f64,
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback5<
            ::backprop::__rt::Active<f64>,
            ::backprop::__rt::Active<f64>,
            ::backprop::__rt::Active<f64>,
            ::backprop::__rt::Active<f64>,
            ::backprop::__rt::Active<f64>,
            f64,
        > + use<>,
    ) {
        ::backprop::__rt::partials(total_grad(a0, a1, a2, a3, a4))
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = total {};
    let _ = total;
    let _ = total_grad;
};
