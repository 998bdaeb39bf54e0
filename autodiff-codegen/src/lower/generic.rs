//! The result of a generic function whose signature is known: its parameters are what the arguments make them.

use super::facts::Facts;
use super::shape::Shape;
use crate::hir::{Expr, Type};
use crate::ir::{FloatTy, Len, PlaceTy};
use crate::tables::HashMap;

impl Facts<'_> {
    /// The result of a generic function around this one. `None` where an argument doesn't say enough.
    pub(super) fn generic_result(&self, path: &syn::Path, args: &[Expr]) -> Option<Type> {
        let sig = self.f.types.known.generic(path)?;
        let types = self.f.types.of_another(&sig.generics);
        let syn::ReturnType::Type(_, result) = &sig.output else { return None };
        let mut bound = Bound { own: names(&sig.generics), ..Bound::default() };
        bound.turbofish(self, path, &sig.generics);
        let inputs = sig.inputs.iter().map(|input| match input {
            syn::FnArg::Typed(typed) => Some(types.classify(&typed.ty)),
            syn::FnArg::Receiver(_) => None,
        });
        for (input, arg) in inputs.zip(args) {
            bound.meet(&input?, &self.shape(arg));
        }
        bound.applied(&types.classify(result)).filter(|t| !matches!(t, Type::Other(_)))
    }
}

/// The names of type and const parameters, in order.
fn names(generics: &syn::Generics) -> Vec<String> {
    let names = generics.params.iter().filter_map(|p| match p {
        syn::GenericParam::Type(t) => Some(t.ident.to_string()),
        syn::GenericParam::Const(c) => Some(c.ident.to_string()),
        syn::GenericParam::Lifetime(_) => None,
    });
    names.collect()
}

/// What the parameters stand for.
#[derive(Default)]
struct Bound {
    own: Vec<String>,
    types: HashMap<String, Type>,
    lengths: HashMap<String, Len>,
}

impl Bound {
    /// `f::<f64, 3>(x)`
    fn turbofish(&mut self, facts: &Facts, path: &syn::Path, generics: &syn::Generics) {
        let Some(syn::PathArguments::AngleBracketed(args)) = path.segments.last().map(|s| &s.arguments)
        else {
            return;
        };
        let given = args.args.iter().filter(|a| !matches!(a, syn::GenericArgument::Lifetime(_)));
        for (name, arg) in names(generics).into_iter().zip(given) {
            match arg {
                syn::GenericArgument::Type(syn::Type::Infer(_)) => {}
                syn::GenericArgument::Type(ty) => {
                    self.types.insert(name, facts.f.types.classify(ty));
                }
                syn::GenericArgument::Const(e) => {
                    self.lengths.insert(name, crate::parse::length(e));
                }
                _ => {}
            }
        }
    }

    /// A parameter's type meets the shape of its argument.
    fn meet(&mut self, ty: &Type, shape: &Shape) {
        match (ty, shape) {
            (Type::Ref(_, ty), Shape::Ref(_, shape)) => self.meet(ty, shape),
            (Type::Float(FloatTy::Generic(name)), Shape::Float(float)) if *float != FloatTy::Unknown => {
                self.types.entry(name.clone()).or_insert_with(|| Type::Float(float.clone()));
            }
            (Type::Other(name), shape) if self.own.contains(&name.to_string()) => {
                if let Some(ty) = shape.to_type().filter(is_precise) {
                    self.types.entry(name.to_string()).or_insert(ty);
                }
            }
            (Type::Tuple(tys), Shape::Tuple(shapes)) => {
                tys.iter().zip(shapes).for_each(|(ty, shape)| self.meet(ty, shape));
            }
            (Type::Array(ty, n), Shape::Place(PlaceTy::Array(elem, m))) => {
                if let Len::Expr(tokens) = n {
                    self.lengths.entry(tokens.to_string()).or_insert_with(|| m.clone());
                }
                self.meet(ty, &Shape::of_place(elem));
            }
            (Type::Slice(ty) | Type::Vec(ty), Shape::Place(place)) => {
                if let Some(elem) = place.elem() {
                    self.meet(ty, &Shape::of_place(elem));
                }
            }
            _ => {}
        }
    }

    /// A type with what the parameters stand for in their place.
    fn applied(&self, ty: &Type) -> Option<Type> {
        Some(match ty {
            Type::Float(FloatTy::Generic(name)) => self.types.get(name)?.clone(),
            Type::Other(name) => self.types.get(&name.to_string())?.clone(),
            Type::Array(t, n) => Type::Array(Box::new(self.applied(t)?), self.length(n)?),
            Type::Slice(t) => Type::Slice(Box::new(self.applied(t)?)),
            Type::Vec(t) => Type::Vec(Box::new(self.applied(t)?)),
            Type::Tuple(ts) => Type::Tuple(ts.iter().map(|t| self.applied(t)).collect::<Option<_>>()?),
            Type::Ref(..) => return None,
            Type::Unit | Type::Float(_) | Type::Int(_) | Type::Bool => ty.clone(),
            Type::User(_) => return None,
        })
    }

    fn length(&self, n: &Len) -> Option<Len> {
        let Len::Expr(tokens) = n else { return Some(n.clone()) };
        if let Some(known) = self.lengths.get(&tokens.to_string()) {
            return Some(known.clone());
        }
        let mut own = false;
        crate::names::each_ident(tokens, &mut |i| own |= self.own.iter().any(|name| i == name));
        (!own).then(|| n.clone())
    }
}

/// Whether no float in a type is of unknown width.
fn is_precise(ty: &Type) -> bool {
    match ty {
        Type::Float(float) => *float != FloatTy::Unknown,
        Type::Array(t, _) | Type::Slice(t) | Type::Vec(t) | Type::Ref(_, t) => is_precise(t),
        Type::Tuple(ts) => ts.iter().all(is_precise),
        Type::Unit | Type::Int(_) | Type::Bool | Type::User(_) | Type::Other(_) => true,
    }
}
