//! Annotated functions that call companions of other annotated functions: derivatives of derivatives, in all four
//! combinations of forward and reverse, beside closed forms and differences.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident ($($option:ident),*)) => {
        #[backprop(order = 2, $($option),*)]
        pub fn wave(x: $F, y: $F) -> $F {
            (x * y).sin() + x * x * x
        }

        /// The value and the squared length of the gradient.
        #[backprop($($option),*)]
        pub fn steepness(x: $F, y: $F) -> $F {
            let (value, (dx, dy)) = wave_grad(x, y);
            value + dx * dx + dy * dy
        }

        #[backprop(order = 2, $($option),*)]
        pub fn exponents(x: &[$F], s: $F) -> $F {
            let mut t = 0.0;
            for i in 0..x.len() {
                t += (x[i] * x[i] * s).exp();
            }
            t
        }

        #[backprop($($option),*)]
        pub fn weighted(x: &[$F], s: $F) -> $F {
            let (value, (d, ds)) = exponents_grad(x, s);
            let mut t = value * ds;
            for i in 0..x.len() {
                t += d[i] * d[i] * (i as $F + 1.0);
            }
            t
        }

        /// Descends on `exponents` for some steps: a derivative in a loop.
        #[backprop($($option),*)]
        pub fn descended(start: [$F; 2], s: $F, steps: usize) -> $F {
            let mut x = start;
            for _ in 0..steps {
                let (_, (d, _)) = exponents_grad(&x, s);
                for i in 0..2 {
                    x[i] -= 0.1 * d[i];
                }
            }
            x[0] + 2.0 * x[1]
        }

        #[backprop(order = 2, $($option),*)]
        pub fn sum(x: $F, y: $F) -> $F {
            x + y
        }

        /// d/dx [x · d/dy (x + y)] = 1, for every x = y.
        #[backprop($($option),*)]
        pub fn confusion(x: $F) -> $F {
            let (_, (_, dy)) = sum_grad(x, x);
            x * dy
        }

        #[backprop(order = 2, $($option),*)]
        pub fn fourth(x: $F) -> $F {
            x.powi(4)
        }

        #[backprop($($option),*)]
        pub fn slope(x: $F) -> $F {
            let (_, t) = fourth_jvp(x, 1.0);
            t
        }

        #[backprop(order = 2, $($option),*)]
        pub fn rows(x: [$F; 2]) -> [$F; 2] {
            [x[0] * x[1], x[1].exp()]
        }

        /// u·J·v, once by rows and once by columns.
        #[backprop($($option),*)]
        pub fn both_ways(x: [$F; 2], u: [$F; 2], v: [$F; 2]) -> $F {
            let (_, t) = rows_jvp(x, v);
            let (_, d) = rows_vjp(x, u);
            u[0] * t[0] + u[1] * t[1] + 2.0 * (d[0] * v[0] + d[1] * v[1])
        }

        #[backprop(order = 2, $($option),*)]
        pub fn guarded(x: $F) -> Option<$F> {
            if x > 0.0 { Some(x.ln() * x) } else { None }
        }

        #[backprop(order = 2, $($option),*)]
        pub fn distance(a: &[$F; 2], b: &[$F; 2]) -> $F {
            let mut s = 0.0;
            for i in 0..2 {
                s += (a[i] - b[i]) * (a[i] - b[i]);
            }
            s.sqrt()
        }

        #[backprop(order = 2, $($option),*)]
        pub fn potential(x: [$F; 2], charges: &[[$F; 2]], k: $F) -> $F {
            let mut p = 0.0;
            for c in charges {
                p += k / distance(&x, c);
            }
            p
        }

        /// A simulation: the force is a gradient, of a function that calls another one.
        #[backprop($($option),*)]
        pub fn simulated(x: [$F; 2], charges: &[[$F; 2]], k: $F, steps: usize) -> $F {
            let mut p = x;
            let mut v = [0.0, 0.1];
            for _ in 0..steps {
                let (_, (d, _, _)) = potential_grad(p, charges, k);
                for i in 0..2 {
                    v[i] -= 0.05 * d[i];
                    p[i] += 0.1 * v[i];
                }
            }
            p[0] * 2.0 + p[1] * v[0]
        }

        #[backprop(order = 2, $($option),*)]
        pub fn squares(x: &[$F], s: $F) -> Vec<$F> {
            x.iter().map(|v| v * v * s).collect()
        }

        #[backprop(order = 2, $($option),*)]
        pub fn power(x: $F, n: usize) -> $F {
            if n == 0 { 1.0 } else { x * power(x, n - 1) }
        }

        /// Calls of results that are overwritten, of a recursive function, and in a branch.
        #[backprop(order = 2, $($option),*)]
        pub fn calling(x: &[$F], s: $F) -> $F {
            let mut v = squares(x, s);
            let w = squares(&v, v[0] * s);
            v[0] = w[1];
            let mut t = power(w[0], 3) + w[1] * v[1] * v[0];
            if s > 0.0 {
                t *= power(s, 2);
            }
            t
        }

        #[backprop($($option),*)]
        pub fn of_calling(x: &[$F], s: $F) -> $F {
            let (value, (d, ds)) = calling_grad(x, s);
            value * ds + d[0] * d[1]
        }

        #[backprop($($option),*)]
        pub fn guarded_slope(x: $F) -> Option<$F> {
            let (_, d) = guarded_grad(x)?;
            Some(d * x)
        }
    };
}

