//! `Option`s that active values flow into: what is in it, and whether there is anything.
//!
//! Such a value is a tuple of the two in the program. Where there is nothing, there is some value of the same form in
//! its place, which nothing looks at: every way to it leads through an `if`.
//!
//! A call whose result is an `Option` or `Result` may be looked into in the same way: `f(x).unwrap_or(0.0)`,
//! `match f(x) { Ok(y) => …, Err(_) => … }`, and so may a variable that holds it.

use super::closure::Fact;
use super::facts::Facts;
use super::shape::Shape;
use super::walk;
use crate::hir::{Choice, Expr, ExprKind, Pat, PatKind, StmtKind, Test, Var};
use crate::ir::FloatTy;
use crate::tables::HashSet;

mod changed;
mod elements;
mod foreign;
mod held;
mod made;
mod opened;
mod out;

pub(super) use foreign::asked;

/// What a method of an `Option` gives.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Method {
    /// `is_some`, `is_ok`
    Is,
    /// `is_none`, `is_err`
    IsNot,
    /// `is_some_and`, `is_ok_and`
    IsAnd,
    /// `is_none_or`
    IsNotOr,
    /// `unwrap`, `expect`
    Unwrap,
    /// `unwrap_or`, `unwrap_or_default`, `unwrap_or_else`
    UnwrapOr,
    /// `map_or`, `map_or_else`
    MapOr,
    /// `map`
    Map,
    /// `and_then`
    AndThen,
    /// `filter`
    Filter,
    /// `or`, `or_else`
    Or,
    /// `and`
    And,
    /// `xor`
    Xor,
    /// `take`: of a variable, as those that follow
    Take,
    /// `replace`
    Replace,
    /// `insert`
    Insert,
    /// `get_or_insert`, `get_or_insert_with`
    GetOrInsert,
    /// `zip`
    Zip,
    /// `ok_or`, `ok_or_else`: the same but for the error, which nothing looks at
    OkOr,
    /// `map_err`, `inspect_err`, `context`, `with_context`: the same but for the error
    MapErr,
    /// `ok`, `clone`: the same
    Same,
    /// `as_ref`, `as_deref`: of references
    AsRef,
    /// `copied`, `cloned`: of values
    Copied,
    /// `c.then_some(x)`, `c.then(|| x)` of a `bool`
    Then,
}

fn method(name: &str, args: usize) -> Option<Method> {
    Some(match (name, args) {
        ("is_some" | "is_ok", 0) => Method::Is,
        ("is_none" | "is_err", 0) => Method::IsNot,
        ("is_some_and" | "is_ok_and", 1) => Method::IsAnd,
        ("is_none_or", 1) => Method::IsNotOr,
        ("unwrap", 0) | ("expect", 1) => Method::Unwrap,
        ("unwrap_or" | "unwrap_or_else", 1) | ("unwrap_or_default", 0) => Method::UnwrapOr,
        ("map_or" | "map_or_else", 2) => Method::MapOr,
        ("map", 1) => Method::Map,
        ("and_then", 1) => Method::AndThen,
        ("filter", 1) => Method::Filter,
        ("or" | "or_else", 1) => Method::Or,
        ("and", 1) => Method::And,
        ("xor", 1) => Method::Xor,
        ("take", 0) => Method::Take,
        ("replace", 1) => Method::Replace,
        ("insert", 1) => Method::Insert,
        ("get_or_insert" | "get_or_insert_with", 1) => Method::GetOrInsert,
        ("zip", 1) => Method::Zip,
        ("ok_or" | "ok_or_else", 1) => Method::OkOr,
        ("map_err" | "inspect_err" | "context" | "with_context", 1) => Method::MapErr,
        ("ok" | "clone", 0) => Method::Same,
        ("as_ref" | "as_deref", 0) => Method::AsRef,
        ("copied" | "cloned", 0) => Method::Copied,
        ("then_some" | "then", 1) => Method::Then,
        _ => return None,
    })
}

/// Whether a method of `Option`s changes what it is called on.
pub(super) fn changes(name: &str, args: usize) -> bool {
    method(name, args).is_some_and(Method::changes)
}

impl Method {
    /// Whether nothing but an `Option` or `Result` has it.
    fn is_proof(self) -> bool {
        !matches!(
            self,
            Method::Map
                | Method::Filter
                | Method::Zip
                | Method::Same
                | Method::AsRef
                | Method::Copied
                | Method::Or
                | Method::Then
                | Method::Take
                | Method::Replace
                | Method::Insert
        )
    }

