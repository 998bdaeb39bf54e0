//! The length of a `Vec` that keeps the length that it was made with is that number, which is known where the `Vec` is not.
//!
//! Making it may panic, for want of so much memory. So it has to be needed for something else as well: for its elements,
//! which are read in any case.
//!
//! The length of an array is a number that its type says. rustc knows that where it sees the array; what a handle keeps for its
//! reverse part is a number like any other to it.

use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// The lengths that local `Vec`s are made with.
pub(super) struct Made {
    lengths: HashMap<Place, Value>,
    /// Places that may have another length later.
    resized: HashSet<Place>,
}

impl Made {
    pub(super) fn of(func: &Func) -> Made {
        let (mut lengths, mut resized) = (HashMap::default(), HashSet::default());
        func.body.each_stmt(&mut |s| {
            resized.extend(s.op.opaque_reads().into_iter().map(|p| func.root(p)));
            match &s.op {
                Op::Alloc { place, init: Init::ZerosLen(n) | Init::Fill(_, Some(n)) } => {
                    lengths.insert(*place, *n);
                }
                Op::Store { .. } | Op::Accum { .. } | Op::Zero(_) | Op::AddPlace { .. } => {}
                op => resized.extend(op.places_written().into_iter().map(|p| func.root(p))),
            }
        });
        Made { lengths, resized }
    }

    /// The length of a place, if it keeps the one that it is made with.
    pub(super) fn length(&self, p: Place) -> Option<Value> {
        self.lengths.get(&p).copied().filter(|_| !self.resized.contains(&p))
    }

    /// Whether a place keeps the length that it has.
    pub(super) fn stays(&self, p: Place) -> bool {
        !self.resized.contains(&p)
    }
}

/// Runs the pass.
pub(super) fn run(func: &mut Func) {
    of_arrays(func);
    let made = Made::of(func);
    let mut read: HashSet<Place> = HashSet::default();
    func.body.each_stmt(&mut |s| {
        if let Op::Load { place, .. } = &s.op {
            read.insert(func.root(*place));
        }
    });
    // A view of all of it is as long.
    let mut whole: HashMap<Place, Place> = HashMap::default();
    let mut same: HashMap<Value, Value> = HashMap::default();
    func.body.each_stmt(&mut |s| {
        if let Op::View { place, base, path } = &s.op
            && matches!(path[..], [] | [Proj::Slice(None, None)])
        {
            whole.insert(*place, whole.get(base).copied().unwrap_or(*base));
        }
        if let Op::Len(p) = &s.op
            && let p = whole.get(p).unwrap_or(p)
            && let Some(n) = made.length(*p).filter(|_| read.contains(p))
        {
            same.insert(s.results[0], n);
        }
    });
    func.body.each_use_mut(&mut |v| {
        while let Some(n) = same.get(v) {
            *v = *n;
        }
    });
}

/// Lengths that types say.
fn of_arrays(func: &mut Func) {
    let mut body = std::mem::take(&mut func.body);
    body.each_stmt_mut(&mut |s| {
        if let Op::Len(p) = s.op
            && let PlaceTy::Array(_, Len::Known(n)) = func.plc(p).ty
            && let Ok(n) = i128::try_from(n)
        {
            s.op = Op::Const(Const::Int(n));
        }
    });
    func.body = body;
}
