//! Stacks that only ever hold one integer or boolean: what is taken from them is that constant. So it is with rows in which the
//! forward sweep keeps one number for each round: the reverse sweep reads what was put there.
//!
//! So what constant folding finds out about the forward sweep (a branch that is never taken, a loop without rounds),
//! it finds out about the reverse sweep too.

use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let found = constants(func);
    if found.is_empty() {
        return false;
    }
    let mut changed = false;
    func.body.each_stmt_mut(&mut |s| {
        let taken = match s.op {
            Op::Pop(p) | Op::Load { place: p, again: None, .. } => found.get(&p),
            _ => None,
        };
        if let Some(c) = taken {
            s.op = Op::Const(c.clone());
            changed = true;
        }
    });
    // What nobody reads any more. Of stacks, that is found elsewhere; the index of a row could be out of range, for all that is
    // known there.
    func.body.each_block_mut(&mut |b| {
        b.stmts.retain(|s| match &s.op {
            Op::Store { place, .. } | Op::Alloc { place, init: Init::Zeros | Init::ZerosLen(_) } => {
                let goes = found.contains_key(place);
                changed |= goes;
                !goes
            }
            _ => true,
        });
    });
    changed
}

/// The stacks that are used as stacks only, and the rows that are used as rows only, and the one constant in each.
fn constants(func: &Func) -> HashMap<Place, Const> {
    let mut values: HashMap<Value, Const> = HashMap::default();
    let mut held: HashMap<Place, Const> = HashMap::default();
    let mut other: HashSet<Place> = HashSet::default();
    func.body.each_stmt(&mut |s| match &s.op {
        Op::Const(c @ (Const::Int(_) | Const::Bool(_))) => {
            values.extend(s.results.iter().map(|v| (*v, c.clone())));
        }
        Op::Alloc { init: Init::Empty | Init::Buffer(..), .. } | Op::Pop(_) => {}
        Op::Alloc { place, init: Init::Zeros | Init::ZerosLen(_) } if is_kept(func, *place) => {}
        Op::Load { place, path, again: None } if is_kept(func, *place) && is_element(path) => {}
        Op::Store { place, path, .. } if !is_kept(func, *place) || !is_element(path) => {
            other.insert(*place);
        }
        Op::Push { place, value } | Op::Store { place, value, .. } => {
            match (values.get(value), held.get(place)) {
                (Some(new), None) => drop(held.insert(*place, new.clone())),
                (Some(new), Some(old)) if same(new, old) => {}
                _ => drop(other.insert(*place)),
            }
        }
        op => other.extend(op.places_read().into_iter().chain(op.places_written())),
    });
    let local = |p: &Place| func.plc(*p).kind == PlaceKind::Local && !other.contains(p);
    let returned: Vec<Place> = func.ret.places();
    held.retain(|p, _| local(p) && !returned.contains(p));
    held
}

/// Whether a place is a row of what is kept for the reverse sweep: it has no name of the user's.
fn is_kept(func: &Func, place: Place) -> bool {
    let info = func.plc(place);
    let own = matches!(info.name, None | Some(Name::Saved(_)));
    let row = match &info.ty {
        PlaceTy::Array(elem, _) | PlaceTy::Vec(elem) => matches!(**elem, PlaceTy::Scalar(_)),
        _ => false,
    };
    own && row && info.kind == PlaceKind::Local
}

fn is_element(path: &[Proj]) -> bool {
    matches!(path, [Proj::Index(_)])
}

fn same(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::Int(a), Const::Int(b)) => a == b,
        (Const::Bool(a), Const::Bool(b)) => a == b,
        _ => false,
    }
}
