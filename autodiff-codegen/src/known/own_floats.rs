//! Traits of the user's for floats, with methods of their own, and what these methods are.
//!
//! A bound `T: Real` by such a trait says nothing of `f64`'s methods, whatever its own are called. But a companion's `T` is `f32`
//! or `f64`, and there is one `impl` of a trait for each of them. Where the trait and both stand in one module, what a method
//! does is read off both bodies: one operation of the table on the method's own arguments, in their order.
//! ```text
//! impl Real for f32 { fn log(self) -> Self { libm::logf(self) } }
//! impl Real for f64 { fn log(self) -> Self { libm::log(self) } }      `x.log()` is the table's `Ln`
//! ```
//! A method that does anything else is not known, and a call of it with an active value is refused. A companion calls the user's own
//! method for the value, so that its bits are the user's, and asks for whatever the derivative needs besides by the float's type.

mod body;

use super::Known;
use crate::rules::{Library, RuleId, Syntax};
use crate::tables::{HashMap, HashSet};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use std::rc::Rc;
use syn::ext::IdentExt;

/// How deep traits may ask for traits.
const DEEPEST: usize = 8;

/// Traits of `std` and `num-traits` that say that a type has arithmetic.
const ARITHMETIC: [&str; 9] =
    ["Add", "Sub", "Mul", "Div", "Neg", "Num", "NumOps", "NumAssign", "NumAssignOps"];

/// What is known of a module's traits of this kind.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnFloats {
    /// The traits that the module declares.
    declared: HashMap<String, Declared>,
    /// What floats do for them.
    impls: HashMap<String, Vec<OfFloat>>,
    /// Traits of other modules, with all that they ask for.
    elsewhere: HashMap<String, Rc<OwnFloat>>,
}

/// A trait as it is declared.
#[derive(Clone, Debug)]
struct Declared {
    /// The names of the traits that it asks for.
    supers: Vec<String>,
    /// Others can't be told by their names.
    unnamed: bool,
    /// One of these is of floats.
    only_floats: bool,
    arithmetic: bool,
    methods: HashMap<String, syn::Signature>,
}

/// An `impl` of a trait for `f32` or `f64`.
#[derive(Clone, Debug)]
struct OfFloat {
    float: String,
    /// When it is there, if not always.
    when: Vec<TokenStream>,
    methods: Vec<syn::ImplItemFn>,
}

/// What a bound by a trait of the user's says.
#[derive(Clone, Debug, Default)]
pub struct OwnFloat {
    /// It has arithmetic.
    pub arithmetic: bool,
    /// `f32` and `f64` are seen to have it.
    pub floats: bool,
    /// It asks for a trait that only floats have, whose methods are those of floats.
    pub only_floats: bool,
    /// Its methods that are operations of the table.
    pub methods: HashMap<String, OwnMethod>,
    /// The names of all its methods.
    pub names: HashSet<String>,
    /// It asks for traits that are not seen, which may have methods as well.
    pub unseen: bool,
}

/// A method that is an operation of the table.
#[derive(Clone, Debug)]
pub struct OwnMethod {
    /// Which one, as `std` has it.
    pub rule: RuleId,
    /// Whose functions compute it, for `f32` and `f64`, if that is so wherever it is built.
    libraries: [Option<Library>; 2],
    /// What has to hold for one of the bodies that were read to be there.
    pub when: Vec<TokenStream>,
}

impl OwnFloats {
    /// A name means something else here.
    pub(super) fn forget(&mut self, name: &str) {
        self.declared.remove(name);
        self.impls.remove(name);
        self.elsewhere.remove(name);
    }

    /// A trait of the module.
    pub(super) fn learn_trait(&mut self, i: &syn::ItemTrait) {
        let mut arithmetic = false;
        let mut look = |tokens: TokenStream| {
            crate::names::each_ident(&tokens, &mut |word| arithmetic |= is_arithmetic(&word.to_string()));
        };
        look(i.supertraits.to_token_stream());
        look(i.generics.where_clause.to_token_stream());
        let (mut supers, mut unnamed) = (Vec::new(), i.generics.where_clause.is_some());
        let mut only_floats = false;
        for bound in &i.supertraits {
            let syn::TypeParamBound::Trait(t) = bound else { continue };
            match t.path.segments.last() {
                Some(last) if t.path.segments.len() == 1 => supers.push(last.ident.unraw().to_string()),
                Some(last) => {
                    let name = last.ident.unraw().to_string();
                    unnamed |= has_methods(&name);
                    only_floats |= crate::parse::types::is_float_trait(&name);
                }
                None => {}
            }
        }
        let methods = i.items.iter().filter_map(|item| match item {
            syn::TraitItem::Fn(f) => Some((f.sig.ident.unraw().to_string(), f.sig.clone())),
            _ => None,
        });
        let declared = Declared { supers, unnamed, only_floats, arithmetic, methods: methods.collect() };
        self.declared.insert(i.ident.unraw().to_string(), declared);
    }

