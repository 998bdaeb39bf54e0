//! The types of opaque values where ways meet: what an arm or a round hands out has the type that the others
//! hand out, since the user's program would not compile otherwise.

use super::types::{Node, Types};
use crate::ir::{Block, Func, Op, Ty, Value};

/// Gives opaque values the types of those that they are merged with.
pub fn settle(func: &mut Func, types: &mut Types) {
    let mut merged = Vec::new();
    func.body.each_stmt(&mut |s| match &s.op {
        Op::If { then, els, .. } => {
            for (i, r) in s.results.iter().enumerate() {
                merged.push(of_blocks(*r, i, &[then, els]));
            }
        }
        Op::For { inits, body, .. } => {
            carried(&s.results, inits, &[&body.params[1..], &body.yields], &mut merged);
        }
        Op::While { inits, cond, body } => {
            carried(&s.results, inits, &[&cond.params, &body.params, &body.yields], &mut merged);
        }
        _ => {}
    });
    loop {
        let mut changed = false;
        for class in &merged {
            let known = class.iter().copied().find(|v| *func.ty(*v) != Ty::Opaque);
            let Some(known) = known else { continue };
            for v in class {
                if *func.ty(*v) == Ty::Opaque && known != *v {
                    func.values[v.0 as usize].ty = func.ty(known).clone();
                    types.unify(func, Node::Value(known), Node::Value(*v));
                    changed = true;
                }
            }
        }
        if !changed {
            return;
        }
    }
}

fn of_blocks(result: Value, i: usize, blocks: &[&Block]) -> Vec<Value> {
    let yields = blocks.iter().filter_map(|b| b.yields.get(i).copied());
    std::iter::once(result).chain(yields).collect()
}

fn carried(results: &[Value], inits: &[Value], others: &[&[Value]], merged: &mut Vec<Vec<Value>>) {
    for (i, r) in results.iter().enumerate() {
        let others = others.iter().filter_map(|values| values.get(i));
        merged.push(std::iter::once(r).chain(inits.get(i)).chain(others).copied().collect());
    }
}
