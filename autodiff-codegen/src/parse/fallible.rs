//! Functions that return an `Option` or a `Result`.
//!
//! Their derivative is that of the value inside, and each companion has the same wrapper around what it returns. So
//! the wrapper is taken off in the body before anything else looks at it: `Ok(x)` as a result becomes `x`, any
//! other expression `e` becomes `e?`, and what returns `Err(…)` or `None` stays, because it leaves a companion in
//! the same way.

use crate::hir::Wrap;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Stmt};

impl Wrap {
    /// The wrapper of a result type, and the type inside.
    ///
    /// `CoreResult<T>` is taken for an alias of `Result`, as `io::Result<T>` is: if it is something else, the code that
    /// takes it apart does not compile.
    pub fn of(ty: &syn::Type) -> Option<(Wrap, syn::Type)> {
        let path = match ty {
            syn::Type::Group(t) => return Wrap::of(&t.elem),
            syn::Type::Paren(t) => return Wrap::of(&t.elem),
            syn::Type::Path(t) if t.qself.is_none() => &t.path,
            _ => return None,
        };
        let last = path.segments.last()?;
        let option = last.ident == "Option";
        if !option && !last.ident.to_string().ends_with("Result") {
            return None;
        }
        let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return None };
        let mut args = args.args.iter().cloned();
        let syn::GenericArgument::Type(inner) = args.next()? else { return None };
        let mut head = path.clone();
        if let Some(last) = head.segments.last_mut() {
            last.arguments = syn::PathArguments::None;
        }
        Some((Wrap { option, head, more: args.collect() }, inner))
    }
}

