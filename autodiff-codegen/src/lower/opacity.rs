//! Which variables live in opaque code: what copied code declares, assigns to, or lends mutably.

use super::facts::Facts;
use super::shape::Shape;
use super::walk;
use crate::hir::{Block, Closure, Expr, ExprKind, StmtKind, Var};

impl<'a> Facts<'a> {
    pub(super) fn opacity_block(&mut self, b: &'a Block) {
        for s in &b.stmts {
            match &s.kind {
                StmtKind::Let { pat, init, .. } => {
                    if self.let_is_copied(s) {
                        walk::bound(pat, &mut |v| {
                            if !(self.is_asserted(v) || self.is_tainted(v)) {
                                self.set_opaque(v);
                            }
                        });
                        init.iter().for_each(|e| self.changed_by_copy(e));
                    }
                    init.iter().for_each(|e| self.opacity(e));
                }
                StmtKind::Expr(e) => self.opacity(e),
            }
        }
        b.tail.iter().for_each(|e| self.opacity(e));
    }

    /// What opaque code assigns to, or lends mutably, lives in opaque code.
    pub(super) fn opacity(&mut self, e: &'a Expr) {
        if self.is_copied(e) {
            return match self.set_behind(e) {
                Some(value) => self.opacity(value),
                None => self.changed_by_copy(e),
            };
        }
        match &e.kind {
            ExprKind::Block(b) | ExprKind::Labelled(_, b) | ExprKind::Loop { body: b, .. } => {
                self.opacity_block(b)
            }
            ExprKind::Choose(choice) => self.choice_opacity(choice),
            // In code that is not looked into, it was evaluated with the choice.
            ExprKind::Taken(choice, _) if !self.is_structural(choice) => {}
            ExprKind::If(c, then, els) => {
                self.opacity(c);
                self.opacity_block(then);
                els.iter().for_each(|e| self.opacity(e));
            }
            ExprKind::While { cond, body, .. } => {
                self.opacity(cond);
                self.opacity_block(body);
            }
            ExprKind::For { pat, iter, body, .. } if self.is_foreign(iter, body) => {
                self.foreign_opacity(pat, iter);
                self.opacity_block(body);
            }
            ExprKind::For { pat, iter, body, .. } => {
                let chain = super::chain::classify_into(self, iter);
                if chain.is_some_and(|chain| chain.is_opaque_in_part()) {
                    self.opaque_items(pat);
                }
                self.opacity(iter);
                self.opacity_block(body);
            }
            _ => {
                if let Some((closure, args)) = self.callee(e) {
                    self.passed_verbatim(closure, args);
                }
                if let ExprKind::Method { recv, args, .. } = &e.kind {
                    self.opaque_parameters(recv, args);
                }
                walk::children(e, &mut |c| self.opacity(c));
            }
        }
    }

    /// The passive number that is assigned to what a closure's parameter refers to: that is no variable of copied code, but
    /// the state of a `scan`, say, which copied code gets to read only.
    pub(super) fn set_behind<'e>(&self, e: &'e Expr) -> Option<&'e Expr> {
        let (ExprKind::Assign(lhs, value) | ExprKind::AssignOp(_, lhs, value)) = &e.kind else { return None };
        let ExprKind::Deref(of) = &lhs.kind else { return None };
        let ExprKind::Var(v) = of.kind else { return None };
        let mut own = false;
        self.f.params.iter().for_each(|p| walk::bound(&p.pat, &mut |p| own |= p == v));
        let number = matches!(self.var(v), Shape::Ref(true, s) if s.scalar().is_some());
        (number && !own && !self.is_opaque(v)).then_some(value)
    }

    /// Parameters of a closure that get something only rustc knows live in opaque code.
    fn passed_verbatim(&mut self, closure: &Closure, args: &[Expr]) {
        for ((pat, _), a) in closure.params.iter().zip(args) {
            if self.is_passed_verbatim(a) {
                walk::bound(pat, &mut |v| {
                    if !(self.is_asserted(v) || self.is_tainted(v)) {
                        self.set_opaque(v);
                    }
                });
            }
        }
    }

    pub(super) fn changed_by_copy(&mut self, e: &Expr) {
        let mut vars = Vec::new();
        walk::assigned(e, &mut vars);
        walk::each(e, &mut |e| self.lent(e, &mut vars));
        // Where the closures of a chain are looked into all the same, their parameters are not what is copied.
        let mut inner = Vec::new();
        walk::each(e, &mut |e| {
            if let ExprKind::Closure(closure) = &e.kind {
                closure.params.iter().for_each(|(pat, _)| walk::bound(pat, &mut |v| inner.push(v)));
            }
        });
        vars.retain(|v| !self.is_tainted(*v) && !inner.contains(v));
        vars.into_iter().for_each(|v| self.set_opaque(v));
    }

    /// Whether an expression is a comparison by method: `a.partial_cmp(&b)`.
    fn is_comparison(&self, e: &Expr) -> bool {
        let ExprKind::Method { recv, name, args, .. } = &e.kind else { return false };
        super::method::classify(self, recv, &name.to_string(), args) == super::method::Method::Compare
    }

    /// Whether an expression has of an array, a slice or a `Vec` no more than what `iter` lends: `v.iter().position(f)`.
    fn only_looks_at_elements(&self, e: &Expr) -> bool {
        let ExprKind::Method { recv, .. } = &e.kind else { return false };
        self.lends_elements(e) || self.only_looks_at_elements(recv)
    }

    /// Whether it is the `iter` of an array, a slice or a `Vec`, which each companion has rustc check.
    pub(super) fn lends_elements(&self, e: &Expr) -> bool {
        let ExprKind::Method { recv, name, args, .. } = &e.kind else { return false };
        name == "iter" && args.is_empty() && matches!(self.shape(recv).strip(), Shape::Place(_))
    }

    /// The variables that an expression in opaque code may change without an assignment.
    pub(super) fn lent(&self, e: &Expr, out: &mut Vec<Var>) {
        match &e.kind {
            ExprKind::Ref(true, place) => out.extend(walk::root(place)),
            // How two values compare is no part of either.
            ExprKind::Method { recv, .. } if self.is_comparison(recv) => {}
            // Neither is what is found among elements that are only looked at.
            ExprKind::Method { recv, .. } if self.only_looks_at_elements(recv) => {}
            ExprKind::Method { recv, name, args, .. }
                if !self.method_is_known(recv, &name.to_string(), args)
                    || self.method_writes(recv, &name.to_string(), args) =>
            {
                out.extend(walk::root(recv).filter(|v| self.f.vars[v.0 as usize].mutable));
                out.extend(walk::root(recv).filter(|v| matches!(self.var(*v), Shape::Ref(true, _))));
            }
            _ => {}
        }
        if let ExprKind::Call { args, .. }
        | ExprKind::CallVar(_, args)
        | ExprKind::CallClosure(_, args, _)
        | ExprKind::CallNow(_, args)
        | ExprKind::Method { args, .. } = &e.kind
        {
            out.extend(args.iter().filter(|a| self.lends_mutably(a)).filter_map(walk::root));
        }
    }
}
