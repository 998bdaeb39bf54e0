//! Which views are borrowed while a loop runs.
//!
//! A view of what is written to is spelled out wherever it is used, since a borrow would stand in the way of everything else
//! that is done to the place. Where all that loops do to the place goes through one view, and nothing else comes between
//! the view and the last of them, it can be a reference.

use crate::tables::HashMap;

use crate::ir::*;

/// The views, and how each is borrowed: [`Mode::Mut`] if the loop writes through it.
///
/// No borrow reaches over `split`, the statement at which the program will be cut in two.
pub(super) fn borrowed(func: &Func, split: Option<usize>) -> HashMap<Place, Mode> {
    let mut out = HashMap::default();
    let (first, second) = func.body.stmts.split_at(split.unwrap_or(0).min(func.body.stmts.len()));
    for part in [first, second] {
        stmts(func, part, &mut out);
        let inner = part.iter().flat_map(|s| s.op.blocks());
        inner.for_each(|b| b.each_block(&mut |b| stmts(func, &b.stmts, &mut out)));
    }
    out
}

fn stmts(func: &Func, stmts: &[Stmt], out: &mut HashMap<Place, Mode>) {
    if !stmts.iter().any(|s| matches!(s.op, Op::View { .. })) {
        return;
    }
    let used: Vec<Vec<(Place, bool)>> = stmts.iter().map(uses).collect();
    // By root, the statements that touch it; by place, the last one.
    let (mut touching, mut last) = (HashMap::<Place, Vec<usize>>::default(), HashMap::default());
    for (i, uses) in used.iter().enumerate() {
        for (p, _) in uses {
            let of_root = touching.entry(func.root(*p)).or_default();
            if of_root.last() != Some(&i) {
                of_root.push(i);
            }
            last.insert(*p, i);
        }
    }
    for (i, s) in stmts.iter().enumerate() {
        let Op::View { place, .. } = s.op else { continue };
        let root = func.root(place);
        let of_root = touching.get(&root).map_or(&[][..], Vec::as_slice);
        let Some(&end) = last.get(&place) else { continue };
        // What touches the place from here on, until the view is used for the last time.
        let users = &of_root[of_root.partition_point(|n| *n <= i)..of_root.partition_point(|n| *n <= end)];
        let runs = |n: &usize| matches!(stmts[*n].op, Op::For { .. } | Op::If { .. } | Op::DotPlaces(..));
        let mut inside = users.iter().flat_map(|n| &used[*n]).filter(|(p, _)| func.root(*p) == root);
        if users.iter().any(|n| matches!(stmts[*n].op, Op::For { .. } | Op::If { .. }))
            && users.iter().all(runs)
            && inside.clone().all(|(p, _)| *p == place)
        {
            let writes = inside.any(|(_, written)| *written);
            out.insert(place, if writes { Mode::Mut } else { Mode::Ref });
        }
    }
}

/// The places that a statement mentions, in what it holds too, and whether it writes to them.
fn uses(s: &Stmt) -> Vec<(Place, bool)> {
    let mut out = Vec::new();
    let mut of = |s: &Stmt| {
        out.extend(s.op.places_read().into_iter().map(|p| (p, false)));
        out.extend(s.op.places_written().into_iter().map(|p| (p, true)));
        out.extend(s.op.place_made().into_iter().map(|p| (p, false)));
    };
    of(s);
    s.op.blocks().iter().for_each(|b| b.each_stmt(&mut of));
    out
}
