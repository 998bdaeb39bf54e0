//! What is taken out of an `Option` or `Result` by `?`, `unwrap()` and the like, where the function is left otherwise.
//!
//! The error has to be at hand there. So what takes the value out goes to where the `Option` is made: `x.map(f)?` is
//! `f(x?)`, `x.and_then(|x| y)?` is `{ let x = x?; y? }`, and `if c { x } else { y }?` is `if c { x? } else { y? }`.

use super::super::chain::Chain;
use super::super::closure::Function;
use super::super::consumer;
use super::super::drive::{Around, Do, Iter};
use super::super::shape::Shape;
use super::super::{Lower, Refused, Res, Val};
use super::Method;
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, ExprKind};
use crate::ir::{Ending, Op, Read, ReadOf, Value};
use proc_macro2::TokenStream;
use quote::quote;

/// What takes a value out.
#[derive(Clone)]
pub(super) struct Taking<'a> {
    /// The expression that does: `x?`, `x.unwrap()`.
    e: &'a Expr,
    /// What stands between the two, the last one first: `ok_or(…)`, `map_err(…)`.
    links: Vec<&'a Expr>,
    /// What is known of the value.
    shape: Shape,
}

impl<'a> Taking<'a> {
    fn behind(&self, link: &'a Expr) -> Taking<'a> {
        let mut behind = self.clone();
        behind.links.push(link);
        behind
    }

    /// Whether it may stand in several places, of which one is run, or in front of code that stood before it: there
    /// is nothing in it that is evaluated where the value is there.
    fn is_lazy(&self) -> bool {
        let lazy = |e: &Expr| matches!(e.kind, ExprKind::Closure(_) | ExprKind::Path(_) | ExprKind::Lit(_));
        self.links.iter().all(|link| match &link.kind {
            ExprKind::Method { args, .. } => args.iter().all(lazy),
            _ => true,
        })
    }
}

impl<'a> Lower<'a, '_> {
    /// What is in `inner`, where `e` takes it out, by `?` or `unwrap`.
    pub(super) fn taken_out_of(&mut self, inner: &'a Expr, e: &'a Expr) -> Res<Val> {
        self.out_of(inner, &Taking { e, links: Vec::new(), shape: self.facts.shape(e) })
    }

    fn out_of(&mut self, inner: &'a Expr, by: &Taking<'a>) -> Res<Val> {
        if self.dead {
            return Ok(Val::Never);
        }
        if let Some(call) = self.facts.wrapped_call(inner) {
            return self.out_of_call(inner, call, by);
        }
        if let Some(element) = self.facts.asks_element(inner) {
            return self.element_or_left(&element, inner, by);
        }
        if let Some(consumer) = consumer::classify(&self.facts, inner)
            && matches!(consumer.what, consumer::What::Gather)
        {
            return self.gathered_items(&consumer.chain, inner, by);
        }
        if let Some((method, recv, args)) = self.facts.option_method(inner)
            && let Some(out) = self.out_of_method(inner, (method, recv, args), by)
        {
            return out;
        }
        if by.is_lazy()
            && let Some(out) = self.out_of_parts(inner, by)
        {
            return out;
        }
        let (value, present) = self.option(inner)?;
        self.there_or_left(value, present, by)
    }

    fn out_of_call(&mut self, inner: &'a Expr, call: &'a Expr, by: &Taking<'a>) -> Res<Val> {
        let mut all = vec![by.e];
        all.extend(&by.links);
        let mut at = inner;
        while !std::ptr::eq(at, call) {
            let ExprKind::Method { recv, .. } = &at.kind else { break };
            all.push(at);
            at = recv;
        }
        self.call_through(&all, call, None, ending(by.e))
    }

    /// What is in what a method makes; `None` if only the whole is known.
    fn out_of_method(
        &mut self,
        inner: &'a Expr,
        (method, recv, args): (Method, &'a Expr, &'a [Expr]),
        by: &Taking<'a>,
    ) -> Option<Res<Val>> {
        Some(match method {
            Method::OkOr | Method::MapErr | Method::Same => self.out_of(recv, &by.behind(inner)),
            Method::Map if by.is_lazy() => self.out_of_map(inner, recv, &args[0], by),
            Method::AndThen if by.is_lazy() => self.out_of_both(inner, recv, &args[0], by),
            Method::Or if by.is_lazy() => self.out_of_either(inner, recv, &args[0], by),
            _ => return None,
        })
    }

    fn out_of_map(&mut self, inner: &'a Expr, recv: &'a Expr, f: &'a Expr, by: &Taking<'a>) -> Res<Val> {
        let by = Taking { shape: self.facts.payload(recv), ..by.clone() };
        let val = self.out_of(recv, &by)?;
        let function = self.passed_function(f)?;
        self.apply(&function, vec![val], inner)
    }

