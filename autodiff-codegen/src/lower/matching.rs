//! `match` and its kin, of which `parse` has made a [`Choice`] and `if`s.
//!
//! What is known through and through is matched by comparisons, arm by arm (`test`). All else is matched by
//! the user's own patterns, verbatim, once (`code`): they say which arm is taken, and hand out what the taken
//! arm's variables are bound to.

use super::facts::Facts;
use super::shape::Shape;
use super::{Lower, Refused, Res, Val, jumps, walk};
use crate::diagnostics::Kind;
use crate::hir::{Arm, Block, Choice, Expr, ExprKind, Pat, PatKind, Stmt, StmtKind, Test, Var};
use crate::ir::{CmpOp, Const, Op, PlaceTy, Ty, Value};
use crate::tables::{HashMap, HashSet};
use proc_macro2::Ident;
use std::ops::Range;

mod code;
mod part;
mod test;

/// What is known of the choices in scope.
#[derive(Default)]
pub(super) struct Matching {
    chosen: HashMap<u32, Chosen>,
    /// Parts of places that may be there.
    parts: Vec<part::Part>,
    /// Names that patterns bind and that must not be names of constants.
    variables: Vec<Ident>,
    /// The texts of all identifiers of the function, and of those made up.
    taken: HashSet<String>,
}

/// A choice whose scrutinee has been evaluated.
#[derive(Clone)]
enum Chosen {
    /// Arms are found by comparisons with the value (nothing for a chain that begins with no `let`).
    Value(Option<Val>),
    /// Opaque code has found the arm.
    Code {
        /// Its number; of two arms, whether it is the first.
        tag: Value,
        /// What the scrutinee is, if its active parts are bound by value.
        val: Option<Val>,
        /// The variables that hold what the pattern's variables are to be bound to.
        found: Vec<(usize, Var, Ident)>,
    },
}

impl<'a> Facts<'a> {
    /// Whether a choice is made by comparisons.
    pub(super) fn is_structural(&self, choice: &Choice) -> bool {
        let mut arms = choice.arms.iter();
        !choice.is_large()
            && arms.all(|arm| {
                let first = match (&arm.pat, &choice.scrutinee) {
                    (Some(pat), Some(e)) => self.fits_whole(pat, e, self.matched(choice, e)),
                    _ => true,
                };
                first
                    && arm.tests.iter().all(|test| match test {
                        Test::Let(pat, e) => self.fits_whole(pat, e, self.fact(e)),
                        Test::Cond(_) => true,
                    })
            })
    }

    /// The same, of something that may be a part of a place.
    fn fits_whole(&self, pat: &Pat, e: &Expr, fact: (Shape, bool)) -> bool {
        match self.parted(e) {
            Some(part) if self.part_is_at_hand(&part) => {
                self.fits_part(pat, &part, &|p, shape| self.fits(p, shape, fact.1 && shape.may_carry()))
            }
            _ => self.fits_to(pat, e, fact),
        }
    }

    /// Whether a pattern can be matched with what an expression gives by comparisons.
    fn fits_to(&self, pat: &Pat, e: &Expr, (shape, tainted): (Shape, bool)) -> bool {
        match (&pat.kind, &e.kind) {
            (PatKind::Tuple(ps), ExprKind::Tuple(es)) => {
                let mut parts = super::binding::spread(ps, es.len());
                parts.all(|(i, p)| es.get(i).is_some_and(|e| self.fits_to(p, e, self.fact(e))))
            }
            _ if self.is_matched_as_option(e, &mut std::iter::once(pat)) => {
                let payload = self.payload(e);
                let tainted = payload.may_carry();
                let errors = self.wrapped_call(e).is_some();
                self.fits_option(pat, errors, &|p| self.fits(p, &payload, tainted))
            }
            _ => {
                let at_hand = tainted || shape.scalar().is_some() || self.is_structured(e);
                at_hand && self.fits(pat, &shape, tainted)
            }
        }
    }

