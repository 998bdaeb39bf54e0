//! What the macro sees around a function: the `impl` block and the module that it stands in, where the attribute
//! stands on those; otherwise only that it does stand in an `impl` block.

use crate::diagnostics::Kind;
use crate::known::Known;
use crate::options::Options;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use std::rc::Rc;

/// See the module's documentation.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// The function stands in an `impl` block.
    pub associated: bool,
    /// Why there can be no companions beside the function: it stands in a trait, or in the `impl` of one.
    pub refusal: Option<Kind>,
    /// Whether that is so wasn't seen: the function isn't in the file as it is, so that a macro has made it, or it is there
    /// more than once.
    pub unseen: bool,
    /// That block, where it is known.
    pub block: Option<Rc<Block>>,
    /// What is known of the items around it.
    pub known: Rc<Known>,
    /// The name of the inline module that it stands in, where that is seen.
    pub module: Option<String>,
    /// The function seems to call itself by way of others.
    pub circular: bool,
    /// What the macros consist of that the function calls, by `macro_rules!`, where that is seen and can't be other ones.
    pub macros: Rc<crate::tables::HashMap<String, TokenStream>>,
    /// The attribute stands on that module, or on the block.
    pub whole: bool,
}

/// An inherent `impl` block.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its generics.
    pub generics: syn::Generics,
    /// What it is of.
    pub self_ty: syn::Type,
}

/// The options for a function, completed by what its own tokens say of where it stands.
pub fn completed(options: &Options, item: &syn::ItemFn) -> Options {
    let mut options = options.clone();
    let mut rule = options.pullback.to_token_stream();
    options.tangent.to_tokens(&mut rule);
    options.around.associated |= item.sig.receiver().is_some() || mentions_self(item, rule);
    options
}

/// Whether `self` or `Self` stands outside of items, or in `more`: then the function stands in an `impl` block.
fn mentions_self(item: &syn::ItemFn, more: TokenStream) -> bool {
    let count = |tokens: TokenStream| {
        let mut n = 0;
        each_self(tokens, &mut |_| n += 1);
        n
    };
    let mut tokens = item.sig.to_token_stream();
    item.block.to_tokens(&mut tokens);
    tokens.extend(more);
    // Those of inner blocks have a `Self` of their own as well.
    let items = crate::parse::items_in(&item.block);
    count(tokens) > items.iter().map(|item| count(item.to_token_stream())).sum::<usize>()
}

/// Visits `self` and `Self`, but for `self::…`, which is a path to this module.
fn each_self(tokens: TokenStream, f: &mut dyn FnMut(&Ident)) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let path = matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == ':');
        match token {
            TokenTree::Ident(ident) if ident == "Self" || ident == "self" && !path => f(&ident),
            TokenTree::Group(group) => each_self(group.stream(), f),
            _ => {}
        }
    }
}

/// The same tokens with another name for `self`.
pub fn rename_self(tokens: TokenStream, name: &str) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut out = Vec::new();
    while let Some(token) = tokens.next() {
        let path = matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == ':' && p.spacing() == proc_macro2::Spacing::Joint);
        out.push(match token {
            TokenTree::Ident(ident) if ident == "self" && !path => {
                TokenTree::Ident(Ident::new(name, ident.span()))
            }
            TokenTree::Group(group) => {
                let mut renamed =
                    proc_macro2::Group::new(group.delimiter(), rename_self(group.stream(), name));
                renamed.set_span(group.span());
                TokenTree::Group(renamed)
            }
            other => other,
        });
    }
    out.into_iter().collect()
}
