//! What is first added to zeros is written, and where each element is written first, no zeros are needed. Until then, the
//! memory of a gradient can hold what its elements are computed from.
//!
//! A gradient's buffer is set to zero, and then, mostly, there comes a loop that adds something to each of its elements.
//! That loop writes instead. If it reads a saved row whose elements it needs no more, the row is saved in the buffer:
//! so the exponentials of a softmax lie where their derivatives will lie.
//!
//! Only loops at the top of the body are looked at, over the whole length of the parameter that the buffer belongs to. In programs
//! from which somebody may return early, nothing is done: there a buffer of zeros may be seen.

use super::invariant::Defs;
use crate::ir::*;
use crate::tables::HashMap;

/// Runs over the whole program. `owners` says which parameter each adjoint is the adjoint of; what is `apart` keeps
/// saved rows apart from adjoints.
pub(super) fn run(func: &mut Func, owners: &HashMap<Place, Place>, apart: bool) {
    let mut leaves = func.body.diverges;
    func.body.each_stmt(&mut |s| leaves |= matches!(s.op, Op::Exit { .. }));
    if leaves {
        return;
    }
    let mut adjoints: Vec<(Place, Place)> = owners.iter().map(|(d, x)| (*d, *x)).collect();
    adjoints.sort();
    for (adjoint, owner) in adjoints {
        let defs = Defs::of(func);
        let whole = Whole { func, defs: &defs, owner };
        let Some(first) = whole.first_writes(adjoint) else { continue };
        let row = if apart { None } else { whole.row(adjoint, &first) };
        apply(func, adjoint, &first, row.as_ref());
    }
}

/// The statements at the top of the body, and what is known of the lengths in them.
struct Whole<'a> {
    func: &'a Func,
    defs: &'a Defs,
    /// The parameter whose length the adjoint has.
    owner: Place,
}

/// A loop that first adds something to each element of zeros.
struct First {
    /// Where the zeros come from, as an index into the body.
    zeros: usize,
    /// The loop.
    looped: usize,
    /// The addition, as an index into the loop's body.
    adds: usize,
}

/// A saved row that the loop reads, element by element.
struct Row {
    place: Place,
    /// What makes it, as an index into the body.
    made: usize,
}

