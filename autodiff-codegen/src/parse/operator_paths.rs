//! Operators by the names of their traits: `Add::add(a, b)` is `a + b`, and `Add::add` alone is `|a, b| a + b`; in the same
//! way `Vec::len` is `|a| a.len()`.

use super::scopes::Parser;
use crate::hir::ExprKind;
use crate::names::located_at;
use crate::operators::{TRAITS, sign};
use proc_macro2::{Ident, Span};

/// The trait that a path goes through, and how many operands its operator has, if the path ends like one of `std::ops`. It may
/// be a trait of the user's yet: `prelude` has rustc check that it is not.
pub fn operator(names: &[&str]) -> Option<(&'static str, usize)> {
    let [front @ .., of, function] = names else { return None };
    let std = matches!(front, [] | ["ops"] | ["std" | "core", "ops"]);
    let found = TRAITS.iter().find(|(name, method, _)| name == of && method == function);
    found.filter(|(name, ..)| std && !name.ends_with("Assign")).map(|(name, _, operands)| (*name, *operands))
}

/// The same of a path without arguments.
fn of_path(path: &syn::ExprPath) -> Option<(&'static str, usize)> {
    let plain = path.qself.is_none() && path.path.segments.iter().all(|s| s.arguments.is_none());
    let names: Vec<String> = path.path.segments.iter().map(|s| s.ident.to_string()).collect();
    operator(&names.iter().map(String::as_str).collect::<Vec<_>>()).filter(|_| plain)
}

/// `Vec::len` and its like, which give numbers that nothing flows through. That it is `std`'s `Vec`, rustc checks.
fn of_vec(path: &syn::ExprPath) -> Option<&Ident> {
    let [of, method] = &path.path.segments.iter().collect::<Vec<_>>()[..] else { return None };
    let plain = path.qself.is_none() && of.arguments.is_none() && method.arguments.is_none();
    let known = of.ident == "Vec" && (method.ident == "len" || method.ident == "is_empty");
    (plain && known).then_some(&method.ident)
}

impl Parser<'_> {
    /// The operator, or the method of `Vec`'s, that a path names, as a closure.
    pub fn operator_path(&mut self, path: &syn::ExprPath) -> Option<ExprKind> {
        if let Some(method) = of_vec(path) {
            let a = Ident::new("a", Span::mixed_site().located_at(method.span()));
            let closure = syn::parse_quote_spanned!(method.span()=> |#a| #a.#method());
            return self.closure(&closure).map(ExprKind::Closure);
        }
        let (name, operands) = of_path(path)?;
        let span = Span::mixed_site().located_at(path.path.segments.last()?.ident.span());
        let [a, b] = ["a", "b"].map(|name| Ident::new(name, span));
        let sign = located_at(sign(name).parse().ok()?, span);
        let closure = match operands {
            1 => syn::parse_quote_spanned!(span=> |#a| #sign #a),
            _ => syn::parse_quote_spanned!(span=> |#a, #b| #a #sign #b),
        };
        self.closure(&closure).map(ExprKind::Closure)
    }

    /// The operation that a call of such a path is.
    pub fn operator_call(&mut self, callee: &syn::ExprPath, call: &syn::ExprCall) -> Option<ExprKind> {
        let (name, operands) = of_path(callee)?;
        match (operands, &call.args.iter().collect::<Vec<_>>()[..]) {
            (1, [a]) => Some(ExprKind::Neg(self.boxed(a))),
            (2, [a, b]) => {
                let (op, _) = super::expr::operator(&syn::parse_str(sign(name)).ok()?)?;
                let a = self.boxed(a);
                Some(ExprKind::Binary(op, a, self.boxed(b)))
            }
            _ => None,
        }
    }
}
