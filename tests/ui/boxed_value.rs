//! An active value goes into a box that is made for it.

use backprop::{Differentiable, backprop};

#[derive(Clone, Differentiable)]
struct Model {
    weight: Box<f64>,
    bias: f64,
}

#[backprop]
fn made(x: f64) -> f64 {
    let model = Model { weight: Box::new(x), bias: x };
    *model.weight * model.bias
}

#[backprop]
fn written(#[grad] model: &Model, x: f64) -> f64 {
    let mut own = model.clone();
    *own.weight = x;
    *own.weight * own.bias
}

fn main() {
    let model = Model { weight: Box::new(1.0), bias: 0.5 };
    let _ = (made_grad(1.0), written_grad(&model, 1.0));
}
