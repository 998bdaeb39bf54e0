//! Faults in what fused gradients do beside the sweeps: in calls that make value and gradient at once, and in loops of which
//! one round alone is differentiated.

use super::*;

/// Whether a value says if a round has won.
fn says_won(f: &Func, v: Value) -> bool {
    matches!(&f.val(v).name, Some(Name::Temp(name)) if name == "won")
}

/// The branch at the end of a round that remembers the round, if it won.
fn remembering<'s>(f: &Func, s: &'s mut Stmt) -> Option<(&'s mut Block, &'s mut Block)> {
    let won = s.results.first().is_some_and(|r| says_won(f, *r));
    match &mut s.op {
        Op::If { then, els, .. } if won && then.yields.len() > 1 => Some((then, els)),
        _ => None,
    }
}

/// The branch of the reverse sweep that runs the round that won.
fn running<'s>(f: &Func, s: &'s mut Stmt) -> Option<(&'s mut Block, &'s mut Block)> {
    match &mut s.op {
        Op::If { cond, then, els } if says_won(f, *cond) => Some((then, els)),
        _ => None,
    }
}

pub const FAULTS: &[Planted] =
    &[
        ("at once: a call is seeded with one", Stage::AtOnce, Part::Any, |f, s, i| {
            let mut code = Vec::new();
            let Op::CallAtOnce { seed, .. } = &mut s[i].op else { return false };
            let ty = f.ty(*seed).clone();
            *seed = f.float(&mut code, 1.0, ty, &Origin::default());
            s.splice(i..i, code);
            true
        }),
        ("at once: nothing comes back to memory", Stage::AtOnce, Part::Any, |_, s, i| match &mut s[i].op {
            Op::CallAtOnce { slots, .. } if slots.iter().any(|s| matches!(s, Slot::Place(_))) => {
                for slot in slots.iter_mut().filter(|s| matches!(s, Slot::Place(_))) {
                    *slot = Slot::Off;
                }
                true
            }
            _ => false,
        }),
        ("at once: a contribution is lost", Stage::AtOnce, Part::Any, |f, s, i| match &s[i] {
            Stmt { op: Op::CallAtOnce { .. }, results, origin } if results.len() > 1 => {
                let (lost, origin) = (results[1], origin.clone());
                let unread = f.value(f.ty(lost).clone(), None, &origin);
                let zero = Op::Const(Const::Float { value: 0.0, text: "0.0".into() });
                let float = *f.ty(lost) == Ty::F64;
                s[i].results[1] = unread;
                s.insert(i + 1, Stmt { op: zero, results: vec![lost], origin });
                float
            }
            _ => false,
        }),
        ("winner: each round is taken for the one that won", Stage::Fused, Part::Any, |f, s, i| {
            match remembering(f, &mut s[i]) {
                Some((then, els)) => {
                    els.yields[1..].copy_from_slice(&then.yields[1..]);
                    true
                }
                None => false,
            }
        }),
        ("winner: the first round that won is taken for the last", Stage::Fused, Part::Any, |f, s, i| {
            let Some((_, els)) = remembering(f, &mut s[i]) else { return false };
            let before = els.yields.clone();
            let origin = s[i].origin.clone();
            let chosen: Vec<Value> =
                before.iter().map(|v| f.value(f.ty(*v).clone(), None, &origin)).collect();
            let own = Stmt { results: chosen.clone(), ..s[i].clone() };
            s[i].op = Op::If {
                cond: before[0],
                then: Block { yields: before, ..Block::default() },
                els: Block { stmts: vec![own], yields: chosen, ..Block::default() },
            };
            true
        }),
        (
            "winner: what the loop began with has a derivative in any case",
            Stage::Fused,
            Part::Reverse,
            |f, s, i| {
                let Some((then, els)) = running(f, &mut s[i]) else { return false };
                let made = els.stmts.iter().flat_map(|s| &s.results).any(|r| els.yields.first() == Some(r));
                match els.yields.first() {
                    Some(start) if !made && then.yields[0] != *start => {
                        then.yields[0] = *start;
                        true
                    }
                    _ => false,
                }
            },
        ),
    ];
