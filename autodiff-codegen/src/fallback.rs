//! What comes out for a function that is refused: the function itself, and stub companions of the right
//! signature, so that "cannot find function `f_grad`" does not follow from the real error.

use crate::hir::Type;
use crate::options::Options;
use crate::parse::{TypeParams, is_constant, is_mark, is_mark_tokens, plain_name};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

/// The user's tokens as they are, but for `#[grad]` and `#[no_grad]` on parameters, which rustc does not know.
pub fn without_marks(item: TokenStream) -> TokenStream {
    let each = item.into_iter().map(|token| match token {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Parenthesis => TokenTree::Group(rebuilt(&group, parameters(group.stream()))),
            Delimiter::None => TokenTree::Group(rebuilt(&group, Some(without_marks(group.stream())))),
            _ => TokenTree::Group(group),
        },
        other => other,
    });
    each.collect()
}

/// A parameter list without its marks; `None` if there are none.
fn parameters(list: TokenStream) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = list.into_iter().collect();
    let is_mark_at = |i: usize| match (tokens.get(i), tokens.get(i + 1)) {
        (Some(TokenTree::Punct(hash)), Some(TokenTree::Group(group))) => {
            hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket && is_mark_tokens(group.stream())
        }
        _ => false,
    };
    let marks: Vec<usize> = (0..tokens.len()).filter(|&i| is_mark_at(i)).collect();
    let kept = tokens
        .iter()
        .enumerate()
        .filter(|(i, _)| !marks.contains(i) && (*i == 0 || !marks.contains(&(i - 1))));
    (!marks.is_empty()).then(|| kept.map(|(_, token)| token.clone()).collect())
}

/// A group with another content, if there is one.
fn rebuilt(group: &Group, content: Option<TokenStream>) -> Group {
    let Some(content) = content else { return group.clone() };
    let mut new = Group::new(group.delimiter(), content);
    new.set_span(group.span());
    new
}

/// A parameter, as far as stubs need it.
struct Param {
    /// Verbatim.
    ty: syn::Type,
    /// The same of its derivative.
    derivative: syn::Type,
    class: Type,
    active: bool,
    output: bool,
}

