//! Faults planted into derivative programs, and into what passes make of programs: the oracle has to find each kind of them.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, Mutex};

use autodiff_codegen::analysis::pattern::Set;
use autodiff_codegen::forward::{Tangent, forward};
use autodiff_codegen::ir::*;
use autodiff_codegen::reverse::{Buffers, Gradient, Options, SeedKind, reverse};
use autodiff_codegen::{rules, second, simplify};

use crate::oracle::{Case, End, Fault, Stage, at_once, check};
use crate::rng::Rng;

mod calls;
mod forward;
mod memory;
mod newer;
mod reverse;
mod simplified;

/// Changes one statement of a list, if it is of the right kind.
pub type Edit = fn(&mut Func, &mut Vec<Stmt>, usize) -> bool;

/// What goes wrong, in which program, in which part of it, and how.
type Planted = (&'static str, Stage, Part, Edit);

/// Where in a program.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Forward,
    Reverse,
    Any,
    /// What is no statement of the program that this is the derivative of.
    Own,
    /// The same in the forward sweep.
    OwnForward,
}

fn saved(name: &Name) -> bool {
    matches!(name, Name::Saved(_))
}

/// The statement gives the value of one of its operands.
fn copy_of(operand: Value, s: &mut [Stmt], i: usize) -> bool {
    s[i].op = Op::AssertFloat(operand);
    true
}

/// The statement gives a zero.
fn zero_of(f: &Func, s: &mut [Stmt], i: usize) -> bool {
    let float = s[i].results.first().is_some_and(|r| *f.ty(*r) == Ty::F64);
    if float {
        s[i].op = Op::Const(Const::Float { value: 0.0, text: "0.0".into() });
    }
    float
}

/// The operands of an operation change places.
fn exchange(s: &mut [Stmt], i: usize, name: &str) -> bool {
    match &mut s[i].op {
        Op::Elem { rule, args } if rule.get().name == name && args[0] != args[1] => {
            args.swap(0, 1);
            true
        }
        _ => false,
    }
}

fn remove_if(s: &mut Vec<Stmt>, i: usize, which: fn(&Op) -> bool) -> bool {
    let on = which(&s[i].op);
    if on {
        s.remove(i);
    }
    on
}

/// Tries the edit on all statements of the list and its regions, from a random one on, until it does something.
pub fn plant(f: &mut Func, stmts: &mut Vec<Stmt>, edit: Edit, skip: &mut usize) -> bool {
    plant_where(f, stmts, edit, skip, &|_| true)
}

/// The same of statements of one kind.
fn plant_where(
    f: &mut Func,
    stmts: &mut Vec<Stmt>,
    edit: Edit,
    skip: &mut usize,
    which: &dyn Fn(&Stmt) -> bool,
) -> bool {
    let mut i = 0;
    while i < stmts.len() {
        let before = (f.values.len(), f.places.clone());
        let mut trial = stmts.clone();
        if which(&stmts[i]) && edit(f, &mut trial, i) {
            if *skip == 0 {
                *stmts = trial;
                return true;
            }
            *skip -= 1;
        }
        // Nothing was planted: what was made for it goes.
        f.values.truncate(before.0);
        f.places = before.1;
        let mut op = stmts[i].op.clone();
        for b in op.blocks_mut() {
            if plant_where(f, &mut b.stmts, edit, skip, which) {
                stmts[i].op = op;
                return true;
            }
        }
        i += 1;
    }
    false
}

/// Whether a statement is the derivative's own.
fn is_own(primal: &Func, s: &Stmt) -> bool {
    let (values, places) = (primal.values.len(), primal.places.len());
    let written = s.op.places_written();
    match s.results.first() {
        Some(r) => r.0 as usize >= values,
        None => !written.is_empty() && written.iter().all(|p| p.0 as usize >= places),
    }
}

/// Whether the fault could be planted.
fn plant_in(f: &mut Func, split: &mut usize, primal: &Func, (part, edit): (Part, Edit), skip: usize) -> bool {
    let before = f.clone();
    let mut forward = std::mem::take(&mut f.body.stmts);
    let mut reverse = forward.split_off((*split).min(forward.len()));
    let which = |s: &Stmt| match part {
        Part::Own | Part::OwnForward => is_own(primal, s),
        _ => true,
    };
    let (first, second) = match part {
        Part::Forward | Part::OwnForward => (true, false),
        Part::Reverse => (false, true),
        Part::Own | Part::Any => (true, true),
    };
    // The place to plant it may not exist: then an earlier one.
    let done = (0..=skip).rev().any(|skip| {
        let mut skip = skip;
        first && plant_where(f, &mut forward, edit, &mut skip, &which)
            || second && plant_where(f, &mut reverse, edit, &mut skip, &which)
    });
    if !done {
        *f = before;
        return false;
    }
    *split = forward.len();
    forward.append(&mut reverse);
    f.body.stmts = forward;
    true
}

