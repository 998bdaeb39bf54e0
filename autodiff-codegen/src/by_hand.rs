//! Functions whose derivative is written by hand: `#[backprop(pullback = …, tangent = …)]`.
//!
//! Their bodies are not looked into. Instead, the compiler is given the function with another body, a call of the
//! function itself: `fn f(x: f64) -> f64 { f(x) }`. So the companions are what those of any function are that calls an
//! annotated one, and no pass knows of rules. Only the handle, which the calls go to, is not made of a program: it
//! calls the function, and what was written by hand (`emit/by_hand`).

use crate::diagnostics::{Errors, Kind};
use crate::hir;
use crate::ir::FloatTy;
use crate::options::Options;
use crate::parse::{Source, text::one_line};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;

impl Options {
    /// Whether the derivative is written by hand.
    pub fn by_hand(&self) -> bool {
        self.pullback.is_some() || self.tangent.is_some()
    }
}

/// The function as it stands. What `syn` can't read of its body need not be read.
pub fn readable(source: &Source) -> syn::ItemFn {
    let mut unread = Errors::new();
    let read = source.function(&mut unread);
    unread.into_messages();
    read.unwrap_or_else(|| {
        let body = syn::Stmt::Expr(syn::Expr::Verbatim(source.body().stream()), None);
        let block = Box::new(syn::Block { brace_token: Default::default(), stmts: vec![body] });
        syn::ItemFn { attrs: source.attrs.clone(), vis: source.vis.clone(), sig: source.sig.clone(), block }
    })
}

/// The same function with a call of itself as its body. Its parameters are plain names then. `None` if it is refused.
pub fn call(mut item: syn::ItemFn, options: &Options, errors: &mut Errors) -> Option<syn::ItemFn> {
    let before = errors.len();
    check_options(&item, options, errors);
    let associated = options.around.associated;
    let (mut args, mut lifetimes) = (Vec::new(), Lifetimes(Vec::new()));
    for (i, input) in item.sig.inputs.iter_mut().enumerate() {
        match input {
            syn::FnArg::Receiver(receiver) => {
                check_type(&receiver.ty, errors);
                args.push(receiver.self_token.to_token_stream());
            }
            syn::FnArg::Typed(typed) => {
                check_type(&typed.ty, errors);
                if !matches!(*typed.ty, syn::Type::Reference(_)) {
                    lifetimes.visit_type_mut(&mut typed.ty);
                }
                let name = match &*typed.pat {
                    syn::Pat::Ident(pat) => pat.ident.clone(),
                    pat => format_ident!("arg{i}", span = Span::mixed_site().located_at(pat.span())),
                };
                args.push(name.to_token_stream());
                *typed.pat = syn::parse_quote!(#name);
            }
        }
    }
    lifetimes.0.into_iter().rev().for_each(|lifetime| {
        item.sig.generics.params.insert(0, syn::LifetimeParam::new(lifetime).into());
    });
    let name = &item.sig.ident;
    // A parameter may hide the function.
    let hidden = args.iter().any(|arg| *name == arg.to_string());
    let scope = match (associated, hidden) {
        (true, _) => Some(quote_spanned!(name.span()=> Self::)),
        (false, true) => Some(quote_spanned!(name.span()=> self::)),
        (false, false) => None,
    };
    let arguments = arguments(&item.sig);
    let body = quote_spanned!(name.span()=> #scope #name #arguments(#(#args),*));
    item.block.stmts = vec![syn::Stmt::Expr(syn::Expr::Verbatim(body.clone()), None)];
    if let Ok(body) = syn::parse2(body) {
        item.block.stmts = vec![syn::Stmt::Expr(body, None)];
    }
    (errors.len() == before).then_some(item)
}

/// Names for the lifetimes that have none, in the types of what is passed by value: the handle's closure holds it, and
/// has to name the lifetimes of all that it holds.
struct Lifetimes(Vec<syn::Lifetime>);

impl Lifetimes {
    fn next(&mut self) -> syn::Lifetime {
        let name = format!("'__h{}", self.0.len());
        self.0.push(syn::Lifetime::new(&name, Span::mixed_site()));
        self.0[self.0.len() - 1].clone()
    }
}

impl VisitMut for Lifetimes {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.next());
        }
        syn::visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.next();
        }
    }

    // In these, each call has lifetimes of its own.
    fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
}

