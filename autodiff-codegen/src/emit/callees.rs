//! What the functions that a program calls are found by.
//!
//! Each callee's handle is imported by the function's own path, under a name of its own, over a glob import of a
//! stand-in of the same name (`callee` in the run-time half). `use` brings whatever the path leads to, and a
//! function without `#[backprop]` is a function and no type: then the stand-in is what the call goes to, and rustc
//! reports it in our words.
//!
//! An associated function can't be imported. Its halves are associated functions themselves, and the stand-in is
//! a trait that all types implement: an associated function of the type itself goes before one of a trait.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};

use crate::ir::*;
use crate::names::{self, emitted};

/// The callees of a program.
#[derive(Default)]
pub(super) struct Callees {
    imported: Vec<Imported>,
    associated: Vec<Associated>,
    methods: Vec<Ident>,
    tangents: Vec<usize>,
    /// The same of calls with tangents that are differentiated themselves.
    seconds: Vec<usize>,
    /// Whether there are calls that make value and gradient in one.
    at_once: bool,
    /// The numbers of arguments of function-valued parameters that are called.
    functions: Vec<usize>,
}

struct Imported {
    path: syn::Path,
    key: String,
    alias: Ident,
    arity: usize,
}

struct Associated {
    name: Ident,
    arity: usize,
}

impl Callees {
    /// Collects them.
    pub fn of(func: &Func, rt: &TokenStream) -> Callees {
        let mut out = Callees::default();
        // The stand-ins stand in a module of their own, where a relative path would mean something else.
        if !is_absolute(rt) {
            return out;
        }
        func.body.each_stmt(&mut |s| match &s.op {
            Op::CallReverse { callee: Callee { function: Some(_), operator: None, .. }, args, .. }
                if !out.functions.contains(&args.len()) =>
            {
                out.functions.push(args.len());
            }
            Op::CallForward { callee, args, along, .. } => {
                out.add(func, callee, args.len());
                if along.is_some()
                    && !callee.method
                    && !out.seconds.contains(&args.len())
                    && (1..=STAND_INS).contains(&args.len())
                {
                    out.seconds.push(args.len());
                }
            }
            Op::CallAtOnce { callee, args, .. } => {
                out.add(func, callee, args.len());
                out.at_once = true;
            }
            Op::CallTangent { callee, args, .. } => {
                out.add(func, callee, args.len());
                if !callee.method
                    && callee.function.is_none()
                    && !out.tangents.contains(&args.len())
                    && (1..=STAND_INS).contains(&args.len())
                {
                    out.tangents.push(args.len());
                }
            }
            _ => {}
        });
        out
    }

    fn add(&mut self, func: &Func, callee: &Callee, arity: usize) {
        if callee.function.is_some() {
            return;
        }
        if callee.method {
            let name = callee.path.segments.last().map(|s| s.ident.clone());
            self.methods.extend(name.filter(|n| !self.methods.contains(n)));
            return;
        }
        if !(1..=STAND_INS).contains(&arity) || callee.is_of(&func.name) {
            return;
        }
        let Some(last) = callee.path.segments.last() else { return };
        let name = names::text(&last.ident);
        if names::is_associated(&callee.path) {
            // Its own parts are there.
            let own = callee.path.segments.first().is_some_and(|s| s.ident == "Self");
            if own && callee.path.segments.len() == 2 && name == func.name.trim_start_matches("r#") {
                return;
            }
            if !self.associated.iter().any(|a| a.name == last.ident) {
                self.associated.push(Associated { name: last.ident.clone(), arity });
            }
            return;
        }
        let path = plain(&callee.path);
        let key = path.to_token_stream().to_string();
        if self.imported.iter().any(|i| i.key == key) {
            return;
        }
        let mut path = path;
        if let Some(module) = &callee.of_module {
            // Its parts stand in that module, which others may see.
            path = module.clone();
        }
        if callee.own && path.segments.len() == 1 {
            // A `*` may bring in a handle of the same name, and beside what a macro has made, a name alone would be
            // ambiguous.
            path.segments.insert(0, Ident::new("self", last.ident.span()).into());
        }
        let taken = |text: &str| self.imported.iter().any(|i| i.alias == text);
        let stem = format!("__{name}");
        let mut text = stem.clone();
        let mut n = 1;
        while taken(&text) {
            n += 1;
            text = format!("{stem}_{n}");
        }
        let alias = Ident::new(&text, emitted(last.ident.span()));
        self.imported.push(Imported { path, key, alias, arity });
    }

