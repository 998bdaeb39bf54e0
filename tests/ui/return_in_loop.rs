use backprop::backprop;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let mut s = x;
    for _ in 0..n {
        s += x;
        if s > 10.0 {
            return s;
        }
    }
    s
}

fn main() {
    let _ = f_grad(1.0, 2);
}
