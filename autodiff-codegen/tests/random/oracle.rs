//! What is known of every derivative program: it is well formed, it computes the primal's value to the bit,
//! it has the primal's effects and panics, and its adjoints agree with tangents, and those with differences.

use std::collections::HashSet;

use autodiff_codegen::forward::{Tangent, forward};
use autodiff_codegen::ir::interpret::{Callee, Data, Effect, Interp, Program, Run, Scalar, Trap};
use autodiff_codegen::ir::verify::verify;
use autodiff_codegen::ir::*;
use autodiff_codegen::reverse::{Buffers, Gradient, Options, SeedKind, reverse};
use autodiff_codegen::{second as orders, simplify};

use crate::differences::{moved, richardson};
use crate::generate::{Generated, Input, Shape};
use crate::rng::Rng;

pub mod digest;
mod fault;
mod lanes;
mod point;
mod second;
mod sparse;
mod variants;

pub use fault::{Fault, Stage};
use fault::{plant, plant_in_gradient, plant_in_tangent};
pub use lanes::{LaneFault, check_lanes};
use point::{Adjoints, Point};
pub use variants::at_once;
use variants::{Share, Variant, agree, keeps_order, options, simplified};

/// A program under test, with the functions that it calls.
#[derive(Clone)]
pub struct Case {
    pub main: Generated,
    pub library: Vec<Generated>,
    /// Where its arguments come from.
    pub seed: u64,
}

/// A check that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which check; the same while a program is made smaller.
    pub check: String,
    pub detail: String,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// All checks done; whether differences could be taken.
    Checked { differences: bool },
    /// The primal trapped, and so did the derivatives.
    Trapped,
    /// Something in it can't be differentiated (which is never wrong).
    Unsupported(String),
}

fn fail<T>(check: &str, detail: impl Into<String>) -> Result<T, Failure> {
    Err(Failure { check: check.into(), detail: detail.into() })
}

fn well_formed(stage: &str, f: &Func) -> Result<(), Failure> {
    digest::add(f);
    match verify(f) {
        Ok(()) => Ok(()),
        Err(e) => fail(&format!("verify after {stage}"), format!("{e}\n{f}")),
    }
}

/// A run of the primal.
struct Primal {
    end: Result<Data, Trap>,
    /// What is left in `&mut` parameters.
    left: Vec<Data>,
    log: Vec<Effect>,
    fuel: u64,
    /// An infinity times a zero is no number, in one mode and not in the other: where each meets them is its own affair.
    overflowed: bool,
}

impl Primal {
    /// Whether opaque code has seen a number whose sign and payload Rust leaves open.
    fn has_nan(&self) -> bool {
        format!("{:?}", self.log).contains("NaN")
    }
}

/// With all NaNs alike: Rust leaves open which of its operands' an operation gives.
fn without_payloads(data: &Data) -> Data {
    let one = |x: &Scalar| match x {
        Scalar::Float(x) if x.is_nan() => Scalar::Float(f64::NAN),
        other => other.clone(),
    };
    match data {
        Data::Unit => Data::Unit,
        Data::Scalar(x) => Data::Scalar(one(x)),
        Data::Array(dims, xs) => Data::Array(dims.clone(), xs.iter().map(one).collect()),
        Data::Tuple(parts) => Data::Tuple(parts.iter().map(without_payloads).collect()),
    }
}

const FUEL: u64 = 300_000;

fn run_primal(program: &Program, func: &Func, args: &[Data]) -> Primal {
    let mut interp = Interp::new(program);
    interp.fuel = FUEL;
    let run = interp.run(func, args);
    let end = run.as_ref().map_err(Clone::clone).and_then(|r| r.data(&interp, &func.ret));
    let left = run.as_ref().map_or(Vec::new(), |r| left(&interp, func, r));
    let overflowed = interp.overflowed.get();
    Primal { end, left, fuel: FUEL - interp.fuel, log: interp.log, overflowed }
}

fn left(interp: &Interp<'_>, func: &Func, run: &Run<'_>) -> Vec<Data> {
    let outputs = func.params.iter().enumerate().filter(|(_, p)| is_output(p));
    outputs.filter_map(|(i, _)| run.param(interp, i).ok()).collect()
}

fn is_output(p: &Param) -> bool {
    matches!(p.kind, ParamKind::Place(_, Mode::Mut))
}