impl Whole<'_> {
    fn stmts(&self) -> &[Stmt] {
        &self.func.body.stmts
    }

    /// Whether a statement, or one in its regions, has to do with a place.
    fn mentions(&self, stmt: &Stmt, root: Place) -> bool {
        let of = |op: &Op| {
            let all = op.places_read().into_iter().chain(op.places_written()).chain(op.place_made());
            all.into_iter().any(|p| self.func.root(p) == root)
        };
        let mut found = of(&stmt.op);
        stmt.op.blocks().into_iter().for_each(|b| b.each_stmt(&mut |s| found |= of(&s.op)));
        found
    }

    /// The body of a loop over all elements of the owner.
    fn over_all<'s>(&self, stmt: &'s Stmt) -> Option<&'s Block> {
        let Op::For { range, body, .. } = &stmt.op else { return None };
        let length = matches!(self.defs.op(range.hi), Some(Op::Len(p)) if *p == self.owner);
        let plain = self.defs.int(range.lo) == Some(0) && range.step.is_none() && !range.inclusive;
        (length && plain && !body.diverges).then_some(body)
    }

    /// The indices of the statements of a loop's body that have to do with a place, if each of them does with the
    /// element of its round.
    fn of_its_round(&self, body: &Block, place: Place) -> Option<Vec<usize>> {
        let all = body.stmts.iter().enumerate().filter(|(_, s)| self.mentions(s, place));
        all.map(|(i, s)| match &s.op {
            Op::Load { place: p, path, .. }
            | Op::Store { place: p, path, .. }
            | Op::Accum { place: p, path, .. }
                if *p == place && path[..] == [Proj::Index(body.params[0])] =>
            {
                Some(i)
            }
            _ => None,
        })
        .collect()
    }

    fn first_writes(&self, adjoint: Place) -> Option<First> {
        let owner = self.func.plc(self.owner);
        let flat = |ty: &PlaceTy| match ty {
            PlaceTy::Slice(elem) | PlaceTy::Vec(elem) => matches!(**elem, PlaceTy::Scalar(Ty::Float(_))),
            _ => false,
        };
        if owner.kind != PlaceKind::Param || owner.mutable || !flat(&self.func.plc(adjoint).ty) {
            return None;
        }
        let mut seen = self.stmts().iter().enumerate().filter(|(_, s)| self.mentions(s, adjoint));
        let (zeros, stmt) = seen.next()?;
        let zero = match &stmt.op {
            Op::Zero(p) => *p == adjoint,
            Op::Alloc { place, init: Init::ZeroLike(x) } => *place == adjoint && *x == self.owner,
            _ => false,
        };
        let (looped, stmt) = seen.next()?;
        let body = self.over_all(stmt).filter(|_| zero)?;
        let adds = *self.of_its_round(body, adjoint)?.first()?;
        matches!(body.stmts[adds].op, Op::Accum { .. }).then_some(First { zeros, looped, adds })
    }

    /// A row of the loop's length that it reads before it writes, and that nothing else reads.
    fn row(&self, adjoint: Place, first: &First) -> Option<Row> {
        let body = super::invariant::body(&self.stmts()[first.looped]);
        let read = body.stmts[..first.adds].iter().filter_map(|s| match &s.op {
            Op::Load { place, .. } => Some(*place),
            _ => None,
        });
        read.filter(|p| self.func.plc(*p).kind == PlaceKind::Local)
            .find_map(|place| self.is_row(place, adjoint, body, first))
    }

    fn is_row(&self, place: Place, adjoint: Place, body: &Block, first: &First) -> Option<Row> {
        let elem = |p: Place| self.func.plc(p).ty.elem().cloned();
        let of_its_round = self.of_its_round(body, place)?;
        let loads = |i: &usize| *i < first.adds && matches!(body.stmts[*i].op, Op::Load { .. });
        if elem(place) != elem(adjoint) || !of_its_round.iter().all(loads) {
            return None;
        }
        let seen = |(_, s): &(usize, &Stmt)| self.mentions(s, place);
        let mentions: Vec<usize> = self.stmts().iter().enumerate().filter(seen).map(|(i, _)| i).collect();
        let [made, filled, looped] = mentions[..] else { return None };
        let is_buffer = match &self.stmts()[made].op {
            Op::Alloc { init: Init::Buffer(n, 1) | Init::ZerosLen(n), .. } => {
                matches!(self.defs.op(*n), Some(Op::Len(p)) if *p == self.owner)
            }
            _ => false,
        };
        let filling = self.over_all(&self.stmts()[filled])?;
        let stores = self.of_its_round(filling, place)?;
        let one = matches!(stores[..], [i] if matches!(filling.stmts[i].op, Op::Store { .. }));
        // What has been there when it was filled is still there: the adjoint is not to be touched in between.
        let quiet = first.zeros < filled || matches!(self.stmts()[first.zeros].op, Op::Alloc { .. });
        (is_buffer && one && quiet && looped == first.looped).then_some(Row { place, made })
    }
}

/// The first addition writes. What set the memory to zero goes; what made it is there when the row needs it.
fn apply(func: &mut Func, adjoint: Place, first: &First, row: Option<&Row>) {
    let stmts = &mut func.body.stmts;
    let op = &mut super::invariant::body_mut(&mut stmts[first.looped]).stmts[first.adds].op;
    if let Op::Accum { path, value, .. } = op {
        *op = Op::Store { place: adjoint, path: std::mem::take(path), value: *value };
    }
    let sets = matches!(stmts[first.zeros].op, Op::Zero(_));
    let mut gone = Vec::new();
    if sets || row.is_some() {
        gone.push(first.zeros);
    }
    if let Some(row) = row {
        match sets {
            true => gone.push(row.made),
            false => stmts[row.made] = stmts[first.zeros].clone(),
        }
        for b in stmts.iter_mut().flat_map(|s| s.op.blocks_mut()) {
            b.each_stmt_mut(&mut |s| match &mut s.op {
                Op::Load { place, .. } | Op::Store { place, .. } if *place == row.place => *place = adjoint,
                _ => {}
            });
        }
    }
    let mut at = 0..;
    stmts.retain(|_| at.next().is_none_or(|i| !gone.contains(&i)));
}
