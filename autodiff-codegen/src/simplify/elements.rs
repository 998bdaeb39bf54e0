//! Which element of a place statements have to do with.

use super::dce::Index;
use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// What has to do with each place, views of it included, in order of the program.
pub(super) fn mentions(index: &Index) -> HashMap<Place, Vec<usize>> {
    let mut mentions: HashMap<Place, Vec<usize>> = HashMap::default();
    for (id, stmt) in index.stmts.iter().enumerate() {
        let op = &stmt.op;
        let all = op.places_read().into_iter().chain(op.places_written()).chain(op.place_made());
        let all: HashSet<Place> = all.map(|p| index.func.root(p)).collect();
        all.into_iter().for_each(|p| mentions.entry(p).or_default().push(id));
    }
    mentions
}

/// The path of an access to a part of the place itself, not through a view.
pub(super) fn access(op: &Op, place: Place) -> Option<&[Proj]> {
    match op {
        Op::Load { place: p, path, .. }
        | Op::Store { place: p, path, .. }
        | Op::Accum { place: p, path, .. }
            if *p == place =>
        {
            Some(path)
        }
        _ => None,
    }
}

/// The statements whose regions a statement stands in, from the inside outwards.
pub(super) fn around(index: &Index, id: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(index.parents[id], |id| index.parents[*id])
}

/// The loops around an access that are not around `beside` as well, from the inside outwards, if each round of them has an
/// element of its own: the path names their counters, and whatever they do with the place, they do at that path.
pub(super) fn own_element(
    index: &Index,
    place: Place,
    (id, path): (usize, &[Proj]),
    beside: usize,
    mentions: &[usize],
) -> Option<Vec<usize>> {
    let outside: HashSet<usize> = around(index, beside).collect();
    let mut loops = Vec::new();
    for owner in around(index, id).filter(|o| !outside.contains(o)) {
        match &index.stmts[owner].op {
            Op::If { .. } => {}
            Op::For { body, .. } if path.contains(&Proj::Index(body.params[0])) => loops.push(owner),
            _ => return None,
        }
    }
    let own = loops.last().is_none_or(|outermost| {
        let mut inside = mentions.iter().filter(|id| around(index, **id).any(|o| o == *outermost));
        inside.all(|id| access(&index.stmts[*id].op, place) == Some(path))
    });
    own.then_some(loops)
}
