//! Primal values in the reverse sweep: at hand, recomputed, or saved.
//!
//! The choice is made on demand, so that only what an adjoint really reads is ever recorded. Cheap
//! operations whose operands are to be had without saving are run again; transcendental ones, results of
//! loops, branches, calls and opaque code are saved.

use super::*;
use crate::analysis::{Def, RegionKind};
use crate::rules::Cost;

/// Rows of up to this many scalars, where that is known at compile time, are arrays and not `Vec`s.
const ARRAY_LIMIT: usize = 4096;

/// The same of what calls and whole places leave, each of which may be an array itself.
const CELLS_LIMIT: usize = 32;

/// How many operations may be run again to get one value.
const RECOMPUTE_LIMIT: usize = 24;

impl<'f> Reverse<'f> {
    /// The primal value `v`, for use at the point of the reverse sweep that the walk has reached.
    pub(super) fn primal(&mut self, v: Value) -> Value {
        let home = self.home(v);
        if self.open.contains(&home) {
            return v;
        }
        if let Some(x) = self.scopes.iter().rev().find_map(|s| s.values.get(&v)) {
            return *x;
        }
        let x = match self.counter(v) {
            _ if !self.recomputable(v) => self.reload(v),
            Some(counter) => self.count(v, &counter),
            None => self.recompute(v),
        };
        if let Some(s) = self.scopes.iter_mut().rev().find(|s| s.region == home) {
            s.values.insert(v, x);
        }
        x
    }

    /// The region that a value is defined in, also for those that this pass has made.
    pub(super) fn home(&self, v: Value) -> RegionId {
        self.made_in.get(&v).copied().unwrap_or_else(|| self.defs.home(v))
    }

    fn at_hand(&self, v: Value) -> bool {
        self.open.contains(&self.home(v))
            || self.saves.contains_key(&v)
            || self.scopes.iter().any(|s| s.values.contains_key(&v))
    }

    /// Whether `v` is to be had by running cheap operations again on what is at hand, or on one value that is
    /// to be saved in its stead (the carried state of a loop, mostly: it then serves others as well).
    fn recomputable(&self, v: Value) -> bool {
        let mut repeated = Vec::new();
        let mut leaves = Vec::new();
        self.leaves(v, &mut repeated, &mut leaves);
        !self.saves.contains_key(&v) && !leaves.contains(&v) && leaves.len() <= 1
    }

    /// Collects the values that would have to be saved for `v` to be recomputed (`v` itself, if its operation
    /// is not one to run again), and those whose operations would run again, each once.
    fn leaves(&self, v: Value, repeated: &mut Vec<Value>, leaves: &mut Vec<Value>) {
        if self.at_hand(v) || leaves.contains(&v) || repeated.contains(&v) {
            return;
        }
        match self.operands_to_repeat(v) {
            Some(operands) if repeated.len() < RECOMPUTE_LIMIT => {
                repeated.push(v);
                operands.into_iter().for_each(|a| self.leaves(a, repeated, leaves));
            }
            _ => leaves.push(v),
        }
    }

    /// The values that running the operation of `v` again takes; `None` if it may not, or should not, run again.
    fn operands_to_repeat(&self, v: Value) -> Option<Vec<Value>> {
        if let Some(counter) = self.counter(v) {
            return Some(vec![counter.init, counter.step]);
        }
        let Some(Def::Stmt { stmt, .. }) = self.defs.def(v) else { return None };
        match &stmt.op {
            Op::Const(_) => Some(Vec::new()),
            Op::Elem { rule, args } => {
                let again = match rule.get().cost {
                    Cost::Cheap => true,
                    Cost::Slow => self.is_in_rounds(v),
                    Cost::Expensive => false,
                };
                again.then(|| args.clone())
            }
            Op::Int { args, .. } => Some(args.clone()),
            Op::Cmp { args, .. } => Some(args.to_vec()),
            Op::Cast(a) | Op::AssertFloat(a) => (*self.primal.ty(*a) != Ty::Opaque).then(|| vec![*a]),
            Op::Trips(r) => Some(r.values().collect()),
            Op::Len(p) => {
                let mut operands = Vec::new();
                (self.readable(*p, stmt) && self.view_operands(*p, &mut operands)).then_some(operands)
            }
            Op::Load { place, path, .. } => {
                let mut operands = path_values(path);
                (self.readable(*place, stmt) && self.view_operands(*place, &mut operands)).then_some(operands)
            }
            _ => None,
        }
    }

