use backprop::backprop;

#[backprop]
fn half(x: f64) -> f64 {
    #[no_grad]
    let y = x / 2.0;
    x * y
}

fn main() {
    let _ = half_grad(1.0);
}
