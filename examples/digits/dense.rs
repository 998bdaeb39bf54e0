//! A network of two dense layers, and its loss.

use crate::learn::data::{CLASSES, Image, Images, PIXELS};
use crate::learn::network::{Network, fill};
use backprop::{Differentiable, add, backprop, flatten, matvec, softmax_cross_entropy, tanh};

/// Nodes of the hidden layer.
const HIDDEN: usize = 32;

/// What each node makes of all that comes in.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Layer<const IN: usize, const OUT: usize> {
    pub weights: [[f64; IN]; OUT],
    pub biases: [f64; OUT],
}

#[backprop]
impl<const IN: usize, const OUT: usize> Layer<IN, OUT> {
    pub fn apply(#[grad] &self, x: &[f64; IN]) -> [f64; OUT] {
        add(&matvec(&self.weights, x), &self.biases)
    }
}

/// The network; a gradient with respect to it is of the same type.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Dense {
    pub first: Layer<PIXELS, HIDDEN>,
    pub second: Layer<HIDDEN, CLASSES>,
}

#[backprop]
impl Dense {
    /// What the network makes of an image.
    pub fn answer(#[grad] &self, #[no_grad] image: &Image) -> [f64; CLASSES] {
        let pixels: [f64; PIXELS] = flatten(image);
        let hidden = tanh(&self.first.apply(&pixels));
        self.second.apply(&hidden)
    }

    /// The mean cross-entropy of the network's answers.
    pub fn mean_loss(#[grad] &self, #[no_grad] images: &Images) -> f64 {
        let mut total = 0.0;
        for (image, digit) in images.iter() {
            total += softmax_cross_entropy(&self.answer(image), digit);
        }
        total / images.len() as f64
    }
}

impl Network for Dense {
    fn zero() -> Dense {
        Dense {
            first: Layer { weights: [[0.0; PIXELS]; HIDDEN], biases: [0.0; HIDDEN] },
            second: Layer { weights: [[0.0; HIDDEN]; CLASSES], biases: [0.0; CLASSES] },
        }
    }

    fn random(random: &mut fastrand::Rng) -> Dense {
        let mut network = Dense::zero();
        fill(network.first.weights.as_flattened_mut(), PIXELS, random);
        fill(network.second.weights.as_flattened_mut(), HIDDEN, random);
        network
    }

    fn numbers(&self) -> impl Iterator<Item = &f64> {
        let Dense { first, second } = self;
        let (w1, w2) = (first.weights.as_flattened(), second.weights.as_flattened());
        w1.iter().chain(&first.biases).chain(w2).chain(&second.biases)
    }

    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut f64> {
        let Dense { first, second } = self;
        let (w1, w2) = (first.weights.as_flattened_mut(), second.weights.as_flattened_mut());
        w1.iter_mut().chain(&mut first.biases).chain(w2).chain(&mut second.biases)
    }

    fn loss(&self, images: &Images) -> f64 {
        self.mean_loss(images)
    }

    fn gradient(&self, images: &Images, gradient: &mut Dense) -> f64 {
        self.mean_loss_grad_into(images, gradient)
    }

    fn logits(&self, image: &Image) -> [f64; CLASSES] {
        self.answer(image)
    }
}
