//! Methods of type parameters go by their names, and what they are is in the traits that these are bound by, of which nothing but
//! the name is seen. So each companion has rustc check that the bounds are by traits of floats (`__methods_of_floats` in the
//! run-time half).

use crate::ir::{FloatTy, Func, Op, Ty};
use crate::rules::{Kind, RuleId, ids, is_method};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::BTreeMap;

/// The traits that a method may be of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Which {
    /// `Float` and its kin.
    Floats,
    /// These, or `Signed`.
    Signed,
    Euclid,
    /// No trait of these has it.
    Other,
}

impl Which {
    fn of(rule: RuleId) -> Which {
        match rule {
            ids::Abs | ids::Signum => Which::Signed,
            ids::RemEuclid | ids::DivEuclid => Which::Euclid,
            ids::RoundTiesEven | ids::Midpoint | ids::NextUp | ids::NextDown => Which::Other,
            _ => Which::Floats,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Which::Floats => "floats",
            Which::Signed => "signed",
            Which::Euclid => "euclid",
            Which::Other => "other",
        }
    }
}

/// Has rustc check the bounds of type parameters whose methods derivatives flow through.
pub(super) fn proofs(func: &Func, rt: &syn::Path) -> Vec<TokenStream> {
    let mut found: BTreeMap<(String, Which), Span> = BTreeMap::new();
    func.body.each_stmt(&mut |s| {
        let Op::Elem { rule, args } = &s.op else { return };
        let Some(Ty::Float(FloatTy::Generic(name))) = args.first().map(|a| func.ty(*a)) else { return };
        if is_method(*rule) && rule.get().result == Kind::Float {
            found.entry((name.clone(), Which::of(*rule))).or_insert(s.origin.span);
        }
    });
    // Where all methods of floats are there, those of `Signed` are among them.
    let all = found.clone();
    found.retain(|(name, which), _| {
        *which != Which::Signed || !all.contains_key(&(name.clone(), Which::Floats))
    });
    let proof = |((name, which), span): (&(String, Which), &Span)| {
        let span = crate::names::emitted(*span);
        let (name, which) = (Ident::new(name, span), Ident::new(which.name(), span));
        let rt = crate::names::located_at(quote!(#rt), span);
        quote_spanned!(span=> #rt::__rt::__methods_of_floats!(#name: #which);)
    };
    found.iter().map(proof).collect()
}
