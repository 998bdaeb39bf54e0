use backprop::backprop;

#[backprop]
fn f(x: f64, scale: Option<f64>, g: impl Fn(usize) -> f64) -> f64 {
    x * g(2) * scale.unwrap_or(1.0)
}

fn main() {
    let _ = f_grad(1.0, None, |n| n as f64);
}
