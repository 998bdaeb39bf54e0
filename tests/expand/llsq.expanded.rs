/// Value and gradient come out of one loop.
pub fn llsq(x: &[f64], n: usize) -> f64 {
    let m = x.len();
    let mut sum = 0.0;
    for i in 0..n {
        let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
        let mut inner = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
        let mut mul = 1.0;
        for j in 0..m {
            inner -= x[j] * mul;
            mul *= t;
        }
        sum += inner * inner;
    }
    sum / 2.0
}

/// The value of [`llsq`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, gradient)`, the gradient with respect to `x`.
///
/// Constant: `n` (no float).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn llsq_grad(x: &[f64], n: usize) -> (f64, ::backprop::__rt::Vec<f64>) {
    let mut d_x = ::backprop::__rt::zero_like(x);
    let m = x.len();
    // for j in 0..m { … }
    let mut mul_s = ::backprop::__rt::vec![0.0; m];
    let mut mul_s_1 = ::backprop::__rt::vec![0.0; m];
    // for i in 0..n { … }
    let pairs = n / 2;
    let mut sum = 0.0;
    // for i in 0..n { … }
    for pair in 0..pairs {
        let i = 2 * pair;
        let i_1 = i + 1;
        // let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
        let t = n as f64 - 1.0;
        let t_1 = -1.0 + i as f64 * 2.0 / t;
        let t_2 = -1.0 + i_1 as f64 * 2.0 / t;
        // let mut inner = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
        let mut inner = (0.0 < t_1) as i32 as f64 - (t_1 < 0.0) as i32 as f64;
        let mut inner_1 = (0.0 < t_2) as i32 as f64 - (t_2 < 0.0) as i32 as f64;
        let mut mul = 1.0;
        // for j in 0..m { … }
        let mut mul_1 = 1.0;
        for j in 0..m {
            mul_s[j] = mul;
            mul_s_1[j] = mul_1;
            // inner -= x[j] * mul;
            let x_j = x[j];
            inner -= x_j * mul;
            inner_1 -= x_j * mul_1;
            // mul *= t;
            mul *= t_1;
            mul_1 *= t_2;
        }
        sum += inner * inner;
        sum += inner_1 * inner_1;
        let d_inner = 0.5 * inner;
        let d_inner_1 = 0.5 * inner_1;
        let d_inner_2 = d_inner + d_inner;
        let d_inner_3 = d_inner_1 + d_inner_1;
        // for j in 0..m { … }
        let mul_s_2 = &mul_s[0..m];
        let mul_s_3 = &mul_s_1[0..m];
        let d_x_1 = &mut d_x[0..m];
        for j in 0..m {
            let mul_2 = mul_s_2[j];
            let mul_3 = mul_s_3[j];
            // inner -= x[j] * mul;
            d_x_1[j] -= d_inner_2 * mul_2;
            d_x_1[j] -= d_inner_3 * mul_3;
        }
    }
    for i in 2 * pairs..n {
        let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
        let mut inner = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
        let mut mul = 1.0;
        for j in 0..m {
            mul_s[j] = mul;
            inner -= x[j] * mul;
            mul *= t;
        }
        sum += inner * inner;
        let d_inner = 0.5 * inner;
        let d_inner_1 = d_inner + d_inner;
        // for j in 0..m { … }
        let mul_s_2 = &mul_s[0..m];
        let d_x_1 = &mut d_x[0..m];
        for j in 0..m {
            let mul_1 = mul_s_2[j];
            // inner -= x[j] * mul;
            d_x_1[j] -= d_inner_1 * mul_1;
        }
    }
    // sum / 2.0
    let value = sum / 2.0;
    (value, d_x)
}

