//! What is read from an array or a struct that never changes is what it was made of.
//!
//! `let axis = [x / r, y / r, z / r];` is three numbers with one name to rustc, in the end. The reverse sweep is made before rustc
//! sees anything: it would keep what is read from the array beside what the array was made of, and add up the derivatives of
//! both in an array of their own.

use super::walk::Subst;
use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// Runs the pass.
pub(super) fn run(func: &mut Func) {
    let made = Made::of(func);
    let mut subst = Subst::default();
    let mut body = std::mem::take(&mut func.body);
    block(func, &made, &mut subst, &mut body);
    func.body = body;
}

fn block(func: &mut Func, made: &Made, subst: &mut Subst, block_: &mut Block) {
    block_.stmts.retain_mut(|stmt| {
        subst.apply(&mut stmt.op);
        if let Op::Load { place, path, again: None } = &mut stmt.op {
            match made.part(func, *place, path) {
                Some(Found::Value(v)) => {
                    let v = subst.get(v);
                    if func.ty(v) == func.ty(stmt.results[0]) {
                        subst.set(func, stmt.results[0], v);
                        return false;
                    }
                }
                Some(Found::Place(of, rest)) => {
                    (*place, *path) = (of, rest);
                }
                None => {}
            }
        }
        for inner in stmt.op.blocks_mut() {
            block(func, made, subst, inner);
        }
        true
    });
    subst.apply_all(&mut block_.yields);
}

/// What places that never change are made of, and the indices that are known.
struct Made {
    places: HashMap<Place, Init>,
    indices: HashMap<Value, usize>,
}

/// What stands at the end of a path.
enum Found {
    Value(Value),
    /// This part of another place that never changes.
    Place(Place, Vec<Proj>),
}

impl Made {
    fn of(func: &Func) -> Made {
        let mut changed: HashSet<Place> = HashSet::default();
        let (mut places, mut indices) = (HashMap::default(), HashMap::default());
        func.body.each_stmt(&mut |s| {
            changed.extend(s.op.places_written().into_iter().map(|p| func.root(p)));
            if let Op::Alloc { place, init } = &s.op
                && matches!(
                    init,
                    Init::Elems(_) | Init::Rows(_) | Init::Copy(_) | Init::Fields { rest: None, .. }
                )
                && func.plc(*place).kind == PlaceKind::Local
            {
                places.insert(*place, init.clone());
            }
            if let Op::Const(Const::Int(i)) = s.op
                && let Ok(i) = usize::try_from(i)
            {
                indices.insert(s.results[0], i);
            }
        });
        places.retain(|p, _| !func.plc(*p).mutable && !changed.contains(p));
        Made { places, indices }
    }

    /// Follows a path as far as it goes through what is known.
    fn part(&self, func: &Func, place: Place, path: &[Proj]) -> Option<Found> {
        let (mut at, mut rest, mut moved) = (place, path, false);
        loop {
            let next = match (self.places.get(&at)?, rest) {
                (Init::Elems(values), [Proj::Index(i)]) => {
                    return Some(Found::Value(*values.get(*self.indices.get(i)?)?));
                }
                (Init::Rows(rows), [Proj::Index(i), ..]) => (*rows.get(*self.indices.get(i)?)?, &rest[1..]),
                (Init::Copy(of), _) => (*of, rest),
                // Derivatives don't flow through all fields, whatever they are made of.
                (Init::Fields { fields, .. }, [Proj::Member(member, _), ..])
                    if member.flow != Flow::Constant =>
                {
                    match fields.iter().find(|(m, _)| m.name == member.name)?.1 {
                        Part::Value(v) if rest.len() == 1 => return Some(Found::Value(v)),
                        Part::Value(_) => return None,
                        Part::Place(p) => (p, &rest[1..]),
                    }
                }
                _ => break,
            };
            // What it is a copy of may not change, either.
            if !self.is_steady(func, next.0) {
                break;
            }
            (at, rest, moved) = (next.0, next.1, true);
            if !self.places.contains_key(&at) {
                break;
            }
        }
        moved.then(|| Found::Place(at, rest.to_vec()))
    }

    /// Whether a place has the same contents for as long as it is there.
    fn is_steady(&self, func: &Func, place: Place) -> bool {
        let info = func.plc(place);
        let lasts = match info.kind {
            PlaceKind::Local => self.places.contains_key(&place),
            PlaceKind::Param => true,
            PlaceKind::View { .. } | PlaceKind::CallResult => false,
        };
        lasts && !info.mutable
    }
}