/// Checks one case at one point.
pub fn check(case: &Case, fault: Option<Fault<'_>>) -> Result<End, Failure> {
    well_formed("generation", &case.main.func)?;
    let program = match library(case, fault)? {
        Ok(p) => p,
        Err(what) => return Ok(End::Unsupported(what)),
    };
    let mut rng = Rng::new(case.seed ^ 0x5eed);
    let args: Vec<Data> = case.main.inputs.iter().map(|i| i.data(&mut rng)).collect();
    let func = &case.main.func;
    let primal = run_primal(&program, func, &args);
    if let Err(Trap::Invalid(why) | Trap::Stale(why)) = &primal.end {
        return fail("primal", why.clone());
    }
    if primal.end == Err(Trap::Fuel) {
        return Ok(End::Unsupported("too long".into()));
    }
    check_simplified_primal(&program, case, &args, &primal, fault)?;
    // Half of the programs are differentiated in the form that is better for it. Where a fault goes is counted in the other.
    let mut prepared = case.clone();
    let mut case = case;
    if fault.is_none() && case.seed.is_multiple_of(2) {
        simplify::prepare(&mut prepared.main.func);
        well_formed("preparation", &prepared.main.func)?;
        case = &prepared;
    }
    let func = &case.main.func;
    let point = Point { program: &program, case, args: &args, primal: &primal, fault };
    let tangents = point.tangents()?;
    let share = if fault.is_none() { Share::of(case.seed) } else { Share::ALL };
    if fault.is_none() && share.lanes {
        point.lanes(None)?;
    }
    let mut results: Vec<(Variant, Adjoints)> = Vec::new();
    let mut seen = HashSet::new();
    for options in options(matches!(func.ret, Ret::Scalar(_)), case.seed, share) {
        let g = match reverse(func, &options) {
            Ok(g) => g,
            Err(e) => return Ok(End::Unsupported(e.what.into())),
        };
        // Without a loop that has any, checkpoints change nothing.
        if options.checkpoint && g.checkpointed == 0 {
            continue;
        }
        point.gradient(g, options, &mut seen, &mut results)?;
    }
    if primal.end.is_err() {
        return Ok(End::Trapped);
    }
    agree(&results, case.seed)?;
    tangents.iter().try_for_each(|t| point.patterns(t))?;
    if share.second && fault.is_none_or(|f| f.stage().is_of_second_order()) {
        point.second_order()?;
    }
    let mut differences = false;
    for seeded in [SeedKind::One, SeedKind::Param] {
        if let Some((v, a)) = results.iter().find(|(v, _)| v.options.seed == seeded) {
            let describe = |f: Failure| {
                let program =
                    reverse(func, &v.options).map_or_else(|_| String::new(), |g| g.func.to_string());
                Failure { detail: format!("{}\n{v:?}\n{program}", f.detail), ..f }
            };
            point.against_tangents(&tangents, a).map_err(describe)?;
            differences |= point.against_differences(a).map_err(describe)?;
        }
    }
    Ok(End::Checked { differences })
}

/// The functions that a case calls, with their derivatives.
fn library(case: &Case, fault: Option<Fault<'_>>) -> Result<Result<Program, String>, Failure> {
    let mut program = Program::default();
    for (n, g) in case.library.iter().enumerate() {
        well_formed("generation", &g.func)?;
        let buffers = if n % 2 == 0 { Buffers::Own } else { Buffers::Accumulate };
        let options = Options { buffers, ..Options::HALVES };
        let mut r = match reverse(&g.func, &options) {
            Ok(r) => r,
            Err(e) => return Ok(Err(e.what.into())),
        };
        plant_in_gradient(fault, Stage::Callee, &mut r, &g.func);
        well_formed("reverse (callee)", &r.func)?;
        let Ok(mut t) = forward(&g.func) else {
            return fail("forward (callee)", "refused");
        };
        plant_in_tangent(fault, Stage::CalleeTangent, &mut t, &g.func);
        well_formed("forward (callee)", &t.func)?;
        if case.seed.is_multiple_of(3) {
            simplify::gradient(&mut r);
            simplify::quotients(&mut r);
            simplify::tangent(&mut t);
            simplify::quotients_along(&mut t);
        }
        let again = autodiff_codegen::analysis::runs_once(&g.func.body, true).is_empty();
        let mut second = match orders::along(&g.func) {
            Ok(along) if again => {
                well_formed("value and tangent (callee)", &along)?;
                reverse(&along, &options).ok()
            }
            _ => None,
        };
        if let Some(second) = &mut second {
            plant_in_gradient(fault, Stage::CalleeSecond, second, &g.func);
            well_formed("reverse of value and tangent (callee)", &second.func)?;
            if case.seed.is_multiple_of(3) {
                simplify::gradient(second);
            }
        }
        let callee = Callee { primal: g.func.clone(), reverse: Some(r), forward: Some(t), second };
        program.callees.insert(g.func.name.clone(), callee);
    }
    Ok(Ok(program))
}

