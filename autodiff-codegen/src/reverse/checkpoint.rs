//! Checkpoints: a loop whose state is kept only now and then, and which is run again, a stretch at a time, for its reverse
//! sweep. With a stretch of about √n rounds, the memory for n rounds is that of about 2 √n of them, and the price is that
//! each round runs twice (A. Griewank, A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM 2008, chapter 12).
//!
//! A stretch is a program of its own, differentiated by `reverse` like any other and taken into the reverse sweep. Its
//! seeds are the adjoints of what it carries and of what it reads, which it hands on unchanged, so that sums go on
//! where the stretch after it has left them: the numbers are those of the loop without checkpoints.

use super::*;
use crate::analysis::{calls, runs_once};
use crate::ir::inline::Renaming;

/// What a stretch is made of.
struct Stretch {
    func: Func,
    /// The first round and the end, as its parameters.
    bounds: [Value; 2],
    /// The carried values at the start.
    starts: Vec<Value>,
    /// What it reads from outside.
    free: Vec<Value>,
    /// The roots from outside that it writes to, and those that it reads alone.
    written: Vec<Place>,
    read: Vec<Place>,
}

impl<'f> Reverse<'f> {
    /// Differentiates a loop by stretches, if it is one that checkpoints are for: at the top of the body, with a state.
    pub(super) fn try_checkpoint(&mut self, block: &'f Block, st: &'f Stmt, out: &mut Vec<Stmt>) -> bool {
        let Op::For { range, inits, body } = &st.op else { return false };
        if !self.opts.checkpoint || self.defs.region_of(block) != RegionId::ROOT || body.diverges {
            return false;
        }
        let params = &body.params[1..];
        let active = |v: &Value| self.act.value(*v);
        let live = st.results.iter().any(active) || self.writes_active(body);
        let state = params.iter().any(active) || self.writes_active(body);
        // What can't be copied can't be kept.
        let kept = params.iter().all(|p| matches!(self.primal.ty(*p), Ty::Float(_) | Ty::Int(_) | Ty::Bool));
        let once = !runs_once(body, false).is_empty() || !calls(body).is_empty();
        if !live || !state || !kept || once {
            return false;
        }
        let Some(stretch) = self.stretch(range, inits, st, body) else { return false };
        let options = Options { fuse: true, whole: self.opts.whole, ..Options::HALVES };
        let gradient = match reverse(&stretch.func, &options) {
            Ok(gradient) => gradient,
            Err(why) => {
                self.failed = self.failed.take().or(Some(why));
                return true;
            }
        };
        // Rounds that hand nothing to each other are summed forwards, and so they would be stretch by stretch only.
        let backwards = |s: &Stmt| matches!(&s.op, Op::For { range, .. } if range.rev);
        if !gradient.func.body.stmts[gradient.split..].iter().any(backwards) {
            return false;
        }
        self.checkpointed += 1;
        self.run_stretches(st, range, body, &stretch, &gradient, out);
        true
    }

