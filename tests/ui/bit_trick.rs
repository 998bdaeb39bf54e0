use backprop::backprop;

/// The sign bit is taken away: no derivative flows through integers.
#[backprop]
fn magnitude(x: f64) -> f64 {
    let bits = x.to_bits();
    x * f64::from_bits(bits & !(1 << 63))
}

fn without_sign(bits: u64) -> f64 {
    f64::from_bits(bits & !(1 << 63))
}

/// The same in a function beside it.
#[backprop]
fn elsewhere(x: f64) -> f64 {
    x * without_sign(x.to_bits())
}

/// A zero derivative is meant.
#[backprop]
fn meant(x: f64) -> f64 {
    x * without_sign(backprop::stop_gradient(x).to_bits())
}

fn main() {
    let _ = (magnitude_grad(1.0), elsewhere_grad(1.0), meant_grad(1.0));
}
