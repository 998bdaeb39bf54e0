//! The attribute on `impl Index`: what an index gives has to be a part of the struct, and none of its constants.

use super::{Operator, with_output};
use crate::diagnostics::{Errors, Kind};
use crate::names::each_ident;
use crate::options::Options;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

/// `impl Index`: an element has to be a part of the struct, so that its derivative is the same part of the gradient.
pub(super) fn index(
    operator: &Operator,
    method: &syn::ImplItemFn,
    options: &Options,
    errors: &mut Errors,
) -> TokenStream {
    let mut parts = true;
    match method.block.stmts.last() {
        Some(syn::Stmt::Expr(e, None)) => tails(e, &mut |e| parts &= is_part(e)),
        _ => parts = false,
    }
    each_ident(&method.block.to_token_stream(), &mut |ident| parts &= ident != "return");
    if !parts {
        errors.refuse(Kind::IndexForm, method.sig.ident.span(), &[]);
        return TokenStream::new();
    }
    let span = Span::mixed_site().located_at(method.sig.ident.span());
    let (krate, block, second) = (&options.crate_path, operator.block, &operator.second);
    let (generics, _, clause) = block.generics.split_for_impl();
    let own = &block.self_ty;
    let rt = quote_spanned!(span=> #krate::__rt);
    let proof = flowing_parts(method, second, &rt, span);
    quote_spanned! {span=>
        impl #generics #rt::IndexOperator<#second> for #own #clause {}
        #[allow(dead_code, missing_docs, clippy::all, clippy::pedantic)]
        const _: () = {
            impl #generics #own #clause { #proof }
        };
    }
}

/// The function of an index once more, under another name: of the fields that its elements are in, rustc is asked
/// whether they are constants.
fn flowing_parts(method: &syn::ImplItemFn, second: &syn::Type, rt: &TokenStream, span: Span) -> TokenStream {
    let letters = second.to_token_stream().to_string();
    let letters: String = letters.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let mut sig = method.sig.clone();
    sig.ident = Ident::new(&format!("__index_by_{letters}"), span);
    if let syn::ReturnType::Type(_, ty) = &mut sig.output {
        // In an inherent `impl`, `Self::Output` would be ambiguous.
        let (own, index) = (quote_spanned!(span=> Self as ::core::ops::Index<#second>), ty.to_token_stream());
        if let Ok(output) = syn::parse2(with_output(index, Some(&quote_spanned!(span=> <#own>::Output)))) {
            **ty = output;
        }
    }
    let mut block = method.block.clone();
    if let Some(syn::Stmt::Expr(e, None)) = block.stmts.last_mut() {
        asked_tails(e, rt);
    }
    quote!(#sig #block)
}

/// Puts questions about its fields before each part that an expression may end in.
fn asked_tails(e: &mut syn::Expr, rt: &TokenStream) {
    let block = |b: &mut syn::Block| {
        if let Some(syn::Stmt::Expr(e, None)) = b.stmts.last_mut() {
            asked_tails(e, rt);
        }
    };
    match e {
        syn::Expr::Paren(e) => asked_tails(&mut e.expr, rt),
        syn::Expr::Group(e) => asked_tails(&mut e.expr, rt),
        syn::Expr::Block(e) => block(&mut e.block),
        syn::Expr::Match(e) => e.arms.iter_mut().for_each(|arm| asked_tails(&mut arm.body, rt)),
        syn::Expr::If(e) => {
            block(&mut e.then_branch);
            e.else_branch.iter_mut().for_each(|(_, e)| asked_tails(e, rt));
        }
        syn::Expr::Reference(part) => {
            let mut questions = Vec::new();
            let mut at = &*part.expr;
            loop {
                at = match at {
                    syn::Expr::Field(f) => {
                        let proof = crate::derive::field_proof(&crate::known::member_name(&f.member));
                        let (base, proof) = (&f.base, Ident::new(&proof.to_string(), f.member.span()));
                        questions
                            .push(quote_spanned!(f.member.span()=> let _ = || #rt::flows(&#base.#proof());));
                        &f.base
                    }
                    syn::Expr::Index(i) => &i.expr,
                    syn::Expr::Paren(p) => &p.expr,
                    _ => break,
                };
            }
            let part = part.to_token_stream();
            *e = syn::Expr::Verbatim(quote!({ #(#questions)* #part }));
        }
        _ => {}
    }
}

/// Visits what an expression may end in.
fn tails<'e>(e: &'e syn::Expr, f: &mut dyn FnMut(&'e syn::Expr)) {
    let block = |b: &'e syn::Block, f: &mut dyn FnMut(&'e syn::Expr)| {
        if let Some(syn::Stmt::Expr(e, None)) = b.stmts.last() {
            tails(e, f);
        }
    };
    match e {
        syn::Expr::Paren(e) => tails(&e.expr, f),
        syn::Expr::Group(e) => tails(&e.expr, f),
        syn::Expr::Block(e) => block(&e.block, f),
        syn::Expr::Match(e) => e.arms.iter().for_each(|arm| tails(&arm.body, f)),
        syn::Expr::If(e) => {
            block(&e.then_branch, f);
            e.else_branch.iter().for_each(|(_, e)| tails(e, f));
        }
        other => f(other),
    }
}

/// `&self.x`, `&self.data[i]`, `panic!(…)`
fn is_part(e: &syn::Expr) -> bool {
    fn place(e: &syn::Expr) -> bool {
        match e {
            syn::Expr::Path(e) => e.path.is_ident("self"),
            syn::Expr::Field(e) => place(&e.base),
            syn::Expr::Index(e) => place(&e.expr),
            syn::Expr::Paren(e) => place(&e.expr),
            _ => false,
        }
    }
    match e {
        syn::Expr::Reference(e) => place(&e.expr),
        syn::Expr::Macro(m) => {
            let mut diverges = false;
            each_ident(&m.mac.path.to_token_stream(), &mut |i| {
                diverges |= i == "panic" || i == "unreachable" || i == "unimplemented";
            });
            diverges
        }
        _ => false,
    }
}
