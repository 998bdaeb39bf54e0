use backprop::backprop;

#[backprop]
fn f(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).peekable().take(5).sum()
}

fn main() {
    let _ = f_grad(&[1.0]);
}
