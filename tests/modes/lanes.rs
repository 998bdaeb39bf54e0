//! Jacobians and Hessians whose columns are computed several at once: of as many columns as there are lanes, of more, of fewer, and
//! of what leaves lanes over. Each column is that of `NAME_jvp` or `NAME_hvp`, to the bit, and near differences.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident ($($option:ident),*)) => {
        /// Sums, products, branches and early exits, of as many rows as are asked for.
        #[backprop(jacobian, $($option),*)]
        pub fn slice(x: &[$F], m: usize) -> Vec<$F> {
            let mut y = vec![0.5; m];
            let mut product = 1.0;
            for i in 0..m {
                let v = x[i % x.len()];
                product *= 1.0 + 0.25 * v;
                if v > 0.4 {
                    y[i] = v.sin() * product;
                    continue;
                }
                let mut sum = 0.0;
                for w in x {
                    sum += w * w;
                    if sum > 2.0 {
                        break;
                    }
                }
                y[i] += (sum + v).exp() / product;
            }
            y
        }

        #[backprop(jacobian, $($option),*)]
        pub fn vec(x: Vec<$F>, m: usize) -> Vec<$F> {
            let mut y = Vec::new();
            let mut i = 0;
            while i < m {
                y.push(x[i % x.len()] * x[(i + 1) % x.len()].cos());
                i += 1;
            }
            y
        }

        #[backprop(jacobian, $($option),*)]
        pub fn three(x: [$F; 3]) -> [$F; 12] {
            let mut y = [0.0; 12];
            for i in 0..12 {
                y[i] = x[i % 3].sin() * x[(i + 1) % 3] + x[0];
            }
            y
        }

        #[backprop(jacobian, $($option),*)]
        pub fn four(x: &[$F; 4]) -> [$F; 12] {
            let mut y = [1.0; 12];
            for i in 0..12 {
                y[i] *= if x[i % 4] > 0.0 { x[i % 4].sqrt() } else { x[(i + 1) % 4].tanh() };
            }
            y
        }

        #[backprop(jacobian, $($option),*)]
        pub fn five(x: [$F; 5]) -> [$F; 12] {
            let mut rows = [[0.0; 4]; 3];
            for i in 0..3 {
                for j in 0..4 {
                    rows[i][j] = x[i] * x[j + 1] - x[j].abs();
                }
            }
            let mut y = [0.0; 12];
            for (i, row) in rows.iter().enumerate() {
                y[4 * i..4 * i + 4].copy_from_slice(row);
            }
            y
        }

        #[backprop(jacobian, $($option),*)]
        pub fn eleven(x: [$F; 11], out: &mut [$F; 12]) {
            for i in 0..11 {
                out[i + 1] = out[i] * x[i] + out[i + 1] * x[10 - i];
            }
        }

        /// What is lent comes first, and is read.
        #[backprop(jacobian, $($option),*)]
        pub fn lent(out: &mut [$F], x: &[$F], #[no_grad] k: $F) {
            for i in 0..out.len() {
                out[i] = k * out[i] + x[i % x.len()].powi(3) * x[0];
            }
        }

        #[backprop(jacobian, $($option),*)]
        pub fn tuple(x: &[$F]) -> ($F, $F, $F, $F, $F, $F) {
            let (a, b, c) = (x[0], x[1], x[2]);
            (a * b, b * c, c * a, a.max(b), b.hypot(c), c.atan2(a))
        }

        #[backprop(jacobian, $($option),*)]
        pub fn fallible(x: [$F; 3]) -> Result<[$F; 4], String> {
            if x[0] < 0.0 {
                return Err("negative".to_string());
            }
            Ok([x[0].sqrt(), x[0] * x[1], x[1] / x[2], x[2].ln()])
        }

        /// Whether a direction changes the base asks each direction by itself.
        #[backprop(jacobian, $($option),*)]
        pub fn powers(x: [$F; 4]) -> [$F; 6] {
            [x[0].powf(x[1]), x[1].powf(x[2]), x[2].powf(x[3]), x[3].powf(x[0]), x[0], x[1] * x[2]]
        }

        #[backprop(jacobian, $($option),*)]
        pub fn widths(x: [$F; 4]) -> [$F; 6] {
            let narrow = |v: $F| (v as f32 * 1.5) as $F;
            [narrow(x[0]), narrow(x[1] * x[2]), x[3], narrow(x[0] * x[3]), x[1], narrow(x[2]).sin()]
        }

        #[backprop(jacobian, $($option),*)]
        pub fn generic<T: num_traits::Float, const N: usize>(x: [T; N]) -> Vec<T> {
            let mut y = vec![T::zero(); 2 * N + 1];
            let mut sum = T::one();
            for i in 0..2 * N + 1 {
                sum = sum * x[i % N] + x[(i + 1) % N].sin();
                y[i] = sum;
            }
            y
        }

        pub struct Model {
            pub k: $F,
        }

        impl Model {
            #[backprop(jacobian, $($option),*)]
            pub fn of(&self, x: &[$F]) -> Vec<$F> {
                x.iter().chain(x.iter()).map(|v| v * v * self.k).collect()
            }

            #[backprop(hvp, hessian, wrt(x), $($option),*)]
            pub fn energy(&self, x: [$F; 5]) -> $F {
                let mut sum = 0.0;
                for i in 0..5 {
                    sum += self.k * x[i] * x[(i + 1) % 5] * x[(i + 2) % 5];
                }
                sum
            }
        }

        /// Loops that keep what they need on stacks.
        #[backprop(hvp, hessian, $($option),*)]
        pub fn energy(x: &[$F]) -> $F {
            let n = x.len();
            let mut state = x.to_vec();
            let mut total = 0.0;
            let mut rounds = 0;
            while rounds < 3 {
                for i in 0..n {
                    let next = state[(i + 1) % n];
                    state[i] = (state[i] * next).sin() + x[i] * 0.5;
                    if state[i] > 0.3 {
                        total += state[i] * state[i] * next;
                    } else {
                        total -= state[i].exp();
                    }
                }
                rounds += 1;
            }
            total
        }

        #[backprop(hvp, hessian, $($option),*)]
        pub fn owned(x: Vec<$F>, n: usize) -> $F {
            let mut rows = Vec::new();
            for i in 0..n {
                rows.push([x[i % x.len()], x[0] * x[i % x.len()]]);
            }
            rows.iter().map(|r| r[0] * r[1] * r[1]).sum::<$F>()
        }

        #[backprop(hvp, hessian, $($option),*)]
        pub fn energy_of_three(x: [$F; 3]) -> $F {
            x[0] * x[1] * x[2] + (x[0] * x[0]).cos()
        }

        #[backprop(hvp, hessian, $($option),*)]
        pub fn energy_of_four(x: &[$F; 4]) -> Option<$F> {
            let norm = x.iter().map(|v| v * v).sum::<$F>().sqrt();
            if norm == 0.0 {
                return None;
            }
            Some(norm.ln() + x[0] / norm)
        }

        #[backprop(hvp, hessian, $($option),*)]
        pub fn energy_of_any<T: num_traits::Float, const N: usize>(x: [T; N]) -> T {
            let mut sum = T::zero();
            for i in 0..N {
                sum = sum + (x[i] * x[(i + 1) % N]).exp() * x[i];
            }
            sum
        }

        /// A call has tangents of one direction.
        #[backprop(order = 2, $($option),*)]
        pub fn spring(a: $F, b: $F) -> $F {
            (a - b) * (a - b) * a
        }

        #[backprop(hvp, hessian, $($option),*)]
        pub fn springs(x: &[$F]) -> $F {
            let mut sum = 0.0;
            for i in 1..x.len() {
                sum += spring(x[i], x[i - 1]);
            }
            sum
        }
    };
}

