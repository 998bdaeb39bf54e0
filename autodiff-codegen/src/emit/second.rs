//! Second derivatives: `NAME_hvp` and `NAME_hessian`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::body::Body;
use super::companion::{Cx, Kind};
use super::{docs, types};
use crate::forward::Tangent;
use crate::hir;
use crate::ir::*;
use crate::names;
use crate::second::Columns;
use crate::tables::HashSet;

impl Cx<'_> {
    /// The companions of second derivatives.
    pub(super) fn second(&self, t: &Tangent, lanes: Option<&Tangent>) -> TokenStream {
        let hvp = self.hvp(t);
        let hessian = self.opts.hessian.then(|| self.hessian(t, lanes));
        quote!(#hvp #hessian)
    }

    fn hvp(&self, t: &Tangent) -> TokenStream {
        let name = self.name(Kind::Hvp);
        let (Ret::Tuple(parts), Ret::Tuple(tangents)) = (&t.func.ret, &t.ret_tangent) else {
            return TokenStream::new();
        };
        let (params, code) = Body::emit(&t.func, &self.rt, |body| {
            let params = body.signature(self.span);
            self.check_tangents(body, t, Kind::Hvp);
            body.stmts(&t.func.body.stmts);
            let mut trees = parts.clone();
            trees.extend(tangents.iter().skip(1).cloned());
            let all = body.results(&trees, self.span);
            (params, self.finish(body, quote_spanned!(self.span=> (#(#all),*))))
        });
        let (value, grads) = (self.value_type(), self.gradients(t));
        let output = self.wrapped_type(quote_spanned!(self.span=> (#value, #grads, #grads)));
        let doc = docs::second(self, t);
        self.function((&name, Kind::Hvp), &doc, &params, &output, (&t.func, &code))
    }

    /// The type of the gradient.
    fn gradients(&self, t: &Tangent) -> TokenStream {
        let Ret::Tuple(parts) = &t.func.ret else { return TokenStream::new() };
        let trees = match &parts[..] {
            [_, Ret::Tuple(trees)] if t.tangents.len() != 1 => trees,
            parts => &parts[1..],
        };
        let types: Vec<TokenStream> =
            t.tangents.iter().zip(trees).map(|((i, _), tree)| self.adjoint_type(*i, tree)).collect();
        tuple(&types)
    }

    /// The function's parameters under names that no other parameter or variable has, and with their types.
    pub(super) fn numbered_signature(&self) -> (Vec<Ident>, Vec<TokenStream>) {
        let (span, params) = (self.span, &self.primal.params);
        let name = |i: usize| match params[i].name == "self" {
            true => params[i].name.clone(),
            false => format_ident!("a{i}", span = span),
        };
        let idents: Vec<Ident> = (0..params.len()).map(name).collect();
        let typed = params.iter().zip(&idents).map(|(p, ident)| {
            let ty = &p.ty;
            quote_spanned!(span=> #ident: #ty)
        });
        let signature = typed.collect();
        (idents, signature)
    }

    /// The parameters and the code under the user's names for the parameters, as far as the code means nothing else by these.
    pub(super) fn under_own_names(
        &self,
        (idents, signature): (&[Ident], Vec<TokenStream>),
        mut code: TokenStream,
    ) -> (Vec<TokenStream>, TokenStream) {
        let mut taken = HashSet::default();
        for tokens in [&code, &self.items(&Func::new(String::new()))] {
            names::each_ident(tokens, &mut |ident| {
                taken.insert(names::text(ident));
            });
        }
        let mut signature = signature;
        for (i, numbered) in idents.iter().enumerate().filter(|(_, ident)| *ident != "self") {
            let is_name = matches!(self.hir.params.get(i).map(|p| &p.pat.kind), Some(hir::PatKind::Var(_)));
            let (own, ty) = (&self.primal.params[i].name, &self.primal.params[i].ty);
            if !is_name || !taken.insert(names::text(own)) {
                continue;
            }
            let mut own = own.clone();
            own.set_span(names::emitted(own.span()));
            code = names::rename(code, numbered, &own);
            signature[i] = quote_spanned!(self.span=> #own: #ty);
        }
        (signature, code)
    }

    /// One product with the Hessian for each column, after the gradient; with lanes, for several columns.
    fn hessian(&self, t: &Tangent, lanes: Option<&Tangent>) -> TokenStream {
        let (span, rt, name) = (self.span, &self.rt, self.name(Kind::Hessian));
        let Some((active, _)) = t.tangents.first() else { return TokenStream::new() };
        let ty = &self.hir.params[*active].ty;
        let Some(columns) = Columns::of(ty) else { return TokenStream::new() };
        let params = &self.primal.params;
        let (idents, signature) = self.numbered_signature();
        let again: Vec<TokenStream> = params.iter().zip(&idents).map(|(p, ident)| again(p, ident)).collect();
        let call = |kind: Kind, more: TokenStream| {
            let (companion, all) = (self.sibling(&self.name(kind)), self.turbofish(0));
            quote_spanned!(span=> #companion #all(#(#again,)* #more))
        };
        let (value, gradient, x) = (self.value_type(), self.gradients(t), &idents[*active]);
        let float = self.float(ty);
        let take = self.hir.wrap.is_some().then(|| quote_spanned!(span=> ?));
        let grad = call(Kind::Grad, TokenStream::new());
        let (zero, one) =
            (quote_spanned!(span=> #rt::lit::<#float>(0.0)), quote_spanned!(span=> #rt::lit::<#float>(1.0)));
        let in_lanes = lanes.and_then(|t| self.hessian_in_lanes(t, &columns, (&again, &float)));
        let (lines, rows, ty) = match columns {
            columns if let Some((lines, ty)) = in_lanes => {
                let n = matches!(columns, Columns::Slice).then(|| quote_spanned!(span=> let n = #x.len();));
                let lines = quote_spanned!(span=> #n let (value, gradient) = #grad #take; #lines);
                (lines, quote_spanned!(span=> rows), ty)
            }
            Columns::One => {
                let call = call(Kind::Hvp, one);
                (
                    quote_spanned!(span=> let (value, gradient, row) = #call #take;),
                    quote_spanned!(span=> row),
                    float,
                )
            }
            Columns::Array(n) => {
                let (n, call) = (types::len(&n, span), call(Kind::Hvp, quote_spanned!(span=> direction)));
                let lines = quote_spanned! {span=>
                    let (value, gradient) = #grad #take;
                    let (mut direction, mut rows) = ([#zero; #n], [[#zero; #n]; #n]);
                    for column in 0..#n {
                        direction[column] = #one;
                        rows[column] = (#call #take).2;
                        direction[column] = #zero;
                    }
                };
                (lines, quote_spanned!(span=> rows), quote_spanned!(span=> [[#float; #n]; #n]))
            }
            Columns::Slice => {
                let by_value = matches!(self.hir.params[*active].ty, hir::Type::Vec(_));
                let direction = match by_value {
                    true => quote_spanned!(span=> direction.clone()),
                    false => quote_spanned!(span=> &direction),
                };
                let call = call(Kind::Hvp, direction);
                let lines = quote_spanned! {span=>
                    let n = #x.len();
                    let (value, gradient) = #grad #take;
                    let mut direction = #rt::vec![#zero; n];
                    let mut rows: #gradient = #rt::Vec::with_capacity(n * n);
                    for column in 0..n {
                        direction[column] = #one;
                        rows.extend((#call #take).2);
                        direction[column] = #zero;
                    }
                };
                (lines, quote_spanned!(span=> rows), gradient.clone())
            }
        };
        let result = self.wrapped(quote_spanned!(span=> (value, gradient, #rows)));
        let output = self.wrapped_type(quote_spanned!(span=> (#value, #gradient, #ty)));
        let doc = docs::hessian(self, *active);
        let function = lanes.map(|t| self.lanes_function(t, &self.part("lanes"), Kind::Hvp));
        let (beside, inside) = if self.hir.associated { (function, None) } else { (None, function) };
        let (signature, code) = self.under_own_names((&idents, signature), quote!(#lines #result));
        let code = quote!(#inside #code);
        let companion = self.function(
            (&name, Kind::Hessian),
            &doc,
            &signature,
            &output,
            (&Func::new(String::new()), &code),
        );
        quote!(#companion #beside)
    }

    /// The float that a parameter is made of.
    pub(super) fn float(&self, ty: &hir::Type) -> TokenStream {
        match ty {
            hir::Type::Ref(_, t) | hir::Type::Array(t, _) | hir::Type::Slice(t) | hir::Type::Vec(t) => {
                self.float(t)
            }
            hir::Type::Float(f) => {
                types::float(f, self.span).unwrap_or_else(|| quote_spanned!(self.span=> _))
            }
            _ => quote_spanned!(self.span=> _),
        }
    }
}

/// `a`, or `(a, b)`
fn tuple(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [one] => one.clone(),
        parts => quote!((#(#parts),*)),
    }
}

/// An argument, passed once more.
pub(super) fn again(p: &Param, ident: &Ident) -> TokenStream {
    match syn::parse2::<syn::Type>(p.ty.clone()) {
        Ok(syn::Type::Reference(_)) => quote!(#ident),
        _ => quote!(::core::clone::Clone::clone(&#ident)),
    }
}
