/// Solves E − e·sin E = M for E, by bisection: its derivative is that of the equation, written by hand.
pub fn kepler(m: f64, e: f64) -> f64 {
    let (mut low, mut high) = (m - e, m + e);
    while low < high {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        if middle - e * middle.sin() < m { low = middle } else { high = middle }
    }
    low
}

/// The value of [`kepler`] and its gradient, by the rule `kepler_pullback`.
///
/// Returns `(value, (d_m, d_e))`, the gradients with respect to `m` and `e`, in this order.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[inline]
pub fn kepler_grad(m: f64, e: f64) -> (f64, (f64, f64)) {
    use ::backprop::__rt::callee::AtOnce as _;
    let mut d_m = 0.0_f64;
    let mut d_e = 0.0_f64;
    let value = match (kepler,) {
        (__f,) => {
            if kepler::__AT_ONCE {
                kepler::__grad_2(__f, m, e, 1.0, &mut d_m, &mut d_e)
            } else {
                let (__y, __p) = kepler::__fwd(__f, m, e);
                kepler::__rev(&__p, 1.0, (), (), &mut d_m, &mut d_e);
                __y
            }
        }
    };
    (value, (d_m, d_e))
}

/// The value of [`kepler`] and its directional derivative, by the rule `kepler_tangent`.
///
/// Returns `(value, derivative)`. The tangents at the end belong to `m` and `e`, in this order.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn kepler_jvp(m: f64, e: f64, t_m: f64, t_e: f64) -> (f64, f64) {
    use ::backprop::__rt::callee::Tangent2 as _;
    kepler::__jvp(m, e, &t_m, &t_e)
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct kepler {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl kepler {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        a0: f64,
        a1: f64,
    ) -> (f64, impl Fn(&f64, (), (), Option<&mut f64>, Option<&mut f64>) + use<__Item>)
    where
        __Item: Fn(f64, f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &kepler, "kepler");
        let y = __item(a0, a1);
        (
            y,
            move |&seed: &f64, _: (), _: (), d0: Option<&mut f64>, d1: Option<&mut f64>| {
                let (g0, g1): (f64, f64) = kepler_pullback(a0, a1, y, seed);
                if let Some(slot) = d0 {
                    *slot += g0;
                }
                if let Some(slot) = d1 {
                    *slot += g1;
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(&f64, (), (), Option<&mut f64>, Option<&mut f64>),
        seed: impl ::backprop::__rt::Seed<f64>,
        _: impl Sized,
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<f64> + '__s,
        d1: impl ::backprop::__rt::Slot<f64> + '__s,
    ) {
        p(&seed.value(), (), (), d0.open(), d1.open())
    }
    #[inline]
    pub fn __jvp<'__s>(
        a0: f64,
        a1: f64,
        t0: impl ::backprop::__rt::Direction<f64> + '__s,
        t1: impl ::backprop::__rt::Direction<f64> + '__s,
    ) -> (f64, f64) {
        let zero_t0;
        let t0: &f64 = match t0.along() {
            Some(t) => t,
            None => {
                zero_t0 = ::backprop::__rt::zero_like(&a0);
                &zero_t0
            }
        };
        let zero_t1;
        let t1: &f64 = match t1.along() {
            Some(t) => t,
            None => {
                zero_t1 = ::backprop::__rt::zero_like(&a1);
                &zero_t1
            }
        };
        let y = kepler(a0, a1);
        let dy: f64 = kepler_tangent(a0, a1, y, *t0, *t1);
        (y, dy)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Active<f64>,
    f64,
> for kepler {
    #[inline]
    fn __value(&self, a0: f64, a1: f64) -> f64 {
        kepler(a0, a1)
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
        kepler::__fwd(kepler, a0, a1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::TangentFunction2<
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Active<f64>,
    f64,
> for kepler {
    #[inline]
    fn __tangent(
        &self,
        a0: f64,
        a1: f64,
        d0: Option<&f64>,
        d1: Option<&f64>,
    ) -> (f64, f64) {
        kepler::__jvp(a0, a1, d0, d1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = kepler {};
    let _ = kepler;
    let _ = kepler_grad;
    let _ = kepler_jvp;
};

/// The arguments, the result `y` and the seed; the gradients.
fn kepler_pullback(_m: f64, e: f64, y: f64, seed: f64) -> (f64, f64) {
    let d_m = seed / (1.0 - e * y.cos());
    (d_m, d_m * y.sin())
}

/// The arguments, the result `y`, and the arguments' tangents; the tangent of the result.
fn kepler_tangent(_m: f64, e: f64, y: f64, dm: f64, de: f64) -> f64 {
    (dm + y.sin() * de) / (1.0 - e * y.cos())
}

/// An annotated function calls it like any other.
pub fn radius(m: f64, e: f64) -> f64 {
    1.0 - e * kepler(m, e).cos()
}

/// The value of [`radius`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_m, d_e))`, the gradients with respect to `m` and `e`, in this order.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[inline]
pub fn radius_grad(m: f64, e: f64) -> (f64, (f64, f64)) {
    mod __callees {
        pub use ::backprop::__rt::callee::Callee2 as __kepler;
    }
    use __callees::*;
    use kepler as __kepler;
    // 1.0 - e * kepler(m, e).cos()
    let (t, kepler_p) = __kepler::__fwd(kepler, m, e);
    let t_1 = ::backprop::__rt::float::<f64>(t);
    let cos = t_1.cos();
    let value = 1.0 - e * cos;
    let mut d_m = 0.0_f64;
    let mut d_e = 0.0_f64;
    __kepler::__rev(&kepler_p, e * t_1.sin(), (), (), &mut d_m, &mut d_e);
    let d_e_1 = d_e - cos;
    (value, (d_m, d_e_1))
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct radius {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl radius {
    #[inline]
    pub fn __fwd<__Item>(__item: __Item, a0: f64, a1: f64) -> (f64, (f64, f64))
    where
        __Item: Fn(f64, f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &radius, "radius");
        radius_grad(a0, a1)
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
> for radius {
    #[inline]
    fn __value(&self, a0: f64, a1: f64) -> f64 {
        radius(a0, a1)
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
        ::backprop::__rt::partials(radius_grad(a0, a1))
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = radius {};
    let _ = radius;
    let _ = radius_grad;
};
