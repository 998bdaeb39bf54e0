//! Writes that nothing comes after: an adjoint that is taken and set to zero for the last time.
//!
//! Dead code elimination takes a place as a whole. This pass looks at the last operation on a place of the
//! derivative: if that is a write, nobody sees it. Within loops that run while the place lives, it is the last
//! one for its element if every round has an element of its own: the path names the counters of all these loops,
//! and whatever they do with the place, they do at that path.

use super::dce::{Index, holds_derived};
use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let dead = dead(func);
    if dead.is_empty() {
        return false;
    }
    let mut body = std::mem::take(&mut func.body);
    sweep(&mut body, &dead, &mut 0);
    func.body = body;
    true
}

/// Removes the statements of these numbers.
fn sweep(block: &mut Block, dead: &HashSet<usize>, next: &mut usize) {
    block.stmts.retain_mut(|s| {
        let id = *next;
        *next += 1;
        s.op.blocks_mut().into_iter().for_each(|b| sweep(b, dead, next));
        !dead.contains(&id)
    });
}

/// The last writes to each place, where nothing sees them.
fn dead(func: &Func) -> HashSet<usize> {
    let index = Index::new(func);
    // In order of the program; a place and all views of it are one.
    let mut mentions: HashMap<Place, Vec<usize>> = HashMap::default();
    for (id, stmt) in index.stmts.iter().enumerate() {
        let op = &stmt.op;
        let all: HashSet<Place> =
            op.places_read().into_iter().chain(op.places_written()).map(|p| func.root(p)).collect();
        all.into_iter().for_each(|p| mentions.entry(p).or_default().push(id));
    }
    let returned: Vec<Place> = super::places(&func.ret).into_iter().map(|p| func.root(p)).collect();
    mentions
        .into_iter()
        .filter(|(p, _)| holds_derived(func, *p) && !returned.contains(p))
        .filter_map(|(p, all)| is_dead(&index, p, &all).then(|| all.last().copied()).flatten())
        .collect()
}

/// Whether the last operation on a place is a write that nothing sees.
fn is_dead(index: &Index, place: Place, mentions: &[usize]) -> bool {
    let (Some(&last), Some(&maker)) = (mentions.last(), index.makers.get(&place)) else { return false };
    // Without marks, what the body itself makes may be returned.
    if index.parents[maker].is_none() && index.reverse_sweep == usize::MAX {
        return false;
    }
    let Some(path) = write(&index.stmts[last].op, place) else { return false };
    let around = |id: usize| std::iter::successors(index.parents[id], |id| index.parents[*id]);
    let made_in: HashSet<usize> = around(maker).collect();
    let mut outermost = None;
    for owner in around(last).filter(|o| !made_in.contains(o)) {
        match &index.stmts[owner].op {
            Op::If { .. } => {}
            Op::For { body, .. } if path.iter().any(|p| *p == Proj::Index(body.params[0])) => {
                outermost = Some(owner);
            }
            _ => return false,
        }
    }
    let Some(outermost) = outermost else { return true };
    mentions.iter().all(|id| {
        let apart = !around(*id).any(|o| o == outermost);
        apart || access(&index.stmts[*id].op, place).is_some_and(|p| p == path)
    })
}

/// The path of a write to the place itself, not through a view.
fn write(op: &Op, place: Place) -> Option<&[Proj]> {
    match op {
        Op::Store { place: p, path, .. } | Op::Accum { place: p, path, .. } if *p == place => Some(path),
        _ => None,
    }
}

/// The path of any access to the place itself.
fn access(op: &Op, place: Place) -> Option<&[Proj]> {
    match op {
        Op::Load { place: p, path, .. } if *p == place => Some(path),
        _ => write(op, place),
    }
}
