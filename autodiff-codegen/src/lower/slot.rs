//! What a value has to become, where several ways lead to one point: scalars, and places made before.

use super::place::Loc;
use super::shape::Shape;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, Type, Var};
use crate::ir::{self, FloatTy, Op, Place, PlaceTy, Ty, Value};

/// The form of a value that is handed out.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Slot {
    /// Nothing.
    Unit,
    /// A scalar.
    Scalar(Ty),
    /// A shared reference to one.
    ScalarRef(Ty),
    /// An array or `Vec`, copied to this place.
    Place(Place),
    /// A shared reference to one: what it refers to is copied to this place, which is as good.
    PlaceRef(Place),
    /// An `Option` of one: it, and whether there is one.
    Option(Box<Slot>),
    /// A tuple of these.
    Tuple(Vec<Slot>),
    /// A shared reference to a tuple of these.
    TupleRef(Vec<Slot>),
}

impl Slot {
    /// How many scalars it takes.
    pub(super) fn scalars(&self) -> usize {
        match self {
            Slot::Unit | Slot::Place(_) | Slot::PlaceRef(_) => 0,
            Slot::Scalar(_) | Slot::ScalarRef(_) => 1,
            Slot::Option(part) => part.scalars() + 1,
            Slot::Tuple(parts) | Slot::TupleRef(parts) => parts.iter().map(Slot::scalars).sum(),
        }
    }

    /// The value, with these scalars in it.
    pub(super) fn filled(&self, values: &mut dyn Iterator<Item = Value>) -> Val {
        let scalar = |v: Option<Value>, val: fn(Value) -> Val| v.map_or(Val::Poison, val);
        match self {
            Slot::Unit => Val::Unit,
            Slot::Scalar(_) => scalar(values.next(), Val::Scalar),
            Slot::ScalarRef(_) => scalar(values.next(), Val::ScalarRef),
            Slot::Place(p) => Val::Place(*p),
            Slot::PlaceRef(p) => Val::PlaceRef(*p, false),
            Slot::Option(part) => {
                let part = part.filled(values);
                Val::Tuple(vec![part, scalar(values.next(), Val::Scalar)])
            }
            Slot::Tuple(parts) => Val::Tuple(parts.iter().map(|part| part.filled(values)).collect()),
            Slot::TupleRef(parts) => Val::TupleRef(parts.iter().map(|part| part.filled(values)).collect()),
        }
    }
}

/// Whether there can be a place before there is a value: an empty `Vec`, or a name for what is made of structs.
pub(super) fn is_made_before(ty: &PlaceTy) -> bool {
    match ty {
        PlaceTy::Vec(_) | PlaceTy::User(_) => true,
        PlaceTy::Array(t, _) => t.has_user_type() && is_made_before(t),
        _ => false,
    }
}