    /// Whether keeping `v` would take memory for each round of a loop.
    fn is_in_rounds(&self, v: Value) -> bool {
        let mut around = Some(self.home(v));
        while let Some(region) = around.filter(|r| !self.open.contains(r)) {
            let region = self.defs.region(region);
            if matches!(region.kind, RegionKind::For | RegionKind::While) {
                return true;
            }
            around = region.parent;
        }
        false
    }

    /// The values that making a view (and what it is a view of) again takes.
    pub(super) fn view_operands(&self, p: Place, operands: &mut Vec<Value>) -> bool {
        let PlaceKind::View { base } = self.primal.plc(p).kind else { return true };
        let Some(Op::View { path, .. }) = self.defs.place_def(p).map(|s| &s.op) else { return false };
        operands.extend(path_values(path));
        self.view_operands(base, operands)
    }

    /// Runs the operation of `v` again, in the head of the scope that mirrors its region.
    fn recompute(&mut self, v: Value) -> Value {
        let Some(Def::Stmt { stmt, region, .. }) = self.defs.def(v) else { return v };
        let mut op = stmt.op.clone();
        // Operands first: they go into the same head, or into one further out.
        let operands: Vec<Value> = op.values().into_iter().map(|a| self.primal(a)).collect();
        let mut next = operands.into_iter();
        op.each_value_mut(&mut |a| *a = next.next().unwrap_or(*a));
        match &mut op {
            Op::Load { place, again, .. } => {
                *place = self.primal_place_in(*place, region);
                *again = Some(v);
            }
            Op::Len(place) => *place = self.primal_place_in(*place, region),
            _ => {}
        }
        let info = self.primal.val(v).clone();
        let x = self.out.value(info.ty, info.name, &info.origin);
        self.push_head(region, Stmt { op, results: vec![x], origin: stmt.origin.clone() });
        self.decisions.recomputed.push((v, x));
        x
    }

    /// [`Reverse::primal_place`], made in the head of the scope of `region` rather than in the innermost one.
    fn primal_place_in(&mut self, p: Place, region: RegionId) -> Place {
        let at = self.scopes.iter().rposition(|s| s.region == region).map_or(self.scopes.len(), |i| i + 1);
        let inner = self.scopes.split_off(at);
        let place = self.primal_place(p);
        self.scopes.extend(inner);
        place
    }

    /// Appends to the head of the scope that mirrors `region`.
    pub(super) fn push_head(&mut self, region: RegionId, stmt: Stmt) {
        if let Some(s) = self.scopes.iter_mut().rev().find(|s| s.region == region) {
            s.head.push(stmt);
        }
    }

    /// Reads a saved value back, saving it if it is not saved yet.
    fn reload(&mut self, v: Value) -> Value {
        let save = match self.saves.get(&v) {
            Some(s) => s.clone(),
            None => self.save(v),
        };
        let region = self.home(v);
        let info = self.out.val(v).clone();
        let op = match save {
            Save::Cell(place) => Op::Load { place, path: Vec::new(), again: None },
            Save::Stack(place) => Op::Pop(place),
            Save::Row { place, loops } => {
                let at = self.scopes.iter().rposition(|s| s.region == region).unwrap_or(0);
                let inner = self.scopes.split_off(at + 1);
                let mut head = std::mem::take(&mut self.scopes[at].head);
                let ordinals: Vec<Value> = loops
                    .iter()
                    .filter_map(|(r, _)| self.scopes.iter().find(|s| s.region == *r)?.ordinal)
                    .collect();
                let index = self.row_index(&mut head, &loops, &ordinals, &info.origin);
                self.scopes[at].head = head;
                self.scopes.extend(inner);
                Op::Load { place, path: vec![Proj::Index(index)], again: None }
            }
        };
        let x = self.out.value(info.ty, info.name, &info.origin);
        self.push_head(region, Stmt { op, results: vec![x], origin: info.origin });
        x
    }

