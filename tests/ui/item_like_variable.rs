#![allow(non_upper_case_globals)]

use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    const x: f64 = 2.0;
    x * x
}

fn main() {
    let _ = f_grad(1.0);
}
