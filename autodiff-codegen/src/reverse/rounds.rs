//! What rounds of a loop have in common: values that are the same in all of them are saved once, and values that
//! only count them are not saved at all.

use super::*;
use crate::analysis::{Def, RegionKind};

/// A value that a loop carries, and to which each round adds the same.
pub(super) struct Counter {
    /// The loop.
    region: RegionId,
    /// What it starts with.
    pub(super) init: Value,
    /// What is added, or taken off.
    pub(super) step: Value,
    op: IntOp,
}

impl Reverse<'_> {
    /// Whether `v`, where a round of the loop `region` computes it, is the same in all rounds that do. Values of
    /// loops further in are compared round by round of theirs.
    pub(super) fn same_in_each_round(&self, v: Value, region: RegionId) -> bool {
        let home = self.home(v);
        if !self.defs.within(home, region) {
            return true;
        }
        let same = |v: &Value| self.same_in_each_round(*v, region);
        let stmt = match self.defs.def(v) {
            Some(Def::Stmt { stmt, .. }) => stmt,
            Some(Def::Block(inner, 0)) if inner != region => {
                let owner = self.defs.region(inner).owner.map(|s| &s.op);
                return matches!(owner, Some(Op::For { range, .. }) if range.values().all(|v| same(&v)));
            }
            _ => return false,
        };
        match &stmt.op {
            Op::Const(_) => true,
            Op::Elem { args, .. } | Op::Int { args, .. } => args.iter().all(same),
            Op::Cmp { args, .. } => args.iter().all(same),
            Op::Cast(a) | Op::AssertFloat(a) => *self.primal.ty(*a) != Ty::Opaque && same(a),
            Op::Trips(range) => range.values().all(|v| same(&v)),
            Op::Len(place) => self.same_place_in_each_round(*place, &[], region),
            Op::Load { place, path, .. } => self.same_place_in_each_round(*place, path, region),
            _ => false,
        }
    }

    /// Whether a path into a place leads to the same memory in each round of a loop, and nothing in the loop writes
    /// to the place.
    fn same_place_in_each_round(&self, place: Place, path: &[Proj], region: RegionId) -> bool {
        let root = self.primal.root(place);
        let Some(owner) = self.defs.region(region).owner else { return false };
        let mut operands = values::path_values(path);
        !self.defs.within(self.defs.place_home(root), region)
            && !self.stab.written_within(self.primal, root, owner)
            && self.view_operands(place, &mut operands)
            && operands.into_iter().all(|v| self.same_in_each_round(v, region))
    }

    /// What `v` counts, if it is a `usize` that is carried by a loop and changes by the same in each round: then its
    /// value in a round follows from the number of the round. Other types of integers may be passed through from
    /// end to end, so that the product below would not fit.
    pub(super) fn counter(&self, v: Value) -> Option<Counter> {
        let Some(Def::Block(region, at)) = self.defs.def(v) else { return None };
        let info = self.defs.region(region);
        let (inits, at) = match &info.owner?.op {
            // The ordinal of a round is its place in the range as it is before it is reversed.
            Op::For { range, inits, .. } if !range.rev => (inits, at.checked_sub(1)?),
            Op::While { inits, .. } if info.kind == RegionKind::While => (inits, at),
            _ => return None,
        };
        let Some(Def::Stmt { stmt, .. }) = self.defs.def(*info.block.yields.get(at)?) else { return None };
        let (op, step) = match &stmt.op {
            Op::Int { op: op @ (IntOp::Add | IntOp::Sub), args } if args[0] == v => (*op, args[1]),
            Op::Int { op: IntOp::Add, args } if args[1] == v => (IntOp::Add, args[0]),
            _ => return None,
        };
        let is_usize = [v, step].iter().all(|v| *self.primal.ty(*v) == Ty::usize());
        let steady = self.same_in_each_round(step, region);
        (is_usize && steady).then(|| Counter { region, init: *inits.get(at).unwrap_or(&v), step, op })
    }

    /// The value of a counter in the round that the reverse sweep is in, made in the head of the loop's scope. It
    /// can't overflow where the primal's own steps didn't: they led from the start to this value.
    pub(super) fn count(&mut self, v: Value, counter: &Counter) -> Value {
        let init = self.primal(counter.init);
        let step = self.primal(counter.step);
        let info = self.primal.val(v).clone();
        let ordinal = self.scopes.iter().rev().find(|s| s.region == counter.region).and_then(|s| s.ordinal);
        let Some(ordinal) = ordinal else {
            self.unsupported(&info.origin, "a counter outside of its loop");
            return v;
        };
        let push = |r: &mut Self, op: IntOp, args: Vec<Value>, name: Option<Name>| {
            let x = r.out.value(Ty::usize(), name, &info.origin);
            let stmt = Stmt { op: Op::Int { op, args }, results: vec![x], origin: info.origin.clone() };
            r.push_head(counter.region, stmt);
            x
        };
        let by = match self.known_int(counter.step) {
            Some(1) => ordinal,
            _ => push(self, IntOp::Mul, vec![ordinal, step], None),
        };
        push(self, counter.op, vec![init, by], info.name.clone())
    }
}
