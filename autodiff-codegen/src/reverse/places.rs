//! Adjoints of places, and primal places in the reverse sweep.

use super::*;

impl Reverse<'_> {
    /// The place that holds the adjoint of `p`, at the point that the walk has reached.
    pub(super) fn adjoint_place(&mut self, p: Place) -> Place {
        match self.primal.plc(p).kind {
            PlaceKind::View { base } => self.adjoint_view(p, base),
            _ => self.adjoint_root(p),
        }
    }

    fn adjoint_root(&mut self, p: Place) -> Place {
        let in_forward_sweep = self.in_forward_sweep(self.defs.place_home(p));
        if let Some(d) = self.dplaces.get(&p).copied() {
            if let Some((_, eager)) = self.pending.get_mut(&p) {
                *eager |= in_forward_sweep;
            }
            return d;
        }
        let home = self.defs.place_home(p);
        if !self.primal.plc(p).ty.is_fixed() && !self.open.contains(&home) {
            return self.adjoint_of_gone(p, home);
        }
        let (d, stmt) = self.make_adjoint_place(p);
        self.pending.insert(p, (stmt, in_forward_sweep));
        d
    }

    /// Whether code emitted now runs in the forward sweep of the region `home`: it belongs to a fused region
    /// inside it, or goes before a call that makes value and gradient in one.
    fn in_forward_sweep(&self, home: RegionId) -> bool {
        let fused =
            |s: &Scope| s.region != home && self.open.contains(&s.region) && self.defs.within(s.region, home);
        self.scopes.iter().any(|s| s.before_call || fused(s))
    }

    /// The adjoint of a root of a region that the forward sweep has left, and whose shape only the run shows: its
    /// length is had again if it is one number, and else a zero is kept at the region's end, when the place has its
    /// final length.
    fn adjoint_of_gone(&mut self, p: Place, home: RegionId) -> Place {
        let (d, mut stmt) = self.make_adjoint_place(p);
        if let Some(len) = self.length_of_floats(p) {
            let len = self.primal(len);
            stmt.op = Op::Alloc { place: d, init: Init::ZerosLen(len) };
            self.push_head(home, stmt);
            return d;
        }
        let zero = self.snapshot(p, true, home, &stmt.origin);
        self.at_end.entry(home).or_default().push(zero.0);
        let kept = self.primal(zero.1);
        stmt.op = Op::Alloc { place: d, init: Init::Restore(kept) };
        self.push_head(home, stmt);
        d
    }

    /// The length of a `Vec` of floats that was made with so many and keeps them.
    fn length_of_floats(&self, p: Place) -> Option<Value> {
        let PlaceTy::Vec(elem) = &self.primal.plc(p).ty else { return None };
        let flat = matches!(&**elem, PlaceTy::Scalar(Ty::Float(t)) if *t != FloatTy::Unknown);
        if !flat || self.growing.contains(&p) {
            return None;
        }
        match self.defs.place_def(p)?.op {
            Op::Alloc { init: Init::ZerosLen(n) | Init::Fill(_, Some(n)), .. } => Some(n),
            _ => None,
        }
    }

    /// A statement of the forward sweep of `region` that keeps a place, and its result.
    pub(super) fn snapshot(
        &mut self,
        p: Place,
        zero: bool,
        region: RegionId,
        origin: &Origin,
    ) -> (Stmt, Value) {
        let stem = self.primal.plc(p).name.as_ref().map_or("kept".into(), Name::stem);
        self.snapshot_of(p, stem, zero, region, origin)
    }

    /// The same of a place that this pass has made.
    pub(super) fn snapshot_of(
        &mut self,
        p: Place,
        stem: String,
        zero: bool,
        region: RegionId,
        origin: &Origin,
    ) -> (Stmt, Value) {
        let stem = if zero { format!("d_{stem}") } else { stem };
        let v = self.out.value(Ty::Snapshot, Some(Name::Temp(stem)), origin);
        self.made_in.insert(v, region);
        let op = Op::Snapshot { place: p, zero };
        (Stmt { op, results: vec![v], origin: origin.clone() }, v)
    }

    /// A new adjoint place for a root, and the statement that brings it to life, all zero.
    pub(super) fn make_adjoint_place(&mut self, p: Place) -> (Place, Stmt) {
        let info = self.primal.plc(p).clone();
        let ty = info.ty.derivative().to_owned_type();
        let init = if ty.is_fixed() { Init::Zeros } else { Init::ZeroLike(p) };
        let name = info.name.clone().map(|n| Name::Adjoint(Box::new(n)));
        let d = self.out.place(ty, PlaceKind::Local, name, &info.origin);
        self.out.places[d.0 as usize].mutable = true;
        self.dplaces.insert(p, d);
        (d, Stmt { op: Op::Alloc { place: d, init }, results: Vec::new(), origin: info.origin })
    }

    /// Decides where the adjoint places of the places of `region` come to life; returns those for the head
    /// of its reverse sweep.
    pub(super) fn settle_places(&mut self, region: RegionId) -> Vec<Stmt> {
        let mut mine: Vec<Place> =
            self.pending.keys().copied().filter(|p| self.defs.place_home(*p) == region).collect();
        mine.sort();
        let mut head = Vec::new();
        for p in mine {
            if let Some((stmt, eager)) = self.pending.remove(&p) {
                if eager {
                    self.eager.entry(p).or_default().push(stmt);
                } else {
                    head.push(stmt);
                }
            }
        }
        head
    }

    fn adjoint_view(&mut self, p: Place, base: Place) -> Place {
        let key = p;
        if let Some(d) = self.scopes.iter().rev().take(1).find_map(|s| s.places.get(&Self::adjoint_key(key)))
        {
            return *d;
        }
        let Some(Op::View { path, .. }) = self.defs.place_def(p).map(|s| &s.op) else { return p };
        let Some(path) = derivative_path(path) else { return p };
        let dbase = self.adjoint_place(base);
        let path = self.primal_path(&path);
        let info = self.primal.plc(p).clone();
        let name = info.name.clone().map(|n| Name::Adjoint(Box::new(n)));
        let d = self.out.place(info.ty.derivative(), PlaceKind::View { base: dbase }, name, &info.origin);
        self.out.places[d.0 as usize].mutable = true;
        let view = Op::View { place: d, base: dbase, path };
        if self.growing.contains(&self.primal.root(p)) {
            // Where the sweep begins, the adjoint has another length than where it has come to.
            self.late.push(Stmt { op: view, results: Vec::new(), origin: info.origin });
            return d;
        }
        self.head_effect(view, &info.origin);
        if let Some(s) = self.scopes.last_mut() {
            s.places.insert(Self::adjoint_key(key), d);
        }
        d
    }

    /// Adjoint views share a scope's table with primal views; the top bit tells them apart.
    fn adjoint_key(p: Place) -> Place {
        Place(p.0 | 1 << 31)
    }

    /// Appends to the head of the innermost scope.
    pub(super) fn head_effect(&mut self, op: Op, origin: &Origin) {
        if let Some(s) = self.scopes.last_mut() {
            s.head.push(Stmt { op, results: Vec::new(), origin: origin.clone() });
        }
    }

    /// A path with its values made available.
    pub(super) fn primal_path(&mut self, path: &[Proj]) -> Vec<Proj> {
        path.iter()
            .map(|p| match p {
                Proj::Index(v) => Proj::Index(self.primal(*v)),
                Proj::At(vs, array) => Proj::At(vs.iter().map(|v| self.primal(*v)).collect(), *array),
                Proj::Slice(a, b) => Proj::Slice(a.map(|v| self.primal(v)), b.map(|v| self.primal(v))),
                step @ (Proj::Field(_) | Proj::Member(..) | Proj::Deref) => step.clone(),
            })
            .collect()
    }

    /// The primal place itself, or a view of it made again, for reading in the reverse sweep. Only for places
    /// that [`Reverse::readable`] has let through.
    pub(super) fn primal_place(&mut self, p: Place) -> Place {
        let PlaceKind::View { base } = self.primal.plc(p).kind else { return p };
        if self.opts.fuse && self.open.contains(&self.defs.place_home(p)) {
            return p;
        }
        if let Some(v) = self.scopes.last().and_then(|s| s.places.get(&p)) {
            return *v;
        }
        let Some(Op::View { path, .. }) = self.defs.place_def(p).map(|s| &s.op) else { return p };
        let base = self.primal_place(base);
        let path = self.primal_path(path);
        let info = self.primal.plc(p).clone();
        let v = self.out.place(info.ty, PlaceKind::View { base }, info.name, &info.origin);
        self.head_effect(Op::View { place: v, base, path }, &info.origin);
        if let Some(s) = self.scopes.last_mut() {
            s.places.insert(p, v);
        }
        v
    }

    /// Whether what `st` read of `place` can be read again in the reverse sweep: the place still lives, and
    /// nothing has written to it since.
    pub(super) fn readable(&self, place: Place, st: &Stmt) -> bool {
        let root = self.primal.root(place);
        self.open.contains(&self.defs.place_home(root)) && self.stab.stable_from(self.primal, place, st)
    }
}
