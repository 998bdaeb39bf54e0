//! What each round of a loop reads from the same place is read once, before the loop.
//!
//! rustc would do that by itself, but the reverse sweep is made before rustc sees anything: what a round reads, and is not there
//! any more when the loop is run backwards, is saved round by round, even if it is the same in all of them.
//!
//! A loop may not run at all, and a read that never was must not panic now. So only those move of which the index is known to be
//! good: it counts the elements of what is read, in a loop around this one.

use super::invariant::{Defs, Inside, body, body_mut};
use super::lengths::Made;
use crate::ir::*;
use crate::tables::HashSet;

/// Runs the pass.
pub(super) fn run(func: &mut Func) {
    let lengths = Lengths { defs: Defs::of(func), made: Made::of(func) };
    let mut body = std::mem::take(&mut func.body);
    block(func, &lengths, &mut Vec::new(), &mut body);
    func.body = body;
}

/// The lengths that are known.
struct Lengths {
    defs: Defs,
    made: Made,
}

impl Lengths {
    /// Whether a counter of a loop around is an index of a place for sure.
    fn is_index(&self, func: &Func, place: Place, index: Value, counters: &[(Value, Range)]) -> bool {
        let info = func.plc(place);
        let Some((_, range)) = counters.iter().find(|(v, _)| *v == index) else { return false };
        if self.defs.int(range.lo) != Some(0) || range.inclusive || range.step.is_some() {
            return false;
        }
        if let PlaceTy::Array(_, Len::Known(n)) = &info.ty {
            return self.defs.int(range.hi).is_some_and(|hi| hi <= *n as i128);
        }
        let own = matches!(self.defs.op(range.hi), Some(Op::Len(p)) if *p == place);
        let made = self.made.length(place).is_some_and(|n| self.defs.same(n, range.hi));
        own && !info.mutable && self.made.stays(place) || made
    }
}

fn block(func: &mut Func, lengths: &Lengths, counters: &mut Vec<(Value, Range)>, outer: &mut Block) {
    let mut out = Vec::new();
    for mut stmt in std::mem::take(&mut outer.stmts) {
        let counted = match &stmt.op {
            Op::For { range, body, .. } => Some((body.params[0], range.clone())),
            _ => None,
        };
        let depth = counters.len();
        counters.extend(counted);
        for b in stmt.op.blocks_mut() {
            block(func, lengths, counters, b);
        }
        counters.truncate(depth);
        if matches!(stmt.op, Op::For { .. }) {
            of_loop(func, lengths, counters, &mut stmt, &mut out);
        }
        out.push(stmt);
    }
    outer.stmts = out;
}

/// Moves the reads that can move out of one loop, to in front of it.
fn of_loop(
    func: &mut Func,
    lengths: &Lengths,
    counters: &[(Value, Range)],
    stmt: &mut Stmt,
    out: &mut Vec<Stmt>,
) {
    let inside = Inside::of(stmt);
    let mut written = HashSet::default();
    body(stmt).each_stmt(&mut |s| {
        written.extend(s.op.places_written().into_iter().chain(s.op.opaque_reads()).map(|p| func.root(p)));
    });
    let steady = |s: &Stmt| match &s.op {
        Op::Load { place, path, again: None } => {
            let [Proj::Index(index)] = path[..] else { return false };
            let root = func.plc(*place);
            !inside.places.contains(place)
                && !inside.values.contains(&index)
                && matches!(root.kind, PlaceKind::Local | PlaceKind::Param)
                && func.ty(s.results[0]).is_float()
                && !written.contains(place)
                && lengths.is_index(func, *place, index, counters)
        }
        _ => false,
    };
    let stmts = std::mem::take(&mut body_mut(stmt).stmts);
    let (moved, stay): (Vec<Stmt>, Vec<Stmt>) = stmts.into_iter().partition(steady);
    moved.iter().for_each(|s| name(func, s));
    out.extend(moved);
    body_mut(stmt).stmts = stay;
}

/// What is read before the loop has a name, and so has its adjoint: `x_i` for `x[i]`.
fn name(func: &mut Func, load: &Stmt) {
    let (Op::Load { place, path, .. }, [result]) = (&load.op, &load.results[..]) else { return };
    let stem = |name: &Option<Name>| name.as_ref().map(Name::stem);
    if let [Proj::Index(index)] = path[..]
        && let (Some(place), Some(index)) = (stem(&func.plc(*place).name), stem(&func.val(index).name))
    {
        func.values[result.0 as usize].name.get_or_insert(Name::Temp(format!("{place}_{index}")));
    }
}
