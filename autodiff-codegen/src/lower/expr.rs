//! Expressions.

use super::callee;
use super::facts::Facts;
use super::method;
use super::shape::Shape;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, ExprKind, Type};
use crate::ir::{Const, FloatTy, Op, PlaceTy, Ty, Value};

impl<'a> Lower<'a, '_> {
    /// The value of an expression; `hint` is the type that its context asks for, where that is known.
    pub(super) fn expr(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        self.standing_at(e, |s| s.expr_here(e, hint))
    }

    /// What is made meanwhile is code of this expression: that is where a panic of it is said to be.
    pub(super) fn standing_at<T>(&mut self, e: &Expr, f: impl FnOnce(&mut Self) -> T) -> T {
        let at = match &e.kind {
            ExprKind::Method { name, .. } => name.span(),
            _ => e.span,
        };
        let outside = std::mem::replace(&mut self.origin.span, at);
        let out = f(self);
        self.origin.span = outside;
        out
    }

    fn expr_here(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        if self.dead {
            return Ok(Val::Never);
        }
        if let (true, Some(ty @ PlaceTy::Vec(_))) =
            (super::data::is_new_vec(e), hint.and_then(super::shape::place_ty))
        {
            return self.new_vec(e, ty);
        }
        if let Some(val) = self.operands.get(&std::ptr::from_ref(e)) {
            return Ok(val.clone());
        }
        if self.asks_for_option(e, hint) {
            return self.option_value(e);
        }
        if let Some(zero) = self.default_value(e, hint) {
            return zero;
        }
        if self.facts.is_copied(e) {
            return self.copy_value(e, hint);
        }
        if let Some(consumer) = self.facts.unwraps_chain(e) {
            return self.consume(e, &consumer, hint);
        }
        if self.facts.opens_option(e) {
            return self.opened(e);
        }
        if let Some(call) = self.facts.taken(e) {
            return self.taken_call(e, call, hint);
        }
        if let Some(converted) = self.convert(e, hint) {
            return converted;
        }
        if let Some(remade) = self.facts.remade.get(&std::ptr::from_ref(e)).cloned() {
            return self.remade(e, &remade);
        }
        match &e.kind {
            ExprKind::Lit(lit) => self.literal(lit).ok_or(Refused),
            ExprKind::Var(v) => self.read(*v, e),
            ExprKind::Path(p) => {
                let ty = callee::constant(self.f, p).unwrap_or(Ty::Opaque);
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
            ExprKind::Struct { path, fields, rest } => {
                self.struct_literal(e, (path, fields, rest.as_deref()))
            }
            ExprKind::Field(base, member) => self.field(e, base, member),
            ExprKind::Method { recv, name, args, .. } => {
                if let Some(consumer) = super::consumer::classify(&self.facts, e) {
                    return self.consume(e, &consumer, hint);
                }
                if let Some(tabulated) = super::tabulate::classify(&self.facts, e) {
                    return self.tabulate(&tabulated, e, hint);
                }
                if let Some(mapped) = self.facts.linear_mapped(e) {
                    return self.map_linear(&mapped, e);
                }
                let method = method::classify(&self.facts, recv, &name.to_string(), args);
                self.method(e, method, recv, name, args, hint)
            }
            ExprKind::Call { .. } => self.call(e, hint),
            ExprKind::CallVar(v, args) if self.f.function(*v).is_some() => match self.f.function(*v) {
                Some(function) => self.call_function(e, *v, function, args),
                None => Err(Refused),
            },
            ExprKind::CallVar(v, _) => {
                let name = self.f.vars[v.0 as usize].ident.to_string();
                self.refuse(Kind::LocalCall, e, &[&name])
            }
            ExprKind::CallClosure(v, args, _) => self.call_closure(*v, args, e),
            ExprKind::CallNow(f, args) => self.call_now(f, args, e),
            ExprKind::Closure(closure) => self.closure(e, closure),
            ExprKind::If(c, then, els) => self.branch(e, c, then, els.as_deref(), hint),
            ExprKind::Block(b) if self.is_scope(b) => self.scope(e, b, hint),
            ExprKind::Block(b) => self.block(b, hint),
            ExprKind::Choose(choice) => self.evaluate_choice(choice).map(|()| Val::Unit),
            ExprKind::Taken(choice, k) => self.is_taken(choice, k, e).map(Val::Scalar),
            ExprKind::Bind(choice, k) => self.bind_arm(choice, *k).map(|()| Val::Unit),
            ExprKind::For { .. } | ExprKind::While { .. } | ExprKind::Loop { .. } => self.looped(e, hint),
            ExprKind::Labelled(..) => {
                let joined = self.labelled_block(e, hint)?;
                self.arrive(joined, e)
            }
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
            ExprKind::Return(_) | ExprKind::Break(..) | ExprKind::Continue(_) => {
                self.refuse(Kind::ReturnInside, e, &[])
            }
            // A tail of the type of the result is one that `?` stands on, too.
            ExprKind::Try(inner, _) => match &inner.kind {
                ExprKind::Method { name, .. } => self.refuse_method(inner, name),
                _ => self.refuse(Kind::NotDifferentiated, inner, &["this `Option` or `Result`"]),
            },
            ExprKind::Range { .. } => self.refuse(Kind::NotDifferentiated, e, &["a range"]),
            ExprKind::Unknown("a macro") => {
                let call = crate::parse::as_written(&e.tokens);
                let name = macro_name(&call);
                let instead = match name.as_str() {
                    "dbg" => "the value alone, and `eprintln!(\"{value:?}\")` as a statement of its own",
                    _ => "what the macro stands for, written out; or a function with `#[backprop]`",
                };
                self.refuse_part(Kind::ActiveMacro, e, &call, &[&name, instead])
            }
            ExprKind::Unknown("an `unsafe` block") => self.refuse(Kind::UnsafeBlock, e, &[]),
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
            Val::Next(it) => Ok(self.next_value(it)),
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
            _ => self.refuse(Kind::NotAFloat, e, &[super::arith::CONVERT]),
        }
    }

    /// A value of known scalar type, whatever the tokens say: opaque code gets the type. Integers and
    /// booleans end the flow, so that what makes them is copied even if it reads something active.
    pub(super) fn typed(&mut self, e: &'a Expr, ty: Ty) -> Res<Value> {
        let unknown = self.facts.shape(e).strip().scalar().is_none();
        let v = if unknown && (self.facts.is_copied(e) || self.ends_flow(e, &ty)) {
            self.copy_typed(e, ty.clone())?
        } else {
            let val = self.expr(e, None)?;
            self.scalar_as(val, &ty, e)?
        };
        // The user's code, or a closure of it, of which only its use says what it is.
        if *self.ty(v) == Ty::Opaque {
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
        // A reference to a reference is the same as the inner one.
        let of_reference = matches!(self.facts.shape(a), Shape::Ref(_, t) if t.is_reference());
        match self.expr(a, None)? {
            val if of_reference => Ok(val),
            Val::ScalarRef(v) => Ok(Val::Scalar(v)),
            Val::PlaceRef(p, _) => match &self.func.plc(p).ty {
                PlaceTy::Scalar(_) => self.scalar_of(Val::Place(p), a).map(Val::Scalar),
                _ => Ok(Val::Place(p)),
            },
            Val::TupleRef(vals) => Ok(Val::Tuple(vals)),
            // What is asserted to be a float was a reference to one, or the function would not compile.
            Val::Scalar(v) if matches!(a.kind, ExprKind::Var(x) if self.facts.is_asserted(x)) => {
                Ok(Val::Scalar(v))
            }
            Val::Scalar(v) if matches!(self.ty(v), Ty::Float(_)) => Ok(Val::Scalar(v)),
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
            let val = self.owned(val, e)?;
            vals.push(self.kept_beside(val, es.iter()));
        }
        Ok(Val::Tuple(vals))
    }

    fn field(&mut self, e: &'a Expr, base: &'a Expr, member: &syn::Member) -> Res<Val> {
        let part = |vals: &[Val]| match member {
            syn::Member::Unnamed(i) => vals.get(i.index as usize).cloned(),
            syn::Member::Named(_) => None,
        };
        let named = matches!(member, syn::Member::Named(_));
        let user = Facts::user_type(&self.facts.shape(base)).is_some();
        if self.is_in_memory(base) || user || (named && self.facts.has_members(base)) {
            let loc = self.loc(e)?;
            return self.load(loc);
        }
        match self.expr(base, None)? {
            Val::Tuple(vals) | Val::TupleRef(vals) => part(&vals).ok_or(Refused),
            Val::Never => Ok(Val::Never),
            val => match member {
                // The base is evaluated already: it may be a call.
                syn::Member::Unnamed(i) if val.place().is_some() => {
                    let whole = self.whole(val, e)?;
                    let loc = self.field_of(whole, i.index, e)?;
                    self.load(loc)
                }
                _ => self.refuse(Kind::Field, e, &[]),
            },
        }
    }

    /// The value of a block with statements.
    pub(super) fn block(&mut self, b: &'a Block, hint: Option<&Type>) -> Res<Val> {
        self.stmts(&b.stmts)?;
        match &b.tail {
            _ if self.dead => Ok(Val::Never),
            Some(tail) => self.at_the_end(tail, |s| s.expr(tail, hint)),
            None => Ok(Val::Unit),
        }
    }

    /// The last expression of a block is a statement of its own; so is what stands in an `else`.
    pub(super) fn at_the_end<T>(&mut self, tail: &Expr, f: impl FnOnce(&mut Self) -> T) -> T {
        // Some are made of others, and have no text.
        if tail.tokens.is_empty() {
            return f(self);
        }
        let text = crate::parse::text::one_line(&tail.tokens).into();
        let outside =
            std::mem::replace(&mut self.origin, crate::ir::Origin { span: tail.span, text: Some(text) });
        let out = f(self);
        self.origin = outside;
        out
    }

    /// A block whose value is `()` or dropped.
    pub(super) fn unit_block(&mut self, b: &'a Block) -> Res<()> {
        let mut done = self.stmts(&b.stmts);
        if let (Some(tail), false) = (&b.tail, self.dead) {
            done = self.at_the_end(tail, |s| s.discard(tail)).and(done);
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
}

impl Val {
    /// The place that it is, or refers to.
    pub(super) fn place(&self) -> Option<crate::ir::Place> {
        match self {
            Val::Place(p) | Val::PlaceRef(p, _) => Some(*p),
            _ => None,
        }
    }
}

/// The name of a macro that is called, with its path.
fn macro_name(call: &proc_macro2::TokenStream) -> String {
    let name = call.clone().into_iter().take_while(|token| token.to_string() != "!");
    name.map(|token| token.to_string()).collect()
}