    /// `x.and_then(f)`: what is in the one, and then what is in the other.
    fn out_of_both(&mut self, inner: &'a Expr, recv: &'a Expr, f: &'a Expr, by: &Taking<'a>) -> Res<Val> {
        let first = Taking { shape: self.facts.payload(recv), ..by.clone() };
        let val = self.out_of(recv, &first)?;
        if self.dead {
            return Ok(Val::Never);
        }
        let function = self.passed_function(f)?;
        if let Function::Path(path, f) = &function {
            let mut all = vec![by.e];
            all.extend(&by.links);
            return self.apply_path_through(path, vec![val], f, &all, ending(by.e));
        }
        let mut out = Val::Never;
        self.within_function(&function, vec![val], inner, &mut |s, closure| {
            out = s.out_of(&closure.body, by)?;
            Ok(())
        })?;
        Ok(out)
    }

    /// `x.or(y)`, `x.or_else(f)`: what is in the first one, or in the other.
    fn out_of_either(&mut self, inner: &'a Expr, recv: &'a Expr, f: &'a Expr, by: &Taking<'a>) -> Res<Val> {
        let (value, present) = self.option(recv)?;
        let shape = match self.facts.payload(inner) {
            Shape::Unknown => by.shape.clone(),
            known => known,
        };
        if matches!(&inner.kind, ExprKind::Method { name, .. } if name == "or") {
            let (other, also) = self.option(f)?;
            let otherwise = |s: &mut Self| s.there_or_left(other, also, by);
            return self.value_or(present, &shape, |_| Ok(value), otherwise, by.e);
        }
        let function = self.passed_function(f)?;
        let otherwise = |s: &mut Self| {
            if let Function::Path(path, f) = &function {
                let mut all = vec![by.e];
                all.extend(&by.links);
                return s.apply_path_through(path, Vec::new(), f, &all, ending(by.e));
            }
            let mut out = Val::Never;
            s.within_error(&function, present, inner, &mut |s, closure| {
                out = s.out_of(&closure.body, by)?;
                Ok(())
            })?;
            Ok(out)
        };
        self.value_or(present, &shape, |_| Ok(value), otherwise, by.e)
    }

    /// What is in an `Option` that is made on the spot.
    fn out_of_parts(&mut self, inner: &'a Expr, by: &Taking<'a>) -> Option<Res<Val>> {
        if let Some(x) = self.facts.made(inner) {
            return Some(self.content(x));
        }
        if let Some((number, to)) = self.facts.converted_option(inner) {
            return Some(self.converted_content(number, to));
        }
        if let Some(error) = super::failed(inner) {
            return Some(self.failed_at(error, by));
        }
        Some(match &inner.kind {
            ExprKind::Block(b) => self.out_of_block(b, by),
            ExprKind::If(c, then, Some(els)) => self.out_of_branch(c, then, els, by),
            _ => return None,
        })
    }

    fn out_of_block(&mut self, b: &'a Block, by: &Taking<'a>) -> Res<Val> {
        self.stmts(&b.stmts)?;
        match &b.tail {
            _ if self.dead => Ok(Val::Never),
            Some(tail) => self.out_of(tail, by),
            None => Err(Refused),
        }
    }

    fn out_of_branch(&mut self, c: &'a Expr, then: &'a Block, els: &'a Expr, by: &Taking<'a>) -> Res<Val> {
        let cond = self.condition(c)?;
        let shape = by.shape.clone();
        self.value_or(cond, &shape, |s| s.out_of_block(then, by), |s| s.out_of(els, by), by.e)
    }

    /// `items.map(|x| f(x)).collect::<Result<Vec<_>, _>>()?`: each item is taken out where it is made.
    fn gathered_items(&mut self, chain: &Chain<'a>, at: &'a Expr, by: &Taking<'a>) -> Res<Val> {
        self.check_places(chain)?;
        let iter = self.evaluate(chain)?;
        let Shape::Place(ty) = self.facts.payload(at) else {
            return self.refuse(Kind::CollectionUnknown, at, &[]);
        };
        let Iter::On(items, Do::Map(function @ Function::Closure(_))) = &iter else {
            return self.refuse(Kind::NotDifferentiated, at, &["a `collect` of what no closure makes"]);
        };
        let around = Around { assigned: self.assigned_by(function), going: Vec::new() };
        let of_items = ty.elem().map_or(Shape::Unknown, Shape::of_place);
        let by = Taking { shape: of_items, ..by.clone() };
        self.grown(items, ty, &around, at, &|s, val| {
            let mut out = Val::Never;
            s.within_function(function, vec![val], at, &mut |s, closure| {
                out = s.out_of(&closure.body, &by)?;
                Ok(())
            })?;
            Ok(out)
        })
    }

