//! Expressions under construction: tokens with their precedence, and what evaluating them depends on.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::body::Owner;
use crate::hir::BinOp;
use crate::ir::Place;
use crate::names::bounded;

/// How tightly an expression binds, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Prec {
    /// Anything: closures, user tokens, `if`.
    Any,
    Range,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Cast,
    Unary,
    /// Names, literals, calls, indexing, parentheses.
    Atom,
}

/// What evaluating an expression depends on: what it may not be moved past.
#[derive(Clone, Default, Debug)]
pub(super) struct Sens {
    /// May panic.
    pub panics: bool,
    /// Runs code that the compiler does not know.
    pub opaque: bool,
    /// Reads these (root) places.
    pub places: Vec<Place>,
    /// Reads these mutable variables.
    pub vars: Vec<usize>,
}

impl Sens {
    /// Whether the order of two evaluations matters.
    pub fn conflicts(&self, o: &Sens) -> bool {
        (self.panics && o.panics) || (self.opaque && o.visible()) || (o.opaque && self.visible())
    }

    fn visible(&self) -> bool {
        self.opaque || self.panics || !self.places.is_empty()
    }

    pub fn add(&mut self, o: &Sens) {
        self.panics |= o.panics;
        self.opaque |= o.opaque;
        self.places.extend(&o.places);
        self.vars.extend(&o.vars);
    }
}

/// What a statement does to the order of evaluation.
#[derive(Clone, Default, Debug)]
pub(super) struct Effect {
    /// As an expression would.
    pub sens: Sens,
    /// Writes to these (root) places.
    pub writes: Vec<Place>,
    /// Assigns to these mutable variables.
    pub assigns: Vec<usize>,
}

impl Effect {
    /// Whether an expression may not be moved from before to after the statement.
    pub fn blocks(&self, e: &Sens) -> bool {
        self.sens.conflicts(e)
            || (e.panics && !self.writes.is_empty())
            || (e.opaque && !self.writes.is_empty())
            || e.places.iter().any(|p| self.writes.contains(p))
            || e.vars.iter().any(|v| self.assigns.contains(v))
    }

    pub fn add(&mut self, o: &Effect) {
        self.sens.add(&o.sens);
        self.writes.extend(&o.writes);
        self.assigns.extend(&o.assigns);
    }
}

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    pub tokens: TokenStream,
    pub prec: Prec,
    pub sens: Sens,
    /// Made of unsuffixed literals and what was initialised with such: no receiver of a method.
    pub untyped: bool,
    /// The variables and places whose declaration could give it a type.
    pub untyped_names: Vec<Owner>,
    /// Number of operations in it.
    pub size: usize,
    /// It is the negation of this one.
    pub negated: Option<Box<Expr>>,
}

impl Expr {
    pub fn new(tokens: TokenStream, prec: Prec) -> Expr {
        Expr {
            tokens,
            prec,
            sens: Sens::default(),
            untyped: false,
            untyped_names: Vec::new(),
            size: 1,
            negated: None,
        }
    }

    pub fn atom(tokens: TokenStream) -> Expr {
        Expr { size: 0, ..Expr::new(tokens, Prec::Atom) }
    }

    /// Takes over what the operands depend on.
    pub fn over(mut self, operands: &[&Expr]) -> Expr {
        for o in operands {
            self.sens.add(&o.sens);
            self.size += o.size;
            if o.untyped {
                self.untyped_names.extend(o.untyped_names.iter().cloned());
            }
        }
        self
    }

