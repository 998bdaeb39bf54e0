//! What is the same in every round of a loop, and how to compute it outside.

pub(super) use crate::analysis::Integers as Defs;
use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// What a loop holds.
#[derive(Default)]
pub(super) struct Inside {
    pub(super) values: HashSet<Value>,
    pub(super) places: HashSet<Place>,
    /// Places that are given away by value, or that unknown code sees.
    pub(super) taken: HashSet<Place>,
    /// Places whose length may change.
    pub(super) resized: HashSet<Place>,
}

impl Inside {
    pub(super) fn of(stmt: &Stmt) -> Inside {
        let mut inside = Inside::default();
        for b in stmt.op.blocks() {
            b.each_block(&mut |b| inside.values.extend(&b.params));
            b.each_stmt(&mut |s| inside.stmt(s));
        }
        inside
    }

    fn stmt(&mut self, s: &Stmt) {
        self.values.extend(&s.results);
        self.places.extend(s.op.place_made());
        self.taken.extend(s.op.opaque_reads());
        match &s.op {
            Op::Call { args, .. }
            | Op::CallForward { args, .. }
            | Op::CallAtOnce { args, .. }
            | Op::CallTangent { args, .. } => {
                let places = |a: &Arg, mode: Mode| matches!(a, Arg::Place(_, m) if *m == mode);
                let along = match &s.op {
                    Op::CallForward { along: Some(along), .. } => &along.tangents[..],
                    Op::CallTangent { tangents, .. } => tangents,
                    _ => &[],
                };
                for a in args.iter().chain(along.iter().flatten()) {
                    if let Arg::Place(p, _) = a {
                        if places(a, Mode::Value) {
                            self.taken.insert(*p);
                        }
                        if places(a, Mode::Mut) {
                            self.resized.insert(*p);
                        }
                    }
                }
            }
            Op::Push { place, .. } | Op::Pop(place) | Op::Append { place, .. } | Op::Resize { place, .. } => {
                self.resized.insert(*place);
            }
            Op::Swap { a, b } => self.resized.extend([*a, *b]),
            Op::CopyPlace { dst, .. } => {
                self.resized.insert(*dst);
            }
            _ => {}
        }
    }
}

pub(super) fn body(stmt: &Stmt) -> &Block {
    match &stmt.op {
        Op::For { body, .. } | Op::While { body, .. } => body,
        _ => unreachable!("only loops get here"),
    }
}

pub(super) fn body_mut(stmt: &mut Stmt) -> &mut Block {
    match &mut stmt.op {
        Op::For { body, .. } | Op::While { body, .. } => body,
        _ => unreachable!("only loops get here"),
    }
}

/// The statements inside the loop that `v` needs, in an order in which they can run; `None` if one of them depends
/// on the round.
pub(super) fn collect(
    func: &Func,
    defs: &Defs,
    inside: &Inside,
    v: Value,
    code: &mut Vec<Stmt>,
) -> Option<()> {
    if !inside.values.contains(&v) || code.iter().any(|s| s.results.contains(&v)) {
        return Some(());
    }
    let stmt = defs.stmt(v)?;
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
                let ints = b.stmts.iter().all(|s| s.results.len() == 1 && defs.stmt(s.results[0]).is_some());
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
pub(super) fn copy(
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
pub(super) fn is_never_empty(defs: &Defs, looped: &Stmt) -> bool {
    let Op::For { range, .. } = &looped.op else { return false };
    let ends = defs.int(range.lo).zip(defs.int(range.hi));
    ends.is_some_and(|(lo, hi)| if range.inclusive { lo <= hi } else { lo < hi })
}
