//! What newcomers tried with `order = 2`, `hessian` and `jacobian`: results that may be missing, and what does not follow from
//! arguments.

use backprop::backprop;

/// A difference, by Richardson.
fn difference(f: impl Fn(f64) -> f64) -> f64 {
    let slope = |h: f64| (f(h) - f(-h)) / (2.0 * h);
    (4.0 * slope(1e-4) - slope(2e-4)) / 3.0
}

#[track_caller]
fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-8 * (1.0 + b.abs()), "{a}, not {b}");
}

mod missing {
    use super::*;

    #[backprop(order = 2, jvp)]
    fn safe_log(x: f64, y: f64) -> Option<f64> {
        if x <= 0.0 { None } else { Some(x.ln() * y * y) }
    }

    #[backprop(order = 2, jvp)]
    fn two_logs(x: f64, y: f64) -> Option<f64> {
        let a = safe_log(x, y)?;
        let b = safe_log(y + 1.0, a)?;
        Some(a * b * 2.0)
    }

    #[backprop(jvp)]
    fn of_options(x: f64, y: f64) -> Option<f64> {
        let (value, (dx, dy)) = two_logs_grad(x, y)?;
        Some(value + dx * dy)
    }

    #[backprop(order = 2)]
    fn several(x: f64) -> Result<Vec<f64>, String> {
        if x < 0.0 {
            return Err("negative".to_string());
        }
        Ok(vec![x * x, x.sin()])
    }

    #[backprop(order = 2)]
    fn product(x: f64) -> Result<f64, String> {
        let v = several(x * 2.0).map_err(|e| e + "!")?;
        Ok(v[0] * v[1])
    }

    #[backprop]
    fn of_results(x: f64) -> Result<f64, String> {
        let (_, d) = product_grad(x)?;
        let (_, e) = several_vjp(x, vec![x, 2.0])?;
        Ok(d * e)
    }

    /// Its own derivatives don't suffer from what a second one can't go through.
    #[backprop(order = 2)]
    fn either(x: f64, y: f64) -> f64 {
        safe_log(x, y).unwrap_or(x * y)
    }

    #[backprop(order = 2)]
    fn both(x: f64) -> (f64, Vec<f64>) {
        (x * x, vec![x, x * x])
    }

    #[test]
    fn results_may_be_missing() {
        let (value, (dx, dy)) = of_options_grad(1.7, 0.8).unwrap();
        assert_eq!(value, of_options(1.7, 0.8).unwrap());
        close(dx, difference(|h| of_options(1.7 + h, 0.8).unwrap()));
        close(dy, difference(|h| of_options(1.7, 0.8 + h).unwrap()));
        close(of_options_jvp(1.7, 0.8, 1.0, 2.0).unwrap().1, dx + 2.0 * dy);
        assert_eq!(of_options_grad(-1.0, 0.8), None);
        let (_, d) = of_results_grad(0.7).unwrap();
        close(d, difference(|h| of_results(0.7 + h).unwrap()));
        assert_eq!(of_results_grad(-0.7), Err("negative!".to_string()));
        assert_eq!(either_grad(-2.0, 3.0), (-6.0, (3.0, -2.0)));
        assert_eq!(both_vjp(3.0, (1.0, vec![1.0, 2.0])), ((9.0, vec![3.0, 9.0]), 19.0));
    }
}

mod constants {
    use super::*;

    #[backprop(hessian, jvp)]
    fn padded<const K: usize>(x: &[f64]) -> f64 {
        let mut b = [0.0; K];
        for i in 0..K {
            b[i] = x[i] * x[0];
        }
        b.iter().sum()
    }

    #[backprop(jacobian)]
    fn repeated<const N: usize, const M: usize>(x: &[f64; N]) -> [f64; M] {
        let mut y = [0.0; M];
        for i in 0..M {
            y[i] = x[i % N] * x[0];
        }
        y
    }

    #[backprop(jacobian)]
    fn multiples<const M: usize>(x: f64) -> [f64; M] {
        let mut y = [0.0; M];
        for i in 0..M {
            y[i] = x * i as f64;
        }
        y
    }

    #[test]
    fn numbers_that_no_argument_says() {
        assert_eq!(padded_hessian::<2>(&[1.0, 2.0]).2, [2.0, 1.0, 1.0, 0.0]);
        assert_eq!(repeated_jacobian::<2, 3>(&[1.0, 2.0]).1, [[2.0, 0.0], [2.0, 1.0], [2.0, 0.0]]);
        assert_eq!(multiples_jacobian::<3>(1.0).1, [0.0, 1.0, 2.0]);
    }
}

mod lent {
    use super::*;

    #[backprop(order = 2, jvp)]
    fn potential(q: &[f64]) -> f64 {
        q[0] * q[0] * q[1]
    }

    /// A companion gets what is lent mutably, as its function would.
    #[backprop(jvp)]
    fn leap(q: &mut [f64], h: f64) {
        let (value, slope) = potential_grad(q);
        q[0] += value * slope[0] * h;
        let slope: Vec<f64> = potential_grad(q).1;
        q[1] -= slope[0];
    }

    #[test]
    fn mutable_borrows_are_read() {
        let run = |a: f64, b: f64, h: f64| {
            let mut q = [a, b];
            leap(&mut q, h);
            q[0] + 2.0 * q[1]
        };
        let (mut q, mut seed) = ([1.1, 0.7], [1.0, 2.0]);
        let ((), dh) = leap_vjp(&mut q, 0.1, &mut seed);
        close(dh, difference(|e| run(1.1, 0.7, 0.1 + e)));
        close(seed[0], difference(|e| run(1.1 + e, 0.7, 0.1)));
        close(seed[1], difference(|e| run(1.1, 0.7 + e, 0.1)));
    }
}
