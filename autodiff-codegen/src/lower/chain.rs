//! Iterator chains: which ones are understood, and what they hand out.

use super::closure::Fact;
use super::facts::{Facts, element};
use super::shape::Shape;
use super::walk;
use crate::hir::{Expr, ExprKind, Pat, PatKind, Var};
use crate::ir::{Mode, PlaceTy};

/// An iterator that is understood: a source, and what is done to it.
pub enum Chain<'a> {
    /// `lo..hi`, `lo..=hi`, `lo..`
    Ints {
        /// First.
        lo: &'a Expr,
        /// Bound.
        hi: Option<&'a Expr>,
        /// `..=`
        inclusive: bool,
    },
    /// The elements of an array, slice or `Vec`.
    Elements(&'a Expr, Mode),
    /// Runs of elements of one.
    Parts(&'a Expr, &'a Expr, Part),
    /// The elements of a constant array or slice, of a type that only rustc knows.
    Table(&'a Expr, Mode),
    /// A passive iterator that only rustc knows; or what `for` and `zip` can make one of.
    Opaque(&'a Expr, bool),
    /// `iter::repeat(x)`
    Repeat(&'a Expr),
    /// `iter::once(x)`
    Once(&'a Expr),
    /// `a.zip(b)`
    Zip(Box<Chain<'a>>, Box<Chain<'a>>),
    /// `a.chain(b)`
    Append(Box<Chain<'a>>, Box<Chain<'a>>),
    /// An adaptor on another iterator.
    On(Box<Chain<'a>>, Step<'a>),
}

/// Which runs of elements.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Part {
    /// `windows(k)`
    Windows,
    /// `chunks(k)`
    Chunks,
    /// `chunks_exact(k)`
    Exact,
}

/// An adaptor, with its arguments.
pub enum Step<'a> {
    /// `map(f)`
    Map(&'a Expr),
    /// `inspect(f)`
    Inspect(&'a Expr),
    /// `copied()`, `cloned()`
    Copied,
    /// `enumerate()`
    Enumerate,
    /// `rev()`
    Rev,
    /// `skip(n)`
    Skip(&'a Expr),
    /// `take(n)`
    Take(&'a Expr),
    /// `step_by(n)`
    StepBy(&'a Expr),
    /// `filter(f)`
    Filter(&'a Expr),
    /// `take_while(f)`
    TakeWhile(&'a Expr),
    /// `skip_while(f)`
    SkipWhile(&'a Expr),
    /// `filter_map(f)`
    FilterMap(&'a Expr),
    /// `map_while(f)`
    MapWhile(&'a Expr),
    /// `scan(start, f)`
    Scan(&'a Expr, &'a Expr),
    /// `flat_map(f)`
    FlatMap(&'a Expr),
    /// `flatten()`
    Flatten,
}

/// Classifies an expression that is an iterator, or that `for` can make one of.
pub fn classify<'a>(facts: &Facts, e: &'a Expr) -> Option<Chain<'a>> {
    match &e.kind {
        ExprKind::Range { lo: Some(lo), hi, inclusive } => {
            let hi = hi.as_deref();
            facts.are_integers(lo, hi).then_some(Chain::Ints { lo, hi, inclusive: *inclusive })
        }
        ExprKind::Method { .. } => method(facts, e).or_else(|| elements(facts, e)),
        ExprKind::Call { path, qself: false, args } => {
            let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
            let [.., module, name] = &names[..] else { return None };
            match (module.as_str(), name.as_str(), &args[..]) {
                ("iter", "repeat", [x]) => Some(Chain::Repeat(x)),
                ("iter", "once", [x]) => Some(Chain::Once(x)),
                ("iter", "zip", [a, b]) => {
                    Some(Chain::Zip(Box::new(classify(facts, a)?), Box::new(classify(facts, b)?)))
                }
                _ => None,
            }
        }
        _ => elements(facts, e),
    }
}

/// Classifies a method call that gives an iterator.
pub fn method<'a>(facts: &Facts, e: &'a Expr) -> Option<Chain<'a>> {
    match &e.kind {
        ExprKind::Method { recv, name, args, turbofish: None } => {
            adaptor(facts, recv, &name.to_string(), args)
        }
        _ => None,
    }
}

/// Classifies an iterator that meets something active. If it is passive, and of a kind that only rustc knows, that
/// will do.
pub fn classify_or_opaque<'a>(facts: &Facts, e: &'a Expr, active: &Expr) -> Option<Chain<'a>> {
    let opaque = || facts.tainted(active) && facts.is_unknown_iterator(e);
    classify(facts, e).or_else(|| opaque().then_some(Chain::Opaque(e, false)))
}

/// Classifies what `for` or `zip` makes an iterator of.
pub fn classify_into<'a>(facts: &Facts, e: &'a Expr) -> Option<Chain<'a>> {
    let opaque = || facts.is_unknown_iterator(e);
    classify(facts, e).or_else(|| opaque().then_some(Chain::Opaque(e, true)))
}

/// What stands for its elements without a method: `a`, `&a`, `&mut a`.
fn elements<'a>(facts: &Facts, e: &'a Expr) -> Option<Chain<'a>> {
    let shape = facts.shape(e);
    match &e.kind {
        ExprKind::Ref(false, inner) if is_constant(inner) => return Some(Chain::Table(inner, Mode::Ref)),
        _ if is_constant(e) => return Some(Chain::Table(e, Mode::Value)),
        _ => {}
    }
    let mode = match &shape {
        Shape::Place(_) => Mode::Value,
        Shape::Ref(mutable, t) if matches!(**t, Shape::Place(_)) => {
            if *mutable {
                Mode::Mut
            } else {
                Mode::Ref
            }
        }
        Shape::Ref(false, t) if matches!(t.strip(), Shape::Place(_)) => Mode::Ref,
        _ => return None,
    };
    (element(&shape).is_known() && facts.is_at_hand(e)).then_some(Chain::Elements(e, mode))
}

/// Whether an expression is the path of a constant or static, as far as its name tells.
fn is_constant(e: &Expr) -> bool {
    let ExprKind::Path(path) = &e.kind else { return false };
    path.segments.last().is_some_and(|s| {
        let name = s.ident.to_string();
        s.arguments.is_empty() && name.len() > 1 && !name.contains(char::is_lowercase)
    })
}

fn adaptor<'a>(facts: &Facts, recv: &'a Expr, name: &str, args: &'a [Expr]) -> Option<Chain<'a>> {
    let is_place = element(&facts.shape(recv)).is_known() && facts.is_at_hand(recv);
    if name == "iter" && args.is_empty() && !is_place && is_constant(recv) {
        return Some(Chain::Table(recv, Mode::Ref));
    }
    match (name, args) {
        ("iter", []) if is_place => return Some(Chain::Elements(recv, Mode::Ref)),
        ("iter_mut", []) if is_place => return Some(Chain::Elements(recv, Mode::Mut)),
        ("windows", [k]) if is_place => return Some(Chain::Parts(recv, k, Part::Windows)),
        ("chunks", [k]) if is_place => return Some(Chain::Parts(recv, k, Part::Chunks)),
        ("chunks_exact", [k]) if is_place => return Some(Chain::Parts(recv, k, Part::Exact)),
        ("into_iter", []) => return classify(facts, recv),
        _ if is_place => return None,
        _ => {}
    }
    let step = match (name, args) {
        ("map", [f]) => Step::Map(f),
        ("inspect", [f]) => Step::Inspect(f),
        ("copied" | "cloned", []) => Step::Copied,
        ("enumerate", []) => Step::Enumerate,
        ("rev", []) => Step::Rev,
        ("skip", [n]) => Step::Skip(n),
        ("take", [n]) => Step::Take(n),
        ("step_by", [n]) => Step::StepBy(n),
        ("filter", [f]) => Step::Filter(f),
        ("take_while", [f]) => Step::TakeWhile(f),
        ("skip_while", [f]) => Step::SkipWhile(f),
        ("filter_map", [f]) => Step::FilterMap(f),
        ("map_while", [f]) => Step::MapWhile(f),
        ("scan", [start, f]) => Step::Scan(start, f),
        ("flat_map", [f]) => Step::FlatMap(f),
        ("flatten", []) => Step::Flatten,
        ("zip" | "chain", [other]) => {
            let (a, b) = (classify_or_opaque(facts, recv, other)?, classify_into(facts, other)?);
            let (a, b) = (Box::new(a), Box::new(b));
            return Some(if name == "zip" { Chain::Zip(a, b) } else { Chain::Append(a, b) });
        }
        // The same iterator.
        ("into_iter" | "by_ref" | "fuse", []) if name != "by_ref" => return classify(facts, recv),
        _ => return None,
    };
    let inner = match (&step, args) {
        (
            Step::Map(_) | Step::Filter(_) | Step::Inspect(_) | Step::TakeWhile(_) | Step::SkipWhile(_),
            [f],
        )
        | (Step::FilterMap(_) | Step::MapWhile(_) | Step::FlatMap(_) | Step::Scan(..), [.., f]) => {
            classify_or_opaque(facts, recv, f)?
        }
        _ => classify(facts, recv)?,
    };
    let chain = Chain::On(Box::new(inner), step);
    chain.is_understood(facts).then_some(chain)
}

/// The first method of a chain that is not understood; of other method calls, the call itself.
pub fn blamed<'a>(facts: &Facts, e: &'a Expr) -> &'a Expr {
    let ExprKind::Method { recv, .. } = &e.kind else { return e };
    let ExprKind::Method { recv: inner, .. } = &recv.kind else { return e };
    let inside = classify(facts, recv).is_none() && facts.tainted(recv);
    let iterates = classify(facts, inner).is_some() || matches!(inner.kind, ExprKind::Method { .. });
    if inside && iterates { blamed(facts, recv) } else { e }
}

impl<'a> Chain<'a> {
    fn is_understood(&self, facts: &Facts) -> bool {
        match self {
            Chain::On(_, Step::FilterMap(f) | Step::MapWhile(f) | Step::Scan(_, f)) => {
                facts.closure(f).is_some_and(|closure| facts.option(&closure.body).is_some())
            }
            Chain::On(_, Step::FlatMap(f)) => {
                facts.closure(f).is_some_and(|closure| classify(facts, &closure.body).is_some())
            }
            Chain::On(inner, Step::Flatten) => matches!(inner.item(facts).0.strip(), Shape::Place(_)),
            _ => true,
        }
    }

    /// The shape of what it hands out, and whether that may be active.
    pub fn item(&self, facts: &Facts) -> Fact {
        match self {
            Chain::Ints { lo, hi, .. } => {
                let int = |e: &Expr| match facts.shape(e).strip() {
                    Shape::Int(i) => Shape::Int(i.clone()),
                    _ => Shape::Int(None),
                };
                (hi.map_or(int(lo), |hi| int(lo).join(int(hi))), false)
            }
            Chain::Elements(place, mode) => {
                let (shape, tainted) = facts.fact(place);
                by_mode(element(&shape), *mode, tainted)
            }
            Chain::Parts(place, ..) => {
                let (shape, tainted) = facts.fact(place);
                let run = element(&shape).elem_place().map_or(Shape::Unknown, |t| {
                    Shape::Ref(false, Box::new(Shape::Place(PlaceTy::Slice(Box::new(t)))))
                });
                let tainted = tainted && run.may_carry();
                (run, tainted)
            }
            Chain::Repeat(x) | Chain::Once(x) => facts.fact(x),
            Chain::Table(..) | Chain::Opaque(..) => (Shape::Unknown, false),
            Chain::Zip(a, b) => {
                let ((a, ta), (b, tb)) = (a.item(facts), b.item(facts));
                (Shape::Tuple(vec![a, b]), ta || tb)
            }
            Chain::Append(a, b) => join(a.item(facts), b.item(facts)),
            Chain::On(inner, step) => step.item(inner.item(facts), facts),
        }
    }

    /// The places that it hands out mutable references into.
    pub fn lent(&self, out: &mut Vec<Var>) {
        match self {
            Chain::Elements(place, Mode::Mut) => out.extend(walk::root(place)),
            Chain::Zip(a, b) | Chain::Append(a, b) => {
                a.lent(out);
                b.lent(out);
            }
            Chain::On(inner, _) => inner.lent(out),
            _ => {}
        }
    }

    /// Whether something in it only rustc knows.
    pub fn is_opaque_in_part(&self) -> bool {
        match self {
            Chain::Table(..) | Chain::Opaque(..) => true,
            Chain::Zip(a, b) | Chain::Append(a, b) => a.is_opaque_in_part() || b.is_opaque_in_part(),
            Chain::On(inner, _) => inner.is_opaque_in_part(),
            _ => false,
        }
    }

    /// The arrays that it reads.
    pub fn places(&self, out: &mut Vec<&'a Expr>) {
        match self {
            Chain::Elements(place, _) | Chain::Parts(place, ..) => out.push(place),
            Chain::Zip(a, b) | Chain::Append(a, b) => {
                a.places(out);
                b.places(out);
            }
            Chain::On(inner, _) => inner.places(out),
            _ => {}
        }
    }

    /// Whether handing out an element more or less can't be noticed.
    pub fn is_harmless(&self, facts: &Facts) -> bool {
        match self {
            Chain::Zip(a, b) | Chain::Append(a, b) => a.is_harmless(facts) && b.is_harmless(facts),
            Chain::On(inner, step) => {
                inner.is_harmless(facts)
                    && match step {
                        Step::Map(f) | Step::Filter(f) => facts.is_harmless(f),
                        Step::Copied | Step::Enumerate | Step::Rev => true,
                        Step::Skip(_) | Step::Take(_) | Step::StepBy(_) => true,
                        _ => false,
                    }
            }
            _ => true,
        }
    }
}

impl Step<'_> {
    fn item(&self, item: Fact, facts: &Facts) -> Fact {
        match self {
            Step::Map(f) => facts.applied(f, &[item]),
            Step::Copied => match item.0 {
                Shape::Ref(_, t) => (*t, item.1),
                other => (other, item.1),
            },
            Step::Enumerate => (Shape::Tuple(vec![Shape::Int(Some("usize".into())), item.0]), item.1),
            Step::FilterMap(f) | Step::MapWhile(f) | Step::Scan(_, f) => facts
                .closure(f)
                .and_then(|closure| facts.option(&closure.body))
                .unwrap_or((Shape::Unknown, item.1)),
            Step::FlatMap(f) => match facts.closure(f).and_then(|c| classify(facts, &c.body)) {
                Some(inner) => inner.item(facts),
                None => (Shape::Unknown, item.1),
            },
            Step::Flatten => {
                let mode = match &item.0 {
                    Shape::Ref(true, _) => Mode::Mut,
                    Shape::Ref(false, _) => Mode::Ref,
                    _ => Mode::Value,
                };
                by_mode(element(&item.0), mode, item.1)
            }
            _ => item,
        }
    }
}

