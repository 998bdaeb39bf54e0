//! Iterator chains, evaluated: their sources and arguments in order, before the first item is asked for.

use super::chain::{Chain, Part, Step};
use super::drive::{Beside, Do, Iter};
use super::shape::Shape;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, Var};
use crate::ir::{CmpOp, IntOp, Mode, Place, Range, Ty};

impl<'a> Lower<'a, '_> {
    /// Evaluates the sources and arguments of a chain, in order.
    pub(super) fn evaluate(&mut self, chain: &Chain<'a>) -> Res<Iter<'a>> {
        Ok(match chain {
            Chain::Ints { lo, hi, inclusive } => {
                let lo = self.bound(lo)?;
                match hi {
                    Some(hi) => {
                        let hi = self.bound(hi)?;
                        self.same(lo, hi);
                        Iter::Ints(Range { lo, hi, inclusive: *inclusive, step: None, rev: false })
                    }
                    None => Iter::From(lo),
                }
            }
            Chain::Elements(place, mode) => {
                let loc = self.loc(place)?;
                let p = self.view(loc);
                self.iterated(p, *mode)
            }
            Chain::Drained(place, range) => Iter::Elements(self.drained(place, range)?, Mode::Value),
            Chain::Numbers(place, listed, mode) => {
                let items = self.listed_in(place, *listed)?;
                Iter::Elements(items, *mode)
            }
            Chain::Parts(place, size, part, mutable) => {
                let loc = self.loc(place)?;
                let p = self.view(loc);
                let k = self.typed(size, Ty::usize())?;
                let message = match part {
                    Part::Windows => "window size must be non-zero",
                    _ => "chunk size must be non-zero",
                };
                self.not_zero(k, size, message)?;
                if *mutable {
                    self.written(p);
                }
                Iter::Parts(p, k, *part, *mutable)
            }
            Chain::Bound(v, _) if self.cursors.contains_key(v) => self.rest_of(*v)?,
            Chain::Bound(v, _) => match self.env.get(v.0 as usize).cloned().flatten() {
                Some(Val::Iter(id)) => self.bound_iterators[id].clone(),
                _ => return Err(Refused),
            },
            Chain::Table(e) => Iter::Table(self.opaque_table(e)?),
            Chain::Opaque(e, into) => Iter::Opaque(self.opaque_iterator(e, *into)?),
            Chain::Repeat(x) | Chain::Once(x) => {
                let val = self.expr(x, None)?;
                let val = self.owned(val, x)?;
                if let Chain::Once(_) = chain { Iter::Once(val) } else { Iter::Repeat(val) }
            }
            Chain::Successors(first, f) => self.successors(first, f)?,
            Chain::Zip(a, b) => {
                let harmless = a.is_harmless(&self.facts);
                let (a, b) = (self.evaluate(a)?, self.evaluate(b)?);
                // Of unequal lengths, the left one is asked for one more.
                if !harmless && !self.is_as_short(&a, &b) {
                    return Err(Refused);
                }
                match (a.is_steady(), b.is_steady()) {
                    (false, true) if b.is_indexable() => self.beside(a, b, false)?,
                    // Whatever the left one does, it does before the right one is asked.
                    (true, false) if a.is_indexable() && harmless => self.beside(b, a, true)?,
                    _ => Iter::Zip(Box::new(a), Box::new(b)),
                }
            }
            Chain::Append(a, b) => {
                let (a, b) = (self.evaluate(a)?, self.evaluate(b)?);
                Iter::Append(Box::new(a), Box::new(b))
            }
            Chain::On(inner, step) => {
                let skips = inner.is_harmless(&self.facts);
                let inner = self.evaluate(inner)?;
                self.step(inner, step, skips)?
            }
        })
    }

    /// `iter::successors(first, f)`
    fn successors(&mut self, first: &'a Expr, f: &'a Expr) -> Res<Iter<'a>> {
        let (shape, _) = self.facts.successor(first, f);
        let by_ref = shape.is_reference();
        let (start, present) = self.option(first)?;
        // Parts of memory that change would change under what was handed out.
        let numbers = |t: &Shape| t.scalar().is_some();
        match shape.strip() {
            Shape::Tuple(parts) if parts.iter().all(numbers) => {}
            shape if numbers(shape) => {}
            _ => return Err(Refused),
        }
        if start == Val::Uninit {
            return Err(Refused);
        }
        let kept = self.keep(start.by_value());
        let f = self.passed_function(f)?;
        let on = self.state(Val::Scalar(present), "on");
        Ok(Iter::Repeat(Val::Unit).on(Do::Successors(f, kept, on, by_ref)))
    }

    /// The items of one chain, with those of another one beside them.
    fn beside(&mut self, iter: Iter<'a>, other: Iter<'a>, first: bool) -> Res<Iter<'a>> {
        let count = self.count_of(&other)?;
        let zero = self.usize(0);
        let some = match count {
            Some(n) => self.compared(CmpOp::Gt, n, zero),
            None => self.flag(true),
        };
        let (next, on) = (self.state(Val::Scalar(zero), "n"), self.state(Val::Scalar(some), "on"));
        Ok(iter.on(Do::Beside(Beside { other: Box::new(other), count, next, on, first })))
    }

    /// Whether a chain is certainly not longer than another one.
    pub(super) fn is_as_short(&self, _: &Iter<'a>, b: &Iter<'a>) -> bool {
        matches!(b, Iter::From(_) | Iter::Repeat(_))
    }

    pub(super) fn iterated(&mut self, mut p: Place, mode: Mode) -> Iter<'a> {
        match mode {
            // The loop runs over its own copy, whatever its body does to the original.
            Mode::Value if self.changing.contains(&self.func.root(p)) => p = self.copied(p),
            Mode::Ref => p = self.kept_place(p),
            Mode::Mut => self.written(p),
            _ => {}
        }
        Iter::Elements(p, mode)
    }

    pub(super) fn step(&mut self, inner: Iter<'a>, step: &Step<'a>, skips: bool) -> Res<Iter<'a>> {
        let counts = !inner.is_steady();
        Ok(match step {
            Step::Map(f) => inner.on(Do::Map(self.passed_function(f)?)),
            Step::Inspect(f) => inner.on(Do::Inspect(self.passed_function(f)?)),
            Step::Copied => inner.on(Do::Copied),
            Step::Filter(f) => inner.on(Do::Filter(self.passed_function(f)?)),
            Step::Enumerate if counts => {
                let zero = self.usize(0);
                let n = self.state(Val::Scalar(zero), "n");
                inner.on(Do::Number(n))
            }
            Step::Enumerate => inner.on(Do::Enumerate),
            Step::Rev => self.reversed(inner)?,
            Step::Cycle if inner.is_indexable() => match self.count_of(&inner)? {
                Some(n) => inner.on(Do::Cycle(n)),
                None => inner,
            },
            Step::Cycle => return Err(Refused),
            Step::Skip(n) => self.skipping(inner, n, skips)?,
            Step::By(k) => self.stepping(inner, k, skips)?,
            Step::Take(n) => self.taking(inner, n)?,
            Step::TakeWhile(f) => {
                let f = self.passed_function(f)?;
                inner.on(Do::TakeWhile(f, self.switch()))
            }
            Step::SkipWhile(f) => {
                let f = self.passed_function(f)?;
                inner.on(Do::SkipWhile(f, self.switch()))
            }
            Step::FilterMap(f) => inner.on(Do::FilterMap(self.passed_function(f)?)),
            Step::MapWhile(f) => {
                let f = self.passed_function(f)?;
                inner.on(Do::MapWhile(f, self.switch()))
            }
            Step::Scan(start, f) => {
                let start = match super::facts::Facts::user_type(&self.facts.shape(start)) {
                    Some(_) => Val::Place(self.scan_state(start)?),
                    None if matches!(self.facts.shape(start), Shape::Tuple(_) | Shape::Place(_)) => {
                        Val::Place(self.scan_state(start)?)
                    }
                    None => Val::Scalar(self.scalar(start, None)?),
                };
                let f = self.passed_function(f)?;
                let state = self.state(start, "state");
                inner.on(Do::Scan(f, state, self.switch()))
            }
            Step::FlatMap(f) => inner.on(Do::FlatMap(self.passed_function(f)?)),
            Step::Flatten => inner.on(Do::Flatten),
        })
    }

    /// The memory that a `scan` lends to its function: a struct, an array, or a tuple.
    fn scan_state(&mut self, start: &'a Expr) -> Res<Place> {
        let ty = self.facts.shape(start).to_type();
        let own = match self.expr(start, ty.as_ref())? {
            Val::Tuple(parts) => self.gathered(parts, start)?,
            val => {
                let made = self.whole(val, start)?.place;
                self.copied(made)
            }
        };
        self.changing.insert(own);
        Ok(own)
    }

    /// `let it = …;`, an iterator: evaluated here, and run where it is used.
    pub(super) fn bound_iterator(&mut self, v: Var, init: &'a Expr) -> Res<Val> {
        let Some(chain) = super::chain::method(&self.facts, init) else { return Err(Refused) };
        self.check_places(&chain)?;
        let Ok(iter) = self.evaluate(&chain) else { return self.refuse_chain(init) };
        // What counts can't be begun a second time.
        if iter.has_states() || chain.is_opaque_in_part() {
            return self.refuse(Kind::Iterator, init, &[]);
        }
        if self.facts.is_cursor(v) {
            return self.cursor(v, iter, init);
        }
        self.bound_iterators.push(iter);
        Ok(Val::Iter(self.bound_iterators.len() - 1))
    }

    fn skipping(&mut self, inner: Iter<'a>, n: &'a Expr, skips: bool) -> Res<Iter<'a>> {
        let n = self.typed(n, Ty::usize())?;
        Ok(match skips && inner.is_indexable() {
            true => inner.on(Do::Skip(n)),
            false => inner.on(Do::LeaveOut(self.state(Val::Scalar(n), "skipped"), None)),
        })
    }

    fn stepping(&mut self, inner: Iter<'a>, at: &'a Expr, skips: bool) -> Res<Iter<'a>> {
        let k = self.typed(at, Ty::usize())?;
        self.not_zero(k, at, "assertion failed: step != 0")?;
        Ok(match inner {
            Iter::Ints(Range { step: None, rev: false, lo, hi, inclusive }) => {
                Iter::Ints(Range { step: Some(k), rev: false, lo, hi, inclusive })
            }
            inner if skips && inner.is_indexable() => inner.on(Do::StepBy(k)),
            inner => {
                let (zero, one) = (self.usize(0), self.usize(1));
                let between = self.int_op(IntOp::WrappingSub, vec![k, one]);
                inner.on(Do::LeaveOut(self.state(Val::Scalar(zero), "left"), Some(between)))
            }
        })
    }

    fn taking(&mut self, inner: Iter<'a>, n: &'a Expr) -> Res<Iter<'a>> {
        let n = self.typed(n, Ty::usize())?;
        if inner.is_steady() {
            return Ok(inner.on(Do::Take(n)));
        }
        let zero = self.usize(0);
        let some = self.compared(CmpOp::Gt, n, zero);
        let on = self.state(Val::Scalar(some), "on");
        Ok(inner.on(Do::Limit(self.state(Val::Scalar(n), "left"), on)))
    }

    /// The same elements from the other end. What is done to each of them stays on the outside.
    pub(super) fn reversed(&mut self, iter: Iter<'a>) -> Res<Iter<'a>> {
        Ok(match iter {
            Iter::Ints(r) => Iter::Ints(Range { rev: !r.rev, ..r }),
            Iter::On(inner, step @ (Do::Map(_) | Do::Inspect(_) | Do::Copied | Do::Filter(_))) => {
                self.reversed(*inner)?.on(step)
            }
            Iter::On(inner, step @ Do::FilterMap(_)) => self.reversed(*inner)?.on(step),
            Iter::On(inner, Do::Rev(_)) => *inner,
            Iter::Append(a, b) => {
                let (a, b) = (self.reversed(*a)?, self.reversed(*b)?);
                Iter::Append(Box::new(b), Box::new(a))
            }
            iter if iter.is_indexable() => match self.count_of(&iter)? {
                Some(n) => iter.on(Do::Rev(n)),
                None => return Err(Refused),
            },
            _ => return Err(Refused),
        })
    }
}
