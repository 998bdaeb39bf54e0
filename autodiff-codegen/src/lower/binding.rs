//! The shapes of a pattern's variables, and which of them may be active.

use super::facts::Facts;
use super::shape::Shape;
use crate::hir::{Choice, Expr, ExprKind, Pat, PatKind, Test};
use crate::ir::{Len, PlaceTy};

impl Facts<'_> {
    /// Binds a pattern to something of this shape.
    pub(super) fn bind(&mut self, p: &Pat, shape: &Shape, tainted: bool) {
        match (&p.kind, shape) {
            (PatKind::Var(v) | PatKind::RefVar(v) | PatKind::At(v, _), s) => {
                let s = match (&p.kind, s) {
                    (PatKind::RefVar(_), Shape::Ref(..)) => Shape::Unknown,
                    (PatKind::RefVar(_), s) if s.is_known() => Shape::Ref(false, Box::new(s.clone())),
                    (_, s) => s.clone(),
                };
                let old = &mut self.shape[v.0 as usize];
                // What is in an `Option` is known from whatever is put into it.
                let s = match (&*old, s) {
                    (Shape::Option(_), s @ Shape::Option(_)) => old.clone().join(s),
                    (_, s) => s,
                };
                // A variable that is initialised later keeps the shape of its first value.
                if *old != s && s != Shape::Unknown {
                    *old = s;
                    self.changed = true;
                }
                if tainted {
                    self.taint(*v);
                }
                if let PatKind::At(_, p) = &p.kind {
                    self.bind(p, shape, tainted);
                }
            }
            (PatKind::Tuple(ps), s) => {
                let (parts, by_ref) = match s {
                    Shape::Tuple(ts) => (ts.clone(), None),
                    Shape::Ref(m, t) => match &**t {
                        Shape::Tuple(ts) => (ts.clone(), Some(*m)),
                        _ => (Vec::new(), None),
                    },
                    _ => (Vec::new(), None),
                };
                for (i, p) in spread(ps, parts.len()) {
                    let part = parts.get(i).cloned().unwrap_or(Shape::Unknown);
                    self.bind(p, &referenced(part, by_ref), tainted);
                }
            }
            (PatKind::Array(ps), s) => {
                let by_ref = if let Shape::Ref(m, _) = s { Some(*m) } else { None };
                let part = super::facts::element(s);
                for p in ps {
                    let part = match &p.kind {
                        PatKind::Rest(_) => rest(s.strip(), ps.len() - 1),
                        _ => part.clone(),
                    };
                    self.bind(p, &referenced(part, by_ref), tainted);
                }
            }
            (PatKind::Rest(Some(v)), s) => {
                let pat = Pat { kind: PatKind::Var(*v), ..p.clone() };
                self.bind(&pat, s, tainted);
            }
            (PatKind::Ref(p), Shape::Ref(_, t)) => self.bind(p, t, tainted),
            (PatKind::Ref(p), s @ Shape::Float(_)) => self.bind(p, s, tainted),
            (PatKind::Ref(p), _) => self.bind(p, &Shape::Unknown, tainted),
            (PatKind::Or(ps), s) => ps.iter().for_each(|p| self.bind(p, s, tainted)),
            // An error may carry what it was made of.
            (PatKind::Variant(path, ps), _) if super::options::variant(path) == Some("Err") => {
                ps.iter().for_each(|p| self.bind(p, &Shape::Unknown, tainted));
            }
            (PatKind::Variant(_, ps), Shape::Option(t)) => ps.iter().for_each(|p| self.bind(p, t, tainted)),
            (PatKind::Variant(_, ps), Shape::Ref(m, inner)) if matches!(inner.strip(), Shape::Option(_)) => {
                let Shape::Option(t) = inner.strip() else { return };
                let part = if t.is_reference() { (**t).clone() } else { referenced((**t).clone(), Some(*m)) };
                ps.iter().for_each(|p| self.bind(p, &part, tainted));
            }
            (PatKind::Variant(_, ps), s) if Facts::user_type(s).is_some() => {
                let by_ref = if let Shape::Ref(m, _) = s { Some(*m) } else { None };
                let Some(of) = Facts::user_type(s).cloned() else { return };
                for (i, p) in ps.iter().enumerate() {
                    let (part, active) = self.member(&of, &syn::Member::Unnamed(syn::Index::from(i)));
                    self.bind(p, &referenced(part, by_ref), tainted && active);
                }
            }
            (PatKind::Variant(_, ps), _) => ps.iter().for_each(|p| self.bind(p, &Shape::Unknown, tainted)),
            (PatKind::Struct(_, fields), s) => {
                let by_ref = if let Shape::Ref(m, _) = s { Some(*m) } else { None };
                for (member, p) in fields {
                    let (part, active) = match Facts::user_type(s).cloned() {
                        Some(of) => self.member(&of, member),
                        None => (Shape::Unknown, true),
                    };
                    self.bind(p, &referenced(part, by_ref), tainted && active);
                }
            }
            (PatKind::Other(vs), _) => vs.iter().filter(|_| tainted).for_each(|v| self.taint(*v)),
            (PatKind::Wild | PatKind::Const(_) | PatKind::Range { .. } | PatKind::Rest(None), _) => {}
        }
    }

    /// Binds the variables of an arm.
    pub(super) fn bind_arm(&mut self, choice: &Choice, k: usize) {
        let arm = &choice.arms[k];
        match (&arm.pat, &choice.scrutinee) {
            (Some(pat), Some(e)) if choice.ty.is_some() => {
                let (shape, tainted) = self.matched(choice, e);
                self.bind(pat, &shape, tainted);
            }
            (Some(pat), Some(e)) => self.bind_to(pat, e),
            _ => {}
        }
        for test in &arm.tests {
            if let Test::Let(pat, e) = test {
                self.bind_to(pat, e);
            }
        }
    }

    /// Binds a pattern to what an expression gives. A tuple that is written out has parts of their own.
    fn bind_to(&mut self, pat: &Pat, e: &Expr) {
        match (&pat.kind, &e.kind) {
            (PatKind::Tuple(ps), ExprKind::Tuple(es)) => {
                for (i, p) in spread(ps, es.len()) {
                    es.get(i).into_iter().for_each(|e| self.bind_to(p, e));
                }
            }
            (PatKind::Or(ps), _) => ps.iter().for_each(|p| self.bind_to(p, e)),
            (PatKind::Variant(..), ExprKind::Method { .. }) if self.parted(e).is_some() => {
                if let Some(part) = self.parted(e) {
                    self.bind_part(pat, &part);
                }
            }
            _ => {
                let (shape, tainted) = self.fact(e);
                let pats = &mut std::iter::once(pat);
                let shape = match self.is_matched_as_option(e, pats) && shape == Shape::Unknown {
                    true => Shape::Option(Box::new(self.payload(e))),
                    false => shape,
                };
                self.bind(pat, &shape, tainted);
            }
        }
    }

    /// The shape of what is matched, and whether it may be active.
    pub(super) fn matched(&self, choice: &Choice, scrutinee: &Expr) -> (Shape, bool) {
        let (mut found, tainted) = self.fact(scrutinee);
        let pats = &mut choice.arms.iter().filter_map(|arm| arm.pat.as_ref());
        if found == Shape::Unknown && self.is_matched_as_option(scrutinee, pats) {
            found = Shape::Option(Box::new(self.payload(scrutinee)));
        }
        let shape = match choice.ty.as_ref().map(|(ty, _)| Shape::of(ty)) {
            None | Some(Shape::Ref(..)) => found,
            Some(declared) => declared,
        };
        let carries = tainted && shape.may_carry();
        (shape, carries)
    }
}

