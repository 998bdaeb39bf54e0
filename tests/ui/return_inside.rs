use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    x * if x > 1.0 { return x } else { 2.0 }
}

fn main() {
    let _ = f_grad(1.0);
}
