//! Attributes inside of functions: inert ones may stay, others could change the code after it was read.

use crate::diagnostics::{Errors, Kind, nearest};
use quote::ToTokens;
use syn::visit::{self, Visit};

/// Attributes that change no code.
const INERT: [&str; 10] =
    ["allow", "cold", "deny", "doc", "expect", "forbid", "inline", "must_use", "track_caller", "warn"];

/// Tools whose attributes the compiler ignores.
const TOOLS: [&str; 4] = ["clippy", "rustfmt", "rust_analyzer", "diagnostic"];

/// Refuses attributes in a body that are not inert; those on items stay with the item.
pub fn check_body(block: &syn::Block, errors: &mut Errors) {
    Attributes { errors }.visit_block(block);
}

/// Refuses one attribute unless it is inert.
pub fn check(attr: &syn::Attribute, errors: &mut Errors) {
    if !is_inert(attr) {
        errors.refuse_tokens(Kind::BodyAttribute, &attr.to_token_stream(), &[&format!("#[{}]", name(attr))]);
    }
}

/// The same of an attribute of a parameter, which may have been meant as a mark.
pub fn check_parameter(attr: &syn::Attribute, errors: &mut Errors) {
    match nearest(&name(attr), ["grad", "no_grad"]) {
        Some(mark) if !is_inert(attr) => {
            errors.refuse_tokens(Kind::UnknownMark, &attr.to_token_stream(), &[&name(attr), mark]);
        }
        _ => check(attr, errors),
    }
}

/// What an attribute is called, with its path.
fn name(attr: &syn::Attribute) -> String {
    attr.path().to_token_stream().to_string().replace(' ', "")
}

/// Whether an attribute changes no code. One that is there only under a condition is inert if what it stands for is.
pub fn is_inert(attr: &syn::Attribute) -> bool {
    if !attr.path().is_ident("cfg_attr") {
        return is_inert_path(attr.path());
    }
    let metas = syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
    attr.parse_args_with(metas).is_ok_and(|metas| metas.iter().skip(1).all(|meta| is_inert_path(meta.path())))
}

fn is_inert_path(path: &syn::Path) -> bool {
    let first = path.segments.first().map(|s| s.ident.to_string()).unwrap_or_default();
    let inert = if path.segments.len() == 1 { &INERT[..] } else { &TOOLS[..] };
    inert.contains(&first.as_str())
}

struct Attributes<'e> {
    errors: &'e mut Errors,
}

impl<'ast> Visit<'ast> for Attributes<'_> {
    fn visit_attribute(&mut self, attr: &'ast syn::Attribute) {
        let instead = match super::signature::mark_of(attr.path()) {
            Some("grad") => "no mark; on the parameter that the value comes from, if it is one of a struct",
            Some(_) => "`backprop::stop_gradient(…)` around the value, if it is meant to be a constant",
            None => return check(attr, self.errors),
        };
        self.errors.refuse_tokens(Kind::MarkInBody, &attr.to_token_stream(), &[&name(attr), instead]);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_block(&mut self, block: &'ast syn::Block) {
        visit::visit_block(self, block);
    }
}
