//! `#[cfg(…)]` inside of a body. A macro can't tell which predicates hold, but it can make the companions once for each
//! combination of them, and leave the choice to rustc.

use super::attributes;
use crate::diagnostics::{Errors, Kind};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};

/// More predicates than this would make too many companions.
const MOST: usize = 3;

/// A function as one combination of predicates leaves it.
pub struct Configuration {
    /// `all(…)`, unless there is only one combination.
    pub when: Option<TokenStream>,
    /// The function, without attributes in its body.
    pub item: syn::ItemFn,
}

/// The function in all its configurations. The `allow`s inside of the body move to the function itself: companions
/// don't repeat statements one by one.
pub fn configurations(item: &syn::ItemFn, errors: &mut Errors) -> Vec<Configuration> {
    let mut item = item.clone();
    let mut found = Predicates::default();
    found.visit_block_mut(&mut item.block);
    if let Some(extra) = found.list.get(MOST) {
        errors.refuse_tokens(Kind::Configurations, extra, &[]);
        found.list.truncate(MOST);
    }
    let combinations = 0..1usize << found.list.len();
    let configured = combinations.map(|bits| {
        let holds: Vec<(String, bool)> =
            found.list.iter().enumerate().map(|(i, p)| (p.to_string(), bits >> i & 1 == 0)).collect();
        let mut item = item.clone();
        let mut strip = Strip { holds: &holds, allows: Vec::new() };
        strip.visit_block_mut(&mut item.block);
        let allows = std::mem::take(&mut strip.allows);
        let when = found.list.iter().zip(&holds).map(|(p, (_, holds))| match holds {
            true => quote!(#p),
            false => quote!(not(#p)),
        });
        let when = (!found.list.is_empty()).then(|| quote!(all(#(#when),*)));
        item.attrs.extend(allows);
        Configuration { when, item }
    });
    configured.collect()
}

/// The predicate of `#[cfg(…)]`, and whether it is meant as it stands: `not(p)` is `p` with another sign.
fn predicate(attr: &syn::Attribute) -> Option<(TokenStream, bool)> {
    if !attr.path().is_ident("cfg") {
        return None;
    }
    let mut meta: syn::Meta = attr.parse_args().ok()?;
    let mut sign = true;
    while let syn::Meta::List(list) = &meta {
        if !list.path.is_ident("not") {
            break;
        }
        meta = list.parse_args().ok()?;
        sign = !sign;
    }
    Some((meta.to_token_stream(), sign))
}

/// The attributes of a statement; those of an expression stand at its leftmost operand.
fn attributes_of(stmt: &mut syn::Stmt) -> Option<&mut Vec<syn::Attribute>> {
    match stmt {
        syn::Stmt::Local(local) => Some(&mut local.attrs),
        syn::Stmt::Macro(mac) => Some(&mut mac.attrs),
        syn::Stmt::Expr(expr, _) => leftmost(expr),
        syn::Stmt::Item(_) => None,
    }
}

/// The attributes at the leftmost operand of an expression.
fn leftmost(expr: &mut syn::Expr) -> Option<&mut Vec<syn::Attribute>> {
    Some(match expr {
        syn::Expr::Assign(e) => return leftmost(&mut e.left),
        syn::Expr::Binary(e) => return leftmost(&mut e.left),
        syn::Expr::Cast(e) => return leftmost(&mut e.expr),
        syn::Expr::Array(e) => &mut e.attrs,
        syn::Expr::Block(e) => &mut e.attrs,
        syn::Expr::Break(e) => &mut e.attrs,
        syn::Expr::Call(e) => &mut e.attrs,
        syn::Expr::Closure(e) => &mut e.attrs,
        syn::Expr::Continue(e) => &mut e.attrs,
        syn::Expr::Field(e) => &mut e.attrs,
        syn::Expr::ForLoop(e) => &mut e.attrs,
        syn::Expr::Group(e) => &mut e.attrs,
        syn::Expr::If(e) => &mut e.attrs,
        syn::Expr::Index(e) => &mut e.attrs,
        syn::Expr::Lit(e) => &mut e.attrs,
        syn::Expr::Loop(e) => &mut e.attrs,
        syn::Expr::Macro(e) => &mut e.attrs,
        syn::Expr::Match(e) => &mut e.attrs,
        syn::Expr::MethodCall(e) => &mut e.attrs,
        syn::Expr::Paren(e) => &mut e.attrs,
        syn::Expr::Path(e) => &mut e.attrs,
        syn::Expr::Range(e) => &mut e.attrs,
        syn::Expr::Reference(e) => &mut e.attrs,
        syn::Expr::Repeat(e) => &mut e.attrs,
        syn::Expr::Return(e) => &mut e.attrs,
        syn::Expr::Struct(e) => &mut e.attrs,
        syn::Expr::Try(e) => &mut e.attrs,
        syn::Expr::Tuple(e) => &mut e.attrs,
        syn::Expr::Unary(e) => &mut e.attrs,
        syn::Expr::Unsafe(e) => &mut e.attrs,
        syn::Expr::While(e) => &mut e.attrs,
        _ => return None,
    })
}

/// Collects the predicates that decide over something.
#[derive(Default)]
struct Predicates {
    list: Vec<TokenStream>,
}

impl VisitMut for Predicates {
    fn visit_attribute_mut(&mut self, attr: &mut syn::Attribute) {
        if let Some((predicate, _)) = predicate(attr)
            && !self.list.iter().any(|p| p.to_string() == predicate.to_string())
        {
            self.list.push(predicate);
        }
    }

    // Items keep their attributes wherever they go.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Removes what does not hold, and the attributes that are dealt with.
struct Strip<'h> {
    holds: &'h [(String, bool)],
    allows: Vec<syn::Attribute>,
}

impl Strip<'_> {
    /// Whether something with these attributes stays.
    fn stays(&self, attrs: Option<&mut Vec<syn::Attribute>>) -> bool {
        attrs.is_none_or(|attrs| {
            attrs.iter().filter_map(predicate).all(|(predicate, sign)| {
                let known = self.holds.iter().find(|(p, _)| *p == predicate.to_string());
                known.is_none_or(|(_, holds)| *holds == sign)
            })
        })
    }

    /// Takes out of a list what does not stay, and the `cfg`s of what does.
    fn list<T, P: Default>(
        &self,
        list: &mut syn::punctuated::Punctuated<T, P>,
        attrs: impl Fn(&mut T) -> Option<&mut Vec<syn::Attribute>>,
    ) {
        let old = std::mem::take(list);
        let trailing = old.trailing_punct();
        for mut one in old {
            if self.stays(attrs(&mut one)) {
                attrs(&mut one).into_iter().for_each(drop_cfg);
                list.push(one);
            }
        }
        if trailing && !list.is_empty() {
            list.push_punct(P::default());
        }
    }
}

/// Removes the `cfg`s that have been looked at.
fn drop_cfg(attrs: &mut Vec<syn::Attribute>) {
    attrs.retain(|attr| predicate(attr).is_none());
}

impl VisitMut for Strip<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.retain_mut(|stmt| self.stays(attributes_of(stmt)));
        block.stmts.iter_mut().filter_map(attributes_of).for_each(drop_cfg);
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_match_mut(&mut self, e: &mut syn::ExprMatch) {
        e.arms.retain_mut(|arm| self.stays(Some(&mut arm.attrs)));
        e.arms.iter_mut().for_each(|arm| drop_cfg(&mut arm.attrs));
        visit_mut::visit_expr_match_mut(self, e);
    }

    fn visit_expr_struct_mut(&mut self, e: &mut syn::ExprStruct) {
        self.list(&mut e.fields, |field| Some(&mut field.attrs));
        visit_mut::visit_expr_struct_mut(self, e);
    }

    fn visit_pat_struct_mut(&mut self, pat: &mut syn::PatStruct) {
        self.list(&mut pat.fields, |field| Some(&mut field.attrs));
        visit_mut::visit_pat_struct_mut(self, pat);
    }

    fn visit_expr_array_mut(&mut self, e: &mut syn::ExprArray) {
        self.list(&mut e.elems, leftmost);
        visit_mut::visit_expr_array_mut(self, e);
    }

    fn visit_expr_call_mut(&mut self, e: &mut syn::ExprCall) {
        self.list(&mut e.args, leftmost);
        visit_mut::visit_expr_call_mut(self, e);
    }

    fn visit_expr_method_call_mut(&mut self, e: &mut syn::ExprMethodCall) {
        self.list(&mut e.args, leftmost);
        visit_mut::visit_expr_method_call_mut(self, e);
    }

    /// What is left is inert, or refused where it stands.
    fn visit_attributes_mut(&mut self, attrs: &mut Vec<syn::Attribute>) {
        for attr in attrs.iter().filter(|attr| attributes::is_inert(attr)) {
            let syn::Meta::List(list) = &attr.meta else { continue };
            // An expectation is met where the user wrote it, if it is.
            if list.path.is_ident("allow") || list.path.is_ident("expect") {
                let lints = syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
                let lints = list.parse_args_with(lints).unwrap_or_default();
                let lints = lints.iter().filter(|lint| matches!(lint, syn::Meta::Path(_)));
                self.allows.push(syn::parse_quote!(#[allow(#(#lints),*)]));
            }
        }
        attrs.retain(|attr| !attributes::is_inert(attr));
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
