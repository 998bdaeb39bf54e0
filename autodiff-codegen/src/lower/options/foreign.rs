//! `Option`s that nothing active flows into, of a type that only rustc knows, where active values meet what is in them:
//! `self.limit.map_or(x, |limit| x.min(limit))`.
//!
//! They are evaluated once, as opaque code, and rustc is asked whether they are `Option`s or `Result`s at all. What is in
//! them is taken out where it is known to be there.

use super::super::facts::Facts;
use super::super::{Lower, Res, Val, walk};
use super::{Method, method, names_variant};
use crate::hir::{Choice, Expr, ExprKind, Test};
use crate::ir::{FloatTy, Op, Ty, Value};
use crate::tables::HashSet;

/// Whether a method of such an `Option` is understood. Each of them takes out what is there once at most, and none
/// needs the error.
pub(super) fn is_followed(method: Method) -> bool {
    use Method::*;
    matches!(method, UnwrapOr | MapOr | Map | AndThen | IsAnd | IsNotOr)
}

/// The expressions that are certainly `Option`s or `Result`s, by the methods that they have and the patterns that they are
/// matched with.
pub(in super::super) fn asked(f: &crate::hir::Fn) -> HashSet<*const Expr> {
    let mut found = HashSet::default();
    walk::block_children(&f.body, &mut |e| {
        walk::each(e, &mut |e| match &e.kind {
            ExprKind::Method { recv, name, args, .. }
                if method(&name.to_string(), args.len())
                    .is_some_and(|m| m.is_proof() && m != Method::Unwrap) =>
            {
                ask(recv, &mut found);
            }
            ExprKind::Choose(choice) => matched(choice).for_each(|e| ask(e, &mut found)),
            _ => {}
        })
    });
    found
}

/// What is matched with `Some(…)` and the like.
fn matched(choice: &Choice) -> impl Iterator<Item = &Expr> {
    let scrutinee = choice.scrutinee.as_ref();
    choice.arms.iter().flat_map(move |arm| {
        let first = arm.pat.as_ref().zip(scrutinee).filter(|(p, _)| names_variant(p)).map(|(_, e)| e);
        let more = arm.tests.iter().filter_map(|test| match test {
            Test::Let(p, e) if names_variant(p) => Some(e),
            _ => None,
        });
        first.into_iter().chain(more)
    })
}

/// It, and what it is made of by methods that others have as well.
fn ask(e: &Expr, found: &mut HashSet<*const Expr>) {
    found.insert(std::ptr::from_ref(e));
    if let ExprKind::Method { recv, name, args, .. } = &e.kind
        && let Some(Method::Map | Method::AndThen) = method(&name.to_string(), args.len())
    {
        ask(recv, found);
    }
}

impl<'a> Facts<'a> {
    /// Whether an expression is such an `Option`.
    pub(super) fn is_foreign_option(&self, e: &Expr) -> bool {
        self.asked.contains(&std::ptr::from_ref(e))
            && !self.tainted(e)
            && !self.is_passive_option(e)
            && self.wrapped_call(e).is_none()
            && !super::super::jumps::leaves(e)
    }
}

impl<'a> Lower<'a, '_> {
    /// What is in it, and whether there is anything.
    pub(super) fn foreign_option(&mut self, e: &'a Expr) -> Res<(Val, Value)> {
        let option = self.opaque_option(e)?;
        let present = self.has_next(option);
        Ok((Val::Next(option), present))
    }

    /// What is in an `Option`, where it is a result: a float, if it comes from such an `Option`.
    pub(super) fn there_is(&mut self, val: Val) -> Res<Val> {
        match val {
            Val::Next(option) => {
                let value = self.next_value(option);
                Ok(Val::Scalar(self.push(Op::AssertFloat(value), Ty::Float(FloatTy::Unknown))))
            }
            val => Ok(val),
        }
    }
}
