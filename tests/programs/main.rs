//! Random programs of the accepted language, as text, through rustc: each is compiled as it stands and with the
//! attribute, without and with optimisation. Values, state and effects have to be those of the plain function to the bit,
//! the gradient that of forward mode and of differences.
//!
//! * `BACKPROP_PROGRAMS`: how many programs to try.
//! * `BACKPROP_PROGRAMS_FIRST`: the number of the first.
//! * `BACKPROP_PROGRAMS_BATCH`: how many are compiled at once; `BACKPROP_PROGRAMS_WORKERS`: how many batches.
//! * `BACKPROP_PROGRAMS_OPTIMISED`: of how many batches one is built with optimisation too; 0: none.
//! * `BACKPROP_PROGRAMS_SHOW`: the number of a program to print.
//! * `BACKPROP_PROGRAMS_VERBOSE`: what was refused is printed, with the spot.
//!
//! Ten thousand of them, the macro optimised, one batch in five with optimisation:
//!
//! ```sh
//! CARGO_PROFILE_DEV_BUILD_OVERRIDE_OPT_LEVEL=2 BACKPROP_PROGRAMS=10000 BACKPROP_PROGRAMS_BATCH=100 \
//!     BACKPROP_PROGRAMS_OPTIMISED=5 cargo test --test programs -- --nocapture
//! ```
//!
//! A refusal is counted and shown by its kind: the programs are made of what the README accepts, so that each kind is
//! either a gap of the macro or of the generator. Code that rustc refuses and other numbers are failures.

mod batch;
mod chains;
mod driver;
mod floats;
mod flow;
mod function;
mod memory;
mod passive;
mod program;
#[path = "../../autodiff-codegen/tests/random/rng.rs"]
#[allow(dead_code)]
mod rng;
mod scope;
mod statements;
mod types;
mod values;

use batch::{End, check};
use program::{Program, program};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[derive(Debug, Default)]
struct Ends {
    tried: usize,
    checked: usize,
    points: usize,
    compared: usize,
    panics: usize,
    invalid: BTreeMap<String, Vec<u64>>,
    refused: BTreeMap<String, Vec<u64>>,
    /// Code that rustc refuses, for a reason that is known.
    gaps: Vec<u64>,
    failed: BTreeMap<u64, String>,
}

/// `scan` whose state is passive, where copied code reads it in a closure of its own: rustc refuses the companion.
fn is_known_gap(program: &Program, why: &str) -> bool {
    program.text.contains(".scan(") && why.starts_with("cannot assign to `*state`")
}

/// A message without the names in it.
fn kind(message: &str) -> String {
    let mut quoted = false;
    let text: String = message
        .chars()
        .filter(|c| {
            if *c == '`' {
                quoted = !quoted;
            }
            !quoted || *c == '`'
        })
        .collect();
    text.split("\\n").next().unwrap_or("").split(" AT ").next().unwrap_or("").chars().take(110).collect()
}

impl Ends {
    fn add(&mut self, seed: u64, end: End) {
        let verbose = number("BACKPROP_PROGRAMS_VERBOSE").is_some();
        self.tried += 1;
        match end {
            End::Checked { points, compared, panics } => {
                self.checked += 1;
                self.points += points;
                self.compared += compared;
                self.panics += panics;
            }
            End::Invalid(why) => {
                if verbose {
                    println!("invalid {seed}: {why}");
                }
                self.invalid.entry(kind(&why)).or_default().push(seed);
            }
            End::Refused(why) => {
                if verbose {
                    println!("refused {seed}: {why}");
                }
                self.refused.entry(kind(&why)).or_default().push(seed);
            }
            End::BadCode(why) if is_known_gap(&program(seed), &why) => {
                println!("bad code {seed}, as known: {why}");
                self.gaps.push(seed);
            }
            End::BadCode(why) => {
                println!("bad code {seed}: {why}");
                self.failed.insert(seed, format!("bad code: {why}"));
            }
            End::Wrong(why) => {
                println!("wrong {seed}: {why}");
                self.failed.insert(seed, why);
            }
        }
    }
}

#[test]
fn random_programs_through_rustc() {
    if let Some(seed) = number("BACKPROP_PROGRAMS_SHOW") {
        let p = program(seed);
        println!("{}\nmod made {{ pub mod p{seed} {{\n{}}} }}\n", p.module(true), p.made());
        return;
    }
    let first = number("BACKPROP_PROGRAMS_FIRST").unwrap_or(0);
    let count = number("BACKPROP_PROGRAMS").unwrap_or(60);
    let size = number("BACKPROP_PROGRAMS_BATCH").unwrap_or(30);
    let optimised = number("BACKPROP_PROGRAMS_OPTIMISED").unwrap_or(1);
    let (next, ends) = (AtomicU64::new(0), Mutex::new(Ends::default()));
    let work = || {
        loop {
            let batch = next.fetch_add(1, Ordering::Relaxed);
            let (from, to) = (first + batch * size, (first + (batch + 1) * size).min(first + count));
            if from >= to {
                return;
            }
            let programs: Vec<Program> = (from..to).map(program).collect();
            let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("programs_{from}"));
            let found = check(&programs, &dir, optimised > 0 && batch.is_multiple_of(optimised));
            let mut ends = ends.lock().expect("no worker panics");
            found.into_iter().for_each(|(seed, end)| ends.add(seed, end));
            println!("{} tried, {} checked, {} failed", ends.tried, ends.checked, ends.failed.len());
            if ends.failed.is_empty() {
                let _ = std::fs::remove_dir_all(&dir);
            }
        }
    };
    std::thread::scope(|s| {
        let workers = number("BACKPROP_PROGRAMS_WORKERS").unwrap_or(2);
        (0..workers).for_each(|_| drop(s.spawn(work)));
    });
    let ends = ends.into_inner().expect("no worker panics");
    println!("{ends:#?}");
    assert!(ends.failed.is_empty(), "{:?}", ends.failed);
    if ends.tried < 50 {
        return;
    }
    assert!(ends.checked * 100 >= ends.tried * 70, "too few programs are checked");
    let could = 2 * (ends.points - ends.panics);
    assert!(
        ends.compared * 100 >= could * 70,
        "too few are compared with differences: {} of {could}",
        ends.compared
    );
}
