//! Iterator chains, run: their parts evaluated in order, and loops that hand their items to a sink.
//!
//! A chain that can be asked for any of its elements becomes one `for` over indices, whatever it consists of.
//! Filters become branches around what follows; what ends a chain early becomes a flag in the condition of a
//! `while`.

use super::chain::Part;
use super::{Lower, Refused, Res, Val, closure::Function};
use crate::hir::{Expr, Var};
use crate::ir::{self, CmpOp, IntOp, Mode, Op, Place, Range, Value};

/// A chain whose sources and arguments have been evaluated.
#[derive(Clone)]
pub(super) enum Iter<'a> {
    /// Integers.
    Ints(Range),
    /// Integers without end.
    From(Value),
    /// The elements of a place.
    Elements(Place, Mode),
    /// Runs of elements; whether they are lent to be changed.
    Parts(Place, Value, Part, bool),
    /// An iterator of opaque code, by number.
    Opaque(usize),
    /// A slice of opaque code, by number.
    Table(usize),
    /// One value, for ever.
    Repeat(Val),
    /// One value, once.
    Once(Val),
    /// Side by side.
    Zip(Box<Iter<'a>>, Box<Iter<'a>>),
    /// One after the other.
    Append(Box<Iter<'a>>, Box<Iter<'a>>),
    /// An adaptor on another one.
    On(Box<Iter<'a>>, Do<'a>),
}

