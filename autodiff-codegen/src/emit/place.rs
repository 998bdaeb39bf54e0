//! Places: what they are called, how they are made, read and written.

use crate::tables::HashMap;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::body::{Body, Line, Owner};
use super::expr::{Effect, Expr, Prec, Sens};
use super::scalar::fold_sign;
use super::types;
use crate::hir::BinOp;
use crate::ir::*;
use crate::names::bounded;

/// How a place's tokens stand for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum By {
    /// They are the place itself.
    Owned,
    /// They are a reference to it.
    Ref,
    /// They are an exclusive reference to it.
    Mut,
    /// They are a `Later` that it is in.
    Later,
}

/// What a place is written as.
#[derive(Clone, Debug)]
pub(super) struct PlaceExpr {
    pub tokens: TokenStream,
    pub by: By,
}

impl PlaceExpr {
    /// A parameter, or a part of one.
    pub fn param(tokens: TokenStream, mode: Mode) -> PlaceExpr {
        let by = match mode {
            Mode::Value => By::Owned,
            Mode::Ref => By::Ref,
            Mode::Mut => By::Mut,
        };
        PlaceExpr { tokens, by }
    }

    /// The place itself, for an assignment to the whole of it.
    pub fn whole(&self, span: Span) -> TokenStream {
        let t = &self.tokens;
        match self.by {
            By::Owned => t.clone(),
            By::Ref | By::Mut | By::Later => quote_spanned!(span=> *#t),
        }
    }

    /// `&place`.
    pub fn by_ref(&self, span: Span) -> TokenStream {
        let t = &self.tokens;
        match self.by {
            By::Ref => t.clone(),
            By::Owned => quote_spanned!(span=> &#t),
            By::Mut | By::Later => quote_spanned!(span=> &*#t),
        }
    }

    /// The place with its not having a value yet, where that may be.
    pub fn or_none(&self) -> PlaceExpr {
        let by = if self.by == By::Later { By::Owned } else { self.by };
        PlaceExpr { tokens: self.tokens.clone(), by }
    }

    /// `&mut place`, fit for a generic parameter.
    pub fn by_mut(&self, span: Span) -> TokenStream {
        let t = &self.tokens;
        match self.by {
            By::Owned => quote_spanned!(span=> &mut #t),
            By::Ref | By::Mut | By::Later => quote_spanned!(span=> &mut *#t),
        }
    }
}

impl<'f> Body<'f> {
    /// What a place is written as.
    pub(super) fn place(&self, p: Place) -> PlaceExpr {
        match self.places.get(&p) {
            Some(place) => PlaceExpr { tokens: self.here(place.tokens.clone()), by: place.by },
            None => PlaceExpr { tokens: quote!(undefined), by: By::Owned },
        }
    }

    /// The type of what a place's tokens stand for.
    pub(super) fn place_ty(&self, p: Place) -> &'f PlaceTy {
        &self.func.plc(p).ty
    }

    /// What an operation that reads places depends on.
    pub(super) fn place_sens(&self, op: &Op) -> Sens {
        let reads = match op {
            Op::Len(p) => [(!matches!(self.place_ty(*p), PlaceTy::Array(..))).then_some(*p), None],
            Op::Load { place, .. } => [Some(*place), None],
            Op::SumPlace(p) | Op::Pop(p) | Op::Snapshot { place: p, .. } => [Some(*p), None],
            Op::DotPlaces(a, b) => [Some(*a), Some(*b)],
            _ => [None, None],
        };
        let roots = reads.into_iter().flatten().map(|p| self.func.root(p));
        let places = roots.filter(|p| self.facts.written.contains(p)).collect();
        Sens { places, ..Sens::default() }
    }

    /// The place behind a base and a path, for reading or assigning.
    pub(super) fn target(&mut self, p: Place, path: &[Proj], span: Span) -> Expr {
        let base = self.place(p);
        if path.is_empty() {
            let t = base.whole(span);
            return match base.by {
                By::Owned => Expr::atom(t),
                _ => Expr { size: 0, ..Expr::new(t, Prec::Unary) },
            };
        }
        self.ask_whether_fields_flow(&base.tokens, path, span);
        let spans = self.blamed_steps(p, path, span);
        at_path(&base.tokens, path, &mut |v| Some(self.value(v)), &spans)
    }

    /// Operations on places with a scalar result.
    pub(super) fn place_value(&mut self, op: &Op, v: Value, span: Span) -> Expr {
        match op {
            // Only an array, a slice or a `Vec` has this length.
            Op::Len(p) if *self.place_ty(*p) == PlaceTy::Unknown => {
                let (t, rt) = (self.place(*p).by_ref(span), &self.rt);
                Expr::atom(quote_spanned!(span=> #rt::sequence_len(#t)))
            }
            Op::Len(p) => {
                let t = self.place(*p).tokens;
                Expr::atom(quote_spanned!(span=> #t.len()))
            }
            Op::Load { place, path, .. } => {
                let e = self.target(*place, path, span);
                self.mark(e, Owner::Place(self.func.root(*place)))
            }
            Op::SumPlace(p) => self.sum(*p, v, span),
            Op::DotPlaces(a, b) => {
                let ([a, b], rt) = ([a, b].map(|p| self.place(*p).by_ref(span)), &self.rt);
                Expr::atom(quote_spanned!(span=> #rt::dot(#a, #b)))
            }
            Op::Snapshot { place, zero: true } => {
                let (t, rt) = (self.place(*place).or_none().by_ref(span), &self.rt);
                Expr::atom(quote_spanned!(span=> #rt::zero_like(#t)))
            }
            Op::Snapshot { place, zero: false } if self.facts.given_rows.contains(&v) => {
                let t = self.place(*place).tokens;
                Expr::new(quote_spanned!(span=> &#t[..]), Prec::Unary)
            }
            Op::Snapshot { place, zero: false } => Expr::atom(self.kept(*place, span)),
            // Everything else has been dealt with by its own emitter.
            _ => Expr::atom(quote!(undefined)),
        }
    }

    fn sum(&mut self, p: Place, v: Value, span: Span) -> Expr {
        let t = self.place(p).tokens;
        let ty = types::scalar(self.func.ty(v), &self.rt, span).unwrap_or_else(|| quote_spanned!(span=> _));
        let mut elem = self.place_ty(p).elem();
        let mut flat = quote_spanned!(span=> #t.iter());
        while let Some(inner) = elem.filter(|e| e.elem().is_some() && **e != PlaceTy::Unknown) {
            flat = quote_spanned!(span=> #flat.flatten());
            elem = inner.elem();
        }
        if self.is_generic(p) {
            let rt = &self.rt;
            let zero = quote_spanned!(span=> #rt::lit::<#ty>(0.0));
            return Expr::new(quote_spanned!(span=> #flat.fold(#zero, |s, x| s + *x)), Prec::Atom);
        }
        Expr::new(quote_spanned!(span=> #flat.sum::<#ty>()), Prec::Atom)
    }

    pub(super) fn is_generic(&self, p: Place) -> bool {
        matches!(self.place_ty(p).scalar(), Some(Ty::Float(FloatTy::Generic(_))))
    }

    /// Statements on places.
    pub(super) fn place_stmt(&mut self, s: &'f Stmt, span: Span) {
        match &s.op {
            Op::Store { place, path, value } => self.store(s, *place, path, *value, span),
            Op::Accum { place, path, value } => self.accum(s, *place, path, *value, span),
            Op::Alloc { place, init } => self.alloc(s, *place, init, span),
            Op::View { place, base, path } => self.view(s, *place, *base, path, span),
            Op::CopyPlace { dst, src } => self.copy_place(s, *dst, *src, span),
            Op::AddPlace { dst, src } => self.add_place(s, *dst, *src, span),
            Op::Zero(p) => {
                self.settle(&[], &self.effect(s), false);
                let code = self.zero(*p, span);
                self.out.push(Line::Code(code));
            }
            Op::Swap { a, b } => self.swap(s, *a, *b, span),
            Op::Append { place, src, count } => self.append(s, *place, *src, count.is_some(), span),
            Op::Resize { place, to, .. } => self.resize(s, *place, *to, span),
            Op::Push { place, value } => {
                self.settle(&[*value], &self.effect(s), false);
                let (t, v) = (self.place(*place).tokens, self.value(*value).tokens);
                self.out.push(Line::Code(quote_spanned!(span=> #t.push(#v);)));
            }
            _ => {}
        }
    }

    /// What a statement without regions does to the order of evaluation.
    pub(super) fn effect(&self, s: &Stmt) -> Effect {
        let e = s.op.effects(self.func);
        let root = |p: &Place| self.func.root(*p);
        let read = s.op.places_read().iter().map(root).filter(|p| self.facts.written.contains(p)).collect();
        Effect {
            sens: Sens { panics: e.panics, opaque: e.opaque, places: read, vars: Vec::new() },
            writes: s.op.places_written().iter().map(root).collect(),
            assigns: s.results.iter().filter_map(|r| self.vars.of(*r)).collect(),
        }
    }

    /// The value is evaluated before the place, as in the user's own assignments.
    fn store_operands(path: &[Proj], value: Value) -> Vec<Value> {
        let mut out = vec![value];
        out.extend(path_values(path));
        out
    }

    fn store(&mut self, s: &Stmt, p: Place, path: &[Proj], value: Value, span: Span) {
        self.settle(&Self::store_operands(path, value), &self.effect(s), false);
        if matches!(self.func.ty(value), Ty::Pullback | Ty::Snapshot) {
            let v = self.value(value).tokens;
            let t = match path {
                [] => self.place(p).tokens,
                _ => self.target(p, path, span).tokens,
            };
            return self.out.push(Line::Code(quote_spanned!(span=> #t = ::core::option::Option::Some(#v);)));
        }
        self.name_own_reads(p, path, value);
        let v = self.value(value);
        self.learn(&Owner::Place(self.func.root(p)), &v);
        let v = v.tokens;
        let t = self.target(p, path, span).tokens;
        self.out.push(Line::Code(quote_spanned!(span=> #t = #v;)));
    }

    fn accum(&mut self, s: &Stmt, p: Place, path: &[Proj], value: Value, span: Span) {
        self.settle(&Self::store_operands(path, value), &self.effect(s), false);
        let generic = matches!(self.func.ty(value), Ty::Float(FloatTy::Generic(_)));
        if generic {
            // The path is written twice: its parts need names.
            self.name_parts(path);
        }
        self.name_own_reads(p, path, value);
        let v = self.value(value);
        self.learn(&Owner::Place(self.func.root(p)), &v);
        let (op, v) = fold_sign(BinOp::Add, v);
        let target = self.target(p, path, span);
        let t = &target.tokens;
        if generic {
            let sum = Expr::binary(op, &target, &v, span).tokens;
            return self.out.push(Line::Code(quote_spanned!(span=> #t = #sum;)));
        }
        let (o, v) = (super::expr::assign_operator(op, span), &v.tokens);
        self.out.push(Line::Code(quote_spanned!(span=> #t #o #v;)));
    }

    /// Gives names to the waiting parts of a path, so that it can be written more than once.
    fn name_parts(&mut self, path: &[Proj]) {
        for v in path_values(path) {
            if let Some(i) = self.pending.iter().position(|(w, _)| *w == v) {
                self.flush(i + 1);
            }
        }
    }

    /// Gives names to the waiting parts of a path that read the very place that the path leads into: a `Vec`
    /// that is borrowed for writing can't be asked for its length. Where the place has an `IndexMut` of its own, the
    /// value may not read it either.
    fn name_own_reads(&mut self, p: Place, path: &[Proj], value: Value) {
        let root = self.func.root(p);
        if self.place_ty(root).has_user_type() {
            self.name_reads_of(root, &[value]);
        }
        if !self.place_ty(root).is_fixed() {
            self.name_reads_of(root, &path_values(path));
        }
    }

    /// Gives names to those of some values that wait and read a place.
    pub(super) fn name_reads_of(&mut self, root: Place, values: &[Value]) {
        for v in values {
            let reads = |(w, e): &(Value, Expr)| w == v && e.sens.places.contains(&root);
            if let Some(i) = self.pending.iter().position(reads) {
                self.flush(i + 1);
            }
        }
    }

    /// What the parts of a path are written as, for as long as the view lives: variables that change are copied.
    fn stable_parts(&mut self, path: &[Proj]) -> HashMap<Value, Expr> {
        self.name_parts(path);
        let mut out = HashMap::default();
        for v in path_values(path) {
            let mut e = self.peek(v);
            if !e.sens.vars.is_empty() {
                let (span, ident) = (self.span(v), self.value_ident(v));
                self.out.push(Line::Let { pattern: quote!(#ident), ty: None, value: e.tokens, span });
                e = Expr::atom(quote!(#ident));
            }
            out.insert(v, e);
        }
        out
    }

    /// A view: a borrow where nothing is ever written, the path spelled out otherwise.
    fn view(&mut self, s: &Stmt, p: Place, base: Place, path: &[Proj], span: Span) {
        if self.later.place(p) {
            self.settle(&[], &self.effect(s), false);
            let b = self.place(base);
            let tokens = at_path(&b.tokens, path, &mut |_| None, &self.blamed_steps(base, path, span)).tokens;
            self.places.insert(p, PlaceExpr { tokens, by: By::Later });
            return;
        }
        if let (Some(mode), false) = (self.facts.borrowed.get(&p).copied(), path.is_empty()) {
            return self.borrow(s, p, base, path, mode, span);
        }
        let uses = self.facts.place_uses.get(&p).copied().unwrap_or(0);
        let written = self.facts.written.contains(&self.func.root(base));
        let adjoint = matches!(self.func.plc(self.func.root(base)).name, Some(Name::Adjoint(_)));
        let mut operands = Vec::new();
        s.op.each_value(&mut |v| operands.push(v));
        if !written && !self.spelled_out.contains(&p) && (uses > 1 || self.read_by_opaque(p)) {
            self.settle(&operands, &self.effect(s), false);
            let b = self.place(base);
            self.ask_whether_fields_flow(&b.tokens, path, span);
            let spans = self.blamed_steps(base, path, span);
            let t = at_path(&b.tokens, path, &mut |v| Some(self.value(v)), &spans).tokens;
            let ident = self.place_ident(p);
            self.places.insert(p, PlaceExpr { tokens: quote!(#ident), by: By::Ref });
            let value = if path.is_empty() { b.by_ref(span) } else { quote_spanned!(span=> &#t) };
            return self.out.push(Line::Let { pattern: quote!(#ident), ty: None, value, span });
        }
        let asked = path.iter().any(|step| matches!(step, Proj::Member(m, _) if m.flow == Flow::Asked));
        if uses == 0 && (adjoint || asked) {
            return;
        }
        let parts = self.stable_parts(path);
        self.settle(&[], &self.effect(s), false);
        let b = self.place(base);
        if path.is_empty() {
            self.places.insert(p, b);
            return;
        }
        self.ask_whether_fields_flow(&b.tokens, path, span);
        let t =
            at_path(&b.tokens, path, &mut |v| parts.get(&v).cloned(), &self.blamed_steps(base, path, span))
                .tokens;
        if !adjoint {
            self.out.push(Line::Code(quote_spanned!(span=> let _ = &#t;)));
        }
        self.places.insert(p, PlaceExpr { tokens: t, by: By::Owned });
    }

    /// A view that is a reference although the place is written to.
    fn borrow(&mut self, s: &Stmt, p: Place, base: Place, path: &[Proj], mode: Mode, span: Span) {
        let mut operands = Vec::new();
        s.op.each_value(&mut |v| operands.push(v));
        let mut effect = self.effect(s);
        // What waits to read the place reads it now.
        effect.writes.push(self.func.root(base));
        self.settle(&operands, &effect, false);
        let b = self.place(base);
        self.ask_whether_fields_flow(&b.tokens, path, span);
        self.name_parts(path);
        let spans = self.blamed_steps(base, path, span);
        let t = at_path(&b.tokens, path, &mut |v| Some(self.value(v)), &spans).tokens;
        let ident = self.place_ident(p);
        let (by, value) = match mode {
            Mode::Mut => (By::Mut, quote_spanned!(span=> &mut #t)),
            _ => (By::Ref, quote_spanned!(span=> &#t)),
        };
        self.places.insert(p, PlaceExpr { tokens: quote!(#ident), by });
        self.out.push(Line::Let { pattern: quote!(#ident), ty: None, value, span });
    }

    fn read_by_opaque(&self, p: Place) -> bool {
        fn has(r: &ReadOf, p: Place) -> bool {
            match r {
                ReadOf::Place(q) => *q == p,
                ReadOf::Tuple(rs) => rs.iter().any(|r| has(r, p)),
                _ => false,
            }
        }
        self.user.reads.values().flatten().any(|(_, r)| has(r, p))
    }

    /// A fresh name for a place.
    pub(super) fn place_ident(&mut self, p: Place) -> proc_macro2::Ident {
        let info = self.func.plc(p);
        let hint = self.place_hint(p);
        self.ident(info.name.as_ref(), &hint, &Owner::Place(p), info.origin.span)
    }
}

/// The values in a path, in order.
fn path_values(path: &[Proj]) -> Vec<Value> {
    let mut out = Vec::new();
    for p in path {
        match p {
            Proj::Index(v) => out.push(*v),
            Proj::At(vs, _) => out.extend(vs),
            Proj::Slice(a, b) => out.extend(a.iter().chain(b)),
            Proj::Field(_) | Proj::Member(..) | Proj::Deref => {}
        }
    }
    out
}

/// An element, slice or field. An index may panic, so that each step has a span: where a panic of it is said to be.
pub(super) fn at_path(
    base: &TokenStream,
    path: &[Proj],
    value: &mut dyn FnMut(Value) -> Option<Expr>,
    spans: &[Span],
) -> Expr {
    let mut e = Expr::atom(base.clone());
    for (p, &span) in path.iter().zip(spans) {
        let t = &e.tokens;
        let parts: Vec<Expr>;
        let tokens = match p {
            Proj::Index(v) => {
                parts = value(*v).into_iter().collect();
                let (t, i) = (bounded(t.clone(), span), parts.iter().map(|e| &e.tokens));
                quote_spanned!(span=> #t[#(#i)*])
            }
            Proj::At(vs, array) => {
                parts = vs.iter().filter_map(|v| value(*v)).collect();
                let (t, i) = (bounded(t.clone(), span), parts.iter().map(|e| &e.tokens));
                match array {
                    true => quote_spanned!(span=> #t[[#(#i),*]]),
                    false => quote_spanned!(span=> #t[(#(#i),*)]),
                }
            }
            Proj::Slice(a, b) => {
                let (lo, hi) = (a.and_then(&mut *value), b.and_then(&mut *value));
                let l = lo.as_ref().map(|e| e.at(Prec::Or, span));
                let h = hi.as_ref().map(|e| e.at(Prec::Or, span));
                parts = lo.into_iter().chain(hi).collect();
                let t = bounded(t.clone(), span);
                quote_spanned!(span=> #t[#l..#h])
            }
            Proj::Deref => {
                parts = Vec::new();
                quote_spanned!(span=> (*#t))
            }
            Proj::Member(member, _) => {
                parts = Vec::new();
                let name = &member.name;
                quote_spanned!(span=> #t.#name)
            }
            Proj::Field(n) => {
                parts = Vec::new();
                let n = syn::Index::from(*n as usize);
                quote_spanned!(span=> #t.#n)
            }
        };
        let mut all: Vec<&Expr> = vec![&e];
        all.extend(&parts);
        e = Expr::atom(tokens).over(&all);
    }
    e
}
