//! Second derivatives: the tangent of a gradient is symmetric, and agrees with differences of the gradient.

use super::point::{Point, dot};
use super::*;
use autodiff_codegen::second;

impl Point<'_> {
    /// Checks the products of the Hessian with two directions. Says nothing of programs with calls, which have none.
    pub fn second_order(&self) -> Result<(), Failure> {
        let func = self.func();
        if !matches!(func.ret, Ret::Scalar(_)) || self.primal.end.is_err() {
            return Ok(());
        }
        let options = Options { seed: SeedKind::One, buffers: Buffers::Own, fuse: true };
        let Ok(plain) = reverse(func, &options) else { return Ok(()) };
        if second::call(&plain).is_some() {
            return Ok(());
        }
        let mut simple = plain.clone();
        simplify::gradient(&mut simple);
        let (mut u, mut v) = (Rng::new(self.case.seed ^ 0x11), Rng::new(self.case.seed ^ 0x12));
        let (u, v) = (self.direction(&mut u, false), self.direction(&mut v, false));
        for g in [&plain, &simple] {
            let t = second::tangent(g);
            well_formed("forward of a gradient", &t.func)?;
            let mut less = t.clone();
            simplify::tangent(&mut less);
            well_formed("simplify of a second derivative", &less.func)?;
            for t in [&t, &less] {
                let describe = |f: Failure| Failure { detail: format!("{}\n{}", f.detail, t.func), ..f };
                self.symmetric(t, (&u, &v)).map_err(describe)?;
            }
            self.beside_differences(g, &less, (&u, &v))?;
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
            Some(dot(&fu, &floats).0)
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
