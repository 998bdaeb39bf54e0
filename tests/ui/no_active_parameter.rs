use backprop::backprop;

#[backprop]
fn f(n: usize, #[no_grad] x: f64) -> f64 {
    n as f64 * x
}

fn main() {
    let _ = f(1, 2.0);
}
