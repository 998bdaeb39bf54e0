//! The user's tokens, verbatim, with the variables that they read under the names that they read.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::body::{Body, Line, Owner};
use super::expr::{Expr, Prec};
use crate::ir::*;

impl<'f> Body<'f> {
    pub(super) fn opaque(&mut self, s: &'f Stmt, span: Span) {
        let operands = s.op.values();
        let own = self.effect(s);
        let waiting = s.results.first().is_some_and(|v| self.waits(*v));
        self.settle(&operands, &own, waiting);
        let sens = self.sens_with(&own, &operands);
        match &s.op {
            Op::Opaque { kind: OpaqueKind::Expr(code), reads, .. } => {
                let lets = self.read_bindings(reads, span);
                match s.results.first() {
                    Some(v) => {
                        let mut e = with_lets(code, &lets, span);
                        e.sens = sens;
                        self.opaque_result(*v, e, code, span);
                    }
                    None if lets.is_empty() => self.out.push(Line::Code(quote_spanned!(span=> #code;))),
                    None => self.out.push(Line::Code(quote_spanned!(span=> { #(#lets)* #code; }))),
                }
            }
            Op::Opaque { kind: OpaqueKind::Let { pattern, init, .. }, reads, .. } => {
                let bound = self.bound_reads(reads, span);
                let pattern = in_let(pattern);
                let line = if init.is_empty() {
                    Line::Code(quote_spanned!(span=> let #pattern;))
                } else if let Some(kept) = kept_apart(init, reads, &bound) {
                    // What borrows a variable must not outlive it, as it would one of a block around the value.
                    let lets = lets_apart(&bound, span);
                    Line::Code(quote_spanned!(span=> #lets let #pattern = #kept;))
                } else {
                    let value = with_lets(init, &lets(&bound, span), span).tokens;
                    Line::Code(quote_spanned!(span=> let #pattern = #value;))
                };
                self.out.push(line);
            }
            Op::Exit { code, reads } => {
                let lets = self.read_bindings(reads, span);
                self.out.push(Line::Code(quote_spanned!(span=> #(#lets)* #code;)));
            }
            _ => {}
        }
    }

    /// The result of the user's expression: with its type, where the tokens alone may not say it.
    fn opaque_result(&mut self, v: Value, e: Expr, code: &TokenStream, span: Span) {
        let ty = super::types::scalar(self.func.ty(v), &self.rt, span).filter(|_| !says_its_type(code));
        if self.layout.use_count(v) == 0 && ty.is_some() {
            return self.out.push(Line::Let { pattern: quote!(_), ty, value: e.tokens, span });
        }
        if self.waits(v) || ty.is_none() || self.vars.of(v).is_some() || self.layout.use_count(v) == 0 {
            return self.result(v, e);
        }
        let ident = self.value_ident(v);
        self.bound.insert(v, Expr::atom(quote!(#ident)));
        self.out.push(Line::Let { pattern: quote!(#ident), ty, value: e.tokens, span });
    }

    /// The user's tokens as an argument of a call.
    pub(super) fn lent_code(&mut self, code: &TokenStream, reads: &[Read], span: Span) -> TokenStream {
        let bound = self.bound_reads(reads, span);
        // Nothing that has an effect, or may panic, is done before what stands before this argument.
        let named =
            bound.iter().all(|(_, e)| e.clone().into_iter().all(|t| !matches!(t, TokenTree::Group(_))));
        match kept_apart(code, reads, &bound).filter(|_| named) {
            Some(kept) => {
                self.out.push(Line::Code(lets_apart(&bound, span)));
                kept
            }
            None if bound.is_empty() => code.clone(),
            None => {
                let lets = lets(&bound, span);
                quote_spanned!(span=> { #(#lets)* #code })
            }
        }
    }

    /// The `let`s that make each name mean what the tokens mean by it.
    pub(super) fn read_bindings(&mut self, reads: &[Read], span: Span) -> Vec<TokenStream> {
        lets(&self.bound_reads(reads, span), span)
    }

    /// The names that mean something else here than the tokens mean by them, with what it is.
    fn bound_reads(&mut self, reads: &[Read], span: Span) -> Vec<(Ident, TokenStream)> {
        let mut done: Vec<Ident> = Vec::new();
        let mut out = Vec::new();
        for r in reads {
            if done.contains(&r.ident) {
                continue;
            }
            done.push(r.ident.clone());
            let ident = &r.ident;
            if let Some(e) = self.read_source(&r.source, &quote!(#ident), span) {
                out.push((ident.clone(), e));
            }
        }
        out
    }

    /// What a name has to be bound to, unless it is called `name` already.
    fn read_source(&mut self, source: &ReadOf, name: &TokenStream, span: Span) -> Option<TokenStream> {
        let e = self.source_tokens(source, Some(name), span);
        (e.to_string() != name.to_string()).then_some(e)
    }

    fn source_tokens(&mut self, source: &ReadOf, name: Option<&TokenStream>, span: Span) -> TokenStream {
        // The user's tokens may call methods on it.
        match source {
            ReadOf::Value(v) => self.receiver(*v, span).tokens,
            ReadOf::ValueRef(v) => {
                let e = self.receiver(*v, span);
                reference(&e, span)
            }
            ReadOf::Place(p) => {
                let owner = Owner::Place(self.func.root(*p));
                if self.untyped.contains(&owner) {
                    self.typed.insert(owner);
                }
                let e = self.place(*p);
                match name {
                    Some(n) if e.tokens.to_string() == n.to_string() => e.tokens,
                    _ => e.by_ref(span),
                }
            }
            ReadOf::Tuple(rs) => {
                // A value that waits for its only use is given once.
                let mut same = name.is_some();
                let mut parts = Vec::new();
                for (i, r) in rs.iter().enumerate() {
                    let i = syn::Index::from(i);
                    let part = name.map(|n| quote!(#n.#i));
                    let tokens = self.source_tokens(r, part.as_ref(), span);
                    same &= part.is_some_and(|part| part.to_string() == tokens.to_string());
                    parts.push(tokens);
                }
                if let (true, Some(n)) = (same, name) {
                    return n.clone();
                }
                for (part, r) in parts.iter_mut().zip(rs) {
                    if let ReadOf::Place(_) = r {
                        *part = self.source_tokens(r, None, span);
                    }
                }
                quote_spanned!(span=> (#(#parts,)*))
            }
        }
    }
}

/// `&e`; of `*x`, `x`.
pub(super) fn reference(e: &Expr, span: Span) -> TokenStream {
    let mut it = e.tokens.clone().into_iter();
    if e.prec == Prec::Unary && matches!(it.next(), Some(TokenTree::Punct(p)) if p.as_char() == '*') {
        return it.collect();
    }
    let t = e.at(Prec::Atom, span);
    quote_spanned!(span=> &#t)
}

fn lets(bound: &[(Ident, TokenStream)], span: Span) -> Vec<TokenStream> {
    bound.iter().map(|(ident, e)| quote_spanned!(span=> let #ident = #e;)).collect()
}

fn lets_apart(bound: &[(Ident, TokenStream)], span: Span) -> TokenStream {
    let (names, values): (Vec<_>, Vec<_>) = bound.iter().map(|(name, e)| (apart(name), e)).unzip();
    quote_spanned!(span=> #(let #names = #values;)*)
}

/// A local variable of this name that only tokens made in the same way see: whatever else has the name here keeps it.
/// Fields, methods and paths of that name are still the user's.
fn apart(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(crate::names::emitted(ident.span()));
    ident
}

/// The user's tokens, where they may hold on to one of these variables, as closures and references do, with the names
/// as [`apart`] makes them. `None` also where it can't be told apart what a macro finds in a string.
fn kept_apart(code: &TokenStream, reads: &[Read], bound: &[(Ident, TokenStream)]) -> Option<TokenStream> {
    if bound.is_empty() || !crate::names::may_hold(code) {
        return None;
    }
    let mut strings = Vec::new();
    formats(code, &mut strings);
    let is_bound = |ident: &Ident| bound.iter().any(|(name, _)| name == ident);
    let others: Vec<&Ident> = reads.iter().map(|r| &r.ident).filter(|ident| !is_bound(ident)).collect();
    let named = |ident: &Ident| strings.iter().any(|s| s.contains(&ident.to_string()));
    if !bound.iter().any(|(name, _)| named(name)) {
        return Some(respanned(code.clone(), false, &is_bound));
    }
    // The names in a string are all found where the string is, so that what the code binds itself goes along.
    let own = |ident: &Ident| ident != "self" && !others.contains(&ident);
    (!others.iter().any(|other| named(other))).then(|| respanned(code.clone(), true, &own))
}

/// The literals in tokens that may be formats.
fn formats(code: &TokenStream, out: &mut Vec<String>) {
    for token in code.clone() {
        match token {
            TokenTree::Group(group) => formats(&group.stream(), out),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                out.extend(text.contains('{').then_some(text));
            }
            _ => {}
        }
    }
}

/// The tokens with these names, and formats if they go with them, as [`apart`] makes names.
fn respanned(code: TokenStream, formats: bool, of: &dyn Fn(&Ident) -> bool) -> TokenStream {
    crate::names::mapped(code, &|token| match token {
        TokenTree::Ident(ident) if of(&ident) => apart(&ident).into(),
        TokenTree::Literal(mut literal) if formats => {
            literal.set_span(crate::names::emitted(literal.span()));
            literal.into()
        }
        other => other,
    })
}

/// The user's tokens as an expression.
fn with_lets(code: &TokenStream, lets: &[TokenStream], span: Span) -> Expr {
    if !lets.is_empty() {
        return Expr::new(quote_spanned!(span=> { #(#lets)* #code }), Prec::Any);
    }
    Expr::new(code.clone(), user_precedence(code))
}

/// How tightly the user's expression binds; in doubt it gets parentheses.
pub(super) fn user_precedence(code: &TokenStream) -> Prec {
    if code.clone().into_iter().count() == 1 && !has_braces(code) {
        return Prec::Atom;
    }
    if has_braces(code) {
        return Prec::Any;
    }
    use syn::{BinOp, Expr};
    match syn::parse2::<Expr>(code.clone()) {
        Ok(
            Expr::Path(_)
            | Expr::Lit(_)
            | Expr::Call(_)
            | Expr::MethodCall(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Paren(_)
            | Expr::Tuple(_)
            | Expr::Array(_),
        ) => Prec::Atom,
        Ok(Expr::Unary(_) | Expr::Reference(_)) => Prec::Unary,
        Ok(Expr::Cast(_)) => Prec::Cast,
        Ok(Expr::Binary(b)) => match b.op {
            BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_) => Prec::Product,
            BinOp::Add(_) | BinOp::Sub(_) => Prec::Sum,
            BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => {
                Prec::Compare
            }
            _ => Prec::Any,
        },
        _ => Prec::Any,
    }
}

/// Whether the type of an expression can be told without what is around it.
fn says_its_type(code: &TokenStream) -> bool {
    match syn::parse2::<syn::Expr>(code.clone()) {
        Ok(syn::Expr::Path(_) | syn::Expr::Field(_) | syn::Expr::Index(_) | syn::Expr::Cast(_)) => true,
        Ok(syn::Expr::MethodCall(m)) => m.method == "len" && m.args.is_empty(),
        _ => false,
    }
}

/// A pattern as a `let` takes it: alternatives in parentheses.
fn in_let(pattern: &TokenStream) -> TokenStream {
    let bar = |t: TokenTree| matches!(t, TokenTree::Punct(p) if p.as_char() == '|');
    match pattern.clone().into_iter().any(bar) {
        true => quote!((#pattern)),
        false => pattern.clone(),
    }
}

/// Whether a `{` stands at the top level.
pub(crate) fn has_braces(code: &TokenStream) -> bool {
    code.clone()
        .into_iter()
        .any(|t| matches!(t, TokenTree::Group(g) if g.delimiter() == proc_macro2::Delimiter::Brace))
}
