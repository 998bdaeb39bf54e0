//! Calls of annotated functions: plain, forward part, reverse part, tangent part.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::body::{Body, Line};
use super::expr::{Expr, Prec};
use super::opaque::reference;
use super::place::{By, PlaceExpr};
use super::types;
use crate::ir::*;

/// Visits the values that the emitted form of an operation mentions: the reverse part of a call says nothing of
/// arguments that were passed by value.
pub(super) fn printed_values(op: &Op, f: &mut dyn FnMut(Value)) {
    let Op::CallReverse { pullback, seed, args, along, .. } = op else {
        return op.each_value(f);
    };
    f(*pullback);
    for seed in [Some(seed), along.as_ref().map(|along| &along.seed)].into_iter().flatten() {
        if let Seed::Value(v) = seed {
            f(*v);
        }
    }
    for a in args {
        match a {
            Arg::ValueRef(v) => f(*v),
            Arg::Opaque { code, reads, again: true, .. } => {
                let kind = OpaqueKind::Expr(code.clone());
                Op::opaque(kind, reads.clone()).each_value(f);
            }
            _ => {}
        }
    }
}

impl<'f> Body<'f> {
    pub(super) fn call(&mut self, s: &'f Stmt, span: Span) {
        let mut operands = Vec::new();
        printed_values(&s.op, &mut |v| operands.push(v));
        let own = self.effect(s);
        let waiting = own.writes.is_empty()
            && matches!(s.op, Op::Call { .. })
            && s.results.first().is_some_and(|v| self.waits(*v));
        self.settle(&operands, &own, waiting);
        self.name_reads_of_lent(&s.op, &operands);
        let sens = self.sens_with(&own, &operands);
        match &s.op {
            Op::Call { callee, args, ret } => {
                let call = self.plain_call(callee, args, span);
                let call = self.taken(callee, call, "apart", span);
                let mut e = Expr::new(call, Prec::Atom);
                e.sens = sens;
                match (ret, s.results.first()) {
                    (Some(p), _) => self.bind_place(callee, *p, e.tokens, span),
                    (None, Some(v)) if waiting => self.result(*v, e),
                    (None, Some(v)) => self.define(*v, e),
                    (None, None) => {
                        let t = e.tokens;
                        self.out.push(Line::Code(quote_spanned!(span=> #t;)));
                    }
                }
            }
            Op::CallForward { callee, args, ret, along } => {
                self.forward(s, callee, args, (*ret, along.as_ref()), span);
            }
            Op::CallReverse { callee, pullback, seed, args, slots, along } => {
                self.reverse(s, (callee, *pullback), (seed, along.as_ref()), args, slots, span);
            }
            Op::CallAtOnce { callee, args, seed, slots } => {
                self.call_at_once(s, callee, args, (*seed, slots), span);
            }
            Op::CallTangent { callee, args, tangents, ret, ret_tangent } => {
                let along: Vec<TokenStream> = match &callee.function {
                    Some(_) => Vec::new(),
                    None => {
                        tangents.iter().zip(args).map(|(t, a)| self.tangent(t.as_ref(), a, span)).collect()
                    }
                };
                let value = if let Some(function) = &callee.function {
                    let along = self.function_tangents(function, tangents, span);
                    self.function_part(callee, "__tangent", args, &along, span)
                } else if callee.method {
                    self.method_part(callee, "jvp", args, &[], &along, span)
                } else {
                    let all = self.args(args, span);
                    let path = self.callees.part(&callee.path, "__jvp", 0);
                    let call = quote_spanned!(span=> #path(#(#all,)* #(#along),*));
                    self.callees.beside_stand_in("__jvp", args.len(), &self.rt, call, span)
                };
                let value = self.taken(callee, value, "apart_tangent", span);
                let results = s.results.clone();
                self.bind_pair(callee, &results, (*ret, *ret_tangent), value, span);
            }
            _ => {}
        }
    }

    /// Gives names to the operands that read what is lent mutably: as in `v *= v.x`, they are evaluated before that.
    fn name_reads_of_lent(&mut self, op: &Op, operands: &[Value]) {
        let lent = |a: &Arg| if let Arg::Place(p, Mode::Mut) = a { Some(*p) } else { None };
        let lent: Vec<Place> = match op {
            Op::Call { args, .. } | Op::CallForward { args, .. } => args.iter().filter_map(lent).collect(),
            Op::CallTangent { args, tangents, .. } => {
                args.iter().chain(tangents.iter().flatten()).filter_map(lent).collect()
            }
            Op::CallAtOnce { args, slots, .. } => {
                let slots = slots.iter().filter_map(|s| if let Slot::Place(p) = s { Some(*p) } else { None });
                args.iter().filter_map(lent).chain(slots).collect()
            }
            Op::CallReverse { slots, along, .. } => {
                let slots = slots.iter().chain(along.iter().flat_map(|along| &along.slots));
                slots.filter_map(|s| if let Slot::Place(p) = s { Some(*p) } else { None }).collect()
            }
            _ => return,
        };
        for p in lent {
            self.name_reads_of(self.func.root(p), operands);
        }
    }

    /// What is in the `Option` or `Result` of a call, as the user's code takes it out.
    fn taken(&mut self, callee: &Callee, call: TokenStream, apart: &str, span: Span) -> TokenStream {
        let Some(Taken { code, reads, ending }) = &callee.taken else { return call };
        let lets = self.read_bindings(reads, span);
        let out = if lets.is_empty() {
            quote_spanned!(span=> #call #code)
        } else {
            // The arguments are not to see what the code behind the call sees.
            quote_spanned!(span=> match #call { __result => { #(#lets)* __result #code } })
        };
        let rt = &self.rt;
        match ending {
            Ending::Out => out,
            Ending::Again => quote_spanned!(span=> #rt::there_again(#out)),
            Ending::HandedOn => quote_spanned! {span=>
                match #out {
                    ::core::result::Result::Ok(__value) => __value,
                    ::core::result::Result::Err(__error) => return ::core::result::Result::Err(__error),
                }
            },
            Ending::Apart | Ending::ApartLater => {
                let later = if *ending == Ending::ApartLater { "_later" } else { "" };
                let apart = format_ident!("{apart}{later}", span = span);
                quote_spanned!(span=> #rt::#apart(#out))
            }
        }
    }

    pub(super) fn args(&mut self, args: &[Arg], span: Span) -> Vec<TokenStream> {
        args.iter().map(|a| self.arg(a, span)).collect()
    }

    pub(super) fn arg(&mut self, a: &Arg, span: Span) -> TokenStream {
        match a {
            Arg::Value(v) => self.of_its_type(*v, span).tokens,
            Arg::ValueRef(v) => {
                let e = self.of_its_type(*v, span);
                reference(&e, span)
            }
            Arg::Place(p, Mode::Value) => self.copied(*p, span),
            Arg::Place(p, Mode::Ref) => self.place(*p).by_ref(span),
            Arg::Place(p, Mode::Mut) => self.place(*p).by_mut(span),
            Arg::Opaque { code, reads, .. } => self.lent_code(code, reads, span),
        }
    }

    /// `let y = value;` for an aggregate, or a value of unknown type.
    fn bind_place(&mut self, callee: &Callee, p: Place, value: TokenStream, span: Span) {
        let pattern = self.place_pattern(p, span);
        let ty = self.written_type(callee, Some(p), span);
        self.out.push(Line::Let { pattern, ty, value, span });
    }

    /// The type that the user's `let` gave the result of a call: what the callee returns may hang on it.
    fn written_type(&self, callee: &Callee, ret: Option<Place>, span: Span) -> Option<TokenStream> {
        let ret = ret.filter(|_| callee.typed)?;
        types::owned(&self.func.plc(ret).ty, &self.rt, span)
    }

    fn place_pattern(&mut self, p: Place, span: Span) -> TokenStream {
        let ident = self.place_ident(p);
        self.places.insert(p, PlaceExpr { tokens: quote!(#ident), by: By::Owned });
        if self.facts.written.contains(&p) { quote_spanned!(span=> mut #ident) } else { quote!(#ident) }
    }

    /// A pattern for a value, and what is left to do if it lives in a mutable variable.
    pub(super) fn value_pattern(&mut self, v: Value) -> (TokenStream, Option<(usize, Expr)>) {
        let ident = self.value_ident(v);
        let e = Expr::atom(quote!(#ident));
        match self.vars.of(v) {
            Some(class) => (quote!(#ident), Some((class, e))),
            None => {
                self.bound.insert(v, e);
                (quote!(#ident), None)
            }
        }
    }

    /// `let (y, p) = f::__fwd(f, args);`, `let ((y, t_y), p) = f::__tangent_fwd(f, args, tangents);`
    fn forward(
        &mut self,
        s: &Stmt,
        callee: &Callee,
        args: &[Arg],
        (ret, along): (Option<Place>, Option<&Along>),
        span: Span,
    ) {
        let (part, own) = if along.is_some() { ("tangent_fwd", "__tangent_fwd") } else { ("fwd", "__fwd") };
        let tangents: Vec<TokenStream> = along
            .iter()
            .flat_map(|along| &along.tangents)
            .map(|t| match t {
                None => quote_spanned!(span=> ::core::default::Default::default()),
                Some(t) => {
                    let t = self.tangent_reference(t, span);
                    quote_spanned!(span=> ::core::option::Option::Some(#t))
                }
            })
            .collect();
        let value = if callee.function.is_some() {
            self.function_part(callee, "__forward", args, &[], span)
        } else if callee.method {
            self.method_part(callee, part, args, &[], &tangents, span)
        } else {
            let all = self.args(args, span);
            let path = self.callees.part(&callee.path, own, 1);
            let item = &callee.path;
            let call = quote_spanned!(span=> #path(#item, #(#all,)* #(#tangents),*));
            self.callees.beside_stand_in(own, args.len(), &self.rt, call, span)
        };
        let value = self.taken(callee, value, "apart_forward", span);
        let Some((pullback, values)) = s.results.split_last() else { return };
        let (mut later, mut values) = (Vec::new(), values.iter());
        let mut pattern = |this: &mut Self, ret: Option<Place>| match ret {
            Some(p) => this.place_pattern(p, span),
            None => match values.next() {
                Some(v) => {
                    let (pattern, rest) = this.value_pattern(*v);
                    later.extend(rest);
                    pattern
                }
                None => quote_spanned!(span=> _),
            },
        };
        let mut y = pattern(self, ret);
        if let Some(along) = along {
            let t = pattern(self, along.ret);
            y = quote_spanned!(span=> (#y, #t));
        }
        let (p, _) = self.value_pattern(*pullback);
        let pattern = quote_spanned!(span=> (#y, #p));
        let ty = self.written_type(callee, ret, span).map(|ty| match along {
            None => quote_spanned!(span=> (#ty, _)),
            Some(_) => quote_spanned!(span=> ((#ty, _), _)),
        });
        self.out.push(Line::Let { pattern, ty, value, span });
        for (class, e) in later {
            self.assign(class, &e, span);
        }
    }

    /// The adjoint of a result's half: of the value, or of the tangent.
    fn owned_seed(&mut self, seed: &Seed, span: Span) -> TokenStream {
        match seed {
            Seed::Value(v) => self.value(*v).tokens,
            Seed::Place(p) => self.copied(*p, span),
            Seed::Unit => quote_spanned!(span=> ()),
        }
    }

    /// `f::__rev(&p, seed, again…, slots…);`
    fn reverse(
        &mut self,
        s: &Stmt,
        (callee, pullback): (&Callee, Value),
        (seed, along): (&Seed, Option<&AlongBack>),
        args: &[Arg],
        slots: &[Slot],
        span: Span,
    ) {
        let function = callee.function.as_ref();
        let seed = match (seed, function) {
            (seed, _) if along.is_some() => {
                let seeds = [Some(seed), along.map(|along| &along.seed)].into_iter().flatten();
                let seeds: Vec<TokenStream> = seeds.map(|seed| self.owned_seed(seed, span)).collect();
                quote_spanned!(span=> &(#(#seeds),*))
            }
            (Seed::Value(v), None) => self.value(*v).tokens,
            (Seed::Value(v), Some(_)) => {
                let e = self.value(*v);
                reference(&e, span)
            }
            (Seed::Place(p), _) => self.place(*p).by_ref(span),
            (Seed::Unit, None) => quote_spanned!(span=> ()),
            (Seed::Unit, Some(_)) => quote_spanned!(span=> &()),
        };
        let again: Vec<TokenStream> = match (callee.method, function) {
            (true, _) => Vec::new(),
            (false, None) => {
                let own: Vec<TokenStream> = args.iter().map(|a| self.again_arg(a, span)).collect();
                let tangents = along.iter().flat_map(|along| &along.slots).map(|_| quote_spanned!(span=> ()));
                own.into_iter().chain(tangents).collect()
            }
            (false, Some(f)) => {
                f.args.iter().zip(args).map(|(formal, a)| self.function_again(formal, a, span)).collect()
            }
        };
        let mut results = s.results.iter();
        let mut later = Vec::new();
        let mut taken = Vec::new();
        let all = slots.iter().chain(along.iter().flat_map(|along| &along.slots));
        for (slot, a) in all.zip(args.iter().cycle()) {
            taken.push(self.taken_slot(slot, &mut results, &mut later, slot_span(a, span)));
        }
        if let Some(f) = function {
            for ((a, slot), t) in f.args.iter().zip(slots).zip(&mut taken) {
                match (a.active, slot) {
                    (true, Slot::Off) => *t = quote_spanned!(span=> ::core::option::Option::None),
                    (true, _) => *t = quote_spanned!(span=> ::core::option::Option::Some(#t)),
                    (false, _) => {}
                }
            }
        }
        let (method, own) = if along.is_some() { ("tangent_rev", "__tangent_rev") } else { ("rev", "__rev") };
        let path = self.callees.part(&callee.path, own, 0);
        let part = self.names.fresh("part", span);
        let call = |body: &mut Self, p: TokenStream| {
            let apart = callee.is_apart();
            let (pull, seed) = match apart {
                true if callee.is_apart_later() => (quote!(#part), quote_spanned!(span=> &*(#seed).0)),
                true => (quote!(#part), quote_spanned!(span=> &(#seed).0)),
                false => (p.clone(), seed.clone()),
            };
            let call = match (callee.method, &callee.function) {
                (_, Some(f)) if callee.operator.is_some() => {
                    let pullback = format_ident!("Pullback{}", f.args.len(), span = span);
                    let rt = &body.rt;
                    quote_spanned!(span=> #rt::#pullback::__pull(#pull, #seed #(, #again)* #(, #taken)*))
                }
                (_, Some(_)) => quote_spanned!(span=> #pull.__pull(#seed #(, #again)* #(, #taken)*)),
                (true, _) => {
                    let tangents =
                        along.iter().flat_map(|along| &along.slots).map(|_| quote_spanned!(span=> ()));
                    let taken: Vec<TokenStream> = tangents.chain(taken.iter().cloned()).collect();
                    body.method_part(callee, method, args, &[pull, seed], &taken, span)
                }
                (false, _) => {
                    let call = quote_spanned!(span=> #path(#pull, #seed, #(#again,)* #(#taken),*));
                    body.callees.beside_stand_in(own, args.len(), &body.rt, call, span)
                }
            };
            match apart {
                true => quote_spanned! {span=>
                    if let ::core::option::Option::Some(#part) = (#p).as_ref() { #call; }
                },
                false => call,
            }
        };
        let code = match self.in_cell.get(&pullback).cloned() {
            Some(cell) => {
                let p = self.names.fresh("pull", span);
                let call = call(self, quote!(#p));
                quote_spanned!(span=> if let ::core::option::Option::Some(#p) = &#cell { #call; })
            }
            None => {
                let p = self.value(pullback).tokens;
                let as_it_is =
                    self.borrowed.contains(&pullback) || (function.is_some() && callee.operator.is_none());
                let p = if as_it_is { p } else { quote_spanned!(span=> &#p) };
                let call = call(self, p);
                quote_spanned!(span=> #call;)
            }
        };
        self.out.push(Line::Code(code));
        for (class, e) in later {
            self.assign(class, &e, span);
        }
    }

    /// What a call gets for the adjoint of an argument; what the adjoint of a scalar is assigned to `later`.
    pub(super) fn taken_slot<'v>(
        &mut self,
        slot: &Slot,
        results: &mut impl Iterator<Item = &'v Value>,
        later: &mut Vec<(usize, Expr)>,
        span: Span,
    ) -> TokenStream {
        // What rustc has against it, it says where the argument stands.
        let rt = crate::names::located_at(self.rt.clone(), span);
        let off = quote_spanned!(span=> #rt::Off);
        match slot {
            Slot::Off => off,
            Slot::Lent => quote_spanned!(span=> #rt::Lent),
            Slot::Place(p) => self.place(*p).by_mut(span),
            Slot::Scalar => {
                let Some(v) = results.next() else { return off };
                let ident = self.scalar_slot(*v, span);
                later.extend(self.vars.of(*v).map(|c| (c, Expr::atom(quote!(#ident)))));
                quote_spanned!(span=> &mut #ident)
            }
        }
    }

    /// `let mut d_x = 0.0;` for the adjoint of a scalar argument.
    fn scalar_slot(&mut self, v: Value, span: Span) -> Ident {
        let ident = self.value_ident(v);
        let zero = match self.func.ty(v) {
            Ty::Float(FloatTy::F64) => quote_spanned!(span=> 0.0_f64),
            Ty::Float(FloatTy::Unknown) => quote_spanned!(span=> ::core::default::Default::default()),
            ty => self.zeros(&PlaceTy::Scalar(ty.clone()), span),
        };
        let pattern = quote_spanned!(span=> mut #ident);
        self.out.push(Line::Let { pattern, ty: None, value: zero, span });
        if self.vars.of(v).is_none() {
            self.bound.insert(v, Expr::atom(quote!(#ident)));
        }
        ident
    }

    /// Reference arguments are passed again, of others only the place is kept.
    pub(super) fn again_arg(&mut self, a: &Arg, span: Span) -> TokenStream {
        match (self.comes_again(a), a) {
            (true, Arg::Value(v)) => self.value(*v).tokens,
            (true, a) => self.arg(a, span),
            (false, _) => quote_spanned!(span=> ()),
        }
    }

    /// Whether an argument is passed to the reverse part as well.
    pub(super) fn comes_again(&self, a: &Arg) -> bool {
        match a {
            Arg::ValueRef(_) | Arg::Place(_, Mode::Ref) | Arg::Opaque { again: true, .. } => true,
            // A constant may be a reference; naming it again does no harm if it isn't.
            Arg::Value(v) => matches!(self.consts.get(v), Some(Const::Path(_))),
            _ => false,
        }
    }

    /// The tangent of an argument, by reference.
    fn tangent(&mut self, tangent: Option<&Arg>, of: &Arg, span: Span) -> TokenStream {
        match tangent {
            None | Some(Arg::Opaque { .. }) => {
                let span = slot_span(of, span);
                self.taken_slot(&of.no_slot(), &mut std::iter::empty(), &mut Vec::new(), span)
            }
            Some(a) => self.tangent_reference(a, span),
        }
    }

    /// `let (y, t_y) = value;`
    fn bind_pair(
        &mut self,
        callee: &Callee,
        results: &[Value],
        (ret, ret_tangent): (Option<Place>, Option<Place>),
        value: TokenStream,
        span: Span,
    ) {
        let mut patterns: Vec<TokenStream> = Vec::new();
        let mut later = Vec::new();
        for p in ret.into_iter().chain(ret_tangent) {
            patterns.push(self.place_pattern(p, span));
        }
        for v in results {
            let (pattern, rest) = self.value_pattern(*v);
            patterns.push(pattern);
            later.extend(rest);
        }
        if patterns.is_empty() {
            return self.out.push(Line::Code(quote_spanned!(span=> #value;)));
        }
        let ty = self.written_type(callee, ret.filter(|_| patterns.len() == 2), span);
        let ty = ty.map(|ty| quote_spanned!(span=> (#ty, _)));
        let pattern = quote_spanned!(span=> (#(#patterns),*));
        self.out.push(Line::Let { pattern, ty, value, span });
        for (class, e) in later {
            self.assign(class, &e, span);
        }
    }
}

/// Where a slot of a call at `call` is to be blamed.
pub(super) fn slot_span(a: &Arg, call: Span) -> Span {
    a.span().map_or(call, crate::names::emitted)
}
