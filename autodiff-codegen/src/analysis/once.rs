//! What must not be run twice: code that is not looked into, unless all that it does is to read.

use crate::ir::*;
use proc_macro2::{Span, TokenStream, TokenTree};

/// Where such code stands in a block. What an annotated function does besides its result can't be seen from here.
pub fn runs_once(block: &Block) -> Vec<Span> {
    let mut out = Vec::new();
    block.each_stmt(&mut |s| {
        let once = match &s.op {
            Op::Opaque { kind: OpaqueKind::Expr(code), .. } => does_something(code),
            Op::Opaque { kind: OpaqueKind::Let { init, .. }, .. } => does_something(init),
            Op::Call { callee: Callee { function: Some(_), operator: None, .. }, .. } => true,
            _ => false,
        };
        if once {
            out.push(s.origin.span);
        }
    });
    out
}

/// Whether code calls something, or assigns.
fn does_something(code: &TokenStream) -> bool {
    let mut previous = None;
    for token in code.clone() {
        match &token {
            TokenTree::Group(group) => {
                // `f(…)`, `f::<T>(…)`, `(f)(…)`
                let callee = match &previous {
                    Some(TokenTree::Ident(_) | TokenTree::Group(_)) => true,
                    Some(TokenTree::Punct(p)) => p.as_char() == '>',
                    _ => false,
                };
                let called = callee && group.delimiter() == proc_macro2::Delimiter::Parenthesis;
                if called || does_something(&group.stream()) {
                    return true;
                }
            }
            TokenTree::Punct(p) if p.as_char() == '!' || p.as_char() == '=' => return true,
            _ => {}
        }
        previous = Some(token);
    }
    false
}
