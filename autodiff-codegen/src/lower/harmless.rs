//! Which functions can be called once more, or once less, without anybody noticing.

use super::callee::{Named, named};
use super::facts::Facts;
use super::shape::Shape;
use super::walk;
use crate::hir::{Expr, ExprKind, Var};

impl Facts<'_> {
    /// Whether leaving out a call of a function, or one call too many, can't be noticed.
    pub(super) fn is_harmless(&self, f: &Expr) -> bool {
        match &f.kind {
            ExprKind::Path(path) => (1..4).any(|n| matches!(named(self.f, path, n), Named::Float(..))),
            _ => self.closure(f).is_some_and(|closure| self.is_total(&closure.body, &[])),
        }
    }

    /// The same of the function of a `scan`, which may change the state that is lent to it: nobody else sees that.
    pub(super) fn is_harmless_scan(&self, f: &Expr) -> bool {
        let Some(closure) = self.closure(f) else { return false };
        let mut state = Vec::new();
        closure.params.first().into_iter().for_each(|(p, _)| walk::bound(p, &mut |v| state.push(v)));
        self.is_total(&closure.body, &state)
    }

    /// Whether evaluating an expression has no effect but on these variables, and can't panic.
    fn is_total(&self, e: &Expr, own: &[Var]) -> bool {
        let float = |e: &Expr| matches!(self.shape(e).strip(), Shape::Float(_) | Shape::Bool);
        let changeable = |e: &Expr| walk::root(e).is_some_and(|v| own.contains(&v));
        let total = match &e.kind {
            ExprKind::Lit(_) | ExprKind::Var(_) | ExprKind::Path(_) | ExprKind::Cast(..) => true,
            ExprKind::Deref(_) | ExprKind::Ref(false, _) | ExprKind::Field(..) | ExprKind::Tuple(_) => true,
            ExprKind::Neg(a) | ExprKind::Not(a) => float(a),
            ExprKind::Binary(op, a, _) => {
                use crate::hir::BinOp::{And, Eq, Ge, Gt, Le, Lt, Ne, Or};
                float(a) || matches!(op, And | Or | Eq | Ne | Lt | Le | Gt | Ge)
            }
            ExprKind::Method { recv, name, args, .. } => {
                let name = name.to_string();
                float(recv) && name != "clamp" && self.method_is_known(recv, &name, args)
            }
            ExprKind::Assign(lhs, _) => float(lhs) && changeable(lhs),
            ExprKind::AssignOp(_, lhs, _) => float(lhs) && changeable(lhs),
            ExprKind::Call { .. } if super::options::call_of(e, &["Some"]).is_some() => true,
            ExprKind::Call { .. } => matches!(self.named(e), Some(Named::Float(_, name)) if name != "clamp"),
            ExprKind::If(_, _, Some(_)) | ExprKind::Block(_) => true,
            _ => false,
        };
        let mut all = total;
        walk::children(e, &mut |c| all = all && self.is_total(c, own));
        all
    }
}
