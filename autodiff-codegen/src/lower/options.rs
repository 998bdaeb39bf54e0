//! `Option`s that active values flow into: a float, and whether there is one.
//!
//! Such a value is a tuple of the two in the program. Where there is no float, there is some number in its place,
//! which nothing looks at: every way to the float leads through an `if`.
//!
//! A call whose result is an `Option` or `Result` may be looked into in the same way: `f(x).unwrap_or(0.0)`,
//! `match f(x) { Ok(y) => …, Err(_) => … }`.

use super::facts::Facts;
use super::place::Loc;
use super::shape::Shape;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Pat, PatKind, Type, Var};
use crate::ir::{Const, Ending, FloatTy, IntOp, Op, PlaceTy, Proj, Ty, Value};
use quote::quote;

/// What a method of an `Option` gives.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Method {
    /// `is_some`, `is_ok`
    Is,
    /// `is_none`, `is_err`
    IsNot,
    /// `unwrap`, `expect`
    Unwrap,
    /// `unwrap_or`, `unwrap_or_default`, `unwrap_or_else`
    Or,
    /// `map_or`
    MapOr,
    /// `map`
    Map,
    /// `copied`, `cloned`, `as_ref`: the same
    Same,
}

fn method(name: &str, args: usize) -> Option<Method> {
    Some(match (name, args) {
        ("is_some" | "is_ok", 0) => Method::Is,
        ("is_none" | "is_err", 0) => Method::IsNot,
        ("unwrap", 0) | ("expect", 1) => Method::Unwrap,
        ("unwrap_or" | "unwrap_or_else", 1) | ("unwrap_or_default", 0) => Method::Or,
        ("map_or", 2) => Method::MapOr,
        ("map", 1) => Method::Map,
        ("copied" | "cloned" | "as_ref" | "clone", 0) => Method::Same,
        _ => return None,
    })
}

/// The name of a variant of `Option` or `Result`, by its path.
pub(super) fn variant(path: &syn::Path) -> Option<&'static str> {
    let mut segments = path.segments.iter().rev();
    let last = segments.next()?;
    let std = segments.next().is_none_or(|s| s.ident == "Option" || s.ident == "Result");
    ["Some", "Ok", "None", "Err"].into_iter().find(|name| std && last.ident == name)
}

impl<'a> Facts<'a> {
    /// Whether an expression is an `Option` that is followed.
    pub(super) fn is_option(&self, e: &Expr) -> bool {
        self.wrapped_call(e).is_some() || matches!(self.fact(e), (Shape::Option(_), true))
    }

    /// Whether a variable is an `Option` that is followed.
    pub(super) fn holds_option(&self, v: Var) -> bool {
        self.is_tainted(v) && !self.is_opaque(v) && matches!(self.var(v), Shape::Option(_))
    }

