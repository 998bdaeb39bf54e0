//! What the examples `digits` and `digits_conv` have in common: everything but the networks.

pub mod curve;
pub mod data;
pub mod network;
pub mod training;

use backprop::check::{central_differences, compare_gradients};
use data::Images;
use network::Network;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// Everything random is drawn from generators of this seed.
const SEED: u64 = 1998;

/// Trains a network and reports how it went; fails unless it reads `percent` % of the images that were held back.
pub fn learn<N: Network>(example: &str, percent: f64) -> ExitCode {
    match run::<N>(example, percent) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{example}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run<N: Network>(example: &str, percent: f64) -> Result<(), Box<dyn Error>> {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let file = arguments.next().unwrap_or_else(|| home.join("data/digits.csv"));
    let picture = arguments.next().unwrap_or_else(|| home.join(format!("target/{example}.svg")));

    let mut random = fastrand::Rng::with_seed(SEED);
    let (train, test) = data::read(&file)?.split(0.8, &mut random);
    println!("{} images to learn from, {} held back", train.len(), test.len());

    let mut network = N::random(&mut random);
    check(&network, &train.first(8))?;
    compare_speed(&network, &train.first(32));

    let history = training::train(&mut network, &train, &test, &mut random);
    curve::draw(&history, &picture).map_err(|error| format!("cannot draw {}: {error}", picture.display()))?;
    println!("training curve: {}", picture.display());

    let accuracy = 100.0 * network.accuracy(&test);
    println!("test accuracy: {accuracy:.1} %");
    if accuracy < percent {
        return Err(format!("{accuracy:.1} % is less than the {percent} % that this network reaches").into());
    }
    Ok(())
}

/// Compares the generated gradient with central differences, in all parameters. Longer steps than theirs would lead
/// across kinks: at some pixel of some image `relu` begins to let something through.
fn check<N: Network>(network: &N, images: &Images) -> Result<(), Box<dyn Error>> {
    let mut gradient = N::zero();
    network.gradient(images, &mut gradient);
    let value = |numbers: &[f64]| N::of(numbers).loss(images);
    let differences = central_differences(value, &network.to_vec());
    let report = compare_gradients(&gradient.to_vec(), &differences);
    println!("gradient check: {report}");
    match report.agrees(1e-5) {
        true => Ok(()),
        false => Err("the gradient is wrong".into()),
    }
}

/// Prints how much faster the generated gradient is than central differences.
fn compare_speed<N: Network>(network: &N, images: &Images) {
    let started = Instant::now();
    let (rounds, mut gradient) = (100, N::zero());
    for _ in 0..rounds {
        std::hint::black_box(network.gradient(images, &mut gradient));
    }
    let generated = started.elapsed() / rounds;

    let started = Instant::now();
    let value = |numbers: &[f64]| N::of(numbers).loss(images);
    std::hint::black_box(central_differences(value, &network.to_vec()));
    let differences = started.elapsed();
    println!(
        "one gradient: generated {generated:.1?}, central differences {differences:.1?}: {:.0} times faster",
        differences.as_secs_f64() / generated.as_secs_f64()
    );
}
