//! Calls whose result is an `Option` or `Result` that is taken off at once: `f(x)?`, `f(x).unwrap()`,
//! `f(x).map_err(…)?`.
//!
//! A companion's forward part has the function's own wrapper around what it returns, so whatever stands between the
//! call and the value inside works on it as it stands.

use super::callee::Named;
use super::facts::Facts;
use super::{Lower, Refused, Res, Val};
use crate::hir::{Expr, ExprKind, Type};
use crate::ir::{Ending, Taken};
use quote::quote;

/// Methods that change the wrapper, whatever is in it.
const WRAPPERS: [&str; 7] =
    ["map_err", "ok_or", "ok_or_else", "ok", "inspect_err", "context", "with_context"];

/// Methods that take the value out.
const TAKERS: [&str; 3] = ["unwrap", "expect", "unwrap_or_else"];

impl<'a> Facts<'a> {
    /// The call whose value an expression is, if there is nothing but its wrapper between the two.
    pub fn taken<'e>(&self, e: &'e Expr) -> Option<&'e Expr> {
        if self.is_conversion(e) {
            return None;
        }
        let inner = match &e.kind {
            ExprKind::Try(inner, _) => &**inner,
            ExprKind::Method { recv, name, args, .. } if is_taker(&name.to_string(), args) => &**recv,
            _ => return None,
        };
        self.wrapped_call(inner)
    }

    /// The active call whose `Option` or `Result` an expression is, with nothing between them but what changes the
    /// wrapper.
    pub fn wrapped_call<'e>(&self, e: &'e Expr) -> Option<&'e Expr> {
        let mut inner = e;
        while let ExprKind::Method { recv, name, .. } = &inner.kind
            && WRAPPERS.contains(&name.to_string().as_str())
        {
            inner = recv;
        }
        if let ExprKind::Method { recv, name, args, .. } = &inner.kind {
            if self.linear_of(recv).is_some() && !self.linear_is_fallible(recv, &name.to_string(), args) {
                return None;
            }
            let user = super::method::classify(self, recv, &name.to_string(), args);
            // What is known to be something else has no wrapper.
            let plain = self.method_result(recv, &name.to_string()).is_some();
            let user = user == super::method::Method::User && !plain;
            return (user && self.tainted(inner)).then_some(inner);
        }
        let ExprKind::Call { path, .. } = &inner.kind else { return None };
        if super::chain::source(inner).is_some() {
            return None;
        }
        // `T::from(x)`, `NumCast::from(x)` make numbers of numbers.
        let numbers = ["NumCast", "FromPrimitive", "ToPrimitive", "Float"];
        let of_numbers = path.segments.iter().rev().nth(1).is_some_and(|s| {
            numbers.iter().any(|n| s.ident == n) || self.f.float_params.iter().any(|p| s.ident == p)
        });
        let call = matches!(self.named(inner), Some(Named::Function | Named::Recursive));
        (call && !of_numbers && self.tainted(inner)).then_some(inner)
    }
}

/// `unwrap_or_else` only with a closure that never returns: any other would make a value without a derivative.
fn is_taker(name: &str, args: &[Expr]) -> bool {
    let diverges = |e: &Expr| {
        let closure = syn::parse2::<syn::ExprClosure>(e.tokens.clone());
        let names = ["panic", "unreachable", "todo", "unimplemented"];
        closure.is_ok_and(|c| match super::super::parse::peel(&c.body) {
            syn::Expr::Macro(m) => names.iter().any(|n| m.mac.path.is_ident(n)),
            _ => false,
        })
    };
    TAKERS.contains(&name) && (name != "unwrap_or_else" || args.iter().all(diverges))
}

impl<'a> Lower<'a, '_> {
    /// The value of a call whose wrapper is taken off at once.
    pub(super) fn taken_call(&mut self, e: &'a Expr, call: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        let ending = match e.kind {
            ExprKind::Try(_, true) => Ending::HandedOn,
            _ => Ending::Out,
        };
        self.call_and_links(e, call, hint, ending)
    }

    /// A call, and what stands between it and `e`.
    pub(super) fn call_and_links(
        &mut self,
        e: &'a Expr,
        call: &'a Expr,
        hint: Option<&Type>,
        ending: Ending,
    ) -> Res<Val> {
        let mut links = Vec::new();
        let mut at = e;
        while !std::ptr::eq(at, call) {
            links.push(at);
            at = match &at.kind {
                ExprKind::Try(inner, _) => inner,
                ExprKind::Method { recv, .. } => recv,
                _ => break,
            };
        }
        self.call_through(&links, call, hint, ending)
    }

    /// A call, and what stands behind it, the last first.
    pub(super) fn call_through(
        &mut self,
        links: &[&'a Expr],
        call: &'a Expr,
        hint: Option<&Type>,
        ending: Ending,
    ) -> Res<Val> {
        let taken = Some(self.taken_by(links, ending)?);
        let known = self.facts.wrapped_place(call).to_type().filter(|_| !ending.is_apart());
        let hint = known.as_ref().or(hint);
        match &call.kind {
            ExprKind::Call { path, args, .. } => {
                let recursive = self.facts.named(call) == Some(Named::Recursive) && !ending.is_apart();
                self.user_call((call, path), args, recursive, hint, taken)
            }
            ExprKind::Method { recv, name, args, .. } => {
                self.user_method(call, recv, (name, args), hint, taken)
            }
            _ => Err(Refused),
        }
    }

    /// What stands behind a call, the last first.
    pub(super) fn taken_by(&mut self, links: &[&'a Expr], ending: Ending) -> Res<Taken> {
        let mut code = proc_macro2::TokenStream::new();
        let mut reads = Vec::new();
        for link in links.iter().rev() {
            let ExprKind::Method { name, turbofish, args, .. } = &link.kind else {
                let ExprKind::Try(_, false) = link.kind else { continue };
                let question = syn::Token![?](link.span);
                code.extend(quote!(#question));
                continue;
            };
            for a in args {
                reads.extend(self.copied_reads(a)?);
            }
            let tokens = args.iter().map(|a| &a.tokens);
            code.extend(quote!(.#name #turbofish (#(#tokens),*)));
        }
        Ok(Taken { code, reads, ending })
    }
}
