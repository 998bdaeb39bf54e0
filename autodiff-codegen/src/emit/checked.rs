//! The test that the option `check` asks for: `NAME_check`, beside the companions.
//!
//! A point is a tuple of what is drawn, and of the active parameters whose values are given; passive ones among the
//! former are `Fixed`. Everything is passed as a copy, or by a reference to one, as the function may change it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::companion::{Cx, Kind};
use crate::check::{Plan, Source};
use crate::hir;
use crate::names;

/// A parameter in the test.
struct Parameter<'p> {
    hir: &'p hir::Param,
    source: &'p Source,
    /// What its part of a point is called.
    name: Ident,
}

impl Parameter<'_> {
    /// Whether it is a part of the points.
    fn is_in_points(&self) -> bool {
        match self.source {
            Source::Drawn(_) => true,
            Source::Given(..) => self.hir.active,
            Source::Function(_) => false,
        }
    }

    /// An output: in the vector–Jacobian product it has a buffer.
    fn is_output(&self) -> bool {
        self.hir.active && matches!(self.hir.ty, hir::Type::Ref(true, _))
    }

    /// The seed and gradient of an output.
    fn buffer(&self) -> Ident {
        Ident::new(&format!("d_{}", names::text(&self.name)), self.name.span())
    }
}

impl Cx<'_> {
    /// The test of `NAME_grad`, if there is one, else of `NAME_vjp`.
    pub(super) fn test(&self, plan: &Plan, has_gradient: bool) -> TokenStream {
        let (span, rt, attributes) = (self.span, &self.rt, self.attributes());
        let stem = self.opts.stem(&self.item.sig.ident);
        let name = Ident::new(&format!("{stem}_check"), span);
        let params: Vec<Parameter> = (self.hir.params.iter().zip(&plan.sources).enumerate())
            .map(|(i, (hir, source))| Parameter { hir, source, name: self.point_name(i) })
            .collect();
        let (items, points) = (&plan.items, &plan.points);
        let given = plan.given.iter().map(|(name, value)| quote!(let #name = #value;));
        let inside: Vec<&Parameter> = params.iter().filter(|p| p.is_in_points()).collect();
        let parts = inside.iter().map(|p| self.part_of_point(p));
        let texts = params.iter().enumerate().filter(|(_, p)| p.is_in_points()).map(|(i, _)| self.label(i));
        let tolerance = plan.tolerance.as_ref().map(|t| quote_spanned!(span=> .tolerance(#t)));
        let pattern = self.point_pattern(&inside);
        let (mode, function, companion) = match has_gradient {
            true => {
                let function = closure(self.span, &pattern, None, &self.primal_call(plan, &params));
                let call = self.companion_call(plan, &params, Kind::Grad);
                ("gradient", function, closure(self.span, &pattern, None, &call))
            }
            false => {
                ("vjp", self.seeded_function(plan, &params, &pattern), self.seeded(plan, &params, &pattern))
            }
        };
        let (mode, function_name) = (Ident::new(mode, span), names::text(&self.item.sig.ident));
        let inputs =
            if inside.iter().any(|p| matches!(p.source, Source::Drawn(_))) { "draw" } else { "_draw" };
        let draw = Ident::new(inputs, span);
        quote_spanned! {span=>
            #(#attributes)*
            #[cfg(test)]
            #[::core::prelude::v1::test]
            fn #name() {
                #items
                #(#given)*
                let points = #rt::check::random(#points, |#draw| (#(#parts,)*));
                let check = #rt::check::names([#(#texts),*])#tolerance;
                let report = check.#mode(points, #function, #companion);
                report.assert(#function_name);
            }
        }
    }

    /// A parameter in the report: its name, or its position if it is a pattern.
    fn label(&self, i: usize) -> String {
        match self.hir.params.get(i).map(|p| &p.pat.kind) {
            Some(hir::PatKind::Var(_)) => self.param_text(i),
            _ => format!("parameter {}", i + 1),
        }
    }

    fn point_name(&self, i: usize) -> Ident {
        let mut name = self.hir.params[i].name.clone();
        name.set_span(self.span);
        name
    }

    /// What makes a part of a point.
    fn part_of_point(&self, param: &Parameter) -> TokenStream {
        let (span, rt) = (self.span, &self.rt);
        let value = match param.source {
            Source::Drawn(domain) => {
                let ty = owned(&param.hir.ty_tokens, &param.hir.ty, rt);
                let domain = match domain {
                    Some(domain) => self.domain(domain),
                    None => quote_spanned!(span=> #rt::check::Domain::default()),
                };
                quote_spanned!(span=> draw.value::<#ty>(#domain))
            }
            Source::Given(name, _) => quote_spanned!(span=> ::core::clone::Clone::clone(&#name)),
            Source::Function(_) => quote_spanned!(span=> ()),
        };
        if param.hir.active { value } else { quote_spanned!(span=> #rt::check::Fixed(#value)) }
    }

    /// `[a..b; n]`, `[a..b, c..d]` and `(a..b, c..d)` stand for the parts of a value, one by one.
    fn domain(&self, domain: &syn::Expr) -> TokenStream {
        let (span, rt) = (self.span, &self.rt);
        let each = |parts: &syn::punctuated::Punctuated<syn::Expr, syn::Token![,]>| {
            let parts = parts.iter().map(|part| self.domain(part));
            quote_spanned!(span=> #rt::check::Domain::each([#(#parts),*]))
        };
        match domain {
            syn::Expr::Array(array) => each(&array.elems),
            syn::Expr::Tuple(tuple) => each(&tuple.elems),
            syn::Expr::Paren(inner) => self.domain(&inner.expr),
            syn::Expr::Group(inner) => self.domain(&inner.expr),
            syn::Expr::Repeat(repeat) => {
                let (element, length) = (self.domain(&repeat.expr), &repeat.len);
                quote_spanned!(span=> #rt::check::Domain::repeat(#element, #length))
            }
            range => quote_spanned!(span=> #rt::check::Domain::from(#range)),
        }
    }

    fn point_pattern(&self, inside: &[&Parameter]) -> TokenStream {
        let rt = &self.rt;
        let parts = inside.iter().map(|p| {
            let name = &p.name;
            if p.hir.active { quote!(#name) } else { quote_spanned!(self.span=> #rt::check::Fixed(#name)) }
        });
        quote_spanned!(self.span=> (#(#parts,)*))
    }

    /// The arguments; those of function-valued parameters are functions, or their handles.
    fn arguments(&self, params: &[Parameter], handles: bool) -> Vec<TokenStream> {
        let span = self.span;
        let clone = |value: TokenStream| quote_spanned!(span=> ::core::clone::Clone::clone(#value));
        let argument = |p: &Parameter| {
            let name = &p.name;
            let value = match p.source {
                Source::Function(path) => return passed(path, &p.hir.ty_tokens, handles, &self.rt),
                Source::Given(own, true) if !p.hir.active => return own.to_token_stream(),
                Source::Given(own, false) if !p.hir.active => quote_spanned!(span=> &#own),
                _ if p.is_output() => return quote_spanned!(span=> &mut #name),
                _ => name.to_token_stream(),
            };
            match reference(&p.hir.ty_tokens) {
                None => clone(value),
                Some(false) => value,
                Some(true) => {
                    let value = clone(value);
                    quote_spanned!(span=> &mut #value)
                }
            }
        };
        params.iter().map(argument).collect()
    }

    fn primal_call(&self, plan: &Plan, params: &[Parameter]) -> TokenStream {
        let arguments = self.arguments(params, false);
        self.call(plan, &self.item.sig.ident, &arguments)
    }

    fn companion_call(&self, plan: &Plan, params: &[Parameter], kind: Kind) -> TokenStream {
        self.call(plan, &self.name(kind), &self.arguments(params, true))
    }

    fn call(&self, plan: &Plan, function: &Ident, arguments: &[TokenStream]) -> TokenStream {
        let span = self.span;
        // A value may have been given under the function's own name.
        let hidden = plan.given.iter().any(|(name, _)| names::text(name) == names::text(function));
        let scope = hidden.then(|| quote_spanned!(span=> self::));
        let generics = plan.generics.iter();
        let said = plan.generics.iter().any(|argument| argument.to_string() != "_");
        let generics = said.then(|| quote_spanned!(span=> ::<#(#generics),*>));
        quote_spanned!(span=> #scope #function #generics (#(#arguments),*))
    }

    /// A function of several results: the value, and what is left in its outputs.
    fn seeded_function(&self, plan: &Plan, params: &[Parameter], pattern: &TokenStream) -> TokenStream {
        let (span, rt, call) = (self.span, &self.rt, self.primal_call(plan, params));
        let outputs: Vec<&Ident> = params.iter().filter(|p| p.is_output()).map(|p| &p.name).collect();
        if outputs.is_empty() {
            return closure(self.span, pattern, None, &call);
        }
        let body = quote_spanned! {span=> {
            #(let mut #outputs = ::core::clone::Clone::clone(#outputs);)*
            let value = #rt::check::Outcome::value(#call)?;
            ::core::option::Option::Some((value, #(#outputs),*))
        }};
        closure(self.span, pattern, None, &body)
    }

    /// Its vector–Jacobian product: the gradients of the outputs, which are left in their seeds, take their places among
    /// the others.
    fn seeded(&self, plan: &Plan, params: &[Parameter], pattern: &TokenStream) -> TokenStream {
        let (span, rt) = (self.span, &self.rt);
        let outputs: Vec<&Parameter> = params.iter().filter(|p| p.is_output()).collect();
        let mut arguments = self.arguments(params, true);
        let has_result = !matches!(self.hir.ret, hir::Type::Unit);
        if has_result {
            arguments.push(quote_spanned!(span=> seed));
        }
        if outputs.is_empty() {
            let call = self.call(plan, &self.name(Kind::Vjp), &arguments);
            return closure(self.span, pattern, Some(&quote_spanned!(span=> seed)), &call);
        }
        let (names, buffers): (Vec<&Ident>, Vec<Ident>) =
            outputs.iter().map(|p| (&p.name, p.buffer())).unzip();
        arguments.extend(buffers.iter().map(|buffer| quote_spanned!(span=> &mut #buffer)));
        let call = self.call(plan, &self.name(Kind::Vjp), &arguments);
        let active = || params.iter().filter(|p| p.hir.active);
        let returned: Vec<Ident> = active().filter(|p| !p.is_output()).map(Parameter::buffer).collect();
        let returned = match &returned[..] {
            [] => quote_spanned!(span=> value),
            [one] => quote_spanned!(span=> (value, #one)),
            all => quote_spanned!(span=> (value, (#(#all),*))),
        };
        let gradient = active().map(Parameter::buffer);
        let seed = if has_result { quote_spanned!(span=> seed) } else { quote_spanned!(span=> ()) };
        let body = quote_spanned! {span=> {
            #(let mut #names = ::core::clone::Clone::clone(#names);)*
            let #returned = #rt::check::Outcome::value(#call)?;
            ::core::option::Option::Some(((value, #(#names),*), (#(#gradient,)*)))
        }};
        closure(self.span, pattern, Some(&quote_spanned!(span=> (#seed, #(mut #buffers),*))), &body)
    }
}

/// Whether a parameter is a reference, and a mutable one.
fn reference(ty: &TokenStream) -> Option<bool> {
    match syn::parse2(ty.clone()) {
        Ok(syn::Type::Reference(r)) => Some(r.mutability.is_some()),
        _ => None,
    }
}

/// The type of a parameter's value: what is behind a reference, and a `Vec` for a slice.
fn owned(ty: &TokenStream, classified: &hir::Type, rt: &TokenStream) -> TokenStream {
    match syn::parse2(ty.clone()) {
        Ok(syn::Type::Reference(r)) => {
            let named = matches!(&*r.elem, syn::Type::Path(_));
            match classified {
                // What the name stands for may be a slice.
                hir::Type::Ref(_, inner)
                    if named && matches!(**inner, hir::Type::Other(_) | hir::Type::Slice(_)) =>
                {
                    let name = &r.elem;
                    quote!(#rt::check::Owned<#name>)
                }
                _ => of_slices(&r.elem, rt),
            }
        }
        Ok(ty) => of_slices(&ty, rt),
        Err(_) => ty.clone(),
    }
}

fn of_slices(ty: &syn::Type, rt: &TokenStream) -> TokenStream {
    match ty {
        syn::Type::Paren(inner) => of_slices(&inner.elem, rt),
        syn::Type::Group(inner) => of_slices(&inner.elem, rt),
        syn::Type::Slice(slice) => {
            let element = of_slices(&slice.elem, rt);
            quote!(#rt::Vec<#element>)
        }
        other => other.to_token_stream(),
    }
}

/// A function as an argument: behind references and in a `Box`, as the parameter has it.
fn passed(path: &syn::Path, ty: &TokenStream, handle: bool, rt: &TokenStream) -> TokenStream {
    let boxed = |path: &syn::Path| path.segments.last().is_some_and(|last| last.ident == "Box");
    match syn::parse2(ty.clone()) {
        Ok(syn::Type::Reference(r)) => {
            let (mutability, inner) = (&r.mutability, passed(path, &r.elem.to_token_stream(), handle, rt));
            quote!(&#mutability #inner)
        }
        Ok(syn::Type::Path(t)) if boxed(&t.path) => {
            let inner = passed(path, &quote!(()), handle, rt);
            quote!(#rt::Box::new(#inner))
        }
        _ if handle => quote!(#path {}),
        _ => quote!(#path),
    }
}

/// `|pattern, seed| body`
fn closure(span: Span, pattern: &TokenStream, seed: Option<&TokenStream>, body: &TokenStream) -> TokenStream {
    let seed = seed.map(|seed| quote_spanned!(span=> , #seed));
    quote_spanned!(span=> |#pattern #seed| #body)
}