/// An adaptor whose arguments have been evaluated. Variables are states: of a chain that can't be asked for an
/// element by its number, they count.
#[derive(Clone)]
pub(super) enum Do<'a> {
    Map(Function<'a>),
    Inspect(Function<'a>),
    Copied,
    Enumerate,
    /// Of so many elements.
    Rev(Value),
    /// Of so many elements, over and over.
    Cycle(Value),
    Skip(Value),
    Take(Value),
    StepBy(Value),
    Number(Var),
    /// Leaves out as long as the number in the variable is not zero; then it is set to the value, if any.
    LeaveOut(Var, Option<Value>),
    /// As many as the number in the first variable says; the second says whether to go on.
    Limit(Var, Var),
    Filter(Function<'a>),
    /// The variable says whether to go on.
    TakeWhile(Function<'a>, Var),
    /// The variable says whether to leave out.
    SkipWhile(Function<'a>, Var),
    FilterMap(Function<'a>),
    MapWhile(Function<'a>, Var),
    Scan(Function<'a>, Var, Var),
    FlatMap(Function<'a>),
    Flatten,
    /// In the place of each item the value that is kept, which the function makes the next one of, as long as the variable
    /// says that there is one.
    Successors(Function<'a>, super::consume::Kept, Var, bool),
    /// `zip` with what can be asked for any of its elements.
    Beside(Beside<'a>),
}

/// What stands beside each item of a chain that can't be asked for an element by its number.
#[derive(Clone)]
pub(super) struct Beside<'a> {
    pub(super) other: Box<Iter<'a>>,
    /// How many elements it has; without end if nothing is said.
    pub(super) count: Option<Value>,
    /// The number of the next one.
    pub(super) next: Var,
    /// Whether there is a next one.
    pub(super) on: Var,
    /// It stands on the left.
    pub(super) first: bool,
}

/// What a loop carries besides what belongs to it, and on what it depends to go on.
#[derive(Clone, Default)]
pub(super) struct Around {
    pub(super) assigned: Vec<Var>,
    pub(super) going: Vec<Var>,
}

/// A chain that is run by a loop with jumps: something steady, and what is done to each item.
#[derive(Clone)]
pub(super) struct Piped<'a> {
    pub(super) base: Iter<'a>,
    pub(super) steps: Vec<Do<'a>>,
    pub(super) at: &'a Expr,
}

/// A chain that a loop with jumps runs over.
pub(super) enum Pipe<'a> {
    /// Run by the loop itself.
    Steps(Piped<'a>),
    /// Run by a loop of its own making, or by several.
    Whole(Iter<'a>),
}

/// Whether there is one more item.
pub(super) enum Ready {
    /// As long as the number of the round is below this.
    Below(Value),
    /// As long as opaque code has one.
    Opaque(usize),
    /// As long as the flag is set.
    On(Var),
    /// As long as all of these hold, asked in order up to the first that doesn't.
    All(Vec<Ready>),
}

/// What happens to each item.
pub(super) type Sink<'s, 'a, 'e> = dyn FnMut(&mut Lower<'a, 'e>, Val) -> Res<()> + 's;

impl<'a> Iter<'a> {
    pub(super) fn on(self, step: Do<'a>) -> Iter<'a> {
        Iter::On(Box::new(self), step)
    }

    /// Whether it has variables of the compiler's own.
    pub(super) fn has_states(&self) -> bool {
        let mut around = Around::default();
        self.collect(&mut Vec::new(), &mut around);
        !around.assigned.is_empty()
    }

    /// Whether it can be asked for any of its elements.
    pub(super) fn is_indexable(&self) -> bool {
        match self {
            Iter::Append(..) | Iter::Opaque(_) => false,
            Iter::Zip(a, b) => a.is_indexable() && b.is_indexable(),
            Iter::On(inner, step) => {
                let steps = matches!(
                    step,
                    Do::Map(_) | Do::Inspect(_) | Do::Copied | Do::Enumerate | Do::Rev(_) | Do::Skip(_)
                ) || matches!(step, Do::Take(_) | Do::StepBy(_) | Do::Cycle(_));
                steps && inner.is_indexable()
            }
            _ => true,
        }
    }

    /// Whether its items come one per round, so that it can be asked before each whether there is one more.
    pub(super) fn is_steady(&self) -> bool {
        match self {
            Iter::Opaque(_) => true,
            Iter::Zip(a, b) => a.is_steady() && b.is_steady(),
            Iter::On(inner, Do::Map(_) | Do::Inspect(_) | Do::Copied | Do::Enumerate | Do::Take(_)) => {
                inner.is_steady()
            }
            iter => iter.is_indexable(),
        }
    }

    /// The functions that it calls, the states that it changes, and the flags that end it.
    fn collect(&self, functions: &mut Vec<Function<'a>>, around: &mut Around) {
        match self {
            Iter::Zip(a, b) | Iter::Append(a, b) => {
                a.collect(functions, around);
                b.collect(functions, around);
            }
            Iter::On(inner, step) => {
                inner.collect(functions, around);
                match step {
                    Do::Map(f) | Do::Inspect(f) | Do::Filter(f) => functions.push(f.clone()),
                    Do::Number(v) | Do::LeaveOut(v, _) => around.assigned.push(*v),
                    Do::Limit(v, on) => around.assigned.extend([*v, *on]),
                    Do::FilterMap(f) | Do::FlatMap(f) => functions.push(f.clone()),
                    Do::TakeWhile(f, v) | Do::SkipWhile(f, v) | Do::MapWhile(f, v) => {
                        functions.push(f.clone());
                        around.assigned.push(*v);
                    }
                    Do::Scan(f, state, on) => {
                        functions.push(f.clone());
                        around.assigned.extend([*state, *on]);
                    }
                    Do::Successors(f, kept, on, _) => {
                        functions.push(f.clone());
                        kept.vars(&mut around.assigned);
                        around.assigned.push(*on);
                    }
                    Do::Beside(beside) => {
                        beside.other.collect(functions, around);
                        around.assigned.extend([beside.next, beside.on]);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}
impl<'a, 'e> Lower<'a, 'e> {
    /// Hands every item of a chain to the sink, in order. `around` says what the sink assigns to.
    pub(super) fn drive(
        &mut self,
        iter: &Iter<'a>,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        let mut around = around.clone();
        let mut functions = Vec::new();
        iter.collect(&mut functions, &mut around);
        functions.iter().for_each(|f| around.assigned.extend(self.assigned_by(f)));
        around.assigned.sort();
        around.assigned.dedup();
        self.drive_all(iter, &around, at, sink)
    }

    fn drive_all(
        &mut self,
        iter: &Iter<'a>,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        if self.dead {
            return Ok(());
        }
        match iter {
            iter if iter.is_indexable() => self.run_over(iter, around, at, sink),
            iter if iter.is_steady() => self.run_while(iter, around, at, sink),
            Iter::Append(a, b) => {
                self.drive_all(a, around, at, sink)?;
                self.drive_all(b, around, at, sink)
            }
            Iter::On(inner, step) => self.drive_step(inner, step, around, at, sink),
            _ => Err(Refused),
        }
    }

    fn drive_step(
        &mut self,
        inner: &Iter<'a>,
        step: &Do<'a>,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        let mut inside = around.clone();
        match step {
            Do::Limit(_, on) | Do::TakeWhile(_, on) | Do::MapWhile(_, on) | Do::Scan(_, _, on) => {
                inside.going.push(*on);
            }
            Do::Beside(beside) => inside.going.push(beside.on),
            Do::Successors(_, _, on, _) => inside.going.push(*on),
            _ => {}
        }
        self.drive_all(inner, &inside, at, &mut |s, val| s.through(step, val, around, at, &mut *sink))
    }

    /// One item, through an adaptor, to the sink.
    fn through(
        &mut self,
        step: &Do<'a>,
        val: Val,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        let vars = &around.assigned;
        match step {
            Do::Number(_) | Do::LeaveOut(..) | Do::Limit(..) => self.counting(step, val, vars, at, sink),
            Do::Filter(_) | Do::TakeWhile(..) | Do::SkipWhile(..) => {
                let val = self.held(val);
                self.asking(step, &val, vars, at, sink)
            }
            Do::FilterMap(f) => self.optional(f, vec![val], vars, at, sink, &mut |_| Ok(())),
            Do::MapWhile(f, on) => self.optional(f, vec![val], vars, at, sink, &mut |s| s.stop(*on)),
            Do::Scan(f, state, on) => self.scanned(f, (*state, *on), val, vars, at, sink),
            Do::Successors(f, kept, on, by_ref) => {
                let now = self.kept(kept)?;
                let now = if *by_ref { now.by_reference() } else { now };
                // The next one is made before this one is handed out.
                let lent = now.clone().by_reference();
                let mut set = |s: &mut Self, val: Val| s.set_kept(kept, val, at);
                self.optional(f, vec![lent], vars, at, &mut set, &mut |s| s.stop(*on))?;
                sink(self, now)
            }
            Do::Beside(beside) => {
                let now = self.state_value(beside.next);
                let other = self.item_at(&beside.other, now, at)?;
                self.count(beside.next, IntOp::WrappingAdd);
                if let Some(count) = beside.count {
                    let next = self.state_value(beside.next);
                    let more = self.compared(CmpOp::Lt, next, count);
                    self.set_state(beside.on, more);
                }
                let pair = if beside.first { vec![other, val] } else { vec![val, other] };
                sink(self, Val::Tuple(pair))
            }
            Do::FlatMap(f) => self.flat_mapped(f, val, around, at, sink),
            Do::Flatten => {
                let (p, mode) = match val {
                    Val::Place(p) => (p, Mode::Value),
                    Val::PlaceRef(p, mutable) => (p, if mutable { Mode::Mut } else { Mode::Ref }),
                    _ => return Err(Refused),
                };
                let rows = self.iterated(p, mode);
                self.drive(&rows, around, at, sink)
            }
            step => {
                let val = self.passed_on(val, step, at)?;
                sink(self, val)
            }
        }
    }

    /// Adaptors that count.
    fn counting(
        &mut self,
        step: &Do<'a>,
        val: Val,
        vars: &[Var],
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        match step {
            Do::Number(n) => {
                let i = self.state_value(*n);
                sink(self, Val::Tuple(vec![Val::Scalar(i), val]))?;
                self.count(*n, IntOp::WrappingAdd);
                Ok(())
            }
            Do::LeaveOut(n, next) => {
                let val = self.held(val);
                let (left, zero) = (self.state_value(*n), self.usize(0));
                let cond = self.compared(CmpOp::Gt, left, zero);
                let mut less = |s: &mut Self| {
                    s.count(*n, IntOp::WrappingSub);
                    Ok(())
                };
                let mut take = |s: &mut Self| {
                    if let Some(next) = next {
                        s.set_state(*n, *next);
                    }
                    sink(s, val.clone())
                };
                self.choose_between(cond, vars, at, &mut less, &mut take)
            }
            Do::Limit(n, on) => {
                sink(self, val)?;
                self.count(*n, IntOp::WrappingSub);
                let (left, zero) = (self.state_value(*n), self.usize(0));
                let some = self.compared(CmpOp::Gt, left, zero);
                self.set_state(*on, some);
                Ok(())
            }
            _ => Err(Refused),
        }
    }

    /// Adaptors that ask a predicate.
    fn asking(
        &mut self,
        step: &Do<'a>,
        val: &Val,
        vars: &[Var],
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        match step {
            Do::Filter(f) => {
                let cond = self.asked(f, val, at)?;
                self.when(cond, vars, at, &mut |s| sink(s, val.clone()))
            }
            Do::TakeWhile(f, on) => {
                let cond = self.asked(f, val, at)?;
                self.set_state(*on, cond);
                self.when(cond, vars, at, &mut |s| sink(s, val.clone()))
            }
            Do::SkipWhile(f, on) => {
                let skipping = self.state_value(*on);
                let skipped = self.state(Val::Scalar(skipping), "skip");
                let inner = [vars, &[skipped]].concat();
                self.when(skipping, &inner, at, &mut |s| {
                    let cond = s.asked(f, val, at)?;
                    s.set_state(skipped, cond);
                    Ok(())
                })?;
                let skip = self.state_value(skipped);
                self.set_state(*on, skip);
                self.choose_between(skip, vars, at, &mut |_| Ok(()), &mut |s| sink(s, val.clone()))
            }
            _ => Err(Refused),
        }
    }

    /// What a predicate says of a reference to an item.
    pub(super) fn asked(&mut self, f: &Function<'a>, val: &Val, at: &'a Expr) -> Res<Value> {
        let answer = self.apply(f, vec![val.clone().by_reference()], at)?;
        self.scalar_of(answer, at)
    }

    /// One loop over an indexable chain.
    fn run_over(
        &mut self,
        iter: &Iter<'a>,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        if !around.going.is_empty() {
            return self.run_while(iter, around, at, sink);
        }
        let range = self.range_of(iter)?;
        let carried = self.carried(around.assigned.clone());
        let before = self.env.clone();
        let iv_ty = self.found(range.lo);
        let iv = self.value(iv_ty, None);
        self.same(range.lo, iv);
        let params = self.enter_loop(&carried);
        let (stmts, dead, done) = self.region(|s| {
            let val = s.item_of(iter, iv, at)?;
            if s.dead { Ok(()) } else { sink(s, val) }
        });
        done?;
        let yields = self.leave_loop(&carried, &params, &before, dead, at)?;
        let params = std::iter::once(iv).chain(params).collect();
        let body = ir::Block { params, stmts, yields, diverges: dead };
        let inits = carried.inits.clone();
        self.finish_loop(Op::For { range, inits, body }, carried, before);
        Ok(())
    }

    /// A loop that may end before its range does.
    fn run_while(
        &mut self,
        iter: &Iter<'a>,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        let ready = self.ready(iter)?;
        let zero = self.usize(0);
        let i = self.state(Val::Scalar(zero), "i");
        let mut vars = around.assigned.clone();
        vars.push(i);
        let carried = self.carried(vars);
        let before = self.env.clone();
        let cond_params = self.enter_loop(&carried);
        let (stmts, _, cond) = self.region(|s| {
            let mut all = around.going.iter().map(|on| Ready::On(*on)).collect::<Vec<_>>();
            all.push(ready);
            s.goes_on(&Ready::All(all), i)
        });
        let cond = ir::Block { params: cond_params, stmts, yields: vec![cond], diverges: false };
        self.env = before.clone();
        let params = self.enter_loop(&carried);
        let (stmts, dead, done) = self.region(|s| {
            let now = s.state_value(i);
            s.count(i, IntOp::WrappingAdd);
            let val = s.item_at(iter, now, at)?;
            if s.dead { Ok(()) } else { sink(s, val) }
        });
        done?;
        let yields = self.leave_loop(&carried, &params, &before, dead, at)?;
        let body = ir::Block { params, stmts, yields, diverges: dead };
        let inits = carried.inits.clone();
        self.finish_loop(Op::While { inits, cond, body }, carried, before);
        Ok(())
    }
}
