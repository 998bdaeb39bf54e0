//! Random programs against everything that is known about derivatives.
//!
//! * `BACKPROP_RANDOM_PROGRAMS`: how many programs to try (the first few hundred otherwise).
//! * `BACKPROP_RANDOM_FIRST`: the number of the first. From 4294967296 on they are larger, from 8589934592 on things meet in
//!   them that seldom do in others, from 12884901888 on each is keen on one construct, and from 17179869184 on it is a loop around little of one.
//! * `BACKPROP_RANDOM_KEEN`: how many of the last ones to try besides (none otherwise).
//! * `BACKPROP_RANDOM_SECONDS`: when to stop, whatever is left (45 otherwise, if no number is asked for).
//! * `BACKPROP_RANDOM_STOP`: if set, the first failure ends everything, and nothing is made smaller.
//! * `BACKPROP_RANDOM_DIGESTS`: a file for the digests of all programs that were made, a line for each case.
//! * `BLESS=1`, beside a number of programs: the table of what stood where in those that were checked is written.
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

use autodiff_codegen::ir::Mode;
use coverage::Coverage;
use generate::{Generated, Role, Shape, Target, generate};
use oracle::{Case, End, Failure, check, digest};
use rng::Rng;
use shrink::shrink;

/// From this number on programs are of medium size: few have more than one can read, and few have little of everything.
const MEDIUM: u64 = 1 << 32;

/// From this number on they are of medium size, and things meet in them that seldom do in others.
const MEETING: u64 = 1 << 33;

/// From this number on they are of medium size, and each has most of one construct, in all positions.
const KEEN: u64 = 3 << 32;

/// From this number on they are a loop or two around a little of one construct, which nothing else hides.
const BARE: u64 = 1 << 34;

