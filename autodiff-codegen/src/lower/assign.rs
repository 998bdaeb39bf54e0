//! Assignments.

use super::place::Loc;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{BinOp, Expr, ExprKind, Type, Var};
use crate::ir::{FloatTy, Op, PlaceTy, Proj, Read, ReadOf, Ty, Value};
use crate::rules;
use proc_macro2::Ident;
use quote::quote;

impl<'a> Lower<'a, '_> {
    /// `lhs = rhs`
    pub(super) fn assign(&mut self, lhs: &'a Expr, rhs: &'a Expr) -> Res<Val> {
        if let ExprKind::Var(v) = &lhs.kind
            && self.facts.holds_option(*v)
        {
            return self.set_option(*v, rhs).map(|()| if self.dead { Val::Never } else { Val::Unit });
        }
        let hint = match &lhs.kind {
            ExprKind::Var(v) => self.declared_type(*v),
            _ => match self.facts.shape(lhs) {
                shape @ super::shape::Shape::Place(PlaceTy::Vec(_)) => shape.to_type(),
                _ => None,
            },
        };
        let val = match self.facts.shape(lhs).place() {
            Some(ty @ PlaceTy::Vec(_)) if super::data::is_new_vec(rhs) => self.new_vec(rhs, ty)?,
            _ => self.expr(rhs, hint.as_ref())?,
        };
        if self.dead {
            return Ok(Val::Never);
        }
        self.assign_to(lhs, val, rhs)?;
        Ok(Val::Unit)
    }

    /// The type that a variable is known to have, for calls that are assigned to it.
    fn declared_type(&self, v: Var) -> Option<Type> {
        match self.facts.var(v) {
            super::shape::Shape::Float(f) => Some(Type::Float(f)),
            super::shape::Shape::Int(Some(i)) => Some(Type::Int(i)),
            super::shape::Shape::Bool => Some(Type::Bool),
            shape @ super::shape::Shape::Place(_) => shape.to_type(),
            _ => None,
        }
    }

    fn assign_to(&mut self, lhs: &'a Expr, val: Val, rhs: &'a Expr) -> Res<()> {
        match &lhs.kind {
            ExprKind::Var(v) => self.assign_var(*v, val, lhs, rhs),
            ExprKind::Tuple(es) | ExprKind::Array(es) => {
                let parts = self.parts(&val, es.len(), rhs)?;
                if let Some([a, b]) = self.exchanged(es, &parts) {
                    self.swap_places(a, b);
                    return Ok(());
                }
                self.assign_each(es.iter().zip(parts), rhs)
            }
            ExprKind::Struct { fields, .. } if self.is_user(&val) => {
                let parts: Vec<Res<Val>> = fields.iter().map(|(m, _)| self.member_value(m, &val)).collect();
                let parts = parts.into_iter().collect::<Res<Vec<_>>>()?;
                self.assign_each(fields.iter().map(|(_, e)| e).zip(parts), rhs)
            }
            ExprKind::Call { args, .. } if self.is_user(&val) => {
                let member = |i: usize| syn::Member::Unnamed(syn::Index::from(i));
                let parts: Vec<Res<Val>> =
                    (0..args.len()).map(|i| self.member_value(&member(i), &val)).collect();
                let parts = parts.into_iter().collect::<Res<Vec<_>>>()?;
                self.assign_each(args.iter().zip(parts), rhs)
            }
            ExprKind::Field(..) if self.tuple_part(lhs).is_some() => {
                let Some((v, path)) = self.tuple_part(lhs) else { return Err(Refused) };
                self.assign_tuple_part(v, &path, val, rhs)
            }
            // Another reference, and not another value of what it refers to.
            ExprKind::Index(..) | ExprKind::Deref(_) | ExprKind::Field(..)
                if self.facts.shape(lhs).is_reference() =>
            {
                self.refuse(Kind::AssignmentTarget, lhs, &[])
            }
            ExprKind::Index(..) | ExprKind::Deref(_) | ExprKind::Field(..) => {
                let loc = self.target(lhs)?;
                self.check_constant_part(&loc, rhs)?;
                self.assign_part(loc, val, rhs)
            }
            ExprKind::Path(p) if p.is_ident("_") => Ok(()),
            ExprKind::Unknown("`_`") => Ok(()),
            _ => self.refuse(Kind::AssignmentTarget, lhs, &[]),
        }
    }

    /// Several targets at once. The right side is complete before any of them changes.
    fn assign_each(&mut self, each: impl Iterator<Item = (&'a Expr, Val)>, rhs: &'a Expr) -> Res<()> {
        let each: Vec<(&Expr, Val)> = each.map(|(e, part)| (e, self.as_of_now(part))).collect();
        each.into_iter().try_for_each(|(e, part)| self.assign_to(e, part, rhs))
    }

    /// Two `Vec`s that are exchanged: `(a, b) = (b, a)`.
    fn exchanged(&self, targets: &[Expr], parts: &[Val]) -> Option<[crate::ir::Place; 2]> {
        let vec = |e: &Expr| {
            let ExprKind::Var(v) = &e.kind else { return None };
            let place = self.env.get(v.0 as usize)?.as_ref()?.place()?;
            matches!(self.func.plc(place).ty, PlaceTy::Vec(_)).then_some(place)
        };
        let ([x, y], [Val::Place(b), Val::Place(a)]) = (targets, parts) else { return None };
        (vec(x)? == *a && vec(y)? == *b && a != b).then_some([*a, *b])
    }

    /// What a target will be, as it is now: the targets before it may be where it is.
    fn as_of_now(&mut self, val: Val) -> Val {
        match val {
            Val::Place(p) if !self.is_temporary(p) => Val::Place(self.copied(p)),
            Val::Tuple(vals) => Val::Tuple(vals.into_iter().map(|val| self.as_of_now(val)).collect()),
            val => self.kept_reference(val),
        }
    }

    /// Has the copy that stands for a shared reference stand for another one.
    pub(super) fn refer(&mut self, dst: crate::ir::Place, val: Val, at: &'a Expr) -> Res<()> {
        let Some(src) = val.place() else { return self.refuse(Kind::AssignmentTarget, at, &[]) };
        // It may be a part of what it replaces.
        let copy = self.empty_place(self.func.plc(dst).ty.clone());
        self.fill_place(copy, src);
        self.swap_places(dst, copy);
        Ok(())
    }

    /// The variable and the way to a part of it, for a part of a tuple that was taken apart: `p.0.1`.
    fn tuple_part(&self, e: &Expr) -> Option<(Var, Vec<usize>)> {
        match &e.kind {
            ExprKind::Var(v) => {
                matches!(self.env.get(v.0 as usize), Some(Some(Val::Tuple(_)))).then(|| (*v, Vec::new()))
            }
            ExprKind::Field(base, syn::Member::Unnamed(i)) => {
                let (v, mut path) = self.tuple_part(base)?;
                path.push(i.index as usize);
                Some((v, path))
            }
            _ => None,
        }
    }

    fn assign_tuple_part(&mut self, v: Var, path: &[usize], val: Val, rhs: &'a Expr) -> Res<()> {
        let Some(Some(whole)) = self.env.get(v.0 as usize).cloned() else { return Err(Refused) };
        let Some(old) = whole.part(path).cloned() else { return Err(Refused) };
        let new = self.assign_val(&old, val, rhs)?;
        self.env[v.0 as usize] = Some(whole.with_part(path, new));
        Ok(())
    }

    /// Code that stays, and says to rustc that a number is of the type that only code says of another one.
    fn witness(&mut self, known: Value, number: Value) {
        let ty = self.found(number);
        if *self.ty(known) == Ty::Opaque && matches!(ty, Ty::Float(FloatTy::Unknown) | Ty::Int(None)) {
            let (a, b) = (self.made_up("of"), self.made_up("literal"));
            let read = |ident: &Ident, v| Read { ident: ident.clone(), source: ReadOf::Value(v) };
            let reads = vec![read(&a, known), read(&b, number)];
            self.opaque_declaration(quote!(_), quote!([#a, #b]), Vec::new(), reads);
        }
    }

    /// What a variable, or a part of a tuple, is after an assignment: a number is another one, memory stays.
    fn assign_val(&mut self, old: &Val, new: Val, rhs: &'a Expr) -> Res<Val> {
        Ok(match (old, new) {
            (Val::Scalar(old), Val::Place(place)) if self.is_count(*old, place) => {
                let ty = self.found(*old);
                Val::Scalar(self.push(Op::Load { place, path: Vec::new(), again: None }, ty))
            }
            (Val::Scalar(old), new) => {
                let new = self.scalar_of(new, rhs)?;
                if *self.ty(new) == Ty::Opaque && *self.ty(*old) != Ty::Opaque {
                    let ty = self.found(*old);
                    self.func.values[new.0 as usize].ty = ty;
                }
                self.same(*old, new);
                self.witness(*old, new);
                Val::Scalar(new)
            }
            (Val::Tuple(olds), Val::Tuple(news)) if olds.len() == news.len() => {
                let parts = olds.iter().zip(news).map(|(old, new)| self.assign_val(old, new, rhs));
                Val::Tuple(parts.collect::<Res<Vec<_>>>()?)
            }
            // A call's result, whose parts only rustc knows.
            (Val::Tuple(olds), Val::Place(place)) if self.func.plc(place).ty == PlaceTy::Unknown => {
                let mut parts = Vec::new();
                for (i, old) in olds.iter().enumerate() {
                    let path = vec![Proj::Field(i as u32)];
                    let part = self.new_view(Loc { place, path, ty: PlaceTy::Unknown });
                    parts.push(self.assign_val(old, Val::Place(part), rhs)?);
                }
                Val::Tuple(parts)
            }
            (Val::Place(place), new) if self.is_aggregate(&Val::Place(*place)) => {
                let ty = self.func.plc(*place).ty.clone();
                self.assign_part(Loc { place: *place, path: Vec::new(), ty }, new, rhs)?;
                Val::Place(*place)
            }
            (_, new) => new,
        })
    }

    /// Whether an integer or `bool` becomes a part of a call's result.
    fn is_count(&mut self, old: Value, new: crate::ir::Place) -> bool {
        self.func.plc(new).ty == PlaceTy::Unknown && matches!(self.found(old), Ty::Int(_) | Ty::Bool)
    }

    /// A place to be assigned to.
    fn target(&mut self, lhs: &'a Expr) -> Res<Loc> {
        match &lhs.kind {
            _ if super::walk::root(lhs).is_none() => self.refuse(Kind::AssignmentTarget, lhs, &[]),
            ExprKind::Field(base, _) if !self.is_in_memory(base) && !self.facts.has_members(base) => {
                self.refuse(Kind::AssignmentTarget, lhs, &[])
            }
            ExprKind::Deref(a) | ExprKind::Index(a, _) if self.is_scalar_variable(a) => {
                self.refuse(Kind::AssignmentTarget, lhs, &[])
            }
            ExprKind::Field(base, member)
                if super::facts::Facts::user_type(&self.facts.shape(base)).is_some() =>
            {
                // It may be a constant, which is no part of what is active.
                let whole = self.target(base)?;
                Ok(self.member_of(whole, member))
            }
            _ => self.loc(lhs),
        }
    }

    fn is_scalar_variable(&self, e: &Expr) -> bool {
        let ExprKind::Var(v) = &e.kind else { return false };
        matches!(self.env.get(v.0 as usize), Some(Some(Val::Scalar(_) | Val::ScalarRef(_))))
    }

    fn parts(&mut self, val: &Val, n: usize, at: &'a Expr) -> Res<Vec<Val>> {
        match val {
            Val::Tuple(vals) if vals.len() == n => Ok(vals.clone()),
            Val::Place(place) => {
                let Some(elem) = self.func.plc(*place).ty.elem().cloned() else { return Err(Refused) };
                let unknown = elem == PlaceTy::Unknown;
                let mut out = Vec::new();
                for i in 0..n {
                    let step = if unknown && self.is_tuple_target(at) {
                        Proj::Field(i as u32)
                    } else {
                        Proj::Index(self.int(i as i128, Ty::usize()))
                    };
                    out.push(self.load(Loc { place: *place, path: vec![step], ty: elem.clone() })?);
                }
                Ok(out)
            }
            _ => self.refuse(Kind::AssignmentTarget, at, &[]),
        }
    }

    /// Of a call's result that is assigned to several targets, only tuples are supported.
    fn is_tuple_target(&self, rhs: &Expr) -> bool {
        matches!(rhs.kind, ExprKind::Call { .. } | ExprKind::Var(_))
    }

    pub(super) fn assign_part(&mut self, loc: Loc, val: Val, rhs: &'a Expr) -> Res<()> {
        if let (PlaceTy::Tuple(ts), Val::Tuple(vals)) = (&loc.ty, &val)
            && ts.len() == vals.len()
        {
            let mut parts = vals.iter().enumerate();
            return parts.try_for_each(|(i, val)| self.assign_part(loc.field(i), val.clone(), rhs));
        }
        let user = matches!(loc.ty, PlaceTy::User(_));
        // Of two things that only rustc knows, one is copied to the other, whatever they are.
        let unknown = |p: crate::ir::Place| self.func.plc(p).ty == PlaceTy::Unknown;
        if let (PlaceTy::Unknown, Val::Place(src)) = (&loc.ty, &val)
            && unknown(*src)
        {
            let (src, dst) = (*src, self.view(loc));
            self.replace(dst, src);
            return Ok(());
        }
        if self.is_aggregate(&val) || user || matches!(loc.ty, PlaceTy::Array(..) | PlaceTy::Vec(_)) {
            // What a reference refers to stays where it is.
            let val = match val {
                Val::PlaceRef(p, false) if matches!(loc.ty, PlaceTy::Vec(_)) => Val::Place(self.copied(p)),
                val => val,
            };
            let Some(src) = val.place() else { return self.refuse(Kind::AssignmentTarget, rhs, &[]) };
            let vec = matches!(loc.ty, PlaceTy::Vec(_));
            let of_user = loc.ty == PlaceTy::Unknown && self.func.plc(src).ty.has_user_type();
            if !vec && !user && !of_user && !matches!(loc.ty, PlaceTy::Array(..)) {
                return self.refuse(Kind::Reassigned, rhs, &[]);
            }
            let dst = self.view(loc);
            if vec {
                return self.assign_vec(dst, src, rhs);
            }
            self.replace(dst, src);
            return Ok(());
        }
        let mut v = self.scalar_of(val, rhs)?;
        if *self.ty(v) == Ty::Opaque {
            // A constant field may be of any type.
            if loc.ty == PlaceTy::Unknown && crate::ir::derivative_path(&loc.path).is_none() {
                self.written(loc.place);
                self.effect(Op::Store { place: loc.place, path: loc.path, value: v });
                return Ok(());
            }
            v = self.take_type(v, &loc.ty);
        }
        self.store(loc, v);
        Ok(())
    }

    /// What opaque code gives is of the type of the place that it is assigned to.
    fn take_type(&mut self, v: Value, ty: &PlaceTy) -> Value {
        match ty {
            PlaceTy::Scalar(t) => {
                self.func.values[v.0 as usize].ty = t.clone();
                v
            }
            _ => self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown)),
        }
    }

    /// `dst = src`, where there may be `Vec`s of other lengths in it than before: the two are exchanged, and so are their
    /// adjoints, each of which has the lengths of its own.
    pub(super) fn replace(&mut self, dst: crate::ir::Place, src: crate::ir::Place) {
        let ty = self.func.plc(dst).ty.clone();
        if ty != PlaceTy::Unknown && (!ty.has_user_type() || self.facts.is_of_one_size(&ty)) {
            return self.copy_into(dst, src);
        }
        if self.func.plc(src).ty == PlaceTy::Unknown {
            self.func.places[src.0 as usize].ty = ty;
        }
        let copy = self.copied(src);
        self.written(copy);
        self.swap_places(dst, copy);
    }

    /// `dst = src` for arrays. Both may be the same: what is assigned to itself has an adjoint that is neither moved away nor
    /// zeroed.
    pub(super) fn copy_into(&mut self, dst: crate::ir::Place, src: crate::ir::Place) {
        let src = if self.func.root(dst) == self.func.root(src) { self.copied(src) } else { src };
        self.copy_apart(dst, src);
    }

    /// `dst = src` for arrays that are not the same, nor overlap.
    pub(super) fn copy_apart(&mut self, dst: crate::ir::Place, src: crate::ir::Place) {
        use super::types::Node;
        self.types.unify(&self.func, Node::Place(dst), Node::Place(src));
        self.written(dst);
        self.effect(Op::CopyPlace { dst, src });
    }

    fn assign_var(&mut self, v: Var, val: Val, lhs: &'a Expr, rhs: &'a Expr) -> Res<()> {
        let now = self.env.get(v.0 as usize).cloned().flatten();
        match now {
            Some(Val::Poison) => Err(Refused),
            Some(Val::Scalar(old)) => {
                let new = self.scalar_of(val, rhs)?;
                if *self.ty(new) == Ty::Opaque && *self.ty(old) != Ty::Opaque {
                    let ty = self.found(old);
                    self.func.values[new.0 as usize].ty = ty;
                }
                self.same(old, new);
                self.witness(old, new);
                self.name_value(new, self.user_name(v));
                self.env[v.0 as usize] = Some(Val::Scalar(new));
                Ok(())
            }
            Some(Val::Place(dst))
                if matches!(self.func.plc(dst).ty, PlaceTy::Array(..) | PlaceTy::User(_)) =>
            {
                match val.place() {
                    Some(src) => {
                        self.replace(dst, src);
                        Ok(())
                    }
                    None => self.refuse(Kind::AssignmentTarget, lhs, &[]),
                }
            }
            Some(Val::Place(dst)) if matches!(self.func.plc(dst).ty, PlaceTy::Vec(_)) => match val.place() {
                Some(src) => self.assign_vec(dst, src, rhs),
                None => self.refuse(Kind::AssignmentTarget, lhs, &[]),
            },
            Some(Val::PlaceRef(dst, false)) if self.referring.contains(&dst) => self.refer(dst, val, lhs),
            Some(old @ Val::Tuple(_)) if matches!(val, Val::Tuple(_) | Val::Place(_)) => {
                let new = self.assign_val(&old, val, rhs)?;
                self.env[v.0 as usize] = Some(new);
                Ok(())
            }
            Some(Val::Opaque) | None => self.refuse(Kind::AssignmentTarget, lhs, &[]),
            Some(_) => self.bind_var(v, val),
        }
    }

    /// `lhs ∘= rhs`
    pub(super) fn assign_op(&mut self, op: BinOp, lhs: &'a Expr, rhs: &'a Expr, e: &'a Expr) -> Res<Val> {
        if self.facts.is_user_operator(op, lhs, rhs) {
            if let Some(name) = super::operator::trait_of(op, true) {
                self.check_left_out(name, lhs, Some(rhs), e)?;
            }
            let place = match &lhs.kind {
                ExprKind::Var(v) => self.env.get(v.0 as usize).cloned().flatten().and_then(|val| val.place()),
                _ => {
                    let loc = self.target(lhs)?;
                    self.check_constant_part(&loc, rhs)?;
                    Some(self.view(loc))
                }
            };
            let Some(place) = place else { return self.refuse(Kind::AssignmentTarget, lhs, &[]) };
            return self.user_assignment(op, place, rhs, e);
        }
        // The right side of compound assignment on primitive types is evaluated first.
        let right = self.scalar(rhs, None)?;
        if self.dead {
            return Ok(Val::Never);
        }
        if let ExprKind::Var(v) = &lhs.kind
            && let Some(Some(Val::Scalar(old))) = self.env.get(v.0 as usize).cloned()
        {
            let new = self.combine(op, (old, lhs), (right, rhs), e)?;
            self.same(old, new);
            self.name_value(new, self.user_name(*v));
            self.env[v.0 as usize] = Some(Val::Scalar(new));
            return Ok(Val::Unit);
        }
        if let Some((v, path)) = self.tuple_part(lhs) {
            let whole = self.env.get(v.0 as usize).cloned().flatten();
            let old = whole.as_ref().and_then(|val| val.part(&path)).and_then(Val::scalar);
            let Some(old) = old else { return self.refuse(Kind::AssignmentTarget, lhs, &[]) };
            let new = self.combine(op, (old, lhs), (right, rhs), e)?;
            self.assign_tuple_part(v, &path, Val::Scalar(new), rhs)?;
            return Ok(Val::Unit);
        }
        let loc = self.target(lhs)?;
        self.check_constant_part(&loc, rhs)?;
        let float = matches!(&loc.ty, PlaceTy::Scalar(Ty::Float(_)));
        match op {
            BinOp::Add | BinOp::Sub if float => {
                let mut value = self.asserted(right, rhs)?;
                self.same_elem(loc.place, value);
                if op == BinOp::Sub {
                    // IEEE subtraction is the addition of the negative.
                    value = self.elem(rules::NEG, vec![value]);
                }
                self.written(loc.place);
                self.effect(Op::Accum { place: loc.place, path: loc.path, value });
            }
            _ => {
                let old = self.load_scalar(&loc);
                let new = self.combine(op, (old, lhs), (right, rhs), e)?;
                self.store(loc, new);
            }
        }
        Ok(Val::Unit)
    }
}

impl Val {
    /// A part of a tuple, however deep.
    fn part(&self, path: &[usize]) -> Option<&Val> {
        match (path, self) {
            ([], val) => Some(val),
            ([i, rest @ ..], Val::Tuple(vals)) => vals.get(*i)?.part(rest),
            _ => None,
        }
    }

    /// The same with another part.
    fn with_part(&self, path: &[usize], new: Val) -> Val {
        match (path, self) {
            ([i, rest @ ..], Val::Tuple(vals)) => {
                let mut vals = vals.clone();
                if let Some(part) = vals.get_mut(*i) {
                    *part = part.with_part(rest, new);
                }
                Val::Tuple(vals)
            }
            _ => new,
        }
    }
}
