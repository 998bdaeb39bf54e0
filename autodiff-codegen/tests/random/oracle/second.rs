//! Second derivatives: the tangent of a gradient is symmetric, and agrees with differences of the gradient.

use super::point::{Point, dot, zeros_like};
use super::*;

impl Point<'_> {
    /// Checks the products of the Hessian with two directions. Says nothing of programs whose calls have none.
    pub fn second_order(&self) -> Result<(), Failure> {
        let func = self.func();
        if !matches!(func.ret, Ret::Scalar(_)) || self.primal.end.is_err() {
            return Ok(());
        }
        // Second derivatives go through functions that may run again, and are lent nothing.
        if self.program.callees.values().any(|callee| callee.second.is_none()) {
            return Ok(());
        }
        let options = Options::GRADIENT;
        let Ok(plain) = reverse(func, &options) else { return Ok(()) };
        // What a call lends by `&mut` has no second derivative.
        if orders::tangent(&plain).is_err() {
            return Ok(());
        }
        let mut simple = plain.clone();
        simplify::gradient(&mut simple);
        simplify::quotients(&mut simple);
        let (mut u, mut v) = (Rng::new(self.case.seed ^ 0x11), Rng::new(self.case.seed ^ 0x12));
        let (u, v) = (self.direction(&mut u, false), self.direction(&mut v, false));
        for g in [&plain, &simple] {
            let Ok(mut t) = orders::tangent(g) else {
                // What is merged may make more active, of which not every call has a second derivative.
                if !self.case.library.is_empty() {
                    continue;
                }
                return fail("second derivative", "refused");
            };
            plant_in_tangent(self.fault, Stage::Second, &mut t, &g.func);
            well_formed("forward of a gradient", &t.func)?;
            let mut less = t.clone();
            simplify::tangent(&mut less);
            simplify::quotients_along(&mut less);
            simplify::windows_along(&mut less);
            well_formed("simplify of a second derivative", &less.func)?;
            for t in [&t, &less] {
                let describe = |f: Failure| Failure { detail: format!("{}\n{}", f.detail, t.func), ..f };
                self.symmetric(t, (&u, &v)).map_err(describe)?;
                self.patterns(t)?;
            }
            self.beside_differences(g, &less, (&u, &v))?;
        }
        let Ok(t) = orders::tangent(&simple) else { return Ok(()) };
        let options = Options { whole: true, ..options };
        let Ok(plain) = reverse(func, &options) else { return Ok(()) };
        let mut simple = plain.clone();
        simplify::gradient(&mut simple);
        for g in [&plain, &simple] {
            self.backwards(g, &t, &v)?;
        }
        Ok(())
    }

    /// `H·v`, by parameter, concatenated; nothing where it is not finite.
    fn product(&self, t: &Tangent, v: &[Data]) -> Result<Option<Vec<f64>>, Failure> {
        let mut args = self.args.to_vec();
        args.extend(t.tangents.iter().map(|(i, _)| v[*i].clone()));
        let mut interp = Interp::new(self.program);
        interp.fuel = 200 * self.primal.fuel + 10_000;
        let run = match interp.run(&t.func, &args) {
            Ok(run) => run,
            Err(Trap::Fuel) => return Ok(None),
            Err(e) => return fail("second derivative: a trap", format!("{e:?}")),
        };
        let data = match run.data(&interp, &t.ret_tangent) {
            Ok(data) => data.to_floats(),
            Err(e) => return fail("second derivative: invalid", format!("{e:?}")),
        };
        Ok(data.iter().all(|x| x.is_finite()).then_some(data))
    }

    /// Reverse mode of reverse mode gives the same products.
    fn backwards(&self, g: &Gradient, t: &Tangent, v: &[Data]) -> Result<(), Failure> {
        let Some(hv) = self.product(t, v)? else { return Ok(()) };
        let program = orders::program(g);
        let mut seen = None;
        for fuse in [false, true] {
            let options = Options { seed: SeedKind::Param, fuse, ..Options::GRADIENT };
            // Not every call can be made once more.
            let Ok(mut twice) = reverse(&program, &options) else { continue };
            let text = twice.func.to_string();
            if seen.as_ref() == Some(&text) {
                continue;
            }
            seen = Some(text);
            plant_in_gradient(self.fault, Stage::Twice, &mut twice, &program);
            well_formed("reverse of a gradient", &twice.func)?;
            let mut simple = twice.clone();
            simplify::gradient(&mut simple);
            well_formed("simplify of a gradient of a gradient", &simple.func)?;
            for twice in [&twice, &simple] {
                let describe = |f: Failure| Failure {
                    detail: format!("{}\n{}\nof\n{program}", f.detail, twice.func),
                    ..f
                };
                self.same_product(g, twice, v, &hv).map_err(describe)?;
            }
        }
        Ok(())
    }

    fn same_product(&self, g: &Gradient, twice: &Gradient, v: &[Data], hv: &[f64]) -> Result<(), Failure> {
        let mut args = self.args.to_vec();
        let mut parts: Vec<Data> = g.adjoints.iter().map(|(i, _)| v[*i].clone()).collect();
        let parts = if parts.len() == 1 { parts.remove(0) } else { Data::Tuple(parts) };
        args.push(Data::Tuple(vec![Data::float(0.0), parts]));
        // What is lent by `&mut` has an adjoint of its own, of which nothing is asked.
        let lent = self.func().params.iter().zip(self.args).filter(|(p, _)| p.active && is_output(p));
        args.extend(lent.map(|(_, a)| zeros_like(a)));
        let mut interp = Interp::new(self.program);
        interp.fuel = 500 * self.primal.fuel + 10_000;
        let run = match interp.run(&twice.func, &args) {
            Ok(run) => run,
            Err(Trap::Fuel) => return Ok(()),
            Err(e) => return fail("reverse of reverse: a trap", format!("{e:?}")),
        };
        let mut found = Vec::new();
        for (i, tree) in &twice.adjoints {
            if !g.adjoints.iter().any(|(k, _)| k == i) {
                continue;
            }
            match run.data(&interp, tree) {
                Ok(data) => found.extend(data.to_floats()),
                Err(e) => return fail("reverse of reverse: invalid", format!("{e:?}")),
            }
        }
        if found.len() != hv.len() {
            return fail("reverse of reverse: shape", format!("{} numbers beside {}", found.len(), hv.len()));
        }
        let scale = hv.iter().fold(0.0_f64, |s, x| s.max(x.abs()));
        let worst = found
            .iter()
            .zip(hv)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0_f64, |a, b| if b > a || b.is_nan() { b } else { a });
        match worst <= 1e-7 * scale + 1e-9 || !found.iter().all(|x| x.is_finite()) {
            true => Ok(()),
            false => fail("reverse of reverse: another product", format!("{found:?} beside {hv:?}")),
        }
    }

    /// The parts of a direction that belong to the active parameters.
    fn flat(t: &Tangent, v: &[Data]) -> Vec<f64> {
        t.tangents.iter().flat_map(|(i, _)| v[*i].to_floats()).collect()
    }

    fn symmetric(&self, t: &Tangent, (u, v): (&[Data], &[Data])) -> Result<(), Failure> {
        let (Some(hu), Some(hv)) = (self.product(t, u)?, self.product(t, v)?) else { return Ok(()) };
        let (fu, fv) = (Self::flat(t, u), Self::flat(t, v));
        if fu.len() != hv.len() {
            // What is lent by `&mut` has no gradient.
            return Ok(());
        }
        let ((a, sa), (b, sb)) = (dot(&fu, &hv), dot(&fv, &hu));
        let scale = hu.iter().chain(&hv).fold(sa + sb, |s, x| s.max(x.abs()));
        match (a - b).abs() <= 1e-7 * scale + 1e-9 {
            true => Ok(()),
            false => fail("second derivative: symmetry", format!("u·Hv = {a}, v·Hu = {b}, scale {scale}")),
        }
    }

    fn beside_differences(
        &self,
        g: &Gradient,
        t: &Tangent,
        (u, v): (&[Data], &[Data]),
    ) -> Result<(), Failure> {
        let Some(hv) = self.product(t, v)? else { return Ok(()) };
        let fu = Self::flat(t, u);
        if fu.len() != hv.len() {
            return Ok(());
        }
        let slope = richardson(|h| {
            let args: Vec<Data> = self
                .args
                .iter()
                .enumerate()
                .map(
                    |(i, x)| {
                        if t.tangents.iter().any(|(k, _)| *k == i) { moved(x, &v[i], h) } else { x.clone() }
                    },
                )
                .collect();
            let mut interp = Interp::new(self.program);
            interp.fuel = 50 * self.primal.fuel + 10_000;
            let run = interp.run(&g.func, &args).ok()?;
            let parts = g.adjoints.iter().map(|(_, tree)| run.data(&interp, tree).ok());
            let floats: Option<Vec<Data>> = parts.collect();
            let floats: Vec<f64> = floats?.iter().flat_map(Data::to_floats).collect();
            Some(dot(&fu, &floats))
        });
        let Some((slope, error)) = slope else { return Ok(()) };
        let (found, scale) = dot(&fu, &hv);
        if error > 1e-6 * (1.0 + slope.abs()) || !found.is_finite() {
            return Ok(());
        }
        match (found - slope).abs() <= 1e-5 * (1.0 + scale) + 100.0 * error {
            true => Ok(()),
            false => fail(
                "second derivative: differences",
                format!("u·Hv = {found}, differences {slope} ± {error}\n{}", t.func),
            ),
        }
    }
}
