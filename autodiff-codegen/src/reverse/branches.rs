//! The reverse sweep of `If`.

use super::*;

/// The adjoint code of an arm, and what it yields.
pub(super) type Arm = (Vec<Stmt>, Vec<Value>);

impl<'f> Reverse<'f> {
    /// The adjoint code of one arm: seeded with the adjoints of the results, in a scope of its own. Returns
    /// the code and what it contributes to the adjoints of values from outside.
    pub(super) fn arm(
        &mut self,
        block: &'f Block,
        seeds: &[Option<Value>],
        origin: &Origin,
    ) -> (Vec<Stmt>, HashMap<Value, Value>) {
        let region = self.defs.region_of(block);
        if block.diverges {
            return (Vec::new(), HashMap::default());
        }
        let outer = std::mem::take(&mut self.adj);
        self.scopes.push(Scope::new(region));
        let mut code = Vec::new();
        for (y, seed) in block.yields.iter().zip(seeds) {
            if let Some(seed) = seed
                && self.act.value(*y)
            {
                self.add_adjoint(&mut code, *y, *seed, origin);
            }
        }
        self.region(block, &mut code);
        let code = self.close_scope(code);
        let inner = std::mem::replace(&mut self.adj, outer);
        let contributions =
            inner.into_iter().filter(|(v, _)| !self.defs.within(self.home(*v), region)).collect();
        (code, contributions)
    }

    /// Makes both arms hand out the same contributions; returns whom they belong to.
    pub(super) fn align_arms(
        &mut self,
        arms: [(Vec<Stmt>, HashMap<Value, Value>); 2],
        blocks: [&Block; 2],
        origin: &Origin,
    ) -> (Vec<Value>, [Arm; 2]) {
        let mut whose: Vec<Value> = arms.iter().flat_map(|(_, c)| c.keys().copied()).collect();
        whose.sort();
        whose.dedup();
        let mut n = 0;
        let aligned = arms.map(|(mut code, c)| {
            let diverges = blocks[n].diverges;
            n += 1;
            let mut yields = Vec::new();
            for v in whose.iter().filter(|_| !diverges) {
                yields.push(match c.get(v) {
                    Some(d) => *d,
                    None => self.zero_of(&mut code, *v, origin),
                });
            }
            (code, yields)
        });
        (whose, aligned)
    }

    /// The adjoints of a statement's results, as far as they have any.
    pub(super) fn adjoints_of_results(&self, st: &Stmt) -> Vec<Option<Value>> {
        st.results.iter().map(|r| if self.act.value(*r) { self.adj.get(r).copied() } else { None }).collect()
    }

    pub(super) fn branch(
        &mut self,
        st: &'f Stmt,
        cond: Value,
        then: &'f Block,
        els: &'f Block,
        out: &mut Vec<Stmt>,
    ) {
        let seeds = self.adjoints_of_results(st);
        let arms = [self.arm(then, &seeds, &st.origin), self.arm(els, &seeds, &st.origin)];
        if arms.iter().all(|(code, c)| code.is_empty() && c.is_empty()) {
            return;
        }
        let (whose, [then_arm, els_arm]) = self.align_arms(arms, [then, els], &st.origin);
        // An arm that leaves the function has no reverse sweep: where there is one, the other arm ran.
        if then.diverges != els.diverges {
            let (code, yields) = if then.diverges { els_arm } else { then_arm };
            out.extend(code);
            for (v, d) in whose.iter().zip(yields) {
                self.add_adjoint(out, *v, d, &st.origin);
            }
            return;
        }
        let cond = self.primal(cond);
        let block = |(stmts, yields)| Block { stmts, yields, ..Block::default() };
        let op = Op::If { cond, then: block(then_arm), els: block(els_arm) };
        let results = self.contribution_values(&whose);
        out.push(Stmt { op, results: results.clone(), origin: st.origin.clone() });
        for (v, d) in whose.iter().zip(results) {
            self.add_adjoint(out, *v, d, &st.origin);
        }
    }

    /// New values for what a region contributes to the adjoints of `whose`.
    pub(super) fn contribution_values(&mut self, whose: &[Value]) -> Vec<Value> {
        whose
            .iter()
            .map(|v| {
                let info = self.out.val(*v).clone();
                let name = info.name.map(|n| Name::Adjoint(Box::new(n)));
                self.out.value(info.ty, name, &info.origin)
            })
            .collect()
    }
}
