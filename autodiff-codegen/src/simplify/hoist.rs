//! Scratch memory moves out of loops: a row that every round allocates anew is allocated once, before the loop.
//!
//! A place moves if its length is the same in every round and nobody takes the memory away. If each round writes
//! all of it before anything reads it ([`covers`]), that is all; otherwise the round sets it to zero where it used
//! to make it. The user's own variables stay where they are.
//!
//! A length that is not that of memory which exists anyway is guarded by the loop's running at all:
//! `vec![0.0; n]`, for an `n` that nobody asked for, might not fit.

mod length;

use super::invariant::{Defs, Inside, body, body_mut};
use crate::analysis::covers;
use crate::ir::*;

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let mut defs = Defs::of(func);
    let mut body = std::mem::take(&mut func.body);
    let changed = block(func, &mut defs, &mut body);
    func.body = body;
    changed
}

fn block(func: &mut Func, defs: &mut Defs, outer: &mut Block) -> bool {
    let mut changed = false;
    let mut out = Vec::new();
    for mut stmt in std::mem::take(&mut outer.stmts) {
        // Innermost loops first: what leaves one may leave the next.
        for b in stmt.op.blocks_mut() {
            changed |= block(func, defs, b);
        }
        if matches!(stmt.op, Op::For { .. } | Op::While { .. }) {
            changed |= of_loop(func, defs, &mut stmt, &mut out);
        }
        out.push(stmt);
    }
    outer.stmts = out;
    changed
}

/// Moves what can move out of one loop, to in front of it.
fn of_loop(func: &mut Func, defs: &mut Defs, stmt: &mut Stmt, out: &mut Vec<Stmt>) -> bool {
    let inside = Inside::of(stmt);
    let mut changed = false;
    let mut at = 0;
    while let Some(alloc) = body(stmt).stmts.get(at) {
        let Some((place, length)) = scratch(func, &inside, alloc) else {
            at += 1;
            continue;
        };
        let covered = covers(func, defs, &body(stmt).stmts[at + 1..], place, length);
        let plan = match length {
            None if covered => Some(Init::Zeros),
            None => None,
            Some(n) => length::before(func, defs, &inside, stmt, n, out).map(Init::ZerosLen),
        };
        let Some(init) = plan else {
            at += 1;
            continue;
        };
        let origin = body(stmt).stmts[at].origin.clone();
        out.push(Stmt { op: Op::Alloc { place, init }, results: Vec::new(), origin });
        func.places[place.0 as usize].mutable = true;
        changed = true;
        if covered {
            body_mut(stmt).stmts.remove(at);
        } else {
            body_mut(stmt).stmts[at].op = Op::Zero(place);
            at += 1;
        }
    }
    changed
}

/// The place that a statement makes, and its length if that is known at run time only, if it may move.
fn scratch(func: &Func, inside: &Inside, stmt: &Stmt) -> Option<(Place, Option<Value>)> {
    let (place, length) = match &stmt.op {
        Op::Alloc { place, init: Init::ZerosLen(n) } => (*place, Some(*n)),
        Op::Alloc { place, init: Init::Zeros } => (*place, None),
        _ => return None,
    };
    let users = matches!(func.plc(place).name, Some(Name::User(_)));
    (!users && !inside.taken.contains(&place)).then_some((place, length))
}
