//! Patterns: what they bind, and of which shape they are.

use super::scopes::Parser;
use crate::hir::{Pat, PatKind, Var};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// What is known while a pattern is taken apart.
struct Context {
    /// It may fail to match: a name in it may be that of a constant.
    refutable: bool,
    /// What it has bound so far. The arms of an or-pattern bind the same variables again.
    bound: Vec<Var>,
}

impl Parser<'_> {
    /// Binds the variables of a pattern that always matches.
    pub fn pattern(&mut self, pat: &syn::Pat, ty: Option<&syn::Type>) -> Pat {
        self.taken_apart(pat, ty, &mut Context { refutable: false, bound: Vec::new() })
    }

    /// Binds the variables of a pattern that may fail to match. A name in capitals is taken for a constant,
    /// unless a variable of that name is in scope: then no constant of that name can be. If that is wrong,
    /// the variable is not found where it is read, and nothing compiles.
    pub fn refutable_pattern(&mut self, pat: &syn::Pat) -> Pat {
        self.taken_apart(pat, None, &mut Context { refutable: true, bound: Vec::new() })
    }

    fn taken_apart(&mut self, pat: &syn::Pat, ty: Option<&syn::Type>, cx: &mut Context) -> Pat {
        let mut list = |parser: &mut Self, ps: &mut dyn Iterator<Item = (&syn::Pat, Option<&syn::Type>)>| {
            ps.map(|(p, ty)| parser.taken_apart(p, ty, cx)).collect::<Vec<_>>()
        };
        let kind = match pat {
            syn::Pat::Wild(_) => PatKind::Wild,
            syn::Pat::Rest(_) => PatKind::Rest(None),
            syn::Pat::Paren(p) => return self.taken_apart(&p.pat, ty, cx),
            syn::Pat::Type(p) => return self.taken_apart(&p.pat, Some(&p.ty), cx),
            syn::Pat::Ident(p) => self.identifier(p, ty, cx),
            syn::Pat::Tuple(p) => {
                let parts = p.elems.iter().enumerate();
                PatKind::Tuple(list(self, &mut parts.map(|(i, p)| (p, tuple_part(ty, i)))))
            }
            syn::Pat::Slice(p) => PatKind::Array(list(self, &mut p.elems.iter().map(|p| (p, element(ty))))),
            syn::Pat::TupleStruct(p) if p.qself.is_none() => {
                PatKind::Variant(p.path.clone(), list(self, &mut p.elems.iter().map(|p| (p, None))))
            }
            syn::Pat::Struct(p) if p.qself.is_none() => {
                let mut fields = Vec::new();
                for field in &p.fields {
                    fields.push((field.member.clone(), self.taken_apart(&field.pat, None, cx)));
                }
                PatKind::Struct(p.path.clone(), fields)
            }
            syn::Pat::Or(p) => PatKind::Or(list(self, &mut p.cases.iter().map(|p| (p, ty)))),
            syn::Pat::Reference(p) if p.mutability.is_none() => {
                PatKind::Ref(Box::new(self.taken_apart(&p.pat, pointee(ty), cx)))
            }
            syn::Pat::Range(p) => PatKind::Range {
                lo: p.start.as_ref().map(|e| self.boxed(e)),
                hi: p.end.as_ref().map(|e| self.boxed(e)),
                inclusive: matches!(p.limits, syn::RangeLimits::Closed(_)),
            },
            syn::Pat::Lit(_) | syn::Pat::Path(_) => match syn::parse2(pat.to_token_stream()) {
                Ok(e) => PatKind::Const(self.boxed(&e)),
                Err(_) => PatKind::Other(Vec::new()),
            },
            other => PatKind::Other(self.bind_others(other, cx)),
        };
        Pat { kind, tokens: pat.to_token_stream(), span: pat.span() }
    }

    /// An identifier: a variable, or the name of a constant.
    fn identifier(&mut self, p: &syn::PatIdent, ty: Option<&syn::Type>, cx: &mut Context) -> PatKind {
        let certain = p.mutability.is_some() || p.by_ref.is_some() || p.subpat.is_some();
        let Some(var) = self.bind_name(&p.ident, p.mutability.is_some(), certain, ty, cx) else {
            return match syn::parse2(p.ident.to_token_stream()) {
                Ok(e) => PatKind::Const(self.boxed(&e)),
                Err(_) => PatKind::Other(Vec::new()),
            };
        };
        match (&p.subpat, p.by_ref.is_some(), p.mutability.is_some()) {
            (None, false, _) => PatKind::Var(var),
            (None, true, false) => PatKind::RefVar(var),
            (Some((_, sub)), false, _) => match self.taken_apart(sub, ty, cx) {
                Pat { kind: PatKind::Rest(None), .. } => PatKind::Rest(Some(var)),
                sub => PatKind::At(var, Box::new(sub)),
            },
            (sub, ..) => {
                let mut vars = vec![var];
                if let Some((_, sub)) = sub {
                    vars.extend(self.bind_others(sub, cx));
                }
                PatKind::Other(vars)
            }
        }
    }

    /// Binds a name, unless it is taken for that of a constant.
    fn bind_name(
        &mut self,
        ident: &syn::Ident,
        mutable: bool,
        certain: bool,
        ty: Option<&syn::Type>,
        cx: &mut Context,
    ) -> Option<Var> {
        let known = self.lookup(ident);
        if let Some(var) = known.filter(|var| cx.bound.contains(var)) {
            return Some(var);
        }
        let capital = ident.unraw().to_string().starts_with(char::is_uppercase);
        if cx.refutable && capital && known.is_none() && !certain {
            return None;
        }
        let var = self.bind(ident, mutable, ty);
        cx.bound.push(var);
        Some(var)
    }

    /// Binds the variables of any pattern, without keeping its shape.
    pub fn bind_all(&mut self, pat: &syn::Pat, refutable: bool) -> Vec<Var> {
        self.bind_others(pat, &mut Context { refutable, bound: Vec::new() })
    }

    fn bind_others(&mut self, pat: &syn::Pat, cx: &mut Context) -> Vec<Var> {
        let mut found = Binders::default();
        syn::visit::Visit::visit_pat(&mut found, pat);
        let mut vars = Vec::new();
        for (ident, mutable, certain) in found.idents {
            vars.extend(self.bind_name(&ident, mutable, certain, None, cx));
        }
        vars.sort();
        vars.dedup();
        vars
    }
}

/// Collects the identifiers that a pattern binds.
#[derive(Default)]
struct Binders {
    /// Each with whether it is `mut`, and whether it can't be a constant.
    idents: Vec<(syn::Ident, bool, bool)>,
}

impl<'ast> syn::visit::Visit<'ast> for Binders {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        let mutable = pat.mutability.is_some();
        let certain = mutable || pat.by_ref.is_some() || pat.subpat.is_some();
        self.idents.push((pat.ident.clone(), mutable, certain));
        if let Some((_, sub)) = &pat.subpat {
            self.visit_pat(sub);
        }
    }

    fn visit_expr(&mut self, _: &'ast syn::Expr) {}

    fn visit_type(&mut self, _: &'ast syn::Type) {}
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
