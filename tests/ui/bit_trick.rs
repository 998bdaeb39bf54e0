use backprop::backprop;

/// The sign bit is taken away: no derivative flows through integers.
#[backprop]
fn magnitude(x: f64) -> f64 {
    let bits = x.to_bits();
    x * f64::from_bits(bits & !(1 << 63))
}

fn main() {
    let _ = magnitude_grad(1.0);
}
