//! Walks over the HIR.

use crate::hir::{Arm, Block, Expr, ExprKind, Pat, PatKind, StmtKind, Test, Var};

/// Visits the expressions right below this one: operands, and the expressions of its blocks' statements.
pub fn children<'a>(e: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    match &e.kind {
        ExprKind::Neg(a) | ExprKind::Not(a) | ExprKind::Deref(a) | ExprKind::Ref(_, a) => f(a),
        ExprKind::Try(a, _) => f(a),
        ExprKind::Repeat(a, _) | ExprKind::Cast(a, _) | ExprKind::Field(a, _) => f(a),
        ExprKind::Binary(_, a, b) | ExprKind::AssignOp(_, a, b) => [a, b].into_iter().for_each(|e| f(e)),
        ExprKind::Assign(a, b) | ExprKind::Index(a, b) | ExprKind::VecRepeat(a, b) => {
            [a, b].into_iter().for_each(|e| f(e))
        }
        ExprKind::Method { recv, args, .. } => {
            f(recv);
            args.iter().for_each(f);
        }
        ExprKind::Call { args, .. } | ExprKind::CallVar(_, args) => args.iter().for_each(f),
        ExprKind::CallClosure(_, args, _) => args.iter().for_each(f),
        ExprKind::CallNow(closure, args) => {
            f(closure);
            args.iter().for_each(f);
        }
        ExprKind::Closure(closure) => f(&closure.body),
        ExprKind::Struct { fields, rest, .. } => {
            fields.iter().for_each(|(_, e)| f(e));
            rest.iter().for_each(|e| f(e));
        }
        ExprKind::Array(es) | ExprKind::Tuple(es) | ExprKind::Vec(es) => es.iter().for_each(f),
        ExprKind::If(c, then, els) => {
            f(c);
            block_children(then, f);
            els.iter().for_each(|e| f(e));
        }
        ExprKind::Block(b) | ExprKind::Labelled(_, b) | ExprKind::Loop { body: b, .. } => {
            block_children(b, f)
        }
        ExprKind::For { iter, body, .. } => {
            f(iter);
            block_children(body, f);
        }
        ExprKind::While { cond, body, .. } => {
            f(cond);
            block_children(body, f);
        }
        ExprKind::Break(_, a) | ExprKind::Return(a) => a.iter().for_each(|e| f(e)),
        ExprKind::Range { lo, hi, .. } => lo.iter().chain(hi).for_each(|e| f(e)),
        ExprKind::Choose(choice) => {
            choice.scrutinee.iter().for_each(&mut *f);
            choice.arms.iter().filter(|_| choice.is_large()).for_each(|arm| tests(arm, f));
        }
        ExprKind::Taken(choice, _) if choice.is_large() => {}
        ExprKind::Taken(choice, k) => tests(&choice.arms[k.start], f),
        ExprKind::Lit(_)
        | ExprKind::Bind(..)
        | ExprKind::Var(_)
        | ExprKind::Path(_)
        | ExprKind::Continue(_)
        | ExprKind::Macro(_)
        | ExprKind::Unknown(_) => {}
    }
}

/// Visits the further conditions of an arm.
pub fn tests<'a>(arm: &'a Arm, f: &mut dyn FnMut(&'a Expr)) {
    for test in &arm.tests {
        match test {
            Test::Cond(e) | Test::Let(_, e) => f(e),
        }
    }
}

/// Whether an expression is part of what a `match` was taken apart into: its tokens don't stand for it.
pub fn is_part(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Choose(_) | ExprKind::Taken(..) | ExprKind::Bind(..) => true,
        ExprKind::If(c, ..) => matches!(c.kind, ExprKind::Taken(..)),
        ExprKind::Block(b) => {
            let first = b.stmts.first().map(|s| &s.kind);
            matches!(first, Some(StmtKind::Expr(Expr { kind: ExprKind::Bind(..), .. })))
        }
        _ => false,
    }
}

/// A binding or an expression.
pub enum Step<'a> {
    /// `let PATTERN = INIT;`
    Let(&'a Pat, Option<&'a Expr>),
    /// An expression, before those below it.
    Expr(&'a Expr),
}

/// Visits all bindings and expressions of a block and of all below it, in the order in which they are written.
pub fn each_step<'a>(b: &'a Block, f: &mut dyn FnMut(Step<'a>)) {
    for s in &b.stmts {
        match &s.kind {
            StmtKind::Let { pat, init, .. } => {
                init.iter().for_each(|e| steps_of(e, f));
                f(Step::Let(pat, init.as_ref()));
            }
            StmtKind::Expr(e) => steps_of(e, f),
        }
    }
    b.tail.iter().for_each(|e| steps_of(e, f));
}

