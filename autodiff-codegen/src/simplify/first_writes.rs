//! First writes: what is added to a zero is put there.
//!
//! `d[i] += x` in a loop over `i` reads elements that are zero if nothing has been added to `d` before, and no other round has to
//! do with this one's element. rustc can't see that. A buffer all of whose elements are written like that need not be filled
//! with zeros before.
//!
//! To be run last, when nothing will differentiate a program any more: the adjoint of a sum is less work than that of a write.

use super::dce::{Index, holds_derived};
use super::elements::{access, around, mentions, own_element};
use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// Which parameter each adjoint is the adjoint of: a buffer is as long as that.
pub(super) type Owners = HashMap<Place, Place>;

/// Runs the pass.
pub(super) fn run(func: &mut Func, owners: &Owners) {
    let found = First::find(func, owners);
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
    fn find(func: &Func, owners: &Owners) -> First {
        let index = Index::new(func);
        let mut found = First::default();
        // Who leaves early, with an error say, leaves a buffer of zeros.
        let leaves = index.stmts.iter().any(|s| matches!(s.op, Op::Exit { .. }));
        for (place, all) in &mentions(&index) {
            if let [zeros, add, ..] = all[..]
                && holds_derived(func, *place)
                && is_plain(&func.plc(*place).ty)
                && makes_zeros(&index.stmts[zeros].op, *place)
                && let Some(loops) = first_sum(&index, *place, zeros, &all[1..])
            {
                found.stores.insert(add);
                let fills = matches!(index.stmts[zeros].op, Op::Zero(_)) && !leaves;
                if fills && covers(&index, owners, *place, add, &loops) {
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
/// element is still zero.
fn first_sum(index: &Index, place: Place, zeros: usize, mentions: &[usize]) -> Option<Vec<usize>> {
    let first = mentions[0];
    let Op::Accum { place: p, path, .. } = &index.stmts[first].op else { return None };
    let element = *p == place && path.iter().all(|step| matches!(step, Proj::Index(_)));
    if element && always_after(index, first, zeros) {
        own_element(index, place, (first, path), zeros, mentions)
    } else {
        None
    }
}

/// Whether a statement that stands behind another one never runs without it: what the other one stands in, it stands in as well,
/// and in the same arm of it.
fn always_after(index: &Index, id: usize, before: usize) -> bool {
    around(index, before).all(|owner| {
        let within = around(index, id).any(|o| o == owner);
        within
            && match &index.stmts[owner].op {
                Op::If { then, .. } => {
                    let mut statements = 0;
                    then.each_stmt(&mut |_| statements += 1);
                    let is_then = |id: usize| id <= owner + statements;
                    is_then(id) == is_then(before)
                }
                Op::For { .. } => true,
                _ => false,
            }
    })
}

/// Whether a write that is run in each round of these loops, and is never left out, is to all elements of a buffer.
fn covers(index: &Index, owners: &Owners, place: Place, write: usize, loops: &[usize]) -> bool {
    let Some(path) = access(&index.stmts[write].op, place) else { return false };
    // Each step of the path is the counter of a loop, and these stand in each other, with nothing around them.
    if path.len() != loops.len() || !around(index, write).eq(loops.iter().copied()) {
        return false;
    }
    let mut ty = &index.func.plc(place).ty;
    for (step, id) in path.iter().zip(loops.iter().rev()) {
        let Op::For { range, body, .. } = &index.stmts[*id].op else { return false };
        let plain = index.int(range.lo) == Some(0) && range.step.is_none() && !range.inclusive;
        let length = match ty {
            PlaceTy::Array(_, Len::Known(n)) => index.int(range.hi) == Some(*n as i128),
            PlaceTy::Slice(_) => {
                owners.get(&place).is_some_and(|owner| is_length_of(index, *owner, range.hi))
            }
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

/// Whether `v` is the length of a parameter, from start to end.
pub(super) fn is_length_of(index: &Index, parameter: Place, v: Value) -> bool {
    let stmt = index.stmts.iter().find(|s| s.results == [v]);
    index.func.plc(parameter).kind == PlaceKind::Param
        && !index.writers.contains_key(&parameter)
        && matches!(stmt.map(|s| &s.op), Some(Op::Len(p)) if *p == parameter)
}
