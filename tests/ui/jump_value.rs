use backprop::backprop;

fn table(n: usize) -> Option<usize> {
    Some(n)
}

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let mut s = x;
    let entry = loop {
        s *= 2.0;
        if s > 10.0 {
            break table(n);
        }
    };
    s * entry.unwrap_or(1) as f64
}

fn main() {
    let _ = f_grad(1.0, 2);
}
