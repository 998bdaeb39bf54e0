//! The part of a handle that makes value and gradient in one, for callers that know the adjoint of the value before
//! they call.
//!
//! Not every handle has it: where it would be no better than the one half after the other, it is left out, and
//! `__AT_ONCE` says so (`callee::AtOnce` in the run-time half). So a call has both ways, of which rustc drops one.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};

use super::body::{Body, Line};
use super::call::slot_span;
use super::companion::Cx;
use super::handle::slot_names;
use crate::ir::*;
use crate::names::emitted;
use crate::reverse::Gradient;

impl Cx<'_> {
    /// `const __AT_ONCE: bool = true; fn __grad_2(item, args…, seed, slots…) -> value { … }`
    pub(super) fn at_once(&self, g: &Gradient) -> [TokenStream; 2] {
        let p = self.protocol(g);
        let (span, vis, rt, y) = (self.span, &self.item.vis, &self.rt, self.value_type());
        let (item_ty, item) = (Ident::new("__Item", span), Ident::new("__item", span));
        let generics = self.fwd_generics(&p, &item_ty);
        let (params, names, seed, code) = Body::emit(&g.func, &self.rt, |body| {
            let params: Vec<TokenStream> =
                (0..self.primal.params.len()).map(|i| self.incoming(body, i)).collect();
            let names = slot_names(body, g, &p);
            let seed = g.seeds.first().map(|i| body.params[*i].clone());
            let zeros = vec![None; p.arguments.len()];
            self.open_slots(body, &p, g, (&names, &zeros));
            body.stmts(&g.func.body.stmts);
            body.flush_all();
            let value = body.results(std::slice::from_ref(&g.func.ret), span).into_iter().next();
            self.fill_slots(body, &p, g, &names);
            let lines = &body.out;
            (params, names, seed, quote_spanned!(span=> #(#lines)* #value))
        });
        let (check, items) = (self.check(&item), self.items(&g.func));
        let seed_type = &p.seed;
        let opened = p.arguments.iter().zip(&names).filter(|(a, _)| a.slot.is_some()).map(|(_, name)| name);
        let slots = p.arguments.iter().zip(&names).map(|(a, name)| match &a.slot {
            Some(ty) => quote_spanned!(span=> #name: impl #rt::Slot<#ty> + '__s),
            None => quote_spanned!(span=> _: impl #rt::PassiveSlot),
        });
        let types = p.arguments.iter().map(|a| &a.ty);
        let name = part_of(p.arguments.len(), span);
        let (own, clause) = (generics.params.iter(), &generics.where_clause);
        let is_there = quote_spanned!(span=> #[doc(hidden)] #vis const __AT_ONCE: bool = true;);
        let part = quote_spanned! {span=>
            #[inline]
            #vis fn #name<'__s #(, #own)*>(
                #item: #item_ty #(, #params: #types)*, #seed: impl #rt::Seed<#seed_type> #(, #slots)*
            ) -> #y #clause {
                #check
                let #seed = #seed.value();
                #(let #opened = #opened.open();)*
                #items
                #code
            }
        };
        [is_there, part]
    }

    /// In a module in the place of a handle: that there is no such part, and what stands in for it, since a module has none
    /// of what all types have.
    pub(super) fn not_at_once(&self) -> Option<TokenStream> {
        let (span, rt, vis, n) = (self.span, &self.rt, &self.item.vis, self.primal.params.len());
        let name = part_of(n, span);
        let there = (1..=STAND_INS).contains(&n);
        there.then(|| quote_spanned!(span=> #[allow(unused_imports)] #vis use #rt::callee::halves_alone::{__AT_ONCE, #name};))
    }
}

/// The part's name, by the number of arguments.
fn part_of(arguments: usize, span: Span) -> Ident {
    format_ident!("__grad_{arguments}", span = span)
}

/// Whether an argument is a name, a number, or a reference to such. A `None` has a type that only one of the ways says.
fn is_name(argument: &TokenStream) -> bool {
    argument.clone().into_iter().all(|t| match t {
        TokenTree::Ident(name) => name != "None",
        t => !matches!(t, TokenTree::Group(_)),
    })
}

/// Whether an argument is a `Some(&[1.0, 2.0])`: what is in it becomes a slice where it stands in a call, and not in a variable.
fn lends_within(argument: &TokenStream) -> bool {
    let mut tokens = argument.clone().into_iter();
    let some = matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "Some");
    let lent = |inner: TokenStream| {
        inner.into_iter().next().is_some_and(|t| matches!(t, TokenTree::Punct(p) if p.as_char() == '&'))
    };
    some && matches!(tokens.next(), Some(TokenTree::Group(g)) if lent(g.stream()))
}

impl<'f> Body<'f> {
    /// `let y = match (f, args…) { (__f, __a…) => if f::__AT_ONCE { f::__grad_2(__f, __a…, seed, slots…) } else { … } };`
    ///
    /// Arguments that are more than names stand there once, so that what they are, and what the function is generic over, may
    /// follow from either way; and what they borrow lives as long as in a call. A name stands in both, where it lends what
    /// it stands for, if it is a reference, and doesn't give it away.
    pub(super) fn call_at_once(
        &mut self,
        s: &Stmt,
        callee: &Callee,
        args: &[Arg],
        (seed, slots): (Value, &[Slot]),
        span: Span,
    ) {
        let name = part_of(args.len(), span).to_string();
        let [own, fwd, rev, grad] = [("__AT_ONCE", 0), ("__fwd", 1), ("__rev", 0), (&name, 0)]
            .map(|(part, extra)| self.callees.part(&callee.path, part, extra));
        let (item, seed) = (&callee.path, self.value(seed).tokens);
        let given = self.args(args, span);
        let apart = given.iter().any(lends_within);
        let (mut once, mut names) = (vec![quote_spanned!(span=> #item)], Vec::new());
        let given: Vec<TokenStream> = given
            .into_iter()
            .map(|tokens| {
                if apart || is_name(&tokens) {
                    return tokens;
                }
                // What rustc has against an argument, it says where that stands.
                let own = tokens.clone().into_iter().next().map_or(span, |t| emitted(t.span()));
                let name = format_ident!("__a{}", names.len(), span = own);
                once.push(tokens);
                names.push(name.clone());
                name.into_token_stream()
            })
            .collect();
        let again = args.iter().zip(&given).map(|(a, given)| match self.comes_again(a) {
            true => given.clone(),
            false => quote_spanned!(span=> ()),
        });
        let again: Vec<TokenStream> = again.collect();
        let Some((value, contributions)) = s.results.split_first() else { return };
        let (mut results, mut later, mut taken) = (contributions.iter(), Vec::new(), Vec::new());
        for (slot, a) in slots.iter().zip(args) {
            taken.push(self.taken_slot(slot, &mut results, &mut later, slot_span(a, span)));
        }
        let own_span = item.segments.last().map_or(span, |s| emitted(s.ident.span()));
        let f = Ident::new("__f", own_span);
        let [y, p] = ["y", "p"].map(|name| format_ident!("__{name}", span = span));
        let halves = quote_spanned! {span=>
            let (#y, #p) = #fwd(#f, #(#given),*);
            #rev(&#p, #seed, #(#again,)* #(#taken),*);
            #y
        };
        let call = match apart {
            true => quote_spanned!(span=> { let #f = #item; #halves }),
            false => quote_spanned! {span=>
                match (#(#once,)*) {
                    (#f, #(#names,)*) => if #own {
                        #grad(#f, #(#given,)* #seed, #(#taken),*)
                    } else {
                        #halves
                    }
                }
            },
        };
        let (pattern, rest) = self.value_pattern(*value);
        self.out.push(Line::Let { pattern, ty: None, value: call, span });
        for (class, e) in rest.into_iter().chain(later) {
            self.assign(class, &e, span);
        }
    }
}
