//! How often a function is evaluated, and how long each time takes.

use std::hint::black_box;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an evaluation gave.
#[derive(Debug)]
pub struct Answer {
    /// The output, as the eval has it.
    pub output: Value,
    /// The time of each run, in nanoseconds.
    pub timings: Vec<u128>,
}

/// How often to evaluate: at least `min_runs` times, and for at least `min_seconds`.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Runs {
    #[serde(default = "once")]
    min_runs: u64,
    #[serde(default)]
    min_seconds: f64,
}

fn once() -> u64 {
    1
}

impl Runs {
    /// One evaluation.
    pub const ONCE: Runs = Runs { min_runs: 1, min_seconds: 0.0 };

    /// Runs `compute` on the input until that is enough, and encodes what it leaves in `output`, whose memory it finds again
    /// each time.
    pub fn answer<I: ?Sized, O, S: Serialize>(
        self,
        input: &I,
        mut output: O,
        mut compute: impl FnMut(&I, &mut O),
        encode: impl FnOnce(O) -> S,
    ) -> Result<Answer, String> {
        let mut timings = Vec::new();
        let mut seconds = 0.0;
        while (timings.len() as u64) < self.min_runs.max(1) || seconds < self.min_seconds {
            let start = Instant::now();
            compute(black_box(input), black_box(&mut output));
            let time = start.elapsed();
            seconds += time.as_secs_f64();
            timings.push(time.as_nanos());
        }
        let output =
            serde_json::to_value(encode(output)).map_err(|e| format!("the output can't be encoded: {e}"))?;
        Ok(Answer { output, timings })
    }
}