    // Where there is nothing.

    /// What is there; where nothing is, the function is left.
    pub(super) fn there_or_left(&mut self, value: Val, present: Value, by: &Taking<'a>) -> Res<Val> {
        if self.dead {
            return Ok(Val::Never);
        }
        let (rest, reads, known) = match self.rests.get(&present).copied() {
            Some(place) => {
                let ident = self.made_up("rest");
                let read = Read { ident: ident.clone(), source: ReadOf::Place(place) };
                let rt = &self.f.crate_path;
                (quote!({ use #rt::__rt::TakenOnce as _; #ident.__left() }), vec![read], true)
            }
            None => (quote!(::core::option::Option::<::core::convert::Infallible>::None), Vec::new(), false),
        };
        let (code, reads) = self.leaving(rest, reads, known, by)?;
        self.or_exit(value, present, code, reads, by.e)
    }

    /// `Err(x)`, where something is asked for.
    fn failed_at(&mut self, error: &'a Expr, by: &Taking<'a>) -> Res<Val> {
        if self.facts.writes_tainted(error) {
            return self.refuse(Kind::NotDifferentiated, error, &["an effect in this error"]);
        }
        let reads = self.copied_reads(error)?;
        let tokens = &error.tokens;
        let rest = quote!(::core::result::Result::<::core::convert::Infallible, _>::Err(#tokens));
        let (code, reads) = self.leaving(rest, reads, true, by)?;
        self.effect(Op::Exit { code, reads });
        self.dead = true;
        Ok(Val::Never)
    }

    /// What is done where there is nothing: the user's code, on what is left. `known` if that is the user's.
    fn leaving(
        &mut self,
        rest: TokenStream,
        mut reads: Vec<Read>,
        known: bool,
        by: &Taking<'a>,
    ) -> Res<(TokenStream, Vec<Read>)> {
        let mut code = rest;
        for link in by.links.iter().rev().chain(&[by.e]) {
            let ExprKind::Method { name, turbofish, args, .. } = &link.kind else { continue };
            for a in args {
                reads.extend(self.copied_reads(a)?);
            }
            // Nothing is at hand of the error.
            if !known && (name == "ok" || name == "clone") {
                continue;
            }
            let tokens = args.iter().map(|a| &a.tokens);
            let arguments = quote::quote_spanned!(name.span()=> (#(#tokens),*));
            code = quote!(#code.#name #turbofish #arguments);
        }
        let wrapped = by.links.iter().any(|link| {
            matches!(&link.kind, ExprKind::Method { name, .. } if name == "ok_or" || name == "ok_or_else")
        });
        let option = self.f.wrap.as_ref().is_some_and(|wrap| wrap.option);
        match by.e.kind {
            ExprKind::Try(..) if !known && !wrapped && !option => {
                self.refuse(Kind::NotDifferentiated, by.e, &["`?` on this `Result`"])
            }
            ExprKind::Try(_, true) => Ok((
                quote! {
                    match #code {
                        ::core::result::Result::Ok(__never) => match __never {},
                        ::core::result::Result::Err(__error) => return ::core::result::Result::Err(__error),
                    }
                },
                reads,
            )),
            ExprKind::Try(..) => Ok((quote!(match #code? {}), reads)),
            _ => Ok((quote!(match #code {}), reads)),
        }
    }

    /// What is there; what doesn't return otherwise.
    fn or_exit(
        &mut self,
        value: Val,
        present: Value,
        code: TokenStream,
        reads: Vec<Read>,
        e: &'a Expr,
    ) -> Res<Val> {
        let leaving = |s: &mut Self| {
            s.effect(Op::Exit { code, reads });
            s.dead = true;
            Ok(Val::Unit)
        };
        let vars = Vec::new();
        let first = self.arm(|_| Ok(Val::Unit))?;
        let second = self.arm(leaving)?;
        self.join(present, vars, first, second, e)?;
        match value {
            Val::Uninit => {
                // There never is anything.
                self.value_or(
                    present,
                    &Shape::Float(crate::ir::FloatTy::Unknown),
                    |_| Ok(Val::Uninit),
                    |_| Ok(Val::Uninit),
                    e,
                )
            }
            value => Ok(value),
        }
    }
}

/// How a call's wrapper is taken off by `e`.
fn ending(e: &Expr) -> Ending {
    match e.kind {
        ExprKind::Try(_, true) => Ending::HandedOn,
        _ => Ending::Out,
    }
}
