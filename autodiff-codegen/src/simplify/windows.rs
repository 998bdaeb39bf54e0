//! `x[k + i]` for `i` in `0..n` becomes `w[i]`, where `w` is the slice `x[k..k + n]`, borrowed before the loop.
//!
//! rustc has to check every index, and a check that may fail keeps a loop from being vectorised. Of a slice whose length is the
//! number of rounds it knows that the indices are good; the one check that is left comes before the loop.
//!
//! That check comes earlier than those that it stands for. So this is done only to loops whose rounds have all been run before,
//! by the forward sweep ([`ValueInfo::rerun`]): what they do in any case does not panic. A loop that may not run at all is put
//! behind a condition with its slices, unless these start where every slice does.
//!
//! Views that are the same in each round move out of the loop on the way, since slices may be slices of them; and so do reads of
//! elements that are the same in each round, and that no round writes to.
//!
//! No sum of these indices overflows: the loop runs, and the last of them is an index of something.
//!
//! A place that the loop writes to gets one slice or none, so that it is borrowed once. If it is the same in each round, no
//! round writes where another one reads, and the rounds may run in any order: forwards.

use super::invariant::Defs;
use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// Runs over the whole program.
pub(super) fn run(func: &mut Func) {
    let defs = Defs::of(func);
    let mut body = std::mem::take(&mut func.body);
    block(func, &defs, &mut body);
    func.body = body;
}

fn block(func: &mut Func, defs: &Defs, outer: &mut Block) {
    let mut out = Vec::new();
    for mut stmt in std::mem::take(&mut outer.stmts) {
        for b in stmt.op.blocks_mut() {
            block(func, defs, b);
        }
        match plan(func, defs, &stmt) {
            Some(plan) => plan.apply(func, stmt, &mut out),
            None => out.push(stmt),
        }
    }
    outer.stmts = out;
}

/// A slice: of which place, and by which of the body's values it is indexed.
#[derive(Clone, Copy, PartialEq)]
struct Window {
    base: Place,
    index: Value,
}

struct Plan {
    /// Views that move out of the body.
    views: HashSet<Place>,
    /// Reads that do.
    reads: HashSet<Value>,
    windows: Vec<Window>,
    /// Whether the range starts at zero.
    from_zero: bool,
    /// Whether the rounds may run in any order.
    order_free: bool,
}

/// The slices of a loop, if it can have any.
fn plan(func: &Func, defs: &Defs, stmt: &Stmt) -> Option<Plan> {
    let Op::For { range, inits, body } = &stmt.op else { return None };
    let index = body.params[0];
    let counts = *func.ty(index) == Ty::usize() && range.step.is_none() && !range.inclusive;
    let inside = Inside::of(body);
    let views = steady_views(body, &inside);
    let fits =
        |s: &Stmt| is_simple(&s.op) || matches!(s.op, Op::View { place, .. } if views.contains(&place));
    if !counts || !func.val(index).rerun || body.diverges || !body.stmts.iter().all(fits) {
        return None;
    }
    let mut windows: Vec<Window> = Vec::new();
    for s in &body.stmts {
        let Some((base, at)) = access(&s.op) else { continue };
        let window = Window { base, index: at };
        let slices = matches!(func.plc(base).ty, PlaceTy::Slice(_) | PlaceTy::Vec(_));
        if slices && !windows.contains(&window) && slope(body, index, at) == Some(1) {
            windows.push(window);
        }
    }
    // Of what is written, all that is read and written has to be the same element of the same slice.
    let mut order_free = inits.is_empty();
    let written = written(func, body);
    let mut barred = HashSet::default();
    for root in &written {
        let of_root: Vec<&Window> = windows.iter().filter(|w| func.root(w.base) == *root).collect();
        let through = |s: &Stmt| {
            let seen = access(&s.op).map(|(base, index)| Window { base, index });
            matches!((&of_root[..], seen), ([one], Some(seen)) if **one == seen)
        };
        let mut all = true;
        body.each_stmt(&mut |s| {
            let steady = matches!(s.op, Op::View { .. });
            all &= steady || !touches(func, s, *root) || through(s);
        });
        // What an arm does is not done in any case.
        let arms = body.stmts.iter().flat_map(|s| s.op.blocks());
        arms.for_each(|b| b.each_stmt(&mut |s| all &= !touches(func, s, *root)));
        if !all {
            barred.insert(*root);
        }
    }
    let reads = steady_reads(func, body, (&inside, &views), &written);
    order_free &= barred.is_empty();
    windows.retain(|w| !barred.contains(&func.root(w.base)));
    let from_zero = defs.int(range.lo) == Some(0);
    (!windows.is_empty()).then_some(Plan { views, reads, windows, from_zero, order_free })
}

