//! Whole places exchanged, and `Vec`s that change their length.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::body::{Body, Line};
use crate::ir::*;

impl<'f> Body<'f> {
    /// `mem::swap`: of two parts of one place by way of a copy, for they can't be borrowed at once.
    pub(super) fn swap(&mut self, s: &Stmt, a: Place, b: Place, span: Span) {
        self.settle(&[], &self.effect(s), false);
        let (x, y) = (self.place(a), self.place(b));
        let adjoint = self.later.adjoint(a) || self.later.adjoint(b);
        if let Some(code) = super::later::exchange((&x, &y), adjoint, &self.rt, span) {
            return self.out.push(Line::Code(code));
        }
        let slices = [a, b].iter().any(|p| matches!(self.place_ty(*p), PlaceTy::Slice(_)));
        let code = if self.func.root(a) == self.func.root(b) {
            let (t, u) = (self.names.fresh("one", span), self.names.fresh("other", span));
            let fixed = self.place_ty(a).is_fixed();
            let user = self.place_ty(a).has_user_type();
            let take = |p: &super::place::PlaceExpr, slice: bool| {
                let (whole, by) = (p.whole(span), p.by_mut(span));
                match (fixed, slice) {
                    (true, _) => whole,
                    (false, true) => quote_spanned!(span=> #whole.to_vec()),
                    // A type of the user's need not have a default.
                    (false, false) if user => {
                        let by = p.by_ref(span);
                        quote_spanned!(span=> ::core::clone::Clone::clone(#by))
                    }
                    (false, false) => quote_spanned!(span=> ::core::mem::take(#by)),
                }
            };
            let (from_x, from_y) = (take(&x, slices), take(&y, slices));
            let (to_x, to_y) = (x.whole(span), y.whole(span));
            if slices {
                quote_spanned!(span=> {
                    let (#t, #u) = (#from_x, #from_y);
                    #to_x.clone_from_slice(&#u);
                    #to_y.clone_from_slice(&#t);
                })
            } else {
                quote_spanned!(span=> { let #t = #from_x; #to_x = #from_y; #to_y = #t; })
            }
        } else if slices {
            let (x, y) = (&x.tokens, &y.tokens);
            let swap = quote_spanned!(self.blamed(span)=> swap_with_slice(&mut #y[..]));
            quote_spanned!(span=> #x.#swap;)
        } else {
            let (x, y) = (x.by_mut(span), y.by_mut(span));
            quote_spanned!(span=> ::core::mem::swap(#x, #y);)
        };
        self.out.push(Line::Code(code));
    }

    /// `v.push(row)`, `v.extend_from_slice(&elements)`.
    pub(super) fn append(&mut self, s: &Stmt, p: Place, src: Place, several: bool, span: Span) {
        self.settle(&[], &self.effect(s), false);
        let (t, from) = (self.place(p).tokens, self.place(src));
        let code = if several {
            let from = match self.place_ty(src) {
                PlaceTy::Unknown => from.by_ref(span),
                _ => {
                    let x = &from.tokens;
                    quote_spanned!(span=> &#x[..])
                }
            };
            quote_spanned!(span=> #t.extend_from_slice(#from);)
        } else {
            let row = self.copied(src, span);
            quote_spanned!(span=> #t.push(#row);)
        };
        self.out.push(Line::Code(code));
    }

    /// `v.resize(n, 0.0)`.
    pub(super) fn resize(&mut self, s: &Stmt, p: Place, to: Value, span: Span) {
        let operands = s.op.values();
        self.settle(&operands, &self.effect(s), false);
        let others: Vec<Value> = operands.into_iter().filter(|v| *v != to).collect();
        // The length before is of interest to the derivative only; what may panic in it has its place.
        for v in others {
            if let Some(i) = self.pending.iter().position(|(w, _)| *w == v) {
                self.flush(i + 1);
            }
        }
        let t = self.place(p).tokens;
        let n: TokenStream = self.value(to).tokens;
        let code = match self.place_ty(p).elem() {
            Some(elem) if elem.is_fixed() => {
                let zero = self.zeros(elem, span);
                quote_spanned!(span=> #t.resize(#n, #zero);)
            }
            _ => quote_spanned!(span=> #t.truncate(#n);),
        };
        self.out.push(Line::Code(code));
    }
}
