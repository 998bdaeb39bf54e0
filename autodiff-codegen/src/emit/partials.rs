//! Handles that go through the companions themselves: of a function from a few floats to one float, the reverse
//! part needs nothing but the partial derivatives, and the tangent part is `NAME_jvp`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::companion::{Cx, Kind, added_type};
use super::handle::{Protocol, mentioned};
use super::types;
use crate::forward::Tangent;
use crate::ir::*;
use crate::reverse::Gradient;

/// More partials than this are not carried around.
const MOST: usize = 8;

impl Cx<'_> {
    /// Whether the partial derivatives are all that the reverse part needs. Their type can be named, which is also
    /// what lets functions call each other in a circle.
    pub(super) fn has_partials(&self, g: &Gradient, grad: bool) -> bool {
        let counts: Option<Vec<usize>> = g
            .adjoints
            .iter()
            .map(|(i, _)| match &self.primal.params[*i].kind {
                ParamKind::Scalar(..) => Some(1),
                ParamKind::Place(p, Mode::Value | Mode::Ref) => floats(&self.primal.plc(*p).ty),
                _ => None,
            })
            .collect();
        // The seed multiplies the partials, so all must be of one width.
        let width = self.primal.body.yields.first().map(|y| self.primal.ty(*y));
        let one_width = g.adjoints.iter().all(|(i, _)| match &self.primal.params[*i].kind {
            ParamKind::Scalar(v, _) => Some(self.primal.ty(*v)) == width,
            ParamKind::Place(p, _) => self.primal.plc(*p).ty.scalar() == width,
            _ => false,
        });
        grad && !self.opts.by_hand()
            && one_width
            && g.func.ret == Ret::Scalar(0)
            && counts.is_some_and(|c| !c.is_empty() && c.iter().sum::<usize>() <= MOST)
    }

    pub(super) fn fwd_partials(&self, p: &Protocol) -> TokenStream {
        let (span, vis, y) = (self.span, &self.item.vis, self.value_type());
        let (item_ty, item) = (Ident::new("__Item", span), Ident::new("__item", span));
        let generics = self.fwd_generics(p, &item_ty);
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let check = self.check(&item);
        let saved = self.partials_type(p);
        let grad = self.name(Kind::Grad);
        let names = self.numbered("a", p.arguments.len());
        let types = p.arguments.iter().map(|a| &a.ty);
        let (name, grad, hidden) = (self.part("fwd"), self.sibling(&grad), self.hidden());
        let all = self.turbofish(0);
        let result = self.wrapped_type(quote_spanned!(span=> (#y, #saved)));
        quote_spanned! {span=>
            #hidden
            #[inline]
            #vis fn #name #impl_generics (#item: #item_ty #(, #names: #types)*) -> #result #where_clause
            { #check #grad #all(#(#names),*) }
        }
    }

    pub(super) fn partials_type(&self, p: &Protocol) -> TokenStream {
        let types: Vec<&TokenStream> = p.arguments.iter().filter_map(|a| a.slot.as_ref()).collect();
        match &types[..] {
            [one] => quote!(#one),
            _ => quote_spanned!(self.span=> (#(#types),*)),
        }
    }

    pub(super) fn numbered(&self, prefix: &str, n: usize) -> Vec<Ident> {
        (0..n).map(|i| format_ident!("{prefix}{i}", span = self.span)).collect()
    }

    pub(super) fn rev_partials(&self, p: &Protocol) -> TokenStream {
        let (span, vis, rt) = (self.span, &self.item.vis, &self.rt);
        let (seed, seed_value) = self.seed_of_rev(p);
        let saved = self.partials_type(p);
        let active = p.arguments.iter().filter(|a| a.slot.is_some()).count();
        let names = self.numbered("d", p.arguments.len());
        let again = p.arguments.iter().map(|_| quote_spanned!(span=> _: impl Sized));
        let (mut slots, mut code) = (Vec::new(), Vec::new());
        for ((i, a), name) in p.arguments.iter().enumerate().zip(&names) {
            let Some(ty) = &a.slot else {
                slots.push(quote_spanned!(span=> _: impl #rt::PassiveSlot));
                continue;
            };
            let part = syn::Index::from(code.len());
            let part = if active == 1 { quote_spanned!(span=> *p) } else { quote_spanned!(span=> p.#part) };
            let add = self.add_scaled(&self.primal.params[i].kind, &part);
            code.push(quote_spanned!(span=> if let ::core::option::Option::Some(d) = #name.open() { #add }));
            slots.push(quote_spanned!(span=> #name: impl #rt::Slot<#ty> + '__s));
        }
        let generics = mentioned(&p.generics, &quote!(#saved #seed #(#slots)*).to_string());
        let (own, clause) = (generics.params.iter(), &generics.where_clause);
        let (name, hidden) = (self.part("rev"), self.hidden());
        quote_spanned! {span=>
            #hidden
            #[inline]
            #vis fn #name<'__s #(, #own)*>(p: &#saved, seed: #seed #(, #again)* #(, #slots)*) #clause
            { let seed = #seed_value; #(#code)* }
        }
    }

    /// `*d += seed * p`, for all elements.
    fn add_scaled(&self, kind: &ParamKind, p: &TokenStream) -> TokenStream {
        let span = self.span;
        let ParamKind::Place(x, _) = kind else { return quote_spanned!(span=> *d += seed * #p;) };
        let mut code = quote_spanned!(span=> *d += seed * *v;);
        let mut ty = self.primal.plc(*x).ty.elem();
        while let Some(inner) = ty.and_then(PlaceTy::elem) {
            code = quote_spanned!(span=> for (d, v) in d.iter_mut().zip(v) { #code });
            ty = Some(inner);
        }
        quote_spanned!(span=> for (d, v) in d.iter_mut().zip(&#p) { #code })
    }

    /// The tangent half: a tangent that isn't there is zero. Where `apart`, the companion takes no tangents of what the
    /// function is lent, so that the half has a function of its own to go to.
    pub(super) fn handle_jvp(&self, t: &Tangent, apart: bool) -> TokenStream {
        let (span, vis, y, rt) = (self.span, &self.item.vis, self.value_type(), &self.rt);
        let dy = self.output_tangent();
        let result = self.wrapped_type(quote_spanned!(span=> (#y, #dy)));
        let generics = self.tangent_generics();
        let name = if apart { self.part("along") } else { self.name(Kind::Jvp) };
        let along = apart.then(|| self.hidden_tangent(t, &name));
        // The function can stand inside of the half, unless it may say `Self`.
        let (beside, inside) = if self.hir.associated { (along, None) } else { (None, along) };
        let n = self.primal.params.len();
        let (args, dirs) = (self.numbered("a", n), self.numbered("t", n));
        let types: Vec<&TokenStream> = t.func.params.iter().take(n).map(|p| &p.ty).collect();
        let (mut tangents, mut zeros, mut passed) = (Vec::new(), Vec::new(), Vec::new());
        for (i, dir) in dirs.iter().enumerate() {
            let Some((_, j)) = t.tangents.iter().find(|(k, _)| *k == i) else {
                tangents.push(quote_spanned!(span=> _: impl #rt::PassiveSlot));
                continue;
            };
            let (ty, code, pass) = self.direction(t, *j, (&args[i], dir));
            tangents.push(quote_spanned!(span=> #dir: #ty));
            zeros.push(code);
            passed.push(pass);
        }
        let params = generics.params.iter();
        let clause = &generics.where_clause;
        let (part, name, hidden) = (self.part("jvp"), self.sibling(&name), self.hidden());
        let all = self.turbofish(0);
        quote_spanned! {span=>
            #beside
            #hidden
            #[inline]
            #vis fn #part<'__s #(, #params)*>(#(#args: #types),* #(, #tangents)*) -> #result #clause
            { #inside #(#zeros)* #name #all(#(#args),* #(, #passed)*) }
        }
    }

    /// How one tangent comes in, what is done if it doesn't, and how it is passed on.
    pub(super) fn direction(
        &self,
        t: &Tangent,
        j: usize,
        (arg, dir): (&Ident, &Ident),
    ) -> (TokenStream, TokenStream, TokenStream) {
        let (span, rt) = (self.span, &self.rt);
        let own = format_ident!("zero_{dir}", span = span);
        let kind = &t.func.params[j].kind;
        let (shape, by) = match kind {
            ParamKind::Place(p, mode) => (types::borrowed(&t.func.plc(*p).ty, &self.rt, span), *mode),
            ParamKind::Scalar(v, _) => (types::scalar(t.func.ty(*v), &self.rt, span), Mode::Value),
            other => (Some(added_type(&t.func, other, &self.rt, span)), Mode::Value),
        };
        let said = &t.func.params[j].ty;
        let shape = if said.is_empty() { shape } else { Some(said.clone()) };
        let shape = shape.unwrap_or_else(|| quote_spanned!(span=> _));
        let unknown = !said.is_empty();
        let slice = matches!(kind, ParamKind::Place(p, Mode::Value) if matches!(t.func.plc(*p).ty, PlaceTy::Slice(_) | PlaceTy::Vec(_)));
        let user = matches!(kind, ParamKind::Place(p, _) if matches!(t.func.plc(*p).ty, PlaceTy::User(_) | PlaceTy::Array(..)) && t.func.plc(*p).ty.has_user_type());
        let (open, amp, bound) = match by {
            Mode::Mut => (quote!(open), quote_spanned!(span=> &mut), quote_spanned!(span=> Slot)),
            _ => (quote!(along), quote_spanned!(span=> &), quote_spanned!(span=> Direction)),
        };
        let mutable = (by == Mode::Mut).then(|| quote_spanned!(span=> mut));
        let code = quote_spanned! {span=>
            let #mutable #own;
            let #dir: #amp #shape = match #dir.#open() {
                ::core::option::Option::Some(t) => t,
                ::core::option::Option::None => { #own = #rt::zero_like(&#arg); #amp #own }
            };
        };
        // What holds `Vec`s can't be copied.
        let moved = match kind {
            ParamKind::Scalar(..) => false,
            ParamKind::Place(p, _) => !t.func.plc(*p).ty.is_fixed(),
            _ => true,
        };
        let pass = match by {
            Mode::Value if !slice && (unknown || user || moved) => {
                quote_spanned!(span=> ::core::clone::Clone::clone(#dir))
            }
            Mode::Value if slice => quote_spanned!(span=> #dir.to_vec()),
            Mode::Value => quote_spanned!(span=> *#dir),
            _ => quote!(#dir),
        };
        (quote_spanned!(span=> impl #rt::#bound<#shape> + '__s), code, pass)
    }
}

/// The number of floats in a fixed shape.
fn floats(ty: &PlaceTy) -> Option<usize> {
    match ty {
        PlaceTy::Scalar(Ty::Float(_)) => Some(1),
        PlaceTy::Array(t, Len::Known(n)) => Some(n * floats(t)?),
        _ => None,
    }
}
