//! Early returns: normalised into nested `if`s.
//!
//! The statements after an `if` with a `return` in it move into the arm that goes on. If both arms may go
//! on, a flag says whether the function has returned already, so that nothing is ever duplicated.

use super::branch::arm;
use super::returns::{Leave, Plan};
use super::shape::Shape;
use super::{Facts, Lower, Refused, Res, Val, walk};
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, ExprKind, Stmt, StmtKind};
use crate::ir::{self, Const, Op, Ty, Value};

/// What comes after an expression, up to the function's end.
pub(super) struct Rest<'r, 'a> {
    then: Then<'a>,
    stmts: &'a [Stmt],
    tail: Option<&'a Expr>,
    next: Option<&'r Rest<'r, 'a>>,
}

/// What happens to an expression's value.
#[derive(Clone, Copy)]
pub(super) enum Then<'a> {
    Drop,
    /// The `let` that it initialises.
    Bind(&'a Stmt),
    /// The end of a flagged region; whether it hands out a value.
    Fall(bool),
}

impl<'a> Lower<'a, '_> {
    /// Statements, and whatever comes after them: the yields of the block, or none if it diverges.
    pub(super) fn run(
        &mut self,
        stmts: &'a [Stmt],
        tail: Option<&'a Expr>,
        next: Option<&Rest<'_, 'a>>,
    ) -> Res<Option<Vec<Value>>> {
        let mut done = Ok(());
        for (i, s) in stmts.iter().enumerate() {
            if self.dead {
                return done.map(|()| None);
            }
            if !walk::stmt_returns(s) {
                done = self.stmt(s).and(done);
                continue;
            }
            let outer = self.enter(s);
            let rest = |then| Rest { then, stmts: &stmts[i + 1..], tail, next };
            let yields = match &s.kind {
                StmtKind::Expr(e) => self.run_expr(e, Some(&rest(Then::Drop))),
                StmtKind::Let { init: Some(e), els: None, .. } => {
                    self.run_expr(e, Some(&rest(Then::Bind(s))))
                }
                StmtKind::Let { pat, .. } => self.refuse_at(Kind::LetElse, pat.span, &[]),
            };
            self.origin = outer;
            return done.and(yields);
        }
        let yields = match (tail, next) {
            _ if self.dead => Ok(None),
            (Some(e), _) if walk::returns(e) => self.run_expr(e, next),
            (Some(e), None) => self.tail(e),
            (Some(e), Some(rest)) => self.run_value(e, rest),
            (None, rest) => self.resume(Val::Unit, None, rest),
        };
        done.and(yields)
    }

    /// A block's tail without a `return` in it, and what comes after the block.
    fn run_value(&mut self, e: &'a Expr, rest: &Rest<'_, 'a>) -> Res<Option<Vec<Value>>> {
        match rest.then {
            Then::Drop | Then::Fall(false) => {
                self.discard(e)?;
                self.resume(Val::Unit, None, Some(rest))
            }
            Then::Fall(true) => {
                let val = self.expr(e, None)?;
                self.resume(val, Some(e), Some(rest))
            }
            Then::Bind(s) => {
                let ty = if let StmtKind::Let { ty, .. } = &s.kind { ty.as_ref() } else { None };
                let val = self.expr(e, ty)?;
                self.resume(val, Some(e), Some(rest))
            }
        }
    }

    /// What comes after a value.
    fn resume(
        &mut self,
        val: Val,
        e: Option<&'a Expr>,
        rest: Option<&Rest<'_, 'a>>,
    ) -> Res<Option<Vec<Value>>> {
        if self.dead {
            return Ok(None);
        }
        let Some(rest) = rest else { return self.leave_with(val, e) };
        match rest.then {
            Then::Drop => {}
            Then::Fall(has_value) => {
                let plan = self.result.clone();
                let mut dummies = Vec::new();
                self.dummies(&plan, &mut dummies);
                let value = match (has_value, e) {
                    (true, Some(e)) => Some(self.handed_out(val, e)?),
                    _ => None,
                };
                return self.with_flag(false, dummies, value).map(Some);
            }
            Then::Bind(s) => {
                let StmtKind::Let { pat, ty, .. } = &s.kind else { return Err(Refused) };
                let val = match e {
                    Some(e) => self.settled(val, ty.as_ref(), e)?,
                    None => val,
                };
                self.bind(pat, val)?;
            }
        }
        self.run(rest.stmts, rest.tail, rest.next)
    }

    /// Scalars to hand out where the function has not returned: never looked at.
    fn dummies(&mut self, plan: &Plan, out: &mut Vec<Value>) {
        match plan {
            Plan::Unit | Plan::Place(..) => {}
            Plan::Scalar(ty) => out.push(self.dummy(ty)),
            Plan::Tuple(plans) => plans.iter().for_each(|p| self.dummies(p, out)),
        }
    }

    pub(super) fn dummy(&mut self, ty: &Ty) -> Value {
        match ty {
            Ty::Float(_) => {
                let zero = Const::Float { value: 0.0, text: "0.0".into() };
                self.push(Op::Const(zero), ty.clone())
            }
            Ty::Bool => self.push(Op::Const(Const::Bool(false)), Ty::Bool),
            _ => self.int(0, ty.clone()),
        }
    }

    /// The value of a flagged region: a scalar of the type that was announced.
    fn handed_out(&mut self, val: Val, e: &'a Expr) -> Res<Value> {
        let v = self.scalar_of(val, e)?;
        let Leave::Flagged(_, Some(ty)) = self.leave.clone() else { return Ok(v) };
        match self.ty(v) {
            Ty::Opaque if ty.is_float() => Ok(self.push(Op::AssertFloat(v), ty)),
            Ty::Opaque => {
                self.func.values[v.0 as usize].ty = ty;
                Ok(v)
            }
            _ => Ok(v),
        }
    }

    /// An expression with a `return` in it, and what comes after it.
    fn run_expr(&mut self, e: &'a Expr, rest: Option<&Rest<'_, 'a>>) -> Res<Option<Vec<Value>>> {
        match &e.kind {
            ExprKind::Return(None) => self.leave_with(Val::Unit, None),
            ExprKind::Return(Some(value)) if !walk::returns(value) => self.tail(value),
            ExprKind::Block(b) => self.run(&b.stmts, b.tail.as_deref(), rest),
            ExprKind::If(c, then, els) if !walk::returns(c) => self.run_if(c, then, els.as_deref(), rest, e),
            ExprKind::For { .. } | ExprKind::While { .. } | ExprKind::Loop { .. } => {
                let mut at = e;
                walk::each(e, &mut |inner| {
                    if matches!(inner.kind, ExprKind::Return(_)) {
                        at = inner;
                    }
                });
                self.refuse(Kind::ReturnInLoop, at, &[])
            }
            _ => self.refuse(Kind::ReturnInside, e, &[]),
        }
    }

    fn run_if(
        &mut self,
        c: &'a Expr,
        then: &'a Block,
        els: Option<&'a Expr>,
        rest: Option<&Rest<'_, 'a>>,
        e: &'a Expr,
    ) -> Res<Option<Vec<Value>>> {
        let goes_on = self.facts.falls_through(then);
        let else_goes_on = els.is_none_or(|e| self.facts.expr_falls_through(e));
        let cond = self.condition(c)?;
        if goes_on && else_goes_on && rest.is_some() {
            return self.run_flagged(cond, then, els, rest, e);
        }
        let before = self.env.clone();
        let (first, first_dead, a) = self.region(|s| s.run(&then.stmts, then.tail.as_deref(), rest));
        self.env = before.clone();
        let (second, second_dead, b) = self.region(|s| match els {
            Some(e) if walk::returns(e) => s.run_expr(e, rest),
            Some(e) => match rest {
                Some(rest) => s.run_value(e, rest),
                None => s.tail(e),
            },
            None => s.resume(Val::Unit, None, rest),
        });
        self.env = before;
        let (a, b) = (a?, b?);
        self.finish_if(cond, (first, first_dead, a), (second, second_dead, b))
    }

    /// An `if` whose arms yield the same scalars.
    fn finish_if(
        &mut self,
        cond: Value,
        (first, first_dead, a): (Vec<ir::Stmt>, bool, Option<Vec<Value>>),
        (second, second_dead, b): (Vec<ir::Stmt>, bool, Option<Vec<Value>>),
    ) -> Res<Option<Vec<Value>>> {
        let template = match (&a, &b) {
            (Some(a), _) => a.clone(),
            (None, Some(b)) => b.clone(),
            (None, None) => Vec::new(),
        };
        let mut results = Vec::new();
        for (i, v) in template.iter().enumerate() {
            let ty = self.found(*v);
            let r = self.value(ty, None);
            self.same(*v, r);
            if let Some(other) = b.as_ref().and_then(|b| b.get(i)) {
                self.same(*other, r);
            }
            results.push(r);
        }
        let dead = first_dead && second_dead;
        let then = arm(first, first_dead, a.unwrap_or_default());
        let els = arm(second, second_dead, b.unwrap_or_default());
        let op = Op::If { cond, then, els };
        self.emit(op, results.clone());
        self.dead |= dead;
        Ok((!dead).then_some(results))
    }

    /// Both arms may go on: they say so by a flag, and the rest comes once, after them.
    fn run_flagged(
        &mut self,
        cond: Value,
        then: &'a Block,
        els: Option<&'a Expr>,
        rest: Option<&Rest<'_, 'a>>,
        e: &'a Expr,
    ) -> Res<Option<Vec<Value>>> {
        let wanted = match rest.map(|r| r.then) {
            Some(Then::Bind(_) | Then::Fall(true)) => match self.facts.shape(e).scalar() {
                Some(ty) => Some(ty),
                None => return self.refuse(Kind::ReturnInside, e, &[]),
            },
            _ => None,
        };
        let mut vars = self.assigned_here(then, els);
        vars.retain(|v| matches!(self.env[v.0 as usize], Some(Val::Scalar(_) | Val::ScalarRef(_))));
        let fall = Rest { then: Then::Fall(wanted.is_some()), stmts: &[], tail: None, next: None };
        let outer = std::mem::replace(&mut self.leave, Leave::Flagged(vars.clone(), wanted.clone()));
        let before = self.env.clone();
        let (first, first_dead, a) = self.region(|s| s.run(&then.stmts, then.tail.as_deref(), Some(&fall)));
        self.env = before.clone();
        let (second, second_dead, b) = self.region(|s| match els {
            Some(e) if walk::returns(e) => s.run_expr(e, Some(&fall)),
            Some(e) => s.run_value(e, &fall),
            None => s.resume(Val::Unit, None, Some(&fall)),
        });
        self.env = before;
        self.leave = outer;
        let (a, b) = (a?, b?);
        let Some(all) = self.finish_if(cond, (first, first_dead, a), (second, second_dead, b))? else {
            return Ok(None);
        };
        let (all, value) = match wanted {
            Some(_) => (&all[..all.len() - 1], all.last().copied()),
            None => (&all[..], None),
        };
        let (scalars, changed) = all[1..].split_at(all.len() - 1 - vars.len());
        for (v, x) in vars.iter().zip(changed) {
            self.name_value(*x, self.user_name(*v));
            let is_ref = matches!(self.env[v.0 as usize], Some(Val::ScalarRef(_)));
            self.env[v.0 as usize] = Some(if is_ref { Val::ScalarRef(*x) } else { Val::Scalar(*x) });
        }
        let val = value.map_or(Val::Unit, Val::Scalar);
        self.go_on_unless(all[0], scalars.to_vec(), val, e, rest)
    }

    /// The rest of the function, unless it has returned.
    fn go_on_unless(
        &mut self,
        left: Value,
        scalars: Vec<Value>,
        val: Val,
        e: &'a Expr,
        rest: Option<&Rest<'_, 'a>>,
    ) -> Res<Option<Vec<Value>>> {
        let before = self.env.clone();
        let (first, first_dead, a) = self.region(|s| s.with_flag(true, scalars, None));
        let (second, second_dead, b) = self.region(|s| s.resume(val, Some(e), rest));
        self.env = before;
        let (a, b) = (Some(a?), b?);
        self.finish_if(left, (first, first_dead, a), (second, second_dead, b))
    }
}

impl Facts<'_> {
    /// Whether control can reach the end of a block.
    fn falls_through(&self, b: &Block) -> bool {
        let stmts = b.stmts.iter().all(|s| match &s.kind {
            StmtKind::Expr(e) => self.expr_falls_through(e),
            StmtKind::Let { init, .. } => init.as_ref().is_none_or(|e| self.expr_falls_through(e)),
        });
        stmts && b.tail.as_ref().is_none_or(|e| self.expr_falls_through(e))
    }

    fn expr_falls_through(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Return(_) => false,
            ExprKind::Macro(_) => self.shape(e) != Shape::Never,
            ExprKind::Block(b) => self.falls_through(b),
            ExprKind::If(_, then, Some(els)) => self.falls_through(then) || self.expr_falls_through(els),
            _ => true,
        }
    }
}
