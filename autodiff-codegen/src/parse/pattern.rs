//! Patterns: what they bind, and of which shape they are.

use super::scopes::Parser;
use crate::hir::{Pat, PatKind, Var};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

impl Parser<'_> {
    /// Binds the variables of a pattern that always matches.
    pub fn pattern(&mut self, pat: &syn::Pat, ty: Option<&syn::Type>) -> Pat {
        let kind = match pat {
            syn::Pat::Wild(_) => PatKind::Wild,
            syn::Pat::Paren(p) => return self.pattern(&p.pat, ty),
            syn::Pat::Type(p) => return self.pattern(&p.pat, Some(&p.ty)),
            syn::Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none() => {
                PatKind::Var(self.bind(&p.ident, p.mutability.is_some(), ty))
            }
            syn::Pat::Tuple(p) if !p.elems.iter().any(is_rest) => {
                let parts = p.elems.iter().enumerate();
                PatKind::Tuple(parts.map(|(i, p)| self.pattern(p, tuple_part(ty, i))).collect())
            }
            syn::Pat::Slice(p) if !p.elems.iter().any(is_rest) => {
                let elem = element(ty);
                PatKind::Array(p.elems.iter().map(|p| self.pattern(p, elem)).collect())
            }
            syn::Pat::Reference(p) if p.mutability.is_none() => {
                PatKind::Ref(Box::new(self.pattern(&p.pat, pointee(ty))))
            }
            syn::Pat::Lit(_) | syn::Pat::Range(_) | syn::Pat::Path(_) | syn::Pat::Const(_) => PatKind::Const,
            other => PatKind::Other(self.bind_all(other, false)),
        };
        Pat { kind, tokens: pat.to_token_stream(), span: pat.span() }
    }

    /// Binds the variables of any pattern, without keeping its shape. In one that may fail to match
    /// (`refutable`), a name in capitals is taken for a constant, unless a variable of that name is in scope:
    /// then no constant of that name can be.
    pub fn bind_all(&mut self, pat: &syn::Pat, refutable: bool) -> Vec<Var> {
        let mut found = Binders::default();
        syn::visit::Visit::visit_pat(&mut found, pat);
        let mut bound: Vec<Var> = Vec::new();
        for (ident, mutable) in found.idents {
            let capital = ident.unraw().to_string().starts_with(char::is_uppercase);
            let known = self.lookup(&ident);
            // The arms of an or-pattern bind the same variables again.
            let again = known.is_some_and(|var| bound.contains(&var));
            let constant = refutable && capital && known.is_none();
            if !again && !constant {
                bound.push(self.bind(&ident, mutable, None));
            }
        }
        bound
    }
}

/// Collects the identifiers that a pattern binds.
#[derive(Default)]
struct Binders {
    idents: Vec<(syn::Ident, bool)>,
}

impl<'ast> syn::visit::Visit<'ast> for Binders {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        let mutable = pat.mutability.is_some();
        self.idents.push((pat.ident.clone(), mutable));
        if let Some((_, sub)) = &pat.subpat {
            self.visit_pat(sub);
        }
    }

    fn visit_expr(&mut self, _: &'ast syn::Expr) {}

    fn visit_type(&mut self, _: &'ast syn::Type) {}
}

/// `..`
fn is_rest(pat: &syn::Pat) -> bool {
    match pat {
        syn::Pat::Rest(_) => true,
        syn::Pat::Ident(p) => p.subpat.as_ref().is_some_and(|(_, sub)| is_rest(sub)),
        _ => false,
    }
}

/// Looks through parentheses and invisible groups.
fn plain(ty: Option<&syn::Type>) -> Option<&syn::Type> {
    match ty? {
        syn::Type::Paren(t) => plain(Some(&t.elem)),
        syn::Type::Group(t) => plain(Some(&t.elem)),
        other => Some(other),
    }
}

/// The type of a tuple's part, if it is declared.
fn tuple_part(ty: Option<&syn::Type>, index: usize) -> Option<&syn::Type> {
    match plain(ty)? {
        syn::Type::Tuple(t) => t.elems.iter().nth(index),
        _ => None,
    }
}

/// The type of an array's or slice's elements, if it is declared.
fn element(ty: Option<&syn::Type>) -> Option<&syn::Type> {
    match plain(ty)? {
        syn::Type::Array(t) => Some(&t.elem),
        syn::Type::Slice(t) => Some(&t.elem),
        _ => None,
    }
}

/// The type behind a reference, if it is declared.
fn pointee(ty: Option<&syn::Type>) -> Option<&syn::Type> {
    match plain(ty)? {
        syn::Type::Reference(t) => Some(&t.elem),
        _ => None,
    }
}
