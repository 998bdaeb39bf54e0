use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let p = [x, x];
    p.re
}

fn main() {
    let _ = f_grad(1.0);
}
