//! Calls that make their value and their gradient in one: where the adjoint of a call's result is known before the call
//! is made, it can be handed over with the arguments. Then the callee need save nothing for later, its own loops may be
//! fused, and so may its own calls be: a recursion goes down once, and comes back with everything.

use super::calls::Back;
use super::early::Memo;
use super::*;

impl<'f> Reverse<'f> {
    /// Makes a call one of both parts, if that can be done: then its reverse part runs in the forward sweep.
    pub(super) fn try_at_once(
        &mut self,
        block: &'f Block,
        st: &'f Stmt,
        callee: &Callee,
        args: &'f [Arg],
        out: &mut Vec<Stmt>,
    ) -> bool {
        let region = self.defs.region_of(block);
        let plain = !callee.method
            && callee.function.is_none()
            && callee.operator.is_none()
            && callee.taken.is_none()
            && callee.of_module.is_none()
            && callee.path.segments.iter().all(|s| s.arguments.is_none())
            && !crate::names::is_associated(&callee.path)
            && (1..=STAND_INS).contains(&args.len());
        let Some(result) = st.results.first().copied() else { return false };
        let allowed = self.opts.fuse && self.opts.at_once && self.open.contains(&region);
        if !allowed || !plain || !self.act.value(result) || !self.arguments_allow(st, args) {
            return false;
        }
        let mut before = Vec::new();
        let seed = match self.early(result, st, &mut before, &mut Memo::default()) {
            Some(EarlyYield::Value(seed)) => seed,
            Some(EarlyYield::One) => {
                let ty = self.asserted_type(result).unwrap_or_else(|| self.out.ty(result).clone());
                self.out.float(&mut before, 1.0, ty, &st.origin)
            }
            Some(EarlyYield::Zero) | None => return false,
        };
        // Views of adjoints that the call adds into are made before it, and the adjoints themselves before that.
        self.scopes.push(Scope { before_call: true, ..Scope::new(region) });
        let mut back = Back::default();
        let slots = args.iter().map(|a| self.slot(Some(a), st, &mut back, &mut before)).collect();
        if let Some(scope) = self.scopes.pop() {
            before.splice(0..0, scope.head);
        }
        out.extend(back.later);
        for (v, contribution) in back.whose.iter().zip(&back.results) {
            self.add_adjoint(out, *v, *contribution, &st.origin);
        }
        self.at_once.insert(st, AtOnce { before, seed, slots, results: back.results });
        self.decisions.at_once.push(st.origin.clone());
        true
    }

    /// Whether the reverse part may run right after the forward part: the call writes to nothing active, and
    /// nothing active that it reads is written to from here on.
    fn arguments_allow(&self, st: &'f Stmt, args: &[Arg]) -> bool {
        args.iter().all(|a| match a {
            Arg::Place(p, mode) if self.act.place(self.primal, *p) => {
                *mode != Mode::Mut && self.stays(*p, st)
            }
            _ => true,
        })
    }
}
