//! Methods: which ones are understood, and what they become.

use super::data::Data;
use super::facts::Facts;
use super::receiver::Receiver;
use super::shape::Shape;
use super::types::Node;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Type};
use crate::ir::{Arg, Callee, CmpOp, Const, FloatTy, Init, IntOp, Len, Mode, Op, PlaceTy, Ty, Value};
use crate::known::Lent;
use crate::known::Receiver as Known;
use crate::rules::{self, RuleId};
use quote::quote;

/// A method call, as far as its receiver's shape tells.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Method {
    /// An operation of the table.
    Rule(RuleId),
    /// `x.sin_cos()`: two operations.
    SinCos,
    /// On integers.
    Int(IntOp),
    /// `a.len()`
    Len,
    /// `a.is_empty()`
    IsEmpty,
    /// `a.clone()`, `x.clone()`
    Clone,
    /// `a.to_vec()`
    ToVec,
    /// `a.as_slice()`
    AsSlice,
    /// A method of a passive value of unknown type that is given active values: it has to be annotated.
    User,
    /// What changes an array, slice or `Vec`, or takes it apart.
    Data(Data),
    /// `unwrap`, `expect` or `unwrap_or` on `a.first()` and its kin.
    Picked,
    /// `s.try_into().unwrap()`: a slice into an array.
    IntoArray,
    /// `a.partial_cmp(&b)`, `a.total_cmp(&b)`: copied; comparisons end the flow.
    Compare,
    /// Anything else.
    Other,
}

/// Methods of `std`'s containers, cells, options and iterators, which have no derivative of their own: on a value of
/// unknown type they are most likely those.
const OF_STD: [&str; 48] = [
    "add",
    "all",
    "and",
    "and_then",
    "any",
    "append",
    "borrow_mut",
    "chain",
    "clone_from",
    "cmp",
    "contains",
    "entry",
    "eq",
    "expect",
    "extend",
    "fill",
    "filter",
    "find",
    "fold",
    "for_each",
    "get",
    "get_mut",
    "insert",
    "iter",
    "map",
    "map_or",
    "or",
    "or_insert",
    "partial_cmp",
    "position",
    "push",
    "push_back",
    "push_front",
    "replace",
    "resize",
    "rposition",
    "send",
    "set",
    "set_value",
    "splice",
    "store",
    "sub",
    "swap",
    "take",
    "then_some",
    "unwrap_or",
    "write",
    "zip",
];

/// Further ones, which only what active values flow into is asked for.
const OF_ACTIVE: [&str; 48] = [
    "as_deref",
    "as_mut",
    "as_mut_slice",
    "as_ref",
    "as_slice",
    "borrow",
    "chunks",
    "chunks_exact",
    "cloned",
    "collect",
    "concat",
    "copied",
    "count",
    "cycle",
    "dedup",
    "drain",
    "enumerate",
    "err",
    "first",
    "flatten",
    "into",
    "into_iter",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "iter_mut",
    "last",
    "map_err",
    "next",
    "next_back",
    "ok",
    "ok_or",
    "ok_or_else",
    "or_else",
    "peek",
    "pop",
    "product",
    "rev",
    "sort_by",
    "split_at",
    "sum",
    "to_owned",
    "to_vec",
    "unwrap",
    "unwrap_or_default",
    "unwrap_or_else",
    "windows",
];

/// Whether a name is that of a method of `std`'s containers, options and iterators.
fn is_of_std(name: &str) -> bool {
    OF_STD.contains(&name) || OF_ACTIVE.contains(&name)
}

