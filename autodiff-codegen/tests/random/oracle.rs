//! What is known of every derivative program: it is well formed, it computes the primal's value to the bit,
//! it has the primal's effects and panics, and its adjoints agree with tangents, and those with differences.

use autodiff_codegen::forward::{Tangent, forward};
use autodiff_codegen::ir::interpret::{Callee, Data, Effect, Interp, Program, Run, Scalar, Trap};
use autodiff_codegen::ir::verify::verify;
use autodiff_codegen::ir::*;
use autodiff_codegen::reverse::{Buffers, Gradient, Options, SeedKind, reverse};
use autodiff_codegen::simplify;

use crate::generate::{Generated, Input, Shape};
use crate::rng::Rng;

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

/// A change to derivative programs, to see whether it is found.
pub type Fault<'a> = &'a dyn Fn(&mut Gradient);

fn fail<T>(check: &str, detail: impl Into<String>) -> Result<T, Failure> {
    Err(Failure { check: check.into(), detail: detail.into() })
}

fn well_formed(stage: &str, f: &Func) -> Result<(), Failure> {
    match verify(f) {
        Ok(()) => Ok(()),
        Err(e) => fail(&format!("verify after {stage}"), format!("{e}\n{f}")),
    }
}

/// All variants of the derivative program that must agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variant {
    pub options: Options,
    pub simplify: bool,
}

fn variants(scalar: bool, seed: u64) -> Vec<Variant> {
    let mut out = Vec::new();
    for (n, buffers) in [Buffers::Own, Buffers::Overwrite, Buffers::Accumulate].into_iter().enumerate() {
        for fuse in [true, false] {
            for simplify in [false, true] {
                // The whole matrix is run for the first kind of buffers, and one of its corners for the rest.
                if n == 0 || (fuse, simplify) == (seed % 2 == 0, seed / 2 % 2 == 0) {
                    let param = Options { seed: SeedKind::Param, buffers, fuse };
                    out.push(Variant { options: param, simplify });
                    if scalar {
                        let one = Options { seed: SeedKind::One, buffers, fuse };
                        out.push(Variant { options: one, simplify });
                    }
                }
            }
        }
    }
    out
}

/// A run of the primal.
struct Primal {
    end: Result<Data, Trap>,
    /// What is left in `&mut` parameters.
    left: Vec<Data>,
    log: Vec<Effect>,
    fuel: u64,
}

const FUEL: u64 = 300_000;