    /// The rounds from one number to another as a program: `(from, to, carried…, read…) → (carried…, read…)`.
    fn stretch(&self, range: &Range, inits: &[Value], st: &Stmt, body: &Block) -> Option<Stretch> {
        let o = &st.origin;
        let mut func = Func::new("stretch");
        (func.values, func.places) = (self.primal.values.clone(), self.primal.places.clone());
        let usize_value =
            |func: &mut Func, name: &str| func.value(Ty::usize(), Some(Name::Temp(name.into())), o);
        let bounds = [usize_value(&mut func, "from"), usize_value(&mut func, "to")];
        let k = usize_value(&mut func, "k");
        let starts: Vec<Value> = inits
            .iter()
            .zip(&body.params[1..])
            .map(|(_, p)| {
                let info = self.primal.val(*p).clone();
                func.value(info.ty, info.name, o)
            })
            .collect();
        let mut free = self.defs.free_values(body);
        for v in range.values() {
            if !free.contains(&v) {
                free.push(v);
            }
        }
        let views = self.views_from_outside(body, &mut free)?;
        let (mut written, mut read) = (Vec::new(), Vec::new());
        let made = body.places_made();
        let note = |places: Vec<Place>, list: &mut Vec<Place>| {
            for p in places {
                let root = self.primal.root(p);
                if !made.contains(&root) && !list.contains(&root) {
                    list.push(root);
                }
            }
        };
        body.each_stmt(&mut |s| {
            note(s.op.places_written(), &mut written);
            note(s.op.places_read(), &mut read);
            note(s.op.opaque_reads(), &mut read);
        });
        read.retain(|p| !written.contains(p));
        let scalar =
            |v: Value, active: bool, name: &str| part_param(ParamKind::Scalar(v, Mode::Value), active, name);
        for v in bounds {
            func.params.push(scalar(v, false, "bound"));
        }
        for (start, (p, r)) in starts.iter().zip(body.params[1..].iter().zip(&st.results)) {
            let active = self.act.value(*p) || self.act.value(*r);
            func.params.push(scalar(*start, active, "start"));
        }
        for v in &free {
            func.params.push(scalar(*v, self.act.value(*v), "read"));
        }
        for (places, mode) in [(&written, Mode::Mut), (&read, Mode::Ref)] {
            for p in places {
                let active = self.act.place(self.primal, *p);
                func.places[p.0 as usize].kind = PlaceKind::Param;
                func.places[p.0 as usize].mutable |= mode == Mode::Mut;
                func.params.push(part_param(ParamKind::Place(*p, mode), active, "place"));
            }
        }
        let mut block =
            Block { params: vec![k], stmts: Vec::new(), yields: body.yields.clone(), diverges: false };
        block.params.extend(&body.params[1..]);
        self.round(&mut func, &mut block.stmts, (k, body.params[0]), range, o);
        block.stmts.extend(body.stmts.iter().cloned());
        let [lo, hi] = bounds;
        let range = Range { lo, hi, inclusive: false, step: None, rev: false };
        let op = Op::For { range, inits: starts.clone(), body: block };
        func.body.stmts.extend(views);
        func.body.stmts.push(Stmt { op, results: st.results.clone(), origin: o.clone() });
        func.body.yields = st.results.iter().copied().chain(free.iter().copied()).collect();
        func.ret = Ret::Tuple((0..func.body.yields.len()).map(Ret::Scalar).collect());
        Some(Stretch { func, bounds, starts, free, written, read })
    }

    /// The views that the body looks through and that are made before it, with what they read. Only those whose
    /// statements stand at the top of the body can be made again.
    fn views_from_outside(&self, body: &Block, free: &mut Vec<Value>) -> Option<Vec<Stmt>> {
        let made = body.places_made();
        let mut wanted: Vec<Place> = Vec::new();
        body.each_stmt(&mut |s| {
            wanted.extend(s.op.places_read());
            wanted.extend(s.op.places_written());
        });
        let mut out: Vec<(usize, Stmt)> = Vec::new();
        let mut seen = HashSet::default();
        while let Some(p) = wanted.pop() {
            let PlaceKind::View { base } = self.primal.plc(p).kind else { continue };
            if made.contains(&p) || !seen.insert(p) {
                continue;
            }
            let at = self.primal.body.stmts.iter().position(|s| s.op.place_made().contains(&p))?;
            let stmt = &self.primal.body.stmts[at];
            for v in stmt.op.values() {
                if !free.contains(&v) {
                    free.push(v);
                }
            }
            out.push((at, stmt.clone()));
            wanted.push(base);
        }
        // In their order: views are of views.
        out.sort_by_key(|(at, _)| *at);
        Some(out.into_iter().map(|(_, stmt)| stmt).collect())
    }