    /// Whether it changes what it is called on.
    fn changes(self) -> bool {
        matches!(self, Method::Take | Method::Replace | Method::Insert | Method::GetOrInsert)
    }

    /// Whether it gives an `Option` again.
    fn is_link(self) -> bool {
        use Method::*;
        matches!(self, Map | AndThen | Filter | Or | Zip | OkOr | MapErr | Same | AsRef | Copied)
            || matches!(self, And | Xor | Take | Replace)
    }
}

/// The name of a variant of `Option` or `Result`, by its path.
pub(super) fn variant(path: &syn::Path) -> Option<&'static str> {
    let mut segments = path.segments.iter().rev();
    let last = segments.next()?;
    let std = segments.next().is_none_or(|s| s.ident == "Option" || s.ident == "Result");
    ["Some", "Ok", "None", "Err"].into_iter().find(|name| std && last.ident == name)
}

/// Whether a pattern names one of them for the whole of what it is matched with.
pub(super) fn names_variant(p: &Pat) -> bool {
    match &p.kind {
        PatKind::Variant(path, _) => variant(path).is_some(),
        PatKind::Const(e) => matches!(&e.kind, ExprKind::Path(path) if variant(path).is_some()),
        PatKind::Ref(p) | PatKind::At(_, p) => names_variant(p),
        PatKind::Or(ps) => ps.iter().any(names_variant),
        _ => false,
    }
}

/// The variables that are certainly `Option`s or `Result`s, by what is done with them.
pub(super) fn looked_into(f: &crate::hir::Fn) -> HashSet<Var> {
    let mut found = HashSet::default();
    walk::block_children(&f.body, &mut |e| walk::each(e, &mut |e| note(e, &mut found)));
    // What such a variable is made of by methods that others have as well is one too.
    for _ in 0..4 {
        let mut more = Vec::new();
        let mut look = |b: &crate::hir::Block| {
            for s in &b.stmts {
                if let StmtKind::Let { pat, init: Some(init), .. } = &s.kind
                    && matches!(pat.kind, PatKind::Var(v) if found.contains(&v))
                {
                    more.extend(source(init));
                }
            }
        };
        look(&f.body);
        walk::block_children(&f.body, &mut |e| {
            walk::each(e, &mut |e| match &e.kind {
                ExprKind::Block(b) | ExprKind::Labelled(_, b) => look(b),
                ExprKind::Loop { body, .. } | ExprKind::For { body, .. } | ExprKind::While { body, .. } => {
                    look(body)
                }
                ExprKind::If(_, then, _) => look(then),
                _ => {}
            })
        });
        let before = found.len();
        found.extend(more);
        if found.len() == before {
            break;
        }
    }
    found
}

/// The `collect()`s without a type that are the result of a function of a `Vec`.
pub(super) fn handed_on(f: &crate::hir::Fn) -> HashSet<*const Expr> {
    let mut found = HashSet::default();
    if !matches!(f.ret, crate::hir::Type::Vec(_)) {
        return found;
    }
    walk::block_children(&f.body, &mut |e| {
        walk::each(e, &mut |e| {
            if let ExprKind::Try(inner, true) = &e.kind
                && let ExprKind::Method { name, turbofish: None, .. } = &inner.kind
                && name == "collect"
            {
                found.insert(std::ptr::from_ref(&**inner));
            }
        })
    });
    found
}

fn note(e: &Expr, found: &mut HashSet<Var>) {
    match &e.kind {
        ExprKind::Try(inner, _) => found.extend(source(inner)),
        ExprKind::Method { recv, name, args, .. }
            if method(&name.to_string(), args.len()).is_some_and(Method::is_proof) =>
        {
            found.extend(source(recv));
        }
        ExprKind::Choose(choice) => note_choice(choice, found),
        _ => {}
    }
}

fn note_choice(choice: &Choice, found: &mut HashSet<Var>) {
    for arm in &choice.arms {
        let first = arm.pat.as_ref().zip(choice.scrutinee.as_ref());
        let more = arm.tests.iter().filter_map(|test| match test {
            Test::Let(pat, e) => Some((pat, e)),
            Test::Cond(_) => None,
        });
        first.into_iter().chain(more).for_each(|(pat, e)| note_match(pat, e, found));
    }
}

