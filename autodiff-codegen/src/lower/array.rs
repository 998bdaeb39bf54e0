//! Array and `Vec` literals.

use super::shape::Shape;
use super::types::Node;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, Type};
use crate::ir::{Const, FloatTy, Init, Len, Name, Op, PlaceKind, PlaceTy, Ty, Value};

impl<'a> Lower<'a, '_> {
    /// `[a, b]`, `vec![a, b]`
    pub(super) fn array(&mut self, es: &'a [Expr], hint: Option<&Type>, vec: bool) -> Res<Val> {
        let elem_hint = element_hint(hint);
        let mut vals = Vec::new();
        for e in es {
            let val = self.expr(e, elem_hint)?;
            vals.push((self.kept_beside(val, es.iter()), e));
        }
        if !vals.is_empty() && vals.iter().all(|(val, _)| matches!(val, Val::Tuple(_))) {
            return self.tuples(vals, vec);
        }
        // What is written to the copy would not be written to what the reference refers to.
        if let Some((_, e)) = vals.iter().find(|(val, _)| matches!(val, Val::PlaceRef(_, true))) {
            return self.refuse(Kind::MutableElement, e, &[]);
        }
        let rows = vals.iter().all(|(val, _)| self.is_aggregate(val));
        let len = Len::Known(es.len());
        if rows && !es.is_empty() {
            return self.rows(&vals, len, vec);
        }
        let mut elems = Vec::new();
        let tainted = es.iter().any(|e| self.facts.tainted(e));
        for (val, e) in vals {
            let mut v = self.scalar_of(val, e)?;
            if tainted && *self.ty(v) == Ty::Opaque {
                v = self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown));
            }
            elems.push(v);
        }
        let ty = match (elems.first(), elem_hint.map(Shape::of).and_then(|s| s.scalar())) {
            (_, Some(ty)) => ty,
            (Some(v), None) => self.ty(*v).clone(),
            (None, None) => return Err(Refused),
        };
        let place = self.fresh(container(PlaceTy::Scalar(ty), len, vec));
        elems.iter().for_each(|v| self.same_elem(place, *v));
        self.effect(Op::Alloc { place, init: Init::Elems(elems) });
        Ok(Val::Place(place))
    }

    /// An array of tuples: zeros, which then are written over.
    fn tuples(&mut self, vals: Vec<(Val, &'a Expr)>, vec: bool) -> Res<Val> {
        let shapes = vals.iter().map(|(_, e)| self.facts.shape(e));
        let elem = shapes.reduce(Shape::join).and_then(|s| s.elem_place());
        let Some(elem) = elem else {
            let Some((_, e)) = vals.first() else { return Err(Refused) };
            return self.refuse(Kind::NotAScalar, e, &[]);
        };
        let n = self.int(vals.len() as i128, Ty::usize());
        let place = self.tuple_zeros(elem, Some(&Len::Known(vals.len())).filter(|_| !vec), n);
        for (i, (val, e)) in vals.into_iter().enumerate() {
            let i = self.int(i as i128, Ty::usize());
            let loc = self.element_loc(place, i);
            self.assign_part(loc, val, e)?;
        }
        Ok(Val::Place(place))
    }

    /// An array or `Vec` of zeros.
    fn tuple_zeros(&mut self, elem: PlaceTy, fixed: Option<&Len>, n: Value) -> crate::ir::Place {
        let place = self.fresh(container(elem, fixed.cloned().unwrap_or(Len::Known(0)), fixed.is_none()));
        self.changing.insert(place);
        let init = if fixed.is_some() { Init::Zeros } else { Init::Empty };
        self.effect(Op::Alloc { place, init });
        if fixed.is_none() {
            let from = self.int(0, Ty::usize());
            self.written(place);
            self.effect(Op::Resize { place, from, to: n });
        }
        place
    }

    /// `[(x, y); N]`, `vec![(x, y); n]`
    fn repeated_tuples(&mut self, val: Val, fixed: Option<&Len>, n: Option<Value>, at: &'a Expr) -> Res<Val> {
        let Some(elem) = self.facts.shape(at).elem_place() else {
            return self.refuse(Kind::NotAScalar, at, &[]);
        };
        let n = match (n, fixed) {
            (Some(n), _) => n,
            (None, Some(Len::Known(n))) => self.int(*n as i128, Ty::usize()),
            (None, Some(Len::Expr(t))) => self.push(Op::Const(Const::Path(t.clone())), Ty::usize()),
            (None, None) => return Err(Refused),
        };
        let place = self.tuple_zeros(elem, fixed, n);
        self.counted(n, |s, i| {
            let loc = s.element_loc(place, i);
            s.assign_part(loc, val, at)
        })?;
        Ok(Val::Place(place))
    }

    /// An array of arrays.
    fn rows(&mut self, vals: &[(Val, &'a Expr)], len: Len, vec: bool) -> Res<Val> {
        let places: Vec<_> = vals.iter().filter_map(|(val, _)| val.place()).collect();
        let Some(first) = places.first() else { return Err(Refused) };
        let row = self.func.plc(*first).ty.clone();
        let place = self.fresh(container(row, len, vec));
        for p in &places {
            self.types.unify(&self.func, Node::Place(place), Node::Place(*p));
        }
        self.effect(Op::Alloc { place, init: Init::Rows(places) });
        Ok(Val::Place(place))
    }

    /// `[x; N]`, `vec![x; n]`
    pub(super) fn repeat(
        &mut self,
        a: &'a Expr,
        fixed: Option<&Len>,
        len: Option<&'a Expr>,
        hint: Option<&Type>,
    ) -> Res<Val> {
        let elem_hint = element_hint(hint);
        let val = self.expr(a, elem_hint)?;
        let n = match len {
            Some(n) => Some(self.typed(n, Ty::usize())?),
            None => None,
        };
        if let Val::Tuple(_) = val {
            return self.repeated_tuples(val, fixed, n, a);
        }
        if self.is_aggregate(&val) {
            return self.repeated_rows(&val, fixed, n);
        }
        let mut v = self.scalar_of(val, a)?;
        if self.facts.tainted(a) && *self.ty(v) == Ty::Opaque {
            v = self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown));
        }
        let ty = elem_hint.map(Shape::of).and_then(|s| s.scalar()).unwrap_or_else(|| self.ty(v).clone());
        let elem = PlaceTy::Scalar(ty);
        let place = self.fresh(container(elem, fixed.cloned().unwrap_or(Len::Known(0)), fixed.is_none()));
        self.same_elem(place, v);
        self.effect(Op::Alloc { place, init: Init::Fill(v, n) });
        Ok(Val::Place(place))
    }

    /// `[[x; M]; N]`, `vec![row; n]`: as many copies of the row as there are.
    fn repeated_rows(&mut self, row: &Val, fixed: Option<&Len>, n: Option<Value>) -> Res<Val> {
        let Some(row) = row.place() else { return Err(Refused) };
        let ty = self.func.plc(row).ty.clone();
        // Only what has just been made is known to hold what it was made with.
        let zeros = self.out.last().and_then(|s| match &s.op {
            Op::Alloc { place, init: Init::Fill(v, None) } if *place == row => Some(self.is_zero(*v)),
            Op::Alloc { place, init: Init::Zeros } if *place == row => Some(true),
            _ => None,
        });
        let len = fixed.cloned().unwrap_or(Len::Known(0));
        let place = self.fresh(container(ty.clone(), len, fixed.is_none()));
        self.types.unify(&self.func, Node::Place(place), Node::Place(row));
        let init = match (zeros, fixed) {
            (Some(true), Some(_)) if ty.is_fixed() => Init::Zeros,
            _ => Init::Repeat(row, n),
        };
        self.effect(Op::Alloc { place, init });
        Ok(Val::Place(place))
    }

    /// Whether a value is the constant `0.0` (not `-0.0`).
    fn is_zero(&self, v: Value) -> bool {
        let is = |c: &Const| matches!(c, Const::Float { value, .. } if value.to_bits() == 0);
        self.out.iter().any(|s| s.results == [v] && matches!(&s.op, Op::Const(c) if is(c)))
    }

    /// A place for a temporary.
    pub(super) fn fresh(&mut self, ty: PlaceTy) -> crate::ir::Place {
        let origin = self.origin.clone();
        self.func.place(ty, PlaceKind::Local, None::<Name>, &origin)
    }

    /// Whether a value is an aggregate of known type.
    pub(super) fn is_aggregate(&self, val: &Val) -> bool {
        let known = |t: &PlaceTy| !matches!(t, PlaceTy::Unknown | PlaceTy::Scalar(_) | PlaceTy::Cell);
        val.place().is_some_and(|p| known(&self.func.plc(p).ty))
    }
}

/// An array or a `Vec`.
fn container(elem: PlaceTy, len: Len, vec: bool) -> PlaceTy {
    if vec { PlaceTy::Vec(Box::new(elem)) } else { PlaceTy::Array(Box::new(elem), len) }
}

/// The type of the elements of what the context asks for.
fn element_hint(hint: Option<&Type>) -> Option<&Type> {
    match hint? {
        Type::Array(t, _) | Type::Vec(t) | Type::Slice(t) => Some(t),
        Type::Ref(_, t) => element_hint(Some(t)),
        _ => None,
    }
}
