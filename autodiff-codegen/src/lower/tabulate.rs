//! Arrays made element by element: `a.map(f)` and `std::array::from_fn(f)`.

use super::closure::Fact;
use super::drive::{Around, Iter};
use super::facts::{Facts, element};
use super::place::Loc;
use super::shape::{Shape, place_ty};
use super::types::Node;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Type};
use crate::ir::{FloatTy, Init, Len, Op, PlaceTy, Proj, Range, Ty};
use crate::parse::types::length;
use quote::ToTokens as _;

/// Such an expression: the array that it is made from, if any, and the function.
pub struct Tabulated<'a> {
    from: Option<&'a Expr>,
    f: &'a Expr,
    /// What is written of its type: `::<f64, 3, _>`.
    written: Option<&'a syn::AngleBracketedGenericArguments>,
}

/// Classifies an expression.
pub fn classify<'a, 'f: 'a>(facts: &Facts<'f>, e: &'a Expr) -> Option<Tabulated<'a>> {
    match &e.kind {
        ExprKind::Method { recv, name, args, turbofish: None } if name == "map" => match &args[..] {
            [f] if matches!(facts.shape(recv).strip(), Shape::Place(PlaceTy::Array(..))) => {
                Some(Tabulated { from: Some(recv), f, written: None })
            }
            _ => None,
        },
        ExprKind::Call { path, qself: false, args } => {
            let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
            match (&names[..], &args[..]) {
                ([.., array, name], [f]) if array == "array" && name == "from_fn" => {
                    let written = match &path.segments.last()?.arguments {
                        syn::PathArguments::AngleBracketed(args) => Some(args),
                        _ => None,
                    };
                    Some(Tabulated { from: None, f, written })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

impl<'a> Facts<'a> {
    /// The shape of such an array, and whether it may be active.
    pub(super) fn tabulated(&self, e: &Expr) -> Option<Fact> {
        let Tabulated { from, f, written } = classify(self, e)?;
        let Some(from) = from else {
            let (item, tainted) = self.applied(f, &[(Shape::Int(Some("usize".into())), false)]);
            let ty = written.and_then(|args| self.written_array(args, item_type(&item, tainted)));
            return Some((ty.map_or(Shape::Unknown, Shape::Place), tainted));
        };
        let (shape, tainted) = self.fact(from);
        let elem = element(&shape);
        let carries = tainted && elem.may_carry();
        let (item, tainted) = self.applied(f, &[(elem, carries)]);
        let elem = item_type(&item, tainted);
        let shape = match (shape.strip().clone(), elem) {
            (Shape::Place(PlaceTy::Array(_, n)), Some(t)) => Shape::Place(PlaceTy::Array(Box::new(t), n)),
            _ => Shape::Unknown,
        };
        Some((shape, tainted))
    }

    /// The array that `::<T, N, _>` says, where `_` for `T` is what the function gives.
    fn written_array(
        &self,
        args: &syn::AngleBracketedGenericArguments,
        item: Option<PlaceTy>,
    ) -> Option<PlaceTy> {
        let mut args = args.args.iter();
        let Some(syn::GenericArgument::Type(elem)) = args.next() else { return None };
        let len = match args.next()? {
            syn::GenericArgument::Const(n) => length(n),
            syn::GenericArgument::Type(syn::Type::Path(n)) => Len::Expr(n.to_token_stream()),
            _ => return None,
        };
        let elem = self.type_with_holes(elem, item)?;
        elem.scalar().is_some().then(|| PlaceTy::Array(Box::new(elem), len))
    }

    /// Lets elements or indices flow into the function.
    pub(super) fn feed_tabulated(&mut self, e: &'a Expr) {
        let Some(Tabulated { from, f, .. }) = classify(self, e) else { return };
        let Some(closure) = self.closure(f) else { return };
        let item = match from {
            Some(from) => {
                let (shape, tainted) = self.fact(from);
                let elem = element(&shape);
                let carries = tainted && elem.may_carry();
                (elem, carries)
            }
            None => (Shape::Int(Some("usize".into())), false),
        };
        self.feed(closure, &[item]);
    }
}

/// The type of an element.
fn item_type(item: &Shape, tainted: bool) -> Option<PlaceTy> {
    match item {
        Shape::Unknown if tainted => Some(PlaceTy::Scalar(Ty::Float(FloatTy::Unknown))),
        item => item.place(),
    }
}

impl<'a> Lower<'a, '_> {
    /// Such an array, element by element.
    pub(super) fn tabulate(
        &mut self,
        tabulated: &Tabulated<'a>,
        e: &'a Expr,
        hint: Option<&Type>,
    ) -> Res<Val> {
        let ty = match (self.facts.shape(e), hint.and_then(place_ty)) {
            (Shape::Place(ty), _) | (_, Some(ty @ PlaceTy::Array(..))) => ty,
            _ => return self.refuse(Kind::ArrayUnknown, e, &[]),
        };
        self.array_of(ty, tabulated.f, tabulated.from, e)
    }

    fn array_of(&mut self, ty: PlaceTy, f: &'a Expr, from: Option<&'a Expr>, e: &'a Expr) -> Res<Val> {
        let src = match from {
            Some(from) => {
                let loc = self.loc(from)?;
                Some(self.view(loc))
            }
            None => None,
        };
        let f = self.passed_function(f)?;
        let elem = ty.elem().cloned().ok_or(Refused)?;
        let init = match src {
            _ if ty.is_fixed() => Init::Zeros,
            // Of a struct there is no zero: the elements that it is made from are there first.
            Some(src) if self.func.plc(src).ty == ty => Init::Copy(src),
            _ => return self.refuse(Kind::NotDifferentiated, e, &["an array of this type"]),
        };
        let place = self.fresh(ty);
        self.effect(Op::Alloc { place, init });
        let lo = self.int(0, Ty::usize());
        let hi = self.push(Op::Len(place), Ty::usize());
        let range = Range { lo, hi, inclusive: false, step: None, rev: false };
        let around = Around { assigned: self.assigned_by(&f), going: Vec::new() };
        self.drive(&Iter::Ints(range), &around, e, &mut |s, val| {
            let i = s.scalar_of(val, e)?;
            let item = match src {
                Some(place) => {
                    let Some(ty) = s.func.plc(place).ty.elem().cloned() else { return Err(Refused) };
                    s.load(Loc { place, path: vec![Proj::Index(i)], ty })?
                }
                None => Val::Scalar(i),
            };
            let wanted = Shape::of_place(&elem).to_type();
            let out = s.apply_for(&f, vec![item], wanted.as_ref(), e)?;
            if s.dead {
                return Ok(());
            }
            let loc = Loc { place, path: vec![Proj::Index(i)], ty: elem.clone() };
            if !matches!(elem, PlaceTy::Scalar(_)) {
                let Some(src) = out.place() else { return s.refuse(Kind::NotAPlace, e, &[]) };
                let row = s.view(loc);
                s.replace(row, src);
                return Ok(());
            }
            let mut v = s.scalar_of(out, e)?;
            if *s.ty(v) == Ty::Opaque {
                v = s.asserted(v, e)?;
            }
            s.types.unify(&s.func, Node::Place(place), Node::Value(v));
            s.store(loc, v);
            Ok(())
        })?;
        Ok(Val::Place(place))
    }
}
