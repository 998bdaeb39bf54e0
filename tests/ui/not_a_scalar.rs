use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let a = [x, x];
    let b = a * 2.0;
    b[0]
}

fn main() {
    let _ = f_grad(1.0);
}
