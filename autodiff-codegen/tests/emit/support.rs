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

/// The program with its opaque code replaced by calls of a function that does what the interpreter does.
pub fn runnable(f: &Func) -> Func {
    let mut out = f.clone();
    let types: Vec<Ty> = f.values.iter().map(|v| v.ty.clone()).collect();
    block(&mut out.body, &types);
    out
}

fn block(b: &mut Block, types: &[Ty]) {
    for s in &mut b.stmts {
        let ty = s.results.first().map(|r| types[r.0 as usize].clone());
        match &mut s.op {
            Op::Opaque { kind: OpaqueKind::Expr(code), reads, .. } => {
                let text = code.to_string();
                let names = reads.iter().map(|r| &r.ident);
                let ty = match ty {
                    Some(Ty::Float(_)) => quote::quote!(f64),
                    Some(Ty::Int(_)) => quote::quote!(usize),
                    Some(Ty::Bool) => quote::quote!(bool),
                    _ => quote::quote!(()),
                };
                *code = quote::quote!(effect::<#ty>(#text, &[#(read(&#names)),*]));
            }
            Op::Exit { code, .. } => *code = quote::quote!(panic!("exit")),
            _ => {}
        }
        s.op.blocks_mut().into_iter().for_each(|b| block(b, types));
    }
}
