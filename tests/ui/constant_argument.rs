use backprop::backprop;

#[backprop]
fn weighted(f: impl Fn(f64, Option<f64>) -> f64, x: f64) -> f64 {
    f(x, Some(x))
}

fn main() {}
