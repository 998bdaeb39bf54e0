//! Methods that change a variable that holds an `Option`: `take`, `replace`, `insert`, `get_or_insert`.
//!
//! A number in such a variable has no memory of its own, so that what `insert` gives of it is not a mutable reference here:
//! the number can be read by it, and an assignment through it is refused.

use super::super::callee::Named;
use super::super::facts::Facts;
use super::super::{Lower, Refused, Res, Val};
use super::Method;
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Var};
use crate::ir::Value;

/// What becomes of a variable that holds an `Option`.
#[derive(Clone, Copy)]
pub(in super::super) enum Change<'e> {
    /// There is nothing in it any more.
    Emptied,
    /// It is another `Option`.
    Set(&'e Expr),
    /// This is in it.
    Filled(&'e Expr),
}

impl Facts<'_> {
    /// The variable that an expression changes and whose `Option` of before it is, and what becomes of it: `v.take()`,
    /// `v.replace(x)`, `mem::take(&mut v)`, `mem::replace(&mut v, x)`.
    pub(in super::super) fn exchanges_option<'e>(&self, e: &'e Expr) -> Option<(Var, Change<'e>)> {
        if let ExprKind::Call { args, .. } = &e.kind
            && let Some(Named::Mem(name)) = self.named(e)
        {
            let ExprKind::Ref(true, inner) = &args.first()?.kind else { return None };
            let ExprKind::Var(v) = inner.kind else { return None };
            let change = match (name, &args[1..]) {
                ("take", []) => Change::Emptied,
                ("replace", [x]) => Change::Set(x),
                _ => return None,
            };
            return self.holds_option(v).then_some((v, change));
        }
        let (method, recv, args) = self.option_method(e)?;
        let ExprKind::Var(v) = recv.kind else { return None };
        match (method, args) {
            (Method::Take, []) => Some((v, Change::Emptied)),
            (Method::Replace, [x]) => Some((v, Change::Filled(x))),
            _ => None,
        }
    }
}

impl<'a> Lower<'a, '_> {
    /// Changes the variable; what there was before.
    pub(super) fn exchanged_option(&mut self, v: Var, change: Change<'a>, e: &'a Expr) -> Res<(Val, Value)> {
        let (new, present) = match change {
            Change::Emptied => self.nothing_there(),
            Change::Set(option) => self.option(option)?,
            Change::Filled(x) => (self.content(x)?, self.present(true)),
        };
        let (old, was_there) = self.held_option(v, e)?;
        if self.dead {
            return Ok((Val::Never, was_there));
        }
        // The memory stays that of the variable.
        let before = self.outliving(old.clone());
        self.put_option(v, &old, (new, present), e)?;
        Ok((before, was_there))
    }

    /// `v.insert(x)`, `v.get_or_insert(x)`, `v.get_or_insert_with(f)`: what is in the variable then.
    pub(super) fn inserted(
        &mut self,
        e: &'a Expr,
        method: Method,
        recv: &'a Expr,
        args: &'a [Expr],
    ) -> Res<Val> {
        let (ExprKind::Var(v), [x]) = (&recv.kind, args) else { return Err(Refused) };
        let lazy = matches!(&e.kind, ExprKind::Method { name, .. } if name == "get_or_insert_with");
        let eager = if lazy { None } else { Some(self.content(x)?) };
        let (old, present) = self.held_option(*v, e)?;
        if self.dead {
            return Ok(Val::Never);
        }
        let new = match (method, eager) {
            (Method::Insert, Some(new)) => new,
            (_, eager) => {
                let shape = self.facts.payload(recv);
                let there = old.clone();
                match eager {
                    Some(new) => self.value_or(present, &shape, |_| Ok(there), |_| Ok(new), e)?,
                    None => {
                        let function = self.passed_function(x)?;
                        let made = |s: &mut Self| s.apply(&function, Vec::new(), e);
                        self.value_or(present, &shape, |_| Ok(there), made, e)?
                    }
                }
            }
        };
        let present = self.present(true);
        self.put_option(*v, &old, (new, present), e)?;
        match self.held_option(*v, e)?.0 {
            Val::Place(p) => {
                self.written(p);
                Ok(Val::PlaceRef(p, true))
            }
            now => Ok(now.by_reference()),
        }
    }

    fn held_option(&mut self, v: Var, e: &'a Expr) -> Res<(Val, Value)> {
        match self.env.get(v.0 as usize).cloned().flatten() {
            Some(Val::Tuple(parts)) => match &parts[..] {
                [value, Val::Scalar(present)] => Ok((value.clone(), *present)),
                _ => Err(Refused),
            },
            Some(Val::Poison) => Err(Refused),
            _ => self.refuse(Kind::NotDifferentiated, e, &["a change of this `Option`"]),
        }
    }

    fn put_option(&mut self, v: Var, old: &Val, (new, present): (Val, Value), e: &'a Expr) -> Res<()> {
        let value = self.replaced(old, new, e)?;
        self.env[v.0 as usize] = Some(Val::Tuple(vec![value, Val::Scalar(present)]));
        Ok(())
    }
}
