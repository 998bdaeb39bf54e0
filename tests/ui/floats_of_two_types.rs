use backprop::{Differentiable, backprop};
use std::ops::Mul;

#[backprop]
fn scaled<T: Mul<f64, Output = T> + Copy + Differentiable>(#[grad] a: T, t: f64) -> T {
    a * t
}

fn main() {}
