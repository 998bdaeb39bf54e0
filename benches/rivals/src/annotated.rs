//! The functions as they are written for `backprop`: on plain floats.

// Loops over indices are what people write.
#![allow(clippy::needless_range_loop)]

use crate::problems::{LAYERS, LINKS, TARGET};
use backprop::backprop;

/// Rosenbrock's function.
#[backprop]
pub fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let (rise, left) = (x[i + 1] - x[i] * x[i], x[i] - 1.0);
        sum += 100.0 * rise * rise + left * left;
    }
    sum
}

/// A logistic curve for the normal distribution.
#[backprop]
fn normal(x: f64) -> f64 {
    1.0 / (1.0 + (-1.5976 * x - 0.07056 * x * x * x).exp())
}

/// The price of a call by Black and Scholes.
#[backprop]
pub fn black_scholes(spot: f64, strike: f64, volatility: f64, years: f64, rate: f64) -> f64 {
    let deviation = volatility * years.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * years) / deviation;
    let d2 = d1 - deviation;
    spot * normal(d1) - strike * (-rate * years).exp() * normal(d2)
}

/// How far the hand of an arm of two links is from a point, squared.
#[backprop]
pub fn arm(angles: [f64; 2]) -> f64 {
    let both = angles[0] + angles[1];
    let x = LINKS[0] * angles[0].cos() + LINKS[1] * both.cos() - TARGET[0];
    let y = LINKS[0] * angles[0].sin() + LINKS[1] * both.sin() - TARGET[1];
    x * x + y * y
}

const INPUTS: usize = LAYERS[0];
const FIRST: usize = LAYERS[1];
const SECOND: usize = LAYERS[2];
const OUTPUTS: usize = LAYERS[3];

/// The cross-entropy of what a network of two hidden layers says of an input.
#[allow(clippy::too_many_arguments)]
#[backprop]
pub fn network(
    w1: &[f64],
    b1: &[f64],
    w2: &[f64],
    b2: &[f64],
    w3: &[f64],
    b3: &[f64],
    #[no_grad] input: &[f64],
    right: usize,
) -> f64 {
    let mut first = [0.0; FIRST];
    for i in 0..FIRST {
        let mut z = b1[i];
        for j in 0..INPUTS {
            z += w1[i * INPUTS + j] * input[j];
        }
        first[i] = z.tanh();
    }
    let mut second = [0.0; SECOND];
    for i in 0..SECOND {
        let mut z = b2[i];
        for j in 0..FIRST {
            z += w2[i * FIRST + j] * first[j];
        }
        second[i] = z.tanh();
    }
    let mut scores = [0.0; OUTPUTS];
    for i in 0..OUTPUTS {
        let mut z = b3[i];
        for j in 0..SECOND {
            z += w3[i * SECOND + j] * second[j];
        }
        scores[i] = z;
    }
    let mut greatest = f64::NEG_INFINITY;
    for s in &scores {
        greatest = greatest.max(*s);
    }
    let mut sum = 0.0;
    for s in &scores {
        sum += (s - greatest).exp();
    }
    sum.ln() + greatest - scores[right]
}
