//! The reverse sweep of calls: the pullback of the forward part gets the seed, the reference arguments again,
//! and the adjoints to add into.

use proc_macro2::TokenStream;

use super::*;

impl<'f> Reverse<'f> {
    pub(super) fn call(
        &mut self,
        st: &'f Stmt,
        callee: &Callee,
        args: &'f [Arg],
        ret: Option<Place>,
        out: &mut Vec<Stmt>,
    ) {
        let Some(seed) = self.call_seed(st, args, ret, out) else { return };
        let parent = self.call_region(st);
        let pullback =
            self.out.value(Ty::Pullback, Some(Name::Temp(format!("{}_p", callee.name))), &st.origin);
        self.made_in.insert(pullback, parent);
        self.pullbacks.insert(st, pullback);
        let pullback = self.primal(pullback);
        let again: Vec<Arg> = args.iter().map(|a| self.argument_again(a, st, out)).collect();
        let mut slots = Vec::new();
        let mut results = Vec::new();
        let mut whose = Vec::new();
        let mut taken: Vec<Place> = Vec::new();
        let mut later: Vec<Stmt> = Vec::new();
        for a in args {
            let slot = match a {
                Arg::Value(v) | Arg::ValueRef(v) if self.act.value(*v) => {
                    let r = self.contribution_values(&[*v])[0];
                    results.push(r);
                    whose.push(*v);
                    Slot::Scalar
                }
                Arg::Place(p, _) if self.act.place(self.primal, *p) => {
                    Slot::Place(self.slot_place(*p, st, &mut taken, out, &mut later))
                }
                _ => Slot::Off,
            };
            slots.push(slot);
        }
        let op = Op::CallReverse { callee: callee.reverse_part(), pullback, seed, args: again, slots };
        out.push(Stmt { op, results: results.clone(), origin: st.origin.clone() });
        out.extend(later);
        for (v, d) in whose.into_iter().zip(results) {
            self.add_adjoint(out, v, d, &st.origin);
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
        ret: Option<Place>,
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
        let Some(r) = st.results.first().copied() else {
            return writes_active.then_some(Seed::Unit);
        };
        match self.adj.get(&r).copied().filter(|_| self.act.value(r)) {
            Some(adj) => Some(Seed::Value(adj)),
            None if writes_active => Some(Seed::Value(self.zero_of(out, r, &st.origin))),
            None => None,
        }
    }

    fn argument_again(&mut self, a: &Arg, st: &'f Stmt, out: &mut Vec<Stmt>) -> Arg {
        match a {
            // Arguments by value are not looked at again.
            Arg::Value(_) | Arg::Place(_, Mode::Value | Mode::Mut) => a.clone(),
            Arg::Opaque { again: false, .. } => {
                Arg::Opaque { code: quote::quote!(()), reads: Vec::new(), again: false }
            }
            // Variables of opaque code that the forward sweep has left can't be named again.
            Arg::Opaque { code, .. } if self.names_what_is_gone(code) => {
                Arg::Opaque { code: quote::quote!(()), reads: Vec::new(), again: false }
            }
            Arg::Opaque { code, reads, .. } => {
                let reads = reads
                    .iter()
                    .map(|r| Read { ident: r.ident.clone(), source: self.read_again(&r.source, st, out) })
                    .collect();
                Arg::Opaque { code: code.clone(), reads, again: true }
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
    fn held(&mut self, p: Place, st: &'f Stmt, out: &mut Vec<Stmt>) -> Place {
        let info = self.primal.plc(p).clone();
        let ty = match info.ty {
            PlaceTy::Slice(t) => PlaceTy::Vec(t),
            other => other,
        };
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
        self.out.effect(out, Op::Alloc { place: copy, init: Init::Restore(kept) }, &st.origin);
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
