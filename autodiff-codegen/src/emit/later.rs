//! Places that may have no value yet: which ones are, and what is done with those as wholes.
//!
//! A struct that gets its value on some ways only is a `Later` of the run-time half, and so is all that is made like it:
//! its copies, its adjoint, and what is kept of either. Between themselves, those go about with or without a value: only
//! what looks into one needs it to be there, and every way to such a look leads through the test that there is one.

use crate::tables::HashMap;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::place::{By, PlaceExpr};
use crate::ir::*;

/// What may have no value yet.
#[derive(Clone, Copy)]
struct Kind {
    /// Not the place itself, but its first part: the result of a call that may have none.
    first: bool,
    /// It is an adjoint, and a zero without a value.
    adjoint: bool,
}

impl Kind {
    const WHOLE: Kind = Kind { first: false, adjoint: false };
    const FIRST: Kind = Kind { first: true, adjoint: false };

    fn zero(self) -> Kind {
        Kind { adjoint: true, ..self }
    }
}

/// The places that may have no value yet, or a part that may.
#[derive(Default)]
pub(super) struct Later {
    places: HashMap<Place, Kind>,
    snapshots: HashMap<Value, Kind>,
    /// The buffers and cells that those snapshots are kept in.
    buffers: HashMap<Place, Kind>,
}

impl Later {
    /// Follows them through copies, buffers and cells.
    pub fn of(func: &Func) -> Later {
        let mut found = Later::default();
        loop {
            let known = found.len();
            func.body.each_stmt(&mut |s| found.note(func, s));
            if found.len() == known {
                return found;
            }
        }
    }

    fn len(&self) -> usize {
        self.places.len() + self.snapshots.len() + self.buffers.len()
    }

    /// Whether a place is one.
    pub fn place(&self, p: Place) -> bool {
        self.places.get(&p).is_some_and(|kind| !kind.first)
    }

    /// Whether it is an adjoint.
    pub fn adjoint(&self, p: Place) -> bool {
        self.places.get(&p).is_some_and(|kind| kind.adjoint)
    }

    fn note(&mut self, func: &Func, s: &Stmt) {
        match &s.op {
            Op::Alloc { place, init } => {
                let kind = match init {
                    Init::Later(_) => Some(Kind::WHOLE),
                    Init::ZeroLike(q) => self.places.get(q).map(|kind| kind.zero()),
                    Init::Copy(q) => self.places.get(q).copied(),
                    Init::Restore(v) => self.snapshots.get(v).copied(),
                    _ => None,
                };
                self.places.extend(kind.map(|kind| (*place, kind)));
            }
            Op::View { place, base, path } => {
                let kind = match (self.places.get(base), &path[..]) {
                    (Some(kind), []) => Some(*kind),
                    (Some(kind), [Proj::Field(0)]) if kind.first => Some(Kind { first: false, ..*kind }),
                    _ => None,
                };
                self.places.extend(kind.map(|kind| (*place, kind)));
            }
            Op::Call { callee, ret, .. } | Op::CallForward { callee, ret, .. } if callee.is_apart_later() => {
                self.places.extend(ret.map(|p| (p, Kind::FIRST)));
            }
            Op::CallTangent { callee, ret, ret_tangent, .. } if callee.is_apart_later() => {
                self.places.extend([*ret, *ret_tangent].into_iter().flatten().map(|p| (p, Kind::FIRST)));
            }
            Op::Push { place, value } | Op::Store { place, value, .. } => {
                let kind = self.snapshots.get(value).copied();
                self.buffers.extend(kind.map(|kind| (*place, kind)));
            }
            Op::Snapshot { place, zero } => {
                let kind = self.places.get(place).copied();
                self.results(s, kind.map(|kind| if *zero { kind.zero() } else { kind }));
            }
            Op::Pop(p) | Op::Load { place: p, .. }
                if s.results.iter().all(|v| *func.ty(*v) == Ty::Snapshot) =>
            {
                self.results(s, self.buffers.get(p).copied());
            }
            Op::If { then, els, .. } => {
                for (i, result) in s.results.iter().enumerate() {
                    let handed = [then, els].into_iter().filter_map(|b| b.yields.get(i));
                    let kind = handed.into_iter().find_map(|v| self.snapshots.get(v)).copied();
                    self.snapshots.extend(kind.map(|kind| (*result, kind)));
                }
            }
            _ => {}
        }
    }

    fn results(&mut self, s: &Stmt, kind: Option<Kind>) {
        self.snapshots.extend(kind.into_iter().flat_map(|kind| s.results.iter().map(move |v| (*v, kind))));
    }
}

/// `d += v`, where one of the two may have no value: that is a zero.
pub(super) fn sum(d: &PlaceExpr, v: &PlaceExpr, rt: &TokenStream, span: Span) -> Option<TokenStream> {
    let (a, b) = (d.or_none().by_mut(span), v.or_none().by_ref(span));
    Some(match (d.by, v.by) {
        (By::Later, By::Later) => quote_spanned!(span=> #rt::add_to(#a, #b);),
        (By::Later, _) => quote_spanned!(span=> #rt::Later::add(#a, #b);),
        (_, By::Later) => quote_spanned!(span=> #rt::Later::add_to(#a, #b);),
        _ => return None,
    })
}

/// Exchanges two, where one may have no value.
pub(super) fn exchange(
    (x, y): (&PlaceExpr, &PlaceExpr),
    adjoint: bool,
    rt: &TokenStream,
    span: Span,
) -> Option<TokenStream> {
    let (a, b) = (x.or_none().by_mut(span), y.or_none().by_mut(span));
    let (later, other) = match (x.by, y.by) {
        (By::Later, By::Later) => return Some(quote_spanned!(span=> ::core::mem::swap(#a, #b);)),
        (By::Later, _) => (a, b),
        (_, By::Later) => (b, a),
        _ => return None,
    };
    Some(match adjoint {
        true => quote_spanned!(span=> #rt::Later::exchange_sums(#later, #other);),
        false => quote_spanned!(span=> #rt::Later::exchange(#later, #other);),
    })
}
