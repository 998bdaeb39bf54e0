#![allow(non_snake_case)]

use backprop::backprop;

#[backprop]
fn energy(E: f64) -> f64 {
    use std::f64::consts::*;
    E * PI
}

#[backprop]
fn area(r: f64) -> f64 {
    let square = r * r;
    square * {
        use std::f64::consts::*;
        PI
    }
}

fn main() {
    let _ = energy_grad(1.0);
    let _ = area_grad(1.0);
}
