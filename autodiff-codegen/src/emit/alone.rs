//! A program as a function of its own, from nothing but the IR.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::body::Body;
use super::callees::Callees;
use super::companion::finish;
use super::types;
use crate::ir::*;

pub(super) fn function(
    func: &Func,
    results: &[Ret],
    name: &str,
    run_time: &TokenStream,
) -> Option<TokenStream> {
    let span = Span::mixed_site();
    let mut trees = vec![func.ret.clone()];
    trees.extend_from_slice(results);
    let types: Option<Vec<TokenStream>> = trees.iter().map(|r| tree_type(func, r, run_time, span)).collect();
    let types = types?;
    let (params, code) = Body::emit(func, run_time, |body| {
        let params = body.signature(span);
        body.stmts(&func.body.stmts);
        let parts = if func.body.diverges { Vec::new() } else { body.results(&trees, span) };
        let tail = match &parts[..] {
            [] => TokenStream::new(),
            [e] => e.clone(),
            es => quote!((#(#es),*)),
        };
        (params, finish(body, tail))
    });
    let ty = match &types[..] {
        [t] => t.clone(),
        ts => quote!((#(#ts),*)),
    };
    let items = &func.items;
    let callees = Callees::of(func, run_time).declarations(run_time, span);
    let name = Ident::new(name, span);
    Some(quote!(fn #name(#(#params),*) -> #ty { #(#items)* #callees #code }))
}

/// The type of a result, if it can be written down.
pub(super) fn tree_type(func: &Func, r: &Ret, run_time: &TokenStream, span: Span) -> Option<TokenStream> {
    match r {
        Ret::Unit => Some(quote!(())),
        Ret::Scalar(i) => types::scalar(func.ty(*func.body.yields.get(*i)?), run_time, span),
        Ret::Place(p) => types::owned(&func.plc(*p).ty, run_time, span),
        Ret::Tuple(rs) => {
            let parts: Option<Vec<TokenStream>> =
                rs.iter().map(|r| tree_type(func, r, run_time, span)).collect();
            let parts = parts?;
            Some(quote!((#(#parts,)*)))
        }
    }
}
