//! Reads hand-written digits: a network of 64, 32 and 10 nodes, whose loss is one annotated function, learns
//! them from scratch.
//!
//! `cargo run --release --example digits [DATA.csv [PICTURE.svg]]`

mod curve;
mod data;
mod network;
mod training;

use backprop::check::{central_differences, check_gradient};
use data::Images;
use network::{Network, loss};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// Everything random is drawn from generators of this seed.
const SEED: u64 = 1998;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("digits: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let file = arguments.next().unwrap_or_else(|| home.join("data/digits.csv"));
    let picture = arguments.next().unwrap_or_else(|| home.join("target/digits.svg"));

    let mut random = fastrand::Rng::with_seed(SEED);
    let (train, test) = data::read(&file)?.split(0.8, &mut random);
    println!("{} images to learn from, {} held back", train.len(), test.len());

    let mut network = Network::random(&mut random);
    check(&network, &train.first(8))?;
    compare_speed(&network, &train.first(32));

    let history = training::train(&mut network, &train, &test, &mut random);
    curve::draw(&history, &picture).map_err(|error| format!("cannot draw {}: {error}", picture.display()))?;
    println!("training curve: {}", picture.display());

    let accuracy = 100.0 * network.accuracy(&test);
    println!("test accuracy: {accuracy:.1} %");
    if accuracy < 96.0 {
        return Err(format!("{accuracy:.1} % is less than the 96 % that this network reaches").into());
    }
    Ok(())
}

/// Compares the generated gradient with central differences, in all parameters.
fn check(network: &Network, images: &Images) -> Result<(), Box<dyn Error>> {
    let mut gradient = Network::zero();
    network.gradient_into(images, &mut gradient);
    let value = |parameters: &[f64]| Network::of(parameters).loss(images);
    let report = check_gradient(value, gradient.parameters(), network.parameters());
    println!("gradient check: {report}");
    match report.agrees(1e-6) {
        true => Ok(()),
        false => Err("the gradient is wrong".into()),
    }
}

/// Prints how much faster the generated gradient is than central differences.
fn compare_speed(network: &Network, images: &Images) {
    let mut gradient = Network::zero();
    let started = Instant::now();
    let rounds = 100;
    for _ in 0..rounds {
        network.gradient_into(images, std::hint::black_box(&mut gradient));
    }
    let generated = started.elapsed() / rounds;

    let started = Instant::now();
    let value = |parameters: &[f64]| {
        let [w1, b1, w2, b2] = network::parts(parameters);
        loss(w1, b1, w2, b2, &images.pixels, &images.labels)
    };
    std::hint::black_box(central_differences(value, network.parameters()));
    let differences = started.elapsed();
    println!(
        "one gradient: generated {generated:.1?}, central differences {differences:.1?}: {:.0} times faster",
        differences.as_secs_f64() / generated.as_secs_f64()
    );
}
