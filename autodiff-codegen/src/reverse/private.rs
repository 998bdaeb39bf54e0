//! Scratch memory of a loop's rounds: made outside of the loop, but written by each round before that reads it, and
//! by whatever comes later. To such a place a round leaves nothing, and its adjoint is zero where a round begins and
//! where it ends: it could as well be made anew in each, and counts as if it were, where the loop is fused.

use super::*;
use crate::analysis::{Integers, RegionKind, covers};

impl<'f> Reverse<'f> {
    /// The places from outside that are scratch of the rounds of a loop.
    pub(super) fn private_places(&self, st: &'f Stmt) -> Vec<Place> {
        let Op::For { body, .. } = &st.op else { return Vec::new() };
        let made = body.places_made();
        let mut written: Vec<Place> = Vec::new();
        body.each_stmt(&mut |s| {
            let roots = s.op.places_written().into_iter().map(|p| self.primal.root(p));
            written.extend(roots.filter(|p| !made.contains(p)));
        });
        written.sort();
        written.dedup();
        written.retain(|p| self.is_private(*p, body));
        written
    }

    fn is_private(&self, root: Place, body: &'f Block) -> bool {
        let Some(Op::Alloc { init, .. }) = self.defs.place_def(root).map(|s| &s.op) else { return false };
        let length = match init {
            Init::ZerosLen(n) | Init::Fill(_, Some(n)) => Some(*n),
            Init::Zeros | Init::Fill(_, None) | Init::Elems(_) => None,
            _ => return false,
        };
        let flat = match &self.primal.plc(root).ty {
            PlaceTy::Array(elem, _) | PlaceTy::Vec(elem) => matches!(**elem, PlaceTy::Scalar(_)),
            _ => false,
        };
        if !flat || self.growing.contains(&root) || is_returned(&self.primal.ret, root) {
            return false;
        }
        // What is seen by unknown code, or is lent to somebody who may write to it, is nobody's own.
        let mut taken = false;
        self.primal.body.each_stmt(&mut |s| {
            let written = matches!(s.op, Op::CopyPlace { .. } | Op::Call { .. } | Op::CallTangent { .. });
            taken |= s.op.opaque_reads().iter().any(|p| self.primal.root(*p) == root);
            taken |= written && s.op.places_written().iter().any(|p| self.primal.root(*p) == root);
        });
        let integers = self.integers.get_or_init(|| Integers::of(self.primal));
        let covered = |stmts: &[Stmt]| covers(self.primal, integers, stmts, root, length);
        if taken || !covered(&body.stmts) {
            return false;
        }
        // Outwards, to the block that makes it.
        let home = self.defs.place_home(root);
        let mut region = self.defs.region_of(body);
        while region != home {
            let info = self.defs.region(region);
            let Some(parent) = info.parent else { return false };
            // In the next round of a loop around it, the place is what this one has left.
            match info.kind {
                RegionKind::For if !covered(&info.block.stmts) => return false,
                RegionKind::While | RegionKind::Cond => return false,
                _ => {}
            }
            let around = &self.defs.region(parent).block.stmts;
            let Some(owner) = info.owner else { return false };
            let Some(at) = around.iter().position(|s| std::ptr::eq(s, owner)) else { return false };
            if !covered(&around[at + 1..]) {
                return false;
            }
            region = parent;
        }
        true
    }
}

fn is_returned(ret: &Ret, root: Place) -> bool {
    match ret {
        Ret::Place(p) => *p == root,
        Ret::Tuple(parts) => parts.iter().any(|r| is_returned(r, root)),
        Ret::Unit | Ret::Scalar(_) => false,
    }
}