instances!(functions);

/// The numbers of columns that are tried.
const SIZES: [usize; 7] = [1, 2, 3, 4, 5, 8, 11];

fn point(n: usize) -> Vec<f64> {
    (0..n).map(|i| 0.3 + 0.7 * (1.3 * i as f64 + 0.4).sin()).collect()
}

fn unit<const N: usize>(column: usize) -> [f64; N] {
    std::array::from_fn(|i| if i == column { 1.0 } else { 0.0 })
}

/// A row-major matrix from its columns.
fn from_columns(n: usize, column: impl Fn(Vec<f64>) -> Vec<f64>) -> Vec<f64> {
    let unit = |j: usize| (0..n).map(|i| if i == j { 1.0 } else { 0.0 }).collect();
    let columns: Vec<Vec<f64>> = (0..n).map(|j| column(unit(j))).collect();
    let rows = columns.first().map_or(0, Vec::len);
    (0..rows).flat_map(|i| columns.iter().map(move |c| c[i])).collect()
}

/// A row-major Jacobian by differences.
fn differences(x: &[f64], f: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    from_columns(x.len(), |unit| {
        let at = |h: f64| f(&x.iter().zip(&unit).map(|(x, u)| x + h * u).collect::<Vec<_>>());
        let slope = |h: f64| at(h).iter().zip(at(-h)).map(|(a, b)| (a - b) / (2.0 * h)).collect::<Vec<_>>();
        slope(1e-4).iter().zip(slope(2e-4)).map(|(a, b)| (4.0 * a - b) / 3.0).collect()
    })
}

