use backprop::backprop;

#[backprop]
fn scaled(x: f64, #[nograd] scale: f64) -> f64 {
    x * scale
}

fn main() {
    let _ = scaled_grad(1.0, 2.0);
}
