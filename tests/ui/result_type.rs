use backprop::backprop;

#[backprop]
fn truth(x: f64) -> bool {
    x > 0.0
}

#[backprop]
fn borrowed(x: &[f64]) -> &f64 {
    &x[0]
}

fn main() {
    let _ = truth(1.0);
    let _ = borrowed(&[1.0]);
}
