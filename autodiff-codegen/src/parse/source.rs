//! The annotated item: the signature apart from the body, so that a half-typed body still has companions.

use crate::diagnostics::{Errors, Kind};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;

/// A function whose body has not been parsed yet.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its attributes.
    pub attrs: Vec<syn::Attribute>,
    /// Its visibility.
    pub vis: syn::Visibility,
    /// Its signature, marks and all.
    pub sig: syn::Signature,
    /// Its body, braces and all.
    body: proc_macro2::Group,
}

impl Source {
    /// Reads the item's signature; refuses what is not a function.
    pub fn parse(item: TokenStream, errors: &mut Errors) -> Option<Source> {
        let error = match source.parse2(item.clone()) {
            Ok(source) => return Some(source),
            Err(error) => error,
        };
        if let Ok(function) = syn::parse2::<syn::TraitItemFn>(item.clone())
            && function.default.is_none()
        {
            let args = ["a function without a body", "put it on a function that has one"];
            errors.refuse(Kind::NotAFunction, function.sig.ident.span(), &args);
            return None;
        }
        let last = item.clone().into_iter().last().map(|token| token.span());
        match syn::parse2::<syn::Item>(item) {
            Ok(syn::Item::Fn(_)) | Err(_) => errors.refuse_syntax(Kind::Syntax, &at_its_end(error, last)),
            Ok(other) => {
                let (what, instead) = describe(&other);
                errors.refuse(Kind::NotAFunction, keyword(&other), &[what, instead]);
            }
        }
        None
    }

    /// Its body, as tokens.
    pub fn body(&self) -> &proc_macro2::Group {
        &self.body
    }

    /// The whole function.
    pub fn function(&self, errors: &mut Errors) -> Option<syn::ItemFn> {
        let mut attrs = self.attrs.clone();
        match body.parse2(self.body.stream()) {
            Ok((inner, stmts)) => {
                attrs.extend(inner);
                let brace_token = syn::token::Brace { span: self.body.delim_span() };
                let block = Box::new(syn::Block { brace_token, stmts });
                Some(syn::ItemFn { attrs, vis: self.vis.clone(), sig: self.sig.clone(), block })
            }
            Err(error) => {
                let last = Some(self.body.span_close());
                errors.refuse_syntax(Kind::Syntax, &at_its_end(error, last));
                None
            }
        }
    }
}

/// A block that a macro took as `$body:block` stands in a group without delimiters.
fn ungrouped(token: TokenTree) -> TokenTree {
    let TokenTree::Group(group) = &token else { return token };
    let mut inner = group.stream().into_iter();
    match (group.delimiter(), inner.next(), inner.next()) {
        (Delimiter::None, Some(only), None) => ungrouped(only),
        _ => token,
    }
}

/// Everything up to the body, and the body as one group.
fn source(input: ParseStream) -> syn::Result<Source> {
    let attrs = input.call(syn::Attribute::parse_outer)?;
    let vis = input.parse()?;
    let sig = input.parse()?;
    match ungrouped(input.parse()?) {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace && input.is_empty() => {
            Ok(Source { attrs, vis, sig, body })
        }
        other => Err(syn::Error::new(other.span(), "expected the function's body")),
    }
}

/// Inner attributes, as outer ones, and statements.
fn body(input: ParseStream) -> syn::Result<(Vec<syn::Attribute>, Vec<syn::Stmt>)> {
    let mut inner = input.call(syn::Attribute::parse_inner)?;
    inner.iter_mut().for_each(|attr| attr.style = syn::AttrStyle::Outer);
    Ok((inner, input.call(syn::Block::parse_within)?))
}

/// What an item is called, and what to do about it.
fn describe(item: &syn::Item) -> (&'static str, &'static str) {
    let move_it = "put it on the functions inside, each for itself";
    match item {
        syn::Item::Const(_) => ("a constant", "make it a function"),
        syn::Item::Enum(_) => ("an `enum`", "put it on the function that computes with it"),
        syn::Item::Impl(_) => {
            ("an `impl` block", "free functions that the methods call, each with the attribute")
        }
        syn::Item::Macro(_) => ("a macro", "put it on the functions that the macro makes"),
        syn::Item::Mod(_) => ("a module", move_it),
        syn::Item::ForeignMod(_) => ("an `extern` block", "an ordinary function that calls the foreign one"),
        syn::Item::Static(_) => ("a `static`", "make it a function"),
        syn::Item::Struct(_) => (
            "a `struct`",
            "`#[derive(Clone, backprop::Differentiable)]` on the struct, and the attribute on the functions that compute with it",
        ),
        syn::Item::Trait(_) => {
            ("a trait", "free functions that the trait's methods call, each with the attribute")
        }
        syn::Item::Use(_) => ("a `use`", "put it on the function where it is defined"),
        _ => ("an item that is not a function", "put it on a function"),
    }
}

/// The keyword of an item.
fn keyword(item: &syn::Item) -> Span {
    match item {
        syn::Item::Const(i) => i.const_token.span,
        syn::Item::Enum(i) => i.enum_token.span,
        syn::Item::ForeignMod(i) => i.abi.extern_token.span,
        syn::Item::Impl(i) => i.impl_token.span,
        syn::Item::Macro(i) => i.mac.path.span(),
        syn::Item::Mod(i) => i.mod_token.span,
        syn::Item::Static(i) => i.static_token.span,
        syn::Item::Struct(i) => i.struct_token.span,
        syn::Item::Trait(i) => i.trait_token.span,
        syn::Item::Type(i) => i.type_token.span,
        syn::Item::Union(i) => i.union_token.span,
        syn::Item::Use(i) => i.use_token.span,
        other => other.to_token_stream().span(),
    }
}

/// What is missing at the end of tokens is missing behind the last of them. (The parser has no place for it.)
fn at_its_end(error: syn::Error, last: Option<Span>) -> syn::Error {
    let nowhere = format!("{:?}", error.span()) == format!("{:?}", Span::call_site());
    match last {
        Some(span) if nowhere => syn::Error::new(span, error.to_string()),
        _ => error,
    }
}