    /// The induction variable of round `k`, which is the same in both directions of the range.
    fn round(
        &self,
        func: &mut Func,
        out: &mut Vec<Stmt>,
        (k, iv): (Value, Value),
        range: &Range,
        o: &Origin,
    ) {
        let ty = func.ty(iv).clone();
        let mut n = k;
        if range.rev {
            let trips = func.push(out, Op::Trips(range.clone()), Ty::usize(), None, o);
            let one = func.int(out, 1, Ty::usize(), o);
            let last = Op::Int { op: IntOp::WrappingSub, args: vec![trips, one] };
            let last = func.push(out, last, Ty::usize(), None, o);
            let from_last = Op::Int { op: IntOp::WrappingSub, args: vec![last, k] };
            n = func.push(out, from_last, Ty::usize(), None, o);
        }
        if let Some(step) = range.step {
            let times = Op::Int { op: IntOp::Mul, args: vec![n, step] };
            n = func.push(out, times, Ty::usize(), None, o);
        }
        let op = if ty == Ty::usize() { IntOp::WrappingAdd } else { IntOp::After };
        let add = Op::Int { op, args: vec![range.lo, n] };
        out.push(Stmt { op: add, results: vec![iv], origin: o.clone() });
    }

    /// Keeps the state in the forward sweep, and runs the stretches in the reverse sweep, last one first.
    fn run_stretches(
        &mut self,
        st: &'f Stmt,
        range: &Range,
        body: &'f Block,
        stretch: &Stretch,
        gradient: &Gradient,
        out: &mut Vec<Stmt>,
    ) {
        let o = &st.origin;
        let params = &body.params[1..];
        let (trips, length) = self.lengths(st, range);
        let stacks = self.keep_state(st, range, (trips, length), params, &stretch.written);
        // Stretches, counted up.
        let one = self.out.int(out, 1, Ty::usize(), o);
        let less = self.int_op(out, IntOp::WrappingSub, trips, one, o);
        let more = self.int_op(out, IntOp::WrappingAdd, less, length, o);
        let count = self.int_op(out, IntOp::Div, more, length, o);
        let zero = self.out.int(out, 0, Ty::usize(), o);
        let number = self.out.value(Ty::usize(), Some(Name::Temp("stretch".into())), o);
        // What goes from stretch to stretch: the adjoints of what is carried, and of what is read.
        let carried: Vec<usize> = (0..params.len())
            .filter(|k| self.act.value(params[*k]) || self.act.value(st.results[*k]))
            .collect();
        let free: Vec<usize> = (0..stretch.free.len()).filter(|k| self.act.value(stretch.free[*k])).collect();
        let (mut inits, mut adjoints) = (Vec::new(), Vec::new());
        let whose = carried.iter().map(|k| (st.results[*k], params[*k]));
        let whose: Vec<(Value, Value)> =
            whose.chain(free.iter().map(|k| (stretch.free[*k], stretch.free[*k]))).collect();
        for (v, named) in whose {
            let init = match self.adj.get(&v) {
                Some(a) => *a,
                None => self.zero_of(out, v, o),
            };
            inits.push(init);
            adjoints.push(self.adjoint_param(named));
        }
        let mut code = Vec::new();
        let mut renaming = Renaming::default();
        self.restore(&mut code, &stacks, stretch, &mut renaming, st);
        let from = self.int_op(&mut code, IntOp::Mul, number, length, o);
        let end = self.int_op(&mut code, IntOp::WrappingAdd, from, length, o);
        let to = self.int_op(&mut code, IntOp::Min, end, trips, o);
        renaming.values.extend(stretch.bounds.into_iter().zip([from, to]));
        self.name_seeds(gradient, (&carried, &free), (params.len(), &adjoints), &mut renaming, &mut code, o);
        let body_of_it = &gradient.func.body;
        let inlined = renaming.stmts(&mut self.out, &gradient.func, &body_of_it.stmts);
        code.extend(inlined);
        let first = stretch.bounds.len();
        let adjoint_of = |param: usize| gradient.adjoints.iter().find(|(i, _)| *i == param).map(|(_, r)| r);
        let wanted = carried.iter().map(|k| first + k).chain(free.iter().map(|k| first + params.len() + k));
        let mut yields = Vec::new();
        for (param, own) in wanted.zip(&adjoints) {
            yields.push(match adjoint_of(param) {
                Some(Ret::Scalar(i)) => renaming.value(&mut self.out, &gradient.func, body_of_it.yields[*i]),
                _ => *own,
            });
        }
        let whose: Vec<Value> = match &st.op {
            Op::For { inits, .. } => carried.iter().map(|k| inits[*k]).collect(),
            _ => Vec::new(),
        };
        let reads: Vec<Value> = free.iter().map(|k| stretch.free[*k]).collect();
        let all: Vec<Value> = whose.iter().chain(&reads).copied().collect();
        let results = self.contribution_values(&all);
        let range = Range { lo: zero, hi: count, inclusive: false, step: None, rev: true };
        let block = Block {
            params: std::iter::once(number).chain(adjoints).collect(),
            stmts: code,
            yields,
            diverges: false,
        };
        let op = Op::For { range, inits, body: block };
        out.push(Stmt { op, results: results.clone(), origin: o.clone() });
        for (v, d) in reads.iter().zip(&results[whose.len()..]) {
            self.adj.insert(*v, *d);
        }
        for (v, d) in whose.iter().zip(&results) {
            if self.act.value(*v) {
                self.add_adjoint(out, *v, *d, o);
            }
        }
    }

