//! Loops with jumps: `while`s that carry a code for the way on.
//!
//! A `continue` only skips the rest of the body, so that a `for` stays a `for`. With any other jump, a `for`
//! counts its rounds itself, and a `while` and a `loop` go on as long as the code says so.

use super::branch::arm;
use super::drive::{Do, Piped};
use super::exits::{Exit, Frame, Joined, Yields};
use super::loops::Item;
use super::rounds::{OpenRange, Rounds};
use super::slot::Slot;
use super::{Lower, Refused, Res, Val, jumps, walk};
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, ExprKind, Pat, Type, Var};
use crate::ir::{self, Const, IntOp, Name, Op, Range, Ty, Value};

/// What is tested before each round, beside whether the loop has been left.
pub(super) enum Test<'a> {
    /// Nothing.
    None,
    /// This condition, which changes nothing.
    Cond(&'a Expr),
    /// The count of the rounds.
    Rounds(Rounds),
    /// What a chain of iterators has to be asked, and the number of the first round.
    Ready(super::drive::Ready, Value),
}

/// A region of a loop: its statements, whether it diverges, and what it yields.
type Region = (Vec<ir::Stmt>, bool, Vec<Value>);

impl<'a> Lower<'a, '_> {
    /// A loop with jumps in its body, or with a condition that does more than to look.
    pub(super) fn loop_with_jumps(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Joined> {
        match &e.kind {
            ExprKind::For { iter, body, .. } if self.facts.is_foreign(iter, body) => self.foreign_loop(e),
            ExprKind::For { label, pat, iter, body } => {
                if let Some(range) = OpenRange::of(&self.facts, iter) {
                    let rounds = self.open_rounds(range)?;
                    let goal = self.enclose(label.as_ref(), true, Slot::Unit);
                    let frame = self.loop_frame(e, vec![Exit::Continue(goal)], Vec::new());
                    let joined = frame.and_then(|frame| {
                        self.free_loop(frame, Test::Rounds(rounds), |s, iv| {
                            s.run_item(iv, &Item::Index, pat, body)
                        })
                    });
                    self.enclosing.pop();
                    return Ok(joined?.after(Exit::Break(goal), &Slot::Unit, false));
                }
                if let Some(piped) = self.piped(iter)? {
                    let goal = self.enclose(label.as_ref(), true, Slot::Unit);
                    let frame = self.loop_frame(e, vec![Exit::Continue(goal)], Vec::new());
                    let joined = frame.and_then(|frame| self.piped_loop(frame, piped, pat, body));
                    self.enclosing.pop();
                    return Ok(joined?.after(Exit::Break(goal), &Slot::Unit, true));
                }
                let Some((range, item)) = self.source(pat, iter, body)? else { return Ok(Joined::never()) };
                let goal = self.enclose(label.as_ref(), true, Slot::Unit);
                let frame = self.loop_frame(e, vec![Exit::Continue(goal)], Vec::new());
                let joined = frame.and_then(|frame| match frame.ways() {
                    1 => self.counted_loop(frame, range, item, pat, body),
                    _ => {
                        let rounds = self.rounds(range);
                        self.free_loop(frame, Test::Rounds(rounds), |s, iv| s.run_item(iv, &item, pat, body))
                    }
                });
                self.enclosing.pop();
                Ok(joined?.after(Exit::Break(goal), &Slot::Unit, true))
            }
            ExprKind::While { label, cond, body } => {
                let goal = self.enclose(label.as_ref(), true, Slot::Unit);
                let looks = self.only_looks(cond);
                let more = if looks { Vec::new() } else { vec![Exit::Break(goal)] };
                let frame = self.loop_frame(e, vec![Exit::Continue(goal)], more);
                let joined = frame.and_then(|frame| match looks {
                    true => self.free_loop(frame, Test::Cond(cond), |s, _| {
                        s.run(&body.stmts, body.tail.as_deref(), None)
                    }),
                    false => {
                        self.free_loop(frame, Test::None, |s, _| s.run_round(cond, body, Exit::Break(goal)))
                    }
                });
                self.enclosing.pop();
                Ok(joined?.after(Exit::Break(goal), &Slot::Unit, looks))
            }
            ExprKind::Loop { label, body } => {
                let slot = self.slot(e, hint)?;
                let goal = self.enclose(label.as_ref(), true, slot.clone());
                let frame = self.loop_frame(e, vec![Exit::Continue(goal)], Vec::new());
                let joined = frame.and_then(|frame| {
                    self.free_loop(frame, Test::None, |s, _| s.run(&body.stmts, body.tail.as_deref(), None))
                });
                self.enclosing.pop();
                Ok(joined?.after(Exit::Break(goal), &slot, false))
            }
            _ => Err(Refused),
        }
    }

    /// Whether a loop's condition has no effect that would have to be handed on, and comes to an end.
    pub(super) fn only_looks(&self, cond: &Expr) -> bool {
        let mut changed = Vec::new();
        walk::assigned(cond, &mut changed);
        changed.is_empty()
            && !jumps::leaves(cond)
            && !self.facts.writes_tainted(cond)
            && self.facts.expr_falls_through(cond)
    }

    /// What a round of a loop hands out, with further ways out that are not written as jumps.
    pub(super) fn loop_frame(&mut self, e: &'a Expr, ends: Vec<Exit>, more: Vec<Exit>) -> Res<Frame> {
        let mut leaving = Vec::new();
        match &e.kind {
            ExprKind::While { cond, body, .. } => {
                jumps::leaving(cond, &mut |jump| leaving.push(jump));
                jumps::leaving_block(body, &mut |jump| leaving.push(jump));
            }
            ExprKind::For { body, .. } | ExprKind::Loop { body, .. } => {
                jumps::leaving_block(body, &mut |jump| leaving.push(jump));
            }
            _ => {}
        }
        let vars: Vec<Var> = self.assigned_within(e);
        self.frame_of(leaving, more, ends, Slot::Unit, vars)
    }

    /// One round of a `for`.
    fn run_item(&mut self, iv: Value, item: &Item, pat: &'a Pat, body: &'a Block) -> Res<Yields> {
        if let Item::Piped(id) = item {
            let Piped { base, steps, at } = self.pipes[*id].clone();
            let val = self.item_of(&base, iv, at)?;
            return self.run_piped(&steps, val, at, pat, body);
        }
        let val = self.item(iv, item)?;
        self.bind(pat, val)?;
        self.run(&body.stmts, body.tail.as_deref(), None)
    }

    /// A `for` over a chain of iterators.
    fn piped_loop(&mut self, frame: Frame, piped: Piped<'a>, pat: &'a Pat, body: &'a Block) -> Res<Joined> {
        let id = self.pipes.len();
        let range = match piped.base.is_indexable() && frame.ways() == 1 {
            true => self.range_of(&piped.base).ok(),
            false => None,
        };
        if let Some(range) = range {
            self.pipes.push(piped);
            return self.counted_loop(frame, range, Item::Piped(id), pat, body);
        }
        let ready = self.ready(&piped.base)?;
        let first = self.int(0, Ty::usize());
        let (base, steps, at) = (piped.base.clone(), piped.steps.clone(), piped.at);
        self.free_loop(frame, Test::Ready(ready, first), |s, i| {
            let val = s.item_at(&base, i, at)?;
            s.run_piped(&steps, val, at, pat, body)
        })
    }

    /// One round of a `for`, after what is done to each item.
    fn run_piped(
        &mut self,
        steps: &[Do<'a>],
        val: Val,
        at: &'a Expr,
        pat: &'a Pat,
        body: &'a Block,
    ) -> Res<Yields> {
        match steps.split_first() {
            _ if self.dead => Ok(None),
            Some((Do::Filter(f), rest)) => {
                let val = self.held(val);
                let cond = self.asked(f, &val, at)?;
                self.either(
                    cond,
                    |s| s.run_piped(rest, val, at, pat, body),
                    |s| s.resume(Val::Unit, None, None),
                )
            }
            Some((step, rest)) => {
                let val = self.passed_on(val, step, at)?;
                self.run_piped(rest, val, at, pat, body)
            }
            None => {
                self.bind(pat, val)?;
                self.run(&body.stmts, body.tail.as_deref(), None)
            }
        }
    }

    /// A `for` of which all rounds are run.
    fn counted_loop(
        &mut self,
        frame: Frame,
        range: Range,
        item: Item,
        pat: &'a Pat,
        body: &'a Block,
    ) -> Res<Joined> {
        let (frame, inits) = self.framed(frame, |s| s.leave_with(Exit::End, Vec::new()));
        let inits = inits?;
        let iv = self.version(range.lo);
        let params: Vec<Value> = inits.iter().map(|init| self.version(*init)).collect();
        let (frame, (stmts, dead, yields)) =
            self.round_of(frame, &params, |s| s.run_item(iv, &item, pat, body))?;
        let params = std::iter::once(iv).chain(params).collect();
        let body = ir::Block { params, stmts, yields, diverges: dead };
        let results: Vec<Value> = inits.iter().map(|init| self.version(*init)).collect();
        self.emit(Op::For { range, inits, body }, results.clone());
        Ok(self.received(&frame, results))
    }

    /// A `while` that runs as long as `test` holds and its body comes to its end.
    pub(super) fn free_loop(
        &mut self,
        frame: Frame,
        test: Test<'a>,
        body: impl FnOnce(&mut Self, Value) -> Res<Yields>,
    ) -> Res<Joined> {
        let (frame, carried) = self.framed(frame, |s| s.leave_with(Exit::End, Vec::new()));
        let mut inits = match &test {
            Test::Rounds(rounds) => rounds.inits.clone(),
            Test::Ready(_, first) => vec![*first],
            _ => Vec::new(),
        };
        let counters = inits.len();
        inits.extend(carried?);
        let (frame, cond) = self.test(frame, &test, &inits, counters)?;
        let params: Vec<Value> = inits.iter().map(|init| self.version(*init)).collect();
        let mut next = Vec::new();
        let (frame, (stmts, dead, yields)) = self.round_of(frame, &params[counters..], |s| {
            let iv = match &test {
                Test::Rounds(rounds) => {
                    let (iv, then) = s.round(rounds, &params[..counters]);
                    next = then;
                    iv
                }
                Test::Ready(..) => {
                    let one = s.int(1, Ty::usize());
                    next = vec![s.int_op(IntOp::WrappingAdd, vec![params[0], one])];
                    params[0]
                }
                _ => Value(0),
            };
            body(s, iv)
        })?;
        let yields = if dead { Vec::new() } else { next.into_iter().chain(yields).collect() };
        let body = ir::Block { params, stmts, yields, diverges: dead };
        let results: Vec<Value> = inits.iter().map(|init| self.version(*init)).collect();
        self.name_code(&frame, &results[counters..]);
        self.emit(Op::While { inits, cond, body }, results.clone());
        Ok(self.received(&frame, results[counters..].to_vec()))
    }

    /// A loop's body, which hands out what the frame says.
    fn round_of(
        &mut self,
        frame: Frame,
        params: &[Value],
        f: impl FnOnce(&mut Self) -> Res<Yields>,
    ) -> Res<(Frame, Region)> {
        let before = self.env.clone();
        self.name_code(&frame, params);
        self.received(&frame, params.to_vec());
        let (frame, (stmts, dead, yields)) = self.framed(frame, |s| s.region(f));
        self.env = before;
        let yields = yields?.unwrap_or_default();
        for (p, y) in params.iter().zip(&yields) {
            self.same(*p, *y);
        }
        Ok((frame, (stmts, dead, yields)))
    }

    /// The condition of a loop.
    fn test(
        &mut self,
        frame: Frame,
        test: &Test<'a>,
        inits: &[Value],
        counters: usize,
    ) -> Res<(Frame, ir::Block)> {
        let before = self.env.clone();
        let params: Vec<Value> = inits.iter().map(|init| self.version(*init)).collect();
        self.name_code(&frame, &params[counters..]);
        let code = (frame.ways() > 1).then(|| params[counters]);
        self.received(&frame, params[counters..].to_vec());
        let (stmts, _, value) = self.region(|s| {
            let going = code.map(|code| s.at_end(code));
            match test {
                Test::None => Ok(going.unwrap_or_else(|| s.always())),
                Test::Cond(cond) => s.tested(going, |s| s.condition(cond), Some(cond)),
                Test::Ready(ready, _) => {
                    let round = s.state(super::Val::Scalar(params[0]), "i");
                    s.tested(going, |s| Ok(s.goes_on(ready, round)), None)
                }
                Test::Rounds(rounds) => {
                    let more = s.another_round(rounds, &params[..counters]);
                    Ok(match going {
                        Some(going) => s.int_op(IntOp::And, vec![going, more]),
                        None => more,
                    })
                }
            }
        });
        self.env = before;
        Ok((frame, ir::Block { params, stmts, yields: vec![value?], diverges: false }))
    }

    /// The condition of a `while`, which is not evaluated any more once the loop has been left.
    fn tested(
        &mut self,
        going: Option<Value>,
        test: impl FnOnce(&mut Self) -> Res<Value>,
        cond: Option<&'a Expr>,
    ) -> Res<Value> {
        let (stmts, dead, value) = self.region(test);
        let value = value?;
        if let (true, Some(cond)) = (dead, cond) {
            return self.refuse(Kind::NotDifferentiated, cond, &["a condition that never ends"]);
        }
        let Some(going) = going else {
            self.out.extend(stmts);
            return Ok(value);
        };
        if stmts.iter().all(|s| s.op.effects(&self.func).is_pure()) {
            self.out.extend(stmts);
            return Ok(self.push(Op::Int { op: IntOp::And, args: vec![going, value] }, Ty::Bool));
        }
        let (left, _, no) = self.region(|s| s.push(Op::Const(Const::Bool(false)), Ty::Bool));
        let (then, els) = (arm(stmts, false, vec![value]), arm(left, false, vec![no]));
        Ok(self.push(Op::If { cond: going, then, els }, Ty::Bool))
    }

    /// Calls the code what it is.
    fn name_code(&mut self, frame: &Frame, values: &[Value]) {
        let name = match frame.ways() {
            1 => return,
            2 => "going",
            _ => "way",
        };
        if let Some(code) = values.first() {
            self.name_value(*code, Name::Temp(name.into()));
        }
    }
}
