//! Making, copying, adding and clearing whole places, and growing buffers.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::body::{Body, Line, Owner};
use super::expr::{Expr, Prec};
use super::later;
use super::place::{By, PlaceExpr};
use super::types;
use crate::ir::*;

impl<'f> Body<'f> {
    /// `let mut a = …;`
    pub(super) fn alloc(&mut self, s: &Stmt, p: Place, init: &Init, span: Span) {
        let operands = s.op.values();
        self.settle(&operands, &self.effect(s), false);
        if let Init::Later(typed) = init {
            let ident = self.place_ident(p);
            self.places.insert(p, PlaceExpr { tokens: quote!(#ident), by: By::Later });
            let (pattern, rt) = (quote_spanned!(span=> mut #ident), &self.rt);
            let ty = typed.then(|| types::owned(self.place_ty(p), rt, span)).flatten();
            let ty = ty.map(|ty| quote_spanned!(span=> ::<#ty>));
            let value = quote_spanned!(span=> #rt::Later #ty::new());
            return self.out.push(Line::Let { pattern, ty: None, value, span });
        }
        let ty = self.place_annotation(p, init, &operands, span);
        if let (true, Init::Restore(v)) = (self.stays_where_it_is_kept(p, init), init) {
            let (value, ident) = (self.value(*v).tokens, self.place_ident(p));
            self.places.insert(p, PlaceExpr { tokens: quote!(#ident), by: By::Ref });
            return self.out.push(Line::Let { pattern: quote!(#ident), ty, value, span });
        }
        let value = self.initial(p, init, span);
        let ident = self.place_ident(p);
        let mutable = self.facts.written.contains(&p);
        let pattern = if mutable { quote_spanned!(span=> mut #ident) } else { quote!(#ident) };
        let by = if self.later.place(p) { By::Later } else { By::Owned };
        self.places.insert(p, PlaceExpr { tokens: quote!(#ident), by });
        self.out.push(Line::Let { pattern, ty, value, span });
    }

    /// The type to write beside a local whose elements are bare literals, if methods are called on them.
    fn place_annotation(
        &mut self,
        p: Place,
        init: &Init,
        operands: &[Value],
        span: Span,
    ) -> Option<TokenStream> {
        let bare = match init {
            _ if self.place_ty(p).scalar().is_some_and(Ty::is_lanes) => false,
            Init::Zeros | Init::ZerosLen(_) => true,
            Init::Fill(v, _) => self.is_untyped(*v),
            Init::Elems(_) => operands.iter().all(|v| self.is_untyped(*v)),
            Init::Copy(q) | Init::Repeat(q, _) => self.untyped.contains(&Owner::Place(self.func.root(*q))),
            Init::Rows(qs) => qs.iter().all(|q| self.untyped.contains(&Owner::Place(self.func.root(*q)))),
            _ => false,
        };
        if let Init::Given(_) = init {
            return types::owned(self.place_ty(p), &self.rt, span);
        }
        let owner = Owner::Place(p);
        if bare && !self.typed.contains(&owner) {
            self.untyped.insert(owner);
            return None;
        }
        bare.then(|| types::owned(self.place_ty(p), &self.rt, span)).flatten()
    }

    fn initial(&mut self, p: Place, init: &Init, span: Span) -> TokenStream {
        let rt = self.rt.clone();
        match init {
            Init::Zeros => self.zeros(self.place_ty(p), span),
            Init::ZerosLen(n) => {
                let zero = self.zeros(self.place_ty(p).elem().unwrap_or(&PlaceTy::Unknown), span);
                let n = self.value(*n).tokens;
                quote_spanned!(span=> #rt::vec![#zero; #n])
            }
            Init::ZeroLike(q) => {
                let t = self.place(*q).or_none().by_ref(span);
                match self.place_ty(p).scalar() {
                    Some(ty) if ty.is_lanes() => quote_spanned!(span=> #rt::zero_lanes(#t)),
                    _ => quote_spanned!(span=> #rt::zero_like(#t)),
                }
            }
            Init::Fill(v, n) => {
                let x = self.typed(*v, span);
                match (n, self.place_ty(p)) {
                    (Some(n), _) => {
                        let n = self.value(*n).tokens;
                        quote_spanned!(span=> #rt::vec![#x; #n])
                    }
                    (None, PlaceTy::Array(_, n)) => {
                        let n = types::len(n, span);
                        quote_spanned!(span=> [#x; #n])
                    }
                    (None, _) => x,
                }
            }
            Init::Elems(vs) => {
                let parts: Vec<TokenStream> = vs.iter().map(|v| self.typed(*v, span)).collect();
                match self.place_ty(p) {
                    PlaceTy::Vec(_) => quote_spanned!(span=> #rt::vec![#(#parts),*]),
                    _ => quote_spanned!(span=> [#(#parts),*]),
                }
            }
            Init::Rows(ps) => {
                let parts: Vec<TokenStream> = ps.iter().map(|q| self.copied(*q, span)).collect();
                match self.place_ty(p) {
                    PlaceTy::Vec(_) => quote_spanned!(span=> #rt::vec![#(#parts),*]),
                    _ => quote_spanned!(span=> [#(#parts),*]),
                }
            }
            Init::Repeat(q, n) => {
                let row = self.copied(*q, span);
                match (n, self.place_ty(p)) {
                    (Some(n), _) => {
                        let n = self.value(*n).tokens;
                        quote_spanned!(span=> #rt::vec![#row; #n])
                    }
                    (None, PlaceTy::Array(_, n)) => {
                        let n = types::len(n, span);
                        quote_spanned!(span=> [#row; #n])
                    }
                    (None, _) => row,
                }
            }
            // `to_vec()` of an array: by its type alone it would stay one.
            Init::Copy(q)
                if matches!((self.place_ty(p), self.place_ty(*q)), (PlaceTy::Vec(_), PlaceTy::Array(..))) =>
            {
                let t = &self.place(*q).tokens;
                quote_spanned!(span=> #t.to_vec())
            }
            Init::Copy(q) => self.kept(*q, span),
            Init::Fields { path, fields, rest } => {
                let parts: Vec<TokenStream> = fields
                    .iter()
                    .map(|(member, part)| {
                        let value = match part {
                            Part::Value(v) => self.of_its_type(*v, span).tokens,
                            Part::Place(p) => self.copied(*p, span),
                        };
                        let name = &member.name;
                        quote_spanned!(span=> #name: #value)
                    })
                    .collect();
                let rest = rest.map(|p| {
                    let rest = self.copied(p, span);
                    quote_spanned!(span=> , ..#rest)
                });
                quote_spanned!(span=> #path { #(#parts),* #rest })
            }
            Init::Restore(v) => self.restored(*v, span),
            Init::Lent(v) => self.value(*v).tokens,
            Init::Given(v) => {
                let value = self.value(*v).tokens;
                match types::owned(self.place_ty(p), &self.rt, span) {
                    Some(_) => value,
                    None => quote_spanned!(span=> #rt::given(#value)),
                }
            }
            Init::Empty | Init::Buffer(..) if self.facts.templates.contains(&p) => {
                quote_spanned!(span=> #rt::Templates::new())
            }
            Init::Empty if self.facts.rows.contains(&p) => quote_spanned!(span=> #rt::Rows::new()),
            Init::Buffer(rounds, each) if self.facts.rows.contains(&p) => {
                let (rounds, each) =
                    (self.value(*rounds).tokens, proc_macro2::Literal::usize_unsuffixed(*each));
                quote_spanned!(span=> #rt::Rows::for_rounds(#rounds, #each))
            }
            // What is pushed may be a bare literal, or nothing at all.
            Init::Empty | Init::Buffer(..) => {
                match self.place_ty(p).elem().and_then(|t| types::owned(t, &self.rt, span)) {
                    Some(t) => quote_spanned!(span=> #rt::Vec::<#t>::new()),
                    None => quote_spanned!(span=> #rt::Vec::new()),
                }
            }
            // It has been dealt with.
            Init::Later(_) => TokenStream::new(),
            Init::None => match self.place_ty(p) {
                PlaceTy::Array(_, n) => {
                    let n = types::len(n, span);
                    quote_spanned!(span=> [const { ::core::option::Option::None }; #n])
                }
                _ => quote_spanned!(span=> ::core::option::Option::None),
            },
        }
    }

    /// What was kept, out of its cell, its buffer, or itself.
    fn restored(&mut self, v: Value, span: Span) -> TokenStream {
        if let Some(cell) = self.in_cell.get(&v) {
            return quote_spanned!(span=> match &#cell {
                ::core::option::Option::Some(kept) => ::core::clone::Clone::clone(kept),
                ::core::option::Option::None => ::core::unreachable!(),
            });
        }
        let kept = self.value(v).tokens;
        match (self.borrowed.contains(&v), self.facts.taken_rows.contains(&v)) {
            (true, true) => quote_spanned!(span=> #kept.to_vec()),
            (true, false) => quote_spanned!(span=> ::core::clone::Clone::clone(#kept)),
            (false, _) => kept,
        }
    }

    /// Whether a place that was kept is read where it is kept.
    fn stays_where_it_is_kept(&self, p: Place, init: &Init) -> bool {
        let Init::Restore(v) = init else { return false };
        let row = self.facts.taken_rows.contains(v);
        // Who is lent a `Vec` may insist on one.
        let as_slice = matches!(self.place_ty(p), PlaceTy::Slice(_)) || !self.facts.lent.contains(&p);
        self.borrowed.contains(v)
            && !self.in_cell.contains_key(v)
            && !self.facts.written.contains(&p)
            && !self.facts.moved.contains(&p)
            && (!row || as_slice)
    }

    /// A value as an element: a bare literal with its type where the default would be another one.
    fn typed(&mut self, v: Value, span: Span) -> TokenStream {
        let ty = self.func.ty(v);
        match self.consts.get(&v) {
            Some(c) if *ty != Ty::F64 && self.peek(v).untyped => self.constant(c, ty, true, span).tokens,
            _ => self.value(v).tokens,
        }
    }

    /// The zero of a fully known type.
    pub(super) fn zeros(&self, ty: &PlaceTy, span: Span) -> TokenStream {
        let rt = &self.rt;
        match ty {
            PlaceTy::Scalar(Ty::Float(FloatTy::F32)) => quote_spanned!(span=> 0.0_f32),
            PlaceTy::Scalar(t) if t.is_lanes() => {
                let lane = types::scalar(&t.lane(), rt, span);
                quote_spanned!(span=> #rt::lanes::<#lane>(0.0))
            }
            PlaceTy::Scalar(t @ Ty::Float(FloatTy::Generic(_))) => {
                let t = types::scalar(t, &self.rt, span);
                quote_spanned!(span=> #rt::lit::<#t>(0.0))
            }
            PlaceTy::Tuple(ts) => {
                let parts = ts.iter().map(|t| self.zeros(t, span));
                quote_spanned!(span=> (#(#parts,)*))
            }
            // It may be the float of a type parameter, which no literal is.
            PlaceTy::Scalar(Ty::Float(FloatTy::Unknown)) if self.speaks_of_parameters() => {
                quote_spanned!(span=> ::core::default::Default::default())
            }
            PlaceTy::Scalar(Ty::Int(_)) => quote_spanned!(span=> 0),
            PlaceTy::Scalar(Ty::Bool) => quote_spanned!(span=> false),
            PlaceTy::Array(t, n) => {
                let (t, n) = (self.zeros(t, span), types::len(n, span));
                quote_spanned!(span=> [#t; #n])
            }
            _ => quote_spanned!(span=> 0.0),
        }
    }

    /// Whether there are floats of a type parameter.
    fn speaks_of_parameters(&self) -> bool {
        self.func.values.iter().any(|v| matches!(v.ty, Ty::Float(FloatTy::Generic(_))))
    }

    /// An owned copy of a place.
    pub(super) fn copied(&self, p: Place, span: Span) -> TokenStream {
        let e = self.place(p);
        let t = &e.tokens;
        match self.place_ty(p) {
            ty if ty.is_fixed() => e.whole(span),
            PlaceTy::Slice(_) | PlaceTy::Vec(_) => quote_spanned!(span=> #t.to_vec()),
            _ => {
                let t = e.by_ref(span);
                quote_spanned!(span=> ::core::clone::Clone::clone(#t))
            }
        }
    }

    /// The same, of what may have no value yet.
    pub(super) fn kept(&self, p: Place, span: Span) -> TokenStream {
        let e = self.place(p);
        if e.by != By::Later {
            return self.copied(p, span);
        }
        let t = e.or_none().by_ref(span);
        quote_spanned!(span=> ::core::clone::Clone::clone(#t))
    }

    /// `dst = src` for whole places.
    pub(super) fn copy_place(&mut self, s: &Stmt, dst: Place, src: Place, span: Span) {
        self.settle(&[], &self.effect(s), false);
        let (d, r) = (self.place(dst), self.place(src));
        let (t, from) = (&d.tokens, r.by_ref(span));
        if d.by == By::Later {
            let (value, rt) = (self.kept(src, span), &self.rt);
            let code = match r.by {
                By::Later => quote_spanned!(span=> #t = #value;),
                _ => quote_spanned!(span=> #rt::Later::set(&mut #t, #value);),
            };
            return self.out.push(Line::Code(code));
        }
        let code = match (self.place_ty(dst), self.place_ty(src)) {
            (a, b) if a.is_fixed() && b.is_fixed() => {
                let (a, b) = (d.whole(span), r.whole(span));
                quote_spanned!(span=> #a = #b;)
            }
            (PlaceTy::Unknown | PlaceTy::User(_), _) | (_, PlaceTy::Unknown | PlaceTy::User(_)) => {
                let (a, b) = (d.whole(span), self.copied(src, span));
                quote_spanned!(span=> #a = #b;)
            }
            (a, _) if a.elem().is_some_and(PlaceTy::is_fixed) => {
                let copy = quote_spanned!(self.blamed(span)=> copy_from_slice(#from));
                quote_spanned!(span=> #t.#copy;)
            }
            _ => {
                let clone = quote_spanned!(self.blamed(span)=> clone_from_slice(#from));
                quote_spanned!(span=> #t.#clone;)
            }
        };
        self.out.push(Line::Code(code));
    }

    /// `dst += src`, elementwise.
    pub(super) fn add_place(&mut self, s: &Stmt, dst: Place, src: Place, span: Span) {
        self.settle(&[], &self.effect(s), false);
        let (d, r) = (self.place(dst), self.place(src));
        if let Some(code) = later::sum(&d, &r, &self.rt, span) {
            return self.out.push(Line::Code(code));
        }
        let rt = &self.rt;
        // Two parts of one array can't be borrowed at once: the one that is only read is copied.
        let one_root = self.func.root(dst) == self.func.root(src);
        let (from, copy) = (&r.tokens, self.names.fresh("row", span));
        let own = quote_spanned!(span=> &#copy);
        let flat = |ty: &PlaceTy| matches!(ty.elem(), Some(PlaceTy::Scalar(Ty::Float(f))) if !matches!(f, FloatTy::Generic(_)));
        let code = if flat(self.place_ty(dst)) && flat(self.place_ty(src)) {
            let t = &d.tokens;
            let from = if one_root { own } else { r.by_ref(span) };
            let (x, y) = (self.names.fresh("d", span), self.names.fresh("v", span));
            quote_spanned!(span=> for (#x, #y) in #t.iter_mut().zip(#from) { *#x += *#y; })
        } else {
            let slices = |ty: &PlaceTy| matches!(ty, PlaceTy::Slice(_) | PlaceTy::Vec(_));
            let (mut a, mut b) = (d.by_mut(span), r.by_ref(span));
            // A `Vec`, a slice and an array meet as slices.
            if slices(self.place_ty(dst)) || slices(self.place_ty(src)) {
                let (x, y) = (&d.tokens, &r.tokens);
                a = quote_spanned!(span=> &mut #x[..]);
                b = quote_spanned!(span=> &#y[..]);
            }
            if one_root {
                b = own;
            }
            quote_spanned!(span=> #rt::add_to(#a, #b);)
        };
        let code =
            if one_root { quote_spanned!(span=> { let #copy = #from.to_owned(); #code }) } else { code };
        self.out.push(Line::Code(code));
    }

    /// Clears a place.
    pub(super) fn zero(&mut self, p: Place, span: Span) -> TokenStream {
        let e = self.place(p);
        let t = &e.tokens;
        let rt = &self.rt;
        match self.place_ty(p) {
            PlaceTy::Slice(elem) | PlaceTy::Vec(elem) | PlaceTy::Array(elem, _) if elem.is_fixed() => {
                let zero = self.zeros(elem, span);
                quote_spanned!(span=> #t.fill(#zero);)
            }
            ty if ty.is_fixed() => {
                let (a, zero) = (e.whole(span), self.zeros(ty, span));
                quote_spanned!(span=> #a = #zero;)
            }
            _ => {
                let a = e.or_none().by_mut(span);
                quote_spanned!(span=> #rt::clear(#a);)
            }
        }
    }

    /// Before the first statement of a buffer's own block that pops it: the position to read from. Popping moves
    /// that position instead of shortening the buffer, so that the reverse sweep can run more than once.
    pub(super) fn cursors_before(&mut self, s: &Stmt) {
        let (mut popped, mut pushed) = (Vec::new(), Vec::new());
        each_op(s, &mut |op| match op {
            Op::Pop(p) => popped.push(*p),
            Op::Push { place, .. } => pushed.push(*place),
            _ => {}
        });
        for p in popped {
            // The adjoint of a `Vec` that grows has the length that the `Vec` has.
            if !self.facts.buffers.contains(&p) {
                continue;
            }
            // A buffer that comes to life inside the statement gets its cursor there; one that grows and shrinks
            // in the same statement is popped in earnest.
            if self.cursors.contains_key(&p) || !self.places.contains_key(&p) || pushed.contains(&p) {
                continue;
            }
            let span = crate::names::emitted(s.origin.span);
            let t = self.place(p).tokens;
            let ident = self.names.fresh(&format!("{t}_top"), span);
            let value = quote_spanned!(span=> #t.len());
            self.out.push(Line::Let { pattern: quote_spanned!(span=> mut #ident), ty: None, value, span });
            self.cursors.insert(p, ident);
        }
    }

    /// Takes the last element that has not been taken yet.
    pub(super) fn pop(&mut self, p: Place, v: Value, span: Span) -> Expr {
        let t = self.place(p).tokens;
        let Some(top) = self.cursors.get(&p) else {
            let kept = matches!(self.func.ty(v), Ty::Pullback | Ty::Snapshot);
            let last = match kept {
                // There need be no default for what a pullback or an aggregate is.
                true => quote_spanned!(span=> match #t.pop() {
                    ::core::option::Option::Some(kept) => kept,
                    ::core::option::Option::None => ::core::unreachable!(),
                }),
                // A generic float need not have one either.
                false if self.is_generic(p) => {
                    let zero = self.zeros(self.place_ty(p).elem().unwrap_or(&PlaceTy::Unknown), span);
                    quote_spanned!(span=> #t.pop().unwrap_or(#zero))
                }
                false => quote_spanned!(span=> #t.pop().unwrap_or_default()),
            };
            return Expr::new(last, Prec::Atom);
        };
        self.out.push(Line::Code(quote_spanned!(span=> #top -= 1;)));
        if matches!(self.func.ty(v), Ty::Pullback | Ty::Snapshot) {
            self.borrowed.insert(v);
            if self.facts.rows.contains(&p) {
                return Expr::new(quote_spanned!(span=> #t.row(#top)), Prec::Atom);
            }
            return Expr::new(quote_spanned!(span=> &#t[#top]), Prec::Unary);
        }
        Expr::new(quote_spanned!(span=> #t[#top]), Prec::Atom)
    }
}

/// Visits the operation and those of its regions.
fn each_op(s: &Stmt, f: &mut dyn FnMut(&Op)) {
    f(&s.op);
    s.op.blocks().iter().for_each(|b| b.each_stmt(&mut |s| f(&s.op)));
}
