//! The reverse sweep of calls: the pullback of the forward part gets the seed, the reference arguments again,
//! and the adjoints to add into.

use proc_macro2::TokenStream;

use super::*;

/// The tangents of a call with tangents, and the tangent of its result where that is a place.
type Tangents<'f> = Option<(&'f [Option<Arg>], Option<Place>)>;

/// What the reverse part of a call gives to its arguments.
#[derive(Default)]
pub(super) struct Back {
    pub results: Vec<Value>,
    /// The arguments that those are added to.
    pub whose: Vec<Value>,
    /// The roots that it adds into.
    pub taken: Vec<Place>,
    /// What is added afterwards.
    pub later: Vec<Stmt>,
}

impl<'f> Reverse<'f> {
    /// Has the forward sweep call the forward part.
    fn pullback_of(&mut self, st: &'f Stmt, callee: &Callee) -> Value {
        let parent = self.call_region(st);
        let pullback =
            self.out.value(Ty::Pullback, Some(Name::Temp(format!("{}_p", callee.name))), &st.origin);
        self.made_in.insert(pullback, parent);
        self.pullbacks.insert(st, pullback);
        pullback
    }

    /// A call with active arguments whose result nobody asks for is made for what it does besides. If that is not in sight, it
    /// may be to keep them, for others to read without their derivatives: so the function has to have a forward part, which
    /// only functions with the attribute have, and those keep nothing.
    fn call_for_nothing(&mut self, st: &'f Stmt, callee: &Callee, args: &[Arg], ret: Option<Place>) {
        let varied = |a: &Arg| match a {
            Arg::Value(v) | Arg::ValueRef(v) => self.act.varied(*v),
            Arg::Place(p, _) => self.act.place_varied(self.primal, *p),
            _ => false,
        };
        let read = |p: Place| {
            let mut read = false;
            self.primal.body.each_stmt(&mut |s| {
                read |= s.op.places_read().iter().any(|q| self.primal.root(*q) == self.primal.root(p));
            });
            read || self.primal.ret.places().contains(&p)
        };
        let used = !st.results.iter().all(|r| self.defs.uses(*r).is_empty()) || ret.is_some_and(read);
        let plain = callee.function.is_none() && callee.operator.is_none() && callee.taken.is_none();
        if plain && !callee.harmless && !used && args.iter().any(varied) {
            self.pullback_of(st, callee);
            self.asked.insert(st);
        }
    }

