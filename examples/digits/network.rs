//! The network, and its loss: the one function that is differentiated.

use crate::data::{CLASSES, Images, PIXELS};
use backprop::backprop;

/// Nodes of the hidden layer.
const HIDDEN: usize = 32;
/// Lengths of the weights and biases of the two layers.
const SIZES: [usize; 4] = [HIDDEN * PIXELS, HIDDEN, CLASSES * HIDDEN, CLASSES];
const PARAMETERS: usize = SIZES[0] + SIZES[1] + SIZES[2] + SIZES[3];

/// The mean cross-entropy of the network's answers. The exponentials are of differences to the largest logit so
/// far, and so they can't overflow.
// Elements by their index: so the formulas are written.
#[allow(clippy::needless_range_loop)]
#[backprop]
pub fn loss(
    w1: &[f64],
    b1: &[f64],
    w2: &[f64],
    b2: &[f64],
    #[no_grad] pixels: &[f64],
    #[no_grad] labels: &[usize],
) -> f64 {
    let mut total = 0.0;
    for n in 0..labels.len() {
        let mut hidden = [0.0; HIDDEN];
        for j in 0..HIDDEN {
            let mut sum = b1[j];
            for i in 0..PIXELS {
                sum += w1[j * PIXELS + i] * pixels[n * PIXELS + i];
            }
            hidden[j] = sum.tanh();
        }
        let mut logits = [0.0; CLASSES];
        for k in 0..CLASSES {
            let mut sum = b2[k];
            for j in 0..HIDDEN {
                sum += w2[k * HIDDEN + j] * hidden[j];
            }
            logits[k] = sum;
        }
        let mut largest = logits[0];
        let mut scaled: f64 = 1.0;
        for k in 1..CLASSES {
            if logits[k] > largest {
                scaled = scaled * (largest - logits[k]).exp() + 1.0;
                largest = logits[k];
            } else {
                scaled += (logits[k] - largest).exp();
            }
        }
        total += largest + scaled.ln() - logits[labels[n]];
    }
    total / labels.len() as f64
}

/// Weights and biases, or a gradient with respect to them: they have the same shape.
pub struct Network {
    parameters: Vec<f64>,
}

impl Network {
    /// All zero: what a gradient is written into.
    pub fn zero() -> Network {
        Network { parameters: vec![0.0; PARAMETERS] }
    }

    /// A network of these parameters.
    pub fn of(parameters: &[f64]) -> Network {
        Network { parameters: parameters.to_vec() }
    }

    /// Small random weights, zero biases.
    pub fn random(random: &mut fastrand::Rng) -> Network {
        let mut network = Network::zero();
        let [w1, _, w2, _] = parts_mut(&mut network.parameters);
        for (weights, inputs) in [(w1, PIXELS), (w2, HIDDEN)] {
            let scale = (3.0 / inputs as f64).sqrt();
            weights.fill_with(|| scale * (2.0 * random.f64() - 1.0));
        }
        network
    }

    /// All weights and biases in a row.
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// All weights and biases in a row.
    pub fn parameters_mut(&mut self) -> &mut [f64] {
        &mut self.parameters
    }

    /// The loss over some images.
    pub fn loss(&self, images: &Images) -> f64 {
        let [w1, b1, w2, b2] = parts(&self.parameters);
        loss(w1, b1, w2, b2, &images.pixels, &images.labels)
    }

    /// The loss over some images; its gradient goes to `gradient`.
    pub fn gradient_into(&self, images: &Images, gradient: &mut Network) -> f64 {
        let [w1, b1, w2, b2] = parts(&self.parameters);
        let [d_w1, d_b1, d_w2, d_b2] = parts_mut(&mut gradient.parameters);
        loss_grad_into(w1, b1, w2, b2, &images.pixels, &images.labels, d_w1, d_b1, d_w2, d_b2)
    }

    /// The share of images that the network reads right: those where its own label has the smallest loss.
    pub fn accuracy(&self, images: &Images) -> f64 {
        let [w1, b1, w2, b2] = parts(&self.parameters);
        let answer = |pixels: &[f64]| {
            let loss_of = |label: usize| loss(w1, b1, w2, b2, pixels, &[label]);
            (0..CLASSES).min_by(|a, b| loss_of(*a).total_cmp(&loss_of(*b)))
        };
        let answers = images.pixels.chunks_exact(PIXELS).map(answer);
        let right = answers.zip(&images.labels).filter(|(answer, label)| *answer == Some(**label)).count();
        right as f64 / images.len() as f64
    }
}

/// Weights and biases of the first layer, and of the second one.
pub fn parts(parameters: &[f64]) -> [&[f64]; 4] {
    let (w1, rest) = parameters.split_at(SIZES[0]);
    let (b1, rest) = rest.split_at(SIZES[1]);
    let (w2, b2) = rest.split_at(SIZES[2]);
    [w1, b1, w2, b2]
}

fn parts_mut(parameters: &mut [f64]) -> [&mut [f64]; 4] {
    let (w1, rest) = parameters.split_at_mut(SIZES[0]);
    let (b1, rest) = rest.split_at_mut(SIZES[1]);
    let (w2, b2) = rest.split_at_mut(SIZES[2]);
    [w1, b1, w2, b2]
}
