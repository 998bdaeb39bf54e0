use backprop::backprop;

fn make() -> &'static [f64] {
    &[1.0, 2.0]
}

#[backprop]
fn apply(f: impl Fn(f64, &[f64]) -> f64, x: f64) -> f64 {
    f(x, make())
}

fn main() {}
