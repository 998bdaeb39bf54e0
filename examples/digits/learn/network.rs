//! What training asks of a network.

use super::data::{CLASSES, Image, Images};

/// Weights and biases, or a gradient with respect to them: they have the same shape.
pub trait Network: Sized {
    /// All zero.
    fn zero() -> Self;

    /// Small random weights, zero biases.
    fn random(random: &mut fastrand::Rng) -> Self;

    /// All weights and biases.
    fn numbers(&self) -> impl Iterator<Item = &f64>;

    /// All weights and biases, to be changed.
    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut f64>;

    /// The mean loss over some images.
    fn loss(&self, images: &Images) -> f64;

    /// The mean loss over some images; its gradient goes into `gradient`.
    fn gradient(&self, images: &Images, gradient: &mut Self) -> f64;

    /// What the network makes of an image: the largest number is the digit that it sees.
    fn logits(&self, image: &Image) -> [f64; CLASSES];

    /// A network of these weights and biases.
    fn of(numbers: &[f64]) -> Self {
        let mut network = Self::zero();
        network.numbers_mut().zip(numbers).for_each(|(to, from)| *to = *from);
        network
    }

    /// All weights and biases in a row.
    fn to_vec(&self) -> Vec<f64> {
        self.numbers().copied().collect()
    }

    /// The share of images that the network reads right.
    fn accuracy(&self, images: &Images) -> f64 {
        let right = images.iter().filter(|(image, digit)| answer(&self.logits(image)) == *digit).count();
        right as f64 / images.len() as f64
    }
}

/// Fills weights with random numbers; the more inputs a node has, the smaller they are.
pub fn fill(weights: &mut [f64], inputs: usize, random: &mut fastrand::Rng) {
    let scale = (3.0 / inputs as f64).sqrt();
    weights.fill_with(|| scale * (2.0 * random.f64() - 1.0));
}

/// The place of the largest.
fn answer(logits: &[f64; CLASSES]) -> usize {
    (0..CLASSES).fold(0, |best, k| if logits[k] > logits[best] { k } else { best })
}
