//! Faults in what gradients do with memory: lengths that change, exchanges, views, snapshots, checkpoints.

use super::*;

pub const FAULTS: &[Planted] = &[
    ("a length is not put back", Stage::Gradient, Part::Reverse, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Resize { .. }))
    }),
    ("a length is put back to another", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::Resize { from, to, .. } if from != to => {
            std::mem::swap(from, to);
            true
        }
        _ => false,
    }),
    ("what was exchanged is not exchanged back", Stage::Gradient, Part::Reverse, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Swap { .. }))
    }),
    ("a view of the first row", Stage::Gradient, Part::Reverse, |f, s, i| {
        let mut zero = Vec::new();
        let z = f.int(&mut zero, 0, Ty::usize(), &Origin::default());
        let Op::View { path, .. } = &mut s[i].op else { return false };
        let Some(Proj::Index(v)) = path.last_mut() else { return false };
        *v = z;
        s.splice(i..i, zero);
        true
    }),
    ("a view that starts too early", Stage::Gradient, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::View { path, .. } => match path.last_mut() {
            Some(Proj::Slice(from @ Some(_), _)) => {
                *from = None;
                true
            }
            _ => false,
        },
        _ => false,
    }),
    ("the adjoint of a whole array goes nowhere", Stage::Gradient, Part::Reverse, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::AddPlace { .. }))
    }),
    ("the adjoint of a whole array is not zeroed", Stage::Gradient, Part::Reverse, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Zero(_)))
    }),
    ("a snapshot comes back as zeros", Stage::Gradient, Part::Any, |_, s, i| match &mut s[i].op {
        Op::Snapshot { zero: zero @ false, .. } => {
            *zero = true;
            true
        }
        _ => false,
    }),
    ("a stretch begins a round late", Stage::Checkpoint, Part::Reverse, |f, s, i| {
        let Op::Int { op: IntOp::Mul, args } = &s[i].op else { return false };
        let (n, mut code) = (args[0], Vec::new());
        let one = f.int(&mut code, 1, Ty::usize(), &Origin::default());
        let op = Op::Int { op: IntOp::Add, args: vec![s[i].results[0], one] };
        let fresh = f.value(Ty::usize(), None, &Origin::default());
        // The value keeps its number, one more than it was.
        let Op::Int { op: IntOp::Add, mut args } = op else { return false };
        let result = std::mem::replace(&mut s[i].results[0], fresh);
        args[0] = fresh;
        code.push(Stmt {
            op: Op::Int { op: IntOp::Add, args },
            results: vec![result],
            origin: Origin::default(),
        });
        s.splice(i + 1..i + 1, code);
        n != one
    }),
    ("a stretch ends at the last round of all", Stage::Checkpoint, Part::Reverse, |_, s, i| {
        match &mut s[i].op {
            Op::Int { op: op @ IntOp::Min, .. } => {
                *op = IntOp::Max;
                true
            }
            _ => false,
        }
    }),
    ("stretches run first one first", Stage::Checkpoint, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::For { range, body, .. } if range.rev && body.params.len() > 1 => {
            range.rev = false;
            true
        }
        _ => false,
    }),
    ("the state at a checkpoint is not kept", Stage::Checkpoint, Part::Forward, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Push { .. }))
    }),
];
