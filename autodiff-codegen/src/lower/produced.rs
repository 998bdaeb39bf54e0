//! Closures of iterator chains that give an `Option` or an iterator: what they make is handed on where it is made.

use super::drive::{Around, Sink};
use super::place::Loc;
use super::shape::Shape;
use super::{Lower, Refused, Res, Val, closure::Function};
use crate::hir::{Expr, ExprKind, Var};
use crate::ir::{self, Op, Place, PlaceTy, Proj, Value};

impl<'a, 'e> Lower<'a, 'e> {
    /// A closure that gives an `Option`, made in sight.
    pub(super) fn optional(
        &mut self,
        f: &Function<'a>,
        args: Vec<Val>,
        vars: &[Var],
        at: &'a Expr,
        some: &mut Sink<'_, 'a, 'e>,
        none: &mut dyn FnMut(&mut Self) -> Res<()>,
    ) -> Res<()> {
        self.within_function(f, args, at, &mut |s, closure| s.option_of(&closure.body, vars, at, some, none))
    }

    pub(super) fn option_of(
        &mut self,
        e: &'a Expr,
        vars: &[Var],
        at: &'a Expr,
        some: &mut Sink<'_, 'a, 'e>,
        none: &mut dyn FnMut(&mut Self) -> Res<()>,
    ) -> Res<()> {
        if self.dead {
            return Ok(());
        }
        match &e.kind {
            ExprKind::Call { path, args, .. } if path.is_ident("Some") && args.len() == 1 => {
                let val = self.expr(&args[0], None)?;
                some(self, val)
            }
            ExprKind::Path(path) if path.is_ident("None") => none(self),
            ExprKind::Block(b) => {
                self.stmts(&b.stmts)?;
                let Some(tail) = &b.tail else { return Err(Refused) };
                self.option_of(tail, vars, at, some, none)
            }
            ExprKind::If(c, then, Some(els)) => {
                let cond = self.condition(c)?;
                let vars = [vars, &self.assigned_here(then, Some(els))].concat();
                let first = self.arm(|s| {
                    s.stmts(&then.stmts)?;
                    let Some(tail) = &then.tail else { return Err(Refused) };
                    s.option_of(tail, &vars, at, some, none).map(|()| Val::Unit)
                })?;
                let second = self.arm(|s| s.option_of(els, &vars, at, some, none).map(|()| Val::Unit))?;
                self.join(cond, self.in_scope(&vars), first, second, at).map(drop)
            }
            ExprKind::Method { recv, name, args, .. }
                if matches!((name.to_string().as_str(), args.len()), ("then" | "then_some", 1))
                    && self.facts.shape(recv) == Shape::Bool =>
            {
                let cond = self.condition(recv)?;
                if name == "then_some" {
                    let val = self.expr(&args[0], None)?;
                    return self.choose_between(cond, vars, at, &mut |s| some(s, val.clone()), none);
                }
                let then = self.passed_function(&args[0])?;
                let vars = [vars, &self.assigned_by(&then)].concat();
                let mut then = |s: &mut Self| {
                    let val = s.apply(&then, Vec::new(), at)?;
                    some(s, val)
                };
                self.choose_between(cond, &vars, at, &mut then, none)
            }
            _ if self.facts.is_option(e) => {
                let (val, present) = self.option(e)?;
                self.choose_between(present, vars, at, &mut |s| some(s, val.clone()), none)
            }
            _ => Err(Refused),
        }
    }

    /// `scan`: the closure gets its state by mutable reference, as a variable that is written to a cell.
    pub(super) fn scanned(
        &mut self,
        f: &Function<'a>,
        (state, on): (Var, Var),
        val: Val,
        vars: &[Var],
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        // A struct is memory already.
        if let Some(Some(Val::Place(own))) = self.env.get(state.0 as usize).cloned() {
            self.written(own);
            let args = vec![Val::PlaceRef(own, true), val];
            return self.optional(f, args, vars, at, sink, &mut |s| s.stop(on));
        }
        let now = self.state_value(state);
        let cell = self.cell(now);
        let mut sink = |s: &mut Self, val: Val| {
            s.uncell(state, cell);
            sink(s, val)
        };
        self.optional(f, vec![Val::PlaceRef(cell, true), val], vars, at, &mut sink, &mut |s| s.stop(on))
    }

    /// A place of one scalar.
    pub(super) fn cell(&mut self, v: Value) -> Place {
        let ty = self.found(v);
        let array = self.fresh(PlaceTy::Array(Box::new(PlaceTy::Scalar(ty.clone())), ir::Len::Known(1)));
        self.same_elem(array, v);
        self.effect(Op::Alloc { place: array, init: ir::Init::Elems(vec![v]) });
        self.changing.insert(array);
        let zero = self.usize(0);
        let loc = Loc { place: array, path: vec![Proj::Index(zero)], ty: PlaceTy::Scalar(ty) };
        let view = self.new_view(loc);
        self.written(view);
        view
    }

    pub(super) fn uncell(&mut self, state: Var, cell: Place) {
        let ty = self.func.plc(cell).ty.clone();
        let now = self.load_scalar(&Loc { place: cell, path: Vec::new(), ty });
        self.set_state(state, now);
    }

    pub(super) fn flat_mapped(
        &mut self,
        f: &Function<'a>,
        val: Val,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        self.within_function(f, vec![val], at, &mut |s, closure| {
            let Some(chain) = super::chain::classify(&s.facts, &closure.body) else { return Err(Refused) };
            let inner = s.evaluate(&chain)?;
            s.drive(&inner, around, at, sink)
        })
    }
}
