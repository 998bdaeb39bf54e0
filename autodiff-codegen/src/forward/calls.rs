//! Forward mode of calls, and of the two halves of calls in programs that reverse mode has made.
//!
//! The halves become those of the callee's tangent call: its value and tangent, as one function of the arguments and
//! their tangents. Its reverse part takes an adjoint of the value, `a`, and one of the tangent, `b`. What goes back
//! to the arguments' tangents is `Jᵀ b`, and to the arguments `Jᵀ a + ∂(bᵀ J t)/∂x`. With the seed as `b`, and
//! the seed's tangent as `a`, the first is the reverse part's own result, and the second is its tangent.

use super::*;

impl Forward<'_> {
    /// The tangents of arguments.
    fn tangents(&self, args: &[Arg]) -> Vec<Option<Arg>> {
        let tangent = |a: &Arg| match a {
            Arg::Value(v) => self.tan.get(v).map(|t| Arg::Value(*t)),
            Arg::ValueRef(v) => self.tan.get(v).map(|t| Arg::ValueRef(*t)),
            Arg::Place(p, mode) if self.varied_place(*p) => Some(Arg::Place(self.tplaces[p], *mode)),
            _ => None,
        };
        args.iter().map(tangent).collect()
    }

    pub(super) fn call(
        &mut self,
        st: &Stmt,
        callee: &Callee,
        args: &[Arg],
        ret: Option<Place>,
        out: &mut Vec<Stmt>,
    ) {
        let tangents = self.tangents(args);
        if tangents.iter().all(Option::is_none) {
            return self.passive_call(st, ret, out);
        }
        if self.lanes {
            return self.unsupported(&st.origin, "a call in lanes");
        }
        let mut results = st.results.clone();
        let all: Vec<usize> = (0..st.results.len()).collect();
        results.extend(self.fresh(&st.results, &all));
        let ret_tangent = ret.map(|p| self.new_place(p, PlaceKind::CallResult));
        let op = Op::CallTangent { callee: callee.clone(), args: args.to_vec(), tangents, ret, ret_tangent };
        out.push(Stmt { op, results, origin: st.origin.clone() });
    }

    /// A call without tangents.
    fn passive_call(&mut self, st: &Stmt, ret: Option<Place>, out: &mut Vec<Stmt>) {
        out.push(st.clone());
        if let Some(p) = ret
            && self.varied_place(p)
        {
            let t = self.tangent_place(p, out);
            self.tplaces.insert(p, t);
        }
    }

    pub(super) fn call_forward(
        &mut self,
        st: &Stmt,
        (callee, args): (&Callee, &[Arg]),
        ret: Option<Place>,
        out: &mut Vec<Stmt>,
    ) {
        let tangents = self.tangents(args);
        if tangents.iter().all(Option::is_none) {
            return self.passive_call(st, ret, out);
        }
        if self.lanes {
            return self.unsupported(&st.origin, "a call in lanes");
        }
        let lent = args.iter().any(|a| matches!(a, Arg::Place(_, Mode::Mut)));
        if callee.function.is_some() || callee.is_apart() || lent {
            // The walk goes on, its result is thrown away.
            self.unsupported(&st.origin, "a call of this kind");
        }
        let Some((pullback, values)) = st.results.split_last() else { return };
        let mut results = values.to_vec();
        let all: Vec<usize> = (0..values.len()).collect();
        results.extend(self.fresh(values, &all));
        results.push(*pullback);
        self.dual.insert(*pullback);
        let along = Along { tangents, ret: ret.map(|p| self.new_place(p, PlaceKind::CallResult)) };
        let op = Op::CallForward { callee: callee.clone(), args: args.to_vec(), ret, along: Some(along) };
        out.push(Stmt { op, results, origin: st.origin.clone() });
    }

    /// Follows the pullbacks of calls with tangents to where they are kept, and back.
    pub(super) fn keep_dual(&mut self, st: &Stmt) {
        match &st.op {
            Op::Store { place, value, .. } | Op::Push { place, value } if self.dual.contains(value) => {
                self.dual_places.insert(self.primal.root(*place));
            }
            Op::Load { place, .. } | Op::Pop(place)
                if self.dual_places.contains(&self.primal.root(*place)) =>
            {
                self.dual.extend(st.results.iter().filter(|r| *self.primal.ty(**r) == Ty::Pullback));
            }
            _ => {}
        }
    }

    pub(super) fn call_reverse(
        &mut self,
        st: &Stmt,
        (callee, pullback): (&Callee, Value),
        seed: &Seed,
        (args, slots): (&[Arg], &[Slot]),
        out: &mut Vec<Stmt>,
    ) {
        if !self.dual.contains(&pullback) {
            return self.unsupported(&st.origin, "the reverse part of a call without tangents");
        }
        let tangent_of_seed = match seed {
            Seed::Value(v) => Seed::Value(self.tangent_or_zero(*v, out)),
            Seed::Place(p) => Seed::Place(self.tangent_place(*p, out)),
            Seed::Unit => Seed::Unit,
        };
        let all: Vec<usize> = (0..st.results.len()).collect();
        let mut results = self.fresh(&st.results, &all);
        results.extend(&st.results);
        let mut tangents = Vec::new();
        for slot in slots {
            tangents.push(match slot {
                Slot::Place(p) => Slot::Place(self.tangent_place(*p, out)),
                other => other.clone(),
            });
        }
        let along = AlongBack { seed: seed.clone(), slots: slots.to_vec() };
        let op = Op::CallReverse {
            callee: callee.clone(),
            pullback,
            seed: tangent_of_seed,
            args: args.to_vec(),
            slots: tangents,
            along: Some(along),
        };
        out.push(Stmt { op, results, origin: st.origin.clone() });
    }
}
