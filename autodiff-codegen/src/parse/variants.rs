//! `Some`, `None`, `Ok` and `Err` as a function writes them.
//!
//! They are taken for those of the prelude. Nothing keeps a user from calling a function `Some`, so each companion has rustc
//! match with the name: what is no variant of `Option` or `Result` can't stand in such a pattern.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

/// Has rustc check those that stand in the block, each where it stands first.
pub fn proofs(block: &syn::Block, rt: &syn::Path) -> Vec<TokenStream> {
    let mut found = Vec::new();
    look(block.to_token_stream(), &mut found);
    found.iter().map(|name| proof(name, rt)).collect()
}

fn is_variant(name: &Ident) -> bool {
    ["Some", "None", "Ok", "Err"].iter().any(|variant| name == variant)
}

/// Notes the names that no path leads to. Macros are looked into as well: `matches!(x, Some(_))`.
fn look(tokens: TokenStream, found: &mut Vec<Ident>) {
    let mut after_path = false;
    for token in tokens {
        match &token {
            TokenTree::Group(group) => look(group.stream(), found),
            TokenTree::Ident(name) if !after_path && is_variant(name) && !found.contains(name) => {
                found.push(name.clone());
            }
            _ => {}
        }
        after_path = matches!(&token, TokenTree::Punct(p) if p.as_char() == ':');
    }
}

fn proof(name: &Ident, rt: &syn::Path) -> TokenStream {
    let span = crate::names::emitted(name.span());
    let rt = crate::names::located_at(quote!(#rt), span);
    let (pattern, of) = match name.to_string().as_str() {
        "None" => (quote!(#name), quote_spanned!(span=> ::core::option::Option<()>)),
        "Some" => (quote_spanned!(span=> #name(_)), quote_spanned!(span=> ::core::option::Option<()>)),
        _ => (quote_spanned!(span=> #name(_)), quote_spanned!(span=> ::core::result::Result<(), ()>)),
    };
    quote_spanned!(span=> #rt::__rt::__variant_of_std!(#pattern in #of);)
}
