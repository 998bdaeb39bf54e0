//! Gradient descent with momentum, in batches.

use crate::data::Images;
use crate::network::Network;
use indicatif::{ProgressBar, ProgressStyle};

const EPOCHS: usize = 40;
const BATCH: usize = 32;
const MOMENTUM: f64 = 0.9;
/// The first step size; it falls linearly to nothing.
const STEP: f64 = 0.1;
/// How much pixels, from 0 to 1, are disturbed.
const NOISE: f64 = 0.3;

/// How training stood after an epoch.
#[derive(Clone, Copy, Debug)]
pub struct Epoch {
    /// Mean loss over the images to learn from.
    pub train_loss: f64,
    /// Mean loss over those held back.
    pub test_loss: f64,
    /// Share of the images to learn from that are read right.
    pub train_accuracy: f64,
    /// Share of those held back that are read right.
    pub test_accuracy: f64,
}

/// Trains the network; the history has an entry for each epoch.
pub fn train(network: &mut Network, train: &Images, test: &Images, random: &mut fastrand::Rng) -> Vec<Epoch> {
    let bar = progress_bar((EPOCHS * train.len().div_ceil(BATCH)) as u64);
    let mut history = Vec::new();
    let mut velocity = Network::zero();
    let mut gradient = Network::zero();
    let mut order: Vec<usize> = (0..train.len()).collect();
    for epoch in 1..=EPOCHS {
        let step = STEP * (EPOCHS + 1 - epoch) as f64 / EPOCHS as f64;
        random.shuffle(&mut order);
        for batch in order.chunks(BATCH) {
            let images = train.pick(batch.iter().copied()).with_noise(NOISE, random);
            network.gradient_into(&images, &mut gradient);
            let moves = velocity.parameters_mut().iter_mut().zip(gradient.parameters());
            for (parameter, (v, g)) in network.parameters_mut().iter_mut().zip(moves) {
                *v = MOMENTUM * *v - step * g;
                *parameter += *v;
            }
            bar.inc(1);
        }
        let now = measure(network, train, test);
        history.push(now);
        bar.suspend(|| {
            println!(
                "epoch {epoch:>2}  loss {:.4}  accuracy {:5.1} %  held back: loss {:.4}  accuracy {:5.1} %",
                now.train_loss,
                100.0 * now.train_accuracy,
                now.test_loss,
                100.0 * now.test_accuracy
            );
        });
    }
    bar.finish_and_clear();
    history
}

fn progress_bar(batches: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} batches, {eta} left");
    ProgressBar::new(batches).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn measure(network: &Network, train: &Images, test: &Images) -> Epoch {
    Epoch {
        train_loss: network.loss(train),
        test_loss: network.loss(test),
        train_accuracy: network.accuracy(train),
        test_accuracy: network.accuracy(test),
    }
}
