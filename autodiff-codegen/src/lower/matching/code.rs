//! Patterns that are not looked into: matched verbatim by one piece of opaque code.

use super::super::{Facts, Lower, Res, Val, jumps, walk};
use super::Chosen;
use crate::diagnostics::Kind;
use crate::hir::{Arm, Choice, Pat, PatKind, Test, Var};
use crate::ir::{Op, OpaqueKind, Read, Ty};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

impl<'a> Lower<'a, '_> {
    /// Evaluates the scrutinee and finds the arm.
    pub(super) fn matched_by_code(&mut self, choice: &'a Choice) -> Res<Chosen> {
        for arm in &choice.arms {
            let mut changes = None;
            walk::tests(arm, &mut |e| changes = changes.or(self.facts.writes_tainted(e).then_some(e)));
            if let Some(e) = changes {
                return self.refuse(Kind::EffectInPattern, e, &[]);
            }
        }
        let span = crate::names::emitted(choice.span);
        let mut reads = Vec::new();
        let (scrutinee, val) = self.scrutinee(choice, &mut reads)?;
        for arm in &choice.arms {
            self.test_reads(arm, &mut reads)?;
        }
        let found = self.found_variables(choice);
        let options: Vec<&Ident> = found.iter().map(|(_, _, option)| option).collect();
        let outcome = |k: usize| {
            let tag = match choice.arms.len() {
                2 if k == 0 => quote_spanned!(span=> true),
                2 => quote_spanned!(span=> false),
                _ => {
                    let number = proc_macro2::Literal::usize_suffixed(k);
                    quote_spanned!(span=> #number)
                }
            };
            let of_arm = found.iter().map(|(arm, v, _)| match *arm == k {
                true => {
                    let ident = &self.f.vars[v.0 as usize].ident;
                    quote_spanned!(span=> ::core::option::Option::Some(#ident))
                }
                false => quote_spanned!(span=> ::core::option::Option::None),
            });
            let outcome = match options[..] {
                [] => tag,
                _ => quote_spanned!(span=> (#tag, #(#of_arm),*)),
            };
            let active = choice.arms[k].wanted.iter().filter(|v| self.facts.is_tainted(**v));
            let unread: Vec<&Ident> = active.map(|v| &self.f.vars[v.0 as usize].ident).collect();
            match unread[..] {
                [] => outcome,
                // They are bound by value, later; here, they must not look forgotten.
                _ => quote_spanned!(span=> { #(let _ = &#unread;)* #outcome }),
            }
        };
        let code = code(choice, scrutinee, &outcome, span);
        let ty = if choice.arms.len() == 2 { Ty::Bool } else { Ty::usize() };
        let tag = if options.is_empty() {
            self.push(Op::opaque(OpaqueKind::Expr(code), reads), ty)
        } else {
            let tag = self.made_up("arm");
            let mut declares = vec![tag.clone()];
            declares.extend(options.iter().map(|i| (*i).clone()));
            let pattern = quote_spanned!(span=> (#tag, #(#options),*));
            self.opaque_declaration(pattern, code, declares, reads);
            self.push(Op::opaque(OpaqueKind::Expr(quote!(#tag)), Vec::new()), ty)
        };
        Ok(Chosen::Code { tag, val, found })
    }

    /// What stands after `match`: the user's tokens, or the name of what they evaluate to if it is active.
    fn scrutinee(
        &mut self,
        choice: &'a Choice,
        reads: &mut Vec<Read>,
    ) -> Res<(Option<TokenStream>, Option<Val>)> {
        let Some(e) = &choice.scrutinee else { return Ok((None, None)) };
        let evaluated = jumps::leaves(e) && self.is_ready(e);
        if !evaluated && !self.facts.matched(choice, e).1 {
            reads.extend(self.copied_reads(e)?);
            let binds = choice.arms.iter().any(|arm| !arm.wanted.is_empty());
            let tokens = if binds { self.held_matched(e, reads) } else { e.tokens.clone() };
            let Some((_, ty)) = &choice.ty else { return Ok((Some(tokens), None)) };
            let name = self.made_up("matched");
            let reads = std::mem::take(reads);
            self.opaque_declaration(quote!(#name: #ty), tokens, vec![name.clone()], reads);
            return Ok((Some(quote!(#name)), None));
        }
        let val = self.expr(e, choice.ty.as_ref().map(|(ty, _)| ty))?;
        let name = self.made_up("matched");
        let Some(read) = self.read_of(&name, &val) else {
            return self.refuse(Kind::ActivePattern, e, &[]);
        };
        reads.push(read);
        Ok((Some(quote!(#name)), Some(val)))
    }

    /// What an arm's further conditions read, other than its own variables.
    fn test_reads(&mut self, arm: &'a Arm, reads: &mut Vec<Read>) -> Res<()> {
        let mut own = Vec::new();
        let mut idents = Vec::new();
        arm.pat.iter().for_each(|p| walk::bound(p, &mut |v| own.push(v)));
        for test in &arm.tests {
            let (Test::Cond(e) | Test::Let(_, e)) = test;
            if e.escapes {
                return self.refuse(Kind::Escape, e, &[]);
            }
            idents.extend(e.reads.iter().filter(|(_, v)| !own.contains(v)).cloned());
            if let Test::Let(p, _) = test {
                walk::bound(p, &mut |v| own.push(v));
            }
        }
        reads.extend(self.reads(&idents)?);
        Ok(())
    }

    /// The variables that opaque code hands out, with the names of what holds them.
    fn found_variables(&mut self, choice: &Choice) -> Vec<(usize, Var, Ident)> {
        let mut found = Vec::new();
        for (k, arm) in choice.arms.iter().enumerate() {
            for v in &arm.wanted {
                if !self.facts.is_tainted(*v) {
                    let stem = crate::names::text(&self.f.vars[v.0 as usize].ident);
                    found.push((k, *v, self.made_up(&format!("{stem}_found"))));
                }
            }
        }
        found
    }

    /// Binds the variables of an arm: the passive ones to what was found, the active ones by value.
    pub(super) fn bind_found(
        &mut self,
        arm: &'a Arm,
        k: usize,
        val: Option<Val>,
        found: &[(usize, Var, Ident)],
    ) -> Res<()> {
        if let (Some(pat), Some(val)) = (&arm.pat, val) {
            self.bind_active(pat, val)?;
        }
        let active = |facts: &Facts, pat: &Pat| has_active(facts, pat);
        self.bind_tests(arm, &active)?;
        for (_, v, option) in found.iter().filter(|(arm, ..)| *arm == k) {
            let info = &self.f.vars[v.0 as usize];
            let (ident, mutable) = (info.ident.clone(), info.mutable.then(|| quote!(mut)));
            let span = crate::names::emitted(ident.span());
            let init = quote_spanned!(span=> #option.unwrap());
            self.opaque_declaration(quote!(#mutable #ident), init, vec![ident], Vec::new());
            self.declare_opaque_variable(*v)?;
        }
        for v in &arm.wanted {
            if self.env[v.0 as usize].is_none() {
                // Something active is written through it to what passive code borrows.
                let ident = &self.f.vars[v.0 as usize].ident;
                return self.refuse_at(Kind::ChangedOutOfSight, ident.span(), &[&ident.to_string()]);
            }
        }
        Ok(())
    }

    /// Binds the active variables of a pattern whose other parts have been matched.
    fn bind_active(&mut self, p: &'a Pat, val: Val) -> Res<()> {
        if !has_active(&self.facts, p) {
            return Ok(());
        }
        match (&p.kind, val) {
            (PatKind::Tuple(ps), val @ (Val::Tuple(_) | Val::TupleRef(_))) => {
                for (p, val) in self.tuple_parts(ps, &val, p)? {
                    self.bind_active(p, val)?;
                }
                Ok(())
            }
            (PatKind::Array(ps), val @ (Val::Place(_) | Val::PlaceRef(..))) => {
                for (p, val) in self.array_parts(ps, &val)? {
                    self.bind_active(p, val)?;
                }
                Ok(())
            }
            (PatKind::Ref(p), Val::ScalarRef(v)) => self.bind_active(p, Val::Scalar(v)),
            (PatKind::Ref(p), Val::TupleRef(vals)) => self.bind_active(p, Val::Tuple(vals)),
            (PatKind::At(v, p), val) => {
                self.bind_var(*v, val.clone())?;
                self.bind_active(p, val)
            }
            (PatKind::Var(_) | PatKind::RefVar(_), val) => self.bind(p, val),
            _ => self.refuse_at(Kind::ActivePattern, p.span, &[]),
        }
    }
}

fn has_active(facts: &Facts, p: &Pat) -> bool {
    let mut active = false;
    walk::bound(p, &mut |v| active |= facts.is_tainted(v));
    active
}

/// The user's patterns, with an outcome for each.
fn code(
    choice: &Choice,
    scrutinee: Option<TokenStream>,
    outcome: &dyn Fn(usize) -> TokenStream,
    span: proc_macro2::Span,
) -> TokenStream {
    if choice.condition.is_some() && (scrutinee.is_none() || !choice.arms[0].tests.is_empty()) {
        // Two arms: a chain and its `else`.
        let chain = conditions(&choice.arms[0], scrutinee, span);
        let (first, second) = (outcome(0), outcome(1));
        return quote_spanned!(span=> if #chain { #first } else { #second });
    }
    let scrutinee = closed(scrutinee.unwrap_or_default());
    let arms = choice.arms.iter().enumerate().map(|(k, arm)| {
        let pat = arm.pat.as_ref().map_or_else(|| quote_spanned!(span=> _), |p| without_mut(&p.tokens));
        let guard = (!arm.tests.is_empty()).then(|| {
            let conds = conditions(arm, None, span);
            quote_spanned!(span=> if #conds)
        });
        let outcome = outcome(k);
        quote_spanned!(span=> #pat #guard => #outcome)
    });
    quote_spanned!(span=> match #scrutinee { #(#arms),* })
}

/// The conditions of a chain, or of a guard.
fn conditions(arm: &Arm, scrutinee: Option<TokenStream>, span: proc_macro2::Span) -> TokenStream {
    let mut conds = Vec::new();
    let matched = |pat: &Pat, e: TokenStream| {
        let (pat, e) = (without_mut(&pat.tokens), closed(e));
        quote_spanned!(span=> let #pat = #e)
    };
    if let (Some(pat), Some(e)) = (&arm.pat, scrutinee) {
        conds.push(matched(pat, e));
    }
    for test in &arm.tests {
        conds.push(match test {
            Test::Let(pat, e) => matched(pat, e.tokens.clone()),
            Test::Cond(e) if arm.tests.len() == 1 && conds.is_empty() => e.tokens.clone(),
            Test::Cond(e) => {
                let tokens = &e.tokens;
                quote_spanned!(span=> (#tokens))
            }
        });
    }
    quote_spanned!(span=> #(#conds)&&*)
}

/// In parentheses, if it could not stand in front of a `{` otherwise.
fn closed(tokens: TokenStream) -> TokenStream {
    match crate::emit::has_braces(&tokens) {
        true => quote!((#tokens)),
        false => tokens,
    }
}

/// A pattern whose variables are moved on at once: those that are declared `mut` would never be changed.
fn without_mut(tokens: &TokenStream) -> TokenStream {
    let mut before = String::new();
    let mut out = TokenStream::new();
    for token in tokens.clone() {
        let text = token.to_string();
        let kept = before == "ref" || before == "&";
        if text == "mut" && !kept {
            continue;
        }
        before = text;
        out.extend([match token {
            TokenTree::Group(group) => {
                let mut inner = proc_macro2::Group::new(group.delimiter(), without_mut(&group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        }]);
    }
    out
}
