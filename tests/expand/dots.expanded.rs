/// In long loops, sums of products of adjoints are scalar products.
pub fn energy(a: &[f64], b: &[f64], n: usize) -> f64 {
    let mut product = vec![0.0; n * n];
    for i in 0..n {
        for k in 0..n {
            for j in 0..n {
                product[i * n + j] += a[i * n + k] * b[k * n + j];
            }
        }
    }
    let mut sum = 0.0;
    for x in &product {
        sum += x * x;
    }
    sum
}

/// The value of [`energy`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_a, d_b))`, the gradients with respect to `a` and `b`, in this order.
///
/// Constant: `n` (no float).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn energy_grad(
    a: &[f64],
    b: &[f64],
    n: usize,
) -> (f64, (::backprop::__rt::Vec<f64>, ::backprop::__rt::Vec<f64>)) {
    ::backprop::__rt::__macros_of_std!(vec);
    // let mut product = vec![0.0; n * n];
    let n_1 = n * n;
    let mut product = ::backprop::__rt::vec![0.0; n_1];
    let mut d_product = ::backprop::__rt::zero_like(&product);
    for i in 0..n {
        for k in 0..n {
            for j in 0..n {
                // product[i * n + j] += a[i * n + k] * b[k * n + j];
                let n_2 = i * n;
                product[n_2 + j] += a[n_2 + k] * b[k * n + j];
            }
        }
    }
    let mut sum = 0.0;
    // for x in &product { … }
    for round in 0..n_1 {
        let x = product[round];
        sum += x * x;
        let d_x = x + x;
        // for x in &product { … }
        d_product[round] = d_x;
    }
    let mut d_a = ::backprop::__rt::zero_like(a);
    let mut d_b = ::backprop::__rt::zero_like(b);
    for i in 0..n {
        for k in 0..n {
            // for j in 0..n { … }
            let cond = 0 < n;
            let d_a_1 = if cond {
                // product[i * n + j] += a[i * n + k] * b[k * n + j];
                let k_1 = k * n;
                // for j in 0..n { … }
                let k_2 = k_1 + n;
                let b_1 = &b[k_1..k_2];
                // product[i * n + j] += a[i * n + k] * b[k * n + j];
                let k_3 = i * n;
                // for j in 0..n { … }
                let k_4 = k_3 + n;
                let d_product_1 = &d_product[k_3..k_4];
                let d_b_1 = &mut d_b[k_1..k_2];
                if n <= 16 {
                    let mut d_a_1 = 0.0;
                    for j in 0..n {
                        // product[i * n + j] += a[i * n + k] * b[k * n + j];
                        let b_j = b_1[j];
                        let a_1 = a[k_3 + k];
                        let d_product_j = d_product_1[j];
                        d_b_1[j] += d_product_j * a_1;
                        d_a_1 += d_product_j * b_j;
                    }
                    d_a_1
                } else {
                    for j in 0..n {
                        // product[i * n + j] += a[i * n + k] * b[k * n + j];
                        let a_1 = a[k_3 + k];
                        d_b_1[j] += d_product_1[j] * a_1;
                    }
                    ::backprop::__rt::dot(d_product_1, b_1)
                }
            } else {
                0.0
            };
            if cond {
                d_a[i * n + k] += d_a_1;
            }
        }
    }
    (sum, (d_a, d_b))
}

