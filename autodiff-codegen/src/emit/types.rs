//! Types as tokens, and zeros of them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::ir::*;

/// The name of a scalar type, if it has one.
pub(super) fn scalar(ty: &Ty, rt: &TokenStream, span: Span) -> Option<TokenStream> {
    match ty {
        Ty::Float(FloatTy::Lanes(f)) => {
            let f = float(f, span)?;
            Some(quote_spanned!(span=> #rt::Lanes<#f>))
        }
        Ty::Float(f) => float(f, span),
        Ty::Int(Some(name)) => named(name, span),
        Ty::Bool => Some(quote_spanned!(span=> bool)),
        Ty::Int(None) | Ty::Opaque | Ty::Pullback | Ty::Snapshot => None,
    }
}

/// The name of a float type, if it has one.
pub(super) fn float(ty: &FloatTy, span: Span) -> Option<TokenStream> {
    match ty {
        FloatTy::F32 => Some(quote_spanned!(span=> f32)),
        FloatTy::F64 => Some(quote_spanned!(span=> f64)),
        FloatTy::Generic(name) => named(name, span),
        FloatTy::Unknown | FloatTy::Lanes(_) => None,
    }
}

fn named(name: &str, span: Span) -> Option<TokenStream> {
    let ident: Ident = syn::parse_str(name).ok()?;
    let ident = Ident::new(&ident.to_string(), span);
    Some(quote!(#ident))
}

/// A place's type as an owned value: slices become `Vec`s.
pub(super) fn owned(ty: &PlaceTy, rt: &TokenStream, span: Span) -> Option<TokenStream> {
    match ty {
        PlaceTy::Scalar(t) => scalar(t, rt, span),
        PlaceTy::Array(t, n) => {
            let (t, n) = (owned(t, rt, span)?, len(n, span));
            Some(quote_spanned!(span=> [#t; #n]))
        }
        PlaceTy::Slice(t) | PlaceTy::Vec(t) => {
            let t = owned(t, rt, span)?;
            Some(quote_spanned!(span=> #rt::Vec<#t>))
        }
        PlaceTy::Tuple(ts) => {
            let parts = ts.iter().map(|t| owned(t, rt, span)).collect::<Option<Vec<_>>>()?;
            Some(quote_spanned!(span=> (#(#parts,)*)))
        }
        PlaceTy::User(t) => Some(t.0.clone()),
        PlaceTy::Cell | PlaceTy::Unknown => None,
    }
}

/// A place's type behind a reference: a `Vec` becomes a slice.
pub(super) fn borrowed(ty: &PlaceTy, rt: &TokenStream, span: Span) -> Option<TokenStream> {
    match ty {
        PlaceTy::Slice(t) | PlaceTy::Vec(t) => {
            let t = owned(t, rt, span)?;
            Some(quote_spanned!(span=> [#t]))
        }
        other => owned(other, rt, span),
    }
}

/// The length of an array.
pub(super) fn len(n: &Len, span: Span) -> TokenStream {
    match n {
        Len::Known(n) => {
            let mut lit = proc_macro2::Literal::usize_unsuffixed(*n);
            lit.set_span(span);
            quote!(#lit)
        }
        Len::Expr(t) => {
            // A path or a literal stands by itself; anything else needs braces in a generic argument only.
            quote!(#t)
        }
    }
}
