//! Faults in tangent programs, and in the tangents of gradients. Only statements of tangents are looked at: the primal's are
//! compared to the bit.

use super::*;

/// Faults that a tangent may have, wherever it comes from.
macro_rules! tangents {
    ($stage:expr, $prefix:literal) => {
        &[
            (concat!($prefix, "a term of a sum is dropped"), $stage, Part::Own, |_, s, i| match &s[i].op {
                Op::Elem { rule, args } if *rule == rules::ADD => copy_of(args[0], s, i),
                _ => false,
            }),
            (concat!($prefix, "a partial is left out"), $stage, Part::Own, |_, s, i| match &s[i].op {
                Op::Elem { rule, args } if *rule == rules::MUL => copy_of(args[0], s, i),
                _ => false,
            }),
            (concat!($prefix, "a sign is lost"), $stage, Part::Own, |_, s, i| match &s[i].op {
                Op::Elem { rule, args } if *rule == rules::NEG => copy_of(args[0], s, i),
                _ => false,
            }),
            (concat!($prefix, "a tangent is stored nowhere"), $stage, Part::Own, |_, s, i| {
                remove_if(s, i, |op| matches!(op, Op::Store { .. } | Op::Accum { .. }))
            }),
            (concat!($prefix, "a tangent overwrites a sum"), $stage, Part::Own, |_, s, i| {
                match s[i].op.clone() {
                    Op::Accum { place, path, value } => {
                        s[i].op = Op::Store { place, path, value };
                        true
                    }
                    _ => false,
                }
            }),
            (
                concat!($prefix, "a sum where a tangent is overwritten"),
                $stage,
                Part::Own,
                |_, s, i| match s[i].op.clone() {
                    Op::Store { place, path, value } => {
                        s[i].op = Op::Accum { place, path, value };
                        true
                    }
                    _ => false,
                },
            ),
            (concat!($prefix, "the tangent of another element"), $stage, Part::Own, |f, s, i| {
                let mut zero = Vec::new();
                let z = f.int(&mut zero, 0, Ty::usize(), &Origin::default());
                let Op::Load { path, .. } = &mut s[i].op else { return false };
                let Some(Proj::Index(v)) = path.last_mut() else { return false };
                *v = z;
                s.splice(i..i, zero);
                true
            }),
            (
                concat!($prefix, "what is loaded is taken for passive"),
                $stage,
                Part::Own,
                |f, s, i| match &s[i].op {
                    Op::Load { .. } => zero_of(f, s, i),
                    _ => false,
                },
            ),
            (concat!($prefix, "the tangent that a loop carries stays"), $stage, Part::Any, |f, s, i| {
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
        ]
    };
}

pub const FAULTS: &[Planted] = tangents!(Stage::Tangent, "");

/// Of tangents of gradients.
pub const SECOND: &[Planted] = tangents!(Stage::Second, "second order: ");

/// Of memory.
pub const MEMORY: &[Planted] = &[
    ("the tangent of a whole array is not copied", Stage::Tangent, Part::Own, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::CopyPlace { .. }))
    }),
    ("the tangent of a whole array is not zeroed", Stage::Tangent, Part::Own, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Zero(_)))
    }),
    ("tangents are not exchanged", Stage::Tangent, Part::Own, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Swap { .. }))
    }),
    ("a tangent is not appended", Stage::Tangent, Part::Own, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Push { .. } | Op::Append { .. }))
    }),
    ("a tangent keeps its length", Stage::Tangent, Part::Own, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Resize { .. }))
    }),
    ("an argument of a call is taken for passive", Stage::Tangent, Part::Any, |_, s, i| match &mut s[i].op {
        Op::CallTangent { tangents, .. } => {
            tangents.iter_mut().find_map(|t| t.take_if(|t| matches!(t, Arg::Value(_)))).is_some()
        }
        _ => false,
    }),
];

/// Of gradients of gradients.
pub const TWICE: &[Planted] = &[
    ("second sweep: a term of a sum is dropped", Stage::Twice, Part::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::ADD => copy_of(args[0], s, i),
        _ => false,
    }),
    ("second sweep: a contribution is lost", Stage::Twice, Part::Reverse, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Accum { .. } | Op::AddPlace { .. }))
    }),
    ("second sweep: an adjoint is not zeroed", Stage::Twice, Part::Reverse, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Store { .. } | Op::Zero(_)))
    }),
    ("second sweep: a loop is left out", Stage::Twice, Part::Reverse, |_, s, i| match &mut s[i].op {
        Op::For { range, .. } => {
            range.hi = range.lo;
            range.inclusive = false;
            true
        }
        _ => false,
    }),
];
