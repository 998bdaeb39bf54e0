//! The square of a number, and its derivative.

use backprop::backprop;
use serde_json::Value;

use super::Eval;
use crate::runs::{Answer, Runs};

/// What can be asked for.
pub const EVAL: Eval = Eval { name: "hello", functions: &[("square", value), ("double", derivative)] };

/// The square.
#[backprop]
pub fn square(x: f64) -> f64 {
    x * x
}

fn read(input: &Value) -> Result<f64, String> {
    input.as_f64().ok_or_else(|| "the input should be a number".into())
}

fn value(input: &Value) -> Result<Answer, String> {
    Runs::ONCE.answer(&read(input)?, 0.0, |x, y| *y = square(*x), |y| y)
}

fn derivative(input: &Value) -> Result<Answer, String> {
    Runs::ONCE.answer(&read(input)?, 0.0, |x, dx| (_, *dx) = square_grad(*x), |dx| dx)
}
