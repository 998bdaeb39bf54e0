//! The handle: the hidden type beside a function, through which other companions call its two halves.
//!
//! `__fwd` runs the function and returns its value with a closure that owns what the reverse sweep needs; `__rev`
//! hands that closure the seed, the reference arguments again, and a slot for each argument's adjoint.

use crate::tables::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::body::Body;
use super::companion::{Cx, added_type, given_buffers};
use super::function::Form;
use super::place::{By, PlaceExpr};
use super::{Programs, types};
use crate::hir;
use crate::ir::*;
use crate::names::{self, emitted};
use crate::reverse::Gradient;

/// A parameter of the function, as the protocol sees it.
pub(super) struct Argument {
    pub name: Ident,
    /// The type in `__fwd`, with a named parameter for `impl Trait`.
    pub ty: syn::Type,
    /// The type in which it is passed again, if it is a shared reference.
    pub again: Option<TokenStream>,
    /// The type of its adjoint, if it is active.
    pub slot: Option<TokenStream>,
    /// Its adjoint, over the program's yields and places.
    pub adjoint: Option<Ret>,
}

/// The types of a handle's functions.
pub(super) struct Protocol {
    pub arguments: Vec<Argument>,
    pub generics: syn::Generics,
    /// The seed's type, as the closure takes it.
    pub seed: TokenStream,
    /// Whether it is one float.
    pub scalar_seed: bool,
    /// How the function can be passed as an argument. The closure has the form that is asked for there, then.
    pub form: Option<Form>,
}