/// A fault has to be found this often, in this many programs that it is planted in.
const FOUND: usize = 2;
/// A fault that fewer programs have room for is rare.
const RARE: usize = 10;
const PLANTED: usize = 200;

/// Programs of these numbers are looked at, if they are not too large: first those that take little time, then those of medium
/// size, which have room for everything.
const FIRST: std::ops::Range<u64> = 0..2000;
const THEN: std::ops::Range<u64> = crate::MEDIUM..crate::MEDIUM + 4000;
const SMALL: usize = 70;
const LARGEST: usize = 250;

/// The programs that are small enough, smaller ones first.
fn cases() -> Vec<Case> {
    let size = |c: &Case| c.main.func.values.len();
    let mut cases: Vec<Case> = FIRST.chain(THEN).map(crate::case).filter(|c| size(c) < LARGEST).collect();
    cases.sort_by_key(|c| (size(c) >= SMALL, c.seed));
    cases
}

/// Which programs are small enough, and pass every check as they are.
static GOOD: LazyLock<Mutex<HashMap<u64, bool>>> = LazyLock::new(Mutex::default);

/// Whether the case passes every check as it is.
fn is_good(case: &Case) -> bool {
    if let Some(good) = GOOD.lock().ok().and_then(|g| g.get(&case.seed).copied()) {
        return good;
    }
    let good = matches!(crate::outcome(case), Ok(End::Checked { differences: true } | End::Trapped));
    if let Ok(mut all) = GOOD.lock() {
        all.insert(case.seed, good);
    }
    good
}

/// A program, where its reverse sweep starts, and what it is a derivative of.
type Derived = (Func, usize, Func);

/// The programs of a stage, the plainest of them.
fn programs(case: &Case, stage: Stage) -> Vec<Derived> {
    let plain = Options {
        seed: SeedKind::Param,
        buffers: Buffers::Own,
        fuse: matches!(stage, Stage::Fused | Stage::AtOnce),
        whole: false,
        at_once: stage == Stage::AtOnce,
        checkpoint: stage == Stage::Checkpoint,
    };
    let once = Options { seed: SeedKind::One, fuse: true, ..plain };
    let main = &case.main.func;
    let gradient = |func: &Func, options: &Options| reverse(func, options).ok();
    let whole = |g: Gradient, of: &Func| (g.func, g.split, of.clone());
    let tangent = |t: Tangent, of: &Func| (t.func, 0, of.clone());
    // Only what the program itself calls makes a difference.
    let mut names = Vec::new();
    main.body.each_stmt(&mut |s| {
        if let Op::Call { callee, .. } = &s.op {
            names.push(callee.name.clone());
        }
    });
    let called = || case.library.iter().map(|g| &g.func).filter(|f| names.contains(&f.name));
    match stage {
        // Which programs have calls at once is drawn.
        Stage::AtOnce if !at_once(case.seed) => Vec::new(),
        Stage::Gradient | Stage::Fused | Stage::AtOnce => {
            gradient(main, &plain).map(|g| whole(g, main)).into_iter().collect()
        }
        Stage::Checkpoint => {
            let checkpointed = gradient(main, &plain).filter(|g| g.checkpointed > 0);
            checkpointed.map(|g| whole(g, main)).into_iter().collect()
        }
        Stage::Simplified | Stage::Windows => {
            let Some(mut g) = gradient(main, &plain) else { return Vec::new() };
            simplify::gradient(&mut g);
            if stage == Stage::Windows {
                simplify::windows_beyond(&mut g, Some(1));
            }
            vec![whole(g, main)]
        }
        Stage::Primal => {
            let mut simple = main.clone();
            simplify::simplify(&mut simple);
            vec![(simple, 0, main.clone())]
        }
        Stage::Tangent => vec![tangent(forward(main).expect("a tangent"), main)],
        Stage::Second | Stage::Twice => {
            let g = match main.ret {
                Ret::Scalar(_) => gradient(main, &Options { whole: stage == Stage::Twice, ..once }),
                _ => None,
            };
            let Some(g) = g else { return Vec::new() };
            if stage == Stage::Second {
                return second::tangent(&g).map(|t| tangent(t, &g.func)).into_iter().collect();
            }
            let program = second::program(&g);
            gradient(&program, &plain).map(|g| whole(g, &program)).into_iter().collect()
        }
        Stage::Callee => called().filter_map(|f| Some(whole(gradient(f, &plain)?, f))).collect(),
        Stage::CalleeTangent => called().filter_map(|f| Some(tangent(forward(f).ok()?, f))).collect(),
        Stage::CalleeSecond => {
            let along = called().filter_map(|f| second::along(f).ok());
            along.filter_map(|f| Some(whole(gradient(&f, &plain)?, &f))).collect()
        }
        Stage::Pattern => Vec::new(),
    }
}

