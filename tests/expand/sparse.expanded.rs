/// A sparse Jacobian: two sweeps of forward mode for all entries, and tables of where they lie.
pub fn stretch(x: &[f64; 4], rest: f64) -> [f64; 3] {
    let mut forces = [0.0; 3];
    for i in 0..3 {
        let gap = x[i + 1] - x[i] - rest;
        forces[i] = gap * gap * gap;
    }
    forces
}

/// [`stretch`] and its vector–Jacobian product with `seed`, by reverse-mode differentiation.
///
/// Returns `(y, gradient)`, the gradient with respect to `x`.
///
/// Constant: `rest` (not named in `wrt`).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn stretch_vjp(x: &[f64; 4], rest: f64, mut seed: [f64; 3]) -> ([f64; 3], [f64; 4]) {
    let mut forces = [0.0; 3];
    for i in 0..3 {
        let gap = x[i + 1] - x[i] - rest;
        forces[i] = gap * gap * gap;
    }
    let mut d_x = [0.0; 4];
    for i in (0..3).rev() {
        // let gap = x[i + 1] - x[i] - rest;
        let k: usize = i + 1;
        let gap = x[k] - x[i] - rest;
        // forces[i] = gap * gap * gap;
        let d_forces_i = seed[i];
        seed[i] = 0.0;
        let t = d_forces_i * gap * gap;
        let d_gap = d_forces_i * (gap * gap) + t + t;
        // let gap = x[i + 1] - x[i] - rest;
        d_x[i] -= d_gap;
        d_x[k] += d_gap;
    }
    (forces, d_x)
}

/// The value of [`stretch`] and its directional derivative, by forward-mode differentiation.
///
/// Returns `(value, derivative)`. The tangent at the end belongs to `x`.
///
/// Constant: `rest` (not named in `wrt`).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn stretch_jvp(x: &[f64; 4], rest: f64, t_x: [f64; 4]) -> ([f64; 3], [f64; 3]) {
    let mut forces = [0.0; 3];
    let mut t_forces = [0.0; 3];
    for i in 0..3 {
        // let gap = x[i + 1] - x[i] - rest;
        let k: usize = i + 1;
        let x_1 = x[k];
        let t_x_1 = t_x[k];
        let x_i = x[i];
        let t = t_x_1 - t_x[i];
        let gap = x_1 - x_i - rest;
        // forces[i] = gap * gap * gap;
        let t_1 = gap * gap;
        let t_2 = t * gap;
        forces[i] = t_1 * gap;
        t_forces[i] = (t_2 + t_2) * gap + t * t_1;
    }
    (forces, t_forces)
}

/// The row of each entry that [`stretch_sparse_jacobian`] returns.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub const STRETCH_JACOBIAN_ROWS: [usize; 6] = [0, 0, 1, 1, 2, 2];

/// The column of each entry that [`stretch_sparse_jacobian`] returns.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub const STRETCH_JACOBIAN_COLUMNS: [usize; 6] = [0, 1, 1, 2, 2, 3];

