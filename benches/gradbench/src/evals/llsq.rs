//! Least squares: a polynomial fitted to the sign function.

use backprop::backprop;
use serde::Deserialize;
use serde_json::Value;

use super::{Eval, read};
use crate::runs::Answer;

/// What can be asked for.
pub const EVAL: Eval = Eval { name: "llsq", functions: &[("primal", value), ("gradient", gradient)] };

/// Half the sum of squared residuals of the polynomial with the coefficients `x` against the sign function, on `n` points
/// from -1 to 1.
#[backprop]
pub fn llsq(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
        let mut residual = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
        let mut power = 1.0;
        for c in x {
            residual -= c * power;
            power *= t;
        }
        sum += residual * residual;
    }
    sum / 2.0
}

#[derive(Deserialize)]
struct Input {
    x: Vec<f64>,
    n: usize,
}

fn value(input: &Value) -> Result<Answer, String> {
    let (input, runs) = read::<Input>(input)?;
    runs.answer(&input, 0.0, |i, y| *y = llsq(&i.x, i.n), |y| y)
}

fn gradient(input: &Value) -> Result<Answer, String> {
    let (input, runs) = read::<Input>(input)?;
    let dx = vec![0.0; input.x.len()];
    runs.answer(&input, dx, |i, dx| _ = llsq_grad_into(&i.x, i.n, dx), |dx| dx)
}