/// The value of [`llsq`] and its gradient, by reverse-mode differentiation.
///
/// Returns the value alone. The `&mut` buffer at the end is overwritten with the gradient with respect to `x`.
///
/// Constant: `n` (no float).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn llsq_grad_into(x: &[f64], n: usize, d_x: &mut [f64]) -> f64 {
    ::backprop::__rt::check_buffer("llsq_grad_into", "x", x.len(), d_x.len());
    d_x.fill(0.0);
    let m = x.len();
    // for j in 0..m { … }
    let mut mul_s = ::backprop::__rt::vec![0.0; m];
    let mut mul_s_1 = ::backprop::__rt::vec![0.0; m];
    // for i in 0..n { … }
    let pairs = n / 2;
    let mut sum = 0.0;
    // for i in 0..n { … }
    for pair in 0..pairs {
        let i = 2 * pair;
        let i_1 = i + 1;
        // let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
        let t = n as f64 - 1.0;
        let t_1 = -1.0 + i as f64 * 2.0 / t;
        let t_2 = -1.0 + i_1 as f64 * 2.0 / t;
        // let mut inner = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
        let mut inner = (0.0 < t_1) as i32 as f64 - (t_1 < 0.0) as i32 as f64;
        let mut inner_1 = (0.0 < t_2) as i32 as f64 - (t_2 < 0.0) as i32 as f64;
        let mut mul = 1.0;
        // for j in 0..m { … }
        let mut mul_1 = 1.0;
        for j in 0..m {
            mul_s[j] = mul;
            mul_s_1[j] = mul_1;
            // inner -= x[j] * mul;
            let x_j = x[j];
            inner -= x_j * mul;
            inner_1 -= x_j * mul_1;
            // mul *= t;
            mul *= t_1;
            mul_1 *= t_2;
        }
        sum += inner * inner;
        sum += inner_1 * inner_1;
        let d_inner = 0.5 * inner;
        let d_inner_1 = 0.5 * inner_1;
        let d_inner_2 = d_inner + d_inner;
        let d_inner_3 = d_inner_1 + d_inner_1;
        // for j in 0..m { … }
        let mul_s_2 = &mul_s[0..m];
        let mul_s_3 = &mul_s_1[0..m];
        let d_x_1 = &mut d_x[0..m];
        for j in 0..m {
            let mul_2 = mul_s_2[j];
            let mul_3 = mul_s_3[j];
            // inner -= x[j] * mul;
            d_x_1[j] -= d_inner_2 * mul_2;
            d_x_1[j] -= d_inner_3 * mul_3;
        }
    }
    for i in 2 * pairs..n {
        let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
        let mut inner = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
        let mut mul = 1.0;
        for j in 0..m {
            mul_s[j] = mul;
            inner -= x[j] * mul;
            mul *= t;
        }
        sum += inner * inner;
        let d_inner = 0.5 * inner;
        let d_inner_1 = d_inner + d_inner;
        // for j in 0..m { … }
        let mul_s_2 = &mul_s[0..m];
        let d_x_1 = &mut d_x[0..m];
        for j in 0..m {
            let mul_1 = mul_s_2[j];
            // inner -= x[j] * mul;
            d_x_1[j] -= d_inner_1 * mul_1;
        }
    }
    sum / 2.0
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct llsq {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl llsq {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        x: &[f64],
        n: usize,
    ) -> (
        f64,
        impl Fn(
            &f64,
            Option<&[f64]>,
            (),
            Option<&mut [f64]>,
            ::backprop::__rt::Off,
        ) + use<__Item>,
    )
    where
        __Item: Fn(&[f64], usize) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &llsq, "llsq");
        let m = x.len();
        // for j in 0..m { … }
        let mut inner_s = ::backprop::__rt::vec![0.0; n];
        let mut mul_s = ::backprop::__rt::vec![0.0; n * m];
        let mut sum = 0.0;
        for i in 0..n {
            let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
            let mut inner = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
            let mut mul = 1.0;
            for j in 0..m {
                mul_s[i * m + j] = mul;
                inner -= x[j] * mul;
                mul *= t;
            }
            inner_s[i] = inner;
            sum += inner * inner;
        }
        // sum / 2.0
        let value = sum / 2.0;
        (
            value,
            move |
                &seed: &f64,
                x: Option<&[f64]>,
                _: (),
                d_x: Option<&mut [f64]>,
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
                let d_sum = seed / 2.0;
                for i in 0..n {
                    // for j in 0..m { … }
                    let inner = inner_s[i];
                    // sum += inner * inner;
                    let d_inner = d_sum * inner;
                    let d_inner_1 = d_inner + d_inner;
                    // for j in 0..m { … }
                    if 0 < m {
                        let k = i * m;
                        let k_1 = k + m;
                        let mul_s_1 = &mul_s[k..k_1];
                        let d_x_1 = &mut d_x[0..m];
                        for j in 0..m {
                            let mul = mul_s_1[j];
                            // inner -= x[j] * mul;
                            d_x_1[j] -= d_inner_1 * mul;
                        }
                    }
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(&f64, Option<&[f64]>, (), Option<&mut [f64]>, ::backprop::__rt::Off),
        seed: impl ::backprop::__rt::Seed<f64>,
        a0: &[f64],
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) {
        p(&seed.value(), Some(a0), (), d0.open(), ::backprop::__rt::Off)
    }
    #[doc(hidden)]
    pub const __AT_ONCE: bool = true;
    #[inline]
    pub fn __grad_2<'__s, __Item>(
        __item: __Item,
        x: &[f64],
        n: usize,
        seed: impl ::backprop::__rt::Seed<f64>,
        d_x: impl ::backprop::__rt::Slot<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) -> f64
    where
        __Item: Fn(&[f64], usize) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &llsq, "llsq");
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
        let m = x.len();
        // sum / 2.0
        let d_sum = seed / 2.0;
        // for j in 0..m { … }
        let mut mul_s = ::backprop::__rt::vec![0.0; m];
        let mut mul_s_1 = ::backprop::__rt::vec![0.0; m];
        // for i in 0..n { … }
        let pairs = n / 2;
        let mut sum = 0.0;
        // for i in 0..n { … }
        for pair in 0..pairs {
            let i = 2 * pair;
            let i_1 = i + 1;
            // let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
            let t = n as f64 - 1.0;
            let t_1 = -1.0 + i as f64 * 2.0 / t;
            let t_2 = -1.0 + i_1 as f64 * 2.0 / t;
            // let mut inner = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
            let mut inner = (0.0 < t_1) as i32 as f64 - (t_1 < 0.0) as i32 as f64;
            let mut inner_1 = (0.0 < t_2) as i32 as f64 - (t_2 < 0.0) as i32 as f64;
            let mut mul = 1.0;
            // for j in 0..m { … }
            let mut mul_1 = 1.0;
            for j in 0..m {
                mul_s[j] = mul;
                mul_s_1[j] = mul_1;
                // inner -= x[j] * mul;
                let x_j = x[j];
                inner -= x_j * mul;
                inner_1 -= x_j * mul_1;
                // mul *= t;
                mul *= t_1;
                mul_1 *= t_2;
            }
            sum += inner * inner;
            sum += inner_1 * inner_1;
            let d_inner = d_sum * inner;
            let d_inner_1 = d_sum * inner_1;
            let d_inner_2 = d_inner + d_inner;
            let d_inner_3 = d_inner_1 + d_inner_1;
            // for j in 0..m { … }
            let mul_s_2 = &mul_s[0..m];
            let mul_s_3 = &mul_s_1[0..m];
            let d_x_1 = &mut d_x[0..m];
            for j in 0..m {
                let mul_2 = mul_s_2[j];
                let mul_3 = mul_s_3[j];
                // inner -= x[j] * mul;
                d_x_1[j] -= d_inner_2 * mul_2;
                d_x_1[j] -= d_inner_3 * mul_3;
            }
        }
        for i in 2 * pairs..n {
            let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
            let mut inner = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
            let mut mul = 1.0;
            for j in 0..m {
                mul_s[j] = mul;
                inner -= x[j] * mul;
                mul *= t;
            }
            sum += inner * inner;
            let d_inner = d_sum * inner;
            let d_inner_1 = d_inner + d_inner;
            // for j in 0..m { … }
            let mul_s_2 = &mul_s[0..m];
            let d_x_1 = &mut d_x[0..m];
            for j in 0..m {
                let mul_1 = mul_s_2[j];
                // inner -= x[j] * mul;
                d_x_1[j] -= d_inner_1 * mul_1;
            }
        }
        // sum / 2.0
        let value = sum / 2.0;
        value
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::ActiveRef<[f64]>,
    ::backprop::__rt::Constant<usize>,
    f64,
> for llsq {
    #[inline]
    fn __value(&self, a0: &[f64], a1: usize) -> f64 {
        llsq(a0, a1)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[f64],
        a1: usize,
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback2<
            ::backprop::__rt::ActiveRef<[f64]>,
            ::backprop::__rt::Constant<usize>,
            f64,
        > + use<>,
    ) {
        llsq::__fwd(llsq, a0, a1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = llsq {};
    let _ = llsq;
    let _ = llsq_grad;
    let _ = llsq_grad_into;
};
