use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let mut s = x;
    let mut add = |t: f64| s += t;
    add(1.0);
    s
}

fn main() {
    let _ = f_grad(1.0);
}
