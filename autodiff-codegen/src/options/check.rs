//! The option `check`, as written: `check(x in 0.5..2.0, n = 10, points = 20)`.

use crate::diagnostics::{Errors, Kind};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Token, parenthesized};

/// What was said of the points at which the gradient is to be checked.
#[derive(Clone, Debug)]
pub struct Check {
    /// The option's name.
    pub span: Span,
    /// What was said, in its order.
    pub items: Vec<Item>,
}

/// What was said of one parameter, type parameter or setting.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its name.
    pub name: Ident,
    /// What it is.
    pub said: Said,
}

/// See [`Item`].
#[derive(Clone, Debug)]
pub enum Said {
    /// `x in 0.5..2.0`
    In(Box<syn::Expr>),
    /// `n = 10`, `T = f64`: an expression or a type, verbatim.
    Is(TokenStream),
}

impl Check {
    /// Reads what comes after `check`.
    pub fn parse(at: &Ident, input: ParseStream, errors: &mut Errors) -> syn::Result<Check> {
        let mut check = Check { span: at.span(), items: Vec::new() };
        if !input.peek(syn::token::Paren) {
            return Ok(check);
        }
        let content;
        parenthesized!(content in input);
        while !content.is_empty() {
            check.item(&content, errors)?;
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        Ok(check)
    }

    fn item(&mut self, input: ParseStream, errors: &mut Errors) -> syn::Result<()> {
        let name = Ident::parse_any(input)?;
        let text = name.unraw().to_string();
        let said = if input.parse::<Token![in]>().is_ok() {
            let domain: syn::Expr = input.parse()?;
            check_ends(&domain, errors);
            Some(Said::In(Box::new(domain)))
        } else if input.parse::<Token![=]>().is_ok() {
            let value = value(input)?;
            (!value.is_empty()).then_some(Said::Is(value))
        } else {
            None
        };
        let Some(said) = said else {
            let what = format!("`{text}` alone in `check`");
            errors.refuse(Kind::OptionSyntax, name.span(), &[&what, "`x in 0.5..2.0`, or `n = 10`"]);
            return Ok(());
        };
        if self.items.iter().any(|item| item.name.unraw() == name.unraw()) {
            errors.refuse(Kind::DuplicateOption, name.span(), &[&text]);
        } else {
            self.items.push(Item { name, said });
        }
        Ok(())
    }
}

/// The tokens up to the next comma that is not inside of a type's `<…>`.
fn value(input: ParseStream) -> syn::Result<TokenStream> {
    let fork = input.fork();
    if fork.parse::<syn::Expr>().is_ok() && (fork.is_empty() || fork.peek(Token![,])) {
        return Ok(input.parse::<syn::Expr>()?.to_token_stream());
    }
    let fork = input.fork();
    if fork.parse::<syn::Type>().is_ok() && (fork.is_empty() || fork.peek(Token![,])) {
        return Ok(input.parse::<syn::Type>()?.to_token_stream());
    }
    let mut rest = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?.to_tokens(&mut rest);
    }
    Ok(rest)
}

/// Both ends of a range have to be there.
fn check_ends(domain: &syn::Expr, errors: &mut Errors) {
    match domain {
        syn::Expr::Range(range) if range.start.is_none() || range.end.is_none() => {
            let args = ["a range without an end in `check`", "both ends: `x in 0.5..2.0`"];
            errors.refuse_tokens(Kind::OptionSyntax, &domain.to_token_stream(), &args);
        }
        syn::Expr::Array(array) => array.elems.iter().for_each(|e| check_ends(e, errors)),
        syn::Expr::Tuple(tuple) => tuple.elems.iter().for_each(|e| check_ends(e, errors)),
        syn::Expr::Repeat(repeat) => check_ends(&repeat.expr, errors),
        _ => {}
    }
}
