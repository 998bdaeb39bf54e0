//! Tokens of a function's body in the place of a call: other names, other places, and no `return`.

use crate::functions;
use crate::tables::HashMap;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat};

/// A closure whose parameters say their types, as the function that takes it does.
pub(super) fn typed_closure(
    closure: &syn::ExprClosure,
    inputs: &[syn::Type],
    says: &dyn Fn(&syn::Type) -> Option<TokenStream>,
    span: Span,
) -> Option<syn::ExprClosure> {
    if closure.inputs.len() != inputs.len() {
        return None;
    }
    let mut out = closure.clone();
    for (input, ty) in out.inputs.iter_mut().zip(inputs) {
        if !matches!(input, Pat::Type(_))
            && let Some(ty) = says(ty).filter(|_| !functions::has_impl(ty))
        {
            *input = Pat::Type(syn::parse_quote_spanned!(span=> #input: #ty));
        }
    }
    Some(out)
}

/// `return x` as a `break` out of the block that stands for the body.
pub(super) struct Returns {
    pub(super) label: syn::Lifetime,
    pub(super) found: bool,
}

impl VisitMut for Returns {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        if let Expr::Return(returned) = &*e {
            let (label, value) = (self.label.clone(), returned.expr.clone());
            *e = Expr::Break(syn::ExprBreak {
                attrs: Vec::new(),
                break_token: Default::default(),
                label: Some(label),
                expr: value,
            });
            self.found = true;
        }
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
}

/// Tokens of another place, at the call.
pub(in crate::parse) fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    let each = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            let mut new = Group::new(group.delimiter(), respanned(group.stream(), span));
            new.set_span(span);
            return new.into();
        }
        token.set_span(span);
        token
    });
    each.collect()
}

/// The new names of parameters.
#[derive(Default)]
pub(super) struct Renamed {
    pub(super) variables: HashMap<String, Ident>,
    pub(super) functions: HashMap<String, Ident>,
}

impl Renamed {
    fn of(&self, ident: &Ident) -> Option<&Ident> {
        let name = ident.unraw().to_string();
        self.variables.get(&name).or_else(|| self.functions.get(&name))
    }
}

/// `*f` of a function is the closure itself.
fn called(tokens: TokenStream, names: &Renamed) -> TokenStream {
    let mut each = tokens.clone().into_iter();
    match (each.next(), each.next(), each.next()) {
        (Some(TokenTree::Punct(star)), Some(TokenTree::Ident(f)), None) if star.as_char() == '*' => {
            names.functions.get(&f.unraw().to_string()).map_or(tokens, |_| TokenTree::Ident(f).into())
        }
        _ => tokens,
    }
}

/// Other names for variables, wherever they are named; fields, methods, lifetimes and what is in modules keep theirs.
pub(super) fn rename(tokens: TokenStream, names: &Renamed) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let punct = |back: usize, c: char| {
            let at = out.len().checked_sub(back).and_then(|i| out.get(i));
            matches!(at, Some(TokenTree::Punct(p)) if p.as_char() == c)
        };
        let member = punct(1, '.') && !punct(2, '.');
        let other = member || punct(1, '\'') || punct(1, ':') && punct(2, ':');
        let token = match token {
            TokenTree::Ident(ident) if !other => TokenTree::Ident(names.of(&ident).cloned().unwrap_or(ident)),
            TokenTree::Group(group) => {
                // `(*f)(x)` of a closure is `f(x)`.
                let inner = match group.delimiter() {
                    Delimiter::Parenthesis => called(group.stream(), names),
                    _ => group.stream(),
                };
                let mut new = Group::new(group.delimiter(), rename(inner, names));
                new.set_span(group.span());
                TokenTree::Group(new)
            }
            token => token,
        };
        out.push(token);
    }
    out.into_iter().collect()
}
