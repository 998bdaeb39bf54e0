/// A triangle that is packed into a row: the counter `at` is saved once for each column and follows from the round
/// within it, and so is `weight`, which is the same in all rounds of the inner loop.
pub fn packed(l: &[f64], x: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    let mut at = 0;
    for i in 0..x.len() {
        for j in i..x.len() {
            let weight = x[i].exp();
            y[j] += l[at] * weight;
            at += 1;
        }
    }
    let mut sum = 0.0;
    for j in 0..x.len() {
        sum += y[j] * y[j];
    }
    sum
}

/// The value of [`packed`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_l, d_x))`, the gradients with respect to `l` and `x`, in this order.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn packed_grad(
    l: &[f64],
    x: &[f64],
) -> (f64, (::backprop::__rt::Vec<f64>, ::backprop::__rt::Vec<f64>)) {
    ::backprop::__rt::__macros_of_std!(vec);
    // let mut y = vec![0.0; x.len()];
    let x_len = x.len();
    let mut y = ::backprop::__rt::vec![0.0; x_len];
    let mut d_y = ::backprop::__rt::zero_like(&y);
    // let weight = x[i].exp();
    let mut weight_s = ::backprop::__rt::vec![0.0; x_len];
    // for i in 0..x.len() { … }
    let mut at_s = ::backprop::__rt::vec![0; x_len];
    let mut at: usize = 0;
    for i in 0..x_len {
        at_s[i] = at;
        // let weight = x[i].exp();
        let x_i = x[i];
        // for j in i..x.len() { … }
        for j in i..x_len {
            // let weight = x[i].exp();
            let weight = x_i.exp();
            weight_s[i] = weight;
            y[j] += l[at] * weight;
            at += 1;
        }
    }
    let mut sum = 0.0;
    // for j in 0..x.len() { … }
    for j in 0..x_len {
        // sum += y[j] * y[j];
        let y_j = y[j];
        sum += y_j * y_j;
        d_y[j] = y_j;
        d_y[j] += y_j;
    }
    let mut d_l = ::backprop::__rt::zero_like(l);
    let mut d_x = ::backprop::__rt::zero_like(x);
    // for i in 0..x.len() { … }
    for i in 0..x_len {
        let at_1 = at_s[i];
        // for j in i..x.len() { … }
        let d_x_i = if i < x_len {
            let trips = x_len - i;
            // let weight = x[i].exp();
            let weight = weight_s[i];
            // for j in i..x.len() { … }
            let k = at_1 + trips;
            let l_1 = &l[at_1..k];
            let k_1 = i + trips;
            let d_y_1 = &d_y[i..k_1];
            let d_l_1 = &mut d_l[at_1..k];
            let mut d_x_i = 0.0;
            for round in 0..trips {
                // y[j] += l[at] * weight;
                let l_round = l_1[round];
                let d_y_round = d_y_1[round];
                let d_weight = d_y_round * l_round;
                d_l_1[round] += d_y_round * weight;
                // let weight = x[i].exp();
                d_x_i += d_weight * weight;
            }
            d_x_i
        } else {
            0.0
        };
        // let weight = x[i].exp();
        d_x[i] = d_x_i;
    }
    (sum, (d_l, d_x))
}

