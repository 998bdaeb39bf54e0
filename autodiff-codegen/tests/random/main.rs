//! Random programs against everything that is known about derivatives.

mod broken;
mod coverage;
mod faults;
mod generate;
mod oracle;
mod rng;
mod shrink;

use std::collections::BTreeMap;

use generate::{Generated, Role, Target, generate};
use oracle::{Case, End, Failure, check};
use rng::Rng;
use shrink::shrink;

/// The case of a number: a program, and up to two functions that it calls.
fn case(seed: u64) -> Case {
    let mut rng = Rng::new(seed ^ 0xca5e);
    let size = [8, 15, 30, 60, 120][rng.below(5)];
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

/// A failing case made small, and how it fails.
fn smallest(case: &Case) -> (Case, Failure) {
    let failure = |c: &Case| check(c, None).err();
    let Some(first) = failure(case) else { panic!("the case doesn't fail") };
    let small = shrink(case, &|c| failure(c).is_some_and(|f| f.check == first.check));
    let last = failure(&small).unwrap_or(first);
    (small, last)
}

/// How many programs to try.
fn programs() -> u64 {
    std::env::var("BACKPROP_RANDOM_PROGRAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}

#[test]
fn derivatives_of_random_programs() {
    let first: u64 = std::env::var("BACKPROP_RANDOM_FIRST").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for seed in first..first + programs() {
        let case = case(seed);
        let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&case, None)));
        match end {
            Ok(Ok(end)) => *ends.entry(format!("{end:?}")).or_default() += 1,
            Ok(Err(f)) => failures.entry(f.check).or_default().push((seed, f.detail)),
            Err(e) => {
                let text = e.downcast_ref::<String>().cloned().unwrap_or_default();
                failures.entry(format!("panic {text}")).or_default().push((seed, String::new()))
            }
        }
    }
    println!("{ends:#?}");
    for (k, v) in &failures {
        println!("{} × {k}: {:?}", v.len(), v.iter().map(|f| f.0).take(8).collect::<Vec<_>>());
    }
    if std::env::var("DETAIL").is_ok() {
        for (k, v) in &failures {
            for (seed, _) in
                v.iter().take(std::env::var("DETAIL").ok().and_then(|n| n.parse().ok()).unwrap_or(1))
            {
                let (small, f) = smallest(&case(*seed));
                println!("=== {k} {seed}\n{}\n{}", f.detail, small.main.func);
                small.library.iter().for_each(|g| println!("{}", g.func));
            }
        }
    }
    let _ = End::Trapped;
    assert!(failures.is_empty());
}
