//! Methods of traits that rustc finds before those of `std` by the same names, which have another type than what is called.

use backprop::backprop;

trait Activation {
    fn tanh(&self) -> f64;
}

impl Activation for f64 {
    fn tanh(&self) -> f64 {
        self * 3.0
    }
}

trait Vector {
    fn len(&self) -> f64;
    fn swap(&mut self, i: usize, j: usize);
}

impl Vector for [f64; 2] {
    fn len(&self) -> f64 {
        self[0].hypot(self[1])
    }
    fn swap(&mut self, i: usize, j: usize) {
        self[i] = 2.0 * self[j];
    }
}

trait Rest {
    fn iter(&self) -> std::slice::Iter<'_, f64>;
}

impl Rest for Vec<f64> {
    fn iter(&self) -> std::slice::Iter<'_, f64> {
        self[1..].iter()
    }
}

#[backprop]
fn activated(x: &[f64]) -> f64 {
    x.iter().map(|v| v.tanh()).sum()
}

#[backprop]
fn length(x: [f64; 2]) -> f64 {
    x[0] * (x.len() as f64)
}

#[backprop]
fn swapped(x: [f64; 2]) -> f64 {
    let mut y = x;
    y.swap(0, 1);
    y[0]
}

#[backprop]
fn rest(x: &[f64]) -> f64 {
    let y = x.to_vec();
    y.iter().map(|v| v * v).sum()
}

/// On the float itself, the method is `std`'s, whatever traits there are.
#[backprop]
fn fine(x: &[f64]) -> f64 {
    x.iter().map(|v| (*v).tanh()).sum()
}

fn main() {
    let _ = (activated_grad(&[1.0]), length_grad([1.0; 2]), swapped_grad([1.0; 2]), rest_grad(&[1.0]), fine_grad(&[1.0]));
}
