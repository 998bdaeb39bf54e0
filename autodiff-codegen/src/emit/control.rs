//! `if`, `for` and `while`: regions, and what they carry.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::body::{Body, Line, Owner};
use super::expr::{Effect, Expr, Prec, Sens};
use super::types;
use crate::ir::*;

/// An arm of an `if`, emitted.
struct Arm {
    lines: Vec<Line>,
    tail: Option<TokenStream>,
    /// Of each part of the tail, whether its type is open; nothing if the arm diverges.
    untyped: Option<Vec<bool>>,
}

impl Arm {
    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.tail.is_none()
    }

    fn tokens(&self) -> TokenStream {
        let (lines, tail) = (&self.lines, &self.tail);
        quote!(#(#lines)* #tail)
    }

    /// The `if` that the arm consists of, for `else if`.
    fn lone_if(&self) -> Option<TokenStream> {
        let tokens = match (&self.lines[..], &self.tail) {
            ([], Some(t)) => t.clone(),
            ([Line::Code(t)], None) => t.clone(),
            _ => return None,
        };
        match syn::parse2::<syn::Expr>(tokens.clone()) {
            Ok(syn::Expr::If(_)) => Some(tokens),
            _ => None,
        }
    }
}

/// Takes `let x = e; x` apart: `e` is the tail then.
pub(super) fn tail(lines: &mut Vec<Line>, tail: TokenStream) -> TokenStream {
    if let Some(Line::Let { pattern, value, ty: None, .. }) = lines.last()
        && pattern.to_string() == tail.to_string()
    {
        let value = value.clone();
        lines.pop();
        return value;
    }
    tail
}

