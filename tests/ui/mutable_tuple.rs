use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let mut s = (x, 1.0);
    let r = &mut s;
    r.1 = 2.0;
    s.0 * s.1
}

fn main() {
    let _ = f_grad(1.0);
}
