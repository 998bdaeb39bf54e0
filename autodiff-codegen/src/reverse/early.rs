//! Fusion: regions whose results' adjoints are known before they run carry their adjoint code themselves.
//!
//! That is so where everything after the region is linear in its results (`sum / 2.0`, `a + b`, the
//! function's result itself), the results of a loop are sums over its rounds, and the places that the
//! region reads are not overwritten afterwards. Then nothing has to be saved.

use super::*;
use crate::analysis::UseSite;
use crate::rules::{ADD, SUB};

pub(super) type Memo = HashMap<Value, Option<EarlyYield>>;

impl<'f> Reverse<'f> {
    /// Fuses `st`, if that can be done. Its adjoint code then runs in the forward sweep.
    pub(super) fn try_fuse(&mut self, block: &'f Block, st: &'f Stmt, out: &mut Vec<Stmt>) -> bool {
        if !self.opts.fuse || !self.open.contains(&self.defs.region_of(block)) {
            return false;
        }
        if !st.results.iter().any(|r| self.act.value(*r)) {
            return false;
        }
        if let Op::For { body, .. } = &st.op {
            let sums = (1..body.params.len())
                .filter(|k| self.act.value(body.params[*k]) || self.act.value(st.results[*k - 1]))
                .all(|k| self.accumulates(body.params[k], body.yields[k - 1], body));
            if !sums {
                return false;
            }
        }
        let private = self.private_places(st);
        if !self.memory_allows(st, &private) {
            return false;
        }
        let mut before = Vec::new();
        let mut memo = Memo::default();
        let mut early = Vec::new();
        for r in &st.results {
            if !self.act.value(*r) {
                early.push(EarlyYield::Zero);
                continue;
            }
            match self.early(*r, st, &mut before, &mut memo) {
                Some(e) => early.push(e),
                None => return false,
            }
        }
        match &st.op {
            Op::For { inits, body, .. } => self.fuse_loop(st, inits, body, &early, (before, &private), out),
            Op::If { then, els, .. } => self.fuse_branch(st, then, els, &early, before, out),
            _ => return false,
        }
        true
    }

    /// Whether a place has no value yet where it is made: then its adjoint can't be made there.
    fn comes_later(&self, root: Place) -> bool {
        matches!(self.defs.place_def(root).map(|s| &s.op), Some(Op::Alloc { init: Init::Later(_), .. }))
    }

    /// Whether adjoints of places may be added to while the forward sweep still runs: `st` writes to no active
    /// place from outside, and nothing that it reads is written to from here on; what is private to its rounds aside.
    fn memory_allows(&self, st: &Stmt, private: &[Place]) -> bool {
        let made: HashSet<Place> = st.op.blocks().into_iter().flat_map(Block::places_made).collect();
        let mut ok = true;
        let outside = |p: Place| {
            let root = self.primal.root(p);
            !made.contains(&root) && !private.contains(&root) && self.act.place(self.primal, root)
        };
        for b in st.op.blocks() {
            b.each_stmt(&mut |s| {
                ok &= !s.op.places_written().into_iter().any(outside);
                ok &= s.op.places_read().into_iter().all(|p| !outside(p) || self.stays(p, st));
            });
        }
        ok
    }

    /// Whether a place stays as it is from `st` on, and its adjoint may live from its beginning.
    pub(super) fn stays(&self, p: Place, st: &Stmt) -> bool {
        let root = self.primal.root(p);
        self.stab.stable_from(self.primal, p, st) && !self.growing.contains(&root) && !self.comes_later(root)
    }

    /// Whether a carried value is a sum over the rounds: `yielded` is `param` plus and minus things that do
    /// not depend on it, and no derivative flows from `param` anywhere else.
    pub(super) fn accumulates(&self, param: Value, yielded: Value, block: &Block) -> bool {
        let region = self.defs.region_of(block);
        let mut v = param;
        loop {
            let sites: Vec<&UseSite> = self.defs.uses(v).iter().filter(|u| self.carries(u)).collect();
            if v == yielded {
                // Its only use is the yield itself.
                return matches!(sites.as_slice(), [UseSite::Yield(r, _)] if *r == region);
            }
            match self.next_in_chain(v, &sites, region) {
                Some(next) => v = next,
                None => return false,
            }
        }
    }

