//! The functions as they are written for `symdiff`: straight lines of arithmetic on the elements of one slice, with numbers written out.

use symdiff::gradient;

/// Rosenbrock's function of two variables.
#[gradient(var = x, dim = 2)]
fn rosenbrock(x: &[f64]) -> f64 {
    100.0 * (x[1] - x[0] * x[0]).powi(2) + (x[0] - 1.0).powi(2)
}

/// The price of a call by Black and Scholes.
#[gradient(var = x, dim = 5)]
fn black_scholes(x: &[f64]) -> f64 {
    let deviation = x[2] * x[3].sqrt();
    let d1 = ((x[0] / x[1]).ln() + (x[4] + 0.5 * x[2] * x[2]) * x[3]) / deviation;
    let d2 = d1 - deviation;
    let n1 = 1.0 / (1.0 + (-1.5976 * d1 - 0.07056 * d1 * d1 * d1).exp());
    let n2 = 1.0 / (1.0 + (-1.5976 * d2 - 0.07056 * d2 * d2 * d2).exp());
    x[0] * n1 - x[1] * (-x[4] * x[3]).exp() * n2
}

/// How far the hand of an arm of two links is from a point, squared.
#[gradient(var = x, dim = 2)]
fn arm(x: &[f64]) -> f64 {
    let across = 1.0 * x[0].cos() + 0.7 * (x[0] + x[1]).cos() - 0.5;
    let up = 1.0 * x[0].sin() + 0.7 * (x[0] + x[1]).sin() - 1.1;
    across * across + up * up
}

/// The value too, as the others return it.
pub fn rosenbrock_into(x: &[f64], d: &mut [f64]) -> f64 {
    d.copy_from_slice(&rosenbrock_gradient(x));
    rosenbrock(x)
}

/// See [`rosenbrock_into`].
pub fn black_scholes_into(x: &[f64], d: &mut [f64]) -> f64 {
    d.copy_from_slice(&black_scholes_gradient(x));
    black_scholes(x)
}

/// See [`rosenbrock_into`].
pub fn arm_into(x: &[f64], d: &mut [f64]) -> f64 {
    d.copy_from_slice(&arm_gradient(x));
    arm(x)
}
