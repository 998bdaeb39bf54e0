//! Closures that `lower` may look into: early returns in them become branches, so that a body is an expression.

use super::scopes::Parser;
use crate::hir::{Closure, Var};
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Expr, ExprIf, Stmt};

impl Parser<'_> {
    /// A closure, unless something in it leaves it early in a way that no branch can stand for.
    pub fn closure(&mut self, closure: &syn::ExprClosure) -> Option<Closure> {
        let plain = closure.asyncness.is_none() && closure.constness.is_none() && closure.attrs.is_empty();
        if !plain || closure.movability.is_some() || closure.lifetimes.is_some() {
            return None;
        }
        let body = without_returns(&closure.body)?;
        let mark = self.mark();
        let first = self.vars.len() as u32;
        self.closure_depth += 1;
        let parsed = self.scoped(|parser| {
            let params = closure.inputs.iter().map(|input| {
                let ty = if let syn::Pat::Type(typed) = input { Some(&*typed.ty) } else { None };
                let ty = ty.filter(|ty| !matches!(ty, syn::Type::Infer(_)));
                (parser.pattern(input, None), ty.map(|ty| parser.types.classify(ty)))
            });
            let params = params.collect();
            let ret = match &closure.output {
                syn::ReturnType::Type(_, ty) => Some(parser.types.classify(ty)),
                syn::ReturnType::Default => None,
            };
            (params, ret, parser.boxed(&body))
        });
        self.closure_depth -= 1;
        let leaves = self.escapes_since(mark);
        self.close_function(mark);
        let (params, ret, body) = parsed;
        let inner = first..self.vars.len() as u32;
        (!leaves).then_some(Closure { params, ret, body, moves: closure.capture.is_some(), inner })
    }
}

impl Closure {
    /// The variables from outside that it assigns to.
    pub fn assigned(&self) -> Vec<Var> {
        let mut vars = Vec::new();
        crate::lower::assigned(&self.body, &mut vars);
        vars.sort();
        vars.dedup();
        vars.retain(|v| !self.inner.contains(&v.0));
        vars
    }
}

/// The same value without `return`.
fn without_returns(body: &Expr) -> Option<Expr> {
    if !returns(body) {
        return Some(body.clone());
    }
    let stmts = value_of(body)?;
    syn::parse2(quote!({ #(#stmts)* })).ok()
}

/// The statements that make up an expression's value, without `return`.
fn value_of(e: &Expr) -> Option<Vec<Stmt>> {
    match e {
        e if !returns(e) => Some(vec![Stmt::Expr(e.clone(), None)]),
        Expr::Paren(e) => value_of(&e.expr),
        Expr::Block(e) if e.label.is_none() && e.attrs.is_empty() => value_block(&e.block.stmts),
        Expr::Return(e) => match &e.expr {
            Some(value) => value_of(value),
            None => Some(Vec::new()),
        },
        Expr::If(e) if !returns(&e.cond) => branch(e, &[], true),
        Expr::Match(e) if !returns(&e.expr) => {
            let mut e = e.clone();
            for arm in &mut e.arms {
                if arm.guard.as_ref().is_some_and(|(_, guard)| returns(guard)) {
                    return None;
                }
                let stmts = value_of(&arm.body)?;
                *arm.body = syn::parse2(quote!({ #(#stmts)* })).ok()?;
                arm.comma = Some(Default::default());
            }
            Some(vec![Stmt::Expr(Expr::Match(e), None)])
        }
        _ => None,
    }
}

/// The same for the statements of a block.
fn value_block(stmts: &[Stmt]) -> Option<Vec<Stmt>> {
    let Some(at) = stmts.iter().position(stmt_returns) else { return Some(stmts.to_vec()) };
    let mut out = stmts[..at].to_vec();
    let rest = &stmts[at + 1..];
    out.extend(match &stmts[at] {
        Stmt::Expr(e @ Expr::Return(_), _) => value_of(e)?,
        Stmt::Expr(Expr::If(e), semi) if !returns(&e.cond) => {
            branch(e, rest, rest.is_empty() && semi.is_none())?
        }
        Stmt::Expr(e, None) if rest.is_empty() => value_of(e)?,
        _ => return None,
    });
    Some(out)
}

/// `if c { …; return a } rest` is `if c { …; a } else { rest }`. Never are the statements after it doubled.
fn branch(e: &ExprIf, rest: &[Stmt], is_value: bool) -> Option<Vec<Stmt>> {
    let els = match &e.else_branch {
        Some((_, els)) => value_statements(els),
        None => Vec::new(),
    };
    let cond = &e.cond;
    let (then, els) = if is_value && e.else_branch.is_some() {
        (value_block(&e.then_branch.stmts)?, value_block(&els)?)
    } else if leaves(&e.then_branch.stmts) {
        let then = value_block(&e.then_branch.stmts)?;
        (then, value_block(&followed(&els, rest)?)?)
    } else if leaves(&els) {
        let then = followed(&e.then_branch.stmts, rest)?;
        (value_block(&then)?, value_block(&els)?)
    } else {
        return None;
    };
    let value: Expr = syn::parse2(quote!(if #cond { #(#then)* } else { #(#els)* })).ok()?;
    Some(vec![Stmt::Expr(value, None)])
}

/// What stands in an `else`.
fn value_statements(els: &Expr) -> Vec<Stmt> {
    match els {
        Expr::Block(e) if e.label.is_none() => e.block.stmts.clone(),
        other => vec![Stmt::Expr(other.clone(), None)],
    }
}

/// A block of statements in a scope of its own, and what comes after it.
fn followed(first: &[Stmt], rest: &[Stmt]) -> Option<Vec<Stmt>> {
    if first.is_empty() {
        return Some(rest.to_vec());
    }
    if first.iter().any(stmt_returns) {
        // An `else if` that returns: the rest follows its own arms.
        return match first {
            [Stmt::Expr(Expr::If(e), _)] => branch(e, rest, false),
            _ => None,
        };
    }
    let block: Expr = syn::parse2(quote!({ #(#first)* })).ok()?;
    let mut out = vec![Stmt::Expr(block, Some(Default::default()))];
    out.extend(rest.iter().cloned());
    Some(out)
}

/// Whether statements end with a `return`.
fn leaves(stmts: &[Stmt]) -> bool {
    matches!(stmts.last(), Some(Stmt::Expr(Expr::Return(_), _)))
}

/// Whether a `return` of this closure stands in an expression.
fn returns(e: &Expr) -> bool {
    let mut found = Returns(false);
    found.visit_expr(e);
    found.0
}

/// Whether a `return` of this closure stands in a statement.
fn stmt_returns(s: &Stmt) -> bool {
    let mut found = Returns(false);
    found.visit_stmt(s);
    found.0
}

/// Looks for `return`, not in inner functions.
struct Returns(bool);

impl<'ast> Visit<'ast> for Returns {
    fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {
        self.0 = true;
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}

    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_expr(&mut self, e: &'ast Expr) {
        if !self.0 {
            visit::visit_expr(self, e);
        }
    }
}