impl<'f> Body<'f> {
    pub(super) fn if_(&mut self, s: &'f Stmt, span: Span) {
        let Op::If { cond, then, els } = &s.op else { return };
        let mut own = self.block_effect(then);
        own.add(&self.block_effect(els));
        own.assigns.extend(s.results.iter().filter_map(|r| self.vars.of(*r)));
        self.settle(&[*cond], &own, false);
        let scope = self.consts.get(cond).is_some_and(|c| c.is_always());
        let cond = self.value(*cond);
        let declared = |r: &Value| self.vars.of(*r).is_some_and(|c| self.variables.contains_key(&c));
        let used =
            |k: &usize| self.layout.use_count(s.results[*k]) > 0 || self.vars.of(s.results[*k]).is_some();
        let all: Vec<usize> = (0..s.results.len()).filter(used).collect();
        let (assigned, bound): (Vec<usize>, Vec<usize>) =
            all.into_iter().partition(|k| declared(&s.results[*k]));
        let a = self.arm(then, s, &assigned, &bound, span);
        let b = self.arm(els, s, &assigned, &bound, span);
        let tokens = match scope {
            // A block of the user's, whose end can be noticed.
            true => {
                let code = a.tokens();
                quote_spanned!(span=> { #code })
            }
            false => if_tokens(&cond, &a, &b, span),
        };
        let open = |k: usize| {
            [&a, &b].iter().filter_map(|arm| arm.untyped.as_ref()).all(|u| u.get(k) == Some(&true))
        };
        let untyped: Vec<bool> = (0..bound.len()).map(open).collect();
        self.bind(s, &bound, &untyped, tokens, span);
    }

    fn arm(&mut self, b: &'f Block, s: &Stmt, assigned: &[usize], bound: &[usize], span: Span) -> Arm {
        let (mut lines, parts) = self.nested(|cx| {
            cx.stmts(&b.stmts);
            (!b.diverges).then(|| cx.arm_end(b, s, assigned, bound, span))
        });
        let untyped = parts.as_ref().map(|p| p.iter().map(|e| e.untyped).collect());
        let parts: Vec<TokenStream> = parts.into_iter().flatten().map(|e| e.tokens).collect();
        let tokens = match &parts[..] {
            [] => None,
            [one] => Some(tail(&mut lines, one.clone())),
            _ => Some(tail(&mut lines, quote_spanned!(span=> (#(#parts),*)))),
        };
        Arm { lines, tail: tokens, untyped }
    }

    fn arm_end(&mut self, b: &Block, s: &Stmt, assigned: &[usize], bound: &[usize], span: Span) -> Vec<Expr> {
        let moves: Vec<(usize, Value)> = assigned
            .iter()
            .filter_map(|k| Some((self.vars.of(s.results[*k])?, b.yields[*k])))
            .filter(|(c, y)| self.vars.of(*y) != Some(*c))
            .collect();
        let values: Vec<Value> = bound.iter().map(|k| b.yields[*k]).collect();
        let classes: Vec<usize> = moves.iter().map(|(c, _)| *c).collect();
        if !moves.is_empty() {
            // What the arm hands out is evaluated after the assignments.
            let own = Effect { assigns: classes.clone(), ..Effect::default() };
            self.settle(&moves.iter().map(|(_, v)| *v).collect::<Vec<_>>(), &own, false);
        }
        let early: Vec<Option<Expr>> = values
            .iter()
            .map(|v| {
                let e = self.peek_waiting(*v)?;
                e.sens.vars.iter().any(|c| classes.contains(c)).then(|| self.bind_temp(*v, span))
            })
            .collect();
        self.moves(&moves, span);
        self.settle(&values, &Effect::default(), false);
        values.iter().zip(early).map(|(v, e)| e.unwrap_or_else(|| self.value(*v))).collect()
    }

    fn peek_waiting(&self, v: Value) -> Option<Expr> {
        Some(match self.pending.iter().find(|(p, _)| *p == v) {
            Some((_, e)) => e.clone(),
            None => self.peek(v),
        })
    }

    /// Whether a value is made of bare literals.
    pub(super) fn is_untyped(&self, v: Value) -> bool {
        self.peek_waiting(v).is_some_and(|e| e.untyped)
    }

    fn bind_temp(&mut self, v: Value, span: Span) -> Expr {
        let e = self.of_its_type(v, span);
        let ident = self.value_ident(v);
        self.out.push(Line::Let { pattern: quote!(#ident), ty: None, value: e.tokens, span });
        Expr::atom(quote!(#ident))
    }

    /// Binds the results of an `if` that are not assigned in its arms.
    fn bind(&mut self, s: &Stmt, bound: &[usize], untyped: &[bool], value: TokenStream, span: Span) {
        let (mut patterns, mut types) = (Vec::new(), Vec::new());
        for (k, untyped) in bound.iter().zip(untyped) {
            let r = s.results[*k];
            let owner = self.vars.of(r).map_or(Owner::Value(r), Owner::Variable);
            types.push(self.annotation(r, owner.clone(), *untyped, span));
            patterns.push(match self.vars.of(r) {
                Some(class) => {
                    let ident = self.declare(class);
                    quote_spanned!(span=> mut #ident)
                }
                None => {
                    let ident = self.value_ident(r);
                    let e = self.mark(Expr::atom(quote!(#ident)), owner);
                    self.bound.insert(r, e);
                    quote!(#ident)
                }
            });
        }
        let any = types.iter().any(Option::is_some);
        let types = types.into_iter().map(|t| t.unwrap_or_else(|| quote_spanned!(span=> _)));
        match &patterns[..] {
            [] => self.out.push(Line::Code(value)),
            [one] => {
                let ty = any.then(|| quote!(#(#types)*));
                self.out.push(Line::Let { pattern: one.clone(), ty, value, span });
            }
            _ => {
                let pattern = quote_spanned!(span=> (#(#patterns),*));
                let ty = any.then(|| quote_spanned!(span=> (#(#types),*)));
                self.out.push(Line::Let { pattern, ty, value, span });
            }
        }
    }

    /// Declares and fills the variables that a loop carries.
    fn enter(&mut self, inits: &[Value], params: &[Value], span: Span) {
        let moves: Vec<(usize, Value)> = params
            .iter()
            .zip(inits)
            .filter_map(|(p, i)| Some((self.vars.of(*p)?, *i)))
            .filter(|(c, i)| self.vars.of(*i) != Some(*c))
            .collect();
        self.moves(&moves, span);
    }

    /// The end of a loop's body: the next round's values.
    fn again(&mut self, yields: &[Value], params: &[Value], span: Span) {
        let moves: Vec<(usize, Value)> = params
            .iter()
            .zip(yields)
            .filter_map(|(p, y)| Some((self.vars.of(*p)?, *y)))
            .filter(|(c, y)| self.vars.of(*y) != Some(*c))
            .collect();
        self.moves(&moves, span);
    }

    pub(super) fn for_(&mut self, s: &'f Stmt, span: Span) {
        let Op::For { range, inits, body } = &s.op else { return };
        self.enter(inits, &body.params[1..], span);
        let operands: Vec<Value> = range.values().collect();
        let mut own = self.block_effect(body);
        own.sens.add(&Sens { panics: range.step.is_some(), ..Sens::default() });
        self.settle(&operands, &own, false);
        let index = body.params[0];
        let counted = range.step.filter(|_| range.rev && !self.steps_backwards(range));
        if counted.is_some() {
            // The start and the step are written twice.
            while let Some(i) = self.pending.iter().position(|(v, _)| operands.contains(v)) {
                self.flush(i + 1);
            }
        }
        let scope = self.names.enter();
        let head = match counted {
            Some(step) => self.counted(range, step, index, span),
            None => self.direct(range, index, span),
        };
        let (lines, ()) = self.nested(|cx| {
            cx.stmts(&body.stmts);
            if !body.diverges {
                cx.again(&body.yields, &body.params[1..], span);
            }
        });
        self.names.leave(scope);
        let (ident, r, first) = head;
        self.out.push(Line::Code(quote_spanned!(span=> for #ident in #r { #first #(#lines)* })));
    }

    /// The loop's pattern and range.
    fn direct(&mut self, range: &Range, index: Value, span: Span) -> (TokenStream, TokenStream, TokenStream) {
        let r = self.typed_range(range, index, span);
        let ident = if self.layout.use_count(index) > 0 {
            let ident = self.index_ident(index);
            let bound = self.mark(Expr::atom(quote!(#ident)), Owner::Value(index));
            self.bound.insert(index, bound);
            quote!(#ident)
        } else {
            quote_spanned!(span=> _)
        };
        (ident, r.tokens, TokenStream::new())
    }

    /// Whether `.step_by(…).rev()` exists for the range.
    fn steps_backwards(&self, range: &Range) -> bool {
        let known = |t: &&str| self.func.ty(range.hi) == &Ty::Int(Some(t.to_string()));
        let sized: &[&str] = &["usize", "isize", "u32", "i32", "u16", "i16", "u8", "i8"];
        if range.inclusive { sized[4..].iter().any(&known) } else { sized.iter().any(known) }
    }

    /// A stepped range backwards, by the number of the round.
    fn counted(
        &mut self,
        range: &Range,
        step: Value,
        index: Value,
        span: Span,
    ) -> (TokenStream, TokenStream, TokenStream) {
        let trips = self.range(&Range { rev: false, ..range.clone() }, span).tokens;
        let r = quote_spanned!(span=> (0..#trips.count()).rev());
        if self.layout.use_count(index) == 0 {
            return (quote_spanned!(span=> _), r, TokenStream::new());
        }
        let k = self.names.fresh("k", span);
        let ident = self.index_ident(index);
        self.bound.insert(index, Expr::atom(quote!(#ident)));
        let lo = self.peek(range.lo);
        let by = self.peek(step).at(Prec::Cast, span);
        let first = if *self.func.ty(index) == Ty::usize() {
            let lo = lo.at(Prec::Sum, span);
            quote_spanned!(span=> let #ident = #lo + #k * #by;)
        } else {
            // What nothing says the type of is an `i32`.
            let open = *self.func.ty(index) == Ty::Int(None);
            let known = if open { Ty::Int(Some("i32".into())) } else { self.func.ty(index).clone() };
            let ty = types::scalar(&known, &self.rt, span).unwrap_or_else(|| quote_spanned!(span=> _));
            let lo = match self.consts.get(&range.lo) {
                Some(c) => self.constant(c, &known, true, span),
                None => lo,
            };
            let lo = lo.at(Prec::Atom, span);
            quote_spanned!(span=> let #ident = #lo.wrapping_add((#k * #by) as #ty);)
        };
        (quote!(#k), r, first)
    }

    fn index_ident(&mut self, index: Value) -> proc_macro2::Ident {
        let info = self.func.val(index);
        let owner = Owner::Value(index);
        self.ident(info.name.as_ref(), "round", &owner, info.origin.span)
    }

    /// The range of a loop; literal bounds get the index's type where nothing else fixes it.
    fn typed_range(&mut self, range: &Range, index: Value, span: Span) -> Expr {
        let literal = |cx: &Self, v: Value| matches!(cx.consts.get(&v), Some(Const::Int(_)));
        let bare = literal(self, range.lo) && literal(self, range.hi);
        let ty = self.func.ty(index).clone();
        let fixed = !self.typed.contains(&Owner::Value(index))
            && (self.facts.indices.contains(&index) || ty == Ty::Int(Some("i32".into())));
        if bare && fixed {
            self.untyped.insert(Owner::Value(index));
        }
        if bare && !fixed && types::scalar(&ty, &self.rt, span).is_some() {
            let Some(c) = self.consts.get(&range.lo) else { return self.range(range, span) };
            let typed = self.constant(c, &ty, true, span);
            let plain = self.bound.insert(range.lo, typed);
            let e = self.range(range, span);
            if let Some(p) = plain {
                self.bound.insert(range.lo, p);
            }
            return e;
        }
        self.range(range, span)
    }

    pub(super) fn while_(&mut self, s: &'f Stmt, span: Span) {
        let Op::While { inits, cond, body } = &s.op else { return };
        self.enter(inits, &body.params, span);
        let mut own = self.block_effect(cond);
        own.add(&self.block_effect(body));
        self.settle(&[], &own, false);
        let (before, test) = self.nested(|cx| {
            cx.stmts(&cond.stmts);
            cx.settle(&cond.yields, &Effect::default(), false);
            let e = cond.yields.first().map(|v| cx.value(*v));
            // A condition that is used inside stays correct only if nothing waits behind it.
            cx.flush_all();
            e
        });
        let (lines, ()) = self.nested(|cx| {
            cx.stmts(&body.stmts);
            if !body.diverges {
                cx.again(&body.yields, &body.params, span);
            }
        });
        let Some(test) = test else { return };
        let code = if before.is_empty() {
            let t = condition(&test, span);
            quote_spanned!(span=> while #t { #(#lines)* })
        } else {
            let t = Expr::unary(true, &test, span).tokens;
            quote_spanned!(span=> loop { #(#before)* if #t { break; } #(#lines)* })
        };
        self.out.push(Line::Code(code));
    }
}

/// Tokens that may stand before `{`: opaque code could hold a struct literal.
fn condition(e: &Expr, span: Span) -> TokenStream {
    e.at(Prec::Or, span)
}

fn if_tokens(cond: &Expr, a: &Arm, b: &Arm, span: Span) -> TokenStream {
    if a.is_empty() && !b.is_empty() {
        let (c, b) = (Expr::unary(true, cond, span).tokens, b.tokens());
        return quote_spanned!(span=> if #c { #b });
    }
    let (c, then) = (condition(cond, span), a.tokens());
    if b.is_empty() {
        return quote_spanned!(span=> if #c { #then });
    }
    let els = match b.lone_if() {
        Some(t) => t,
        None => {
            let b = b.tokens();
            quote_spanned!(span=> { #b })
        }
    };
    quote_spanned!(span=> if #c { #then } else #els)
}
