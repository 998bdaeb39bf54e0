//! `let … else` that leaves a loop or the function, on passive data.
//!
//! The `let` itself is copied, and gives what its pattern binds, or nothing; the rest goes into the arm where
//! there is something.

use super::early::Rest;
use super::exits::Yields;
use super::{Lower, Res, jumps, walk};
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, Pat};
use crate::ir::{Op, OpaqueKind, Ty};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

impl<'a> Lower<'a, '_> {
    /// `let head = init else { els };`, and what comes after it.
    pub(super) fn run_let_else(
        &mut self,
        pat: &'a Pat,
        head: &TokenStream,
        init: &'a Expr,
        els: &'a Block,
        rest: &Rest<'_, 'a>,
    ) -> Res<Yields> {
        if self.facts.tainted(init) || jumps::leaves(init) || self.facts.writes_tainted(init) {
            return self.refuse_at(Kind::LetElse, pat.span, &[]);
        }
        let reads = self.copied_reads(init)?;
        let mut bound: Vec<Ident> = Vec::new();
        let mut parts = TokenStream::new();
        walk::bound(pat, &mut |v| {
            let ident = self.f.vars[v.0 as usize].ident.clone();
            let mutable = self.is_mutable(v).then(|| quote!(mut));
            parts.extend(quote!(#mutable #ident,));
            bound.push(ident);
        });
        let head = without_mut(head.clone());
        let found = format_ident!("__found_{}", self.func.values.len(), span = Span::mixed_site());
        let tokens = &init.tokens;
        let matched = quote! {
            '__matched: {
                let #head = #tokens else { break '__matched ::core::option::Option::None; };
                ::core::option::Option::Some((#(#bound,)*))
            }
        };
        self.opaque_declaration(quote!(#found), matched, vec![found.clone()], reads);
        let kind = OpaqueKind::Expr(quote!(#found.is_some()));
        let cond = self.push(Op::Opaque { kind, reads: Vec::new() }, Ty::Bool);
        self.either(
            cond,
            |s| {
                s.opaque_declaration(quote!((#parts)), quote!(#found.unwrap()), bound.clone(), Vec::new());
                s.declare_opaque(pat)?;
                s.run_rest(rest)
            },
            |s| s.run_diverging(els),
        )
    }
}

/// A pattern whose variables are only handed on.
fn without_mut(pattern: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for tree in pattern {
        let tree = match tree {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_mut(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            tree => tree,
        };
        // `&mut`, `&'a mut`, `*mut` and `ref mut` stay.
        let bound = match out.last() {
            None => true,
            Some(TokenTree::Punct(p)) => !matches!(p.as_char(), '&' | '*'),
            Some(TokenTree::Ident(i)) => {
                let after = out.len().checked_sub(2).and_then(|k| out.get(k));
                let lifetime = matches!(after, Some(TokenTree::Punct(p)) if p.as_char() == '\'');
                i != "ref" && !lifetime
            }
            Some(_) => true,
        };
        if !(bound && matches!(&tree, TokenTree::Ident(i) if i == "mut")) {
            out.push(tree);
        }
    }
    out.into_iter().collect()
}
