use backprop::backprop;

#[backprop]
fn f(x: f64, k: Option<u8>) -> f64 {
    let mut y = x;
    match k {
        Some(k) if { y *= 2.0; k > 3 } => y * k as f64,
        _ => y,
    }
}

fn main() {
    let _ = f_grad(1.0, None);
}