/// The case of a number: a program, and up to two functions that it calls.
fn case(seed: u64) -> Case {
    let mut rng = Rng::new(seed ^ 0xca5e);
    // Small ones cost little, and most of what can meet meets in them.
    let size = match rng.below(200) {
        _ if seed >= BARE => 20,
        _ if seed >= KEEN => [6, 8, 15, 15, 30, 30][rng.below(6)],
        _ if seed >= MEDIUM => [8, 8, 15, 15, 30, 30, 60, 120][rng.below(8)],
        0..100 => 1 + rng.below(3),
        100..174 => 4 + rng.below(3),
        174..186 => 8,
        186..194 => 15,
        194..198 => 30,
        198 => 60,
        _ => 120,
    };
    let small = size <= generate::SMALL || seed >= BARE;
    let mut library: Vec<Generated> = Vec::new();
    let mut targets: Vec<Target> = Vec::new();
    if rng.chance(if small { 40 } else { 60 }) {
        for n in 0..if small { 1 } else { 1 + rng.below(2) } {
            let name = format!("g{n}");
            let role = if rng.chance(15) { Role::Recursive } else { Role::Callee };
            let size = if small { 1 + rng.below(4) } else { 8 + rng.below(20) };
            let mut g = generate(rng.next(), &name, &targets, size, role);
            // Those that write to what they are lent, and return arrays, are rare. Around one construct, half of them are such.
            let rare = |g: &Generated| match g.ret {
                Shape::Array(_) => true,
                _ => g.inputs.iter().any(|input| input.mode == Mode::Mut),
            };
            for _ in 0..if seed >= BARE {
                seed % 2 * 6
            } else if seed >= KEEN {
                3
            } else {
                0
            } {
                if rare(&g) {
                    break;
                }
                g = generate(rng.next(), &name, &targets, size, role);
            }
            targets.push(Target { name, params: g.inputs.clone(), ret: g.ret.clone() });
            library.push(g);
        }
    }
    let role = match seed {
        BARE.. => Role::Bare,
        KEEN.. => Role::Keen,
        MEETING.. => Role::Meeting,
        _ => Role::Main,
    };
    let main = generate(rng.next(), "f", &targets, size, role);
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

/// Whether the first failure ends everything.
fn stops() -> bool {
    std::env::var_os("BACKPROP_RANDOM_STOP").is_some()
}

/// Programs of which something was wrong once, in the compiler or in what is asked of it.
const WRONG_ONCE: [u64; 8] =
    [16209, 146465, 291456, 769166, 12884931668, 12885077214, 12885114518, 12885342066];

#[test]
fn what_was_wrong_once_is_right() {
    for number in WRONG_ONCE {
        let end = outcome(&case(number));
        assert!(end.is_ok(), "program {number}: {:?}", end.map_err(|f| f.check));
    }
}

/// How the cases tried ended, and what was in those that were checked.
#[derive(Debug, Default)]
struct Ends {
    tried: usize,
    checked: usize,
    /// Of those, how many against differences.
    differences: usize,
    trapped: usize,
    unsupported: BTreeMap<String, usize>,
    /// What failed, and in which programs.
    failures: BTreeMap<String, Vec<u64>>,
    coverage: Coverage,
}

impl Ends {
    fn add(&mut self, case: &Case) {
        self.tried += 1;
        let outcome = outcome(case);
        digest::done(case.seed);
        match outcome {
            Ok(End::Checked { differences }) => {
                self.checked += 1;
                self.differences += usize::from(differences);
                self.coverage.add(&case.main.func);
            }
            Ok(End::Trapped) => self.trapped += 1,
            Ok(End::Unsupported(what)) => *self.unsupported.entry(what).or_default() += 1,
            Err(f) => self.failures.entry(f.check).or_default().push(case.seed),
        }
    }

    fn merge(&mut self, other: Ends) {
        self.tried += other.tried;
        self.checked += other.checked;
        self.differences += other.differences;
        self.trapped += other.trapped;
        other.unsupported.into_iter().for_each(|(what, n)| *self.unsupported.entry(what).or_default() += n);
        other.failures.into_iter().for_each(|(what, n)| self.failures.entry(what).or_default().extend(n));
        self.coverage.merge(other.coverage);
    }

    fn summary(&self) -> String {
        let Ends { tried, checked, differences, trapped, unsupported, .. } = self;
        format!(
            "{tried} programs tried: {checked} checked, {differences} of them against differences; {trapped} panic or exit; \
             not differentiated: {unsupported:?}"
        )
    }
}

/// So many programs are tried before the time is looked at.
const CHUNK: u64 = 10_000;

/// Tries these programs, in as many threads as there are processors, until the time is over.
fn attempt(numbers: std::ops::Range<u64>, over: &(dyn Fn() -> bool + Sync)) -> Ends {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let part = |thread: usize| {
        let mut ends = Ends::default();
        for seed in numbers.clone().skip(thread).step_by(threads).take_while(|_| !over()) {
            ends.add(&case(seed));
            if stops() && !ends.failures.is_empty() {
                eprintln!("{:?}", ends.failures);
                std::process::exit(101);
            }
        }
        ends
    };
    std::thread::scope(|scope| {
        let part = &part;
        let parts: Vec<_> = (0..threads).map(|thread| scope.spawn(move || part(thread))).collect();
        let mut all = Ends::default();
        parts.into_iter().for_each(|part| all.merge(part.join().expect("a panic of the compiler is caught")));
        all
    })
}

#[test]
fn derivatives_of_random_programs() {
    let first = number("BACKPROP_RANDOM_FIRST").unwrap_or(0);
    let programs = number("BACKPROP_RANDOM_PROGRAMS");
    let seconds = number("BACKPROP_RANDOM_SECONDS").or(programs.is_none().then_some(45));
    let start = Instant::now();
    let over = || seconds.is_some_and(|s| start.elapsed() > Duration::from_secs(s));
    let mut ends = Ends::default();
    let keen = number("BACKPROP_RANDOM_KEEN").unwrap_or(0);
    let chunks = |first: u64, many: u64| {
        let end = first + many;
        (first..end).step_by(CHUNK as usize).map(move |from| from..end.min(from + CHUNK))
    };
    let all = chunks(first, programs.unwrap_or(2000)).chain(chunks(KEEN, keen));
    for chunk in all.take_while(|_| !over()) {
        let these = attempt(chunk, &over);
        for (what, seeds) in &these.failures {
            println!("{what}: programs {seeds:?}");
        }
        ends.merge(these);
        if programs.is_some() {
            println!("{}", ends.summary());
        }
        if std::env::var_os("BLESS").is_some() && programs.is_some() {
            let so_far = (ends.tried as u64).saturating_sub(programs.unwrap_or_default());
            coverage::write(&ends, first, so_far);
        }
    }
    if programs.is_none() {
        ends.merge(attempt(MEETING..MEETING + 300, &over));
        ends.merge(attempt(KEEN..KEEN + 300, &over));
        ends.merge(attempt(BARE..BARE + 500, &over));
    }
    println!("{}", ends.summary());
    for (what, seeds) in &ends.failures {
        let worst = case(seeds[0]);
        let Err(f) = outcome(&worst) else { continue };
        let (small, f) = smallest(&worst, f);
        println!("=== {what}: programs {seeds:?}\n{}\n{}", f.detail, small.main.func);
        small.library.iter().for_each(|g| println!("{}", g.func));
    }
    assert!(ends.failures.is_empty(), "{:?}", ends.failures.keys());
    if ends.tried < 100 {
        return;
    }
    assert!(ends.checked * 100 >= ends.tried * 90, "too few programs are checked: {}", ends.summary());
    assert!(ends.differences * 100 >= ends.checked * 90, "too few have differences: {}", ends.summary());
    if ends.tried >= 100_000 {
        let missing = coverage::missing(&ends.coverage, coverage::least(ends.tried, keen));
        assert!(missing.is_empty(), "too few of {missing:#?}");
    }
}
