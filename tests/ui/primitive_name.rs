#![allow(non_camel_case_types)]

use backprop::backprop;

#[backprop]
fn f64(x: f32) -> f32 {
    x * x
}

fn main() {
    let _ = f64_grad(1.0);
}
