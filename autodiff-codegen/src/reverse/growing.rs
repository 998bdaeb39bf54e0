//! Adjoints of what moves whole places about, or changes the length of a `Vec`.
//!
//! At each point of the reverse sweep, the adjoint of a `Vec` has the length that the `Vec` had at that point of the
//! primal: it is made with the length that the `Vec` has in the end, and what has grown shrinks again.

use super::*;

impl<'f> Reverse<'f> {
    /// The roots whose lengths change while they live.
    pub(super) fn growing_places(primal: &Func) -> HashSet<Place> {
        let mut out = HashSet::default();
        primal.body.each_stmt(&mut |s| match &s.op {
            Op::Push { place, .. } | Op::Append { place, .. } | Op::Resize { place, .. } => {
                out.insert(primal.root(*place));
            }
            Op::Pop(place) => {
                out.insert(primal.root(*place));
            }
            Op::Swap { a, b } => {
                let sized = |p: &&Place| !primal.plc(**p).ty.is_fixed();
                out.extend([a, b].into_iter().filter(sized).map(|p| primal.root(*p)));
            }
            _ => {}
        });
        out
    }

    /// The adjoint code of [`Op::Swap`], [`Op::Append`] and [`Op::Resize`].
    pub(super) fn moved(&mut self, st: &'f Stmt, out: &mut Vec<Stmt>) {
        let o = &st.origin;
        match &st.op {
            Op::Swap { a, b } if self.act.place(self.primal, *a) => {
                let (a, b) = (self.adjoint_place(*a), self.adjoint_place(*b));
                self.out.effect(out, Op::Swap { a, b }, o);
            }
            Op::Append { place, src, count } if self.act.place(self.primal, *place) => {
                self.append(st, *place, *src, *count, out);
            }
            Op::Resize { place, from, to } if self.act.place(self.primal, *place) => {
                let fixed = self.primal.plc(*place).ty.elem().is_some_and(PlaceTy::is_fixed);
                if !fixed {
                    return self.shortened_rows(st, *place, *to, out);
                }
                let (from, to) = (self.primal(*from), self.primal(*to));
                let place = self.adjoint_place(*place);
                self.out.effect(out, Op::Resize { place, from: to, to: from }, o);
            }
            _ => {}
        }
    }

    /// The adjoint code of shortening a `Vec` of `Vec`s (that of longer ones pushes): what is gone comes back as zeros,
    /// whose lengths only the rows themselves can tell, before they are gone.
    fn shortened_rows(&mut self, st: &'f Stmt, place: Place, to: Value, out: &mut Vec<Stmt>) {
        let o = &st.origin;
        let Some(elem) = self.primal.plc(place).ty.elem().cloned() else { return };
        let slice = PlaceTy::Slice(Box::new(elem.clone()));
        let gone = self.out.place(slice, PlaceKind::View { base: place }, None, o);
        let path = vec![Proj::Slice(Some(to), None)];
        let view = Op::View { place: gone, base: place, path };
        let name = self.primal.plc(place).name.clone().map(|n| Name::Adjoint(Box::new(n)));
        let zeros = self.out.place(PlaceTy::Vec(Box::new(elem)), PlaceKind::Local, name, o);
        let region = self.call_region(st);
        let effect = |op| Stmt { op, results: Vec::new(), origin: o.clone() };
        let kept = if self.open.contains(&region) {
            effect(Op::Alloc { place: zeros, init: Init::ZeroLike(gone) })
        } else {
            let (kept, v) = self.snapshot_of(gone, "gone".into(), true, region, o);
            let v = self.primal(v);
            self.out.effect(out, Op::Alloc { place: zeros, init: Init::Restore(v) }, o);
            kept
        };
        self.before.entry(st).or_default().extend([effect(view), kept]);
        let count = self.out.push(out, Op::Len(zeros), Ty::usize(), None, o);
        let place = self.adjoint_place(place);
        self.out.effect(out, Op::Append { place, src: zeros, count: Some(count) }, o);
    }

    fn append(&mut self, st: &Stmt, place: Place, src: Place, count: Option<Value>, out: &mut Vec<Stmt>) {
        let o = &st.origin;
        let count = count.map(|n| self.primal(n));
        let d = self.adjoint_place(place);
        let from = self.out.push(out, Op::Len(d), Ty::usize(), None, o);
        let n = match count {
            Some(n) => n,
            None => self.out.int(out, 1, Ty::usize(), o),
        };
        let sub = Op::Int { op: IntOp::Sub, args: vec![from, n] };
        let to = self.out.push(out, sub, Ty::usize(), None, o);
        if self.act.place(self.primal, src) {
            let elem = self.out.plc(d).ty.elem().cloned().unwrap_or(PlaceTy::Unknown);
            let (step, ty) = match count {
                Some(_) => (Proj::Slice(Some(to), None), PlaceTy::Slice(Box::new(elem))),
                None => (Proj::Index(to), elem),
            };
            let part = self.out.place(ty, PlaceKind::View { base: d }, None, o);
            self.out.effect(out, Op::View { place: part, base: d, path: vec![step] }, o);
            let dst = self.adjoint_place(src);
            self.out.effect(out, Op::AddPlace { dst, src: part }, o);
        }
        self.out.effect(out, Op::Resize { place: d, from, to }, o);
    }

    /// The adjoint code of [`Init::Repeat`]: the row gets what all its copies have got.
    pub(super) fn repeated(&mut self, place: Place, row: Place, o: &Origin, out: &mut Vec<Stmt>) {
        let d = self.adjoint_place(place);
        let dst = self.adjoint_place(row);
        let lo = self.out.int(out, 0, Ty::usize(), o);
        let hi = self.out.push(out, Op::Len(d), Ty::usize(), None, o);
        let i = self.out.value(Ty::usize(), Some(Name::Temp("i".into())), o);
        let ty = self.primal.plc(row).ty.derivative();
        let copy = self.out.place(ty, PlaceKind::View { base: d }, None, o);
        let mut stmts = Vec::new();
        self.out.effect(&mut stmts, Op::View { place: copy, base: d, path: vec![Proj::Index(i)] }, o);
        self.out.effect(&mut stmts, Op::AddPlace { dst, src: copy }, o);
        let range = Range { lo, hi, inclusive: false, step: None, rev: false };
        let body = Block { params: vec![i], stmts, ..Block::default() };
        self.out.effect(out, Op::For { range, inits: Vec::new(), body }, o);
    }
}