/// Classifies a method call. Operations of the table go by name only where the receiver is a float, or
/// where something active flows into it, so that it has to be one.
pub fn classify(facts: &Facts, recv: &Expr, name: &str, args: &[Expr]) -> Method {
    if let Some(data) = super::data::classify(facts, recv, name, args) {
        return Method::Data(data);
    }
    if is_unwrap(name, args) {
        if super::data::picked(facts, recv).is_some_and(|p| name != "unwrap_or" || p.is_number(facts)) {
            return Method::Picked;
        }
        if name != "unwrap_or" && into_array(facts, recv).is_some() {
            return Method::IntoArray;
        }
    }
    let (shape, tainted) = facts.fact(recv);
    let none = args.is_empty();
    match shape.strip() {
        Shape::Float(_) if args.len() == 1 && matches!(name, "partial_cmp" | "total_cmp") => Method::Compare,
        Shape::Float(of) => match facts.f.types.own_method(of, name, args.len() + 1) {
            Some(Some(rule)) => Method::Rule(rule),
            Some(None) => Method::Other,
            None => match (float(name, args.len()), operator(facts, &shape, name, args)) {
                (Method::Other, Some((_, rule))) => Method::Rule(rule),
                (method, _) => method,
            },
        },
        Shape::Unknown if tainted || args.iter().any(|a| facts.tainted(a)) => match float(name, args.len()) {
            Method::Clone if tainted && is_place(recv) => Method::Clone,
            _ if tainted && none && name == "len" && is_place(recv) => Method::Len,
            _ if tainted && none && name == "is_empty" && is_place(recv) => Method::IsEmpty,
            Method::Clone => Method::Other,
            Method::Other if !tainted && is_user_method(facts, recv, name, args) => Method::User,
            Method::Other if tainted && may_be_user(recv) && !is_of_std(name) => Method::User,
            m => m,
        },
        Shape::Int(_) if args.len() == 1 => match name {
            "min" => Method::Int(IntOp::Min),
            "max" => Method::Int(IntOp::Max),
            "saturating_sub" => Method::Int(IntOp::SaturatingSub),
            "wrapping_sub" => Method::Int(IntOp::WrappingSub),
            "wrapping_add" => Method::Int(IntOp::WrappingAdd),
            _ => Method::Other,
        },
        Shape::Int(_) | Shape::Bool if none && name == "clone" => Method::Clone,
        Shape::Place(PlaceTy::User(_)) if none && name == "clone" => Method::Clone,
        Shape::Place(PlaceTy::User(_)) => Method::User,
        Shape::Place(_) if none => match name {
            "len" => Method::Len,
            "is_empty" => Method::IsEmpty,
            "clone" => Method::Clone,
            "to_vec" | "to_owned" | "into_vec" => Method::ToVec,
            "as_slice" | "as_ref" => Method::AsSlice,
            _ => Method::Other,
        },
        _ => Method::Other,
    }
}

/// What may be a struct of the user's: a variable, a part of one, what a call returned.
fn may_be_user(e: &Expr) -> bool {
    is_place(e) || matches!(e.kind, ExprKind::Call { .. } | ExprKind::Struct { .. })
}

/// A variable, or a part of one.
fn is_place(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Var(_) => true,
        ExprKind::Field(a, _) | ExprKind::Index(a, _) | ExprKind::Deref(a) | ExprKind::Ref(_, a) => {
            is_place(a)
        }
        _ => false,
    }
}

/// `unwrap()`, `expect("…")`, `unwrap_or(x)`
fn is_unwrap(name: &str, args: &[Expr]) -> bool {
    match (name, args) {
        ("unwrap", []) | ("unwrap_or", [_]) => true,
        ("expect", [text]) => matches!(text.kind, ExprKind::Lit(syn::Lit::Str(_))),
        _ => false,
    }
}

/// The slice that `s.try_into()` makes an array of.
fn into_array<'a>(facts: &Facts, e: &'a Expr) -> Option<&'a Expr> {
    let ExprKind::Method { recv, name, args, .. } = &e.kind else { return None };
    let fixed = facts.shape(recv).strip().place().is_some_and(|t| t.elem().is_some_and(PlaceTy::is_fixed));
    (name == "try_into" && args.is_empty() && fixed).then_some(recv)
}

fn float(name: &str, args: usize) -> Method {
    match (rules::by_method(name, args + 1), name) {
        (Some(rule), _) => Method::Rule(rule),
        (None, "sin_cos") if args == 0 => Method::SinCos,
        (None, "clone" | "to_owned") if args == 0 => Method::Clone,
        _ => Method::Other,
    }
}

