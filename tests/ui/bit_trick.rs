use backprop::backprop;

/// Two bits of its own are in place of the last ones.
#[backprop]
fn mixed(x: f64, y: f64) -> f64 {
    f64::from_bits(x.to_bits() ^ y.to_bits())
}

/// It hangs on the way which digits there are.
#[backprop]
fn one_of_two(x: f64, y: f64) -> f64 {
    let mut bits = x.to_bits();
    if y > 0.0 {
        bits = y.to_bits();
    }
    f64::from_bits(bits & !(1 << 63))
}

fn without_sign(bits: u64) -> f64 {
    f64::from_bits(bits & !(1 << 63))
}

/// The same in a function beside it.
#[backprop]
fn elsewhere(x: f64) -> f64 {
    x * without_sign(x.to_bits())
}

/// What is remembered of other calls has no derivative.
#[backprop]
fn remembered(x: f64, #[no_grad] known: &std::collections::HashMap<u64, f64>) -> f64 {
    match known.get(&x.to_bits()) {
        Some(y) => *y,
        None => x * x,
    }
}

/// A zero derivative is meant.
#[backprop]
fn meant(x: f64) -> f64 {
    x * without_sign(backprop::stop_gradient(x).to_bits())
}

/// The exponent is made of steps, as `floor` is, and what is rounded to a few digits, too.
#[backprop]
fn steps(x: f64) -> f64 {
    let exponent = ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let power = f64::from_bits(((1023 + exponent) as u64) << 52);
    let rounded = f64::from_bits(x.to_bits() & 0xffff_ffff_f000_0000);
    x / power + (x - rounded)
}

fn main() {
    let _ = (mixed_grad(1.0, 2.0), one_of_two_grad(1.0, 2.0), elsewhere_grad(1.0));
    let _ = (remembered_grad(1.0, &Default::default()), meant_grad(1.0), steps_grad(1.0));
}