    /// What a float does for a trait, as [`of_float`] has left it.
    pub(super) fn learn_impl(&mut self, i: &syn::ItemImpl) {
        let (Some(name), Some(float)) = (trait_name(i), float_name(&i.self_ty)) else { return };
        let methods = i.items.iter().filter_map(|item| match item {
            syn::ImplItem::Fn(f) => Some(f.clone()),
            _ => None,
        });
        let Some(when) = conditions(&i.attrs) else { return };
        let known = OfFloat { float, when, methods: methods.collect() };
        self.impls.entry(name).or_default().push(known);
    }

    /// Takes over what an import of everything, or of one name, brings from another module.
    pub(super) fn inherit(
        &mut self,
        outer: &OwnFloats,
        name: Option<(&str, &str)>,
        hiding: &HashSet<String>,
    ) {
        match name {
            Some((from, to)) => {
                if let Some(found) = outer.elsewhere.get(from) {
                    self.elsewhere.insert(to.to_string(), found.clone());
                }
            }
            None => {
                for (name, found) in outer.elsewhere.iter().filter(|(name, _)| !hiding.contains(*name)) {
                    self.elsewhere.entry(name.clone()).or_insert_with(|| found.clone());
                }
            }
        }
    }
}

impl Known {
    /// What a bound by a trait of this name says, if it is one of the user's that is seen.
    pub fn own_float(&self, name: &str) -> Option<Rc<OwnFloat>> {
        self.own_float_at(name, DEEPEST)
    }

    fn own_float_at(&self, name: &str, left: usize) -> Option<Rc<OwnFloat>> {
        let Some(declared) = self.own_floats.declared.get(name) else {
            return self.own_floats.elsewhere.get(name).cloned();
        };
        // The names of the floats may be those of other types.
        let impls = self.own_floats.impls.get(name).filter(|_| !FLOATS.iter().any(|float| self.hides(float)));
        let impls = impls.map_or(&[][..], Vec::as_slice);
        let methods = declared
            .methods
            .iter()
            .filter_map(|(method, sig)| Some((method.clone(), self.meaning(method, sig, impls)?)));
        let mut found = OwnFloat {
            arithmetic: declared.arithmetic,
            floats: FLOATS.iter().all(|float| impls.iter().any(|i| i.float == *float)),
            only_floats: declared.only_floats,
            methods: methods.collect(),
            names: declared.methods.keys().cloned().collect(),
            unseen: declared.unnamed,
        };
        for name in &declared.supers {
            match self.own_float_at(name, left.saturating_sub(1)).filter(|_| left > 0) {
                Some(asked) => found.add(&asked),
                None => {
                    found.unseen |= has_methods(name);
                    found.only_floats |= crate::parse::types::is_float_trait(name);
                }
            }
        }
        Some(Rc::new(found))
    }

    /// The same traits as they are seen from another module.
    pub(super) fn own_floats_elsewhere(&self) -> OwnFloats {
        let declared = self.own_floats.declared.keys();
        let own = declared.filter_map(|name| Some((name.clone(), self.own_float(name)?)));
        let mut elsewhere = self.own_floats.elsewhere.clone();
        elsewhere.extend(own);
        OwnFloats { elsewhere, ..OwnFloats::default() }
    }
}

impl OwnFloat {
    /// Whether it makes a type parameter a float: `f32` and `f64` have it, and something can be computed by it.
    pub fn is_of_floats(&self) -> bool {
        self.floats && (self.arithmetic || !self.methods.is_empty())
    }

    /// What another bound of the same type says besides.
    pub fn add(&mut self, other: &OwnFloat) {
        self.arithmetic |= other.arithmetic;
        self.floats |= other.floats;
        self.only_floats |= other.only_floats;
        self.unseen |= other.unseen;
        // A method of two traits is neither's.
        let both: Vec<String> = other.names.intersection(&self.names).cloned().collect();
        for (name, method) in &other.methods {
            self.methods.entry(name.clone()).or_insert_with(|| method.clone());
        }
        both.iter().for_each(|name| drop(self.methods.remove(name)));
        self.names.extend(other.names.iter().cloned());
    }

