//! Functions in a file of the name of one of them.

use backprop::backprop;

#[backprop(jvp)]
pub fn erf(x: f64) -> f64 {
    if x > 3.0 { erf(x / 2.0) } else { x.tanh() }
}

#[backprop(jvp)]
pub fn erfc(x: f64) -> f64 {
    1.0 - erf(x)
}
