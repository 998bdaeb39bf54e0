//! The forward sweep: the primal's statements, with what the reverse sweep turned out to need.

use super::*;

impl<'f> Reverse<'f> {
    /// A block of the primal with its additions.
    pub(super) fn sweep_block(&mut self, block: &'f Block) -> Block {
        let mut stmts = Vec::new();
        let mut ordinals = HashMap::default();
        for p in &block.params {
            self.keep(*p, &mut ordinals, &mut stmts);
        }
        for st in &block.stmts {
            for extra in self.before.remove(&(st as *const Stmt)).unwrap_or_default() {
                let results = extra.results.clone();
                stmts.push(extra);
                for r in results {
                    self.keep(r, &mut ordinals, &mut stmts);
                }
            }
            let new = self.sweep_stmt(st, &mut stmts);
            let results = new.results.clone();
            let made = st.op.place_made();
            stmts.push(new);
            for p in made {
                stmts.extend(self.eager.remove(&p).unwrap_or_default());
            }
            for r in results {
                self.keep(r, &mut ordinals, &mut stmts);
            }
        }
        for extra in self.at_end.remove(&self.defs.region_of(block)).unwrap_or_default() {
            let results = extra.results.clone();
            stmts.push(extra);
            for r in results {
                self.keep(r, &mut ordinals, &mut stmts);
            }
        }
        Block { params: block.params.clone(), stmts, yields: block.yields.clone(), diverges: block.diverges }
    }

    fn sweep_stmt(&mut self, st: &'f Stmt, out: &mut Vec<Stmt>) -> Stmt {
        let mut results = st.results.clone();
        let fused = self.fused.remove(&(st as *const Stmt));
        let op = match &st.op {
            Op::If { cond, then, els } => {
                let mut arms = [then, els].map(|b| self.sweep_block(b));
                if let Some(f) = fused {
                    out.extend(f.before);
                    results.extend(f.results);
                    for (arm, (code, yields)) in arms.iter_mut().zip(f.arms) {
                        arm.stmts.extend(code);
                        arm.yields.extend(yields);
                    }
                }
                let [then, els] = arms;
                Op::If { cond: *cond, then, els }
            }
            Op::For { range, inits, body } => {
                let mut inits = inits.clone();
                let mut body = self.sweep_block(body);
                if let Some(head) = self.heads.remove(&(st as *const Stmt)) {
                    body.stmts.splice(0..0, head);
                }
                if let Some(f) = fused {
                    out.extend(f.before);
                    results.extend(f.results);
                    inits.extend(f.inits);
                    body.params.extend(f.params);
                    for (k, v) in f.instead {
                        body.yields[k] = v;
                    }
                    for (code, yields) in f.arms {
                        body.stmts.extend(code);
                        body.yields.extend(yields);
                    }
                }
                Op::For { range: range.clone(), inits, body }
            }
            Op::While { inits, cond, body } => self.sweep_while(st, inits, cond, body, &mut results, out),
            Op::Call { callee, args, .. } if self.at_once.contains_key(&(st as *const Stmt)) => {
                match self.at_once.remove(&(st as *const Stmt)) {
                    Some(AtOnce { before, seed, slots, results: given }) => {
                        out.extend(before);
                        results.extend(given);
                        Op::CallAtOnce { callee: callee.clone(), args: args.clone(), seed, slots }
                    }
                    None => st.op.clone(),
                }
            }
            Op::Call { callee, args, ret } => match self.pullbacks.get(&(st as *const Stmt)) {
                Some(p) => {
                    results.push(*p);
                    let callee =
                        Callee { asked: self.asked.contains(&(st as *const Stmt)), ..callee.clone() };
                    Op::CallForward { callee, args: args.clone(), ret: *ret, along: None }
                }
                None => st.op.clone(),
            },
            Op::CallTangent { callee, args, tangents, ret, ret_tangent } => {
                match self.pullbacks.get(&(st as *const Stmt)) {
                    Some(p) => {
                        results.push(*p);
                        let along = Some(Along { tangents: tangents.clone(), ret: *ret_tangent });
                        Op::CallForward { callee: callee.clone(), args: args.clone(), ret: *ret, along }
                    }
                    None => st.op.clone(),
                }
            }
            other => other.clone(),
        };
        Stmt { op, results, origin: st.origin.clone() }
    }

    /// A `while`, with a count of its rounds if the reverse sweep asks for it.
    fn sweep_while(
        &mut self,
        st: &'f Stmt,
        inits: &[Value],
        cond: &'f Block,
        body: &'f Block,
        results: &mut Vec<Value>,
        out: &mut Vec<Stmt>,
    ) -> Op {
        let mut inits = inits.to_vec();
        let mut cond = self.sweep_block(cond);
        let mut body = self.sweep_block(body);
        if let Some(trips) = self.counters.get(&(st as *const Stmt)).copied() {
            let o = &st.origin;
            let name = || Some(Name::Temp("trips".into()));
            inits.push(self.out.int(out, 0, Ty::usize(), o));
            cond.params.push(self.out.value(Ty::usize(), name(), o));
            let n = self.out.value(Ty::usize(), name(), o);
            body.params.push(n);
            let one = self.out.int(&mut body.stmts, 1, Ty::usize(), o);
            let add = Op::Int { op: IntOp::WrappingAdd, args: vec![n, one] };
            let next = self.out.push(&mut body.stmts, add, Ty::usize(), name(), o);
            body.yields.push(next);
            results.push(trips);
        }
        Op::While { inits, cond, body }
    }

    /// Saves `v`, just defined in `region`, if it is to be saved.
    fn keep(&mut self, v: Value, ordinals: &mut HashMap<RegionId, Value>, out: &mut Vec<Stmt>) {
        let Some(save) = self.saves.get(&v).cloned() else { return };
        let origin = self.out.val(v).origin.clone();
        let op = match save {
            Save::Cell(place) => Op::Store { place, path: Vec::new(), value: v },
            Save::Stack(place) => Op::Push { place, value: v },
            Save::Row { place, loops } => {
                let rounds: Vec<Value> =
                    loops.iter().map(|(r, _)| self.forward_ordinal(*r, ordinals, out)).collect();
                let index = self.row_index(out, &loops, &rounds, &origin);
                Op::Store { place, path: vec![Proj::Index(index)], value: v }
            }
        };
        self.out.effect(out, op, &origin);
    }

    /// The ordinal of the loop `r` around (or at) the block being swept, computed where it is used.
    fn forward_ordinal(
        &mut self,
        r: RegionId,
        ordinals: &mut HashMap<RegionId, Value>,
        out: &mut Vec<Stmt>,
    ) -> Value {
        if let Some(o) = ordinals.get(&r) {
            return *o;
        }
        let info = self.defs.region(r);
        let (iv, owner) = (info.block.params[0], info.owner);
        let o = match owner.map(|s| &s.op) {
            Some(Op::For { range, .. }) => {
                let origin = owner.map(|s| s.origin.clone()).unwrap_or_default();
                self.ordinal(out, iv, range, &origin)
            }
            _ => iv,
        };
        ordinals.insert(r, o);
        o
    }
}