    /// Whether a derivative flows through a use.
    pub(super) fn carries(&self, u: &UseSite) -> bool {
        match u {
            UseSite::Yield(..) => true,
            UseSite::Stmt { stmt, .. } => match &stmt.op {
                Op::Cmp { .. } | Op::Opaque { .. } | Op::Exit { .. } => false,
                Op::Elem { .. } | Op::Cast(_) | Op::AssertFloat(_) => {
                    stmt.results.iter().any(|r| self.act.value(*r))
                }
                _ => true,
            },
        }
    }

    /// What `v` becomes at its one use, if that adds something to it.
    fn next_in_chain(&self, v: Value, sites: &[&UseSite<'f>], region: RegionId) -> Option<Value> {
        if let [UseSite::Stmt { region: r, stmt, .. }] = sites
            && *r == region
        {
            return match &stmt.op {
                Op::Elem { rule, args } if *rule == ADD && args[0] != args[1] => Some(stmt.results[0]),
                Op::Elem { rule, args } if *rule == SUB && args[0] == v && args[1] != v => {
                    Some(stmt.results[0])
                }
                Op::For { inits, body, .. } => {
                    let k = only_position(inits, v)?;
                    self.accumulates(body.params[1 + k], body.yields[k], body).then(|| stmt.results[k])
                }
                _ => None,
            };
        }
        // Used in the arms of one `If` that hands it on.
        let owner = sites.iter().find_map(|u| match u {
            UseSite::Stmt { region: r, .. } | UseSite::Yield(r, _) => self.owner_in(*r, region),
        })?;
        let Op::If { then, els, .. } = &owner.op else { return None };
        let all_inside = sites.iter().all(|u| match u {
            UseSite::Stmt { region: r, .. } | UseSite::Yield(r, _) => {
                self.owner_in(*r, region).is_some_and(|o| std::ptr::eq(o, owner))
            }
        });
        let k = (0..owner.results.len())
            .find(|k| [then, els].iter().all(|b| b.diverges || self.arm_accumulates(v, b.yields[*k], b)))?;
        (all_inside && !(then.diverges && els.diverges)).then(|| owner.results[k])
    }

    /// Whether, in an arm, `v` from outside goes into `yielded` as a summand and nowhere else.
    fn arm_accumulates(&self, v: Value, yielded: Value, arm: &Block) -> bool {
        let region = self.defs.region_of(arm);
        let mut v = v;
        loop {
            let sites: Vec<&UseSite> = self
                .defs
                .uses(v)
                .iter()
                .filter(|u| self.carries(u))
                .filter(|u| match u {
                    UseSite::Stmt { region: r, .. } | UseSite::Yield(r, _) => self.defs.within(*r, region),
                })
                .collect();
            if v == yielded {
                return matches!(sites.as_slice(), [UseSite::Yield(r, _)] if *r == region);
            }
            match self.next_in_chain(v, &sites, region) {
                Some(next) => v = next,
                None => return false,
            }
        }
    }

    /// The statement of `outer` that region `r` lies within.
    fn owner_in(&self, mut r: RegionId, outer: RegionId) -> Option<&'f Stmt> {
        loop {
            let info = self.defs.region(r);
            let parent = info.parent?;
            if parent == outer {
                return info.owner;
            }
            r = parent;
        }
    }

    /// The adjoint of `v`, a result of `at` or something later, from code that runs before `at`.
    pub(super) fn early(
        &mut self,
        v: Value,
        at: &'f Stmt,
        code: &mut Vec<Stmt>,
        memo: &mut Memo,
    ) -> Option<EarlyYield> {
        if let Some(e) = memo.get(&v) {
            return *e;
        }
        let e = self.early_sum(v, at, code, memo);
        memo.insert(v, e);
        e
    }

    fn early_sum(
        &mut self,
        v: Value,
        at: &'f Stmt,
        code: &mut Vec<Stmt>,
        memo: &mut Memo,
    ) -> Option<EarlyYield> {
        let home = self.defs.home(v);
        let mut sum = EarlyYield::Zero;
        for u in self.defs.uses(v).to_vec() {
            if !self.carries(&u) {
                continue;
            }
            match u {
                UseSite::Yield(r, i) if r == home => {
                    let e = (*self.yield_adjoints.get(&r)?.get(i)?)?;
                    sum = self.early_add(sum, e, v, code);
                }
                UseSite::Stmt { region, stmt, .. } if region == home => {
                    for e in self.early_through(v, stmt, at, code, memo)? {
                        sum = self.early_add(sum, e, v, code);
                    }
                }
                _ => return None,
            }
        }
        Some(sum)
    }

