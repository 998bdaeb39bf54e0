//! What must not be run twice: code that is not looked into, unless all that it does is to read.

use crate::ir::*;
use proc_macro2::{Span, TokenStream, TokenTree};
use std::collections::HashSet;

/// Where annotated functions are called in a block: what they do besides their results can't be seen from here.
pub fn calls(block: &Block) -> Vec<Span> {
    let mut out = Vec::new();
    block.each_stmt(&mut |s| {
        if let Op::Call { callee: Callee { operator: None, .. }, .. } = &s.op {
            out.push(s.origin.span);
        }
    });
    out
}

/// Where code stands in a block that is not looked into and may do something.
pub fn runs_once(block: &Block) -> Vec<Span> {
    let mut out = Vec::new();
    let mut declared: HashSet<String> = HashSet::new();
    block.each_stmt(&mut |s| {
        if let Op::Opaque { kind: OpaqueKind::Let { declares, .. }, .. } = &s.op {
            declared.extend(declares.iter().map(ToString::to_string));
        }
        let once = match &s.op {
            Op::Opaque { again: Again::Nothing, .. } => false,
            // An iterator that the block makes itself starts anew with it.
            Op::Opaque { again: Again::Moves(items), .. } => !declared.contains(&items.to_string()),
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

/// Whether all that code does is to read, as far as its tokens tell.
pub fn only_reads(code: &TokenStream) -> bool {
    !does_something(code)
}

/// Whether code calls something, or assigns.
fn does_something(code: &TokenStream) -> bool {
    let (mut previous, mut dotted) = (None, false);
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
                let harmless = match &previous {
                    Some(TokenTree::Ident(name)) => is_constant(name, group) || dotted && is_of_std(name),
                    _ => false,
                };
                let called = called && !harmless;
                if called || does_something(&group.stream()) {
                    return true;
                }
            }
            TokenTree::Punct(p) if p.as_char() == '!' || p.as_char() == '=' => return true,
            TokenTree::Ident(_) => {
                dotted = matches!(&previous, Some(TokenTree::Punct(p)) if p.as_char() == '.');
            }
            _ => {}
        }
        previous = Some(token);
    }
    false
}

/// Functions without arguments, or of literals, that are another way to write a constant: `T::one()`, `T::from(0.5).unwrap()`;
/// and the lengths of things.
const CONSTANTS: [&str; 20] = [
    "E",
    "LN_10",
    "LN_2",
    "PI",
    "SQRT_2",
    "TAU",
    "epsilon",
    "from",
    "from_f32",
    "from_f64",
    "from_i32",
    "from_usize",
    "infinity",
    "into",
    "is_empty",
    "len",
    "nan",
    "one",
    "unwrap",
    "zero",
];

fn is_constant(name: &proc_macro2::Ident, arguments: &proc_macro2::Group) -> bool {
    let literal = |token: TokenTree| match token {
        TokenTree::Literal(_) => true,
        TokenTree::Punct(p) => p.as_char() == '-',
        _ => false,
    };
    arguments.stream().into_iter().all(literal) && CONSTANTS.iter().any(|constant| name == constant)
}

/// Methods of `std`'s numbers, slices and iterators that give the same for the same, and do nothing besides.
const OF_STD: [&str; 51] = [
    "abs",
    "acos",
    "asin",
    "atan",
    "atan2",
    "cbrt",
    "ceil",
    "clone",
    "cloned",
    "cmp",
    "contains",
    "copied",
    "cos",
    "cosh",
    "enumerate",
    "exp",
    "first",
    "floor",
    "fract",
    "get",
    "hypot",
    "is_empty",
    "is_none",
    "is_some",
    "iter",
    "last",
    "len",
    "ln",
    "log10",
    "max",
    "min",
    "partial_cmp",
    "pow",
    "powf",
    "powi",
    "product",
    "recip",
    "rem_euclid",
    "rev",
    "round",
    "saturating_sub",
    "sin",
    "sinh",
    "sqrt",
    "sum",
    "tan",
    "tanh",
    "total_cmp",
    "trunc",
    "wrapping_add",
    "wrapping_mul",
];

fn is_of_std(name: &proc_macro2::Ident) -> bool {
    OF_STD.iter().any(|method| name == method)
}
