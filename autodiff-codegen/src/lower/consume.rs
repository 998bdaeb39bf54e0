//! Consumers of iterator chains, lowered: loops that carry what they make.

use super::consumer::{Consumer, What};
use super::drive::{Around, Iter};
use super::facts::Facts;
use super::place::Loc;
use super::shape::Shape;
use super::types::Node;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{BinOp, Expr, Type, Var};
use crate::ir::{Const, FloatTy, IntOp, Op, PlaceTy, Proj, Ty};

/// A value that a loop makes, round by round: a variable of the compiler's own for each of its parts.
#[derive(Clone)]
pub(super) enum Kept {
    One(Var),
    Tuple(Vec<Kept>),
}

impl<'a> Lower<'a, '_> {
    /// The value of a chain with a consumer.
    pub(super) fn consume(&mut self, e: &'a Expr, consumer: &Consumer<'a>, hint: Option<&Type>) -> Res<Val> {
        let done = self.consumed(e, consumer, hint);
        match done {
            Err(Refused) => self.refuse_chain(e),
            done => done,
        }
    }

    pub(super) fn consumed(&mut self, e: &'a Expr, consumer: &Consumer<'a>, hint: Option<&Type>) -> Res<Val> {
        let chain = &consumer.chain;
        self.check_places(chain)?;
        let iter = self.evaluate(chain)?;
        if self.dead {
            return Ok(Val::Never);
        }
        match &consumer.what {
            What::Sum if self.facts.linear_sums(&self.facts.shape(e)) => self.summed_linear(&iter, e),
            What::Sum => self.accumulated(&iter, BinOp::Add, e),
            What::Product => self.accumulated(&iter, BinOp::Mul, e),
            What::Fold(init, f) => self.folded(&iter, init, f, e, hint),
            What::TryFold(init, f) => self.tried(&iter, init, f, e),
            What::ForEach(f) => {
                let f = self.passed_function(f)?;
                let around = Around { assigned: self.assigned_by(&f), going: Vec::new() };
                self.drive(&iter, &around, e, &mut |s, val| s.apply(&f, vec![val], e).map(drop))?;
                Ok(if self.dead { Val::Never } else { Val::Unit })
            }
            What::Collect => self.collected(&iter, e, hint),
            What::Gather => {
                self.refuse(Kind::NotDifferentiated, e, &["this `collect` without `?` or `unwrap`"])
            }
            What::Unzip => self.unzipped(&iter, e),
            What::Partition(f) => self.parted(&iter, f, e),
            What::Retain(recv) => {
                let v = self.growing(recv, e)?;
                let ty = self.func.plc(v).ty.clone();
                let kept = self.grown(&iter, ty, &Around::default(), e, &|_, val| Ok(val))?;
                let Val::Place(kept) = kept else { return Err(Refused) };
                self.types.unify(&self.func, Node::Place(v), Node::Place(kept));
                self.effect(Op::Swap { a: v, b: kept });
                Ok(if self.dead { Val::Never } else { Val::Unit })
            }
            What::Count => self.counted_items(&iter, e),
            What::All(all, f) => self.decided(&iter, *all, f, e),
            What::Option(pick, unwrap) => self.picked(&iter, consumer, pick, *unwrap, e),
        }
    }

    /// `sum()` and `product()`. A sum of floats starts at -0.0, as in `std`.
    pub(super) fn accumulated(&mut self, iter: &Iter<'a>, op: BinOp, e: &'a Expr) -> Res<Val> {
        let ty = self.facts.shape(e).scalar().unwrap_or(Ty::Float(FloatTy::Unknown));
        let start = match (&ty, op) {
            (Ty::Int(_), BinOp::Add) => self.int(0, ty.clone()),
            (Ty::Int(_), _) => self.int(1, ty.clone()),
            (_, BinOp::Add) => self.push(Op::Const(Const::Float { value: -0.0, text: "-0.0".into() }), ty),
            _ => self.push(Op::Const(Const::Float { value: 1.0, text: "1.0".into() }), ty),
        };
        let stem = if op == BinOp::Add { "sum" } else { "product" };
        let acc = self.state(Val::Scalar(start), stem);
        let around = Around { assigned: vec![acc], going: Vec::new() };
        self.drive(iter, &around, e, &mut |s, val| {
            if val == Val::Never {
                return Ok(());
            }
            let x = s.scalar_of(val, e)?;
            let old = s.state_value(acc);
            let new = s.combine(op, (old, e), (x, e), e)?;
            s.set_state(acc, new);
            Ok(())
        })?;
        Ok(Val::Scalar(self.state_value(acc)))
    }

    pub(super) fn folded(
        &mut self,
        iter: &Iter<'a>,
        init: &'a Expr,
        f: &'a Expr,
        e: &'a Expr,
        hint: Option<&Type>,
    ) -> Res<Val> {
        let known = self.facts.shape(e).to_type();
        let start = self.fold_start(init, known.as_ref().or(hint), e)?;
        let f = self.passed_function(f)?;
        let mut assigned = self.assigned_by(&f);
        let acc = self.keep(start);
        acc.vars(&mut assigned);
        let around = Around { assigned, going: Vec::new() };
        self.drive(iter, &around, e, &mut |s, val| {
            let now = s.kept(&acc)?;
            let new = s.apply(&f, vec![now, val], e)?;
            s.set_kept(&acc, new, e)
        })?;
        self.kept(&acc)
    }

    /// `try_fold(init, f)`: what was made up to the first `None`, and whether there was none.
    fn tried(&mut self, iter: &Iter<'a>, init: &'a Expr, f: &'a Expr, e: &'a Expr) -> Res<Val> {
        let known = match self.facts.shape(e) {
            Shape::Option(t) => t.to_type(),
            _ => None,
        };
        let start = self.fold_start(init, known.as_ref(), e)?;
        let f = self.passed_function(f)?;
        let mut assigned = self.assigned_by(&f);
        let acc = self.keep(start);
        acc.vars(&mut assigned);
        let on = self.switch();
        assigned.push(on);
        let around = Around { assigned: assigned.clone(), going: vec![on] };
        self.drive(iter, &around, e, &mut |s, val| {
            let now = s.kept(&acc)?;
            let mut set = |s: &mut Self, val: Val| s.set_kept(&acc, val, e);
            s.optional(&f, vec![now, val], &assigned, e, &mut set, &mut |s| s.stop(on))
        })?;
        let (made, all) = (self.kept(&acc)?, self.state_value(on));
        Ok(Val::Tuple(vec![made, Val::Scalar(all)]))
    }

    /// What a fold begins with.
    fn fold_start(&mut self, init: &'a Expr, known: Option<&Type>, e: &'a Expr) -> Res<Val> {
        let start = self.expr(init, known)?;
        let start = self.owned(start, init)?;
        let start = match start {
            Val::Scalar(v)
                if *self.ty(v) == Ty::Opaque
                    && self.facts.tainted(e)
                    && Facts::user_type(&self.facts.shape(init)).is_none() =>
            {
                Val::Scalar(self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown)))
            }
            Val::Scalar(v) if *self.ty(v) == Ty::Opaque => match Facts::user_type(&self.facts.shape(init)) {
                Some(ty) => Val::Place(self.given_struct(ty.clone(), v)),
                None => Val::Scalar(v),
            },
            start => start,
        };
        Ok(start)
    }

    pub(super) fn keep(&mut self, val: Val) -> Kept {
        match val {
            Val::Tuple(vals) => Kept::Tuple(vals.into_iter().map(|val| self.keep(val)).collect()),
            Val::Place(p) => {
                let p = self.copied(p);
                self.changing.insert(p);
                Kept::One(self.state(Val::Place(p), "acc"))
            }
            val => Kept::One(self.state(val, "acc")),
        }
    }

    pub(super) fn kept(&mut self, kept: &Kept) -> Res<Val> {
        match kept {
            Kept::One(v) => self.env.get(v.0 as usize).cloned().flatten().ok_or(Refused),
            Kept::Tuple(parts) => {
                Ok(Val::Tuple(parts.iter().map(|part| self.kept(part)).collect::<Res<Vec<_>>>()?))
            }
        }
    }

    pub(super) fn set_kept(&mut self, kept: &Kept, val: Val, at: &'a Expr) -> Res<()> {
        match (kept, val) {
            (_, Val::Never) => Ok(()),
            (Kept::Tuple(parts), Val::Tuple(vals) | Val::TupleRef(vals)) if parts.len() == vals.len() => {
                parts.iter().zip(vals).try_for_each(|(part, val)| self.set_kept(part, val, at))
            }
            (Kept::Tuple(parts), Val::Place(p)) if self.func.plc(p).ty == PlaceTy::Unknown => {
                for (i, part) in parts.iter().enumerate() {
                    let path = vec![Proj::Field(i as u32)];
                    let view = self.new_view(Loc { place: p, path, ty: PlaceTy::Unknown });
                    self.set_kept(part, Val::Place(view), at)?;
                }
                Ok(())
            }
            (Kept::One(v), val) => match self.env.get(v.0 as usize).cloned().flatten() {
                Some(Val::Scalar(old) | Val::ScalarRef(old)) => {
                    let is_ref = matches!(self.env[v.0 as usize], Some(Val::ScalarRef(_)));
                    let mut new = self.scalar_of(val, at)?;
                    if *self.ty(new) == Ty::Opaque && self.ty(old).is_float() {
                        new = self.asserted(new, at)?;
                    }
                    self.same(old, new);
                    self.env[v.0 as usize] =
                        Some(if is_ref { Val::ScalarRef(new) } else { Val::Scalar(new) });
                    Ok(())
                }
                Some(Val::Place(dst))
                    if matches!(self.func.plc(dst).ty, PlaceTy::Array(..) | PlaceTy::User(_)) =>
                {
                    let Some(src) = val.place() else { return Err(Refused) };
                    if src != dst {
                        self.replace(dst, src);
                    }
                    Ok(())
                }
                Some(Val::Place(dst)) if matches!(self.func.plc(dst).ty, PlaceTy::Vec(_)) => {
                    let Some(src) = val.place() else { return Err(Refused) };
                    if src == dst {
                        return Ok(());
                    }
                    let src =
                        if self.func.root(src) == self.func.root(dst) { self.vec_of(src)? } else { src };
                    self.empty_vec(dst);
                    self.append_all(dst, src);
                    Ok(())
                }
                Some(Val::Unit) => Ok(()),
                _ => self.refuse(Kind::Reassigned, at, &[]),
            },
            _ => Err(Refused),
        }
    }

    /// `count()`
    pub(super) fn counted_items(&mut self, iter: &Iter<'a>, e: &'a Expr) -> Res<Val> {
        let zero = self.int(0, Ty::usize());
        let n = self.state(Val::Scalar(zero), "count");
        let around = Around { assigned: vec![n], going: Vec::new() };
        self.drive(iter, &around, e, &mut |s, val| {
            s.held(val);
            let (old, one) = (s.state_value(n), s.int(1, Ty::usize()));
            let new = s.int_op(IntOp::Add, vec![old, one]);
            s.set_state(n, new);
            Ok(())
        })?;
        Ok(Val::Scalar(self.state_value(n)))
    }

    /// `all(f)`, `any(f)`: the first that decides is the last that is asked.
    pub(super) fn decided(&mut self, iter: &Iter<'a>, all: bool, f: &'a Expr, e: &'a Expr) -> Res<Val> {
        let f = self.passed_function(f)?;
        let yes = self.push(Op::Const(Const::Bool(true)), Ty::Bool);
        let on = self.state(Val::Scalar(yes), "on");
        let mut around = Around { assigned: vec![on], going: vec![on] };
        around.assigned.extend(self.assigned_by(&f));
        self.drive(iter, &around, e, &mut |s, val| {
            let val = s.apply(&f, vec![val], e)?;
            if val == Val::Never {
                return Ok(());
            }
            let mut v = s.scalar_of(val, e)?;
            if !all {
                v = s.push(Op::Int { op: IntOp::Not, args: vec![v] }, Ty::Bool);
            }
            s.set_state(on, v);
            Ok(())
        })?;
        let v = self.state_value(on);
        Ok(Val::Scalar(match all {
            true => v,
            false => self.push(Op::Int { op: IntOp::Not, args: vec![v] }, Ty::Bool),
        }))
    }
}

impl Kept {
    pub(super) fn vars(&self, out: &mut Vec<Var>) {
        match self {
            Kept::One(v) => out.push(*v),
            Kept::Tuple(parts) => parts.iter().for_each(|part| part.vars(out)),
        }
    }
}