    fn early_add(&mut self, a: EarlyYield, b: EarlyYield, v: Value, code: &mut Vec<Stmt>) -> EarlyYield {
        match (a, b) {
            (EarlyYield::Zero, e) | (e, EarlyYield::Zero) => e,
            (a, b) => {
                let (x, y) = (self.early_value(a, v, code), self.early_value(b, v, code));
                let ty = self.out.ty(v).clone();
                let op = Op::Elem { rule: ADD, args: vec![x, y] };
                EarlyYield::Value(self.out.push(code, op, ty, None, &Origin::default()))
            }
        }
    }

    fn early_value(&mut self, e: EarlyYield, v: Value, code: &mut Vec<Stmt>) -> Value {
        let ty = self.out.ty(v).clone();
        match e {
            EarlyYield::Value(x) => x,
            EarlyYield::One => self.out.float(code, 1.0, ty, &Origin::default()),
            EarlyYield::Zero => self.out.float(code, 0.0, ty, &Origin::default()),
        }
    }

    /// What `v` receives through one statement that uses it.
    fn early_through(
        &mut self,
        v: Value,
        stmt: &'f Stmt,
        at: &'f Stmt,
        code: &mut Vec<Stmt>,
        memo: &mut Memo,
    ) -> Option<Vec<EarlyYield>> {
        let mut out = Vec::new();
        match &stmt.op {
            Op::Elem { rule, args } => {
                let r = stmt.results[0];
                let e = self.early(r, at, code, memo)?;
                if matches!(e, EarlyYield::Zero) {
                    return Some(out);
                }
                for i in (0..args.len()).filter(|i| args[*i] == v) {
                    out.extend(self.early_partial(*rule, i, args, e, at, stmt, code)?);
                }
            }
            Op::AssertFloat(_) => out.push(self.early(stmt.results[0], at, code, memo)?),
            Op::For { inits, body, .. } => {
                let k = only_position(inits, v)?;
                // An inactive result alone says nothing: what goes in may go into another carried value.
                if !self.act.value(stmt.results[k]) && !self.act.value(body.params[1 + k]) {
                    return Some(out);
                }
                if !self.accumulates(body.params[1 + k], body.yields[k], body) {
                    return None;
                }
                out.push(self.early(stmt.results[k], at, code, memo)?);
            }
            _ => return None,
        }
        Some(out)
    }

    /// `e` times the partial of an operation, if all that the partial reads is known before `at`.
    #[allow(clippy::too_many_arguments)]
    fn early_partial(
        &mut self,
        rule: crate::rules::RuleId,
        operand: usize,
        args: &[Value],
        e: EarlyYield,
        at: &'f Stmt,
        stmt: &Stmt,
        code: &mut Vec<Stmt>,
    ) -> Option<Option<EarlyYield>> {
        let names = crate::rules::partial_names(rule, operand);
        if !names.iter().all(|n| args.get(*n).is_some_and(|a| self.can_hoist(*a, at))) {
            return None;
        }
        let literal_one = crate::rules::partial(rule, operand).and_then(|p| p.literal()) == Some(1.0);
        if literal_one {
            return Some(Some(e));
        }
        let operands: Vec<(usize, Value)> =
            names.iter().map(|n| (*n, self.hoist(args[*n], at, code))).collect();
        let adj = self.early_value(e, args[operand], code);
        let mut get = |_: &mut Func, _: &mut Vec<Stmt>, n: usize| {
            operands.iter().find(|(m, _)| *m == n).map_or(adj, |(_, v)| *v)
        };
        let c = crate::rules::contribution(&mut self.out, code, rule, operand, &mut get, adj, &stmt.origin);
        Some(c.map(EarlyYield::Value))
    }

