//! A struct with the derive, and without `Clone`.

use backprop::backprop;

#[derive(backprop::Differentiable)]
struct Point {
    x: f64,
}

#[backprop]
fn squared(#[grad] p: &Point) -> f64 {
    p.x * p.x
}

fn main() {
    let _ = squared_grad(&Point { x: 1.0 });
}
