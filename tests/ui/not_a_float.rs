use backprop::backprop;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    x * n
}

fn main() {
    let _ = f_grad(1.0, 2);
}
