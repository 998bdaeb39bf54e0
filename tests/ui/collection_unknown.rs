use backprop::backprop;
use std::collections::VecDeque;

#[backprop]
fn f(x: &[f64]) -> f64 {
    let all: VecDeque<f64> = x.iter().map(|v| v * v).collect();
    all[0]
}

fn main() {
    let _ = f_grad(&[1.0]);
}
