//! Whether all of a place is written before anything reads it.

use super::Integers;
use crate::ir::*;

/// Whether these statements, run in order, write all of `place` before they read any of it. `length` is its
/// length, if that is known at run time only.
pub fn covers(func: &Func, defs: &Integers, stmts: &[Stmt], place: Place, length: Option<Value>) -> bool {
    let cover = Cover { func, defs, place, length };
    cover.run(stmts)
}

struct Cover<'a> {
    func: &'a Func,
    defs: &'a Integers,
    place: Place,
    length: Option<Value>,
}

impl<'a> Cover<'a> {
    fn run(&self, stmts: &[Stmt]) -> bool {
        for stmt in stmts.iter().filter(|s| self.mentions(s) > 0) {
            if matches!(stmt.op, Op::Zero(p) if p == self.place) || self.fills(stmt) {
                return true;
            }
            // A region may see to it for itself; what comes after it still has to.
            let blocks = stmt.op.blocks();
            if blocks.is_empty() || !blocks.iter().all(|b| self.run(&b.stmts)) {
                return false;
            }
        }
        true
    }

    /// How many operations of a statement, its regions included, have to do with the place.
    fn mentions(&self, stmt: &Stmt) -> usize {
        let of = |op: &Op| {
            let all = op.places_read().into_iter().chain(op.places_written()).chain(op.place_made());
            usize::from(all.into_iter().any(|p| self.func.root(p) == self.place))
        };
        let mut n = of(&stmt.op);
        stmt.op.blocks().into_iter().for_each(|b| b.each_stmt(&mut |s| n += of(&s.op)));
        n
    }

    /// Whether a nest of loops writes each element, in the order of its counters or against it, and does nothing else with the
    /// place before; with an element that has been written it may do what it likes in the same round.
    fn fills(&self, stmt: &'a Stmt) -> bool
    where
        Self: 'a,
    {
        let mut loops: Vec<(&Range, Value)> = Vec::new();
        let mut stmt = stmt;
        while let Op::For { range, body, .. } = &stmt.op {
            loops.push((range, body.params[0]));
            let mut inside = body.stmts.iter().filter(|s| self.mentions(s) > 0);
            let Some(first) = inside.next() else { return false };
            if let Op::Store { place, path, .. } = &first.op {
                let [Proj::Index(index)] = path[..] else { return false };
                let whole = *place == self.place && self.is_row(&loops, index);
                return whole && inside.all(|s| self.is_at(s, index));
            }
            if inside.next().is_some() {
                return false;
            }
            stmt = first;
        }
        false
    }

    /// Whether all that a statement, its regions included, has to do with the place is this one element.
    fn is_at(&self, stmt: &Stmt, index: Value) -> bool {
        let at = match &stmt.op {
            Op::Load { place, path, .. } | Op::Store { place, path, .. } | Op::Accum { place, path, .. }
                if *place == self.place =>
            {
                path[..] == [Proj::Index(index)]
            }
            op => {
                let all = op.places_read().into_iter().chain(op.places_written()).chain(op.place_made());
                !all.into_iter().any(|p| self.func.root(p) == self.place)
            }
        };
        at && stmt.op.blocks().iter().all(|b| b.stmts.iter().all(|s| self.is_at(s, index)))
    }

    /// Whether `index` counts the rounds of the nest, and the place has as many elements.
    fn is_row(&self, loops: &[(&Range, Value)], index: Value) -> bool {
        let Some((&(range, counter), outer)) = loops.split_last() else { return false };
        if outer.is_empty() {
            return self.is_ordinal(index, range, counter) && self.is_length(range);
        }
        self.is_nested(loops, index, self.length)
    }

    /// `(o1 * n2 + o2) * n3 + o3` of a total of `n1 * n2 * n3`.
    fn is_nested(&self, loops: &[(&Range, Value)], index: Value, total: Option<Value>) -> bool {
        let Some((&(range, counter), outer)) = loops.split_last() else { return false };
        let Some(total) = total else { return false };
        if outer.is_empty() {
            return self.is_ordinal(index, range, counter) && self.is_trips(total, range);
        }
        let Some((before, last)) = self.int_op(IntOp::Add, index) else { return false };
        let Some((before, n)) = self.int_op(IntOp::Mul, before) else { return false };
        let Some((rows, m)) = self.int_op(IntOp::Mul, total) else { return false };
        self.is_ordinal(last, range, counter)
            && self.is_trips(n, range)
            && self.is_trips(m, range)
            && self.is_nested(outer, before, Some(rows))
    }

    fn int_op(&self, op: IntOp, v: Value) -> Option<(Value, Value)> {
        match self.defs.op(v) {
            Some(Op::Int { op: is, args }) if *is == op => Some((args[0], *args.get(1)?)),
            _ => None,
        }
    }

    /// Whether `v` is 0, 1, … over the rounds of a loop.
    fn is_ordinal(&self, v: Value, range: &Range, counter: Value) -> bool {
        let mut v = v;
        if let Some(step) = range.step {
            match self.int_op(IntOp::Div, v) {
                Some((o, s)) if self.defs.same(s, step) => v = o,
                _ => return false,
            }
        }
        if let Some(Op::Cast(o)) = self.defs.op(v) {
            v = *o;
        }
        if self.defs.int(range.lo) == Some(0) {
            return v == counter;
        }
        self.int_op(IntOp::WrappingSub, v).is_some_and(|(c, lo)| c == counter && self.defs.same(lo, range.lo))
    }

    /// Whether `n` is the number of a range's rounds.
    fn is_trips(&self, n: Value, range: &Range) -> bool {
        if let Some(Op::Trips(r)) = self.defs.op(n) {
            let steps = match (r.step, range.step) {
                (Some(a), Some(b)) => self.defs.same(a, b),
                (a, b) => a == b,
            };
            let ends = self.defs.same(r.lo, range.lo) && self.defs.same(r.hi, range.hi);
            return steps && ends && r.inclusive == range.inclusive;
        }
        let plain = self.defs.int(range.lo) == Some(0) && range.step.is_none() && !range.inclusive;
        plain && self.defs.same(n, range.hi)
    }

    fn is_length(&self, range: &Range) -> bool {
        if let Some(n) = self.length {
            return self.is_trips(n, range);
        }
        let PlaceTy::Array(_, Len::Known(n)) = &self.func.plc(self.place).ty else { return false };
        let plain = self.defs.int(range.lo) == Some(0) && range.step.is_none();
        let end = self.defs.int(range.hi).map(|hi| hi + i128::from(range.inclusive));
        plain && end == Some(*n as i128)
    }
}
