//! The reverse sweep of the two halves of calls, in programs that reverse mode has made: derivatives of derivatives.
//!
//! The halves were `y = f(x)` and `d += Jᵀ s`. Backwards, with `w` the adjoint of `d`: `s` gets `J w`, and `x` gets
//! `∂(sᵀ J w)/∂x`. Both come out of the callee's tangent function, called once more with the tangent `w`: the first is its
//! tangent, the second what it gives back for the adjoint `s` of that. What `x` gets from `y` comes out of another call of the
//! same, without tangents, since the pullback of the first may have gone elsewhere.

use super::calls::Back;
use super::*;

impl<'f> Reverse<'f> {
    /// The adjoint code of the forward part of a call.
    pub(super) fn forward_part(&mut self, st: &'f Stmt, out: &mut Vec<Stmt>) {
        let Op::CallForward { callee, args, ret, along } = &st.op else { return };
        let values = st.results.split_last().map_or(&[][..], |(_, values)| values);
        let lent =
            args.iter().any(|a| matches!(a, Arg::Place(p, Mode::Mut) if self.act.place(self.primal, *p)));
        let seed = match (ret, values.first()) {
            (Some(p), _) if self.act.place(self.primal, *p) => Seed::Place(self.adjoint_place(*p)),
            (None, Some(v)) if self.act.value(*v) => match self.adj.get(v) {
                Some(adj) => Seed::Value(*adj),
                None => return,
            },
            _ if lent => return self.unsupported(&st.origin, "a call that is lent something, once more"),
            _ => return,
        };
        if along.is_some() || callee.is_apart() || callee.function.is_some() || lent {
            return self.unsupported(&st.origin, "a call of this kind, once more");
        }
        let whole: Vec<Arg> = args.iter().map(|a| self.whole_argument(a, st, out)).collect();
        // By way of the tangent function, which is there only if the callee may run again.
        let (ret, mut results, pullback) = self.results_again(&seed, callee, st);
        let (tangent_ret, more, _) = self.results_again(&seed, callee, st);
        results.extend(more);
        results.push(pullback);
        let along = Along { tangents: vec![None; args.len()], ret: tangent_ret };
        let op = Op::CallForward { callee: callee.once_more(), args: whole.clone(), ret, along: Some(along) };
        out.push(Stmt { op, results, origin: st.origin.clone() });
        let mut back = Back::default();
        let slots = args.iter().map(|a| self.slot(Some(a), st, &mut back, out)).collect();
        let zero = self.zero_seed(tangent_ret, &seed, &st.origin, out);
        let along = Some(AlongBack { seed: zero, slots: vec![Slot::Off; args.len()] });
        let callee = callee.reverse_part();
        let op = Op::CallReverse { callee, pullback, seed, args: whole, slots, along };
        self.give_back(st, op, back, out);
    }

    /// The adjoint code of the reverse part of a call.
    pub(super) fn reverse_part(&mut self, st: &'f Stmt, out: &mut Vec<Stmt>) {
        let Op::CallReverse { callee, seed, args, slots, along, .. } = &st.op else { return };
        let mut results = st.results.iter();
        let mut tangents = Vec::new();
        for slot in slots {
            tangents.push(match slot {
                Slot::Off | Slot::Lent => None,
                Slot::Scalar => {
                    let own = results.next().filter(|r| self.act.value(**r));
                    own.and_then(|r| self.adj.get(r)).map(|adj| Arg::Value(*adj))
                }
                Slot::Place(d) if self.act.place(self.primal, *d) => {
                    Some(Arg::Place(self.adjoint_place(*d), Mode::Ref))
                }
                Slot::Place(_) => None,
            });
        }
        if tangents.iter().all(Option::is_none) {
            return;
        }
        let lent = args.iter().any(|a| matches!(a, Arg::Place(_, Mode::Mut)));
        if along.is_some() || callee.is_apart() || callee.function.is_some() || lent {
            return self.unsupported(&st.origin, "the reverse part of a call of this kind");
        }
        let o = &st.origin;
        let whole: Vec<Arg> = args.iter().map(|a| self.whole_argument(a, st, out)).collect();
        let seed_again = match seed {
            Seed::Value(s) => Seed::Value(self.primal(*s)),
            Seed::Place(p) if self.readable(*p, st) => Seed::Place(self.primal_place(*p)),
            Seed::Place(p) => Seed::Place(self.held(*p, st, out)),
            Seed::Unit => return self.unsupported(o, "the reverse part of a call without a result"),
        };
        if let Seed::Place(p) = seed_again {
            // The reverse part of a call may use up its seed.
            self.out.places[p.0 as usize].mutable = true;
        }
        let (ret, mut results, pullback) = self.results_again(&seed_again, callee, st);
        let (tangent_ret, more, _) = self.results_again(&seed_again, callee, st);
        results.extend(&more);
        results.push(pullback);
        let along = Along { tangents, ret: tangent_ret };
        let op = Op::CallForward { callee: callee.once_more(), args: whole.clone(), ret, along: Some(along) };
        out.push(Stmt { op, results, origin: o.clone() });
        match (seed, tangent_ret, more.first()) {
            (Seed::Place(p), Some(src), _) if self.act.place(self.primal, *p) => {
                let dst = self.adjoint_place(*p);
                self.out.effect(out, Op::AddPlace { dst, src }, o);
            }
            (Seed::Value(s), _, Some(t)) if self.act.value(*s) => self.add_adjoint(out, *s, *t, o),
            _ => {}
        }
        let mut back = Back::default();
        let slots: Vec<Slot> = args.iter().map(|a| self.slot(Some(a), st, &mut back, out)).collect();
        if slots.iter().all(|slot| matches!(slot, Slot::Off | Slot::Lent)) {
            return;
        }
        let zero = self.zero_seed(tangent_ret, &seed_again, o, out);
        let along = AlongBack { seed: seed_again, slots: vec![Slot::Off; args.len()] };
        let callee = callee.clone();
        let op = Op::CallReverse { callee, pullback, seed: zero, args: whole, slots, along: Some(along) };
        self.give_back(st, op, back, out);
    }

