//! Names of `std` as a function writes them: `Some` and its kin, `Vec`, `array::from_fn`, `iter::once`, `Add::add`, `vec!`.
//!
//! They are taken for what they are called. Nothing keeps a user from having a function `Some`, a type `Vec`, a module `iter`
//! or a macro `vec`, so each companion has rustc check that they mean the same.

use crate::ir::FloatTy;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

/// Has rustc check the names in a function, each where it stands first.
pub fn proofs(item: &syn::ItemFn, rt: &syn::Path) -> Vec<TokenStream> {
    let mut found = Found::default();
    found.look(item.block.to_token_stream());
    found.0.iter().filter_map(|path| proof(path, rt)).collect()
}

/// The last names of the paths that [`proof`] has something to ask of.
const ASKED: [&str; 15] = [
    "Some", "None", "Ok", "Err", "Vec", "from_fn", "once", "repeat", "zip", "add", "sub", "mul", "div",
    "rem", "neg",
];

/// Paths that begin where they stand, without arguments.
#[derive(Default)]
struct Found(Vec<Vec<Ident>>);

impl Found {
    /// Macros are looked into as well: `matches!(x, Some(_))`.
    fn look(&mut self, tokens: TokenStream) {
        let mut path: Vec<Ident> = Vec::new();
        // What stands before: nothing, a `.`, or so many colons.
        let (mut dot, mut colons) = (false, 0);
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    match (colons, path.is_empty()) {
                        (0, _) if !dot => self.note(std::mem::replace(&mut path, vec![name])),
                        (2, false) => path.push(name),
                        // `::std`, `.name`, `label: name`
                        (1, _) => self.note(std::mem::replace(&mut path, vec![name])),
                        _ => self.note(std::mem::take(&mut path)),
                    }
                    (dot, colons) = (false, 0);
                }
                TokenTree::Punct(p) if p.as_char() == ':' => (dot, colons) = (false, colons + 1),
                TokenTree::Punct(p) => {
                    self.note(std::mem::take(&mut path));
                    (dot, colons) = (p.as_char() == '.', 0);
                }
                TokenTree::Group(group) => {
                    self.note(std::mem::take(&mut path));
                    self.look(group.stream());
                    (dot, colons) = (false, 0);
                }
                TokenTree::Literal(_) => {
                    self.note(std::mem::take(&mut path));
                    (dot, colons) = (false, 0);
                }
            }
        }
        self.note(path);
    }

    fn note(&mut self, path: Vec<Ident>) {
        let path = match path.first() {
            Some(first) if first == "Vec" => vec![first.clone()],
            _ => path,
        };
        // Most names are none of these: comparing each with all others would take long.
        let asked = path.last().is_some_and(|last| ASKED.iter().any(|name| last == name));
        if asked && !self.0.contains(&path) {
            self.0.push(path);
        }
    }
}

/// Has rustc check what a path names, if it is one of those that are taken for `std`'s.
fn proof(path: &[Ident], rt: &syn::Path) -> Option<TokenStream> {
    let (first, last) = (path.first()?, path.last()?);
    let names: Vec<String> = path.iter().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let span = crate::names::emitted(last.span());
    let rt = crate::names::located_at(quote!(#rt), span);
    let variant = |pattern: TokenStream, of: TokenStream| quote_spanned!(span=> #rt::__rt::__variant_of_std!(#pattern in #of););
    let function = |arguments: TokenStream, module: &str| {
        let module = Ident::new(module, span);
        quote_spanned!(span=> let _ = || #rt::__rt::same(#(#path)::*::#arguments, ::core::#module::#last::#arguments);)
    };
    let option = quote_spanned!(span=> ::core::option::Option<()>);
    Some(match names[..] {
        ["None"] => variant(quote!(#first), option),
        ["Some"] => variant(quote_spanned!(span=> #first(_)), option),
        ["Ok" | "Err"] => {
            variant(quote_spanned!(span=> #first(_)), quote_spanned!(span=> ::core::result::Result<(), ()>))
        }
        ["Vec"] => quote_spanned!(span=> #rt::__rt::__vec_of_std!(#first);),
        [.., "array", "from_fn"] => function(quote_spanned!(span=> <(), 0, fn(usize)>), "array"),
        [.., "iter", "once" | "repeat"] => function(quote_spanned!(span=> <()>), "iter"),
        [.., "iter", "zip"] => function(quote_spanned!(span=> <#option, #option>), "iter"),
        _ => {
            let of = Ident::new(super::operator_paths::operator(&names)?.0, span);
            quote_spanned!(span=> let _ = || #rt::__rt::same(#(#path)::*, <f64 as ::core::ops::#of>::#last);)
        }
    })
}

/// Has rustc check that methods are `std`'s assigning operators, once for each type that they change.
pub fn assignments(found: &[(Ident, &'static str, FloatTy)], rt: &syn::Path) -> Vec<TokenStream> {
    let mut seen = crate::tables::HashSet::default();
    let first = found.iter().filter(|(name, _, float)| seen.insert((name.to_string(), float.clone())));
    let proof = first.map(|(name, of, float)| {
        let span = crate::names::emitted(name.span());
        let rt = crate::names::located_at(quote!(#rt), span);
        let float = if *float == FloatTy::F32 { "f32" } else { "f64" };
        let (float, of) = (Ident::new(float, span), Ident::new(of, span));
        let name = Ident::new(&name.to_string(), span);
        quote_spanned!(span=> #rt::__rt::__assignment_of_std!(#float: #of, #name);)
    });
    proof.collect()
}

/// Has rustc check that a crate is `std`, or `core`.
pub fn krate(name: &Ident, rt: &syn::Path) -> TokenStream {
    let span = crate::names::emitted(name.span());
    let rt = crate::names::located_at(quote!(#rt), span);
    let name = Ident::new(&name.to_string(), span);
    quote_spanned!(span=> let _ = || #rt::__rt::same(#name::mem::drop::<()>, ::core::mem::drop::<()>);)
}

/// Has rustc check that macros are `std`'s, each where it stands first: what the module has of their names, in whichever way it
/// came there, is ambiguous beside them if it is something else.
pub fn macros(names: &[Ident], rt: &syn::Path) -> Option<TokenStream> {
    let mut seen = crate::tables::HashSet::default();
    let first = names.iter().filter(|name| seen.insert(name.to_string()));
    let checked: Vec<Ident> =
        first.map(|name| Ident::new(&name.to_string(), crate::names::emitted(name.span()))).collect();
    let span = checked.first()?.span();
    let rt = crate::names::located_at(quote!(#rt), span);
    Some(quote_spanned!(span=> #rt::__rt::__macros_of_std!(#(#checked),*);))
}
