//! A function in a file of its own name.

use super::types::V3;
use backprop::backprop;

#[backprop(jvp)]
pub fn inner(x: f64, y: f64) -> f64 {
    let v: V3 = [x, y, x * y];
    v.iter().map(|v| v * v).sum()
}
