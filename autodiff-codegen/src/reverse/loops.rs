//! The reverse sweep of loops that are not fused.
//!
//! The mirrored loop carries the adjoints of the primal's carried values, and accumulators for what the body
//! contributes to values from outside it.

use super::*;

/// The parts that `for` and `while` have in common.
struct Mirror<'f> {
    st: &'f Stmt,
    inits: &'f [Value],
    /// The carried values' parameters.
    params: &'f [Value],
    body: &'f Block,
    region: RegionId,
}

impl<'f> Reverse<'f> {
    pub(super) fn for_loop(
        &mut self,
        st: &'f Stmt,
        range: &Range,
        inits: &'f [Value],
        body: &'f Block,
        out: &mut Vec<Stmt>,
    ) {
        let m = Mirror { st, inits, params: &body.params[1..], body, region: self.defs.region_of(body) };
        if !self.is_live(&m) {
            return;
        }
        let lo = self.primal(range.lo);
        let hi = self.primal(range.hi);
        let step = range.step.map(|s| self.primal(s));
        let iv = body.params[0];
        let info = self.primal.val(iv).clone();
        let again = self.out.rerun(info.ty, info.name, &info.origin);
        let mut scope = Scope::new(m.region);
        scope.values.insert(iv, again);
        let range = Range { lo, hi, step, inclusive: range.inclusive, rev: !range.rev };
        let mut head = Vec::new();
        scope.ordinal = Some(self.ordinal(&mut head, again, &range, &st.origin));
        scope.head = head;
        self.mirror(m, scope, again, range, out);
    }

    pub(super) fn while_loop(
        &mut self,
        st: &'f Stmt,
        inits: &'f [Value],
        body: &'f Block,
        out: &mut Vec<Stmt>,
    ) {
        let m = Mirror { st, inits, params: &body.params, body, region: self.defs.region_of(body) };
        if !self.is_live(&m) {
            return;
        }
        let trips = match self.counters.get(&(st as *const Stmt)) {
            Some(v) => *v,
            None => {
                let v = self.out.value(Ty::usize(), Some(Name::Temp("trips".into())), &st.origin);
                let parent = self.defs.region(m.region).parent.unwrap_or(RegionId::ROOT);
                self.made_in.insert(v, parent);
                self.counters.insert(st, v);
                v
            }
        };
        let hi = self.primal(trips);
        let lo = self.out.int(out, 0, Ty::usize(), &st.origin);
        let t = self.out.rerun(Ty::usize(), Some(Name::Temp("t".into())), &st.origin);
        let mut scope = Scope::new(m.region);
        scope.ordinal = Some(t);
        let range = Range { lo, hi, step: None, inclusive: false, rev: true };
        self.mirror(m, scope, t, range, out);
    }

    /// Whether the loop has an adjoint at all: a result with one, or a write to an active place from outside.
    fn is_live(&self, m: &Mirror) -> bool {
        if self.adjoints_of_results(m.st).iter().any(Option::is_some) {
            return true;
        }
        self.writes_active(m.body)
    }

    /// Which round this is: 0, 1, … in the order of the unreversed range.
    pub(super) fn ordinal(
        &mut self,
        out: &mut Vec<Stmt>,
        iv: Value,
        range: &Range,
        origin: &Origin,
    ) -> Value {
        let from_zero = self.known_int(range.lo) == Some(0);
        let usize_iv = *self.out.ty(iv) == Ty::usize();
        let mut o = iv;
        if !from_zero && self.may_wrap(iv, range.lo) {
            // The distance may be more than the type holds: it is taken where there is room for it.
            let args = [iv, range.lo].map(|v| self.out.push(out, Op::Cast(v), Ty::usize(), None, origin));
            let sub = Op::Int { op: IntOp::WrappingSub, args: args.to_vec() };
            o = self.out.push(out, sub, Ty::usize(), None, origin);
        } else {
            if !from_zero {
                let ty = self.out.ty(iv).clone();
                let sub = Op::Int { op: IntOp::WrappingSub, args: vec![iv, range.lo] };
                o = self.out.push(out, sub, ty, None, origin);
            }
            if !usize_iv {
                o = self.out.push(out, Op::Cast(o), Ty::usize(), None, origin);
            }
        }
        if let Some(s) = range.step {
            let div = Op::Int { op: IntOp::Div, args: vec![o, s] };
            o = self.out.push(out, div, Ty::usize(), None, origin);
        }
        o
    }

    /// Whether an index may be further from its start than its own type can say: `for i in -100i8..100`.
    fn may_wrap(&self, iv: Value, lo: Value) -> bool {
        let known = self.known_int(lo);
        match self.out.ty(iv) {
            Ty::Int(Some(name)) => name.starts_with('i') && known.is_none_or(|lo| lo < 0),
            // A literal without a type has none that a cast could be made of.
            _ => known.is_none(),
        }
    }

