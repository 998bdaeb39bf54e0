//! Jumps in operands: `1.0 + if c { return x } else { y }`.
//!
//! The operands are evaluated one after the other, in the order of the source, and kept; then the expression is
//! lowered as always, and finds them.

use super::early::Rest;
use super::exits::Yields;
use super::{Lower, Res, Val, jumps};
use crate::diagnostics::Kind;
use crate::hir::{BinOp, Expr, ExprKind};

/// The operands of an expression, in the order of their evaluation; nothing, if that is not known.
fn operands(e: &Expr) -> Option<Vec<&Expr>> {
    Some(match &e.kind {
        ExprKind::Neg(a) | ExprKind::Not(a) | ExprKind::Deref(a) | ExprKind::Ref(false, a) => vec![a],
        ExprKind::Cast(a, _) | ExprKind::Field(a, _) | ExprKind::Repeat(a, _) => vec![a],
        // Whether the right side is evaluated depends on the left one.
        ExprKind::Binary(BinOp::And | BinOp::Or, a, _) => vec![a],
        ExprKind::Binary(_, a, b) | ExprKind::VecRepeat(a, b) => vec![a, b],
        ExprKind::Index(base, i) => std::iter::once(&**base).chain(bounds(i)).collect(),
        // The right side of an assignment comes first.
        ExprKind::Assign(to, value) | ExprKind::AssignOp(_, to, value) => {
            let mut parts: Vec<&Expr> = vec![value];
            indices(to, &mut parts);
            parts
        }
        ExprKind::Method { recv, args, .. } => std::iter::once(&**recv).chain(args).collect(),
        ExprKind::Call { args, .. } => args.iter().collect(),
        ExprKind::Array(es) | ExprKind::Vec(es) | ExprKind::Tuple(es) => es.iter().collect(),
        ExprKind::If(c, ..) => vec![c],
        ExprKind::Choose(choice) => choice.scrutinee.iter().collect(),
        ExprKind::For { iter, .. } => bounds(iter),
        _ => return None,
    })
}

/// The indices in what is assigned to.
fn indices<'a>(place: &'a Expr, out: &mut Vec<&'a Expr>) {
    match &place.kind {
        ExprKind::Index(base, i) => {
            indices(base, out);
            out.push(i);
        }
        ExprKind::Field(base, _) | ExprKind::Deref(base) => indices(base, out),
        _ => {}
    }
}

/// What is evaluated of an iterator before the loop, or of an index before the access.
fn bounds(iter: &Expr) -> Vec<&Expr> {
    match &iter.kind {
        ExprKind::Range { lo, hi, .. } => lo.iter().chain(hi).map(|e| &**e).collect(),
        ExprKind::Method { recv, args, .. } => {
            let mut parts = bounds(recv);
            parts.extend(args);
            parts
        }
        _ => vec![iter],
    }
}

impl<'a> Lower<'a, '_> {
    /// Evaluates the operands from this one on, then the expression, then what comes after it.
    pub(super) fn run_operands(
        &mut self,
        e: &'a Expr,
        from: usize,
        rest: Option<&Rest<'_, 'a>>,
    ) -> Res<Yields> {
        let parts = operands(e);
        let Some(parts) = parts else { return self.refuse(Kind::ReturnInside, e, &[]) };
        let Some(last) = parts.iter().rposition(|part| jumps::leaves(part)) else {
            return self.refuse(Kind::ReturnInside, e, &[]);
        };
        for (i, part) in parts.iter().enumerate().take(last + 1).skip(from) {
            if self.dead {
                return Ok(None);
            }
            if jumps::leaves(part) {
                return self.run_expr(part, Some(&Rest::operand(e, i, rest)));
            }
            if !self.is_place(part) {
                let val = self.expr(part, None)?;
                self.operands.insert(std::ptr::from_ref(*part), val);
            }
        }
        let done = match &e.kind {
            ExprKind::If(..) | ExprKind::For { .. } | ExprKind::Binary(BinOp::And | BinOp::Or, ..) => {
                self.run_expr(e, rest)
            }
            _ if !self.facts.tainted(e) && !self.facts.is_structured(e) && !self.facts.writes_tainted(e) => {
                // Unknown code can't be copied without its operands.
                self.refuse(Kind::ReturnInside, e, &[])
            }
            _ => self.run_value(e, rest),
        };
        // A closure's body may be lowered again, with other values.
        parts.iter().for_each(|part| drop(self.operands.remove(&std::ptr::from_ref(*part))));
        done
    }

    /// An operand that may be looked at later just as well: memory that nothing can change before the
    /// expression is done.
    fn is_place(&self, e: &Expr) -> bool {
        let path = match &e.kind {
            ExprKind::Ref(_, inner) => inner,
            _ => e,
        };
        let named = matches!(path.kind, ExprKind::Var(_) | ExprKind::Path(_) | ExprKind::Lit(_));
        named && (self.facts.shape(e).scalar().is_none() || matches!(e.kind, ExprKind::Lit(_)))
    }

    /// Whether an operand has no jump in it, or has been evaluated.
    pub(super) fn is_ready(&self, e: &Expr) -> bool {
        self.operands.contains_key(&std::ptr::from_ref(e)) || !jumps::leaves(e)
    }

    /// Whether all operands of an expression are.
    pub(super) fn operands_are_ready(&self, e: &'a Expr) -> bool {
        operands(e).is_some_and(|parts| parts.iter().all(|part| self.is_ready(part)))
    }

    /// Keeps the value of an operand.
    pub(super) fn set_operand(&mut self, whole: &'a Expr, i: usize, val: Val) {
        if let Some(part) = operands(whole).and_then(|parts| parts.get(i).copied()) {
            self.operands.insert(std::ptr::from_ref(part), val);
        }
    }
}
