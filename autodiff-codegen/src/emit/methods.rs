//! Functions in `impl` blocks: nothing but functions can stand there, so that the parts of the handle are associated
//! functions of the type, `__NAME_fwd` and so on. For calls in method syntax, whose receiver's type only rustc knows, each
//! has a method that goes to it: `__NAME_backprop_fwd`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::body::Body;
use super::companion::Cx;
use super::expr::Prec;
use super::handle::{Protocol, mentioned};
use super::opaque::user_precedence;
use crate::forward::Tangent;
use crate::ir::*;
use crate::names::{emitted, text};

/// What `self` is called in the parts that are not methods.
const THIS: &str = "__this";

impl Cx<'_> {
    /// The name of a part of the handle.
    pub(super) fn part(&self, part: &str) -> Ident {
        let name = text(&self.item.sig.ident);
        let part = &match (self.along, part.strip_prefix("backprop_")) {
            (false, _) => part.to_string(),
            (true, Some(rest)) => format!("backprop_tangent_{rest}"),
            (true, None) => format!("tangent_{part}"),
        };
        match self.hir.associated {
            true => format_ident!("__{name}_{part}", span = self.span),
            false => format_ident!("__{part}", span = self.span),
        }
    }

    /// A function of the same block, or module, by its name.
    pub(super) fn sibling(&self, name: &Ident) -> TokenStream {
        let scope = self.hir.associated.then(|| quote_spanned!(self.span=> Self::));
        quote!(#scope #name)
    }

    /// The function's tokens with another name for `self`, where they stand in a part that is no method.
    pub(super) fn without_self(&self, tokens: TokenStream) -> TokenStream {
        if self.has_receiver() { crate::around::rename_self(tokens, THIS) } else { tokens }
    }

    pub(super) fn has_receiver(&self) -> bool {
        self.item.sig.receiver().is_some()
    }

    /// Companions in an `impl` block can't be counted as used by a constant beside them.
    pub(super) fn unused(&self) -> Option<TokenStream> {
        let unused = self.hir.associated || self.takes_functions();
        unused.then(|| quote_spanned!(self.span=> #[allow(dead_code)]))
    }

    /// Keeps the parts out of the type's documentation, and Clippy off them: no block of their own does that.
    pub(super) fn hidden(&self) -> Option<TokenStream> {
        let quiet = self.quiet();
        self.hir.associated.then(|| quote_spanned!(self.span=> #[doc(hidden)] #quiet))
    }

    /// The methods through which method calls get at the parts.
    pub(super) fn receiver_methods(
        &self,
        p: &Protocol,
        (saved, seen): &(TokenStream, TokenStream),
        tangent: Option<&Tangent>,
    ) -> TokenStream {
        if !self.has_receiver() {
            return TokenStream::new();
        }
        let fwd = self.forward_method(p, saved);
        let rev = self.reverse_method(p, seen);
        let jvp = tangent.map(|t| self.tangent_method(t));
        quote!(#fwd #rev #jvp)
    }

    /// The receiver as a parameter.
    fn receiver(&self) -> TokenStream {
        let ty = &self.primal.params[0].ty;
        let name = &self.primal.params[0].name;
        quote_spanned!(self.span=> #name: #ty)
    }

    fn numbers(&self, prefix: &str) -> Vec<Ident> {
        (1..self.primal.params.len()).map(|i| format_ident!("{prefix}{i}", span = self.span)).collect()
    }

    pub(super) fn forward_method(&self, p: &Protocol, saved: &TokenStream) -> TokenStream {
        let (span, vis, y, hidden) = (self.span, &self.item.vis, self.value_type(), self.hidden());
        let (name, part) = (self.part("backprop_fwd"), self.part("fwd"));
        let (impl_generics, _, clause) = p.generics.split_for_impl();
        let (names, receiver) = (self.numbers("a"), self.receiver());
        let this = &self.primal.params[0].name;
        let types = p.arguments.iter().skip(1).map(|a| &a.ty);
        let item = self.item_with_arguments();
        let result = self.wrapped_type(quote_spanned!(span=> (#y, #saved)));
        quote_spanned! {span=>
            #hidden
            #[inline]
            #vis fn #name #impl_generics (#receiver #(, #names: #types)*) -> #result #clause {
                Self::#part(#item, #this #(, #names)*)
            }
        }
    }

    /// The names of the function's own type and const parameters, in order: what a turbofish can name.
    fn type_and_const_parameters(&self) -> Vec<&syn::Ident> {
        self.item
            .sig
            .generics
            .params
            .iter()
            .filter_map(|p| match p {
                syn::GenericParam::Type(t) => Some(&t.ident),
                syn::GenericParam::Const(c) => Some(&c.ident),
                syn::GenericParam::Lifetime(_) => None,
            })
            .collect()
    }

    /// `Self::f::<T>`
    pub(super) fn item_with_arguments(&self) -> TokenStream {
        let name = &self.item.sig.ident;
        let parameters = self.type_and_const_parameters();
        // A parameter may hide the function.
        let hidden = self.primal.params.iter().any(|p| text(&p.name) == text(name));
        let scope = (hidden && !self.hir.associated).then(|| quote_spanned!(self.span=> self::));
        let sibling = self.sibling(name);
        let sibling = quote!(#scope #sibling);
        if parameters.is_empty() || self.takes_functions() {
            sibling
        } else {
            quote_spanned!(self.span=> #sibling::<#(#parameters),*>)
        }
    }

    /// `::<T, N>` for a companion or part of the function, with `_` for `more` parameters: they may not follow from the
    /// arguments. Nothing, if they can't be written down.
    pub(super) fn turbofish(&self, more: usize) -> Option<TokenStream> {
        let named = self.type_and_const_parameters();
        let open = self.takes_functions() || super::handle::has_impl_trait(&self.item.sig);
        let holes = (0..more).map(|_| quote_spanned!(self.span=> _));
        (!named.is_empty() && !open).then(|| quote_spanned!(self.span=> ::<#(#named,)* #(#holes),*>))
    }

    pub(super) fn reverse_method(&self, p: &Protocol, saved: &TokenStream) -> TokenStream {
        let (span, vis, rt, hidden) = (self.span, &self.item.vis, &self.rt, self.hidden());
        let (name, part) = (self.part("backprop_rev"), self.part("rev"));
        let (seed, _) = self.seed_of_rev(p);
        let this = &self.primal.params[0].name;
        let (mut params, mut passed) = (Vec::new(), Vec::new());
        let by_reference = p.arguments[0].again.is_some();
        passed.push(if by_reference { quote!(#this) } else { quote_spanned!(span=> ()) });
        for (a, name) in p.arguments.iter().skip(1).zip(self.numbers("a")) {
            params.push(match &a.again {
                Some(ty) => quote_spanned!(span=> #name: #ty),
                None => quote_spanned!(span=> #name: impl Sized),
            });
            passed.push(quote!(#name));
        }
        let slots = std::iter::once(format_ident!("d0", span = span)).chain(self.numbers("d"));
        for (a, name) in p.arguments.iter().zip(slots) {
            params.push(match &a.slot {
                Some(ty) => quote_spanned!(span=> #name: impl #rt::Slot<#ty> + '__s),
                None => quote_spanned!(span=> #name: impl #rt::PassiveSlot),
            });
            passed.push(quote!(#name));
        }
        let generics = mentioned(&p.generics, &quote!(#saved #seed #(#params)*).to_string());
        let (own, clause) = (generics.params.iter(), &generics.where_clause);
        quote_spanned! {span=>
            #hidden
            #[inline]
            #vis fn #name<'__s #(, #own)*>(&#this, p: &#saved, seed: #seed #(, #params)*) #clause {
                Self::#part(p, seed #(, #passed)*)
            }
        }
    }

    fn tangent_method(&self, t: &Tangent) -> TokenStream {
        let (span, vis, y, rt) = (self.span, &self.item.vis, self.value_type(), &self.rt);
        let (name, part, hidden) = (self.part("backprop_jvp"), self.part("jvp"), self.hidden());
        let (args, dirs) = (self.numbers("a"), self.numbers("t"));
        let (receiver, this) = (self.receiver(), &self.primal.params[0].name);
        let types = t.func.params.iter().take(self.primal.params.len()).skip(1).map(|p| &p.ty);
        let all: Vec<Ident> =
            std::iter::once(format_ident!("t0", span = span)).chain(dirs.iter().cloned()).collect();
        let named: Vec<&Ident> = std::iter::once(this).chain(&args).collect();
        let tangents = all.iter().enumerate().map(|(i, dir)| {
            let ty = match t.tangents.iter().find(|(k, _)| *k == i) {
                Some((_, j)) => self.direction(t, *j, (named[i], dir)).0,
                None => quote_spanned!(span=> impl #rt::PassiveSlot),
            };
            quote_spanned!(span=> #dir: #ty)
        });
        let dy = self.output_tangent();
        let result = self.wrapped_type(quote_spanned!(span=> (#y, #dy)));
        let generics = self.tangent_generics();
        let (params, clause) = (generics.params.iter(), &generics.where_clause);
        quote_spanned! {span=>
            #hidden
            #[inline]
            #vis fn #name<'__s #(, #params)*>(#receiver #(, #args: #types)* #(, #tangents)*) -> #result #clause {
                Self::#part(#this #(, #args)* #(, #all)*)
            }
        }
    }
}

impl<'f> Body<'f> {
    /// `f(args)`, `recv.f(args)`
    pub(super) fn plain_call(&mut self, callee: &Callee, args: &[Arg], span: Span) -> TokenStream {
        let path = &callee.path;
        if callee.function.is_some() {
            return self.function_part(callee, "__value", args, &[], span);
        }
        if !callee.method {
            let args = self.args(args, span);
            return quote_spanned!(span=> #path(#(#args),*));
        }
        let recv = self.call_receiver(&args[0], span);
        let args = self.args(&args[1..], span);
        let (name, turbofish) = method_name(path);
        quote_spanned!(span=> #recv.#name #turbofish(#(#args),*))
    }

    /// `recv.__f_fwd_of(before, args, after)`; the reverse part gets only what is passed again.
    pub(super) fn method_part(
        &mut self,
        callee: &Callee,
        part: &str,
        args: &[Arg],
        before: &[TokenStream],
        after: &[TokenStream],
        span: Span,
    ) -> TokenStream {
        let recv = self.call_receiver(&args[0], span);
        let (name, turbofish) = method_name(&callee.path);
        let again = part.ends_with("rev");
        let passed: Vec<TokenStream> = args[1..]
            .iter()
            .map(|a| if again { self.again_arg(a, span) } else { self.arg(a, span) })
            .collect();
        let turbofish = turbofish.filter(|_| !again);
        let name = format_ident!("__{}_backprop_{part}", text(&name), span = emitted(name.span()));
        let all = before.iter().chain(&passed).chain(after);
        quote_spanned!(span=> #recv.#name #turbofish(#(#all),*))
    }

    /// What a method is called on.
    fn call_receiver(&mut self, a: &Arg, span: Span) -> TokenStream {
        let tokens = match a {
            Arg::Place(p, _) => self.place(*p).whole(span),
            a => self.arg(a, span),
        };
        if user_precedence(&tokens) == Prec::Atom { tokens } else { quote_spanned!(span=> (#tokens)) }
    }
}

/// A method's name and turbofish.
fn method_name(path: &syn::Path) -> (Ident, Option<TokenStream>) {
    let last = path.segments.last();
    let turbofish = last.map(|s| &s.arguments).filter(|a| !a.is_none());
    let name = last.map_or_else(|| Ident::new("undefined", Span::mixed_site()), |s| s.ident.clone());
    (name, turbofish.map(ToTokens::to_token_stream))
}