/// The value of [`energy`] and its gradient, by reverse-mode differentiation.
///
/// Returns the value alone. The `&mut` buffers at the end are overwritten with the gradients with respect to `a` and `b`.
///
/// Constant: `n` (no float).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn energy_grad_into(
    a: &[f64],
    b: &[f64],
    n: usize,
    d_a: &mut [f64],
    d_b: &mut [f64],
) -> f64 {
    ::backprop::__rt::__macros_of_std!(vec);
    ::backprop::__rt::check_buffer("energy_grad_into", "a", a.len(), d_a.len());
    ::backprop::__rt::check_buffer("energy_grad_into", "b", b.len(), d_b.len());
    d_a.fill(0.0);
    d_b.fill(0.0);
    // let mut product = vec![0.0; n * n];
    let n_1 = n * n;
    let mut product = ::backprop::__rt::vec![0.0; n_1];
    let mut d_product = ::backprop::__rt::zero_like(&product);
    for i in 0..n {
        for k in 0..n {
            for j in 0..n {
                // product[i * n + j] += a[i * n + k] * b[k * n + j];
                let n_2 = i * n;
                product[n_2 + j] += a[n_2 + k] * b[k * n + j];
            }
        }
    }
    let mut sum = 0.0;
    // for x in &product { … }
    for round in 0..n_1 {
        let x = product[round];
        sum += x * x;
        let d_x = x + x;
        // for x in &product { … }
        d_product[round] = d_x;
    }
    for i in 0..n {
        for k in 0..n {
            // for j in 0..n { … }
            let cond = 0 < n;
            let d_a_1 = if cond {
                // product[i * n + j] += a[i * n + k] * b[k * n + j];
                let k_1 = k * n;
                // for j in 0..n { … }
                let k_2 = k_1 + n;
                let b_1 = &b[k_1..k_2];
                // product[i * n + j] += a[i * n + k] * b[k * n + j];
                let k_3 = i * n;
                // for j in 0..n { … }
                let k_4 = k_3 + n;
                let d_product_1 = &d_product[k_3..k_4];
                let d_b_1 = &mut d_b[k_1..k_2];
                if n <= 16 {
                    let mut d_a_1 = 0.0;
                    for j in 0..n {
                        // product[i * n + j] += a[i * n + k] * b[k * n + j];
                        let b_j = b_1[j];
                        let a_1 = a[k_3 + k];
                        let d_product_j = d_product_1[j];
                        d_b_1[j] += d_product_j * a_1;
                        d_a_1 += d_product_j * b_j;
                    }
                    d_a_1
                } else {
                    for j in 0..n {
                        // product[i * n + j] += a[i * n + k] * b[k * n + j];
                        let a_1 = a[k_3 + k];
                        d_b_1[j] += d_product_1[j] * a_1;
                    }
                    ::backprop::__rt::dot(d_product_1, b_1)
                }
            } else {
                0.0
            };
            if cond {
                d_a[i * n + k] += d_a_1;
            }
        }
    }
    sum
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct energy {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl energy {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        a: &[f64],
        b: &[f64],
        n: usize,
    ) -> (
        f64,
        impl Fn(
            &f64,
            Option<&[f64]>,
            Option<&[f64]>,
            (),
            Option<&mut [f64]>,
            Option<&mut [f64]>,
            ::backprop::__rt::Off,
        ) + use<__Item>,
    )
    where
        __Item: Fn(&[f64], &[f64], usize) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &energy, "energy");
        ::backprop::__rt::__macros_of_std!(vec);
        // let mut product = vec![0.0; n * n];
        let k = n * n;
        let mut product = ::backprop::__rt::vec![0.0; k];
        for i in 0..n {
            // for k in 0..n { … }
            for k_1 in 0..n {
                for j in 0..n {
                    // product[i * n + j] += a[i * n + k] * b[k * n + j];
                    let n_1 = i * n;
                    product[n_1 + j] += a[n_1 + k_1] * b[k_1 * n + j];
                }
            }
        }
        let mut sum = 0.0;
        // for x in &product { … }
        for round in 0..k {
            let x = product[round];
            sum += x * x;
        }
        (
            sum,
            move |
                &seed: &f64,
                a: Option<&[f64]>,
                b: Option<&[f64]>,
                _: (),
                d_a: Option<&mut [f64]>,
                d_b: Option<&mut [f64]>,
                _: ::backprop::__rt::Off|
            {
                let a = ::backprop::__rt::again(a);
                let b = ::backprop::__rt::again(b);
                let mut own;
                let d_a: &mut [f64] = match d_a {
                    Some(slot) => slot,
                    None => {
                        own = ::backprop::__rt::zero_like(a);
                        &mut own
                    }
                };
                let mut own_1;
                let d_b: &mut [f64] = match d_b {
                    Some(slot_1) => slot_1,
                    None => {
                        own_1 = ::backprop::__rt::zero_like(b);
                        &mut own_1
                    }
                };
                // let mut product = vec![0.0; n * n];
                let mut d_product = ::backprop::__rt::zero_like(&product);
                // for x in &product { … }
                let product_1 = &product[0..k];
                let d_product_1 = &mut d_product[0..k];
                for round in 0..k {
                    let x = product_1[round];
                    // sum += x * x;
                    let d_x = seed * x;
                    let d_x_1 = d_x + d_x;
                    // for x in &product { … }
                    d_product_1[round] = d_x_1;
                }
                for i in 0..n {
                    // for k in 0..n { … }
                    for k_1 in 0..n {
                        // for j in 0..n { … }
                        let cond = 0 < n;
                        let d_a_1 = if cond {
                            // product[i * n + j] += a[i * n + k] * b[k * n + j];
                            let k_2 = k_1 * n;
                            // for j in 0..n { … }
                            let k_3 = k_2 + n;
                            let b_1 = &b[k_2..k_3];
                            // product[i * n + j] += a[i * n + k] * b[k * n + j];
                            let k_4 = i * n;
                            // for j in 0..n { … }
                            let k_5 = k_4 + n;
                            let d_product_2 = &d_product[k_4..k_5];
                            let d_b_1 = &mut d_b[k_2..k_3];
                            if n <= 16 {
                                let mut d_a_1 = 0.0;
                                for j in 0..n {
                                    // product[i * n + j] += a[i * n + k] * b[k * n + j];
                                    let b_j = b_1[j];
                                    let a_1 = a[k_4 + k_1];
                                    let d_product_j = d_product_2[j];
                                    d_b_1[j] += d_product_j * a_1;
                                    d_a_1 += d_product_j * b_j;
                                }
                                d_a_1
                            } else {
                                for j in 0..n {
                                    // product[i * n + j] += a[i * n + k] * b[k * n + j];
                                    let a_1 = a[k_4 + k_1];
                                    d_b_1[j] += d_product_2[j] * a_1;
                                }
                                ::backprop::__rt::dot(d_product_2, b_1)
                            }
                        } else {
                            0.0
                        };
                        if cond {
                            d_a[i * n + k_1] += d_a_1;
                        }
                    }
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
            (),
            Option<&mut [f64]>,
            Option<&mut [f64]>,
            ::backprop::__rt::Off,
        ),
        seed: impl ::backprop::__rt::Seed<f64>,
        a0: &[f64],
        a1: &[f64],
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64]> + '__s,
        d1: impl ::backprop::__rt::Slot<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) {
        p(
            &seed.value(),
            Some(a0),
            Some(a1),
            (),
            d0.open(),
            d1.open(),
            ::backprop::__rt::Off,
        )
    }
    #[doc(hidden)]
    pub const __AT_ONCE: bool = true;
    #[inline]
    pub fn __grad_3<'__s, __Item>(
        __item: __Item,
        a: &[f64],
        b: &[f64],
        n: usize,
        seed: impl ::backprop::__rt::Seed<f64>,
        d_a: impl ::backprop::__rt::Slot<[f64]> + '__s,
        d_b: impl ::backprop::__rt::Slot<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) -> f64
    where
        __Item: Fn(&[f64], &[f64], usize) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &energy, "energy");
        let seed = seed.value();
        let d_a = d_a.open();
        let d_b = d_b.open();
        ::backprop::__rt::__macros_of_std!(vec);
        let mut own;
        let d_a: &mut [f64] = match d_a {
            Some(slot) => slot,
            None => {
                own = ::backprop::__rt::zero_like(a);
                &mut own
            }
        };
        let mut own_1;
        let d_b: &mut [f64] = match d_b {
            Some(slot_1) => slot_1,
            None => {
                own_1 = ::backprop::__rt::zero_like(b);
                &mut own_1
            }
        };
        // let mut product = vec![0.0; n * n];
        let n_1 = n * n;
        let mut product = ::backprop::__rt::vec![0.0; n_1];
        let mut d_product = ::backprop::__rt::zero_like(&product);
        for i in 0..n {
            for k in 0..n {
                for j in 0..n {
                    // product[i * n + j] += a[i * n + k] * b[k * n + j];
                    let n_2 = i * n;
                    product[n_2 + j] += a[n_2 + k] * b[k * n + j];
                }
            }
        }
        let mut sum = 0.0;
        // for x in &product { … }
        for round in 0..n_1 {
            let x = product[round];
            sum += x * x;
            let d_x = seed * x;
            let d_x_1 = d_x + d_x;
            // for x in &product { … }
            d_product[round] = d_x_1;
        }
        for i in 0..n {
            for k in 0..n {
                // for j in 0..n { … }
                let cond = 0 < n;
                let d_a_1 = if cond {
                    // product[i * n + j] += a[i * n + k] * b[k * n + j];
                    let k_1 = k * n;
                    // for j in 0..n { … }
                    let k_2 = k_1 + n;
                    let b_1 = &b[k_1..k_2];
                    // product[i * n + j] += a[i * n + k] * b[k * n + j];
                    let k_3 = i * n;
                    // for j in 0..n { … }
                    let k_4 = k_3 + n;
                    let d_product_1 = &d_product[k_3..k_4];
                    let d_b_1 = &mut d_b[k_1..k_2];
                    if n <= 16 {
                        let mut d_a_1 = 0.0;
                        for j in 0..n {
                            // product[i * n + j] += a[i * n + k] * b[k * n + j];
                            let b_j = b_1[j];
                            let a_1 = a[k_3 + k];
                            let d_product_j = d_product_1[j];
                            d_b_1[j] += d_product_j * a_1;
                            d_a_1 += d_product_j * b_j;
                        }
                        d_a_1
                    } else {
                        for j in 0..n {
                            // product[i * n + j] += a[i * n + k] * b[k * n + j];
                            let a_1 = a[k_3 + k];
                            d_b_1[j] += d_product_1[j] * a_1;
                        }
                        ::backprop::__rt::dot(d_product_1, b_1)
                    }
                } else {
                    0.0
                };
                if cond {
                    d_a[i * n + k] += d_a_1;
                }
            }
        }
        sum
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function3<
    ::backprop::__rt::ActiveRef<[f64]>,
    ::backprop::__rt::ActiveRef<[f64]>,
    ::backprop::__rt::Constant<usize>,
    f64,
> for energy {
    #[inline]
    fn __value(&self, a0: &[f64], a1: &[f64], a2: usize) -> f64 {
        energy(a0, a1, a2)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[f64],
        a1: &[f64],
        a2: usize,
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback3<
            ::backprop::__rt::ActiveRef<[f64]>,
            ::backprop::__rt::ActiveRef<[f64]>,
            ::backprop::__rt::Constant<usize>,
            f64,
        > + use<>,
    ) {
        energy::__fwd(energy, a0, a1, a2)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = energy {};
    let _ = energy;
    let _ = energy_grad;
    let _ = energy_grad_into;
};
