//! `for` over chains of iterators, and what has to be asked before each round.

use super::chain::Chain;
use super::drive::{Around, Do, Iter, Pipe, Piped, Ready};
use super::{Lower, Refused, Res};
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, Pat, Var};
use crate::ir::{CmpOp, IntOp, Op, Ty, Value};

impl<'a> Lower<'a, '_> {
    /// What a `for` with jumps runs over, if it is a chain that only this module knows.
    pub(super) fn piped(&mut self, iter: &'a Expr) -> Res<Option<Pipe<'a>>> {
        let known = super::iter::classify(&self.facts, iter);
        if known.is_some_and(|source| self.facts.source_is_reachable(&source)) {
            return Ok(None);
        }
        let Some(chain) = super::chain::classify_into(&self.facts, iter) else { return Ok(None) };
        self.check_places(&chain)?;
        let Ok(whole) = self.evaluate(&chain) else { return self.refuse_chain(iter) };
        let mut base = whole.clone();
        let mut steps = Vec::new();
        while !base.is_steady() {
            base = match base {
                Iter::On(inner, step @ (Do::Filter(_) | Do::Map(_) | Do::Inspect(_) | Do::Copied)) => {
                    steps.push(step);
                    *inner
                }
                _ => return Ok(Some(Pipe::Whole(whole))),
            };
        }
        steps.reverse();
        Ok(Some(Pipe::Steps(Piped { base, steps, at: iter })))
    }

    /// `for` over a chain.
    pub(super) fn for_chain(
        &mut self,
        pat: &'a Pat,
        chain: &Chain<'a>,
        iter: &'a Expr,
        body: &'a Block,
    ) -> Res<()> {
        self.check_places(chain)?;
        let Ok(evaluated) = self.evaluate(chain) else { return self.refuse_chain(iter) };
        let around = Around { assigned: super::walk::block_assigned(body), going: Vec::new() };
        let done = self.drive(&evaluated, &around, iter, &mut |s, val| {
            s.bind(pat, val)?;
            s.unit_block(body)
        });
        done.or_else(|Refused| self.refuse_chain(iter))
    }

    /// The arrays that a chain reads have to be at hand.
    pub(super) fn check_places(&mut self, chain: &Chain<'a>) -> Res<()> {
        let mut places = Vec::new();
        chain.places(&mut places);
        match places.into_iter().find(|p| self.facts.is_copied(p)) {
            Some(at) => self.refuse(Kind::NotAPlace, at, &[]),
            None => Ok(()),
        }
    }

    /// The refusal of a chain that is understood in parts only.
    pub(super) fn refuse_chain<T>(&mut self, at: &'a Expr) -> Res<T> {
        if self.refused { Err(Refused) } else { self.refuse(Kind::Iterator, at, &[]) }
    }

    /// What has to be asked before each round.
    pub(super) fn ready(&mut self, iter: &Iter<'a>) -> Res<Ready> {
        Ok(match iter {
            iter if iter.is_indexable() => match self.count_of(iter)? {
                Some(n) => Ready::Below(n),
                None => Ready::All(Vec::new()),
            },
            Iter::Opaque(it) => Ready::Opaque(*it),
            Iter::Zip(a, b) => Ready::All(vec![self.ready(a)?, self.ready(b)?]),
            Iter::On(inner, Do::Take(n)) => Ready::All(vec![Ready::Below(*n), self.ready(inner)?]),
            Iter::On(inner, _) => self.ready(inner)?,
            _ => return Err(Refused),
        })
    }

    pub(super) fn goes_on(&mut self, ready: &Ready, i: Var) -> Value {
        match ready {
            Ready::Below(n) => {
                let now = self.state_value(i);
                self.compared(CmpOp::Lt, now, *n)
            }
            Ready::Opaque(it) => self.has_next(*it),
            Ready::On(v) => self.state_value(*v),
            Ready::All(parts) => {
                let mut parts = parts.iter();
                let Some(first) = parts.next() else { return self.flag(true) };
                let mut all = self.goes_on(first, i);
                for part in parts {
                    let (long, dead, last) = self.region(|s| s.goes_on(part, i));
                    let pure = long.iter().all(|s| s.op.effects(&self.func).is_pure());
                    if pure {
                        self.out.extend(long);
                        all = self.push(Op::Int { op: IntOp::And, args: vec![all, last] }, Ty::Bool);
                        continue;
                    }
                    let (short, _, no) = self.region(|s| s.flag(false));
                    let then = super::branch::arm(long, dead, vec![last]);
                    let els = super::branch::arm(short, false, vec![no]);
                    all = self.push(Op::If { cond: all, then, els }, Ty::Bool);
                }
                all
            }
        }
    }
}
