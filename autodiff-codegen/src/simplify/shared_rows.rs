//! A row of saved values that becomes the gradient, element by element, is kept in the gradient's own memory.
//!
//! What a loop saves as `s[i]` for all `i`, and another loop reads right before it puts the gradient's first `d[i]` there, needs no
//! row beside: `d[i]` holds it until then. That is a row less to make and to go through. (The exponentials of a softmax are so.)
//!
//! To be run after `first_writes`, whose conditions on the gradient are needed here too: nothing has to do with it before that loop,
//! and that loop writes all of it.

use super::dce::{Index, holds_derived};
use super::elements::{access, around, mentions};
use super::first_writes::{Owners, is_length_of};
use crate::ir::*;

/// Runs the pass.
pub(super) fn run(func: &mut Func, owners: &Owners) {
    while let Some(shared) = Shared::find(func, owners) {
        let mut body = std::mem::take(&mut func.body);
        shared.sweep(&mut body, &mut 0);
        func.body = body;
    }
}

/// A row and a gradient that can share their memory.
struct Shared {
    row: Place,
    gradient: Place,
    /// The statement that makes the row.
    made: usize,
    /// What makes the gradient, and the statement that it is, if it is none of the parameters.
    maker: Option<(Stmt, usize)>,
}

impl Shared {
    fn find(func: &Func, owners: &Owners) -> Option<Shared> {
        let index = Index::new(func);
        let mentions = mentions(&index);
        let mut rows: Vec<(&Place, &Vec<usize>)> = mentions.iter().collect();
        rows.sort_unstable();
        for (_, of_row) in &rows {
            // It is made, written in one loop, and read in another one.
            let [made, write, reads @ ..] = &of_row[..] else { continue };
            let Op::Alloc { place, init: Init::ZerosLen(length) } = index.stmts[*made].op else { continue };
            let users = matches!(func.plc(place).name, Some(Name::User(_)));
            let Some(read_in) = reads.first().and_then(|id| index.parents[*id]) else { continue };
            let same_loop = reads.iter().all(|id| {
                let load = matches!(&index.stmts[*id].op, Op::Load { .. });
                load && index.parents[*id] == Some(read_in) && is_round(&index, read_in, *id, place)
            });
            if users || !same_loop || !is_covered(&index, place, *write, *made, length) {
                continue;
            }
            let found = rows.iter().find_map(|(gradient, of_gradient)| {
                let shared = Shared { row: place, gradient: **gradient, made: *made, maker: None };
                shared.fits(&index, owners, of_gradient, length, (reads, read_in))
            });
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// With what makes the gradient, if that is written where the row is read, and stands beside it.
    fn fits(
        mut self,
        index: &Index,
        owners: &Owners,
        mentions: &[usize],
        length: Value,
        (reads, read_in): (&[usize], usize),
    ) -> Option<Shared> {
        let func = index.func;
        let gradient = self.gradient;
        let same_elements = func.plc(gradient).ty.elem() == func.plc(self.row).ty.elem();
        if !holds_derived(func, gradient) || !same_elements {
            return None;
        }
        let rest = match mentions {
            // A buffer that nobody fills.
            [..] if func.plc(gradient).kind == PlaceKind::Param => {
                is_length_of(index, *owners.get(&gradient)?, length).then_some(mentions)?
            }
            [maker, rest @ ..] => {
                let stmt = index.stmts[*maker];
                let like = match &stmt.op {
                    Op::Alloc { place, init: Init::ZeroLike(like) } if *place == gradient => *like,
                    _ => return None,
                };
                let fits =
                    is_length_of(index, like, length) && index.parents[*maker] == index.parents[self.made];
                self.maker = fits.then(|| (stmt.clone(), *maker));
                self.maker.is_some().then_some(rest)?
            }
            [] => return None,
        };
        let first = *rest.first()?;
        // A sweep that may be run several times has a gradient for each.
        let between = index.stmts.get(self.made..first)?;
        let apart = between.iter().any(|s| super::is_barrier(&s.op));
        let after = reads.iter().all(|id| *id < first);
        let inside = |id: &usize| around(index, *id).any(|owner| owner == read_in);
        let own = rest.iter().filter(|id| inside(id)).all(|id| is_round(index, read_in, *id, gradient));
        let store = matches!(index.stmts[first].op, Op::Store { .. });
        let whole =
            index.parents[first] == Some(read_in) && is_covered(index, gradient, first, self.made, length);
        (store && !apart && after && own && whole).then_some(self)
    }

    fn sweep(&self, block: &mut Block, next: &mut usize) {
        block.stmts.retain_mut(|s| {
            let id = *next;
            *next += 1;
            s.op.blocks_mut().into_iter().for_each(|b| self.sweep(b, next));
            s.op.each_place_mut(&mut |p| {
                if *p == self.row {
                    *p = self.gradient;
                }
            });
            match &self.maker {
                Some((maker, _)) if id == self.made => *s = maker.clone(),
                Some((_, maker)) if id == *maker => return false,
                None if id == self.made => return false,
                _ => {}
            }
            true
        });
    }
}

/// Whether a statement of a loop has to do with just the element of the place that the loop's counter says.
fn is_round(index: &Index, owner: usize, id: usize, place: Place) -> bool {
    let Op::For { body, .. } = &index.stmts[owner].op else { return false };
    access(&index.stmts[id].op, place).is_some_and(|path| path == [Proj::Index(body.params[0])])
}

/// Whether a loop over all elements writes each of them by this statement.
fn is_covered(index: &Index, place: Place, write: usize, beside: usize, length: Value) -> bool {
    let Some(owner) = index.parents[write] else { return false };
    let Op::For { range, body, .. } = &index.stmts[owner].op else { return false };
    matches!(index.stmts[write].op, Op::Store { .. })
        && is_round(index, owner, write, place)
        && index.parents[owner] == index.parents[beside]
        && index.int(range.lo) == Some(0)
        && range.hi == length
        && range.step.is_none()
        && !range.inclusive
        && !body.diverges
}