/// `::<T, N>`, where the parameters' types don't say it.
fn arguments(sig: &syn::Signature) -> Option<TokenStream> {
    let mut mentioned = Vec::new();
    let types = sig.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(typed) => Some(&typed.ty),
        syn::FnArg::Receiver(_) => None,
    });
    crate::names::each_ident(&quote!(#(#types)*), &mut |ident| mentioned.push(ident.clone()));
    let params = sig.generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Type(t) => Some(&t.ident),
        syn::GenericParam::Const(c) => Some(&c.ident),
        syn::GenericParam::Lifetime(_) => None,
    });
    let params: Vec<&Ident> = params.collect();
    let inferred = params.iter().all(|param| mentioned.contains(param));
    (!inferred).then(|| quote!(::<#(#params),*>))
}

/// Refuses what does not go with a rule, or is missing from it.
fn check_options(item: &syn::ItemFn, options: &Options, errors: &mut Errors) {
    match (&options.pullback, &options.tangent) {
        (None, Some(tangent)) => {
            errors.refuse_tokens(Kind::TangentAlone, &tangent.to_token_stream(), &[]);
        }
        (Some(pullback), None) if options.jvp => {
            errors.refuse_tokens(Kind::RuleWithoutTangent, &pullback.to_token_stream(), &[]);
        }
        _ => {}
    }
    if !options.handle {
        let name = item.sig.ident.unraw().to_string();
        errors.refuse(Kind::RuleWithoutHandle, item.sig.ident.span(), &[&name]);
    }
}

/// Refuses parameters that a function writes to.
fn check_type(ty: &syn::Type, errors: &mut Errors) {
    let tokens = ty.to_token_stream();
    if matches!(ty, syn::Type::Reference(r) if r.mutability.is_some()) {
        errors.refuse_tokens(Kind::RuleOutput, &tokens, &[&one_line(&tokens)]);
    }
}

/// Refuses function-valued parameters. `None` if there are any. A result whose type is only a name is taken for a float,
/// as there is no body that says what it is; rustc is asked.
pub fn check(function: &mut hir::Fn, options: &Options, errors: &mut Errors) -> Option<()> {
    if !options.by_hand() {
        return Some(());
    }
    if function.ret_alias && matches!(function.ret, hir::Type::Other(_)) {
        function.ret = hir::Type::Float(FloatTy::Unknown);
    }
    let before = errors.len();
    for param in function.params.iter().filter(|param| param.function.is_some()) {
        errors.refuse(Kind::RuleFunction, param.span, &[&param.name.to_string()]);
    }
    (errors.len() == before).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(attribute: TokenStream, item: TokenStream) -> String {
        crate::expand(attribute, item).to_string()
    }

    #[test]
    fn bodies_are_not_looked_into() {
        let functions = [
            quote!(
                fn f(x: f64) -> f64 {
                    unsafe { ffi::solve(x) }
                }
            ),
            quote!(
                fn f(x: f64) -> f64 {
                    f64::from_bits(x.to_bits())
                }
            ),
            quote!(
                fn f(x: f64) -> f64 {
                    static mut N: f64 = 0.0;
                    asm!("nop");
                    loop {}
                }
            ),
            // A syntax of tomorrow.
            quote!(fn f(x: f64) -> f64 { become x => g(x)!? }),
        ];
        for function in functions {
            let out = expanded(quote!(pullback = back), function.clone());
            assert!(!out.contains("compile_error") && out.contains("fn f_grad"), "{function}: {out}");
        }
    }

    #[test]
    fn it_stands_where_its_tokens_say() {
        let own = quote!(
            fn f(x: f64) -> f64 {
                struct S;
                impl S {
                    fn g(self) {}
                }
                x
            }
        );
        let of_type = quote!(
            fn f(x: f64) -> f64 {
                x + Self::SHIFT
            }
        );
        assert!(expanded(quote!(pullback = back), own.clone()).contains("struct f"));
        assert!(!expanded(quote!(pullback = back), of_type).contains("struct f"));
        assert!(!expanded(quote!(pullback = Self::back), own).contains("struct f"));
    }

    #[test]
    fn types_that_arguments_do_not_say_are_passed_on() {
        let inferred = quote!(
            fn f<'a, T: Float>(x: &'a [T]) -> T {
                x[0]
            }
        );
        let stated = quote!(
            fn f<T: Float, const N: usize>(x: &[T]) -> T {
                x[N]
            }
        );
        assert!(expanded(quote!(pullback = back), inferred).contains("f :: __fwd (f ,"));
        let out = expanded(quote!(pullback = back), stated);
        assert!(out.contains("f :: __fwd :: < T , N , _ > (f :: < T , N > ,"), "{out}");
    }
}