/// The operator that is called as a method, and its trait: `x.add(y)`. The receiver is a float for certain, of a type that is
/// named, or a reference to one, since rustc is asked about that type (`own_methods`); so are the operands.
pub(super) fn operator(
    facts: &Facts,
    recv: &Shape,
    name: &str,
    args: &[Expr],
) -> Option<(&'static str, RuleId)> {
    let (of, _, operands) = crate::operators::TRAITS.into_iter().find(|(_, method, _)| *method == name)?;
    let value = |shape: &Shape| match shape {
        Shape::Ref(false, inner) => matches!(**inner, Shape::Float(_)),
        other => matches!(other, Shape::Float(_)),
    };
    let named = matches!(recv.strip(), Shape::Float(FloatTy::F32 | FloatTy::F64));
    let all = value(recv) && args.iter().all(|a| value(&facts.shape(a)));
    let rule = match args {
        [] => rules::NEG,
        _ => rules::by_binary(super::operator::operation(of)?)?,
    };
    (named && all && operands == args.len() + 1 && !of.ends_with("Assign")).then_some((of, rule))
}

/// The shape of the result.
pub fn shape(facts: &Facts, recv: &Expr, method: Method) -> Shape {
    let of = facts.shape(recv);
    let float = || match of.strip() {
        Shape::Float(f) => Shape::Float(f.clone()),
        _ => Shape::Float(FloatTy::Unknown),
    };
    match method {
        Method::Rule(rule) => match rule.get().result {
            rules::Kind::Float => float(),
            rules::Kind::Int => Shape::Int(None),
            rules::Kind::Bool => Shape::Bool,
        },
        Method::SinCos => Shape::Tuple(vec![float(), float()]),
        Method::Int(_) => of.strip().clone(),
        Method::Len => Shape::Int(Some("usize".into())),
        Method::IsEmpty => Shape::Bool,
        Method::Clone => match of.strip() {
            // A slice behind a reference can't be cloned: the reference is.
            Shape::Place(crate::ir::PlaceTy::Slice(_)) => of,
            s => s.clone(),
        },
        Method::ToVec => match of.strip() {
            Shape::Place(t) => t
                .elem()
                .map_or(Shape::Unknown, |t| Shape::Place(crate::ir::PlaceTy::Vec(Box::new(t.clone())))),
            _ => Shape::Unknown,
        },
        Method::AsSlice => match of.strip() {
            Shape::Place(t) => t.elem().map_or(Shape::Unknown, |t| {
                Shape::Ref(false, Box::new(Shape::Place(crate::ir::PlaceTy::Slice(Box::new(t.clone())))))
            }),
            _ => Shape::Unknown,
        },
        Method::Data(data) => data.shape(facts, recv),
        Method::Picked => super::data::picked(facts, recv).map_or(Shape::Unknown, |p| p.shape(facts)),
        // The type of the array is what the context asks for.
        Method::IntoArray | Method::Compare | Method::User | Method::Other => Shape::Unknown,
    }
}

/// Whether a call is that of a method of a user's type, as far as one can tell: on something that has a name.
fn is_user_method(facts: &Facts, recv: &Expr, name: &str, args: &[Expr]) -> bool {
    let place = |e: &Expr| {
        matches!(
            e.kind,
            ExprKind::Var(_)
                | ExprKind::Path(_)
                | ExprKind::Field(..)
                | ExprKind::Index(..)
                | ExprKind::Deref(_)
                | ExprKind::Ref(..)
                | ExprKind::Lit(_)
        )
    };
    let closure = |e: &Expr| matches!(e.kind, ExprKind::Closure(_) | ExprKind::Unknown(_));
    (is_part(recv) || facts.makes_value(recv) || !super::walk::any(recv, &|e| !place(e)))
        && !OF_STD.contains(&name)
        && !args.iter().any(closure)
}

