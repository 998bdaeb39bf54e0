//! The walk that local rewrites share: in dominance order, with what is known of the operands at hand.

use crate::ir::*;
use crate::tables::HashMap;

/// Which values stand for which others.
#[derive(Default)]
pub(super) struct Subst(HashMap<Value, Value>);

impl Subst {
    /// What `v` is now.
    pub(super) fn get(&self, mut v: Value) -> Value {
        while let Some(w) = self.0.get(&v) {
            v = *w;
        }
        v
    }

    /// From here on `from` is `to`, which takes over the name if it has none of its own.
    pub(super) fn set(&mut self, func: &mut Func, from: Value, to: Value) {
        let to = self.get(to);
        if from == to {
            return;
        }
        if func.val(to).name.is_none() {
            func.values[to.0 as usize].name = func.val(from).name.clone();
        }
        self.0.insert(from, to);
    }

    /// Renames an operation's own operands.
    pub(super) fn apply(&self, op: &mut Op) {
        if self.0.is_empty() {
            return;
        }
        op.each_value_mut(&mut |v| *v = self.get(*v));
        if let Op::Load { again: Some(v), .. } = op {
            *v = self.get(*v);
        }
    }

    pub(super) fn apply_all(&self, values: &mut [Value]) {
        values.iter_mut().for_each(|v| *v = self.get(*v));
    }
}

/// What becomes of a statement.
pub(super) enum Outcome {
    /// It stays, as the rewrite left it.
    Keep,
    /// It goes; its results are these values.
    Same(Vec<Value>),
    /// These statements take its place, and its results are these values.
    Inline(Vec<Stmt>, Vec<Value>),
}

/// A local rewrite.
pub(super) trait Rewrite {
    /// Looks at one statement, its operands already renamed, its regions not yet walked. Says
    /// [`Outcome::Keep`] after changing it in place only with `walk.changed` set.
    fn rewrite(&mut self, walk: &mut Walk, stmt: &mut Stmt) -> Outcome;

    /// Looks at a statement again after its regions have been walked.
    fn leave(&mut self, _walk: &mut Walk, _stmt: &mut Stmt) -> Outcome {
        Outcome::Keep
    }
}

/// The state of a walk.
pub(super) struct Walk<'a> {
    pub(super) func: &'a mut Func,
    pub(super) subst: Subst,
    /// Whether anything has changed.
    pub(super) changed: bool,
    /// The scalar operations by their result: those whose operands say all.
    defs: HashMap<Value, Op>,
}

impl Walk<'_> {
    /// The operation that makes a value, if it is a constant or plain arithmetic.
    pub(super) fn def(&self, v: Value) -> Option<&Op> {
        self.defs.get(&v)
    }

    /// The constant that a value is.
    pub(super) fn constant(&self, v: Value) -> Option<&Const> {
        if let Some(Op::Const(c)) = self.def(v) { Some(c) } else { None }
    }

    /// The integer that a value is.
    pub(super) fn int(&self, v: Value) -> Option<i128> {
        if let Some(Const::Int(n)) = self.constant(v) { Some(*n) } else { None }
    }

    /// The boolean that a value is.
    pub(super) fn bool(&self, v: Value) -> Option<bool> {
        if let Some(Const::Bool(b)) = self.constant(v) { Some(*b) } else { None }
    }

    /// Whether a value is this float, to the sign of zero.
    pub(super) fn is_float(&self, v: Value, x: f64) -> bool {
        matches!(self.constant(v), Some(Const::Float { value, .. }) if value.to_bits() == x.to_bits())
    }

    fn block(&mut self, rewrite: &mut dyn Rewrite, block: &mut Block) {
        let stmts = std::mem::take(&mut block.stmts);
        block.stmts.reserve(stmts.len());
        self.stmts(rewrite, stmts, &mut block.stmts);
        self.subst.apply_all(&mut block.yields);
    }

    fn stmts(&mut self, rewrite: &mut dyn Rewrite, stmts: Vec<Stmt>, out: &mut Vec<Stmt>) {
        for mut stmt in stmts {
            self.subst.apply(&mut stmt.op);
            let outcome = rewrite.rewrite(self, &mut stmt);
            if self.settle(rewrite, outcome, &stmt, out) {
                continue;
            }
            for b in stmt.op.blocks_mut() {
                self.block(rewrite, b);
            }
            let outcome = rewrite.leave(self, &mut stmt);
            if self.settle(rewrite, outcome, &stmt, out) {
                continue;
            }
            if let (Op::Const(_) | Op::Elem { .. } | Op::Int { .. } | Op::Cmp { .. }, [r]) =
                (&stmt.op, &stmt.results[..])
            {
                self.defs.insert(*r, stmt.op.clone());
            }
            out.push(stmt);
        }
    }

    /// Whether the statement is gone.
    fn settle(
        &mut self,
        rewrite: &mut dyn Rewrite,
        outcome: Outcome,
        stmt: &Stmt,
        out: &mut Vec<Stmt>,
    ) -> bool {
        let values = match outcome {
            Outcome::Keep => return false,
            Outcome::Same(values) => values,
            Outcome::Inline(stmts, values) => {
                self.stmts(rewrite, stmts, out);
                values
            }
        };
        for (from, to) in stmt.results.iter().zip(values) {
            self.subst.set(self.func, *from, to);
        }
        self.changed = true;
        true
    }
}

/// Walks the whole program, and says whether it changed.
pub(super) fn walk(func: &mut Func, rewrite: &mut dyn Rewrite) -> bool {
    let mut body = std::mem::take(&mut func.body);
    let mut walk = Walk { func, subst: Subst::default(), changed: false, defs: HashMap::default() };
    walk.block(rewrite, &mut body);
    let changed = walk.changed;
    func.body = body;
    changed
}
