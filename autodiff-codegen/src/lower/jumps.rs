//! Where `return`, `break` and `continue` stand, and what they lead out of.

use crate::hir::{Block, Expr, ExprKind, Stmt, StmtKind};
use crate::parse::Key;
use proc_macro2::Ident;

/// What `break` and `continue` can name.
#[derive(Clone, Copy)]
enum Enclosing<'a> {
    Loop(Option<&'a Ident>),
    Block(&'a Ident),
}

impl Enclosing<'_> {
    fn is_target(&self, label: Option<&Ident>) -> bool {
        match (self, label) {
            (Enclosing::Loop(_), None) => true,
            (Enclosing::Loop(own), Some(label)) => own.is_some_and(|own| same(own, label)),
            (Enclosing::Block(own), Some(label)) => same(own, label),
            (Enclosing::Block(_), None) => false,
        }
    }
}

/// Whether two labels are one, hygiene and all.
pub fn same(a: &Ident, b: &Ident) -> bool {
    Key::of(a) == Key::of(b)
}

/// Visits the jumps in an expression that lead out of it.
pub fn leaving<'a>(e: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    leaving_expr(e, &mut Vec::new(), f);
}

/// Visits the jumps in a loop's body that lead out of it: those of the loop itself included.
pub fn leaving_block<'a>(b: &'a Block, f: &mut dyn FnMut(&'a Expr)) {
    super::walk::block_children(b, &mut |e| leaving_expr(e, &mut Vec::new(), f));
}

fn leaving_expr<'a>(e: &'a Expr, inside: &mut Vec<Enclosing<'a>>, f: &mut dyn FnMut(&'a Expr)) {
    if !e.escapes {
        return;
    }
    let mut within = |enclosing, parts: &mut dyn FnMut(&mut dyn FnMut(&'a Expr))| {
        inside.push(enclosing);
        parts(&mut |c| leaving_expr(c, inside, f));
        inside.pop();
    };
    match &e.kind {
        ExprKind::Loop { label, body } => {
            within(Enclosing::Loop(label.as_ref()), &mut |f| super::walk::block_children(body, f));
        }
        ExprKind::While { label, cond, body } => within(Enclosing::Loop(label.as_ref()), &mut |f| {
            f(cond);
            super::walk::block_children(body, f);
        }),
        ExprKind::For { label, iter, body, .. } => {
            within(Enclosing::Loop(label.as_ref()), &mut |f| super::walk::block_children(body, f));
            leaving_expr(iter, inside, f);
        }
        ExprKind::Labelled(label, body) => {
            within(Enclosing::Block(label), &mut |f| super::walk::block_children(body, f));
        }
        kind => {
            let leaves = match kind {
                ExprKind::Return(_) => true,
                ExprKind::Break(label, _) | ExprKind::Continue(label) => {
                    !inside.iter().any(|l| l.is_target(label.as_ref()))
                }
                _ => false,
            };
            if leaves {
                f(e);
            }
            super::walk::children(e, &mut |c| leaving_expr(c, inside, f));
        }
    }
}

/// Whether a `return`, `break` or `continue` in the expression leads out of it.
pub fn leaves(e: &Expr) -> bool {
    let mut found = false;
    leaving(e, &mut |_| found = true);
    found
}

/// Whether a jump in the statement leads out of it.
pub fn stmt_leaves(s: &Stmt) -> bool {
    match &s.kind {
        StmtKind::Let { init, .. } => init.as_ref().is_some_and(leaves),
        StmtKind::Expr(e) => leaves(e),
    }
}

/// Whether a jump leads out of a loop's body.
pub fn in_body(b: &Block) -> bool {
    let mut found = false;
    leaving_block(b, &mut |_| found = true);
    found
}

/// What the `break`s hand out that end a loop (or a labelled block), in the order of the source.
pub fn breaks<'a>(e: &'a Expr) -> Vec<Option<&'a Expr>> {
    let (own, body) = match &e.kind {
        ExprKind::Loop { label, body } => (Enclosing::Loop(label.as_ref()), body),
        ExprKind::Labelled(label, body) => (Enclosing::Block(label), body),
        _ => return Vec::new(),
    };
    let mut out = Vec::new();
    leaving_block(body, &mut |jump| {
        if let ExprKind::Break(label, value) = &jump.kind
            && own.is_target(label.as_ref())
        {
            out.push(value.as_deref());
        }
    });
    out
}
