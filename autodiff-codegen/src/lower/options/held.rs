//! Variables that hold `Option`s, and patterns that they are matched with.

use super::super::shape::Shape;
use super::super::slot::Slot;
use super::super::{Lower, Refused, Res, Val};
use super::variant;
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Pat, PatKind, Var};
use crate::ir::{IntOp, Op, Place, PlaceKind, Read, ReadOf, Ty, Value};
use proc_macro2::TokenStream;
use quote::quote;

impl<'a> Lower<'a, '_> {
    /// `let v = e;`, where the variable holds an `Option`.
    pub(in super::super) fn let_option(&mut self, v: Var, e: &'a Expr) -> Res<()> {
        let (value, present) = self.option(e)?;
        if self.dead {
            self.env[v.0 as usize] = Some(Val::Poison);
            return Ok(());
        }
        // What may change later has memory of its own.
        let value = match value {
            Val::Uninit => self.own_content(v, value, e)?,
            value if self.is_mutable(v) => self.own_content(v, value, e)?,
            value => value,
        };
        self.bind_var(v, Val::Tuple(vec![value, Val::Scalar(present)]))
    }

    fn own_content(&mut self, v: Var, value: Val, e: &'a Expr) -> Res<Val> {
        let Shape::Option(shape) = self.facts.var(v) else { return Err(Refused) };
        match self.slot_of_shape(&shape, true) {
            Some(slot) => self.brought(&slot, value, e),
            None => self.refuse(Kind::AggregateBranch, e, &[]),
        }
    }

    /// `let v;`
    pub(in super::super) fn option_later(&mut self, v: Var) -> Option<Val> {
        let slot = self.slot_of_variable(v)?;
        let mut scalars = Vec::new();
        self.slot_dummies(&slot, &mut scalars).ok()?;
        Some(slot.filled(&mut scalars.into_iter()))
    }

    /// `v = e`
    pub(in super::super) fn set_option(&mut self, v: Var, e: &'a Expr) -> Res<()> {
        let (value, present) = self.option(e)?;
        if self.dead {
            return Ok(());
        }
        let old = match self.env.get(v.0 as usize).cloned().flatten() {
            Some(Val::Tuple(old)) => old.into_iter().next(),
            Some(Val::Poison) => return Err(Refused),
            _ => None,
        };
        let value = match (old, value) {
            (Some(old), value) => self.replaced(&old, value, e)?,
            (None, value) => self.own_content(v, value, e)?,
        };
        if let Val::Scalar(x) = value {
            let name = self.user_name(v).stem();
            self.name_value(x, crate::ir::Name::Temp(name));
        }
        self.env[v.0 as usize] = Some(Val::Tuple(vec![value, Val::Scalar(present)]));
        Ok(())
    }

    /// What is in an `Option` after an assignment: a number is another one, memory stays.
    pub(super) fn replaced(&mut self, old: &Val, new: Val, e: &'a Expr) -> Res<Val> {
        match (old, new) {
            (Val::Scalar(old), Val::Uninit) => {
                let ty = self.found(*old);
                Ok(Val::Scalar(self.dummy(&ty)))
            }
            (Val::ScalarRef(old), Val::Uninit) => {
                let ty = self.found(*old);
                Ok(Val::ScalarRef(self.dummy(&ty)))
            }
            (Val::Tuple(olds), Val::Uninit) => {
                let parts = olds.iter().map(|old| self.replaced(old, Val::Uninit, e));
                Ok(Val::Tuple(parts.collect::<Res<Vec<_>>>()?))
            }
            (Val::TupleRef(olds), Val::Uninit) => {
                let parts = olds.iter().map(|old| self.replaced(old, Val::Uninit, e));
                Ok(Val::TupleRef(parts.collect::<Res<Vec<_>>>()?))
            }
            (old, Val::Uninit) => Ok(old.clone()),
            (Val::Scalar(old), new) => {
                let v = self.scalar_of(new, e)?;
                let ty = self.found(*old);
                let mut out = Vec::new();
                self.put(&Slot::Scalar(ty), Val::Scalar(v), Some(e), &mut out)?;
                let v = out[0];
                self.same(*old, v);
                Ok(Val::Scalar(v))
            }
            (Val::ScalarRef(old), new) => {
                let v = self.scalar_of(new, e)?;
                self.same(*old, v);
                Ok(Val::ScalarRef(v))
            }
            (Val::Tuple(olds), Val::Tuple(news)) if olds.len() == news.len() => {
                let parts = olds.iter().zip(news).map(|(old, new)| self.replaced(old, new, e));
                Ok(Val::Tuple(parts.collect::<Res<Vec<_>>>()?))
            }
            (Val::TupleRef(olds), Val::TupleRef(news)) if olds.len() == news.len() => {
                let parts = olds.iter().zip(news).map(|(old, new)| self.replaced(old, new, e));
                Ok(Val::TupleRef(parts.collect::<Res<Vec<_>>>()?))
            }
            (Val::Tuple(olds), Val::Place(place))
                if self.func.plc(place).ty == crate::ir::PlaceTy::Unknown =>
            {
                let mut parts = Vec::new();
                for (i, old) in olds.iter().enumerate() {
                    let loc = super::super::place::Loc {
                        place,
                        path: vec![crate::ir::Proj::Field(i as u32)],
                        ty: crate::ir::PlaceTy::Unknown,
                    };
                    let part = self.new_view(loc);
                    parts.push(self.replaced(old, Val::Place(part), e)?);
                }
                Ok(Val::Tuple(parts))
            }
            (Val::Place(dst) | Val::PlaceRef(dst, false), new) if self.is_own(*dst) => {
                let Some(src) = new.place() else { return self.refuse(Kind::AssignmentTarget, e, &[]) };
                // It may be a part of what it replaces.
                let copy = self.empty_place(self.func.plc(*dst).ty.clone());
                self.fill_place(copy, src);
                self.swap_places(*dst, copy);
                Ok(old.clone())
            }
            _ => self.refuse(Kind::Reassigned, e, &[]),
        }
    }

    /// Binds what is in an `Option`, or the error of a call.
    pub(in super::super) fn bind_variant(
        &mut self,
        path: &syn::Path,
        ps: &'a [Pat],
        vals: &[Val],
        by_ref: bool,
    ) -> Res<()> {
        let ([p], [value, Val::Scalar(present)]) = (ps, vals) else { return Err(Refused) };
        if variant(path) != Some("Err") {
            let value = if by_ref { value.clone().by_reference() } else { value.clone() };
            return self.bind(p, value);
        }
        let PatKind::Var(v) = p.kind else { return Ok(()) };
        let Some(rest) = self.rests.get(present).copied() else {
            return self.refuse_at(Kind::Pattern, p.span, &[]);
        };
        self.bind_error(p, &p.tokens, rest);
        self.declare(v);
        Ok(())
    }

    /// `let PATTERN = the error;`
    pub(in super::super) fn bind_error(&mut self, p: &Pat, head: &TokenStream, rest: Place) {
        let ident = self.made_up("rest");
        let reads = vec![Read { ident: ident.clone(), source: ReadOf::Place(rest) }];
        let rt = &self.f.crate_path;
        let error = quote!({ use #rt::__rt::TakenOnce as _; #ident.__error() });
        self.opaque_let(head, error, p, reads);
    }

    fn is_own(&self, p: Place) -> bool {
        let info = self.func.plc(p);
        matches!(info.kind, PlaceKind::Local) && info.ty != crate::ir::PlaceTy::Unknown
    }

    /// Whether an arm's pattern, which fits an `Option`, matches one; `None` if it always does.
    pub(in super::super) fn matches_option(&mut self, p: &'a Pat, val: &Val) -> Option<Res<Option<Value>>> {
        let by_ref = matches!(val, Val::TupleRef(_));
        let (Val::Tuple(vals) | Val::TupleRef(vals)) = val else { return None };
        let [value, Val::Scalar(present)] = &vals[..] else { return None };
        let (value, present) = (value.clone(), *present);
        let value = if by_ref { value.by_reference() } else { value };
        let absent = |s: &mut Self| s.push(Op::Int { op: IntOp::Not, args: vec![present] }, Ty::Bool);
        match &p.kind {
            PatKind::Variant(path, ps) if matches!(variant(path), Some("Some" | "Ok")) => {
                let inner = ps.first()?;
                Some(self.both(Some(present), true, |s| s.matches(inner, &value)))
            }
            PatKind::Variant(path, _) if variant(path) == Some("Err") => Some(Ok(Some(absent(self)))),
            PatKind::Const(e) if matches!(&e.kind, ExprKind::Path(p) if variant(p) == Some("None")) => {
                Some(Ok(Some(absent(self))))
            }
            _ => None,
        }
    }
}
