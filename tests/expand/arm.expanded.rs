/// Where the joints of a robot's arm are, of the angles between its parts.
pub fn joints(angles: &[f64; 3]) -> [f64; 6] {
    let mut out = [0.0; 6];
    let (mut x, mut y, mut angle) = (0.0, 0.0, 0.0);
    for i in 0..3 {
        angle += angles[i];
        x += angle.cos();
        y += angle.sin();
        out[2 * i] = x;
        out[2 * i + 1] = y;
    }
    out
}

/// [`joints`] and its vector–Jacobian product with `seed`, by reverse-mode differentiation.
///
/// Returns `(y, gradient)`, the gradient with respect to `angles`.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn joints_vjp(angles: &[f64; 3], mut seed: [f64; 6]) -> ([f64; 6], [f64; 3]) {
    let mut out = [0.0; 6];
    // x += angle.cos();
    let mut cos_angle_s = [0.0; 3];
    // y += angle.sin();
    let mut sin_angle_s = [0.0; 3];
    // for i in 0..3 { … }
    let mut x = 0.0;
    let mut y = 0.0;
    let mut angle = 0.0;
    for i in 0..3 {
        angle += angles[i];
        // x += angle.cos();
        let cos_angle = angle.cos();
        cos_angle_s[i] = cos_angle;
        x += cos_angle;
        // y += angle.sin();
        let sin_angle = angle.sin();
        sin_angle_s[i] = sin_angle;
        y += sin_angle;
        // out[2 * i] = x;
        let k: usize = 2 * i;
        out[k] = x;
        // out[2 * i + 1] = y;
        out[k + 1] = y;
    }
    let mut d_angles = [0.0; 3];
    let mut d_x = 0.0;
    let mut d_y = 0.0;
    let mut d_angle = 0.0;
    for i in (0..3).rev() {
        // out[2 * i + 1] = y;
        let k: usize = 2 * i;
        let k_1 = k + 1;
        // x += angle.cos();
        let t = cos_angle_s[i];
        // y += angle.sin();
        let t_1 = sin_angle_s[i];
        // out[2 * i + 1] = y;
        let d_y_1 = seed[k_1];
        seed[k_1] = 0.0;
        d_y += d_y_1;
        // out[2 * i] = x;
        let d_x_1 = seed[k];
        seed[k] = 0.0;
        d_x += d_x_1;
        // y += angle.sin();
        d_angle += d_y * t;
        // x += angle.cos();
        d_angle -= d_x * t_1;
        // angle += angles[i];
        d_angles[i] = d_angle;
    }
    (out, d_angles)
}

