//! Constant folding: exact operations of the table, integers, booleans, comparisons; and `if`s and loops whose
//! course is known.

use super::walk::{Outcome, Rewrite, Walk, walk};
use crate::ir::*;
use crate::rules::{Kind, NEG, RuleId};
use crate::tables::HashSet;

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let mut fold = Fold { never: HashSet::default() };
    let changed = walk(func, &mut fold);
    if !fold.never.is_empty() {
        func.body.each_stmt_mut(&mut |s| {
            // The reverse sweep never runs either where it would read again what is never read.
            if let Op::Load { again, .. } = &mut s.op
                && again.is_some_and(|v| fold.never.contains(&v))
            {
                *again = None;
            }
        });
    }
    changed
}

struct Fold {
    /// The loads that are never reached.
    never: HashSet<Value>,
}

impl Fold {
    fn drop(&mut self, block: &Block) {
        block.each_stmt(&mut |s| {
            if let Op::Load { .. } = s.op {
                self.never.extend(&s.results);
            }
        });
    }

    /// An `if` on a constant is the arm taken; a loop without iterations is its carried values' start.
    fn known_course(&mut self, walk: &Walk, stmt: &mut Stmt) -> Option<Outcome> {
        match &mut stmt.op {
            Op::If { cond, then, els } => {
                let (arm, other) = if walk.bool(*cond)? { (then, els) } else { (els, then) };
                if arm.diverges {
                    return None;
                }
                self.drop(other);
                let arm = std::mem::take(arm);
                Some(Outcome::Inline(arm.stmts, arm.yields))
            }
            Op::For { range, inits, body } => {
                if trips(walk, range)? != 0 {
                    return None;
                }
                self.drop(body);
                Some(Outcome::Same(std::mem::take(inits)))
            }
            _ => None,
        }
    }
}

impl Rewrite for Fold {
    fn rewrite(&mut self, walk: &mut Walk, stmt: &mut Stmt) -> Outcome {
        if let Some(outcome) = self.known_course(walk, stmt) {
            return outcome;
        }
        let [result] = stmt.results[..] else { return Outcome::Keep };
        let ty = walk.func.ty(result).clone();
        let folded = match &stmt.op {
            Op::Elem { rule, args } => elem(walk, *rule, args, &ty),
            Op::Int { op, args } => integer(walk, *op, args, &ty),
            Op::Cmp { op, args } => compare(walk, *op, *args).map(Const::Bool),
            Op::Cast(v) => cast(walk, *v, &ty),
            Op::Trips(range) => trips(walk, range).map(Const::Int),
            _ => None,
        };
        if let Some(c) = folded {
            stmt.op = Op::Const(c);
            walk.changed = true;
        }
        Outcome::Keep
    }
}

/// How many values a range of constants has; `None` if not constant, or if `step_by(0)` panics.
fn trips(walk: &Walk, range: &Range) -> Option<i128> {
    let step = range.step.map_or(Some(1), |s| walk.int(s)).filter(|s| *s > 0)?;
    let (lo, hi) = (walk.int(range.lo)?, walk.int(range.hi)?);
    let span = (hi - lo + i128::from(range.inclusive)).max(0);
    Some((span + step - 1) / step)
}

fn float(walk: &Walk, v: Value) -> Option<(f64, String)> {
    match walk.constant(v)? {
        Const::Float { value, text } => Some((*value, text.clone())),
        _ => None,
    }
}

/// A float constant as an `f32` program reads it: its text is rounded once, not twice.
fn float32(walk: &Walk, v: Value) -> Option<f32> {
    let (value, text) = float(walk, v)?;
    Some(text.replace('_', "").parse().unwrap_or(value as f32))
}

/// A float constant, unless Rust has no literal for it.
fn literal(value: f64, text: String) -> Option<Const> {
    value.is_finite().then_some(Const::Float { value, text })
}

fn elem(walk: &Walk, rule: RuleId, args: &[Value], ty: &Ty) -> Option<Const> {
    let line = rule.get();
    if !rule.is_exact() {
        return None;
    }
    // A negated literal is exact at any width, known or not.
    if rule == NEG {
        let (value, text) = float(walk, args[0])?;
        let text = text.strip_prefix('-').map_or_else(|| format!("-{text}"), str::to_string);
        return literal(-value, text);
    }
    match walk.func.ty(args[0]) {
        Ty::Float(FloatTy::F64) => {
            let x: Vec<f64> = args.iter().map(|v| Some(float(walk, *v)?.0)).collect::<Option<_>>()?;
            let r = (line.eval)(&x);
            if line.result == Kind::Bool { Some(Const::Bool(r != 0.0)) } else { literal(r, format!("{r:?}")) }
        }
        Ty::Float(FloatTy::F32) => {
            let x: Vec<f32> = args.iter().map(|v| float32(walk, *v)).collect::<Option<_>>()?;
            let r = (line.eval32)(&x);
            if line.result == Kind::Bool {
                Some(Const::Bool(r != 0.0))
            } else {
                literal(r.into(), format!("{r:?}"))
            }
        }
        _ => None,
    }
    .filter(|_| *ty == Ty::Bool || ty == walk.func.ty(args[0]))
}

