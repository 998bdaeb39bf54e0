use backprop::backprop;

#[backprop]
fn pair(x: f64) -> (f64, f64) {
    (x, 1.0)
}

#[backprop]
fn f(x: f64) -> f64 {
    let mut p = pair(x);
    p.0 = 2.0;
    p.0 + p.1
}

fn main() {
    let _ = f_grad(1.0);
}