    /// The method of an `Option` that is followed.
    fn option_method<'e>(&self, e: &'e Expr) -> Option<(Method, &'e Expr, &'e [Expr])> {
        let ExprKind::Method { recv, name, args, .. } = &e.kind else { return None };
        let method = method(&name.to_string(), args.len())?;
        (self.taken(e).is_none() && self.is_option(recv)).then_some((method, recv, args))
    }

    /// Whether an expression looks into an `Option` that is followed, or makes one.
    pub(super) fn opens_option(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Try(inner, _) => self.taken(e).is_none() && self.is_option(inner),
            ExprKind::Call { .. } => self.made(e).is_some() && self.tainted(e),
            _ => self.option_method(e).is_some() || self.asks_next(e).is_some(),
        }
    }

    /// `Some(x)`, `Ok(x)`
    fn made<'e>(&self, e: &'e Expr) -> Option<&'e Expr> {
        match &e.kind {
            ExprKind::Call { path, args, qself: false } if matches!(variant(path), Some("Some" | "Ok")) => {
                args.first()
            }
            _ => None,
        }
    }

    /// The shape of an expression that looks into an `Option` or makes one, and whether it may be active.
    pub(super) fn option_fact(&self, e: &Expr) -> Option<(Shape, bool)> {
        if let Some(x) = self.made(e) {
            let (shape, tainted) = self.fact(x);
            return Some((Shape::Option(Box::new(shape.strip().clone())), tainted));
        }
        if let ExprKind::Path(p) = &e.kind {
            return (variant(p) == Some("None")).then(|| (Shape::Option(Box::new(Shape::Unknown)), false));
        }
        if let ExprKind::Try(inner, _) = &e.kind {
            return self.opens_option(e).then(|| (self.payload(inner), true));
        }
        if let Some((_, item)) = self.asks_next(e) {
            return Some((Shape::Option(Box::new(item)), true));
        }
        let (method, recv, args) = self.option_method(e)?;
        let payload = self.payload(recv);
        Some(match method {
            Method::Is | Method::IsNot => (Shape::Bool, false),
            Method::Unwrap => (payload, true),
            Method::Or | Method::MapOr => {
                let other = args.first().map_or(Shape::Unknown, |a| self.shape(a).strip().clone());
                let float = |s: &Shape| matches!(s, Shape::Float(_));
                match (payload, other) {
                    (p, o) if float(&p) && float(&o) => (p.join(o), true),
                    (_, o) if float(&o) => (o, true),
                    (p, _) if float(&p) && method == Method::Or => (p, true),
                    _ => (Shape::Float(FloatTy::Unknown), true),
                }
            }
            Method::Map => {
                let (shape, tainted) = self.applied(&args[0], &[(payload, true)]);
                (Shape::Option(Box::new(shape.strip().clone())), tainted)
            }
            Method::Same => (Shape::Option(Box::new(payload)), true),
        })
    }

    /// The shape of what is in an `Option`.
    pub(super) fn payload(&self, e: &Expr) -> Shape {
        match self.shape(e).strip() {
            Shape::Option(t) => t.strip().clone(),
            _ => Shape::Unknown,
        }
    }

    /// What flows from an `Option` into a closure.
    pub(super) fn option_effects(&mut self, e: &'a Expr) {
        let Some((method, recv, args)) = self.option_method(e) else { return };
        let function = match method {
            Method::Map => &args[0],
            Method::MapOr => &args[1],
            _ => return,
        };
        let payload = self.payload(recv);
        if let Some(closure) = self.closure(function) {
            self.feed(closure, &[(payload, true)]);
        }
    }

    /// Whether a pattern can be matched with an `Option` that is followed.
    pub(super) fn fits_option(&self, p: &Pat, fits: &dyn Fn(&Pat) -> bool) -> bool {
        match &p.kind {
            PatKind::Wild => true,
            PatKind::Variant(path, ps) => match (variant(path), &ps[..]) {
                (Some("Some" | "Ok"), [p]) => fits(p),
                (Some("Err"), [p]) => matches!(p.kind, PatKind::Wild | PatKind::Rest(None)),
                _ => false,
            },
            PatKind::Const(e) => matches!(&e.kind, ExprKind::Path(p) if variant(p) == Some("None")),
            PatKind::Ref(p) => self.fits_option(p, fits),
            _ => false,
        }
    }
}

