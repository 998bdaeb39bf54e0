//! Methods of type parameters go by their names, and what they are is in the traits that these are bound by, of which nothing but
//! the name is seen. So each companion has rustc check that the bounds are by traits of floats (`__methods_of_floats` in the
//! run-time half).

use crate::diagnostics::Kind as Refusal;
use crate::hir;
use crate::ir::{FloatTy, Func, MethodNames, Op, OwnMethods, Ty};
use crate::rules::{Kind, Traits, is_method};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::BTreeMap;

/// How the check of a trait's methods is called in the run-time half.
fn check(traits: Traits) -> &'static str {
    match traits {
        Traits::Floats => "floats",
        Traits::Signed => "signed",
        Traits::Euclid => "euclid",
        Traits::None => "other",
    }
}

/// What operations are called on type parameters that are floats by traits of the user's.
pub(super) fn own_methods(f: &hir::Fn) -> OwnMethods {
    let names = f.types.own.iter().map(|(of, own)| {
        let rules = own.methods.values().map(|m| m.rule);
        let named = rules.filter_map(|rule| Some((rule, own.name_of(rule)?.to_string())));
        (of.clone(), MethodNames { names: named.collect(), library: own.library() })
    });
    names.collect()
}

/// Has rustc check the bounds of type parameters whose methods derivatives flow through.
pub(super) fn proofs(f: &hir::Fn, func: &Func) -> Vec<TokenStream> {
    let rt = &f.crate_path;
    let mut found: BTreeMap<(String, Traits), Span> = BTreeMap::new();
    let mut read: BTreeMap<String, (Span, TokenStream)> = BTreeMap::new();
    func.body.each_stmt(&mut |s| {
        let Op::Elem { rule, args } = &s.op else { return };
        let Some(Ty::Float(FloatTy::Generic(name))) = args.first().map(|a| func.ty(*a)) else { return };
        let own = f.types.own.get(name).filter(|own| own.name_of(*rule).is_some());
        if let Some(own) = own {
            for when in own.methods.values().filter(|m| m.rule == *rule).flat_map(|m| &m.when) {
                read.entry(when.to_string()).or_insert_with(|| (s.origin.span, when.clone()));
            }
        } else if is_method(*rule) && rule.get().result == Kind::Float {
            found.entry((name.clone(), rule.get().traits)).or_insert(s.origin.span);
        }
    });
    // Where all methods of floats are there, those of `Signed` are among them.
    let all = found.clone();
    found.retain(|(name, traits), _| {
        *traits != Traits::Signed || !all.contains_key(&(name.clone(), Traits::Floats))
    });
    let proof = |((name, traits), span): (&(String, Traits), &Span)| {
        let span = crate::names::emitted(*span);
        let (name, check) = (Ident::new(name, span), Ident::new(check(*traits), span));
        let rt = crate::names::located_at(quote!(#rt), span);
        quote_spanned!(span=> #rt::__rt::__methods_of_floats!(#name: #check);)
    };
    // What was read of a trait of the user's may stand behind a `cfg`.
    let there = read.values().map(|(span, when)| {
        let span = crate::names::emitted(*span);
        let text = Refusal::OtherImpl.message(&[&when.to_string()]);
        quote_spanned!(span=> #[cfg(not(#when))] ::core::compile_error!(#text);)
    });
    found.iter().map(proof).chain(there).collect()
}
