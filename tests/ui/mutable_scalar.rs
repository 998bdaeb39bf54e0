use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let mut s = x;
    let r = &mut s;
    *r += 1.0;
    s
}

fn main() {
    let _ = f_grad(1.0);
}
