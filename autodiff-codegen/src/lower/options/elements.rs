//! Elements of places as `Option`s: `x.first()?`, `x.get(i).map(f)`, `while let Some(v) = stack.pop()`.
//!
//! An `unwrap` of one of them is simpler ([`Picked`]), and so is a match with one ([`super::super::matching`]): those
//! have no use for a value where there is none.

use super::super::data::{self, Pick, Picked};
use super::super::facts::Facts;
use super::super::method;
use super::super::{Lower, Res, Val};
use super::out::Taking;
use crate::hir::{Expr, ExprKind};
use crate::ir::{CmpOp, IntOp, Op, Place, Ty, Value};

/// An element that was asked for.
struct Asked {
    place: Place,
    /// Its index, but for the last one.
    at: Option<Value>,
    present: Value,
}

impl Facts<'_> {
    /// The element of an active place that an expression asks for.
    pub(in super::super) fn asks_element<'e>(&self, e: &'e Expr) -> Option<Picked<'e>> {
        let found = data::picked(self, e)?;
        let followed = !found.mutable || found.pick == Pick::Pop;
        (followed && self.tainted(found.place)).then_some(found)
    }

    /// Whether a method takes such an element out at once.
    pub(super) fn takes_element(&self, e: &Expr) -> bool {
        let ExprKind::Method { recv, name, args, .. } = &e.kind else { return false };
        method::classify(self, recv, &name.to_string(), args) == method::Method::Picked
    }
}

impl<'a> Lower<'a, '_> {
    /// An element, and whether there is one.
    pub(super) fn element_option(&mut self, of: &Picked<'a>, e: &'a Expr) -> Res<(Val, Value)> {
        let asked = self.ask_element(of, e)?;
        let present = asked.present;
        let shape = self.facts.payload(e);
        let val = self.value_or(present, &shape, |s| s.asked_for(of, &asked), |_| Ok(Val::Uninit), e)?;
        Ok((val, present))
    }

    /// An element; where there is none, the function is left.
    pub(super) fn element_or_left(&mut self, of: &Picked<'a>, e: &'a Expr, by: &Taking<'a>) -> Res<Val> {
        let asked = self.ask_element(of, e)?;
        self.there_or_left(Val::Unit, asked.present, by)?;
        self.asked_for(of, &asked)
    }

    fn ask_element(&mut self, of: &Picked<'a>, e: &'a Expr) -> Res<Asked> {
        if of.pick == Pick::Pop {
            let place = self.growing(of.place, e)?;
            let len = self.push(Op::Len(place), Ty::usize());
            let zero = self.int(0, Ty::usize());
            let present = self.compared(CmpOp::Gt, len, zero);
            return Ok(Asked { place, at: None, present });
        }
        let (place, at, _) = self.pick_at(of)?;
        let len = self.push(Op::Len(place), Ty::usize());
        let index = match at {
            Some(i) if of.pick == Pick::Get => i,
            _ => self.int(0, Ty::usize()),
        };
        let present = self.compared(CmpOp::Lt, index, len);
        Ok(Asked { place, at, present })
    }

    fn asked_for(&mut self, of: &Picked<'a>, asked: &Asked) -> Res<Val> {
        if of.pick != Pick::Pop {
            return self.picked_at(of, asked.place, asked.at);
        }
        let len = self.push(Op::Len(asked.place), Ty::usize());
        let one = self.int(1, Ty::usize());
        let last = self.int_op(IntOp::Sub, vec![len, one]);
        self.take_last(asked.place, len, last)
    }
}
