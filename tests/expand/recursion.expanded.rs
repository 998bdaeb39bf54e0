/// A call whose adjoint is known before it makes value and gradient in one.
pub fn nested(x: &[f64], scale: f64) -> f64 {
    if x.is_empty() {
        return 0.0;
    }
    scale * x[0] + 0.5 * nested(&x[1..], scale * x[0])
}

/// The value of [`nested`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_x, d_scale))`, the gradients with respect to `x` and `scale`, in this order.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[inline]
pub fn nested_grad(x: &[f64], scale: f64) -> (f64, (::backprop::__rt::Vec<f64>, f64)) {
    use ::backprop::__rt::callee::AtOnce as _;
    let mut d_x = ::backprop::__rt::zero_like(x);
    // if x.is_empty() { … }
    let (value, d_scale) = if x.len() == 0 {
        (0.0, 0.0)
    } else {
        // scale * x[0] + 0.5 * nested(&x[1..], scale * x[0])
        let x_0 = x[0];
        let _ = &x[1..];
        let x_0_1 = x[0];
        let mut t = 0.0_f64;
        let t_1 = match (nested, &x[1..]) {
            (__f, __a0) => {
                if nested::__AT_ONCE {
                    nested::__grad_2(
                        __f,
                        __a0,
                        scale * x_0_1,
                        0.5,
                        &mut d_x[1..],
                        &mut t,
                    )
                } else {
                    let (__y, __p) = nested::__fwd(__f, __a0, scale * x_0_1);
                    nested::__rev(&__p, 0.5, __a0, (), &mut d_x[1..], &mut t);
                    __y
                }
            }
        };
        d_x[0] += t * scale;
        d_x[0] += scale;
        (scale * x_0 + 0.5 * t_1, t * x_0_1 + x_0)
    };
    (value, (d_x, d_scale))
}

