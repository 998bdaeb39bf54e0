//! What is lent to a call: parts of one place at once (the halves of `split_at_mut`, the elements of `&mut z`), and what is
//! lent for reading by a variable that could write.

use super::Lower;
use crate::ir::{Arg, Init, Mode, Op, Place, PlaceTy};
use crate::known::Lent;

impl Lower<'_, '_> {
    /// Parts of one place, of which the callee may change one, are borrowed one by one in the companions, and rustc
    /// can't see that they are disjoint: it has seen that in the user's function. So all but the first that may be
    /// changed are copies. Those that may be changed come back with the pairs of a part and its copy, to be written
    /// back after the call.
    pub(super) fn lend_apart(&mut self, args: &mut [Arg]) -> Vec<(Place, Place)> {
        let mut back = Vec::new();
        let lent: Vec<Option<(Place, Mode)>> = args
            .iter()
            .map(|a| match a {
                Arg::Place(p, mode) => Some((self.func.root(*p), *mode)),
                _ => None,
            })
            .collect();
        for (i, arg) in args.iter_mut().enumerate() {
            let (Arg::Place(p, mode), Some((root, _))) = (&mut *arg, lent[i]) else { continue };
            let changed = lent.iter().position(|l| *l == Some((root, Mode::Mut)));
            if changed.is_none_or(|first| first == i) {
                continue;
            }
            let copy = self.own_copy(*p);
            if *mode == Mode::Mut {
                self.written(copy);
                back.push((*p, copy));
            }
            *arg = Arg::Place(copy, *mode);
        }
        back
    }

    /// A copy that can be lent in the place of its original.
    fn own_copy(&mut self, p: Place) -> Place {
        let ty = match self.func.plc(p).ty.clone() {
            PlaceTy::Slice(elem) => PlaceTy::Vec(elem),
            other => other,
        };
        let copy = self.fresh(ty);
        self.types.unify(&self.func, super::types::Node::Place(copy), super::types::Node::Place(p));
        self.effect(Op::Alloc { place: copy, init: Init::Copy(p) });
        copy
    }

    /// A `&mut` where the callee asks for a `&` is lent for reading: the reverse part gets it again.
    pub(super) fn lend_for_reading(args: &mut [Arg], lent: Option<&[Lent]>) {
        for (arg, lent) in args.iter_mut().zip(lent.into_iter().flatten()) {
            match arg {
                Arg::Place(_, mode @ Mode::Mut) if lent.is_reference() => *mode = Mode::Ref,
                _ => {}
            }
        }
    }
}
