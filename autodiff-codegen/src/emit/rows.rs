//! Which stacks hold rows of numbers that are put on them whole: these lie in one piece of memory (`Rows` in the run-time
//! half); and which hold zeros of values whose types are not known here, of which one is often as good as the next (`Templates`).

use crate::tables::{HashMap, HashSet};

use super::body::Facts;
use crate::ir::*;

impl Facts<'_> {
    /// Finds them, and what goes on and off them.
    pub(super) fn find_rows(&mut self, func: &Func) {
        let mut uses: HashMap<Value, usize> = HashMap::default();
        func.body.each_use(&mut |v| *uses.entry(v).or_default() += 1);
        let mut found = Found::default();
        func.body.each_block(&mut |block| {
            let before = std::iter::once(None).chain(block.stmts.iter().map(Some));
            for (s, before) in block.stmts.iter().zip(before) {
                self.calls(s);
                found.stmt(func, s, before, &uses);
            }
        });
        let restored = |v: &Value| found.restored.get(v) == uses.get(v);
        let whole = |p: &Place| found.off.get(p).into_iter().flatten().all(restored);
        let pure = |p: &&Place| !found.other.contains(*p) && self.buffers.contains(*p);
        let on = found.on.keys().filter(pure).filter(|p| !found.zeros.contains(*p) && whole(p));
        self.rows = on.copied().collect();
        let zeros = found.zeros.iter().filter(pure).filter(|p| !found.on.contains_key(*p));
        self.templates = zeros.copied().collect();
        for p in &self.rows {
            self.given_rows.extend(found.on.get(p).into_iter().flatten());
            self.taken_rows.extend(found.off.get(p).into_iter().flatten());
        }
    }

    /// What calls are lent and given.
    fn calls(&mut self, s: &Stmt) {
        if let Op::Call { callee, args, .. }
        | Op::CallForward { callee, args, .. }
        | Op::CallReverse { callee, args, .. }
        | Op::CallAtOnce { callee, args, .. }
        | Op::CallTangent { callee, args, .. } = &s.op
        {
            for (i, arg) in args.iter().enumerate() {
                match arg {
                    Arg::Place(p, Mode::Value) => drop(self.moved.insert(*p)),
                    // A row is as good as the `Vec` that it was.
                    Arg::Place(_, Mode::Ref) if callee.slices.get(i) == Some(&true) => {}
                    Arg::Place(p, _) => drop(self.lent.insert(*p)),
                    _ => {}
                }
            }
        }
        if let Op::CallReverse { seed: Seed::Place(p), .. } = &s.op {
            self.lent.insert(*p);
        }
        self.lent.extend(s.op.opaque_reads());
    }
}

/// What is done to stacks.
#[derive(Default)]
struct Found {
    /// The rows that are put on each, and the float that they are of.
    on: HashMap<Place, Vec<Value>>,
    floats: HashMap<Place, FloatTy>,
    off: HashMap<Place, Vec<Value>>,
    /// The stacks that zeros are put on.
    zeros: HashSet<Place>,
    /// Those that anything else is done to.
    other: HashSet<Place>,
    /// How often what is taken off becomes a place again.
    restored: HashMap<Value, usize>,
}

impl Found {
    fn stmt(&mut self, func: &Func, s: &Stmt, before: Option<&Stmt>, uses: &HashMap<Value, usize>) {
        match &s.op {
            Op::Push { place, value } => {
                let row = before.filter(|b| b.results == [*value] && uses.get(value) == Some(&1));
                if row.is_some_and(|b| matches!(b.op, Op::Snapshot { zero: true, .. })) {
                    self.zeros.insert(*place);
                    return;
                }
                let float = row.and_then(|b| match &b.op {
                    Op::Snapshot { place, zero: false } => func.plc(*place).ty.row_of_floats(),
                    _ => None,
                });
                match float {
                    Some(float) if self.floats.get(place).is_none_or(|f| f == float) => {
                        self.floats.insert(*place, float.clone());
                        self.on.entry(*place).or_default().push(*value);
                    }
                    _ => drop(self.other.insert(*place)),
                }
            }
            Op::Pop(place) => self.off.entry(*place).or_default().extend(&s.results),
            Op::Alloc { init: Init::Restore(v), .. } => *self.restored.entry(*v).or_default() += 1,
            op => self.other.extend(op.places_read().into_iter().chain(op.places_written())),
        }
    }
}
