//! Expressions with jumps in them: what comes after goes with them.
//!
//! The statements after an `if` with a `return`, `break` or `continue` in it move into the arm that goes on. If
//! several arms may go on, the `if` becomes a region of its own, a code says which way it was left, and what
//! follows comes once, after it. So nothing is ever duplicated, and nothing after a jump is evaluated.

use super::branch::arm;
use super::exits::{Exit, Gives, Joined, Yields};
use super::returns::Plan;
use super::shape::Shape;
use super::slot::Slot;
use super::{Facts, Lower, Refused, Res, Val, jumps};
use crate::diagnostics::Kind;
use crate::hir::{BinOp, Block, Expr, ExprKind, Stmt, StmtKind, Type};
use crate::ir::{self, Const, Op, Ty, Value};

/// What comes after an expression, up to the end of the region.
#[derive(Clone, Copy)]
pub(super) struct Rest<'r, 'a> {
    then: Then<'a>,
    stmts: &'a [Stmt],
    tail: Option<&'a Expr>,
    next: Option<&'r Rest<'r, 'a>>,
    /// How many iterators were held before the statement that the value belongs to.
    held: usize,
}

/// What happens to an expression's value.
#[derive(Clone, Copy)]
pub(super) enum Then<'a> {
    Drop,
    /// The `let` that it initialises.
    Bind(&'a Stmt),
    /// It is this operand of an expression.
    Operand(&'a Expr, usize),
    /// It is what a jump hands out.
    Leave(Exit),
    /// It is the condition of a loop with this body, which ends by this way out.
    Round(&'a Block, Exit),
}

impl<'r, 'a> Rest<'r, 'a> {
    /// Nothing but what a value is for, and then `next`.
    fn only(then: Then<'a>, next: Option<&'r Rest<'r, 'a>>) -> Self {
        Rest { then, stmts: &[], tail: None, next, held: usize::MAX }
    }

    /// The rest of an expression after one of its operands.
    pub(super) fn operand(whole: &'a Expr, i: usize, next: Option<&'r Rest<'r, 'a>>) -> Self {
        Rest::only(Then::Operand(whole, i), next)
    }
}

impl<'a> Lower<'a, '_> {
    /// Statements, and whatever comes after them.
    pub(super) fn run(
        &mut self,
        stmts: &'a [Stmt],
        tail: Option<&'a Expr>,
        next: Option<&Rest<'_, 'a>>,
    ) -> Res<Yields> {
        let mut done = Ok(());
        for (i, s) in stmts.iter().enumerate() {
            if self.dead {
                return done.map(|()| None);
            }
            if !jumps::stmt_leaves(s) {
                done = self.stmt(s).and(done);
                continue;
            }
            let outer = self.enter(s);
            let held = self.held.len();
            let rest = |then| Rest { then, stmts: &stmts[i + 1..], tail, next, held };
            let yields = match &s.kind {
                StmtKind::Expr(e) => self.run_expr(e, Some(&rest(Then::Drop))),
                StmtKind::Let { init: Some(e), .. } => self.run_expr(e, Some(&rest(Then::Bind(s)))),
                StmtKind::Let { init: None, .. } => Err(Refused),
            };
            self.origin = outer;
            return done.and(yields);
        }
        let yields = match tail {
            _ if self.dead => Ok(None),
            Some(e) => self.run_any(e, next),
            None => self.resume(Val::Unit, None, next),
        };
        done.and(yields)
    }

    /// An expression, with jumps in it or without, and what comes after it.
    pub(super) fn run_any(&mut self, e: &'a Expr, rest: Option<&Rest<'_, 'a>>) -> Res<Yields> {
        if jumps::leaves(e) { self.run_expr(e, rest) } else { self.run_value(e, rest) }
    }

    /// An expression that is not left by a jump (or of which the operands with jumps have been dealt with),
    /// and what comes after it.
    pub(super) fn run_value(&mut self, e: &'a Expr, rest: Option<&Rest<'_, 'a>>) -> Res<Yields> {
        let Some(rest) = rest else { return self.hand_out_by(Exit::End, e) };
        match rest.then {
            Then::Drop => {
                self.discard(e)?;
                self.resume(Val::Unit, None, Some(rest))
            }
            Then::Bind(s) => {
                let ty = if let StmtKind::Let { ty, .. } = &s.kind { ty.as_ref() } else { None };
                let val = self.expr(e, ty)?;
                self.resume(val, Some(e), Some(rest))
            }
            Then::Operand(..) => {
                let val = self.expr(e, None)?;
                self.resume(val, Some(e), Some(rest))
            }
            Then::Leave(exit) => self.hand_out_by(exit, e),
            Then::Round(..) => {
                let cond = self.condition(e)?;
                self.resume(Val::Scalar(cond), Some(e), Some(rest))
            }
        }
    }

    /// Leaves the region with the value of an expression.
    fn hand_out_by(&mut self, exit: Exit, e: &'a Expr) -> Res<Yields> {
        match self.gives(exit) {
            Gives::Result => self.tail(e),
            Gives::Value(Slot::Unit) => {
                self.discard(e)?;
                self.leave(exit, Val::Unit, None)
            }
            Gives::Value(slot) => {
                let hint = self.type_of_slot(&slot);
                let val = self.expr(e, hint.as_ref())?;
                self.leave(exit, val, Some(e))
            }
        }
    }

    /// The type that a form asks for.
    fn type_of_slot(&self, slot: &Slot) -> Option<Type> {
        match slot {
            Slot::Scalar(ty) => Shape::of_scalar(ty).to_type(),
            Slot::Place(p) | Slot::PlaceRef(p) => Shape::of_place(&self.func.plc(*p).ty).to_type(),
            // `None` says nothing of what it would hold.
            Slot::Option(_) => Shape::Option(Box::new(Shape::Unknown)).to_type(),
            _ => None,
        }
    }

    /// What comes after a value.
    pub(super) fn resume(
        &mut self,
        val: Val,
        e: Option<&'a Expr>,
        rest: Option<&Rest<'_, 'a>>,
    ) -> Res<Yields> {
        if self.dead || val == Val::Never {
            return Ok(None);
        }
        let Some(rest) = rest else { return self.leave(Exit::End, val, e) };
        match rest.then {
            Then::Drop => {}
            Then::Bind(s) => {
                let StmtKind::Let { pat, ty, .. } = &s.kind else { return Err(Refused) };
                let val = match e {
                    Some(e) => self.settled(val, ty.as_ref(), e)?,
                    None => val,
                };
                self.bind_let(pat, val)?;
            }
            Then::Operand(whole, i) => {
                self.set_operand(whole, i, val);
                return self.run_operands(whole, i + 1, rest.next);
            }
            Then::Leave(exit) => return self.leave(exit, val, e),
            Then::Round(body, exit) => {
                let cond = val.scalar().ok_or(Refused)?;
                return self.either(
                    cond,
                    |s| s.run(&body.stmts, body.tail.as_deref(), None),
                    |s| s.leave(exit, Val::Unit, None),
                );
            }
        }
        self.release(rest.held);
        self.run(rest.stmts, rest.tail, rest.next)
    }

    /// The scalars of a result that is not there.
    pub(super) fn dummies(&mut self, plan: &Plan, out: &mut Vec<Value>) {
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

    /// An expression with a jump in it that leads out of it, and what comes after it.
    pub(super) fn run_expr(&mut self, e: &'a Expr, rest: Option<&Rest<'_, 'a>>) -> Res<Yields> {
        if self.dead {
            return Ok(None);
        }
        match &e.kind {
            ExprKind::Return(value) => self.run_jump(Exit::Return, value.as_deref()),
            ExprKind::Break(label, value) => {
                let exit = Exit::Break(self.goal(e, label.as_ref())?);
                self.run_jump(exit, value.as_deref())
            }
            ExprKind::Continue(label) => {
                let exit = Exit::Continue(self.goal(e, label.as_ref())?);
                self.run_jump(exit, None)
            }
            ExprKind::Block(b) if self.is_scope(b) => {
                let goes_on = self.facts.falls_through(b);
                self.split(e, [goes_on, goes_on], rest, |s, rest| s.run_scope(b, rest))
            }
            ExprKind::Block(b) => self.run(&b.stmts, b.tail.as_deref(), rest),
            ExprKind::Labelled(..) => {
                let joined = self.labelled_block(e, self.hint_of(rest))?;
                self.go_on(joined, e, rest)
            }
            ExprKind::If(c, then, els) if self.is_ready(c) => self.run_if(c, then, els.as_deref(), rest, e),
            ExprKind::Binary(BinOp::And, a, b) if self.is_ready(a) => self.run_logic(true, a, b, e, rest),
            ExprKind::Binary(BinOp::Or, a, b) if self.is_ready(a) => self.run_logic(false, a, b, e, rest),
            ExprKind::For { .. } if !self.operands_are_ready(e) => self.run_operands(e, 0, rest),
            ExprKind::For { .. } | ExprKind::While { .. } | ExprKind::Loop { .. } => {
                let joined = self.loop_with_jumps(e, self.hint_of(rest))?;
                self.go_on(joined, e, rest)
            }
            _ => self.run_operands(e, 0, rest),
        }
    }

    /// A block that is a region of its own.
    fn run_scope(&mut self, b: &'a Block, rest: Option<&Rest<'_, 'a>>) -> Res<Yields> {
        let cond = self.taken_always();
        self.either(
            cond,
            |s| s.run(&b.stmts, b.tail.as_deref(), rest),
            |s| {
                s.never_taken();
                Ok(None)
            },
        )
    }

    fn run_jump(&mut self, exit: Exit, value: Option<&'a Expr>) -> Res<Yields> {
        match value {
            None => self.leave(exit, Val::Unit, None),
            Some(value) => self.run_any(value, Some(&Rest::only(Then::Leave(exit), None))),
        }
    }

    /// A round of a loop: its condition, then its body, or the end of the loop.
    pub(super) fn run_round(&mut self, cond: &'a Expr, body: &'a Block, exit: Exit) -> Res<Yields> {
        self.run_any(cond, Some(&Rest::only(Then::Round(body, exit), None)))
    }

    fn run_if(
        &mut self,
        c: &'a Expr,
        then: &'a Block,
        els: Option<&'a Expr>,
        rest: Option<&Rest<'_, 'a>>,
        e: &'a Expr,
    ) -> Res<Yields> {
        let goes_on = match self.ends_before(then, els) {
            true => [true, true],
            false => [self.facts.falls_through(then), els.is_none_or(|e| self.facts.expr_falls_through(e))],
        };
        let cond = self.condition(c)?;
        self.split(e, goes_on, rest, |s, rest| {
            s.either(
                cond,
                |s| s.run(&then.stmts, then.tail.as_deref(), rest),
                |s| match els {
                    Some(e) => s.run_any(e, rest),
                    None => s.resume(Val::Unit, None, rest),
                },
            )
        })
    }

    /// `a && b`, where `b` may leave.
    fn run_logic(
        &mut self,
        and: bool,
        a: &'a Expr,
        b: &'a Expr,
        e: &'a Expr,
        rest: Option<&Rest<'_, 'a>>,
    ) -> Res<Yields> {
        let cond = self.condition(a)?;
        let goes_on = [true, self.facts.expr_falls_through(b)];
        self.split(e, goes_on, rest, |s, rest| {
            let decided = |s: &mut Self| {
                let decided = s.push(Op::Const(Const::Bool(!and)), Ty::Bool);
                s.resume(Val::Scalar(decided), Some(e), rest)
            };
            match and {
                true => s.either(cond, |s| s.run_any(b, rest), decided),
                false => s.either(cond, decided, |s| s.run_any(b, rest)),
            }
        })
    }

    /// Code that splits into ways, of which those may go on for which `goes_on` says so. If at most one does,
    /// `f` gets what comes afterwards along; otherwise what comes afterwards follows once, after all ways.
    pub(super) fn split(
        &mut self,
        e: &'a Expr,
        goes_on: impl IntoIterator<Item = bool>,
        rest: Option<&Rest<'_, 'a>>,
        f: impl FnOnce(&mut Self, Option<&Rest<'_, 'a>>) -> Res<Yields>,
    ) -> Res<Yields> {
        let several = goes_on.into_iter().filter(|goes_on| *goes_on).count() > 1;
        let Some(then) = rest.map(|rest| rest.then).filter(|_| several) else { return f(self, rest) };
        let slot = match then {
            Then::Drop => Slot::Unit,
            _ => self.slot(e, self.hint_of(rest))?,
        };
        let joined = self.joined(e, Vec::new(), slot, |s| f(s, None))?;
        self.go_on(joined, e, rest)
    }

    /// The type that is asked for by what comes after a value.
    fn hint_of<'r>(&self, rest: Option<&Rest<'r, 'a>>) -> Option<&'a Type> {
        match rest.map(|rest| rest.then) {
            Some(Then::Bind(Stmt { kind: StmtKind::Let { ty, .. }, .. })) => ty.as_ref(),
            _ => None,
        }
    }

    /// Runs a region that an expression stands for. What it assigns to has its new values afterwards.
    pub(super) fn joined(
        &mut self,
        e: &'a Expr,
        ends: Vec<Exit>,
        slot: Slot,
        f: impl FnOnce(&mut Self) -> Res<Yields>,
    ) -> Res<Joined> {
        let mut leaving = Vec::new();
        jumps::leaving(e, &mut |jump| leaving.push(jump));
        let vars = self.assigned_within(e);
        let frame = self.frame_of(leaving, Vec::new(), ends, slot, vars)?;
        let before = self.env.clone();
        let (frame, yields) = self.framed(frame, f);
        self.env = before;
        Ok(match yields? {
            Some(yields) => self.received(&frame, yields),
            None => Joined::never(),
        })
    }

    /// `'l: { … }`
    pub(super) fn labelled_block(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Joined> {
        let ExprKind::Labelled(label, b) = &e.kind else { return Err(Refused) };
        let slot = self.slot(e, hint)?;
        let goal = self.enclose(Some(label), false, slot.clone());
        let joined = self.joined(e, vec![Exit::Break(goal)], slot, |s| match s.is_scope(b) {
            true => s.run_scope(b, None),
            false => s.run(&b.stmts, b.tail.as_deref(), None),
        });
        self.enclosing.pop();
        joined
    }

    /// What comes after a region that has been lowered.
    fn go_on(&mut self, joined: Joined, e: &'a Expr, rest: Option<&Rest<'_, 'a>>) -> Res<Yields> {
        if self.dead {
            return Ok(None);
        }
        self.dispatch(joined, &mut |s, val| s.resume(val, Some(e), rest))
    }

    /// The value of a region that nothing leads out of.
    pub(super) fn arrive(&mut self, joined: Joined, e: &'a Expr) -> Res<Val> {
        match joined.value {
            _ if self.dead => Ok(Val::Never),
            _ if !joined.ways.is_empty() => self.refuse(Kind::ReturnInside, e, &[]),
            Some(val) => Ok(val),
            None => {
                self.never();
                Ok(Val::Never)
            }
        }
    }

    /// An `if` whose arms yield what the region at hand hands out.
    pub(super) fn either(
        &mut self,
        cond: Value,
        then: impl FnOnce(&mut Self) -> Res<Yields>,
        els: impl FnOnce(&mut Self) -> Res<Yields>,
    ) -> Res<Yields> {
        let before = self.env.clone();
        let (first, first_dead, a) = self.region(then);
        self.env = before.clone();
        let (second, second_dead, b) = self.region(els);
        self.env = before;
        let (a, b) = (a?, b?);
        self.finish_if(cond, (first, first_dead, a), (second, second_dead, b))
    }

    /// An `if` whose arms yield the same scalars.
    fn finish_if(
        &mut self,
        cond: Value,
        (first, first_dead, a): (Vec<ir::Stmt>, bool, Yields),
        (second, second_dead, b): (Vec<ir::Stmt>, bool, Yields),
    ) -> Res<Yields> {
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
}

impl Facts<'_> {
    /// Whether control can reach the end of a block.
    pub(super) fn falls_through(&self, b: &Block) -> bool {
        self.block_fact(b).0 != Shape::Never
    }

    /// Whether an expression may have a value.
    pub(super) fn expr_falls_through(&self, e: &Expr) -> bool {
        self.shape(e) != Shape::Never
    }
}
