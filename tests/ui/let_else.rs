use backprop::backprop;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let Some(k) = n.checked_sub(1) else { return x };
    x * k as f64
}

fn main() {
    let _ = f_grad(1.0, 2);
}
