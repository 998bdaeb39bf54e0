//! The network as plain loops over flat slices: value and gradient are those of the network of array operations.

use crate::dense::Dense;
use crate::learn::data::{self, CLASSES, Images, PIXELS};
use crate::learn::network::Network;
use backprop::backprop;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// Nodes of the hidden layer.
const HIDDEN: usize = 32;

/// The mean cross-entropy of the network's answers. The exponentials are of differences to the largest logit so
/// far, and so they can't overflow.
// Elements by their index: so the formulas are written.
#[allow(clippy::needless_range_loop)]
#[backprop]
fn loss(
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

/// Images as the loops take them: all pixels in a row, and the digits.
fn flat(images: &Images) -> (Vec<f64>, Vec<usize>) {
    let pixels = images.iter().flat_map(|(image, _)| image.as_flattened()).copied().collect();
    (pixels, images.iter().map(|(_, digit)| digit).collect())
}

/// The gradient by loops: the value, and the derivatives as [`Network::to_vec`] has them.
fn by_loops(network: &Dense, (pixels, labels): &(Vec<f64>, Vec<usize>), gradient: &mut [f64]) -> f64 {
    let Dense { first, second } = network;
    let (w1, w2) = (first.weights.as_flattened(), second.weights.as_flattened());
    let (b1, b2) = (&first.biases, &second.biases);
    let (d_w1, rest) = gradient.split_at_mut(w1.len());
    let (d_b1, rest) = rest.split_at_mut(b1.len());
    let (d_w2, d_b2) = rest.split_at_mut(w2.len());
    loss_grad_into(w1, b1, w2, b2, pixels, labels, d_w1, d_b1, d_w2, d_b2)
}

/// The data, and a network of weights and biases at random up to `scale`.
fn prepared(scale: f64, random: &mut fastrand::Rng) -> (Images, Dense) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/digits.csv");
    let images = data::read(&file).expect("the data are part of the repository");
    let mut network = Dense::zero();
    network.numbers_mut().for_each(|number| *number = scale * (2.0 * random.f64() - 1.0));
    (images, network)
}

/// Fails unless value and gradient are the same, up to 1e-12 of the largest number.
fn compare(network: &Dense, images: &Images) {
    let mut gradient = Dense::zero();
    let value = network.gradient(images, &mut gradient);
    let gradient = gradient.to_vec();
    let mut expected = vec![0.0; gradient.len()];
    let expected_value = by_loops(network, &flat(images), &mut expected);
    assert_eq!(value, network.loss(images));
    assert!((value - expected_value).abs() <= 1e-12 * expected_value, "{value} and {expected_value}");
    let largest = expected.iter().fold(0.0, |m: f64, d| m.max(d.abs()));
    assert!(largest > 0.0);
    for (n, (found, expected)) in gradient.iter().zip(&expected).enumerate() {
        assert!((found - expected).abs() <= 1e-12 * largest, "number {n}: {found} and {expected}");
    }
}

#[test]
fn operations_and_loops_agree_on_the_data() {
    let mut random = fastrand::Rng::with_seed(5);
    for scale in [0.01, 0.1, 1.0] {
        let (images, network) = prepared(scale, &mut random);
        compare(&network, &images);
    }
}

#[test]
fn operations_and_loops_agree_on_random_images() {
    let mut random = fastrand::Rng::with_seed(6);
    for scale in [0.1, 1.0, 10.0] {
        let (images, network) = prepared(0.2, &mut random);
        for n in 0..20 {
            let mut one = images.pick([n]);
            one.disturb(scale, &mut random);
            compare(&network, &one);
        }
    }
}

/// `cargo test --release --test digits -- --ignored --nocapture` on an idle machine.
#[test]
#[ignore = "a measurement"]
fn how_fast_operations_and_loops_are() {
    let (images, network) = prepared(0.1, &mut fastrand::Rng::with_seed(7));
    let images = images.first(32);
    let (data, mut buffer, mut gradient) = (flat(&images), network.to_vec(), Dense::zero());
    let time = |f: &mut dyn FnMut()| {
        let started = Instant::now();
        (0..200).for_each(|_| f());
        started.elapsed().as_secs_f64() / 200.0 * 1e6
    };
    let (mut operations, mut loops) = (f64::MAX, f64::MAX);
    for _ in 0..20 {
        operations = operations.min(time(&mut || {
            black_box(network.gradient(black_box(&images), &mut gradient));
        }));
        loops = loops.min(time(&mut || {
            black_box(by_loops(black_box(&network), black_box(&data), &mut buffer));
        }));
    }
    let faster = loops / operations;
    println!("32 images: operations {operations:.1} µs, loops {loops:.1} µs: {faster:.2} times faster");
}
