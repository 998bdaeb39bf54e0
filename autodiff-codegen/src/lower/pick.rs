//! Consumers that give an `Option`, and what becomes of it: `reduce`, `last`, `nth`, `max_by`, `min_by`.

use super::consume::Kept;
use super::consumer::{Consumer, Order, Pick, Unwrap, comparison};
use super::drive::{Around, Iter};
use super::shape::Shape;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, Var};
use crate::ir::{CmpOp, Const, FloatTy, IntOp, Op, OpaqueKind, Read, ReadOf, Ty, Value};

/// What is looked for, and the variables of the compiler's own that the search has.
struct Search<'p, 'a> {
    pick: &'p Pick<'a>,
    f: Option<super::closure::Function<'a>>,
    found: Var,
    kept: Kept,
    /// What is found is referred to.
    by_ref: bool,
    /// How many are left out, and whether to go on.
    left: Option<(Var, Var)>,
    /// All that change.
    vars: Vec<Var>,
}

impl<'a> Lower<'a, '_> {
    pub(super) fn picked(
        &mut self,
        iter: &Iter<'a>,
        consumer: &Consumer<'a>,
        pick: &Pick<'a>,
        unwrap: Option<Unwrap<'a>>,
        e: &'a Expr,
    ) -> Res<Val> {
        let item = self.facts.picked_fact(&consumer.chain, pick);
        let is_ref = item.0.is_reference();
        let start = self.not_found_yet(&item.0, item.1, e)?;
        let none = self.push(Op::Const(Const::Bool(false)), Ty::Bool);
        let found = self.state(Val::Scalar(none), "found");
        let kept = self.kept_apart(start);
        let mut around = Around { assigned: vec![found], going: Vec::new() };
        kept.vars(&mut around.assigned);
        let f = match pick {
            Pick::Reduce(f) => Some(self.passed_function(f)?),
            _ => None,
        };
        if let Some(f) = &f {
            around.assigned.extend(self.assigned_by(f));
        }
        let mut left = None;
        if let Pick::Nth(k) = pick {
            let k = match k {
                Some(k) => self.typed(k, Ty::usize())?,
                None => self.int(0, Ty::usize()),
            };
            let yes = self.push(Op::Const(Const::Bool(true)), Ty::Bool);
            let on = self.state(Val::Scalar(yes), "on");
            let k = self.state(Val::Scalar(k), "left");
            around.assigned.extend([on, k]);
            around.going.push(on);
            left = Some((k, on));
        }
        let search = Search { pick, f, found, kept, by_ref: is_ref, left, vars: around.assigned.clone() };
        self.drive(iter, &around, e, &mut |s, val| s.look_at(&search, val, e))?;
        match unwrap {
            Some(unwrap) => {
                let val = self.unwrapped(found, &search.kept, unwrap, e)?;
                Ok(if is_ref { val.by_reference() } else { val })
            }
            None => {
                let (value, present) = (self.kept(&search.kept)?.by_value(), self.state_value(found));
                Ok(Val::Tuple(vec![value, Val::Scalar(present)]))
            }
        }
    }

    /// Variables for what was found so far, one for each part of a tuple.
    fn kept_apart(&mut self, start: Val) -> Kept {
        match start {
            Val::Tuple(parts) | Val::TupleRef(parts) => {
                Kept::Tuple(parts.into_iter().map(|part| self.kept_apart(part)).collect())
            }
            start => Kept::One(self.state(start, "acc")),
        }
    }

    /// What stands for an item before there is one: numbers that nothing looks at, or memory for a struct.
    fn not_found_yet(&mut self, item: &Shape, tainted: bool, e: &'a Expr) -> Res<Val> {
        if let Shape::Tuple(parts) = item {
            // Which parts of unknown types are floats isn't known.
            let parts = parts.iter().map(|part| self.not_found_yet(part, false, e));
            return Ok(Val::Tuple(parts.collect::<Res<_>>()?));
        }
        if let (Shape::Ref(false, _), Shape::Tuple(parts)) = (item, item.strip()) {
            let parts = parts.iter().map(|part| self.not_found_yet(part, false, e));
            return Ok(Val::TupleRef(parts.collect::<Res<_>>()?));
        }
        let ty = match item.strip() {
            // What would be written through it would be written to a copy.
            Shape::Place(_) if matches!(item, Shape::Ref(true, _)) => {
                return self.refuse(Kind::MutableSearch, e, &[]);
            }
            Shape::Tuple(_) if matches!(item, Shape::Ref(true, _)) => {
                return self.refuse(Kind::MutableSearch, e, &[]);
            }
            Shape::Place(ty) => {
                let place = self.empty_place(ty.to_owned_type());
                self.changing.insert(place);
                return Ok(Val::Place(place));
            }
            Shape::Unknown if tainted && !item.is_reference() => Ty::Float(FloatTy::Unknown),
            other => match other.scalar() {
                Some(ty) => ty,
                None => return self.refuse(Kind::NotAScalar, e, &[]),
            },
        };
        let dummy = self.dummy(&ty);
        Ok(if item.is_reference() { Val::ScalarRef(dummy) } else { Val::Scalar(dummy) })
    }

    /// One more item of any of them.
    fn look_at(&mut self, search: &Search<'_, 'a>, val: Val, e: &'a Expr) -> Res<()> {
        let Search { pick, f, found, kept, by_ref, left, vars } = search;
        let yes = self.push(Op::Const(Const::Bool(true)), Ty::Bool);
        let mut take = |s: &mut Self| {
            s.set_state(*found, yes);
            s.set_kept(kept, val.clone(), e)
        };
        match (pick, left) {
            (Pick::Last, _) => take(self),
            (Pick::Nth(_), Some((left, on))) => {
                let (now, zero, one) =
                    (self.state_value(*left), self.int(0, Ty::usize()), self.int(1, Ty::usize()));
                let here = self.push(Op::Cmp { op: CmpOp::Eq, args: [now, zero] }, Ty::Bool);
                let next = self.int_op(IntOp::WrappingSub, vec![now, one]);
                self.set_state(*left, next);
                self.when(here, vars, e, &mut |s| {
                    s.stop(*on)?;
                    take(s)
                })
            }
            _ => {
                let some = self.state_value(*found);
                let mut better = |s: &mut Self| s.better(pick, f.as_ref(), (kept, *by_ref), val.clone(), e);
                self.choose_between(some, vars, e, &mut better, &mut take)
            }
        }
    }

    /// One more item of a `reduce`, `max_by` or `min_by`.
    pub(super) fn better(
        &mut self,
        pick: &Pick<'a>,
        f: Option<&super::closure::Function<'a>>,
        (kept, by_ref): (&Kept, bool),
        val: Val,
        e: &'a Expr,
    ) -> Res<()> {
        let now = self.kept(kept)?;
        let now = if by_ref { now.by_reference() } else { now };
        match (pick, f) {
            (Pick::Reduce(_), Some(f)) => {
                let new = self.apply(f, vec![now, val], e)?;
                self.set_kept(kept, new, e)
            }
            (Pick::Best(greatest, f), _) => {
                let greater = self.is_greater(f, now, val.clone(), e)?;
                let mut vars = Vec::new();
                kept.vars(&mut vars);
                // Of equal ones the last is the greatest, and the first the least.
                let mut keep = |_: &mut Self| Ok(());
                let mut take = |s: &mut Self| s.set_kept(kept, val.clone(), e);
                match greatest {
                    true => self.choose_between(greater, &vars, e, &mut keep, &mut take),
                    false => self.choose_between(greater, &vars, e, &mut take, &mut keep),
                }
            }
            _ => Err(Refused),
        }
    }

    /// Whether a comparison closure says that the first is greater.
    pub(super) fn is_greater(&mut self, f: &'a Expr, a: Val, b: Val, e: &'a Expr) -> Res<Value> {
        if let Some(path) = super::consumer::total_order(f) {
            let (a, b) = (self.scalar_of(a, e)?, self.scalar_of(b, e)?);
            self.same(a, b);
            return Ok(self.is_greater_by(&quote::quote!(#path), a, b));
        }
        let function = self.passed_function(f)?;
        let args = vec![a.by_reference(), b.by_reference()];
        let mut greater = None;
        self.within_function(&function, args, e, &mut |s, _| {
            let Some((a, b, order)) = comparison(&s.facts, f) else { return Err(Refused) };
            let (a, b) = (s.scalar(a, None)?, s.scalar(b, None)?);
            s.same(a, b);
            if let Order::Total = order {
                greater = Some(s.is_greater_in_total(a, b, e)?);
                return Ok(());
            }
            if let Order::Partial(Some(unwrap)) = order {
                // Whatever is neither below nor not below is not a number.
                let below = s.push(Op::Cmp { op: CmpOp::Lt, args: [a, b] }, Ty::Bool);
                let not = s.push(Op::Cmp { op: CmpOp::Ge, args: [a, b] }, Ty::Bool);
                let either = s.push(Op::Int { op: IntOp::Or, args: vec![below, not] }, Ty::Bool);
                let neither = s.push(Op::Int { op: IntOp::Not, args: vec![either] }, Ty::Bool);
                let code = s.none_code(unwrap);
                s.exit_if(neither, code, e)?;
            }
            greater = Some(s.push(Op::Cmp { op: CmpOp::Gt, args: [a, b] }, Ty::Bool));
            Ok(())
        })?;
        greater.ok_or(Refused)
    }

    /// `a.total_cmp(&b).is_gt()`, as it stands: the order is of bits.
    fn is_greater_in_total(&mut self, a: Value, b: Value, e: &'a Expr) -> Res<Value> {
        let ty = match self.found(a) {
            Ty::Float(FloatTy::F64) => quote::quote!(::core::primitive::f64),
            Ty::Float(FloatTy::F32) => quote::quote!(::core::primitive::f32),
            _ => return self.refuse(Kind::NotAFloat, e, &[super::arith::CONVERT]),
        };
        Ok(self.is_greater_by(&quote::quote!(#ty::total_cmp), a, b))
    }

    /// Whether a function says that the first is greater.
    fn is_greater_by(&mut self, order: &proc_macro2::TokenStream, a: Value, b: Value) -> Value {
        let (x, y) = (self.made_up("a"), self.made_up("b"));
        let code = quote::quote_spanned!(x.span()=> #order(&#x, &#y).is_gt());
        let read = |ident, v| Read { ident, source: ReadOf::Value(v) };
        let reads = vec![read(x, a), read(y, b)];
        self.push(Op::opaque(OpaqueKind::Expr(code), reads), Ty::Bool)
    }

    /// What `unwrap` or `expect` of a `None` does.
    pub(super) fn none_code(&self, unwrap: Unwrap<'a>) -> proc_macro2::TokenStream {
        match unwrap {
            Unwrap::Expect(text) => {
                let text = &text.tokens;
                self.failing(text)
            }
            _ => self.failing(&quote::quote!("called `Option::unwrap()` on a `None` value")),
        }
    }

    pub(super) fn unwrapped(&mut self, found: Var, kept: &Kept, unwrap: Unwrap<'a>, e: &'a Expr) -> Res<Val> {
        let some = self.state_value(found);
        match unwrap {
            Unwrap::Or(x) => {
                let other = self.expr(x, None)?;
                let mut vars = Vec::new();
                kept.vars(&mut vars);
                self.choose_between(some, &vars, e, &mut |_| Ok(()), &mut |s| {
                    s.set_kept(kept, other.clone(), x)
                })?;
            }
            unwrap => {
                let none = self.push(Op::Int { op: IntOp::Not, args: vec![some] }, Ty::Bool);
                let code = self.none_code(unwrap);
                self.exit_if(none, code, e)?;
            }
        }
        self.kept(kept)
    }
}