impl Cx<'_> {
    pub(super) fn handle(&self, g: &Gradient, programs: &Programs) -> TokenStream {
        let span = self.span;
        let mut protocol = self.protocol(g);
        let name = self.handle_name();
        let vis = &self.item.vis;
        let attributes: Vec<_> = self.attributes().collect();
        let (fwd, rev) = if let Some(pullback) = &self.opts.pullback {
            (self.fwd_by_hand(pullback, g, &protocol), self.rev(&protocol))
        } else if self.has_partials(g, programs.grad.is_some()) {
            (self.fwd_partials(&protocol), self.rev_partials(&protocol))
        } else {
            (self.fwd(g, &mut protocol), self.rev(&protocol))
        };
        // Derivatives flow through what the function is lent, here, but not in its own companion.
        let (tangent, apart) = match &programs.called_jvp {
            Some(t) => (Some(t), true),
            None => (programs.jvp.as_ref(), false),
        };
        let jvp = match (tangent, &self.opts.tangent) {
            (Some(t), Some(by_hand)) => Some(self.jvp_by_hand(by_hand, t)),
            (Some(t), None) => Some(self.handle_jvp(t, apart)),
            (None, _) => self.without_jvp_by_hand(&protocol),
        };
        let second = programs.second.as_ref().map(|second| self.second_parts(second));
        let at_once = programs.at_once.as_ref().map(|g| self.at_once(g));
        let own_at_once: TokenStream = at_once.iter().flatten().cloned().collect();
        if self.hir.associated {
            let grad = programs.grad.is_some();
            let saved = (self.saved(g, grad, &protocol), self.seen(g, grad, &protocol));
            let methods = self.receiver_methods(&protocol, &saved, tangent);
            return quote!(#fwd #rev #jvp #second #methods);
        }
        // A module of the same name, out of which the function is re-exported (`mod f; pub use f::f;`), has that name
        // already: the handle stays inside, and the parts stand in the module once more, where it is called through
        // the module's name.
        let of_module = is_in_module_of_its_name(&self.item.sig.ident, self.opts);
        let parts = if of_module { vec![&fwd, &rev] } else { Vec::new() };
        let not_at_once = self.not_at_once();
        let more: Vec<&TokenStream> = match &at_once {
            Some(parts) => parts.iter().collect(),
            None => not_at_once.iter().collect(),
        };
        let parts = parts.into_iter().chain(more.into_iter().filter(|_| of_module));
        let vis = if of_module && !self.opts.around.whole { TokenStream::new() } else { quote!(#vis) };
        let parts = parts.chain(jvp.as_ref().filter(|_| of_module));
        let parts = parts.map(|part| quote_spanned!(span=> #[doc(hidden)] #(#attributes)* #part));
        let partials = self.has_partials(g, programs.grad.is_some());
        let argument = self.as_argument(&protocol, partials, tangent);
        quote_spanned! {span=>
            #[doc(hidden)]
            #(#attributes)*
            #[derive(Clone, Copy)]
            #vis struct #name {}
            #(#attributes)*
            impl #name { #fwd #rev #own_at_once #jvp #second }
            #argument
            #(#parts)*
        }
    }

    /// The function's own name.
    pub(super) fn handle_name(&self) -> Ident {
        let mut name = self.item.sig.ident.clone();
        name.set_span(self.span);
        name
    }

    pub(super) fn protocol(&self, g: &Gradient) -> Protocol {
        let span = self.span;
        let mut generics = self.generics();
        let mut arguments = Vec::new();
        for (i, p) in self.primal.params.iter().enumerate() {
            let mut ty: syn::Type = syn::parse2(p.ty.clone()).unwrap_or_else(|_| syn::parse_quote!(_));
            name_impl_trait(&mut ty, &mut generics, i);
            let again = match &ty {
                syn::Type::Reference(r) if r.mutability.is_none() => {
                    let inner = &r.elem;
                    Some(quote_spanned!(span=> &#inner))
                }
                _ => None,
            };
            let adjoint = g.adjoints.iter().find(|(j, _)| *j == i).map(|(_, r)| r.clone());
            let slot = adjoint.as_ref().map(|r| match &p.kind {
                ParamKind::Place(x, _) => {
                    types::borrowed(&self.primal.plc(*x).ty.derivative(), &self.rt, span)
                        .unwrap_or_else(|| self.adjoint_type(i, r))
                }
                _ => self.adjoint_type(i, r),
            });
            let mut name = p.name.clone();
            name.set_span(emitted(name.span()));
            arguments.push(Argument { name, ty, again, slot, adjoint });
        }
        let said = g.seeds.first().map(|i| &g.func.params[*i]).filter(|p| !p.ty.is_empty());
        let seed = match g.seeds.first().map(|i| &g.func.params[*i].kind) {
            Some(ParamKind::Scalar(..)) if said.is_some() => said.map(|p| p.ty.clone()).unwrap_or_default(),
            Some(_) if said.is_some() => {
                let t = said.map(|p| &p.ty);
                quote_spanned!(span=> &#t)
            }
            Some(k @ ParamKind::Scalar(..)) => added_type(&g.func, k, &self.rt, span),
            Some(ParamKind::Place(p, _)) => match types::borrowed(&g.func.plc(*p).ty, &self.rt, span) {
                Some(t) => quote_spanned!(span=> &#t),
                None => quote_spanned!(span=> _),
            },
            Some(_) if !self.hir.ret.has_gradient_shape() => {
                let t = self.output_tangent();
                quote_spanned!(span=> &#t)
            }
            Some(k) => {
                let t = added_type(&g.func, k, &self.rt, span);
                quote_spanned!(span=> &#t)
            }
            None => quote_spanned!(span=> ()),
        };
        let scalar_seed = g.seeds.is_empty()
            || g.seeds.iter().any(|i| matches!(g.func.params[*i].kind, ParamKind::Scalar(..)));
        let form = if self.along { None } else { self.form(&arguments) };
        Protocol { arguments, generics, seed, scalar_seed, form }
    }

    /// `Fn(Seed, again…, Option<&mut D>…)`
    pub(super) fn closure_type(&self, p: &Protocol) -> TokenStream {
        let span = self.span;
        if let Some(form) = &p.form {
            return form.closure_type(&self.rt, span);
        }
        let seed = &p.seed;
        let again = p.arguments.iter().filter_map(|a| a.again.as_ref());
        let slots = p
            .arguments
            .iter()
            .filter_map(|a| a.slot.as_ref())
            .map(|d| quote_spanned!(span=> ::core::option::Option<&mut #d>));
        quote_spanned!(span=> Fn(#seed #(, #again)* #(, #slots)*))
    }

    /// The generics of `__fwd`: the function's own, and the function item's type.
    pub(super) fn fwd_generics(&self, p: &Protocol, item: &Ident) -> syn::Generics {
        let y = self.output();
        let mut generics = p.generics.clone();
        generics.params.push(syn::parse_quote!(#item));
        // The function itself takes functions, and no handles.
        let own = self.item.sig.inputs.len();
        let types =
            p.arguments.iter().zip(&self.hir.params).take(own).map(|(a, param)| match &param.function {
                Some(function) => &function.taken,
                None => &a.ty,
            });
        let clause = generics.make_where_clause();
        clause.predicates.push(syn::parse_quote!(#item: Fn(#(#types),*) -> #y));
        if !self.is_generic() {
            clause.predicates.push(syn::parse_quote!(#item: 'static));
        }
        generics
    }

    /// The type of what the forward part saves, as a method's signature says it.
    fn saved(&self, g: &Gradient, grad: bool, p: &Protocol) -> TokenStream {
        if self.has_partials(g, grad) {
            return self.partials_type(p);
        }
        self.closure(g, p, &p.generics)
    }

    /// The type of the closure that the forward part returns.
    pub(super) fn closure(&self, g: &Gradient, p: &Protocol, generics: &syn::Generics) -> TokenStream {
        let (span, closure) = (self.span, self.closure_type(p));
        if self.is_boxed(g) {
            let rt = &self.rt;
            let lives = self.takes_functions().then(|| quote_spanned!(span=> + '__p));
            return quote_spanned!(span=> #rt::Box<dyn #closure #lives>);
        }
        let used = self.captured(p, generics);
        quote_spanned!(span=> impl #closure + use<#used>)
    }

    /// The same where it is passed on: closures are seen through their trait.
    fn seen(&self, g: &Gradient, grad: bool, p: &Protocol) -> TokenStream {
        if self.has_partials(g, grad) {
            return self.partials_type(p);
        }
        let closure = self.closure_type(p);
        quote_spanned!(self.span=> impl #closure)
    }

    pub(super) fn fwd(&self, g: &Gradient, protocol: &mut Protocol) -> TokenStream {
        let items = self.items(&g.func);
        let (params, code, unread) =
            Body::emit_split(&g.func, Some(g.split), &self.rt, |body| self.fwd_body(body, g, protocol));
        // What the reverse sweep doesn't read need not be passed again.
        unread.into_iter().for_each(|i| protocol.arguments[i].again = None);
        let p = &*protocol;
        let (span, vis, y) = (self.span, &self.item.vis, self.value_type());
        let (item_ty, item) = (Ident::new("__Item", span), Ident::new("__item", span));
        let generics = self.fwd_generics(p, &item_ty);
        let saved = self.closure(g, p, &generics);
        let check = self.check(&item);
        let generics = if self.takes_functions() { outliving(generics, &item_ty) } else { generics };
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let types = p.arguments.iter().map(|a| &a.ty);
        let params = params.into_iter().map(|p| self.without_self(p));
        let (name, code, hidden) = (self.part("fwd"), self.without_self(code), self.hidden());
        let result = self.wrapped_type(quote_spanned!(span=> (#y, #saved)));
        quote_spanned! {span=>
            #hidden
            #[inline]
            #vis fn #name #impl_generics (#item: #item_ty #(, #params: #types)*) -> #result
            #where_clause
            { #check #items #code }
        }
    }

    pub(super) fn is_generic(&self) -> bool {
        let sig = &self.item.sig;
        self.hir.associated
            || sig.generics.type_params().next().is_some()
            || sig.generics.const_params().next().is_some()
            || has_impl_trait(sig)
    }

    /// Whether there are function-valued parameters: the function can't be named with types of the companions, then.
    pub(super) fn takes_functions(&self) -> bool {
        self.hir.params.iter().any(|p| p.function.is_some())
    }

    /// The check that the caller's function is this one.
    pub(super) fn check(&self, item: &Ident) -> TokenStream {
        let sig = &self.item.sig;
        let (span, rt, name) = (self.span, &self.rt, names::text(&sig.ident));
        if self.takes_functions() || has_impl_trait(sig) {
            // Of an associated function, the type is one already.
            if self.hir.associated {
                return TokenStream::new();
            }
            return quote_spanned!(span=> #rt::check_named_item::<Self, _>(&#item, #name););
        }
        let hidden = self.primal.params.iter().any(|p| names::text(&p.name) == name);
        let scope = hidden.then(|| quote_spanned!(span=> self::));
        let f = &sig.ident;
        if self.hir.associated {
            let own = self.item_with_arguments();
            return quote_spanned!(span=> #rt::check_generic_item(&#item, &#own, #name););
        }
        if !self.is_generic() {
            return quote_spanned!(span=> #rt::check_item(&#item, &#scope #f, #name););
        }
        let parameters = sig.generics.params.iter().filter_map(|p| match p {
            syn::GenericParam::Type(t) => Some(&t.ident),
            syn::GenericParam::Const(c) => Some(&c.ident),
            syn::GenericParam::Lifetime(_) => None,
        });
        quote_spanned!(span=> #rt::check_generic_item(&#item, &#scope #f::<#(#parameters),*>, #name);)
    }

    /// What the closure may capture: all types, and the lifetimes that hide inside the parameters' types.
    fn captured(&self, p: &Protocol, generics: &syn::Generics) -> TokenStream {
        let mut inner = TokenStream::new();
        for a in &p.arguments {
            match &a.ty {
                syn::Type::Reference(r) => r.elem.to_tokens(&mut inner),
                other => other.to_tokens(&mut inner),
            }
        }
        let inner = inner.to_string();
        let outer = self.opts.around.block.as_ref().map(|block| &block.generics.params);
        let params = outer.into_iter().flatten().chain(&generics.params);
        let used = params.filter_map(|p| match p {
            syn::GenericParam::Lifetime(l) => {
                let l = &l.lifetime;
                inner.contains(&l.to_string()).then(|| quote!(#l))
            }
            syn::GenericParam::Type(t) => Some(t.ident.to_token_stream()),
            syn::GenericParam::Const(c) => Some(c.ident.to_token_stream()),
        });
        quote!(#(#used),*)
    }

    fn fwd_body<'f>(
        &self,
        body: &mut Body<'f>,
        g: &'f Gradient,
        p: &Protocol,
    ) -> (Vec<TokenStream>, TokenStream, Vec<usize>) {
        let span = self.span;
        let (forward, reverse) = g.func.body.stmts.split_at(g.split.min(g.func.body.stmts.len()));
        let needed = used_places(reverse);
        body.spelled_out = needed.clone();
        let params: Vec<TokenStream> =
            (0..self.primal.params.len()).map(|i| self.incoming(body, i)).collect();
        self.own_tangents(body);
        body.stmts(forward);
        body.flush_all();
        self.snapshots(body, &needed);
        let zeros = self.scratch_zeros(body, p);
        let value = body.returned_value(&g.func.ret, &needed, span);
        let names = slot_names(body, g, p);
        let (lines, ()) = body.nested(|body| {
            self.open_seed(body, g);
            self.open_slots(body, p, g, (&names, &zeros));
            body.stmts(reverse);
            self.fill_slots(body, p, g, &names);
        });
        let seed = match g.seeds.first() {
            Some(i) => body.params[*i].to_token_stream(),
            None => quote_spanned!(span=> ()),
        };
        let code = quote!(#(#lines)*);
        let mut unread = Vec::new();
        for (i, a) in p.arguments.iter().enumerate() {
            let mut used = false;
            names::each_ident(&code, &mut |ident| used |= *ident == body.params[i]);
            if a.again.is_some() && !used {
                unread.push(i);
            }
        }
        let closure = self.pullback(p, &seed, (&body.params, &unread, &names), &code);
        let before = &body.out;
        let closure = self.boxed(g, closure);
        let result = self.wrapped(quote_spanned!(span=> (#value, #closure)));
        (params, quote_spanned!(span=> #(#before)* #result), unread)
    }

    /// The closure for the reverse part.
    pub(super) fn pullback(
        &self,
        p: &Protocol,
        seed: &TokenStream,
        (params, unread, slots): (&[Ident], &[usize], &[Ident]),
        code: &TokenStream,
    ) -> TokenStream {
        let (span, rt) = (self.span, &self.rt);
        let again = p.arguments.iter().enumerate().map(|(i, a)| (i, a.again.as_ref()));
        let read =
            again.filter(|(i, _)| !unread.contains(i)).filter_map(|(i, ty)| Some((&params[i], ty?, i)));
        if let Some(form) = &p.form {
            let read: Vec<_> = read.map(|(name, _, i)| (name, i)).collect();
            let names: Vec<&Ident> = read.iter().map(|(name, _)| *name).collect();
            let params = form.closure_params((p, self.rt.clone(), span), (seed, &read, slots));
            return quote_spanned!(span=> move |#params| { #(let #names = #rt::again(#names);)* #code });
        }
        let again = read.map(|(name, ty, _)| quote_spanned!(span=> #name: #ty));
        let slots = p.arguments.iter().zip(slots).filter_map(|(a, name)| {
            let ty = a.slot.as_ref()?;
            Some(quote_spanned!(span=> #name: ::core::option::Option<&mut #ty>))
        });
        let seed_ty = &p.seed;
        quote_spanned!(span=> move |#seed: #seed_ty #(, #again)* #(, #slots)*| { #code })
    }

    /// What the reverse sweep reads of parameters that are not passed again is copied at the end of the forward
    /// sweep.
    fn snapshots(&self, body: &mut Body, needed: &HashSet<Place>) {
        let span = self.span;
        for p in &self.primal.params {
            let ParamKind::Place(x, Mode::Mut) = p.kind else { continue };
            let roots = needed.iter().map(|q| body.func.root(*q));
            if !roots.into_iter().any(|r| r == x) {
                continue;
            }
            let copy = body.copied(x, span);
            let stem = format!("{}_s", names::text(&p.name));
            let ident = body.names.fresh(&stem, span);
            body.code(quote_spanned!(span=> let #ident = #copy;));
            body.places.insert(x, PlaceExpr { tokens: quote!(#ident), by: By::Owned });
        }
    }

    /// Zeros for slots that nobody wants, of lengths that only the forward sweep knows.
    fn scratch_zeros(&self, body: &mut Body, p: &Protocol) -> Vec<Option<TokenStream>> {
        let span = self.span;
        let mut out = Vec::new();
        for (i, a) in p.arguments.iter().enumerate() {
            let ParamKind::Place(place, _) = self.primal.params[i].kind else {
                out.push(None);
                continue;
            };
            if a.slot.is_none() || a.again.is_some() || self.primal.plc(place).ty.is_fixed() {
                out.push(None);
                continue;
            }
            let (rt, name) = (&self.rt, names::text(&a.name));
            // Of numbers the length is enough.
            if self.primal.plc(place).ty.row_of_floats().is_some() {
                let ident = body.names.fresh(&format!("{name}_len"), span);
                let x = body.place(place).tokens;
                body.code(quote_spanned!(span=> let #ident = #x.len();));
                let ty = self.primal.plc(place).ty.derivative();
                let zero = body.zeros(ty.elem().unwrap_or(&PlaceTy::Unknown), span);
                out.push(Some(quote_spanned!(span=> #rt::vec![#zero; #ident])));
                continue;
            }
            let ident = body.names.fresh(&format!("{name}_zero"), span);
            let x = body.place(place).by_ref(span);
            body.code(quote_spanned!(span=> let #ident = #rt::zero_like(#x);));
            out.push(Some(quote_spanned!(span=> #ident.clone())));
        }
        out
    }

    /// An aggregate seed comes by reference; the reverse sweep has its own.
    fn open_seed(&self, body: &mut Body, g: &Gradient) {
        let span = self.span;
        let Some(i) = g.seeds.first() else { return };
        let name = body.params[*i].clone();
        let value = match &g.func.params[*i].kind {
            ParamKind::Scalar(..) => return,
            ParamKind::Place(p, _) if g.func.plc(*p).ty.is_fixed() => quote_spanned!(span=> *#name),
            ParamKind::Place(p, _) if matches!(g.func.plc(*p).ty, PlaceTy::Slice(_) | PlaceTy::Vec(_)) => {
                quote_spanned!(span=> #name.to_vec())
            }
            _ => quote_spanned!(span=> ::core::clone::Clone::clone(#name)),
        };
        let written = body.is_written(&g.func.params[*i].kind);
        let mutable = written.then(|| quote_spanned!(span=> mut));
        body.code(quote_spanned!(span=> let #mutable #name = #value;));
    }

    /// Slots that the reverse sweep adds into: the caller's, or one of our own.
    pub(super) fn open_slots(
        &self,
        body: &mut Body,
        p: &Protocol,
        g: &Gradient,
        (names, zeros): (&[Ident], &[Option<TokenStream>]),
    ) {
        let (span, rt) = (self.span, &self.rt);
        for (i, a) in p.arguments.iter().enumerate() {
            let Some(Ret::Place(d)) = &a.adjoint else { continue };
            if !given_buffers(g).contains(d) {
                continue;
            }
            let (ParamKind::Place(x, _), Some(ty)) = (&self.primal.params[i].kind, &a.slot) else { continue };
            let name = &names[i];
            let (own, slot) = (body.names.fresh("own", span), body.names.fresh("slot", span));
            let zero = match (&zeros[i], self.primal.plc(*x).ty.is_fixed()) {
                (Some(zero), _) => zero.clone(),
                (None, true) => body.zeros(&self.primal.plc(*x).ty.derivative(), span),
                (None, false) => {
                    let x = body.place(*x).by_ref(span);
                    quote_spanned!(span=> #rt::zero_like(#x))
                }
            };
            body.code(quote_spanned! {span=>
                let mut #own;
                let #name: &mut #ty = match #name {
                    ::core::option::Option::Some(#slot) => #slot,
                    ::core::option::Option::None => { #own = #zero; &mut #own }
                };
            });
        }
    }

    /// Adjoints that are values of the program go into their slots at the end.
    pub(super) fn fill_slots(&self, body: &mut Body, p: &Protocol, g: &Gradient, names: &[Ident]) {
        let (span, rt) = (self.span, &self.rt);
        let given = given_buffers(g);
        body.flush_all();
        for (i, a) in p.arguments.iter().enumerate() {
            let Some(tree) = &a.adjoint else { continue };
            if matches!(tree, Ret::Place(d) if given.contains(d)) {
                continue;
            }
            let (name, slot) = (&names[i], body.names.fresh("slot", span));
            let value = body.results(std::slice::from_ref(tree), span).into_iter().next().unwrap_or_default();
            let add = match tree {
                Ret::Scalar(_) => quote_spanned!(span=> *#slot += #value;),
                _ => quote_spanned!(span=> #rt::add_to(#slot, &#value);),
            };
            body.code(quote_spanned!(span=> if let ::core::option::Option::Some(#slot) = #name { #add }));
        }
    }

    /// The type of `__rev`'s seed, and what it passes on: a float may come by reference.
    pub(super) fn seed_of_rev(&self, p: &Protocol) -> (TokenStream, TokenStream) {
        let (span, rt, seed) = (self.span, &self.rt, &p.seed);
        if p.scalar_seed {
            (quote_spanned!(span=> impl #rt::Seed<#seed>), quote_spanned!(span=> seed.value()))
        } else {
            (seed.clone(), quote_spanned!(span=> seed))
        }
    }

    pub(super) fn rev(&self, p: &Protocol) -> TokenStream {
        let (span, vis, rt) = (self.span, &self.item.vis, &self.rt);
        let closure = self.closure_type(p);
        let (seed, seed_value) = self.seed_of_rev(p);
        let number = |prefix: &str, i: usize| format_ident!("{prefix}{i}", span = span);
        let mut params = Vec::new();
        let mut passed = Vec::new();
        let reference = |i: usize| p.form.as_ref().map(|form| form.args[i].mode == Mode::Ref);
        for (i, a) in p.arguments.iter().enumerate() {
            let name = number("a", i);
            params.push(match &a.again {
                Some(ty) => quote_spanned!(span=> #name: #ty),
                None => quote_spanned!(span=> _: impl Sized),
            });
            passed.extend(match (&a.again, reference(i)) {
                (Some(_), None) => Some(quote!(#name)),
                (None, None) => None,
                (Some(_), Some(_)) => Some(quote_spanned!(span=> ::core::option::Option::Some(#name))),
                (None, Some(true)) => Some(quote_spanned!(span=> ::core::option::Option::None)),
                (None, Some(false)) => Some(quote_spanned!(span=> ())),
            });
        }
        for (i, a) in p.arguments.iter().enumerate() {
            let name = number("d", i);
            params.push(match &a.slot {
                Some(ty) => {
                    passed.push(quote_spanned!(span=> #name.open()));
                    quote_spanned!(span=> #name: impl #rt::Slot<#ty> + '__s)
                }
                None => {
                    passed.extend(p.form.as_ref().map(|_| quote_spanned!(span=> #rt::Off)));
                    quote_spanned!(span=> _: impl #rt::PassiveSlot)
                }
            });
        }
        let seed_value = match (&p.form, &self.hir.ret) {
            (Some(_), hir::Type::Unit) => quote_spanned!(span=> &()),
            (Some(_), _) if p.scalar_seed => quote_spanned!(span=> &#seed_value),
            _ => seed_value,
        };
        let generics = mentioned(&p.generics, &quote!(#closure #seed #(#params)*).to_string());
        let (own, clause) = (generics.params.iter(), &generics.where_clause);
        let (name, hidden) = (self.part("rev"), self.hidden());
        quote_spanned! {span=>
            #hidden
            #[inline]
            #vis fn #name<'__s #(, #own)*>(p: &impl #closure, seed: #seed #(, #params)*) #clause
            { p(#seed_value #(, #passed)*) }
        }
    }

    /// What is saved, in a box if it has to be.
    pub(super) fn boxed(&self, g: &Gradient, closure: TokenStream) -> TokenStream {
        let rt = &self.rt;
        if self.is_boxed(g) { quote_spanned!(self.span=> #rt::Box::new(#closure)) } else { closure }
    }

    /// Whether what is saved lies in a box: an opaque type can't hold itself, be it by way of others. A rule written by
    /// hand holds nothing of the kind. Nor can the parameters of an `impl` block that is out of sight be named, as
    /// `use<…>` would have to.
    fn is_boxed(&self, g: &Gradient) -> bool {
        let unseen = self.hir.associated && self.opts.around.block.is_none();
        let circle = !self.opts.by_hand();
        unseen || circle && self.is_circular(g)
    }

    fn is_circular(&self, g: &Gradient) -> bool {
        self.opts.recursive || self.opts.around.circular || self.is_recursive(g)
    }

    /// Whether the function calls itself.
    fn is_recursive(&self, g: &Gradient) -> bool {
        let name = names::text(&self.item.sig.ident);
        let mut found = false;
        g.func.body.each_stmt(&mut |s| {
            if let Op::CallForward { callee, .. } = &s.op {
                let own = if self.hir.associated { callee.name == name } else { callee.is_of(&name) };
                found |= own;
            }
        });
        found
    }
}

/// The names of the arguments' slots in the closure: those of the buffers, where there are any.
pub(super) fn slot_names(body: &mut Body, g: &Gradient, p: &Protocol) -> Vec<Ident> {
    let is = |b: &usize, d: &Place| matches!(&g.func.params[*b].kind, ParamKind::Place(p, _) if p == d);
    let mut out = Vec::new();
    for a in &p.arguments {
        let buffer = match &a.adjoint {
            Some(Ret::Place(d)) => g.buffers.iter().find(|b| is(b, d)),
            _ => None,
        };
        out.push(match buffer {
            Some(b) => body.params[*b].clone(),
            None => body.names.fresh(&format!("{}_slot", names::text(&a.name)), a.name.span()),
        });
    }
    out
}

/// The places that statements mention, their regions included.
fn used_places(stmts: &[Stmt]) -> HashSet<Place> {
    let mut out = HashSet::default();
    let mut add = |s: &Stmt| {
        out.extend(s.op.places_read());
        out.extend(s.op.places_written());
    };
    for s in stmts {
        add(s);
        s.op.blocks().iter().for_each(|b| b.each_stmt(&mut add));
    }
    out
}

/// The same parameters, which all outlive `'__p`: what is saved of the calls of a function may borrow what the function
/// borrows.
fn outliving(mut generics: syn::Generics, item: &Ident) -> syn::Generics {
    let names: Vec<Ident> = generics.type_params().map(|t| t.ident.clone()).filter(|t| t != item).collect();
    generics.params.insert(0, syn::parse_quote!('__p));
    let clause = generics.make_where_clause();
    names.iter().for_each(|t| clause.predicates.push(syn::parse_quote!(#t: '__p)));
    generics
}

pub(super) fn has_impl_trait(sig: &syn::Signature) -> bool {
    let mut found = false;
    for input in &sig.inputs {
        if let syn::FnArg::Typed(t) = input {
            names::each_ident(&t.ty.to_token_stream(), &mut |i| found |= i == "impl");
        }
    }
    found
}

/// Whether a function stands in a module that is called like itself: an inline one, or a file.
pub fn is_in_module_of_its_name(name: &Ident, options: &crate::options::Options) -> bool {
    match &options.around.module {
        Some(module) => *module == names::text(name),
        None => in_file_of_its_name(name),
    }
}

/// Whether a function stands in a file (or a folder's `mod.rs`) that is called like itself.
fn in_file_of_its_name(name: &Ident) -> bool {
    let Some(file) = name.span().local_file() else { return false };
    let stem = |p: &std::path::Path| p.file_stem().map(|s| s.to_string_lossy().into_owned());
    let module = match stem(&file) {
        Some(text) if text == "mod" => file.parent().and_then(stem),
        text => text,
    };
    module.is_some_and(|module| module == names::text(name))
}

/// `impl Trait` as a type parameter, so that `use<…>` can name it.
fn name_impl_trait(ty: &mut syn::Type, generics: &mut syn::Generics, i: usize) {
    match ty {
        syn::Type::ImplTrait(t) => {
            let name = format_ident!("__A{i}");
            let bounds = &t.bounds;
            generics.params.push(syn::parse_quote!(#name: #bounds));
            *ty = syn::parse_quote!(#name);
        }
        syn::Type::Reference(r) => name_impl_trait(&mut r.elem, generics, i),
        syn::Type::Paren(p) => name_impl_trait(&mut p.elem, generics, i),
        syn::Type::Group(p) => name_impl_trait(&mut p.elem, generics, i),
        _ => {}
    }
}

/// The parameters that a signature mentions, with the bounds that speak of nothing else.
pub(super) fn mentioned(generics: &syn::Generics, signature: &str) -> syn::Generics {
    let has = |text: &str, name: &str| {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\'')).any(|w| w == name)
    };
    let name = |p: &syn::GenericParam| match p {
        syn::GenericParam::Lifetime(l) => l.lifetime.to_string(),
        syn::GenericParam::Type(t) => t.ident.to_string(),
        syn::GenericParam::Const(c) => c.ident.to_string(),
    };
    let (mut kept, dropped): (Vec<_>, Vec<_>) =
        generics.params.iter().cloned().partition(|p| has(signature, &name(p)));
    let speaks_of_dropped = |bound: &dyn ToTokens| {
        let text = bound.to_token_stream().to_string();
        dropped.iter().any(|d| has(&text, &name(d)))
    };
    for param in &mut kept {
        match param {
            syn::GenericParam::Lifetime(l) => {
                l.bounds = l.bounds.iter().filter(|b| !speaks_of_dropped(b)).cloned().collect();
            }
            syn::GenericParam::Type(t) => {
                t.bounds = t.bounds.iter().filter(|b| !speaks_of_dropped(b)).cloned().collect();
            }
            syn::GenericParam::Const(_) => {}
        }
    }
    let mut out = syn::Generics { params: kept.into_iter().collect(), ..generics.clone() };
    if let Some(clause) = &mut out.where_clause {
        let free = |p: &syn::WherePredicate| {
            let text = p.to_token_stream().to_string();
            !dropped.iter().any(|d| has(&text, &name(d)))
        };
        clause.predicates = clause.predicates.iter().filter(|p| free(p)).cloned().collect();
    }
    out
}

impl<'f> Body<'f> {
    /// A parameter's pattern.
    pub(super) fn parameter(&self, i: usize, span: proc_macro2::Span) -> TokenStream {
        let ident = &self.params[i];
        let mutable = self.is_written(&self.func.params[i].kind).then(|| quote_spanned!(span=> mut));
        quote!(#mutable #ident)
    }

    /// The function's result, at the end of the forward sweep; what the reverse sweep needs of it is copied.
    fn returned_value(&mut self, r: &Ret, needed: &HashSet<Place>, span: proc_macro2::Span) -> TokenStream {
        match r {
            Ret::Place(p) if needed.contains(p) => self.copied(*p, span),
            Ret::Tuple(rs) => {
                let parts: Vec<TokenStream> =
                    rs.iter().map(|r| self.returned_value(r, needed, span)).collect();
                quote_spanned!(span=> (#(#parts,)*))
            }
            other => self.results(std::slice::from_ref(other), span).into_iter().next().unwrap_or_default(),
        }
    }
}
