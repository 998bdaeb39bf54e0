//! Numbers that a call gets to change: `f(&mut s, x);` is `let mut cell = [s]; f(&mut cell[0], x); s = cell[0];`, since only what is in
//! memory can be followed through a reference.

use super::expr::peel;
use super::scopes::Parser;
use crate::hir::{Expr, ExprKind, Pat, PatKind, Var};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;

impl Parser<'_> {
    /// Notes which variables of a `let` are floats, as far as what they begin with says.
    pub fn note_numbers(&mut self, pat: &Pat, init: &Expr) {
        match (&pat.kind, &init.kind) {
            (PatKind::Var(v), _) if self.is_float(init) => {
                self.numbers.insert(*v);
            }
            (PatKind::Tuple(ps), ExprKind::Tuple(es)) if ps.len() == es.len() => {
                ps.iter().zip(es).for_each(|(p, e)| self.note_numbers(p, e));
            }
            _ => {}
        }
    }

    /// Whether an expression is a float for certain.
    fn is_float(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Lit(lit) => matches!(lit, syn::Lit::Float(_)),
            ExprKind::Var(v) => self.is_number(*v),
            ExprKind::Neg(e) => self.is_float(e),
            ExprKind::Binary(op, a, b) => {
                crate::lower::is_arithmetic(*op) && self.is_float(a) && self.is_float(b)
            }
            ExprKind::Method { recv, name, args, .. } => {
                let known = crate::rules::by_method(&name.to_string(), args.len() + 1).is_some();
                known && self.is_float(recv)
            }
            _ => false,
        }
    }

    fn is_number(&self, v: Var) -> bool {
        let named = |ty: &syn::Type| matches!(ty, syn::Type::Path(ty) if ty.path.is_ident("f64") || ty.path.is_ident("f32"));
        self.numbers.contains(&v) || self.vars[v.0 as usize].ty.as_ref().is_some_and(named)
    }

    /// The variable behind `&mut s`, if it is a float.
    fn lent_number(&mut self, arg: &syn::Expr) -> Option<Ident> {
        let syn::Expr::Reference(syn::ExprReference { mutability: Some(_), expr, .. }) = peel(arg) else {
            return None;
        };
        let syn::Expr::Path(path) = peel(expr) else { return None };
        let (ident, var) = self.variable(path)?;
        (self.is_number(var) && !self.closures.contains_key(&var)).then_some(ident)
    }

    /// Such a call, as a block; `valued`: its value is asked for.
    pub fn with_cells(&mut self, call: &syn::Expr, valued: bool) -> Option<syn::Expr> {
        let mut call = peel(call).clone();
        let args = match &mut call {
            syn::Expr::Call(call) => match peel(&call.func) {
                syn::Expr::Path(path) if crate::lower::is_of_mem(&path.path) => return None,
                syn::Expr::Path(_) => &mut call.args,
                _ => return None,
            },
            syn::Expr::MethodCall(call) => &mut call.args,
            _ => return None,
        };
        let mut lent: Vec<(Ident, Ident)> = Vec::new();
        for arg in args.iter_mut() {
            match self.lent_number(arg) {
                Some(ident) => {
                    let span = Span::mixed_site().located_at(arg.span());
                    let cell =
                        quote::format_ident!("{}_cell", ident.to_string().replace("r#", ""), span = span);
                    *arg = syn::parse_quote_spanned!(span=> &mut #cell[0]);
                    lent.push((ident, cell));
                }
                // Nothing else is changed while the arguments are evaluated.
                None if does_more(arg.to_token_stream()) => return None,
                None => {}
            }
        }
        if lent.is_empty() {
            return None;
        }
        let (names, cells): (Vec<_>, Vec<_>) = lent.into_iter().unzip();
        let span = Span::mixed_site().located_at(call.span());
        let block = match valued {
            true => {
                let result = Ident::new("result", span);
                quote_spanned!(span=> { #(let mut #cells = [#names];)* let #result = #call; #(#names = #cells[0];)* #result })
            }
            false => quote_spanned!(span=> { #(let mut #cells = [#names];)* #call; #(#names = #cells[0];)* }),
        };
        syn::parse2(block).ok()
    }
}

/// Whether an argument may change something.
fn does_more(arg: TokenStream) -> bool {
    arg.into_iter().any(|token| match token {
        TokenTree::Group(group) => does_more(group.stream()),
        TokenTree::Punct(punct) => matches!(punct.as_char(), '=' | '!' | '|' | '?'),
        TokenTree::Ident(word) => word == "mut",
        TokenTree::Literal(_) => false,
    })
}
