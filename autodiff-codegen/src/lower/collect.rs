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
        let Shape::Tuple(shapes) = self.facts.shape(e) else {
            return self.refuse(Kind::CollectionUnknown, e, &[]);
        };
        let mut places = Vec::new();
        for shape in &shapes {
            match shape.place() {
                Some(ty) if iter.is_indexable() && matches!(ty.elem(), Some(PlaceTy::Scalar(_))) => {
                    places.push(self.zeros(iter, ty)?);
                }
                _ => return self.refuse(Kind::CollectionUnknown, e, &[]),
            }
        }
        let numbered = Iter::On(Box::new(iter.clone()), Do::Enumerate);
        self.drive(&numbered, &Around::default(), e, &mut |s, val| {
            let (i, val) = numbered_item(val)?;
            let Val::Tuple(parts) = val else { return Err(Refused) };
            places.iter().zip(parts).try_for_each(|(place, part)| s.store_item(*place, i, part, e))
        })?;
        Ok(Val::Tuple(places.into_iter().map(Val::Place).collect()))
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
