/// An early return: the rest of the function is the other arm.
pub fn mean_square(x: &[f64]) -> f64 {
    if x.len() == 0 {
        return 0.0;
    }
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i];
    }
    sum / x.len() as f64
}

/// The value of [`mean_square`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, gradient)`, the gradient with respect to `x`.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn mean_square_grad(x: &[f64]) -> (f64, ::backprop::__rt::Vec<f64>) {
    let mut d_x = ::backprop::__rt::zero_like(x);
    // if x.len() == 0 { … }
    let x_len = x.len();
    let value = if x_len == 0 {
        0.0
    } else {
        // sum / x.len() as f64
        let t = x_len as f64;
        let d_sum = 1.0 / t;
        let mut sum = 0.0;
        // for i in 0..x.len() { … }
        for i in 0..x_len {
            // sum += x[i] * x[i];
            let x_i = x[i];
            sum += x_i * x_i;
            let t_1 = d_sum * x_i;
            d_x[i] = t_1;
            d_x[i] += t_1;
        }
        // sum / x.len() as f64
        sum / t
    };
    (value, d_x)
}

/// The value of [`mean_square`] and its gradient, by reverse-mode differentiation.
///
/// Returns the value alone. The `&mut` buffer at the end is overwritten with the gradient with respect to `x`.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn mean_square_grad_into(x: &[f64], d_x: &mut [f64]) -> f64 {
    ::backprop::__rt::check_buffer("mean_square_grad_into", "x", x.len(), d_x.len());
    d_x.fill(0.0);
    // if x.len() == 0 { … }
    let x_len = x.len();
    if x_len == 0 {
        0.0
    } else {
        // sum / x.len() as f64
        let t = x_len as f64;
        let d_sum = 1.0 / t;
        let mut sum = 0.0;
        // for i in 0..x.len() { … }
        for i in 0..x_len {
            // sum += x[i] * x[i];
            let x_i = x[i];
            sum += x_i * x_i;
            let t_1 = d_sum * x_i;
            d_x[i] = t_1;
            d_x[i] += t_1;
        }
        // sum / x.len() as f64
        sum / t
    }
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct mean_square {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl mean_square {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        x: &[f64],
    ) -> (f64, impl Fn(&f64, Option<&[f64]>, Option<&mut [f64]>) + use<__Item>)
    where
        __Item: Fn(&[f64]) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &mean_square, "mean_square");
        // if x.len() == 0 { … }
        let x_len = x.len();
        let cond = x_len == 0;
        let value = if cond {
            0.0
        } else {
            let mut sum = 0.0;
            // for i in 0..x.len() { … }
            for i in 0..x_len {
                // sum += x[i] * x[i];
                let x_i = x[i];
                sum += x_i * x_i;
            }
            // sum / x.len() as f64
            sum / x_len as f64
        };
        (
            value,
            move |&seed: &f64, x: Option<&[f64]>, d_x: Option<&mut [f64]>| {
                let x = ::backprop::__rt::again(x);
                let mut own;
                let d_x: &mut [f64] = match d_x {
                    Some(slot) => slot,
                    None => {
                        own = ::backprop::__rt::zero_like(x);
                        &mut own
                    }
                };
                if !cond {
                    // sum / x.len() as f64
                    let d_sum = seed / x_len as f64;
                    // for i in 0..x.len() { … }
                    let x_1 = &x[0..x_len];
                    let d_x_1 = &mut d_x[0..x_len];
                    for i in 0..x_len {
                        // sum += x[i] * x[i];
                        let t = d_sum * x_1[i];
                        d_x_1[i] += t;
                        d_x_1[i] += t;
                    }
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(&f64, Option<&[f64]>, Option<&mut [f64]>),
        seed: impl ::backprop::__rt::Seed<f64>,
        a0: &[f64],
        d0: impl ::backprop::__rt::Slot<[f64]> + '__s,
    ) {
        p(&seed.value(), Some(a0), d0.open())
    }
    #[doc(hidden)]
    pub const __AT_ONCE: bool = true;
    #[inline]
    pub fn __grad_1<'__s, __Item>(
        __item: __Item,
        x: &[f64],
        seed: impl ::backprop::__rt::Seed<f64>,
        d_x: impl ::backprop::__rt::Slot<[f64]> + '__s,
    ) -> f64
    where
        __Item: Fn(&[f64]) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &mean_square, "mean_square");
        let seed = seed.value();
        let d_x = d_x.open();
        let mut own;
        let d_x: &mut [f64] = match d_x {
            Some(slot) => slot,
            None => {
                own = ::backprop::__rt::zero_like(x);
                &mut own
            }
        };
        // if x.len() == 0 { … }
        let x_len = x.len();
        let value = if x_len == 0 {
            0.0
        } else {
            // sum / x.len() as f64
            let t = x_len as f64;
            let d_sum = seed / t;
            let mut sum = 0.0;
            // for i in 0..x.len() { … }
            for i in 0..x_len {
                // sum += x[i] * x[i];
                let x_i = x[i];
                sum += x_i * x_i;
                let t_1 = d_sum * x_i;
                d_x[i] += t_1;
                d_x[i] += t_1;
            }
            // sum / x.len() as f64
            sum / t
        };
        value
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function1<::backprop::__rt::ActiveRef<[f64]>, f64>
for mean_square {
    #[inline]
    fn __value(&self, a0: &[f64]) -> f64 {
        mean_square(a0)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[f64],
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback1<::backprop::__rt::ActiveRef<[f64]>, f64> + use<>,
    ) {
        mean_square::__fwd(mean_square, a0)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = mean_square {};
    let _ = mean_square;
    let _ = mean_square_grad;
    let _ = mean_square_grad_into;
};
