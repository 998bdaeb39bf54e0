use backprop::backprop;

#[backprop]
fn f(x: f64, n: Option<u32>) -> f64 {
    let k = match n {
        Some(n) => n,
        None => return 0.0,
    };
    x * k as f64
}

fn main() {
    let _ = f_grad(1.0, None);
}
