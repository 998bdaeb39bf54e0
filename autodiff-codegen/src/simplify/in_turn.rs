//! A loop that does little but sum adjoints sums them in several registers, in turn.
//!
//! An addition waits for the one before it, four cycles or so, in which a processor could do a dozen other things. Rounds
//! that add to different sums do not wait for each other, and the sums are added up after the loop.
//!
//! Only sums of adjoints are taken apart: their order is nobody's promise. Where a loop carries anything else, the rounds
//! wait for that. And a loop that does more is not held up by its sums.

use super::invariant::Defs;
use super::sums::Round;
use crate::ir::*;
use crate::rules::{ADD, Cost};

/// In how many registers each is summed.
const SUMS: usize = 4;
/// With more sums than this, there are too few registers.
const MOST: usize = 3;
/// As many operations as a processor begins while one addition is under way, roughly.
const MEANWHILE: usize = 12;

/// Runs over the whole program. Loops of up to `few` rounds keep their sums.
pub(super) fn run(func: &mut Func, few: i128) {
    let defs = Defs::of(func);
    let mut body = std::mem::take(&mut func.body);
    block(func, &defs, few, &mut body);
    func.body = body;
}

fn block(func: &mut Func, defs: &Defs, few: i128, outer: &mut Block) {
    let mut out = Vec::new();
    for mut stmt in std::mem::take(&mut outer.stmts) {
        if is_held_up(func, defs, few, &stmt) {
            take_apart(func, stmt, &mut out);
            continue;
        }
        // A loop in a loop may have few rounds: the additions of one run are made while the next one has begun.
        if !matches!(stmt.op, Op::For { .. } | Op::While { .. }) {
            stmt.op.blocks_mut().into_iter().for_each(|b| block(func, defs, few, b));
        }
        out.push(stmt);
    }
    outer.stmts = out;
}

/// Whether all that holds up the rounds of a loop is sums of adjoints.
fn is_held_up(func: &Func, defs: &Defs, few: i128, stmt: &Stmt) -> bool {
    let Op::For { range, inits, body } = &stmt.op else { return false };
    if inits.is_empty() || inits.len() > MOST || body.diverges {
        return false;
    }
    let rounds =
        defs.int(range.lo).zip(defs.int(range.hi)).map(|(lo, hi)| hi - lo + i128::from(range.inclusive));
    let light = |s: &Stmt| match &s.op {
        Op::Elem { rule, .. } => rule.get().cost < Cost::Expensive,
        Op::Const(_) | Op::Int { .. } | Op::Cast(_) | Op::AssertFloat(_) => true,
        Op::Load { .. } | Op::Store { .. } | Op::Accum { .. } => true,
        _ => false,
    };
    if rounds.is_some_and(|n| n <= few) || !body.stmts.iter().all(light) {
        return false;
    }
    let Some(sums) = Round::of(func, body).sums().into_iter().collect::<Option<Vec<_>>>() else {
        return false;
    };
    let work = body.stmts.iter().filter(|s| !matches!(s.op, Op::Const(_))).count();
    sums.iter().map(Vec::len).max().is_some_and(|n| work <= n * MEANWHILE)
}

/// Has each round add to another sum than the one before: `(a, b, c, d)` are carried on as `(b, c, d, a + …)`.
fn take_apart(func: &mut Func, mut stmt: Stmt, out: &mut Vec<Stmt>) {
    let origin = stmt.origin.clone();
    let Op::For { inits, body, .. } = &mut stmt.op else { return out.push(stmt) };
    let (mut totals, mut results) = (Vec::new(), Vec::<Value>::new());
    for (k, result) in stmt.results.iter_mut().enumerate() {
        let first = body.params[k + 1];
        let others: Vec<Value> = (1..SUMS).map(|_| func.same_again(first)).collect();
        let sums: Vec<Value> = (0..SUMS).map(|_| func.same_again(*result)).collect();
        for _ in &others {
            let ty = func.ty(first).clone();
            inits.push(func.float(out, 0.0, ty, &origin));
        }
        body.params.extend(&others);
        let last = std::mem::replace(&mut body.yields[k], others[0]);
        body.yields.extend(others[1..].iter().chain([&last]));
        results.extend(&sums[1..]);
        totals.push((std::mem::replace(result, sums[0]), sums));
    }
    stmt.results.extend(results);
    out.push(stmt);
    for (result, mut sums) in totals {
        // In pairs, for the same reason.
        while let [a, b, rest @ ..] = &sums[..] {
            let (args, rest) = (vec![*a, *b], rest.to_vec());
            let op = Op::Elem { rule: ADD, args };
            if rest.is_empty() {
                out.push(Stmt { op, results: vec![result], origin: origin.clone() });
                break;
            }
            let ty = func.ty(result).clone();
            let sum = func.push(out, op, ty, None, &origin);
            sums = rest;
            sums.push(sum);
        }
    }
}
