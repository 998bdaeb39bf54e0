#![allow(non_upper_case_globals)]

use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    const x: f64 = 2.0;
    x * x
}

const N: usize = 6;

#[backprop]
fn length(x: &[f64; N]) -> f64 {
    const N: usize = 3;
    x[N]
}

fn main() {
    let _ = f_grad(1.0);
}
