//! How long is a pendulum, how much friction does it have, and how was it pushed? A gradient through a simulation of twenty
//! thousand steps finds out, from fifty measurements of its angle.
//!
//! `cargo run --release --example pendulum [PICTURE.svg]`
//!
//! With the option `checkpoint`, its memory is that of a few hundred steps, and its numbers are the same.

mod picture;

use backprop::backprop;
use peak_alloc::PeakAlloc;
use std::error::Error;
use std::path::PathBuf;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const STEP: f64 = 5e-4;
const STEPS: usize = 20_000;
/// One measurement in so many steps.
const EVERY: usize = 400;

macro_rules! misfit {
    ($name:ident $(, $option:ident)*) => {
        /// How far the simulated angles are from the measured ones, squared.
        #[backprop(wrt(length, friction, push) $(, $option)*)]
        fn $name(length: f64, friction: f64, push: f64, measured: &[f64], steps: usize) -> f64 {
            let (mut angle, mut speed, mut misfit) = (0.3_f64, push, 0.0);
            for t in 0..steps {
                // Symplectic Euler: the new speed moves the angle.
                speed += STEP * (-9.81 / length * angle.sin() - friction * speed);
                angle += STEP * speed;
                if t % EVERY == 0 {
                    let miss = angle - measured[t / EVERY];
                    misfit += miss * miss;
                }
            }
            misfit
        }
    };
}
misfit!(misfit, checkpoint);
misfit!(misfit_plain);

/// The angles at the times of the measurements.
fn simulated(length: f64, friction: f64, push: f64) -> Vec<f64> {
    let (mut angle, mut speed) = (0.3_f64, push);
    let mut out = Vec::new();
    for t in 0..STEPS {
        speed += STEP * (-9.81 / length * angle.sin() - friction * speed);
        angle += STEP * speed;
        if t % EVERY == 0 {
            out.push(angle);
        }
    }
    out
}

/// What a call gives, and the most memory that it had in use.
fn measured<T>(call: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let value = call();
    (value, MEMORY.peak_usage() - before)
}

fn main() -> Result<(), Box<dyn Error>> {
    let picture = std::env::args().nth(1).map_or_else(|| PathBuf::from("target/pendulum.svg"), PathBuf::from);
    // The truth, and measurements of it.
    let truth = [1.3, 0.15, 2.0];
    let mut random = fastrand::Rng::with_seed(5);
    let angles: Vec<f64> =
        simulated(truth[0], truth[1], truth[2]).iter().map(|a| a + 0.02 * (random.f64() - 0.5)).collect();

    let guess = [1.2, 0.3, 1.5];
    let (plain, much) = measured(|| misfit_plain_grad(guess[0], guess[1], guess[2], &angles, STEPS));
    let (kept, little) = measured(|| misfit_grad(guess[0], guess[1], guess[2], &angles, STEPS));
    assert_eq!(plain, kept, "checkpoints change nothing");
    println!(
        "the gradient through {STEPS} steps: {} KiB, with checkpoints {} KiB",
        much / 1024,
        little / 1024
    );
    assert!(little * 20 < much);

    // Gauss and Newton would be faster; gradient descent with a memory of its steps' sizes (Adam, D. P. Kingma and J. Ba, 2015)
    // shows that the gradient is all there is to it.
    let (mut x, mut mean, mut square) = (guess, [0.0; 3], [0.0_f64; 3]);
    let mut ways = vec![simulated(x[0], x[1], x[2])];
    for n in 1..=600 {
        let (value, (a, b, c)) = misfit_grad(x[0], x[1], x[2], &angles, STEPS);
        for (i, d) in [a, b, c].into_iter().enumerate() {
            mean[i] = 0.9 * mean[i] + 0.1 * d;
            square[i] = 0.99 * square[i] + 0.01 * d * d;
            let (m, s) = (mean[i] / (1.0 - 0.9_f64.powi(n)), square[i] / (1.0 - 0.99_f64.powi(n)));
            x[i] -= 0.01 * (1.0 - f64::from(n) / 620.0) * m / (s.sqrt() + 1e-12);
        }
        if n % 100 == 0 {
            println!(
                "step {n}: misfit {value:.5}, length {:.4}, friction {:.4}, push {:.4}",
                x[0], x[1], x[2]
            );
            ways.push(simulated(x[0], x[1], x[2]));
        }
    }
    for ((found, expected), name) in x.iter().zip(truth).zip(["length", "friction", "push"]) {
        assert!((found - expected).abs() < 0.02, "the {name} is {expected}, and not {found}");
    }
    picture::draw(&ways, &angles, STEP * EVERY as f64, &picture)?;
    println!("picture: {}", picture.display());
    Ok(())
}
