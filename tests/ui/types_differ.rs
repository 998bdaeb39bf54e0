//! Mistakes in types: rustc says what is wrong, and beside it stands why there are no companions.

use backprop::backprop;

#[backprop]
fn by_a_number(x: f64) -> f64 {
    if x { x } else { 1.0 }
}

#[backprop]
fn of_two_types(x: f64) -> f64 {
    if x > 0.0 { x } else { 1 }
}

#[backprop]
fn at_a_float(x: f64, a: [f64; 3]) -> f64 {
    a[x] * x
}

fn main() {
    let _ = (by_a_number_grad(1.0), of_two_types_grad(1.0), at_a_float_grad(1.0, [1.0; 3]));
}
