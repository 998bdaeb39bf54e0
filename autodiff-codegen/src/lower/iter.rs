//! What a `for` runs over.

use super::facts::{Facts, element};
use super::shape::Shape;
use crate::hir::{Expr, ExprKind};

/// An iterator that is understood.
pub enum Source<'a> {
    /// Integers.
    Range {
        /// First.
        lo: &'a Expr,
        /// Bound.
        hi: &'a Expr,
        /// `..=`
        inclusive: bool,
        /// `.step_by(…)`, before any reversal.
        step: Option<&'a Expr>,
        /// `.rev()`
        rev: bool,
        /// `.rev()` before `.step_by(…)`.
        backwards: bool,
    },
    /// The elements of an array, slice or `Vec`.
    Elements {
        /// Which.
        place: &'a Expr,
        /// Whether the elements are handed out by reference.
        by_ref: bool,
        /// `.enumerate()`
        enumerate: bool,
        /// `.rev()`, before any numbering.
        rev: bool,
    },
}

impl Source<'_> {
    /// The shape of what it hands out, and whether that may be active.
    pub fn item(&self, facts: &Facts) -> (Shape, bool) {
        match self {
            Source::Range { lo, hi, .. } => {
                let int = |e: &Expr| match facts.shape(e).strip() {
                    Shape::Int(i) => Shape::Int(i.clone()),
                    _ => Shape::Int(None),
                };
                (int(lo).join(int(hi)), false)
            }
            Source::Elements { place, by_ref, enumerate, .. } => {
                let (shape, tainted) = facts.fact(place);
                let item = element(&shape);
                let item = if *by_ref { Shape::Ref(false, Box::new(item)) } else { item };
                let tainted = tainted && item.may_carry();
                match enumerate {
                    true => (Shape::Tuple(vec![Shape::Int(Some("usize".into())), item]), tainted),
                    false => (item, tainted),
                }
            }
        }
    }
}

/// Classifies what stands after `in`.
pub fn classify<'a>(facts: &Facts, e: &'a Expr) -> Option<Source<'a>> {
    match &e.kind {
        ExprKind::Range { lo: Some(lo), hi: Some(hi), inclusive } => {
            // One end says what the other one is.
            let int = |e: &Expr| matches!(facts.shape(e), Shape::Int(_));
            let unknown = |e: &Expr| facts.shape(e) == Shape::Unknown;
            let passive = !facts.tainted(lo) && !facts.tainted(hi);
            let known =
                (int(lo) && (int(hi) || unknown(hi))) || (unknown(lo) && (int(hi) || passive && unknown(hi)));
            known.then_some(Source::Range {
                lo,
                hi,
                inclusive: *inclusive,
                step: None,
                rev: false,
                backwards: false,
            })
        }
        ExprKind::Method { recv, name, args, turbofish: None } => {
            adapter(facts, recv, &name.to_string(), args)
        }
        _ => {
            let shape = facts.shape(e);
            let by_ref = matches!(shape, Shape::Ref(false, _));
            let plain = by_ref || matches!(shape, Shape::Place(_));
            let elements = Source::Elements { place: e, by_ref, enumerate: false, rev: false };
            (plain && element(&shape).is_known()).then_some(elements)
        }
    }
}

fn adapter<'a>(facts: &Facts, recv: &'a Expr, name: &str, args: &'a [Expr]) -> Option<Source<'a>> {
    match (name, args) {
        ("iter", []) => {
            let known = element(&facts.shape(recv)).is_known();
            known.then_some(Source::Elements { place: recv, by_ref: true, enumerate: false, rev: false })
        }
        ("into_iter", []) => classify(facts, recv),
        ("rev", []) => match classify(facts, recv)? {
            Source::Range { lo, hi, inclusive, step, rev, backwards } => {
                Some(Source::Range { lo, hi, inclusive, step, rev: !rev, backwards })
            }
            Source::Elements { place, by_ref, enumerate: false, rev } => {
                Some(Source::Elements { place, by_ref, enumerate: false, rev: !rev })
            }
            _ => None,
        },
        ("enumerate", []) => match classify(facts, recv)? {
            Source::Elements { place, by_ref, enumerate: false, rev: false } => {
                Some(Source::Elements { place, by_ref, enumerate: true, rev: false })
            }
            _ => None,
        },
        ("step_by", [step]) => match classify(facts, recv)? {
            Source::Range { lo, hi, inclusive, step: None, rev: false, backwards } => {
                Some(Source::Range { lo, hi, inclusive, step: Some(step), rev: false, backwards })
            }
            // Counted from the other end, which takes a start that the length can't overflow from.
            Source::Range { lo, hi, inclusive, step: None, rev: true, backwards: false }
                if facts.is_not_negative(lo) =>
            {
                Some(Source::Range { lo, hi, inclusive, step: Some(step), rev: false, backwards: true })
            }
            _ => None,
        },
        _ => None,
    }
}

impl Facts<'_> {
    /// Whether an integer is certainly not negative: a literal, or of an unsigned type.
    fn is_not_negative(&self, e: &Expr) -> bool {
        let unsigned = matches!(self.shape(e), Shape::Int(Some(t)) if t.starts_with('u'));
        unsigned || matches!(e.kind, ExprKind::Lit(syn::Lit::Int(_)))
    }
}
