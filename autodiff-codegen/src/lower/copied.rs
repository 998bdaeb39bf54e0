//! Which passive code is copied verbatim, because the compiler doesn't understand it.

use super::callee::Named;
use super::facts::{Facts, element};
use super::method::{self, Method};
use super::shape::Shape;
use super::{iter, jumps, walk};
use crate::hir::{BinOp, Block, Expr, ExprKind, Pat, PatKind, Stmt, StmtKind, Var};

impl Facts<'_> {
    /// Whether an expression is passive and copied verbatim.
    ///
    /// What writes to something active is never copied, even if its own value is passive; what leaves an
    /// enclosing loop or the function has to be lowered as well.
    pub fn is_copied(&self, e: &Expr) -> bool {
        !walk::is_part(e)
            && !self.tainted(e)
            && !self.is_structured(e)
            && !self.writes_tainted(e)
            && !jumps::leaves(e)
    }

    /// Whether something that may be active is assigned to, or lent mutably, anywhere in the expression, or takes an
    /// active value.
    pub fn writes_tainted(&self, e: &Expr) -> bool {
        let mut vars = Vec::new();
        walk::assigned(e, &mut vars);
        walk::each(e, &mut |e| self.lent(e, &mut vars));
        vars.into_iter().any(|v| self.is_tainted(v)) || walk::any(e, &|e| self.is_lost(e))
    }

    /// Whether an active value is assigned to what no variable stands for, such as the memory of a `static`: whoever
    /// reads it there would get it without its derivative.
    fn is_lost(&self, e: &Expr) -> bool {
        let (ExprKind::Assign(lhs, rhs) | ExprKind::AssignOp(_, lhs, rhs)) = &e.kind else { return false };
        let mut kept = true;
        walk::targets(lhs, &mut |t| {
            let nowhere = match &t.kind {
                ExprKind::Path(p) => p.is_ident("_"),
                kind => matches!(kind, ExprKind::Unknown("`_`")),
            };
            kept &= nowhere || walk::root(t).is_some();
        });
        !kept && self.tainted(rhs)
    }

    /// The `static` that copied code may note an active value down in, if it does so where it isn't looked into. A value
    /// whose derivative ends by the user's word may go anywhere.
    pub fn noted_down(&self, e: &Expr) -> Option<String> {
        let given = |e: &Expr| match &e.kind {
            ExprKind::Closure(_) | ExprKind::Unknown(_) => self.reads_tainted(e),
            _ => self.tainted(e),
        };
        let mut place = None;
        walk::each(e, &mut |e| {
            // A closure that is called there with an active value, and keeps it in a variable.
            if let ExprKind::Macro(_) | ExprKind::Unknown(_) = &e.kind
                && self.reads_tainted(e)
                && place.is_none()
            {
                let keeps = |(_, v): &&(_, Var)| {
                    let takes = self.closures.get(v).is_some_and(|closure| !closure.params.is_empty());
                    takes && self.f.vars[v.0 as usize].mutable
                };
                place = e.reads.iter().find(keeps).map(|(ident, _)| ident.to_string());
            }
            let active = match &e.kind {
                ExprKind::Macro(_) | ExprKind::Unknown(_) => self.reads_tainted(e),
                ExprKind::Method { recv, name, args, .. } => {
                    let name = name.to_string();
                    if place.is_none() && crate::notes::may_keep(&name) && args.iter().any(given) {
                        place = Some(recv.tokens.to_string());
                    }
                    given(recv) || args.iter().any(given)
                }
                ExprKind::Call { args, .. } => args.iter().any(given),
                _ => false,
            };
            if active && place.is_none() {
                place = crate::notes::place(&e.tokens);
            }
        });
        place
    }

    /// Whether a `let` is copied verbatim, so that opaque code declares its variables.
    pub fn let_is_copied(&self, s: &Stmt) -> bool {
        let StmtKind::Let { pat, init, ty, .. } = &s.kind else { return false };
        let (shape, tainted) = self.let_fact(s);
        let Some(init) = init else { return false };
        if let PatKind::Var(v) = &pat.kind
            && self.default_place(init, ty.as_ref()).is_some()
        {
            return self.is_opaque(*v);
        }
        if super::data::is_new_vec(init) && self.is_grown(pat) {
            return false;
        }
        if matches!(&pat.kind, PatKind::Var(v) if self.holds_option(*v)) {
            return false;
        }
        if let (PatKind::Tuple(ps), ExprKind::Tuple(es)) = (&pat.kind, &init.kind)
            && ps.iter().zip(es).any(|(p, e)| super::data::is_new_vec(e) && self.is_grown(p))
        {
            return false;
        }
        if tainted || jumps::leaves(init) || self.writes_tainted(init) {
            return false;
        }
        if matches!(&pat.kind, PatKind::Var(v) if self.is_given(*v)) {
            return false;
        }
        // What is found without a derivative is an `Option` to whatever reads the variable.
        if self.picks_from_chain(init).is_some() {
            return true;
        }
        if !is_simple(pat) {
            return true;
        }
        if let PatKind::Var(v) = &pat.kind
            && (shape.scalar().is_some() || self.var(*v).scalar().is_some())
        {
            return self.is_opaque(*v);
        }
        // What an alias out of sight says of the numbers in a variable is only said by this `let`.
        let named = matches!(ty, Some(crate::hir::Type::Other(name)) if name.to_string() != "_");
        if named && matches!(init.kind, ExprKind::Var(_)) {
            return true;
        }
        let mut opaque = false;
        walk::bound(pat, &mut |v| opaque |= self.is_opaque(v));
        opaque || !shape.is_known() || !self.shape(init).is_known() || !self.is_structured(init)
    }

    /// Whether a pattern is a variable for a `Vec` of known elements, all changes of which are understood.
    pub fn is_grown(&self, pat: &Pat) -> bool {
        let PatKind::Var(v) = &pat.kind else { return false };
        !self.is_opaque(*v) && matches!(self.var(*v), Shape::Place(crate::ir::PlaceTy::Vec(_)))
    }

    /// Whether the compiler lowers the expression itself (its operands may still be copied).
    pub fn is_structured(&self, e: &Expr) -> bool {
        let scalar = |e: &Expr| self.shape(e).strip().scalar().is_some();
        match &e.kind {
            ExprKind::Lit(_) => self.shape(e).is_known(),
            // Constants of linear algebra are copied code's, as those of users' structs are.
            ExprKind::Var(_) | ExprKind::Path(_) | ExprKind::Index(..) | ExprKind::Field(..)
                if !self.tainted(e) && self.holds_linear(&self.shape(e)) =>
            {
                false
            }
            ExprKind::Path(_) if Self::user_type(&self.shape(e)).is_some() => false,
            ExprKind::Var(v) => !self.is_opaque(*v) && self.shape(e).is_known(),
            ExprKind::Path(_) => true,
            ExprKind::Neg(a) | ExprKind::Not(a) => scalar(a) && self.is_reachable(a),
            ExprKind::Cast(a, _) => (scalar(a) || is_path(a)) && self.shape(e).scalar().is_some(),
            ExprKind::Ref(false, a) if matches!(self.shape(a), Shape::Float(_)) => true,
            ExprKind::Deref(a) | ExprKind::Ref(false, a) => self.shape(a).is_known() && self.is_structured(a),
            ExprKind::Ref(true, a) => matches!(self.shape(a), Shape::Place(_)) && self.is_structured(a),
            ExprKind::Binary(op, a, b) => self.binary_is_structured(*op, e, a, b),
            ExprKind::Assign(lhs, rhs) => {
                let mut all = true;
                walk::targets(lhs, &mut |t| all &= self.target_is_structured(t));
                let parts = matches!(lhs.kind, ExprKind::Tuple(_) | ExprKind::Array(_));
                all && (scalar(lhs) || self.is_structured(rhs)) && (!parts || self.shape(rhs).is_known())
            }
            ExprKind::AssignOp(_, lhs, rhs) => {
                self.target_is_structured(lhs) && scalar(lhs) && (scalar(rhs) || is_path(rhs))
            }
            ExprKind::Index(base, i) => {
                let range = matches!(i.kind, ExprKind::Range { .. });
                let index = matches!(self.shape(i), Shape::Int(_) | Shape::Unknown);
                element(&self.shape(base)).is_known() && self.is_structured(base) && (range || index)
            }
            // The numbers in a passive field of an active struct are read by copied code, which ends the flow.
            ExprKind::Field(base, _) if self.tainted(base) && self.shape(e).may_carry() => false,
            ExprKind::Field(base, _) => self.shape(e).is_known() && self.is_structured(base),
            ExprKind::Method { .. } if self.opens_option(e) => true,
            ExprKind::Method { recv, name, args, .. } => {
                match method::classify(self, recv, &name.to_string(), args) {
                    Method::Compare | Method::User | Method::Other => false,
                    Method::Rule(_) | Method::SinCos => true,
                    Method::Int(_) => args.iter().all(scalar),
                    Method::Data(data) if data.writes() => {
                        let part = |a: &Expr| {
                            let from = super::data::elements_of(self, a).unwrap_or(a);
                            scalar(a) || self.is_structured(from)
                        };
                        self.is_structured(recv) && args.iter().all(part)
                    }
                    Method::Data(super::data::Data::Concat | super::data::Data::Repeat)
                    | Method::IntoArray => false,
                    Method::Picked => super::data::picked(self, recv)
                        .is_some_and(|p| !p.mutable && self.is_structured(p.place)),
                    _ => self.is_structured(recv),
                }
            }
            ExprKind::Call { .. } if self.default_place(e, None).is_some() => true,
            ExprKind::Call { args, .. } => match self.named(e) {
                Some(Named::Float(..)) => true,
                Some(Named::From(_)) => {
                    let number = |e: &Expr| matches!(self.shape(e), Shape::Float(_) | Shape::Int(_));
                    args.iter().all(number)
                }
                _ => false,
            },
            // A call of a copied closure is copied too.
            ExprKind::CallClosure(v, ..) => !self.is_opaque(*v),
            ExprKind::CallNow(f, _) => self.tainted(f) || self.writes_tainted(f),
            ExprKind::Array(_) | ExprKind::Repeat(..) => self.array_is_structured(e),
            ExprKind::Vec(_) | ExprKind::VecRepeat(..) => self.array_is_structured(e),
            ExprKind::Tuple(es) => es.iter().all(|e| scalar(e) || self.is_structured(e)),
            _ => self.control_is_structured(e),
        }
    }

    fn control_is_structured(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::If(_, then, els) => {
                self.value_is_structured(e)
                    && self.block_is_structured(then, els.is_none())
                    && els.as_ref().is_none_or(|e| self.is_structured(e) || self.shape(e).scalar().is_some())
            }
            ExprKind::Block(b) => self.value_is_structured(e) && self.block_is_structured(b, false),
            ExprKind::For { label, iter, body, .. } => {
                label.is_none()
                    && !jumps::in_body(body)
                    && iter::classify(self, iter).is_some_and(|s| self.source_is_reachable(&s))
                    && self.block_is_structured(body, true)
            }
            ExprKind::While { label, body, .. } => {
                label.is_none() && !jumps::in_body(body) && self.block_is_structured(body, true)
            }
            ExprKind::Return(_) | ExprKind::Bind(..) | ExprKind::Taken(..) => true,
            ExprKind::Choose(choice) => self.is_structural(choice),
            _ => false,
        }
    }

    fn value_is_structured(&self, e: &Expr) -> bool {
        let shape = self.shape(e);
        shape.is_known() || shape == Shape::Never
    }

    /// Whether all that must be understood in a block is; `unit` if its value can only be `()`.
    fn block_is_structured(&self, b: &Block, unit: bool) -> bool {
        let passes = |e: &Expr| {
            let whole = |e: &Expr| match &e.kind {
                ExprKind::Break(..) | ExprKind::Continue(_) => true,
                ExprKind::Choose(choice) => !self.is_structural(choice),
                _ => false,
            };
            !whole(e) && (self.is_structured(e) || !e.escapes)
        };
        b.stmts.iter().all(|s| match &s.kind {
            StmtKind::Let { init, .. } => init.as_ref().is_none_or(passes),
            StmtKind::Expr(e) => passes(e),
        }) && b.tail.as_ref().is_none_or(|e| {
            let shape = self.shape(e);
            unit && passes(e)
                || self.is_structured(e)
                || shape.scalar().is_some()
                || matches!(shape, Shape::Unit | Shape::Never)
        })
    }

    /// Whether an array or slice is a place of the program's, and not something of copied code's.
    pub(super) fn is_at_hand(&self, place: &Expr) -> bool {
        self.tainted(place) || self.is_structured(place)
    }

    /// Whether what a loop runs over is at hand: integers are, elements of something copied aren't.
    pub(super) fn source_is_reachable(&self, s: &iter::Source) -> bool {
        match s {
            iter::Source::Range { .. } => true,
            iter::Source::Elements { place, .. } => self.is_at_hand(place),
        }
    }

    fn binary_is_structured(&self, op: BinOp, e: &Expr, a: &Expr, b: &Expr) -> bool {
        let (sa, sb) = (self.shape(a), self.shape(b));
        match op {
            BinOp::And | BinOp::Or => true,
            BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => {
                match (sa.strip(), sb.strip()) {
                    (Shape::Float(_), Shape::Float(_)) => true,
                    (Shape::Int(_), Shape::Int(_)) | (Shape::Bool, Shape::Bool) => true,
                    (Shape::Float(_) | Shape::Int(_), Shape::Unknown) => is_path(b),
                    (Shape::Unknown, Shape::Float(_) | Shape::Int(_)) => is_path(a),
                    _ => false,
                }
            }
            _ => self.shape(e).is_known(),
        }
    }

    /// Whether an operand whose type is known is also at hand, if it has to be (always, for scalars).
    fn is_reachable(&self, e: &Expr) -> bool {
        self.shape(e).scalar().is_some() || self.is_structured(e)
    }

    fn target_is_structured(&self, t: &Expr) -> bool {
        match &t.kind {
            ExprKind::Var(v) => !self.is_opaque(*v),
            ExprKind::Index(base, i) => !matches!(i.kind, ExprKind::Range { .. }) && self.is_structured(base),
            ExprKind::Deref(base) => self.is_structured(base),
            ExprKind::Field(..) => false,
            ExprKind::Path(p) => p.is_ident("_"),
            ExprKind::Unknown(what) => *what == "`_`",
            _ => false,
        }
    }

    fn array_is_structured(&self, e: &Expr) -> bool {
        let part = |e: &Expr| self.shape(e).scalar().is_some() || self.is_structured(e);
        self.shape(e).is_known()
            && match &e.kind {
                ExprKind::Array(es) | ExprKind::Vec(es) => es.iter().all(part),
                ExprKind::Repeat(a, _) => part(a),
                ExprKind::VecRepeat(a, n) => part(a) && !self.shape(n).is_reference(),
                _ => false,
            }
    }
}

/// A path that is not a variable: a constant, as far as one can tell.
pub fn is_path(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Path(_))
}

/// Whether a pattern only takes tuples, arrays and references apart.
pub fn is_simple(p: &Pat) -> bool {
    match &p.kind {
        PatKind::Wild | PatKind::Var(_) | PatKind::RefVar(_) | PatKind::Rest(_) => true,
        PatKind::Tuple(ps) | PatKind::Array(ps) => ps.iter().all(is_simple),
        PatKind::Ref(p) | PatKind::At(_, p) => is_simple(p),
        PatKind::Const(_) | PatKind::Range { .. } | PatKind::Or(_) => false,
        PatKind::Variant(..) | PatKind::Struct(..) | PatKind::Other(_) => false,
    }
}