/// An element that is handed out by value or by reference.
fn by_mode(item: Shape, mode: Mode, tainted: bool) -> Fact {
    let item = match mode {
        Mode::Value => item,
        mode => Shape::Ref(mode == Mode::Mut, Box::new(item)),
    };
    let tainted = tainted && item.may_carry();
    (item, tainted)
}

/// Two ways to come to the same value.
pub(super) fn join((a, ta): Fact, (b, tb): Fact) -> Fact {
    let shape = match (a, b) {
        (Shape::Unknown, s) | (s, Shape::Unknown) => s,
        (a, b) => a.join(b),
    };
    (shape, ta || tb)
}

impl<'a> Facts<'a> {
    /// Whether the ends of a range are integers. One end says what the other one is.
    fn are_integers(&self, lo: &Expr, hi: Option<&Expr>) -> bool {
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
            ExprKind::Method { recv, name, args, .. } if self.shape(recv) == Shape::Bool => {
                match (name.to_string().as_str(), &args[..]) {
                    ("then_some", [x]) => Some(self.fact(x)),
                    ("then", [f]) => Some(self.closure_result(self.closure(f)?)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether an expression is passive, and may be an iterator that only rustc knows.
    fn is_unknown_iterator(&self, e: &Expr) -> bool {
        let fits = matches!(self.shape(e), Shape::Unknown | Shape::Ref(..) | Shape::Place(_));
        fits && !self.tainted(e) && !self.writes_tainted(e) && !matches!(e.kind, ExprKind::Closure(_))
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
                Step::Rev | Step::Skip(_) | Step::Take(_) | Step::StepBy(_) | Step::Inspect(_) => inner,
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
            let Some(chain) = classify_or_opaque(self, recv, f) else {
                let unknown = (Shape::Unknown, self.tainted(recv));
                let facts: Vec<Fact> = closure.params.iter().map(|_| unknown.clone()).collect();
                self.feed(closure, &facts);
                continue;
            };
            // What comes before the items, how many items there are, and whether they are lent only.
            let (first, items, by_ref) = match (name, i, args) {
                ("fold", 1, [init, _]) => {
                    let acc = join(self.fact(init), self.closure_result(closure));
                    (Some(acc), 1, false)
                }
                ("scan", 1, [start, _]) => {
                    let (s, t) = self.fact(start);
                    (Some((Shape::Ref(true, Box::new(s)), t)), 1, false)
                }
                ("filter" | "inspect" | "take_while" | "skip_while" | "find", ..) => (None, 1, true),
                ("reduce", ..) => (None, 2, false),
                ("max_by" | "min_by", ..) => (None, 2, true),
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

    /// Parameters of closures that get items only rustc knows.
    pub(super) fn opaque_parameters(&mut self, recv: &'a Expr, args: &'a [Expr]) {
        for f in args {
            let Some(closure) = self.closure(f) else { continue };
            if classify_or_opaque(self, recv, f).is_some_and(|chain| chain.is_opaque_in_part()) {
                closure.params.iter().for_each(|(pat, _)| self.opaque_items(pat));
            }
        }
    }
}

/// `&T`, if it is lent only.
fn referenced(s: Shape, by_ref: bool) -> Shape {
    if by_ref { Shape::Ref(false, Box::new(s)) } else { s }
}
