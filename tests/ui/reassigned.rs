use backprop::backprop;

#[backprop]
fn f(x: &[f64], n: usize) -> f64 {
    let mut rest = x;
    let mut s = 0.0;
    for _ in 0..n {
        s += rest[0];
        rest = &rest[1..];
    }
    s
}

fn main() {
    let _ = f_grad(&[1.0], 1);
}