/// The stub companions of a function with these attributes, visibility and signature. Those whose signature
/// can't be computed are left out.
pub fn stubs(
    attrs: &[syn::Attribute],
    vis: &syn::Visibility,
    sig: &syn::Signature,
    options: &Options,
) -> TokenStream {
    // In a trait, or in its `impl`, there may be no further functions; there, `fn` stands alone.
    let inherent = options.around.block.is_some();
    if sig.receiver().is_some() && matches!(vis, syn::Visibility::Inherited) && !inherent {
        return TokenStream::new();
    }
    let mut types = TypeParams::in_scope(&sig.generics, &options.around);
    types.mark(sig, &TokenStream::new(), options);
    let sig = &crate::functions::companion_signature(sig, &types, options);
    let path = &options.crate_path;
    let (stem, params, rt) = (options.stem(&sig.ident), params(sig, &types, options), quote!(#path::__rt));
    let of_module = crate::emit::is_in_module_of_its_name(&sig.ident, options) && !options.around.whole;
    let stub = Stub { attrs, vis, sig, stem, params, rt, of_module };
    stub.all(&types, options).unwrap_or_default()
}

/// The parameters and whether they are active, with no questions asked.
fn params(sig: &syn::Signature, types: &TypeParams, options: &Options) -> Vec<Param> {
    let mut params = Vec::new();
    for input in &sig.inputs {
        let syn::FnArg::Typed(typed) = input else { continue };
        let class = types.classify(&typed.ty);
        let marked = |name: &str| {
            typed
                .attrs
                .iter()
                .any(|a| is_mark(a) && a.path().segments.last().is_some_and(|s| s.ident == name))
        };
        let output = matches!(&class, Type::Ref(true, inner) if inner.has_gradient());
        let active = match &options.wrt {
            Some(wrt) => {
                let name = plain_name(input);
                wrt.iter().any(|ident| Some(ident.unraw().to_string()) == name)
            }
            None => !marked("no_grad") && (marked("grad") || class.has_gradient() && !class.has_user_type()),
        };
        // What can't have a gradient at all is an error of its own.
        let active = active && (class.has_gradient() || class.may_be_differentiable());
        let (ty, mut derivative) = ((*typed.ty).clone(), (*typed.ty).clone());
        without_integers(&mut derivative, false);
        params.push(Param { ty, derivative, class, active: active && !output, output });
    }
    params
}

/// What companions put around their result: nothing, `Option<…>` or `Result<…, E>`.
type Wrap = Box<dyn Fn(TokenStream) -> TokenStream>;

/// What all stubs of one function share.
struct Stub<'f> {
    attrs: &'f [syn::Attribute],
    vis: &'f syn::Visibility,
    sig: &'f syn::Signature,
    stem: String,
    params: Vec<Param>,
    /// The run-time's path.
    rt: TokenStream,
    /// It stands in a module of its own name, and so does its handle.
    of_module: bool,
}

impl Stub<'_> {
    /// Every companion that the function would have.
    fn all(&self, types: &TypeParams, options: &Options) -> Option<TokenStream> {
        let active: Vec<&Param> = self.params.iter().filter(|param| param.active).collect();
        let grads = tuple(active.iter().map(|param| owned(&param.derivative, &self.rt)).collect());
        let (value, wrap) = self.result()?;
        let float = value.as_ref().is_some_and(|ty| matches!(types.classify(ty), Type::Float(_)));
        let only_lent = active.is_empty() && self.params.iter().any(|param| param.output);
        let scalar = float && !only_lent;
        let seeds: Vec<TokenStream> = value.iter().map(|ty| quote!(#ty)).collect();
        let mut out = TokenStream::new();
        if scalar {
            out.extend(self.one("grad", &[], &wrap(quote!((#value, #grads)))));
        }
        let sized = |param: &&Param| !param.class.is_run_time_sized();
        let buffers: Vec<TokenStream> =
            active.iter().filter(|p| !sized(p)).filter_map(|p| buffer(&p.derivative, &self.rt)).collect();
        if scalar && !buffers.is_empty() {
            let rest: Vec<TokenStream> =
                active.iter().filter(|p| sized(p)).map(|p| owned(&p.derivative, &self.rt)).collect();
            let result = if rest.is_empty() {
                quote!(#value)
            } else {
                let rest = tuple(rest);
                quote!((#value, #rest))
            };
            let result = wrap(result);
            out.extend(self.one("grad_into", &buffers, &result));
            if options.acc {
                out.extend(self.one("grad_acc", &buffers, &result));
            }
        }
        let value = value.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream);
        if !scalar || options.vjp {
            let outputs =
                self.params.iter().filter(|param| param.output).map(|param| param.ty.to_token_stream());
            let seeds: Vec<TokenStream> = seeds.into_iter().chain(outputs).collect();
            out.extend(self.one("vjp", &seeds, &wrap(quote!((#value, #grads)))));
        }
        if options.jvp {
            let tangents: Vec<TokenStream> = active
                .iter()
                .map(|param| match param.class.has_user_type() {
                    true => param.ty.to_token_stream(),
                    false => tangent(&param.derivative),
                })
                .collect();
            out.extend(self.one("jvp", &tangents, &wrap(quote!((#value, #value)))));
        }
        if scalar && options.graph {
            let rt = &self.rt;
            out.extend(self.one("graph", &[], &wrap(quote!(#rt::graph::Graph))));
        }
        let (forward, both) = (wrap(quote!((#value, ()))), wrap(quote!((#value, #value))));
        if options.around.associated {
            out.extend(self.parts(&forward, &both));
        } else if options.handle {
            let along = wrap(quote!(((#value, #value), ())));
            out.extend(self.handle(&forward, &both, &along));
        }
        Some(out)
    }

    /// The handle, so that callers are not told that the function has no attribute.
    fn handle(&self, forward: &TokenStream, tangent: &TokenStream, along: &TokenStream) -> TokenStream {
        let cfgs: Vec<_> = self.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
        let span = Span::mixed_site().located_at(self.sig.ident.span());
        let (vis, clause) = (self.vis, &self.sig.generics.where_clause);
        let mut name = self.sig.ident.clone();
        name.set_span(span);
        let generics = &self.sig.generics.params;
        let own: Vec<&syn::Type> = self.params.iter().map(|param| &param.ty).collect();
        let numbered = |prefix: &str| -> Vec<proc_macro2::Ident> {
            (0..own.len()).map(|i| format_ident!("{prefix}{i}", span = span)).collect()
        };
        let (args, slots) = (numbered("__A"), numbered("__D"));
        let (more, nothing) = (numbered("__M"), numbered("__N"));
        // Where there is none, only the type says what that is of.
        let tangents: Vec<TokenStream> = self
            .params
            .iter()
            .map(|param| match &param.ty {
                syn::Type::Reference(r) if param.active => r.elem.to_token_stream(),
                ty if param.active => ty.to_token_stream(),
                _ => quote!(()),
            })
            .collect();
        let comma = (!generics.is_empty() && !generics.trailing_punct()).then(|| quote!(,));
        let why = format!("`{}` was refused by `#[backprop]`", self.sig.ident);
        // What the item takes and returns says what a generic one stands for.
        let output = match &self.sig.output {
            syn::ReturnType::Type(_, ty) => ty.to_token_stream(),
            syn::ReturnType::Default => quote!(()),
        };
        let plain = own.iter().all(|ty| !has_impl_trait(ty));
        let item = plain.then(|| quote_spanned!(span=> : ::core::ops::Fn(#(#own),*) -> #output));
        let parts = [
            quote_spanned! {span=>
                #vis fn __fwd<#generics #comma __Item #item>(_: __Item, #(_: #own),*) -> #forward #clause {
                    ::core::unimplemented!(#why)
                }
            },
            quote_spanned! {span=>
                #vis fn __rev<__P, __S #(, #args)* #(, #slots)*>(_: &__P, _: __S #(, _: #args)* #(, _: #slots)*) {}
            },
            quote_spanned! {span=>
                #vis fn __jvp<#generics #comma #(#slots),*>(#(_: #own,)* #(_: #slots),*) -> #tangent #clause {
                    ::core::unimplemented!(#why)
                }
            },
            quote_spanned! {span=>
                #vis fn __tangent_fwd<#generics #comma __Item #item>(
                    _: __Item, #(_: #own,)* #(_: ::core::option::Option<&#tangents>),*
                ) -> #along #clause {
                    ::core::unimplemented!(#why)
                }
            },
            quote_spanned! {span=>
                #vis fn __tangent_rev<__P, __S #(, #args)* #(, #nothing)* #(, #slots)* #(, #more)*>(
                    _: &__P, _: __S #(, _: #args)* #(, _: #nothing)* #(, _: #slots)* #(, _: #more)*
                ) {}
            },
        ];
        let lints = quote_spanned!(span=> #(#cfgs)* #[doc(hidden)] #[allow(dead_code, clippy::all)]);
        let (vis, again) = match self.of_module {
            true => (None, quote_spanned!(span=> #(#lints #parts)*)),
            false => (Some(vis), TokenStream::new()),
        };
        quote_spanned! {span=>
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(non_camel_case_types, dead_code, clippy::all)]
            #vis struct #name {}
            #(#cfgs)*
            #[allow(dead_code, clippy::all)]
            impl #name { #(#parts)* }
            #again
        }
    }

    /// The same for an associated function, where the parts of the handle stand beside it.
    fn parts(&self, forward: &TokenStream, tangent: &TokenStream) -> TokenStream {
        let cfgs: Vec<_> = self.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
        let span = Span::mixed_site().located_at(self.sig.ident.span());
        let (vis, clause) = (self.vis, &self.sig.generics.where_clause);
        let generics = &self.sig.generics.params;
        let comma = (!generics.is_empty() && !generics.trailing_punct()).then(|| quote!(,));
        let why = format!("`{}` was refused by `#[backprop]`", self.sig.ident);
        let own: Vec<&syn::Type> = self.params.iter().map(|param| &param.ty).collect();
        let this: Vec<&syn::Type> = self.sig.receiver().map(|receiver| &*receiver.ty).into_iter().collect();
        let numbered = |prefix: &str, n: usize| -> Vec<proc_macro2::Ident> {
            (0..n).map(|i| format_ident!("{prefix}{i}", span = span)).collect()
        };
        let name = |part: &str| format_ident!("__{}_{part}", self.sig.ident.unraw(), span = span);
        let (fwd, rev, jvp) = (name("fwd"), name("rev"), name("jvp"));
        let (fwd_of, rev_of, jvp_of) = (name("backprop_fwd"), name("backprop_rev"), name("backprop_jvp"));
        let (args, slots) =
            (numbered("__A", this.len() + own.len()), numbered("__D", this.len() + own.len()));
        let (args_of, slots_of) = (numbered("__A", own.len()), numbered("__D", this.len() + own.len()));
        let lints = quote_spanned!(span=> #(#cfgs)* #[doc(hidden)] #[allow(dead_code, clippy::all)]);
        let code = quote_spanned!(span=> ::core::unimplemented!(#why));
        let methods = self.sig.receiver().map(|receiver| {
            let mut receiver = receiver.clone();
            receiver.attrs.clear();
            quote_spanned! {span=>
                #lints #vis fn #fwd_of<#generics>(#receiver, #(_: #own),*) -> #forward #clause { #code }
                #lints #vis fn #rev_of<__P, __S #(, #args_of)* #(, #slots_of)*>(
                    &self, _: &__P, _: __S #(, _: #args_of)* #(, _: #slots_of)*
                ) {}
                #lints #vis fn #jvp_of<#generics #comma #(#slots_of),*>(
                    #receiver, #(_: #own,)* #(_: #slots_of),*
                ) -> #tangent #clause { #code }
            }
        });
        quote_spanned! {span=>
            #lints #vis fn #fwd<#generics #comma __Item>(_: __Item, #(_: #this,)* #(_: #own),*) -> #forward #clause { #code }
            #lints #vis fn #rev<__P, __S #(, #args)* #(, #slots)*>(_: &__P, _: __S #(, _: #args)* #(, _: #slots)*) {}
            #lints #vis fn #jvp<#generics #comma #(#slots),*>(
                #(_: #this,)* #(_: #own,)* #(_: #slots),*
            ) -> #tangent #clause { #code }
            #methods
        }
    }

    /// One companion, with more parameters after the function's own.
    fn one(&self, suffix: &str, more: &[TokenStream], result: &TokenStream) -> TokenStream {
        let span = Span::mixed_site();
        let name = format_ident!("{}_{suffix}", self.stem, span = self.sig.ident.span());
        let cfgs = self.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
        let (vis, generics, clause) = (self.vis, &self.sig.generics, &self.sig.generics.where_clause);
        let receiver = self.sig.receiver().map(|receiver| {
            let mut receiver = receiver.clone();
            receiver.attrs.clear();
            quote!(#receiver,)
        });
        let own = self.params.iter().map(|param| &param.ty);
        let why = format!("`{}` was refused by `#[backprop]`", self.sig.ident);
        let body = quote_spanned!(span=> ::core::unimplemented!(#why));
        quote! {
            #(#cfgs)* #vis fn #name #generics (#receiver #(_: #own,)* #(_: #more,)*) -> #result #clause { #body }
        }
    }

    /// The type of the value, and how companions wrap their results. `None` if no signature can be made.
    fn result(&self) -> Option<(Option<syn::Type>, Wrap)> {
        let syn::ReturnType::Type(_, ty) = &self.sig.output else { return Some((None, Box::new(|t| t))) };
        if has_unnameable_part(ty) {
            return None;
        }
        let Some((wrap, value)) = crate::hir::Wrap::of(ty) else {
            return Some((Some((**ty).clone()), Box::new(|t| t)));
        };
        Some((Some(value), Box::new(move |inner| wrap.around(&inner, Span::mixed_site()))))
    }
}

/// References (whose lifetimes the further parameters could make ambiguous), `impl Trait` and `!`.
fn has_unnameable_part(ty: &syn::Type) -> bool {
    struct Found(bool);
    impl<'ast> syn::visit::Visit<'ast> for Found {
        fn visit_type(&mut self, ty: &'ast syn::Type) {
            self.0 |= matches!(
                ty,
                syn::Type::Reference(_)
                    | syn::Type::ImplTrait(_)
                    | syn::Type::Never(_)
                    | syn::Type::Verbatim(_)
            );
            syn::visit::visit_type(self, ty);
        }
    }
    let mut found = Found(false);
    syn::visit::Visit::visit_type(&mut found, ty);
    found.0
}

/// Whether an `impl Trait` stands in a type.
fn has_impl_trait(ty: &syn::Type) -> bool {
    struct Found(bool);
    impl<'ast> syn::visit::Visit<'ast> for Found {
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    syn::visit::Visit::visit_type(&mut found, ty);
    found.0
}

/// One thing alone, several as a tuple.
fn tuple(mut parts: Vec<TokenStream>) -> TokenStream {
    match parts.len() {
        1 => parts.remove(0),
        _ => quote!((#(#parts),*)),
    }
}

/// The type of a gradient: the parameter's, owned.
fn owned(ty: &syn::Type, rt: &TokenStream) -> TokenStream {
    match ty {
        syn::Type::Paren(t) => owned(&t.elem, rt),
        syn::Type::Group(t) => owned(&t.elem, rt),
        syn::Type::Reference(t) => owned(&t.elem, rt),
        syn::Type::Slice(t) => {
            let elem = owned(&t.elem, rt);
            quote!(#rt::Vec<#elem>)
        }
        syn::Type::Array(t) => {
            let (elem, len) = (owned(&t.elem, rt), &t.len);
            quote!([#elem; #len])
        }
        syn::Type::Tuple(t) => {
            let parts = t.elems.iter().map(|t| owned(t, rt));
            quote!((#(#parts,)*))
        }
        other => other.to_token_stream(),
    }
}

/// Puts `()` for what stands beside floats in elements.
fn without_integers(ty: &mut syn::Type, element: bool) {
    match ty {
        syn::Type::Paren(t) => without_integers(&mut t.elem, element),
        syn::Type::Group(t) => without_integers(&mut t.elem, element),
        syn::Type::Reference(t) => without_integers(&mut t.elem, false),
        syn::Type::Slice(t) => without_integers(&mut t.elem, true),
        syn::Type::Array(t) => without_integers(&mut t.elem, true),
        syn::Type::Tuple(t) if element => t.elems.iter_mut().for_each(|t| without_integers(t, true)),
        syn::Type::Path(t) => {
            let number = t.path.get_ident().is_some_and(|name| is_constant(&name.to_string()));
            let arguments = t.path.segments.last_mut().map(|last| &mut last.arguments);
            match arguments {
                _ if number && element => *ty = syn::parse_quote!(()),
                Some(syn::PathArguments::AngleBracketed(args)) => args.args.iter_mut().for_each(|arg| {
                    if let syn::GenericArgument::Type(t) = arg {
                        without_integers(t, true);
                    }
                }),
                _ => {}
            }
        }
        _ => {}
    }
}

/// The type of the buffer that a gradient of run-time size is written to.
fn buffer(ty: &syn::Type, rt: &TokenStream) -> Option<TokenStream> {
    match ty {
        syn::Type::Paren(t) => buffer(&t.elem, rt),
        syn::Type::Group(t) => buffer(&t.elem, rt),
        syn::Type::Reference(t) => buffer(&t.elem, rt),
        syn::Type::Slice(t) => {
            let elem = owned(&t.elem, rt);
            Some(quote!(&mut [#elem]))
        }
        syn::Type::Path(t) => {
            let syn::PathArguments::AngleBracketed(args) = &t.path.segments.last()?.arguments else {
                return None;
            };
            let syn::GenericArgument::Type(elem) = args.args.first()? else { return None };
            let elem = owned(elem, rt);
            Some(quote!(&mut [#elem]))
        }
        _ => None,
    }
}

/// The type of a tangent: the parameter's; what is behind a reference to a sized type.
fn tangent(ty: &syn::Type) -> TokenStream {
    match ty {
        syn::Type::Paren(t) => tangent(&t.elem),
        syn::Type::Group(t) => tangent(&t.elem),
        syn::Type::Reference(t) if !matches!(&*t.elem, syn::Type::Slice(_)) => t.elem.to_token_stream(),
        other => other.to_token_stream(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Errors;
    use std::str::FromStr;

    fn stubs_of(attribute: TokenStream, item: syn::ItemFn) -> String {
        let mut errors = Errors::new();
        let options = crate::options::parse(attribute, &mut errors);
        drop(errors.into_tokens());
        let tokens = stubs(&item.attrs, &item.vis, &item.sig, &options);
        let file: syn::File = syn::parse2(tokens).expect("stubs are items");
        let signatures = file.items.iter().filter_map(|item| match item {
            syn::Item::Fn(f) => {
                let sig = &f.sig;
                let vis = &f.vis;
                Some(quote!(#vis #sig).to_string().replace(' ', ""))
            }
            _ => None,
        });
        signatures.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn stubs_have_the_companions_signatures() {
        let item = syn::parse_quote! {
            pub fn f<const N: usize>(a: &[f64], #[no_grad] b: f64, c: [f64; N]) -> f64 { 0.0 }
        };
        let expected = "pubfnf_grad<constN:usize>(_:&[f64],_:f64,_:[f64;N],)->(f64,(::backprop::__rt::Vec<f64>,[f64;N]))\n\
            pubfnf_grad_into<constN:usize>(_:&[f64],_:f64,_:[f64;N],_:&mut[f64],)->(f64,[f64;N])\n\
            pubfnf_jvp<constN:usize>(_:&[f64],_:f64,_:[f64;N],_:&[f64],_:[f64;N],)->(f64,f64)";
        assert_eq!(stubs_of(quote!(jvp), item), expected);
    }

    #[test]
    fn stubs_of_elements_with_integers() {
        let item = syn::parse_quote! {
            fn f(a: &[(usize, f64)]) -> f64 { 0.0 }
        };
        let expected = "fnf_grad(_:&[(usize,f64)],)->(f64,::backprop::__rt::Vec<((),f64,)>)\n\
            fnf_grad_into(_:&[(usize,f64)],_:&mut[((),f64,)],)->f64";
        assert_eq!(stubs_of(quote!(), item), expected);
    }

    #[test]
    fn a_refused_function_has_a_handle_unless_it_has_none() {
        let handle = |attribute: TokenStream| {
            let mut errors = Errors::new();
            let options = crate::options::parse(attribute, &mut errors);
            let sig = syn::parse_quote!(fn f<'a, T: Float,>(x: &'a T) -> T);
            let tokens = stubs(&[], &syn::Visibility::Inherited, &sig, &options);
            let file: syn::File = syn::parse2(tokens).expect("stubs are items");
            file.items.iter().any(|item| matches!(item, syn::Item::Struct(s) if s.ident == "f"))
        };
        assert!(handle(quote!()) && !handle(quote!(no_handle)));
    }

    #[test]
    fn other_results() {
        let stub = |item| stubs_of(quote!(), item);
        let got = stub(syn::parse_quote!(
            fn f(x: f64) -> (f64, f64) {
                (x, x)
            }
        ));
        assert_eq!(got, "fnf_vjp(_:f64,_:(f64,f64),)->((f64,f64),f64)");
        let got = stub(syn::parse_quote!(
            fn f(x: f64, out: &mut [f64]) {}
        ));
        assert_eq!(got, "fnf_vjp(_:f64,_:&mut[f64],_:&mut[f64],)->((),f64)");
        let got = stub(syn::parse_quote!(
            fn f(x: &f64) -> Result<f64, String> {
                Ok(*x)
            }
        ));
        assert_eq!(got, "fnf_grad(_:&f64,)->Result<(f64,f64),String>");
        assert_eq!(
            stub(syn::parse_quote!(
                fn f(x: f64) -> impl Fn() {
                    || ()
                }
            )),
            ""
        );
        assert_eq!(
            stub(syn::parse_quote!(
                fn f(&self, x: f64) -> f64 {
                    x
                }
            )),
            ""
        );
    }

    #[test]
    fn only_marks_are_removed() {
        let tokens = |text: &str| TokenStream::from_str(text).expect("the test's own tokens");
        let item =
            "#[inline] fn f(#[no_grad] a: &[f64], #[backprop::grad] #[allow(x)] b: T) -> f64 { #[grad] x }";
        let expected = "#[inline] fn f(a: &[f64], #[allow(x)] b: T) -> f64 { #[grad] x }";
        assert_eq!(without_marks(tokens(item)).to_string(), tokens(expected).to_string());
    }
}
