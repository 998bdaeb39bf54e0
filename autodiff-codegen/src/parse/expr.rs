//! Expressions of the language that `lower` may look into.

use super::fallible::{is_failure, is_handed_on};
use super::scopes::{Escape, Key, Mark, Parser};
use super::types::length;
use crate::hir::{BinOp, Expr, ExprKind};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;

impl Parser<'_> {
    /// An expression, with what it reads.
    pub fn expr(&mut self, expr: &syn::Expr) -> Expr {
        let expr = peel(expr);
        let mark = self.mark();
        let kind = self.kind(expr);
        self.finish(mark, kind, expr.to_token_stream())
    }

    /// Puts an expression together from what was logged since `mark`.
    pub fn finish(&mut self, mark: Mark, kind: ExprKind, tokens: TokenStream) -> Expr {
        let span = tokens.span();
        Expr { kind, span, tokens, reads: self.reads_since(mark), escapes: self.jumps_since(mark) }
    }

    /// An expression behind a pointer.
    pub fn boxed(&mut self, expr: &syn::Expr) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    /// An optional expression behind a pointer.
    fn optional(&mut self, expr: &Option<Box<syn::Expr>>) -> Option<Box<Expr>> {
        expr.as_ref().map(|expr| self.boxed(expr))
    }

    /// Several expressions, evaluated in order.
    pub fn list<'a>(&mut self, exprs: impl IntoIterator<Item = &'a syn::Expr>) -> Vec<Expr> {
        exprs.into_iter().map(|expr| self.expr(expr)).collect()
    }

    /// What an expression is.
    fn kind(&mut self, expr: &syn::Expr) -> ExprKind {
        match expr {
            syn::Expr::Lit(e) => ExprKind::Lit(e.lit.clone()),
            syn::Expr::Path(e) => self.path(expr, e),
            syn::Expr::Unary(e) => match e.op {
                syn::UnOp::Neg(_) => ExprKind::Neg(self.boxed(&e.expr)),
                syn::UnOp::Not(_) => ExprKind::Not(self.boxed(&e.expr)),
                syn::UnOp::Deref(_) => ExprKind::Deref(self.boxed(&e.expr)),
                _ => self.unknown(expr),
            },
            syn::Expr::Reference(e) => ExprKind::Ref(e.mutability.is_some(), self.boxed(&e.expr)),
            syn::Expr::Binary(e) => self.binary(expr, e),
            syn::Expr::Assign(e) => {
                let value = self.boxed(&e.right);
                ExprKind::Assign(self.boxed(&e.left), value)
            }
            syn::Expr::Index(e) => {
                let base = self.boxed(&e.expr);
                ExprKind::Index(base, self.boxed(&e.index))
            }
            syn::Expr::Struct(e) if e.qself.is_none() => ExprKind::Struct {
                path: e.path.clone(),
                fields: e.fields.iter().map(|f| (f.member.clone(), self.expr(&f.expr))).collect(),
                rest: self.optional(&e.rest),
            },
            syn::Expr::Field(e) => ExprKind::Field(self.boxed(&e.base), e.member.clone()),
            syn::Expr::MethodCall(e) => {
                let (recv, args) = (self.boxed(&e.receiver), self.list(&e.args));
                self.assignment(e, recv, args).unwrap_or_else(|(recv, args)| ExprKind::Method {
                    recv,
                    name: e.method.clone(),
                    turbofish: e.turbofish.as_ref().map(ToTokens::to_token_stream),
                    args,
                })
            }
            syn::Expr::Call(e) => self.call(expr, e),
            syn::Expr::Range(e) => ExprKind::Range {
                lo: self.optional(&e.start),
                hi: self.optional(&e.end),
                inclusive: matches!(e.limits, syn::RangeLimits::Closed(_)),
            },
            syn::Expr::Array(e) => ExprKind::Array(self.list(&e.elems)),
            syn::Expr::Repeat(e) => ExprKind::Repeat(self.boxed(&e.expr), length(&e.len)),
            syn::Expr::Tuple(e) => ExprKind::Tuple(self.list(&e.elems)),
            syn::Expr::Cast(e) => {
                let value = self.boxed(&e.expr);
                ExprKind::Cast(value, self.types.classify(&e.ty))
            }
            syn::Expr::Verbatim(tokens) if super::user_macros::is_condition(tokens) => {
                self.condition_macro(tokens)
            }
            syn::Expr::Verbatim(tokens) if super::user_macros::is_value(tokens) => self.value_macro(tokens),
            syn::Expr::Macro(e) => self.macro_expr(&e.mac, false),
            syn::Expr::Closure(e) => match self.closure(e) {
                Some(closure) => ExprKind::Closure(closure),
                None => self.unknown(expr),
            },
            _ => self.control(expr),
        }
    }

    /// Control flow.
    fn control(&mut self, expr: &syn::Expr) -> ExprKind {
        match expr {
            syn::Expr::If(e) if !has_let(&e.cond) => {
                let cond = self.boxed(&e.cond);
                let then = self.block(&e.then_branch);
                ExprKind::If(cond, then, e.else_branch.as_ref().map(|(_, els)| self.boxed(els)))
            }
            syn::Expr::If(e) => self.if_let(e),
            syn::Expr::Match(e) if is_handed_on(e) => {
                let value = self.boxed(&e.expr);
                self.fails();
                ExprKind::Try(value, true)
            }
            syn::Expr::Match(e) => match self.match_expr(e) {
                Some(kind) => kind,
                None => self.unknown(expr),
            },
            syn::Expr::Block(e) => match &e.label {
                None => ExprKind::Block(self.block(&e.block)),
                Some(label) => {
                    let mark = self.mark();
                    let block = self.block(&e.block);
                    self.close_labelled_block(mark, &Key::of(&label.name.ident));
                    ExprKind::Labelled(label.name.ident.clone(), block)
                }
            },
            syn::Expr::ForLoop(e) => {
                let iter = self.boxed(&e.expr);
                self.looped(&e.label, |parser, label| {
                    let pat = parser.pattern(&e.pat, None);
                    ExprKind::For { label, pat, iter, body: parser.block(&e.body) }
                })
            }
            syn::Expr::While(e) if !has_let(&e.cond) => self.looped(&e.label, |parser, label| {
                let cond = parser.boxed(&e.cond);
                ExprKind::While { label, cond, body: parser.block(&e.body) }
            }),
            syn::Expr::While(e) => self.while_let(e),
            syn::Expr::Loop(e) => {
                self.looped(&e.label, |parser, label| ExprKind::Loop { label, body: parser.block(&e.body) })
            }
            syn::Expr::Break(e) => {
                let value = self.optional(&e.expr);
                self.escape(Escape::Loop(e.label.as_ref().map(|l| Key::of(&l.ident))));
                ExprKind::Break(e.label.as_ref().map(|l| l.ident.clone()), value)
            }
            syn::Expr::Continue(e) => {
                self.escape(Escape::Loop(e.label.as_ref().map(|l| Key::of(&l.ident))));
                ExprKind::Continue(e.label.as_ref().map(|l| l.ident.clone()))
            }
            syn::Expr::Return(e) if self.fallible && e.expr.as_deref().is_some_and(is_failure) => {
                self.scan(expr);
                ExprKind::Macro("return".into())
            }
            syn::Expr::Try(e) if self.fallible => {
                let value = self.boxed(&e.expr);
                self.fails();
                ExprKind::Try(value, false)
            }
            syn::Expr::Return(e) => {
                let value = self.optional(&e.expr);
                self.escape(Escape::Return);
                ExprKind::Return(value)
            }
            _ => self.unknown(expr),
        }
    }

    /// A loop: a scope for its pattern, and an end for its jumps.
    fn looped(
        &mut self,
        label: &Option<syn::Label>,
        build: impl FnOnce(&mut Self, Option<Ident>) -> ExprKind,
    ) -> ExprKind {
        let ident = label.as_ref().map(|label| label.name.ident.clone());
        let key = ident.as_ref().map(Key::of);
        let mark = self.mark();
        let kind = self.scoped(|parser| build(parser, ident));
        self.close_loop(mark, key.as_ref());
        kind
    }

    /// A variable, or the path of something else.
    fn path(&mut self, whole: &syn::Expr, expr: &syn::ExprPath) -> ExprKind {
        if expr.qself.is_some() {
            return self.unknown(whole);
        }
        match self.variable(expr) {
            Some((ident, var)) => {
                self.read(&ident, var);
                ExprKind::Var(var)
            }
            None => self.operator_path(expr).unwrap_or_else(|| ExprKind::Path(expr.path.clone())),
        }
    }

    /// The variable that a path is.
    pub fn variable(&self, expr: &syn::ExprPath) -> Option<(Ident, crate::hir::Var)> {
        let ident = expr.path.get_ident().filter(|_| expr.qself.is_none())?;
        Some((ident.clone(), self.lookup(ident)?))
    }

    /// A call of a path or of a local.
    fn call(&mut self, whole: &syn::Expr, call: &syn::ExprCall) -> ExprKind {
        let callee = match peel(&call.func) {
            syn::Expr::Path(callee) => callee,
            closure @ syn::Expr::Closure(_) => {
                let closure = self.boxed(closure);
                return ExprKind::CallNow(closure, self.list(&call.args));
            }
            _ => return self.unknown(whole),
        };
        match self.variable(callee) {
            Some((ident, var)) => {
                self.read(&ident, var);
                let args = self.list(&call.args);
                match self.closures.get(&var) {
                    Some(assigned) => ExprKind::CallClosure(var, args, assigned.clone()),
                    None => ExprKind::CallVar(var, args),
                }
            }
            None => {
                if let Some(list) = self.vec_of_array(callee, &call.args) {
                    return ExprKind::Vec(self.list(list));
                }
                if let Some(operation) = self.operator_call(callee, call) {
                    return operation;
                }
                let unqualified = self.types.unqualified(callee);
                let path = unqualified.clone().unwrap_or_else(|| callee.path.clone());
                let mut args = self.list(&call.args);
                // `Some` and its kin are given what the result is made of.
                let function = |name: &str| name.starts_with(|c: char| c.is_lowercase() || c == '_');
                if path.segments.last().is_some_and(|last| function(&last.ident.unraw().to_string())) {
                    args.iter_mut().for_each(collected_for_call);
                }
                ExprKind::Call { qself: callee.qself.is_some() && unqualified.is_none(), path, args }
            }
        }
    }

    /// The elements in `Vec::from([a, b])`, which is `vec![a, b]`.
    fn vec_of_array<'a>(
        &self,
        callee: &syn::ExprPath,
        args: &'a Punctuated<syn::Expr, syn::Token![,]>,
    ) -> Option<&'a Punctuated<syn::Expr, syn::Token![,]>> {
        let of_vec = callee.qself.is_none()
            && callee.path.segments.len() == 2
            && callee.path.segments.iter().all(|s| s.arguments.is_none())
            && callee.path.segments.iter().map(|s| &s.ident).eq(["Vec", "from"])
            && !self.item_names.iter().any(|item| item == "Vec");
        match peel(args.first()?) {
            syn::Expr::Array(array) if of_vec && args.len() == 1 => Some(&array.elems),
            _ => None,
        }
    }

    /// A binary operator, or compound assignment.
    fn binary(&mut self, whole: &syn::Expr, e: &syn::ExprBinary) -> ExprKind {
        let Some((op, assigns)) = operator(&e.op) else { return self.unknown(whole) };
        let (left, right) = (self.boxed(&e.left), self.boxed(&e.right));
        if assigns { ExprKind::AssignOp(op, left, right) } else { ExprKind::Binary(op, left, right) }
    }

    /// Anything else: only what it reads, changes and jumps to is known.
    fn unknown(&mut self, expr: &syn::Expr) -> ExprKind {
        self.scan(expr);
        ExprKind::Unknown(name(expr))
    }
}

