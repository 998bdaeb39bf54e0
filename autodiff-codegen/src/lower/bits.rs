//! Bit tricks: a float that is made of the bits of an active one has a derivative that nobody sees.

use super::facts::Facts;
use super::shape::Shape;
use super::walk;
use crate::diagnostics::{Errors, Kind};
use crate::hir::{Expr, ExprKind, Type};
use crate::ir::FloatTy;
use crate::names::each_ident;
use proc_macro2::{Ident, Span, TokenStream};

mod carried;

use carried::{Flow, Level};

/// Methods that take a float to pieces.
const APART: [&str; 4] = ["to_bits", "to_be_bytes", "to_le_bytes", "to_ne_bytes"];

/// Functions that put one together.
const TOGETHER: [&str; 4] = ["from_bits", "from_be_bytes", "from_le_bytes", "from_ne_bytes"];

/// Methods and functions that read a float from text.
const READING: [&str; 2] = ["parse", "from_str"];

/// Macros that write text.
const WRITING: [&str; 4] = ["format", "write", "writeln", "format_args"];

/// Refuses floats that are put together from bits or text where those of an active value are among them: neither carries a
/// derivative, so that it would silently be zero. What is made of steps has none. Returns whether something was refused.
pub fn check(facts: &Facts, errors: &mut Errors) -> bool {
    let tokens = all_tokens(facts);
    let (mut has_bits, mut read) = (false, None);
    each_ident(&tokens, &mut |i| {
        has_bits |= is_among(i, &APART) || is_among(i, &TOGETHER) || crate::surroundings::uses_bits(i);
        if read.is_none() && is_among(i, &READING) {
            read = Some(i.clone());
        }
    });
    if has_bits && let Some((at, what)) = lost(facts) {
        errors.refuse(Kind::BitTrick, at, &[&what]);
        return true;
    }
    if let Some(at) = read.filter(|_| writes(facts)) {
        errors.refuse(Kind::TextTrick, at.span(), &[&at.to_string()]);
        return true;
    }
    false
}

/// Where a float is made of what may be the last digits of an active one, and by what.
fn lost(facts: &Facts) -> Option<(Span, String)> {
    let flow = Flow::new(facts);
    let found = std::cell::RefCell::new(None);
    let active = |e: &Expr| flow.of(e).bits > Level::Steps;
    walk::block_any(&facts.f.body, &|e: &Expr| {
        let here = match &e.kind {
            ExprKind::Call { path, args, .. } => path.segments.last().and_then(|last| {
                let together =
                    is_among(&last.ident, &TOGETHER) || crate::surroundings::uses_bits(&last.ident);
                let given = |e: &Expr| match together {
                    true => flow.of(e).any() > Level::Steps,
                    false => active(e),
                };
                let apart = is_among(&last.ident, &APART) || is_certainly_no_float(facts, e);
                (!apart && args.iter().any(given)).then(|| (last.ident.span(), last.ident.to_string()))
            }),
            ExprKind::CallVar(_, args) | ExprKind::CallClosure(_, args, _) | ExprKind::CallNow(_, args) => {
                args.iter().any(active).then(|| (e.span, "this call".into()))
            }
            ExprKind::Cast(a, ty @ Type::Float(_)) if active(a) => {
                let name = if let Type::Float(FloatTy::F32) = ty { "as f32" } else { "as f64" };
                Some((e.span, name.into()))
            }
            ExprKind::Method { recv, name, args, .. } => {
                let kept =
                    args.iter().any(|a| active(a) && !is_closure(a)) && !is_certainly_no_float(facts, e);
                let turned = is_among(name, &TURNING) && active(recv);
                (turned || kept && !is_among(name, &HARMLESS)).then(|| (name.span(), name.to_string()))
            }
            // Closures are not followed further: what they hand out becomes the items of a chain.
            ExprKind::Closure(closure) if active(&closure.body) => {
                let mut together = None;
                each_ident(&all_tokens(facts), &mut |i| {
                    if is_among(i, &TOGETHER) {
                        together.get_or_insert_with(|| (i.span(), i.to_string()));
                    }
                });
                together
            }
            ExprKind::Unknown(_) | ExprKind::Macro(_) => {
                let (mut apart, mut together) = (false, None);
                each_ident(&e.tokens, &mut |i| {
                    apart |= is_among(i, &APART);
                    if is_among(i, &TOGETHER) {
                        together.get_or_insert_with(|| (i.span(), i.to_string()));
                    }
                });
                together.filter(|_| apart && facts.reads_tainted(e) || active(e))
            }
            _ => None,
        };
        let mut found = found.borrow_mut();
        *found = found.take().or(here);
        found.is_some()
    });
    found.into_inner()
}

/// Methods of integers that make floats of them.
const TURNING: [&str; 6] = ["into", "to_f64", "to_f32", "as_", "try_into", "to"];

/// Methods that take integers and keep them, or compare them, but give none of them back.
const HARMLESS: [&str; 12] = [
    "cmp",
    "contains",
    "contains_key",
    "eq",
    "hash",
    "insert",
    "ne",
    "partial_cmp",
    "push",
    "write_u32",
    "write_u64",
    "write",
];

fn is_closure(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Closure(_))
}

fn is_certainly_no_float(facts: &Facts, e: &Expr) -> bool {
    matches!(facts.shape(e).strip(), Shape::Int(_) | Shape::Bool | Shape::Unit | Shape::Never)
}

fn all_tokens(facts: &Facts) -> TokenStream {
    let body = &facts.f.body;
    let mut tokens: TokenStream = body.stmts.iter().flat_map(|s| s.tokens.clone()).collect();
    tokens.extend(body.tail.iter().flat_map(|e| e.tokens.clone()));
    tokens
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

/// Whether something active may be in an expression; in `stop_gradient(x)`, there is not.
fn is_active(facts: &Facts, e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Call { .. } | ExprKind::Var(_) => facts.tainted(e),
        _ => facts.reads_tainted(e),
    }
}