/// The parts of a pattern, each with the index of what it is matched with, of so many.
pub(super) fn spread(ps: &[Pat], n: usize) -> impl Iterator<Item = (usize, &Pat)> {
    let rest = ps.iter().position(|p| matches!(p.kind, PatKind::Rest(_)));
    let skipped = n.saturating_sub(ps.len().saturating_sub(1));
    ps.iter().enumerate().filter(move |(i, _)| Some(*i) != rest).map(move |(i, p)| match rest {
        Some(rest) if i > rest => (i - 1 + skipped, p),
        _ => (i, p),
    })
}

/// What `..` stands for where so many elements are matched one by one.
fn rest(whole: &Shape, others: usize) -> Shape {
    match whole {
        Shape::Place(PlaceTy::Array(t, Len::Known(n))) => {
            Shape::Place(PlaceTy::Array(t.clone(), Len::Known(n.saturating_sub(others))))
        }
        Shape::Place(PlaceTy::Slice(t)) => Shape::Place(PlaceTy::Slice(t.clone())),
        _ => Shape::Unknown,
    }
}

/// `&T`, if the whole was matched by reference.
fn referenced(s: Shape, by_ref: Option<bool>) -> Shape {
    match by_ref {
        Some(mutable) => Shape::Ref(mutable, Box::new(s)),
        None => s,
    }
}
