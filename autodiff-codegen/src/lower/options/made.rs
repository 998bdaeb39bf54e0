//! What gives an `Option`: its value, and whether there is one.

use super::super::closure::Function;
use super::super::facts::Facts;
use super::super::place::Loc;
use super::super::shape::Shape;
use super::super::slot::Slot;
use super::super::{Lower, Refused, Res, Val};
use super::{Method, variant};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Type};
use crate::ir::{Const, Ending, FloatTy, IntOp, Op, PlaceTy, Proj, Ty, Value};
use quote::quote;

impl<'a> Lower<'a, '_> {
    /// Whether an expression that nothing active flows into, or that may be anything, is to be an `Option` that is
    /// followed.
    pub(in super::super) fn asks_for_option(&self, e: &Expr, hint: Option<&Type>) -> bool {
        let asked = hint.is_some_and(|t| matches!(Shape::of(t), Shape::Option(_)));
        if !asked {
            return false;
        }
        let none = matches!(&e.kind, ExprKind::Path(p) if variant(p) == Some("None"));
        let made = none || self.facts.made(e).is_some() || super::failed(e).is_some();
        made && !self.facts.tainted(e)
            || self.facts.wrapped_call(e).is_some()
            || self.facts.is_passive_option(e)
    }

    /// An `Option` as one value.
    pub(in super::super) fn option_value(&mut self, e: &'a Expr) -> Res<Val> {
        let (value, present) = self.option(e)?;
        Ok(Val::Tuple(vec![value, Val::Scalar(present)]))
    }

    /// What is in an `Option`, and whether there is anything. Where it is known that there is nothing, it is
    /// [`Val::Uninit`].
    pub(in super::super) fn option(&mut self, e: &'a Expr) -> Res<(Val, Value)> {
        if self.dead {
            let present = self.value(Ty::Bool, None);
            return Ok((Val::Never, present));
        }
        if let Some((v, item)) = self.facts.asks_next(e) {
            let by_ref = self.facts.payload(e).is_reference();
            let (value, present) = self.next_of(v, &item, e)?;
            return Ok((if by_ref { value.by_reference() } else { value }, present));
        }
        if let Some(element) = self.facts.asks_element(e) {
            return self.element_option(&element, e);
        }
        if let Some((v, change)) = self.facts.exchanges_option(e) {
            return self.exchanged_option(v, change, e);
        }
        if let Some(call) = self.facts.wrapped_call(e) {
            return self.option_of_call(e, call);
        }
        if let Some(x) = self.facts.made(e) {
            let val = self.content(x)?;
            return Ok((val, self.present(true)));
        }
        if let Some((number, to)) = self.facts.converted_option(e) {
            let val = self.converted_content(number, to)?;
            return Ok((val, self.present(true)));
        }
        if let Some(x) = super::failed(e) {
            self.evaluated(x)?;
            return Ok(self.nothing_there());
        }
        if let Some(consumer) = self.facts.picks_from_chain(e) {
            let by_ref = self.facts.payload(e).is_reference();
            return match self.consume(e, &consumer, None)? {
                Val::Tuple(parts) => match &parts[..] {
                    [value, Val::Scalar(present)] => {
                        let value = value.clone();
                        Ok((if by_ref { value.by_reference() } else { value }, *present))
                    }
                    _ => Err(Refused),
                },
                _ => Ok(self.nothing_there()),
            };
        }
        if self.facts.is_passive_option(e) && !matches!(e.kind, ExprKind::Path(_)) {
            return self.imported(e);
        }
        if self.facts.is_foreign_option(e) {
            return self.foreign_option(e);
        }
        match &e.kind {
            ExprKind::Path(p) if variant(p) == Some("None") => Ok(self.nothing_there()),
            ExprKind::Method { .. } => match self.facts.option_method(e) {
                Some((method, recv, args)) => self.derived(e, method, recv, args),
                None => self.refuse(Kind::NotDifferentiated, e, &["this `Option`"]),
            },
            ExprKind::Ref(false, inner) => {
                let (value, present) = self.option(inner)?;
                Ok((value.by_reference(), present))
            }
            ExprKind::Deref(inner) => self.option(inner),
            ExprKind::Var(_)
            | ExprKind::If(..)
            | ExprKind::Block(_)
            | ExprKind::Loop { .. }
            | ExprKind::Labelled(..)
            | ExprKind::Field(..)
            | ExprKind::CallClosure(..)
            | ExprKind::CallNow(..)
                if self.facts.tainted(e) =>
            {
                let hint = Type::Other(quote!(Option<_>));
                let val = self.expr(e, Some(&hint))?;
                self.opened_val(val, e)
            }
            _ => self.refuse(Kind::NotDifferentiated, e, &["this `Option`"]),
        }
    }

    /// What is in the `Option` that a conversion of a float to a float gives.
    pub(super) fn converted_content(&mut self, number: &'a Expr, to: FloatTy) -> Res<Val> {
        let v = self.float(number)?;
        Ok(Val::Scalar(self.push(Op::Cast(v), Ty::Float(to))))
    }

    /// A value that is an `Option`, taken apart.
    fn opened_val(&mut self, val: Val, e: &'a Expr) -> Res<(Val, Value)> {
        let by_ref = matches!(val, Val::TupleRef(_));
        match val {
            Val::Tuple(vals) | Val::TupleRef(vals) => match &vals[..] {
                [value, Val::Scalar(present)] => {
                    let value = value.clone();
                    Ok((if by_ref { value.by_reference() } else { value }, *present))
                }
                _ => Err(Refused),
            },
            Val::Never => Ok(self.nothing_there()),
            Val::Poison => Err(Refused),
            _ => self.refuse(Kind::NotDifferentiated, e, &["this `Option`"]),
        }
    }

    /// What a method makes of an `Option`.
    fn derived(
        &mut self,
        e: &'a Expr,
        method: Method,
        recv: &'a Expr,
        args: &'a [Expr],
    ) -> Res<(Val, Value)> {
        if method == Method::Then {
            return self.then(e, recv, &args[0]);
        }
        let (value, present) = self.option(recv)?;
        if self.dead {
            return Ok((Val::Never, present));
        }
        match method {
            Method::Same => Ok((value, self.without_error(e, present))),
            Method::AsRef => Ok((value.by_reference(), present)),
            Method::Copied => Ok((value.by_value(), present)),
            Method::Map => {
                let shape = self.facts.payload(e);
                let new = self.mapped(&args[0], (value, present), &shape, e)?;
                Ok((new, present))
            }
            Method::AndThen => {
                let payload = self.facts.payload(e);
                let function = self.passed_function(&args[0])?;
                let there = |s: &mut Self| s.applied_option(&function, vec![value], e);
                self.option_or(present, &payload, there, |s| Ok(s.nothing_there()), e)
            }
            Method::Filter => {
                let function = self.passed_function(&args[0])?;
                let lent = value.clone().by_reference();
                let kept = self.truth_of(present, false, |s| s.decided_by(&function, lent, e), e)?;
                Ok((value, kept))
            }
            Method::Or => self.or(e, (value, present), &args[0]),
            Method::And => {
                let (other, also) = self.option(&args[0])?;
                let both = self.push(Op::Int { op: IntOp::And, args: vec![present, also] }, Ty::Bool);
                Ok((other, both))
            }
            Method::Xor => {
                let (other, also) = self.option(&args[0])?;
                let payload = self.facts.payload(e);
                let one = self.push(Op::Int { op: IntOp::Xor, args: vec![present, also] }, Ty::Bool);
                let val = self.value_or(present, &payload, |_| Ok(value), |_| Ok(other), e)?;
                Ok((val, one))
            }
            Method::Zip => {
                let (other, also) = self.option(&args[0])?;
                let both = self.push(Op::Int { op: IntOp::And, args: vec![present, also] }, Ty::Bool);
                Ok((Val::Tuple(vec![value, other]), both))
            }
            Method::OkOr => {
                let lazy = matches!(&e.kind, ExprKind::Method { name, .. } if name == "ok_or_else");
                if lazy {
                    let nothing = |s: &mut Self| s.error_made(&args[0]).map(|()| Val::Unit);
                    self.slot_or(present, &Slot::Unit, |_| Ok(Val::Unit), nothing, e)?;
                } else {
                    self.evaluated(&args[0])?;
                }
                Ok((value, present))
            }
            _ => self.refuse(Kind::NotDifferentiated, e, &["this `Option`"]),
        }
    }

    /// Whether there is anything after `ok()`, which forgets the error.
    fn without_error(&mut self, e: &Expr, present: Value) -> Value {
        match &e.kind {
            ExprKind::Method { name, .. } if name == "ok" && self.rests.contains_key(&present) => {
                self.push(Op::Int { op: IntOp::And, args: vec![present, present] }, Ty::Bool)
            }
            _ => present,
        }
    }

    fn or(&mut self, e: &'a Expr, (value, present): (Val, Value), other: &'a Expr) -> Res<(Val, Value)> {
        let payload = self.facts.payload(e);
        let eager = matches!(&e.kind, ExprKind::Method { name, .. } if name == "or");
        let here = (value, present);
        if eager {
            let other = self.option(other)?;
            return self.option_or(present, &payload, |_| Ok(here), |_| Ok(other), e);
        }
        let function = self.passed_function(other)?;
        let otherwise = |s: &mut Self| {
            if let Function::Path(..) = &function {
                return s.applied_option(&function, Vec::new(), e);
            }
            let mut result = None;
            s.within_error(&function, present, e, &mut |s, closure| {
                result = Some(s.option(&closure.body)?);
                Ok(())
            })?;
            result.ok_or(Refused)
        };
        self.option_or(present, &payload, |_| Ok(here), otherwise, e)
    }

    /// `c.then(|| x)`, `c.then_some(x)`
    fn then(&mut self, e: &'a Expr, c: &'a Expr, x: &'a Expr) -> Res<(Val, Value)> {
        let present = self.condition(c)?;
        let lazy = matches!(&e.kind, ExprKind::Method { name, .. } if name == "then");
        if !lazy {
            return Ok((self.content(x)?, present));
        }
        let shape = self.facts.payload(e);
        let function = self.passed_function(x)?;
        let made = |s: &mut Self| s.apply(&function, Vec::new(), e);
        let val = self.value_or(present, &shape, made, |_| Ok(Val::Uninit), e)?;
        Ok((val, present))
    }

    /// What an `Option` is made of.
    pub(super) fn content(&mut self, x: &'a Expr) -> Res<Val> {
        let shape = self.facts.shape(x);
        if *shape.strip() == Shape::Unknown && self.facts.tainted(x) {
            return self.float(x).map(Val::Scalar);
        }
        // A struct that passive code makes is memory as any other is.
        let hint = shape.to_type().filter(|_| self.facts.is_copied(x));
        let val = self.expr(x, hint.as_ref())?;
        let val = self.owned(val, x)?;
        match val {
            Val::Scalar(v)
                if *self.ty(v) == Ty::Opaque && matches!(shape, Shape::Float(_) | Shape::Unknown) =>
            {
                Ok(Val::Scalar(self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown))))
            }
            val => Ok(val),
        }
    }

    /// An error that nothing looks at: made all the same.
    pub(super) fn evaluated(&mut self, x: &'a Expr) -> Res<()> {
        if matches!(x.kind, ExprKind::Lit(_) | ExprKind::Path(_)) {
            return Ok(());
        }
        if self.facts.writes_tainted(x) {
            return self.refuse(Kind::NotDifferentiated, x, &["an effect in this error"]);
        }
        let reads = self.copied_reads(x)?;
        let tokens = &x.tokens;
        let kind =
            crate::ir::OpaqueKind::Let { pattern: quote!(_), init: quote!(#tokens), declares: Vec::new() };
        self.effect(Op::opaque(kind, reads));
        Ok(())
    }

    /// The same, where a closure makes it.
    fn error_made(&mut self, f: &'a Expr) -> Res<()> {
        if self.facts.writes_tainted(f) {
            return self.refuse(Kind::NotDifferentiated, f, &["an effect in this error"]);
        }
        let reads = self.copied_reads(f)?;
        let tokens = &f.tokens;
        let init = quote!((#tokens)());
        let kind = crate::ir::OpaqueKind::Let { pattern: quote!(_), init, declares: Vec::new() };
        self.effect(Op::opaque(kind, reads));
        Ok(())
    }

    pub(super) fn present(&mut self, value: bool) -> Value {
        self.push(Op::Const(Const::Bool(value)), Ty::Bool)
    }

    pub(super) fn nothing_there(&mut self) -> (Val, Value) {
        (Val::Uninit, self.present(false))
    }

    /// An `Option` of a float that is passive: its parts.
    fn imported(&mut self, e: &'a Expr) -> Res<(Val, Value)> {
        let reads = self.copied_reads(e)?;
        let tokens = &e.tokens;
        let code = |code| crate::ir::OpaqueKind::Expr(code);
        let present = code(quote!(::core::option::Option::is_some(&#tokens)));
        let present = self.push(Op::opaque(present, reads.clone()), Ty::Bool);
        let value = code(quote!(::core::option::Option::unwrap_or_default(#tokens)));
        let value = self.push(Op::opaque(value, reads), Ty::Opaque);
        let ty = match self.facts.payload(e) {
            Shape::Float(ty) => ty,
            _ => FloatTy::Unknown,
        };
        Ok((Val::Scalar(self.push(Op::AssertFloat(value), Ty::Float(ty))), present))
    }

    fn option_of_call(&mut self, e: &'a Expr, call: &'a Expr) -> Res<(Val, Value)> {
        let payload = self.facts.payload(e);
        // What is behind a link such as `as_ref()` is not the struct itself.
        let user = Facts::user_type(&payload).is_some() && !payload.is_reference();
        let ending = if user { Ending::ApartLater } else { Ending::Apart };
        let Val::Place(place) = self.call_and_links(e, call, None, ending)? else {
            return Ok(self.nothing_there());
        };
        self.parts_of_call(place, &payload)
    }

    fn parts_of_call(&mut self, place: crate::ir::Place, payload: &Shape) -> Res<(Val, Value)> {
        let loc = |i| Loc { place, path: vec![Proj::Field(i)], ty: PlaceTy::Unknown };
        let present = self.push(Op::Load { place, path: loc(1).path, again: None }, Ty::Bool);
        let rest = self.new_view(loc(2));
        self.rests.insert(present, rest);
        if let Shape::Float(ty) = payload {
            let value = self.load_scalar(&loc(0));
            self.know(value, &Ty::Float(ty.clone()));
            return Ok((Val::Scalar(value), present));
        }
        let ty = payload.place().filter(|t| !matches!(t, PlaceTy::Slice(_) | PlaceTy::Scalar(_)));
        let ty = ty.unwrap_or(PlaceTy::Unknown);
        let value = self.new_view(Loc { ty, ..loc(0) });
        Ok((Val::Place(value), present))
    }

    // Functions that are passed by value.

    /// A function of what is there.
    pub(super) fn mapped(
        &mut self,
        f: &'a Expr,
        (value, present): (Val, Value),
        shape: &Shape,
        e: &'a Expr,
    ) -> Res<Val> {
        let function = self.passed_function(f)?;
        let there = |s: &mut Self| s.apply(&function, vec![value], e);
        self.value_or(present, shape, there, |_| Ok(Val::Uninit), e)
    }

    /// A function that gives an `Option`.
    fn applied_option(&mut self, f: &Function<'a>, args: Vec<Val>, at: &'a Expr) -> Res<(Val, Value)> {
        if let Function::Path(path, f) = f {
            return match self.apply_path_apart(path, args, f)? {
                Val::Place(place) => self.parts_of_call(place, &Shape::Unknown),
                _ => Ok(self.nothing_there()),
            };
        }
        let mut result = None;
        self.within_function(f, args, at, &mut |s, closure| {
            result = Some(s.option(&closure.body)?);
            Ok(())
        })?;
        result.ok_or(Refused)
    }

    /// What a closure decides.
    pub(super) fn decided_by(&mut self, f: &Function<'a>, arg: Val, e: &'a Expr) -> Res<Value> {
        let val = self.apply_for(f, vec![arg], Some(&Type::Bool), e)?;
        let v = self.scalar_of(val, e)?;
        if *self.ty(v) == Ty::Opaque {
            self.func.values[v.0 as usize].ty = Ty::Bool;
        }
        self.know(v, &Ty::Bool);
        Ok(v)
    }

    // Either.

    /// `if present { a } else { b }`, of values of this shape.
    pub(super) fn value_or(
        &mut self,
        present: Value,
        shape: &Shape,
        a: impl FnOnce(&mut Self) -> Res<Val>,
        b: impl FnOnce(&mut Self) -> Res<Val>,
        e: &'a Expr,
    ) -> Res<Val> {
        let Some(slot) = self.slot_of_shape(shape, true) else {
            return self.refuse(Kind::AggregateBranch, e, &[]);
        };
        self.slot_or(present, &slot, a, b, e)
    }

    fn option_or(
        &mut self,
        present: Value,
        payload: &Shape,
        a: impl FnOnce(&mut Self) -> Res<(Val, Value)>,
        b: impl FnOnce(&mut Self) -> Res<(Val, Value)>,
        e: &'a Expr,
    ) -> Res<(Val, Value)> {
        let Some(slot) = self.slot_of_shape(&Shape::Option(Box::new(payload.clone())), true) else {
            return self.refuse(Kind::AggregateBranch, e, &[]);
        };
        let whole = |(value, present): (Val, Value)| Val::Tuple(vec![value, Val::Scalar(present)]);
        let val = self.slot_or(present, &slot, |s| a(s).map(whole), |s| b(s).map(whole), e)?;
        self.opened_val(val, e)
    }

    /// `if present { a } else { b }`, of `bool`s; without `present`, it is `otherwise`.
    pub(in super::super) fn truth_of(
        &mut self,
        present: Value,
        otherwise: bool,
        a: impl FnOnce(&mut Self) -> Res<Value>,
        e: &'a Expr,
    ) -> Res<Value> {
        let slot = Slot::Scalar(Ty::Bool);
        let there = |s: &mut Self| a(s).map(Val::Scalar);
        let val = self.slot_or(present, &slot, there, |s| Ok(Val::Scalar(s.present(otherwise))), e)?;
        self.scalar_of(val, e)
    }

    pub(super) fn slot_or(
        &mut self,
        present: Value,
        slot: &Slot,
        a: impl FnOnce(&mut Self) -> Res<Val>,
        b: impl FnOnce(&mut Self) -> Res<Val>,
        e: &'a Expr,
    ) -> Res<Val> {
        let vars = self.assigned_within(e);
        let first = self.arm(|s| a(s).and_then(|val| s.brought(slot, val, e)))?;
        let second = self.arm(|s| b(s).and_then(|val| s.brought(slot, val, e)))?;
        self.join(present, vars, first, second, e)
    }

    /// A value in the form that both ways share.
    pub(in super::super) fn brought(&mut self, slot: &Slot, val: Val, e: &'a Expr) -> Res<Val> {
        if self.dead || val == Val::Never {
            return Ok(Val::Never);
        }
        let mut scalars = Vec::new();
        self.put(slot, val, Some(e), &mut scalars)?;
        Ok(slot.filled(&mut scalars.into_iter()))
    }
}