instances!(functions);

#[track_caller]
fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a}, not {b}");
}

/// A difference, by Richardson.
fn difference(f: impl Fn(f64) -> f64) -> f64 {
    let slope = |h: f64| (f(h) - f(-h)) / (2.0 * h);
    (4.0 * slope(1e-4) - slope(2e-4)) / 3.0
}

macro_rules! tests {
    ($mode:ident) => {
        mod $mode {
            use super::super::$mode::*;
            use super::*;

            #[test]
            fn of_a_gradient() {
                let closed = |x: f64, y: f64| {
                    let c = (x * y).cos();
                    let (dx, dy) = (y * c + 3.0 * x * x, x * c);
                    (x * y).sin() + x * x * x + dx * dx + dy * dy
                };
                let (value, (dx, dy)) = steepness_grad(0.7, 0.3);
                close(value, closed(0.7, 0.3), 1e-14);
                close(dx, difference(|h| closed(0.7 + h, 0.3)), 1e-9);
                close(dy, difference(|h| closed(0.7, 0.3 + h)), 1e-9);
                close(steepness_jvp(0.7, 0.3, 2.0, -1.0).1, 2.0 * dx - dy, 1e-13);
            }

            #[test]
            fn of_a_slice() {
                let x = [0.3, -0.5, 0.8];
                let (value, (d, ds)) = weighted_grad(&x, 0.7);
                assert_eq!(value, weighted(&x, 0.7));
                for i in 0..3 {
                    let at = |h: f64| {
                        let mut y = x;
                        y[i] += h;
                        weighted(&y, 0.7)
                    };
                    close(d[i], difference(at), 1e-8);
                }
                close(ds, difference(|h| weighted(&x, 0.7 + h)), 1e-8);
                let (_, t) = weighted_jvp(&x, 0.7, &[1.0, 2.0, 3.0], 4.0);
                close(t, d[0] + 2.0 * d[1] + 3.0 * d[2] + 4.0 * ds, 1e-12);
            }

            #[test]
            fn in_a_loop() {
                let x = [0.3, -0.5];
                let (value, (d, ds)) = descended_grad(x, 0.7, 4);
                assert_eq!(value, descended(x, 0.7, 4));
                close(d[0], difference(|h| descended([x[0] + h, x[1]], 0.7, 4)), 1e-9);
                close(d[1], difference(|h| descended([x[0], x[1] + h], 0.7, 4)), 1e-9);
                close(ds, difference(|h| descended(x, 0.7 + h, 4)), 1e-9);
                close(descended_jvp(x, 0.7, 4, [1.0, 2.0], 3.0).1, d[0] + 2.0 * d[1] + 3.0 * ds, 1e-13);
                assert_eq!(descended_grad(x, 0.7, 0).1, ([1.0, 2.0], 0.0));
            }

            #[test]
            fn nothing_is_confused() {
                for x in [-2.0, 0.0, 3.0] {
                    assert_eq!(confusion_grad(x), (x, 1.0));
                    assert_eq!(confusion_jvp(x, 1.0), (x, 1.0));
                }
            }

            #[test]
            fn of_a_tangent() {
                assert_eq!(slope_grad(2.0), (32.0, 48.0));
                assert_eq!(slope_jvp(2.0, 0.5), (32.0, 24.0));
            }

            #[test]
            fn of_rows_and_columns() {
                let (x, u, v) = ([0.4, -0.9], [1.5, 0.3], [-0.7, 1.1]);
                let (value, (dx, du, dv)) = both_ways_grad(x, u, v);
                let (a, b, e) = (x[0], x[1], x[1].exp());
                // 3 (u0 (b v0 + a v1) + u1 e v1)
                close(value, 3.0 * (u[0] * (b * v[0] + a * v[1]) + u[1] * e * v[1]), 1e-14);
                let expected = [
                    (dx, [u[0] * v[1], u[0] * v[0] + u[1] * e * v[1]]),
                    (du, [b * v[0] + a * v[1], e * v[1]]),
                    (dv, [u[0] * b, u[0] * a + u[1] * e]),
                ];
                for (found, expected) in expected {
                    close(found[0], 3.0 * expected[0], 1e-14);
                    close(found[1], 3.0 * expected[1], 1e-14);
                }
                let ones = [1.0, 1.0];
                let all: f64 = [dx, du, dv].as_flattened().iter().sum();
                close(both_ways_jvp(x, u, v, ones, ones, ones).1, all, 1e-14);
            }

            #[test]
            fn through_calls() {
                let (x, s) = ([0.6, 0.9], 0.8);
                let (value, (d, ds)) = of_calling_grad(&x, s);
                assert_eq!(value, of_calling(&x, s));
                for i in 0..2 {
                    let at = |h: f64| {
                        let mut y = x;
                        y[i] += h;
                        of_calling(&y, s)
                    };
                    close(d[i], difference(at), 1e-8);
                }
                close(ds, difference(|h| of_calling(&x, s + h)), 1e-8);
                let (_, t) = of_calling_jvp(&x, s, &[1.0, 2.0], 3.0);
                close(t, d[0] + 2.0 * d[1] + 3.0 * ds, 1e-12);
            }

            #[test]
            fn through_a_simulation() {
                let (x, charges, k) = ([0.1, 0.2], [[1.0, 2.0], [-1.0, -0.5]], 0.7);
                let (value, (d, dc, dk)) = simulated_grad(x, &charges, k, 5);
                assert_eq!(value, simulated(x, &charges, k, 5));
                for i in 0..2 {
                    let at = |h: f64| {
                        let mut y = x;
                        y[i] += h;
                        simulated(y, &charges, k, 5)
                    };
                    close(d[i], difference(at), 1e-8);
                    for j in 0..2 {
                        let at = |h: f64| {
                            let mut y = charges;
                            y[i][j] += h;
                            simulated(x, &y, k, 5)
                        };
                        close(dc[i][j], difference(at), 1e-8);
                    }
                }
                close(dk, difference(|h| simulated(x, &charges, k + h, 5)), 1e-8);
                let along = simulated_jvp(x, &charges, k, 5, [1.0, -1.0], &[[0.5; 2]; 2], 2.0).1;
                let expected = d[0] - d[1] + 0.5 * dc.as_flattened().iter().sum::<f64>() + 2.0 * dk;
                close(along, expected, 1e-12);
            }

            #[test]
            fn of_options() {
                // x (ln x + 1)
                let (value, d) = guarded_slope_grad(2.0).unwrap();
                close(value, 2.0 * (2f64.ln() + 1.0), 1e-15);
                close(d, 2f64.ln() + 2.0, 1e-15);
                close(guarded_slope_jvp(2.0, 3.0).unwrap().1, 3.0 * (2f64.ln() + 2.0), 1e-15);
                assert_eq!(guarded_slope_grad(-1.0), None);
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

/// In `f32`, to its own accuracy.
#[test]
fn single_precision() {
    let (value, (dx, dy)) = single::steepness_grad(0.7, 0.3);
    let (expected, (ex, ey)) = double::steepness_grad(f64::from(0.7_f32), f64::from(0.3_f32));
    for (found, expected) in [(value, expected), (dx, ex), (dy, ey)] {
        assert!((f64::from(found) - expected).abs() < 1e-5 * (1.0 + expected.abs()));
    }
}

/// Parameters of every kind, as the tangent companion takes them.
#[test]
fn tangents_of_every_kind() {
    #[backprop(hvp, jvp)]
    fn product(x: &Vec<f64>, y: Vec<f64>, z: [[f64; 2]; 2], t: (f64, f64), w: &[f64; 2], v: &f64) -> f64 {
        x[0] * y[0] * z[0][1] * t.0 * w[1] * v + x[1].powi(3)
    }

    #[backprop]
    fn along(x: &Vec<f64>, y: Vec<f64>) -> f64 {
        let direction = vec![1.0, 0.5];
        let (z, still) = ([[1.0, 2.0], [0.0, 1.0]], vec![0.0, 0.0]);
        let (_, t) = product_jvp(
            x,
            y,
            z,
            (1.5, 1.0),
            &[1.0, 3.0],
            &2.0,
            &direction,
            still,
            [[0.0; 2]; 2],
            (0.0, 0.0),
            [0.0; 2],
            0.0,
        );
        t
    }
    // 18 y₀ + 3/2 x₁²
    let (value, (dx, dy)) = along_grad(&vec![2.0, 3.0], vec![5.0, 7.0]);
    assert_eq!((value, dx, dy), (103.5, vec![0.0, 9.0], vec![18.0, 0.0]));
}
