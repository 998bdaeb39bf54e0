/// The exponentials are saved where their derivatives will be, and what is summed backwards is summed in turn.
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let mut max = x[0];
    for &v in x {
        max = max.max(v);
    }
    let mut sum = 0.0;
    for &v in x {
        sum += (v - max).exp();
    }
    sum.ln() + max
}

/// The value of [`log_sum_exp`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, gradient)`, the gradient with respect to `x`.
///
/// Where the derivative is a convention:
///
/// * `a.max(b)`: at a = b: ∂a = 1, ∂b = 0; at a = NaN: ∂a = 0, ∂b = 1; at b = NaN: ∂a = 1, ∂b = 0
/// * `a.ln()`: at a = 0: ∂a = inf
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn log_sum_exp_grad(x: &[f64]) -> (f64, ::backprop::__rt::Vec<f64>) {
    let mut max = x[0];
    // for &v in x { … }
    let x_len = x.len();
    let mut won = false;
    let mut round_won: usize = 0;
    for round in 0..x_len {
        let v = x[round];
        if v > max || max != max && v == v {
            won = true;
            round_won = round;
            max = v;
        }
    }
    let mut d_x = ::backprop::__rt::zero_like(x);
    let mut sum = 0.0;
    // for &v in x { … }
    for round in 0..x_len {
        let v = x[round];
        // sum += (v - max).exp();
        let exp = (v - max).exp();
        d_x[round] = exp;
        sum += exp;
    }
    // sum.ln() + max
    let value = sum.ln() + max;
    let d_sum = 1.0 / sum;
    // for &v in x { … }
    let d_x_1 = &mut d_x[0..x_len];
    let mut d_max = 1.0;
    let mut d_max_1 = 0.0;
    let mut d_max_2 = 0.0;
    let mut d_max_3 = 0.0;
    for round in 0..x_len {
        // sum += (v - max).exp();
        let d_v = d_sum * d_x_1[round];
        d_max -= d_v;
        // for &v in x { … }
        d_x_1[round] = d_v;
        let d_max_next = d_max_1;
        d_max_1 = d_max_2;
        d_max_2 = d_max_3;
        d_max_3 = d_max;
        d_max = d_max_next;
    }
    // for &v in x { … }
    let mut d_max_4 = d_max + d_max_1 + (d_max_2 + d_max_3);
    if won {
        d_x[round_won] += d_max_4;
        d_max_4 = 0.0;
    }
    // let mut max = x[0];
    d_x[0] += d_max_4;
    (value, d_x)
}

/// The value of [`log_sum_exp`] and its gradient, by reverse-mode differentiation.
///
/// Returns the value alone. The `&mut` buffer at the end is overwritten with the gradient with respect to `x`.
///
/// Where the derivative is a convention:
///
/// * `a.max(b)`: at a = b: ∂a = 1, ∂b = 0; at a = NaN: ∂a = 0, ∂b = 1; at b = NaN: ∂a = 1, ∂b = 0
/// * `a.ln()`: at a = 0: ∂a = inf
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn log_sum_exp_grad_into(x: &[f64], d_x: &mut [f64]) -> f64 {
    ::backprop::__rt::check_buffer("log_sum_exp_grad_into", "x", x.len(), d_x.len());
    let mut max = x[0];
    // for &v in x { … }
    let x_len = x.len();
    let mut won = false;
    let mut round_won: usize = 0;
    for round in 0..x_len {
        let v = x[round];
        if v > max || max != max && v == v {
            won = true;
            round_won = round;
            max = v;
        }
    }
    let mut sum = 0.0;
    // for &v in x { … }
    for round in 0..x_len {
        let v = x[round];
        // sum += (v - max).exp();
        let exp = (v - max).exp();
        d_x[round] = exp;
        sum += exp;
    }
    // sum.ln() + max
    let value = sum.ln() + max;
    let d_sum = 1.0 / sum;
    // for &v in x { … }
    let d_x_1 = &mut d_x[0..x_len];
    let mut d_max = 1.0;
    let mut d_max_1 = 0.0;
    let mut d_max_2 = 0.0;
    let mut d_max_3 = 0.0;
    for round in 0..x_len {
        // sum += (v - max).exp();
        let d_v = d_sum * d_x_1[round];
        d_max -= d_v;
        // for &v in x { … }
        d_x_1[round] = d_v;
        let d_max_next = d_max_1;
        d_max_1 = d_max_2;
        d_max_2 = d_max_3;
        d_max_3 = d_max;
        d_max = d_max_next;
    }
    // for &v in x { … }
    let mut d_max_4 = d_max + d_max_1 + (d_max_2 + d_max_3);
    if won {
        d_x[round_won] += d_max_4;
        d_max_4 = 0.0;
    }
    // let mut max = x[0];
    d_x[0] += d_max_4;
    value
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct log_sum_exp {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl log_sum_exp {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        x: &[f64],
    ) -> (f64, impl Fn(&f64, Option<&[f64]>, Option<&mut [f64]>) + use<__Item>)
    where
        __Item: Fn(&[f64]) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &log_sum_exp, "log_sum_exp");
        let mut max = x[0];
        // for &v in x { … }
        let x_len = x.len();
        let mut won = false;
        let mut round_won: usize = 0;
        for round in 0..x_len {
            let v = x[round];
            if v > max || max != max && v == v {
                won = true;
                round_won = round;
                max = v;
            }
        }
        // sum += (v - max).exp();
        let mut exp_s = ::backprop::__rt::vec![0.0; x_len];
        let mut sum = 0.0;
        // for &v in x { … }
        for round in 0..x_len {
            let v = x[round];
            // sum += (v - max).exp();
            let exp = (v - max).exp();
            exp_s[round] = exp;
            sum += exp;
        }
        // sum.ln() + max
        let value = sum.ln() + max;
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
                let d_sum = seed / sum;
                // for &v in x { … }
                let a = &exp_s[0..x_len];
                let d_x_1 = &mut d_x[0..x_len];
                let mut d_max = seed;
                let mut d_max_1 = 0.0;
                let mut d_max_2 = 0.0;
                let mut d_max_3 = 0.0;
                for round in 0..x_len {
                    // sum += (v - max).exp();
                    let d_v = d_sum * a[round];
                    d_max -= d_v;
                    // for &v in x { … }
                    d_x_1[round] += d_v;
                    let d_max_next = d_max_1;
                    d_max_1 = d_max_2;
                    d_max_2 = d_max_3;
                    d_max_3 = d_max;
                    d_max = d_max_next;
                }
                // for &v in x { … }
                let mut d_max_4 = d_max + d_max_1 + (d_max_2 + d_max_3);
                if won {
                    d_x[round_won] += d_max_4;
                    d_max_4 = 0.0;
                }
                // let mut max = x[0];
                d_x[0] += d_max_4;
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
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function1<::backprop::__rt::ActiveRef<[f64]>, f64>
for log_sum_exp {
    #[inline]
    fn __value(&self, a0: &[f64]) -> f64 {
        log_sum_exp(a0)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[f64],
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback1<::backprop::__rt::ActiveRef<[f64]>, f64> + use<>,
    ) {
        log_sum_exp::__fwd(log_sum_exp, a0)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = log_sum_exp {};
    let _ = log_sum_exp;
    let _ = log_sum_exp_grad;
    let _ = log_sum_exp_grad_into;
};