impl<'a> Lower<'a, '_> {
    /// The form of what an expression hands out, where `hint` is the type that its context asks for.
    pub(super) fn slot(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Slot> {
        let (found, tainted) = self.facts.fact(e);
        let hinted = hint.map(Shape::of).filter(Shape::is_known);
        let shape = match (&found, hinted) {
            (Shape::Ref(..) | Shape::Unit | Shape::Never, _) | (_, None) => found,
            (_, Some(hinted)) => hinted,
        };
        match self.slot_of_shape(&shape, tainted) {
            Some(slot) => Ok(slot),
            None => self.refuse(Kind::AggregateBranch, e, &[]),
        }
    }

    /// The form of a variable that is initialised later.
    pub(super) fn slot_of_variable(&mut self, v: Var) -> Option<Slot> {
        let shape = self.facts.var(v);
        match shape {
            Shape::Unknown if !self.facts.is_tainted(v) => None,
            shape => self.slot_of_shape(&shape, self.facts.is_tainted(v)),
        }
    }

    /// The form of a value of this shape.
    pub(super) fn slot_of_shape(&mut self, shape: &Shape, tainted: bool) -> Option<Slot> {
        if let Some(ty) = shape.scalar() {
            return Some(Slot::Scalar(ty));
        }
        Some(match shape {
            Shape::Unit | Shape::Never => Slot::Unit,
            Shape::Unknown if tainted => Slot::Scalar(Ty::Float(FloatTy::Unknown)),
            Shape::Unknown => Slot::Scalar(Ty::Opaque),
            Shape::Place(ty) if ty.is_fixed() || is_made_before(ty) => {
                Slot::Place(self.empty_place(ty.clone()))
            }
            Shape::Tuple(ts) => Slot::Tuple(self.slots(ts, tainted)?),
            Shape::Option(t) => Slot::Option(Box::new(self.slot_of_shape(t, tainted)?)),
            Shape::Ref(false, inner) => match &**inner {
                Shape::Tuple(ts) => Slot::TupleRef(self.slots(ts, tainted)?),
                Shape::Place(ty) => Slot::PlaceRef(self.empty_place(ty.to_owned_type())),
                Shape::Unknown if tainted => Slot::ScalarRef(Ty::Float(FloatTy::Unknown)),
                inner => Slot::ScalarRef(inner.scalar()?),
            },
            _ => return None,
        })
    }

    fn slots(&mut self, shapes: &[Shape], tainted: bool) -> Option<Vec<Slot>> {
        shapes.iter().map(|shape| self.slot_of_shape(shape, tainted)).collect()
    }

    /// Brings a value into the form: its scalars.
    pub(super) fn put(
        &mut self,
        slot: &Slot,
        val: Val,
        e: Option<&'a Expr>,
        out: &mut Vec<Value>,
    ) -> Res<()> {
        match (slot, val) {
            (Slot::Unit, _) => Ok(()),
            (_, Val::Poison) => Err(Refused),
            (Slot::Option(part), Val::Tuple(vals)) => match (&vals[..], e) {
                ([val, Val::Scalar(present)], _) => {
                    self.put(part, val.clone(), e, out)?;
                    out.push(*present);
                    Ok(())
                }
                (_, Some(e)) => self.refuse(Kind::AggregateBranch, e, &[]),
                (_, None) => Err(Refused),
            },
            // Nothing is there, and nothing looks at it.
            (slot, Val::Uninit) => self.slot_dummies(slot, out),
            (Slot::Scalar(ty) | Slot::ScalarRef(ty), val) => {
                let Some(e) = e else { return Err(Refused) };
                let v = self.scalar_as(val, ty, e)?;
                out.push(self.as_type(v, ty));
                Ok(())
            }
            (Slot::Place(dst) | Slot::PlaceRef(dst), val) => match (val.place(), e) {
                (Some(src), _) => {
                    self.empty_vec(*dst);
                    self.fill_place(*dst, src);
                    Ok(())
                }
                (None, Some(e)) => self.refuse(Kind::AggregateBranch, e, &[]),
                (None, None) => Err(Refused),
            },
            (Slot::Tuple(slots), Val::Tuple(vals)) | (Slot::TupleRef(slots), Val::TupleRef(vals))
                if slots.len() == vals.len() =>
            {
                slots.iter().zip(vals).try_for_each(|(slot, val)| self.put(slot, val, e, out))
            }
            (Slot::Tuple(slots), Val::Place(place)) if self.func.plc(place).ty == PlaceTy::Unknown => {
                for (i, slot) in slots.iter().enumerate() {
                    let path = vec![ir::Proj::Field(i as u32)];
                    let part = self.new_view(Loc { place, path, ty: PlaceTy::Unknown });
                    self.put(slot, Val::Place(part), e, out)?;
                }
                Ok(())
            }
            _ => match e {
                Some(e) => self.refuse(Kind::AggregateBranch, e, &[]),
                None => Err(Refused),
            },
        }
    }

    /// The scalar that a value is, or refers to, of a type that is known from elsewhere: an integer or `bool` may be
    /// part of a call's result.
    pub(super) fn scalar_as(&mut self, val: Val, ty: &Ty, e: &'a Expr) -> Res<Value> {
        match val {
            Val::Place(place)
                if self.func.plc(place).ty == PlaceTy::Unknown && matches!(ty, Ty::Int(_) | Ty::Bool) =>
            {
                Ok(self.push(Op::Load { place, path: Vec::new(), again: None }, ty.clone()))
            }
            val => self.scalar_of(val, e),
        }
    }

    /// A scalar of a type that is known from elsewhere.
    fn as_type(&mut self, v: Value, ty: &Ty) -> Value {
        match self.ty(v) {
            Ty::Opaque if ty.is_float() => self.push(Op::AssertFloat(v), ty.clone()),
            Ty::Opaque if *ty != Ty::Opaque => {
                self.func.values[v.0 as usize].ty = ty.clone();
                v
            }
            _ => {
                self.know(v, ty);
                v
            }
        }
    }

    /// The scalars of some value of the form, of which nothing is ever looked at.
    pub(super) fn slot_dummies(&mut self, slot: &Slot, out: &mut Vec<Value>) -> Res<()> {
        match slot {
            Slot::Unit | Slot::Place(_) | Slot::PlaceRef(_) => Ok(()),
            Slot::Scalar(Ty::Opaque) | Slot::ScalarRef(Ty::Opaque) => {
                self.refuse_at(Kind::JumpValue, self.origin.span, &[])
            }
            Slot::Scalar(ty) | Slot::ScalarRef(ty) => {
                out.push(self.dummy(ty));
                Ok(())
            }
            Slot::Option(part) => {
                self.slot_dummies(part, out)?;
                out.push(self.dummy(&Ty::Bool));
                Ok(())
            }
            Slot::Tuple(parts) | Slot::TupleRef(parts) => {
                parts.iter().try_for_each(|part| self.slot_dummies(part, out))
            }
        }
    }
}
