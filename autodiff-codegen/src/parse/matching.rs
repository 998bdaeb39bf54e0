//! `match`, `if let`, `while let`, `let … else` and `matches!`: taken apart into a [`Choice`] and `if`s.

use super::expr::has_let;
use super::scopes::{Escape, Key, Parser};
use super::text::one_line;
use crate::hir::{Arm, Block, Choice, Expr, ExprKind, Pat, Stmt, StmtKind, Test, Var};
use crate::lower::bound;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use std::ops::Range;
use std::rc::Rc;
use syn::spanned::Spanned;

/// An arm whose body is known as well; without one nothing happens.
type Whole = (Arm, Option<Expr>);

impl Parser<'_> {
    /// `match`. `None` if it has no arms.
    pub fn match_expr(&mut self, e: &syn::ExprMatch) -> Option<ExprKind> {
        match &e.arms[..] {
            [] => return None,
            [arm] if arm.guard.is_none() => return Some(self.single_arm(e, arm)),
            _ => {}
        }
        let scrutinee = self.expr(&e.expr);
        let mut arms = Vec::new();
        for arm in &e.arms {
            self.matched(&e.expr, &arm.pat);
            let guard = arm.guard.as_ref().map(|(_, guard)| &**guard);
            arms.push(self.arm(&arm.pat, guard, |parser| parser.expr(&arm.body)));
        }
        Some(self.decided(Some(scrutinee), arms, None, &e.to_token_stream()))
    }

    /// `match e { p => a }` is `{ let p = e; a }`.
    fn single_arm(&mut self, e: &syn::ExprMatch, arm: &syn::Arm) -> ExprKind {
        let init = self.expr(&e.expr);
        self.matched(&e.expr, &arm.pat);
        self.scoped(|parser| {
            let pat = parser.pattern(&arm.pat, None);
            let (head, value) = (arm.pat.to_token_stream(), &init.tokens);
            let tokens = quote!(let #head = #value;);
            let kind = StmtKind::Let { pat, ty: None, head, init: Some(init) };
            let stmts = vec![statement(kind, tokens)];
            ExprKind::Block(Block { stmts, tail: Some(parser.boxed(&arm.body)), span: arm.span() })
        })
    }

    /// `matches!(e, p if g)`
    pub fn matches_macro(&mut self, e: &syn::Expr, pat: &syn::Pat, guard: Option<&syn::Expr>) -> ExprKind {
        let scrutinee = self.expr(e);
        self.matched(e, pat);
        let arm = self.arm(pat, guard, |parser| parser.truth(true));
        let otherwise = (else_arm(), Some(self.truth(false)));
        self.decided(Some(scrutinee), vec![arm, otherwise], None, &quote!(matches!(#e, #pat)))
    }

    fn truth(&mut self, value: bool) -> Expr {
        let lit = syn::Lit::Bool(syn::LitBool::new(value, proc_macro2::Span::call_site()));
        self.expr(&syn::Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit }))
    }

    /// An arm in a scope of its own.
    fn arm(
        &mut self,
        pat: &syn::Pat,
        guard: Option<&syn::Expr>,
        body: impl FnOnce(&mut Self) -> Expr,
    ) -> Whole {
        self.scoped(|parser| {
            let pat = parser.refutable_pattern(pat);
            let tests = guard.map(|guard| parser.tests(guard)).unwrap_or_default();
            let body = body(parser);
            (Arm { wanted: wanted(Some(&pat), &tests, &body), pat: Some(pat), tests }, Some(body))
        })
    }

    /// The conditions of a chain, in order. Each `let` binds for what follows.
    fn tests(&mut self, cond: &syn::Expr) -> Vec<Test> {
        match cond {
            syn::Expr::Binary(e) if has_let(cond) => {
                let mut tests = self.tests(&e.left);
                tests.extend(self.tests(&e.right));
                tests
            }
            syn::Expr::Let(e) => {
                let scrutinee = self.expr(&e.expr);
                self.matched(&e.expr, &e.pat);
                vec![Test::Let(self.refutable_pattern(&e.pat), scrutinee)]
            }
            syn::Expr::Group(e) => self.tests(&e.expr),
            syn::Expr::Paren(e) if has_let(&e.expr) => self.tests(&e.expr),
            other => vec![Test::Cond(self.expr(other))],
        }
    }

    /// What an `if` or `while` with `let` in its condition matches, and its arm. The first condition is the
    /// scrutinee, if it is a `let`.
    fn chain(&mut self, cond: &syn::Expr, body: &syn::Block) -> (Option<Expr>, Whole) {
        self.scoped(|parser| {
            let mut tests = parser.tests(cond);
            let mark = parser.mark();
            let kind = ExprKind::Block(parser.block(body));
            let body = parser.finish(mark, kind, body.to_token_stream());
            let (scrutinee, pat) = match tests.first() {
                Some(Test::Let(..)) => match tests.remove(0) {
                    Test::Let(pat, e) => (Some(e), Some(pat)),
                    Test::Cond(e) => (Some(e), None),
                },
                _ => (None, None),
            };
            let arm = Arm { wanted: wanted(pat.as_ref(), &tests, &body), pat, tests };
            (scrutinee, (arm, Some(body)))
        })
    }

    /// `if` with `let` in its condition.
    pub fn if_let(&mut self, e: &syn::ExprIf) -> ExprKind {
        let (scrutinee, then) = self.chain(&e.cond, &e.then_branch);
        let otherwise = e.else_branch.as_ref().map(|(_, els)| self.expr(els));
        let condition = Some(e.cond.to_token_stream());
        self.decided(scrutinee, vec![then, (else_arm(), otherwise)], condition, &e.to_token_stream())
    }

    /// `while` with `let` in its condition: `loop { if … { … } else { break } }`.
    pub fn while_let(&mut self, e: &syn::ExprWhile) -> ExprKind {
        let label = e.label.as_ref().map(|label| label.name.ident.clone());
        let mark = self.mark();
        let (scrutinee, then) = self.chain(&e.cond, &e.body);
        self.escape(Escape::Loop(None));
        let leave = ExprKind::Break(None, None);
        let leave = made(leave, &quote!(break), &[], true);
        let condition = Some(e.cond.to_token_stream());
        let arms = vec![then, (else_arm(), Some(leave))];
        let kind = self.decided(scrutinee, arms, condition, &e.to_token_stream());
        self.close_loop(mark, label.as_ref().map(Key::of).as_ref());
        match kind {
            ExprKind::Block(body) => ExprKind::Loop { label, body },
            other => other,
        }
    }

    /// `let … else`, as three statements: the choice, the `else`, and the variables.
    pub fn let_else(&mut self, local: &syn::Local, init: &syn::Expr, els: &syn::Expr) -> Vec<Stmt> {
        let scrutinee = self.expr(init);
        let otherwise = self.expr(els);
        let (inner, ty) = match &local.pat {
            syn::Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            pat => (pat, None),
        };
        self.matched(init, inner);
        let pat = self.refutable_pattern(inner);
        let mut vars = Vec::new();
        bound(&pat, &mut |v| vars.push(v));
        let binds = !vars.is_empty();
        let arms = vec![Arm { pat: Some(pat), tests: Vec::new(), wanted: vars }, else_arm()];
        let ty = ty.map(|ty| (self.types.classify(ty), ty.to_token_stream()));
        let choice = self.choice(Some(scrutinee), arms, None, local.span());
        let choice = Rc::new(Choice { ty, ..choice });
        let tokens = local.to_token_stream();
        let escapes = otherwise.escapes;
        let whole = made(ExprKind::Continue(None), &tokens, &[&otherwise], escapes);
        let nothing = Block { stmts: Vec::new(), tail: None, span: local.span() };
        let taken = made(ExprKind::Taken(choice.clone(), 0..1), &tokens, &[], false);
        let kind = ExprKind::If(Box::new(taken), nothing, Some(Box::new(otherwise)));
        let decision = Expr { kind, ..whole };
        let mut stmts = vec![choose(&choice, &tokens), statement(StmtKind::Expr(decision), tokens.clone())];
        if binds {
            stmts.push(bind(&choice, 0, &tokens));
        }
        stmts
    }

    fn choice(
        &mut self,
        scrutinee: Option<Expr>,
        arms: Vec<Arm>,
        condition: Option<TokenStream>,
        span: proc_macro2::Span,
    ) -> Choice {
        self.choices += 1;
        Choice { id: self.choices, scrutinee, ty: None, arms, condition, span }
    }

    /// A choice and the `if`s between its arms.
    fn decided(
        &mut self,
        scrutinee: Option<Expr>,
        arms: Vec<Whole>,
        condition: Option<TokenStream>,
        tokens: &TokenStream,
    ) -> ExprKind {
        let (arms, bodies): (Vec<Arm>, Vec<Option<Expr>>) = arms.into_iter().unzip();
        let span = tokens.span();
        let choice = Rc::new(self.choice(scrutinee, arms, condition, span));
        let decision = if choice.is_large() {
            let mut bodies: Vec<_> = bodies.into_iter().map(Some).collect();
            by_halves(&choice, 0..choice.arms.len(), &mut bodies, tokens)
        } else {
            one_by_one(&choice, bodies, tokens)
        };
        let head = match (&choice.condition, &choice.scrutinee) {
            (Some(condition), _) => quote!(if #condition),
            (None, Some(Expr { tokens, .. })) => quote!(match #tokens),
            (None, None) => tokens.clone(),
        };
        ExprKind::Block(Block { stmts: vec![choose(&choice, &head)], tail: decision.map(Box::new), span })
    }
}

/// The `if`s that tell arms apart one by one.
fn one_by_one(choice: &Rc<Choice>, bodies: Vec<Option<Expr>>, tokens: &TokenStream) -> Option<Expr> {
    let mut decision: Option<Expr> = None;
    for (k, body) in bodies.into_iter().enumerate().rev() {
        decision = match k + 1 == choice.arms.len() {
            true => last_arm(choice, k, body),
            false => Some(decided_by(choice, k..k + 1, arm_block(choice, k, body), decision, tokens)),
        };
    }
    decision
}

/// The `if`s that tell many arms apart.
fn by_halves(
    choice: &Rc<Choice>,
    arms: Range<usize>,
    bodies: &mut [Option<Option<Expr>>],
    tokens: &TokenStream,
) -> Option<Expr> {
    if arms.len() == 1 {
        return last_arm(choice, arms.start, bodies[arms.start].take().flatten());
    }
    let middle = arms.start + arms.len() / 2;
    let first = by_halves(choice, arms.start..middle, bodies, tokens);
    let second = by_halves(choice, middle..arms.end, bodies, tokens);
    let block = Block { stmts: Vec::new(), tail: first.map(Box::new), span: tokens.span() };
    Some(decided_by(choice, arms.start..middle, block, second, tokens))
}

/// `if` one of these arms is taken.
fn decided_by(
    choice: &Rc<Choice>,
    arms: Range<usize>,
    then: Block,
    els: Option<Expr>,
    tokens: &TokenStream,
) -> Expr {
    let arm = &choice.arms[arms.start];
    let tests: Vec<&Expr> = test_exprs(arm).collect();
    let parts: Vec<&Expr> = then.tail.iter().map(|e| &**e).chain(&els).chain(tests.iter().copied()).collect();
    let escapes = parts.iter().any(|e| e.escapes);
    let whole = made(ExprKind::Continue(None), tokens, &parts, escapes);
    let leaves = tests.iter().any(|e| e.escapes);
    let taken = made(ExprKind::Taken(choice.clone(), arms), &arm_tokens(arm), &tests, leaves);
    Expr { kind: ExprKind::If(Box::new(taken), then, els.map(Box::new)), ..whole }
}

/// The variables of an arm, and its body.
fn arm_block(choice: &Rc<Choice>, k: usize, body: Option<Expr>) -> Block {
    let arm = &choice.arms[k];
    let binds = (!arm.wanted.is_empty()).then(|| bind(choice, k, &arm_tokens(arm)));
    Block { stmts: binds.into_iter().collect(), tail: body.map(Box::new), span: choice.span }
}

/// An arm as an `else`.
fn last_arm(choice: &Rc<Choice>, k: usize, body: Option<Expr>) -> Option<Expr> {
    let body = body?;
    if choice.arms[k].wanted.is_empty() {
        return Some(body);
    }
    let tokens = body.tokens.clone();
    let whole = made(ExprKind::Continue(None), &tokens, &[&body], body.escapes);
    Some(Expr { kind: ExprKind::Block(arm_block(choice, k, Some(body))), ..whole })
}

/// The arm that is taken if no other is.
fn else_arm() -> Arm {
    Arm { pat: None, tests: Vec::new(), wanted: Vec::new() }
}

/// The variables that the patterns bind and the body reads.
fn wanted(pat: Option<&Pat>, tests: &[Test], body: &Expr) -> Vec<Var> {
    let mut vars = Vec::new();
    pat.iter().for_each(|pat| bound(pat, &mut |v| vars.push(v)));
    for test in tests {
        if let Test::Let(pat, _) = test {
            bound(pat, &mut |v| vars.push(v));
        }
    }
    vars.sort();
    vars.dedup();
    vars.retain(|v| body.reads.iter().any(|(_, read)| read == v));
    vars
}

/// The expressions in an arm's conditions.
fn test_exprs(arm: &Arm) -> impl Iterator<Item = &Expr> {
    arm.tests.iter().map(|test| match test {
        Test::Cond(e) | Test::Let(_, e) => e,
    })
}

/// What stands before an arm's `=>`, for errors and comments.
fn arm_tokens(arm: &Arm) -> TokenStream {
    let pat = arm.pat.as_ref().map(|pat| &pat.tokens);
    let mut tests = arm.tests.iter().map(|test| match test {
        Test::Cond(e) => e.tokens.clone(),
        Test::Let(pat, e) => {
            let (pat, e) = (&pat.tokens, &e.tokens);
            quote!(let #pat = #e)
        }
    });
    match (pat, tests.next()) {
        (Some(pat), None) => quote!(#pat),
        (Some(pat), Some(first)) => quote!(#pat if #first #(&& #tests)*),
        (None, Some(first)) => quote!(#first #(&& #tests)*),
        (None, None) => quote!(else),
    }
}

/// An expression that the user did not write as one: it reads what its parts read.
fn made(kind: ExprKind, tokens: &TokenStream, parts: &[&Expr], escapes: bool) -> Expr {
    let mut reads: Vec<(proc_macro2::Ident, Var)> = Vec::new();
    for (ident, v) in parts.iter().flat_map(|e| &e.reads) {
        if !reads.iter().any(|(_, known)| known == v) {
            reads.push((ident.clone(), *v));
        }
    }
    Expr { kind, tokens: tokens.clone(), reads, escapes, span: tokens.span() }
}

fn statement(kind: StmtKind, tokens: TokenStream) -> Stmt {
    Stmt { kind, text: one_line(&tokens).into(), span: tokens.span(), tokens }
}

fn choose(choice: &Rc<Choice>, tokens: &TokenStream) -> Stmt {
    let parts: Vec<&Expr> = choice.scrutinee.iter().chain(choice.arms.iter().flat_map(test_exprs)).collect();
    let escapes = parts.iter().any(|e| e.escapes);
    let e = made(ExprKind::Choose(choice.clone()), tokens, &parts, escapes);
    statement(StmtKind::Expr(e), tokens.clone())
}

fn bind(choice: &Rc<Choice>, arm: usize, tokens: &TokenStream) -> Stmt {
    let e = made(ExprKind::Bind(choice.clone(), arm), tokens, &[], false);
    statement(StmtKind::Expr(e), tokens.clone())
}
