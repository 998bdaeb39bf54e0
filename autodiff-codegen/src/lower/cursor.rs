//! Iterators that are asked for one item after the other: `let mut it = xs.iter(); it.next()`.
//!
//! Such a variable is the number of items that were taken so far; what it iterates over stays where it is.

use super::drive::{Do, Iter};
use super::facts::Facts;
use super::shape::Shape;
use super::{Lower, Refused, Res, Val, chain, walk};
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, ExprKind, Var};
use crate::ir::{CmpOp, IntOp, Value};

/// The methods of `Iterator` and its kin that take `&mut self`.
const BORROWING: [&str; 22] = [
    "next",
    "next_back",
    "nth",
    "nth_back",
    "find",
    "find_map",
    "rfind",
    "position",
    "rposition",
    "any",
    "all",
    "by_ref",
    "try_fold",
    "try_rfold",
    "try_for_each",
    "advance_by",
    "advance_back_by",
    "is_partitioned",
    "next_chunk",
    "peek",
    "next_if",
    "try_find",
];

impl<'a> Facts<'a> {
    /// `it.next()`, where floats or structs are handed out: the variable, and what is handed out.
    pub(super) fn asks_next(&self, e: &Expr) -> Option<(Var, Shape)> {
        let ExprKind::Method { recv, name, args, turbofish: None } = &e.kind else { return None };
        let ExprKind::Var(v) = recv.kind else { return None };
        if name != "next" || !args.is_empty() || !self.is_cursor(v) {
            return None;
        }
        let (item, _) = chain::method(self, self.iterators.get(&v)?)?.item(self);
        let held = matches!(item.strip(), Shape::Float(_)) || Self::user_type(&item).is_some();
        (held && !matches!(item, Shape::Ref(true, _))).then_some((v, item))
    }

    /// Whether a method asks such an iterator for some items, and leaves the others to be asked for.
    pub(super) fn goes_on_after(&self, e: &Expr) -> bool {
        let ExprKind::Method { recv, name, .. } = &e.kind else { return false };
        let ExprKind::Var(v) = recv.kind else { return false };
        self.is_cursor(v) && BORROWING.iter().any(|borrowing| name == borrowing)
    }

    /// Whether a variable is an iterator that is asked for one item after the other.
    pub(super) fn is_cursor(&self, v: Var) -> bool {
        self.f.vars[v.0 as usize].mutable && self.is_tainted(v) && self.iterators.contains_key(&v)
    }

    /// Whether a closure takes hold of a variable: who asks it when can't be followed.
    pub(super) fn is_captured(&self, v: Var, body: &Block) -> bool {
        walk::block_any(body, &|e| match &e.kind {
            ExprKind::Closure(closure) => {
                walk::any(&closure.body, &|e| matches!(e.kind, ExprKind::Var(w) if w == v))
            }
            _ => false,
        })
    }
}

impl<'a> Lower<'a, '_> {
    /// `let mut it = …;`: nothing is taken yet.
    pub(super) fn cursor(&mut self, v: Var, iter: Iter<'a>, init: &'a Expr) -> Res<Val> {
        if !iter.is_indexable() || self.count_of(&iter)?.is_none() {
            return self.refuse(Kind::Iterator, init, &[]);
        }
        self.cursors.insert(v, iter);
        let zero = self.usize(0);
        Ok(Val::Scalar(zero))
    }

    /// What is left of one.
    pub(super) fn rest_of(&mut self, v: Var) -> Res<Iter<'a>> {
        let Some(iter) = self.cursors.get(&v).cloned() else { return Err(Refused) };
        let taken = self.state_value(v);
        Ok(iter.on(Do::Skip(taken)))
    }

    /// The next item of this shape, by value, and whether there is one.
    pub(super) fn next_of(&mut self, v: Var, item: &Shape, e: &'a Expr) -> Res<(Val, Value)> {
        let Some(iter) = self.cursors.get(&v).cloned() else { return Err(Refused) };
        let Some(count) = self.count_of(&iter)? else { return Err(Refused) };
        let taken = self.state_value(v);
        let present = self.compared(CmpOp::Lt, taken, count);
        let Some(slot) = self.slot_of_shape(item.strip(), true) else { return Err(Refused) };
        let first = self.arm(|s| {
            let val = s.item_at(&iter, taken, e)?.by_value();
            s.count(v, IntOp::WrappingAdd);
            s.brought(&slot, val, e)
        });
        let second = self.arm(|s| s.brought(&slot, Val::Uninit, e));
        let mut vars = self.assigned_within(e);
        vars.push(v);
        Ok((self.join(present, self.in_scope(&vars), first?, second?, e)?, present))
    }
}
