//! What partials ask of the maths library, asked in the forward sweep.
//!
//! The derivative of a sine takes the cosine of the same number. Where the two sweeps have no code in common (in arms and loops,
//! and in the halves of a call) the program itself may have computed that cosine, and if it has not, it comes along with the sine
//! for little more. It is saved in the place of the number, and not computed by each reverse sweep.

use super::*;
use crate::rules::{Cost, RuleId};

/// The results of the primal's own operations of the maths library, by operation and operand.
pub(super) type Functions = HashMap<(RuleId, Value), Vec<Value>>;

/// Collects them.
pub(super) fn functions(primal: &Func) -> Functions {
    let mut out = Functions::default();
    primal.body.each_stmt(&mut |s| {
        if let Op::Elem { rule, args } = &s.op
            && let ([arg], [result]) = (&args[..], &s.results[..])
            && rule.get().cost == Cost::Expensive
        {
            out.entry((*rule, *arg)).or_default().push(*result);
        }
    });
    out
}

impl<'f> Reverse<'f> {
    /// What the partial of a statement's operation asks the maths library for, as the forward sweep has computed it. `None` if
    /// it asks for nothing, or if the reverse sweep may as well: its code stands in the same block then, where rustc sees both.
    pub(super) fn asked_ahead(
        &mut self,
        st: &'f Stmt,
        rule: RuleId,
        operand: usize,
        args: &[Value],
    ) -> Option<Value> {
        let (function, of) = crate::rules::asked(rule, operand)?;
        let arg = *args.get(of)?;
        let home = self.home(*st.results.first()?);
        if self.opts.fuse && self.open.contains(&home) {
            return None;
        }
        let own = self.functions.get(&(function, arg)).into_iter().flatten().copied();
        let early = self.scopes.iter().any(|s| s.before_call);
        let known = own.into_iter().find(|v| self.home(*v) == home && !early || self.defined_before(*v, st));
        let known = match known {
            Some(v) => v,
            None if rule.get().paired => self.ask(st, function, arg, home),
            None => return None,
        };
        Some(self.primal(known))
    }

    /// Has the forward sweep compute a function of `arg` right before a statement.
    fn ask(&mut self, st: &'f Stmt, function: RuleId, arg: Value, home: RegionId) -> Value {
        let ty = self.primal.ty(arg).clone();
        let name = Name::Temp(function.get().name.to_lowercase());
        let v = self.out.value(ty, Some(name), &st.origin);
        let op = Op::Elem { rule: function, args: vec![arg] };
        let stmt = Stmt { op, results: vec![v], origin: st.origin.clone() };
        self.before.entry(st).or_default().push(stmt);
        self.made_in.insert(v, home);
        self.functions.entry((function, arg)).or_default().push(v);
        v
    }
}
