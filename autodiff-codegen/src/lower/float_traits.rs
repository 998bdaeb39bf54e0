//! Methods of type parameters go by their names, and what they are is in the traits that these are bound by, of which nothing but
//! the name is seen. So each companion has rustc check that the bounds are by traits of floats (`__methods_of_floats` in the
//! run-time half).

use crate::ir::{FloatTy, Func, Op, Ty};
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

/// Has rustc check the bounds of type parameters whose methods derivatives flow through.
pub(super) fn proofs(func: &Func, rt: &syn::Path) -> Vec<TokenStream> {
    let mut found: BTreeMap<(String, Traits), Span> = BTreeMap::new();
    func.body.each_stmt(&mut |s| {
        let Op::Elem { rule, args } = &s.op else { return };
        let Some(Ty::Float(FloatTy::Generic(name))) = args.first().map(|a| func.ty(*a)) else { return };
        if is_method(*rule) && rule.get().result == Kind::Float {
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
    found.iter().map(proof).collect()
}