impl Wrap {
    /// The wrapper around another type.
    pub fn around(&self, inner: &TokenStream, span: Span) -> TokenStream {
        let (head, more) = (&self.head, &self.more);
        quote_spanned!(span=> #head<#inner #(, #more)*>)
    }
}

/// The body of a function with such a result, without the wrapper.
pub fn without_wrapper(block: &Block, wrap: &Wrap) -> Block {
    let mut block = block.clone();
    Returns { option: wrap.option }.visit_block_mut(&mut block);
    value_block(&mut block, wrap.option);
    block
}

/// Whether a returned value is `Err(…)` or `None`.
pub fn is_failure(value: &Expr) -> bool {
    match value {
        Expr::Paren(e) => is_failure(&e.expr),
        Expr::Group(e) => is_failure(&e.expr),
        Expr::Call(e) => matches!(&*e.func, Expr::Path(p) if ends_in(&p.path, "Err")),
        Expr::Path(e) => e.qself.is_none() && ends_in(&e.path, "None"),
        _ => false,
    }
}

/// Whether a path is this name, or one behind `Option::`, `std::result::Result::`…
fn ends_in(path: &syn::Path, name: &str) -> bool {
    let mut segments = path.segments.iter().rev();
    segments.next().is_some_and(|s| s.ident == name)
        && segments.next().is_none_or(|s| s.ident == "Result" || s.ident == "Option")
}

/// Takes the wrapper off what `return` returns.
struct Returns {
    option: bool,
}

impl VisitMut for Returns {
    fn visit_expr_return_mut(&mut self, e: &mut syn::ExprReturn) {
        visit_mut::visit_expr_return_mut(self, e);
        if let Some(e) = e.expr.as_deref_mut().filter(|e| !is_failure(e)) {
            value(e, self.option);
        }
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}

    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Takes the wrapper off the value of a block.
fn value_block(block: &mut Block, option: bool) {
    if let Some(Stmt::Expr(e, None)) = block.stmts.last_mut() {
        value(e, option);
    }
}

/// Takes the wrapper off a value that the function returns.
fn value(e: &mut Expr, option: bool) {
    match e {
        Expr::Paren(inner) => value(&mut inner.expr, option),
        Expr::Group(inner) => value(&mut inner.expr, option),
        Expr::Block(block) if block.label.is_none() => value_block(&mut block.block, option),
        Expr::If(branch) if branch.else_branch.is_some() => {
            value_block(&mut branch.then_branch, option);
            if let Some((_, els)) = &mut branch.else_branch {
                value(els, option);
            }
        }
        Expr::Match(choice) => choice.arms.iter_mut().for_each(|arm| value(&mut arm.body, option)),
        // These never have a value.
        Expr::Macro(_) | Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {}
        _ if is_failure(e) => {
            let failure = std::mem::replace(e, placeholder());
            let return_token = syn::Token![return](span(&failure));
            *e = Expr::Return(syn::ExprReturn {
                attrs: Vec::new(),
                return_token,
                expr: Some(Box::new(failure)),
            });
        }
        Expr::Call(call) if is_success(call) => {
            if let Some(inner) = call.args.pop() {
                *e = inner.into_value();
            }
        }
        _ => {
            let whole = std::mem::replace(e, placeholder());
            *e = handed_on(whole, option);
        }
    }
}

/// `Ok(x)`, `Some(x)`
fn is_success(call: &syn::ExprCall) -> bool {
    let path = |p: &syn::Path| ends_in(p, "Ok") || ends_in(p, "Some");
    call.args.len() == 1 && matches!(&*call.func, Expr::Path(p) if path(&p.path))
}

/// `e?`; of a `Result`, without the conversion of the error: its type may be known from the function's type alone.
fn handed_on(e: Expr, option: bool) -> Expr {
    let at = span(&e);
    if option {
        let question_token = syn::Token![?](at);
        return Expr::Try(syn::ExprTry { attrs: Vec::new(), expr: Box::new(atom(e)), question_token });
    }
    let e = match atom(e) {
        // `S { … }.f()` can't stand in front of a `{`.
        e if crate::emit::has_braces(&e.to_token_stream()) => paren(e),
        e => e,
    };
    syn::parse_quote_spanned! {at=>
        match #e {
            ::core::result::Result::Ok(__value) => __value,
            ::core::result::Result::Err(__error) => return ::core::result::Result::Err(__error),
        }
    }
}

/// Whether a `match` is what [`handed_on`] makes.
pub fn is_handed_on(e: &syn::ExprMatch) -> bool {
    match e.arms.first().map(|arm| &arm.pat) {
        Some(syn::Pat::TupleStruct(p)) => {
            matches!(p.elems.first(), Some(syn::Pat::Ident(i)) if i.ident == "__value")
        }
        _ => false,
    }
}

/// An expression that a `?` can follow.
fn atom(e: Expr) -> Expr {
    match e {
        Expr::Call(_)
        | Expr::MethodCall(_)
        | Expr::Path(_)
        | Expr::Field(_)
        | Expr::Index(_)
        | Expr::Try(_) => e,
        e => paren(e),
    }
}

fn paren(e: Expr) -> Expr {
    let paren_token = syn::token::Paren(span(&e));
    Expr::Paren(syn::ExprParen { attrs: Vec::new(), paren_token, expr: Box::new(e) })
}

fn placeholder() -> Expr {
    Expr::Verbatim(proc_macro2::TokenStream::new())
}

fn span(e: &Expr) -> Span {
    syn::spanned::Spanned::span(e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn check(before: proc_macro2::TokenStream, after: proc_macro2::TokenStream) {
        let block: Block = syn::parse2(before).expect("the test's own tokens");
        let (wrap, _) = Wrap::of(&syn::parse_quote!(Option<f64>)).expect("an option");
        assert_eq!(without_wrapper(&block, &wrap).to_token_stream().to_string(), after.to_string());
    }

    #[test]
    fn wrappers_are_taken_off_where_the_function_is_left() {
        check(quote!({ Ok(x) }), quote!({ x }));
        check(
            quote!({
                if n == 0 {
                    return None;
                }
                Some(s / n)
            }),
            quote!({
                if n == 0 {
                    return None;
                }
                s / n
            }),
        );
        check(
            quote!({
                match n {
                    0 => Err(E),
                    1 => {
                        return Ok(y);
                    }
                    _ => Ok(f(x)?),
                }
            }),
            quote!({
                match n {
                    0 => return Err(E),
                    1 => {
                        return y;
                    }
                    _ => f(x)?,
                }
            }),
        );
        check(quote!({ f(x) }), quote!({ f(x)? }));
        check(
            quote!({
                return f(x).map_err(g);
            }),
            quote!({
                return f(x).map_err(g)?;
            }),
        );
        check(
            quote!({
                let g = |t| return Ok(t);
                if c { Some(a) } else { panic!() }
            }),
            quote!({
                let g = |t| return Ok(t);
                if c { a } else { panic!() }
            }),
        );
        check(quote!({ Option::None }), quote!({ return Option::None }));
        check(quote!({ !a }), quote!({ (!a)? }));
    }
}