    fn int_op(&mut self, out: &mut Vec<Stmt>, op: IntOp, a: Value, b: Value, o: &Origin) -> Value {
        self.out.push(out, Op::Int { op, args: vec![a, b] }, Ty::usize(), None, o)
    }

    /// The number of rounds, and that of a stretch: the least whose square is not below it.
    fn lengths(&mut self, st: &'f Stmt, range: &Range) -> (Value, Value) {
        let o = &st.origin;
        let mut before = Vec::new();
        let trips = self.out.push(&mut before, Op::Trips(range.clone()), Ty::usize(), None, o);
        let one = self.out.int(&mut before, 1, Ty::usize(), o);
        let name = || Some(Name::Temp("length".into()));
        let [asked, grown, length] = [(); 3].map(|()| self.out.value(Ty::usize(), name(), o));
        let mut cond = Block { params: vec![asked], ..Block::default() };
        let square = self.int_op(&mut cond.stmts, IntOp::Mul, asked, asked, o);
        let below = Op::Cmp { op: CmpOp::Lt, args: [square, trips] };
        cond.yields = vec![self.out.push(&mut cond.stmts, below, Ty::Bool, None, o)];
        let mut body = Block { params: vec![grown], ..Block::default() };
        let by = self.out.int(&mut body.stmts, 1, Ty::usize(), o);
        body.yields = vec![self.int_op(&mut body.stmts, IntOp::WrappingAdd, grown, by, o)];
        let op = Op::While { inits: vec![one], cond, body };
        before.push(Stmt { op, results: vec![length], origin: o.clone() });
        for v in [trips, length] {
            self.made_in.insert(v, RegionId::ROOT);
        }
        self.before.entry(st).or_default().extend(before);
        (trips, length)
    }

