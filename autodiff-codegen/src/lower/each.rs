//! `for` over something passive that is not looked into: the user's own iterator is asked for one item after
//! the other.

use super::exits::{Exit, Joined, Yields};
use super::facts::Facts;
use super::jump_loops::Test;
use super::slot::Slot;
use super::{Lower, Refused, Res, Val, iter, jumps, walk};
use crate::hir::{Block, Expr, ExprKind, Pat, Var};
use crate::ir::{Op, OpaqueKind, Ty};
use proc_macro2::Ident;
use quote::{quote, quote_spanned};

impl Facts<'_> {
    /// Whether what stands after `in` is passive, and nothing that is looked into.
    pub(super) fn is_foreign(&self, iter: &Expr) -> bool {
        let known = iter::classify(self, iter).is_some_and(|s| self.source_is_reachable(&s));
        !known && !self.tainted(iter) && !self.writes_tainted(iter) && !jumps::leaves(iter)
    }

    /// What is declared by a loop over it lives in opaque code.
    pub(super) fn foreign_opacity(&mut self, pat: &Pat, iter: &Expr) {
        self.changed_by_copy(iter);
        let mut vars: Vec<Var> = Vec::new();
        walk::bound(pat, &mut |v| vars.push(v));
        vars.retain(|v| !(self.is_asserted(*v) || self.is_tainted(*v)));
        vars.into_iter().for_each(|v| self.set_opaque(v));
    }
}

impl<'a> Lower<'a, '_> {
    /// The loop.
    pub(super) fn foreign_loop(&mut self, e: &'a Expr) -> Res<Joined> {
        let ExprKind::For { label, pat, iter, body } = &e.kind else { return Err(Refused) };
        let reads = self.copied_reads(iter)?;
        let span = crate::names::emitted(iter.span);
        let (items, item) = (self.made_up("items"), self.made_up("item"));
        let tokens = &iter.tokens;
        let init = quote_spanned!(span=> ::core::iter::IntoIterator::into_iter(#tokens));
        self.opaque_declaration(quote!(mut #items), init, vec![items.clone()], reads);
        let goal = self.enclose(label.as_ref(), true, Slot::Unit);
        let frame = self.loop_frame(e, vec![Exit::Continue(goal)], vec![Exit::Break(goal)]);
        let joined = frame.and_then(|frame| {
            self.free_loop(frame, Test::None, |s, _| s.run_next(&items, &item, pat, body, Exit::Break(goal)))
        });
        self.enclosing.pop();
        Ok(joined?.after(Exit::Break(goal), &Slot::Unit, false))
    }

    /// One round, if there is another item.
    fn run_next(
        &mut self,
        items: &Ident,
        item: &Ident,
        pat: &'a Pat,
        body: &'a Block,
        exit: Exit,
    ) -> Res<Yields> {
        let span = crate::names::emitted(pat.span);
        let next = quote_spanned!(span=> ::core::iter::Iterator::next(&mut #items));
        self.opaque_declaration(quote!(#item), next, vec![item.clone()], Vec::new());
        let kind = OpaqueKind::Expr(quote_spanned!(span=> #item.is_some()));
        let cond = self.push(Op::Opaque { kind, reads: Vec::new() }, Ty::Bool);
        self.either(
            cond,
            |s| {
                let init = quote_spanned!(span=> #item.unwrap());
                s.opaque_let(&pat.tokens, init, pat, Vec::new());
                s.declare_opaque(pat)?;
                s.run(&body.stmts, body.tail.as_deref(), None)
            },
            |s| s.leave(exit, Val::Unit, None),
        )
    }
}
