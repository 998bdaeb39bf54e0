//! Writes that nothing comes after: an adjoint that is taken and set to zero for the last time.
//!
//! Dead code elimination takes a place as a whole. This pass looks at the last operation on a place of the
//! derivative: if that is a write, nobody sees it. Within loops that run while the place lives, it is the last
//! one for its element if every round has an element of its own: the path names the counters of all these loops,
//! and whatever they do with the place, they do at that path.

use super::dce::{Index, holds_derived};
use super::elements::{access, mentions, own_element};
use crate::ir::*;
use crate::tables::HashSet;

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
    let returned: Vec<Place> = func.ret.places().into_iter().map(|p| func.root(p)).collect();
    mentions(&index)
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
    let op = &index.stmts[last].op;
    let Some(path) = access(op, place).filter(|_| !matches!(op, Op::Load { .. })) else { return false };
    own_element(index, place, (last, path), maker, mentions).is_some()
}