fn run_primal(program: &Program, func: &Func, args: &[Data]) -> Primal {
    let mut interp = Interp::new(program);
    interp.fuel = FUEL;
    let run = interp.run(func, args);
    let end = run.as_ref().map_err(Clone::clone).and_then(|r| r.data(&interp, &func.ret));
    let left = run.as_ref().map_or(Vec::new(), |r| left(&interp, func, r));
    Primal { end, left, fuel: FUEL - interp.fuel, log: interp.log }
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
    let program = match library(case)? {
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
    check_simplified_primal(&program, func, &args, &primal)?;
    let point = Point { program: &program, case, args: &args, primal: &primal };
    let tangents = point.tangents()?;
    let mut results: Vec<(Variant, Adjoints)> = Vec::new();
    for v in variants(matches!(func.ret, Ret::Scalar(_)), case.seed) {
        let g = match reverse(func, &v.options) {
            Ok(g) => g,
            Err(e) => return Ok(End::Unsupported(e.what.into())),
        };
        if let Some(adjoints) = point.adjoints(g, v, fault)? {
            results.push((v, adjoints));
        }
    }
    if primal.end.is_err() {
        return Ok(End::Trapped);
    }
    agree(&results)?;
    let mut differences = false;
    for seeded in [SeedKind::One, SeedKind::Param] {
        if let Some((_, a)) = results.iter().find(|(v, _)| v.options.seed == seeded) {
            point.against_tangents(&tangents, a)?;
            differences |= point.against_differences(a)?;
        }
    }
    Ok(End::Checked { differences })
}

/// The functions that a case calls, with their derivatives.
fn library(case: &Case) -> Result<Result<Program, String>, Failure> {
    let mut program = Program::default();
    for (n, g) in case.library.iter().enumerate() {
        well_formed("generation", &g.func)?;
        let buffers = if n % 2 == 0 { Buffers::Own } else { Buffers::Accumulate };
        let options = Options { seed: SeedKind::Param, buffers, fuse: false };
        let mut r = match reverse(&g.func, &options) {
            Ok(r) => r,
            Err(e) => return Ok(Err(e.what.into())),
        };
        well_formed("reverse (callee)", &r.func)?;
        let mut t = forward(&g.func);
        well_formed("forward (callee)", &t.func)?;
        if case.seed % 3 == 0 {
            simplify::gradient(&mut r);
            simplify::tangent(&mut t);
        }
        let callee = Callee { primal: g.func.clone(), reverse: Some(r), forward: Some(t) };
        program.callees.insert(g.func.name.clone(), callee);
    }
    Ok(Ok(program))
}

fn check_simplified_primal(
    program: &Program,
    func: &Func,
    args: &[Data],
    primal: &Primal,
) -> Result<(), Failure> {
    let mut simple = func.clone();
    for (name, pass) in simplify::PASSES {
        pass(&mut simple);
        well_formed(&format!("{name} of the primal"), &simple)?;
    }
    simplify::simplify(&mut simple);
    well_formed("simplify of the primal", &simple)?;
    let again = run_primal(program, &simple, args);
    same_primal("simplified primal", primal, &again.end, &again.left, &again.log)
        .map_err(|f| Failure { detail: format!("{}\n{simple}", f.detail), ..f })
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
        (a, b) if a != b => {
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
    if primal.end.is_ok() && primal.left != left {
        return fail(&format!("{what}: other outputs"), format!("{:?} and {left:?}", primal.left));
    }
    Ok(())
}

/// The adjoints of one variant, and the seeds that they are for.
#[derive(Debug)]
struct Adjoints {
    /// Of the result's floats.
    seed: Vec<f64>,
    /// Of what is left in `&mut` parameters, concatenated; zeros if their adjoint is not asked for.
    out_seed: Vec<f64>,
    /// By parameter, as floats.
    of: Vec<(usize, Vec<f64>)>,
    /// The scale of what was added into buffers.
    scale: f64,
}

struct Point<'a> {
    program: &'a Program,
    case: &'a Case,
    args: &'a [Data],
    primal: &'a Primal,
}

fn random_like(data: &Data, rng: &mut Rng) -> Data {
    match data {
        Data::Unit => Data::Unit,
        Data::Scalar(_) => Data::float(rng.float(-1.0, 1.0)),
        Data::Array(dims, xs) => {
            let xs = xs.iter().map(|_| Scalar::Float(rng.float(-1.0, 1.0))).collect();
            Data::Array(dims.clone(), xs)
        }
        Data::Tuple(ts) => Data::Tuple(ts.iter().map(|t| random_like(t, rng)).collect()),
    }
}

fn of_shape(shape: &Shape) -> Data {
    match shape {
        Shape::Scalar => Data::float(1.0),
        Shape::Array(dims) => Data::floats(dims, &vec![1.0; dims.iter().product()]),
        Shape::Tuple(parts) => Data::Tuple(parts.iter().map(of_shape).collect()),
    }
}

fn dot(a: &[f64], b: &[f64]) -> (f64, f64) {
    let terms = a.iter().zip(b).map(|(a, b)| a * b);
    (terms.clone().sum(), terms.map(f64::abs).sum())
}

impl<'a> Point<'a> {
    fn func(&self) -> &'a Func {
        &self.case.main.func
    }

    fn inputs(&self) -> &'a [Input] {
        &self.case.main.inputs
    }

    /// Checks and runs one variant. Nothing, if the primal traps.
    fn adjoints(
        &self,
        g: Gradient,
        v: Variant,
        fault: Option<Fault<'_>>,
    ) -> Result<Option<Adjoints>, Failure> {
        let mut g = g;
        if let Some(fault) = fault {
            fault(&mut g);
        }
        well_formed("reverse", &g.func)?;
        let mut passed = g.func.clone();
        for (name, pass) in simplify::PASSES {
            pass(&mut passed);
            well_formed(&format!("{name} of a gradient"), &passed)?;
        }
        if v.simplify {
            simplify::gradient(&mut g);
            well_formed("simplify of a gradient", &g.func)?;
        }
        let describe = |f: Failure| Failure { detail: format!("{}\n{v:?}\n{}", f.detail, g.func), ..f };
        self.run_gradient(&g, v).map_err(describe)
    }

    fn run_gradient(&self, g: &Gradient, v: Variant) -> Result<Option<Adjoints>, Failure> {
        let mut rng = Rng::new(self.case.seed ^ 0xad01);
        let value = self.primal.end.clone().unwrap_or(Data::float(0.0));
        let mut args = self.args.to_vec();
        let mut a = Adjoints { seed: vec![1.0], out_seed: Vec::new(), of: Vec::new(), scale: 0.0 };
        let seed = if self.primal.end.is_ok() { random_like(&value, &mut rng) } else { self.any_seed() };
        if !g.seeds.is_empty() {
            a.seed = seed.to_floats();
            args.push(seed);
        }
        let whose = |b: &usize| {
            g.adjoints.iter().find(|(_, tree)| match (&g.func.params[*b].kind, tree) {
                (ParamKind::Place(p, _), Ret::Place(q)) => p == q,
                _ => false,
            })
        };
        let mut before = Vec::new();
        for b in &g.buffers {
            let Some((primal, _)) = whose(b) else { return fail("buffers", "a buffer without a parameter") };
            // The same in all variants, whichever buffers they have.
            let mut rng = Rng::new(self.case.seed ^ (0xb0f + *primal as u64));
            let data = random_like(&self.args[*primal], &mut rng);
            before.push((*primal, data.to_floats()));
            args.push(data);
        }
        let mut interp = Interp::new(self.program);
        interp.fuel = 50 * self.primal.fuel + 10_000;
        let run = interp.run(&g.func, &args);
        let end = run.as_ref().map_err(Clone::clone).and_then(|r| r.data(&interp, &g.func.ret));
        let left = run.as_ref().map_or(Vec::new(), |r| {
            let outputs = self.func().params.iter().enumerate().filter(|(_, p)| is_output(p));
            outputs.filter_map(|(i, _)| r.param(&interp, i).ok()).collect()
        });
        same_primal("gradient", self.primal, &end, &left, &interp.log)?;
        let Ok(run) = run else { return Ok(None) };
        for (i, p) in self.func().params.iter().enumerate().filter(|(_, p)| is_output(p)) {
            let n = self.args[i].to_floats().len();
            let given = before.iter().find(|(b, _)| *b == i).map(|(_, d)| d.clone());
            let asked = p.active && v.options.seed == SeedKind::Param;
            a.out_seed.extend(given.filter(|_| asked).unwrap_or(vec![0.0; n]));
        }
        for (i, tree) in &g.adjoints {
            let data = match run.data(&interp, tree) {
                Ok(d) => d,
                Err(t) => return fail("gradient: invalid", format!("adjoint {i}: {t:?}")),
            };
            let mut floats = data.to_floats();
            let in_out = is_output(&self.func().params[*i]);
            if let (Buffers::Accumulate, false) = (v.options.buffers, in_out)
                && let Some((_, old)) = before.iter().find(|(b, _)| b == i)
            {
                floats.iter_mut().zip(old).for_each(|(x, o)| *x -= o);
                a.scale = 1.0;
            }
            a.of.push((*i, floats));
        }
        self.complete(&a, v)?;
        Ok(Some(a))
    }

    /// A seed of the right shape for a function that traps.
    fn any_seed(&self) -> Data {
        of_shape(&self.case.main.ret)
    }

    /// Every active parameter has an adjoint of its shape.
    fn complete(&self, a: &Adjoints, v: Variant) -> Result<(), Failure> {
        for (i, input) in self.inputs().iter().enumerate().filter(|(_, i)| i.active) {
            if input.mode == Mode::Mut && v.options.seed == SeedKind::One {
                continue;
            }
            let want = self.args[i].to_floats().len();
            let has = a.of.iter().find(|(n, _)| *n == i).map(|(_, d)| d.len());
            if has != Some(want) {
                return fail("shape of adjoints", format!("parameter {i}: {has:?} floats, not {want}"));
            }
        }
        Ok(())
    }

    /// The tangent program, as it is and simplified.
    fn tangents(&self) -> Result<Vec<Tangent>, Failure> {
        let t = forward(self.func());
        well_formed("forward", &t.func)?;
        let mut simple = t.clone();
        simplify::tangent(&mut simple);
        well_formed("simplify of a tangent", &simple.func)?;
        let all = vec![t, simple];
        for t in &all {
            let mut rng = Rng::new(1);
            let direction = self.direction(&mut rng, true);
            self.run_tangent(t, &direction)?;
        }
        Ok(all)
    }

    /// A random direction of the active parameters; zero for the contents of `&mut` ones if not `all`.
    fn direction(&self, rng: &mut Rng, all: bool) -> Vec<Data> {
        let pairs = self.args.iter().zip(self.inputs());
        pairs
            .map(|(d, i)| match random_like(d, rng) {
                r if i.active && (all || i.mode != Mode::Mut) => r,
                Data::Array(dims, xs) => Data::Array(dims, vec![Scalar::Float(0.0); xs.len()]),
                _ => Data::float(0.0),
            })
            .collect()
    }

    /// The tangents of the result, and of what is left in `&mut` parameters.
    fn run_tangent(&self, t: &Tangent, direction: &[Data]) -> Result<Option<(Vec<f64>, Vec<f64>)>, Failure> {
        let describe = |f: Failure| Failure { detail: format!("{}\n{}", f.detail, t.func), ..f };
        let mut args = self.args.to_vec();
        args.extend(t.tangents.iter().map(|(i, _)| direction[*i].clone()));
        let mut interp = Interp::new(self.program);
        interp.fuel = 50 * self.primal.fuel + 10_000;
        let run = interp.run(&t.func, &args);
        let end = run.as_ref().map_err(Clone::clone).and_then(|r| r.data(&interp, &t.func.ret));
        let outputs: Vec<usize> =
            (0..self.args.len()).filter(|i| is_output(&self.func().params[*i])).collect();
        let left = run
            .as_ref()
            .map_or(Vec::new(), |r| outputs.iter().filter_map(|i| r.param(&interp, *i).ok()).collect());
        same_primal("tangent", self.primal, &end, &left, &interp.log).map_err(describe)?;
        let Ok(run) = run else { return Ok(None) };
        let dy = match run.data(&interp, &t.ret_tangent) {
            Ok(d) => d.to_floats(),
            Err(e) => return fail("tangent: invalid", format!("{e:?}")).map_err(describe),
        };
        let mut dleft = Vec::new();
        for i in outputs {
            let own = t.tangents.iter().find(|(p, _)| *p == i);
            let d = own.and_then(|(_, own)| run.param(&interp, *own).ok());
            dleft.extend(d.map_or(vec![0.0; self.args[i].to_floats().len()], |d| d.to_floats()));
        }
        Ok(Some((dy, dleft)))
    }

    /// `seed · J · direction`, from adjoints, with the size of its terms.
    fn slope(&self, a: &Adjoints, direction: &[Data]) -> (f64, f64) {
        let mut total = (0.0, a.scale);
        for (i, d) in &a.of {
            let (x, size) = dot(d, &direction[*i].to_floats());
            total = (total.0 + x, total.1 + size);
        }
        total
    }

    fn against_tangents(&self, tangents: &[Tangent], a: &Adjoints) -> Result<(), Failure> {
        let mut rng = Rng::new(self.case.seed ^ 0x7a9);
        for n in 0..4 {
            let direction = self.direction(&mut rng, a.out_seed.iter().any(|s| *s != 0.0));
            let (reverse, size) = self.slope(a, &direction);
            let t = &tangents[n % tangents.len()];
            let Some((dy, dleft)) = self.run_tangent(t, &direction)? else { continue };
            let (x, xs) = dot(&a.seed, &dy);
            let (y, ys) = dot(&a.out_seed, &dleft);
            let (forward, scale) = (x + y, 1e-3 + size + xs + ys);
            if !forward.is_finite() && !reverse.is_finite() {
                continue;
            }
            if (forward - reverse).abs() > 1e-9 * scale || forward.is_nan() != reverse.is_nan() {
                let detail =
                    format!("tangents give {forward}, adjoints {reverse}, at scale {scale}\n{}", t.func);
                return fail("reverse against forward", detail);
            }
        }
        Ok(())
    }

    /// `seed · f(x + h · direction)`
    fn moved(&self, a: &Adjoints, direction: &[Data], h: f64) -> Option<f64> {
        let args: Vec<Data> = self.args.iter().zip(direction).map(|(x, d)| add(x, d, h)).collect();
        let p = run_primal(self.program, self.func(), &args);
        let y = p.end.ok()?.to_floats();
        let left: Vec<f64> = p.left.iter().flat_map(Data::to_floats).collect();
        Some(dot(&a.seed, &y).0 + dot(&a.out_seed, &left).0)
    }

    /// Whether differences converged.
    fn against_differences(&self, a: &Adjoints) -> Result<bool, Failure> {
        let mut rng = Rng::new(self.case.seed ^ 0xd1f);
        let mut converged = false;
        for _ in 0..2 {
            let direction = self.direction(&mut rng, a.out_seed.iter().any(|s| *s != 0.0));
            let (reverse, size) = self.slope(a, &direction);
            let Some((slope, error)) = richardson(|h| self.moved(a, &direction, h)) else { continue };
            if !reverse.is_finite() || error > 1e-6 * (1e-2 + slope.abs()) {
                continue;
            }
            converged = true;
            if (slope - reverse).abs() > 1e-5 * (1e-2 + slope.abs()) + 1e-9 * size + 20.0 * error {
                return fail(
                    "adjoints against differences",
                    format!("differences give {slope} ± {error}, adjoints {reverse}"),
                );
            }
        }
        Ok(converged)
    }
}

