/// Nested arrays with constant sizes: nothing is allocated.
pub fn quadratic(m: &[[f64; 3]; 3], v: &[f64; 3]) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        for j in 0..3 {
            sum += v[i] * m[i][j] * v[j];
        }
    }
    sum
}

/// The value of [`quadratic`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_m, d_v))`, the gradients with respect to `m` and `v`, in this order.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn quadratic_grad(
    m: &[[f64; 3]; 3],
    v: &[f64; 3],
) -> (f64, ([[f64; 3]; 3], [f64; 3])) {
    let mut d_m = [[0.0; 3]; 3];
    let mut d_v = [0.0; 3];
    let mut sum = 0.0;
    for i in 0..3 {
        // sum += v[i] * m[i][j] * v[j];
        let v_i = v[i];
        // for j in 0..3 { … }
        let mut d_v_i = 0.0;
        for j in 0..3 {
            // sum += v[i] * m[i][j] * v[j];
            let m_i_j = m[i][j];
            let t = v_i * m_i_j;
            let v_j = v[j];
            sum += t * v_j;
            d_v[j] += t;
            d_v_i += v_j * m_i_j;
            d_m[i][j] = v_j * v_i;
        }
        // sum += v[i] * m[i][j] * v[j];
        d_v[i] += d_v_i;
    }
    (sum, (d_m, d_v))
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct quadratic {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl quadratic {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        m: &[[f64; 3]; 3],
        v: &[f64; 3],
    ) -> (
        f64,
        impl Fn(
            &f64,
            Option<&[[f64; 3]; 3]>,
            Option<&[f64; 3]>,
            Option<&mut [[f64; 3]; 3]>,
            Option<&mut [f64; 3]>,
        ) + use<__Item>,
    )
    where
        __Item: Fn(&[[f64; 3]; 3], &[f64; 3]) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &quadratic, "quadratic");
        let mut sum = 0.0;
        for i in 0..3 {
            // sum += v[i] * m[i][j] * v[j];
            let v_i = v[i];
            for j in 0..3 {
                // sum += v[i] * m[i][j] * v[j];
                sum += v_i * m[i][j] * v[j];
            }
        }
        (
            sum,
            move |
                &seed: &f64,
                m: Option<&[[f64; 3]; 3]>,
                v: Option<&[f64; 3]>,
                d_m: Option<&mut [[f64; 3]; 3]>,
                d_v: Option<&mut [f64; 3]>|
            {
                let m = ::backprop::__rt::again(m);
                let v = ::backprop::__rt::again(v);
                let mut own;
                let d_m: &mut [[f64; 3]; 3] = match d_m {
                    Some(slot) => slot,
                    None => {
                        own = [[0.0; 3]; 3];
                        &mut own
                    }
                };
                let mut own_1;
                let d_v: &mut [f64; 3] = match d_v {
                    Some(slot_1) => slot_1,
                    None => {
                        own_1 = [0.0; 3];
                        &mut own_1
                    }
                };
                for i in (0..3).rev() {
                    // sum += v[i] * m[i][j] * v[j];
                    let v_i = v[i];
                    // for j in 0..3 { … }
                    let mut d_v_i = 0.0;
                    for j in 0..3 {
                        // sum += v[i] * m[i][j] * v[j];
                        let v_j = v[j];
                        let m_i_j = m[i][j];
                        let t = seed * v_j;
                        d_v[j] += seed * (v_i * m_i_j);
                        d_v_i += t * m_i_j;
                        d_m[i][j] += t * v_i;
                    }
                    // sum += v[i] * m[i][j] * v[j];
                    d_v[i] += d_v_i;
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(
            &f64,
            Option<&[[f64; 3]; 3]>,
            Option<&[f64; 3]>,
            Option<&mut [[f64; 3]; 3]>,
            Option<&mut [f64; 3]>,
        ),
        seed: impl ::backprop::__rt::Seed<f64>,
        a0: &[[f64; 3]; 3],
        a1: &[f64; 3],
        d0: impl ::backprop::__rt::Slot<[[f64; 3]; 3]> + '__s,
        d1: impl ::backprop::__rt::Slot<[f64; 3]> + '__s,
    ) {
        p(&seed.value(), Some(a0), Some(a1), d0.open(), d1.open())
    }
    #[doc(hidden)]
    pub const __AT_ONCE: bool = true;
    #[inline]
    pub fn __grad_2<'__s, __Item>(
        __item: __Item,
        m: &[[f64; 3]; 3],
        v: &[f64; 3],
        seed: impl ::backprop::__rt::Seed<f64>,
        d_m: impl ::backprop::__rt::Slot<[[f64; 3]; 3]> + '__s,
        d_v: impl ::backprop::__rt::Slot<[f64; 3]> + '__s,
    ) -> f64
    where
        __Item: Fn(&[[f64; 3]; 3], &[f64; 3]) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &quadratic, "quadratic");
        let seed = seed.value();
        let d_m = d_m.open();
        let d_v = d_v.open();
        let mut own;
        let d_m: &mut [[f64; 3]; 3] = match d_m {
            Some(slot) => slot,
            None => {
                own = [[0.0; 3]; 3];
                &mut own
            }
        };
        let mut own_1;
        let d_v: &mut [f64; 3] = match d_v {
            Some(slot_1) => slot_1,
            None => {
                own_1 = [0.0; 3];
                &mut own_1
            }
        };
        let mut sum = 0.0;
        for i in 0..3 {
            // sum += v[i] * m[i][j] * v[j];
            let v_i = v[i];
            // for j in 0..3 { … }
            let mut d_v_i = 0.0;
            for j in 0..3 {
                // sum += v[i] * m[i][j] * v[j];
                let m_i_j = m[i][j];
                let t = v_i * m_i_j;
                let v_j = v[j];
                sum += t * v_j;
                let t_1 = seed * v_j;
                d_v[j] += seed * t;
                d_v_i += t_1 * m_i_j;
                d_m[i][j] += t_1 * v_i;
            }
            // sum += v[i] * m[i][j] * v[j];
            d_v[i] += d_v_i;
        }
        sum
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::ActiveRef<[[f64; 3]; 3]>,
    ::backprop::__rt::ActiveRef<[f64; 3]>,
    f64,
> for quadratic {
    #[inline]
    fn __value(&self, a0: &[[f64; 3]; 3], a1: &[f64; 3]) -> f64 {
        quadratic(a0, a1)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[[f64; 3]; 3],
        a1: &[f64; 3],
    ) -> (
        f64,
        impl ::backprop::__rt::Pullback2<
            ::backprop::__rt::ActiveRef<[[f64; 3]; 3]>,
            ::backprop::__rt::ActiveRef<[f64; 3]>,
            f64,
        > + use<>,
    ) {
        quadratic::__fwd(quadratic, a0, a1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = quadratic {};
    let _ = quadratic;
    let _ = quadratic_grad;
};
