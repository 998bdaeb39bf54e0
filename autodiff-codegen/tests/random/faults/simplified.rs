//! Faults of passes: what a simplification may not do, done to the program that it leaves.

use super::*;

pub const FAULTS: &[Planted] = &[
    ("fold: a sum is summed in another order", Stage::Primal, Part::Any, |f, s, i| {
        let Op::Elem { rule, args } = &s[i].op else { return false };
        let (rule, [ab, c]) = (*rule, args[..].try_into().unwrap_or([Value(0); 2]));
        let Some(Op::Elem { rule: inner, args }) = s[..i].iter().find(|s| s.results == [ab]).map(|s| &s.op)
        else {
            return false;
        };
        if rule != rules::ADD || *inner != rules::ADD {
            return false;
        }
        let ([a, b], mut code) = ([args[0], args[1]], Vec::new());
        let op = Op::Elem { rule, args: vec![b, c] };
        let bc = f.push(&mut code, op, f.ty(b).clone(), None, &Origin::default());
        s[i].op = Op::Elem { rule, args: vec![a, bc] };
        s.splice(i..i, code);
        true
    }),
    ("fold: a division becomes a product", Stage::Primal, Part::Any, |f, s, i| {
        let Op::Elem { rule, args } = &s[i].op else { return false };
        if rule.get().name != "Div" {
            return false;
        }
        let ((rule, a, b), mut code) = ((*rule, args[0], args[1]), Vec::new());
        let one = f.float(&mut code, 1.0, Ty::F64, &Origin::default());
        let op = Op::Elem { rule, args: vec![one, b] };
        let inverse = f.push(&mut code, op, Ty::F64, None, &Origin::default());
        s[i].op = Op::Elem { rule: rules::MUL, args: vec![a, inverse] };
        s.splice(i..i, code);
        true
    }),
    ("fold: a product and a sum are rounded once", Stage::Primal, Part::Any, |_, s, i| {
        let Op::Elem { rule, args } = &s[i].op else { return false };
        let (sum, [ab, c]) = (*rule == rules::ADD, args[..].try_into().unwrap_or([Value(0); 2]));
        let product = s[..i].iter().find(|s| s.results == [ab]).map(|s| s.op.clone());
        match (product, rules::id("MulAdd")) {
            (Some(Op::Elem { rule, args }), Some(fused)) if sum && rule == rules::MUL => {
                s[i].op = Op::Elem { rule: fused, args: vec![args[0], args[1], c] };
                true
            }
            _ => false,
        }
    }),
    ("algebra: x - x is zero", Stage::Primal, Part::Any, |f, s, i| match &s[i].op {
        Op::Elem { rule, args } if rule.get().name == "Sub" && args[0] == args[1] => zero_of(f, s, i),
        _ => false,
    }),
    ("algebra: zero times anything is zero", Stage::Primal, Part::Any, |f, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::MUL => {
            let zero = args.iter().any(|v| {
                s.iter().any(|s| {
                    s.results == [*v]
                        && matches!(&s.op, Op::Const(Const::Float { value, .. }) if *value == 0.0)
                })
            });
            zero && zero_of(f, s, i)
        }
        _ => false,
    }),
    ("cse: a difference is taken for its negative", Stage::Primal, Part::Any, |_, s, i| {
        exchange(s, i, "Sub")
    }),
    ("cse: a load is taken for one before a write", Stage::Primal, Part::Any, |_, s, i| {
        let Op::Load { place, path, .. } = &s[i].op else { return false };
        let same = |s: &Stmt| matches!(&s.op, Op::Load { place: p, path: q, .. } if p == place && q.len() == path.len());
        let Some(n) = s[..i].iter().position(same) else { return false };
        let written = s[n..i].iter().any(|s| s.op.places_written().contains(place));
        let before = s[n].results[0];
        written && copy_of(before, s, i)
    }),
    ("hoist: a load leaves the loop that writes there", Stage::Primal, Part::Any, |f, s, i| {
        let Op::For { body, .. } = &s[i].op else { return false };
        let mut written = Vec::new();
        body.each_stmt(&mut |s| written.extend(s.op.places_written().into_iter().map(|p| f.root(p))));
        let made: Vec<Value> =
            body.stmts.iter().flat_map(|s| s.results.clone()).chain(body.params.clone()).collect();
        let fits = |s: &Stmt| match &s.op {
            Op::Load { place, .. } => {
                written.contains(&f.root(*place)) && s.op.values().iter().all(|v| !made.contains(v))
            }
            _ => false,
        };
        let Some(n) = body.stmts.iter().position(fits) else { return false };
        let Op::For { body, .. } = &mut s[i].op else { return false };
        let load = body.stmts.remove(n);
        s.insert(i, load);
        true
    }),
    ("dce: a write is taken for dead", Stage::Primal, Part::Any, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Store { .. } | Op::Accum { .. } | Op::CopyPlace { .. }))
    }),
    ("dce: a panic is dropped", Stage::Primal, Part::Any, |_, s, i| match &mut s[i].op {
        Op::If { then, .. } if then.yields.is_empty() && then.stmts.len() == 2 => {
            let before = then.stmts.len();
            then.stmts.retain(|s| !matches!(s.op, Op::Load { .. } | Op::Int { .. }));
            then.stmts.len() < before
        }
        _ => false,
    }),
    ("dce: opaque code is dropped", Stage::Primal, Part::Any, |_, s, i| {
        s[i].results.is_empty() && remove_if(s, i, |op| matches!(op, Op::Opaque { .. }))
    }),
    ("dce: an exit is dropped", Stage::Primal, Part::Any, |_, s, i| match &mut s[i].op {
        Op::If { then, .. } if then.diverges => {
            *then = Block::default();
            true
        }
        _ => false,
    }),
    ("regions: a loop is taken for one without rounds", Stage::Primal, Part::Any, |_, s, i| {
        match &mut s[i].op {
            Op::For { range, .. } => {
                range.hi = range.lo;
                range.inclusive = false;
                true
            }
            _ => false,
        }
    }),
    (
        "last_writes: a write in the reverse sweep is taken for dead",
        Stage::Simplified,
        Part::Reverse,
        |_, s, i| remove_if(s, i, |op| matches!(op, Op::Store { .. } | Op::Zero(_))),
    ),
    ("signs: a sign is lost", Stage::Simplified, Part::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::NEG => copy_of(args[0], s, i),
        _ => false,
    }),
    ("merge: arms that differ are taken for one", Stage::Simplified, Part::Reverse, |_, s, i| {
        match &mut s[i].op {
            Op::If { then, els, .. } if then.yields != els.yields => {
                std::mem::swap(then, els);
                true
            }
            _ => false,
        }
    }),
    ("one_stack: what is put on is put on in another order", Stage::Simplified, Part::Any, |f, s, i| {
        let Op::Push { place, value } = s[i].op else { return false };
        let next = s[i + 1..].iter().position(|s| matches!(s.op, Op::Push { place: p, .. } if p == place));
        let Some(next) = next.map(|n| i + 1 + n) else { return false };
        let Op::Push { value: other, .. } = s[next].op else { return false };
        let same = f.ty(value) == f.ty(other) && value != other;
        let on = same && !s[i + 1..next].iter().any(|s| matches!(s.op, Op::Pop(p) if p == place));
        if on {
            let first = s.remove(i);
            s.insert(next, first);
        }
        on
    }),
    ("first_writes: a later sum is taken for the first", Stage::Windows, Part::Reverse, |_, s, i| {
        let Op::Accum { place, path, value } = &s[i].op else { return false };
        s[i].op = Op::Store { place: *place, path: path.clone(), value: *value };
        true
    }),
    ("windows: a slice starts too early", Stage::Windows, Part::Reverse, |f, s, i| {
        let mut zero = Vec::new();
        let z = f.int(&mut zero, 0, Ty::usize(), &Origin::default());
        let Op::View { path, .. } = &mut s[i].op else { return false };
        let Some(Proj::Slice(Some(from), Some(_))) = path.last_mut() else { return false };
        *from = z;
        s.splice(i..i, zero);
        true
    }),
    ("windows: a slice is taken for another", Stage::Windows, Part::Reverse, |f, s, i| {
        let Op::View { base, path, .. } = &s[i].op else { return false };
        let (base, Some(Proj::Slice(..))) = (*base, path.last()) else { return false };
        let other = s[..i].iter().find_map(|s| match &s.op {
            Op::View { base: b, .. } if *b != base && f.plc(*b).ty == f.plc(base).ty => Some(*b),
            _ => None,
        });
        let (Some(other), Op::View { place, base, .. }) = (other, &mut s[i].op) else { return false };
        *base = other;
        f.places[place.0 as usize].kind = PlaceKind::View { base: other };
        true
    }),
    (
        "first_writes: what is not the first addition writes",
        Stage::Windows,
        Part::Reverse,
        |_, s, i| match &s[i].op {
            Op::Accum { place, path, value } if !path.is_empty() => {
                s[i].op = Op::Store { place: *place, path: path.clone(), value: *value };
                true
            }
            _ => false,
        },
    ),
    ("dots: a slice is multiplied by itself", Stage::Windows, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::DotPlaces(a, b) if a != b => {
            *b = *a;
            true
        }
        _ => false,
    }),
    ("in_turn: one of the sums is left out", Stage::Windows, Part::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::ADD => {
            let of_loop =
                |v: &Value| s[..i].iter().any(|s| matches!(s.op, Op::For { .. }) && s.results.contains(v));
            args.iter().all(of_loop) && copy_of(args[0], s, i)
        }
        _ => false,
    }),
    (
        "in_turn: all of the sums begin with what the first one does",
        Stage::Windows,
        Part::Reverse,
        |_, s, i| match &mut s[i].op {
            Op::For { inits, body, .. } if inits.len() > 3 && body.yields[0] == body.params[2] => {
                inits[1] = inits[0];
                true
            }
            _ => false,
        },
    ),
    ("steady: what the loop writes is read before it", Stage::Primal, Part::Any, |f, s, i| {
        let Op::For { body, .. } = &mut s[i].op else { return false };
        let (mut inside, mut written) = (body.params.clone(), Vec::new());
        body.each_stmt(&mut |s| {
            inside.extend(&s.results);
            written.extend(s.op.places_written());
            inside.extend(s.op.blocks().iter().flat_map(|b| &b.params));
        });
        let moves = |s: &Stmt| match &s.op {
            Op::Load { place, .. } => {
                written.contains(place)
                    && matches!(f.plc(*place).kind, PlaceKind::Param)
                    && !s.op.values().iter().any(|v| inside.contains(v))
            }
            _ => false,
        };
        let Some(at) = body.stmts.iter().position(moves) else { return false };
        let load = body.stmts.remove(at);
        s.insert(i, load);
        true
    }),
    ("fused: a partial is left out", Stage::Fused, Part::OwnForward, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::MUL => copy_of(args[0], s, i),
        _ => false,
    }),
    ("fused: an adjoint that a loop sums up stays", Stage::Fused, Part::Forward, |f, s, i| {
        match &mut s[i].op {
            Op::For { body, .. } if body.params.last().is_some_and(|p| f.ty(*p).is_float()) => {
                let last = body.params[body.params.len() - 1];
                let changed = body.yields.last() != Some(&last);
                if let Some(y) = body.yields.last_mut() {
                    *y = last;
                }
                changed
            }
            _ => false,
        }
    }),
];
