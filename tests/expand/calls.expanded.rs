/// A helper, called in a loop.
pub fn kernel(x: f64, y: f64, width: f64) -> f64 {
    (-((x - y) / width).powi(2)).exp()
}

/// The value of [`kernel`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_x, d_y, d_width))`, the gradients with respect to `x`, `y` and `width`, in this order.
///
/// ```text
/// ∂kernel/∂x     = −(exp(−powi((x − y) / width, 2)) × 2 × (x − y) / width / width)
/// ∂kernel/∂y     = exp(−powi((x − y) / width, 2)) × 2 × (x − y) / width / width
/// ∂kernel/∂width = exp(−powi((x − y) / width, 2)) × 2 × (x − y) / width / width × (x − y) / width
/// ```
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[inline]
pub fn kernel_grad(x: f64, y: f64, width: f64) -> (f64, (f64, f64, f64)) {
    // (-((x - y) / width).powi(2)).exp()
    let t = (x - y) / width;
    let value = (-t.powi(2)).exp();
    let d_y = value * (2.0 * t) / width;
    let d_x = -d_y;
    let d_width = d_y * t;
    (value, (d_x, d_y, d_width))
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct kernel {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl kernel {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        a0: f64,
        a1: f64,
        a2: f64,
    ) -> (f64, (f64, f64, f64))
    where
        __Item: Fn(f64, f64, f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &kernel, "kernel");
        kernel_grad(a0, a1, a2)
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &(f64, f64, f64),
        seed: impl ::backprop::__rt::Seed<f64>,
        _: impl Sized,
        _: impl Sized,
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<f64> + '__s,
        d1: impl ::backprop::__rt::Slot<f64> + '__s,
        d2: impl ::backprop::__rt::Slot<f64> + '__s,
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
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function3<
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Active<f64>,
    f64,
> for kernel {
    #[inline]
    fn __value(&self, a0: f64, a1: f64, a2: f64) -> f64 {
        kernel(a0, a1, a2)
    }
    #[inline]
    fn __forward(
        &self,
        a0: f64,
        a1: f64,
        a2: f64,
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback3<
            ::backprop::__rt::Active<f64>,
            ::backprop::__rt::Active<f64>,
            ::backprop::__rt::Active<f64>,
            f64,
        > + use<>,
    ) {
        ::backprop::__rt::partials(kernel_grad(a0, a1, a2))
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = kernel {};
    let _ = kernel;
    let _ = kernel_grad;
};

/// Every call's saved data is the helper's own business.
pub fn potential(x: &[f64], at: f64, width: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += kernel(x[i], at, width);
    }
    sum.ln()
}

/// The value of [`potential`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_x, d_at))`, the gradients with respect to `x` and `at`, in this order.
///
/// Constant: `width` (marked `#[no_grad]`).
///
/// Where the derivative is a convention:
///
/// * `a.ln()`: at a = 0: ∂a = inf
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn potential_grad(
    x: &[f64],
    at: f64,
    width: f64,
) -> (f64, (::backprop::__rt::Vec<f64>, f64)) {
    mod __callees {
        pub use ::backprop::__rt::callee::Callee3 as __kernel;
    }
    use __callees::*;
    use kernel as __kernel;
    // for i in 0..x.len() { … }
    let x_len = x.len();
    // sum += kernel(x[i], at, width);
    let mut kernel_p_s = ::backprop::__rt::Vec::new();
    let mut sum = 0.0;
    // for i in 0..x.len() { … }
    for i in 0..x_len {
        // sum += kernel(x[i], at, width);
        let (t, kernel_p) = __kernel::__fwd(kernel, x[i], at, width);
        kernel_p_s.push(kernel_p);
        sum += ::backprop::__rt::float::<f64>(t);
    }
    // sum.ln()
    let value = sum.ln();
    let mut d_x = ::backprop::__rt::zero_like(x);
    let d_sum = 1.0 / sum;
    // for i in 0..x.len() { … }
    let mut kernel_p_s_top = kernel_p_s.len();
    let mut d_at = 0.0;
    for i in (0..x_len).rev() {
        // sum += kernel(x[i], at, width);
        kernel_p_s_top -= 1;
        let kernel_p = &kernel_p_s[kernel_p_s_top];
        let mut t = 0.0_f64;
        let mut d_at_1 = 0.0_f64;
        __kernel::__rev(
            kernel_p,
            d_sum,
            (),
            (),
            (),
            &mut t,
            &mut d_at_1,
            ::backprop::__rt::Off,
        );
        d_at += d_at_1;
        d_x[i] = t;
    }
    (value, (d_x, d_at))
}

/// The value of [`potential`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, gradient)`, the gradient with respect to `at`. The `&mut` buffer at the end is overwritten with the gradient with respect to `x`.
///
/// Constant: `width` (marked `#[no_grad]`).
///
/// Where the derivative is a convention:
///
/// * `a.ln()`: at a = 0: ∂a = inf
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn potential_grad_into(
    x: &[f64],
    at: f64,
    width: f64,
    d_x: &mut [f64],
) -> (f64, f64) {
    mod __callees {
        pub use ::backprop::__rt::callee::Callee3 as __kernel;
    }
    use __callees::*;
    use kernel as __kernel;
    ::backprop::__rt::check_buffer("potential_grad_into", "x", x.len(), d_x.len());
    // for i in 0..x.len() { … }
    let x_len = x.len();
    // sum += kernel(x[i], at, width);
    let mut kernel_p_s = ::backprop::__rt::Vec::new();
    let mut sum = 0.0;
    // for i in 0..x.len() { … }
    for i in 0..x_len {
        // sum += kernel(x[i], at, width);
        let (t, kernel_p) = __kernel::__fwd(kernel, x[i], at, width);
        kernel_p_s.push(kernel_p);
        sum += ::backprop::__rt::float::<f64>(t);
    }
    // sum.ln()
    let value = sum.ln();
    let d_sum = 1.0 / sum;
    // for i in 0..x.len() { … }
    let mut kernel_p_s_top = kernel_p_s.len();
    let mut d_at = 0.0;
    for i in (0..x_len).rev() {
        // sum += kernel(x[i], at, width);
        kernel_p_s_top -= 1;
        let kernel_p = &kernel_p_s[kernel_p_s_top];
        let mut t = 0.0_f64;
        let mut d_at_1 = 0.0_f64;
        __kernel::__rev(
            kernel_p,
            d_sum,
            (),
            (),
            (),
            &mut t,
            &mut d_at_1,
            ::backprop::__rt::Off,
        );
        d_at += d_at_1;
        d_x[i] = t;
    }
    (value, d_at)
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct potential {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl potential {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        x: &[f64],
        at: f64,
        width: f64,
    ) -> (
        f64,
        impl Fn(
            &f64,
            Option<&[f64]>,
            (),
            (),
            Option<&mut [f64]>,
            Option<&mut f64>,
            ::backprop::__rt::Off,
        ) + use<__Item>,
    )
    where
        __Item: Fn(&[f64], f64, f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &potential, "potential");
        mod __callees {
            pub use ::backprop::__rt::callee::Callee3 as __kernel;
        }
        use __callees::*;
        use kernel as __kernel;
        // for i in 0..x.len() { … }
        let x_len = x.len();
        // sum += kernel(x[i], at, width);
        let mut kernel_p_s = ::backprop::__rt::Vec::new();
        let mut sum = 0.0;
        // for i in 0..x.len() { … }
        for i in 0..x_len {
            // sum += kernel(x[i], at, width);
            let (t, kernel_p) = __kernel::__fwd(kernel, x[i], at, width);
            kernel_p_s.push(kernel_p);
            sum += ::backprop::__rt::float::<f64>(t);
        }
        // sum.ln()
        let value = sum.ln();
        (
            value,
            move |
                &seed: &f64,
                x: Option<&[f64]>,
                _: (),
                _: (),
                d_x: Option<&mut [f64]>,
                at_slot: Option<&mut f64>,
                _: ::backprop::__rt::Off|
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
                let d_sum = seed / sum;
                // for i in 0..x.len() { … }
                let mut kernel_p_s_top = kernel_p_s.len();
                let mut d_at = 0.0;
                for i in (0..x_len).rev() {
                    // sum += kernel(x[i], at, width);
                    kernel_p_s_top -= 1;
                    let kernel_p = &kernel_p_s[kernel_p_s_top];
                    let mut t = 0.0_f64;
                    let mut d_at_1 = 0.0_f64;
                    __kernel::__rev(
                        kernel_p,
                        d_sum,
                        (),
                        (),
                        (),
                        &mut t,
                        &mut d_at_1,
                        ::backprop::__rt::Off,
                    );
                    d_at += d_at_1;
                    d_x[i] += t;
                }
                if let Some(slot_1) = at_slot {
                    *slot_1 += d_at;
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(
            &f64,
            Option<&[f64]>,
            (),
            (),
            Option<&mut [f64]>,
            Option<&mut f64>,
            ::backprop::__rt::Off,
        ),
        seed: impl ::backprop::__rt::Seed<f64>,
        a0: &[f64],
        _: impl Sized,
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64]> + '__s,
        d1: impl ::backprop::__rt::Slot<f64> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) {
        p(&seed.value(), Some(a0), (), (), d0.open(), d1.open(), ::backprop::__rt::Off)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function3<
    ::backprop::__rt::ActiveRef<[f64]>,
    ::backprop::__rt::Active<f64>,
    ::backprop::__rt::Constant<f64>,
    f64,
> for potential {
    #[inline]
    fn __value(&self, a0: &[f64], a1: f64, a2: f64) -> f64 {
        potential(a0, a1, a2)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[f64],
        a1: f64,
        a2: f64,
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback3<
            ::backprop::__rt::ActiveRef<[f64]>,
            ::backprop::__rt::Active<f64>,
            ::backprop::__rt::Constant<f64>,
            f64,
        > + use<>,
    ) {
        potential::__fwd(potential, a0, a1, a2)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = potential {};
    let _ = potential;
    let _ = potential_grad;
    let _ = potential_grad_into;
};
