//! What flows through iterator chains: from what they hand out into the patterns and closures that get it.

use super::callee::Named;
use super::chain::{Chain, Step, classify_or_opaque, join};
use super::closure::Fact;
use super::facts::Facts;
use super::shape::Shape;
use super::walk;
use crate::hir::{Expr, ExprKind, Pat, PatKind};

impl<'a> Facts<'a> {
    /// Whether the ends of a range are integers. One end says what the other one is.
    pub(super) fn are_integers(&self, lo: &Expr, hi: Option<&Expr>) -> bool {
        let int = |e: &Expr| matches!(self.shape(e), Shape::Int(_));
        let unknown = |e: &Expr| self.shape(e) == Shape::Unknown;
        let Some(hi) = hi else { return int(lo) };
        let passive = !self.tainted(lo) && !self.tainted(hi);
        (int(lo) && (int(hi) || unknown(hi))) || (unknown(lo) && (int(hi) || passive && unknown(hi)))
    }

    /// What is in the `Some` of an expression, if it is made in sight.
    pub(super) fn option(&self, e: &Expr) -> Option<Fact> {
        match &e.kind {
            ExprKind::Call { path, args, .. } if path.is_ident("Some") && args.len() == 1 => {
                Some(self.fact(&args[0]))
            }
            ExprKind::Path(path) if path.is_ident("None") => Some((Shape::Unknown, false)),
            ExprKind::If(_, then, Some(els)) => {
                Some(join(self.option(then.tail.as_deref()?)?, self.option(els)?))
            }
            ExprKind::Block(b) => self.option(b.tail.as_deref()?),
            ExprKind::Method { recv, name, args, .. }
                if matches!(args.len(), 1) && self.shape(recv) == Shape::Bool =>
            {
                match (name.to_string().as_str(), &args[..]) {
                    ("then_some", [x]) => Some(self.fact(x)),
                    ("then", [f]) => Some(self.closure_result(self.closure(f)?)),
                    _ => None,
                }
            }
            // One that is followed, wherever it is made.
            _ if self.is_option(e) => Some((self.payload(e), true)),
            _ => None,
        }
    }

    /// What `iter::successors` hands out.
    pub(super) fn successor(&self, first: &Expr, f: &Expr) -> Fact {
        let next = self.closure(f).and_then(|closure| self.option(&closure.body));
        let start = self.option(first);
        match (start, next) {
            // The first one says it, as far as it is known.
            (Some((shape, a)), Some((_, b))) if shape.is_known() => (shape, a || b),
            (Some(a), Some(b)) => join(a, b),
            (Some(fact), None) | (None, Some(fact)) => fact,
            (None, None) => (Shape::Unknown, self.tainted(first)),
        }
    }

    /// Lets what `iter::successors` hands out flow into the function that it is given to.
    pub(super) fn feed_successors(&mut self, e: &'a Expr) {
        let Some(("successors", [first, f])) = super::chain::source(e) else { return };
        let Some(closure) = self.closure(f) else { return };
        let (shape, tainted) = self.successor(first, f);
        self.feed(closure, &[(referenced(shape, true), tainted)]);
    }

    /// Whether an expression is passive, and may be an iterator that only rustc knows.
    pub(super) fn is_unknown_iterator(&self, e: &Expr) -> bool {
        let fits = matches!(self.shape(e), Shape::Unknown | Shape::Ref(..) | Shape::Place(_));
        fits && !self.tainted(e) && !self.writes_tainted(e) && !matches!(e.kind, ExprKind::Closure(_))
    }

    /// Whether an expression is active, and of a type that only rustc knows, but that can be an array, a slice or a `Vec`:
    /// what a call returned, or a part of that. The loop over it asks rustc for its length in a way that only those have.
    pub(super) fn is_sequence(&self, e: &Expr) -> bool {
        let unknown = *self.shape(e).strip() == Shape::Unknown && self.tainted(e);
        unknown
            && match &e.kind {
                ExprKind::Var(v) => {
                    let (looked, made) = (&self.looked, &self.iterators);
                    !looked.contains(v) && !made.contains_key(v) && !self.closures.contains_key(v)
                }
                ExprKind::Call { .. } => {
                    !self.asked.contains(&std::ptr::from_ref(e))
                        && matches!(self.named(e), Some(Named::Function))
                }
                ExprKind::Ref(false, a) | ExprKind::Deref(a) | ExprKind::Index(a, _) => self.is_sequence(a),
                // A field of a struct that is out of sight.
                ExprKind::Field(base, syn::Member::Named(_)) => self.has_members(base),
                _ => false,
            }
    }

