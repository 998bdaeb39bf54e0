//! `NAME_hvp` and `NAME_hessian`: beside differences of the gradient, beside each other, symmetric, and closed forms.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident ($($option:ident),*)) => {
        #[backprop(hvp, hessian, $($option),*)]
        pub fn rosenbrock(x: &[$F]) -> $F {
            let mut sum = 0.0;
            for i in 0..x.len() - 1 {
                let a = x[i + 1] - x[i] * x[i];
                let b = 1.0 - x[i];
                sum += 100.0 * a * a + b * b;
            }
            sum
        }

        #[backprop(hvp, hessian, $($option),*)]
        pub fn scalar(x: $F) -> $F {
            let y = (x * x).sin();
            if x > 0.0 { y.exp() * x } else { x.powi(3) }
        }

        #[backprop(hvp, hessian, $($option),*)]
        pub fn array(x: [$F; 3], n: usize) -> $F {
            let mut state = [x[0], x[1] * x[2]];
            for i in 0..n {
                let next = [state[1].tanh() * x[i % 3], state[0] + x[2]];
                state = next;
                if state[0] > 10.0 {
                    break;
                }
            }
            state[0] * state[1] + x.iter().map(|v| v.exp()).sum::<$F>()
        }

        #[backprop(hvp, $($option),*)]
        pub fn power(x: $F, y: $F) -> $F {
            x.powf(y)
        }

        #[backprop(hvp, $($option),*)]
        pub fn several(a: $F, v: &[$F], m: [[$F; 2]; 2], #[no_grad] k: $F) -> $F {
            let mut w = v.to_vec();
            for i in 0..w.len() {
                w[i] = (w[i] * a).sin() + m[i % 2][(i + 1) % 2] * k;
            }
            let mut total = a;
            let mut i = 0;
            while i < w.len() {
                total *= 1.0 + w[i] * w[i];
                i += 1;
            }
            total.ln() + m[0][0] * m[1][1] * a
        }

        #[backprop(hvp, hessian, wrt(x), $($option),*)]
        pub fn fallible(x: &Vec<$F>, scale: $F) -> Option<$F> {
            let first = x.first()?;
            let mut product = *first;
            for v in x {
                product *= v * scale;
            }
            Some(product)
        }
    };
}

instances!(functions);

/// Differences of a gradient, one column for each coordinate.
fn differences(x: &[f64], grad: impl Fn(&[f64]) -> Vec<f64>) -> Vec<Vec<f64>> {
    (0..x.len())
        .map(|j| {
            let at = |h: f64| {
                let mut y = x.to_vec();
                y[j] += h;
                grad(&y)
            };
            let slope =
                |h: f64| -> Vec<f64> { at(h).iter().zip(at(-h)).map(|(a, b)| (a - b) / (2.0 * h)).collect() };
            let (fine, coarse) = (slope(1e-4), slope(2e-4));
            fine.iter().zip(coarse).map(|(f, c)| (4.0 * f - c) / 3.0).collect()
        })
        .collect()
}

#[track_caller]
fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a}, not {b}");
}

