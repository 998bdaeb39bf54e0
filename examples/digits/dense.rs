//! A network of two dense layers, and its loss.

use crate::learn::data::{CLASSES, Image, Images, PIXELS};
use crate::learn::network::{Network, fill};
use backprop::{add, backprop, flatten, matvec, softmax_cross_entropy, tanh};

/// Nodes of the hidden layer.
const HIDDEN: usize = 32;

/// The mean cross-entropy of the network's answers.
#[backprop]
pub fn loss(
    w1: &[[f64; PIXELS]; HIDDEN],
    b1: &[f64; HIDDEN],
    w2: &[[f64; HIDDEN]; CLASSES],
    b2: &[f64; CLASSES],
    #[no_grad] images: &Images,
) -> f64 {
    let mut total = 0.0;
    for (image, digit) in images.iter() {
        total += softmax_cross_entropy(&logits(w1, b1, w2, b2, image), digit);
    }
    total / images.len() as f64
}

/// What the network makes of an image.
#[backprop]
fn logits(
    w1: &[[f64; PIXELS]; HIDDEN],
    b1: &[f64; HIDDEN],
    w2: &[[f64; HIDDEN]; CLASSES],
    b2: &[f64; CLASSES],
    #[no_grad] image: &Image,
) -> [f64; CLASSES] {
    let pixels: [f64; PIXELS] = flatten(image);
    let hidden = tanh(&add(&matvec(w1, &pixels), b1));
    add(&matvec(w2, &hidden), b2)
}

/// The weights and biases of the two layers.
pub struct Dense {
    pub w1: [[f64; PIXELS]; HIDDEN],
    pub b1: [f64; HIDDEN],
    pub w2: [[f64; HIDDEN]; CLASSES],
    pub b2: [f64; CLASSES],
}

impl Network for Dense {
    fn zero() -> Dense {
        Dense {
            w1: [[0.0; PIXELS]; HIDDEN],
            b1: [0.0; HIDDEN],
            w2: [[0.0; HIDDEN]; CLASSES],
            b2: [0.0; CLASSES],
        }
    }

    fn random(random: &mut fastrand::Rng) -> Dense {
        let mut network = Dense::zero();
        fill(network.w1.as_flattened_mut(), PIXELS, random);
        fill(network.w2.as_flattened_mut(), HIDDEN, random);
        network
    }

    fn numbers(&self) -> impl Iterator<Item = &f64> {
        let (w1, w2) = (self.w1.as_flattened(), self.w2.as_flattened());
        w1.iter().chain(&self.b1).chain(w2).chain(&self.b2)
    }

    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut f64> {
        let (w1, w2) = (self.w1.as_flattened_mut(), self.w2.as_flattened_mut());
        w1.iter_mut().chain(&mut self.b1).chain(w2).chain(&mut self.b2)
    }

    fn loss(&self, images: &Images) -> f64 {
        loss(&self.w1, &self.b1, &self.w2, &self.b2, images)
    }

    fn gradient(&self, images: &Images) -> (f64, Dense) {
        let (loss, (w1, b1, w2, b2)) = loss_grad(&self.w1, &self.b1, &self.w2, &self.b2, images);
        (loss, Dense { w1, b1, w2, b2 })
    }

    fn logits(&self, image: &Image) -> [f64; CLASSES] {
        logits(&self.w1, &self.b1, &self.w2, &self.b2, image)
    }
}
