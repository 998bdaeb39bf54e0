//! Operations on scalars as expressions.

use proc_macro2::{Ident, Span};
use quote::quote_spanned;

use super::body::{Body, Line};
use super::expr::{self, Effect, Expr, Prec, Sens};
use super::types;
use crate::hir::BinOp;
use crate::ir::*;
use crate::names::bounded;
use crate::rules::{Kind, RuleId, Syntax};

impl<'f> Body<'f> {
    /// Emits a statement with one scalar result.
    pub(super) fn scalar(&mut self, s: &'f Stmt, span: Span) {
        let [v] = s.results[..] else { return };
        if let Op::Const(c) = &s.op {
            return self.const_(v, c, span);
        }
        if let Op::Load { place, path, .. } = &s.op
            && matches!(self.func.ty(v), Ty::Pullback | Ty::Snapshot)
        {
            return self.cell(s, v, (*place, path), span);
        }
        if self.update(s, v, span) {
            return;
        }
        if let Op::Pop(p) = &s.op {
            self.settle(&[], &self.effect(s), false);
            let e = self.pop(*p, v, span);
            return self.define(v, e);
        }
        let operands = s.op.values();
        let effects = s.op.effects(self.func);
        let own = Effect {
            sens: Sens { panics: effects.panics, ..self.place_sens(&s.op) },
            assigns: self.vars.of(v).into_iter().collect(),
            writes: Vec::new(),
        };
        self.settle(&operands, &own, self.waits(v));
        let mut e = self.build(&s.op, v, span);
        e.sens.add(&own.sens);
        self.result(v, e);
    }

