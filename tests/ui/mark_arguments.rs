use backprop::backprop;

#[backprop]
fn f(x: f64, #[no_grad(always)] y: f64) -> f64 {
    x * y
}

fn main() {
    let _ = f_grad(1.0, 2.0);
}
