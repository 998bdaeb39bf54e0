//! Tuples of active values as arguments: gathered in memory, as one place.

use super::place::Loc;
use super::{Lower, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::Expr;
use crate::ir::{Init, Op, Place, PlaceTy};

impl<'a> Lower<'a, '_> {
    /// A place with the parts of a tuple, which have to be floats of one width and arrays of them.
    pub(super) fn gathered(&mut self, vals: Vec<Val>, e: &'a Expr) -> Res<Place> {
        let Some(ty) = self.gathered_type(&vals) else {
            let option = super::options::call_of(e, &["Some"]).is_some();
            return self.refuse(if option { Kind::OptionArgument } else { Kind::TupleArgument }, e, &[]);
        };
        let place = self.fresh(ty.clone());
        self.effect(Op::Alloc { place, init: Init::Zeros });
        self.assign_part(Loc { place, path: Vec::new(), ty }, Val::Tuple(vals), e)?;
        Ok(place)
    }

    fn gathered_type(&mut self, vals: &[Val]) -> Option<PlaceTy> {
        let mut parts = Vec::new();
        for val in vals {
            parts.push(match val {
                Val::Scalar(v) => PlaceTy::Scalar(self.found(*v)),
                Val::Place(p) => self.func.plc(*p).ty.clone(),
                Val::Tuple(vals) => self.gathered_type(vals)?,
                _ => return None,
            });
        }
        // What stands beside a float may say whether it is there: it is no tuple to the callee.
        super::shape::tuple_place(parts).filter(|ty| *ty == ty.derivative())
    }
}
