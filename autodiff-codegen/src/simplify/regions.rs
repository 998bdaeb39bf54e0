//! What regions hand out without need: values that a loop carries but never changes, and choices between equals.

use super::walk::{Outcome, Rewrite, Walk, walk};
use crate::ir::*;

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    walk(func, &mut Regions)
}

struct Regions;

impl Rewrite for Regions {
    fn rewrite(&mut self, walk: &mut Walk, stmt: &mut Stmt) -> Outcome {
        match &mut stmt.op {
            Op::For { inits, body, .. } => {
                let keep = varying(&body.params[1..], &body.yields, inits);
                if keep.contains(&false) {
                    let params = body.params.split_off(1);
                    drop_invariant(walk, &keep, inits, &[&params, &stmt.results]);
                    body.params.extend(kept(&keep, params));
                    body.yields = kept(&keep, std::mem::take(&mut body.yields));
                    *inits = kept(&keep, std::mem::take(inits));
                    stmt.results = kept(&keep, std::mem::take(&mut stmt.results));
                }
            }
            Op::While { inits, cond, body } => {
                let keep = varying(&body.params, &body.yields, inits);
                if keep.contains(&false) {
                    drop_invariant(walk, &keep, inits, &[&cond.params, &body.params, &stmt.results]);
                    for list in
                        [&mut cond.params, &mut body.params, &mut body.yields, inits, &mut stmt.results]
                    {
                        *list = kept(&keep, std::mem::take(list));
                    }
                }
            }
            _ => {}
        }
        Outcome::Keep
    }

    fn leave(&mut self, walk: &mut Walk, stmt: &mut Stmt) -> Outcome {
        let Op::If { cond, then, els } = &mut stmt.op else { return Outcome::Keep };
        if then.diverges || els.diverges {
            return Outcome::Keep;
        }
        let same: Vec<Option<Value>> =
            then.yields.iter().zip(&els.yields).map(|(a, b)| chosen(walk, *cond, *a, *b)).collect();
        if same.iter().all(Option::is_none) {
            return Outcome::Keep;
        }
        let keep: Vec<bool> = same.iter().map(Option::is_none).collect();
        for (result, v) in stmt.results.iter().zip(same) {
            if let Some(v) = v {
                walk.subst.set(walk.func, *result, v);
            }
        }
        for list in [&mut then.yields, &mut els.yields, &mut stmt.results] {
            *list = kept(&keep, std::mem::take(list));
        }
        walk.changed = true;
        Outcome::Keep
    }
}

/// Which carried values change from one iteration to the next.
fn varying(params: &[Value], yields: &[Value], inits: &[Value]) -> Vec<bool> {
    if yields.len() != params.len() {
        // The body never reaches its end.
        return vec![true; inits.len()];
    }
    params.iter().zip(yields).map(|(p, y)| p != y).collect()
}

fn kept(keep: &[bool], list: Vec<Value>) -> Vec<Value> {
    list.into_iter().zip(keep).filter(|(_, k)| **k).map(|(v, _)| v).collect()
}

/// The unchanged ones are their start, inside the loop and after it.
fn drop_invariant(walk: &mut Walk, keep: &[bool], inits: &[Value], lists: &[&Vec<Value>]) {
    for (i, init) in inits.iter().enumerate().filter(|(i, _)| !keep[*i]) {
        for list in lists {
            walk.subst.set(walk.func, list[i], *init);
        }
    }
    walk.changed = true;
}

/// The value that a choice always makes: the same on both sides, or the condition itself.
fn chosen(walk: &Walk, cond: Value, a: Value, b: Value) -> Option<Value> {
    if a == b {
        // Defined before the `if`, since both arms see it.
        return Some(a);
    }
    (walk.bool(a) == Some(true) && walk.bool(b) == Some(false)).then_some(cond)
}
