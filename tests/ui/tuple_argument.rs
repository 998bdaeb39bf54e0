use backprop::backprop;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    g((x, n))
}

#[backprop]
fn g(#[no_grad] p: (f64, usize)) -> f64 {
    p.0 * p.1 as f64
}

fn main() {
    let _ = f_grad(1.0, 2);
}
