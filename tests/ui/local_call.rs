use backprop::backprop;

#[backprop]
fn f(x: f64, #[no_grad] g: fn(f64) -> f64) -> f64 {
    let h = g;
    h(x)
}

fn main() {
    let _ = f_grad(1.0, |t| t);
}