#[track_caller]
fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{found:?}, not {expected:?}");
    }
}

fn transposed(rows: &[f64], n: usize) -> Vec<f64> {
    let m = rows.len() / n;
    (0..n).flat_map(|j| (0..m).map(move |i| rows[i * n + j])).collect()
}

macro_rules! tests {
    ($mode:ident) => {
        mod $mode {
            use super::super::$mode::*;
            use super::*;

            #[test]
            fn jacobians_of_run_time_sizes() {
                for n in SIZES {
                    let x = point(n);
                    // More rows than columns.
                    let m = 2 * n + 1;
                    let (y, j) = slice_jacobian(&x, m);
                    assert_eq!(y, super::super::$mode::slice(&x, m));
                    assert_eq!(j, from_columns(n, |u| slice_jvp(&x, m, &u).1));
                    near(&j, &differences(&x, |x| super::super::$mode::slice(x, m)), 1e-8);
                    let (y, j) = vec_jacobian(x.clone(), m);
                    assert_eq!(y, super::super::$mode::vec(x.clone(), m));
                    assert_eq!(j, from_columns(n, |u| vec_jvp(x.clone(), m, u).1));
                    near(&j, &differences(&x, |x| super::super::$mode::vec(x.to_vec(), m)), 1e-8);
                    let (y, j) = Model { k: 1.5 }.of_jacobian(&x);
                    assert_eq!(y, Model { k: 1.5 }.of(&x));
                    assert_eq!(j, from_columns(n, |u| Model { k: 1.5 }.of_jvp(&x, &u).1));
                }
            }

            #[test]
            fn jacobians_of_fixed_sizes() {
                let (x, y) = ([0.5, -0.3, 0.9], [0.5, -0.3, 0.9, 0.2]);
                let (value, j) = three_jacobian(x);
                assert_eq!(value, three(x));
                let columns: [[f64; 12]; 3] = std::array::from_fn(|c| three_jvp(x, unit(c)).1);
                assert_eq!(j.as_flattened(), transposed(columns.as_flattened(), 12));
                near(j.as_flattened(), &differences(&x, |x| three([x[0], x[1], x[2]]).to_vec()), 1e-8);
                let (value, j) = four_jacobian(&y);
                assert_eq!(value, four(&y));
                let columns: [[f64; 12]; 4] = std::array::from_fn(|c| four_jvp(&y, unit(c)).1);
                assert_eq!(j.as_flattened(), transposed(columns.as_flattened(), 12));
                let f = |x: &[f64]| four(&[x[0], x[1], x[2], x[3]]).to_vec();
                near(j.as_flattened(), &differences(&y, f), 1e-8);
                let x = [0.5, -0.3, 0.9, 0.2, -0.6];
                let (value, j) = five_jacobian(x);
                assert_eq!(value, five(x));
                let columns: [[f64; 12]; 5] = std::array::from_fn(|c| five_jvp(x, unit(c)).1);
                assert_eq!(j.as_flattened(), transposed(columns.as_flattened(), 12));
                let f = |x: &[f64]| five([x[0], x[1], x[2], x[3], x[4]]).to_vec();
                near(j.as_flattened(), &differences(&x, f), 1e-8);
            }

            #[test]
            fn jacobians_of_what_is_lent() {
                let x: [f64; 11] = point(11).try_into().unwrap();
                let start: [f64; 12] = std::array::from_fn(|i| 0.5 - 0.1 * i as f64);
                let mut out = start;
                let ((), j) = eleven_jacobian(x, &mut out);
                let f = |x: &[f64]| {
                    let mut out = start;
                    eleven(x.try_into().unwrap(), &mut out);
                    out.to_vec()
                };
                assert_eq!(out.to_vec(), f(&x));
                near(j.as_flattened(), &differences(&x, f), 1e-8);
                for n in SIZES {
                    let x = point(n);
                    let start = point(n + 3);
                    let mut out = start.clone();
                    let ((), j) = lent_jacobian(&mut out, &x, 0.7);
                    let f = |x: &[f64]| {
                        let mut out = start.clone();
                        lent(&mut out, x, 0.7);
                        out
                    };
                    assert_eq!(out, f(&x));
                    near(&j, &differences(&x, f), 1e-8);
                }
            }

            #[test]
            fn jacobians_of_results_of_other_forms() {
                let x = [0.5, -0.3, 0.9];
                let (y, j) = tuple_jacobian(&x);
                assert_eq!(y, tuple(&x));
                let f = |x: &[f64]| {
                    let y = tuple(x);
                    vec![y.0, y.1, y.2, y.3, y.4, y.5]
                };
                near(&j, &differences(&x, f), 1e-8);
                let (y, j) = fallible_jacobian([4.0, 3.0, 2.0]).unwrap();
                assert_eq!(y, [2.0, 12.0, 1.5, 2.0f64.ln()]);
                assert_eq!(j, [[0.25, 0.0, 0.0], [3.0, 4.0, 0.0], [0.0, 0.5, -0.75], [0.0, 0.0, 0.5]]);
                assert_eq!(fallible_jacobian([-1.0, 3.0, 2.0]), Err("negative".to_string()));
                let x = [0.5, 1.3, 0.9, 0.2];
                let of = |x: &[f64]| [x[0], x[1], x[2], x[3]];
                near(powers_jacobian(x).1.as_flattened(), &differences(&x, |x| powers(of(x)).to_vec()), 1e-8);
                // At a zero base, one direction's derivative is not lost to another one's.
                let j = powers_jacobian([0.0, 2.0, 1.0, 1.0]).1;
                assert_eq!((j[0], j[1]), ([0.0; 4], [0.0, 1.0, 2.0 * 2.0f64.ln(), 0.0]));
                let columns: [[f64; 6]; 4] = std::array::from_fn(|c| widths_jvp(x, unit(c)).1);
                assert_eq!(widths_jacobian(x).1.as_flattened(), transposed(columns.as_flattened(), 6));
            }

            #[test]
            fn jacobians_of_generic_functions() {
                let x = [0.5, -0.3, 0.9, 0.2, -0.6];
                let (y, j) = generic_jacobian(x);
                assert_eq!(y, generic(x));
                assert_eq!(j, from_columns(5, |u| generic_jvp(x, u.try_into().unwrap()).1));
                let (y, j) = generic_jacobian([0.5]);
                assert_eq!((y, j), (generic([0.5]), generic_jvp([0.5], [1.0]).1));
                let x: [f32; 3] = [0.5, -0.3, 0.9];
                let (y, j) = generic_jacobian(x);
                assert_eq!(y, generic(x));
                let column =
                    |c: usize| generic_jvp(x, std::array::from_fn(|i| if i == c { 1.0 } else { 0.0 })).1;
                for c in 0..3 {
                    assert_eq!(j.iter().skip(c).step_by(3).copied().collect::<Vec<f32>>(), column(c));
                }
            }

            #[test]
            fn hessians_of_run_time_sizes() {
                for n in SIZES {
                    let x = point(n);
                    let (value, gradient, h) = energy_hessian(&x);
                    assert_eq!((value, gradient), energy_grad(&x));
                    // A row for each direction, as it was with one direction at a time.
                    let rows = from_columns(n, |u| energy_hvp(&x, &u).2);
                    assert_eq!(h, transposed(&rows, n));
                    near(&h, &differences(&x, |x| energy_grad(x).1), 1e-7);
                    let (value, gradient, h) = owned_hessian(x.clone(), 7);
                    assert_eq!((value, gradient), owned_grad(x.clone(), 7));
                    near(&h, &differences(&x, |x| owned_grad(x.to_vec(), 7).1), 1e-7);
                    let (_, gradient, h) = springs_hessian(&x);
                    assert_eq!(gradient, springs_grad(&x).1);
                    near(&h, &differences(&x, |x| springs_grad(x).1), 1e-7);
                }
                assert_eq!(energy_hessian(&[]), (0.0, vec![], vec![]));
            }

            #[test]
            fn hessians_of_fixed_sizes() {
                let (a, b, c) = (0.5_f64, -0.3, 0.9);
                let (_, _, h) = energy_of_three_hessian([a, b, c]);
                let corner = -2.0 * (a * a).sin() - 4.0 * a * a * (a * a).cos();
                near(h.as_flattened(), &[corner, c, b, c, 0.0, a, b, a, 0.0], 1e-14);
                let x = [0.5, -0.3, 0.9, 0.2];
                let (_, gradient, h) = energy_of_four_hessian(&x).unwrap();
                assert_eq!(gradient, energy_of_four_grad(&x).unwrap().1);
                let f = |x: &[f64]| energy_of_four_grad(&[x[0], x[1], x[2], x[3]]).unwrap().1.to_vec();
                near(h.as_flattened(), &differences(&x, f), 1e-7);
                assert_eq!(energy_of_four_hessian(&[0.0; 4]), None);
                let x = [0.5, -0.3, 0.9, 0.2, -0.6];
                let model = Model { k: 2.0 };
                let (_, _, h) = model.energy_hessian(x);
                let f = |x: &[f64]| model.energy_grad([x[0], x[1], x[2], x[3], x[4]]).1.to_vec();
                near(h.as_flattened(), &differences(&x, f), 1e-7);
                let (_, _, h) = energy_of_any_hessian(x);
                let f = |x: &[f64]| energy_of_any_grad([x[0], x[1], x[2], x[3], x[4]]).1.to_vec();
                near(h.as_flattened(), &differences(&x, f), 1e-7);
                let (_, _, h) = energy_of_any_hessian([0.5_f64]);
                near(h.as_flattened(), &differences(&[0.5], |x| energy_of_any_grad([x[0]]).1.to_vec()), 1e-7);
                let single: [f32; 3] = [0.5, -0.3, 0.9];
                for (c, row) in energy_of_any_hessian(single).2.iter().enumerate() {
                    let direction = std::array::from_fn(|i| if i == c { 1.0 } else { 0.0 });
                    assert_eq!(*row, energy_of_any_hvp(single, direction).2);
                }
            }
        }
    };
}