fn note_match(pat: &Pat, e: &Expr, found: &mut HashSet<Var>) {
    match (&pat.kind, &e.kind) {
        (PatKind::Tuple(ps), ExprKind::Tuple(es)) => {
            for (i, p) in super::binding::spread(ps, es.len()) {
                es.get(i).into_iter().for_each(|e| note_match(p, e, found));
            }
        }
        _ if names_variant(pat) => found.extend(source(e)),
        _ => {}
    }
}

/// The variable behind methods that give an `Option` again.
fn source(e: &Expr) -> Option<Var> {
    match &e.kind {
        ExprKind::Var(v) => Some(*v),
        ExprKind::Ref(false, inner) => source(inner),
        ExprKind::Method { recv, name, args, .. } => {
            let link = method(&name.to_string(), args.len()).is_some_and(Method::is_link);
            if link { source(recv) } else { None }
        }
        _ => None,
    }
}

impl<'a> Facts<'a> {
    /// Whether an expression is an `Option` that is followed, if it is one at all.
    pub(super) fn is_option(&self, e: &Expr) -> bool {
        self.wrapped_call(e).is_some() || self.holds(e)
    }

    /// Whether an expression is certainly an `Option`, and followed.
    fn holds(&self, e: &Expr) -> bool {
        let (shape, tainted) = self.fact(e);
        tainted && matches!(shape.strip(), Shape::Option(_))
    }