/// The simplified primal does what the primal does, at numbers that most rules of algebra don't hold for, too.
fn check_simplified_primal(
    program: &Program,
    case: &Case,
    args: &[Data],
    primal: &Primal,
    fault: Option<Fault<'_>>,
) -> Result<(), Failure> {
    let func = &case.main.func;
    let mut simple = func.clone();
    for (name, pass) in simplify::PASSES {
        pass(&mut simple);
        well_formed(&format!("{name} of the primal"), &simple)?;
    }
    simplify::simplify(&mut simple);
    plant(fault, Stage::Primal, &mut simple, &mut 0, func);
    well_formed("simplify of the primal", &simple)?;
    let same = |args: &[Data], primal: &Primal| {
        let again = run_primal(program, &simple, args);
        same_primal("simplified primal", primal, &again.end, &again.left, &again.log)
            .map_err(|f| Failure { detail: format!("{}\n{args:?}\n{simple}", f.detail), ..f })
    };
    same(args, primal)?;
    let mut rng = Rng::new(case.seed ^ 0x0dd);
    for _ in 0..SPECIAL {
        let args: Vec<Data> = args.iter().map(|a| special_like(a, &mut rng)).collect();
        let primal = run_primal(program, func, &args);
        if primal.end != Err(Trap::Fuel) && !primal.has_nan() {
            same(&args, &primal)?;
        }
    }
    Ok(())
}

/// How many special points are tried.
const SPECIAL: usize = 8;

/// Some of the floats are special ones.
fn special_like(data: &Data, rng: &mut Rng) -> Data {
    let special = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, 5e-324, 1.0, -1.0];
    let mut one = |x: &Scalar| match x {
        Scalar::Float(_) if rng.chance(50) => Scalar::Float(special[rng.below(special.len())]),
        other => other.clone(),
    };
    match data {
        Data::Unit => Data::Unit,
        Data::Scalar(x) => Data::Scalar(one(x)),
        Data::Array(dims, xs) => Data::Array(dims.clone(), xs.iter().map(one).collect()),
        Data::Tuple(parts) => Data::Tuple(parts.iter().map(|p| special_like(p, rng)).collect()),
    }
}

/// Value, effects, panics: all the primal's.
fn same_primal(
    what: &str,
    primal: &Primal,
    end: &Result<Data, Trap>,
    left: &[Data],
    log: &[Effect],
) -> Result<(), Failure> {
    match (&primal.end, end) {
        (_, Err(Trap::Stale(why))) => return fail(&format!("{what}: stale load"), why.clone()),
        (_, Err(Trap::Invalid(why))) => return fail(&format!("{what}: invalid"), why.clone()),
        (a, b) if a.as_ref().map(without_payloads) != b.as_ref().map(without_payloads) => {
            return fail(&format!("{what}: another result"), format!("primal {a:?}, derivative {b:?}"));
        }
        _ => {}
    }
    if primal.log != log {
        let n = primal.log.iter().zip(log).take_while(|(a, b)| a == b).count();
        let (a, b) = (primal.log.get(n), log.get(n));
        return fail(
            &format!("{what}: other effects"),
            format!("number {n}: primal {a:?}, derivative {b:?}"),
        );
    }
    let alike = |data: &[Data]| data.iter().map(without_payloads).collect::<Vec<_>>();
    if primal.end.is_ok() && alike(&primal.left) != alike(left) {
        return fail(&format!("{what}: other outputs"), format!("{:?} and {left:?}", primal.left));
    }
    Ok(())
}
