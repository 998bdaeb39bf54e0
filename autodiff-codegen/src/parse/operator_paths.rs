//! Operators by the names of their traits: `Add::add(a, b)` is `a + b`, and `Add::add` alone is `|a, b| a + b`; in the same
//! way `Vec::len` is `|a| a.len()`. `x.add_assign(y)` is `x += y` where `x` is a float by what is declared; operators that give a
//! value are methods to the compiler, which finds out later whether they are called on floats (`lower/method`).

use super::scopes::Parser;
use crate::hir::{Expr, ExprKind, Type};
use crate::ir::FloatTy;
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

    /// The assignment that a method is, if it has the name of one, and changes a float of a type that is named. Otherwise, gives
    /// back what it was given.
    pub fn assignment(
        &mut self,
        call: &syn::ExprMethodCall,
        place: Box<Expr>,
        mut args: Vec<Expr>,
    ) -> Result<ExprKind, (Box<Expr>, Vec<Expr>)> {
        let name = call.method.to_string();
        let found = TRAITS.iter().find(|(of, method, _)| *method == name && of.ends_with("Assign"));
        let (Some((of, ..)), 1, None) = (found, args.len(), &call.turbofish) else {
            return Err((place, args));
        };
        let float = self.declared(&place).map(|ty| self.types.classify(&ty));
        let sign = syn::parse_str(&format!("{}=", sign(of))).ok();
        let op = sign.and_then(|sign| super::expr::operator(&sign));
        match (float, op, args.pop()) {
            (Some(Type::Float(float @ (FloatTy::F32 | FloatTy::F64))), Some((op, true)), Some(value)) => {
                self.assignments.push((call.method.clone(), of, float));
                Ok(ExprKind::AssignOp(op, place, Box::new(value)))
            }
            (.., value) => Err((place, value.into_iter().collect())),
        }
    }

    /// The type of a place, as the types of variables and the fields of structs are declared.
    fn declared(&self, place: &Expr) -> Option<syn::Type> {
        match &place.kind {
            ExprKind::Var(v) => self.vars[v.0 as usize].ty.clone(),
            ExprKind::Deref(of) => match self.declared(of)? {
                syn::Type::Reference(ty) => Some(*ty.elem),
                _ => None,
            },
            ExprKind::Field(of, member) => {
                let of = self.types.without_self(&behind(self.declared(of)?));
                self.types.known.field(&of, member)
            }
            ExprKind::Index(of, index) if !matches!(index.kind, ExprKind::Range { .. }) => {
                match behind(self.declared(of)?) {
                    syn::Type::Array(ty) => Some(*ty.elem),
                    syn::Type::Slice(ty) => Some(*ty.elem),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// A type without its references.
fn behind(ty: syn::Type) -> syn::Type {
    match ty {
        syn::Type::Reference(ty) => behind(*ty.elem),
        syn::Type::Paren(ty) => behind(*ty.elem),
        syn::Type::Group(ty) => behind(*ty.elem),
        other => other,
    }
}