    /// The tokens, in parentheses unless they bind at least as tightly as `min`.
    pub fn at(&self, min: Prec, span: Span) -> TokenStream {
        let t = &self.tokens;
        if self.prec >= min { t.clone() } else { quote_spanned!(span=> (#t)) }
    }

    /// Whether it is a variable.
    pub fn is_name(&self) -> bool {
        let mut it = self.tokens.clone().into_iter();
        matches!((it.next(), it.next()), (Some(proc_macro2::TokenTree::Ident(_)), None))
    }

    /// As an operand of a comparison, where `a as T < b` would not parse.
    fn uncast(&self, min: Prec, span: Span) -> TokenStream {
        self.at(if self.prec == Prec::Cast { Prec::Unary } else { min }, span)
    }

    /// `a op b`.
    pub fn binary(op: BinOp, a: &Expr, b: &Expr, span: Span) -> Expr {
        let (prec, right) = precedence(op);
        let cmp = prec == Prec::Compare;
        let l = if cmp || prec == Prec::Shift {
            a.uncast(if cmp { right } else { prec }, span)
        } else {
            a.at(prec, span)
        };
        let (o, r) = (operator(op, span), b.at(right, span));
        let mut e = Expr::new(quote!(#l #o #r), prec).over(&[a, b]);
        // What is shifted has the type of the result, by how much says nothing of it.
        e.untyped = !cmp && a.untyped && (b.untyped || prec == Prec::Shift);
        e
    }

    /// The same of an operation that may panic, which is said to be at `span` then.
    pub fn binary_at(op: BinOp, a: &Expr, b: &Expr, span: Span) -> Expr {
        let end = |e: &Expr, min: Prec| Expr {
            tokens: bounded(e.at(min, span), span),
            prec: Prec::Atom,
            ..e.clone()
        };
        let (prec, right) = precedence(op);
        Expr::binary(op, &end(a, if prec == Prec::Shift { Prec::Unary } else { prec }), &end(b, right), span)
    }

    /// `-a`, `!a`.
    pub fn unary(not: bool, a: &Expr, span: Span) -> Expr {
        let t = a.at(Prec::Atom, span);
        let op = if not { quote_spanned!(span=> !) } else { quote_spanned!(span=> -) };
        let mut e = Expr::new(quote!(#op #t), Prec::Unary).over(&[a]);
        e.untyped = a.untyped;
        e
    }

    /// `a as T`.
    pub fn cast(a: &Expr, ty: &TokenStream, span: Span) -> Expr {
        let t = a.at(Prec::Cast, span);
        Expr::new(quote_spanned!(span=> #t as #ty), Prec::Cast).over(&[a])
    }
}

/// The next tighter precedence than the operator's own is what its right operand needs.
fn precedence(op: BinOp) -> (Prec, Prec) {
    use BinOp::*;
    match op {
        Or => (Prec::Or, Prec::And),
        And => (Prec::And, Prec::Compare),
        Eq | Ne | Lt | Le | Gt | Ge => (Prec::Compare, Prec::BitOr),
        BitOr => (Prec::BitOr, Prec::BitXor),
        BitXor => (Prec::BitXor, Prec::BitAnd),
        BitAnd => (Prec::BitAnd, Prec::Shift),
        Shl | Shr => (Prec::Shift, Prec::Sum),
        Add | Sub => (Prec::Sum, Prec::Product),
        Mul | Div | Rem => (Prec::Product, Prec::Cast),
    }
}

/// The operator's tokens.
pub(super) fn operator(op: BinOp, s: Span) -> TokenStream {
    use BinOp::*;
    match op {
        Add => quote_spanned!(s=> +),
        Sub => quote_spanned!(s=> -),
        Mul => quote_spanned!(s=> *),
        Div => quote_spanned!(s=> /),
        Rem => quote_spanned!(s=> %),
        BitAnd => quote_spanned!(s=> &),
        BitOr => quote_spanned!(s=> |),
        BitXor => quote_spanned!(s=> ^),
        Shl => quote_spanned!(s=> <<),
        Shr => quote_spanned!(s=> >>),
        And => quote_spanned!(s=> &&),
        Or => quote_spanned!(s=> ||),
        Eq => quote_spanned!(s=> ==),
        Ne => quote_spanned!(s=> !=),
        Lt => quote_spanned!(s=> <),
        Le => quote_spanned!(s=> <=),
        Gt => quote_spanned!(s=> >),
        Ge => quote_spanned!(s=> >=),
    }
}

/// The compound assignment of an operator.
pub(super) fn assign_operator(op: BinOp, s: Span) -> Option<TokenStream> {
    use BinOp::*;
    Some(match op {
        BitAnd => quote_spanned!(s=> &=),
        BitOr => quote_spanned!(s=> |=),
        BitXor => quote_spanned!(s=> ^=),
        Shl => quote_spanned!(s=> <<=),
        Shr => quote_spanned!(s=> >>=),
        Add => quote_spanned!(s=> +=),
        Sub => quote_spanned!(s=> -=),
        Mul => quote_spanned!(s=> *=),
        Div => quote_spanned!(s=> /=),
        Rem => quote_spanned!(s=> %=),
        _ => return None,
    })
}

/// A literal from its text, with a sign of its own.
pub(super) fn number(text: &str, suffix: &str, span: Span) -> Expr {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let full = format!("{digits}{suffix}");
    let tokens = match full.parse::<Literal>() {
        Ok(mut lit) => {
            lit.set_span(span);
            quote!(#lit)
        }
        // Not a literal after all: leave it to rustc to say so, at the right place.
        Err(_) => full.parse().unwrap_or_default(),
    };
    let mut e = if negative {
        Expr { size: 0, ..Expr::new(quote_spanned!(span=> -#tokens), Prec::Unary) }
    } else {
        Expr::atom(tokens)
    };
    e.untyped = suffix.is_empty();
    e
}

/// A float literal's text as one that is a float literal without a suffix too: `1` becomes `1.0`.
pub(super) fn float_text(text: &str) -> String {
    let t = text.trim();
    if t.ends_with('.') {
        format!("{t}0")
    } else if t.contains(['.', 'e', 'E']) {
        t.to_string()
    } else {
        format!("{t}.0")
    }
}
