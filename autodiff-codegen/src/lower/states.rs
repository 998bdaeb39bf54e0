//! Variables of the compiler's own, which loops and branches carry like the user's.

use super::{Lower, Res, Val};
use crate::hir::{Expr, ExprKind, Var};
use crate::ir::{CmpOp, Const, IntOp, Op, Ty, Value};

impl<'a> Lower<'a, '_> {
    /// A variable of the compiler's own.
    pub(super) fn state(&mut self, val: Val, stem: &'static str) -> Var {
        let v = Var(self.env.len() as u32);
        self.env.push(Some(val));
        self.states.insert(v, stem);
        v
    }

    pub(super) fn state_value(&mut self, v: Var) -> Value {
        match self.env.get(v.0 as usize) {
            Some(Some(Val::Scalar(x) | Val::ScalarRef(x))) => *x,
            _ => self.value(Ty::Opaque, None),
        }
    }

    pub(super) fn set_state(&mut self, v: Var, to: Value) {
        let old = self.state_value(v);
        self.same(old, to);
        self.env[v.0 as usize] = Some(Val::Scalar(to));
    }

    /// A state that is true at first.
    pub(super) fn switch(&mut self) -> Var {
        let on = self.flag(true);
        self.state(Val::Scalar(on), "on")
    }

    pub(super) fn flag(&mut self, value: bool) -> Value {
        self.push(Op::Const(Const::Bool(value)), Ty::Bool)
    }

    pub(super) fn usize(&mut self, value: i128) -> Value {
        self.int(value, Ty::usize())
    }

    /// One more, or one less.
    pub(super) fn count(&mut self, n: Var, op: IntOp) {
        let (old, one) = (self.state_value(n), self.usize(1));
        let new = self.int_op(op, vec![old, one]);
        self.set_state(n, new);
    }

    pub(super) fn stop(&mut self, on: Var) -> Res<()> {
        let off = self.flag(false);
        self.set_state(on, off);
        Ok(())
    }

    /// Leaves the function if a condition holds.
    pub(super) fn exit_if(&mut self, cond: Value, code: proc_macro2::TokenStream, at: &'a Expr) -> Res<()> {
        self.when(cond, &[], at, &mut |s| {
            s.effect(Op::Exit { code: code.clone(), reads: Vec::new() });
            s.dead = true;
            Ok(())
        })
    }

    /// Panics like `std` if a size is zero.
    pub(super) fn not_zero(&mut self, k: Value, at: &'a Expr, message: &str) -> Res<()> {
        if matches!(&at.kind, ExprKind::Lit(syn::Lit::Int(l)) if l.base10_digits() != "0") {
            return Ok(());
        }
        let zero = self.usize(0);
        let cond = self.compared(CmpOp::Eq, k, zero);
        self.exit_if(cond, self.failing(&quote::quote!(#message)), at)
    }

    /// `if cond { … }`, where these variables may change.
    pub(super) fn when(
        &mut self,
        cond: Value,
        vars: &[Var],
        at: &'a Expr,
        body: &mut dyn FnMut(&mut Self) -> Res<()>,
    ) -> Res<()> {
        self.choose_between(cond, vars, at, body, &mut |_| Ok(()))
    }

    /// `if cond { … } else { … }`
    pub(super) fn choose_between(
        &mut self,
        cond: Value,
        vars: &[Var],
        at: &'a Expr,
        then: &mut dyn FnMut(&mut Self) -> Res<()>,
        els: &mut dyn FnMut(&mut Self) -> Res<()>,
    ) -> Res<()> {
        let first = self.arm(|s| then(s).map(|()| Val::Unit))?;
        let second = self.arm(|s| els(s).map(|()| Val::Unit))?;
        self.join(cond, self.in_scope(vars), first, second, at).map(drop)
    }

    /// Those that are in scope, each once.
    pub(super) fn in_scope(&self, vars: &[Var]) -> Vec<Var> {
        let mut vars = vars.to_vec();
        vars.sort();
        vars.dedup();
        vars.retain(|v| self.env.get(v.0 as usize).is_some_and(Option::is_some));
        vars
    }
}
