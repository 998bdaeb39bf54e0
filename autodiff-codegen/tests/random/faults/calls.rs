//! Faults around calls: in what is given to them, in what they keep, and in the derivatives of the functions that are called.

use super::*;

pub const FAULTS: &[Planted] = &[
    ("a call is seeded with one", Stage::Gradient, Part::Reverse, |f, s, i| {
        let mut code = Vec::new();
        let one = f.float(&mut code, 1.0, Ty::F64, &Origin::default());
        let Op::CallReverse { seed: Seed::Value(v), .. } = &mut s[i].op else { return false };
        let float = *f.ty(*v) == Ty::F64;
        *v = one;
        s.splice(i..i, code);
        float
    }),
    ("the contributions of two arguments are mixed up", Stage::Gradient, Part::Reverse, |f, s, i| {
        let Stmt { op: Op::CallReverse { .. }, results, .. } = &mut s[i] else { return false };
        let fits = results.len() > 1 && f.ty(results[0]) == f.ty(results[1]);
        if fits {
            results.swap(0, 1);
        }
        fits
    }),
    ("a call gives its contribution back twice", Stage::Gradient, Part::Reverse, |_, s, i| {
        let Stmt { op: Op::CallReverse { slots, .. }, results, .. } = &s[i] else { return false };
        let on = results.is_empty() && slots.iter().any(|s| matches!(s, Slot::Place(_)));
        if on {
            s.insert(i, s[i].clone());
        }
        on
    }),
    ("called: a term of a sum is dropped", Stage::Callee, Part::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::ADD => copy_of(args[0], s, i),
        _ => false,
    }),
    ("called: the caller's buffer is overwritten", Stage::Callee, Part::Reverse, |_, s, i| {
        match s[i].op.clone() {
            Op::Accum { place, path, value } => {
                s[i].op = Op::Store { place, path, value };
                true
            }
            _ => false,
        }
    }),
    ("called: a saved value is not kept", Stage::Callee, Part::Forward, |f, s, i| match &s[i].op {
        Op::Store { place, .. } if f.plc(*place).name.as_ref().is_none_or(saved) => {
            s.remove(i);
            true
        }
        _ => false,
    }),
    ("called: opaque code runs again in the reverse part", Stage::Callee, Part::Any, |_, s, i| {
        let on = matches!(s[i].op, Op::Opaque { .. });
        if on {
            s.push(Stmt { results: Vec::new(), ..s[i].clone() });
        }
        on
    }),
    ("called: a partial of the tangent is left out", Stage::CalleeTangent, Part::Own, |_, s, i| {
        match &s[i].op {
            Op::Elem { rule, args } if *rule == rules::MUL => copy_of(args[0], s, i),
            _ => false,
        }
    }),
    ("called: a mixed term is dropped", Stage::CalleeSecond, Part::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::ADD => copy_of(args[0], s, i),
        _ => false,
    }),
    ("called: a partial of second order is left out", Stage::CalleeSecond, Part::Reverse, |_, s, i| match &s
        [i]
        .op
    {
        Op::Elem { rule, args } if *rule == rules::MUL => copy_of(args[0], s, i),
        _ => false,
    }),
];