    fn fuse_loop(
        &mut self,
        st: &'f Stmt,
        inits: &'f [Value],
        body: &'f Block,
        early: &[EarlyYield],
        (mut before, private): (Vec<Stmt>, &[Place]),
        out: &mut Vec<Stmt>,
    ) {
        let region = self.defs.region_of(body);
        let born: Vec<Option<u32>> = private.iter().map(|p| self.stab.born_in(*p, st)).collect();
        let known: Vec<Option<EarlyYield>> = self.name_early(&st.results, early, &mut before);
        let free: Vec<Value> =
            self.defs.free_values(body).into_iter().filter(|v| self.act.value(*v)).collect();
        let params: Vec<Value> = free.iter().map(|v| self.adjoint_param(*v)).collect();
        let inner = free.iter().copied().zip(params.iter().copied()).collect();
        let outer = std::mem::replace(&mut self.adj, inner);
        self.open.insert(region);
        self.scopes.push(Scope::new(region));
        self.yield_adjoints.insert(region, known.clone());
        let mut code = Vec::new();
        for (y, e) in body.yields.iter().zip(&known) {
            if let Some(EarlyYield::Value(d)) = e
                && self.act.value(*y)
            {
                self.add_adjoint(&mut code, *y, *d, &st.origin);
            }
        }
        self.region(body, &mut code);
        let code = self.close_scope(code);
        self.open.remove(&region);
        for (p, at) in private.iter().zip(born) {
            self.stab.born_at(*p, at);
        }
        let inner = std::mem::replace(&mut self.adj, outer);
        let mut fused = Fused { before, ..Fused::default() };
        let mut yields = Vec::new();
        for (v, p) in free.iter().zip(params) {
            let d = inner[v];
            if d == p {
                continue;
            }
            let zero = self.zero_of(&mut fused.before, *v, &st.origin);
            fused.inits.push(zero);
            fused.params.push(p);
            yields.push(d);
            let r = self.contribution_values(&[*v])[0];
            fused.results.push(r);
            self.add_adjoint(out, *v, r, &st.origin);
        }
        fused.arms.push((code, yields));
        self.fused.insert(st, fused);
        self.decisions.fused.push(st.origin.clone());
        for (init, e) in inits.iter().zip(&known) {
            if let Some(EarlyYield::Value(d)) = e
                && self.act.value(*init)
            {
                self.add_adjoint(out, *init, *d, &st.origin);
            }
        }
    }

    /// Gives constant ones a value, so that the region's code can use it.
    fn name_early(
        &mut self,
        results: &[Value],
        early: &[EarlyYield],
        before: &mut Vec<Stmt>,
    ) -> Vec<Option<EarlyYield>> {
        results
            .iter()
            .zip(early)
            .map(|(r, e)| {
                Some(match e {
                    EarlyYield::One => EarlyYield::Value(self.early_value(*e, *r, before)),
                    other => *other,
                })
            })
            .collect()
    }

    fn fuse_branch(
        &mut self,
        st: &'f Stmt,
        then: &'f Block,
        els: &'f Block,
        early: &[EarlyYield],
        mut before: Vec<Stmt>,
        out: &mut Vec<Stmt>,
    ) {
        let known = self.name_early(&st.results, early, &mut before);
        let seeds: Vec<Option<Value>> =
            known.iter().map(|e| if let Some(EarlyYield::Value(v)) = e { Some(*v) } else { None }).collect();
        let arms = [then, els].map(|b| {
            let region = self.defs.region_of(b);
            self.open.insert(region);
            self.yield_adjoints.insert(region, known.clone());
            let arm = self.arm(b, &seeds, &st.origin);
            self.open.remove(&region);
            arm
        });
        let (whose, arms) = self.align_arms(arms, [then, els], &st.origin);
        let results = self.contribution_values(&whose);
        for (v, r) in whose.iter().zip(&results) {
            self.add_adjoint(out, *v, *r, &st.origin);
        }
        let fused = Fused { before, arms: arms.into(), results, ..Fused::default() };
        self.fused.insert(st, fused);
        self.decisions.fused.push(st.origin.clone());
    }
}

/// The position of `v`, if it occurs exactly once.
fn only_position(vs: &[Value], v: Value) -> Option<usize> {
    let mut at = vs.iter().enumerate().filter(|(_, x)| **x == v).map(|(i, _)| i);
    match (at.next(), at.next()) {
        (Some(i), None) => Some(i),
        _ => None,
    }
}
