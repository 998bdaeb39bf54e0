//! A `for` that counts its rounds itself, because it may be left before the last one: as many rounds, over the
//! same values, as the range has, also where the range goes to the end of its type.

use super::facts::Facts;
use super::shape::Shape;
use super::{Lower, Res};
use crate::hir::{Expr, ExprKind};
use crate::ir::{Block, CmpOp, Const, IntOp, Op, Range, Ty, Value};

/// How the rounds of a range are counted.
pub(super) struct Rounds {
    range: Range,
    way: Way,
    /// What is carried from round to round, at the start.
    pub(super) inits: Vec<Value>,
}

/// See [`Rounds`].
enum Way {
    /// `lo..hi`: carries the value of this round.
    Up,
    /// `(lo..hi).rev()`: carries the value of the round before.
    Down,
    /// `lo..=hi`, in either direction: carries the value of this round, and whether there is one.
    Closed,
    /// Stepped: carries the number of the round and its value; over so many rounds.
    Stepped(Value),
    /// `lo..`: carries the value of this round.
    Open,
}

/// `lo..`, perhaps stepped: only a jump ends it.
#[derive(Clone, Copy)]
pub(super) struct OpenRange<'a> {
    lo: &'a Expr,
    step: Option<&'a Expr>,
}

impl<'a> OpenRange<'a> {
    /// What an expression is that stands after `in`.
    pub(super) fn of(facts: &Facts, iter: &'a Expr) -> Option<Self> {
        let start = |e: &'a Expr| match &e.kind {
            ExprKind::Range { lo: Some(lo), hi: None, .. } if matches!(facts.shape(lo), Shape::Int(_)) => {
                Some(&**lo)
            }
            _ => None,
        };
        match &iter.kind {
            ExprKind::Method { recv, name, args, turbofish: None } if name == "step_by" => match &args[..] {
                // A step of zero is a panic in `std`.
                [step] if is_positive(step) => Some(OpenRange { lo: start(recv)?, step: Some(step) }),
                _ => None,
            },
            _ => Some(OpenRange { lo: start(iter)?, step: None }),
        }
    }

    /// The shape of its values.
    pub(super) fn item(self, facts: &Facts) -> Shape {
        facts.shape(self.lo)
    }
}

impl<'a> Lower<'a, '_> {
    /// The rounds of an open range.
    pub(super) fn open_rounds(&mut self, range: OpenRange<'a>) -> Res<Rounds> {
        let lo = self.scalar(range.lo, None)?;
        let step = match range.step {
            Some(step) => Some(self.typed(step, Ty::usize())?),
            None => None,
        };
        let range = Range { lo, hi: lo, inclusive: false, step, rev: false };
        Ok(Rounds { range, way: Way::Open, inits: vec![lo] })
    }
}

impl Lower<'_, '_> {
    /// The rounds of a range.
    pub(super) fn rounds(&mut self, range: Range) -> Rounds {
        let (lo, hi) = (range.lo, range.hi);
        let (way, inits) = match (range.step, range.inclusive) {
            (Some(step), _) => {
                let forwards = Range { rev: false, ..range.clone() };
                let trips = self.push(Op::Trips(forwards), Ty::usize());
                let zero = self.int(0, Ty::usize());
                let start = if range.rev { self.last_value(lo, trips, step) } else { lo };
                (Way::Stepped(trips), vec![zero, start])
            }
            (None, true) => {
                let some = self.push(Op::Cmp { op: CmpOp::Le, args: [lo, hi] }, Ty::Bool);
                (Way::Closed, vec![if range.rev { hi } else { lo }, some])
            }
            (None, false) if range.rev => (Way::Down, vec![hi]),
            (None, false) => (Way::Up, vec![lo]),
        };
        Rounds { range, way, inits }
    }

