//! Methods go by their names, and rustc may find another one of the same name first: that of a trait of the user's, which is
//! implemented for the type on which the method is called. Before it looks into a `&f64` for what `f64` has, or into a `Vec`
//! for what slices have, it asks all traits about the `&f64` and the `Vec`.
//!
//! So each companion has rustc find the methods once more beside a trait that has them for all types, and is asked last
//! (`__methods_of_std` in the run-time half). What is found has to be this trait's.

use super::shape::Shape;
use super::{Lower, walk};
use crate::hir::{Expr, ExprKind};
use crate::ir::{FloatTy, Len, PlaceTy, Ty};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::BTreeMap;

/// Methods that slices have, and neither `Vec`s nor arrays.
const OF_SLICES: &str = "binary_search_by binary_search_by_key chunks chunks_exact chunks_exact_mut chunks_mut \
    clone_from_slice concat contains copy_from_slice copy_within ends_with fill fill_with first first_mut get get_mut \
    is_sorted is_sorted_by is_sorted_by_key iter iter_mut last last_mut partition_point rchunks rchunks_mut repeat reverse \
    rotate_left rotate_right select_nth_unstable_by sort_by sort_by_cached_key sort_by_key sort_unstable_by \
    sort_unstable_by_key split_at split_at_mut split_first split_first_mut split_last split_last_mut starts_with swap \
    swap_with_slice to_vec windows";

/// Methods that `Vec`s have of their own, and arrays have of slices.
const OF_VECS: &str = "is_empty len";

