/// The derivative of a loop that hands on one round's value is that of one round.
pub fn nearest(centroids: &[f64], point: f64) -> f64 {
    let mut least = f64::INFINITY;
    for c in centroids {
        let d = (c - point) * (c - point);
        if d < least {
            least = d;
        }
    }
    least
}

/// The value of [`nearest`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, (d_centroids, d_point))`, the gradients with respect to `centroids` and `point`, in this order.
///
/// Where the derivative is a convention:
///
/// * branches: the derivative is that of the arm that runs, at the border too
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn nearest_grad(
    centroids: &[f64],
    point: f64,
) -> (f64, (::backprop::__rt::Vec<f64>, f64)) {
    let mut least = f64::INFINITY;
    // for c in centroids { … }
    let mut won = false;
    let mut round_won: usize = 0;
    for round in 0..centroids.len() {
        let c = centroids[round];
        // let d = (c - point) * (c - point);
        let t = c - point;
        let d = t * t;
        if d < least {
            least = d;
            // if d < least { … }
            won = true;
            round_won = round;
        }
    }
    let mut d_centroids = ::backprop::__rt::zero_like(centroids);
    let d_point = if won {
        let c = centroids[round_won];
        // let d = (c - point) * (c - point);
        let d_c = c - point;
        let d_c_1 = d_c + d_c;
        // for c in centroids { … }
        d_centroids[round_won] = d_c_1;
        // let d = (c - point) * (c - point);
        -d_c - d_c
    } else {
        0.0
    };
    (least, (d_centroids, d_point))
}

/// The value of [`nearest`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, gradient)`, the gradient with respect to `point`. The `&mut` buffer at the end is overwritten with the gradient with respect to `centroids`.
///
/// Where the derivative is a convention:
///
/// * branches: the derivative is that of the arm that runs, at the border too
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn nearest_grad_into(
    centroids: &[f64],
    point: f64,
    d_centroids: &mut [f64],
) -> (f64, f64) {
    ::backprop::__rt::check_buffer(
        "nearest_grad_into",
        "centroids",
        centroids.len(),
        d_centroids.len(),
    );
    d_centroids.fill(0.0);
    let mut least = f64::INFINITY;
    // for c in centroids { … }
    let mut won = false;
    let mut round_won: usize = 0;
    for round in 0..centroids.len() {
        let c = centroids[round];
        // let d = (c - point) * (c - point);
        let t = c - point;
        let d = t * t;
        if d < least {
            least = d;
            // if d < least { … }
            won = true;
            round_won = round;
        }
    }
    let d_point = if won {
        let c = centroids[round_won];
        // let d = (c - point) * (c - point);
        let d_c = c - point;
        let d_c_1 = d_c + d_c;
        // for c in centroids { … }
        d_centroids[round_won] = d_c_1;
        // let d = (c - point) * (c - point);
        -d_c - d_c
    } else {
        0.0
    };
    (least, d_point)
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct nearest {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl nearest {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        centroids: &[f64],
        point: f64,
    ) -> (
        f64,
        impl Fn(
            &f64,
            Option<&[f64]>,
            (),
            Option<&mut [f64]>,
            Option<&mut f64>,
        ) + use<__Item>,
    )
    where
        __Item: Fn(&[f64], f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &nearest, "nearest");
        let mut least = f64::INFINITY;
        // for c in centroids { … }
        let mut won = false;
        let mut round_won: usize = 0;
        for round in 0..centroids.len() {
            let c = centroids[round];
            // let d = (c - point) * (c - point);
            let t = c - point;
            let d = t * t;
            if d < least {
                least = d;
                // if d < least { … }
                won = true;
                round_won = round;
            }
        }
        (
            least,
            move |
                &seed: &f64,
                centroids: Option<&[f64]>,
                _: (),
                d_centroids: Option<&mut [f64]>,
                point_slot: Option<&mut f64>|
            {
                let centroids = ::backprop::__rt::again(centroids);
                let mut own;
                let d_centroids: &mut [f64] = match d_centroids {
                    Some(slot) => slot,
                    None => {
                        own = ::backprop::__rt::zero_like(centroids);
                        &mut own
                    }
                };
                let d_point = if won {
                    let c = centroids[round_won];
                    // let d = (c - point) * (c - point);
                    let d_c = seed * (c - point);
                    let d_c_1 = d_c + d_c;
                    // for c in centroids { … }
                    d_centroids[round_won] += d_c_1;
                    // let d = (c - point) * (c - point);
                    -d_c - d_c
                } else {
                    0.0
                };
                if let Some(slot_1) = point_slot {
                    *slot_1 += d_point;
                }
            },
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
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::ActiveRef<[f64]>,
    ::backprop::__rt::Active<f64>,
    f64,
> for nearest {
    #[inline]
    fn __value(&self, a0: &[f64], a1: f64) -> f64 {
        nearest(a0, a1)
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
        nearest::__fwd(nearest, a0, a1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = nearest {};
    let _ = nearest;
    let _ = nearest_grad;
    let _ = nearest_grad_into;
};