/// Whether a statement only computes, reads and writes numbers.
fn is_simple(op: &Op) -> bool {
    match op {
        Op::Const(_)
        | Op::Elem { .. }
        | Op::Int { .. }
        | Op::Cmp { .. }
        | Op::Cast(_)
        | Op::AssertFloat(_) => true,
        Op::Load { .. } | Op::Store { .. } | Op::Accum { .. } => true,
        Op::If { then, els, .. } => {
            [then, els].into_iter().all(|b| !b.diverges && b.stmts.iter().all(|s| is_simple(&s.op)))
        }
        _ => false,
    }
}

/// The place that a statement reads or writes an element of, and its first index.
fn access(op: &Op) -> Option<(Place, Value)> {
    let (place, path) = match op {
        Op::Load { place, path, .. } | Op::Store { place, path, .. } | Op::Accum { place, path, .. } => {
            (place, path)
        }
        _ => return None,
    };
    match path.first() {
        Some(Proj::Index(v)) => Some((*place, *v)),
        _ => None,
    }
}

fn written(func: &Func, body: &Block) -> HashSet<Place> {
    let mut out = HashSet::default();
    body.each_stmt(&mut |s| out.extend(s.op.places_written().into_iter().map(|p| func.root(p))));
    out
}

fn touches(func: &Func, s: &Stmt, root: Place) -> bool {
    s.op.places_read().into_iter().chain(s.op.places_written()).any(|p| func.root(p) == root)
}

/// What a body makes, anew in each round.
struct Inside {
    values: HashSet<Value>,
    places: HashSet<Place>,
}

impl Inside {
    fn of(body: &Block) -> Inside {
        let mut inside = Inside { values: body.params.iter().copied().collect(), places: HashSet::default() };
        body.each_stmt(&mut |s| {
            inside.values.extend(&s.results);
            inside.places.extend(s.op.place_made());
        });
        inside
    }

    /// Whether an operation uses values of the round.
    fn is_used(&self, op: &Op) -> bool {
        op.values().into_iter().any(|v| self.values.contains(&v))
    }
}

/// The views of a body that are the same in each round: their paths come from outside.
fn steady_views(body: &Block, inside: &Inside) -> HashSet<Place> {
    let mut steady = HashSet::default();
    for s in &body.stmts {
        if let Op::View { place, base, .. } = &s.op
            && !inside.is_used(&s.op)
            && (!inside.places.contains(base) || steady.contains(base))
        {
            steady.insert(*place);
        }
    }
    steady
}

/// The reads of a body that are the same in each round: their paths come from outside, and no round writes there.
fn steady_reads(
    func: &Func,
    body: &Block,
    (inside, steady): (&Inside, &HashSet<Place>),
    written: &HashSet<Place>,
) -> HashSet<Value> {
    let is_steady = |s: &&Stmt| match &s.op {
        Op::Load { place, .. } => {
            let there = !inside.places.contains(place) || steady.contains(place);
            there && !inside.is_used(&s.op) && !written.contains(&func.root(*place))
        }
        _ => false,
    };
    body.stmts.iter().filter(is_steady).flat_map(|s| s.results.iter().copied()).collect()
}

/// The body's own statement that computes a value.
fn made_by(body: &Block, v: Value) -> Option<&Stmt> {
    body.stmts.iter().find(|s| s.results == [v])
}

/// By how much `v` grows from one round to the next; `None` if that is not known.
fn slope(body: &Block, index: Value, v: Value) -> Option<i32> {
    if v == index {
        return Some(1);
    }
    let Some(stmt) = made_by(body, v) else {
        // What comes from outside, or is carried.
        return (!body.params.contains(&v) && !body.stmts.iter().any(|s| s.results.contains(&v)))
            .then_some(0);
    };
    let slope = |v: &Value| slope(body, index, *v);
    match &stmt.op {
        Op::Const(Const::Int(_)) => Some(0),
        Op::Int { op: IntOp::Add | IntOp::WrappingAdd, args } => Some(slope(&args[0])? + slope(&args[1])?),
        Op::Int { op: IntOp::Sub | IntOp::WrappingSub, args } => Some(slope(&args[0])? - slope(&args[1])?),
        Op::Int { args, .. } => args.iter().all(|a| slope(a) == Some(0)).then_some(0),
        _ => None,
    }
}

impl Plan {
    fn apply(self, func: &mut Func, mut stmt: Stmt, out: &mut Vec<Stmt>) {
        let origin = stmt.origin.clone();
        let Op::For { range, inits, .. } = &stmt.op else { return out.push(stmt) };
        let (lo, hi, inits) = (range.lo, range.hi, inits.clone());
        let all_at_zero = |body: &Block| {
            let stays = self.views.is_empty() && self.reads.is_empty();
            self.from_zero && stays && self.windows.iter().all(|w| w.index == body.params[0])
        };
        if all_at_zero(super::invariant::body(&stmt)) {
            self.slices(func, &mut stmt, out);
            return out.push(stmt);
        }
        // The same names for what comes out, whether the loop runs or not.
        let results = stmt.results.clone();
        stmt.results = results.iter().map(|r| func.same_again(*r)).collect();
        let yields = stmt.results.clone();
        let mut then = Vec::new();
        self.slices(func, &mut stmt, &mut then);
        then.push(stmt);
        let runs = func.push(out, Op::Cmp { op: CmpOp::Lt, args: [lo, hi] }, Ty::Bool, None, &origin);
        let then = Block { stmts: then, yields, ..Block::default() };
        let els = Block { yields: inits, ..Block::default() };
        out.push(Stmt { op: Op::If { cond: runs, then, els }, results, origin });
    }