    /// Whether a pattern can be matched with something of this shape by comparisons.
    fn fits(&self, p: &Pat, shape: &Shape, tainted: bool) -> bool {
        let unknown = *shape.strip() == Shape::Unknown;
        match &p.kind {
            PatKind::Wild | PatKind::Rest(_) => true,
            PatKind::Var(_) => shape.is_known() || tainted,
            PatKind::RefVar(_) => shape.is_known() && !shape.is_reference(),
            PatKind::At(_, p) => (shape.is_known() || tainted) && self.fits(p, shape, tainted),
            PatKind::Const(e) => match shape.strip().scalar() {
                Some(_) => !matches!(&e.kind, ExprKind::Lit(lit) if is_text(lit)),
                None => unknown && tainted && matches!(self.shape(e), Shape::Float(_)),
            },
            PatKind::Range { lo, hi, .. } => match shape.strip().scalar() {
                Some(_) => true,
                None => {
                    let float = |e: &Expr| matches!(self.shape(e), Shape::Float(_));
                    unknown && tainted && lo.iter().chain(hi).all(|e| float(e))
                }
            },
            PatKind::Tuple(ps) => {
                let (parts, mutable) = match shape {
                    Shape::Tuple(ts) => (Some(ts), false),
                    Shape::Ref(m, t) => (if let Shape::Tuple(ts) = &**t { Some(ts) } else { None }, *m),
                    _ => (None, false),
                };
                let has_rest = ps.iter().any(|p| matches!(p.kind, PatKind::Rest(_)));
                match parts {
                    Some(ts) => {
                        !mutable
                            && super::binding::spread(ps, ts.len()).all(|(i, p)| {
                                ts.get(i).is_some_and(|t| self.fits(p, t, tainted && t.may_carry()))
                            })
                    }
                    None => {
                        unknown && tainted && !has_rest && ps.iter().all(|p| self.fits(p, shape, tainted))
                    }
                }
            }
            PatKind::Array(ps) => {
                let whole = matches!(shape.strip(), Shape::Place(PlaceTy::Array(..) | PlaceTy::Slice(_)));
                let elem = super::facts::element(shape);
                // A mutable reference to a single number is a place of its own.
                let elem = match shape {
                    Shape::Ref(true, _) => Shape::Ref(true, Box::new(elem)),
                    _ => elem,
                };
                whole && elem.is_known() && ps.iter().all(|p| self.fits(p, &elem, tainted))
            }
            PatKind::Ref(p) => match shape {
                Shape::Ref(_, t) => self.fits(p, t, tainted),
                Shape::Float(_) => self.fits(p, shape, tainted),
                _ => false,
            },
            PatKind::Or(ps) => {
                let mut numbers = true;
                walk::bound(p, &mut |v| {
                    numbers &= match self.var(v).strip() {
                        Shape::Unknown => tainted,
                        shape => shape.scalar().is_some(),
                    }
                });
                numbers && ps.iter().all(|p| self.fits(p, shape, tainted))
            }
            PatKind::Struct(_, fields) => match Facts::user_type(shape) {
                Some(of) => fields.iter().all(|(member, p)| {
                    let (part, active) = self.member(of, member);
                    self.fits(p, &part, tainted && active)
                }),
                None => false,
            },
            PatKind::Variant(_, ps) => match Facts::user_type(shape) {
                Some(of) => ps.iter().enumerate().all(|(i, p)| {
                    let (part, active) = self.member(of, &syn::Member::Unnamed(syn::Index::from(i)));
                    !matches!(p.kind, PatKind::Rest(_)) && self.fits(p, &part, tainted && active)
                }),
                None => false,
            },
            PatKind::Other(_) => false,
        }
    }

    /// `while let`, taken apart: the choice, whether it goes on, and the rest.
    fn while_let<'x>(&self, body: &'x Block) -> Option<(&'x Expr, &'x Expr, &'x Block)> {
        let [Stmt { kind: StmtKind::Expr(choose), .. }] = &body.stmts[..] else { return None };
        let ExprKind::Choose(choice) = &choose.kind else { return None };
        let ExprKind::If(taken, then, Some(els)) = &body.tail.as_ref()?.kind else { return None };
        let leaves = matches!(els.kind, ExprKind::Break(None, None)) && choice.arms.len() == 2;
        (leaves && !self.is_structural(choice)).then_some((choose, taken, then))
    }

    /// What opaque code that makes a choice declares and changes.
    pub(super) fn choice_opacity(&mut self, choice: &'a Choice) {
        if self.is_structural(choice) {
            return choice.scrutinee.iter().for_each(|e| self.opacity(e));
        }
        for e in choice.scrutinee.iter() {
            if self.matched(choice, e).1 { self.opacity(e) } else { self.changed_by_copy(e) }
        }
        for arm in &choice.arms {
            walk::tests(arm, &mut |e| self.changed_by_copy(e));
            for v in &arm.wanted {
                if !(self.is_asserted(*v) || self.is_tainted(*v)) {
                    self.set_opaque(*v);
                }
            }
        }
    }
}

fn is_text(lit: &syn::Lit) -> bool {
    !matches!(lit, syn::Lit::Int(_) | syn::Lit::Float(_) | syn::Lit::Bool(_) | syn::Lit::Byte(_))
}

