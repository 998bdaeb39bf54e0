//! A method of a type of linear algebra that has no rule.

use backprop::backprop;
use glam::DVec3;

#[backprop]
fn f(#[grad] v: DVec3, k: f64) -> f64 {
    v.floor().x * k
}

fn main() {}