    /// The last value of a stepped range, if it has one.
    fn last_value(&mut self, lo: Value, trips: Value, step: Value) -> Value {
        let one = self.int(1, Ty::usize());
        let steps = self.int_op(IntOp::SaturatingSub, vec![trips, one]);
        let distance = self.int_op(IntOp::Mul, vec![steps, step]);
        let distance = self.stride(lo, distance);
        self.int_op(IntOp::WrappingAdd, vec![lo, distance])
    }

    /// A distance in the type of the range.
    fn stride(&mut self, lo: Value, distance: Value) -> Value {
        let ty = self.found(lo);
        if ty == Ty::usize() {
            return distance;
        }
        // A constant needs no cast, which would have to know its type.
        let v = match self.integers.get(&distance).copied() {
            Some(n) => self.int(n, ty),
            None => self.push(Op::Cast(distance), ty),
        };
        self.same(lo, v);
        v
    }

    /// Whether there is another round.
    pub(super) fn another_round(&mut self, rounds: &Rounds, at: &[Value]) -> Value {
        let less = |s: &mut Self, a, b| s.push(Op::Cmp { op: CmpOp::Lt, args: [a, b] }, Ty::Bool);
        match rounds.way {
            Way::Up => less(self, at[0], rounds.range.hi),
            Way::Down => less(self, rounds.range.lo, at[0]),
            Way::Closed => at[1],
            Way::Stepped(trips) => less(self, at[0], trips),
            Way::Open => self.always(),
        }
    }

    /// The value of the round at hand, and what is carried to the next one.
    pub(super) fn round(&mut self, rounds: &Rounds, at: &[Value]) -> (Value, Vec<Value>) {
        let ty = self.found(at[0]);
        let one = self.int(1, ty);
        match rounds.way {
            Way::Up => (at[0], vec![self.int_op(IntOp::Add, vec![at[0], one])]),
            // The next value is made before this one is used, as `std` does it: so it panics in the same round.
            Way::Open => {
                let by = match rounds.range.step {
                    Some(step) => self.stride(at[0], step),
                    None => one,
                };
                (at[0], vec![self.int_op(IntOp::Add, vec![at[0], by])])
            }
            Way::Down => {
                let now = self.int_op(IntOp::Sub, vec![at[0], one]);
                (now, vec![now])
            }
            Way::Closed => {
                let Range { lo, hi, rev, .. } = rounds.range;
                let args = if rev { [lo, at[0]] } else { [at[0], hi] };
                let more = self.push(Op::Cmp { op: CmpOp::Lt, args }, Ty::Bool);
                let op = if rev { IntOp::Sub } else { IntOp::Add };
                (at[0], vec![self.stepped_if(more, op, at[0], one), more])
            }
            Way::Stepped(_) => {
                let next = self.int_op(IntOp::Add, vec![at[0], one]);
                let step = rounds.range.step.unwrap_or(one);
                let stride = self.stride(at[1], step);
                let op = if rounds.range.rev { IntOp::WrappingSub } else { IntOp::WrappingAdd };
                (at[1], vec![next, self.int_op(op, vec![at[1], stride])])
            }
        }
    }

    /// The next value, if there is one: there may be none in its type otherwise.
    fn stepped_if(&mut self, more: Value, op: IntOp, now: Value, one: Value) -> Value {
        let (stmts, _, next) = self.region(|s| s.int_op(op, vec![now, one]));
        let then = Block { stmts, yields: vec![next], ..Block::default() };
        let els = Block { yields: vec![now], ..Block::default() };
        let ty = self.found(now);
        let v = self.push(Op::If { cond: more, then, els }, ty);
        self.same(now, v);
        v
    }

    /// `true`
    pub(super) fn always(&mut self) -> Value {
        self.push(Op::Const(Const::Bool(true)), Ty::Bool)
    }
}

fn is_positive(step: &Expr) -> bool {
    let ExprKind::Lit(syn::Lit::Int(lit)) = &step.kind else { return false };
    lit.base10_parse::<u64>().is_ok_and(|step| step > 0)
}
