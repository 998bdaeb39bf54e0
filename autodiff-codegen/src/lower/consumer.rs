//! What ends an iterator chain: which consumers are understood, and what they give.

use super::chain::{self, Chain};
use super::closure::Fact;
use super::facts::Facts;
use super::shape::Shape;
use crate::hir::{Expr, ExprKind};
use crate::ir::{FloatTy, Mode, PlaceTy, Ty};
use proc_macro2::TokenStream;

/// A chain and its consumer.
pub struct Consumer<'a> {
    /// What it runs over.
    pub chain: Chain<'a>,
    /// What it makes of that.
    pub what: What<'a>,
}

/// See [`Consumer`].
pub enum What<'a> {
    /// `sum()`
    Sum,
    /// `product()`
    Product,
    /// `fold(init, f)`
    Fold(&'a Expr, &'a Expr),
    /// `try_fold(init, f)`, of `Option`s
    TryFold(&'a Expr, &'a Expr),
    /// `for_each(f)`
    ForEach(&'a Expr),
    /// `collect()` into a `Vec`
    Collect,
    /// `collect()` into an `Option` or `Result` of a `Vec`
    Gather,
    /// `unzip()` into two
    Unzip,
    /// `partition(f)` into two
    Partition(&'a Expr),
    /// `v.retain(f)`: what the filter leaves is all that stays.
    Retain(&'a Expr),
    /// `count()`
    Count,
    /// `all(f)`, or `any(f)`
    All(bool, &'a Expr),
    /// What gives an `Option`, and what becomes of it.
    Option(Pick<'a>, Option<Unwrap<'a>>),
}

/// What gives an `Option`.
pub enum Pick<'a> {
    /// `reduce(f)`
    Reduce(&'a Expr),
    /// `last()`
    Last,
    /// `nth(k)`; `next()` without one.
    Nth(Option<&'a Expr>),
    /// `max_by(f)`, `min_by(f)`: whether the greatest is wanted, and how two are compared.
    Best(bool, &'a Expr),
}

/// What becomes of an `Option`.
#[derive(Clone, Copy)]
pub enum Unwrap<'a> {
    /// `unwrap()`
    Plain,
    /// `expect(text)`
    Expect(&'a Expr),
    /// `unwrap_or(x)`
    Or(&'a Expr),
}

/// Classifies a method call that consumes an iterator.
pub fn classify<'a, 'f: 'a>(facts: &Facts<'f>, e: &'a Expr) -> Option<Consumer<'a>> {
    let ExprKind::Method { recv, name, args, turbofish } = &e.kind else { return None };
    if facts.goes_on_after(e) || facts.goes_on_after(recv) {
        return None;
    }
    let what = match (name.to_string().as_str(), &args[..]) {
        ("sum", []) => What::Sum,
        ("product", []) => What::Product,
        ("fold", [init, f]) => What::Fold(init, f),
        ("rfold", [init, f]) => {
            let inner = Box::new(iterator(facts, recv, facts.active_argument(args))?);
            let chain = Chain::On(inner, chain::Step::Rev);
            return Some(Consumer { chain, what: What::Fold(init, f) });
        }
        ("try_fold", [init, f])
            if facts.closure(f).is_some_and(|closure| facts.is_made_option(&closure.body)) =>
        {
            What::TryFold(init, f)
        }
        ("for_each", [f]) => What::ForEach(f),
        ("collect", []) if facts.handed.contains(&std::ptr::from_ref(e)) => What::Gather,
        ("collect", []) if is_vec(turbofish.as_ref()) => What::Collect,
        ("collect", []) if is_wrapped_vec(turbofish.as_ref()) => What::Gather,
        ("unzip", []) => What::Unzip,
        ("partition", [f]) if is_vec(turbofish.as_ref()) => What::Partition(f),
        ("retain", [f]) => return retained(facts, recv, f),
        ("count", []) => What::Count,
        ("all", [f]) => What::All(true, f),
        ("any", [f]) => What::All(false, f),
        ("unwrap", []) => return option(facts, recv, Some(Unwrap::Plain)),
        ("expect", [text]) if text.reads.is_empty() => {
            return option(facts, recv, Some(Unwrap::Expect(text)));
        }
        ("unwrap_or", [x]) => return option(facts, recv, Some(Unwrap::Or(x))),
        _ => return option(facts, e, None),
    };
    let active = facts.active_argument(args);
    Some(Consumer { chain: iterator(facts, recv, active)?, what })
}

/// `v.retain(f)` of a `Vec`, as what `v.into_iter().filter(f)` hands out.
fn retained<'a, 'f: 'a>(facts: &Facts<'f>, recv: &'a Expr, f: &'a Expr) -> Option<Consumer<'a>> {
    let vec = matches!(facts.shape(recv).strip(), Shape::Place(PlaceTy::Vec(t)) if **t != PlaceTy::Unknown);
    let elements = Box::new(Chain::Elements(recv, Mode::Value));
    let chain = Chain::On(elements, chain::Step::Filter(f));
    (vec && facts.is_at_hand(recv)).then_some(Consumer { chain, what: What::Retain(recv) })
}

fn option<'a, 'f: 'a>(facts: &Facts<'f>, e: &'a Expr, unwrap: Option<Unwrap<'a>>) -> Option<Consumer<'a>> {
    let ExprKind::Method { recv, name, args, turbofish: None } = &e.kind else { return None };
    let pick = match (name.to_string().as_str(), &args[..]) {
        ("reduce", [f]) => Pick::Reduce(f),
        ("last", []) => Pick::Last,
        ("next", []) => Pick::Nth(None),
        // The first that a filter leaves.
        ("find" | "find_map", [f]) => {
            let inner = Box::new(iterator(facts, recv, Some(f))?);
            let chain = match name == "find" {
                true => Chain::On(inner, chain::Step::Filter(f)),
                false => Chain::On(inner, chain::Step::FilterMap(f)),
            };
            let what = What::Option(Pick::Nth(None), unwrap);
            return chain.is_understood(facts).then_some(Consumer { chain, what });
        }
        ("nth", [k]) => Pick::Nth(Some(k)),
        (name @ ("max_by" | "min_by"), [f]) if comparison(facts, f).is_some() || total_order(f).is_some() => {
            Pick::Best(name == "max_by", f)
        }
        _ => return None,
    };
    Some(Consumer { chain: iterator(facts, recv, args.first())?, what: What::Option(pick, unwrap) })
}

/// A chain whose methods are those of iterators: arrays and slices have methods of their own.
fn iterator<'a, 'f: 'a>(facts: &Facts<'f>, recv: &'a Expr, active: Option<&Expr>) -> Option<Chain<'a>> {
    if facts.shape(recv) != Shape::Unknown {
        return None;
    }
    match active {
        Some(active) => chain::classify_or_opaque(facts, recv, active),
        None => chain::classify(facts, recv),
    }
}

/// How two items are compared.
#[derive(Clone, Copy)]
pub(super) enum Order<'a> {
    /// `partial_cmp`, and what becomes of its `None`; `Equal` without.
    Partial(Option<Unwrap<'a>>),
    /// `total_cmp`
    Total,
}

/// `|a, b| a.partial_cmp(b).unwrap()`, `|a, b| a.total_cmp(b)`: what is compared, and how.
pub(super) fn comparison<'x, 'a: 'x>(
    facts: &Facts<'a>,
    f: &'x Expr,
) -> Option<(&'x Expr, &'x Expr, Order<'x>)> {
    let closure = facts.closure(f)?;
    let ExprKind::Method { recv, name, args, .. } = &closure.body.kind else { return None };
    let unwrap = match (name.to_string().as_str(), &args[..]) {
        ("total_cmp", [other]) => return Some((recv, other, Order::Total)),
        ("unwrap", []) => Some(Unwrap::Plain),
        ("expect", [text]) if text.reads.is_empty() => Some(Unwrap::Expect(text)),
        ("unwrap_or", [x]) if x.tokens.to_string().ends_with("Equal") => None,
        _ => return None,
    };
    let ExprKind::Method { recv, name, args, .. } = &recv.kind else { return None };
    match &args[..] {
        [other] if name == "partial_cmp" => Some((recv, other, Order::Partial(unwrap))),
        _ => None,
    }
}

/// `f64::total_cmp`: its path. Whatever it names is called.
pub(super) fn total_order(f: &Expr) -> Option<&syn::Path> {
    let ExprKind::Path(path) = &f.kind else { return None };
    let mut names = path.segments.iter().rev().map(|s| &s.ident);
    let (name, of) = (names.next()?, names.next()?);
    (name == "total_cmp" && (of == "f64" || of == "f32")).then_some(path)
}

/// Whether `collect` makes an `Option` or `Result` of a `Vec`.
fn is_wrapped_vec(turbofish: Option<&TokenStream>) -> bool {
    let args =
        turbofish.and_then(|tokens| syn::parse2::<syn::AngleBracketedGenericArguments>(tokens.clone()).ok());
    let Some(syn::GenericArgument::Type(ty)) = args.and_then(|args| args.args.into_iter().next()) else {
        return false;
    };
    let inner = crate::hir::Wrap::of(&ty).map(|(_, inner)| inner);
    match inner {
        Some(syn::Type::Infer(_)) => true,
        Some(syn::Type::Path(path)) => path.path.segments.last().is_some_and(|s| s.ident == "Vec"),
        _ => false,
    }
}

/// Whether `collect` makes a `Vec`, as far as its turbofish tells.
fn is_vec(turbofish: Option<&TokenStream>) -> bool {
    let Some(tokens) = turbofish else { return true };
    let Ok(args) = syn::parse2::<syn::AngleBracketedGenericArguments>(tokens.clone()) else { return false };
    let Some(syn::GenericArgument::Type(syn::Type::Path(path))) = args.args.first() else { return false };
    path.path.segments.last().is_some_and(|s| s.ident == "Vec")
}

/// The type that the turbofish of `sum` or `product` says.
fn declared(facts: &Facts, turbofish: Option<&TokenStream>) -> Option<Shape> {
    let args: syn::AngleBracketedGenericArguments = syn::parse2(turbofish?.clone()).ok()?;
    let Some(syn::GenericArgument::Type(syn::Type::Path(path))) = args.args.first() else { return None };
    let name = path.path.get_ident()?.to_string();
    Some(match name.as_str() {
        "f64" => Shape::Float(FloatTy::F64),
        "f32" => Shape::Float(FloatTy::F32),
        name if super::callee::is_int(name) => Shape::Int(Some(name.into())),
        name if facts.f.float_params.iter().any(|p| p == name) => Shape::Float(FloatTy::Generic(name.into())),
        _ => return None,
    })
}

impl<'a> Facts<'a> {
    /// An `Option` that a chain gives, and that is unwrapped at once: what it refers to is still known.
    pub(super) fn unwraps_chain<'x>(&self, e: &'x Expr) -> Option<Consumer<'x>>
    where
        'a: 'x,
    {
        classify(self, e).filter(|consumer| matches!(consumer.what, What::Option(_, Some(_))))
    }

    /// An `Option` that a chain gives, for whoever looks into it.
    pub(super) fn picks_from_chain<'x>(&self, e: &'x Expr) -> Option<Consumer<'x>>
    where
        'a: 'x,
    {
        let gives = |what: &What| matches!(what, What::Option(_, None) | What::TryFold(..));
        classify(self, e).filter(|consumer| gives(&consumer.what))
    }

    /// What a consumer of a chain gives, or an adaptor; `None` if the method is no such thing.
    pub(super) fn chain_fact(&self, e: &Expr) -> Option<Fact> {
        if let Some(consumer) = classify(self, e) {
            return Some(self.consumer_fact(e, &consumer));
        }
        if self.goes_on_after(e) {
            return None;
        }
        let ExprKind::Method { recv, name, .. } = &e.kind else { return None };
        if let Some(chain) = chain::method(self, e) {
            return Some((Shape::Unknown, chain.item(self).1));
        }
        match name == "position" || name == "rposition" {
            true => iterator(self, recv, None).map(|_| (Shape::Unknown, false)),
            false => None,
        }
    }

    pub(super) fn consumer_fact(&self, e: &Expr, consumer: &Consumer) -> Fact {
        let (item, tainted) = consumer.chain.item(self);
        let turbofish = match &e.kind {
            ExprKind::Method { turbofish, .. } => turbofish.as_ref(),
            _ => None,
        };
        match &consumer.what {
            What::Sum | What::Product => {
                let found = match item.strip() {
                    s @ (Shape::Float(_) | Shape::Int(_)) => s.clone(),
                    Shape::Unknown if tainted => Shape::Float(FloatTy::Unknown),
                    s if matches!(consumer.what, What::Sum) && self.linear_sums(s) => s.clone(),
                    _ => Shape::Unknown,
                };
                (declared(self, turbofish).unwrap_or(found), tainted)
            }
            What::Fold(init, f) => {
                let init = self.fact(init);
                let out = self.applied(f, &[init.clone(), (item, tainted)]);
                let tainted = init.1 || out.1;
                (chain::join(init, out).0, tainted)
            }
            What::TryFold(init, f) => {
                let init = self.fact(init);
                let made = self.closure(f).and_then(|closure| self.option(&closure.body));
                let out = made.unwrap_or((Shape::Unknown, false));
                let (shape, _) = chain::join(init.clone(), out.clone());
                (Shape::Option(Box::new(shape)), init.1 || out.1)
            }
            What::ForEach(_) => (Shape::Unit, false),
            What::Collect => {
                let ty = turbofish.and_then(|tokens| self.collected_type(tokens, &item, tainted));
                (ty.map_or(Shape::Unknown, Shape::Place), tainted)
            }
            What::Gather => {
                let elem = match item {
                    Shape::Option(t) => *t,
                    _ => Shape::Float(FloatTy::Unknown),
                };
                let vec = elem.elem_place().map(|t| Shape::Place(PlaceTy::Vec(Box::new(t))));
                (Shape::Option(Box::new(vec.unwrap_or(Shape::Unknown))), tainted)
            }
            What::Unzip => {
                let part = |i: usize| match item.strip() {
                    Shape::Tuple(parts) => parts.get(i).and_then(Shape::place),
                    _ => None,
                };
                let vec = |t: PlaceTy| Shape::Place(PlaceTy::Vec(Box::new(t)));
                let shape = match (part(0), part(1)) {
                    (Some(a), Some(b)) => Shape::Tuple(vec![vec(a), vec(b)]),
                    _ => Shape::Unknown,
                };
                (shape, tainted)
            }
            What::Partition(_) => {
                let vec = item.strip().elem_place().map(|t| Shape::Place(PlaceTy::Vec(Box::new(t))));
                (vec.map_or(Shape::Unknown, |vec| Shape::Tuple(vec![vec.clone(), vec])), tainted)
            }
            What::Retain(_) => (Shape::Unit, false),
            What::Count => (Shape::Int(Some("usize".into())), false),
            What::All(..) => (Shape::Bool, false),
            What::Option(pick, unwrap) => {
                let (found, tainted) = self.picked_fact(&consumer.chain, pick);
                let shape = if unwrap.is_none() { Shape::Option(Box::new(found)) } else { found };
                (shape, tainted)
            }
        }
    }

    /// What is in the `Option` that a chain gives: one of its items, or what a `reduce` made of them, into which flows
    /// what its closure reads as well.
    pub(super) fn picked_fact(&self, chain: &Chain, pick: &Pick) -> Fact {
        let item = chain.item(self);
        match pick {
            Pick::Reduce(f) => chain::join(item.clone(), self.applied(f, &[item.clone(), item])),
            _ => item,
        }
    }

    /// The `Vec` that a turbofish of `collect` says; `_` is what the chain hands out.
    pub(super) fn collected_type(
        &self,
        turbofish: &TokenStream,
        item: &Shape,
        tainted: bool,
    ) -> Option<PlaceTy> {
        let args: syn::AngleBracketedGenericArguments = syn::parse2(turbofish.clone()).ok()?;
        let Some(syn::GenericArgument::Type(ty)) = args.args.first() else { return None };
        let item = match item {
            Shape::Unknown if tainted => Some(PlaceTy::Scalar(Ty::Float(FloatTy::Unknown))),
            item => item.elem_place(),
        };
        self.type_with_holes(ty, Some(PlaceTy::Vec(Box::new(item.unwrap_or(PlaceTy::Unknown)))))
            .filter(|t| matches!(t, PlaceTy::Vec(_)) && t.scalar().is_some())
    }

    /// A written type, with what is known for `_`.
    pub(super) fn type_with_holes(&self, ty: &syn::Type, known: Option<PlaceTy>) -> Option<PlaceTy> {
        let inner = || known.as_ref().and_then(PlaceTy::elem).cloned();
        match ty {
            syn::Type::Infer(_) => known,
            syn::Type::Array(t) => match inner() {
                Some(elem) if matches!(known, Some(PlaceTy::Array(..))) => {
                    self.type_with_holes(&t.elem, Some(elem)).and(known)
                }
                _ => None,
            },
            syn::Type::Path(path) => {
                let last = path.path.segments.last()?;
                let name = last.ident.to_string();
                let scalar = match name.as_str() {
                    "f64" => Some(Ty::F64),
                    "f32" => Some(Ty::Float(FloatTy::F32)),
                    name if super::callee::is_int(name) => Some(Ty::Int(Some(name.into()))),
                    name if self.f.float_params.iter().any(|p| p == name) => {
                        Some(Ty::Float(FloatTy::Generic(name.into())))
                    }
                    _ => None,
                };
                let syn::PathArguments::AngleBracketed(args) = &last.arguments else {
                    return scalar.map(PlaceTy::Scalar);
                };
                let Some(syn::GenericArgument::Type(elem)) = args.args.first() else { return None };
                let elem = self.type_with_holes(elem, inner())?;
                (name == "Vec").then(|| PlaceTy::Vec(Box::new(elem)))
            }
            _ => None,
        }
    }
}
