//! First writes: what is added to a zero is put there.
//!
//! `d[i] += x` in a loop over `i` reads elements that are zero if nothing has been added to `d` before, and no other round has to
//! do with this one's element. rustc can't see that. A buffer all of whose elements are written like that need not be filled
//! with zeros before.
//!
//! To be run last, when nothing will differentiate a program any more: the adjoint of a sum is less work than that of a write.

use super::dce::{Index, holds_derived};
use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// Runs the pass.
pub(super) fn run(func: &mut Func) {
    let found = First::find(func);
    if found.stores.is_empty() {
        return;
    }
    let mut body = std::mem::take(&mut func.body);
    found.sweep(&mut body, &mut 0);
    func.body = body;
}

/// Statements by their numbers.
#[derive(Default)]
struct First {
    /// Sums that become writes.
    stores: HashSet<usize>,
    /// Fillings of buffers that nobody sees.
    fills: HashSet<usize>,
}

impl First {
    fn find(func: &Func) -> First {
        let index = Index::new(func);
        let mut found = First::default();
        // Who leaves early, with an error say, leaves a buffer of zeros.
        let leaves = index.stmts.iter().any(|s| matches!(s.op, Op::Exit { .. }));
        for (place, all) in &mentions(&index) {
            if let [zeros, add, ..] = all[..]
                && holds_derived(func, *place)
                && is_plain(&func.plc(*place).ty)
                && makes_zeros(&index.stmts[zeros].op, *place)
                && let Some(loops) = own_element(&index, *place, zeros, &all[1..])
            {
                found.stores.insert(add);
                let fills = matches!(index.stmts[zeros].op, Op::Zero(_)) && !leaves;
                if fills && covers(&index, *place, add, &loops) {
                    found.fills.insert(zeros);
                }
            }
        }
        found
    }

    fn sweep(&self, block: &mut Block, next: &mut usize) {
        block.stmts.retain_mut(|s| {
            let id = *next;
            *next += 1;
            if self.stores.contains(&id)
                && let Op::Accum { place, path, value } = &s.op
            {
                s.op = Op::Store { place: *place, path: path.clone(), value: *value };
            }
            s.op.blocks_mut().into_iter().for_each(|b| self.sweep(b, next));
            !self.fills.contains(&id)
        });
    }
}

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

/// Whether elements of it that are at different indices are different elements.
fn is_plain(ty: &PlaceTy) -> bool {
    match ty {
        PlaceTy::Array(of, _) | PlaceTy::Slice(of) | PlaceTy::Vec(of) => is_plain(of),
        PlaceTy::Scalar(_) => true,
        _ => false,
    }
}

/// Whether a place is nothing but zeros after this.
fn makes_zeros(op: &Op, place: Place) -> bool {
    match op {
        Op::Alloc { place: p, init: Init::Zeros | Init::ZerosLen(_) | Init::ZeroLike(_) } | Op::Zero(p) => {
            *p == place
        }
        _ => false,
    }
}

/// The loops between the zeros and the first operation on the place after them, from the inside outwards, if that is a sum whose
/// element is still zero: each round has an element of its own, and whatever these loops do with the place, they do with that.
fn own_element(index: &Index, place: Place, zeros: usize, mentions: &[usize]) -> Option<Vec<usize>> {
    let path = access(&index.stmts[mentions[0]].op, place)?;
    if !matches!(index.stmts[mentions[0]].op, Op::Accum { .. }) {
        return None;
    }
    let around = |id: usize| std::iter::successors(index.parents[id], |id| index.parents[*id]);
    let made_in: HashSet<usize> = around(zeros).collect();
    let mut loops = Vec::new();
    for owner in around(mentions[0]).filter(|o| !made_in.contains(o)) {
        match &index.stmts[owner].op {
            Op::If { .. } => {}
            Op::For { body, .. } if path.contains(&Proj::Index(body.params[0])) => loops.push(owner),
            _ => return None,
        }
    }
    let own = loops.last().is_none_or(|outermost| {
        mentions
            .iter()
            .filter(|id| around(**id).any(|o| o == *outermost))
            .all(|id| access(&index.stmts[*id].op, place) == Some(path))
    });
    own.then_some(loops)
}

/// The path of an access to an element of the place itself, not through a view.
pub(super) fn access(op: &Op, place: Place) -> Option<&[Proj]> {
    match op {
        Op::Load { place: p, path, .. }
        | Op::Store { place: p, path, .. }
        | Op::Accum { place: p, path, .. }
            if *p == place && path.iter().all(|step| matches!(step, Proj::Index(_))) =>
        {
            Some(path)
        }
        _ => None,
    }
}

/// Whether a write that is run in each round of these loops, and is never left out, is to all elements of a buffer.
fn covers(index: &Index, place: Place, write: usize, loops: &[usize]) -> bool {
    let Some(path) = access(&index.stmts[write].op, place) else { return false };
    // Each step of the path is the counter of a loop, and these stand in each other, with nothing around them.
    let outwards = std::iter::successors(index.parents[write], |id| index.parents[*id]);
    if path.len() != loops.len() || !outwards.eq(loops.iter().copied()) {
        return false;
    }
    let mut ty = &index.func.plc(place).ty;
    for (step, id) in path.iter().zip(loops.iter().rev()) {
        let Op::For { range, body, .. } = &index.stmts[*id].op else { return false };
        let plain = index.int(range.lo) == Some(0) && range.step.is_none() && !range.inclusive;
        let length = match ty {
            PlaceTy::Array(_, Len::Known(n)) => index.int(range.hi) == Some(*n as i128),
            PlaceTy::Slice(_) => is_length_of_primal(index, place, range.hi),
            _ => false,
        };
        if !plain || !length || body.diverges || *step != Proj::Index(body.params[0]) {
            return false;
        }
        let Some(elem) = ty.elem() else { return false };
        ty = elem;
    }
    true
}

/// Whether `v` is the length of the parameter whose gradient the buffer is for, which is the buffer's own.
pub(super) fn is_length_of_primal(index: &Index, buffer: Place, v: Value) -> bool {
    let func = index.func;
    let Some(Name::Adjoint(of)) = &func.plc(buffer).name else { return false };
    let of = of.stem();
    // Macros can make two parameters of one name.
    let called_so = |p: &Place| {
        let info = func.plc(*p);
        info.kind == PlaceKind::Param && matches!(&info.name, Some(name @ Name::User(_)) if name.stem() == of)
    };
    let mut parameters = (0..func.places.len() as u32).map(Place).filter(called_so);
    let (Some(parameter), None) = (parameters.next(), parameters.next()) else { return false };
    is_length_of(index, parameter, v)
}

/// Whether `v` is the length of a parameter, from start to end.
pub(super) fn is_length_of(index: &Index, parameter: Place, v: Value) -> bool {
    let stmt = index.stmts.iter().find(|s| s.results == [v]);
    index.func.plc(parameter).kind == PlaceKind::Param
        && !index.writers.contains_key(&parameter)
        && matches!(stmt.map(|s| &s.op), Some(Op::Len(p)) if *p == parameter)
}