impl<'a> Lower<'a, '_> {
    pub(super) fn method(
        &mut self,
        e: &'a Expr,
        method: Method,
        recv: &'a Expr,
        name: &syn::Ident,
        args: &'a [Expr],
        hint: Option<&Type>,
    ) -> Res<Val> {
        match method {
            Method::Rule(rule) => {
                let operands: Vec<&Expr> = std::iter::once(recv).chain(args).collect();
                self.rule(rule, &operands, None)
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
            Method::User => self.user_method(e, recv, (name, args), hint, None),
            Method::Data(data) => self.data(e, data, recv, args),
            Method::Picked => self.taken_out(e, recv, name, args),
            Method::IntoArray => self.array_of_slice(e, recv, hint),
            Method::Compare | Method::Other => {
                // In a chain of iterators, the first one that is not understood.
                let at = super::chain::blamed(&self.facts, e);
                let name = if let ExprKind::Method { name, .. } = &at.kind { name } else { name };
                if let ExprKind::Method { recv, args, .. } = &at.kind
                    && let Shape::Float(of) = self.facts.shape(recv).strip()
                    && self.f.types.own_method(of, &name.to_string(), args.len() + 1).is_some()
                {
                    return self.refuse_part(Kind::UnreadMethod, at, &quote!(#name), &[&name.to_string()]);
                }
                self.refuse_method(at, name)
            }
        }
    }

    /// A method that is not understood, at its name.
    pub(super) fn refuse_method<T>(&mut self, e: &Expr, name: &syn::Ident) -> Res<T> {
        let text = name.to_string();
        self.refuse_part(Kind::UnknownMethod, e, &quote!(#name), &[&text, instead_of(&text)])
    }

    /// A method that has to be annotated, called on something passive.
    pub(super) fn user_method(
        &mut self,
        e: &'a Expr,
        recv: &'a Expr,
        (name, args): (&syn::Ident, &'a [Expr]),
        hint: Option<&Type>,
        taken: Option<crate::ir::Taken>,
    ) -> Res<Val> {
        if self.facts.linear_of(recv).is_some() {
            return self.linear_method(e, recv, (name, args), taken);
        }
        let ExprKind::Method { turbofish, .. } = &e.kind else { return Err(super::Refused) };
        let own = matches!(&recv.kind, ExprKind::Var(v) if self.f.vars[v.0 as usize].ident == "self");
        if let Some(why) = self.facts.left_out_method(&name.to_string()).filter(|_| own) {
            let why = why.to_string();
            return self.refuse(Kind::LeftOut, e, &[&name.to_string(), &why]);
        }
        if e.escapes {
            return self.refuse(Kind::Escape, e, &[]);
        }
        if self.facts.tainted(recv) {
            let of = self.facts.static_type(recv);
            if of.is_some_and(|of| self.f.types.known.hands_out(&of, &name.to_string())) {
                return self.refuse_part(Kind::HandedOut, e, &quote!(#name), &[&name.to_string()]);
            }
            return self.active_method(e, recv, (name, args), hint, taken);
        }
        let stays = super::walk::root(recv).is_none_or(|v| self.stays(v));
        let fixed = stays && super::callee::is_fixed(self.f, recv);
        let of = self.facts.static_type(recv);
        let lent = of.and_then(|of| self.f.types.known.lent_to_method(&of, &name.to_string()));
        // A copy is read in place of what may be another one by then, so that the method must not change it.
        let reads = match (&lent, super::walk::root(recv)) {
            (Some(lent), _) => lent.first() == Some(&Lent::Receiver),
            (None, Some(v)) => {
                let info = &self.f.vars[v.0 as usize];
                !info.mutable
                    && !matches!(info.ty, Some(syn::Type::Reference(ref r)) if r.mutability.is_some())
            }
            (None, None) => false,
        };
        if !(fixed || reads && (is_part(recv) || self.facts.makes_value(recv))) {
            return self.refuse(Kind::ChangingReceiver, recv, &[&name.to_string()]);
        }
        let receiver = Receiver::of(self.f, recv);
        if receiver == Receiver::OfTrait {
            return self.refuse_part(Kind::TraitMethod, e, &quote!(#name), &[&name.to_string()]);
        }
        let harmless = self.harmless(e, name, None)?;
        let mut all = Vec::new();
        if fixed {
            let reads = self.copied_reads(recv)?;
            let tokens = &recv.tokens;
            let code = if receiver == Receiver::Reference { quote!((*#tokens)) } else { tokens.clone() };
            all.push(Arg::passive(code, reads, true));
        } else {
            all.push(self.copy_of_receiver(recv)?);
        }
        all.extend(self.args(args, lent.as_ref().and_then(|lent| lent.get(1..)))?);
        if self.dead {
            return Ok(Val::Never);
        }
        Self::lend_for_reading(&mut all, lent.as_deref());
        let mut path = syn::Path::from(name.clone());
        if let (Some(last), Some(turbofish)) = (path.segments.last_mut(), turbofish) {
            last.arguments = syn::parse2(turbofish.clone())
                .map_or(syn::PathArguments::None, syn::PathArguments::AngleBracketed);
        }
        let bare = taken.is_none();
        let apart = taken.as_ref().is_some_and(|t| t.ending.is_apart());
        let callee = Callee { method: true, taken, harmless, ..Callee::new(path) };
        // What is known of a result is known of the whole, `Option` or `Result` included.
        let whole = bare == self.f.wrap.is_none() && !apart;
        let ret = (own && whole && *name == self.f.sig.ident).then_some(&self.f.ret);
        let known = self.facts.method_result(recv, &name.to_string()).filter(|_| bare);
        Ok(self.emit_call(callee, all, ret.or(known.as_ref()).or(hint)))
    }

    /// The same on something that derivatives flow through. Where the method is in sight, it is called by its path.
    fn active_method(
        &mut self,
        e: &'a Expr,
        recv: &'a Expr,
        (name, args): (&syn::Ident, &'a [Expr]),
        hint: Option<&Type>,
        taken: Option<crate::ir::Taken>,
    ) -> Res<Val> {
        let ExprKind::Method { turbofish, .. } = &e.kind else { return Err(super::Refused) };
        let text = name.to_string();
        let harmless = self.harmless(e, name, None)?;
        let shape = self.facts.shape(recv);
        let by_path = Facts::user_type(&shape).and_then(|of| {
            let receiver = self.facts.receiver_of(of, &text).filter(|r| *r != Known::Other)?;
            Some((super::user::method_path(of, name, turbofish.as_ref())?, receiver))
        });
        let place = match self.expr(recv, None)? {
            Val::Never => return Ok(Val::Never),
            val => self.whole(val, recv)?.place,
        };
        let (path, mode) = match by_path {
            Some((path, Known::Value)) => (path, Mode::Value),
            Some((path, Known::Mut)) => (path, Mode::Mut),
            Some((path, _)) => (path, Mode::Ref),
            None => {
                let turbofish = turbofish.as_ref().and_then(|t| syn::parse2(t.clone()).ok());
                let mut path = syn::Path::from(name.clone());
                if let (Some(last), Some(turbofish)) = (path.segments.last_mut(), turbofish) {
                    last.arguments = syn::PathArguments::AngleBracketed(turbofish);
                }
                (path, Mode::Ref)
            }
        };
        let place = if mode == Mode::Mut { place } else { self.kept_place_beside(place, args.iter()) };
        if mode == Mode::Mut {
            self.written(place);
        }
        let mut all = vec![Arg::Place(place, mode)];
        let of = self.facts.receiver_type(recv);
        let lent = of.and_then(|of| self.f.types.known.lent_to_method(&of, &text));
        all.extend(self.args(args, lent.as_ref().and_then(|lent| lent.get(1..)))?);
        if self.dead {
            return Ok(Val::Never);
        }
        Self::lend_for_reading(&mut all, lent.as_deref());
        let bare = taken.is_none();
        let method = path.segments.len() == 1;
        let known = self.facts.method_result(recv, &text).filter(|_| bare);
        let callee = Callee { method, taken, harmless, ..Callee::new(path) };
        Ok(self.emit_call(callee, all, known.as_ref().or(hint)))
    }

    /// Whether a variable is still there, as it is, when the reverse pass wants it: a parameter, or a local of the
    /// outermost block that is no reference.
    pub(super) fn stays(&self, v: crate::hir::Var) -> bool {
        let declared = self.f.vars[v.0 as usize].ty.as_ref();
        let by_mut = matches!(declared, Some(syn::Type::Reference(r)) if r.mutability.is_some());
        let binds = |p: &crate::hir::Pat| matches!(p.kind, crate::hir::PatKind::Var(bound) if bound == v);
        if self.f.params.iter().any(|p| binds(&p.pat)) {
            return !by_mut;
        }
        self.f.body.stmts.iter().any(|s| match &s.kind {
            crate::hir::StmtKind::Let { pat, init: Some(init), .. } => {
                let reference = matches!(init.kind, ExprKind::Ref(..))
                    || self.facts.shape(init).is_reference()
                    || matches!(declared, Some(syn::Type::Reference(_)));
                binds(pat) && !reference
            }
            _ => false,
        })
    }

    /// `a.first().unwrap()`, `a.last().copied().unwrap_or(0.0)`
    fn taken_out(&mut self, e: &'a Expr, recv: &'a Expr, name: &syn::Ident, args: &'a [Expr]) -> Res<Val> {
        let Some(of) = super::data::picked(&self.facts, recv) else { return Err(Refused) };
        match args {
            [default] if name == "unwrap_or" => self.pick_or(of, default),
            _ => {
                let text = panics_with(args, "called `Option::unwrap()` on a `None` value");
                self.pick(e, of, &text)
            }
        }
    }

    /// `let a: [f64; 3] = s.try_into().unwrap();`
    fn array_of_slice(&mut self, e: &'a Expr, recv: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        let ExprKind::Method { args, .. } = &e.kind else { return Err(Refused) };
        let (Some(slice), Some(Type::Array(_, n)), Some(ty)) =
            (into_array(&self.facts, recv), hint, hint.and_then(super::shape::place_ty))
        else {
            let name = syn::Ident::new("try_into", e.span);
            return self.refuse_method(e, &name);
        };
        let loc = self.loc(slice)?;
        let view = self.view(loc);
        let src = self.as_slice(view);
        let text = match args.is_empty() {
            true => "called `Result::unwrap()` on an `Err` value: TryFromSliceError(())".to_string(),
            false => panics_with(args, "") + ": TryFromSliceError(())",
        };
        let len = self.push(Op::Len(src), Ty::usize());
        let n = match n {
            Len::Known(n) => self.int(*n as i128, Ty::usize()),
            Len::Expr(t) => self.push(Op::Const(Const::Path(t.clone())), Ty::usize()),
        };
        let other = self.compared(CmpOp::Ne, len, n);
        self.panic_if(other, &text);
        let place = self.fresh(ty);
        self.types.unify(&self.func, Node::Place(place), Node::Place(src));
        self.effect(Op::Alloc { place, init: Init::Zeros });
        let dst = self.as_slice(place);
        self.copy_into(dst, src);
        Ok(Val::Place(place))
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
}

/// The text of an `expect`, or what `unwrap` says.
fn panics_with(args: &[Expr], unwrap: &str) -> String {
    match args.first().map(|e| &e.kind) {
        Some(ExprKind::Lit(syn::Lit::Str(text))) => text.value(),
        _ => unwrap.to_string(),
    }
}

/// What to write for a method that is not understood.
fn instead_of(name: &str) -> &'static str {
    match name {
        "peekable" => "`windows(2)` of the slice, or indices",
        "max_by_key" | "min_by_key" => "`max_by` or `min_by`, with the comparison",
        "max" => "`fold(f64::NEG_INFINITY, f64::max)`, or `max_by(f64::total_cmp)`",
        "min" => "`fold(f64::INFINITY, f64::min)`, or `min_by(f64::total_cmp)`",
        "sort" | "sort_unstable" => "`sort_by(f64::total_cmp)`",
        "par_iter" | "into_par_iter" | "par_iter_mut" | "par_chunks" => {
            "`iter()`; threads go around the function, each with a gradient of its own, and the gradients are added up"
        }
        "try_fold" | "try_for_each" => "a loop with `?`",
        "partition" => "`Vec`s: `let (a, b): (Vec<_>, Vec<_>) = …`",
        "array_chunks" | "as_chunks" => "`chunks_exact(n)`",
        "split_mut" => "indices",
        "dedup" | "dedup_by" | "dedup_by_key" | "retain" | "retain_mut" | "drain" | "splice" => {
            "a loop that pushes what is to stay into another `Vec`"
        }
        "push_back" | "push_front" | "pop_front" | "pop_back" => "a `Vec`, with `push`, and indices",
        "to_string" | "to_bits" => {
            "`backprop::stop_gradient(x)` as what it is called on, if it is meant to have no derivative"
        }
        _ => {
            "a loop or arithmetic that does the same, or a function with `#[backprop]`; if the type is not known, a `let` that says it"
        }
    }
}

/// Whether an expression names a variable or a part of one, and what only reads tells which part.
fn is_part(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Var(_) => true,
        ExprKind::Field(base, _) | ExprKind::Deref(base) => is_part(base),
        ExprKind::Index(base, i) => is_part(base) && crate::analysis::only_reads(&i.tokens),
        _ => false,
    }
}
