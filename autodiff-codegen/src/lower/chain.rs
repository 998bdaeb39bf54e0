//! Iterator chains: which ones are understood, and what they hand out.

use super::closure::Fact;
use super::data::Data;
use super::facts::{Facts, element};
use super::shape::Shape;
use super::walk;
use crate::hir::{Expr, ExprKind, Var};
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
    /// Runs of elements of one; whether they are lent to be changed.
    Parts(&'a Expr, &'a Expr, Part, bool),
    /// `v.drain(a..b)`: elements that are taken out of a `Vec`.
    Drained(&'a Expr, &'a Expr),
    /// The elements of a constant array or slice, of a type that only rustc knows.
    Table(&'a Expr),
    /// The numbers in an active value of linear algebra, or its rows or columns, each a value of its own.
    Numbers(&'a Expr, Listed, Mode),
    /// A passive iterator that only rustc knows; or what `for` and `zip` can make one of.
    Opaque(&'a Expr, bool),
    /// One that a variable is bound to, and how it was made.
    Bound(Var, Box<Chain<'a>>),
    /// `iter::repeat(x)`
    Repeat(&'a Expr),
    /// `iter::once(x)`
    Once(&'a Expr),
    /// `iter::successors(first, f)`
    Successors(&'a Expr, &'a Expr),
    /// `a.zip(b)`
    Zip(Box<Chain<'a>>, Box<Chain<'a>>),
    /// `a.chain(b)`
    Append(Box<Chain<'a>>, Box<Chain<'a>>),
    /// An adaptor on another iterator.
    On(Box<Chain<'a>>, Step<'a>),
}

/// What of a value of linear algebra is handed out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Listed {
    /// Its numbers.
    Numbers,
    /// Its rows.
    Rows,
    /// Its columns.
    Columns,
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
    /// `rchunks(k)`
    FromEnd,
}

impl Part {
    /// Which ones a method of slices hands out, and whether to be changed.
    fn of(name: &str) -> Option<(Part, bool)> {
        Some(match name {
            "windows" => (Part::Windows, false),
            "chunks" => (Part::Chunks, false),
            "chunks_mut" => (Part::Chunks, true),
            "chunks_exact" => (Part::Exact, false),
            "chunks_exact_mut" => (Part::Exact, true),
            "rchunks" => (Part::FromEnd, false),
            "rchunks_mut" => (Part::FromEnd, true),
            _ => return None,
        })
    }
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
    /// `cycle()`
    Cycle,
    /// `skip(n)`
    Skip(&'a Expr),
    /// `take(n)`
    Take(&'a Expr),
    /// `step_by(n)`
    By(&'a Expr),
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
pub fn classify<'a, 'f: 'a>(facts: &Facts<'f>, e: &'a Expr) -> Option<Chain<'a>> {
    match &e.kind {
        ExprKind::Range { lo: Some(lo), hi, inclusive } => {
            let hi = hi.as_deref();
            facts.are_integers(lo, hi).then_some(Chain::Ints { lo, hi, inclusive: *inclusive })
        }
        ExprKind::Var(v) if facts.is_tainted(*v) && facts.shape(e) == Shape::Unknown => {
            match facts.iterators.get(v).copied() {
                Some(made) => Some(Chain::Bound(*v, Box::new(method(facts, made)?))),
                None => elements(facts, e),
            }
        }
        ExprKind::Method { recv, name, args, .. }
            if name == "clone" && args.is_empty() && matches!(recv.kind, ExprKind::Var(_)) =>
        {
            classify(facts, recv).filter(|chain| matches!(chain, Chain::Bound(..)))
        }
        ExprKind::Method { .. } => method(facts, e).or_else(|| elements(facts, e)),
        _ => match source(e) {
            Some(("repeat", [x])) => Some(Chain::Repeat(x)),
            Some(("once", [x])) => Some(Chain::Once(x)),
            Some(("successors", [first, f])) => {
                let next = facts.closure(f).is_some_and(|closure| facts.option(&closure.body).is_some());
                (facts.option(first).is_some() && next).then_some(Chain::Successors(first, f))
            }
            Some(("zip", [a, b])) => {
                let (a, b) = match (classify(facts, a), classify(facts, b)) {
                    (Some(a), Some(b)) => (a, b),
                    // What only rustc knows is zipped with what is active.
                    _ => (classify_or_opaque(facts, a, b)?, classify_or_opaque(facts, b, a)?),
                };
                Some(Chain::Zip(Box::new(a), Box::new(b)))
            }
            _ => elements(facts, e),
        },
    }
}

/// A function of `std::iter` that makes an iterator, and its arguments.
pub fn source(e: &Expr) -> Option<(&'static str, &[Expr])> {
    let ExprKind::Call { path, qself: false, args } = &e.kind else { return None };
    let mut names = path.segments.iter().rev().map(|s| &s.ident);
    let (name, module) = (names.next()?, names.next()?);
    let found =
        [("repeat", 1), ("once", 1), ("zip", 2), ("successors", 2)].into_iter().find(|(n, _)| name == n)?;
    (module == "iter" && args.len() == found.1).then_some((found.0, &args[..]))
}

/// Classifies a method call that gives an iterator.
pub fn method<'a, 'f: 'a>(facts: &Facts<'f>, e: &'a Expr) -> Option<Chain<'a>> {
    match &e.kind {
        ExprKind::Method { recv, name, args, turbofish: None } => {
            adaptor(facts, recv, &name.to_string(), args)
        }
        _ => None,
    }
}

/// Classifies an iterator that meets something active. If it is passive, and of a kind that only rustc knows, that
/// will do.
pub fn classify_or_opaque<'a, 'f: 'a>(facts: &Facts<'f>, e: &'a Expr, active: &Expr) -> Option<Chain<'a>> {
    let opaque = || facts.tainted(active) && facts.is_unknown_iterator(e);
    classify(facts, e).or_else(|| opaque().then_some(Chain::Opaque(e, false)))
}

/// Classifies what `for` or `zip` makes an iterator of.
pub fn classify_into<'a, 'f: 'a>(facts: &Facts<'f>, e: &'a Expr) -> Option<Chain<'a>> {
    let opaque = || facts.is_unknown_iterator(e);
    classify(facts, e).or_else(|| opaque().then_some(Chain::Opaque(e, true)))
}

/// What stands for its elements without a method: `a`, `&a`, `&mut a`.
fn elements<'a, 'f: 'a>(facts: &Facts<'f>, e: &'a Expr) -> Option<Chain<'a>> {
    let shape = facts.shape(e);
    if let ExprKind::Ref(false, inner) = &e.kind
        && is_constant(inner)
    {
        // By value it would be an array or a reference to one, which only rustc knows.
        return Some(Chain::Table(inner));
    }
    if facts.tainted(e) && facts.linear_number(e).is_some() {
        let mode = if shape.is_reference() { Mode::Ref } else { Mode::Value };
        return (!matches!(shape, Shape::Ref(true, _))).then_some(Chain::Numbers(e, Listed::Numbers, mode));
    }
    let sequence = facts.is_sequence(e);
    let mode = match &shape {
        Shape::Unknown if sequence => Mode::Value,
        Shape::Ref(false, t) if **t == Shape::Unknown && sequence => Mode::Ref,
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
    let known = element(&shape).is_known() && facts.is_at_hand(e);
    (known || sequence).then_some(Chain::Elements(e, mode))
}

/// Whether a method of arrays and slices hands out references to elements, and changes nothing.
pub(super) fn lends_elements(name: &str, args: &[Expr]) -> bool {
    let part = matches!(Part::of(name), Some((_, false)));
    (name == "iter" && args.is_empty()) || (part && args.len() == 1)
}

/// Whether an expression is the path of a constant or static, as far as its name tells.
fn is_constant(e: &Expr) -> bool {
    let ExprKind::Path(path) = &e.kind else { return false };
    path.segments.last().is_some_and(|s| {
        let name = s.ident.to_string();
        s.arguments.is_empty() && name.len() > 1 && !name.contains(char::is_lowercase)
    })
}

fn adaptor<'a, 'f: 'a>(facts: &Facts<'f>, recv: &'a Expr, name: &str, args: &'a [Expr]) -> Option<Chain<'a>> {
    if facts.linear_of(recv).is_some() {
        let active = facts.tainted(recv) && facts.linear_number(recv).is_some();
        return match (name, args) {
            ("iter", []) if active => Some(Chain::Numbers(recv, Listed::Numbers, Mode::Ref)),
            (name, []) if active && facts.linear_parts(recv, name).is_some() => {
                let listed = if name.starts_with("col") { Listed::Columns } else { Listed::Rows };
                Some(Chain::Numbers(recv, listed, Mode::Value))
            }
            ("into_iter", []) if active => elements(facts, recv),
            _ => None,
        };
    }
    let is_place = element(&facts.shape(recv)).is_known() && facts.is_at_hand(recv);
    if name == "iter" && args.is_empty() && !is_place && is_constant(recv) {
        return Some(Chain::Table(recv));
    }
    if name == "iter" && args.is_empty() && facts.is_sequence(recv) {
        return Some(Chain::Elements(recv, Mode::Ref));
    }
    match (name, args) {
        ("iter", []) if is_place => return Some(Chain::Elements(recv, Mode::Ref)),
        ("iter_mut", []) if is_place => return Some(Chain::Elements(recv, Mode::Mut)),
        ("drain", [range]) if super::data::classify(facts, recv, name, args) == Some(Data::Drain) => {
            return is_place.then_some(Chain::Drained(recv, range));
        }
        (name, [k]) if is_place && Part::of(name).is_some() => {
            let (part, mutable) = Part::of(name)?;
            return Some(Chain::Parts(recv, k, part, mutable));
        }
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
        ("cycle", []) => Step::Cycle,
        ("skip", [n]) => Step::Skip(n),
        ("take", [n]) => Step::Take(n),
        ("step_by", [n]) => Step::By(n),
        ("filter", [f]) => Step::Filter(f),
        ("take_while", [f]) => Step::TakeWhile(f),
        ("skip_while", [f]) => Step::SkipWhile(f),
        ("filter_map", [f]) => Step::FilterMap(f),
        ("map_while", [f]) => Step::MapWhile(f),
        // Of what is passive throughout, rustc knows best how it goes on.
        ("scan", [start, f]) if ![recv, start, f].iter().any(|e| facts.tainted(e)) => return None,
        ("scan", [start, f]) => Step::Scan(start, f),
        // An `Option` hands out what is in it.
        ("flat_map", [f])
            if facts
                .closure(f)
                .is_some_and(|c| classify(facts, &c.body).is_none() && facts.option(&c.body).is_some()) =>
        {
            Step::FilterMap(f)
        }
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
pub fn blamed<'a, 'f: 'a>(facts: &Facts<'f>, e: &'a Expr) -> &'a Expr {
    // `x.iter().partition(…).0.iter()`
    let whole = |mut e: &'a Expr| {
        while let ExprKind::Field(of, _) = &e.kind {
            e = of;
        }
        e
    };
    let ExprKind::Method { recv, .. } = &e.kind else { return e };
    let recv = whole(recv);
    let ExprKind::Method { recv: inner, .. } = &recv.kind else { return e };
    let inside = classify(facts, recv).is_none() && facts.tainted(recv);
    let iterates = classify(facts, inner).is_some() || matches!(whole(inner).kind, ExprKind::Method { .. });
    if inside && iterates { blamed(facts, recv) } else { e }
}

impl<'a> Chain<'a> {
    pub(super) fn is_understood(&self, facts: &Facts) -> bool {
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
            Chain::Parts(place, _, _, mutable) => {
                let (shape, tainted) = facts.fact(place);
                let run = element(&shape).elem_place().map_or(Shape::Unknown, |t| {
                    Shape::Ref(*mutable, Box::new(Shape::Place(PlaceTy::Slice(Box::new(t)))))
                });
                let tainted = tainted && run.may_carry();
                (run, tainted)
            }
            Chain::Drained(place, _) => {
                let (shape, tainted) = facts.fact(place);
                by_mode(element(&shape), Mode::Value, tainted)
            }
            Chain::Repeat(x) | Chain::Once(x) => facts.fact(x),
            Chain::Successors(first, f) => facts.successor(first, f),
            Chain::Numbers(place, listed, mode) => {
                let item = facts.linear_listed(place, *listed).map_or(Shape::Unknown, |t| Shape::of(&t));
                by_mode(item, *mode, facts.tainted(place))
            }
            Chain::Opaque(e, _) => (facts.linear_item(e).unwrap_or(Shape::Unknown), false),
            Chain::Table(..) => (Shape::Unknown, false),
            Chain::Bound(_, made) => made.item(facts),
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
            Chain::Elements(place, Mode::Mut) | Chain::Parts(place, _, _, true) => {
                out.extend(walk::root(place))
            }
            Chain::Zip(a, b) | Chain::Append(a, b) => {
                a.lent(out);
                b.lent(out);
            }
            Chain::On(inner, _) | Chain::Bound(_, inner) => inner.lent(out),
            _ => {}
        }
    }

    /// Whether something in it only rustc knows.
    pub fn is_opaque_in_part(&self) -> bool {
        match self {
            Chain::Table(..) | Chain::Opaque(..) => true,
            Chain::Zip(a, b) | Chain::Append(a, b) => a.is_opaque_in_part() || b.is_opaque_in_part(),
            Chain::On(inner, _) | Chain::Bound(_, inner) => inner.is_opaque_in_part(),
            _ => false,
        }
    }

    /// The arrays that it reads.
    pub fn places(&self, out: &mut Vec<&'a Expr>) {
        match self {
            Chain::Elements(place, _) | Chain::Parts(place, ..) | Chain::Drained(place, _) => out.push(place),
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
            Chain::Bound(_, made) => made.is_harmless(facts),
            Chain::Successors(_, f) => facts.is_harmless(f),
            Chain::On(inner, step) => {
                inner.is_harmless(facts)
                    && match step {
                        Step::Map(f) | Step::Filter(f) | Step::FilterMap(f) => facts.is_harmless(f),
                        Step::TakeWhile(f) | Step::SkipWhile(f) | Step::MapWhile(f) => facts.is_harmless(f),
                        Step::Scan(_, f) => facts.is_harmless_scan(f),
                        Step::Copied | Step::Enumerate | Step::Rev | Step::Cycle => true,
                        Step::Skip(_) | Step::Take(_) | Step::By(_) | Step::Flatten => true,
                        // Of what it is given, as it is.
                        Step::FlatMap(f) => facts.closure(f).is_some_and(|closure| {
                            let inner = classify(facts, &closure.body);
                            matches!(inner, Some(Chain::Elements(e, _)) if matches!(e.kind, ExprKind::Var(_)))
                        }),
                        Step::Inspect(_) => false,
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
