use backprop::backprop;

fn make() -> [f64; 2] {
    [1.0, 2.0]
}

#[backprop]
fn apply(f: impl Fn(f64, &[f64]) -> f64, x: f64) -> f64 {
    f(x, &make())
}

fn main() {}
