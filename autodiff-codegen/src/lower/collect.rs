//! `collect` and `unzip`: `Vec`s of what a chain hands out.

use super::drive::{Around, Do, Iter};
use super::place::Loc;
use super::shape::Shape;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, Type};
use crate::ir::{Init, Op, Place, PlaceTy, Proj, Ty, Value};

impl<'a> Lower<'a, '_> {
    /// `collect()` into a `Vec`.
    pub(super) fn collected(&mut self, iter: &Iter<'a>, e: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        let hinted = hint.and_then(super::shape::place_ty).filter(|t| matches!(t, PlaceTy::Vec(_)));
        let Some(ty) = self.facts.shape(e).place().or(hinted) else {
            return self.refuse(Kind::CollectionUnknown, e, &[]);
        };
        // The last function is told what is asked of it.
        let (iter, last) = match iter {
            Iter::On(inner, Do::Map(f)) => (&**inner, Some(f.clone())),
            iter => (iter, None),
        };
        let assigned = last.as_ref().map_or(Vec::new(), |f| self.assigned_by(f));
        let around = Around { assigned, going: Vec::new() };
        let elem = ty.elem().cloned().ok_or(Refused)?;
        let wanted = Shape::of_place(&elem).to_type();
        let made = |s: &mut Self, val: Val| match &last {
            Some(f) => s.apply_for(f, vec![val], wanted.as_ref(), e),
            None => Ok(val),
        };
        if !iter.is_indexable() || !matches!(elem, PlaceTy::Scalar(_)) {
            return self.grown(iter, ty, &around, e, &made);
        }
        let place = self.zeros(iter, ty)?;
        let numbered = Iter::On(Box::new(iter.clone()), Do::Enumerate);
        self.drive(&numbered, &around, e, &mut |s, val| {
            let (i, val) = numbered_item(val)?;
            let val = made(s, val)?;
            s.store_item(place, i, val, e)
        })?;
        Ok(Val::Place(place))
    }

    /// A `Vec` of zeros, of the length of a chain.
    pub(super) fn zeros(&mut self, iter: &Iter<'a>, ty: PlaceTy) -> Res<Place> {
        let Some(scalar) = ty.scalar().cloned() else { return Err(Refused) };
        let Some(n) = self.count_of(iter)? else { return Err(Refused) };
        let zero = self.dummy(&scalar);
        let place = self.fresh(ty);
        self.same_elem(place, zero);
        self.effect(Op::Alloc { place, init: Init::Fill(zero, Some(n)) });
        Ok(place)
    }

    pub(super) fn store_item(&mut self, place: Place, i: Value, val: Val, e: &'a Expr) -> Res<()> {
        if self.dead || val == Val::Never {
            return Ok(());
        }
        let mut v = self.scalar_of(val, e)?;
        if *self.ty(v) == Ty::Opaque {
            v = self.asserted(v, e)?;
        }
        let Some(ty) = self.func.plc(place).ty.elem().cloned() else { return Err(Refused) };
        self.store(Loc { place, path: vec![Proj::Index(i)], ty }, v);
        Ok(())
    }

    /// A `Vec` that grows with each item, because only the loop knows how many there are, or what they are of.
    pub(super) fn grown(
        &mut self,
        iter: &Iter<'a>,
        ty: PlaceTy,
        around: &Around,
        e: &'a Expr,
        made: &dyn Fn(&mut Self, Val) -> Res<Val>,
    ) -> Res<Val> {
        let place = self.fresh(ty);
        self.changing.insert(place);
        self.effect(Op::Alloc { place, init: Init::Empty });
        self.written(place);
        self.drive(iter, around, e, &mut |s, val| {
            let val = made(s, val)?;
            if s.dead || val == Val::Never { Ok(()) } else { s.push_val(place, val, e) }
        })?;
        self.changing.remove(&place);
        Ok(Val::Place(place))
    }

    /// `unzip()` into two `Vec`s.
    pub(super) fn unzipped(&mut self, iter: &Iter<'a>, e: &'a Expr) -> Res<Val> {
        let types = self.types_apart(e)?;
        if !iter.is_indexable() || types.iter().any(|ty| !matches!(ty.elem(), Some(PlaceTy::Scalar(_)))) {
            let places = self.empty_apart(types);
            self.drive(iter, &Around::default(), e, &mut |s, val| {
                let Val::Tuple(parts) = s.held(val) else { return Err(Refused) };
                places.iter().zip(parts).try_for_each(|(place, part)| s.push_val(*place, part, e))
            })?;
            return Ok(self.grown_apart(places));
        }
        let places = types.into_iter().map(|ty| self.zeros(iter, ty)).collect::<Res<Vec<_>>>()?;
        let numbered = Iter::On(Box::new(iter.clone()), Do::Enumerate);
        self.drive(&numbered, &Around::default(), e, &mut |s, val| {
            let (i, val) = numbered_item(val)?;
            let Val::Tuple(parts) = val else { return Err(Refused) };
            places.iter().zip(parts).try_for_each(|(place, part)| s.store_item(*place, i, part, e))
        })?;
        Ok(Val::Tuple(places.into_iter().map(Val::Place).collect()))
    }

    /// `partition(f)` into two `Vec`s: of what a predicate says yes to, and of the rest.
    pub(super) fn parted(&mut self, iter: &Iter<'a>, f: &'a Expr, e: &'a Expr) -> Res<Val> {
        let places = match <[PlaceTy; 2]>::try_from(self.types_apart(e)?) {
            Ok(types) => self.empty_apart(types.into()),
            Err(_) => return self.refuse(Kind::CollectionUnknown, e, &[]),
        };
        let f = self.passed_function(f)?;
        let assigned = self.assigned_by(&f);
        let around = Around { assigned: assigned.clone(), going: Vec::new() };
        self.drive(iter, &around, e, &mut |s, val| {
            let val = s.held(val);
            let cond = s.asked(&f, &val, e)?;
            let into = |place: Place| {
                let val = val.clone();
                move |s: &mut Self| s.push_val(place, val.clone(), e)
            };
            let (mut yes, mut no) = (into(places[0]), into(places[1]));
            s.choose_between(cond, &assigned, e, &mut yes, &mut no)
        })?;
        Ok(self.grown_apart(places))
    }

    /// The types of the two `Vec`s that an expression makes.
    fn types_apart(&mut self, e: &'a Expr) -> Res<Vec<PlaceTy>> {
        let types = match self.facts.shape(e) {
            Shape::Tuple(shapes) => shapes.iter().map(Shape::place).collect::<Option<Vec<_>>>(),
            _ => None,
        };
        match types.filter(|types| types.iter().all(|ty| ty.scalar().is_some())) {
            Some(types) => Ok(types),
            None => self.refuse(Kind::CollectionUnknown, e, &[]),
        }
    }

    /// Empty `Vec`s that grow in a loop.
    fn empty_apart(&mut self, types: Vec<PlaceTy>) -> Vec<Place> {
        let empty = |ty: PlaceTy| {
            let place = self.fresh(ty);
            self.changing.insert(place);
            self.effect(Op::Alloc { place, init: Init::Empty });
            self.written(place);
            place
        };
        types.into_iter().map(empty).collect()
    }

    /// The same after the loop.
    fn grown_apart(&mut self, places: Vec<Place>) -> Val {
        for place in &places {
            self.changing.remove(place);
        }
        Val::Tuple(places.into_iter().map(Val::Place).collect())
    }
}

/// The number of an item, and the item.
fn numbered_item(val: Val) -> Res<(Value, Val)> {
    let Val::Tuple(parts) = val else { return Err(Refused) };
    match <[Val; 2]>::try_from(parts) {
        Ok([Val::Scalar(i), val]) => Ok((i, val)),
        _ => Err(Refused),
    }
}