impl Lower<'_, '_> {
    /// Has rustc check all methods that traits could have as well.
    pub(super) fn proofs_of_methods(&self) -> Vec<TokenStream> {
        let mut found: BTreeMap<String, (TokenStream, BTreeMap<String, Ident>)> = BTreeMap::new();
        let mut look = |e: &Expr| {
            let ExprKind::Method { recv, name, args, .. } = &e.kind else { return };
            // What ends the flow is copied, and has to be what it was taken for all the same.
            let lent = || self.facts.lends_elements(e) && self.facts.tainted(recv);
            if self.facts.is_copied(e) && !self.facts.asks_slice(recv, &name.to_string()) && !lent() {
                return;
            }
            for ty in self.asked_before(recv, &name.to_string(), args.len()) {
                let (_, names) = found.entry(ty.to_string()).or_insert_with(|| (ty, BTreeMap::new()));
                names.entry(name.to_string()).or_insert_with(|| name.clone());
            }
        };
        walk::block_children(&self.f.body, &mut |e| walk::each(e, &mut look));
        let rt = &self.f.crate_path;
        let proof = |(ty, names): &(TokenStream, BTreeMap<String, Ident>)| {
            let span = names.values().next().map_or_else(Span::mixed_site, Ident::span);
            let span = crate::names::emitted(span);
            let names = names.values();
            let rt = crate::names::located_at(quote!(#rt), span);
            quote_spanned!(span=> #rt::__rt::__methods_of_std!(#ty: #(#names),*);)
        };
        found.values().map(proof).chain(self.proofs_of_operators()).collect()
    }

    /// Has rustc check that operators that are called as methods on floats are those of `std`.
    fn proofs_of_operators(&self) -> Vec<TokenStream> {
        let mut found: BTreeMap<String, TokenStream> = BTreeMap::new();
        let rt = &self.f.crate_path;
        let mut look = |e: &Expr| {
            let ExprKind::Method { recv, name, args, .. } = &e.kind else { return };
            let text = name.to_string();
            let shape = self.facts.shape(recv);
            let operator = super::method::operator(&self.facts, &shape, &text, args);
            let Some((of, _)) = operator.filter(|_| !self.facts.is_copied(e)) else { return };
            let Shape::Float(float) = shape.strip() else { return };
            for ty in floats(float) {
                let span = crate::names::emitted(name.span());
                let receiver = behind(references(&shape).count(), &ty);
                let (of, name) = (Ident::new(of, span), Ident::new(&text, span));
                let other = args.first().map(|_| Ident::new("b", span));
                let key = format!("{receiver}.{text}");
                let rt = crate::names::located_at(quote!(#rt), span);
                found.entry(key).or_insert_with(|| {
                    quote_spanned!(span=> #rt::__rt::__operator_of_std!(#receiver, #ty: #of, #name(#other));)
                });
            }
        };
        walk::block_children(&self.f.body, &mut |e| walk::each(e, &mut look));
        found.into_values().collect()
    }

    /// The types whose traits are asked for a method before the type that has it.
    fn asked_before(&self, recv: &Expr, name: &str, args: usize) -> Vec<TokenStream> {
        let of = |names: &str| names.split_whitespace().any(|n| n == name);
        let shape = self.facts.shape(recv);
        let rt = &self.f.crate_path;
        match shape.strip() {
            Shape::Float(float) => {
                let known = crate::rules::by_method(name, args + 1).is_some()
                    || name == "sin_cos"
                    || self.f.types.own_method(float, name, args + 1).is_some();
                let references = references(&shape).filter(|_| known);
                let floats = floats(float);
                references.flat_map(|n| floats.iter().map(move |t| behind(n, t))).collect()
            }
            // Behind two references: what is behind one has the method itself.
            Shape::Place(ty) if (of(OF_SLICES) || of(OF_VECS)) && references(&shape).count() > 1 => {
                let types = types(ty, rt);
                references(&shape).skip(1).flat_map(|n| types.iter().map(move |t| behind(n, t))).collect()
            }
            Shape::Place(ty @ PlaceTy::Vec(_)) if of(OF_SLICES) => types(ty, rt),
            Shape::Place(ty @ PlaceTy::Array(..)) if of(OF_SLICES) || of(OF_VECS) => types(ty, rt),
            _ => Vec::new(),
        }
    }
}

/// How many references deep the types are on the way to what is referred to.
fn references(shape: &Shape) -> impl Iterator<Item = usize> {
    let mut depth = 0;
    let mut at = shape;
    while let Shape::Ref(_, inner) = at {
        depth += 1;
        at = inner;
    }
    1..=depth
}

fn behind(references: usize, ty: &TokenStream) -> TokenStream {
    (0..references).fold(ty.clone(), |ty, _| quote!(&#ty))
}

/// What a float may be.
fn floats(float: &FloatTy) -> Vec<TokenStream> {
    match float {
        FloatTy::F32 => vec![quote!(f32)],
        FloatTy::F64 => vec![quote!(f64)],
        FloatTy::Generic(name) => name.parse().into_iter().collect(),
        FloatTy::Unknown => vec![quote!(f32), quote!(f64)],
        // No value of the user's is of several numbers at once.
        FloatTy::Lanes(_) => Vec::new(),
    }
}

/// What a type may be; nothing, if only rustc knows.
fn types(ty: &PlaceTy, rt: &syn::Path) -> Vec<TokenStream> {
    match ty {
        PlaceTy::Scalar(Ty::Float(float)) => floats(float),
        PlaceTy::Scalar(Ty::Int(Some(int))) => int.parse().into_iter().collect(),
        PlaceTy::Scalar(Ty::Bool) => vec![quote!(bool)],
        PlaceTy::Array(t, Len::Known(n)) => types(t, rt).iter().map(|t| quote!([#t; #n])).collect(),
        PlaceTy::Array(t, Len::Expr(n)) => types(t, rt).iter().map(|t| quote!([#t; #n])).collect(),
        PlaceTy::Slice(t) => types(t, rt).iter().map(|t| quote!([#t])).collect(),
        PlaceTy::Vec(t) => types(t, rt).iter().map(|t| quote!(#rt::__rt::Vec<#t>)).collect(),
        PlaceTy::User(of) if !super::user::has_holes(&of.0.to_string()) => vec![of.0.clone()],
        _ => Vec::new(),
    }
}
