//! Functions that call each other in a circle: what each saves for its reverse part would hold what the next one saves,
//! and so on around to itself. A type that rustc infers can't be such a one, so that one with a name has to stand there.
//!
//! Tokens say who calls whom by name only. A name that means something else makes a circle where none is, which costs an
//! allocation at each call and is right all the same.

use crate::tables::{HashMap, HashSet};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ext::IdentExt;

/// Which names each function calls. Functions of one name, as those of different types, are taken together.
#[derive(Clone, Debug, Default)]
pub struct Calls(HashMap<String, HashSet<String>>);

impl Calls {
    /// Takes a function in.
    pub fn add(&mut self, name: &str, tokens: TokenStream) {
        called(tokens, self.0.entry(name.to_string()).or_default());
    }

    /// Whether calls lead from a function through others back to it. One that calls itself is known by that, and one
    /// that calls another of its own name, which methods often do, goes in no circle.
    pub fn is_circular(&self, name: &str) -> bool {
        let others = |from: &str| self.0.get(from).into_iter().flatten().map(String::as_str);
        let mut waiting: Vec<&str> = others(name).filter(|n| *n != name).collect();
        let mut seen = HashSet::default();
        while let Some(next) = waiting.pop() {
            if next == name {
                return true;
            }
            if seen.insert(next) {
                waiting.extend(others(next));
            }
        }
        false
    }
}

/// The names that stand in front of arguments, or are one: functions are passed by name.
fn called(tokens: TokenStream, out: &mut HashSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let punct = |at: Option<&TokenTree>, c| matches!(at, Some(TokenTree::Punct(p)) if p.as_char() == c);
    for (i, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => called(group.stream(), out),
            TokenTree::Ident(ident) => {
                let (before, after) = (i.checked_sub(1).and_then(|i| tokens.get(i)), tokens.get(i + 1));
                let applied =
                    matches!(after, Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis);
                let turbofish = punct(after, ':') && punct(tokens.get(i + 3), '<');
                let begins = before.is_none() || punct(before, ',') || punct(before, ':');
                let passed = begins && (after.is_none() || punct(after, ','));
                if applied || turbofish || passed {
                    out.insert(ident.unraw().to_string());
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn calls(functions: &[(&str, TokenStream)]) -> Calls {
        let mut calls = Calls::default();
        functions.iter().for_each(|(name, tokens)| calls.add(name, tokens.clone()));
        calls
    }

    #[test]
    fn circles_of_two_and_three() {
        let calls = calls(&[
            ("even", quote!(if x.is_empty() { 1.0 } else { odd(&x[1..]) })),
            ("odd", quote!(super::third::<f64>(x))),
            ("third", quote!(self.even(x))),
            ("outside", quote!(even(x) + odd(x))),
        ]);
        assert!(["even", "odd", "third"].iter().all(|name| calls.is_circular(name)));
        assert!(!calls.is_circular("outside"));
        assert!(!calls.is_circular("elsewhere"));
    }

    #[test]
    fn functions_that_are_passed() {
        let calls = calls(&[("a", quote!(apply(x, m::b))), ("b", quote!(x.iter().map(a).sum()))]);
        assert!(calls.is_circular("a") && calls.is_circular("b"));
    }

    #[test]
    fn names_of_other_things_call_nothing() {
        let calls = calls(&[
            ("a", quote!(a(x) + self.a(x) + self.b + b[0])),
            (
                "b",
                quote!({
                    let a: f64 = x;
                    a * a
                }),
            ),
        ]);
        assert!(!calls.is_circular("a") && !calls.is_circular("b"));
    }
}