    /// Makes the slices, and has the loop run over them.
    fn slices(&self, func: &mut Func, stmt: &mut Stmt, out: &mut Vec<Stmt>) {
        let origin = stmt.origin.clone();
        let Op::For { range, body, .. } = &mut stmt.op else { return };
        let index = body.params[0];
        let (lo, hi) = (range.lo, range.hi);
        let trips = match self.from_zero {
            true => hi,
            false => {
                let op = Op::Int { op: IntOp::Sub, args: vec![hi, lo] };
                func.push(out, op, Ty::usize(), Some(Name::Temp("trips".into())), &origin)
            }
        };
        let steady = |s: &Stmt| match s.op {
            Op::View { place, .. } => self.views.contains(&place),
            _ => s.results.iter().any(|r| self.reads.contains(r)),
        };
        out.extend(body.stmts.iter().filter(|s| steady(s)).cloned());
        body.stmts.retain(|s| !steady(s));
        let mut starts = HashMap::default();
        let mut views = HashMap::default();
        for w in &self.windows {
            let start = first(func, body, w.index, lo, &mut starts, out);
            let end = match self.from_zero && w.index == index {
                true => trips,
                false => {
                    let op = Op::Int { op: IntOp::Add, args: vec![start, trips] };
                    func.push(out, op, Ty::usize(), None, &origin)
                }
            };
            let info = func.plc(w.base).clone();
            let elem = info.ty.elem().cloned().unwrap_or(PlaceTy::Unknown);
            let kind = PlaceKind::View { base: w.base };
            let view = func.place(PlaceTy::Slice(Box::new(elem)), kind, info.name.clone(), &info.origin);
            func.places[view.0 as usize].mutable = info.mutable;
            let path = vec![Proj::Slice(Some(start), Some(end))];
            out.push(Stmt {
                op: Op::View { place: view, base: w.base, path },
                results: vec![],
                origin: origin.clone(),
            });
            views.insert((w.base, w.index), view);
        }
        let mut round = index;
        if !self.from_zero {
            // The old index is counted from where the range started.
            let info = func.val(index).clone();
            round = func.rerun(info.ty, Some(Name::Temp("round".into())), &info.origin);
            body.params[0] = round;
            let zero = func.int(out, 0, Ty::usize(), &origin);
            (range.lo, range.hi) = (zero, trips);
            let op = Op::Int { op: IntOp::Add, args: vec![lo, round] };
            body.stmts.insert(0, Stmt { op, results: vec![index], origin });
        }
        range.rev &= !self.order_free;
        for s in &mut body.stmts {
            let Some(view) = access(&s.op).and_then(|at| views.get(&at)) else { continue };
            if let Op::Load { place, path, .. }
            | Op::Store { place, path, .. }
            | Op::Accum { place, path, .. } = &mut s.op
            {
                *place = *view;
                path[0] = Proj::Index(round);
            }
        }
        drop_indices(body);
    }
}

/// Drops what only computed indices that are gone: it panics in no round.
fn drop_indices(body: &mut Block) {
    loop {
        let mut used: HashSet<Value> = body.yields.iter().copied().collect();
        body.each_use(&mut |v| {
            used.insert(v);
        });
        let count = body.stmts.len();
        let index = |s: &Stmt| matches!(s.op, Op::Int { .. } | Op::Const(_));
        body.stmts.retain(|s| !index(s) || s.results.iter().any(|r| used.contains(r)));
        if body.stmts.len() == count {
            break;
        }
    }
}

/// What `v` is in the first round of the range, computed before the loop.
fn first(
    func: &mut Func,
    body: &Block,
    v: Value,
    lo: Value,
    known: &mut HashMap<Value, Value>,
    out: &mut Vec<Stmt>,
) -> Value {
    if v == body.params[0] {
        return lo;
    }
    if let Some(v) = known.get(&v) {
        return *v;
    }
    let Some(stmt) = made_by(body, v) else { return v };
    let mut stmt = stmt.clone();
    let operands: Vec<Value> = stmt.op.values().into_iter().collect();
    let copies: HashMap<Value, Value> =
        operands.into_iter().map(|a| (a, first(func, body, a, lo, known, out))).collect();
    stmt.op.each_value_mut(&mut |a| *a = copies.get(a).copied().unwrap_or(*a));
    stmt.results = vec![func.same_again(v)];
    known.insert(v, stmt.results[0]);
    out.push(stmt.clone());
    known[&v]
}