mod tests {
    use super::*;
    tests!(double);
    #[cfg(debug_assertions)]
    tests!(unsimplified);
}

#[test]
fn single_precision() {
    let x: Vec<f32> = (0..7).map(|i| 0.3 + 0.1 * i as f32).collect();
    let (_, j) = single::slice_jacobian(&x, 15);
    for c in 0..7 {
        let direction: Vec<f32> = (0..7).map(|i| if i == c { 1.0 } else { 0.0 }).collect();
        let column: Vec<f32> = j.iter().skip(c).step_by(7).copied().collect();
        assert_eq!(column, single::slice_jvp(&x, 15, &direction).1);
        let row = single::energy_hessian(&x).2[7 * c..7 * (c + 1)].to_vec();
        assert_eq!(row, single::energy_hvp(&x, &direction).2);
    }
}

/// The function runs once for its value, and once for each batch.
#[test]
fn batches_run_the_function_once() {
    use std::cell::Cell;

    #[backprop(jacobian)]
    fn longer(x: &[f64], #[no_grad] y: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; y.len()];
        for i in 0..y.len() {
            out[i] = x[i % x.len()] * y[i] * Counted::count(&COUNT);
        }
        out
    }

    thread_local! { static COUNT: Cell<u32> = const { Cell::new(0) }; }
    struct Counted;
    impl Counted {
        fn count(count: &'static std::thread::LocalKey<Cell<u32>>) -> f64 {
            count.set(count.get() + 1);
            2.0
        }
    }
    // Code that is not looked into may do something: by rows, in one run.
    let (y, j) = longer_jacobian(&[1.0, 2.0, 3.0], &[1.0; 5]);
    assert_eq!((y, COUNT.get()), (vec![2.0, 4.0, 6.0, 2.0, 4.0], 5));
    assert_eq!(j[..6], [2.0, 0.0, 0.0, 0.0, 2.0, 0.0]);
}

