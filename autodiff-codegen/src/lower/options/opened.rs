//! What looks into an `Option`.

use super::super::chain::Chain;
use super::super::closure::Function;
use super::super::consumer;
use super::super::drive::{Around, Do, Iter};
use super::super::shape::Shape;
use super::super::{Lower, Refused, Res, Val};
use super::Method;
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind};
use crate::ir::{Ending, IntOp, Op, Read, Ty, Value};
use proc_macro2::TokenStream;
use quote::quote;

impl<'a> Lower<'a, '_> {
    /// An expression that looks into an `Option`, or makes one.
    pub(in super::super) fn opened(&mut self, e: &'a Expr) -> Res<Val> {
        if let ExprKind::Try(inner, _) = &e.kind {
            return self.out_of(inner, e, Vec::new());
        }
        let Some((method, recv, args)) = self.facts.option_method(e) else { return self.option_value(e) };
        match method {
            Method::Unwrap => self.out_of(recv, e, Vec::new()),
            Method::Is | Method::IsNot | Method::IsAnd | Method::IsNotOr => {
                self.looked_at(e, method, recv, args).map(Val::Scalar)
            }
            Method::UnwrapOr => {
                let (value, present) = self.option(recv)?;
                let ExprKind::Method { name, .. } = &e.kind else { return Err(Refused) };
                let shape = self.facts.shape(e);
                let there = |s: &mut Self| s.there_is(value);
                match (name == "unwrap_or", args) {
                    (true, [other]) => {
                        let other = self.content(other)?;
                        self.value_or(present, &shape, there, |_| Ok(other), e)
                    }
                    (false, [f]) => {
                        let function = self.passed_function(f)?;
                        let otherwise = |s: &mut Self| {
                            let args = s.unused(&function, e)?;
                            s.apply(&function, args, e)
                        };
                        self.value_or(present, &shape, there, otherwise, e)
                    }
                    _ => self.value_or(present, &shape, there, |_| Ok(Val::Uninit), e),
                }
            }
            Method::MapOr => self.mapped_or(e, recv, args),
            _ => self.option_value(e),
        }
    }

    fn looked_at(&mut self, e: &'a Expr, method: Method, recv: &'a Expr, args: &'a [Expr]) -> Res<Value> {
        let (value, present) = self.option(recv)?;
        let not = |s: &mut Self| s.push(Op::Int { op: IntOp::Not, args: vec![present] }, Ty::Bool);
        match method {
            Method::Is => Ok(present),
            Method::IsNot => Ok(not(self)),
            _ => {
                let function = self.passed_function(&args[0])?;
                let otherwise = method == Method::IsNotOr;
                self.truth_of(present, otherwise, |s| s.decided_by(&function, value, e), e)
            }
        }
    }

    /// `map_or`, `map_or_else`
    fn mapped_or(&mut self, e: &'a Expr, recv: &'a Expr, args: &'a [Expr]) -> Res<Val> {
        let (value, present) = self.option(recv)?;
        let shape = self.facts.shape(e);
        let lazy = matches!(&e.kind, ExprKind::Method { name, .. } if name == "map_or_else");
        if !lazy {
            let other = self.content(&args[0])?;
            let function = self.passed_function(&args[1])?;
            return self.value_or(present, &shape, |s| s.apply(&function, vec![value], e), |_| Ok(other), e);
        }
        let (otherwise, function) = (self.passed_function(&args[0])?, self.passed_function(&args[1])?);
        let nothing = |s: &mut Self| {
            let args = s.unused(&otherwise, e)?;
            s.apply(&otherwise, args, e)
        };
        self.value_or(present, &shape, |s| s.apply(&function, vec![value], e), nothing, e)
    }

    /// What is in `inner`, where `e` takes it out, by `?` or `unwrap`; `links` stand between the two, the last one
    /// first.
    ///
    /// `x.map(f)?` is `f(x?)`, so that the error is at hand where the function is left.
    fn out_of(&mut self, inner: &'a Expr, e: &'a Expr, mut links: Vec<&'a Expr>) -> Res<Val> {
        if let Some(call) = self.facts.wrapped_call(inner) {
            let ending = match e.kind {
                ExprKind::Try(_, true) => Ending::HandedOn,
                _ => Ending::Out,
            };
            let mut all = vec![e];
            all.append(&mut links);
            let mut at = inner;
            while !std::ptr::eq(at, call) {
                let ExprKind::Method { recv, .. } = &at.kind else { break };
                all.push(at);
                at = recv;
            }
            return self.call_through(&all, call, None, ending);
        }
        if let Some(consumer) = consumer::classify(&self.facts, inner)
            && matches!(consumer.what, consumer::What::Gather)
        {
            return self.gathered_items(&consumer.chain, inner, e, links);
        }
        if let Some((method, recv, args)) = self.facts.option_method(inner) {
            match method {
                Method::Map => {
                    let val = self.out_of(recv, e, links)?;
                    let function = self.passed_function(&args[0])?;
                    return self.apply(&function, vec![val], inner);
                }
                Method::OkOr | Method::MapErr | Method::Same => {
                    links.push(inner);
                    return self.out_of(recv, e, links);
                }
                _ => {}
            }
        }
        let (value, present) = self.option(inner)?;
        let (code, reads) = self.leaving(e, &links)?;
        self.or_exit(value, present, code, reads, e)
    }

    /// `items.map(|x| f(x)).collect::<Result<Vec<_>, _>>()?`: each item is taken out where it is made.
    fn gathered_items(
        &mut self,
        chain: &Chain<'a>,
        at: &'a Expr,
        e: &'a Expr,
        links: Vec<&'a Expr>,
    ) -> Res<Val> {
        self.check_places(chain)?;
        let iter = self.evaluate(chain)?;
        let Shape::Place(ty) = self.facts.payload(at) else {
            return self.refuse(Kind::CollectionUnknown, at, &[]);
        };
        let Iter::On(items, Do::Map(function @ Function::Closure(_))) = &iter else {
            return self.refuse(Kind::NotDifferentiated, at, &["a `collect` of what no closure makes"]);
        };
        let around = Around { assigned: self.assigned_by(function), going: Vec::new() };
        self.grown(items, ty, &around, at, &|s, val| {
            let mut out = Val::Never;
            s.within_function(function, vec![val], at, &mut |s, closure| {
                out = s.out_of(&closure.body, e, links.clone())?;
                Ok(())
            })?;
            Ok(out)
        })
    }

    /// What `e` does where there is nothing: the user's code, on a `None`.
    fn leaving(&mut self, e: &'a Expr, links: &[&'a Expr]) -> Res<(TokenStream, Vec<Read>)> {
        let mut code = quote!(::core::option::Option::<::core::convert::Infallible>::None);
        let mut reads = Vec::new();
        for link in links.iter().rev().chain(&[e]) {
            let ExprKind::Method { name, turbofish, args, .. } = &link.kind else { continue };
            for a in args {
                reads.extend(self.copied_reads(a)?);
            }
            let tokens = args.iter().map(|a| &a.tokens);
            code = quote!(#code.#name #turbofish (#(#tokens),*));
        }
        let wrapped = links.iter().any(|link| {
            matches!(&link.kind, ExprKind::Method { name, .. } if name == "ok_or" || name == "ok_or_else")
        });
        let option = self.f.wrap.as_ref().is_some_and(|wrap| wrap.option);
        match e.kind {
            ExprKind::Try(..) if !wrapped && !option => {
                self.refuse(Kind::NotDifferentiated, e, &["`?` on this `Result`"])
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