/// The faults that are found too seldom.
fn missed(faults: &[Planted]) -> Vec<&'static str> {
    let cases = cases();
    let mut missed = Vec::new();
    let mut known: HashMap<(u64, Stage), Vec<Derived>> = HashMap::new();
    for (n, (name, stage, part, edit)) in faults.iter().enumerate() {
        let (mut planted, mut found) = (0, 0);
        let mut how = String::new();
        for case in &cases {
            if planted == PLANTED || found == FOUND {
                break;
            }
            let of_stage = known.entry((case.seed, *stage)).or_insert_with(|| programs(case, *stage));
            let fits = |(f, split, primal): &mut Derived| {
                plant_in(&mut f.clone(), &mut split.clone(), primal, (*part, *edit), 0)
            };
            if !of_stage.iter_mut().any(fits) || !is_good(case) {
                continue;
            }
            let skip = Rng::new(case.seed + n as u64).below(4);
            let done = std::cell::Cell::new(false);
            let change = |f: &mut Func, split: &mut usize, primal: &Func| {
                done.set(plant_in(f, split, primal, (*part, *edit), skip) || done.get());
            };
            let end = catch_unwind(AssertUnwindSafe(|| check(case, Some(Fault::Program(*stage, &change)))));
            planted += usize::from(done.get());
            if let Ok(Err(f)) = &end {
                how = f.check.clone();
            }
            found += usize::from(!matches!(end, Ok(Ok(_))));
        }
        println!("{name}: found {found} of {planted}, by {how}");
        // What hardly any program has room for has to be found once.
        let enough = if planted < RARE { 1 } else { FOUND };
        missed.extend((found < enough).then_some(*name));
    }
    missed
}

#[test]
fn faults_in_gradients_are_found() {
    let missed = missed(reverse::FAULTS);
    assert!(missed.is_empty(), "not found: {missed:?}");
}

#[test]
fn faults_in_memory_are_found() {
    let missed = missed(memory::FAULTS);
    assert!(missed.is_empty(), "not found: {missed:?}");
}

#[test]
fn faults_in_tangents_are_found() {
    let missed = [missed(forward::FAULTS), missed(forward::MEMORY)].concat();
    assert!(missed.is_empty(), "not found: {missed:?}");
}

#[test]
fn faults_in_second_derivatives_are_found() {
    let missed = [missed(forward::SECOND), missed(forward::TWICE)].concat();
    assert!(missed.is_empty(), "not found: {missed:?}");
}

#[test]
fn faults_in_calls_are_found() {
    let missed = missed(calls::FAULTS);
    assert!(missed.is_empty(), "not found: {missed:?}");
}

#[test]
fn faults_beside_the_sweeps_are_found() {
    let missed = missed(newer::FAULTS);
    assert!(missed.is_empty(), "not found: {missed:?}");
}

#[test]
fn faults_of_passes_are_found() {
    let missed = missed(simplified::FAULTS);
    assert!(missed.is_empty(), "not found: {missed:?}");
}

/// Changes the sets that a pattern has for its rows.
type PatternEdit = fn(&mut Vec<Set>);

/// What goes wrong with patterns.
const PATTERNS: &[(&str, PatternEdit)] = &[
    ("a row has nothing", |rows| rows.iter_mut().for_each(|r| *r = Set::default())),
    ("a row has what another one has", |rows| rows.rotate_left(1)),
];

#[test]
fn faults_in_patterns_are_found() {
    let cases: Vec<Case> = cases().into_iter().filter(is_good).take(PLANTED).collect();
    for (name, change) in PATTERNS {
        let fault = |rows: &mut Vec<Set>| change(rows);
        let found = cases.iter().filter(|case| {
            !matches!(catch_unwind(AssertUnwindSafe(|| check(case, Some(Fault::Pattern(&fault))))), Ok(Ok(_)))
        });
        let found = found.take(FOUND).count();
        assert_eq!(found, FOUND, "not found: {name}");
    }
}

#[test]
fn there_are_many_kinds_of_faults() {
    let lists = [
        reverse::FAULTS,
        memory::FAULTS,
        forward::FAULTS,
        forward::MEMORY,
        forward::SECOND,
        forward::TWICE,
        calls::FAULTS,
        newer::FAULTS,
        simplified::FAULTS,
    ];
    let lanes = crate::lane_faults::names().count();
    let all = lists.iter().map(|list| list.len()).sum::<usize>() + PATTERNS.len() + lanes;
    for list in lists {
        let own: HashSet<&str> = list.iter().map(|f| f.0).collect();
        assert_eq!(own.len(), list.len(), "two of one name");
    }
    println!("{all} kinds of faults");
    assert!(all >= 40, "{all}");
}
