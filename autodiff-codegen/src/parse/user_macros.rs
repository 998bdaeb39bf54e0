//! Macros that are not `std`'s, where their place says what they give: a `bool`, a value that nothing active flows into, or
//! nothing.
//!
//! What such a macro does can't be seen. So it is put into a closure that can change nothing (it has to be a `Fn`),
//! and that nothing can leave but by what the place allows: whatever else it does, rustc refuses it there. A macro
//! that declares a variable under a name that it was given, or an item of any name, would be alone with it. Where its
//! definition is in sight, that is refused. Else variables are checked where it runs, and items by rustc: the names that the
//! function uses are imported beside it, and such an import is ambiguous if there is one of its making.

use super::expr::operator;
use super::scopes::Parser;
use super::transcribers;
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::{self, VisitMut};

/// The name under which a `bool` made by such a macro is known.
pub const CONDITION: &str = "a condition";

/// The name under which such a macro is known that stands as a statement.
pub const STATEMENT: &str = "a statement";

/// Marks what [`conditions`] makes.
const MARK: &str = "__backprop_condition";

/// The same of what [`conditions`] makes where a value is asked for.
const VALUE_MARK: &str = "__backprop_value";

/// The body with its macros in conditions, and those that give values, put into closures; nothing, if there are none.
/// `fallible` says that the function returns an `Option` or `Result`.
pub fn conditions(
    block: &syn::Block,
    fallible: bool,
    known: &dyn Fn(&syn::Path) -> bool,
) -> Option<syn::Block> {
    let mut block = block.clone();
    let mut conditions = Conditions { known, fallible, found: false };
    conditions.visit_block_mut(&mut block);
    conditions.found.then_some(block)
}

/// Whether an expression is what [`conditions`] makes of a condition.
pub fn is_condition(tokens: &TokenStream) -> bool {
    is_marked(tokens, MARK)
}

/// Whether an expression is what [`conditions`] makes of a value.
pub fn is_value(tokens: &TokenStream) -> bool {
    is_marked(tokens, VALUE_MARK)
}

/// The macro itself, of what `conditions` makes of a value; anything else as it is.
pub fn as_written(tokens: &TokenStream) -> TokenStream {
    if !is_value(tokens) {
        return tokens.clone();
    }
    // `{ … mark(|| __Own(macro)) }`: the last token of each group, on the way in.
    let mut inner = tokens.clone();
    for _ in 0..3 {
        match inner.clone().into_iter().last() {
            Some(TokenTree::Group(group)) => inner = group.stream(),
            _ => return tokens.clone(),
        }
    }
    inner
}

fn is_marked(tokens: &TokenStream, mark: &str) -> bool {
    let mut inner = match tokens.clone().into_iter().next() {
        Some(TokenTree::Group(group)) => group.stream().into_iter(),
        _ => return false,
    };
    inner.any(|t| matches!(t, TokenTree::Ident(ident) if ident == mark))
}

struct Conditions<'a> {
    known: &'a dyn Fn(&syn::Path) -> bool,
    fallible: bool,
    found: bool,
}

impl Conditions<'_> {
    /// An expression in a place where only a `bool` can stand.
    fn condition(&mut self, e: &mut syn::Expr) {
        match e {
            syn::Expr::Paren(e) => self.condition(&mut e.expr),
            syn::Expr::Group(e) => self.condition(&mut e.expr),
            syn::Expr::Unary(e) if matches!(e.op, syn::UnOp::Not(_)) => self.condition(&mut e.expr),
            syn::Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                self.condition(&mut b.left);
                self.condition(&mut b.right);
            }
            syn::Expr::Macro(m) if !(self.known)(&m.mac.path) && !lends(&m.mac.tokens) => {
                let mac = &m.mac;
                let span = syn::spanned::Spanned::span(mac);
                let mark = Ident::new(MARK, Span::mixed_site());
                *e = syn::Expr::Verbatim(quote_spanned! {span=>
                    {
                        fn #mark(condition: impl ::core::ops::Fn() -> bool) -> bool { condition() }
                        #mark(|| #mac)
                    }
                });
                self.found = true;
            }
            _ => {}
        }
    }

    /// An expression that is asked for its value. What the closure gives is of a type that no `return` or `?` of the
    /// macro's could leave it with.
    fn value(&mut self, e: &mut syn::Expr) {
        let syn::Expr::Macro(m) = e else { return };
        let mac = &m.mac;
        if (self.known)(&mac.path) || lends(&mac.tokens) || may_jump(mac, self.fallible) {
            return;
        }
        let span = syn::spanned::Spanned::span(mac);
        let mark = Ident::new(VALUE_MARK, Span::mixed_site());
        *e = syn::Expr::Verbatim(quote_spanned! {span=>
            {
                struct __Own<T>(T);
                fn #mark<T>(value: impl ::core::ops::Fn() -> __Own<T>) -> T { value().0 }
                #mark(|| __Own(#mac))
            }
        });
        self.found = true;
    }
}

