//! Rewrites that are exact in IEEE arithmetic: neutral elements and signs.
//!
//! A NaN's sign and payload are the only bits that may change. Identities (`x * 1.0`) go everywhere. Rewrites
//! that change the shape of an expression (`(-a) * b → -(a * b)`) are kept to derivative code, so that the
//! user's own statements stay as they were written; and so is `0.0 + x → x`, which can change the sign of a zero
//! ([`super::signs`] says where that is allowed).

use super::signs::Signed;
use super::walk::{Outcome, Rewrite, Walk, walk};
use crate::ir::*;
use crate::rules::{ADD, DIV, MUL, NEG, RuleId, SUB, ids};

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let signed = Signed::of(func);
    walk(func, &mut Algebra { signed })
}

struct Algebra {
    signed: Signed,
}

/// What an operation becomes.
enum New {
    Value(Value),
    Elem(RuleId, Vec<Value>),
    /// The negative of this operation.
    Minus(RuleId, Vec<Value>),
    Float(f64),
}

impl Rewrite for Algebra {
    fn rewrite(&mut self, walk: &mut Walk, stmt: &mut Stmt) -> Outcome {
        let [result] = stmt.results[..] else { return Outcome::Keep };
        let unsigned = self.signed.is_unsigned(result);
        let new = match &stmt.op {
            Op::Elem { rule, args } => identity(walk, *rule, args).or_else(|| {
                if unsigned {
                    signs(walk, *rule, args).or_else(|| zeros_and_powers(walk, *rule, args))
                } else {
                    None
                }
            }),
            Op::Int { op, args } => integer(walk, *op, args).map(New::Value),
            Op::Trips(range) => trips(walk, range).map(New::Value),
            Op::Cast(v) if is_known(walk.func.ty(*v)) => Some(New::Value(*v)),
            _ => None,
        };
        match new {
            None => Outcome::Keep,
            // The types of the two may be known to different degrees.
            Some(New::Value(v)) if walk.func.ty(v) == walk.func.ty(result) => Outcome::Same(vec![v]),
            Some(New::Value(_)) => Outcome::Keep,
            Some(New::Elem(rule, args)) => {
                stmt.op = Op::Elem { rule, args };
                walk.changed = true;
                Outcome::Keep
            }
            Some(New::Minus(rule, args)) => {
                let ty = walk.func.ty(result).clone();
                let mut out = Vec::new();
                let v = walk.func.push(&mut out, Op::Elem { rule, args }, ty.clone(), None, &stmt.origin);
                let args = vec![v];
                let v = walk.func.push(&mut out, Op::Elem { rule: NEG, args }, ty, None, &stmt.origin);
                Outcome::Inline(out, vec![v])
            }
            Some(New::Float(x)) => {
                stmt.op = Op::Const(Const::Float { value: x, text: format!("{x:?}") });
                walk.changed = true;
                Outcome::Keep
            }
        }
    }
}

fn is_known(ty: &Ty) -> bool {
    match ty {
        Ty::Float(f) => *f != FloatTy::Unknown,
        Ty::Int(name) => name.is_some(),
        _ => false,
    }
}

/// The operand of a negation.
fn negated(walk: &Walk, v: Value) -> Option<Value> {
    match walk.def(v) {
        Some(Op::Elem { rule: NEG, args }) => Some(args[0]),
        _ => None,
    }
}

/// Exact everywhere: neutral elements, double negation.
fn identity(walk: &Walk, rule: RuleId, args: &[Value]) -> Option<New> {
    let is = |v: Value, x: f64| walk.is_float(v, x);
    match (rule, args) {
        (ADD, &[a, b]) if is(b, -0.0) => Some(New::Value(a)),
        (ADD, &[a, b]) if is(a, -0.0) => Some(New::Value(b)),
        (SUB, &[a, b]) if is(b, 0.0) => Some(New::Value(a)),
        (SUB, &[a, b]) if is(a, -0.0) => Some(New::Elem(NEG, vec![b])),
        (MUL | DIV, &[a, b]) if is(b, 1.0) => Some(New::Value(a)),
        (MUL, &[a, b]) if is(a, 1.0) => Some(New::Value(b)),
        (NEG, &[a]) => negated(walk, a).map(New::Value),
        _ => None,
    }
}

