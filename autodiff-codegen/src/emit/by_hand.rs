//! The handle of a function whose derivative is written by hand: its parts call the function, and the rule.
//!
//! A rule gets numbers, `bool`s and `char`s by value, references as they are, and all else by reference, so that
//! nothing that is large, or can't be copied, is moved about. What a type that is only a name stands for, rustc knows
//! (`Handed` in the run-time half).

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::companion::Cx;
use super::handle::{Protocol, mentioned};
use crate::forward::Tangent;
use crate::hir::Type;
use crate::ir::*;
use crate::names::{emitted, text};
use crate::reverse::Gradient;

/// How a value is handed to a rule.
enum Handed {
    /// It is copied.
    Number,
    /// A reference that came in.
    AsItIs,
    /// By reference.
    Lent,
    /// Its type is only a name.
    RustcKnows,
}

impl Handed {
    fn of(ty: &Type) -> Handed {
        match ty {
            Type::Float(_) | Type::Int(_) | Type::Bool => Handed::Number,
            Type::Ref(..) => Handed::AsItIs,
            Type::Other(_) => Handed::RustcKnows,
            _ => Handed::Lent,
        }
    }
}

impl Cx<'_> {
    /// Calls the function; what it saves is the arguments that are not passed again, and the result.
    pub(super) fn fwd_by_hand(&self, rule: &syn::ExprPath, g: &Gradient, p: &Protocol) -> TokenStream {
        let (span, vis, y) = (self.span, &self.item.vis, self.value_type());
        let (item_ty, item) = (Ident::new("__Item", span), Ident::new("__item", span));
        let generics = self.fwd_generics(p, &item_ty);
        let saved = self.closure(g, p, &generics);
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let (check, args) = (self.check(&item), self.numbered("a", p.arguments.len()));
        let types = p.arguments.iter().map(|a| &a.ty);
        let (kept, value) = (self.kept(&args), self.result_of(&quote!(#item), &args));
        let result = if is_number(&self.hir.ret) { quote!(y) } else { quote!(&result) };
        let result = respanned(result, span);
        let code = self.pull(rule, p, &args, &result);
        let (seed, slots) = (quote_spanned!(span=> seed), self.numbered("d", p.arguments.len()));
        let closure = self.boxed(g, self.pullback(p, &seed, (&args, &[], &slots), &code));
        let copy = (!is_number(&self.hir.ret))
            .then(|| quote_spanned!(span=> let result = ::core::clone::Clone::clone(&y);));
        let (name, hidden) = (self.part("fwd"), self.hidden());
        let output = self.wrapped_type(quote_spanned!(span=> (#y, #saved)));
        let tail = self.wrapped(quote_spanned!(span=> (y, #closure)));
        quote_spanned! {span=>
            #hidden
            #[inline]
            #vis fn #name #impl_generics (#item: #item_ty #(, #args: #types)*) -> #output #where_clause
            { #check #kept let y = #value; #copy #tail }
        }
    }

    /// Copies of the arguments that the function takes and the rule is lent.
    fn kept(&self, args: &[Ident]) -> TokenStream {
        let taken = args.iter().zip(&self.hir.params).filter(|(_, param)| !is_passed_on(&param.ty));
        taken
            .map(|(arg, param)| {
                let (rt, kept) = (&self.rt, kept_name(arg));
                let copy = respanned(quote!(#rt::kept(&#arg)), emitted(param.span));
                quote_spanned!(self.span=> let #kept = #copy;)
            })
            .collect()
    }

    /// The function's value, without what is around it.
    fn result_of(&self, function: &TokenStream, args: &[Ident]) -> TokenStream {
        let span = self.span;
        let call = quote_spanned!(span=> #function(#(#args),*));
        match &self.hir.wrap {
            None => call,
            Some(wrap) if wrap.option => quote_spanned! {span=>
                match #call {
                    ::core::option::Option::Some(y) => y,
                    ::core::option::Option::None => return ::core::option::Option::None,
                }
            },
            Some(_) => quote_spanned! {span=>
                match #call {
                    ::core::result::Result::Ok(y) => y,
                    ::core::result::Result::Err(error) => return ::core::result::Result::Err(error),
                }
            },
        }
    }

    /// The arguments as a rule gets them, at the rule's own place, so that rustc reports there what doesn't fit.
    fn handed(&self, args: &[Ident], at: Span) -> Vec<TokenStream> {
        let handed = args.iter().zip(&self.hir.params).map(|(arg, param)| {
            let lent = kept_name(arg);
            self.hand(&param.ty, &quote!(#arg), &quote!(&#lent), at)
        });
        handed.collect()
    }

    fn hand(&self, ty: &Type, value: &TokenStream, reference: &TokenStream, at: Span) -> TokenStream {
        let rt = &self.rt;
        let tokens = match Handed::of(ty) {
            Handed::Number | Handed::AsItIs => value.clone(),
            Handed::Lent => reference.clone(),
            Handed::RustcKnows => quote!({ use #rt::ByReference as _; #rt::Handed(#reference).handed() }),
        };
        respanned(tokens, at)
    }

    /// The call of the rule, and what becomes of the gradients that it returns.
    fn pull(&self, rule: &syn::ExprPath, p: &Protocol, args: &[Ident], result: &TokenStream) -> TokenStream {
        let (span, rt, at) = (self.span, &self.rt, place_of(rule));
        let handed = self.handed(args, at);
        let y = self.hand(&self.hir.ret, &quote!(y), result, at);
        let seed = self.hand(&self.hir.ret, &quote!(seed), &quote!(seed), at);
        let active = p.arguments.iter().enumerate().filter_map(|(i, a)| Some((i, a.adjoint.as_ref()?)));
        let (mut names, mut types, mut add) = (Vec::new(), Vec::new(), TokenStream::new());
        for (i, tree) in active {
            let (name, slot) = (format_ident!("g{i}", span = span), format_ident!("d{i}", span = span));
            types.push(respanned(self.adjoint_type(i, tree), at));
            let (check, add_one) = match (tree, &self.primal.params[i].kind) {
                (Ret::Scalar(_), _) => (None, quote_spanned!(span=> *slot += #name;)),
                (_, ParamKind::Place(x, _)) if has_length(&self.primal.plc(*x).ty) => {
                    let (rule, param) = (last(rule), self.param_text(i));
                    let check = quote_spanned! {span=>
                        #rt::check_rule(#rule, #param, slot.len(), #name.len());
                    };
                    (Some(check), quote_spanned!(span=> #rt::add_to(slot, &#name);))
                }
                _ => (None, quote_spanned!(span=> #rt::add_to(slot, &#name);)),
            };
            add.extend(quote_spanned! {span=>
                if let ::core::option::Option::Some(slot) = #slot { #check #add_one }
            });
            names.push(name);
        }
        let call = quote_spanned!(at=> #rule(#(#handed,)* #y, #seed));
        let (pattern, ty) = match (&names[..], &types[..]) {
            ([name], [ty]) => (quote!(#name), quote!(#ty)),
            _ => (quote_spanned!(span=> (#(#names),*)), quote_spanned!(at=> (#(#types),*))),
        };
        quote_spanned!(span=> let #pattern: #ty = #call; #add)
    }

    /// The tangent half: calls the function, and the rule.
    pub(super) fn jvp_by_hand(&self, rule: &syn::ExprPath, t: &Tangent) -> TokenStream {
        let (span, vis, y, rt) = (self.span, &self.item.vis, self.value_type(), &self.rt);
        let (dy, at, n) = (self.output_tangent(), place_of(rule), self.primal.params.len());
        let (args, dirs) = (self.numbered("a", n), self.numbered("t", n));
        let types: Vec<&TokenStream> = t.func.params.iter().take(n).map(|p| &p.ty).collect();
        let (mut tangents, mut zeros, mut along) = (Vec::new(), TokenStream::new(), Vec::new());
        for (i, dir) in dirs.iter().enumerate() {
            let Some((_, j)) = t.tangents.iter().find(|(k, _)| *k == i) else {
                tangents.push(quote_spanned!(span=> _: impl #rt::PassiveSlot));
                continue;
            };
            let (ty, zero, _) = self.direction(t, *j, (&args[i], dir));
            tangents.push(quote_spanned!(span=> #dir: #ty));
            zeros.extend(zero);
            let mut ty = &self.hir.params[i].ty;
            while let Type::Ref(_, inner) = ty {
                ty = inner;
            }
            let value = if is_number(ty) { quote!(*#dir) } else { quote!(#dir) };
            along.push(self.hand(ty, &value, &value, at));
        }
        let (kept, handed) = (self.kept(&args), self.handed(&args, at));
        let value = self.result_of(&self.item_with_arguments(), &args);
        let result = self.hand(&self.hir.ret, &quote!(y), &quote!(&y), at);
        let call = quote_spanned!(at=> #rule(#(#handed,)* #result #(, #along)*));
        let check = matches!(self.hir.ret, Type::Vec(_)).then(|| {
            let rule = last(rule);
            quote_spanned!(span=> #rt::check_rule(#rule, "", y.len(), dy.len());)
        });
        let result = self.wrapped_type(quote_spanned!(span=> (#y, #dy)));
        let tail = self.wrapped(quote_spanned!(span=> (y, dy)));
        let (generics, dy) = (self.tangent_generics(), respanned(dy, at));
        let (params, clause) = (generics.params.iter(), &generics.where_clause);
        let (part, hidden) = (self.part("jvp"), self.hidden());
        quote_spanned! {span=>
            #hidden
            #[inline]
            #vis fn #part<'__s #(, #params)*>(#(#args: #types),* #(, #tangents)*) -> #result #clause
            { #zeros #kept let y = #value; let dy: #dy = #call; #check #tail }
        }
    }

    /// The tangent half of a rule that has no tangent: a call of it is an error in our words.
    pub(super) fn without_jvp_by_hand(&self, p: &Protocol) -> Option<TokenStream> {
        self.opts.pullback.as_ref()?;
        let (types, generics) = (p.arguments.iter().map(|a| &a.ty), &p.generics);
        let free = self.without_jvp(self.part("jvp"), &quote!(), &types.collect::<Vec<_>>(), generics);
        if !self.has_receiver() {
            return Some(free);
        }
        let ty = &self.primal.params[0].ty;
        let receiver = quote_spanned!(self.span=> self: #ty,);
        let types: Vec<_> = p.arguments.iter().skip(1).map(|a| &a.ty).collect();
        let method = self.without_jvp(self.part("backprop_jvp"), &receiver, &types, generics);
        Some(quote!(#free #method))
    }

    fn without_jvp(
        &self,
        name: Ident,
        receiver: &TokenStream,
        types: &[&syn::Type],
        generics: &syn::Generics,
    ) -> TokenStream {
        let (span, vis, rt) = (self.span, &self.item.vis, &self.rt);
        let slots: Vec<Ident> = (0..types.len()).map(|i| format_ident!("__D{i}", span = span)).collect();
        // Not a type of the arguments, so that none of them is blamed.
        let result = self.wrapped_type(quote_spanned!(span=> (__Y, __Y)));
        let said = quote!(#(#types)* #result).to_string();
        let generics = mentioned(generics, &said);
        let (params, hidden) = (generics.params.iter(), self.hidden());
        let clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        quote_spanned! {span=>
            #hidden
            #vis fn #name<#(#params,)* __Y #(, #slots)*>(#receiver #(_: #types,)* #(_: #slots),*) -> #result
            where
                #(#clause,)*
                Self: #rt::callee::TangentByHand<__Y>,
            { ::core::unreachable!() }
        }
    }
}

fn is_number(ty: &Type) -> bool {
    matches!(Handed::of(ty), Handed::Number)
}

/// Whether the rule gets what the function gets.
fn is_passed_on(ty: &Type) -> bool {
    matches!(Handed::of(ty), Handed::Number | Handed::AsItIs)
}

/// The copy of an argument.
fn kept_name(arg: &Ident) -> Ident {
    format_ident!("kept_{arg}", span = arg.span())
}

/// Where a rule stands in the attribute.
fn place_of(rule: &syn::ExprPath) -> Span {
    emitted(rule.path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span()))
}

/// The rule's name, for messages.
fn last(rule: &syn::ExprPath) -> String {
    rule.path.segments.last().map(|segment| text(&segment.ident)).unwrap_or_default()
}

/// Whether only run time knows how long a value is.
fn has_length(ty: &PlaceTy) -> bool {
    matches!(ty, PlaceTy::Slice(_) | PlaceTy::Vec(_))
}

/// Emitted tokens that stand at another place.
fn respanned(tokens: TokenStream, at: Span) -> TokenStream {
    let each = tokens.into_iter().map(|mut token| {
        if let proc_macro2::TokenTree::Group(group) = &token {
            let mut new = proc_macro2::Group::new(group.delimiter(), respanned(group.stream(), at));
            new.set_span(at);
            return new.into();
        }
        token.set_span(at);
        token
    });
    each.collect()
}
