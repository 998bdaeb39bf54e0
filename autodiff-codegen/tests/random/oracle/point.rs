//! One program at one point: its adjoints, its tangents, its differences.

use super::*;

/// Tangents of the result, and of what is left in `&mut` parameters.
type Slopes = (Vec<f64>, Vec<f64>);

/// The adjoints of one variant, and the seeds that they are for.
#[derive(Debug)]
pub struct Adjoints {
    /// Of the result's floats.
    pub seed: Vec<f64>,
    /// Of what is left in `&mut` parameters, concatenated; zeros if their adjoint is not asked for.
    pub out_seed: Vec<f64>,
    /// By parameter, as floats.
    pub of: Vec<(usize, Vec<f64>)>,
    /// The scale of what was added into buffers.
    pub scale: f64,
    /// What they came from.
    pub program: Gradient,
    pub args: Vec<Data>,
}

pub struct Point<'a> {
    pub program: &'a Program,
    pub case: &'a Case,
    pub args: &'a [Data],
    pub primal: &'a Primal,
    /// What is planted, if anything is.
    pub fault: Option<Fault<'a>>,
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

pub(super) fn zeros_like(data: &Data) -> Data {
    match data {
        Data::Unit => Data::Unit,
        Data::Scalar(_) => Data::float(0.0),
        Data::Array(dims, xs) => Data::Array(dims.clone(), vec![Scalar::Float(0.0); xs.len()]),
        Data::Tuple(ts) => Data::Tuple(ts.iter().map(zeros_like).collect()),
    }
}

