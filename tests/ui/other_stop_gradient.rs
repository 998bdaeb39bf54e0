use backprop::backprop;

fn stop_gradient(x: f64) -> f64 {
    x
}

#[backprop]
fn f(x: f64) -> f64 {
    stop_gradient(x) * x
}

fn main() {
    let _ = f_grad(1.0);
}
