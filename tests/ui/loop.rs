use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let mut s = x;
    loop {
        s *= 2.0;
        if s > 10.0 {
            break;
        }
    }
    s
}

fn main() {
    let _ = f_grad(1.0);
}
