//! Sparsity patterns: what a result is said not to depend on may be anything.

use autodiff_codegen::analysis::pattern::{Set, pattern};

use super::point::Point;
use super::*;

/// How many rows are tried for each pattern.
const ROWS: usize = 4;

impl Point<'_> {
    /// Moves the elements of each direction that a row does not have: it stays as it is, to the bit.
    pub fn patterns(&self, t: &Tangent) -> Result<(), Failure> {
        let mut rng = Rng::new(self.case.seed ^ 0x59a);
        let direction = self.direction(&mut rng, true);
        let lent = (0..self.args.len()).find(|i| is_output(&self.func().params[*i]));
        for (input, seeded) in &t.tangents {
            let own = |i: usize| t.tangents.iter().find(|(p, _)| *p == i).map(|(_, own)| *own);
            if !is_fixed(&t.func, *seeded)
                || lent.is_some_and(|i| own(i).is_some_and(|i| !is_fixed(&t.func, i)))
            {
                continue;
            }
            let outputs = (&t.ret_tangent, lent.and_then(own));
            // What is not counted has no pattern.
            let Ok(mut rows) = pattern(&t.func, *seeded, outputs, &|_| None) else { continue };
            if let Some(Fault::Pattern(change)) = self.fault {
                change(&mut rows);
            }
            let before = self.rows(t, &direction)?;
            let Some(before) = before.filter(|b| b.len() == rows.len()) else { continue };
            for _ in 0..ROWS.min(rows.len()) {
                let row = rng.below(rows.len());
                let moved = elsewhere(&direction, *input, &rows[row], &mut rng);
                let Some(after) = self.rows(t, &moved)? else { continue };
                if before[row].to_bits() != after[row].to_bits()
                    && !(before[row].is_nan() && after[row].is_nan())
                {
                    let detail = format!(
                        "row {row} has {:?} of parameter {input}, and goes from {} to {}\n{}",
                        rows[row].elements(),
                        before[row],
                        after[row],
                        t.func
                    );
                    return fail("a pattern is too small", detail);
                }
            }
        }
        Ok(())
    }

    /// The tangents of all results, and of what is left in the first `&mut` parameter.
    fn rows(&self, t: &Tangent, direction: &[Data]) -> Result<Option<Vec<f64>>, Failure> {
        let mut args = self.args.to_vec();
        args.extend(t.tangents.iter().map(|(i, _)| direction[*i].clone()));
        let mut interp = Interp::new(self.program);
        interp.fuel = 200 * self.primal.fuel + 10_000;
        let Ok(run) = interp.run(&t.func, &args) else { return Ok(None) };
        let Ok(data) = run.data(&interp, &t.ret_tangent) else { return Ok(None) };
        let mut out = data.to_floats();
        let lent = (0..self.args.len()).find(|i| is_output(&self.func().params[*i]));
        if let Some((_, own)) = t.tangents.iter().find(|(i, _)| Some(*i) == lent) {
            out.extend(run.param(&interp, *own).map_or(Vec::new(), |left| left.to_floats()));
        }
        Ok(Some(out))
    }
}

/// Whether a parameter's elements are counted when the program is compiled.
fn is_fixed(func: &Func, param: usize) -> bool {
    match &func.params[param].kind {
        ParamKind::Scalar(..) => true,
        ParamKind::Place(p, _) => func.plc(*p).ty.is_fixed(),
        _ => false,
    }
}

/// Another direction, that differs in the elements that a row does not have.
fn elsewhere(direction: &[Data], input: usize, row: &Set, rng: &mut Rng) -> Vec<Data> {
    let mut out = direction.to_vec();
    let mut moved = |n: usize, x: &Scalar| match row.elements().contains(&(n as u32)) {
        true => x.clone(),
        false => Scalar::Float(rng.float(-1.0, 1.0)),
    };
    out[input] = match &direction[input] {
        Data::Scalar(x) => Data::Scalar(moved(0, x)),
        Data::Array(dims, xs) => {
            Data::Array(dims.clone(), xs.iter().enumerate().map(|(n, x)| moved(n, x)).collect())
        }
        other => other.clone(),
    };
    out
}
