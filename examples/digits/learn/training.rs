//! Gradient descent with momentum, in batches.

use super::data::Images;
use super::network::Network;
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt;

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

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Epoch { train_loss, test_loss, .. } = self;
        let (train, test) = (100.0 * self.train_accuracy, 100.0 * self.test_accuracy);
        write!(f, "loss {train_loss:.4}  accuracy {train:5.1} %  ")?;
        write!(f, "held back: loss {test_loss:.4}  accuracy {test:5.1} %")
    }
}

/// Trains the network; the history has an entry for each epoch.
pub fn train<N: Network>(
    network: &mut N,
    train: &Images,
    test: &Images,
    random: &mut fastrand::Rng,
) -> Vec<Epoch> {
    let bar = progress_bar((EPOCHS * train.len().div_ceil(BATCH)) as u64);
    let mut history = Vec::new();
    let (mut velocity, mut gradient) = (N::zero(), N::zero());
    let mut images = Images::default();
    let mut order: Vec<usize> = (0..train.len()).collect();
    for epoch in 1..=EPOCHS {
        let step = STEP * (EPOCHS + 1 - epoch) as f64 / EPOCHS as f64;
        random.shuffle(&mut order);
        for batch in order.chunks(BATCH) {
            images.refill(train, batch.iter().copied());
            images.disturb(NOISE, random);
            network.gradient(&images, &mut gradient);
            let moves = velocity.numbers_mut().zip(gradient.numbers());
            for (number, (v, g)) in network.numbers_mut().zip(moves) {
                *v = MOMENTUM * *v - step * g;
                *number += *v;
            }
            bar.inc(1);
        }
        let now = measure(network, train, test);
        history.push(now);
        bar.suspend(|| println!("epoch {epoch:>2}  {now}"));
    }
    bar.finish_and_clear();
    history
}

fn progress_bar(batches: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} batches, {eta} left");
    ProgressBar::new(batches).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn measure<N: Network>(network: &N, train: &Images, test: &Images) -> Epoch {
    Epoch {
        train_loss: network.loss(train),
        test_loss: network.loss(test),
        train_accuracy: network.accuracy(train),
        test_accuracy: network.accuracy(test),
    }
}