fn of_shape(shape: &Shape) -> Data {
    match shape {
        Shape::Scalar => Data::float(1.0),
        Shape::Array(dims) => Data::floats(dims, &vec![1.0; dims.iter().product()]),
        Shape::Tuple(parts) => Data::Tuple(parts.iter().map(of_shape).collect()),
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> (f64, f64) {
    let terms = a.iter().zip(b).map(|(a, b)| a * b);
    (terms.clone().sum(), terms.map(f64::abs).sum())
}

impl<'a> Point<'a> {
    pub(super) fn func(&self) -> &'a Func {
        &self.case.main.func
    }

    fn inputs(&self) -> &'a [Input] {
        &self.case.main.inputs
    }

    /// Checks a gradient and runs it, as it is and simplified. No results, if the primal traps.
    pub fn gradient(
        &self,
        mut g: Gradient,
        options: Options,
        seen: &mut HashSet<String>,
        results: &mut Vec<(Variant, Adjoints)>,
    ) -> Result<(), Failure> {
        // The same program as one before, which was looked at in no fewer ways.
        if !seen.insert(self.text(&g, options)) {
            return Ok(());
        }
        for stage in [Stage::Gradient, Stage::Fused, Stage::AtOnce, Stage::Checkpoint] {
            if stage.concerns(&Variant { options, simplify: false }) {
                plant_in_gradient(self.fault, stage, &mut g, self.func());
            }
        }
        well_formed("reverse", &g.func)?;
        let mut passed = g.func.clone();
        for (name, pass) in simplify::PASSES {
            pass(&mut passed);
            well_formed(&format!("{name} of a gradient"), &passed)?;
        }
        for simplify in simplified(&options, self.case.seed) {
            let v = Variant { options, simplify };
            if self.fault.is_some_and(|f| !f.stage().concerns(&v)) {
                continue;
            }
            let mut g = g.clone();
            if simplify {
                simplify::gradient(&mut g);
                plant_in_gradient(self.fault, Stage::Simplified, &mut g, self.func());
                well_formed("simplify of a gradient", &g.func)?;
                // Programs that are run here have few rounds. Where the order of sums stays, so does each bit.
                if !keeps_order(self.case.seed) {
                    simplify::quotients(&mut g);
                    well_formed("quotients of a gradient", &g.func)?;
                }
                simplify::windows_beyond(&mut g, (!keeps_order(self.case.seed)).then_some(1));
                plant_in_gradient(self.fault, Stage::Windows, &mut g, self.func());
                well_formed("windows of a gradient", &g.func)?;
            }
            let describe = |f: Failure| Failure { detail: format!("{}\n{v:?}\n{}", f.detail, g.func), ..f };
            results.extend(self.run_gradient(&g, v).map_err(describe)?.map(|adjoints| (v, adjoints)));
        }
        Ok(())
    }

    /// All that there is of a gradient, and whether a fault is planted into it.
    fn text(&self, g: &Gradient, options: Options) -> String {
        let concerns = |simplify| self.fault.map(|f| f.stage().concerns(&Variant { options, simplify }));
        let rest = (g.split, g.apart, &g.adjoints, &g.seeds, &g.buffers, [false, true].map(concerns));
        format!("{rest:?} {}", g.func)
    }

    fn run_gradient(&self, g: &Gradient, v: Variant) -> Result<Option<Adjoints>, Failure> {
        let mut rng = Rng::new(self.case.seed ^ 0xad01);
        let value = self.primal.end.clone().unwrap_or(Data::float(0.0));
        let mut args = self.args.to_vec();
        let mut a = Adjoints {
            seed: vec![1.0],
            out_seed: Vec::new(),
            of: Vec::new(),
            scale: 0.0,
            program: g.clone(),
            args: Vec::new(),
        };
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
        a.args = args;
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
    pub fn tangents(&self) -> Result<Vec<Tangent>, Failure> {
        let Ok(mut t) = forward(self.func()) else { return fail("forward", "refused") };
        plant_in_tangent(self.fault, Stage::Tangent, &mut t, self.func());
        well_formed("forward", &t.func)?;
        let mut simple = t.clone();
        simplify::tangent(&mut simple);
        well_formed("simplify of a tangent", &simple.func)?;
        if !keeps_order(self.case.seed) {
            simplify::quotients_along(&mut simple);
            well_formed("quotients of a tangent", &simple.func)?;
        }
        let all = vec![t, simple];
        for t in &all {
            let mut rng = Rng::new(1);
            let direction = self.direction(&mut rng, true);
            self.run_tangent(t, &direction)?;
        }
        Ok(all)
    }

    /// A random direction of the active parameters; zero for the contents of `&mut` ones if not `all`.
    pub(super) fn direction(&self, rng: &mut Rng, all: bool) -> Vec<Data> {
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
    fn run_tangent(&self, t: &Tangent, direction: &[Data]) -> Result<Option<Slopes>, Failure> {
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
        match self.slopes(t, &interp, &run) {
            Ok(slopes) => Ok(Some(slopes)),
            Err(e) => fail("tangent: invalid", format!("{e:?}")).map_err(describe),
        }
    }

    /// What a run of the tangent program says of the result, and of `&mut` parameters.
    fn slopes(&self, t: &Tangent, interp: &Interp<'_>, run: &Run<'_>) -> Result<Slopes, Trap> {
        let dy = run.data(interp, &t.ret_tangent)?.to_floats();
        let mut dleft = Vec::new();
        for i in (0..self.args.len()).filter(|i| is_output(&self.func().params[*i])) {
            match t.tangents.iter().find(|(p, _)| *p == i) {
                Some((_, own)) => dleft.extend(run.param(interp, *own)?.to_floats()),
                None => dleft.extend(vec![0.0; self.args[i].to_floats().len()]),
            }
        }
        Ok((dy, dleft))
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

    pub fn against_tangents(&self, tangents: &[Tangent], a: &Adjoints) -> Result<(), Failure> {
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
            let apart = (forward - reverse).abs();
            let nan = forward.is_nan() != reverse.is_nan();
            if nan && self.primal.overflowed {
                continue;
            }
            if nan || apart > 1e-9 * scale && apart > 100.0 * self.noise(t, a, &direction, forward) {
                let detail =
                    format!("tangents give {forward}, adjoints {reverse}, at scale {scale}\n{}", t.func);
                return fail("reverse against forward", detail);
            }
        }
        Ok(())
    }

    /// How much rounding may change a slope: what moving the point by a few roundings does to either mode, and what another
    /// length of the direction does, by which tangents that cancel out are rounded in another way.
    fn noise(&self, t: &Tangent, a: &Adjoints, direction: &[Data], slope: f64) -> f64 {
        let mut most = 0.0_f64;
        for h in [-3e-15, -1e-15, 1e-15, 3e-15] {
            let mut args: Vec<Data> = self.args.iter().zip(direction).map(|(x, d)| moved(x, d, h)).collect();
            args.extend(t.tangents.iter().map(|(i, _)| direction[*i].clone()));
            let mut interp = Interp::new(self.program);
            let Ok(run) = interp.run(&t.func, &args) else { continue };
            let Ok((dy, dleft)) = self.slopes(t, &interp, &run) else { continue };
            most = most.max((dot(&a.seed, &dy).0 + dot(&a.out_seed, &dleft).0 - slope).abs());
            let longer = 1.0 + 1e14 * h;
            let mut args = self.args.to_vec();
            args.extend(
                t.tangents.iter().map(|(i, _)| moved(&zeros_like(&direction[*i]), &direction[*i], longer)),
            );
            let mut interp = Interp::new(self.program);
            if let Ok(run) = interp.run(&t.func, &args)
                && let Ok((dy, dleft)) = self.slopes(t, &interp, &run)
            {
                let again = (dot(&a.seed, &dy).0 + dot(&a.out_seed, &dleft).0) / longer;
                most = most.max((again - slope).abs());
            }
            let mut args = a.args.clone();
            args.iter_mut().zip(self.args).zip(direction).for_each(|((x, own), d)| *x = moved(own, d, h));
            let mut interp = Interp::new(self.program);
            let Ok(run) = interp.run(&a.program.func, &args) else { continue };
            let again = a.program.adjoints.iter().zip(&a.of).filter_map(|((i, tree), (_, before))| {
                let now = run.data(&interp, tree).ok()?.to_floats();
                let change = now.iter().zip(before).map(|(x, y)| (x - y).abs());
                let direction = direction[*i].to_floats();
                Some(change.zip(direction).map(|(c, d)| c * d.abs()).sum::<f64>())
            });
            most = most.max(again.sum());
        }
        most
    }

    /// `seed · f(x + h · direction)`, with the size of its terms.
    fn moved(&self, a: &Adjoints, direction: &[Data], h: f64) -> Option<(f64, f64)> {
        let args: Vec<Data> = self.args.iter().zip(direction).map(|(x, d)| moved(x, d, h)).collect();
        let p = run_primal(self.program, self.func(), &args);
        let y = p.end.ok()?.to_floats();
        let left: Vec<f64> = p.left.iter().flat_map(Data::to_floats).collect();
        let ((x, xs), (y, ys)) = (dot(&a.seed, &y), dot(&a.out_seed, &left));
        Some((x + y, xs + ys))
    }

    /// Whether differences converged.
    pub fn against_differences(&self, a: &Adjoints) -> Result<bool, Failure> {
        let mut rng = Rng::new(self.case.seed ^ 0xd1f);
        let mut converged = false;
        for _ in 0..2 {
            let direction = self.direction(&mut rng, a.out_seed.iter().any(|s| *s != 0.0));
            let (reverse, size) = self.slope(a, &direction);
            let Some((slope, error)) = richardson(|h| self.moved(a, &direction, h)) else { continue };
            if !reverse.is_finite() || error > 1e-6 * (1e-2 + slope.abs()) {
                continue;
            }
            // What swings back and forth between the points looks as if it converged: smaller steps tell.
            let near = |h| self.moved(a, &direction, 1e-3 * h);
            let smaller = || richardson(near).map(|(slope, _)| 1e3 * slope);
            let swings = |own: f64| (own - slope).abs() > 1e-3 * (1.0 + slope.abs());
            converged = true;
            if (slope - reverse).abs() > 1e-5 * (1e-2 + slope.abs()) + 1e-9 * size + 20.0 * error
                && !smaller().is_some_and(swings)
            {
                return fail(
                    "adjoints against differences",
                    format!("differences give {slope} ± {error}, adjoints {reverse}"),
                );
            }
        }
        Ok(converged)
    }
}
