//! Active values in fields that are constants to every derivative.

use backprop::{Differentiable, backprop};

#[derive(Clone, Differentiable)]
struct Model {
    weight: f64,
    #[no_grad]
    decay: f64,
}

#[backprop]
fn made(x: f64) -> f64 {
    let model = Model { weight: x, decay: x * x };
    model.weight * model.decay
}

#[backprop]
fn written(#[grad] model: &Model, x: f64) -> f64 {
    let mut own = model.clone();
    own.decay = x;
    own.decay += x;
    own.weight * own.decay
}

#[backprop]
fn meant(#[grad] model: &Model, x: f64) -> f64 {
    let mut own = model.clone();
    own.decay = backprop::stop_gradient(x);
    own.weight * own.decay
}

fn main() {
    let model = Model { weight: 1.0, decay: 0.5 };
    let _ = (made_grad(1.0), written_grad(&model, 1.0), meant_grad(&model, 1.0));
}
