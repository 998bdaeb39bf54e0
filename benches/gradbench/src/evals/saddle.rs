//! A saddle point: descent on what ascent finds, in all four combinations of forward and reverse.

use backprop::backprop;
use serde::Deserialize;
use serde_json::Value;

use super::{Eval, read};
use crate::descent::argmin;
use crate::runs::Answer;

/// What can be asked for: the outer derivative, then the inner one.
pub const EVAL: Eval = Eval { name: "saddle", functions: &[("rr", rr), ("ff", ff), ("fr", fr), ("rf", rf)] };

/// The function, with a saddle at zero.
#[backprop(order = 2, jvp)]
pub fn objective(p: [f64; 2], q: [f64; 2]) -> f64 {
    (p[0] * p[0] + p[1] * p[1]) - (q[0] * q[0] + q[1] * q[1])
}

macro_rules! highest {
    ($(#[$about:meta])* $name:ident, |$p:ident, $q:ident| $slope:expr) => {
        $(#[$about])*
        #[backprop(jvp)]
        pub fn $name(p: [f64; 2], start: [f64; 2]) -> f64 {
            let slope_at = |$p: [f64; 2], $q: [f64; 2]| -> [f64; 2] { $slope };
            let mut q = start;
            let mut value = -objective(p, q);
            let mut slope: [f64; 2] = slope_at(p, q);
            let (mut eta, mut successes) = (1e-5, 0);
            loop {
                if (slope[0] * slope[0] + slope[1] * slope[1]).sqrt() <= 1e-5 {
                    break;
                }
                if successes == 10 {
                    eta *= 2.0;
                    successes = 0;
                    continue;
                }
                let next = [q[0] + eta * slope[0], q[1] + eta * slope[1]];
                let moved = ((next[0] - q[0]).powi(2) + (next[1] - q[1]).powi(2)).sqrt();
                if moved <= 1e-5 {
                    break;
                }
                let next_value = -objective(p, next);
                if next_value < value {
                    q = next;
                    value = next_value;
                    slope = slope_at(p, q);
                    successes += 1;
                } else {
                    eta /= 2.0;
                    successes = 0;
                }
            }
            objective(p, q)
        }
    };
}

highest!(
    /// The largest value over all `q`, found by ascent with reverse mode.
    with_reverse,
    |p, q| objective_grad(p, q).1.1
);

highest!(
    /// The largest value over all `q`, found by ascent with forward mode.
    with_forward,
    |p, q| {
        let (_, across) = objective_jvp(p, q, [0.0; 2], [1.0, 0.0]);
        let (_, up) = objective_jvp(p, q, [0.0; 2], [0.0, 1.0]);
        [across, up]
    }
);

#[derive(Deserialize)]
struct Input {
    start: [f64; 2],
}

type Point = [f64; 2];

/// The gradient by the inner variables, in reverse.
fn in_reverse(p: Point, q: Point) -> Point {
    objective_grad(p, q).1.1
}

/// The gradient by the inner variables, by two tangents.
fn forwards(p: Point, q: Point) -> Point {
    [[1.0, 0.0], [0.0, 1.0]].map(|along| objective_jvp(p, q, [0.0; 2], along).1)
}

/// Descends on `highest`, by `slope`, and ascends once more from there, by `inner`.
fn descend(
    input: &Value,
    highest: fn(Point, Point) -> f64,
    slope: fn(Point, Point) -> Point,
    inner: fn(Point, Point) -> Point,
) -> Result<Answer, String> {
    let (Input { start }, runs) = read(input)?;
    let compute = |&start: &Point, found: &mut Vec<f64>| {
        let p = argmin(start, |p| highest(p, start), |p| slope(p, start));
        let q = argmin(start, |q| -objective(p, q), |q| inner(p, q).map(|d| -d));
        found.clear();
        found.extend([p, q].as_flattened());
    };
    runs.answer(&start, Vec::new(), compute, |found| found)
}

fn rr(input: &Value) -> Result<Answer, String> {
    descend(input, with_reverse, |p, start| with_reverse_grad(p, start).1.0, in_reverse)
}

fn rf(input: &Value) -> Result<Answer, String> {
    descend(input, with_forward, |p, start| with_forward_grad(p, start).1.0, forwards)
}

fn fr(input: &Value) -> Result<Answer, String> {
    let slope =
        |p, start| [[1.0, 0.0], [0.0, 1.0]].map(|along| with_reverse_jvp(p, start, along, [0.0; 2]).1);
    descend(input, with_reverse, slope, in_reverse)
}

fn ff(input: &Value) -> Result<Answer, String> {
    let slope =
        |p, start| [[1.0, 0.0], [0.0, 1.0]].map(|along| with_forward_jvp(p, start, along, [0.0; 2]).1);
    descend(input, with_forward, slope, forwards)
}
