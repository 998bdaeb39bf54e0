//! Arrays that calls in loops need again are kept as rows, one behind the other: of different lengths, in nested loops,
//! in branches, for functions that insist on a `Vec`, for rules by hand, and for array operations.

use backprop::backprop;
use backprop::check::check_gradient;

#[backprop]
fn slopes(x: &[f64], y: &[f64], z: &mut [f64]) {
    z[0] = x[0];
    for i in 1..x.len() {
        z[i] = x[i] * y[i - 1];
    }
}

/// Insists on a `Vec`.
#[backprop]
#[allow(clippy::ptr_arg)]
fn square_sum(v: &Vec<f64>) -> f64 {
    v.iter().map(|x| x * x).sum()
}

/// By hand, of the product of all.
#[backprop(pullback = product_pullback)]
fn product(v: &[f64]) -> f64 {
    v.iter().product()
}

fn product_pullback(v: &[f64], result: f64, seed: f64) -> Vec<f64> {
    v.iter().map(|x| seed * result / x).collect()
}

/// Two rows for each round, of different lengths.
#[backprop]
fn two_lengths(x: &[f64], steps: usize) -> f64 {
    let n = x.len();
    let mut y = vec![0.5; n];
    let mut z = vec![0.25; n + 1];
    let mut k = vec![0.0; n];
    let mut sum = 0.0;
    for step in 0..steps {
        slopes(x, &y, &mut k);
        for i in 0..n {
            y[i] += 0.125 * k[i];
        }
        slopes(x, &z[1..], &mut k);
        z[step % n] += 0.25 * k[n - 1];
        sum += square_sum(&z) + product(&y);
    }
    sum
}

/// In nested loops, the inner one of lengths that change.
#[backprop]
fn nested(x: &[f64], steps: usize) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for step in 0..steps {
        for i in 0..step {
            sum += product(&y[..2]) + square_sum(&y);
            y[i % 3] *= 0.75;
        }
        y[0] += sum * 0.125;
    }
    sum
}

/// In some rounds only.
#[backprop]
fn sometimes(x: &[f64], steps: usize) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for step in 0..steps {
        if step % 3 != 1 {
            sum += square_sum(&y);
        }
        if y[0] > 0.5 {
            sum += product(&y);
        }
        y[step % 2] *= 0.8;
    }
    sum
}

/// Until a condition holds, and with a way out.
#[backprop]
fn until(x: &[f64], #[no_grad] limit: f64) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    loop {
        sum += product(&y);
        if sum > limit {
            return sum * y[0];
        }
        for v in &mut y {
            *v += 0.25;
        }
    }
}

/// What is lent by `&mut` is kept as it was.
#[backprop]
fn exchanged(x: &[f64], steps: usize) -> f64 {
    let mut a = x.to_vec();
    let mut b = vec![1.0; x.len()];
    for _ in 0..steps {
        slopes(&a, x, &mut b);
        std::mem::swap(&mut a, &mut b);
    }
    square_sum(&a) + backprop::dot(&a, &b)
}

/// Array operations want what they were passed.
#[backprop]
fn operations(x: &[f64], steps: usize) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for i in 0..steps {
        sum += backprop::dot(&y, x) + backprop::norm(&y);
        y[i % 2] *= 1.25;
    }
    sum
}

/// A state that is a parameter, and lent on.
#[backprop]
fn advance(x: &[f64], y: &mut [f64], steps: usize) {
    let mut k = vec![0.0; x.len()];
    for _ in 0..steps {
        slopes(x, y, &mut k);
        for (y, k) in y.iter_mut().zip(&k) {
            *y += 0.25 * k;
        }
    }
}

#[backprop]
fn advanced(x: &[f64], steps: usize) -> f64 {
    let mut y = vec![0.5; x.len()];
    advance(x, &mut y, steps);
    advance(x, &mut y, 1);
    square_sum(&y)
}

#[test]
fn beside_differences() {
    let x = [0.9, -0.6, 1.3, 0.7];
    macro_rules! check {
        ($($f:ident, $grad:ident, $more:expr;)*) => {$(
            let (value, gradient) = $grad(&x, $more);
            assert_eq!(value, $f(&x, $more), stringify!($f));
            let report = check_gradient(|x| $f(x, $more), &gradient, &x);
            assert!(report.agrees(1e-7), "{}: {report}", stringify!($f));
        )*};
    }
    for steps in [0, 1, 2, 7, 20] {
        check! {
            two_lengths, two_lengths_grad, steps;
            nested, nested_grad, steps.min(9);
            sometimes, sometimes_grad, steps;
            exchanged, exchanged_grad, steps;
            operations, operations_grad, steps;
            advanced, advanced_grad, steps;
        }
    }
    for limit in [-5.0, 3.0, 40.0] {
        check! { until, until_grad, limit; }
    }
}

/// The reverse sweep may run several times.
#[test]
fn rows_stay_where_they_are() {
    #[backprop(jacobian)]
    fn ends(x: &[f64; 3], steps: usize) -> [f64; 2] {
        let mut y = vec![0.5; 3];
        advance(x, &mut y, steps);
        [square_sum(&y), y[2]]
    }
    let x = [0.9, -0.6, 1.3];
    let (_, rows) = ends_jacobian(&x, 6);
    for (row, gradient) in rows.iter().enumerate() {
        let report = check_gradient(|x| ends(&[x[0], x[1], x[2]], 6)[row], gradient, &x);
        assert!(report.agrees(1e-7), "{report}");
    }
}