impl<'a> Lower<'a, '_> {
    /// Whether a `loop` is a `while let` whose patterns are not looked into, and that nothing leads out of
    /// but its end: then what is found by the condition can be read by the body.
    pub(super) fn is_plain_while_let(&self, body: &Block) -> bool {
        let parts = self.facts.while_let(body);
        parts.is_some_and(|(choose, _, then)| !jumps::in_body(then) && !jumps::leaves(choose))
    }

    /// Such a loop.
    pub(super) fn while_let(&mut self, e: &'a Expr, body: &'a Block) -> Res<()> {
        let Some((choose, taken, then)) = self.facts.while_let(body) else { return Err(Refused) };
        let cond = |s: &mut Self| {
            s.discard(choose)?;
            s.condition(taken)
        };
        self.while_by(body, e, cond, |s| s.unit_block(then))
    }

    /// Evaluates what is matched.
    pub(super) fn evaluate_choice(&mut self, choice: &'a Choice) -> Res<()> {
        let chosen = if self.facts.is_structural(choice) {
            self.note_variables(choice);
            let ty = choice.ty.as_ref().map(|(ty, _)| ty);
            let val = match &choice.scrutinee {
                Some(e) if ty.is_none() => {
                    let pats: Vec<&Pat> = choice.arms.iter().filter_map(|arm| arm.pat.as_ref()).collect();
                    Some(self.matched_value(e, &pats)?)
                }
                Some(e) if self.facts.is_option(e) && self.facts.matched(choice, e).0.is_option() => {
                    Some(self.option_value(e)?)
                }
                Some(e) => Some(self.part_or_value(e, ty).and_then(|val| self.settled(val, ty, e))?),
                None => None,
            };
            Chosen::Value(val)
        } else {
            self.matched_by_code(choice)?
        };
        self.matching.chosen.insert(choice.id, chosen);
        Ok(())
    }

    /// What patterns are matched with.
    fn matched_value(&mut self, e: &'a Expr, pats: &[&Pat]) -> Res<Val> {
        if let ExprKind::Tuple(es) = &e.kind
            && pats.iter().all(|p| matches!(p.kind, PatKind::Tuple(_) | PatKind::Wild))
            && !es.is_empty()
        {
            let mut vals = Vec::new();
            for (i, e) in es.iter().enumerate() {
                let parts: Vec<&Pat> = pats.iter().filter_map(|p| part_at(p, i, es.len())).collect();
                let val = self.matched_value(e, &parts)?;
                vals.push(self.owned(val, e)?);
            }
            return Ok(Val::Tuple(vals));
        }
        let part = self.facts.parted(e).is_some_and(|part| self.facts.part_is_at_hand(&part));
        if !part && self.facts.is_matched_as_option(e, &mut pats.iter().copied()) {
            return self.option_value(e);
        }
        self.part_or_value(e, None)
    }

    fn chosen(&self, choice: &Choice) -> Res<Chosen> {
        self.matching.chosen.get(&choice.id).cloned().ok_or(Refused)
    }

    /// Whether one of some arms is taken, where none before them is.
    pub(super) fn is_taken(&mut self, choice: &'a Choice, k: &Range<usize>, e: &'a Expr) -> Res<Value> {
        let arm = &choice.arms[k.start];
        match self.chosen(choice)? {
            Chosen::Code { tag, .. } if choice.arms.len() == 2 => Ok(tag),
            Chosen::Code { tag, .. } => {
                let single = k.len() == 1;
                let (op, number) = if single { (CmpOp::Eq, k.start) } else { (CmpOp::Lt, k.end) };
                let number = self.int(number as i128, Ty::usize());
                Ok(self.push(Op::Cmp { op, args: [tag, number] }, Ty::Bool))
            }
            Chosen::Value(val) => {
                let cond = match (&arm.pat, &val) {
                    (Some(pat), Some(val)) => self.matches(pat, val)?,
                    _ => None,
                };
                let first = arm.pat.as_ref().zip(val);
                let cond = match arm.tests.is_empty() {
                    true => cond,
                    false => self.and_then(cond, &arm.tests, first, e)?,
                };
                Ok(cond.unwrap_or_else(|| self.truth(true)))
            }
        }
    }

    fn truth(&mut self, value: bool) -> Value {
        self.push(Op::Const(Const::Bool(value)), Ty::Bool)
    }

    /// Binds the variables of an arm that is taken.
    pub(super) fn bind_arm(&mut self, choice: &'a Choice, k: usize) -> Res<()> {
        let arm = &choice.arms[k];
        let done = match self.chosen(choice)? {
            Chosen::Value(val) => {
                let first = match (&arm.pat, val) {
                    (Some(pat), Some(val)) => self.bind(pat, val),
                    _ => Ok(()),
                };
                first.and_then(|()| self.bind_tests(arm, &|_, _| true))
            }
            Chosen::Code { val, found, .. } => self.bind_found(arm, k, val, &found),
        };
        if done.is_err() {
            arm.wanted.iter().for_each(|v| self.env[v.0 as usize] = Some(Val::Poison));
        }
        done
    }

    /// Binds what the `let`s of a chain match, which is evaluated again for that.
    fn bind_tests(&mut self, arm: &'a Arm, which: &dyn Fn(&Facts, &Pat) -> bool) -> Res<()> {
        for test in &arm.tests {
            let Test::Let(pat, e) = test else { continue };
            if !which(&self.facts, pat) {
                continue;
            }
            let (stmts, _, val) = self.region(|s| s.matched_value(e, &[pat]));
            let val = val?;
            if !stmts.iter().all(|s| s.op.effects(&self.func).is_pure()) {
                return self.refuse(Kind::ChainedPattern, e, &[]);
            }
            self.out.extend(stmts);
            self.bind(pat, val)?;
        }
        Ok(())
    }

    /// Remembers which names must not be those of constants: in the last arm, no constant could stand.
    fn note_variables(&mut self, choice: &Choice) {
        let last = choice.arms.len() - 1;
        for (k, arm) in choice.arms.iter().enumerate() {
            let sure = |p: &Pat| k == last && matches!(p.kind, PatKind::Var(_));
            let mut found = Vec::new();
            arm.pat.iter().filter(|p| !sure(p)).for_each(|p| plain_names(p, &mut found));
            for test in &arm.tests {
                if let Test::Let(p, _) = test {
                    plain_names(p, &mut found);
                }
            }
            for v in found {
                let info = &self.f.vars[v.0 as usize];
                let known = self.matching.variables.contains(&info.ident);
                if !info.mutable && !known {
                    self.matching.variables.push(info.ident.clone());
                }
            }
        }
    }

    /// Has rustc check that the names are not those of constants: then no parameter could be called so.
    pub(super) fn check_names(&mut self) {
        let span = crate::names::emitted(self.f.sig.ident.span());
        let names: Vec<Ident> = std::mem::take(&mut self.matching.variables)
            .into_iter()
            .map(|mut ident| {
                ident.set_span(crate::names::emitted(ident.span()));
                ident
            })
            .collect();
        if !names.is_empty() {
            let units = names.iter().map(|_| quote::quote_spanned!(span=> ()));
            self.func.items.push(quote::quote_spanned!(span=> const _: fn(#(#units),*) = |#(#names),*| {};));
        }
    }

    /// An identifier like `stem` that occurs nowhere in the function.
    pub(super) fn made_up(&mut self, stem: &str) -> Ident {
        if self.matching.taken.is_empty() {
            let f = self.f;
            let mut all = HashSet::default();
            let mut add = |i: &Ident| all.extend([crate::names::text(i)]);
            crate::names::each_ident(&quote::ToTokens::to_token_stream(&f.sig), &mut add);
            f.items.iter().for_each(|item| crate::names::each_ident(item, &mut add));
            f.body.each_ident(&mut add);
            self.matching.taken = all;
        }
        let mut name = stem.to_string();
        let mut n = 0;
        while !self.matching.taken.insert(name.clone()) {
            n += 1;
            name = format!("{stem}_{n}");
        }
        Ident::new(&name, crate::names::emitted(self.origin.span))
    }
}

/// What a tuple pattern matches the part at `i` with.
fn part_at(p: &Pat, i: usize, n: usize) -> Option<&Pat> {
    let PatKind::Tuple(ps) = &p.kind else { return None };
    super::binding::spread(ps, n).find(|(k, _)| *k == i).map(|(_, p)| p)
}

/// The variables of a pattern whose names could as well be those of constants.
fn plain_names(p: &Pat, out: &mut Vec<Var>) {
    match &p.kind {
        PatKind::Var(v) => out.push(*v),
        PatKind::Tuple(ps) | PatKind::Array(ps) | PatKind::Variant(_, ps) | PatKind::Or(ps) => {
            ps.iter().for_each(|p| plain_names(p, out));
        }
        PatKind::At(_, p) | PatKind::Ref(p) => plain_names(p, out),
        _ => {}
    }
}