macro_rules! tests {
    ($mode:ident) => {
        mod $mode {
            use super::*;

            #[test]
            fn of_a_slice() {
                let x = [0.3, -0.7, 1.2, 0.4];
                let (value, gradient, h) = super::super::$mode::rosenbrock_hessian(&x);
                assert_eq!((value, gradient), super::super::$mode::rosenbrock_grad(&x));
                // Closed form.
                for i in 0..4 {
                    for j in 0..4 {
                        let mut expected = 0.0;
                        if i == j {
                            expected +=
                                if i < 3 { 1200.0 * x[i] * x[i] - 400.0 * x[i + 1] + 2.0 } else { 0.0 };
                            expected += if i > 0 { 200.0 } else { 0.0 };
                        } else if i.abs_diff(j) == 1 {
                            expected = -400.0 * x[i.min(j)];
                        }
                        close(h[4 * i + j], expected, 1e-13);
                    }
                }
                let v = [1.0, -2.0, 0.5, 3.0];
                let (_, _, product) = super::super::$mode::rosenbrock_hvp(&x, &v);
                for i in 0..4 {
                    close(product[i], (0..4).map(|j| h[4 * i + j] * v[j]).sum(), 1e-13);
                }
            }

            /// Where the exponent is zero, the slope by the base is, and changes with the exponent.
            #[test]
            fn of_a_power() {
                for (x, y) in [(2.0f64, 0.0), (0.75, 0.0), (1.5, 2.5), (1e-310, 0.0)] {
                    let (value, gradient) = super::super::$mode::power_grad(x, y);
                    let p = x.powf(y);
                    close(gradient.0, y / x * p, 1e-14);
                    if x > 1e-300 {
                        let mixed = p / x * (1.0 + y * x.ln());
                        let columns = [[y * (y - 1.0) * p / x / x, mixed], [mixed, p * x.ln() * x.ln()]];
                        for (column, (u, v)) in columns.iter().zip([(1.0, 0.0), (0.0, 1.0)]) {
                            let (again, beside, along) = super::super::$mode::power_hvp(x, y, u, v);
                            assert_eq!((again, beside), (value, gradient));
                            close(along.0, column[0], 1e-13);
                            close(along.1, column[1], 1e-13);
                        }
                    }
                }
            }

            #[test]
            fn of_a_number() {
                for x in [0.7f64, -0.4, 1.3] {
                    let (value, slope, second) = super::super::$mode::scalar_hessian(x);
                    assert_eq!((value, slope), super::super::$mode::scalar_grad(x));
                    let (s, c) = (x * x).sin_cos();
                    let expected = match x > 0.0 {
                        // d²/dx² of x·e^s with s' = 2xc, s'' = 2c − 4x²s.
                        true => {
                            let (d, dd) = (2.0 * x * c, 2.0 * c - 4.0 * x * x * s);
                            s.exp() * (2.0 * d + x * (dd + d * d))
                        }
                        false => 6.0 * x,
                    };
                    close(second, expected, 1e-12);
                    assert_eq!(super::super::$mode::scalar_hvp(x, 2.0).2, 2.0 * second);
                }
            }

            #[test]
            fn of_an_array() {
                let x = [0.3, -0.7, 1.2];
                let (value, gradient, h) = super::super::$mode::array_hessian(x, 5);
                assert_eq!((value, gradient), super::super::$mode::array_grad(x, 5));
                let expected =
                    differences(&x, |y| super::super::$mode::array_grad([y[0], y[1], y[2]], 5).1.to_vec());
                for i in 0..3 {
                    for j in 0..3 {
                        close(h[i][j], expected[j][i], 1e-9);
                        close(h[i][j], h[j][i], 1e-13);
                    }
                }
            }

            #[test]
            fn of_several_parameters() {
                let (a, v, m, k) = (0.8, [0.5, -1.5, 0.7], [[0.2, 0.4], [-0.3, 1.1]], 1.3);
                let direction = (0.3, [1.0, -0.5, 2.0], [[0.7, -1.0], [0.1, 0.4]]);
                let (value, gradient, product) =
                    super::super::$mode::several_hvp(a, &v, m, k, direction.0, &direction.1, direction.2);
                assert_eq!((value, gradient), super::super::$mode::several_grad(a, &v, m, k));
                let at = |h: f64| {
                    let w: Vec<f64> = v.iter().zip(direction.1).map(|(v, d)| v + h * d).collect();
                    let mut n = m;
                    for i in 0..2 {
                        for j in 0..2 {
                            n[i][j] += h * direction.2[i][j];
                        }
                    }
                    let (da, dv, dm) = super::super::$mode::several_grad(a + h * direction.0, &w, n, k).1;
                    [vec![da], dv, dm.as_flattened().to_vec()].concat()
                };
                let slope = |h: f64| -> Vec<f64> {
                    at(h).iter().zip(at(-h)).map(|(a, b)| (a - b) / (2.0 * h)).collect()
                };
                let (fine, coarse) = (slope(1e-4), slope(2e-4));
                let found = [vec![product.0], product.1, product.2.as_flattened().to_vec()].concat();
                for i in 0..found.len() {
                    close(found[i], (4.0 * fine[i] - coarse[i]) / 3.0, 1e-9);
                }
            }

            #[test]
            fn of_options() {
                let x = vec![0.5, 2.0];
                // f = x0² x1 s²
                let (value, gradient, h) = super::super::$mode::fallible_hessian(&x, 3.0).unwrap();
                assert_eq!((value, gradient), (4.5, vec![18.0, 2.25]));
                assert_eq!(h, [36.0, 9.0, 9.0, 0.0]);
                assert_eq!(super::super::$mode::fallible_hessian(&vec![], 3.0), None);
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
fn single_precision_is_close() {
    let x = [0.3f32, -0.7, 1.2];
    let h = single::array_hessian(x, 5).2;
    let wide = double::array_hessian(x.map(f64::from), 5).2;
    for (a, b) in h.as_flattened().iter().zip(wide.as_flattened()) {
        assert!((f64::from(*a) - b).abs() < 1e-4 * (1.0 + b.abs()), "{a}, not {b}");
    }
}

struct Model {
    stiffness: f64,
}

impl Model {
    #[backprop(hessian)]
    fn energy(&self, x: [f64; 2]) -> f64 {
        self.stiffness * x[0] * x[0] * x[1] + x[1].powi(4)
    }
}

#[test]
fn methods_have_second_derivatives() {
    let h = Model { stiffness: 3.0 }.energy_hessian([2.0, 0.5]).2;
    assert_eq!(h, [[3.0, 12.0], [12.0, 3.0]]);
}

/// Second derivatives differentiate the conventions as written.
#[backprop(hessian)]
fn kinks(x: [f64; 3]) -> f64 {
    x[0].abs() * x[1] + x[2].max(0.0) * x[2]
}

#[test]
fn conventions_are_constants() {
    let (_, gradient, h) = kinks_hessian([0.0, 2.0, 0.0]);
    assert_eq!(gradient, [0.0, 0.0, 0.0]);
    assert_eq!(h, [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 2.0]]);
}