    /// `(o1 * n2 + o2) * n3 + o3`
    pub(super) fn row_index(
        &mut self,
        out: &mut Vec<Stmt>,
        loops: &[(RegionId, Value)],
        ordinals: &[Value],
        origin: &Origin,
    ) -> Value {
        let mut index = None;
        for ((_, trips), ord) in loops.iter().zip(ordinals) {
            index = Some(match index {
                None => *ord,
                Some(i) => {
                    let m = Op::Int { op: IntOp::Mul, args: vec![i, *trips] };
                    let m = self.out.push(out, m, Ty::usize(), None, origin);
                    let a = Op::Int { op: IntOp::Add, args: vec![m, *ord] };
                    self.out.push(out, a, Ty::usize(), None, origin)
                }
            });
        }
        match index {
            Some(i) => i,
            None => self.out.int(out, 0, Ty::usize(), origin),
        }
    }

    /// Decides where `v` is kept.
    fn save(&mut self, v: Value) -> Save {
        let home = self.home(v);
        // The regions between the innermost open one and the value's own.
        let closed: Vec<RegionId> =
            self.defs.chain(home).into_iter().filter(|r| !self.open.contains(r)).collect();
        let is_loop = |k: RegionKind| matches!(k, RegionKind::For | RegionKind::While);
        // A loop in whose rounds the value is the same needs no room for more than one of them.
        let loops: Vec<RegionId> = closed
            .iter()
            .copied()
            .filter(|r| is_loop(self.defs.region(*r).kind) && !self.same_in_each_round(v, *r))
            .collect();
        let Some(outermost) = closed.first().and_then(|r| self.defs.region(*r).owner) else {
            // Defined in an open region: at hand, so never asked for. Saying so is safer than guessing.
            self.unsupported(&self.out.val(v).origin.clone(), "a value out of reach of the reverse sweep");
            return Save::Cell(Place(0));
        };
        let info = self.out.val(v).clone();
        let name = info.name.clone().map(|n| Name::Saved(Box::new(n)));
        let save = if loops.is_empty() {
            self.save_cell(&info, name, outermost)
        } else {
            let few = self.fits_in_cells(&loops, &info.ty);
            match self.row_trips(&loops, outermost, &info.ty) {
                Some(trips) if few => self.save_row(&info, name, outermost, trips),
                // What is kept once in each round.
                Some(trips) if closed.len() == 1 => {
                    self.save_stack(&info, name, outermost, Init::Buffer(trips[0].1, 1))
                }
                _ => self.save_stack(&info, name, outermost, Init::Empty),
            }
        };
        let (Save::Cell(place) | Save::Row { place, .. } | Save::Stack(place)) = &save;
        self.decisions.saved.push((v, *place));
        self.saves.insert(v, save.clone());
        save
    }

    fn saved_place(
        &mut self,
        ty: PlaceTy,
        name: Option<Name>,
        origin: &Origin,
        init: Init,
        before: &Stmt,
    ) -> Place {
        let place = self.out.place(ty, PlaceKind::Local, name, origin);
        self.out.places[place.0 as usize].mutable = true;
        let stmt = Stmt { op: Op::Alloc { place, init }, results: Vec::new(), origin: origin.clone() };
        self.before.entry(before).or_default().push(stmt);
        place
    }

    fn save_cell(&mut self, info: &ValueInfo, name: Option<Name>, before: &Stmt) -> Save {
        let (ty, init) = match info.ty {
            Ty::Pullback | Ty::Snapshot | Ty::Opaque => (PlaceTy::Cell, Init::None),
            ref t => (PlaceTy::Scalar(t.clone()), Init::Zeros),
        };
        Save::Cell(self.saved_place(ty, name, &info.origin, init, before))
    }