    /// The declarations that the calls rely on, for the start of a companion's body.
    pub fn declarations(&self, rt: &TokenStream, span: Span) -> TokenStream {
        let mut out = TokenStream::new();
        if !self.imported.is_empty() {
            let stand_ins = self.imported.iter().map(|i| {
                let (alias, stand_in) = (&i.alias, format_ident!("Callee{}", i.arity, span = span));
                quote_spanned!(span=> pub use #rt::callee::#stand_in as #alias;)
            });
            let imports = self.imported.iter().map(|i| {
                let (path, alias) = (&i.path, &i.alias);
                let span = alias.span();
                quote_spanned!(span=> use #path as #alias;)
            });
            out.extend(
                quote_spanned!(span=> mod __callees { #(#stand_ins)* } use __callees::*; #(#imports)*),
            );
        }
        for a in &self.associated {
            out.extend(a.stand_in(rt, span));
        }
        out.extend(self.methods.iter().map(|name| without_method(name, rt, span)));
        for arity in &self.functions {
            let pullback = format_ident!("Pullback{arity}", span = span);
            out.extend(quote_spanned!(span=> use #rt::#pullback as _;));
        }
        for arity in self.tangents.iter().filter(|_| self.tangents.len() == 1) {
            let tangent = format_ident!("Tangent{arity}", span = span);
            out.extend(quote_spanned!(span=> use #rt::callee::#tangent as _;));
        }
        if self.at_once {
            out.extend(quote_spanned!(span=> use #rt::callee::AtOnce as _;));
        }
        for arity in self.seconds.iter().filter(|_| self.seconds.len() == 1) {
            let second = format_ident!("Second{arity}", span = span);
            out.extend(quote_spanned!(span=> use #rt::callee::#second as _;));
        }
        out
    }

    /// A call of a part that a stand-in may have, for callees of so many parameters. Where there are callees of several numbers, the
    /// stand-in for each is in scope at its calls only: beside each other, none would be found.
    pub fn beside_stand_in(
        &self,
        part: &str,
        arity: usize,
        rt: &TokenStream,
        call: TokenStream,
        span: Span,
    ) -> TokenStream {
        let (arities, stem) = match part {
            "__jvp" => (&self.tangents, "Tangent"),
            "__tangent_fwd" | "__tangent_rev" => (&self.seconds, "Second"),
            _ => return call,
        };
        if arities.len() < 2 || !arities.contains(&arity) {
            return call;
        }
        let stand_in = format_ident!("{stem}{arity}", span = span);
        quote_spanned! {span=>
            {
                #[allow(unused_imports)]
                use #rt::callee::#stand_in as _;
                #call
            }
        }
    }

    /// Imports the handles of the functions that a program passes as arguments, over a stand-in as those of callees.
    pub fn passed(func: &Func, rt: &TokenStream, span: Span) -> TokenStream {
        if func.passed.is_empty() {
            return TokenStream::new();
        }
        let stand_ins = func
            .passed
            .iter()
            .map(|(_, alias)| quote_spanned!(span=> pub use #rt::callee::NotAnnotated as #alias;));
        let imports = func.passed.iter().map(|(path, alias)| {
            let span = alias.span();
            quote_spanned!(span=> use #path as #alias;)
        });
        if !is_absolute(rt) {
            return quote_spanned!(span=> use #rt::Passed as __Passed; #(#imports)*);
        }
        quote_spanned!(span=> use #rt::Passed as __Passed; mod __passed { #(#stand_ins)* } use __passed::*; #(#imports)*)
    }

    /// The path of one of a callee's parts: `__fwd`, `__rev` or `__jvp`; a turbofish moves to the end, with `_` for
    /// `extra` more parameters.
    pub fn part(&self, path: &syn::Path, part: &str, extra: usize) -> syn::Path {
        let span = path.segments.last().map_or_else(Span::mixed_site, |s| s.ident.span());
        let mut out = path.clone();
        let Some(last) = out.segments.last_mut() else { return out };
        let mut arguments = std::mem::take(&mut last.arguments);
        match &mut arguments {
            // The reverse part has only those parameters that its arguments mention: they are inferred.
            _ if part.ends_with("rev") => arguments = syn::PathArguments::None,
            syn::PathArguments::AngleBracketed(a) => {
                let more = (0..extra).map(|_| syn::GenericArgument::Type(syn::parse_quote!(_)));
                a.args.extend(more);
            }
            _ => {}
        }
        if names::is_associated(path) {
            last.ident = Ident::new(&format!("__{}{}", names::text(&last.ident), &part[1..]), emitted(span));
            last.arguments = arguments;
            return out;
        }
        let key = plain(path).to_token_stream().to_string();
        if let Some(i) = self.imported.iter().find(|i| i.key == key) {
            let mut alias = i.alias.clone();
            alias.set_span(emitted(span));
            out = alias.into();
        }
        out.segments.push(syn::PathSegment { ident: Ident::new(part, emitted(span)), arguments });
        out
    }
}

/// A trait with the parts of a method, for types that no type is: where the type has no such method itself, rustc
/// names the bound that is not fulfilled, and with it our words.
fn without_method(name: &Ident, rt: &TokenStream, span: Span) -> TokenStream {
    let text = names::text(name);
    let stand_in = format_ident!("__WithoutMethod_{text}", span = span);
    let parts = ["fwd", "rev", "jvp", "tangent_fwd", "tangent_rev"]
        .map(|part| format_ident!("__{text}_backprop_{part}", span = span));
    quote_spanned! {span=>
        #[allow(non_camel_case_types, dead_code)]
        trait #stand_in { #(fn #parts(&self);)* }
        impl<__H: ?Sized + #rt::callee::WithMethod> #stand_in for __H {
            #(fn #parts(&self) {})*
        }
    }
}

impl Associated {
    /// A trait that every type implements: it has what the type itself has not.
    fn stand_in(&self, rt: &TokenStream, span: Span) -> TokenStream {
        let name = names::text(&self.name);
        let stand_in = format_ident!("__Without_{name}", span = span);
        let (fwd, rev) =
            (format_ident!("__{name}_fwd", span = span), format_ident!("__{name}_rev", span = span));
        let jvp = format_ident!("__{name}_jvp", span = span);
        let second = format_ident!("__{name}_tangent_fwd", span = span);
        let back = format_ident!("__{name}_tangent_rev", span = span);
        let numbered =
            |p: &str| (0..self.arity).map(|i| format_ident!("__{p}{i}", span = span)).collect::<Vec<_>>();
        let (args, slots) = (numbered("A"), numbered("D"));
        let (more, nothing) = (numbered("M"), args.iter().map(|_| quote_spanned!(span=> ())));
        quote_spanned! {span=>
            #[allow(non_camel_case_types, dead_code)]
            trait #stand_in {
                fn #fwd<__I, __Y, __P #(, #args)*>(_: __I #(, _: #args)*) -> (__Y, __P)
                where
                    __I: #rt::callee::Annotated<(__Y, __P)> + Fn(#(#args),*) -> __Y,
                {
                    ::core::unreachable!()
                }
                fn #rev<__P, __S #(, #args)* #(, #slots)*>(_: &__P, _: __S #(, _: #args)* #(, _: #slots)*) {}
                fn #jvp<__Y #(, #args)* #(, #slots)*>(#(_: #args,)* #(_: #slots),*) -> (__Y, __Y)
                where
                    Self: #rt::callee::Called<__Y>,
                {
                    ::core::unreachable!()
                }
                fn #second<__I, __Y, __P #(, #args)* #(, #slots)*>(
                    _: __I #(, _: #args)* #(, _: ::core::option::Option<&#slots>)*
                ) -> ((__Y, __Y), __P)
                where
                    __I: #rt::callee::WithSecond<(__Y, __P)> + Fn(#(#args),*) -> __Y,
                {
                    ::core::unreachable!()
                }
                #[allow(clippy::too_many_arguments)]
                fn #back<__P, __S #(, #args)* #(, #slots)* #(, #more)*>(
                    _: &__P, _: __S #(, _: #args)* #(, _: #nothing)* #(, _: #slots)* #(, _: #more)*
                ) {}
            }
            impl<__H: ?Sized> #stand_in for __H {}
        }
    }
}

/// Whether a path means the same in every module.
fn is_absolute(path: &TokenStream) -> bool {
    let text = path.to_string();
    text.starts_with("::") || text.starts_with("crate") || text.starts_with("$crate")
}

/// The path without a turbofish.
fn plain(path: &syn::Path) -> syn::Path {
    let mut path = path.clone();
    for s in &mut path.segments {
        s.arguments = syn::PathArguments::None;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_associated_functions_are_associated_functions() {
        let callees = Callees::default();
        let part = |path: syn::Path, part: &str| callees.part(&path, part, 1).to_token_stream().to_string();
        assert_eq!(part(syn::parse_quote!(m::Type::f), "__fwd"), "m :: Type :: __f_fwd");
        assert_eq!(part(syn::parse_quote!(m::f::<f64>), "__fwd"), "m :: f :: __fwd :: < f64 , _ >");
        assert_eq!(part(syn::parse_quote!(m::f::<f64>), "__rev"), "m :: f :: __rev");
    }
}
