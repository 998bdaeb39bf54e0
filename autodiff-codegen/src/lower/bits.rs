//! Bit tricks: a float that is made of the bits of an active one has a derivative that nobody sees.

use super::facts::Facts;
use super::shape::Shape;
use super::walk;
use crate::diagnostics::{Errors, Kind};
use crate::hir::{BinOp, Expr, ExprKind};
use crate::ir::FloatTy;
use crate::names::each_ident;
use proc_macro2::{Ident, TokenStream};

/// Methods that take a float to pieces.
const APART: [&str; 4] = ["to_bits", "to_be_bytes", "to_le_bytes", "to_ne_bytes"];

/// Functions that put one together.
const TOGETHER: [&str; 4] = ["from_bits", "from_be_bytes", "from_le_bytes", "from_ne_bytes"];

/// Methods and functions that read a float from text.
const READING: [&str; 2] = ["parse", "from_str"];

/// Macros that write text.
const WRITING: [&str; 4] = ["format", "write", "writeln", "format_args"];

/// Refuses to put floats together from bits or text where those of an active value may be among them: neither carries a
/// derivative, so that it would silently be zero. Only to clear the last bits of the fraction is a rounding like
/// any other, whose derivative is zero. Returns whether something was refused.
pub fn check(facts: &Facts, errors: &mut Errors) -> bool {
    let body = &facts.f.body;
    let mut tokens: TokenStream = body.stmts.iter().flat_map(|s| s.tokens.clone()).collect();
    tokens.extend(body.tail.iter().flat_map(|e| e.tokens.clone()));
    let (mut apart, mut read) = (0, None);
    each_ident(&tokens, &mut |i| {
        apart += usize::from(is_among(i, &APART));
        if read.is_none() && is_among(i, &READING) {
            read = Some(i.clone());
        }
    });
    let mut together: Option<Ident> = None;
    if apart > 0 {
        each_ident(&tokens, &mut |i| {
            if together.is_none() && (is_among(i, &TOGETHER) || crate::surroundings::uses_bits(i)) {
                together = Some(i.clone());
            }
        });
    }
    if let Some(at) = together.filter(|_| apart > passive(facts)) {
        errors.refuse(Kind::BitTrick, at.span(), &[&at.to_string()]);
        return true;
    }
    if let Some(at) = read.filter(|_| writes(facts)) {
        errors.refuse(Kind::TextTrick, at.span(), &[&at.to_string()]);
        return true;
    }
    false
}

fn is_among(name: &Ident, names: &[&str]) -> bool {
    names.iter().any(|n| name == n)
}

/// Whether code puts bits together to a float, itself.
pub fn puts_together(code: &TokenStream) -> bool {
    let mut found = false;
    each_ident(code, &mut |i| found |= is_among(i, &TOGETHER));
    found
}

/// Whether an active value is written as text.
fn writes(facts: &Facts) -> bool {
    walk::block_any(&facts.f.body, &|e: &Expr| match &e.kind {
        ExprKind::Method { recv, name, .. } => name == "to_string" && is_active(facts, recv),
        ExprKind::Macro(_) | ExprKind::Unknown(_) => {
            let mut written = false;
            each_ident(&e.tokens, &mut |i| {
                written |= is_among(i, &WRITING) || i == "to_string";
            });
            written && facts.reads_tainted(e)
        }
        _ => false,
    })
}

/// Whether an expression is `x.to_bits() & MASK`, where the mask clears only the last bits of the fraction.
fn rounds(facts: &Facts, e: &Expr) -> bool {
    let ExprKind::Binary(BinOp::BitAnd, a, mask) = &e.kind else { return false };
    let ExprKind::Method { recv, name, .. } = &a.kind else { return false };
    let ExprKind::Lit(syn::Lit::Int(mask)) = &mask.kind else { return false };
    let Ok(mask) = mask.base10_parse::<u64>() else { return false };
    let (cleared, fraction) = match facts.shape(recv).strip() {
        Shape::Float(FloatTy::F64) => (!mask, 52),
        Shape::Float(FloatTy::F32) if mask <= u64::from(u32::MAX) => (u64::from(!(mask as u32)), 23),
        _ => return false,
    };
    // One that reads nothing active is counted as passive already.
    facts.reads_tainted(recv)
        && name == "to_bits"
        && cleared < 1 << fraction
        && (cleared + 1).is_power_of_two()
}

/// Whether something active may be in an expression; in `stop_gradient(x)`, there is not.
fn is_active(facts: &Facts, e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Call { .. } | ExprKind::Var(_) => facts.tainted(e),
        _ => facts.reads_tainted(e),
    }
}

/// How often a value is taken to pieces that is certainly passive, or only rounded.
fn passive(facts: &Facts) -> usize {
    let count = std::cell::Cell::new(0);
    walk::block_any(&facts.f.body, &|e: &Expr| {
        if rounds(facts, e) {
            count.set(count.get() + 1);
        }
        if let ExprKind::Method { recv, name, .. } = &e.kind
            && is_among(name, &APART)
            && !is_active(facts, recv)
        {
            count.set(count.get() + 1);
        }
        false
    });
    count.get()
}