/// Looks through parentheses, invisible groups, and blocks that are only an expression.
pub fn peel(expr: &syn::Expr) -> &syn::Expr {
    match expr {
        syn::Expr::Paren(e) if e.attrs.is_empty() => peel(&e.expr),
        syn::Expr::Group(e) if e.attrs.is_empty() => peel(&e.expr),
        syn::Expr::Block(e) if e.attrs.is_empty() && e.label.is_none() => match &e.block.stmts[..] {
            [syn::Stmt::Expr(only, None)] => peel(only),
            _ => expr,
        },
        _ => expr,
    }
}

/// Whether a condition has a `let` in it.
pub fn has_let(cond: &syn::Expr) -> bool {
    match cond {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(e) => matches!(e.op, syn::BinOp::And(_)) && (has_let(&e.left) || has_let(&e.right)),
        syn::Expr::Paren(e) => has_let(&e.expr),
        syn::Expr::Group(e) => has_let(&e.expr),
        _ => false,
    }
}

/// The operator, and whether it assigns.
pub(super) fn operator(op: &syn::BinOp) -> Option<(BinOp, bool)> {
    Some(match op {
        syn::BinOp::Add(_) => (BinOp::Add, false),
        syn::BinOp::Sub(_) => (BinOp::Sub, false),
        syn::BinOp::Mul(_) => (BinOp::Mul, false),
        syn::BinOp::Div(_) => (BinOp::Div, false),
        syn::BinOp::Rem(_) => (BinOp::Rem, false),
        syn::BinOp::And(_) => (BinOp::And, false),
        syn::BinOp::Or(_) => (BinOp::Or, false),
        syn::BinOp::BitXor(_) => (BinOp::BitXor, false),
        syn::BinOp::BitAnd(_) => (BinOp::BitAnd, false),
        syn::BinOp::BitOr(_) => (BinOp::BitOr, false),
        syn::BinOp::Shl(_) => (BinOp::Shl, false),
        syn::BinOp::Shr(_) => (BinOp::Shr, false),
        syn::BinOp::Eq(_) => (BinOp::Eq, false),
        syn::BinOp::Lt(_) => (BinOp::Lt, false),
        syn::BinOp::Le(_) => (BinOp::Le, false),
        syn::BinOp::Ne(_) => (BinOp::Ne, false),
        syn::BinOp::Ge(_) => (BinOp::Ge, false),
        syn::BinOp::Gt(_) => (BinOp::Gt, false),
        syn::BinOp::AddAssign(_) => (BinOp::Add, true),
        syn::BinOp::SubAssign(_) => (BinOp::Sub, true),
        syn::BinOp::MulAssign(_) => (BinOp::Mul, true),
        syn::BinOp::DivAssign(_) => (BinOp::Div, true),
        syn::BinOp::RemAssign(_) => (BinOp::Rem, true),
        syn::BinOp::BitXorAssign(_) => (BinOp::BitXor, true),
        syn::BinOp::BitAndAssign(_) => (BinOp::BitAnd, true),
        syn::BinOp::BitOrAssign(_) => (BinOp::BitOr, true),
        syn::BinOp::ShlAssign(_) => (BinOp::Shl, true),
        syn::BinOp::ShrAssign(_) => (BinOp::Shr, true),
        _ => return None,
    })
}

