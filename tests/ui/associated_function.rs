use backprop::backprop;

#[backprop]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

#[backprop]
fn sines(x: f64) -> f64 {
    twice(f64::sin, x)
}

fn main() {}