/// The value of [`packed`] and its gradient, by reverse-mode differentiation.
///
/// Returns the value alone. The `&mut` buffers at the end are overwritten with the gradients with respect to `l` and `x`.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn packed_grad_into(l: &[f64], x: &[f64], d_l: &mut [f64], d_x: &mut [f64]) -> f64 {
    ::backprop::__rt::__macros_of_std!(vec);
    ::backprop::__rt::check_buffer("packed_grad_into", "l", l.len(), d_l.len());
    ::backprop::__rt::check_buffer("packed_grad_into", "x", x.len(), d_x.len());
    d_l.fill(0.0);
    // let mut y = vec![0.0; x.len()];
    let x_len = x.len();
    let mut y = ::backprop::__rt::vec![0.0; x_len];
    let mut d_y = ::backprop::__rt::zero_like(&y);
    // let weight = x[i].exp();
    let mut weight_s = ::backprop::__rt::vec![0.0; x_len];
    // for i in 0..x.len() { … }
    let mut at_s = ::backprop::__rt::vec![0; x_len];
    let mut at: usize = 0;
    for i in 0..x_len {
        at_s[i] = at;
        // let weight = x[i].exp();
        let x_i = x[i];
        // for j in i..x.len() { … }
        for j in i..x_len {
            // let weight = x[i].exp();
            let weight = x_i.exp();
            weight_s[i] = weight;
            y[j] += l[at] * weight;
            at += 1;
        }
    }
    let mut sum = 0.0;
    // for j in 0..x.len() { … }
    for j in 0..x_len {
        // sum += y[j] * y[j];
        let y_j = y[j];
        sum += y_j * y_j;
        d_y[j] = y_j;
        d_y[j] += y_j;
    }
    // for i in 0..x.len() { … }
    for i in 0..x_len {
        let at_1 = at_s[i];
        // for j in i..x.len() { … }
        let d_x_i = if i < x_len {
            let trips = x_len - i;
            // let weight = x[i].exp();
            let weight = weight_s[i];
            // for j in i..x.len() { … }
            let k = at_1 + trips;
            let l_1 = &l[at_1..k];
            let k_1 = i + trips;
            let d_y_1 = &d_y[i..k_1];
            let d_l_1 = &mut d_l[at_1..k];
            let mut d_x_i = 0.0;
            for round in 0..trips {
                // y[j] += l[at] * weight;
                let l_round = l_1[round];
                let d_y_round = d_y_1[round];
                let d_weight = d_y_round * l_round;
                d_l_1[round] += d_y_round * weight;
                // let weight = x[i].exp();
                d_x_i += d_weight * weight;
            }
            d_x_i
        } else {
            0.0
        };
        // let weight = x[i].exp();
        d_x[i] = d_x_i;
    }
    sum
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct packed {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl packed {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        l: &[f64],
        x: &[f64],
    ) -> (
        f64,
        impl Fn(
            &f64,
            Option<&[f64]>,
            Option<&[f64]>,
            Option<&mut [f64]>,
            Option<&mut [f64]>,
        ) + use<__Item>,
    )
    where
        __Item: Fn(&[f64], &[f64]) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &packed, "packed");
        ::backprop::__rt::__macros_of_std!(vec);
        // let mut y = vec![0.0; x.len()];
        let x_len = x.len();
        let mut y = ::backprop::__rt::vec![0.0; x_len];
        // let weight = x[i].exp();
        let mut weight_s = ::backprop::__rt::vec![0.0; x_len];
        // for i in 0..x.len() { … }
        let mut at_s = ::backprop::__rt::vec![0; x_len];
        let mut at: usize = 0;
        for i in 0..x_len {
            at_s[i] = at;
            // let weight = x[i].exp();
            let x_i = x[i];
            // for j in i..x.len() { … }
            for j in i..x_len {
                // let weight = x[i].exp();
                let weight = x_i.exp();
                weight_s[i] = weight;
                y[j] += l[at] * weight;
                at += 1;
            }
        }
        let mut sum = 0.0;
        // for j in 0..x.len() { … }
        for j in 0..x_len {
            // sum += y[j] * y[j];
            let y_j = y[j];
            sum += y_j * y_j;
        }
        (
            sum,
            move |
                &seed: &f64,
                l: Option<&[f64]>,
                x: Option<&[f64]>,
                d_l: Option<&mut [f64]>,
                d_x: Option<&mut [f64]>|
            {
                let l = ::backprop::__rt::again(l);
                let x = ::backprop::__rt::again(x);
                let mut own;
                let d_l: &mut [f64] = match d_l {
                    Some(slot) => slot,
                    None => {
                        own = ::backprop::__rt::zero_like(l);
                        &mut own
                    }
                };
                let mut own_1;
                let d_x: &mut [f64] = match d_x {
                    Some(slot_1) => slot_1,
                    None => {
                        own_1 = ::backprop::__rt::zero_like(x);
                        &mut own_1
                    }
                };
                // let mut y = vec![0.0; x.len()];
                let mut d_y = ::backprop::__rt::zero_like(&y);
                // for j in 0..x.len() { … }
                let y_1 = &y[0..x_len];
                let d_y_1 = &mut d_y[0..x_len];
                for j in 0..x_len {
                    // sum += y[j] * y[j];
                    let t = seed * y_1[j];
                    d_y_1[j] = t;
                    d_y_1[j] += t;
                }
                // for i in 0..x.len() { … }
                for i in 0..x_len {
                    let at_1 = at_s[i];
                    // for j in i..x.len() { … }
                    let d_x_i = if i < x_len {
                        let trips = x_len - i;
                        // let weight = x[i].exp();
                        let weight = weight_s[i];
                        // for j in i..x.len() { … }
                        let k = at_1 + trips;
                        let l_1 = &l[at_1..k];
                        let k_1 = i + trips;
                        let d_y_2 = &d_y[i..k_1];
                        let d_l_1 = &mut d_l[at_1..k];
                        let mut d_x_i = 0.0;
                        for round in 0..trips {
                            // y[j] += l[at] * weight;
                            let l_round = l_1[round];
                            let d_y_round = d_y_2[round];
                            let d_weight = d_y_round * l_round;
                            d_l_1[round] += d_y_round * weight;
                            // let weight = x[i].exp();
                            d_x_i += d_weight * weight;
                        }
                        d_x_i
                    } else {
                        0.0
                    };
                    // let weight = x[i].exp();
                    d_x[i] += d_x_i;
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(
            &f64,
            Option<&[f64]>,
            Option<&[f64]>,
            Option<&mut [f64]>,
            Option<&mut [f64]>,
        ),
        seed: impl ::backprop::__rt::Seed<f64>,
        a0: &[f64],
        a1: &[f64],
        d0: impl ::backprop::__rt::Slot<[f64]> + '__s,
        d1: impl ::backprop::__rt::Slot<[f64]> + '__s,
    ) {
        p(&seed.value(), Some(a0), Some(a1), d0.open(), d1.open())
    }
    #[doc(hidden)]
    pub const __AT_ONCE: bool = true;
    #[inline]
    pub fn __grad_2<'__s, __Item>(
        __item: __Item,
        l: &[f64],
        x: &[f64],
        seed: impl ::backprop::__rt::Seed<f64>,
        d_l: impl ::backprop::__rt::Slot<[f64]> + '__s,
        d_x: impl ::backprop::__rt::Slot<[f64]> + '__s,
    ) -> f64
    where
        __Item: Fn(&[f64], &[f64]) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &packed, "packed");
        let seed = seed.value();
        let d_l = d_l.open();
        let d_x = d_x.open();
        ::backprop::__rt::__macros_of_std!(vec);
        let mut own;
        let d_l: &mut [f64] = match d_l {
            Some(slot) => slot,
            None => {
                own = ::backprop::__rt::zero_like(l);
                &mut own
            }
        };
        let mut own_1;
        let d_x: &mut [f64] = match d_x {
            Some(slot_1) => slot_1,
            None => {
                own_1 = ::backprop::__rt::zero_like(x);
                &mut own_1
            }
        };
        // let mut y = vec![0.0; x.len()];
        let x_len = x.len();
        let mut y = ::backprop::__rt::vec![0.0; x_len];
        let mut d_y = ::backprop::__rt::zero_like(&y);
        // let weight = x[i].exp();
        let mut weight_s = ::backprop::__rt::vec![0.0; x_len];
        // for i in 0..x.len() { … }
        let mut at_s = ::backprop::__rt::vec![0; x_len];
        let mut at: usize = 0;
        for i in 0..x_len {
            at_s[i] = at;
            // let weight = x[i].exp();
            let x_i = x[i];
            // for j in i..x.len() { … }
            for j in i..x_len {
                // let weight = x[i].exp();
                let weight = x_i.exp();
                weight_s[i] = weight;
                y[j] += l[at] * weight;
                at += 1;
            }
        }
        let mut sum = 0.0;
        // for j in 0..x.len() { … }
        for j in 0..x_len {
            // sum += y[j] * y[j];
            let y_j = y[j];
            sum += y_j * y_j;
            let t = seed * y_j;
            d_y[j] = t;
            d_y[j] += t;
        }
        // for i in 0..x.len() { … }
        for i in 0..x_len {
            let at_1 = at_s[i];
            // for j in i..x.len() { … }
            let d_x_i = if i < x_len {
                let trips = x_len - i;
                // let weight = x[i].exp();
                let weight = weight_s[i];
                // for j in i..x.len() { … }
                let k = at_1 + trips;
                let l_1 = &l[at_1..k];
                let k_1 = i + trips;
                let d_y_1 = &d_y[i..k_1];
                let d_l_1 = &mut d_l[at_1..k];
                let mut d_x_i = 0.0;
                for round in 0..trips {
                    // y[j] += l[at] * weight;
                    let l_round = l_1[round];
                    let d_y_round = d_y_1[round];
                    let d_weight = d_y_round * l_round;
                    d_l_1[round] += d_y_round * weight;
                    // let weight = x[i].exp();
                    d_x_i += d_weight * weight;
                }
                d_x_i
            } else {
                0.0
            };
            // let weight = x[i].exp();
            d_x[i] += d_x_i;
        }
        sum
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::ActiveRef<[f64]>,
    ::backprop::__rt::ActiveRef<[f64]>,
    f64,
> for packed {
    #[inline]
    fn __value(&self, a0: &[f64], a1: &[f64]) -> f64 {
        packed(a0, a1)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[f64],
        a1: &[f64],
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback2<
            ::backprop::__rt::ActiveRef<[f64]>,
            ::backprop::__rt::ActiveRef<[f64]>,
            f64,
        > + use<>,
    ) {
        packed::__fwd(packed, a0, a1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = packed {};
    let _ = packed;
    let _ = packed_grad;
    let _ = packed_grad_into;
};