/// `Vec`s of tuples, tuples in tuples, and integers in them, as the columns of a Hessian meet them.
#[backprop(hessian)]
fn of_tuples(x: &[f64]) -> f64 {
    let mut p: Vec<(f64, f64)> = x.iter().map(|a| (*a, a * a)).collect();
    p[0].0 *= 2.0;
    let mut q = vec![((0.0, 1.0), [0.0; 2]); x.len()];
    for i in 0..x.len() {
        q[i].0.0 = p[i].0 * x[0];
        q[i].1[1] = p[i].1;
    }
    q.swap(0, 1);
    p.iter().map(|(a, b)| a * b).sum::<f64>() + q.iter().map(|(a, b)| a.0 * a.1 * b[1]).sum::<f64>()
}

#[test]
fn tuples_have_lanes() {
    // 2x₀³ + x₁³ + x₂³ + 2x₀⁴ + x₀x₁³ + x₀x₂³
    let (x, y, z): (f64, f64, f64) = (1.0, 2.0, 0.5);
    let (value, gradient, hessian) = of_tuples_hessian(&[x, y, z]);
    let cubes = y.powi(3) + z.powi(3);
    assert_eq!(value, 2.0 * x.powi(3) + 2.0 * x.powi(4) + (1.0 + x) * cubes);
    let first = 6.0 * x * x + 8.0 * x.powi(3) + cubes;
    assert_eq!(gradient, [first, 3.0 * y * y * (1.0 + x), 3.0 * z * z * (1.0 + x)]);
    let rows = [
        [12.0 * x + 24.0 * x * x, 3.0 * y * y, 3.0 * z * z],
        [3.0 * y * y, 6.0 * y * (1.0 + x), 0.0],
        [3.0 * z * z, 0.0, 6.0 * z * (1.0 + x)],
    ];
    assert_eq!(hessian, rows.concat());
}
