//! Places: indexing, borrowing, loading.

use super::facts::Facts;
use super::types::Node;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind};
use crate::ir::{FloatTy, Init, IntOp, Name, Op, Place, PlaceKind, PlaceTy, Proj, Ty, Value};

/// Part of a place.
#[derive(Clone, Debug)]
pub(super) struct Loc {
    /// Of which.
    pub place: Place,
    /// The way there.
    pub path: Vec<Proj>,
    /// What is there.
    pub ty: PlaceTy,
}

impl Loc {
    /// A field of a tuple in memory.
    pub(super) fn field(&self, i: usize) -> Loc {
        let ty = match &self.ty {
            PlaceTy::Tuple(ts) => ts.get(i).cloned().unwrap_or(PlaceTy::Unknown),
            _ => PlaceTy::Unknown,
        };
        let mut path = self.path.clone();
        path.push(Proj::Field(i as u32));
        Loc { place: self.place, path, ty }
    }
}

/// Whether a place is the result of a call that is a tuple: nobody has it as a whole.
fn is_taken_apart(place: &crate::ir::PlaceInfo) -> bool {
    matches!(place.kind, PlaceKind::CallResult) && matches!(place.ty, PlaceTy::Tuple(_))
}

impl<'a> Lower<'a, '_> {
    /// The place that an expression denotes.
    pub(super) fn loc(&mut self, e: &'a Expr) -> Res<Loc> {
        self.standing_at(e, |s| s.loc_here(e))
    }

    fn loc_here(&mut self, e: &'a Expr) -> Res<Loc> {
        match &e.kind {
            ExprKind::Index(base, i) if !self.facts.is_copied(e) => {
                let loc = self.loc(base)?;
                let loc = self.numbers_behind(loc);
                self.indexed(loc, i, e)
            }
            ExprKind::Deref(a) if !self.facts.is_copied(e) => self.loc(a),
            ExprKind::Ref(_, a) if !self.facts.is_copied(e) => self.loc(a),
            ExprKind::Field(base, member) if self.is_member(e, base, member) => {
                let whole = self.loc(base)?;
                match self.number_behind(whole, member) {
                    Ok(number) => Ok(number),
                    Err(whole) => Ok(self.member_of(whole, member)),
                }
            }
            ExprKind::Field(base, syn::Member::Unnamed(i)) if self.is_in_memory(base) => {
                let whole = self.loc(base)?;
                self.field_of(whole, i.index, e)
            }
            ExprKind::Field(base, syn::Member::Unnamed(i)) if !self.facts.is_copied(e) => {
                let is_tuple = matches!(self.facts.shape(base).strip(), super::shape::Shape::Tuple(_));
                if !is_tuple {
                    let whole = self.loc(base)?;
                    return self.field_of(whole, i.index, e);
                }
                match self.expr(base, None)? {
                    Val::Tuple(vals) | Val::TupleRef(vals) => {
                        let part = vals.get(i.index as usize).cloned().ok_or(Refused)?;
                        self.whole(part, e)
                    }
                    val => {
                        let whole = self.whole(val, e)?;
                        self.field_of(whole, i.index, e)
                    }
                }
            }
            _ => {
                let val = self.expr(e, None)?;
                self.whole(val, e)
            }
        }
    }

    /// Whether a field is one of a struct of the user's, or of something that may be one.
    fn is_member(&self, e: &Expr, base: &Expr, member: &syn::Member) -> bool {
        let user = Facts::user_type(&self.facts.shape(base)).is_some();
        let named = matches!(member, syn::Member::Named(_));
        !self.facts.is_copied(e) && (user || (named && self.facts.has_members(base)))
    }

    /// A component of a tuple in memory.
    pub(super) fn field_of(&mut self, mut whole: Loc, i: u32, e: &Expr) -> Res<Loc> {
        match &whole.ty {
            PlaceTy::Tuple(ts) if (i as usize) < ts.len() => Ok(whole.field(i as usize)),
            PlaceTy::Unknown => {
                whole.path.push(Proj::Field(i));
                Ok(whole)
            }
            _ => self.refuse(Kind::Field, e, &[]),
        }
    }

    /// A place that is not part of another one.
    pub(super) fn whole(&mut self, val: Val, e: &Expr) -> Res<Loc> {
        match val.place() {
            Some(place) => Ok(Loc { place, path: Vec::new(), ty: self.func.plc(place).ty.clone() }),
            None if matches!(val, Val::Never | Val::Poison) => Err(Refused),
            None => self.refuse(Kind::NotAPlace, e, &[]),
        }
    }

    fn indexed(&mut self, mut loc: Loc, i: &'a Expr, e: &'a Expr) -> Res<Loc> {
        if let PlaceTy::User(of) = &loc.ty {
            let elem = self.facts.indexed_place(of, i);
            if let Some((parts, array)) = self.tuple_index(i)? {
                loc.path.push(Proj::At(parts, array));
                loc.ty = elem;
                return Ok(loc);
            }
            loc.path.push(Proj::Index(self.typed(i, Ty::usize())?));
            loc.ty = elem;
            return Ok(loc);
        }
        let Some(elem) = loc.ty.elem().cloned() else { return self.refuse(Kind::NotAPlace, e, &[]) };
        if let ExprKind::Range { lo, hi, inclusive } = &i.kind {
            let lo = lo.as_ref().map(|e| self.typed(e, Ty::usize())).transpose()?;
            let mut hi = hi.as_ref().map(|e| self.typed(e, Ty::usize())).transpose()?;
            if let (true, Some(last)) = (inclusive, hi) {
                let one = self.int(1, Ty::usize());
                hi = Some(self.int_op(IntOp::Add, vec![last, one]));
            }
            loc.path.push(Proj::Slice(lo, hi));
            loc.ty = if loc.ty == PlaceTy::Unknown { elem } else { PlaceTy::Slice(Box::new(elem)) };
        } else {
            loc.path.push(Proj::Index(self.typed(i, Ty::usize())?));
            loc.ty = elem;
        }
        Ok(loc)
    }

    /// What a place holds, by value.
    pub(super) fn load(&mut self, loc: Loc) -> Res<Val> {
        match loc.ty.clone() {
            PlaceTy::Scalar(ty) => {
                let Loc { place, path, .. } = loc;
                let v = self.push(Op::Load { place, path, again: None }, ty);
                self.same_elem(place, v);
                Ok(Val::Scalar(v))
            }
            PlaceTy::Tuple(parts) => {
                let vals = (0..parts.len()).map(|i| self.load(loc.field(i)));
                Ok(Val::Tuple(vals.collect::<Res<Vec<_>>>()?))
            }
            _ => Ok(Val::Place(self.view(loc))),
        }
    }

    /// Whether a tuple lies in memory, as an element of something.
    pub(super) fn is_in_memory(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Index(_, i) => {
                !matches!(i.kind, ExprKind::Range { .. })
                    && matches!(self.facts.shape(e).strip(), super::shape::Shape::Tuple(_))
            }
            ExprKind::Field(base, _) if Facts::user_type(&self.facts.shape(base)).is_some() => {
                matches!(self.facts.shape(e).strip(), super::shape::Shape::Tuple(_))
            }
            ExprKind::Field(base, _) | ExprKind::Deref(base) => self.is_in_memory(base),
            ExprKind::Var(v) => {
                let val = self.env.get(v.0 as usize).cloned().flatten();
                let place = val.and_then(|val| val.place());
                place.is_some_and(|p| matches!(self.func.plc(p).ty, PlaceTy::Tuple(_)))
            }
            _ => false,
        }
    }

    /// The place itself, or a view of the part.
    pub(super) fn view(&mut self, loc: Loc) -> Place {
        if loc.path.is_empty() {
            return loc.place;
        }
        self.new_view(loc)
    }

    /// A view, even of the whole: a reference under a name of its own.
    pub(super) fn new_view(&mut self, Loc { place: base, path, ty }: Loc) -> Place {
        let origin = self.origin.clone();
        let place = self.func.place(ty, PlaceKind::View { base }, None, &origin);
        if self.func.plc(base).ty != PlaceTy::Unknown {
            self.types.unify(&self.func, Node::Place(place), Node::Place(base));
        }
        self.effect(Op::View { place, base, path });
        place
    }

    /// `&a`, `&mut a`
    pub(super) fn referenced(&mut self, mutable: bool, a: &'a Expr) -> Res<Val> {
        let shape = self.facts.shape(a);
        if shape.scalar().is_some() {
            return match mutable {
                false => self.scalar(a, None).map(Val::ScalarRef),
                true => self.scalar_cell(a),
            };
        }
        let whole = mutable && self.is_in_memory(a);
        if let (super::shape::Shape::Tuple(parts), false) = (&shape, whole) {
            return match self.expr(a, None)? {
                Val::Tuple(vals) if !mutable => Ok(Val::TupleRef(vals)),
                Val::Place(p) if !mutable => self.parts_of(p, parts, a).map(Val::TupleRef),
                Val::Never => Ok(Val::Never),
                _ => self.refuse(Kind::MutableTuple, a, &[]),
            };
        }
        let loc = self.loc(a)?;
        let place = self.view(loc);
        if mutable {
            self.written(place);
        }
        Ok(Val::PlaceRef(place, mutable))
    }

    /// The parts of a tuple in memory that only rustc knows through and through: a field of a struct.
    fn parts_of(&mut self, place: Place, shapes: &[super::shape::Shape], e: &Expr) -> Res<Vec<Val>> {
        let mut parts = Vec::new();
        for (i, shape) in shapes.iter().enumerate() {
            let whole = Loc { place, path: Vec::new(), ty: self.func.plc(place).ty.clone() };
            let part = self.field_of(whole, i as u32, e)?;
            parts.push(match shape {
                super::shape::Shape::Float(_) => Val::Scalar(self.load_scalar(&part)),
                _ => self.load(part)?,
            });
        }
        Ok(parts)
    }

    /// `&mut a` of a scalar: only of what is a place already, such as `*out`.
    fn scalar_cell(&mut self, a: &'a Expr) -> Res<Val> {
        let is_place = match &a.kind {
            ExprKind::Deref(inner) => matches!(inner.kind, ExprKind::Var(_)),
            ExprKind::Index(..) => true,
            ExprKind::Field(base, member) => self.is_member(a, base, member),
            _ => false,
        };
        if !is_place {
            return self.refuse(Kind::MutableScalar, a, &[]);
        }
        let loc = self.loc(a)?;
        let place = self.view(loc);
        self.written(place);
        Ok(Val::PlaceRef(place, true))
    }

    /// Notes that a place, and whatever it is a view of, is written to.
    pub(super) fn written(&mut self, mut place: Place) {
        loop {
            let info = &mut self.func.places[place.0 as usize];
            info.mutable = true;
            match info.kind {
                PlaceKind::View { base } => place = base,
                _ => return,
            }
        }
    }

    /// A value to be kept: aggregates that belong to somebody else are copied.
    pub(super) fn owned(&mut self, val: Val, e: &'a Expr) -> Res<Val> {
        let Val::Place(p) = val else { return Ok(val) };
        let moved = matches!(self.func.plc(p).ty, PlaceTy::Vec(_)) && matches!(e.kind, ExprKind::Var(_));
        Ok(if self.is_temporary(p) || moved { val } else { Val::Place(self.copied(p)) })
    }

    /// Whether nobody else can see a place change, or change it: a temporary, or the place of a variable
    /// that stays as it is.
    pub(super) fn is_temporary(&self, p: Place) -> bool {
        let made = match &self.func.plc(p).kind {
            PlaceKind::Local | PlaceKind::CallResult => true,
            // A part of a call's result can be looked at through the view only.
            PlaceKind::View { .. } => {
                let root = self.func.plc(self.func.root(p));
                self.func.plc(p).ty == PlaceTy::Unknown || is_taken_apart(root)
            }
            PlaceKind::Param => false,
        };
        made && !self.changing.contains(&self.func.root(p))
    }

    /// A copy of a place.
    pub(super) fn copied(&mut self, src: Place) -> Place {
        let place = self.fresh(self.func.plc(src).ty.clone());
        self.types.unify(&self.func, Node::Place(place), Node::Place(src));
        self.effect(Op::Alloc { place, init: Init::Copy(src) });
        place
    }

    /// Stores a scalar.
    pub(super) fn store(&mut self, loc: Loc, value: Value) {
        if matches!(loc.ty, PlaceTy::Scalar(_)) {
            self.same_elem(loc.place, value);
        }
        self.written(loc.place);
        self.effect(Op::Store { place: loc.place, path: loc.path, value });
    }

    /// Loads a scalar, asserting a float where only rustc knows the type.
    pub(super) fn load_scalar(&mut self, loc: &Loc) -> Value {
        let (ty, known) = match &loc.ty {
            PlaceTy::Scalar(t) => (t.clone(), true),
            _ => (Ty::Float(FloatTy::Unknown), false),
        };
        let op = Op::Load { place: loc.place, path: loc.path.clone(), again: None };
        let v = self.push(op, ty.clone());
        if known {
            self.same_elem(loc.place, v);
            return v;
        }
        self.push(Op::AssertFloat(v), ty)
    }

    /// Gives a place the user's name for it, unless it has one.
    pub(super) fn name_place(&mut self, p: Place, name: Name) {
        let info = &mut self.func.places[p.0 as usize];
        if info.name.is_none() {
            info.name = Some(name);
        }
    }

    /// Gives a value the user's name for it, unless it has one.
    pub(super) fn name_value(&mut self, v: Value, name: Name) {
        let info = &mut self.func.values[v.0 as usize];
        if info.name.is_none() {
            info.name = Some(name);
        }
    }
}
