use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    g((x, 1.0))
}

fn g(p: (f64, f64)) -> f64 {
    p.0 * p.1
}

fn main() {
    let _ = f_grad(1.0);
}
