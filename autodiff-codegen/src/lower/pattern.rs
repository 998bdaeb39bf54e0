//! Patterns: binding variables to values.

use super::place::Loc;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Pat, PatKind, Var};
use crate::ir::{
    Again, FloatTy, Mode, Op, OpaqueKind, ParamKind, Place, PlaceKind, PlaceTy, Read, ReadOf, Ty,
};

impl<'a> Lower<'a, '_> {
    /// Binds a pattern's variables.
    pub(super) fn bind(&mut self, p: &'a Pat, val: Val) -> Res<()> {
        match (&p.kind, val) {
            (PatKind::Wild, val) => {
                self.passed_over(val);
                Ok(())
            }
            (PatKind::Variant(_, ps), Val::Part(id)) => {
                let val = self.present_part(id)?;
                ps.iter().try_for_each(|p| self.bind(p, val.clone()))
            }
            (_, Val::Next(it)) => self.bind_next(p, it),
            (PatKind::Var(v), val) => {
                let val = self.held(val);
                self.bind_var(*v, val)
            }
            (PatKind::RefVar(v), val) => {
                let val = self.held(val);
                self.bind_var(*v, val.by_reference())
            }
            (PatKind::At(v, p), val) => {
                let val = self.held(val);
                self.bind_var(*v, val.clone())?;
                self.bind(p, val)
            }
            // Of an `Option`, what is in it; of anything else that has variants, nothing gets here.
            (PatKind::Variant(path, ps), Val::Tuple(vals)) => self.bind_variant(path, ps, &vals, false),
            (PatKind::Variant(path, ps), Val::TupleRef(vals)) => self.bind_variant(path, ps, &vals, true),
            (
                PatKind::Tuple(_) | PatKind::Ref(_) | PatKind::Struct(..),
                Val::Scalar(v) | Val::ScalarRef(v),
            ) if *self.ty(v) == Ty::Opaque => self.bind_opaque(p, v),
            (PatKind::Rest(Some(v)), val) => self.bind_var(*v, val),
            (_, Val::Never) => {
                self.poison(p);
                Ok(())
            }
            (
                PatKind::Tuple(ps),
                val @ (Val::Tuple(_) | Val::TupleRef(_) | Val::Place(_) | Val::PlaceRef(..)),
            ) => {
                let parts = self.tuple_parts(ps, &val, p)?;
                parts.into_iter().try_for_each(|(p, val)| self.bind(p, val))
            }
            (PatKind::Struct(_, fields), val) if val.place().is_some() => self.bind_members(fields, &val),
            (PatKind::Variant(_, ps), val) if self.is_user(&val) => self.bind_unnamed(ps, val),
            (PatKind::Array(ps), val @ (Val::Place(_) | Val::PlaceRef(..))) => {
                let parts = self.array_parts(ps, &val)?;
                parts.into_iter().try_for_each(|(p, val)| self.bind(p, val))
            }
            // A reference to a reference is the same as the inner one.
            (PatKind::Ref(p), val) if matches!(p.kind, PatKind::Ref(_)) => self.bind(p, val),
            (PatKind::Ref(p), Val::Scalar(v)) if matches!(self.ty(v), Ty::Float(_)) => {
                self.bind(p, Val::Scalar(v))
            }
            (PatKind::Ref(p), Val::ScalarRef(v)) => self.bind(p, Val::Scalar(v)),
            (PatKind::Ref(p), Val::PlaceRef(place, _)) => self.bind(p, Val::Place(place)),
            (PatKind::Ref(p), Val::TupleRef(vals)) => self.bind(p, Val::Tuple(vals)),
            (PatKind::Or(_), _) if !binds(p) => Ok(()),
            (PatKind::Or(ps), val) => self.bind_alternatives(ps, &val),
            (PatKind::Const(_) | PatKind::Range { .. } | PatKind::Rest(None), _) => Ok(()),
            (_, Val::Poison) => Err(Refused),
            _ => self.refuse_at(Kind::Pattern, p.span, &[]),
        }
    }

    /// Binds what a `let` binds. A value that only rustc knows becomes a variable of opaque code, which reads
    /// it by its name, as often as it likes.
    pub(super) fn bind_let(&mut self, p: &'a Pat, val: Val) -> Res<()> {
        if let (PatKind::Var(v), Val::Scalar(x)) = (&p.kind, &val)
            && *self.ty(*x) == Ty::Opaque
            && self.facts.var(*v) == super::shape::Shape::Unknown
            && !self.is_mutable(*v)
            && !self.facts.is_tainted(*v)
        {
            return self.bind_out_of_sight(*v, val);
        }
        self.bind(p, val)
    }

    /// An item that only rustc has in hand, where it is known to be a reference to an integer or `bool`: that number.
    fn behind_references(&mut self, v: Var, val: Val) -> Val {
        let (x, lent) = match val {
            Val::Scalar(x) => (x, 0),
            // The item itself, lent once more.
            Val::ScalarRef(x) => (x, 1),
            val => return val,
        };
        let (mut shape, mut references) = (self.facts.var(v), 0usize);
        while let super::shape::Shape::Ref(false, inner) = shape {
            (shape, references) = (*inner, references + 1);
        }
        let ty = shape.scalar().filter(|ty| !ty.is_float());
        let Some(ty) = ty.filter(|_| *self.ty(x) == Ty::Opaque && references > lent) else { return val };
        let item = self.made_up("item");
        let stars = (lent..references).map(|_| quote::quote_spanned!(item.span()=> *));
        let kind = OpaqueKind::Expr(quote::quote_spanned!(item.span()=> #(#stars)* #item));
        let reads = vec![Read { ident: item, source: ReadOf::Value(x) }];
        Val::ScalarRef(self.push(Op::Opaque { kind, reads, again: Again::Nothing }, ty))
    }

    /// Binds one variable.
    pub(super) fn bind_var(&mut self, v: Var, val: Val) -> Res<()> {
        if self.facts.is_opaque(v) {
            return self.bind_out_of_sight(v, val);
        }
        if let Some(ty) = self.f.vars.get(v.0 as usize).and_then(|info| info.ty.as_ref()) {
            let ty = self.f.types.classify(ty);
            self.agrees(&val, &ty);
        }
        let val = self.behind_references(v, val);
        let float = matches!(self.facts.var(v), super::shape::Shape::Float(_));
        // An integer or `bool` that is part of a call's result.
        let counts = self.facts.var(v).scalar().filter(|t| !t.is_float());
        let of_reference = matches!(self.facts.var(v), super::shape::Shape::Ref(false, _));
        let val = match val {
            Val::Scalar(x) if of_reference && *self.ty(x) != Ty::Opaque => Val::ScalarRef(x),
            Val::Place(p) if of_reference && self.func.plc(p).ty != PlaceTy::Unknown => {
                Val::PlaceRef(self.reference(p), false)
            }
            Val::Scalar(x) if *self.ty(x) == Ty::Opaque && float => {
                Val::Scalar(self.push(Op::AssertFloat(x), Ty::Float(FloatTy::Unknown)))
            }
            Val::Place(p) if float && self.func.plc(p).ty == PlaceTy::Unknown => {
                let whole = Loc { place: p, path: Vec::new(), ty: PlaceTy::Unknown };
                Val::Scalar(self.load_scalar(&whole))
            }
            Val::Place(place) if self.func.plc(place).ty == PlaceTy::Unknown && counts.is_some() => {
                let op = Op::Load { place, path: Vec::new(), again: None };
                Val::Scalar(self.push(op, counts.unwrap_or(Ty::Opaque)))
            }
            Val::Place(p) => Val::Place(self.own_place(v, p)),
            Val::PlaceRef(p, false) if self.is_mutable(v) && self.is_reassigned(v) => {
                Val::PlaceRef(self.copied_reference(p), false)
            }
            Val::PlaceRef(p, false) if self.referring.contains(&self.func.root(p)) => {
                Val::PlaceRef(self.kept_place(p), false)
            }
            Val::PlaceRef(p, m) => Val::PlaceRef(self.reference(p), m),
            val @ Val::TupleRef(_) => self.kept_reference(val),
            Val::Tuple(vals) => Val::Tuple(vals.into_iter().map(|val| self.own_parts(v, val)).collect()),
            val => val,
        };
        let name = self.user_name(v);
        match &val {
            Val::Scalar(x) | Val::ScalarRef(x) => {
                let declared = super::shape::Shape::scalar(self.facts.var(v).strip());
                if let Some(ty) = declared {
                    self.know(*x, &ty);
                }
                self.name_value(*x, name);
            }
            Val::Place(p) | Val::PlaceRef(p, _) => self.name_place(*p, name),
            Val::Tuple(vals) => self.name_parts(v, vals),
            _ => {}
        }
        self.env[v.0 as usize] = Some(val);
        Ok(())
    }

    /// The parts of a tuple are named after it.
    fn name_parts(&mut self, v: Var, vals: &[Val]) {
        let stem = self.user_name(v).stem();
        for (i, val) in vals.iter().enumerate() {
            let name = crate::ir::Name::Temp(format!("{stem}_{i}"));
            match val {
                Val::Scalar(x) => self.name_value(*x, name),
                Val::Place(p) => self.name_place(*p, name),
                _ => {}
            }
        }
    }

    /// Whether a variable is assigned to as a whole.
    fn is_reassigned(&self, v: Var) -> bool {
        let is = |e: &Expr| matches!(e.kind, ExprKind::Var(w) if w == v);
        let mut found = false;
        let mut look = |e: &Expr| match &e.kind {
            ExprKind::Assign(lhs, _) => super::walk::targets(lhs, &mut |t| found |= is(t)),
            // References are swapped, replaced or taken.
            ExprKind::Call { path, args, .. } if super::callee::mem(path).is_some() => {
                found |= args.iter().any(|a| matches!(&a.kind, ExprKind::Ref(true, a) if is(a)));
            }
            _ => {}
        };
        super::walk::block_children(&self.f.body, &mut |e| super::walk::each(e, &mut look));
        found
    }

    /// A shared reference that will be another one: what it refers to stays as it is, so that a copy is as good.
    pub(super) fn copied_reference(&mut self, p: Place) -> Place {
        let copy = self.own_reference(self.func.plc(p).ty.clone());
        self.fill_place(copy, p);
        copy
    }

    /// The place that stands for such a reference.
    pub(super) fn own_reference(&mut self, ty: PlaceTy) -> Place {
        let copy = self.empty_place(ty.to_owned_type());
        self.changing.insert(copy);
        self.referring.insert(copy);
        copy
    }

    /// A shared reference as it is now, whatever becomes of the variable that it is read from.
    pub(super) fn kept_reference(&mut self, val: Val) -> Val {
        let kept = |s: &mut Self, vals: Vec<Val>| vals.into_iter().map(|val| s.kept_reference(val)).collect();
        match val {
            Val::PlaceRef(p, false) => Val::PlaceRef(self.kept_place(p), false),
            Val::Tuple(vals) => Val::Tuple(kept(self, vals)),
            Val::TupleRef(vals) => Val::TupleRef(kept(self, vals)),
            val => val,
        }
    }

    /// The same, of a place; itself, if no variable will make another one of it.
    pub(super) fn kept_place(&mut self, p: Place) -> Place {
        if !self.referring.contains(&self.func.root(p)) {
            return p;
        }
        let copy = self.empty_place(self.func.plc(p).ty.to_owned_type());
        self.fill_place(copy, p);
        self.changing.insert(copy);
        copy
    }

    /// What an operand gives, where those beside it may change the variables that it is read from.
    pub(super) fn kept_beside(&mut self, val: Val, mut beside: impl Iterator<Item = &'a Expr>) -> Val {
        if !beside.any(|e| super::walk::any(e, &may_assign)) {
            return val;
        }
        match val {
            Val::Place(p) if !self.is_temporary(p) => Val::Place(self.copied(p)),
            val => self.kept_reference(val),
        }
    }

    /// The same, of a place.
    pub(super) fn kept_place_beside(&mut self, p: Place, beside: impl Iterator<Item = &'a Expr>) -> Place {
        self.kept_beside(Val::Place(p), beside).place().unwrap_or(p)
    }

    /// The part of a tuple that a variable holds: arrays in it belong to nobody else.
    fn own_parts(&mut self, v: Var, val: Val) -> Val {
        match val {
            Val::Place(p) if self.is_aggregate(&Val::Place(p)) => Val::Place(self.own_place(v, p)),
            Val::Tuple(vals) => Val::Tuple(vals.into_iter().map(|val| self.own_parts(v, val)).collect()),
            val => self.kept_reference(val),
        }
    }

    /// The place of a variable that holds an aggregate by value.
    fn own_place(&mut self, v: Var, p: Place) -> Place {
        let info = self.func.plc(p);
        let taken = info.name.is_some() && self.is_mutable(v) && !matches!(info.ty, PlaceTy::Vec(_));
        let param = matches!(info.kind, PlaceKind::Param) && info.name.is_some();
        let own_param =
            param && !self.env.iter().flatten().any(|val| val.place() == Some(p)) && !self.is_reference(p);
        let part = matches!(info.kind, PlaceKind::View { .. }) && info.ty != PlaceTy::Unknown;
        let changing = self.changing.contains(&self.func.root(p)) && !matches!(info.ty, PlaceTy::Vec(_));
        // A `Vec` that is moved here leaves its variable free to become another one.
        let free = matches!(info.ty, PlaceTy::Vec(_)) && self.is_left_to_another(p);
        let p = match own_param && !free {
            true => p,
            false if taken || part || changing || free || self.is_reference(p) => self.copied(p),
            false => p,
        };
        if self.is_mutable(v) {
            self.changing.insert(p);
        }
        p
    }

    /// Whether a variable that a place belongs to is assigned to as a whole.
    fn is_left_to_another(&self, p: Place) -> bool {
        fn holds(val: &Val, p: Place) -> bool {
            match val {
                Val::Tuple(vals) => vals.iter().any(|val| holds(val, p)),
                val => val.place() == Some(p),
            }
        }
        let held =
            self.env.iter().enumerate().filter(|(_, val)| val.as_ref().is_some_and(|val| holds(val, p)));
        let vars: Vec<Var> = held.map(|(v, _)| Var(v as u32)).collect();
        vars.into_iter().any(|v| self.is_reassigned(v))
    }

    /// A reference under a name of its own, if the place is not one already.
    fn reference(&mut self, p: Place) -> Place {
        if self.is_reference(p) {
            return p;
        }
        let ty = self.func.plc(p).ty.clone();
        self.new_view(Loc { place: p, path: Vec::new(), ty })
    }

    /// Whether a place stands for a reference in the user's program.
    fn is_reference(&self, p: Place) -> bool {
        match &self.func.plc(p).kind {
            PlaceKind::View { .. } => true,
            PlaceKind::Param => self.func.params.iter().any(|param| passes_by_reference(&param.kind, p)),
            _ => false,
        }
    }

    /// A variable that opaque code changes: passive, so it becomes a variable of opaque code.
    fn bind_out_of_sight(&mut self, v: Var, val: Val) -> Res<()> {
        let ident = self.f.vars[v.0 as usize].ident.clone();
        if self.facts.is_tainted(v) {
            self.env[v.0 as usize] = Some(Val::Poison);
            return self.refuse_changed(v, Kind::ChangedOutOfSight);
        }
        let mutable = self.is_mutable(v).then(|| quote::quote!(mut));
        let reads = self.read_of(&ident, &val).into_iter().collect();
        self.opaque_declaration(quote::quote!(#mutable #ident), quote::quote!(#ident), vec![ident], reads);
        self.declare(v);
        Ok(())
    }

    /// Variables whose definition was refused, or is never reached.
    pub(super) fn poison(&mut self, p: &Pat) {
        super::walk::bound(p, &mut |v| self.env[v.0 as usize] = Some(Val::Poison));
    }
}

/// Whether a pattern binds anything.
fn binds(p: &Pat) -> bool {
    let mut found = false;
    super::walk::bound(p, &mut |_| found = true);
    found
}

impl Val {
    /// What it refers to.
    pub(super) fn by_value(self) -> Val {
        match self {
            Val::ScalarRef(v) => Val::Scalar(v),
            Val::PlaceRef(p, _) => Val::Place(p),
            Val::TupleRef(vals) => Val::Tuple(vals),
            val => val,
        }
    }

    /// A shared reference to it.
    pub(super) fn by_reference(self) -> Val {
        match self {
            Val::Scalar(v) => Val::ScalarRef(v),
            Val::Place(p) => Val::PlaceRef(p, false),
            Val::Tuple(vals) => Val::TupleRef(vals),
            val => val,
        }
    }
}

fn passes_by_reference(kind: &ParamKind, p: Place) -> bool {
    match kind {
        ParamKind::Place(q, mode) => *q == p && *mode != Mode::Value,
        ParamKind::Tuple(ks, mode) => {
            let inside = |k: &ParamKind| matches!(k, ParamKind::Place(q, _) if *q == p);
            ks.iter().any(|k| passes_by_reference(k, p) || (*mode != Mode::Value && inside(k)))
        }
        _ => false,
    }
}

/// Whether an expression may give a variable another value, apart from what is below it.
fn may_assign(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Assign(..) | ExprKind::AssignOp(..) | ExprKind::Ref(true, _) => true,
        ExprKind::Block(b) => !b.stmts.is_empty(),
        _ => false,
    }
}
