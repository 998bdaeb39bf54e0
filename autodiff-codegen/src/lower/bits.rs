//! Bit tricks: a float that is made of the bits of an active one has a derivative that nobody sees.

use super::facts::Facts;
use super::walk;
use crate::diagnostics::{Errors, Kind};
use crate::hir::{Expr, ExprKind};
use crate::names::each_ident;
use proc_macro2::{Ident, TokenStream};

/// Methods that take a float to pieces.
const APART: [&str; 4] = ["to_bits", "to_be_bytes", "to_le_bytes", "to_ne_bytes"];

/// Functions that put one together.
const TOGETHER: [&str; 4] = ["from_bits", "from_be_bytes", "from_le_bytes", "from_ne_bytes"];

/// Refuses to put floats together from bits where those of an active value may be among them: integers end the
/// flow, so that the derivative would silently be zero. Returns whether something was refused.
pub fn check(facts: &Facts, errors: &mut Errors) -> bool {
    let body = &facts.f.body;
    let mut tokens: TokenStream = body.stmts.iter().flat_map(|s| s.tokens.clone()).collect();
    tokens.extend(body.tail.iter().flat_map(|e| e.tokens.clone()));
    let mut apart = 0;
    let mut together: Option<Ident> = None;
    each_ident(&tokens, &mut |i| {
        apart += usize::from(APART.iter().any(|name| i == name));
        if together.is_none() && TOGETHER.iter().any(|name| i == name) {
            together = Some(i.clone());
        }
    });
    let Some(at) = together.filter(|_| apart > passive(facts)) else { return false };
    errors.refuse(Kind::BitTrick, at.span(), &[&at.to_string()]);
    true
}

/// How often a value that is certainly passive is taken to pieces.
fn passive(facts: &Facts) -> usize {
    let count = std::cell::Cell::new(0);
    walk::block_any(&facts.f.body, &|e: &Expr| {
        if let ExprKind::Method { recv, name, .. } = &e.kind
            && APART.iter().any(|apart| name == apart)
            && !facts.reads_tainted(recv)
        {
            count.set(count.get() + 1);
        }
        false
    });
    count.get()
}