    fn save_stack(&mut self, info: &ValueInfo, name: Option<Name>, before: &Stmt, init: Init) -> Save {
        let ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(info.ty.clone())));
        Save::Stack(self.saved_place(ty, name, &info.origin, init, before))
    }

    /// The product of the trip counts.
    fn total(&mut self, loops: &[(RegionId, Value)], before: &'f Stmt, origin: &Origin) -> Option<Value> {
        let mut code = Vec::new();
        let mut total: Option<Value> = None;
        for (_, n) in loops {
            total = Some(match total {
                None => *n,
                Some(t) => {
                    let op = Op::Int { op: IntOp::Mul, args: vec![t, *n] };
                    self.out.push(&mut code, op, Ty::usize(), None, origin)
                }
            });
        }
        self.before.entry(before).or_default().extend(code);
        total
    }

    fn save_row(
        &mut self,
        info: &ValueInfo,
        name: Option<Name>,
        before: &'f Stmt,
        loops: Vec<(RegionId, Value)>,
    ) -> Save {
        let (elem, empty) = match info.ty {
            Ty::Pullback | Ty::Snapshot => (PlaceTy::Cell, Init::None),
            ref t => (PlaceTy::Scalar(t.clone()), Init::Zeros),
        };
        let elem = Box::new(elem);
        let total = self.total(&loops, before, &info.origin);
        let known = self.known_total(loops.iter().map(|(r, _)| *r));
        let (ty, init) = match (known, total) {
            (Some(n), _) if n <= ARRAY_LIMIT => (PlaceTy::Array(elem, Len::Known(n)), empty),
            (_, Some(t)) => (PlaceTy::Vec(elem), Init::ZerosLen(t)),
            (_, None) => (PlaceTy::Array(elem, Len::Known(1)), Init::Zeros),
        };
        let place = self.saved_place(ty, name, &info.origin, init, before);
        Save::Row { place, loops }
    }

    /// The product of the trip counts, if all bounds are known.
    fn known_total(&self, loops: impl Iterator<Item = RegionId>) -> Option<usize> {
        let mut total = 1usize;
        for r in loops {
            let Op::For { range, .. } = &self.defs.region(r).owner?.op else { return None };
            let lo = self.known_int(range.lo)?;
            let hi = self.known_int(range.hi)?;
            let step = range.step.map_or(Some(1), |s| self.known_int(s))?.max(1);
            let span = (hi - lo + i128::from(range.inclusive)).max(0);
            total = total.checked_mul(usize::try_from((span + step - 1) / step).ok()?)?;
        }
        Some(total)
    }

    /// The integer that a value always is: a literal, the length of an array, or the least of such.
    pub(super) fn known_int(&self, v: Value) -> Option<i128> {
        let Def::Stmt { stmt, .. } = self.defs.def(v)? else { return None };
        match &stmt.op {
            Op::Const(Const::Int(i)) => Some(*i),
            Op::Len(p) => match self.primal.plc(*p).ty {
                PlaceTy::Array(_, Len::Known(n)) => i128::try_from(n).ok(),
                _ => None,
            },
            Op::Int { op: IntOp::Min, args } => {
                let known: Option<Vec<i128>> = args.iter().map(|v| self.known_int(*v)).collect();
                known?.into_iter().min()
            }
            _ => None,
        }
    }

    /// Whether a row may be made for all rounds at once. What has no zero to fill a row with is each in a cell, which needs
    /// no allocator, if there are few of them.
    fn fits_in_cells(&self, loops: &[RegionId], ty: &Ty) -> bool {
        match ty {
            Ty::Pullback | Ty::Snapshot => {
                self.known_total(loops.iter().copied()).is_some_and(|n| n <= CELLS_LIMIT)
            }
            _ => true,
        }
    }

    /// The loops with their trip counts, all computed before `outermost`; `None` if a loop has no trip
    /// count that is known there (a `while`, a bound that changes from round to round), or the value is of a type that
    /// nobody knows.
    fn row_trips(
        &mut self,
        loops: &[RegionId],
        outermost: &'f Stmt,
        ty: &Ty,
    ) -> Option<Vec<(RegionId, Value)>> {
        if *ty == Ty::Opaque {
            return None;
        }
        let mut out = Vec::new();
        for r in loops {
            if let Some(n) = self.trips.get(&(outermost as *const Stmt, *r)) {
                out.push((*r, *n));
                continue;
            }
            let owner = self.defs.region(*r).owner?;
            let Op::For { range, .. } = &owner.op else { return None };
            let mut code = self.before.remove(&(outermost as *const Stmt)).unwrap_or_default();
            let n = self.trips_before(range, outermost, &owner.origin, &mut code);
            self.before.insert(outermost, code);
            self.trips.insert((outermost, *r), n?);
            out.push((*r, n?));
        }
        Some(out)
    }

    fn trips_before(
        &mut self,
        range: &Range,
        at: &'f Stmt,
        origin: &Origin,
        code: &mut Vec<Stmt>,
    ) -> Option<Value> {
        let all_there = range.values().all(|v| self.can_hoist(v, at));
        if !all_there {
            return None;
        }
        let lo = self.hoist(range.lo, at, code);
        let hi = self.hoist(range.hi, at, code);
        let step = range.step.map(|s| self.hoist(s, at, code));
        let r = Range { lo, hi, step, inclusive: range.inclusive, rev: false };
        Some(self.out.push(code, Op::Trips(r), Ty::usize(), None, origin))
    }

    /// Whether `v` is there before the statement `at`, or is integer arithmetic on what is there, and total.
    pub(super) fn can_hoist(&self, v: Value, at: &Stmt) -> bool {
        if self.defined_before(v, at) {
            return true;
        }
        let Some(Def::Stmt { stmt, .. }) = self.defs.def(v) else { return false };
        match &stmt.op {
            Op::Const(_) => true,
            Op::Len(p) => {
                let root = self.primal.root(*p);
                *p == root
                    && self.open.contains(&self.defs.place_home(root))
                    && self.place_before(root, at)
                    && !matches!(self.primal.plc(root).ty, PlaceTy::Vec(_) | PlaceTy::Unknown)
            }
            Op::Elem { args, .. } if !stmt.op.effects(self.primal).panics => {
                args.iter().all(|a| self.can_hoist(*a, at))
            }
            Op::Int { args, .. } if !stmt.op.effects(self.primal).panics => {
                args.iter().all(|a| self.can_hoist(*a, at))
            }
            Op::Cast(a) => *self.primal.ty(*a) != Ty::Opaque && self.can_hoist(*a, at),
            _ => false,
        }
    }

    /// The value of `v` before the statement `at`; only after [`Reverse::can_hoist`].
    pub(super) fn hoist(&mut self, v: Value, at: &Stmt, code: &mut Vec<Stmt>) -> Value {
        if self.defined_before(v, at) {
            return v;
        }
        let Some(Def::Stmt { stmt, .. }) = self.defs.def(v) else { return v };
        let mut op = stmt.op.clone();
        let operands: Vec<Value> = op.values().into_iter().map(|a| self.hoist(a, at, code)).collect();
        let mut next = operands.into_iter();
        op.each_value_mut(&mut |a| *a = next.next().unwrap_or(*a));
        let info = self.primal.val(v).clone();
        self.out.push(code, op, info.ty, None, &stmt.origin)
    }

    /// Whether `v` is defined in a region around the statement `at`, before it.
    pub(super) fn defined_before(&self, v: Value, at: &Stmt) -> bool {
        let Some(region) = self.stmt_region(at) else { return false };
        match self.defs.def(v) {
            Some(Def::Param) => true,
            Some(Def::Block(r, _)) => self.defs.within(region, r),
            Some(Def::Stmt { region: r, stmt, .. }) => {
                self.defs.within(region, r) && self.stab.range(stmt).1 < self.stab.range(at).0
            }
            None => self.made_in.get(&v).is_some_and(|r| self.defs.within(region, *r)),
        }
    }

    fn place_before(&self, p: Place, at: &Stmt) -> bool {
        self.defs.place_def(p).is_none_or(|s| self.stab.range(s).1 < self.stab.range(at).0)
    }

    /// The region that a statement with regions or results is in.
    fn stmt_region(&self, st: &Stmt) -> Option<RegionId> {
        match st.op.blocks().into_iter().next() {
            Some(b) => self.defs.region(self.defs.region_of(b)).parent,
            None => st.results.first().map(|r| self.defs.home(*r)),
        }
    }
}

pub(super) fn path_values(path: &[Proj]) -> Vec<Value> {
    let mut out = Vec::new();
    for p in path {
        match p {
            Proj::Index(v) => out.push(*v),
            Proj::At(vs, _) => out.extend(vs),
            Proj::Slice(a, b) => out.extend(a.iter().chain(b)),
            Proj::Field(_) | Proj::Member(..) | Proj::Deref => {}
        }
    }
    out
}