    fn mirror(&mut self, m: Mirror<'f>, scope: Scope, iv: Value, mut range: Range, out: &mut Vec<Stmt>) {
        let origin = &m.st.origin;
        // A value that each round overwrites is active after the loop, though not in it.
        let active = |k: &usize| self.act.value(m.params[*k]) || self.act.value(m.st.results[*k]);
        let carried: Vec<usize> = (0..m.params.len()).filter(active).collect();
        let free: Vec<Value> =
            self.defs.free_values(m.body).into_iter().filter(|v| self.act.value(*v)).collect();
        let mut new_inits = Vec::new();
        let mut new_params = vec![iv];
        for k in &carried {
            let r = m.st.results[*k];
            let init = match self.adj.get(&r) {
                Some(a) => *a,
                None => self.zero_of(out, r, origin),
            };
            new_inits.push(init);
            new_params.push(self.adjoint_param(m.params[*k]));
        }
        let mut inner = HashMap::default();
        for v in &free {
            let init = match self.adj.get(v) {
                Some(a) => *a,
                None => self.zero_of(out, *v, origin),
            };
            new_inits.push(init);
            let p = self.adjoint_param(*v);
            new_params.push(p);
            inner.insert(*v, p);
        }
        let outer = std::mem::replace(&mut self.adj, inner);
        self.scopes.push(scope);
        let mut code = Vec::new();
        for (n, k) in carried.iter().enumerate() {
            let y = m.body.yields[*k];
            if self.act.value(y) {
                self.add_adjoint(&mut code, y, new_params[1 + n], origin);
            }
        }
        self.region(m.body, &mut code);
        let mut code = self.close_scope(code);
        let mut yields = Vec::new();
        for k in &carried {
            yields.push(match self.adj.get(&m.params[*k]) {
                Some(d) => *d,
                None => self.zero_of(&mut code, m.params[*k], origin),
            });
        }
        yields.extend(free.iter().map(|v| self.adj[v]));
        self.adj = outer;
        let n_carried = carried.len();
        if order_free(&self.out, &code, &yields[..n_carried], &new_params[1..1 + n_carried]) {
            range.rev = !range.rev;
        }
        let whose: Vec<Value> = carried.iter().map(|k| m.inits[*k]).chain(free.iter().copied()).collect();
        let results = self.contribution_values(&whose);
        let body = Block { params: new_params, stmts: code, yields, diverges: false };
        let op = Op::For { range, inits: new_inits, body };
        out.push(Stmt { op, results: results.clone(), origin: origin.clone() });
        for (v, d) in free.iter().zip(&results[n_carried..]) {
            self.adj.insert(*v, *d);
        }
        for (k, d) in carried.iter().zip(&results) {
            if self.act.value(m.inits[*k]) {
                self.add_adjoint(out, m.inits[*k], *d, origin);
            }
        }
    }

    /// A block parameter for the adjoint of `v`.
    pub(super) fn adjoint_param(&mut self, v: Value) -> Value {
        let info = self.out.val(v).clone();
        let name = info.name.map(|n| Name::Adjoint(Box::new(n)));
        self.out.value(info.ty, name, &info.origin)
    }
}

/// Whether the rounds of a reverse loop may run in any order: nothing is handed from one to the next but sums.
fn order_free(func: &Func, code: &[Stmt], yields: &[Value], params: &[Value]) -> bool {
    if yields != params {
        return false;
    }
    let mut made = HashSet::default();
    let mut free = true;
    let block = Block { stmts: code.to_vec(), ..Block::default() };
    block.each_stmt(&mut |s| {
        if let Op::Alloc { place, .. } = s.op {
            made.insert(place);
        }
    });
    // A sum that some round reads before all of it is there makes the order matter.
    let (mut read, mut summed) = (HashSet::default(), HashSet::default());
    block.each_stmt(&mut |s| {
        let written: Vec<Place> = s.op.places_written().iter().map(|p| func.root(*p)).collect();
        // An accumulation counts as a read of what it adds to, which is no harm.
        let reads = s.op.places_read().into_iter().map(|p| func.root(p));
        match &s.op {
            Op::Accum { .. } => {}
            Op::AddPlace { src, .. } => {
                read.insert(func.root(*src));
            }
            Op::CallReverse { seed, along, .. } => {
                read.extend(reads.filter(|q| !written.contains(q)));
                for seed in std::iter::once(seed).chain(along.as_ref().map(|along| &along.seed)) {
                    if let Seed::Place(p) = seed {
                        read.insert(func.root(*p));
                    }
                }
            }
            _ => read.extend(reads.filter(|p| !written.contains(p))),
        }
        summed.extend(written);
    });
    free &= !summed.iter().any(|p| !made.contains(p) && read.contains(p));
    block.each_stmt(&mut |s| match &s.op {
        Op::Pop(_) | Op::Push { .. } | Op::CopyPlace { .. } => free = false,
        Op::Swap { .. } | Op::Append { .. } | Op::Resize { .. } => free = false,
        Op::Store { place, .. } | Op::Zero(place) => free &= made.contains(&func.root(*place)),
        Op::CallReverse { args, .. } => free &= !args.iter().any(|a| matches!(a, Arg::Place(_, Mode::Mut))),
        _ => {}
    });
    free
}
