use backprop::backprop;

#[backprop]
fn f(x: f64, #[grad] state: &mut [f64]) -> f64 {
    state[0] = x * x;
    state[0]
}

fn main() {
    let _ = f_grad(1.0, &mut [0.0]);
}