    /// Whether something is matched as an `Option`: patterns say what a call gives.
    pub(super) fn is_matched_as_option<'p>(&self, e: &Expr, mut pats: impl Iterator<Item = &'p Pat>) -> bool {
        self.holds(e) || self.wrapped_call(e).is_some() && pats.any(names_variant)
    }

    /// Whether a variable is an `Option` that is followed.
    pub(super) fn holds_option(&self, v: Var) -> bool {
        self.is_tainted(v) && !self.is_opaque(v) && matches!(self.var(v), Shape::Option(_))
    }

    /// What a `let` without a type binds to the `Option` of a call.
    pub(super) fn bound_option(&self, v: Var, init: &Expr) -> Option<Shape> {
        let known = self.looked.contains(&v) && self.wrapped_call(init).is_some();
        known.then(|| Shape::Option(Box::new(self.payload(init))))
    }

    /// The method of an `Option` that is followed.
    fn option_method<'e>(&self, e: &'e Expr) -> Option<(Method, &'e Expr, &'e [Expr])> {
        let ExprKind::Method { recv, name, args, .. } = &e.kind else { return None };
        let method = method(&name.to_string(), args.len())?;
        let given = || args.iter().any(|a| self.tainted(a));
        let known = match method {
            Method::Then => self.shape(recv) == Shape::Bool && given(),
            method if method.changes() => match recv.kind {
                ExprKind::Var(v) => {
                    matches!(self.var(v), Shape::Option(_)) && (self.holds_option(v) || given())
                }
                _ => false,
            },
            _ if self.taken(e).is_some() || self.takes_element(e) || self.is_conversion(e) => false,
            _ => {
                self.is_option(recv)
                    || self.is_passive_option(recv) && given()
                    || self.is_foreign_option(recv) && foreign::is_followed(method) && given()
            }
        };
        known.then_some((method, recv, args))
    }

    /// Whether an expression is an `Option` of a float that nothing active flows into, and can be evaluated twice.
    fn is_passive_option(&self, e: &Expr) -> bool {
        let plain = match &e.kind {
            ExprKind::Var(_) | ExprKind::Path(_) => true,
            ExprKind::Call { .. } => self.made(e).is_some(),
            _ => false,
        };
        let float = |t: &Shape| matches!(t, Shape::Float(_) | Shape::Unknown);
        plain && !self.tainted(e) && matches!(self.shape(e), Shape::Option(t) if float(&t))
    }

    /// Whether an expression looks into an `Option` that is followed, or makes one.
    pub(super) fn opens_option(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Try(inner, _) => self.taken(e).is_none() && self.is_option(inner),
            ExprKind::Call { .. } => {
                (self.made(e).is_some() || failed(e).is_some()) && self.tainted(e)
                    || self.converted_option(e).is_some()
                    || self.exchanges_option(e).is_some()
            }
            _ => {
                self.asks_element(e).is_some()
                    || self.option_method(e).is_some()
                    || self.asks_next(e).is_some()
                    || self.converted_option(e).is_some()
            }
        }
    }

    /// `Some(x)`, `Ok(x)`
    fn made<'e>(&self, e: &'e Expr) -> Option<&'e Expr> {
        call_of(e, &["Some", "Ok"])
    }

    /// Whether an expression makes an `Option`, and no `Result`, in sight: its `None`s have nothing to say.
    pub(super) fn is_made_option(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Call { .. } => call_of(e, &["Some"]).is_some(),
            ExprKind::Path(p) => variant(p) == Some("None"),
            ExprKind::If(_, then, Some(els)) => {
                then.tail.as_ref().is_some_and(|tail| self.is_made_option(tail)) && self.is_made_option(els)
            }
            ExprKind::Block(b) => b.tail.as_ref().is_some_and(|tail| self.is_made_option(tail)),
            ExprKind::Method { recv, name, .. } => {
                (name == "then" || name == "then_some") && self.shape(recv) == Shape::Bool
            }
            _ => false,
        }
    }

    /// The shape of an expression that looks into an `Option` or makes one, and whether it may be active.
    pub(super) fn option_fact(&self, e: &Expr) -> Option<Fact> {
        let option = |t: Shape| Shape::Option(Box::new(t));
        if let Some(x) = self.made(e) {
            let (shape, tainted) = self.fact(x);
            return Some((option(shape), tainted));
        }
        if let Some(x) = failed(e) {
            return Some((option(Shape::Unknown), self.tainted(x)));
        }
        if let Some((_, to)) = self.converted_option(e) {
            return Some((option(Shape::Float(to)), true));
        }
        if let ExprKind::Path(p) = &e.kind {
            return (variant(p) == Some("None")).then(|| (option(Shape::Unknown), false));
        }
        if let ExprKind::Try(inner, _) = &e.kind {
            return self.opens_option(e).then(|| (self.payload(inner), true));
        }
        if let Some((_, item)) = self.asks_next(e) {
            return Some((Shape::Option(Box::new(item)), true));
        }
        if let Some(element) = self.asks_element(e) {
            return Some((option(element.shape(self)), true));
        }
        let (method, recv, args) = self.option_method(e)?;
        let payload = self.payload(recv);
        let argument = |i: usize| args.get(i).map_or(Shape::Unknown, |a| self.shape(a));
        Some(match method {
            Method::Is | Method::IsNot | Method::IsAnd | Method::IsNotOr => (Shape::Bool, false),
            Method::Unwrap => (payload, true),
            Method::UnwrapOr => {
                let closure = args.first().and_then(|a| self.closure(a));
                let other = match closure {
                    Some(closure) => self.closure_result(closure).0,
                    None => argument(0),
                };
                (or_float(agreed(payload, other)), true)
            }
            Method::MapOr => {
                let (mapped, _) = self.applied(&args[1], &[(payload, self.is_option(recv))]);
                let other = match self.closure(&args[0]) {
                    Some(closure) => self.closure_result(closure).0,
                    None => argument(0),
                };
                (or_float(agreed(mapped, other)), true)
            }
            Method::Map => {
                let (shape, _) = self.applied(&args[0], &[(payload, self.is_option(recv))]);
                (option(shape), true)
            }
            Method::AndThen => (option(self.given(&args[0])), true),
            Method::Filter | Method::Same | Method::OkOr | Method::MapErr => (option(payload), true),
            Method::Or => {
                let other = match self.closure(&args[0]) {
                    Some(_) => self.given(&args[0]),
                    None => self.payload(&args[0]),
                };
                (option(agreed(payload, other)), true)
            }
            Method::And => (option(self.payload(&args[0])), true),
            Method::Xor => (option(agreed(payload, self.payload(&args[0]))), true),
            Method::Take => (option(payload), true),
            Method::Replace => (option(agreed(payload, argument(0))), true),
            // Numbers have no memory of their own: what refers to one can't change it.
            Method::Insert | Method::GetOrInsert => {
                (Shape::Ref(matches!(payload, Shape::Place(_)), Box::new(payload)), true)
            }
            Method::Zip => (option(Shape::Tuple(vec![payload, self.payload(&args[0])])), true),
            Method::AsRef if payload.is_reference() => (option(payload), true),
            Method::AsRef => (option(Shape::Ref(false, Box::new(payload))), true),
            Method::Copied => (option(payload.strip().clone()), true),
            Method::Then => match self.closure(&args[0]) {
                Some(closure) => (option(self.closure_result(closure).0), true),
                None => (option(argument(0)), true),
            },
        })
    }

    /// What is in the `Option` that a function gives, which is passed by value.
    fn given(&self, f: &Expr) -> Shape {
        self.closure(f).map_or(Shape::Unknown, |closure| self.payload(&closure.body))
    }

    /// Whether a method gives a mutable reference to what is in a variable that holds an `Option`.
    pub(super) fn lends_content(&self, recv: &Expr, name: &str, args: &[Expr]) -> bool {
        let lends = matches!(method(name, args.len()), Some(Method::Insert | Method::GetOrInsert));
        match (&recv.kind, lends) {
            (ExprKind::Var(v), true) => {
                matches!(self.var(*v), Shape::Option(t) if matches!(*t, Shape::Place(_)))
            }
            _ => false,
        }
    }

    /// The shape of what is in an `Option`.
    pub(super) fn payload(&self, e: &Expr) -> Shape {
        if let Some(call) = self.wrapped_call(e) {
            return self.wrapped_result(call);
        }
        match self.shape(e) {
            Shape::Option(t) => *t,
            Shape::Ref(_, inner) => match inner.strip() {
                Shape::Option(t) if t.is_reference() => (**t).clone(),
                Shape::Option(t) => Shape::Ref(false, t.clone()),
                _ => Shape::Unknown,
            },
            _ => Shape::Unknown,
        }
    }

    /// What flows from an `Option` into a closure.
    pub(super) fn option_effects(&mut self, e: &'a Expr) {
        let Some((method, recv, args)) = self.option_method(e) else { return };
        if let (true, ExprKind::Var(v), [x]) = (method.changes(), &recv.kind, args) {
            let (shape, tainted) = match self.closure(x) {
                Some(closure) => self.closure_result(closure),
                None => self.fact(x),
            };
            let joined = self.var(*v).join(Shape::Option(Box::new(shape)));
            if self.shape[v.0 as usize] != joined && joined != Shape::Unknown {
                self.shape[v.0 as usize] = joined;
                self.changed = true;
            }
            if tainted {
                self.taint(*v);
            }
            return;
        }
        let (function, lent) = match method {
            Method::Map | Method::AndThen | Method::IsAnd | Method::IsNotOr => (&args[0], false),
            Method::Filter => (&args[0], true),
            Method::MapOr => (&args[1], false),
            _ => return,
        };
        let payload = self.payload(recv);
        let payload =
            if lent && !payload.is_reference() { Shape::Ref(false, Box::new(payload)) } else { payload };
        let tainted = self.is_option(recv);
        if let Some(closure) = self.closure(function) {
            self.feed(closure, &[(payload, tainted)]);
        }
    }

    /// Whether a pattern can be matched with an `Option` that is followed.
    ///
    /// The error is at hand of a call that is matched at once.
    pub(super) fn fits_option(&self, p: &Pat, errors: bool, fits: &dyn Fn(&Pat) -> bool) -> bool {
        match &p.kind {
            PatKind::Wild | PatKind::Var(_) => true,
            PatKind::Variant(path, ps) => match (variant(path), &ps[..]) {
                (Some("Some" | "Ok"), [p]) => fits(p),
                (Some("Err"), [p]) => match p.kind {
                    PatKind::Wild | PatKind::Rest(None) => true,
                    PatKind::Var(_) => errors,
                    _ => false,
                },
                _ => false,
            },
            PatKind::Const(e) => matches!(&e.kind, ExprKind::Path(p) if variant(p) == Some("None")),
            PatKind::Ref(p) => self.fits_option(p, false, fits),
            PatKind::Or(ps) => {
                let mut binds = false;
                walk::bound(p, &mut |_| binds = true);
                !binds && ps.iter().all(|p| self.fits_option(p, errors, fits))
            }
            _ => false,
        }
    }
}

/// The argument of `Err(x)`.
fn failed(e: &Expr) -> Option<&Expr> {
    call_of(e, &["Err"])
}

pub(super) fn call_of<'e>(e: &'e Expr, names: &[&str]) -> Option<&'e Expr> {
    match &e.kind {
        ExprKind::Call { path, args, qself: false } if variant(path).is_some_and(|v| names.contains(&v)) => {
            args.first()
        }
        _ => None,
    }
}

/// The shape of one of two values of one type.
fn agreed(a: Shape, b: Shape) -> Shape {
    match (a, b) {
        (Shape::Unknown, s) | (s, Shape::Unknown) => s,
        (a, b) => a.join(b),
    }
}

/// The type of an active value that only calls are known to make: a float.
fn or_float(s: Shape) -> Shape {
    if s == Shape::Unknown { Shape::Float(FloatTy::Unknown) } else { s }
}