/// What an expression that is not looked into is called in errors.
fn name(expr: &syn::Expr) -> &'static str {
    match expr {
        syn::Expr::Async(_) => "an `async` block",
        syn::Expr::Await(_) => "`.await`",
        syn::Expr::Binary(_) => "this operator",
        syn::Expr::Call(_) => "a call of a computed function",
        syn::Expr::Closure(_) => "a closure",
        syn::Expr::Const(_) => "a `const` block",
        syn::Expr::Infer(_) => "`_`",
        syn::Expr::Let(_) => "`let` in an expression",
        syn::Expr::Match(_) => "`match`",
        syn::Expr::Path(_) => "a qualified path",
        syn::Expr::RawAddr(_) => "a raw pointer",
        syn::Expr::Struct(_) => "a struct literal",
        syn::Expr::Try(_) => "`?`",
        syn::Expr::TryBlock(_) => "a `try` block",
        syn::Expr::Unsafe(_) => "an `unsafe` block",
        syn::Expr::Yield(_) => "`yield`",
        _ => "this expression",
    }
}

/// What is collected for a call is most likely a `Vec`, if nobody says what it is. It is a guess: rustc checks it where the call is
/// made.
fn collected_for_call(arg: &mut Expr) {
    match &mut arg.kind {
        ExprKind::Ref(false, of) => collected_for_call(of),
        ExprKind::Method { name, turbofish: turbofish @ None, args, .. }
            if *name == "collect" && args.is_empty() =>
        {
            *turbofish = Some(quote::quote!(::<Vec<_>>));
        }
        _ => {}
    }
}
