//! A particle between two charges, one of which is to be put where the particle hits the ground at the origin: descent on a
//! function whose own value comes from derivatives, in all four combinations of forward and reverse.

use backprop::backprop;
use serde::Deserialize;
use serde_json::Value;

use super::{Eval, read};
use crate::descent::argmin;
use crate::runs::Answer;

/// What can be asked for: the outer derivative, then the inner one.
pub const EVAL: Eval =
    Eval { name: "particle", functions: &[("rr", rr), ("ff", ff), ("fr", fr), ("rf", rf)] };

/// The potential of two charges.
#[backprop(order = 2, jvp)]
pub fn potential(x: [f64; 2], charges: &[[f64; 2]; 2]) -> f64 {
    let mut p = 0.0;
    for c in charges {
        let (dx, dy) = (x[0] - c[0], x[1] - c[1]);
        p += 1.0 / (dx * dx + dy * dy).sqrt();
    }
    p
}

macro_rules! euler {
    ($(#[$about:meta])* $name:ident, |$x:ident, $charges:ident| $slope:expr) => {
        $(#[$about])*
        #[backprop(jvp)]
        pub fn $name(w: f64) -> f64 {
            let charges = [[10.0, 10.0 - w], [10.0, 0.0]];
            let (mut x, mut v) = ([0.0, 8.0], [0.75, 0.0]);
            let dt = 1e-1;
            loop {
                let slope: [f64; 2] = {
                    let ($x, $charges) = (x, &charges);
                    $slope
                };
                for i in 0..2 {
                    x[i] += dt * v[i];
                }
                if x[1] <= 0.0 {
                    let rest = -x[1] / v[1];
                    let end = x[0] + rest * v[0];
                    return end * end;
                }
                for i in 0..2 {
                    v[i] -= dt * slope[i];
                }
            }
        }
    };
}

euler!(
    /// The square of where the particle hits the ground, its acceleration by reverse mode.
    with_reverse,
    |x, charges| {
        let (_, (slope, _)) = potential_grad(x, charges);
        slope
    }
);

euler!(
    /// The square of where the particle hits the ground, its acceleration by forward mode.
    with_forward,
    |x, charges| {
        let still = [[0.0; 2]; 2];
        let (_, across) = potential_jvp(x, charges, [1.0, 0.0], still);
        let (_, up) = potential_jvp(x, charges, [0.0, 1.0], still);
        [across, up]
    }
);

#[derive(Deserialize)]
struct Input {
    w: f64,
}

/// Descends from the input's place, where `value` is what has to be least, by `slope`.
fn descend(input: &Value, value: fn(f64) -> f64, slope: fn(f64) -> f64) -> Result<Answer, String> {
    let (input, runs) = read::<Input>(input)?;
    runs.answer(&input, 0.0, |i, y| [*y] = argmin([i.w], |w| value(w[0]), |w| [slope(w[0])]), |y| y)
}

fn rr(input: &Value) -> Result<Answer, String> {
    descend(input, with_reverse, |w| with_reverse_grad(w).1)
}

fn rf(input: &Value) -> Result<Answer, String> {
    descend(input, with_forward, |w| with_forward_grad(w).1)
}

fn fr(input: &Value) -> Result<Answer, String> {
    descend(input, with_reverse, |w| with_reverse_jvp(w, 1.0).1)
}

fn ff(input: &Value) -> Result<Answer, String> {
    descend(input, with_forward, |w| with_forward_jvp(w, 1.0).1)
}
