//! The length of a `Vec` that keeps the length that it was made with is that number, which is known where the `Vec` is not.
//!
//! Making it may panic, for want of so much memory. So it has to be needed for something else as well: for its elements,
//! which are read in any case.

use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// Runs the pass.
pub(super) fn run(func: &mut Func) {
    let mut made: HashMap<Place, Value> = HashMap::default();
    let (mut resized, mut read): (HashSet<Place>, HashSet<Place>) = Default::default();
    func.body.each_stmt(&mut |s| {
        resized.extend(s.op.opaque_reads().into_iter().map(|p| func.root(p)));
        if let Op::Load { place, .. } = &s.op {
            read.insert(func.root(*place));
        }
        let accumulates =
            matches!(s.op, Op::Store { .. } | Op::Accum { .. } | Op::Zero(_) | Op::AddPlace { .. });
        if let Op::Alloc { place, init: Init::ZerosLen(n) | Init::Fill(_, Some(n)) } = &s.op {
            made.insert(*place, *n);
        } else if !accumulates {
            resized.extend(s.op.places_written().into_iter().map(|p| func.root(p)));
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
            && let Some(n) = made.get(p).filter(|_| !resized.contains(p) && read.contains(p))
        {
            same.insert(s.results[0], *n);
        }
    });
    func.body.each_use_mut(&mut |v| {
        while let Some(n) = same.get(v) {
            *v = *n;
        }
    });
}
