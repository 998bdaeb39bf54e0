use backprop::backprop;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let mut s = x;
    let rounds = 0..if x > 1.0 { return x } else { n };
    for _ in rounds {
        s *= x;
    }
    s
}

fn main() {
    let _ = f_grad(1.0, 2);
}
