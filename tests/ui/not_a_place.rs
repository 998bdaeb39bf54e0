use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    x[0]
}

fn main() {
    let _ = f_grad(1.0);
}