    /// The reverse part of a call; `tangents` are those of a call with tangents.
    pub(super) fn call(
        &mut self,
        st: &'f Stmt,
        callee: &Callee,
        args: &'f [Arg],
        (ret, tangents): (Option<Place>, Tangents<'f>),
        out: &mut Vec<Stmt>,
    ) {
        let (own, more) = self.call_results(st, ret, tangents);
        let (seed, back) = match tangents {
            None => match self.call_seed(st, args, (ret, own), out) {
                Some(seed) => (seed, None),
                None => return self.call_for_nothing(st, callee, args, ret),
            },
            Some((_, ret_tangent)) => {
                let lent = args.iter().any(|a| matches!(a, Arg::Place(_, Mode::Mut)));
                if callee.function.is_some() || callee.is_apart() || lent {
                    if !st.results.iter().any(|r| self.act.value(*r))
                        && !st.op.place_made().iter().any(|p| self.act.place(self.primal, *p))
                        && !st.op.places_written().iter().any(|p| self.act.place(self.primal, *p))
                    {
                        return;
                    }
                    return self.unsupported(&st.origin, "a call of this kind with tangents");
                }
                let seeds = (
                    self.call_seed(st, &[], (ret, own), out),
                    self.call_seed(st, &[], (ret_tangent, more), out),
                );
                match seeds {
                    (None, None) => return,
                    (a, b) => {
                        let a = self.seed_or_zero(a, (ret, own), st, out);
                        let b = self.seed_or_zero(b, (ret_tangent, more), st, out);
                        (a, Some(b))
                    }
                }
            }
        };
        let pullback = self.pullback_of(st, callee);
        let pullback = self.primal(pullback);
        let again: Vec<Arg> = args.iter().map(|a| self.argument_again(a, st, out)).collect();
        if self.opts.whole && (callee.is_apart() || callee.function.is_some()) {
            self.unsupported(&st.origin, "a call of this kind, backwards a second time");
        }
        let mut b = Back::default();
        let slots = args.iter().map(|a| self.slot(Some(a), st, &mut b, out)).collect();
        let along = back.zip(tangents).map(|(seed, (tangents, _))| AlongBack {
            seed,
            slots: tangents.iter().map(|t| self.slot(t.as_ref(), st, &mut b, out)).collect(),
        });
        let callee = if self.opts.whole { callee.once_more() } else { callee.reverse_part() };
        let op = Op::CallReverse { callee, pullback, seed, args: again, slots, along };
        self.give_back(st, op, b, out);
    }

    /// The values that a call defines: its result, and the tangent of that.
    fn call_results(
        &self,
        st: &Stmt,
        ret: Option<Place>,
        tangents: Tangents<'_>,
    ) -> (Option<Value>, Option<Value>) {
        let mut results = st.results.iter().copied();
        let own = if ret.is_none() { results.next() } else { None };
        let more = match tangents {
            Some((_, None)) => results.next(),
            _ => None,
        };
        (own, more)
    }

    /// Zero, where nothing goes back to a result.
    fn seed_or_zero(
        &mut self,
        seed: Option<Seed>,
        (ret, value): (Option<Place>, Option<Value>),
        st: &Stmt,
        out: &mut Vec<Stmt>,
    ) -> Seed {
        match (seed, ret, value) {
            (Some(seed), _, _) => seed,
            (None, Some(p), _) => Seed::Place(self.adjoint_place(p)),
            (None, None, Some(v)) => Seed::Value(self.zero_of(out, v, &st.origin)),
            (None, None, None) => Seed::Unit,
        }
    }

    /// Where the adjoint of an argument goes.
    pub(super) fn slot(&mut self, a: Option<&Arg>, st: &Stmt, b: &mut Back, out: &mut Vec<Stmt>) -> Slot {
        match a {
            Some(Arg::Value(v) | Arg::ValueRef(v)) if self.act.value(*v) => {
                let r = self.contribution_values(&[*v])[0];
                b.results.push(r);
                b.whose.push(*v);
                Slot::Scalar
            }
            Some(Arg::Place(p, _)) if self.act.place(self.primal, *p) => {
                Slot::Place(self.slot_place(*p, st, &mut b.taken, out, &mut b.later))
            }
            Some(a) => a.no_slot(),
            None => Slot::Off,
        }
    }

    /// The region that the call is in: that of its result, or found by looking.
    pub(super) fn call_region(&self, st: &Stmt) -> RegionId {
        if let Some(r) = st.results.first() {
            return self.defs.home(*r);
        }
        if let Some(p) = st.op.place_made().first() {
            return self.defs.place_home(*p);
        }
        // A call for its effect alone: the innermost scope mirrors the region of the statement in hand.
        self.scopes.last().map_or(RegionId::ROOT, |s| s.region)
    }

    /// The seed, if the call has an adjoint at all.
    fn call_seed(
        &mut self,
        st: &Stmt,
        args: &[Arg],
        (ret, value): (Option<Place>, Option<Value>),
        out: &mut Vec<Stmt>,
    ) -> Option<Seed> {
        let writes_active =
            args.iter().any(|a| matches!(a, Arg::Place(p, Mode::Mut) if self.act.place(self.primal, *p)));
        if let Some(p) = ret {
            if !self.act.place(self.primal, p) && !writes_active {
                return None;
            }
            return Some(Seed::Place(self.adjoint_place(p)));
        }
        let Some(r) = value else {
            return writes_active.then_some(Seed::Unit);
        };
        match self.adj.get(&r).copied().filter(|_| self.act.value(r)) {
            Some(adj) => Some(Seed::Value(adj)),
            None if writes_active => Some(Seed::Value(self.zero_of(out, r, &st.origin))),
            None => None,
        }
    }

    pub(super) fn argument_again(&mut self, a: &Arg, st: &'f Stmt, out: &mut Vec<Stmt>) -> Arg {
        match a {
            Arg::Value(v) if self.opts.whole => Arg::Value(self.primal(*v)),
            Arg::Place(p, Mode::Value) if self.opts.whole => {
                let place =
                    if self.readable(*p, st) { self.primal_place(*p) } else { self.held(*p, st, out) };
                Arg::Place(place, Mode::Value)
            }
            // Arguments by value are not looked at again.
            Arg::Value(_) | Arg::Place(_, Mode::Value | Mode::Mut) => a.clone(),
            Arg::Opaque { again: false, .. } => a.not_again(),
            // Variables of opaque code that the forward sweep has left can't be named again.
            Arg::Opaque { code, reads, lent, .. } if self.names_what_is_gone(code) => {
                match !lent && crate::names::imports_copies(&self.primal.before) {
                    true => Arg::Place(self.held_lent(code, reads, st, out), Mode::Ref),
                    false => a.not_again(),
                }
            }
            Arg::Opaque { code, reads, lent, .. } => {
                let reads = reads
                    .iter()
                    .map(|r| Read { ident: r.ident.clone(), source: self.read_again(&r.source, st, out) })
                    .collect();
                Arg::Opaque { code: code.clone(), reads, again: true, lent: *lent }
            }
            Arg::ValueRef(v) => Arg::ValueRef(self.primal(*v)),
            Arg::Place(p, Mode::Ref) => {
                if self.readable(*p, st) {
                    return Arg::Place(self.primal_place(*p), Mode::Ref);
                }
                Arg::Place(self.held(*p, st, out), Mode::Ref)
            }
        }
    }

    /// Whether tokens name a variable that opaque code declares in a region that isn't open.
    fn names_what_is_gone(&self, code: &TokenStream) -> bool {
        let mut gone = false;
        crate::names::each_ident(code, &mut |i| {
            let regions = self.declared.get(&crate::names::text(i));
            gone |= regions.is_some_and(|rs| rs.iter().any(|r| !self.open.contains(r)));
        });
        gone
    }

    /// What a passive argument reads, for reading it again.
    fn read_again(&mut self, source: &ReadOf, st: &'f Stmt, out: &mut Vec<Stmt>) -> ReadOf {
        match source {
            ReadOf::Value(v) => ReadOf::Value(self.primal(*v)),
            ReadOf::ValueRef(v) => ReadOf::ValueRef(self.primal(*v)),
            ReadOf::Place(p) => {
                let again =
                    if self.readable(*p, st) { self.primal_place(*p) } else { self.held(*p, st, out) };
                ReadOf::Place(again)
            }
            ReadOf::Tuple(ts) => ReadOf::Tuple(ts.iter().map(|t| self.read_again(t, st, out)).collect()),
        }
    }

    /// A copy of what the place held at the call, for places that have changed or are gone since.
    pub(super) fn held(&mut self, p: Place, st: &'f Stmt, out: &mut Vec<Stmt>) -> Place {
        let info = self.primal.plc(p).clone();
        let ty = match info.ty {
            PlaceTy::Slice(t) => PlaceTy::Vec(t),
            other => other,
        };
        let own_ty = self.primal.plc(p).ty.clone();
        let copy = self.out.place(ty, PlaceKind::Local, info.name, &st.origin);
        let region = self.call_region(st);
        if self.open.contains(&region) {
            let alloc = Op::Alloc { place: copy, init: Init::Copy(p) };
            let stmt = Stmt { op: alloc, results: Vec::new(), origin: st.origin.clone() };
            self.before.entry(st).or_default().push(stmt);
            return copy;
        }
        let (stmt, v) = self.snapshot(p, false, region, &st.origin);
        self.before.entry(st).or_default().push(stmt);
        let kept = self.primal(v);
        // Where it is kept as a row, it is read there.
        self.out.places[copy.0 as usize].ty = own_ty;
        self.out.effect(out, Op::Alloc { place: copy, init: Init::Restore(kept) }, &st.origin);
        copy
    }

    /// A copy of what passive code lends to the call, by a variable of its own that is gone by now.
    fn held_lent(&mut self, code: &TokenStream, reads: &[Read], st: &'f Stmt, out: &mut Vec<Stmt>) -> Place {
        let (o, region) = (&st.origin, self.call_region(st));
        let kind = OpaqueKind::Expr(crate::names::copy_of_lent(code));
        let value = self.out.value(Ty::Opaque, None, o);
        self.made_in.insert(value, region);
        let [lent, copy] = [(); 2].map(|()| self.out.place(PlaceTy::Unknown, PlaceKind::Local, None, o));
        let (snapshot, kept) = self.snapshot_of(lent, "lent".into(), false, region, o);
        self.before.entry(st).or_default().extend([
            Stmt { op: Op::opaque(kind, reads.to_vec()), results: vec![value], origin: o.clone() },
            Stmt {
                op: Op::Alloc { place: lent, init: Init::Lent(value) },
                results: Vec::new(),
                origin: o.clone(),
            },
            snapshot,
        ]);
        let kept = self.primal(kept);
        self.out.effect(out, Op::Alloc { place: copy, init: Init::Restore(kept) }, o);
        copy
    }

    /// The adjoint that the call adds into. One borrow a root: a second argument of the same root gets a
    /// scratch, added afterwards.
    fn slot_place(
        &mut self,
        p: Place,
        st: &Stmt,
        taken: &mut Vec<Place>,
        out: &mut Vec<Stmt>,
        later: &mut Vec<Stmt>,
    ) -> Place {
        let d = self.adjoint_place(p);
        let root = self.out.root(d);
        if !taken.contains(&root) {
            taken.push(root);
            return d;
        }
        let info = self.out.plc(d).clone();
        let ty = match info.ty {
            PlaceTy::Slice(t) => PlaceTy::Vec(t),
            other => other,
        };
        let init = if ty.is_fixed() { Init::Zeros } else { Init::ZeroLike(d) };
        let scratch = self.out.place(ty, PlaceKind::Local, info.name, &st.origin);
        self.out.places[scratch.0 as usize].mutable = true;
        self.out.effect(out, Op::Alloc { place: scratch, init }, &st.origin);
        self.out.effect(later, Op::AddPlace { dst: d, src: scratch }, &st.origin);
        scratch
    }
}
