//! Random programs against everything that is known about derivatives.
//!
//! * `BACKPROP_RANDOM_PROGRAMS`: how many programs to try (the first few hundred otherwise).
//! * `BACKPROP_RANDOM_FIRST`: the number of the first.
//! * `BACKPROP_RANDOM_SECONDS`: when to stop, whatever is left (45 otherwise, if no number is asked for).
//!
//! A program that fails is made as small as it goes, and printed with its derivative.

mod broken;
mod coverage;
mod differences;
mod faults;
mod generate;
mod lane_faults;
mod oracle;
mod rng;
mod shrink;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use generate::{Generated, Role, Target, generate};
use oracle::{Case, End, Failure, check};
use rng::Rng;
use shrink::shrink;

/// The case of a number: a program, and up to two functions that it calls.
fn case(seed: u64) -> Case {
    let mut rng = Rng::new(seed ^ 0xca5e);
    // Small ones cost little: most of what can meet meets in them.
    let size = [8, 8, 8, 8, 8, 15, 15, 15, 15, 30, 30, 60, 120][rng.below(13)];
    let mut library: Vec<Generated> = Vec::new();
    let mut targets: Vec<Target> = Vec::new();
    if rng.chance(60) {
        for n in 0..1 + rng.below(2) {
            let name = format!("g{n}");
            let role = if rng.chance(15) { Role::Recursive } else { Role::Callee };
            let g = generate(rng.next(), &name, &targets, 8 + rng.below(20), role);
            targets.push(Target { name, params: g.inputs.clone(), ret: g.ret.clone() });
            library.push(g);
        }
    }
    let main = generate(rng.next(), "f", &targets, size, Role::Main);
    Case { main, library, seed }
}

/// Checks a case; a panic of the compiler is a failure like any other.
fn outcome(case: &Case) -> Result<End, Failure> {
    catch_unwind(AssertUnwindSafe(|| check(case, None))).unwrap_or_else(|e| {
        let text = e.downcast_ref::<String>().cloned();
        let text = text.or_else(|| e.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default();
        Err(Failure { check: format!("panic: {text}"), detail: String::new() })
    })
}

/// A failing case made small, and how it fails.
fn smallest(case: &Case, first: Failure) -> (Case, Failure) {
    let small = shrink(case, &|c| outcome(c).is_err_and(|f| f.check == first.check));
    let last = outcome(&small).err().unwrap_or(first);
    (small, last)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// How the cases tried ended.
#[derive(Debug, Default)]
struct Ends {
    tried: usize,
    checked: usize,
    /// Of those, how many against differences.
    differences: usize,
    trapped: usize,
    unsupported: BTreeMap<String, usize>,
}

impl Ends {
    fn add(&mut self, end: End) {
        self.tried += 1;
        match end {
            End::Checked { differences } => {
                self.checked += 1;
                self.differences += usize::from(differences);
            }
            End::Trapped => self.trapped += 1,
            End::Unsupported(what) => *self.unsupported.entry(what).or_default() += 1,
        }
    }
}

#[test]
fn derivatives_of_random_programs() {
    let first = number("BACKPROP_RANDOM_FIRST").unwrap_or(0);
    let programs = number("BACKPROP_RANDOM_PROGRAMS");
    let seconds = number("BACKPROP_RANDOM_SECONDS").or(programs.is_none().then_some(45));
    let start = Instant::now();
    let mut ends = Ends::default();
    let mut failures: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for seed in first..first + programs.unwrap_or(300) {
        if seconds.is_some_and(|s| start.elapsed() > Duration::from_secs(s)) {
            break;
        }
        match outcome(&case(seed)) {
            Ok(end) => ends.add(end),
            Err(f) => failures.entry(f.check).or_default().push(seed),
        }
    }
    println!("{ends:#?}");
    for (what, seeds) in &failures {
        let worst = case(seeds[0]);
        let Err(f) = outcome(&worst) else { continue };
        let (small, f) = smallest(&worst, f);
        println!("=== {what}: programs {seeds:?}\n{}\n{}", f.detail, small.main.func);
        small.library.iter().for_each(|g| println!("{}", g.func));
    }
    assert!(failures.is_empty(), "{:?}", failures.keys());
    if ends.tried < 100 {
        return;
    }
    assert!(ends.checked * 100 >= ends.tried * 90, "too few programs are checked: {ends:?}");
    assert!(ends.differences * 100 >= ends.checked * 90, "too few have differences: {ends:?}");
}