fn steps_of<'a>(e: &'a Expr, f: &mut dyn FnMut(Step<'a>)) {
    f(Step::Expr(e));
    match &e.kind {
        ExprKind::Block(b) | ExprKind::Labelled(_, b) | ExprKind::Loop { body: b, .. } => each_step(b, f),
        ExprKind::While { cond: head, body, .. } | ExprKind::For { iter: head, body, .. } => {
            steps_of(head, f);
            each_step(body, f);
        }
        ExprKind::If(c, then, els) => {
            steps_of(c, f);
            each_step(then, f);
            els.iter().for_each(|e| steps_of(e, f));
        }
        _ => children(e, &mut |c| steps_of(c, f)),
    }
}

/// Visits the expressions of a block's statements, and its tail.
pub fn block_children<'a>(b: &'a Block, f: &mut dyn FnMut(&'a Expr)) {
    for s in &b.stmts {
        match &s.kind {
            StmtKind::Let { init, .. } => {
                init.iter().for_each(&mut *f);
            }
            StmtKind::Expr(e) => f(e),
        }
    }
    b.tail.iter().for_each(|e| f(e));
}

/// Visits an expression and all below it, from the outside in.
pub fn each<'a>(e: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    f(e);
    children(e, &mut |c| each(c, f));
}

/// Whether any expression in a block fulfils the condition.
pub fn block_any(b: &Block, f: &dyn Fn(&Expr) -> bool) -> bool {
    let mut found = false;
    block_children(b, &mut |e| found |= any(e, f));
    found
}

/// Whether an expression, or any below it, fulfils the condition.
pub fn any(e: &Expr, f: &dyn Fn(&Expr) -> bool) -> bool {
    let mut found = f(e);
    if !found {
        children(e, &mut |c| found = found || any(c, f));
    }
    found
}

/// The variable that a place expression is, or is part of.
pub fn root(e: &Expr) -> Option<Var> {
    match &e.kind {
        ExprKind::Var(v) => Some(*v),
        ExprKind::Index(b, _) | ExprKind::Field(b, _) | ExprKind::Deref(b) | ExprKind::Ref(_, b) => root(b),
        ExprKind::Method { recv, .. } => root(recv),
        _ => None,
    }
}

/// The targets of an assignment's left side: several, if it takes a tuple or array apart.
pub fn targets<'a>(lhs: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    match &lhs.kind {
        ExprKind::Tuple(es) | ExprKind::Array(es) | ExprKind::Call { args: es, .. } => {
            es.iter().for_each(|e| targets(e, f));
        }
        ExprKind::Struct { fields, .. } => fields.iter().for_each(|(_, e)| targets(e, f)),
        _ => f(lhs),
    }
}

/// The variables that are assigned to, as a whole or in part, anywhere in an expression.
pub fn assigned(e: &Expr, out: &mut Vec<Var>) {
    each(e, &mut |e| match &e.kind {
        ExprKind::Assign(lhs, _) | ExprKind::AssignOp(_, lhs, _) => {
            targets(lhs, &mut |t| out.extend(root(t)));
        }
        ExprKind::Call { path, args, .. } if super::callee::mem(path).is_some() => {
            out.extend(args.iter().filter(|a| matches!(a.kind, ExprKind::Ref(true, _))).filter_map(root));
        }
        ExprKind::CallClosure(_, _, assigned) => out.extend(assigned.iter()),
        // An iterator goes on.
        ExprKind::Method { recv, name, .. } if name == "next" => out.extend(root(recv)),
        // An `Option` is another one, if it is one.
        ExprKind::Method { recv, name, args, .. } if changes_option(name, args) => {
            if let ExprKind::Var(v) = recv.kind {
                out.push(v);
            }
        }
        _ => {}
    });
}

/// Whether a method changes the `Option` that it is called on.
fn changes_option(name: &proc_macro2::Ident, args: &[Expr]) -> bool {
    super::options::changes(&name.to_string(), args.len())
}

/// The variables that are assigned to, as a whole or in part, anywhere in a block.
pub fn block_assigned(b: &Block) -> Vec<Var> {
    let mut out = Vec::new();
    block_children(b, &mut |e| assigned(e, &mut out));
    out.sort();
    out.dedup();
    out
}

/// The variables that a pattern binds.
pub fn bound(p: &Pat, f: &mut dyn FnMut(Var)) {
    match &p.kind {
        PatKind::Var(v) | PatKind::RefVar(v) | PatKind::Rest(Some(v)) => f(*v),
        PatKind::At(v, p) => {
            f(*v);
            bound(p, f);
        }
        PatKind::Tuple(ps) | PatKind::Array(ps) | PatKind::Variant(_, ps) => {
            ps.iter().for_each(|p| bound(p, f));
        }
        PatKind::Struct(_, fields) => fields.iter().for_each(|(_, p)| bound(p, f)),
        // All of them bind the same variables.
        PatKind::Or(ps) => ps.first().into_iter().for_each(|p| bound(p, f)),
        PatKind::Ref(p) => bound(p, f),
        PatKind::Other(vs) => vs.iter().for_each(|v| f(*v)),
        PatKind::Wild | PatKind::Const(_) | PatKind::Range { .. } | PatKind::Rest(None) => {}
    }
}
