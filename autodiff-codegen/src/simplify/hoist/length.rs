//! A length, computed before a loop instead of inside it.

use crate::ir::*;
use crate::simplify::invariant::{Defs, Inside, collect, copy, is_never_empty};
use crate::tables::HashMap;

/// Appends to `out` what computes `n` before the loop, and returns the value there; `None` if it can't be.
pub(super) fn before(
    func: &mut Func,
    defs: &mut Defs,
    inside: &Inside,
    looped: &Stmt,
    n: Value,
    out: &mut Vec<Stmt>,
) -> Option<Value> {
    let mut code = Vec::new();
    collect(func, defs, inside, n, &mut code)?;
    let runs = is_never_empty(defs, looped);
    if runs || is_bounded(defs, n) {
        // What might panic has no business before a loop that might not run.
        if !runs && code.iter().any(|s| s.op.effects(func).panics) {
            return None;
        }
        let mut copies = HashMap::default();
        copy(func, defs, &code, &mut copies, out);
        return Some(copies.get(&n).copied().unwrap_or(n));
    }
    let Op::For { range, .. } = &looped.op else { return None };
    let (ty, origin) = (func.ty(n).clone(), looped.origin.clone());
    let op = if range.inclusive { CmpOp::Le } else { CmpOp::Lt };
    let cond = func.push(out, Op::Cmp { op, args: [range.lo, range.hi] }, Ty::Bool, None, &origin);
    let (mut then, mut els) = (Block::default(), Block::default());
    let mut copies = HashMap::default();
    copy(func, defs, &code, &mut copies, &mut then.stmts);
    then.yields = vec![copies.get(&n).copied().unwrap_or(n)];
    els.yields = vec![func.int(&mut els.stmts, 0, ty.clone(), &origin)];
    let length = func.push(out, Op::If { cond, then, els }, ty, None, &origin);
    out.iter().rev().take(2).for_each(|s| defs.add(s));
    Some(length)
}

/// Whether an unsigned number is no more than the length of something in memory.
fn is_bounded(defs: &Defs, n: Value) -> bool {
    match defs.op(n) {
        Some(Op::Len(_)) => true,
        Some(Op::Const(Const::Int(n))) => *n <= 1 << 16,
        // A trip count is less than its upper end if the lower one is not negative.
        Some(Op::Trips(r)) => defs.int(r.lo).is_some_and(|lo| lo >= 0) && is_bounded(defs, r.hi),
        _ => false,
    }
}
