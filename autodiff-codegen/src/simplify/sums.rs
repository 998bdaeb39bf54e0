//! What loops carry in sums of adjoints.

use crate::ir::*;
use crate::rules::{ADD, SUB};
use crate::tables::HashMap;

/// The body of a loop, and how often its values are used in it.
pub(super) struct Round<'a> {
    func: &'a Func,
    pub(super) body: &'a Block,
    uses: HashMap<Value, usize>,
}

impl<'a> Round<'a> {
    pub(super) fn of(func: &'a Func, body: &'a Block) -> Round<'a> {
        let mut uses: HashMap<Value, usize> = HashMap::default();
        body.each_use(&mut |v| *uses.entry(v).or_default() += 1);
        Round { func, body, uses }
    }

    /// Whether nothing but one operand, or one yield, is this value.
    pub(super) fn is_used_once(&self, v: Value) -> bool {
        self.uses.get(&v) == Some(&1)
    }

    /// Of each value that the loop carries, what a round adds to it and takes away from it (`true`), if it is an adjoint, and used
    /// for nothing else on its way to the end of the round.
    pub(super) fn sums(&self) -> Vec<Option<Vec<(Value, bool)>>> {
        let carried = self.body.params[1..].iter().zip(&self.body.yields);
        carried
            .map(|(start, end)| if self.is_adjoint(*start) { self.added(*start, *end) } else { None })
            .collect()
    }

    /// Whether what the loop carries is an adjoint. A mirrored loop carries nothing else; in a fused one, the name says so.
    fn is_adjoint(&self, param: Value) -> bool {
        let info = self.func.val(param);
        let mirrored = self.func.val(self.body.params[0]).rerun;
        info.ty.is_float() && !info.ty.is_lanes() && (mirrored || matches!(info.name, Some(Name::Adjoint(_))))
    }

    fn added(&self, start: Value, end: Value) -> Option<Vec<(Value, bool)>> {
        let (mut sum, mut added) = (start, Vec::new());
        while sum != end {
            let next = self.body.stmts.iter().filter(|_| self.is_used_once(sum)).find_map(|s| match &s.op {
                Op::Elem { rule: ADD, args } if args[0] == sum => Some((s.results[0], args[1], false)),
                Op::Elem { rule: ADD, args } if args[1] == sum => Some((s.results[0], args[0], false)),
                Op::Elem { rule: SUB, args } if args[0] == sum => Some((s.results[0], args[1], true)),
                _ => None,
            });
            let (next, summand, minus) = next?;
            added.push((summand, minus));
            sum = next;
        }
        // What is carried on must not be read by the round on its way out.
        (self.is_used_once(sum) && !added.is_empty()).then_some(added)
    }
}
