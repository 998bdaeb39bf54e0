//! Places that may have no value yet: which ones are, and what is done with those as wholes.
//!
//! A struct that gets its value on some ways only is a `Later` of the run-time half, and so is all that is made like it:
//! its copies, its adjoint, and what is kept of either. Between themselves, those go about with or without a value: only
//! what looks into one needs it to be there, and every way to such a look leads through the test that there is one.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use std::collections::HashSet;

use super::place::{By, PlaceExpr};
use crate::ir::*;

/// The places that may have no value yet, and the snapshots of such.
#[derive(Default)]
pub(super) struct Later {
    places: HashSet<Place>,
    snapshots: HashSet<Value>,
    /// The buffers and cells that those snapshots are kept in.
    buffers: HashSet<Place>,
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
        self.places.contains(&p)
    }

    fn note(&mut self, func: &Func, s: &Stmt) {
        match &s.op {
            Op::Alloc { place, init } => {
                let later = match init {
                    Init::Later(_) => true,
                    Init::ZeroLike(q) | Init::Copy(q) => self.place(*q),
                    Init::Restore(v) => self.snapshots.contains(v),
                    _ => false,
                };
                if later {
                    self.places.insert(*place);
                }
            }
            Op::Push { place, value } | Op::Store { place, value, .. } if self.snapshots.contains(value) => {
                self.buffers.insert(*place);
            }
            Op::Snapshot { place: p, .. } if self.place(*p) => self.snapshots.extend(&s.results),
            Op::Pop(p) | Op::Load { place: p, .. } if self.buffers.contains(p) => {
                self.snapshots.extend(s.results.iter().filter(|v| *func.ty(**v) == Ty::Snapshot));
            }
            Op::If { then, els, .. } => {
                for (i, result) in s.results.iter().enumerate() {
                    let handed = [then, els].into_iter().filter_map(|b| b.yields.get(i));
                    if handed.into_iter().any(|v| self.snapshots.contains(v)) {
                        self.snapshots.insert(*result);
                    }
                }
            }
            _ => {}
        }
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
pub(super) fn exchange(x: &PlaceExpr, y: &PlaceExpr, rt: &TokenStream, span: Span) -> Option<TokenStream> {
    let (a, b) = (x.or_none().by_mut(span), y.or_none().by_mut(span));
    Some(match (x.by, y.by) {
        (By::Later, By::Later) => quote_spanned!(span=> ::core::mem::swap(#a, #b);),
        (By::Later, _) => quote_spanned!(span=> #rt::Later::exchange(#a, #b);),
        (_, By::Later) => quote_spanned!(span=> #rt::Later::exchange(#b, #a);),
        _ => return None,
    })
}
