use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let maybe = Some(x);
    maybe.map_or(0.0, |t| t * t)
}

fn main() {
    let _ = f_grad(1.0);
}
