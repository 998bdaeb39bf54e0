//! A Gaussian mixture model.
//!
//! The objective is the log-likelihood of points under `k` Gaussians of `d` dimensions, plus a Wishart prior. A Gaussian's
//! precision has the factor `Q`: the exponentials of `q` on the diagonal, `l` below it, column by column.

use std::f64::consts::PI;

use backprop::backprop;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Eval, ensure, flat, read, rows};
use crate::runs::{Answer, Runs};

/// What can be asked for.
pub const EVAL: Eval = Eval { name: "gmm", functions: &[("objective", value), ("jacobian", gradient)] };

/// The part of the objective that depends on the model.
#[backprop]
#[allow(clippy::too_many_arguments)]
pub fn varying(
    alpha: &[f64],
    mu: &[f64],
    q: &[f64],
    l: &[f64],
    #[no_grad] x: &[f64],
    #[no_grad] gamma: f64,
    m: i32,
) -> f64 {
    let log_sum_exp = |x: &[f64]| {
        let mut max = x[0];
        for &v in x {
            max = max.max(v);
        }
        let mut sum = 0.0;
        for &v in x {
            sum += (v - max).exp();
        }
        sum.ln() + max
    };
    let squares = |x: &[f64]| {
        let mut sum = 0.0;
        for &v in x {
            sum += v * v;
        }
        sum
    };
    let k = alpha.len();
    let d = mu.len() / k;
    let n = x.len() / d;
    let size = d * (d - 1) / 2;
    let diagonal: Vec<f64> = q.iter().map(|q| q.exp()).collect();
    let mut sum_q = vec![0.0; k];
    for j in 0..k {
        for i in 0..d {
            sum_q[j] += q[j * d + i];
        }
    }
    let mut centered = vec![0.0; d];
    let mut scaled = vec![0.0; d];
    let mut terms = vec![0.0; k];
    let mut total = 0.0;
    for p in 0..n {
        for j in 0..k {
            for i in 0..d {
                centered[i] = x[p * d + i] - mu[j * d + i];
                scaled[i] = diagonal[j * d + i] * centered[i];
            }
            let mut at = j * size;
            for i in 0..d {
                let below = d - 1 - i;
                for (s, l) in scaled[i + 1..].iter_mut().zip(&l[at..at + below]) {
                    *s += l * centered[i];
                }
                at += below;
            }
            terms[j] = alpha[j] + sum_q[j] - 0.5 * squares(&scaled);
        }
        total += log_sum_exp(&terms);
    }
    let mut prior = 0.0;
    for j in 0..k {
        let frobenius = squares(&diagonal[j * d..(j + 1) * d]) + squares(&l[j * size..(j + 1) * size]);
        prior += 0.5 * gamma * gamma * frobenius - m as f64 * sum_q[j];
    }
    total - n as f64 * log_sum_exp(alpha) - prior
}

/// The rest: powers of 2π, and the prior's normalisation.
pub fn constant(d: usize, k: usize, n: usize, gamma: f64, m: i32) -> f64 {
    let (d, k, n) = (d as f64, k as f64, n as f64);
    let degrees = d + f64::from(m) + 1.0;
    let prior = degrees * d * (gamma.ln() - 0.5 * 2_f64.ln()) - log_gamma(0.5 * degrees, d);
    k * prior - n * d * 0.5 * (2.0 * PI).ln()
}

/// The logarithm of the gamma function of `d` dimensions at `a`, which is half an integer.
fn log_gamma(a: f64, d: f64) -> f64 {
    let factors = (0..d as u32).map(|j| log_gamma_of_half((2.0 * a) as u32 - j));
    0.25 * d * (d - 1.0) * PI.ln() + factors.sum::<f64>()
}

/// The logarithm of the gamma function at `twice / 2`: Γ(x + 1) = x Γ(x), from Γ(1) = 1 or Γ(½) = √π.
fn log_gamma_of_half(twice: u32) -> f64 {
    let (start, first) = if twice.is_multiple_of(2) { (2, 0.0) } else { (1, 0.5 * PI.ln()) };
    first + (start..twice).step_by(2).map(|t| (f64::from(t) / 2.0).ln()).sum::<f64>()
}

#[derive(Deserialize)]
struct Given {
    d: usize,
    k: usize,
    n: usize,
    alpha: Vec<f64>,
    mu: Vec<Vec<f64>>,
    q: Vec<Vec<f64>>,
    l: Vec<Vec<f64>>,
    x: Vec<Vec<f64>>,
    gamma: f64,
    m: i32,
}

/// A model, points, and a prior.
pub struct Model {
    /// The logarithms of the weights, which need not sum to one.
    pub alpha: Vec<f64>,
    /// The centres, one after the other.
    pub mu: Vec<f64>,
    /// The logarithms of the diagonals.
    pub q: Vec<f64>,
    /// What is below the diagonals, column by column.
    pub l: Vec<f64>,
    /// The points, one after the other.
    pub x: Vec<f64>,
    /// The prior's scale.
    pub gamma: f64,
    /// The prior's degrees of freedom, less the number of dimensions and one.
    pub m: i32,
}

/// The gradient by each part of the model.
pub struct Gradient {
    /// By the weights.
    pub alpha: Vec<f64>,
    /// By the centres.
    pub mu: Vec<f64>,
    /// By the diagonals.
    pub q: Vec<f64>,
    /// By what is below them.
    pub l: Vec<f64>,
}

impl Model {
    /// The objective.
    pub fn objective(&self) -> f64 {
        let Model { alpha, mu, q, l, x, gamma, m } = self;
        let (k, d) = (alpha.len(), mu.len() / alpha.len());
        constant(d, k, x.len() / d, *gamma, *m) + varying(alpha, mu, q, l, x, *gamma, *m)
    }

    /// A gradient of zeros.
    pub fn zeros(&self) -> Gradient {
        let zeros = |like: &[f64]| vec![0.0; like.len()];
        Gradient { alpha: zeros(&self.alpha), mu: zeros(&self.mu), q: zeros(&self.q), l: zeros(&self.l) }
    }

    /// The gradient, put into `g`.
    pub fn gradient(&self, g: &mut Gradient) {
        let Model { alpha, mu, q, l, x, gamma, m } = self;
        varying_grad_into(alpha, mu, q, l, x, *gamma, *m, &mut g.alpha, &mut g.mu, &mut g.q, &mut g.l);
    }
}

fn checked(input: &Value) -> Result<(Model, Runs), String> {
    let (Given { d, k, n, alpha, mu, q, l, x, gamma, m }, runs) = read(input)?;
    ensure(d > 0 && k > 0 && n > 0 && m >= 0, "d, k and n should be positive, and m not negative")?;
    ensure(alpha.len() == k, "alpha should have k numbers")?;
    let (mu, q) = (flat("mu", &mu, k, d)?, flat("q", &q, k, d)?);
    let (l, x) = (flat("l", &l, k, d * (d - 1) / 2)?, flat("x", &x, n, d)?);
    Ok((Model { alpha, mu, q, l, x, gamma, m }, runs))
}

fn value(input: &Value) -> Result<Answer, String> {
    let (model, runs) = checked(input)?;
    runs.answer(&model, 0.0, |model, y| *y = model.objective(), |y| y)
}

fn gradient(input: &Value) -> Result<Answer, String> {
    let (model, runs) = checked(input)?;
    let k = model.alpha.len();
    let encode = |g: Gradient| json!({ "alpha": g.alpha, "mu": rows(&g.mu, k), "q": rows(&g.q, k), "l": rows(&g.l, k) });
    runs.answer(&model, model.zeros(), Model::gradient, encode)
}
