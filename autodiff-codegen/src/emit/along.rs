//! The parts of the handle that the second derivatives of callers go through: the function's value and tangent as one
//! function, forward and reverse. Tangents come as options, `None` for zero, and are kept by the pullback.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::body::Body;
use super::companion::Cx;
use crate::hir;
use crate::ir::*;
use crate::reverse::Gradient;

impl Cx<'_> {
    /// The parts.
    pub(super) fn second_parts(&self, (hir, primal, g): &(hir::Fn, Func, Gradient)) -> TokenStream {
        let mut primal = primal.clone();
        let n = primal.params.len() / 2;
        for i in 0..n {
            let ty = self.tangent_type(&primal, n + i);
            primal.params[n + i].ty = ty;
        }
        let mut cx = self.of(hir, &primal);
        cx.along = true;
        let mut protocol = cx.protocol(g);
        let (fwd, rev) = (cx.fwd(g, &mut protocol), cx.rev(&protocol));
        if !self.has_receiver() {
            return quote!(#fwd #rev);
        }
        let saved = cx.closure(g, &protocol, &protocol.generics);
        let closure = cx.closure_type(&protocol);
        let seen = quote_spanned!(self.span=> impl #closure);
        let forward = cx.forward_method(&protocol, &saved);
        let reverse = cx.reverse_method(&protocol, &seen);
        quote!(#fwd #rev #forward #reverse)
    }

    /// How a tangent comes in.
    fn tangent_type(&self, primal: &Func, i: usize) -> TokenStream {
        let (span, rt) = (self.span, &self.rt);
        match self.tangent_shape(primal, i) {
            Some(shape) => quote_spanned!(span=> ::core::option::Option<&#shape>),
            None => quote_spanned!(span=> #rt::Off),
        }
    }

    /// The type behind the reference.
    fn tangent_shape(&self, primal: &Func, i: usize) -> Option<TokenStream> {
        let (span, rt) = (self.span, &self.rt);
        match &primal.params[i].kind {
            ParamKind::Opaque => None,
            ParamKind::Place(p, _) => super::types::borrowed(&primal.plc(*p).ty, rt, span),
            kind => Some(super::companion::added_type(primal, kind, rt, span)),
        }
    }

    /// A parameter of the forward part: what is known of a tangent holds of the copy.
    pub(super) fn incoming(&self, body: &Body, i: usize) -> TokenStream {
        if self.along && i >= self.primal.params.len() / 2 {
            let name = &body.params[i];
            return quote!(#name);
        }
        body.parameter(i, self.span)
    }

    /// The tangents as the program knows them.
    pub(super) fn own_tangents(&self, body: &mut Body) {
        if !self.along {
            return;
        }
        let (span, rt, n) = (self.span, &self.rt, self.primal.params.len() / 2);
        for i in 0..n {
            let Some(shape) = self.tangent_shape(self.primal, n + i) else { continue };
            let kind = &self.primal.params[n + i].kind;
            let written = body.is_written(kind).then(|| quote_spanned!(span=> mut));
            let (own, arg, t) = (body.names.fresh("zero", span), &body.params[i], &body.params[n + i]);
            let copy = match kind {
                ParamKind::Place(p, _) => match &self.primal.plc(*p).ty {
                    PlaceTy::Vec(_) | PlaceTy::Slice(_) => quote_spanned!(span=> #t.to_vec()),
                    ty if ty.is_fixed() => quote_spanned!(span=> *#t),
                    _ => quote_spanned!(span=> ::core::clone::Clone::clone(#t)),
                },
                ParamKind::Scalar(..) => quote_spanned!(span=> *#t),
                _ => quote_spanned!(span=> ::core::clone::Clone::clone(#t)),
            };
            let code = quote_spanned! {span=>
                let #own;
                let #t: &#shape = match #t {
                    ::core::option::Option::Some(t) => t,
                    ::core::option::Option::None => { #own = #rt::zero_like(&#arg); &#own }
                };
                let #written #t = #copy;
            };
            body.code(code);
        }
    }
}
