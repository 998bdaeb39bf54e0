//! Short ways to write programs down, and to look at what comes out.

use autodiff_codegen::diagnostics::Errors;
use autodiff_codegen::ir::*;
use autodiff_codegen::options::Options;
use autodiff_codegen::{hir, parse};
use proc_macro2::{Ident, Span, TokenStream};

pub fn name(s: &str) -> Option<Name> {
    Some(Name::User(Ident::new(s, Span::call_site())))
}

pub fn slice() -> PlaceTy {
    PlaceTy::Slice(Box::new(PlaceTy::Scalar(Ty::F64)))
}

pub fn param(name: &str, ty: &str, kind: ParamKind, active: bool) -> Param {
    Param { name: Ident::new(name, Span::call_site()), ty: ty.parse().unwrap(), kind, active }
}

/// The front end's view of a function.
pub fn front(source: &str) -> (syn::ItemFn, hir::Fn, Options) {
    let item: syn::ItemFn = syn::parse_str(source).unwrap();
    let mut errors = Errors::new();
    let opts = Options::default();
    let hir = parse::parse(&item, &opts, &mut errors).unwrap();
    assert!(errors.is_empty(), "{:?}", errors.into_messages());
    (item, hir, opts)
}

pub fn pretty(tokens: TokenStream) -> String {
    match syn::parse2(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(e) => panic!("{e}: {tokens}"),
    }
}
