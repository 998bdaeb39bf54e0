//! `Vec3::default()`, `Default::default()`: zeros, where the type is known to be made of floats.

use super::facts::Facts;
use super::shape::elem_ty;
use super::{Lower, Res, Val, place::Loc};
use crate::hir::{Expr, ExprKind, Type};
use crate::ir::{Init, Op, PlaceTy};

/// The path before `::default()`, of a call of it.
fn called_default(e: &Expr) -> Option<syn::Path> {
    let ExprKind::Call { path, qself: false, args } = &e.kind else { return None };
    let mut of = path.clone();
    let last = of.segments.pop()?.into_value();
    of.segments.pop_punct();
    if last.ident != "default" || !args.is_empty() || of.segments.is_empty() {
        return None;
    }
    Some(of)
}

impl Facts<'_> {
    /// The type that a call gives the zero of, where the context asks for `hint`.
    pub(super) fn default_type(&self, e: &Expr, hint: Option<&Type>) -> Option<Type> {
        let of = called_default(e)?;
        let ty = match of.segments.last().is_some_and(|s| s.ident == "Default") {
            true => hint?.clone(),
            false => self.f.types.classify(&syn::Type::Path(syn::TypePath { qself: None, path: of })),
        };
        let floats = |t: &PlaceTy| t.is_fixed() && t.scalar().is_some_and(|t| t.is_float());
        elem_ty(&ty).is_some_and(|t| floats(&t)).then_some(ty)
    }

    /// The struct of the user's that `Type::default()` gives.
    pub(super) fn default_struct(&self, e: &Expr) -> Option<Type> {
        let of = called_default(e)?;
        Some(self.f.types.of_literal(&of)).filter(|ty| matches!(ty, Type::User(_)))
    }

    /// The same, of an aggregate. The zero of a number is copied as it stands.
    pub(super) fn default_place(&self, e: &Expr, hint: Option<&Type>) -> Option<PlaceTy> {
        elem_ty(&self.default_type(e, hint)?).filter(|t| !matches!(t, PlaceTy::Scalar(_)))
    }
}

impl<'a> Lower<'a, '_> {
    /// The zero of an aggregate.
    pub(super) fn default_value(&mut self, e: &'a Expr, hint: Option<&Type>) -> Option<Res<Val>> {
        let ty = self.facts.default_place(e, hint)?;
        let place = self.fresh(ty.clone());
        self.effect(Op::Alloc { place, init: Init::Zeros });
        Some(match ty {
            PlaceTy::Tuple(_) => self.load(Loc { place, path: Vec::new(), ty }),
            _ => Ok(Val::Place(place)),
        })
    }
}
