//! What is read and written through a view of one number is read and written where it lies: the items of `iter_mut`, and
//! variables such as `let r = &mut x[i]`, become elements with an index, which is what other passes know.
//!
//! The view itself stays, as long as nothing else drops it: it is where an index out of range panics.

use crate::ir::*;
use crate::tables::HashMap;

/// Says whether it changed anything.
pub(super) fn run(func: &mut Func) -> bool {
    let mut views: HashMap<Place, (Place, Vec<Proj>)> = HashMap::default();
    func.body.each_stmt(&mut |s| {
        if let Op::View { place, base, path } = &s.op
            && matches!(func.plc(*place).ty, PlaceTy::Scalar(_))
            && path.iter().all(|p| matches!(p, Proj::Index(_)))
        {
            views.insert(*place, (*base, path.clone()));
        }
    });
    let mut mutable = Vec::new();
    let mut changed = false;
    func.body.each_stmt_mut(&mut |s| {
        let (Op::Load { place, path, .. } | Op::Store { place, path, .. } | Op::Accum { place, path, .. }) =
            &mut s.op
        else {
            return;
        };
        if path.is_empty()
            && let Some((base, element)) = views.get(place)
        {
            mutable.push((*place, *base));
            (*place, *path) = (*base, element.clone());
            changed = true;
        }
    });
    for (view, mut base) in mutable {
        // What is written through a view is written through what that is a view of.
        while func.plc(view).mutable && !func.plc(base).mutable {
            func.places[base.0 as usize].mutable = true;
            let PlaceKind::View { base: below } = func.plc(base).kind else { break };
            base = below;
        }
    }
    changed
}
