//! Derivatives written by hand: of functions whose bodies are not looked into, through calls of every kind. Each rule
//! stands beside a twin that is differentiated, or beside differences.

use std::cell::RefCell;
use std::collections::HashMap;

use backprop::{backprop, stop_gradient};

mod features;
mod unreadable;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop(pullback = wave_pullback, tangent = wave_tangent)]
        pub fn wave(x: $F, y: $F) -> $F {
            x.sin() * y
        }
        fn wave_pullback(x: $F, y: $F, value: $F, seed: $F) -> ($F, $F) {
            assert_eq!(value, wave(x, y));
            (seed * x.cos() * y, seed * x.sin())
        }
        fn wave_tangent(x: $F, y: $F, value: $F, dx: $F, dy: $F) -> $F {
            assert_eq!(value, wave(x, y));
            x.cos() * y * dx + x.sin() * dy
        }
        case!($F $mode: wave(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop(pullback = energy_pullback, tangent = energy_tangent)]
        pub fn energy(xs: &[$F], scale: $F) -> $F {
            scale * xs.iter().map(|x| x * x).sum::<$F>()
        }
        fn energy_pullback(xs: &[$F], scale: $F, energy: $F, seed: $F) -> (Vec<$F>, $F) {
            (xs.iter().map(|x| 2.0 * x * scale * seed).collect(), seed * energy / scale)
        }
        fn energy_tangent(xs: &[$F], scale: $F, energy: $F, dxs: &[$F], d_scale: $F) -> $F {
            let dot: $F = xs.iter().zip(dxs).map(|(x, d)| x * d).sum();
            2.0 * scale * dot + energy / scale * d_scale
        }
        case!($F $mode: energy(slice xs: -2.0..2.0 => [0.0; 4], by scale: 0.5..2.0));

        /// Arrays, `Vec`s and the result by reference, whatever the function itself takes.
        #[backprop(pullback = moved_pullback, tangent = moved_tangent)]
        pub fn moved(a: [$F; 3], v: Vec<$F>, by: &$F) -> Vec<$F> {
            v.into_iter().zip(a).map(|(v, a)| v * a + by).collect()
        }
        fn moved_pullback(
            a: &[$F; 3],
            v: &[$F],
            _by: &$F,
            result: &[$F],
            seed: &[$F],
        ) -> ([$F; 3], Vec<$F>, $F) {
            assert_eq!(result.len(), seed.len());
            let d_a = std::array::from_fn(|i| v[i] * seed[i]);
            (d_a, a.iter().zip(seed).map(|(a, s)| a * s).collect(), seed.iter().sum())
        }
        fn moved_tangent(
            a: &[$F; 3],
            v: &Vec<$F>,
            _by: &$F,
            result: &Vec<$F>,
            d_a: &[$F; 3],
            d_v: &[$F],
            d_by: $F,
        ) -> Vec<$F> {
            (0..result.len()).map(|i| a[i] * d_v[i] + v[i] * d_a[i] + d_by).collect()
        }
        case!($F $mode: vjp moved(by a: -2.0..2.0 => [0.0; 3], by v: -2.0..2.0 => vec![0.0; 3], to by: -1.0..1.0));

        #[backprop(pullback = polar_pullback, tangent = polar_tangent)]
        pub fn polar(r: $F, angle: $F) -> ($F, $F) {
            (r * angle.cos(), r * angle.sin())
        }
        fn polar_pullback(r: $F, angle: $F, _: &($F, $F), seed: &($F, $F)) -> ($F, $F) {
            let (c, s) = (angle.cos(), angle.sin());
            (seed.0 * c + seed.1 * s, r * (seed.1 * c - seed.0 * s))
        }
        fn polar_tangent(r: $F, _: $F, at: &($F, $F), dr: $F, d_angle: $F) -> ($F, $F) {
            (at.0 / r * dr - at.1 * d_angle, at.1 / r * dr + at.0 * d_angle)
        }
        case!($F $mode: vjp polar(by r: 0.5..2.0, by angle: -2.0..2.0));

        #[backprop $options]
        pub fn in_a_loop(x: $F, xs: &[$F], n: usize) -> $F {
            let mut a = x;
            for i in 0..n {
                a = wave(a, xs[i % xs.len()]) + 0.5 * wave(x, a);
                if a > 0.25 {
                    a -= energy(&xs[i % 2..], 0.25 * wave(a, 2.0));
                }
            }
            a
        }
        case!($F $mode: in_a_loop(by x: -1.0..1.0, slice xs: -1.0..1.0 => [0.0; 4]; 5));

        /// What the rule is lent again is as it was, although it is changed in between.
        #[backprop $options]
        pub fn overwritten(xs: &[$F]) -> $F {
            let mut state = xs.to_vec();
            let mut total = 0.0;
            while total < 4.0 {
                total += energy(&state, 1.5) + 0.5;
                for x in state.iter_mut() {
                    *x = wave(*x, 1.25);
                }
                let (a, b) = polar(state[0] + 2.0, state[1]);
                state[1] = a * 0.5;
                total += b;
            }
            total
        }
        case!($F $mode: overwritten(slice xs: 0.2..1.0 => [0.0; 3]));

        #[backprop $options]
        pub fn of_arrays(a: &[$F; 3], by: $F) -> $F {
            let row = moved(*a, vec![by, a[0] * by, 1.0], &by);
            let mut total = 0.0;
            for (i, x) in row.iter().enumerate() {
                total += x * x * (i + 1) as $F;
            }
            total - wave(row[2], row[0])
        }
        case!($F $mode: of_arrays(to a: -1.0..1.0 => [0.0; 3], by by: -1.0..1.0));
    };
}
instances!(functions);
