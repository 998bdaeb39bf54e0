//! The option `checkpoint`: gradients are, to the bit, those without it.

macro_rules! functions {
    ($($option:ident),*) => {
        use backprop::backprop;

        /// Numbers as state.
        #[backprop($($option),*)]
        pub fn pendulum(angle: f64, length: f64, damping: f64, steps: usize) -> f64 {
            let (mut a, mut v) = (angle, 0.0);
            for _ in 0..steps {
                v += 0.01 * (-9.81 / length * a.sin() - damping * v);
                a += 0.01 * v;
            }
            a * a + 0.1 * v
        }

        /// An array and a counter as state; what is read is overwritten afterwards.
        #[backprop($($option),*)]
        pub fn bodies(start: &[[f64; 2]], mut weights: [f64; 3], steps: usize) -> f64 {
            let mut p = start.to_vec();
            let mut v = vec![[0.0; 2]; p.len()];
            let mut bounces = 0;
            for t in 0..steps {
                for i in 0..p.len() {
                    for k in 0..2 {
                        v[i][k] -= 0.05 * weights[(i + t) % 3] * p[i][k].powi(3);
                        p[i][k] += 0.1 * v[i][k];
                    }
                    if p[i][0] < 0.0 {
                        p[i][0] = -p[i][0] * weights[0];
                        bounces += 1;
                    }
                }
            }
            weights[1] *= 2.0;
            let mut e = weights[1] * bounces as f64;
            for q in &p {
                e += q[0] * q[1] * weights[2];
            }
            e
        }

        /// Ranges of all kinds, one after another.
        #[backprop($($option),*)]
        pub fn ranges(x: f64, lo: i32, hi: i32) -> f64 {
            let mut s = x;
            for i in (lo..hi).rev() {
                s = s.sin() + x * f64::from(i);
            }
            for i in (lo..=hi).step_by(3) {
                s = (s * x + f64::from(i)).cos();
            }
            for i in (lo..hi).step_by(2).rev() {
                s = s.tanh() * x - f64::from(i) * 0.1;
            }
            s
        }

        /// A state that is lent; the adjoint of what it held comes back.
        #[backprop($($option),*)]
        pub fn evolve(state: &mut [f64], k: f64, steps: usize) {
            for t in 0..steps {
                let n = state.len();
                let first = state[0];
                for i in 0..n - 1 {
                    state[i] = state[i + 1] * k + state[i].sin();
                }
                state[n - 1] = first * (t as f64 * 0.1).cos();
            }
        }

        /// A row that is looked through.
        #[backprop($($option),*)]
        pub fn driven(table: &[f64], x: f64, steps: usize) -> f64 {
            let row = &table[1..];
            let mut p = [x, 0.0];
            for t in 0..steps {
                let mut f = row[t % row.len()];
                for i in 0..3 {
                    f = (f * p[0]).sin() + i as f64;
                }
                p[1] += 0.1 * f;
                p[0] += 0.1 * p[1];
            }
            p[0] * table[0]
        }
    };
}

mod plain {
    functions!();
}
mod kept {
    functions!(checkpoint);
}
#[cfg(debug_assertions)]
mod unsimplified {
    functions!(checkpoint, no_simplify);
}

macro_rules! tests {
    ($mode:ident) => {
        #[test]
        fn $mode() {
            for steps in [0, 1, 2, 3, 9, 10, 97, 100] {
                assert_eq!(
                    super::plain::pendulum_grad(1.1, 0.7, 0.2, steps),
                    super::$mode::pendulum_grad(1.1, 0.7, 0.2, steps)
                );
                let start = [[0.4, 1.1], [0.9, -0.3]];
                assert_eq!(
                    super::plain::bodies_grad(&start, [0.8, 1.3, 0.6], steps),
                    super::$mode::bodies_grad(&start, [0.8, 1.3, 0.6], steps)
                );
                assert_eq!(
                    super::plain::ranges_grad(0.7, -2, steps as i32),
                    super::$mode::ranges_grad(0.7, -2, steps as i32)
                );
                let run = |vjp: fn(&mut [f64], f64, usize, &mut [f64]) -> ((), f64)| {
                    let (mut state, mut seed) = ([0.3, 0.5, -0.8], [1.0, -2.0, 0.5]);
                    let d = vjp(&mut state, 0.9, steps, &mut seed).1;
                    (d, state, seed)
                };
                assert_eq!(run(super::plain::evolve_vjp), run(super::$mode::evolve_vjp));
                let table = [2.0, 0.3, 0.8, -0.4];
                assert_eq!(
                    super::plain::driven_grad(&table, 0.4, steps),
                    super::$mode::driven_grad(&table, 0.4, steps)
                );
            }
        }
    };
}

mod tests {
    tests!(kept);
    #[cfg(debug_assertions)]
    tests!(unsimplified);
}

/// Beside differences: what both have in common could be wrong together.
#[test]
fn beside_differences() {
    let slope = |f: &dyn Fn(f64) -> f64| {
        let d = |h: f64| (f(h) - f(-h)) / (2.0 * h);
        (4.0 * d(1e-4) - d(2e-4)) / 3.0
    };
    let (_, (a, l, d)) = kept::pendulum_grad(1.1, 0.7, 0.2, 150);
    let at = |h: [f64; 3]| kept::pendulum(1.1 + h[0], 0.7 + h[1], 0.2 + h[2], 150);
    for (found, expected) in [
        (a, slope(&|h| at([h, 0.0, 0.0]))),
        (l, slope(&|h| at([0.0, h, 0.0]))),
        (d, slope(&|h| at([0.0, 0.0, h]))),
    ] {
        assert!((found - expected).abs() < 1e-8 * (1.0 + expected.abs()), "{found}, not {expected}");
    }
}
