//! Choices on the same condition become one: the partials of `max` with respect to both operands, say.
//!
//! The later `if` moves up to the earlier one. It may if it does nothing but compute, from values that were there
//! by then (or are results of the earlier one), and if what it loads has not been written to in between.

use crate::ir::*;
use crate::tables::HashMap;

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let mut body = std::mem::take(&mut func.body);
    let changed = block(func, &mut body);
    func.body = body;
    changed
}

fn block(func: &Func, block: &mut Block) -> bool {
    let mut changed = false;
    let mut merge =
        Merge { out: Vec::new(), defined: HashMap::default(), choices: HashMap::default(), last_write: 0 };
    for mut stmt in std::mem::take(&mut block.stmts) {
        for b in stmt.op.blocks_mut() {
            changed |= self::block(func, b);
        }
        changed |= merge.stmt(func, stmt);
    }
    block.stmts = merge.out;
    changed
}

struct Merge {
    out: Vec<Stmt>,
    /// Where in `out` each value of this block is defined.
    defined: HashMap<Value, usize>,
    /// The first `if` on each condition.
    choices: HashMap<Value, usize>,
    /// Where the last statement that may write stands, plus one.
    last_write: usize,
}

impl Merge {
    /// Appends the statement, or merges it into an earlier one.
    fn stmt(&mut self, func: &Func, stmt: Stmt) -> bool {
        if super::is_barrier(&stmt.op) {
            self.choices.clear();
        }
        let effects = stmt.op.effects(func);
        if let Op::If { cond, then, els } = &stmt.op
            && !then.diverges
            && !els.diverges
        {
            let earlier = self.choices.get(cond).copied();
            if let Some(at) = earlier
                && effects.is_pure()
                && self.can_move(&stmt, at)
            {
                self.merge(stmt, at);
                return true;
            }
            self.choices.entry(*cond).or_insert(self.out.len());
        }
        // A place is as new as what it is made with.
        if effects.writes || effects.opaque || !stmt.op.place_made().is_empty() {
            self.last_write = self.out.len() + 1;
        }
        for r in &stmt.results {
            self.defined.insert(*r, self.out.len());
        }
        self.out.push(stmt);
        false
    }

    fn can_move(&self, stmt: &Stmt, at: usize) -> bool {
        let mut ok = true;
        let mut loads = false;
        for b in stmt.op.blocks() {
            b.each_use(&mut |v| ok &= self.defined.get(&v).is_none_or(|d| *d <= at));
            b.each_stmt(&mut |s| loads |= !s.op.places_read().is_empty());
        }
        ok && !(loads && self.last_write > at + 1)
    }

    fn merge(&mut self, stmt: Stmt, at: usize) {
        let into = &mut self.out[at];
        let Stmt { op: Op::If { then, els, .. }, results, .. } = stmt else { return };
        let earlier = into.results.clone();
        let Op::If { then: first_then, els: first_els, .. } = &mut into.op else { return };
        for (first, mut second) in [(first_then, then), (first_els, els)] {
            // In an arm, the earlier choice's results are what that arm yields.
            let made: HashMap<Value, Value> = earlier.iter().copied().zip(first.yields.clone()).collect();
            second.each_use_mut(&mut |v| *v = made.get(v).copied().unwrap_or(*v));
            first.stmts.extend(second.stmts);
            first.yields.extend(second.yields);
        }
        for r in &results {
            self.defined.insert(*r, at);
        }
        into.results.extend(results);
    }
}
