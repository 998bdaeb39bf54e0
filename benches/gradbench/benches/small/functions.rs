//! The functions. Their gradients are the macro's.

use backprop::backprop;

/// Rosenbrock's function of any number of variables.
#[backprop]
pub fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let (rise, left) = (x[i + 1] - x[i] * x[i], 1.0 - x[i]);
        sum += 100.0 * rise * rise + left * left;
    }
    sum
}

/// The price of a call by Black and Scholes, with a logistic curve for the normal distribution (S. R. Bowling and others, 2009).
#[backprop]
pub fn black_scholes(spot: f64, strike: f64, volatility: f64, years: f64, rate: f64) -> f64 {
    let deviation = volatility * years.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * years) / deviation;
    let d2 = d1 - deviation;
    let n1 = 1.0 / (1.0 + (-1.5976 * d1 - 0.07056 * d1 * d1 * d1).exp());
    let n2 = 1.0 / (1.0 + (-1.5976 * d2 - 0.07056 * d2 * d2 * d2).exp());
    spot * n1 - strike * (-rate * years).exp() * n2
}

/// How far the hand of an arm of two links is from a point, squared.
#[backprop]
pub fn arm(angles: [f64; 2], links: [f64; 2], #[no_grad] target: [f64; 2]) -> f64 {
    let both = angles[0] + angles[1];
    let x = links[0] * angles[0].cos() + links[1] * both.cos() - target[0];
    let y = links[0] * angles[0].sin() + links[1] * both.sin() - target[1];
    x * x + y * y
}

/// The logistic loss of one row.
#[backprop]
pub fn logistic(weights: &[f64], bias: f64, #[no_grad] row: &[f64], #[no_grad] label: f64) -> f64 {
    let mut score = bias;
    for (w, x) in weights.iter().zip(row) {
        score += w * x;
    }
    (-label * score).exp().ln_1p()
}

/// The inner product.
#[backprop]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The cross-entropy of the softmax of the scores.
#[backprop]
pub fn cross_entropy(scores: &[f64], right: usize) -> f64 {
    let mut greatest = f64::NEG_INFINITY;
    for s in scores {
        greatest = greatest.max(*s);
    }
    let mut sum = 0.0;
    for s in scores {
        sum += (s - greatest).exp();
    }
    sum.ln() + greatest - scores[right]
}

/// How far the outputs of a dense layer are from what they should be, squared.
#[backprop]
pub fn dense(
    weights: &[[f64; 8]; 4],
    bias: &[f64; 4],
    #[no_grad] x: &[f64; 8],
    #[no_grad] y: &[f64; 4],
) -> f64 {
    let mut sum = 0.0;
    for i in 0..4 {
        let mut z = bias[i];
        for j in 0..8 {
            z += weights[i][j] * x[j];
        }
        let miss = z.tanh() - y[i];
        sum += miss * miss;
    }
    sum
}

/// A polynomial, by Horner's rule.
#[backprop]
pub fn horner(coefficients: &[f64], x: f64) -> f64 {
    let mut y = 0.0;
    for c in coefficients.iter().rev() {
        y = y * x + c;
    }
    y
}

/// The distance of two points.
#[backprop]
pub fn distance(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        let d = a[i] - b[i];
        sum += d * d;
    }
    sum.sqrt()
}

/// The logarithm of the density of normal numbers.
#[backprop]
pub fn density(mean: f64, log_deviation: f64, #[no_grad] data: &[f64]) -> f64 {
    let mut sum = 0.0;
    for x in data {
        let z = (x - mean) / log_deviation.exp();
        sum -= 0.5 * z * z + log_deviation + 0.918_938_533_204_672_7;
    }
    sum
}

/// The logistic map, after some steps.
#[backprop]
pub fn recurrence(start: f64, rate: f64, steps: usize) -> f64 {
    let mut x = start;
    for _ in 0..steps {
        x = rate * x * (1.0 - x);
    }
    x
}