    /// Leaves out operations that can't be told from others: those that there are two of, computed differently, and those whose
    /// name in `std` is that of something else here, or may be.
    pub fn settle(&mut self) {
        let clear = |a: &OwnMethod| {
            let Syntax::Method(std) = a.rule.syntax() else { return false };
            let own = self.methods.get(std).is_some_and(|b| b.rule == a.rule);
            let certain = a.libraries.iter().all(Option::is_some);
            let alike = |b: &OwnMethod| {
                a.rule != b.rule || std::ptr::eq(a, b) || certain && a.libraries == b.libraries
            };
            (own || !self.unseen && !self.names.contains(std)) && self.methods.values().all(alike)
        };
        let unclear: Vec<String> =
            self.methods.iter().filter(|(_, a)| !clear(a)).map(|(name, _)| name.clone()).collect();
        unclear.iter().for_each(|name| drop(self.methods.remove(name)));
    }

    /// Who computes what the derivatives of the methods need: a caller of `libm` may have no `std`. Nobody, where a trait of floats
    /// has it.
    pub fn library(&self) -> Option<Library> {
        if self.only_floats {
            return None;
        }
        let libm = [Some(Library::Libm); 2];
        let libm = self.methods.values().any(|m| m.libraries == libm && m.when.is_empty());
        Some(if libm { Library::Libm } else { Library::Std })
    }

    /// The name here of an operation, if it has one.
    pub fn name_of(&self, rule: RuleId) -> Option<&str> {
        let mut names: Vec<&String> =
            self.methods.iter().filter(|(_, m)| m.rule == rule).map(|(name, _)| name).collect();
        names.sort();
        names.first().map(|name| name.as_str())
    }
}

/// The floats that a companion's type parameter may be.
const FLOATS: [&str; 2] = ["f32", "f64"];

/// Whether a trait that is not seen may have methods with the names of floats' methods, as far as its name tells.
pub(crate) fn has_methods(name: &str) -> bool {
    !crate::parse::types::is_plain_trait(name)
}

/// Whether a trait of this name says that a type has arithmetic.
pub(crate) fn is_arithmetic(name: &str) -> bool {
    ARITHMETIC.contains(&name)
}

/// An `impl` of a trait for a float, with what says what its methods are, and the trait's name. Nothing, if it may be something
/// else.
pub(crate) fn of_float(i: &syn::ItemImpl) -> Option<(String, TokenStream)> {
    let (name, float) = (trait_name(i)?, float_name(&i.self_ty)?);
    if !i.generics.params.is_empty() || i.unsafety.is_some() {
        return None;
    }
    let cfg = |when: Vec<TokenStream>| quote!(#(#[cfg(#when)])*);
    let methods = i.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(f) => Some(f),
        _ => None,
    });
    let mut out = TokenStream::new();
    for f in methods {
        let (when, sig) = (cfg(conditions(&f.attrs)?), &f.sig);
        let short = matches!(
            &f.block.stmts[..],
            [syn::Stmt::Expr(syn::Expr::Call(_) | syn::Expr::MethodCall(_), None)]
        );
        let block = &f.block;
        let body = if short { quote!(#block) } else { quote!({}) };
        out.extend(quote!(#when #sig #body));
    }
    let when = cfg(conditions(&i.attrs)?);
    let (name_here, float) = (quote::format_ident!("{name}"), quote::format_ident!("{float}"));
    Some((name, quote!(#when impl #name_here for #float { #out })))
}

/// The predicates of `#[cfg(…)]`s. Nothing, if another attribute may change what it stands on.
fn conditions(attrs: &[syn::Attribute]) -> Option<Vec<TokenStream>> {
    let mut out = Vec::new();
    for attr in attrs {
        match &attr.meta {
            syn::Meta::List(list) if list.path.is_ident("cfg") => out.push(list.tokens.clone()),
            _ if crate::surroundings::is_inert(attr) => {}
            _ => return None,
        }
    }
    Some(out)
}

fn trait_name(i: &syn::ItemImpl) -> Option<String> {
    match &i.trait_ {
        Some((None, path, _)) => Some(path.get_ident()?.unraw().to_string()),
        _ => None,
    }
}

fn float_name(ty: &syn::Type) -> Option<String> {
    match ty {
        syn::Type::Paren(t) => float_name(&t.elem),
        syn::Type::Group(t) => float_name(&t.elem),
        syn::Type::Path(t) if t.qself.is_none() => {
            let name = t.path.get_ident()?.to_string();
            FLOATS.contains(&name.as_str()).then_some(name)
        }
        _ => None,
    }
}
