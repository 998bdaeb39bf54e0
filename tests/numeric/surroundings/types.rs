//! Types, constants and functions for the module around this one.

use backprop::backprop;

pub type V3 = [f64; 3];
pub type Pose = (V3, V3);
pub type Matrix = [V3; 3];
pub const HALF: f64 = 0.5;

/// A type of the user's, passive.
pub struct Config {
    pub scale: f64,
}

#[backprop(jvp)]
pub fn cross(a: V3, b: V3) -> V3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[backprop(jvp)]
pub fn dot<T: num_traits::Float>(a: &[T], b: &[T]) -> T {
    let mut sum = T::zero();
    for (x, y) in a.iter().zip(b) {
        sum = sum + *x * *y;
    }
    sum
}

pub mod deep {
    use super::*;

    #[backprop(jvp)]
    pub fn scaled<const N: usize>(a: [f64; N], s: f64) -> [f64; N] {
        a.map(|x| x * s * HALF)
    }
}

#[allow(non_snake_case)]
#[backprop(jvp)]
pub fn H(x: f64) -> f64 {
    x.cos() * x
}