/// Exact, but changes the shape of expressions: signs move out of products and into sums.
fn signs(walk: &Walk, rule: RuleId, args: &[Value]) -> Option<New> {
    let &[a, b] = args else { return None };
    match rule {
        MUL | DIV => match (negated(walk, a), negated(walk, b)) {
            (Some(a), Some(b)) => Some(New::Elem(rule, vec![a, b])),
            (Some(a), None) => Some(New::Minus(rule, vec![a, b])),
            (None, Some(b)) => Some(New::Minus(rule, vec![a, b])),
            (None, None) if walk.is_float(b, -1.0) => Some(New::Elem(NEG, vec![a])),
            (None, None) if walk.is_float(a, -1.0) && rule == MUL => Some(New::Elem(NEG, vec![b])),
            (None, None) => None,
        },
        ADD => match (negated(walk, a), negated(walk, b)) {
            (_, Some(b)) => Some(New::Elem(SUB, vec![a, b])),
            (Some(a), None) => Some(New::Elem(SUB, vec![b, a])),
            (None, None) => None,
        },
        SUB => negated(walk, b).map(|b| New::Elem(ADD, vec![a, b])),
        _ => None,
    }
}

/// For derivatives alone: a sum with a positive zero, and powers with small constant exponents, which std
/// computes by the same multiplications.
fn zeros_and_powers(walk: &Walk, rule: RuleId, args: &[Value]) -> Option<New> {
    let is = |v: Value, x: f64| walk.is_float(v, x);
    match (rule, args) {
        (ADD, &[a, b]) if is(b, 0.0) => Some(New::Value(a)),
        (ADD, &[a, b]) if is(a, 0.0) => Some(New::Value(b)),
        (SUB, &[a, b]) if is(a, 0.0) => Some(New::Elem(NEG, vec![b])),
        (ids::Powf, &[a, b]) if is(b, 1.0) => Some(New::Value(a)),
        (ids::Powi, &[a, n]) => match walk.int(n)? {
            0 => Some(New::Float(1.0)),
            1 => Some(New::Value(a)),
            2 => Some(New::Elem(MUL, vec![a, a])),
            _ => None,
        },
        _ => None,
    }
}

/// `0..n` has `n` values.
fn trips(walk: &Walk, range: &Range) -> Option<Value> {
    let plain = walk.int(range.lo) == Some(0) && range.step.is_none() && !range.inclusive;
    // A signed `n` may be negative; of the unsigned types only `usize` is the result's.
    (plain && *walk.func.ty(range.hi) == Ty::usize()).then_some(range.hi)
}

/// Neutral elements of integers, and logic with a known side. (All operands are eager, so nothing is lost.)
fn integer(walk: &Walk, op: IntOp, args: &[Value]) -> Option<Value> {
    let is = |v: Value, n: i128| walk.int(v) == Some(n);
    match (op, args) {
        (IntOp::Add | IntOp::WrappingAdd, &[a, b]) if is(b, 0) => Some(a),
        (IntOp::Add | IntOp::WrappingAdd, &[a, b]) if is(a, 0) => Some(b),
        (IntOp::Sub | IntOp::WrappingSub | IntOp::SaturatingSub, &[a, b]) if is(b, 0) => Some(a),
        (IntOp::After, &[a, b]) if is(a, 0) => Some(b),
        (IntOp::Mul | IntOp::Div, &[a, b]) if is(b, 1) => Some(a),
        (IntOp::Mul, &[a, b]) if is(a, 1) => Some(b),
        (IntOp::And | IntOp::Or, &[a, b]) if a == b => Some(a),
        (IntOp::And, &[a, b]) => known(walk, a, b, true),
        (IntOp::Or, &[a, b]) => known(walk, a, b, false),
        (IntOp::Not, &[a]) => match walk.def(a) {
            Some(Op::Int { op: IntOp::Not, args }) => Some(args[0]),
            _ => None,
        },
        _ => None,
    }
}

/// `neutral op b` is `b`, and the other boolean is the result itself.
fn known(walk: &Walk, a: Value, b: Value, neutral: bool) -> Option<Value> {
    match (walk.bool(a), walk.bool(b)) {
        (Some(x), _) => Some(if x == neutral { b } else { a }),
        (_, Some(x)) => Some(if x == neutral { a } else { b }),
        _ => None,
    }
}