fn compare(walk: &Walk, op: CmpOp, [a, b]: [Value; 2]) -> Option<bool> {
    use std::cmp::Ordering;
    let order: Option<Ordering> = match (walk.constant(a)?, walk.constant(b)?) {
        (Const::Int(a), Const::Int(b)) => Some(a.cmp(b)),
        (Const::Bool(a), Const::Bool(b)) => Some(a.cmp(b)),
        (Const::Float { value: x, .. }, Const::Float { value: y, .. }) => match walk.func.ty(a) {
            Ty::Float(FloatTy::F64) => x.partial_cmp(y),
            Ty::Float(FloatTy::F32) => float32(walk, a)?.partial_cmp(&float32(walk, b)?),
            _ => return None,
        },
        _ => return None,
    };
    Some(match op {
        CmpOp::Eq => order == Some(Ordering::Equal),
        CmpOp::Ne => order != Some(Ordering::Equal),
        CmpOp::Lt => order == Some(Ordering::Less),
        CmpOp::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        CmpOp::Gt => order == Some(Ordering::Greater),
        CmpOp::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    })
}

/// The values that an integer type surely has: what an unknown type or a pointer-sized one has on no platform
/// less of.
fn range(ty: &Ty) -> (i128, i128) {
    let Ty::Int(Some(name)) = ty else { return (0, 127) };
    match name.as_str() {
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "u8" => (0, u8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "i32" | "isize" => (i32::MIN.into(), i32::MAX.into()),
        "u32" | "usize" => (0, u32::MAX.into()),
        "i64" | "i128" => (i64::MIN.into(), i64::MAX.into()),
        "u64" | "u128" => (0, u64::MAX.into()),
        _ => (0, 127),
    }
}

fn integer(walk: &Walk, op: IntOp, args: &[Value], ty: &Ty) -> Option<Const> {
    if *ty == Ty::Bool {
        let x: Vec<bool> = args.iter().map(|v| walk.bool(*v)).collect::<Option<_>>()?;
        return match (op, &x[..]) {
            (IntOp::And, [a, b]) => Some(Const::Bool(*a & *b)),
            (IntOp::Or, [a, b]) => Some(Const::Bool(*a | *b)),
            (IntOp::Xor, [a, b]) => Some(Const::Bool(*a ^ *b)),
            (IntOp::Not, [a]) => Some(Const::Bool(!*a)),
            _ => None,
        };
    }
    // Of known types only: user types may subtract as they like.
    if let (IntOp::Sub | IntOp::WrappingSub, [a, b], Ty::Int(Some(_))) = (op, args, ty)
        && a == b
    {
        return Some(Const::Int(0));
    }
    let x: Vec<i128> = args.iter().map(|v| walk.int(*v)).collect::<Option<_>>()?;
    let r = exact_integer(op, &x)?;
    // A subtraction from below saturates at zero in every unsigned type.
    let unsigned = matches!(ty, Ty::Int(Some(name)) if name.starts_with('u'));
    let r = if op == IntOp::SaturatingSub && unsigned { r.max(0) } else { r };
    // Beyond the range it overflows: that panic, or that wrapping, is left to the program.
    let (lo, hi) = range(ty);
    (lo..=hi).contains(&r).then_some(Const::Int(r))
}

/// The result in unbounded integers.
fn exact_integer(op: IntOp, x: &[i128]) -> Option<i128> {
    match (op, x) {
        (IntOp::Neg, [a]) => a.checked_neg(),
        (IntOp::Add | IntOp::WrappingAdd, [a, b]) => a.checked_add(*b),
        (IntOp::Sub | IntOp::WrappingSub | IntOp::SaturatingSub, [a, b]) => a.checked_sub(*b),
        (IntOp::Mul, [a, b]) => a.checked_mul(*b),
        (IntOp::Div, [a, b]) => a.checked_div(*b),
        // `MIN % -1` overflows.
        (IntOp::Rem, [a, b]) if *b != -1 => a.checked_rem(*b),
        (IntOp::And, [a, b]) => Some(a & b),
        (IntOp::Or, [a, b]) => Some(a | b),
        (IntOp::Xor, [a, b]) => Some(a ^ b),
        // No type is narrower than eight bits.
        (IntOp::Shl, [a, b]) if (0..8).contains(b) => a.checked_mul(1 << b),
        (IntOp::Shr, [a, b]) if (0..8).contains(b) => Some(a >> b),
        (IntOp::Min, [a, b]) => Some(*a.min(b)),
        (IntOp::Max, [a, b]) => Some(*a.max(b)),
        _ => None,
    }
}

/// Integers that every float holds exactly, and integers that fit.
fn cast(walk: &Walk, v: Value, ty: &Ty) -> Option<Const> {
    let n = walk.int(v)?;
    match ty {
        Ty::Float(_) => {
            (n.abs() <= 1 << 11).then(|| Const::Float { value: n as f64, text: format!("{n}.0") })
        }
        Ty::Int(Some(_)) => {
            let (lo, hi) = range(ty);
            (lo..=hi).contains(&n).then_some(Const::Int(n))
        }
        _ => None,
    }
}