/// Whether a macro may leave the function, as far as its definition shows. One whose definition is out of sight does so at
/// most where an `Option` or `Result` is returned; if not, rustc finds it in a closure.
fn may_jump(mac: &syn::Macro, fallible: bool) -> bool {
    let Some(name) = mac.path.segments.last() else { return true };
    let definitions = crate::surroundings::macro_definitions(&name.ident);
    let jumps = |tokens: &TokenStream| {
        let mut found = false;
        crate::names::each_ident(tokens, &mut |i| found |= i == "return" || i == "break" || i == "continue");
        found
    };
    if jumps(&mac.tokens) || asks(&mac.tokens) || super::macros::is_static(&name.ident) {
        return true;
    }
    definitions.iter().any(|tokens| jumps(tokens) || fallible && asks(tokens))
        || definitions.is_empty() && fallible
}

/// Whether there is a `?`, other than that of `$(…)?`, which is a pattern's.
fn asks(tokens: &TokenStream) -> bool {
    let mut repeats = false;
    tokens.clone().into_iter().any(|t| match t {
        TokenTree::Group(group) => asks(&group.stream()),
        TokenTree::Punct(p) if p.as_char() == '?' => !std::mem::take(&mut repeats),
        t => {
            repeats = matches!(t, TokenTree::Punct(p) if p.as_char() == '$');
            false
        }
    })
}

