//! Methods that hand out references, and are not looked into.

use backprop::{Differentiable, backprop};

#[derive(Clone, Debug, Differentiable)]
struct Samples {
    sorted: Vec<f64>,
}

impl Samples {
    // The number in the place of `t` would be an `f64`, and round in another way.
    fn quantile(&self, t: f32) -> &f64 {
        &self.sorted[(t * 100.0) as usize]
    }

    fn at(&self, i: u8) -> &f64 {
        &self.sorted[(i << 5) as usize]
    }

    fn next(&self, i: usize) -> &f64 {
        let k = i + 1;
        &self.sorted[k]
    }
}

#[backprop]
fn rounded(x: &[f64]) -> f64 {
    let s = Samples { sorted: x.to_vec() };
    s.quantile(0.29) * 2.0
}

#[backprop]
fn shifted(#[grad] s: &Samples) -> f64 {
    s.at(9) * 2.0
}

#[backprop]
fn in_steps(#[grad] s: &Samples) -> f64 {
    *s.next(1)
}

fn main() {}
