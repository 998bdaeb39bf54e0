//! `for` over something passive that is not looked into: the user's own iterator is asked for one item after
//! the other.

use super::chain::{self, Chain, Step};
use super::exits::{Exit, Joined, Yields};
use super::facts::Facts;
use super::jump_loops::Test;
use super::opaque_items::again;
use super::rounds::OpenRange;
use super::slot::Slot;
use super::{Lower, Refused, Res, Val, iter, jumps, walk};
use crate::hir::{Block, Expr, ExprKind, Pat, Var};
use crate::ir::{Again, Op, OpaqueKind, Ty, Value};
use proc_macro2::Ident;
use quote::{quote, quote_spanned};

impl Facts<'_> {
    /// Whether what a loop runs over is passive, and nothing that is looked into.
    pub(super) fn is_foreign(&self, iter: &Expr, body: &Block) -> bool {
        if self.tainted(iter) || self.writes_tainted(iter) || jumps::leaves(iter) {
            return false;
        }
        if iter::classify(self, iter).is_some_and(|s| self.source_is_reachable(&s)) {
            return false;
        }
        if OpenRange::of(self, iter).is_some() {
            return false;
        }
        chain::classify(self, iter).is_none_or(|chain| {
            let mut places = Vec::new();
            chain.places(&mut places);
            places.into_iter().any(|p| self.is_copied(p)) || (jumps::in_body(body) && !is_counted(&chain))
        })
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

/// Methods of iterators that pick one of the items.
const PICKS: [&str; 9] =
    ["find", "last", "max", "max_by", "max_by_key", "min", "min_by", "min_by_key", "nth"];

impl Facts<'_> {
    /// Whether a method picks one of the integers that an iterator hands out, perhaps by what an active value
    /// says of it: the choice has no derivative.
    pub(super) fn picks_integer(&self, recv: &Expr, name: &str) -> bool {
        let chain = || chain::classify(self, recv);
        PICKS.contains(&name) && chain().is_some_and(|chain| !chain.item(self).0.may_carry())
    }
}

/// Whether the number of a chain's items is known before the first one is handed out.
fn is_counted(chain: &Chain) -> bool {
    match chain {
        Chain::Ints { hi, .. } => hi.is_some(),
        Chain::Elements(..) | Chain::Parts(..) | Chain::Table(..) | Chain::Once(_) => true,
        Chain::Numbers(..) | Chain::Drained(..) => true,
        Chain::Bound(_, made) => is_counted(made),
        Chain::Zip(a, b) => is_counted(a) && is_counted(b),
        Chain::On(inner, step) => {
            let keeps = matches!(step, Step::Map(_) | Step::Inspect(_) | Step::Copied | Step::Enumerate);
            let cuts = matches!(step, Step::Rev | Step::Skip(_) | Step::Take(_) | Step::By(_));
            (keeps || cuts) && is_counted(inner)
        }
        Chain::Repeat(_) | Chain::Successors(..) | Chain::Append(..) | Chain::Opaque(..) => false,
    }
}

/// An iterator that only rustc knows.
struct Items {
    items: Ident,
    /// A name for the item at hand.
    item: Ident,
    /// What asking for the next one again would change.
    next: Again,
}

impl<'a> Lower<'a, '_> {
    /// The iterator, and a name for its items.
    fn items(&mut self, iter: &'a Expr) -> Res<Items> {
        let reads = self.copied_reads(iter)?;
        let span = crate::names::emitted(iter.span);
        let (items, item) = (self.made_up("items"), self.made_up("item"));
        let (tokens, owners) = self.held_owners(iter, &reads);
        let init = quote_spanned!(span=> ::core::iter::IntoIterator::into_iter(#tokens));
        let (make, next) = again(self.facts.has_std_items(iter), &items);
        self.repeatable_declaration(quote!(mut #items), init, vec![items.clone()], reads, make);
        self.hold(&items, owners);
        Ok(Items { items, item, next })
    }

    /// Asks for the next item, and whether there is one.
    fn next(&mut self, items: &Items) -> Value {
        let Items { items, item, next: again } = items;
        let span = crate::names::emitted(self.origin.span);
        let next = quote_spanned!(span=> ::core::iter::Iterator::next(&mut #items));
        self.repeatable_declaration(quote!(#item), next, vec![item.clone()], Vec::new(), again.clone());
        let kind = OpaqueKind::Expr(quote_spanned!(span=> #item.is_some()));
        self.push(Op::Opaque { kind, reads: Vec::new(), again: Again::Nothing }, Ty::Bool)
    }

    /// Binds the loop's pattern to the item.
    fn bind_item(&mut self, item: &Ident, pat: &'a Pat) -> Res<()> {
        let span = crate::names::emitted(pat.span);
        let init = quote_spanned!(span=> #item.unwrap());
        self.repeatable_let(&pat.tokens, init, pat, Vec::new(), Again::Nothing);
        self.declare_opaque(pat)
    }

    /// The loop, if nothing leads out of it but its end.
    pub(super) fn plain_foreign_loop(&mut self, pat: &'a Pat, iter: &'a Expr, body: &'a Block) -> Res<()> {
        let held = self.held.len();
        let items = self.items(iter)?;
        self.while_by(
            body,
            iter,
            |s| Ok(s.next(&items)),
            |s| {
                s.bind_item(&items.item, pat)?;
                s.unit_block(body)
            },
        )?;
        self.release(held);
        Ok(())
    }

    /// The loop.
    pub(super) fn foreign_loop(&mut self, e: &'a Expr) -> Res<Joined> {
        let ExprKind::For { label, pat, iter, body } = &e.kind else { return Err(Refused) };
        let held = self.held.len();
        let items = self.items(iter)?;
        let goal = self.enclose(label.as_ref(), true, Slot::Unit);
        let frame = self.loop_frame(e, vec![Exit::Continue(goal)], vec![Exit::Break(goal)]);
        let joined = frame.and_then(|frame| {
            self.free_loop(frame, Test::None, |s, _| s.run_next(&items, pat, body, Exit::Break(goal)))
        });
        self.enclosing.pop();
        let joined = joined?.after(Exit::Break(goal), &Slot::Unit, false);
        self.release(held);
        Ok(joined)
    }

    /// One round, if there is another item.
    fn run_next(&mut self, items: &Items, pat: &'a Pat, body: &'a Block, exit: Exit) -> Res<Yields> {
        let cond = self.next(items);
        self.either(
            cond,
            |s| {
                s.bind_item(&items.item, pat)?;
                s.run(&body.stmts, body.tail.as_deref(), None)
            },
            |s| s.leave(exit, Val::Unit, None),
        )
    }
}