    /// What a cell holds is looked at where it is used. A cell of a row is found by the round that it is of, first.
    fn cell(&mut self, s: &'f Stmt, v: Value, (place, path): (Place, &'f [Proj]), span: Span) {
        let mut cell = self.place(place).tokens;
        if !path.is_empty() {
            self.settle(&s.op.values(), &self.effect(s), false);
            let (value, ident) = (self.target(place, path, span).tokens, self.value_ident(v));
            let value = quote_spanned!(span=> &#value);
            self.out.push(Line::Let { pattern: quote_spanned!(span=> #ident), ty: None, value, span });
            cell = quote_spanned!(span=> #ident);
        }
        self.in_cell.insert(v, cell);
    }

    /// Constants are written where they are used; those that nobody wants to read twice keep the user's name.
    fn const_(&mut self, v: Value, c: &'f Const, span: Span) {
        self.consts.insert(v, c);
        let e = self.constant(c, self.func.ty(v), false, span);
        let named = matches!(self.func.val(v).name, Some(Name::User(_)));
        let long = matches!(c, Const::Float { text, .. } if text.len() > 10);
        // A variable has one type for all its uses. Where only rustc knows it, it has to stay a variable.
        let open = matches!(self.func.ty(v), Ty::Int(None) | Ty::Float(FloatTy::Unknown));
        if named && (long || open) && self.layout.use_count(v) > 0 {
            self.define(v, e);
        } else {
            self.bound.insert(v, e);
        }
    }

    /// A constant of a type; `typed`: so that a method can be called on it.
    pub(super) fn constant(&self, c: &Const, ty: &Ty, typed: bool, span: Span) -> Expr {
        match c {
            Const::Float { value, text } => self.float(*value, text, ty, typed, span),
            Const::Int(n) => {
                let suffix = match ty {
                    Ty::Int(Some(name)) if typed => format!("_{name}"),
                    _ => String::new(),
                };
                expr::number(&n.to_string(), &suffix, span)
            }
            Const::Bool(true) => Expr::atom(quote_spanned!(span=> true)),
            Const::Bool(false) => Expr::atom(quote_spanned!(span=> false)),
            Const::Path(t) => Expr::atom(t.clone()),
        }
    }

    fn float(&self, value: f64, text: &str, ty: &Ty, typed: bool, span: Span) -> Expr {
        let rt = &self.rt;
        let name = types::scalar(ty, &self.rt, span);
        if let (true, Some(lane)) = (ty.is_lanes(), types::scalar(&ty.lane(), rt, span)) {
            let x = self.float(value, text, &Ty::F64, false, span).tokens;
            return Expr::atom(quote_spanned!(span=> #rt::lanes::<#lane>(#x)));
        }
        let special = match value {
            _ if value.is_nan() => Some("NAN"),
            f64::INFINITY => Some("INFINITY"),
            f64::NEG_INFINITY => Some("NEG_INFINITY"),
            _ => None,
        };
        // A literal too large for its type was written by the user: keep the text then.
        let special = special.filter(|_| !text.contains(|c: char| c.is_ascii_digit()));
        let generic = matches!(ty, Ty::Float(FloatTy::Generic(_)));
        let literal = |suffix: &str| match special {
            Some(s) => {
                let (s, f) = (
                    Ident::new(s, span),
                    Ident::new(if *ty == Ty::Float(FloatTy::F32) { "f32" } else { "f64" }, span),
                );
                Expr::atom(quote_spanned!(span=> #f::#s))
            }
            None => expr::number(&expr::float_text(text), suffix, span),
        };
        match name {
            Some(t) if generic => {
                let e = literal("").tokens;
                Expr::atom(quote_spanned!(span=> #rt::lit::<#t>(#e)))
            }
            Some(t) if typed => literal(&format!("_{t}")),
            _ => literal(""),
        }
    }

    /// A value where nothing around it says its type, such as an argument: with a type, if it is made of bare literals and
    /// rustc would take them for something else.
    pub(super) fn of_its_type(&mut self, v: Value, span: Span) -> Expr {
        let default = match self.func.ty(v) {
            Ty::Float(f) => *f == FloatTy::F64,
            Ty::Int(Some(name)) => name == "i32",
            _ => true,
        };
        if default { self.value(v) } else { self.receiver(v, span) }
    }

    /// Two operands of one type, which both may be made of bare literals.
    fn comparable(&mut self, args: &[Value; 2], span: Span) -> (Expr, Expr) {
        if self.is_untyped(args[1]) {
            return (self.of_its_type(args[0], span), self.value(args[1]));
        }
        (self.value(args[0]), self.value(args[1]))
    }

    /// The receiver of a method: with a type, if it is a bare literal.
    pub(super) fn receiver(&mut self, v: Value, span: Span) -> Expr {
        if let Some(c) = self.consts.get(&v)
            && self.peek(v).untyped
        {
            return self.constant(c, self.func.ty(v), true, span);
        }
        let e = self.value(v);
        match types::scalar(self.func.ty(v), &self.rt, span) {
            Some(_) if e.untyped && !e.untyped_names.is_empty() => {
                self.typed.extend(e.untyped_names.iter().cloned());
                e
            }
            Some(t) if e.untyped => {
                let (ident, value) = (self.names.fresh("t", span), e.tokens);
                self.out.push(Line::Let { pattern: quote::quote!(#ident), ty: Some(t), value, span });
                Expr::atom(quote::quote!(#ident))
            }
            _ => e,
        }
    }

    /// `acc += e`, where both sides live in one variable.
    fn update(&mut self, s: &Stmt, v: Value, span: Span) -> bool {
        let (op, args) = match &s.op {
            Op::Elem { rule, args } => match rule.syntax() {
                Syntax::Binary(op) => (*op, args),
                _ => return false,
            },
            Op::Int { op, args } => match int_operator(*op) {
                Some(op) => (op, args),
                None => return false,
            },
            _ => return false,
        };
        let generic = matches!(self.func.ty(v), Ty::Float(FloatTy::Generic(_)));
        let Some(class) = self.vars.of(v) else { return false };
        if generic || !self.vars.same(v, args[0]) || !self.variables.contains_key(&class) {
            return false;
        }
        // Not every operator has one, and what is taken from those that wait is gone.
        if expr::assign_operator(op, span).is_none() {
            return false;
        }
        let sens = Sens { panics: s.op.effects(self.func).panics, ..Sens::default() };
        self.settle(
            &args[1..],
            &Effect { sens: sens.clone(), assigns: vec![class], writes: Vec::new() },
            false,
        );
        let e = self.value(args[1]);
        let (op, e) = fold_sign(op, e);
        self.learn(&super::body::Owner::Variable(class), &e);
        let (Some(o), Some(var)) = (expr::assign_operator(op, span), self.variables.get(&class)) else {
            return false;
        };
        let (t, var) = (&e.tokens, self.here(quote::quote!(#var)));
        if matches!(s.op, Op::Int { .. }) && sens.panics && !self.is_known(op, args) {
            let at = self.blamed(span);
            if e.prec < Prec::Atom {
                // In parentheses it would be all of what is assigned, where they are none of the user's that could go.
                let sum = Expr::binary_at(op, &Expr::atom(var.clone()), &e, at).tokens;
                self.out.push(Line::Code(quote_spanned!(span=> #var = #sum;)));
                return true;
            }
            let (var, t) = (bounded(quote::quote!(#var), at), bounded(t.clone(), at));
            let o = expr::assign_operator(op, at);
            self.out.push(Line::Code(quote_spanned!(span=> #var #o #t;)));
            return true;
        }
        self.out.push(Line::Code(quote_spanned!(span=> #var #o #t;)));
        true
    }

    fn build(&mut self, op: &Op, v: Value, span: Span) -> Expr {
        match op {
            Op::Elem { rule, args } => self.elem(*rule, args, v, span),
            Op::Int { op, args } => self.int(*op, args, span),
            Op::Cmp { op, args } => {
                let (a, b) = self.comparable(args, span);
                Expr::binary(comparison(*op), &a, &b, span)
            }
            Op::Cast(a) => self.cast(*a, v, span),
            Op::AssertFloat(a) => self.assert_float(*a, v, span),
            Op::Trips(r) => self.trips(r, span),
            other => self.place_value(other, v, span),
        }
    }

    fn elem(&mut self, rule: RuleId, args: &[Value], v: Value, span: Span) -> Expr {
        match rule.syntax() {
            Syntax::Neg => {
                let a = self.value(args[0]);
                let mut e = Expr::unary(false, &a, span);
                e.negated = Some(Box::new(a));
                e
            }
            Syntax::Binary(op) => {
                let (a, b) = (self.value(args[0]), self.value(args[1]));
                let (op, b) = fold_sign(*op, b);
                Expr::binary(op, &a, &b, span)
            }
            // What they are made of is there for the derivative.
            Syntax::Last => self.value(args[args.len() - 1]),
            Syntax::ThereAndBack => {
                let (a, c) = (self.value(args[0]), self.value(args[1]));
                let there = Expr::binary(BinOp::Add, &a, &c, span);
                Expr::binary(BinOp::Sub, &there, &c, span)
            }
            Syntax::Method(name) => self.float_method(rule, name, args, span),
            Syntax::Function(name) => self.libm(name, args, v, span),
        }
    }

    /// A function of the crate `libm`: by the crate's own path, which nothing around can hide.
    fn libm(&mut self, name: &str, args: &[Value], v: Value, span: Span) -> Expr {
        let single = *self.func.ty(v) == Ty::Float(FloatTy::F32);
        let name = Ident::new(&format!("{name}{}", if single { "f" } else { "" }), span);
        let args: Vec<Expr> = args.iter().map(|a| self.value(*a)).collect();
        let t = args.iter().map(|e| &e.tokens);
        let e = Expr::new(quote_spanned!(span=> ::libm::#name(#(#t),*)), Prec::Atom);
        e.over(&args.iter().collect::<Vec<_>>())
    }

    /// A method of a float. A type parameter that is one by a trait of the user's has methods by other names, and those that it
    /// has not are found by which float it is.
    fn float_method(&mut self, rule: RuleId, name: &str, args: &[Value], span: Span) -> Expr {
        let Ty::Float(FloatTy::Generic(of)) = self.func.ty(args[0]) else {
            return self.method(name, args, span);
        };
        let Some(own) = self.func.own_methods.get(of) else { return self.method(name, args, span) };
        if let Some((_, name)) = own.names.iter().find(|(own, _)| *own == rule) {
            return self.method(name, args, span);
        }
        let Some(library) = own.library else { return self.method(name, args, span) };
        let (rt, syntax) = (self.rt.clone(), rule.from(library).syntax());
        let all: Vec<Expr> = args.iter().map(|a| self.value(*a)).collect();
        let line = rule.get();
        let floats = (0..line.arity).filter(|i| line.operand_kind(*i) == Kind::Float).count();
        let t: Vec<_> = all.iter().map(|e| &e.tokens).collect();
        let (floats, more) = t.split_at(floats);
        let names: Vec<Ident> = floats.iter().map(|_| self.names.fresh("x", span)).collect();
        let call = |float: &str| {
            let (float, n) = (Ident::new(float, span), names.len());
            let code = match syntax {
                Syntax::Function(name) => {
                    let name = Ident::new(&format!("{name}{}", if float == "f32" { "f" } else { "" }), span);
                    quote_spanned!(span=> ::libm::#name(#(#names,)* #(#more),*))
                }
                _ => {
                    let method = Ident::new(name, span);
                    quote_spanned!(span=> #float::#method(#(#names,)* #(#more),*))
                }
            };
            quote_spanned!(span=> |[#(#names),*]: [#float; #n]| #code)
        };
        let (single, double) = (call("f32"), call("f64"));
        let code = match line.result {
            Kind::Float => quote_spanned!(span=> #rt::of_its_width([#(#floats),*], #single, #double)),
            // Every `f32` is an `f64`.
            _ => quote_spanned!(span=> (#double)([#(#rt::wide(#floats)),*])),
        };
        Expr::new(code, Prec::Atom).over(&all.iter().collect::<Vec<_>>())
    }

    fn method(&mut self, name: &str, args: &[Value], span: Span) -> Expr {
        let name = Ident::new(name, span);
        let recv = self.receiver(args[0], span);
        let rest: Vec<Expr> = args[1..].iter().map(|a| self.value(*a)).collect();
        let (r, t) = (recv.at(Prec::Atom, span), rest.iter().map(|e| &e.tokens));
        let mut parts = vec![&recv];
        parts.extend(&rest);
        Expr::new(quote_spanned!(span=> #r.#name(#(#t),*)), Prec::Atom).over(&parts)
    }

    fn int(&mut self, op: IntOp, args: &[Value], span: Span) -> Expr {
        // Of a counter whose type only rustc knows, counted from its start.
        let open = *self.func.ty(args[0]) == Ty::Int(None);
        let op = match op {
            IntOp::WrappingSub | IntOp::WrappingAdd if self.is_zero(args[1]) => return self.value(args[0]),
            IntOp::WrappingSub if open || self.counts_from(args) => IntOp::Sub,
            IntOp::WrappingAdd if open => IntOp::Add,
            other => other,
        };
        if op == IntOp::After {
            let (a, n) = (self.value(args[0]), self.value(args[1]));
            let (rt, t, k) = (&self.rt, &a.tokens, &n.tokens);
            if let (true, Some(ty)) = (self.is_zero(args[0]), types::scalar(self.func.ty(args[0]), rt, span))
            {
                return Expr::cast(&n, &ty, span);
            }
            return Expr::new(quote_spanned!(span=> #rt::after(#t, #k)), Prec::Atom).over(&[&a, &n]);
        }
        let method = match op {
            IntOp::Min => "min",
            IntOp::Max => "max",
            IntOp::SaturatingSub => "saturating_sub",
            IntOp::WrappingSub => "wrapping_sub",
            IntOp::WrappingAdd => "wrapping_add",
            IntOp::Neg | IntOp::Not => {
                let a = self.value(args[0]);
                return Expr::unary(op == IntOp::Not, &a, span);
            }
            _ => "",
        };
        if !method.is_empty() {
            return self.method(method, args, span);
        }
        let (a, b) = (self.value(args[0]), self.value(args[1]));
        let bools = *self.func.ty(args[0]) == Ty::Bool;
        // Lazy logic gives the same value as eager logic, but may skip the right operand.
        let lazy = bools && !b.sens.panics && !b.sens.opaque;
        let op = match op {
            IntOp::And if lazy => BinOp::And,
            IntOp::Or if lazy => BinOp::Or,
            IntOp::And => BinOp::BitAnd,
            IntOp::Or => BinOp::BitOr,
            other => int_operator(other).unwrap_or(BinOp::Add),
        };
        if bools {
            return Expr::binary(op, &a, &b, span);
        }
        match self.is_known(op, args) {
            true => Expr::binary(op, &a, &b, span),
            // It may overflow.
            false => Expr::binary_at(op, &a, &b, self.blamed(span)),
        }
    }

    /// Whether rustc may find out that an operation on integers panics: then it stays a macro's code, as in `blamed_steps`.
    fn is_known(&self, op: BinOp, args: &[Value]) -> bool {
        let right = matches!(op, BinOp::Div | BinOp::Rem | BinOp::Shl | BinOp::Shr);
        let asked = if right { &args[1..] } else { args };
        asked.iter().all(|v| self.facts.constants.contains(v))
    }

    /// Whether it is a loop's index less the loop's start: without a sign, never below zero.
    fn counts_from(&self, args: &[Value]) -> bool {
        let Some(start) = self.facts.starts.get(&args[0]) else { return false };
        let number = |v: &Value| match self.consts.get(v) {
            Some(Const::Int(n)) => Some(n),
            _ => None,
        };
        let same = *start == args[1] || number(start).is_some_and(|n| number(&args[1]) == Some(n));
        same && matches!(self.func.ty(args[0]), Ty::Int(Some(name)) if name.starts_with('u'))
    }

    fn cast(&mut self, a: Value, v: Value, span: Span) -> Expr {
        let (from, to) = (self.func.ty(a), self.func.ty(v));
        // A bare literal of the target's kind would take the target's type.
        let e = match from.is_float() == to.is_float() && from != to {
            true => self.receiver(a, span),
            false => self.of_its_type(a, span),
        };
        let rt = &self.rt;
        if let (true, Some(lane)) = (to.is_lanes(), types::scalar(&to.lane(), rt, span)) {
            let x = &e.tokens;
            let call = quote_spanned!(span=> #rt::cast_lanes::<_, #lane>(#x));
            return Expr::new(call, Prec::Atom).over(&[&e]);
        }
        let generic = |ty: &Ty| matches!(ty, Ty::Float(FloatTy::Generic(_)));
        if from == to && generic(to) {
            return e;
        }
        // `as` is for primitive types only; others go through `f64`, which holds every `f32`.
        let wide = |e: &Expr| match from {
            Ty::Float(FloatTy::Generic(_)) => {
                let x = &e.tokens;
                Expr::new(quote_spanned!(span=> #rt::wide(#x)), Prec::Atom).over(&[e])
            }
            Ty::Float(FloatTy::F64) => e.clone(),
            _ => Expr::cast(e, &quote_spanned!(span=> f64), span),
        };
        if let (true, Some(t)) = (generic(to), types::scalar(to, &self.rt, span)) {
            let inner = wide(&e);
            let x = &inner.tokens;
            return Expr::new(quote_spanned!(span=> #rt::lit::<#t>(#x)), Prec::Atom).over(&[&inner]);
        }
        let e = match generic(from) {
            true if *to == Ty::F64 => return wide(&e),
            true => wide(&e),
            false => e,
        };
        let ty = types::scalar(self.func.ty(v), &self.rt, span).unwrap_or_else(|| quote_spanned!(span=> _));
        Expr::cast(&e, &ty, span)
    }

    fn assert_float(&mut self, a: Value, v: Value, span: Span) -> Expr {
        let e = self.value(a);
        let (rt, t) = (&self.rt, &e.tokens);
        match types::scalar(self.func.ty(v), &self.rt, span) {
            // A type parameter knows no arithmetic with references: rustc infers from it what a call returns.
            Some(ty) if self.is_call_of_generic(a, v) => {
                Expr::new(quote_spanned!(span=> #rt::exactly::<#ty>(#t)), Prec::Atom).over(&[&e])
            }
            Some(ty) => Expr::new(quote_spanned!(span=> #rt::float::<#ty>(#t)), Prec::Atom).over(&[&e]),
            None => Expr::new(quote_spanned!(span=> #rt::prim(#t)), Prec::Atom).over(&[&e]),
        }
    }

    /// Whether `a` is a call in the user's own words, and `v` of a type parameter's type.
    fn is_call_of_generic(&self, a: Value, v: Value) -> bool {
        let Some(Op::Opaque { kind: OpaqueKind::Expr(code), .. }) = self.facts.made_by.get(&a) else {
            return false;
        };
        let call = matches!(syn::parse2(code.clone()), Ok(syn::Expr::Call(_) | syn::Expr::MethodCall(_)));
        call && matches!(self.func.ty(v), Ty::Float(FloatTy::Generic(_)))
    }

    fn trips(&mut self, r: &Range, span: Span) -> Expr {
        let whole =
            self.is_zero(r.lo) && r.step.is_none() && !r.inclusive && *self.func.ty(r.hi) == Ty::usize();
        if whole {
            return self.value(r.hi);
        }
        let e = self.range(&Range { rev: false, ..r.clone() }, span);
        let t = e.at(Prec::Atom, span);
        Expr::new(quote_spanned!(span=> #t.count()), Prec::Atom).over(&[&e])
    }

    fn is_zero(&self, v: Value) -> bool {
        matches!(self.consts.get(&v), Some(Const::Int(0)))
    }

    /// `lo..hi`, `(lo..hi).step_by(s).rev()`.
    pub(super) fn range(&mut self, r: &Range, span: Span) -> Expr {
        let (lo, hi) = (self.value(r.lo), self.value(r.hi));
        let (l, h) = (lo.at(Prec::Or, span), hi.at(Prec::Or, span));
        let dots = if r.inclusive { quote_spanned!(span=> ..=) } else { quote_spanned!(span=> ..) };
        let mut e = Expr::new(quote::quote!(#l #dots #h), Prec::Range).over(&[&lo, &hi]);
        e.untyped = lo.untyped && hi.untyped;
        if let Some(step) = r.step {
            let s = self.value(step);
            let (t, n) = (e.at(Prec::Atom, span), &s.tokens);
            e = Expr::new(quote_spanned!(span=> #t.step_by(#n)), Prec::Atom).over(&[&e, &s]);
        }
        if r.rev {
            let t = e.at(Prec::Atom, span);
            e = Expr::new(quote_spanned!(span=> #t.rev()), Prec::Atom).over(&[&e]);
        }
        e
    }
}

/// `a + -b` is `a - b`, bit for bit; and the other way round.
pub(super) fn fold_sign(op: BinOp, b: Expr) -> (BinOp, Expr) {
    match (op, b.negated) {
        (BinOp::Add, Some(inner)) => (BinOp::Sub, *inner),
        (BinOp::Sub, Some(inner)) => (BinOp::Add, *inner),
        (_, negated) => (op, Expr { negated, ..b }),
    }
}

fn int_operator(op: IntOp) -> Option<BinOp> {
    Some(match op {
        IntOp::Add => BinOp::Add,
        IntOp::Sub => BinOp::Sub,
        IntOp::Mul => BinOp::Mul,
        IntOp::Div => BinOp::Div,
        IntOp::Rem => BinOp::Rem,
        IntOp::And => BinOp::BitAnd,
        IntOp::Or => BinOp::BitOr,
        IntOp::Xor => BinOp::BitXor,
        IntOp::Shl => BinOp::Shl,
        IntOp::Shr => BinOp::Shr,
        _ => return None,
    })
}

fn comparison(op: CmpOp) -> BinOp {
    match op {
        CmpOp::Eq => BinOp::Eq,
        CmpOp::Ne => BinOp::Ne,
        CmpOp::Lt => BinOp::Lt,
        CmpOp::Le => BinOp::Le,
        CmpOp::Gt => BinOp::Gt,
        CmpOp::Ge => BinOp::Ge,
    }
}