impl<'a> Lower<'a, '_> {
    /// An expression that looks into an `Option`, or makes one.
    pub(super) fn opened(&mut self, e: &'a Expr) -> Res<Val> {
        if let ExprKind::Try(inner, _) = &e.kind {
            let (value, present) = self.option(inner)?;
            let none = quote!(return ::core::option::Option::None);
            return self.or_exit(value, present, none, Vec::new(), e);
        }
        let Some((method, recv, args)) = self.facts.option_method(e) else {
            let (value, present) = self.option(e)?;
            return Ok(Val::Tuple(vec![Val::Scalar(value), Val::Scalar(present)]));
        };
        match method {
            Method::Is => self.option(recv).map(|(_, present)| Val::Scalar(present)),
            Method::IsNot => {
                let (_, present) = self.option(recv)?;
                Ok(Val::Scalar(self.push(Op::Int { op: IntOp::Not, args: vec![present] }, Ty::Bool)))
            }
            Method::Unwrap => {
                let (value, present) = self.option(recv)?;
                let ExprKind::Method { name, .. } = &e.kind else { return Err(Refused) };
                let mut reads = Vec::new();
                for a in args {
                    reads.extend(self.copied_reads(a)?);
                }
                let tokens = args.iter().map(|a| &a.tokens);
                let never = quote!(::core::option::Option::<::core::convert::Infallible>::None);
                let panic = quote!(match #never.#name(#(#tokens),*) {});
                self.or_exit(value, present, panic, reads, e)
            }
            Method::Or => {
                let (value, present) = self.option(recv)?;
                let eager = matches!(&e.kind, ExprKind::Method { name, .. } if name == "unwrap_or");
                let other = if eager { Some(self.float(&args[0])?) } else { None };
                self.present_or(present, |_| Ok(value), |s| s.instead(other, args, e), e)
            }
            Method::MapOr => {
                let (value, present) = self.option(recv)?;
                let other = self.float(&args[0])?;
                self.present_or(present, |s| s.mapped(&args[1], value, e), |_| Ok(other), e)
            }
            Method::Map | Method::Same => {
                let (value, present) = self.option(e)?;
                Ok(Val::Tuple(vec![Val::Scalar(value), Val::Scalar(present)]))
            }
        }
    }

    /// Whether an expression that nothing active flows into is to be an `Option` that is followed.
    pub(super) fn asks_for_option(&self, e: &Expr, hint: Option<&Type>) -> bool {
        let asked = hint.is_some_and(|t| matches!(Shape::of(t), Shape::Option(_)));
        let none = matches!(&e.kind, ExprKind::Path(p) if variant(p) == Some("None"));
        asked && !self.facts.tainted(e) && (none || self.facts.made(e).is_some())
    }

    /// The float in an `Option`, and whether there is one.
    pub(super) fn option(&mut self, e: &'a Expr) -> Res<(Value, Value)> {
        if self.dead {
            let (v, present) = (self.value(Ty::Float(FloatTy::Unknown), None), self.value(Ty::Bool, None));
            return Ok((v, present));
        }
        if let Some((v, _)) = self.facts.asks_next(e) {
            return self.next_of(v, e);
        }
        if let Some(call) = self.facts.wrapped_call(e) {
            return self.option_of_call(e, call);
        }
        if let Some(x) = self.facts.made(e) {
            let v = self.float(x)?;
            return Ok((v, self.present(true)));
        }
        if let Some(consumer) = self.facts.picks_from_chain(e) {
            return match self.consume(e, &consumer, None)? {
                Val::Tuple(parts) => match parts[..] {
                    [Val::Scalar(value), Val::Scalar(present)] => Ok((value, present)),
                    _ => Err(Refused),
                },
                _ => Ok(self.none()),
            };
        }
        match &e.kind {
            ExprKind::Path(p) if variant(p) == Some("None") => Ok(self.none()),
            ExprKind::Method { recv, .. } => match self.facts.option_method(e) {
                Some((Method::Same, ..)) => self.option(recv),
                Some((Method::Map, _, args)) => {
                    let (value, present) = self.option(recv)?;
                    let new =
                        self.present_or(present, |s| s.mapped(&args[0], value, e), |s| Ok(s.none().0), e)?;
                    Ok((self.scalar_of(new, e)?, present))
                }
                _ => self.refuse(Kind::NotDifferentiated, e, &["this `Option`"]),
            },
            ExprKind::Ref(false, inner) => self.option(inner),
            ExprKind::Var(_) | ExprKind::If(..) | ExprKind::Block(_) if self.facts.tainted(e) => {
                let hint = Type::Other(quote!(Option<_>));
                match self.expr(e, Some(&hint))? {
                    Val::Tuple(vals) | Val::TupleRef(vals) => match vals[..] {
                        [Val::Scalar(v), Val::Scalar(present)] => Ok((v, present)),
                        _ => Err(Refused),
                    },
                    Val::Never => Ok(self.none()),
                    Val::Poison => Err(Refused),
                    _ => self.refuse(Kind::NotDifferentiated, e, &["this `Option`"]),
                }
            }
            _ => self.refuse(Kind::NotDifferentiated, e, &["this `Option`"]),
        }
    }

    fn present(&mut self, value: bool) -> Value {
        self.push(Op::Const(Const::Bool(value)), Ty::Bool)
    }

    pub(super) fn none(&mut self) -> (Value, Value) {
        let zero = Const::Float { value: 0.0, text: "0.0".into() };
        let zero = self.push(Op::Const(zero), Ty::Float(FloatTy::Unknown));
        (zero, self.present(false))
    }

    fn option_of_call(&mut self, e: &'a Expr, call: &'a Expr) -> Res<(Value, Value)> {
        let Val::Place(place) = self.call_and_links(e, call, None, Ending::Apart)? else {
            return Ok(self.none());
        };
        let path = |i| vec![Proj::Field(i)];
        let present = self.push(Op::Load { place, path: path(1), again: None }, Ty::Bool);
        let value = self.load_scalar(&Loc { place, path: path(0), ty: PlaceTy::Unknown });
        Ok((value, present))
    }

    /// The float, if there is one; what doesn't return otherwise.
    fn or_exit(
        &mut self,
        value: Value,
        present: Value,
        code: proc_macro2::TokenStream,
        reads: Vec<crate::ir::Read>,
        e: &'a Expr,
    ) -> Res<Val> {
        let leaving = |s: &mut Self| {
            s.effect(Op::Exit { code, reads });
            s.dead = true;
            Ok(value)
        };
        self.present_or(present, |_| Ok(value), leaving, e)
    }

    /// `if present { a } else { b }`, of floats.
    fn present_or(
        &mut self,
        present: Value,
        a: impl FnOnce(&mut Self) -> Res<Value>,
        b: impl FnOnce(&mut Self) -> Res<Value>,
        e: &'a Expr,
    ) -> Res<Val> {
        let vars = self.assigned_within(e);
        let first = self.arm(|s| a(s).map(Val::Scalar))?;
        let second = self.arm(|s| b(s).map(Val::Scalar))?;
        self.join(present, vars, first, second, e)
    }

    /// What `unwrap_or` and its like give where there is nothing.
    fn instead(&mut self, other: Option<Value>, args: &'a [Expr], e: &'a Expr) -> Res<Value> {
        let (None, [f]) = (other, args) else { return Ok(other.unwrap_or_else(|| self.none().0)) };
        let function = self.passed_function(f)?;
        let parameters = self.facts.closure(f).map_or(0, |c| c.params.len());
        let val = self.apply(&function, vec![Val::Unit; parameters], e)?;
        self.float_of(val, e)
    }

    /// A function of the float.
    fn mapped(&mut self, f: &'a Expr, value: Value, e: &'a Expr) -> Res<Value> {
        let function = self.passed_function(f)?;
        let val = self.apply(&function, vec![Val::Scalar(value)], e)?;
        self.float_of(val, e)
    }

    fn float_of(&mut self, val: Val, e: &'a Expr) -> Res<Value> {
        let v = self.scalar_of(val, e)?;
        match self.ty(v) {
            Ty::Opaque => Ok(self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown))),
            Ty::Float(_) => Ok(v),
            _ => self.refuse(Kind::NotAFloat, e, &[]),
        }
    }

    /// A variable that holds an `Option`, given one.
    pub(super) fn set_option(&mut self, v: Var, e: &'a Expr) -> Res<()> {
        let (value, present) = self.option(e)?;
        if self.dead {
            return Ok(());
        }
        if let Some(Some(Val::Tuple(old))) = self.env.get(v.0 as usize).cloned()
            && let [Val::Scalar(old), _] = old[..]
        {
            self.same(old, value);
        }
        self.bind_var(v, Val::Tuple(vec![Val::Scalar(value), Val::Scalar(present)]))
    }

    /// Whether an arm's pattern, which fits an `Option`, matches one; `None` if it always does.
    pub(super) fn matches_option(&mut self, p: &'a Pat, val: &Val) -> Option<Res<Option<Value>>> {
        let (Val::Tuple(vals) | Val::TupleRef(vals)) = val else { return None };
        let [Val::Scalar(value), Val::Scalar(present)] = vals[..] else { return None };
        let absent = |s: &mut Self| s.push(Op::Int { op: IntOp::Not, args: vec![present] }, Ty::Bool);
        match &p.kind {
            PatKind::Variant(path, ps) if matches!(variant(path), Some("Some" | "Ok")) => {
                let inner = ps.first()?;
                Some(self.both(Some(present), true, |s| s.matches(inner, &Val::Scalar(value))))
            }
            PatKind::Variant(path, _) if variant(path) == Some("Err") => Some(Ok(Some(absent(self)))),
            PatKind::Const(e) if matches!(&e.kind, ExprKind::Path(p) if variant(p) == Some("None")) => {
                Some(Ok(Some(absent(self))))
            }
            _ => None,
        }
    }
}