fn add(x: &Data, d: &Data, h: f64) -> Data {
    let one = |x: &Scalar, d: &Scalar| match (x, d) {
        (Scalar::Float(x), Scalar::Float(d)) => Scalar::Float(x + h * d),
        _ => x.clone(),
    };
    match (x, d) {
        (Data::Scalar(x), Data::Scalar(d)) => Data::Scalar(one(x, d)),
        (Data::Array(dims, x), Data::Array(_, d)) => {
            Data::Array(dims.clone(), x.iter().zip(d).map(|(x, d)| one(x, d)).collect())
        }
        (Data::Tuple(x), Data::Tuple(d)) => Data::Tuple(x.iter().zip(d).map(|(x, d)| add(x, d, h)).collect()),
        _ => x.clone(),
    }
}

/// The slope at 0, and an estimate of its error.
fn richardson(f: impl Fn(f64) -> Option<f64>) -> Option<(f64, f64)> {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for n in 0..4 {
        let h = 2e-3 / f64::from(1 << n);
        let mut row = vec![(f(h)? - f(-h)?) / (2.0 * h)];
        for k in 1..=n as usize {
            let (a, b) = (row[k - 1], rows[n as usize - 1][k - 1]);
            row.push(a + (a - b) / (4f64.powi(k as i32) - 1.0));
        }
        rows.push(row);
    }
    let (last, before) = (rows[3][3], rows[2][2]);
    // A kink nearby spoils the plain differences before it shows in the extrapolated ones.
    let plain = (rows[3][0] - rows[2][0]).abs();
    last.is_finite().then_some((last, (last - before).abs() + 1e-3 * plain))
}

/// Variants differ by rounding at most; simplification by nothing but the sign of zeros.
fn agree(results: &[(Variant, Adjoints)]) -> Result<(), Failure> {
    for (i, (v, a)) in results.iter().enumerate() {
        for (w, b) in &results[..i] {
            if v.options.seed != w.options.seed {
                continue;
            }
            let exact = v.options == w.options;
            for (x, y) in a.of.iter().zip(&b.of) {
                let size = x.1.iter().chain(&y.1).fold(a.scale + b.scale, |s, x| s.max(x.abs()));
                let near = |p: f64, q: f64| {
                    p == q || p.is_nan() && q.is_nan() || !exact && (p - q).abs() <= 1e-9 * (1e-3 + size)
                };
                if x.0 != y.0 || x.1.len() != y.1.len() || !x.1.iter().zip(&y.1).all(|(p, q)| near(*p, *q)) {
                    let detail = format!("{v:?}\n{x:?}\n{w:?}\n{y:?}");
                    return fail("variants disagree", detail);
                }
            }
        }
    }
    Ok(())
}
