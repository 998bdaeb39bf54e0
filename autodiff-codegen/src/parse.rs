//! From the syntax tree to [`hir`]: variables resolved, sugar named, tokens kept.
//!
//! Every refusal that the syntax alone calls for is made here; what depends on where active values flow is
//! left to [`lower`](crate::lower).

use crate::diagnostics::Errors;
use crate::hir;
use crate::options::Options;
use proc_macro2::Ident;
use quote::ToTokens;
use std::rc::Rc;
use syn::ext::IdentExt;

mod accessors;
mod attributes;
mod body;
mod closure;
mod configurations;
mod expansion;
mod expr;
mod fallible;
mod items;
mod lent_numbers;
pub mod macros;
mod matching;
mod operator_paths;
mod pattern;
mod prelude;
mod roots;
mod scan;
mod scopes;
mod signature;
mod source;
mod takers;
pub(crate) mod text;
mod transcribers;
pub(crate) mod types;
mod user_macros;
mod written_out;

#[cfg(test)]
mod tests;

pub use accessors::Accessor;
pub use configurations::{Configuration, configurations};
pub(crate) use expansion::items_written_out;
pub use expr::peel;
pub use items::defined_names;
pub(crate) use items::of_body as items_in;
pub(crate) use macros::is_listed as is_known_macro;
pub(crate) use scopes::Key;
pub use signature::{is_mark, is_mark_tokens, plain_name};
pub use source::Source;
pub use takers::is_taker;
pub use text::one_line;
pub(crate) use transcribers::transcribers;
pub use types::{TypeParams, is_constant, is_primitive, length};
pub use user_macros::{CONDITION, STATEMENT, as_written};

/// Parses a function. `None` if something was refused.
pub fn parse(item: &syn::ItemFn, options: &Options, errors: &mut Errors) -> Option<hir::Fn> {
    let known = |path: &syn::Path| {
        let name = path.get_ident().map(ToString::to_string).unwrap_or_default();
        is_known_macro(&name) && !options.around.known.shadows(&format!("{name}!"))
    };
    let written_out = written_out::written_out(item, &options.around.macros, &known);
    let item = written_out.as_ref().unwrap_or(item);
    let before = errors.len();
    signature::check_kind(item, errors);
    attributes::check_body(&item.block, errors);
    let mut types = TypeParams::in_scope(&item.sig.generics, &options.around);
    types.count_as_floats(&item.sig);
    types.mark(&item.sig, &item.block.to_token_stream(), options);
    let (from_params, plain_params) = (types.from.clone(), types.plain.clone());
    let mut parser = scopes::Parser::new(types, item.to_token_stream(), errors);
    let mut params = parser.params(&item.sig, options);
    let (ret, wrap) = parser.result(&item.sig, options);
    parser.activate_outputs(&item.sig, &mut params, &ret);
    parser.check_use(&item.sig, &params, &ret, (before, options));
    // The signature sees nothing of the body's items.
    parser.types.learn(items::of_body(&item.block));
    let mut of_std = prelude::proofs(item, &options.crate_path);
    let names: Vec<Ident> = parser.vars.iter().map(|info| info.ident.clone()).collect();
    parser.fallible = wrap.is_some();
    parser.wrap = wrap.clone();
    let unwrapped = wrap.as_ref().map(|wrap| fallible::without_wrapper(&item.block, wrap));
    let block = unwrapped.as_ref().unwrap_or(&item.block);
    let opened = takers::opened(block, &item.sig, &parser.types.known, &options.around.known);
    let block = opened.as_ref().unwrap_or(block);
    let self_ty = options.around.block.as_ref().map(|block| &block.self_ty);
    let passive: Vec<String> = params
        .iter()
        .filter(|p| !p.active && p.alias.is_none())
        .map(|p| p.name.unraw().to_string())
        .collect();
    let places = accessors::opened(block, &item.sig, self_ty, &parser.types.known, &passive);
    of_std.extend(places.iter().flat_map(|p| &p.methods).map(|(ty, name)| accessors::proof(ty, name)));
    let block = places.as_ref().map_or(block, |places| &places.block);
    let conditions = user_macros::conditions(block, wrap.is_some(), &|path| {
        parser.is_known_macro(path) || parser.types.known.is_array_macro(path)
    });
    let block = conditions.as_ref().unwrap_or(block);
    parser.roots = item_names(item, &parser, options);
    let body = parser.scoped(|parser| parser.block_here(block, true));
    of_std.extend(prelude::macros(&parser.of_std.take(), &options.crate_path));
    of_std.extend(prelude::assignments(&parser.assignments, &options.crate_path));
    of_std.extend(parser.std_itself.take().iter().map(|name| prelude::krate(name, &options.crate_path)));
    parser.check_globs(&names);
    parser.check_items(&item.sig);
    let float_params = parser.types.floats.clone();
    let scopes::Parser { vars, items, errors, mut types, .. } = parser;
    let inside = match errors.len() == before {
        true => {
            let body = item.block.to_token_stream();
            crate::blocks::expand_inside(&items, &body, options, Rc::make_mut(&mut types.known))
        }
        false => Vec::new(),
    };
    let mut sig = without_marks(item.sig.clone());
    crate::functions::pass_handles(&mut sig, &mut params, "Function", options);
    (errors.len() == before).then_some(hir::Fn {
        sig,
        params,
        vars,
        items,
        inside,
        body,
        ret,
        associated: options.around.associated,
        self_ty: options.around.block.as_ref().map(|block| block.self_ty.clone()),
        crate_path: options.crate_path.clone(),
        types,
        wrap,
        ret_alias: false,
        float_params,
        from_params,
        plain_params,
        of_std,
    })
}

/// The names of items that a function uses, where it has macros that might define them.
fn item_names(item: &syn::ItemFn, parser: &scopes::Parser, options: &Options) -> Vec<Ident> {
    let block = options.around.block.as_ref();
    let around: Vec<&syn::Generics> = block.iter().map(|block| &block.generics).collect();
    let out_of_sight = options.around.associated && block.is_none();
    roots::roots(item, &around, &parser.types.known, out_of_sight)
}

/// The signature without `#[grad]` and `#[no_grad]`.
pub fn without_marks(mut sig: syn::Signature) -> syn::Signature {
    for input in &mut sig.inputs {
        match input {
            syn::FnArg::Receiver(receiver) => receiver.attrs.retain(|attr| !is_mark(attr)),
            syn::FnArg::Typed(typed) => typed.attrs.retain(|attr| !is_mark(attr)),
        }
    }
    sig
}
