/// An array comes out: there is a vector-Jacobian product.
pub fn rotate(p: [f64; 2], angle: f64) -> [f64; 2] {
    let (s, c) = angle.sin_cos();
    [c * p[0] - s * p[1], s * p[0] + c * p[1]]
}

/// [`rotate`] and its vector–Jacobian product with `seed`, by reverse-mode differentiation.
///
/// Returns `(y, (d_p, d_angle))`, the gradients with respect to `p` and `angle`, in this order.
///
/// ```text
/// d_p[0]  = seed[1] × s + seed[0] × c
/// d_p[1]  = seed[1] × c + −(seed[0] × s)
/// d_angle = (seed[1] × p[0] − seed[0] × p[1]) × c − (seed[1] × p[1] + seed[0] × p[0]) × s
/// where s = sin(angle)
///       c = cos(angle)
/// ```
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[inline]
pub fn rotate_vjp(
    p: [f64; 2],
    angle: f64,
    seed: [f64; 2],
) -> ([f64; 2], ([f64; 2], f64)) {
    // let (s, c) = angle.sin_cos();
    let s = angle.sin();
    let c = angle.cos();
    // [c * p[0] - s * p[1], s * p[0] + c * p[1]]
    let p_0 = p[0];
    let p_1 = p[1];
    let a = [c * p_0 - s * p_1, s * p_0 + c * p_1];
    let mut d_p = [0.0; 2];
    let t = seed[0];
    let t_1 = seed[1];
    d_p[1] = t_1 * c;
    d_p[0] += t_1 * s;
    let d_s = t_1 * p_0 - t * p_1;
    d_p[1] -= t * s;
    let d_c = t_1 * p_1 + t * p_0;
    d_p[0] += t * c;
    // let (s, c) = angle.sin_cos();
    let d_angle = d_s * c - d_c * s;
    (a, (d_p, d_angle))
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct rotate {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl rotate {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        p: [f64; 2],
        angle: f64,
    ) -> (
        [f64; 2],
        impl Fn(&[f64; 2], (), (), Option<&mut [f64; 2]>, Option<&mut f64>) + use<__Item>,
    )
    where
        __Item: Fn([f64; 2], f64) -> [f64; 2],
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &rotate, "rotate");
        // let (s, c) = angle.sin_cos();
        let s = angle.sin();
        let c = angle.cos();
        // [c * p[0] - s * p[1], s * p[0] + c * p[1]]
        let p_0 = p[0];
        let p_1 = p[1];
        let a = [c * p_0 - s * p_1, s * p_0 + c * p_1];
        (
            a,
            move |
                seed: &[f64; 2],
                _: (),
                _: (),
                d_p: Option<&mut [f64; 2]>,
                angle_slot: Option<&mut f64>|
            {
                let seed = *seed;
                let mut own;
                let d_p: &mut [f64; 2] = match d_p {
                    Some(slot) => slot,
                    None => {
                        own = [0.0; 2];
                        &mut own
                    }
                };
                let t = seed[0];
                let t_1 = seed[1];
                d_p[1] += t_1 * c;
                d_p[0] += t_1 * s;
                let d_s = t_1 * p_0 - t * p_1;
                d_p[1] -= t * s;
                let d_c = t_1 * p_1 + t * p_0;
                d_p[0] += t * c;
                // let (s, c) = angle.sin_cos();
                let d_angle = d_s * c - d_c * s;
                if let Some(slot_1) = angle_slot {
                    *slot_1 += d_angle;
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(&[f64; 2], (), (), Option<&mut [f64; 2]>, Option<&mut f64>),
        seed: &[f64; 2],
        _: impl Sized,
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64; 2]> + '__s,
        d1: impl ::backprop::__rt::Slot<f64> + '__s,
    ) {
        p(seed, (), (), d0.open(), d1.open())
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::Active<[f64; 2]>,
    ::backprop::__rt::Active<f64>,
    [f64; 2],
> for rotate {
    #[inline]
    fn __value(&self, a0: [f64; 2], a1: f64) -> [f64; 2] {
        rotate(a0, a1)
    }
    #[inline]
    fn __forward(
        &self,
        a0: [f64; 2],
        a1: f64,
    ) -> (
        [f64; 2],
        impl ::backprop::__rt::Pullback2<
            ::backprop::__rt::Active<[f64; 2]>,
            ::backprop::__rt::Active<f64>,
            [f64; 2],
        > + use<>,
    ) {
        rotate::__fwd(rotate, a0, a1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = rotate {};
    let _ = rotate;
    let _ = rotate_vjp;
};
