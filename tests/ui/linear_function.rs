//! An associated function of a type of linear algebra that has no rule.

use backprop::backprop;
use glam::DVec3;

#[backprop]
fn f(#[grad] v: DVec3, k: f64) -> f64 {
    let w = DVec3::from_slice(&[k, 2.0, 3.0]);
    v.dot(w)
}

fn main() {}
