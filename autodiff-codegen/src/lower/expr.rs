//! Expressions.

use super::calls::{self, Named};
use super::method::{self, Method};
use super::shape::Shape;
use super::types::Node;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, ExprKind, Type};
use crate::ir::{Const, FloatTy, Init, Len, Name, Op, PlaceKind, PlaceTy, Ty, Value};

impl<'a> Lower<'a, '_> {
    /// The value of an expression; `hint` is the type that its context asks for, where that is known.
    pub(super) fn expr(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        if self.dead {
            return Ok(Val::Never);
        }
        if self.facts.is_copied(e) {
            return self.copy_value(e, hint);
        }
        match &e.kind {
            ExprKind::Lit(lit) => self.literal(lit).ok_or(Refused),
            ExprKind::Var(v) => self.read(*v, e),
            ExprKind::Path(p) => {
                let ty = calls::constant(p).unwrap_or(Ty::Opaque);
                let path = Const::Path(e.tokens.clone());
                Ok(Val::Scalar(self.push(Op::Const(path), ty)))
            }
            ExprKind::Neg(a) => self.negated(a),
            ExprKind::Not(a) => self.inverted(a),
            ExprKind::Deref(a) => self.dereferenced(a),
            ExprKind::Ref(m, a) => self.referenced(*m, a),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, e),
            ExprKind::Assign(lhs, rhs) => self.assign(lhs, rhs),
            ExprKind::AssignOp(op, lhs, rhs) => self.assign_op(*op, lhs, rhs, e),
            ExprKind::Index(..) => {
                let loc = self.loc(e)?;
                self.load(loc)
            }
            ExprKind::Field(base, member) => self.field(e, base, member),
            ExprKind::Method { recv, name, args, .. } => {
                let method = method::classify(&self.facts, recv, &name.to_string(), args);
                self.method(e, method, recv, name, args)
            }
            ExprKind::Call { .. } => self.call(e, hint),
            ExprKind::CallVar(v, _) => {
                let name = self.f.vars[v.0 as usize].ident.to_string();
                self.refuse(Kind::LocalCall, e, &[&name])
            }
            ExprKind::If(c, then, els) => self.branch(e, c, then, els.as_deref(), hint),
            ExprKind::Block(b) => self.block(b, hint),
            ExprKind::For { .. } | ExprKind::While { .. } => self.looped(e),
            ExprKind::Array(es) => self.array(es, hint, false),
            ExprKind::Vec(es) => self.array(es, hint, true),
            ExprKind::Repeat(a, n) => self.repeat(a, Some(n), None, hint),
            ExprKind::VecRepeat(a, n) => self.repeat(a, None, Some(n), hint),
            ExprKind::Tuple(es) if es.is_empty() => Ok(Val::Unit),
            ExprKind::Tuple(es) => self.tuple(es, hint),
            ExprKind::Cast(a, _) => self.cast(e, a),
            _ => self.not_understood(e),
        }
    }

    /// What is active, or writes to something active, and has no lowering.
    fn not_understood(&mut self, e: &'a Expr) -> Res<Val> {
        match &e.kind {
            ExprKind::Loop { .. } => self.refuse(Kind::Loop, e, &[]),
            ExprKind::Break(..) => self.refuse(Kind::Jump, e, &["break"]),
            ExprKind::Continue(_) => self.refuse(Kind::Jump, e, &["continue"]),
            ExprKind::Return(_) => self.refuse(Kind::ReturnInside, e, &[]),
            ExprKind::Range { .. } => self.refuse(Kind::NotDifferentiated, e, &["a range"]),
            ExprKind::Unknown(what) => self.refuse(Kind::NotDifferentiated, e, &[what]),
            _ => self.refuse(Kind::NotDifferentiated, e, &["this expression"]),
        }
    }

    /// A scalar: a float, an integer, a `bool`, or a value of opaque type.
    pub(super) fn scalar(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Value> {
        let val = self.expr(e, hint)?;
        self.scalar_of(val, e)
    }

    /// The scalar that a value is, or refers to.
    pub(super) fn scalar_of(&mut self, val: Val, e: &Expr) -> Res<Value> {
        match val {
            Val::Scalar(v) | Val::ScalarRef(v) => Ok(v),
            Val::Place(place) | Val::PlaceRef(place, _) => {
                let ty = match &self.func.plc(place).ty {
                    PlaceTy::Scalar(t) => t.clone(),
                    PlaceTy::Unknown => Ty::Float(FloatTy::Unknown),
                    _ => return self.refuse(Kind::NotAScalar, e, &[]),
                };
                let known = self.func.plc(place).ty != PlaceTy::Unknown;
                let v = self.push(Op::Load { place, path: Vec::new(), again: None }, ty.clone());
                Ok(if known { v } else { self.push(Op::AssertFloat(v), ty) })
            }
            // Whatever comes after an exit is never run: any value will do.
            Val::Never => Ok(self.value(Ty::Opaque, None)),
            Val::Poison => Err(Refused),
            _ => self.refuse(Kind::NotAScalar, e, &[]),
        }
    }

    /// A float: asserted to be one, if only rustc knows its type.
    pub(super) fn float(&mut self, e: &'a Expr) -> Res<Value> {
        let v = self.scalar(e, None)?;
        match self.ty(v) {
            Ty::Float(_) => Ok(v),
            Ty::Opaque => Ok(self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown))),
            _ => self.refuse(Kind::NotAFloat, e, &[]),
        }
    }

    /// A value of known scalar type, whatever the tokens say: opaque code gets the type. Integers and
    /// booleans end the flow, so that what makes them is copied even if it reads something active.
    pub(super) fn typed(&mut self, e: &'a Expr, ty: Ty) -> Res<Value> {
        let unknown = self.facts.shape(e).strip().scalar().is_none();
        let v = if unknown && (self.facts.is_copied(e) || self.ends_flow(e, &ty)) {
            self.copy_typed(e, ty.clone())?
        } else {
            self.scalar(e, None)?
        };
        if *self.ty(v) == Ty::Opaque && matches!(e.kind, ExprKind::Path(_)) {
            self.func.values[v.0 as usize].ty = ty.clone();
        }
        self.know(v, &ty);
        Ok(v)
    }

    /// Whether a call or other unknown code with a result of this type is none of the derivative's business.
    pub(super) fn ends_flow(&self, e: &Expr, ty: &Ty) -> bool {
        let code = matches!(
            e.kind,
            ExprKind::Call { .. }
                | ExprKind::CallVar(..)
                | ExprKind::Method { .. }
                | ExprKind::Macro(_)
                | ExprKind::Unknown(_)
        );
        code && !ty.is_float() && !self.facts.writes_tainted(e)
    }

    fn literal(&mut self, lit: &syn::Lit) -> Option<Val> {
        let float = |suffix: &str| match suffix {
            "f64" => Ty::F64,
            "f32" => Ty::Float(FloatTy::F32),
            _ => Ty::Float(FloatTy::Unknown),
        };
        let number = |digits: &str| digits.parse::<f64>().ok();
        let (constant, ty) = match lit {
            syn::Lit::Float(l) => {
                let text = l.base10_digits().to_string();
                (Const::Float { value: number(&text)?, text }, float(l.suffix()))
            }
            syn::Lit::Int(l) if matches!(l.suffix(), "f32" | "f64") => {
                let text = l.base10_digits().to_string();
                (Const::Float { value: number(&text)?, text }, float(l.suffix()))
            }
            syn::Lit::Int(l) => {
                let suffix = (!l.suffix().is_empty()).then(|| l.suffix().to_string());
                (Const::Int(l.base10_parse().ok()?), Ty::Int(suffix))
            }
            syn::Lit::Bool(l) => (Const::Bool(l.value), Ty::Bool),
            _ => return None,
        };
        Some(Val::Scalar(self.push(Op::Const(constant), ty)))
    }

    /// A variable.
    fn read(&mut self, v: crate::hir::Var, e: &'a Expr) -> Res<Val> {
        match self.env.get(v.0 as usize).cloned().flatten() {
            Some(Val::Poison) => Err(Refused),
            Some(Val::Opaque) if self.facts.tainted(e) => {
                self.refuse(Kind::ChangedOutOfSight, e, &[&self.f.vars[v.0 as usize].ident.to_string()])
            }
            Some(Val::Opaque) => self.copy_value(e, None),
            Some(Val::Uninit) | None => self.refuse(Kind::NotDifferentiated, e, &["this variable, here"]),
            Some(val) => Ok(val),
        }
    }

    fn dereferenced(&mut self, a: &'a Expr) -> Res<Val> {
        match self.expr(a, None)? {
            Val::ScalarRef(v) => Ok(Val::Scalar(v)),
            Val::PlaceRef(p, _) => match &self.func.plc(p).ty {
                PlaceTy::Scalar(_) => self.scalar_of(Val::Place(p), a).map(Val::Scalar),
                _ => Ok(Val::Place(p)),
            },
            Val::TupleRef(vals) => Ok(Val::Tuple(vals)),
            // `*r` of an unknown `r`: the assertion at its use sees through it.
            other @ (Val::Place(_) | Val::Never) => Ok(other),
            _ => self.refuse(Kind::NotDifferentiated, a, &["this dereference"]),
        }
    }

    fn tuple(&mut self, es: &'a [Expr], hint: Option<&Type>) -> Res<Val> {
        let hints = if let Some(Type::Tuple(ts)) = hint { &ts[..] } else { &[] };
        let mut vals = Vec::new();
        for (i, e) in es.iter().enumerate() {
            let val = self.expr(e, hints.get(i))?;
            vals.push(self.owned(val, e)?);
        }
        Ok(Val::Tuple(vals))
    }

    fn field(&mut self, e: &'a Expr, base: &'a Expr, member: &syn::Member) -> Res<Val> {
        let part = |vals: &[Val]| match member {
            syn::Member::Unnamed(i) => vals.get(i.index as usize).cloned(),
            syn::Member::Named(_) => None,
        };
        match self.expr(base, None)? {
            Val::Tuple(vals) | Val::TupleRef(vals) => part(&vals).ok_or(Refused),
            Val::Place(_) | Val::PlaceRef(..) if matches!(member, syn::Member::Unnamed(_)) => {
                let loc = self.loc(e)?;
                self.load(loc)
            }
            Val::Never => Ok(Val::Never),
            _ => self.refuse(Kind::Field, e, &[]),
        }
    }

    /// The value of a block with statements.
    pub(super) fn block(&mut self, b: &'a Block, hint: Option<&Type>) -> Res<Val> {
        self.stmts(&b.stmts)?;
        match &b.tail {
            _ if self.dead => Ok(Val::Never),
            Some(tail) => self.expr(tail, hint),
            None => Ok(Val::Unit),
        }
    }

    /// A block whose value is `()` or dropped.
    pub(super) fn unit_block(&mut self, b: &'a Block) -> Res<()> {
        let mut done = self.stmts(&b.stmts);
        if let (Some(tail), false) = (&b.tail, self.dead) {
            done = self.discard(tail).and(done);
        }
        done
    }

    /// All statements, even if one is refused.
    pub(super) fn stmts(&mut self, stmts: &'a [crate::hir::Stmt]) -> Res<()> {
        let mut done = Ok(());
        for s in stmts {
            if self.dead {
                break;
            }
            done = self.stmt(s).and(done);
        }
        done
    }

    /// `[a, b]`, `vec![a, b]`
    fn array(&mut self, es: &'a [Expr], hint: Option<&Type>, vec: bool) -> Res<Val> {
        let elem_hint = element_hint(hint);
        let mut vals = Vec::new();
        for e in es {
            let val = self.expr(e, elem_hint)?;
            vals.push((val, e));
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
    fn repeat(
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
        if self.is_aggregate(&val) {
            return self.repeated_rows(&val, fixed, a);
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

    /// `[[x; M]; N]`: as many copies of the row as there are.
    fn repeated_rows(&mut self, val: &Val, fixed: Option<&Len>, at: &'a Expr) -> Res<Val> {
        let Some(row) = val.place() else { return Err(Refused) };
        let ty = self.func.plc(row).ty.clone();
        let constant = |stmts: &[crate::ir::Stmt]| {
            stmts.iter().rev().find_map(|s| match &s.op {
                Op::Alloc { place, init: Init::Fill(v, None) } if *place == row => Some(*v),
                _ => None,
            })
        };
        match (fixed, constant(&self.out)) {
            (Some(Len::Known(n)), _) if *n <= MAX_ROWS => {
                let place = self.fresh(PlaceTy::Array(Box::new(ty), Len::Known(*n)));
                self.types.unify(&self.func, Node::Place(place), Node::Place(row));
                self.effect(Op::Alloc { place, init: Init::Rows(vec![row; *n]) });
                Ok(Val::Place(place))
            }
            (Some(n), Some(v)) if ty.is_fixed() && self.is_zero(v) => {
                let place = self.fresh(PlaceTy::Array(Box::new(ty), n.clone()));
                self.types.unify(&self.func, Node::Place(place), Node::Place(row));
                self.effect(Op::Alloc { place, init: Init::Zeros });
                Ok(Val::Place(place))
            }
            _ => self.refuse(Kind::RepeatedRows, at, &[]),
        }
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

    fn method(
        &mut self,
        e: &'a Expr,
        method: Method,
        recv: &'a Expr,
        name: &syn::Ident,
        args: &'a [Expr],
    ) -> Res<Val> {
        match method {
            Method::Rule(rule) => {
                let operands: Vec<&Expr> = std::iter::once(recv).chain(args).collect();
                self.rule(rule, &operands)
            }
            Method::SinCos => self.sin_cos(recv),
            Method::Int(op) => {
                let (a, b) = (self.scalar(recv, None)?, self.scalar(&args[0], None)?);
                self.same(a, b);
                let ty = self.ty(a).clone();
                let v = self.push(Op::Int { op, args: vec![a, b] }, ty);
                self.same(a, v);
                Ok(Val::Scalar(v))
            }
            Method::Len => {
                let v = self.length(recv)?;
                Ok(Val::Scalar(v))
            }
            Method::IsEmpty => {
                let n = self.length(recv)?;
                let zero = self.int(0, Ty::usize());
                let op = Op::Cmp { op: crate::ir::CmpOp::Eq, args: [n, zero] };
                Ok(Val::Scalar(self.push(op, Ty::Bool)))
            }
            Method::Clone | Method::ToVec => self.cloned(recv, method == Method::ToVec),
            Method::AsSlice => {
                let loc = self.loc(recv)?;
                Ok(Val::PlaceRef(self.view(loc), false))
            }
            Method::Other => self.refuse(Kind::UnknownMethod, e, &[&name.to_string()]),
        }
    }

    fn length(&mut self, recv: &'a Expr) -> Res<Value> {
        let loc = self.loc(recv)?;
        let place = self.view(loc);
        Ok(self.push(Op::Len(place), Ty::usize()))
    }

    fn cloned(&mut self, recv: &'a Expr, to_vec: bool) -> Res<Val> {
        if self.facts.shape(recv).strip().scalar().is_some() {
            return self.scalar(recv, None).map(Val::Scalar);
        }
        let loc = self.loc(recv)?;
        let src = self.view(loc);
        let ty = match self.func.plc(src).ty.clone() {
            PlaceTy::Slice(_) if !to_vec => return Ok(Val::PlaceRef(src, false)),
            PlaceTy::Array(t, _) | PlaceTy::Slice(t) if to_vec => PlaceTy::Vec(t),
            ty => ty,
        };
        let place = self.fresh(ty);
        self.types.unify(&self.func, Node::Place(place), Node::Place(src));
        self.effect(Op::Alloc { place, init: Init::Copy(src) });
        Ok(Val::Place(place))
    }

    /// What the callee's name says of a call without a derivative of its own.
    pub(super) fn call(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        let ExprKind::Call { path, qself, args } = &e.kind else { return Err(Refused) };
        match self.facts.named(e) {
            Some(Named::Float(ty, name)) => {
                let val = match crate::rules::by_method(&name, args.len()) {
                    Some(rule) => self.rule(rule, &args.iter().collect::<Vec<_>>())?,
                    None => self.sin_cos(&args[0])?,
                };
                self.float_path(&val, &ty);
                Ok(val)
            }
            Some(Named::From(_)) if args.len() == 1 => self.cast(e, &args[0]),
            Some(Named::Constructor) => {
                let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
                self.refuse(Kind::Constructor, e, &[&name])
            }
            _ if *qself => self.refuse(Kind::QualifiedCall, e, &[]),
            named => self.user_call(e, path, args, named == Some(Named::Recursive), hint),
        }
    }

    /// `f64::max(a, b)`: the operation is on `f64`s.
    fn float_path(&mut self, val: &Val, ty: &FloatTy) {
        let vals = if let Val::Tuple(vals) = val { &vals[..] } else { std::slice::from_ref(val) };
        for val in vals {
            match val {
                Val::Scalar(v) if self.ty(*v).is_float() => self.know(*v, &Ty::Float(ty.clone())),
                _ => {}
            }
        }
    }
}

/// How many copies of a row are written out one by one.
const MAX_ROWS: usize = 64;

impl Val {
    /// The place that it is, or refers to.
    pub(super) fn place(&self) -> Option<crate::ir::Place> {
        match self {
            Val::Place(p) | Val::PlaceRef(p, _) => Some(*p),
            _ => None,
        }
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