/// The result of [`stretch`] and its Jacobian, of which 6 of 3 × 4 entries can be other than zero: by 2 sweeps of forward mode.
///
/// Returns `(y, entries)`, row by row. Where the entries lie, [`STRETCH_JACOBIAN_ROWS`] and [`STRETCH_JACOBIAN_COLUMNS`] say; columns are the elements of `x`.
///
/// Constant: `rest` (not named in `wrt`).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn stretch_sparse_jacobian(x: &[f64; 4], rest: f64) -> ([f64; 3], [f64; 6]) {
    let mut entries = [::backprop::__rt::lit::<f64>(0.0); 6];
    const SWEEP_OF: [usize; 4] = [1, 0, 1, 0];
    const STARTS: [usize; 3] = [0, 3, 6];
    const ENTRIES: [usize; 6] = [1, 2, 5, 0, 3, 4];
    const PLACES: [usize; 6] = [0, 1, 2, 0, 1, 2];
    let sweep = 0;
    let unit: [f64; 4] = ::core::array::from_fn(|i| {
        if SWEEP_OF[i] == sweep {
            ::backprop::__rt::lit::<f64>(1.0)
        } else {
            ::backprop::__rt::lit::<f64>(0.0)
        }
    });
    let (value, taken) = stretch_jvp(x, Clone::clone(&rest), unit);
    for take in STARTS[sweep]..STARTS[sweep + 1] {
        entries[ENTRIES[take]] = taken[PLACES[take]];
    }
    for sweep in 1..2 {
        let unit: [f64; 4] = ::core::array::from_fn(|i| {
            if SWEEP_OF[i] == sweep {
                ::backprop::__rt::lit::<f64>(1.0)
            } else {
                ::backprop::__rt::lit::<f64>(0.0)
            }
        });
        let (_, taken) = stretch_jvp(x, Clone::clone(&rest), unit);
        for take in STARTS[sweep]..STARTS[sweep + 1] {
            entries[ENTRIES[take]] = taken[PLACES[take]];
        }
    }
    (value, entries)
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct stretch {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl stretch {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        x: &[f64; 4],
        rest: f64,
    ) -> (
        [f64; 3],
        impl Fn(
            &[f64; 3],
            Option<&[f64; 4]>,
            (),
            Option<&mut [f64; 4]>,
            ::backprop::__rt::Off,
        ) + use<__Item>,
    )
    where
        __Item: Fn(&[f64; 4], f64) -> [f64; 3],
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &stretch, "stretch");
        let mut forces = [0.0; 3];
        for i in 0..3 {
            let gap = x[i + 1] - x[i] - rest;
            forces[i] = gap * gap * gap;
        }
        (
            forces,
            move |
                seed: &[f64; 3],
                x: Option<&[f64; 4]>,
                _: (),
                d_x: Option<&mut [f64; 4]>,
                _: ::backprop::__rt::Off|
            {
                let x = ::backprop::__rt::again(x);
                let mut seed = *seed;
                let mut own;
                let d_x: &mut [f64; 4] = match d_x {
                    Some(slot) => slot,
                    None => {
                        own = [0.0; 4];
                        &mut own
                    }
                };
                for i in (0..3).rev() {
                    // let gap = x[i + 1] - x[i] - rest;
                    let k: usize = i + 1;
                    let gap = x[k] - x[i] - rest;
                    // forces[i] = gap * gap * gap;
                    let d_forces_i = seed[i];
                    seed[i] = 0.0;
                    let t = d_forces_i * gap * gap;
                    let d_gap = d_forces_i * (gap * gap) + t + t;
                    // let gap = x[i + 1] - x[i] - rest;
                    d_x[i] -= d_gap;
                    d_x[k] += d_gap;
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(
            &[f64; 3],
            Option<&[f64; 4]>,
            (),
            Option<&mut [f64; 4]>,
            ::backprop::__rt::Off,
        ),
        seed: &[f64; 3],
        a0: &[f64; 4],
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64; 4]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) {
        p(seed, Some(a0), (), d0.open(), ::backprop::__rt::Off)
    }
    #[inline]
    pub fn __jvp<'__s>(
        a0: &[f64; 4],
        a1: f64,
        t0: impl ::backprop::__rt::Direction<[f64; 4]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) -> ([f64; 3], [f64; 3]) {
        let zero_t0;
        let t0: &[f64; 4] = match t0.along() {
            Some(t) => t,
            None => {
                zero_t0 = ::backprop::__rt::zero_like(&a0);
                &zero_t0
            }
        };
        stretch_jvp(a0, a1, *t0)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::ActiveRef<[f64; 4]>,
    ::backprop::__rt::Constant<f64>,
    [f64; 3],
> for stretch {
    #[inline]
    fn __value(&self, a0: &[f64; 4], a1: f64) -> [f64; 3] {
        stretch(a0, a1)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[f64; 4],
        a1: f64,
    ) -> (
        [f64; 3],
        impl ::backprop::__rt::Pullback2<
            ::backprop::__rt::ActiveRef<[f64; 4]>,
            ::backprop::__rt::Constant<f64>,
            [f64; 3],
        > + use<>,
    ) {
        stretch::__fwd(stretch, a0, a1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::TangentFunction2<
    ::backprop::__rt::ActiveRef<[f64; 4]>,
    ::backprop::__rt::Constant<f64>,
    [f64; 3],
> for stretch {
    #[inline]
    fn __tangent(
        &self,
        a0: &[f64; 4],
        a1: f64,
        d0: Option<&[f64; 4]>,
        d1: ::backprop::__rt::Off,
    ) -> ([f64; 3], [f64; 3]) {
        stretch::__jvp(a0, a1, d0, d1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = stretch {};
    let _ = stretch;
    let _ = stretch_vjp;
    let _ = stretch_jvp;
    let _ = stretch_sparse_jacobian;
    let _ = STRETCH_JACOBIAN_ROWS;
    let _ = STRETCH_JACOBIAN_COLUMNS;
};