/// The value of [`nested`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, gradient)`, the gradient with respect to `scale`. The `&mut` buffer at the end is overwritten with the gradient with respect to `x`.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn nested_grad_into(x: &[f64], scale: f64, d_x: &mut [f64]) -> (f64, f64) {
    use ::backprop::__rt::callee::AtOnce as _;
    ::backprop::__rt::check_buffer("nested_grad_into", "x", x.len(), d_x.len());
    d_x.fill(0.0);
    // if x.is_empty() { … }
    if x.len() == 0 {
        (0.0, 0.0)
    } else {
        // scale * x[0] + 0.5 * nested(&x[1..], scale * x[0])
        let x_0 = x[0];
        let _ = &x[1..];
        let x_0_1 = x[0];
        let mut t = 0.0_f64;
        let t_1 = match (nested, &x[1..]) {
            (__f, __a0) => {
                if nested::__AT_ONCE {
                    nested::__grad_2(
                        __f,
                        __a0,
                        scale * x_0_1,
                        0.5,
                        &mut d_x[1..],
                        &mut t,
                    )
                } else {
                    let (__y, __p) = nested::__fwd(__f, __a0, scale * x_0_1);
                    nested::__rev(&__p, 0.5, __a0, (), &mut d_x[1..], &mut t);
                    __y
                }
            }
        };
        d_x[0] += t * scale;
        d_x[0] += scale;
        (scale * x_0 + 0.5 * t_1, t * x_0_1 + x_0)
    }
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct nested {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl nested {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        x: &[f64],
        scale: f64,
    ) -> (
        f64,
        ::backprop::__rt::Box<
            dyn Fn(&f64, Option<&[f64]>, (), Option<&mut [f64]>, Option<&mut f64>),
        >,
    )
    where
        __Item: Fn(&[f64], f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &nested, "nested");
        // if x.is_empty() { … }
        let cond = x.len() == 0;
        // scale * x[0] + 0.5 * nested(&x[1..], scale * x[0])
        let mut nested_p_s = None;
        // if x.is_empty() { … }
        let value = if cond {
            0.0
        } else {
            // scale * x[0] + 0.5 * nested(&x[1..], scale * x[0])
            let t = scale * x[0];
            let _ = &x[1..];
            let (t_1, nested_p) = nested::__fwd(nested, &x[1..], scale * x[0]);
            nested_p_s = Some(nested_p);
            t + 0.5 * t_1
        };
        (
            value,
            ::backprop::__rt::Box::new(move |
                &seed: &f64,
                x: Option<&[f64]>,
                _: (),
                d_x: Option<&mut [f64]>,
                scale_slot: Option<&mut f64>|
            {
                let x = ::backprop::__rt::again(x);
                let mut own;
                let d_x: &mut [f64] = match d_x {
                    Some(slot) => slot,
                    None => {
                        own = ::backprop::__rt::zero_like(x);
                        &mut own
                    }
                };
                let d_scale = if cond {
                    0.0
                } else {
                    // scale * x[0] + 0.5 * nested(&x[1..], scale * x[0])
                    let _ = &x[1..];
                    let x_0 = x[0];
                    let mut t = 0.0_f64;
                    if let Some(pull) = &nested_p_s {
                        nested::__rev(
                            pull,
                            seed * 0.5,
                            &x[1..],
                            (),
                            &mut d_x[1..],
                            &mut t,
                        );
                    }
                    d_x[0] += t * scale;
                    d_x[0] += seed * scale;
                    t * x_0 + seed * x_0
                };
                if let Some(slot_1) = scale_slot {
                    *slot_1 += d_scale;
                }
            }),
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(&f64, Option<&[f64]>, (), Option<&mut [f64]>, Option<&mut f64>),
        seed: impl ::backprop::__rt::Seed<f64>,
        a0: &[f64],
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64]> + '__s,
        d1: impl ::backprop::__rt::Slot<f64> + '__s,
    ) {
        p(&seed.value(), Some(a0), (), d0.open(), d1.open())
    }
    #[doc(hidden)]
    pub const __AT_ONCE: bool = true;
    #[inline]
    pub fn __grad_2<'__s, __Item>(
        __item: __Item,
        x: &[f64],
        scale: f64,
        seed: impl ::backprop::__rt::Seed<f64>,
        d_x: impl ::backprop::__rt::Slot<[f64]> + '__s,
        scale_slot: impl ::backprop::__rt::Slot<f64> + '__s,
    ) -> f64
    where
        __Item: Fn(&[f64], f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &nested, "nested");
        let seed = seed.value();
        let d_x = d_x.open();
        let scale_slot = scale_slot.open();
        use ::backprop::__rt::callee::AtOnce as _;
        let mut own;
        let d_x: &mut [f64] = match d_x {
            Some(slot) => slot,
            None => {
                own = ::backprop::__rt::zero_like(x);
                &mut own
            }
        };
        // if x.is_empty() { … }
        let (value, d_scale) = if x.len() == 0 {
            (0.0, 0.0)
        } else {
            // scale * x[0] + 0.5 * nested(&x[1..], scale * x[0])
            let x_0 = x[0];
            let _ = &x[1..];
            let x_0_1 = x[0];
            let mut t = 0.0_f64;
            let t_1 = match (nested, &x[1..]) {
                (__f, __a0) => {
                    if nested::__AT_ONCE {
                        nested::__grad_2(
                            __f,
                            __a0,
                            scale * x_0_1,
                            seed * 0.5,
                            &mut d_x[1..],
                            &mut t,
                        )
                    } else {
                        let (__y, __p) = nested::__fwd(__f, __a0, scale * x_0_1);
                        nested::__rev(&__p, seed * 0.5, __a0, (), &mut d_x[1..], &mut t);
                        __y
                    }
                }
            };
            d_x[0] += t * scale;
            d_x[0] += seed * scale;
            (scale * x_0 + 0.5 * t_1, t * x_0_1 + seed * x_0)
        };
        if let Some(slot_1) = scale_slot {
            *slot_1 += d_scale;
        }
        value
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::ActiveRef<[f64]>,
    ::backprop::__rt::Active<f64>,
    f64,
> for nested {
    #[inline]
    fn __value(&self, a0: &[f64], a1: f64) -> f64 {
        nested(a0, a1)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[f64],
        a1: f64,
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback2<
            ::backprop::__rt::ActiveRef<[f64]>,
            ::backprop::__rt::Active<f64>,
            f64,
        > + use<>,
    ) {
        nested::__fwd(nested, a0, a1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = nested {};
    let _ = nested;
    let _ = nested_grad;
    let _ = nested_grad_into;
};
