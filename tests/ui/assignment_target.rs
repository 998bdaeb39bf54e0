use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let mut p = [x];
    p.first = 2.0;
    p[0]
}

fn main() {
    let _ = f_grad(1.0);
}