    /// In the forward sweep: at the start of each stretch, what is carried and what is written to goes on stacks.
    fn keep_state(
        &mut self,
        st: &'f Stmt,
        range: &Range,
        (trips, length): (Value, Value),
        params: &[Value],
        written: &[Place],
    ) -> Vec<Place> {
        let o = &st.origin;
        let Op::For { body, .. } = &st.op else { return Vec::new() };
        let mut head = Vec::new();
        let mut round = self.ordinal(&mut head, body.params[0], range, o);
        if range.rev {
            let one = self.out.int(&mut head, 1, Ty::usize(), o);
            let last = self.int_op(&mut head, IntOp::WrappingSub, trips, one, o);
            round = self.int_op(&mut head, IntOp::WrappingSub, last, round, o);
        }
        let rest = self.int_op(&mut head, IntOp::Rem, round, length, o);
        let zero = self.out.int(&mut head, 0, Ty::usize(), o);
        let first = Op::Cmp { op: CmpOp::Eq, args: [rest, zero] };
        let first = self.out.push(&mut head, first, Ty::Bool, None, o);
        let (mut then, mut stacks, mut allocs) = (Block::default(), Vec::new(), Vec::new());
        let mut push = |this: &mut Self, then: &mut Vec<Stmt>, value: Value| {
            let info = this.out.val(value).clone();
            let ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(info.ty)));
            let stem = info.name.as_ref().map_or("state".into(), Name::stem);
            let stack = this.out.place(ty, PlaceKind::Local, Some(Name::Temp(format!("{stem}_s"))), o);
            this.out.places[stack.0 as usize].mutable = true;
            this.out.effect(&mut allocs, Op::Alloc { place: stack, init: Init::Empty }, o);
            this.out.effect(then, Op::Push { place: stack, value }, o);
            stacks.push(stack);
        };
        for p in params {
            push(self, &mut then.stmts, *p);
        }
        for p in written {
            let (stmt, v) = self.snapshot(*p, false, RegionId::ROOT, o);
            then.stmts.push(stmt);
            push(self, &mut then.stmts, v);
        }
        let op = Op::If { cond: first, then, els: Block::default() };
        head.push(Stmt { op, results: Vec::new(), origin: o.clone() });
        self.before.entry(st).or_default().extend(allocs);
        self.heads.insert(st, head);
        stacks
    }

    /// In the reverse sweep: the state at the start of a stretch.
    fn restore(
        &mut self,
        code: &mut Vec<Stmt>,
        stacks: &[Place],
        stretch: &Stretch,
        renaming: &mut Renaming,
        st: &'f Stmt,
    ) {
        let o = &st.origin;
        let (scalars, places) = stacks.split_at(stretch.starts.len());
        for (start, stack) in stretch.starts.iter().zip(scalars) {
            let info = stretch.func.val(*start).clone();
            let v = self.out.push(code, Op::Pop(*stack), info.ty, info.name, o);
            renaming.values.insert(*start, v);
        }
        for (p, stack) in stretch.written.iter().zip(places) {
            let v = self.out.push(code, Op::Pop(*stack), Ty::Snapshot, None, o);
            let info = self.primal.plc(*p).clone();
            let own = self.out.place(info.ty.to_owned_type(), PlaceKind::Local, info.name, o);
            self.out.places[own.0 as usize].mutable = true;
            self.out.effect(code, Op::Alloc { place: own, init: Init::Restore(v) }, o);
            renaming.places.insert(*p, own);
        }
        for p in &stretch.read {
            let again = if self.readable(*p, st) { self.primal_place(*p) } else { self.held(*p, st, code) };
            renaming.places.insert(*p, again);
        }
        for v in &stretch.free {
            let again = self.primal(*v);
            renaming.values.insert(*v, again);
        }
    }

    /// The seeds of a stretch, and its buffers: the adjoints of the places themselves.
    fn name_seeds(
        &mut self,
        gradient: &Gradient,
        (carried, free): (&[usize], &[usize]),
        (n, adjoints): (usize, &[Value]),
        renaming: &mut Renaming,
        code: &mut Vec<Stmt>,
        o: &Origin,
    ) {
        if let Some(ParamKind::Tuple(kinds, _)) =
            gradient.seeds.first().map(|i| &gradient.func.params[*i].kind)
        {
            for (k, kind) in kinds.iter().enumerate() {
                let ParamKind::Scalar(seed, _) = kind else { continue };
                let own = match k < n {
                    true => carried.iter().position(|c| *c == k),
                    false => free.iter().position(|f| n + f == k).map(|i| carried.len() + i),
                };
                let value = match own {
                    Some(i) => adjoints[i],
                    None if gradient.func.ty(*seed).is_float() => {
                        self.out.float(code, 0.0, gradient.func.ty(*seed).clone(), o)
                    }
                    // Nothing flows back to it, and nobody looks at its seed.
                    None => continue,
                };
                renaming.values.insert(*seed, value);
            }
        }
        for (i, tree) in &gradient.adjoints {
            let (ParamKind::Place(p, _), Ret::Place(d)) = (&gradient.func.params[*i].kind, tree) else {
                continue;
            };
            let own = self.adjoint_place(*p);
            renaming.places.insert(*d, own);
        }
    }
}