    /// A zero like a result's half, which is a place or is seeded by a value.
    fn zero_seed(&mut self, place: Option<Place>, seed: &Seed, o: &Origin, out: &mut Vec<Stmt>) -> Seed {
        match (place, seed) {
            (Some(like), _) => {
                let ty = self.out.plc(like).ty.clone();
                let init = if ty.is_fixed() { Init::Zeros } else { Init::ZeroLike(like) };
                let zero = self.out.place(ty, PlaceKind::Local, None, o);
                self.out.places[zero.0 as usize].mutable = true;
                self.out.effect(out, Op::Alloc { place: zero, init }, o);
                Seed::Place(zero)
            }
            (None, Seed::Value(s)) => {
                let ty = self.out.ty(*s).clone();
                Seed::Value(self.out.float(out, 0.0, ty, o))
            }
            (None, _) => Seed::Unit,
        }
    }

    /// What a call defines, once more: of the type of what is seeded.
    fn results_again(
        &mut self,
        seed: &Seed,
        callee: &Callee,
        st: &Stmt,
    ) -> (Option<Place>, Vec<Value>, Value) {
        let o = &st.origin;
        let pullback = self.out.value(Ty::Pullback, Some(Name::Temp(format!("{}_p", callee.name))), o);
        match seed {
            Seed::Place(p) => {
                let ty = self.out.plc(*p).ty.to_owned_type();
                (Some(self.out.place(ty, PlaceKind::CallResult, None, o)), Vec::new(), pullback)
            }
            Seed::Value(s) => {
                let ty = self.out.ty(*s).clone();
                (None, vec![self.out.value(ty, None, o)], pullback)
            }
            Seed::Unit => (None, Vec::new(), pullback),
        }
    }

    /// An argument for a call that is made once more.
    fn whole_argument(&mut self, a: &Arg, st: &'f Stmt, out: &mut Vec<Stmt>) -> Arg {
        match a {
            Arg::Value(v) => Arg::Value(self.primal(*v)),
            Arg::Place(p, mode) => {
                let place =
                    if self.readable(*p, st) { self.primal_place(*p) } else { self.held(*p, st, out) };
                Arg::Place(place, *mode)
            }
            Arg::Opaque { again: false, .. } => {
                self.unsupported(&st.origin, "an argument that can't be computed again");
                a.clone()
            }
            other => self.argument_again(other, st, out),
        }
    }

    /// The reverse part, and what it gives to values.
    pub(super) fn give_back(&mut self, st: &Stmt, op: Op, back: Back, out: &mut Vec<Stmt>) {
        out.push(Stmt { op, results: back.results.clone(), origin: st.origin.clone() });
        out.extend(back.later);
        for (v, d) in back.whose.into_iter().zip(back.results) {
            self.add_adjoint(out, v, d, &st.origin);
        }
    }
}
