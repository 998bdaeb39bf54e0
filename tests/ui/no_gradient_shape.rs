use backprop::backprop;

#[backprop]
fn f(x: f64, scale: Option<f64>, rows: &[&[f64]]) -> f64 {
    x * rows[0][0] * scale.unwrap_or(1.0)
}

fn main() {
    let _ = f_grad(1.0, None, &[&[1.0]]);
}