    /// Binds a pattern to the items of a chain: each part to where it comes from.
    pub(super) fn bind_items(&mut self, pat: &Pat, chain: &Chain, by_ref: bool) {
        let inner = match (&pat.kind, chain) {
            (PatKind::Tuple(ps), Chain::Zip(a, b)) if ps.len() == 2 => {
                self.bind_items(&ps[0], a, by_ref);
                return self.bind_items(&ps[1], b, by_ref);
            }
            (PatKind::Tuple(ps), Chain::On(inner, Step::Enumerate)) if ps.len() == 2 => {
                let number = Shape::Int(Some("usize".into()));
                self.bind(&ps[0], &referenced(number, by_ref), false);
                return self.bind_items(&ps[1], inner, by_ref);
            }
            (PatKind::Ref(p), chain) if by_ref => return self.bind_items(p, chain, false),
            (_, Chain::On(inner, step)) => match step {
                Step::Rev | Step::Cycle | Step::Skip(_) | Step::Take(_) | Step::By(_) | Step::Inspect(_) => {
                    inner
                }
                Step::Filter(_) | Step::TakeWhile(_) | Step::SkipWhile(_) => inner,
                _ => chain,
            },
            (_, chain) => chain,
        };
        if !std::ptr::eq(inner, chain) {
            return self.bind_items(pat, inner, by_ref);
        }
        let (shape, tainted) = chain.item(self);
        self.bind(pat, &referenced(shape, by_ref), tainted);
        self.alias_items(pat, chain);
    }

    /// What is changed through mutable references to items is changed in their places.
    fn alias_items(&mut self, pat: &Pat, chain: &Chain) {
        let mut lent = Vec::new();
        chain.lent(&mut lent);
        let mut vars = Vec::new();
        walk::bound(pat, &mut |v| vars.push(v));
        vars.retain(|v| matches!(self.var(*v), Shape::Ref(true, _)));
        for v in vars {
            lent.iter().for_each(|a| self.add_alias(v, *a));
        }
    }

    /// Parts of items that only rustc knows live in opaque code.
    pub(super) fn opaque_items(&mut self, pat: &Pat) {
        let mut vars = Vec::new();
        walk::bound(pat, &mut |v| vars.push(v));
        for v in vars {
            let unknown = self.var(v) == Shape::Unknown;
            if unknown && !self.is_tainted(v) && !self.is_asserted(v) {
                self.set_opaque(v);
            }
        }
    }

    /// Lets what a chain hands out flow into the closures that it is given to.
    pub(super) fn feed_chain(&mut self, recv: &'a Expr, name: &str, args: &'a [Expr]) {
        for (i, f) in args.iter().enumerate() {
            let Some(closure) = self.closure(f) else { continue };
            let Some(chain) = classify_or_opaque(self, recv, self.active_argument(args).unwrap_or(f)) else {
                let unknown = (Shape::Unknown, self.tainted(recv));
                let facts: Vec<Fact> = closure.params.iter().map(|_| unknown.clone()).collect();
                self.feed(closure, &facts);
                continue;
            };
            // What comes before the items, how many items there are, and whether they are lent only.
            let (first, items, by_ref) = match (name, i, args) {
                ("try_fold", 1, [init, _]) => {
                    let made = self.option(&closure.body).unwrap_or((Shape::Unknown, false));
                    (Some(join(self.fact(init), made)), 1, false)
                }
                ("fold" | "rfold", 1, [init, _]) => {
                    let acc = join(self.fact(init), self.closure_result(closure));
                    (Some(acc), 1, false)
                }
                ("scan", 1, [start, _]) => {
                    let (s, t) = self.fact(start);
                    (Some((Shape::Ref(true, Box::new(s)), t)), 1, false)
                }
                (
                    "filter" | "inspect" | "take_while" | "skip_while" | "find" | "partition" | "retain",
                    ..,
                ) => (None, 1, true),
                ("reduce", ..) => (Some(join(chain.item(self), self.closure_result(closure))), 1, false),
                ("max_by" | "min_by" | "dedup_by", ..) => (None, 2, true),
                ("dedup_by_key", ..) => (None, 1, true),
                _ => (None, 1, false),
            };
            let item = chain.item(self);
            let item = (referenced(item.0, by_ref), item.1);
            let mut facts: Vec<Fact> = first.into_iter().collect();
            let before = facts.len();
            facts.extend(std::iter::repeat_n(item, items));
            let typed = closure.params.iter().any(|(_, ty)| ty.is_some());
            if typed || items > 1 {
                self.feed(closure, &facts);
            } else {
                self.feed(closure, &facts[..before]);
            }
            for (pat, ty) in closure.params.iter().skip(before) {
                match typed || items > 1 || ty.is_some() {
                    true => self.alias_items(pat, &chain),
                    false => self.bind_items(pat, &chain, by_ref),
                }
            }
        }
    }

    /// An argument of a method of iterators that something active flows into: of `fold`, what it begins with counts as well
    /// as what the closure reads.
    pub(super) fn active_argument<'e>(&self, args: &'e [Expr]) -> Option<&'e Expr> {
        args.iter().find(|a| self.tainted(a))
    }

    /// Parameters of closures that get items only rustc knows.
    pub(super) fn opaque_parameters(&mut self, recv: &'a Expr, args: &'a [Expr]) {
        for f in args {
            let Some(closure) = self.closure(f) else { continue };
            let active = self.active_argument(args).unwrap_or(f);
            if classify_or_opaque(self, recv, active).is_some_and(|chain| chain.is_opaque_in_part()) {
                closure.params.iter().for_each(|(pat, _)| self.opaque_items(pat));
            }
        }
    }
}

/// `&T`, if it is lent only.
fn referenced(s: Shape, by_ref: bool) -> Shape {
    if by_ref { Shape::Ref(false, Box::new(s)) } else { s }
}
