use backprop::backprop;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let mut s = x;
    'outer: for _ in 0..n {
        s += x;
    }
    s
}

fn main() {
    let _ = f_grad(1.0, 2);
}
