//! A network of a convolution and a dense layer, and its loss.

use crate::learn::data::{CLASSES, Image, Images, SIDE};
use crate::learn::network::{Network, fill};
use backprop::{add, backprop, conv2d, flatten, matvec, max_pool2d, relu, softmax_cross_entropy};

/// Rows and columns of a kernel.
const KERNEL: usize = 3;
/// Kernels there are.
const KERNELS: usize = 24;
/// Rows and columns of an image that a kernel went over.
const FILTERED: usize = SIDE - KERNEL + 1;
/// Rows and columns of the windows of which the largest number is taken.
const WINDOW: usize = 2;
/// Rows and columns of what is left.
const POOLED: usize = FILTERED / WINDOW;
/// Numbers that the dense layer sees.
const FEATURES: usize = KERNELS * POOLED * POOLED;

/// One kernel for each feature, of an image of one channel.
type Kernels = [[[[f64; KERNEL]; KERNEL]; 1]; KERNELS];

/// The mean cross-entropy of the network's answers.
#[backprop]
fn loss(
    kernels: &[[[[f64; KERNEL]; KERNEL]; 1]; KERNELS],
    weights: &[[f64; FEATURES]; CLASSES],
    biases: &[f64; CLASSES],
    #[no_grad] images: &Images,
) -> f64 {
    let mut total = 0.0;
    for (image, digit) in images.iter() {
        total += softmax_cross_entropy(&logits(kernels, weights, biases, image), digit);
    }
    total / images.len() as f64
}

/// What the network makes of an image.
#[backprop]
fn logits(
    kernels: &[[[[f64; KERNEL]; KERNEL]; 1]; KERNELS],
    weights: &[[f64; FEATURES]; CLASSES],
    biases: &[f64; CLASSES],
    #[no_grad] image: &Image,
) -> [f64; CLASSES] {
    let filtered: [[[f64; FILTERED]; FILTERED]; KERNELS] = conv2d(&[*image], kernels);
    let pooled: [[[f64; POOLED]; POOLED]; KERNELS] = max_pool2d(&relu(&filtered), WINDOW);
    let features: [f64; FEATURES] = flatten(&pooled);
    add(&matvec(weights, &features), biases)
}

/// The kernels, and the weights and biases of the dense layer.
pub struct Convolutional {
    kernels: Kernels,
    weights: [[f64; FEATURES]; CLASSES],
    biases: [f64; CLASSES],
}

impl Network for Convolutional {
    fn zero() -> Convolutional {
        Convolutional {
            kernels: [[[[0.0; KERNEL]; KERNEL]; 1]; KERNELS],
            weights: [[0.0; FEATURES]; CLASSES],
            biases: [0.0; CLASSES],
        }
    }

    fn random(random: &mut fastrand::Rng) -> Convolutional {
        let mut network = Convolutional::zero();
        fill(
            network.kernels.as_flattened_mut().as_flattened_mut().as_flattened_mut(),
            KERNEL * KERNEL,
            random,
        );
        fill(network.weights.as_flattened_mut(), FEATURES, random);
        network
    }

    fn numbers(&self) -> impl Iterator<Item = &f64> {
        let kernels = self.kernels.as_flattened().as_flattened().as_flattened();
        kernels.iter().chain(self.weights.as_flattened()).chain(&self.biases)
    }

    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut f64> {
        let kernels = self.kernels.as_flattened_mut().as_flattened_mut().as_flattened_mut();
        kernels.iter_mut().chain(self.weights.as_flattened_mut()).chain(&mut self.biases)
    }

    fn loss(&self, images: &Images) -> f64 {
        loss(&self.kernels, &self.weights, &self.biases, images)
    }

    fn gradient(&self, images: &Images, gradient: &mut Convolutional) -> f64 {
        let (loss, (kernels, weights, biases)) =
            loss_grad(&self.kernels, &self.weights, &self.biases, images);
        *gradient = Convolutional { kernels, weights, biases };
        loss
    }

    fn logits(&self, image: &Image) -> [f64; CLASSES] {
        logits(&self.kernels, &self.weights, &self.biases, image)
    }
}