impl VisitMut for Conditions<'_> {
    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        self.value(e);
        match e {
            // What stands here is a place, and not a value.
            syn::Expr::Reference(r) if r.mutability.is_some() && is_macro(&r.expr) => {}
            syn::Expr::Assign(a) if is_macro(&a.left) => self.visit_expr_mut(&mut a.right),
            syn::Expr::Binary(b)
                if is_macro(&b.left) && operator(&b.op).is_some_and(|(_, assigns)| assigns) =>
            {
                self.visit_expr_mut(&mut b.right);
            }
            syn::Expr::MethodCall(m) if is_macro(&m.receiver) => {
                m.args.iter_mut().for_each(|a| self.visit_expr_mut(a));
            }
            syn::Expr::Field(f) if is_macro(&f.base) => {}
            syn::Expr::Index(i) if is_macro(&i.expr) => self.visit_expr_mut(&mut i.index),
            // A length is a constant, which no closure can be called in.
            syn::Expr::Repeat(r) => self.visit_expr_mut(&mut r.expr),
            syn::Expr::Const(_) => {}
            _ => visit_mut::visit_expr_mut(self, e),
        }
    }

    fn visit_type_mut(&mut self, _: &mut syn::Type) {}

    fn visit_pat_mut(&mut self, _: &mut syn::Pat) {}

    fn visit_angle_bracketed_generic_arguments_mut(&mut self, _: &mut syn::AngleBracketedGenericArguments) {}

    fn visit_expr_if_mut(&mut self, e: &mut syn::ExprIf) {
        self.condition(&mut e.cond);
        visit_mut::visit_expr_if_mut(self, e);
    }

    fn visit_expr_while_mut(&mut self, e: &mut syn::ExprWhile) {
        self.condition(&mut e.cond);
        visit_mut::visit_expr_while_mut(self, e);
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        arm.guard.iter_mut().for_each(|(_, guard)| self.condition(guard));
        visit_mut::visit_arm_mut(self, arm);
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        let is_bool = matches!(&local.pat, syn::Pat::Type(typed)
            if matches!(&*typed.ty, syn::Type::Path(t) if t.path.is_ident("bool")));
        if let (true, Some(init)) = (is_bool, &mut local.init) {
            self.condition(&mut init.expr);
        }
        visit_mut::visit_local_mut(self, local);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

fn is_macro(e: &syn::Expr) -> bool {
    matches!(e, syn::Expr::Macro(_))
}

/// Whether something is lent mutably, or declared, among a macro's arguments.
fn lends(tokens: &TokenStream) -> bool {
    let mut found = false;
    crate::names::each_ident(tokens, &mut |ident| found |= ident == "mut" || ident == "let");
    found
}

impl Parser<'_> {
    /// A condition that a macro makes.
    pub fn condition_macro(&mut self, tokens: &TokenStream) -> ExprKind {
        self.scan_tokens(tokens);
        ExprKind::Macro(CONDITION.into())
    }

    /// A value that a macro makes: nothing active can flow through it.
    pub fn value_macro(&mut self, tokens: &TokenStream) -> ExprKind {
        self.scan_tokens(tokens);
        ExprKind::Unknown("a macro")
    }

    /// A macro that stands as a statement, and whose value nothing asks for. `None` if it is one that is known, or
    /// that can't be put into a closure.
    pub fn statement_of_macro(&mut self, mac: &syn::Macro) -> Option<Expr> {
        let statics = mac.path.segments.last().is_some_and(|s| super::macros::is_static(&s.ident));
        if self.is_known_macro(&mac.path) || statics {
            return None;
        }
        if self.macro_defines(mac) {
            let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
            self.errors.refuse_tokens(Kind::DefiningMacro, &mac.path.to_token_stream(), &[&name]);
        } else if lends(&mac.tokens) {
            return None;
        }
        let span = syn::spanned::Spanned::span(mac);
        let whole = self.mark();
        let mark = self.mark();
        self.scan_tokens(&mac.tokens);
        let names: Vec<Ident> = self.reads_since(mark).into_iter().map(|(ident, _)| ident).collect();
        let addresses = quote_spanned!(span=> [#(::core::ptr::from_ref(&#names).cast::<()>()),*]);
        let check = (!names.is_empty()).then(|| {
            quote_spanned! {span=>
                ::core::assert!(
                    __before == #addresses,
                    "#[backprop]: a macro that stands as a statement declares a variable",
                );
            }
        });
        let before = (!names.is_empty()).then(|| quote_spanned!(span=> let __before = #addresses;));
        let wrap = self.wrap.clone().filter(|_| self.closure_depth == 0);
        let done = quote_spanned!(span=> __Done);
        let ty = wrap.as_ref().map_or(done.clone(), |wrap| wrap.around(&done, span));
        let end = match &wrap {
            None => done,
            Some(wrap) if wrap.option => quote_spanned!(span=> ::core::option::Option::Some(__Done)),
            Some(_) => quote_spanned!(span=> ::core::result::Result::Ok(__Done)),
        };
        let mut roots = self.roots.clone();
        // So that no lint of the user's is about these imports.
        roots.iter_mut().for_each(|root| root.set_span(Span::mixed_site().located_at(root.span())));
        let run = quote_spanned! {span=>
            {
                struct __Done;
                fn __run<R>(statement: impl ::core::ops::Fn() -> R) -> R { statement() }
                #[allow(unreachable_code)]
                __run(|| -> #ty { #(use #roots as _;)* #before #mac; #check #end })
            }
        };
        let kind = ExprKind::Macro(STATEMENT.into());
        if wrap.is_none() {
            let tokens = quote_spanned!(span=> { let _ = #run; });
            return Some(self.finish(whole, kind, tokens));
        }
        let inner = self.finish(mark, kind, run.clone());
        self.fails();
        let tokens = quote_spanned!(span=> { let _ = (#run)?; });
        Some(self.finish(whole, ExprKind::Try(Box::new(inner), false), tokens))
    }

    /// Whether a macro defines something where it stands, as far as its definition and its arguments show.
    fn macro_defines(&self, mac: &syn::Macro) -> bool {
        let Some(name) = mac.path.segments.last() else { return false };
        let definitions = crate::surroundings::macro_definitions;
        transcribers::define(&definitions(&name.ident), &definitions)
            || transcribers::is_definition(mac.tokens.clone(), &mut Vec::new())
    }

    /// Whether a macro is one that is looked into, or known to do nothing.
    pub fn is_known_macro(&self, path: &syn::Path) -> bool {
        let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        self.is_well_known(path, &name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn macros_in_conditions_are_put_into_closures() {
        let block: syn::Block = syn::parse_quote!({ if n > 0 && !close!(x, y) { a } else { m!(x) } });
        let known = |path: &syn::Path| path.is_ident("matches");
        let found = conditions(&block, false, &known).expect("there is one").to_token_stream().to_string();
        assert!(found.contains("|| close ! (x , y)") && found.contains("|| __Own (m ! (x))"));
        let block: syn::Block = syn::parse_quote!({ while matches!(x, 1) && put!(&mut y) {} });
        assert!(conditions(&block, false, &known).is_none());
    }

    #[test]
    fn they_are_found_again() {
        let block: syn::Block = syn::parse_quote!({ if close!(x) {} });
        let block = conditions(&block, false, &|_| false).expect("there is one");
        let [syn::Stmt::Expr(syn::Expr::If(e), _)] = &block.stmts[..] else { panic!() };
        let syn::Expr::Verbatim(tokens) = &*e.cond else { panic!() };
        assert!(is_condition(tokens) && !is_condition(&quote!(close!(x))));
    }
}
