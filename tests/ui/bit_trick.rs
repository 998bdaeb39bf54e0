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

/// A logarithm, nearly: the bits as a number.
#[backprop]
fn logarithm(x: f32) -> f32 {
    x.to_bits() as f32 * 1.1920929e-7 - 126.94269
}

/// And its inverse: a number as bits.
#[backprop]
fn exponential(x: f32) -> f32 {
    let bits = ((1 << 23) as f32 * (x + 126.94269)) as u32;
    f32::from_bits(bits)
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
    let _ = (magnitude_grad(1.0), elsewhere_grad(1.0), logarithm_grad(1.0), exponential_grad(1.0));
    let _ = (remembered_grad(1.0, &Default::default()), meant_grad(1.0), steps_grad(1.0));
}
