//! Gradients are compared with each other, and then timed.

use crate::contestants::{NAMES, Race};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// What was measured of a function.
pub struct Measured {
    /// What the function is.
    pub name: String,
    /// The seconds that a gradient takes, by the places of the names.
    pub seconds: Vec<Option<f64>>,
}

impl Measured {
    /// How much longer somebody takes than `backprop` does.
    pub fn ratio(&self, who: usize) -> Option<f64> {
        Some(self.seconds[who]? / self.seconds[0]?)
    }
}

/// How long all rounds may take, for each gradient.
const BUDGET: Duration = Duration::from_millis(500);
/// How long a round takes at least, so that a clock can tell.
const ROUND: Duration = Duration::from_millis(2);

/// Panics unless two gradients are the same, up to a part of the largest entry.
fn assert_close(name: &str, a: &[f64], b: &[f64], part: f64) {
    let scale = a.iter().fold(0.0, |s: f64, d| s.max(d.abs()));
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        assert!((a - b).abs() <= part * scale, "{name} disagrees at {i}: {a} {b}");
    }
}

/// The least time of each gradient in rounds in which they take turns, once all have turned out to be the same.
pub fn measure(race: Race) -> Measured {
    let Race { name, at, mut gradients } = race;
    eprintln!("{name}");
    let mut expected = vec![0.0; at.len()];
    let value = gradients[0].1(&at, &mut expected);
    let mut seconds = vec![None; NAMES.len()];
    let mut calls = Vec::new();
    let mut d = vec![0.0; at.len()];
    for (who, gradient) in &mut gradients {
        let y = gradient(&at, &mut d);
        let part = if *who == "differences" { 1e-5 } else { 1e-9 };
        assert_close(&format!("{name} by {who}"), &expected, &d, part);
        assert_close(&format!("{name} by {who}, the value"), &[value], &[y], 1e-12);
        let start = Instant::now();
        gradient(&at, &mut d);
        calls.push((ROUND.as_secs_f64() / start.elapsed().as_secs_f64()).clamp(1.0, 1e6) as u32);
    }
    let end = Instant::now() + BUDGET * gradients.len() as u32;
    // Everybody has a second turn at least.
    let mut round = 0;
    while round < 2 || Instant::now() < end {
        for ((who, gradient), calls) in gradients.iter_mut().zip(&calls) {
            let start = Instant::now();
            for _ in 0..*calls {
                black_box(gradient(black_box(&at), black_box(&mut d)));
            }
            let took = start.elapsed().as_secs_f64() / f64::from(*calls);
            let place = NAMES.iter().position(|name| name == who).expect("a name");
            let best = seconds[place].get_or_insert(took);
            *best = took.min(*best);
        }
        round += 1;
    }
    Measured { name, seconds }
}
