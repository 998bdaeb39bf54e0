//! Faults in gradients as reverse mode makes them: in their sums, what they keep, their loops and branches.

use super::*;

/// In gradients.
pub const FAULTS: &[Planted] = &[
    ("a term of a sum is dropped", Stage::Gradient, Part::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::ADD => copy_of(args[0], s, i),
        _ => false,
    }),
    ("a factor is dropped", Stage::Gradient, Part::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::MUL => copy_of(args[0], s, i),
        _ => false,
    }),
    ("a sign is lost", Stage::Gradient, Part::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::NEG => copy_of(args[0], s, i),
        _ => false,
    }),
    ("sin for cos", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::Elem { rule, .. } if rule.get().name == "Cos" => {
            *rule = rules::id("Sin").unwrap();
            true
        }
        _ => false,
    }),
    ("an overwritten adjoint is not zeroed", Stage::Gradient, Part::Reverse, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Store { .. } | Op::Zero(_)))
    }),
    ("a contribution to an array is lost", Stage::Gradient, Part::Reverse, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Accum { .. } | Op::AddPlace { .. }))
    }),
    ("a contribution overwrites the others", Stage::Gradient, Part::Reverse, |_, s, i| {
        match s[i].op.clone() {
            Op::Accum { place, path, value } => {
                s[i].op = Op::Store { place, path, value };
                true
            }
            _ => false,
        }
    }),
    ("a contribution goes to the first element", Stage::Gradient, Part::Reverse, |f, s, i| {
        let mut zero = Vec::new();
        let z = f.int(&mut zero, 0, Ty::usize(), &Origin::default());
        let Op::Accum { path, .. } = &mut s[i].op else { return false };
        let Some(Proj::Index(v)) = path.last_mut() else { return false };
        *v = z;
        s.splice(i..i, zero);
        true
    }),
    ("the wrong element is read", Stage::Gradient, Part::Reverse, |f, s, i| {
        let mut zero = Vec::new();
        let z = f.int(&mut zero, 0, Ty::usize(), &Origin::default());
        let Op::Load { path, .. } = &mut s[i].op else { return false };
        let Some(Proj::Index(v)) = path.last_mut() else { return false };
        *v = z;
        s.splice(i..i, zero);
        true
    }),
    ("a loop runs the wrong way", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        // Where each round only adds to sums, the order is free.
        Op::For { range, body, .. } if body.yields.iter().any(|y| !body.params.contains(y)) => {
            range.rev = !range.rev;
            true
        }
        _ => false,
    }),
    ("a loop is left out", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::For { range, .. } => {
            range.hi = range.lo;
            range.inclusive = false;
            true
        }
        _ => false,
    }),
    ("a carried adjoint stays what it was", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::For { body, .. } if body.params.len() > 1 && body.yields[0] != body.params[1] => {
            body.yields[0] = body.params[1];
            true
        }
        _ => false,
    }),
    ("carried adjoints are swapped", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::For { body, .. } if body.yields.len() > 1 && body.yields[0] != body.yields[1] => {
            body.yields.swap(0, 1);
            true
        }
        _ => false,
    }),
    ("the other branch", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::If { then, els, .. } => {
            std::mem::swap(then, els);
            true
        }
        _ => false,
    }),
    ("the wrong winner", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::Cmp { op, .. } if matches!(op, CmpOp::Ge | CmpOp::Le) => {
            *op = if *op == CmpOp::Ge { CmpOp::Lt } else { CmpOp::Gt };
            true
        }
        _ => false,
    }),
    ("nothing comes back from a call", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::CallReverse { slots, .. } if slots.iter().any(|s| matches!(s, Slot::Place(_))) => {
            for slot in slots.iter_mut().filter(|s| matches!(s, Slot::Place(_))) {
                *slot = Slot::Off;
            }
            true
        }
        _ => false,
    }),
    ("a saved value is not kept", Stage::Gradient, Part::Forward, |f, s, i| match &s[i].op {
        Op::Store { place, .. } if f.plc(*place).name.as_ref().is_none_or(saved) => {
            s.remove(i);
            true
        }
        _ => false,
    }),
    ("a buffer is short", Stage::Gradient, Part::Forward, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Push { .. }))
    }),
    ("opaque code is left out", Stage::Gradient, Part::Forward, |_, s, i| {
        s[i].results.is_empty() && remove_if(s, i, |op| matches!(op, Op::Opaque { .. }))
    }),
    ("opaque code runs twice", Stage::Gradient, Part::Forward, |_, s, i| {
        let again = Stmt { results: Vec::new(), ..s[i].clone() };
        let on = matches!(again.op, Op::Opaque { .. });
        if on {
            s.insert(i + 1, again);
        }
        on
    }),
    ("the primal is computed in another way", Stage::Gradient, Part::Forward, |_, s, i| match &mut s[i].op {
        Op::Elem { rule, args } if rule.get().name == "Sub" => {
            args.swap(0, 1);
            true
        }
        _ => false,
    }),
    ("what is loaded again has changed", Stage::Gradient, Part::Reverse, |f, s, i| {
        let Op::Load { place, again: Some(_), .. } = &s[i].op else { return false };
        let place = *place;
        let mut root = place;
        loop {
            f.places[root.0 as usize].mutable = true;
            match f.plc(root).kind {
                PlaceKind::View { base } => root = base,
                _ => break,
            }
        }
        let mut code = Vec::new();
        f.effect(&mut code, Op::Zero(place), &Origin::default());
        s.splice(i..i, code);
        true
    }),
    ("a contribution is added twice", Stage::Gradient, Part::Reverse, |_, s, i| {
        let on = matches!(s[i].op, Op::Accum { .. } | Op::AddPlace { .. });
        if on {
            s.insert(i, s[i].clone());
        }
        on
    }),
    ("an adjoint is taken for zero", Stage::Gradient, Part::Reverse, |f, s, i| match &s[i].op {
        Op::Load { again: None, .. } => zero_of(f, s, i),
        _ => false,
    }),
    ("an adjoint is zeroed too early", Stage::Gradient, Part::Reverse, |f, s, i| match &s[i].op {
        Op::Accum { place, .. } if f.plc(*place).mutable => {
            let op = Op::Zero(*place);
            s.insert(i + 1, Stmt { op, results: Vec::new(), origin: Origin::default() });
            true
        }
        _ => false,
    }),
    ("an adjoint starts as what it is the adjoint of", Stage::Gradient, Part::Any, |f, s, i| {
        match &mut s[i].op {
            Op::Alloc { place, init } => match init {
                Init::ZeroLike(p) if f.plc(*p).ty == f.plc(*place).ty => {
                    *init = Init::Copy(*p);
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }),
    ("the operands of a partial are exchanged", Stage::Gradient, Part::Reverse, |_, s, i| {
        exchange(s, i, "Div")
    }),
    ("a constant of a partial is another", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::Const(Const::Float { value, text }) if *value != 0.0 => {
            *value += 0.5;
            *text = format!("{value:?}");
            true
        }
        _ => false,
    }),
    ("opaque code runs once more in the end", Stage::Gradient, Part::Any, |_, s, i| {
        let on = matches!(s[i].op, Op::Opaque { .. });
        if on {
            s.push(Stmt { results: Vec::new(), ..s[i].clone() });
        }
        on
    }),
    ("a value is kept where that of the first round is", Stage::Gradient, Part::Forward, |f, s, i| {
        let mut zero = Vec::new();
        let z = f.int(&mut zero, 0, Ty::usize(), &Origin::default());
        let Op::Store { place, path, .. } = &mut s[i].op else { return false };
        let own = f.plc(*place).name.as_ref().is_some_and(saved);
        let v = match path.last_mut().filter(|_| own) {
            Some(Proj::Index(v)) => v,
            Some(Proj::At(vs, _)) if !vs.is_empty() => &mut vs[0],
            _ => return false,
        };
        *v = z;
        s.splice(i..i, zero);
        true
    }),
    ("what was put on a stack last stays there", Stage::Gradient, Part::Reverse, |f, s, i| match &s[i].op {
        Op::Pop(_) => zero_of(f, s, i),
        _ => false,
    }),
    ("a loop leaves out its first round", Stage::Gradient, Part::Reverse, |f, s, i| {
        let Op::For { range, .. } = &s[i].op else { return false };
        let (lo, mut code) = (range.lo, Vec::new());
        if *f.ty(lo) != Ty::usize() {
            return false;
        }
        let one = f.int(&mut code, 1, Ty::usize(), &Origin::default());
        let next = Op::Int { op: IntOp::Add, args: vec![lo, one] };
        let next = f.push(&mut code, next, Ty::usize(), None, &Origin::default());
        let Op::For { range, .. } = &mut s[i].op else { return false };
        range.lo = next;
        s.splice(i..i, code);
        true
    }),
    ("a tie goes to both", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::Cmp { op, args }
            if args[0] != args[1] && matches!(op, CmpOp::Ge | CmpOp::Le | CmpOp::Gt | CmpOp::Lt) =>
        {
            args[1] = args[0];
            *op = CmpOp::Eq;
            true
        }
        _ => false,
    }),
];
