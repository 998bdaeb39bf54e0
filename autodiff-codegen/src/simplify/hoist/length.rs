//! A length, computed before a loop instead of inside it.

use super::{Defs, Inside};
use crate::ir::*;
use std::collections::HashMap;

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
        let mut copies = HashMap::new();
        copy(func, defs, &code, &mut copies, out);
        return Some(copies.get(&n).copied().unwrap_or(n));
    }
    let Op::For { range, .. } = &looped.op else { return None };
    let (ty, origin) = (func.ty(n).clone(), looped.origin.clone());
    let op = if range.inclusive { CmpOp::Le } else { CmpOp::Lt };
    let cond = func.push(out, Op::Cmp { op, args: [range.lo, range.hi] }, Ty::Bool, None, &origin);
    let (mut then, mut els) = (Block::default(), Block::default());
    let mut copies = HashMap::new();
    copy(func, defs, &code, &mut copies, &mut then.stmts);
    then.yields = vec![copies.get(&n).copied().unwrap_or(n)];
    els.yields = vec![func.int(&mut els.stmts, 0, ty.clone(), &origin)];
    let length = func.push(out, Op::If { cond, then, els }, ty, None, &origin);
    out.iter().rev().take(2).for_each(|s| defs.add(s));
    Some(length)
}

/// The statements inside the loop that `v` needs, in an order in which they can run; `None` if one of them depends
/// on the round.
fn collect(func: &Func, defs: &Defs, inside: &Inside, v: Value, code: &mut Vec<Stmt>) -> Option<()> {
    if !inside.values.contains(&v) || code.iter().any(|s| s.results.contains(&v)) {
        return Some(());
    }
    let stmt = defs.0.get(&v)?;
    match &stmt.op {
        Op::Const(_) | Op::Int { .. } | Op::Trips(_) | Op::Cmp { .. } => {}
        Op::Cast(a) if func.ty(*a).is_int() => {}
        Op::Len(p) => {
            let root = func.root(*p);
            if inside.places.contains(p) || inside.resized.iter().any(|r| func.root(*r) == root) {
                return None;
            }
        }
        Op::If { then, els, .. } => {
            // A guard made here: its arms hold integer code, which is checked like any other.
            for b in [then, els] {
                let mut free = Vec::new();
                b.each_use(&mut |u| free.push(u));
                let own: Vec<Value> = b.stmts.iter().flat_map(|s| s.results.clone()).collect();
                let ints = b.stmts.iter().all(|s| s.results.len() == 1 && defs.0.contains_key(&s.results[0]));
                if !ints {
                    return None;
                }
                for u in free.into_iter().filter(|u| !own.contains(u)) {
                    collect(func, defs, inside, u, code)?;
                }
            }
        }
        _ => return None,
    }
    for a in stmt.op.values() {
        collect(func, defs, inside, a, code)?;
    }
    code.push(stmt.clone());
    Some(())
}

/// Copies statements, with new results.
fn copy(
    func: &mut Func,
    defs: &mut Defs,
    code: &[Stmt],
    copies: &mut HashMap<Value, Value>,
    out: &mut Vec<Stmt>,
) {
    for s in code {
        let mut s = s.clone();
        s.op.each_value_mut(&mut |v| *v = copies.get(v).copied().unwrap_or(*v));
        for b in s.op.blocks_mut() {
            let stmts = std::mem::take(&mut b.stmts);
            copy(func, defs, &stmts, copies, &mut b.stmts);
            b.yields.iter_mut().for_each(|v| *v = copies.get(v).copied().unwrap_or(*v));
        }
        for r in &mut s.results {
            let info = func.val(*r).clone();
            let new = func.value(info.ty, None, &info.origin);
            copies.insert(*r, new);
            *r = new;
        }
        defs.add(&s);
        out.push(s);
    }
}

/// Whether the loop surely runs.
fn is_never_empty(defs: &Defs, looped: &Stmt) -> bool {
    let Op::For { range, .. } = &looped.op else { return false };
    let ends = defs.int(range.lo).zip(defs.int(range.hi));
    ends.is_some_and(|(lo, hi)| if range.inclusive { lo <= hi } else { lo < hi })
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
