//! An ordinary differential equation, by Runge and Kutta's method.

use backprop::backprop;
use serde::Deserialize;
use serde_json::Value;

use super::{Eval, ensure, read};
use crate::runs::{Answer, Runs};

/// What can be asked for.
pub const EVAL: Eval = Eval { name: "ode", functions: &[("primal", value), ("gradient", gradient)] };

/// The slopes at `y`: each is proportional to the number before.
#[backprop]
pub fn slopes(x: &[f64], y: &[f64], z: &mut [f64]) {
    z[0] = x[0];
    for i in 1..x.len() {
        z[i] = x[i] * y[i - 1];
    }
}

/// Where `y` has got to at the time 2, from zeros, in `steps` steps.
#[backprop]
pub fn solve(x: &[f64], steps: usize, y: &mut [f64]) {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let mut k1 = vec![0.0; n];
    let mut k2 = vec![0.0; n];
    let mut k3 = vec![0.0; n];
    let mut k4 = vec![0.0; n];
    let mut at = vec![0.0; n];
    y.fill(0.0);
    for _ in 0..steps {
        slopes(x, y, &mut k1);
        for i in 0..n {
            at[i] = y[i] + h * k1[i] / 2.0;
        }
        slopes(x, &at, &mut k2);
        for i in 0..n {
            at[i] = y[i] + h * k2[i] / 2.0;
        }
        slopes(x, &at, &mut k3);
        for i in 0..n {
            at[i] = y[i] + h * k3[i];
        }
        slopes(x, &at, &mut k4);
        for i in 0..n {
            y[i] += h * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]) / 6.0;
        }
    }
}

/// The last number of the solution.
#[backprop]
pub fn last(x: &[f64], steps: usize) -> f64 {
    let mut y = vec![0.0; x.len()];
    solve(x, steps, &mut y);
    y[x.len() - 1]
}

#[derive(Deserialize)]
struct Input {
    x: Vec<f64>,
    s: usize,
}

fn checked(input: &Value) -> Result<(Input, Runs), String> {
    let (input, runs) = read::<Input>(input)?;
    ensure(!input.x.is_empty(), "x should not be empty")?;
    Ok((input, runs))
}

fn value(input: &Value) -> Result<Answer, String> {
    let (input, runs) = checked(input)?;
    let y = vec![0.0; input.x.len()];
    runs.answer(&input, y, |i, y| solve(&i.x, i.s, y), |y| y)
}

fn gradient(input: &Value) -> Result<Answer, String> {
    let (input, runs) = checked(input)?;
    let dx = vec![0.0; input.x.len()];
    runs.answer(&input, dx, |i, dx| _ = last_grad_into(&i.x, i.s, dx), |dx| dx)
}