/// The result of [`joints`] and its Jacobian: forward-mode differentiation, several columns at a time.
///
/// Returns `(y, J)`, with `J[row][column]` the derivative of output `row` with respect to element `column` of `angles`.
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn joints_jacobian(angles: &[f64; 3]) -> ([f64; 6], [[f64; 3]; 6]) {
    #[inline]
    fn __columns(
        angles: &[f64; 3],
        t_angles: [::backprop::__rt::Lanes<f64>; 3],
    ) -> [::backprop::__rt::Lanes<f64>; 6] {
        let mut out = [0.0; 6];
        let mut t_out = [::backprop::__rt::lanes::<f64>(0.0); 6];
        // for i in 0..3 { … }
        let mut x = 0.0;
        let mut y = 0.0;
        let mut angle = 0.0;
        let mut t_x = ::backprop::__rt::lanes::<f64>(0.0);
        let mut t_y = ::backprop::__rt::lanes::<f64>(0.0);
        let mut t_angle = ::backprop::__rt::lanes::<f64>(0.0);
        for i in 0..3 {
            angle += angles[i];
            t_angle += t_angles[i];
            // x += angle.cos();
            let cos_angle = angle.cos();
            let sin_angle = angle.sin();
            x += cos_angle;
            t_x -= t_angle * sin_angle;
            // y += angle.sin();
            y += sin_angle;
            t_y += t_angle * cos_angle;
            // out[2 * i] = x;
            let k: usize = 2 * i;
            out[k] = x;
            t_out[k] = t_x;
            // out[2 * i + 1] = y;
            let k_1 = k + 1;
            out[k_1] = y;
            t_out[k_1] = t_y;
        }
        t_out
    }
    let value = joints(angles);
    let mut rows = [[::backprop::__rt::lit::<f64>(0.0); 3]; 6];
    let mut directions = [::backprop::__rt::lanes::<f64>(0.0); 3];
    for column in (0..3).step_by(::backprop::__rt::LANES) {
        ::backprop::__rt::direct(&mut directions, column);
        let tangent = __columns(angles, directions);
        for row in 0..6 {
            ::backprop::__rt::put_lanes(&mut rows[row], column, tangent[row]);
        }
    }
    (value, rows)
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct joints {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl joints {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        angles: &[f64; 3],
    ) -> (
        [f64; 6],
        impl Fn(&[f64; 6], Option<&[f64; 3]>, Option<&mut [f64; 3]>) + use<__Item>,
    )
    where
        __Item: Fn(&[f64; 3]) -> [f64; 6],
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &joints, "joints");
        let mut out = [0.0; 6];
        // x += angle.cos();
        let mut cos_angle_s = [0.0; 3];
        // y += angle.sin();
        let mut sin_angle_s = [0.0; 3];
        // for i in 0..3 { … }
        let mut x = 0.0;
        let mut y = 0.0;
        let mut angle = 0.0;
        for i in 0..3 {
            angle += angles[i];
            // x += angle.cos();
            let cos_angle = angle.cos();
            cos_angle_s[i] = cos_angle;
            x += cos_angle;
            // y += angle.sin();
            let sin_angle = angle.sin();
            sin_angle_s[i] = sin_angle;
            y += sin_angle;
            // out[2 * i] = x;
            let k: usize = 2 * i;
            out[k] = x;
            // out[2 * i + 1] = y;
            out[k + 1] = y;
        }
        (
            out,
            move |
                seed: &[f64; 6],
                _: Option<&[f64; 3]>,
                d_angles: Option<&mut [f64; 3]>|
            {
                let mut seed = *seed;
                let mut own;
                let d_angles: &mut [f64; 3] = match d_angles {
                    Some(slot) => slot,
                    None => {
                        own = [0.0; 3];
                        &mut own
                    }
                };
                let mut d_x = 0.0;
                let mut d_y = 0.0;
                let mut d_angle = 0.0;
                for i in (0..3).rev() {
                    // out[2 * i + 1] = y;
                    let k: usize = 2 * i;
                    let k_1 = k + 1;
                    // x += angle.cos();
                    let t = cos_angle_s[i];
                    // y += angle.sin();
                    let t_1 = sin_angle_s[i];
                    // out[2 * i + 1] = y;
                    let d_y_1 = seed[k_1];
                    seed[k_1] = 0.0;
                    d_y += d_y_1;
                    // out[2 * i] = x;
                    let d_x_1 = seed[k];
                    seed[k] = 0.0;
                    d_x += d_x_1;
                    // y += angle.sin();
                    d_angle += d_y * t;
                    // x += angle.cos();
                    d_angle -= d_x * t_1;
                    // angle += angles[i];
                    d_angles[i] += d_angle;
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(&[f64; 6], Option<&[f64; 3]>, Option<&mut [f64; 3]>),
        seed: &[f64; 6],
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64; 3]> + '__s,
    ) {
        p(seed, None, d0.open())
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function1<::backprop::__rt::ActiveRef<[f64; 3]>, [f64; 6]>
for joints {
    #[inline]
    fn __value(&self, a0: &[f64; 3]) -> [f64; 6] {
        joints(a0)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[f64; 3],
    ) -> (
        [f64; 6],
        impl ::backprop::__rt::Pullback1<
            ::backprop::__rt::ActiveRef<[f64; 3]>,
            [f64; 6],
        > + use<>,
    ) {
        joints::__fwd(joints, a0)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = joints {};
    let _ = joints;
    let _ = joints_vjp;
    let _ = joints_jacobian;
};

/// The energy of a chain of springs.
pub fn springs(x: &[f64], stiffness: f64) -> f64 {
    let mut energy = 0.0;
    for i in 1..x.len() {
        let d = x[i] - x[i - 1];
        energy += stiffness * d * d * d * d;
    }
    energy
}

/// The value of [`springs`] and its gradient, by reverse-mode differentiation.
///
/// Returns `(value, gradient)`, the gradient with respect to `x`.
///
/// Constant: `stiffness` (marked `#[no_grad]`).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn springs_grad(x: &[f64], stiffness: f64) -> (f64, ::backprop::__rt::Vec<f64>) {
    let mut d_x = ::backprop::__rt::zero_like(x);
    let mut energy = 0.0;
    for i in 1..x.len() {
        // let d = x[i] - x[i - 1];
        let x_i = x[i];
        let k = i - 1;
        let d = x_i - x[k];
        // energy += stiffness * d * d * d * d;
        let t = stiffness * d;
        let d_d = t * d * d;
        energy += d_d * d;
        let t_1 = d * d;
        let d_d_1 = d_d + d_d + t_1 * t + t_1 * d * stiffness;
        // let d = x[i] - x[i - 1];
        d_x[k] -= d_d_1;
        d_x[i] += d_d_1;
    }
    (energy, d_x)
}

/// The value of [`springs`] and its gradient, by reverse-mode differentiation.
///
/// Returns the value alone. The `&mut` buffer at the end is overwritten with the gradient with respect to `x`.
///
/// Constant: `stiffness` (marked `#[no_grad]`).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn springs_grad_into(x: &[f64], stiffness: f64, d_x: &mut [f64]) -> f64 {
    ::backprop::__rt::check_buffer("springs_grad_into", "x", x.len(), d_x.len());
    d_x.fill(0.0);
    let mut energy = 0.0;
    for i in 1..x.len() {
        // let d = x[i] - x[i - 1];
        let x_i = x[i];
        let k = i - 1;
        let d = x_i - x[k];
        // energy += stiffness * d * d * d * d;
        let t = stiffness * d;
        let d_d = t * d * d;
        energy += d_d * d;
        let t_1 = d * d;
        let d_d_1 = d_d + d_d + t_1 * t + t_1 * d * stiffness;
        // let d = x[i] - x[i - 1];
        d_x[k] -= d_d_1;
        d_x[i] += d_d_1;
    }
    energy
}

/// The value of [`springs`], its gradient, and the product of its Hessian with a direction: forward-mode differentiation of the reverse-mode gradient.
///
/// Returns `(value, gradient, product)`. The direction at the end belongs to `x`.
///
/// Constant: `stiffness` (marked `#[no_grad]`).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn springs_hvp(
    x: &[f64],
    stiffness: f64,
    t_x: &[f64],
) -> (f64, ::backprop::__rt::Vec<f64>, ::backprop::__rt::Vec<f64>) {
    ::backprop::__rt::check_tangent("springs_hvp", "x", x.len(), t_x.len());
    let mut d_x = ::backprop::__rt::zero_like(x);
    let mut t_d_x = ::backprop::__rt::zero_like(x);
    let mut energy = 0.0;
    for i in 1..x.len() {
        // let d = x[i] - x[i - 1];
        let x_i = x[i];
        let t_x_i = t_x[i];
        let k = i - 1;
        let t_x_1 = t_x[k];
        let d = x_i - x[k];
        let t = t_x_i - t_x_1;
        // energy += stiffness * d * d * d * d;
        let t_1 = stiffness * d;
        let t_2 = t * stiffness;
        let t_3 = t_1 * d;
        let d_d = t_3 * d;
        let t_4 = (t_2 * d + t * t_1) * d + t * t_3;
        energy += d_d * d;
        let t_5 = d * d;
        let t_6 = t * d;
        let t_7 = t_6 + t_6;
        let d_d_1 = d_d + d_d + t_5 * t_1 + t_5 * d * stiffness;
        let t_8 = t_4 + t_4 + (t_7 * t_1 + t_2 * t_5) + (t_7 * d + t * t_5) * stiffness;
        // let d = x[i] - x[i - 1];
        d_x[k] -= d_d_1;
        t_d_x[k] -= t_8;
        d_x[i] += d_d_1;
        t_d_x[i] += t_8;
    }
    (energy, d_x, t_d_x)
}

/// The value of [`springs`], its gradient, and its Hessian with respect to `x`: one product for each column.
///
/// Returns `(value, gradient, hessian)`, the Hessian as a row-major `Vec` of `n`² numbers for a length `n`.
///
/// Constant: `stiffness` (marked `#[no_grad]`).
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub fn springs_hessian(
    x: &[f64],
    stiffness: f64,
) -> (f64, ::backprop::__rt::Vec<f64>, ::backprop::__rt::Vec<f64>) {
    #[inline]
    fn __lanes(
        x: &[f64],
        stiffness: f64,
        t_x: &[::backprop::__rt::Lanes<f64>],
    ) -> ::backprop::__rt::Vec<::backprop::__rt::Lanes<f64>> {
        ::backprop::__rt::check_tangent("springs_hvp", "x", x.len(), t_x.len());
        let mut t_d_x = ::backprop::__rt::zero_lanes(x);
        for i in 1..x.len() {
            // let d = x[i] - x[i - 1];
            let x_i = x[i];
            let t_x_i = t_x[i];
            let k = i - 1;
            let t_x_1 = t_x[k];
            let d = x_i - x[k];
            let t = t_x_i - t_x_1;
            // energy += stiffness * d * d * d * d;
            let t_1 = stiffness * d;
            let t_2 = t * stiffness;
            let t_3 = (t_2 * d + t * t_1) * d + t * (t_1 * d);
            let t_4 = d * d;
            let t_5 = t * d;
            let t_6 = t_5 + t_5;
            let t_7 = t_3 + t_3 + (t_6 * t_1 + t_2 * t_4)
                + (t_6 * d + t * t_4) * stiffness;
            // let d = x[i] - x[i - 1];
            t_d_x[k] -= t_7;
            t_d_x[i] += t_7;
        }
        t_d_x
    }
    let n = x.len();
    let (value, gradient) = springs_grad(x, Clone::clone(&stiffness));
    let mut rows = ::backprop::__rt::vec![::backprop::__rt::lit:: < f64 > (0.0); n * n];
    let mut directions = ::backprop::__rt::vec![
        ::backprop::__rt::lanes:: < f64 > (0.0); n
    ];
    for column in (0..n).step_by(::backprop::__rt::LANES) {
        ::backprop::__rt::direct(&mut directions, column);
        let products = __lanes(x, Clone::clone(&stiffness), &directions);
        for lane in 0..::core::cmp::Ord::min(::backprop::__rt::LANES, n - column) {
            ::backprop::__rt::put_lane(
                &mut rows[(column + lane) * n..][..n],
                lane,
                &products,
            );
        }
    }
    (value, gradient, rows)
}

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct springs {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl springs {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        x: &[f64],
        stiffness: f64,
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
        __Item: Fn(&[f64], f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &springs, "springs");
        // for i in 1..x.len() { … }
        let x_len = x.len();
        let mut energy = 0.0;
        // for i in 1..x.len() { … }
        for i in 1..x_len {
            let d = x[i] - x[i - 1];
            energy += stiffness * d * d * d * d;
        }
        (
            energy,
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
                if 1 < x_len {
                    let trips = x_len - 1;
                    let k = 1 + trips;
                    let _ = &x[1..k];
                    let _ = &x[0..trips];
                    for round in 0..trips {
                        let i = 1 + round;
                        // let d = x[i] - x[i - 1];
                        let x_round = x[1..k][round];
                        let k_1 = i - 1;
                        let d = x_round - x[0..trips][round];
                        // energy += stiffness * d * d * d * d;
                        let t = stiffness * d;
                        let t_1 = t * d;
                        let t_2 = seed * d;
                        let t_3 = t_2 * d;
                        let d_d = seed * (t_1 * d) + t_2 * t_1 + t_3 * t
                            + t_3 * d * stiffness;
                        // let d = x[i] - x[i - 1];
                        d_x[k_1] -= d_d;
                        d_x[i] += d_d;
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
        stiffness: f64,
        seed: impl ::backprop::__rt::Seed<f64>,
        d_x: impl ::backprop::__rt::Slot<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) -> f64
    where
        __Item: Fn(&[f64], f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &springs, "springs");
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
        let mut energy = 0.0;
        for i in 1..x.len() {
            // let d = x[i] - x[i - 1];
            let x_i = x[i];
            let k = i - 1;
            let d = x_i - x[k];
            // energy += stiffness * d * d * d * d;
            let t = stiffness * d;
            let t_1 = t * d;
            let t_2 = t_1 * d;
            energy += t_2 * d;
            let t_3 = seed * d;
            let t_4 = t_3 * d;
            let d_d = seed * t_2 + t_3 * t_1 + t_4 * t + t_4 * d * stiffness;
            // let d = x[i] - x[i - 1];
            d_x[k] -= d_d;
            d_x[i] += d_d;
        }
        energy
    }
    #[inline]
    pub fn __tangent_fwd<__Item>(
        __item: __Item,
        x: &[f64],
        stiffness: f64,
        t_x: Option<&[f64]>,
        t_stiffness: ::backprop::__rt::Off,
    ) -> (
        (f64, f64),
        impl Fn(
            &(f64, f64),
            &[f64],
            Option<&mut [f64]>,
            Option<&mut [f64]>,
        ) + use<__Item>,
    )
    where
        __Item: Fn(&[f64], f64) -> f64,
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &springs, "springs");
        let zero;
        let t_x: &[f64] = match t_x {
            Some(t) => t,
            None => {
                zero = ::backprop::__rt::zero_like(&x);
                &zero
            }
        };
        let t_x = t_x.to_vec();
        // for i in 1..x.len() { … }
        let x_len = x.len();
        let mut energy = 0.0;
        // for i in 1..x.len() { … }
        let mut t_energy = 0.0;
        for i in 1..x_len {
            // let d = x[i] - x[i - 1];
            let x_i = x[i];
            let t_x_i = t_x[i];
            let k = i - 1;
            let t_x_1 = t_x[k];
            let d = x_i - x[k];
            let t = t_x_i - t_x_1;
            // energy += stiffness * d * d * d * d;
            let t_1 = stiffness * d;
            let t_2 = t_1 * d;
            let t_3 = t_2 * d;
            energy += t_3 * d;
            t_energy += ((t * stiffness * d + t * t_1) * d + t * t_2) * d + t * t_3;
        }
        let t_x_len = t_x.len();
        (
            (energy, t_energy),
            move |
                seed: &(f64, f64),
                x: &[f64],
                d_x: Option<&mut [f64]>,
                d_t_x: Option<&mut [f64]>|
            {
                let seed = Clone::clone(seed);
                let mut own;
                let d_x: &mut [f64] = match d_x {
                    Some(slot) => slot,
                    None => {
                        own = ::backprop::__rt::zero_like(x);
                        &mut own
                    }
                };
                let mut own_1;
                let d_t_x: &mut [f64] = match d_t_x {
                    Some(slot_1) => slot_1,
                    None => {
                        own_1 = ::backprop::__rt::vec![0.0; t_x_len];
                        &mut own_1
                    }
                };
                if 1 < x_len {
                    let trips = x_len - 1;
                    let k = 1 + trips;
                    let _ = &x[1..k];
                    let _ = &x[0..trips];
                    let _ = &t_x[1..k];
                    let _ = &t_x[0..trips];
                    for round in 0..trips {
                        let i = 1 + round;
                        // let d = x[i] - x[i - 1];
                        let x_round = x[1..k][round];
                        let k_1 = i - 1;
                        let d = x_round - x[0..trips][round];
                        // energy += stiffness * d * d * d * d;
                        let t = stiffness * d;
                        let t_1 = t * d;
                        let t_2 = t_1 * d;
                        // let d = x[i] - x[i - 1];
                        let t_3 = t_x[1..k][round] - t_x[0..trips][round];
                        // energy += stiffness * d * d * d * d;
                        let t_4 = t_3 * stiffness;
                        let t_5 = t_4 * d + t_3 * t;
                        let t_6 = seed.1 * d;
                        let t_7 = seed.1 * t_3 + seed.0 * d;
                        let t_8 = t_6 * d;
                        let t_9 = t_6 * t_3 + t_7 * d;
                        let t_10 = seed.1 * t_2 + t_6 * t_1 + t_8 * t
                            + t_8 * d * stiffness;
                        let d_d = seed.1 * (t_5 * d + t_3 * t_1) + seed.0 * t_2
                            + t_6 * t_5 + t_7 * t_1 + t_8 * t_4 + t_9 * t
                            + (t_8 * t_3 + t_9 * d) * stiffness;
                        // let d = x[i] - x[i - 1];
                        d_t_x[k_1] -= t_10;
                        d_x[k_1] -= d_d;
                        d_t_x[i] += t_10;
                        d_x[i] += d_d;
                    }
                }
            },
        )
    }
    #[inline]
    pub fn __tangent_rev<'__s>(
        p: &impl Fn(&(f64, f64), &[f64], Option<&mut [f64]>, Option<&mut [f64]>),
        seed: &(f64, f64),
        a0: &[f64],
        _: impl Sized,
        _: impl Sized,
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
        d2: impl ::backprop::__rt::Slot<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) {
        p(seed, a0, d0.open(), d2.open())
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::ActiveRef<[f64]>,
    ::backprop::__rt::Constant<f64>,
    f64,
> for springs {
    #[inline]
    fn __value(&self, a0: &[f64], a1: f64) -> f64 {
        springs(a0, a1)
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
            ::backprop::__rt::Constant<f64>,
            f64,
        > + use<>,
    ) {
        springs::__fwd(springs, a0, a1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = springs {};
    let _ = springs;
    let _ = springs_grad;
    let _ = springs_grad_into;
    let _ = springs_hvp;
    let _ = springs_hessian;
};

#[doc(hidden)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
#[derive(Clone, Copy)]
pub struct springs_grad {}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl springs_grad {
    #[inline]
    pub fn __fwd<__Item>(
        __item: __Item,
        x: &[f64],
        stiffness: f64,
    ) -> (
        (f64, ::backprop::__rt::Vec<f64>),
        impl Fn(
            &(f64, ::backprop::__rt::Vec<f64>),
            Option<&[f64]>,
            (),
            Option<&mut [f64]>,
            ::backprop::__rt::Off,
        ) + use<__Item>,
    )
    where
        __Item: Fn(&[f64], f64) -> (f64, ::backprop::__rt::Vec<f64>),
        __Item: 'static,
    {
        ::backprop::__rt::check_item(&__item, &springs_grad, "springs_grad");
        let mut d_x_1 = ::backprop::__rt::zero_like(x);
        // for i in 1..x.len() { … }
        let x_len = x.len();
        let mut energy = 0.0;
        // for i in 1..x.len() { … }
        for i in 1..x_len {
            // let d = x[i] - x[i - 1];
            let x_i = x[i];
            let k = i - 1;
            let d = x_i - x[k];
            // energy += stiffness * d * d * d * d;
            let t = stiffness * d;
            let d_d = t * d * d;
            energy += d_d * d;
            let t_1 = d * d;
            let d_d_1 = d_d + d_d + t_1 * t + t_1 * d * stiffness;
            // let d = x[i] - x[i - 1];
            d_x_1[k] -= d_d_1;
            d_x_1[i] += d_d_1;
        }
        (
            (energy, d_x_1),
            move |
                seed: &(f64, ::backprop::__rt::Vec<f64>),
                x: Option<&[f64]>,
                _: (),
                d_x: Option<&mut [f64]>,
                _: ::backprop::__rt::Off|
            {
                let x = ::backprop::__rt::again(x);
                let seed = Clone::clone(seed);
                let mut own;
                let d_x: &mut [f64] = match d_x {
                    Some(slot) => slot,
                    None => {
                        own = ::backprop::__rt::zero_like(x);
                        &mut own
                    }
                };
                if 1 < x_len {
                    let trips = x_len - 1;
                    let k = 1 + trips;
                    let _ = &x[1..k];
                    let _ = &x[0..trips];
                    for round in 0..trips {
                        let i = 1 + round;
                        // let d = x[i] - x[i - 1];
                        let k_1 = i - 1;
                        let d = x[1..k][round] - x[0..trips][round];
                        // energy += stiffness * d * d * d * d;
                        let t = stiffness * d;
                        let t_1 = d * d;
                        let t_2 = t * d;
                        let d_d = t_2 * d;
                        // let d = x[i] - x[i - 1];
                        let d_d_d = seed.1[1..k][round] - seed.1[0..trips][round];
                        // energy += stiffness * d * d * d * d;
                        let t_3 = d_d_d * stiffness;
                        let t_4 = (d_d_d * t + t_3 * d) * d;
                        let d_d_d_1 = d_d_d + d_d_d + seed.0 * d;
                        let t_5 = d_d_d_1 * d;
                        let d_d_1 = t_3 * t_1 + t_4 + t_4 + seed.0 * d_d + d_d_d_1 * t_2
                            + t_5 * t + (d_d_d * t_1 + t_5 * d) * stiffness;
                        // let d = x[i] - x[i - 1];
                        d_x[k_1] -= d_d_1;
                        d_x[i] += d_d_1;
                    }
                }
            },
        )
    }
    #[inline]
    pub fn __rev<'__s>(
        p: &impl Fn(
            &(f64, ::backprop::__rt::Vec<f64>),
            Option<&[f64]>,
            (),
            Option<&mut [f64]>,
            ::backprop::__rt::Off,
        ),
        seed: &(f64, ::backprop::__rt::Vec<f64>),
        a0: &[f64],
        _: impl Sized,
        d0: impl ::backprop::__rt::Slot<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) {
        p(seed, Some(a0), (), d0.open(), ::backprop::__rt::Off)
    }
    #[inline]
    pub fn __jvp<'__s>(
        a0: &[f64],
        a1: f64,
        t0: impl ::backprop::__rt::Direction<[f64]> + '__s,
        _: impl ::backprop::__rt::PassiveSlot,
    ) -> ((f64, ::backprop::__rt::Vec<f64>), (f64, ::backprop::__rt::Vec<f64>)) {
        #[inline]
        fn __along(
            x: &[f64],
            stiffness: f64,
            t_x: &[f64],
        ) -> ((f64, ::backprop::__rt::Vec<f64>), (f64, ::backprop::__rt::Vec<f64>)) {
            ::backprop::__rt::check_tangent("springs_grad_jvp", "x", x.len(), t_x.len());
            let mut d_x = ::backprop::__rt::zero_like(x);
            let mut t_d_x = ::backprop::__rt::zero_like(x);
            let mut energy = 0.0;
            // for i in 1..x.len() { … }
            let mut t_energy = 0.0;
            for i in 1..x.len() {
                // let d = x[i] - x[i - 1];
                let x_i = x[i];
                let t_x_i = t_x[i];
                let k = i - 1;
                let t_x_1 = t_x[k];
                let d = x_i - x[k];
                let t = t_x_i - t_x_1;
                // energy += stiffness * d * d * d * d;
                let t_1 = stiffness * d;
                let t_2 = t * stiffness;
                let t_3 = t_1 * d;
                let d_d = t_3 * d;
                let t_4 = (t_2 * d + t * t_1) * d + t * t_3;
                energy += d_d * d;
                t_energy += t_4 * d + t * d_d;
                let t_5 = d * d;
                let t_6 = t * d;
                let t_7 = t_6 + t_6;
                let d_d_1 = d_d + d_d + t_5 * t_1 + t_5 * d * stiffness;
                let t_8 = t_4 + t_4 + (t_7 * t_1 + t_2 * t_5)
                    + (t_7 * d + t * t_5) * stiffness;
                // let d = x[i] - x[i - 1];
                d_x[k] -= d_d_1;
                t_d_x[k] -= t_8;
                d_x[i] += d_d_1;
                t_d_x[i] += t_8;
            }
            ((energy, d_x), (t_energy, t_d_x))
        }
        let zero_t0;
        let t0: &[f64] = match t0.along() {
            Some(t) => t,
            None => {
                zero_t0 = ::backprop::__rt::zero_like(&a0);
                &zero_t0
            }
        };
        __along(a0, a1, t0)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::Function2<
    ::backprop::__rt::ActiveRef<[f64]>,
    ::backprop::__rt::Constant<f64>,
    (f64, ::backprop::__rt::Vec<f64>),
> for springs_grad {
    #[inline]
    fn __value(&self, a0: &[f64], a1: f64) -> (f64, ::backprop::__rt::Vec<f64>) {
        springs_grad(a0, a1)
    }
    #[inline]
    fn __forward(
        &self,
        a0: &[f64],
        a1: f64,
    ) -> (
        (f64, ::backprop::__rt::Vec<f64>),
        impl ::backprop::__rt::Pullback2<
            ::backprop::__rt::ActiveRef<[f64]>,
            ::backprop::__rt::Constant<f64>,
            (f64, ::backprop::__rt::Vec<f64>),
        > + use<>,
    ) {
        springs_grad::__fwd(springs_grad, a0, a1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
impl ::backprop::__rt::TangentFunction2<
    ::backprop::__rt::ActiveRef<[f64]>,
    ::backprop::__rt::Constant<f64>,
    (f64, ::backprop::__rt::Vec<f64>),
> for springs_grad {
    #[inline]
    fn __tangent(
        &self,
        a0: &[f64],
        a1: f64,
        d0: Option<&[f64]>,
        d1: ::backprop::__rt::Off,
    ) -> ((f64, ::backprop::__rt::Vec<f64>), (f64, ::backprop::__rt::Vec<f64>)) {
        springs_grad::__jvp(a0, a1, d0, d1)
    }
}

#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
const _: () = {
    let _ = springs_grad {};
    let _ = springs_grad;
};
