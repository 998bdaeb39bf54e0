//! Functions of the crate `libm`: operations of the table whose values are the crate's own.
//!
//! That a path leads there is a guess, as the user may have a module of that name. So rustc is asked: each function has a
//! type of its own.

use super::callee::{Named, named};
use super::shape::Shape;
use super::{Lower, Val, walk};
use crate::hir::{Expr, ExprKind};
use crate::ir::{Ty, Value};
use crate::rules::Libm;
use proc_macro2::{Ident, Span};
use quote::quote_spanned;

impl Lower<'_, '_> {
    /// A call with these operands, of the function that `path` is said to lead to.
    pub(super) fn libm(&mut self, function: &Libm, path: &syn::Path, operands: Vec<Value>) -> Val {
        self.check_libm(function, path);
        let ty = Ty::Float(function.float.clone());
        operands.iter().for_each(|v| self.know(*v, &ty));
        let mut results = Vec::new();
        for rule in &function.rules {
            let v = self.elem(*rule, operands.clone());
            self.know(v, &ty);
            results.push(Val::Scalar(v));
        }
        match results.len() {
            1 => results.remove(0),
            _ => Val::Tuple(results),
        }
    }

    /// Has rustc check the functions that are passed on by name, whether they are called or not: what is known of them
    /// decides how chains are run. (Calls are checked where they are lowered.)
    pub(super) fn check_libm_paths(&mut self) {
        let mut found = Vec::new();
        let mut look = |e: &Expr| {
            if let ExprKind::Path(path) = &e.kind {
                let functions = (1..4).map(|n| named(self.f, path, n));
                found.extend(functions.filter_map(|n| match n {
                    Named::Libm(function) => Some((function, path.clone())),
                    _ => None,
                }));
            }
        };
        walk::block_children(&self.f.body, &mut |e| walk::each(e, &mut look));
        found.into_iter().for_each(|(function, path)| self.check_libm(&function, &path));
    }

    fn check_libm(&mut self, function: &Libm, path: &syn::Path) {
        let mut plain = path.clone();
        plain.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
        let span = path.segments.last().map_or_else(Span::mixed_site, |s| s.ident.span());
        let span = crate::names::emitted(span);
        let name = Ident::new(&function.name, span);
        let rt = &self.f.crate_path;
        let check = quote_spanned!(span=> const _: fn() = || #rt::__rt::of_libm(::libm::#name, #plain););
        let text = check.to_string();
        if !self.func.items.iter().any(|i| i.to_string() == text) {
            self.func.items.push(check);
        }
    }
}

impl Shape {
    /// What a function of `libm` returns.
    pub(super) fn of_libm(function: &Libm) -> Shape {
        let float = Shape::Float(function.float.clone());
        match function.rules.len() {
            1 => float,
            n => Shape::Tuple(vec![float; n]),
        }
    }
}
