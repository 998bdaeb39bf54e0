use backprop::backprop;
use std::collections::VecDeque;

fn queue(n: usize) -> VecDeque<f64> {
    vec![0.0; n].into()
}

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let mut queue = queue(n);
    queue.push_back(x);
    queue.len() as f64 * x
}

fn main() {
    let _ = f_grad(1.0, 2);
}
