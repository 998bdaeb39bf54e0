//! A field is a constant, which is not seen where the function is made by a macro: rustc says so.

use backprop::{Differentiable, backprop};
use std::ops::{Index, IndexMut};

#[derive(Clone, Differentiable)]
pub struct Layer {
    bias: f64,
    #[no_grad]
    temperature: f64,
}

#[derive(Clone, Differentiable)]
pub struct Network {
    first: Layer,
    boxed: Box<Layer>,
    rest: Vec<Layer>,
    #[no_grad]
    last: Layer,
}

#[backprop]
impl Index<usize> for Layer {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        if i == 0 { &self.bias } else { &self.temperature }
    }
}

impl IndexMut<usize> for Layer {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        if i == 0 { &mut self.bias } else { &mut self.temperature }
    }
}

macro_rules! functions {
    () => {
        #[backprop]
        fn nested(#[grad] net: &Network, x: f64) -> f64 {
            net.first.temperature * x * net.first.bias
        }

        #[backprop]
        fn in_a_box(#[grad] net: &Network, x: f64) -> f64 {
            net.boxed.temperature * x
        }

        #[backprop]
        fn of_elements(#[grad] net: &Network, x: f64) -> f64 {
            let mut sum = x;
            for layer in &net.rest {
                sum += layer.temperature * x;
            }
            sum
        }

        #[backprop]
        fn of_a_constant(#[grad] net: &Network, x: f64) -> f64 {
            net.last.bias * x
        }

        #[backprop]
        fn made(#[grad] net: &Network, x: f64) -> f64 {
            let layer = Layer { temperature: x, bias: 1.0 };
            layer.bias * net.first.bias
        }

        #[backprop]
        fn meant(#[grad] net: &Network, x: f64) -> f64 {
            backprop::stop_gradient(net.first.temperature) * x * net.boxed.bias
        }
    };
}

functions!();

fn main() {}
