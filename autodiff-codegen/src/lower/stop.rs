//! `stop_gradient(x)`: a constant on purpose.
//!
//! It is passive code, whatever flows into it, and copied as it stands. Whether the path leads to the function that is
//! meant, and not to one of the user's of the same name, rustc is asked: each function has a type of its own.

use super::callee::Named;
use super::{Lower, walk};
use crate::hir::{Expr, ExprKind};
use quote::quote_spanned;

impl Lower<'_, '_> {
    /// Has rustc check all of them.
    pub(super) fn check_stops(&mut self) {
        let mut found = Vec::new();
        let mut look = |e: &Expr| {
            if let (Some(Named::Stop), ExprKind::Call { path, .. }) = (self.facts.named(e), &e.kind) {
                let mut plain = path.clone();
                plain.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
                if !found.contains(&plain) {
                    found.push(plain);
                }
            }
        };
        walk::block_children(&self.f.body, &mut |e| walk::each(e, &mut look));
        let rt = &self.f.crate_path;
        for path in found {
            let span = path.segments.last().map_or_else(proc_macro2::Span::mixed_site, |s| s.ident.span());
            let span = crate::names::emitted(span);
            self.func.items.push(quote_spanned! {span=>
                const _: fn() = || {
                    fn same<T>(_: T, _: T) {}
                    same(#rt::__rt::stop_gradient::<f64>, #path);
                };
            });
        }
    }
}
