/// Passive code is copied, and runs once.
pub fn weighted(x: &[f64], names: &[&str]) -> f64 {
    let longest = names.iter().map(|n| n.len()).max().unwrap_or(1);
    let mut sum = 0.0;
    for i in 0..x.len() {
        let weight = names[i].len() as f64 / longest as f64;
        sum += weight * x[i].sin();
    }
    sum
}

/// The value of [`weighted`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, gradient)`, the gradient with respect to `x`.
///
/// Constant: `names` (neither made of floats nor marked `#[grad]`).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn weighted_grad(x: &[f64], names: &[&str]) -> (f64, ::backprop::__rt::Vec<f64>) {
    let mut d_x = ::backprop::__rt::zero_like(x);
    let longest = names.iter().map(|n| n.len()).max().unwrap_or(1);
    let mut sum = 0.0;
    for i in 0..x.len() {
        let weight = names[i].len() as f64 / longest as f64;
        // sum += weight * x[i].sin();
        let x_i = x[i];
        sum += weight * x_i.sin();
        d_x[i] = weight * x_i.cos();
    }
    (sum, d_x)
}

/// The value of [`weighted`] and its gradient, by reverse-mode differentiation.
///
/// Returns the value alone. The `&mut` buffer at the end is overwritten with the gradient with respect to `x`.
///
/// Constant: `names` (neither made of floats nor marked `#[grad]`).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn weighted_grad_into(x: &[f64], names: &[&str], d_x: &mut [f64]) -> f64 {
    ::backprop::__rt::check_buffer("weighted_grad_into", "x", x.len(), d_x.len());
    let longest = names.iter().map(|n| n.len()).max().unwrap_or(1);
    let mut sum = 0.0;
    for i in 0..x.len() {
        let weight = names[i].len() as f64 / longest as f64;
        // sum += weight * x[i].sin();
        let x_i = x[i];
        sum += weight * x_i.sin();
        d_x[i] = weight * x_i.cos();
    }
    sum
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct weighted {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl weighted {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        x: &[f64],
        names: &[&str],
    ) -> (f64, impl Fn(f64, &[f64], Option<&mut [f64]>) + use<__Item>)
    where
        __Item: Fn(&[f64], &[&str]) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &weighted, "weighted");
        let longest = names.iter().map(|n| n.len()).max().unwrap_or(1);
        // for i in 0..x.len() { … }
        let x_len = x.len();
        // let weight = names[i].len() as f64 / longest as f64;
        let mut weight_s = ::backprop::__rt::vec![0.0; x_len];
        // sum += weight * x[i].sin();
        let mut cos_s = ::backprop::__rt::vec![0.0; x_len];
        let mut sum = 0.0;
        // for i in 0..x.len() { … }
        for i in 0..x_len {
            let weight = names[i].len() as f64 / longest as f64;
            weight_s[i] = weight;
            // sum += weight * x[i].sin();
            let x_i = x[i];
            cos_s[i] = x_i.cos();
            sum += weight * x_i.sin();
        }
        (
            sum,
            move |seed: f64, x: &[f64], d_x: Option<&mut [f64]>| {
                let mut own;
                let d_x: &mut [f64] = match d_x {
                    Some(slot) => slot,
                    None => {
                        own = ::backprop::__rt::zero_like(x);
                        &mut own
                    }
                };
                let weight_s_1 = &weight_s[0..x_len];
                let cos_s_1 = &cos_s[0..x_len];
                let d_x_1 = &mut d_x[0..x_len];
                for i_1 in 0..x_len {
                    // let weight = names[i].len() as f64 / longest as f64;
                    let weight = weight_s_1[i_1];
                    // sum += weight * x[i].sin();
                    d_x_1[i_1] += seed * weight * cos_s_1[i_1];
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(f64, &[f64], Option<&mut [f64]>),
        seed: impl ::backprop::__rt::Seed<f64>,
        a0: &[f64],
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) {
        p(seed.value(), a0, d0.open())
    }
    #[doc(hidden)]
    pub const __AT_ONCE: bool = true;
    #[inline]
    pub fn __grad_2<'__s, __Item>(
        __item: __Item,
        x: &[f64],
        names: &[&str],
        seed: impl ::backprop::__rt::Seed<f64>,
        d_x: impl ::backprop::__rt::Slot<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) -> f64
    where
        __Item: Fn(&[f64], &[&str]) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &weighted, "weighted");
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
        let longest = names.iter().map(|n| n.len()).max().unwrap_or(1);
        let mut sum = 0.0;
        for i in 0..x.len() {
            let weight = names[i].len() as f64 / longest as f64;
            // sum += weight * x[i].sin();
            let x_i = x[i];
            sum += weight * x_i.sin();
            d_x[i] += seed * weight * x_i.cos();
        }
        sum
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = weighted {};
    let _ = weighted;
    let _ = weighted_grad;
    let _ = weighted_grad_into;
};
