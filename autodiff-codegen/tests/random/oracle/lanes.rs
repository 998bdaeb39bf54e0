//! Several directions at once: each lane is, to the bit but for signs of zeros, what the program of one direction gives for its direction.

use autodiff_codegen::forward::forward_lanes;

use super::point::{Point, zeros_like};
use super::*;

/// A change to a program in lanes, or to what it is given, to see whether it is found.
pub struct LaneFault<'a> {
    /// To the program.
    pub program: &'a dyn Fn(&mut Tangent),
    /// To the directions, one for each lane.
    pub directions: &'a dyn Fn(&mut Vec<Vec<Data>>),
}

/// Programs of one direction and of several, of one function.
struct Pair {
    what: &'static str,
    one: Tangent,
    lanes: Tangent,
    /// Whether the value and the effects are those of the primal.
    first_order: bool,
}

impl Point<'_> {
    /// Checks tangents in lanes, of the function and of its gradient. Whether there are any.
    pub fn lanes(&self, fault: Option<&LaneFault<'_>>) -> Result<bool, Failure> {
        let mut found = false;
        for pair in self.pairs(fault)? {
            found = true;
            let describe = |f: Failure| Failure {
                detail: format!(
                    "{}: {}\n{}\nbeside\n{}",
                    pair.what, f.detail, pair.lanes.func, pair.one.func
                ),
                ..f
            };
            self.same_lanes(&pair, fault).map_err(describe)?;
        }
        Ok(found)
    }

    fn pairs(&self, fault: Option<&LaneFault<'_>>) -> Result<Vec<Pair>, Failure> {
        let mut out = Vec::new();
        let mut add = |what, simple_what, primal: &Func, first_order| -> Result<(), Failure> {
            let (Ok(one), Ok(mut lanes)) = (forward(primal), forward_lanes(primal)) else { return Ok(()) };
            if let Some(fault) = fault {
                (fault.program)(&mut lanes);
            }
            well_formed("forward in lanes", &lanes.func)?;
            let (mut less, mut less_lanes) = (one.clone(), lanes.clone());
            simplify::tangent(&mut less);
            simplify::tangent(&mut less_lanes);
            well_formed("simplify of a tangent in lanes", &less_lanes.func)?;
            out.push(Pair { what, one, lanes, first_order });
            out.push(Pair { what: simple_what, one: less, lanes: less_lanes, first_order });
            Ok(())
        };
        add("tangents", "simplified tangents", self.func(), true)?;
        let options = Options::GRADIENT;
        if let (Ret::Scalar(_), Ok(gradient)) = (&self.func().ret, reverse(self.func(), &options)) {
            let mut simple = gradient.clone();
            simplify::gradient(&mut simple);
            // Of one of the two: tangents in lanes are made in the same way of any program.
            let g = if self.case.seed & 4 == 0 { gradient } else { simple };
            add("second derivatives", "simplified second derivatives", &orders::program(&g), false)?;
        }
        Ok(out)
    }

    fn same_lanes(&self, pair: &Pair, fault: Option<&LaneFault<'_>>) -> Result<(), Failure> {
        let mut rng = Rng::new(self.case.seed ^ 0x1a9e5);
        // Surplus lanes have no direction.
        let used = 1 + rng.below(LANES);
        let mut directions: Vec<Vec<Data>> = Vec::new();
        for lane in 0..LANES {
            let direction = self.direction(&mut rng, pair.first_order);
            directions.push(if lane < used { direction } else { direction.iter().map(zeros_like).collect() });
        }
        let mut given = directions.clone();
        if let Some(fault) = fault {
            (fault.directions)(&mut given);
        }
        let of = |i: usize| given.iter().map(|d| d[i].clone()).collect::<Vec<_>>();
        let joined: Option<Vec<Data>> = (0..self.args.len()).map(|i| Data::join(&of(i))).collect();
        let Some(joined) = joined else { return fail("lanes", "directions of several shapes") };
        let Some(several) = self.slopes_of(&pair.lanes, &joined, pair)? else { return Ok(()) };
        for (lane, direction) in directions.iter().enumerate() {
            let Some(one) = self.slopes_of(&pair.one, direction, pair)? else { return Ok(()) };
            for (a, b) in one.iter().zip(&several) {
                let b = b.lane(lane);
                if !same(a, &b) {
                    return fail("lanes: another tangent", format!("lane {lane}: {b:?}, alone {a:?}"));
                }
            }
        }
        Ok(())
    }

    /// The tangents of the result and of what is left in `&mut` parameters; nothing, where the function traps.
    fn slopes_of(&self, t: &Tangent, direction: &[Data], pair: &Pair) -> Result<Option<Vec<Data>>, Failure> {
        let mut args = self.args.to_vec();
        args.extend(t.tangents.iter().map(|(i, _)| direction[*i].clone()));
        let mut interp = Interp::new(self.program);
        interp.fuel = 500 * self.primal.fuel + 10_000;
        let run = interp.run(&t.func, &args);
        if let Err(Trap::Fuel) = &run {
            return Ok(None);
        }
        if pair.first_order {
            let end = run.as_ref().map_err(Clone::clone).and_then(|r| r.data(&interp, &t.func.ret));
            let left = run.as_ref().map_or(Vec::new(), |r| left(&interp, self.func(), r));
            same_primal("lanes", self.primal, &end, &left, &interp.log)?;
        }
        let run = match run {
            Ok(run) => run,
            Err(Trap::Invalid(why) | Trap::Stale(why)) => return fail("lanes: invalid", why),
            Err(_) => return Ok(None),
        };
        let tangents = t.tangents.iter().map(|(_, i)| run.param(&interp, *i));
        let all: Result<Vec<Data>, Trap> =
            std::iter::once(run.data(&interp, &t.ret_tangent)).chain(tangents).collect();
        all.map(Some).or_else(|e| fail("lanes: invalid", format!("{e:?}")))
    }
}

/// Equal to the bit, but for the signs of zeros, which simplification may change; NaNs are NaNs.
fn same(a: &Data, b: &Data) -> bool {
    let (x, y) = (a.to_floats(), b.to_floats());
    let bits = |(x, y): (&f64, &f64)| x == y || x.is_nan() && y.is_nan();
    x.len() == y.len() && x.iter().zip(&y).all(bits)
}

/// Checks the lanes of one case. Whether there are any.
pub fn check_lanes(case: &Case, fault: &LaneFault<'_>) -> Result<bool, Failure> {
    let Ok(program) = library(case, None)? else { return Ok(false) };
    let mut rng = Rng::new(case.seed ^ 0x5eed);
    let args: Vec<Data> = case.main.inputs.iter().map(|i| i.data(&mut rng)).collect();
    let primal = run_primal(&program, &case.main.func, &args);
    Point { program: &program, case, args: &args, primal: &primal, fault: None }.lanes(Some(fault))
}
