/// A local array that is overwritten while it is read.
pub fn smooth(x: [f64; 4], rounds: usize) -> f64 {
    let mut a = x;
    for _ in 0..rounds {
        for i in 1..4 {
            a[i] = 0.5 * (a[i] + a[i - 1] * a[i]);
        }
    }
    a[3]
}

/// The value of [`smooth`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, gradient)`, the gradient with respect to `x`.
///
/// Constant: `rounds` (no float).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn smooth_grad(x: [f64; 4], rounds: usize) -> (f64, [f64; 4]) {
    let mut a = x;
    // a[i] = 0.5 * (a[i] + a[i - 1] * a[i]);
    let n = rounds * 3;
    let mut a_i_s = ::backprop::__rt::vec![0.0; n];
    let mut a_s = ::backprop::__rt::vec![0.0; n];
    // for _ in 0..rounds { … }
    for round in 0..rounds {
        for i in 1..4 {
            // a[i] = 0.5 * (a[i] + a[i - 1] * a[i]);
            let a_i = a[i];
            let a_1 = a[i - 1];
            let k = round * 3 + (i - 1);
            a_s[k] = a_1;
            a_i_s[k] = a_i;
            a[i] = 0.5 * (a_i + a_1 * a_i);
        }
    }
    // a[3]
    let value = a[3];
    let mut d_x = [0.0; 4];
    // let mut a = x;
    let mut d_a = [0.0; 4];
    // a[3]
    d_a[3] = 1.0;
    // for _ in 0..rounds { … }
    for round in (0..rounds).rev() {
        // a[i] = 0.5 * (a[i] + a[i - 1] * a[i]);
        let k = round * 3;
        // for i in 1..4 { … }
        let k_1 = k + 3;
        let a_1 = &a_i_s[k..k_1];
        let a_2 = &a_s[k..k_1];
        for round_1 in (0..3).rev() {
            let i: usize = 1 + round_1;
            // a[i] = 0.5 * (a[i] + a[i - 1] * a[i]);
            let t = a_1[round_1];
            let t_1 = a_2[round_1];
            let k_2 = i - 1;
            let d_a_i = d_a[i];
            d_a[i] = 0.0;
            let t_2 = d_a_i * 0.5;
            d_a[i] += t_2 * t_1;
            d_a[k_2] += t_2 * t;
            d_a[i] += t_2;
        }
    }
    // let mut a = x;
    for (d, v) in d_x.iter_mut().zip(&d_a) {
        *d += *v;
    }
    (value, d_x)
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct smooth {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl smooth {
    #[inline]
    pub fn __fwd<__Item>(__item: __Item, a0: [f64; 4], a1: usize) -> (f64, [f64; 4])
    where
        __Item: Fn([f64; 4], usize) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &smooth, "smooth");
        smooth_grad(a0, a1)
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &[f64; 4],
        seed: impl ::backprop::__rt::Seed<f64>,
        _: impl Sized,
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64; 4]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) {
        let seed = seed.value();
        if let Some(d) = d0.open() {
            for (d, v) in d.iter_mut().zip(&*p) {
                *d += seed * *v;
            }
        }
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::Active<[f64; 4]>,
    ::backprop::__rt::Constant<usize>,
    f64,
> for smooth {
    #[inline]
    fn __value(&self, a0: [f64; 4], a1: usize) -> f64 {
        smooth(a0, a1)
    }
    #[inline]
    fn __forward(
        &self,
        a0: [f64; 4],
        a1: usize,
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback2<
            ::backprop::__rt::Active<[f64; 4]>,
            ::backprop::__rt::Constant<usize>,
            f64,
        > + use<>,
    ) {
        let (y, p) = smooth_grad(a0, a1);
        (y, ::backprop::__rt::Partials((p, ())))
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = smooth {};
    let _ = smooth;
    let _ = smooth_grad;
};
