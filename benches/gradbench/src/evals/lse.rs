//! The logarithm of a sum of exponentials.

use backprop::backprop;
use serde::Deserialize;
use serde_json::Value;

use super::{Eval, ensure, read};
use crate::runs::{Answer, Runs};

/// What can be asked for.
pub const EVAL: Eval = Eval { name: "lse", functions: &[("primal", value), ("gradient", gradient)] };

/// The logarithm of the sum of the exponentials of `x`, of which there is at least one.
#[backprop]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let mut max = x[0];
    for &v in x {
        max = max.max(v);
    }
    let mut sum = 0.0;
    for &v in x {
        sum += (v - max).exp();
    }
    sum.ln() + max
}

#[derive(Deserialize)]
struct Input {
    x: Vec<f64>,
}

fn checked(input: &Value) -> Result<(Vec<f64>, Runs), String> {
    let (Input { x }, runs) = read(input)?;
    ensure(!x.is_empty(), "x should not be empty")?;
    Ok((x, runs))
}

fn value(input: &Value) -> Result<Answer, String> {
    let (x, runs) = checked(input)?;
    runs.answer(&x[..], 0.0, |x, y| *y = log_sum_exp(x), |y| y)
}

fn gradient(input: &Value) -> Result<Answer, String> {
    let (x, runs) = checked(input)?;
    let dx = vec![0.0; x.len()];
    runs.answer(&x[..], dx, |x, dx| _ = log_sum_exp_grad_into(x, dx), |dx| dx)
}
