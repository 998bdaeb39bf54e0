//! Eight schools coach their pupils for a test: what does it help? A posterior is sampled by somebody else's sampler, the No-U-Turn
//! sampler of the crate `nuts-rs`, which asks for nothing but a log density and its gradient.
//!
//! `cargo run --release --example hmc [PICTURE.svg]`
//!
//! The model and its data are from A. Gelman, J. B. Carlin, H. S. Stern and D. B. Rubin, *Bayesian Data Analysis*, section 5.5.
//! What the samples should say is known from the reference draws of `posteriordb` (M. Magnusson et al.), which other people
//! made with other programs.

mod picture;

use backprop::backprop;
use nuts_rs::{Chain, CpuLogpFunc, LogpError, SamplerArgs, new_sampler};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use std::error::Error;
use std::fmt;
use std::path::PathBuf;

/// How much better the pupils of each school did, and how uncertain that is.
const EFFECTS: [f64; 8] = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0];
const ERRORS: [f64; 8] = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0];

/// The log density of the posterior, up to a constant. `x` holds the common effect, the logarithm of the schools' spread, and
/// where each school lies in that spread.
#[backprop(wrt(x))]
fn log_posterior(x: &[f64], effects: &[f64; 8], errors: &[f64; 8]) -> f64 {
    let (common, spread) = (x[0], x[1].exp());
    // Normal(0, 5), and half of Cauchy(0, 5) with the Jacobian of the logarithm.
    let mut log = -0.5 * (common / 5.0).powi(2) - (1.0 + (spread / 5.0).powi(2)).ln() + x[1];
    for (i, place) in x[2..].iter().enumerate() {
        let miss = (effects[i] - (common + spread * place)) / errors[i];
        log -= 0.5 * (place * place + miss * miss);
    }
    log
}

/// The posterior as the sampler asks for it.
struct Schools;

/// What may go wrong: nothing.
#[derive(Debug)]
enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter) -> fmt::Result {
        match *self {}
    }
}

impl Error for Never {}

impl LogpError for Never {
    fn is_recoverable(&self) -> bool {
        match *self {}
    }
}

impl CpuLogpFunc for Schools {
    type Err = Never;

    fn dim(&self) -> usize {
        10
    }

    fn logp(&mut self, position: &[f64], gradient: &mut [f64]) -> Result<f64, Never> {
        // The companion has the shape that samplers and optimisers want.
        Ok(log_posterior_grad_into(position, &EFFECTS, &ERRORS, gradient))
    }
}

/// A mean, and the standard deviation around it.
fn summary(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    (mean, (values.map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}

fn main() -> Result<(), Box<dyn Error>> {
    let picture = std::env::args().nth(1).map_or_else(|| PathBuf::from("target/hmc.svg"), PathBuf::from);
    let (tuning, draws) = (1_000, 20_000);
    let arguments = SamplerArgs { num_tune: tuning, ..SamplerArgs::default() };
    let mut random = SmallRng::seed_from_u64(8);
    let mut sampler = new_sampler(Schools, arguments, 0, &mut random);
    sampler.set_position(&[0.0; 10])?;
    let mut all: Vec<[f64; 2]> = Vec::new();
    let mut schools = vec![Vec::new(); 8];
    for n in 0..tuning + draws {
        let (x, _) = sampler.draw()?;
        if n < tuning {
            continue;
        }
        let (common, spread) = (x[0], x[1].exp());
        all.push([common, spread]);
        schools.iter_mut().zip(&x[2..]).for_each(|(school, place)| school.push(common + spread * place));
    }
    let (common, by) = summary(all.iter().map(|x| x[0]));
    println!("common effect  {common:6.2} ± {by:.2}   (reference draws: 4.4 ± 3.3)");
    assert!((common - 4.4).abs() < 0.3 && (by - 3.3).abs() < 0.3);
    let (spread, by) = summary(all.iter().map(|x| x[1]));
    println!("spread         {spread:6.2} ± {by:.2}   (reference draws: 3.6 ± 3.2)");
    assert!((spread - 3.6).abs() < 0.3 && (by - 3.2).abs() < 0.4);
    for (i, school) in schools.iter().enumerate() {
        let (mean, by) = summary(school.iter().copied());
        println!(
            "school {}       {mean:6.2} ± {by:.2}   (measured: {:3} ± {})",
            i + 1,
            EFFECTS[i],
            ERRORS[i]
        );
        // Each school is drawn from what was measured towards what they have in common.
        assert!((mean - common) * (EFFECTS[i] - common) > 0.0 && (mean - common).abs() < 3.0);
    }
    picture::draw(&schools, &EFFECTS, &picture)?;
    println!("picture: {}", picture.display());
    Ok(())
}
