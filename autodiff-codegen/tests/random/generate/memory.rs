//! Places: loads and stores, local arrays, whole-array operations, views.

use super::*;

impl Gen<'_> {
    /// Some place in scope with the given property.
    pub fn place(&mut self, which: impl Fn(&P) -> bool) -> Option<P> {
        let fit: Vec<P> = self.env.places.iter().filter(|p| which(p)).cloned().collect();
        let n = fit.len();
        if n > 3 && self.rng.chance(50) {
            return Some(fit[n - 1 - self.rng.below(3)].clone());
        }
        self.rng.pick(&fit).cloned()
    }

    /// Marks a place, and what it is a view of, as written to.
    pub fn mark_written(&mut self, p: Place, active: bool) {
        let mut cur = p;
        loop {
            self.f.places[cur.0 as usize].mutable = true;
            match self.f.plc(cur).kind {
                PlaceKind::View { base } => cur = base,
                _ => break,
            }
        }
        let root = self.f.root(p);
        for known in &mut self.env.places {
            if self.f.root(known.p) == root {
                known.active |= active;
            }
        }
    }

    /// An index into every dimension.
    pub fn path(&mut self, out: &mut Code, dims: &[usize]) -> Vec<Proj> {
        dims.iter().map(|n| Proj::Index(self.index(out, *n).v)).collect()
    }

    pub fn load(&mut self, out: &mut Code, p: &P) -> Option<F> {
        if p.dims.contains(&0) {
            return None;
        }
        let path = self.path(out, &p.dims);
        let op = Op::Load { place: p.p, path, again: None };
        if let Some((lo, hi)) = p.ints {
            let v = self.push(out, op, Ty::usize());
            self.keep_int(v, lo, hi);
            return None;
        }
        if self.f.plc(p.p).ty == PlaceTy::Unknown {
            let v = self.push(out, op, Ty::Float(FloatTy::Unknown));
            self.asserted(out, v);
            return self.env.floats.last().copied();
        }
        let v = self.push(out, op, Ty::F64);
        let f = F { v, lo: -30.0, hi: 30.0, active: self.may_be_active(p) };
        self.env.floats.push(f);
        Some(f)
    }

    /// Whether something active is in it, or may be by the next round of a loop.
    pub fn may_be_active(&self, p: &P) -> bool {
        p.active || p.writable || self.f.plc(self.f.root(p.p)).kind != PlaceKind::Param
    }

    pub fn random_load(&mut self, out: &mut Code) {
        let Some(p) = self.place(|_| true) else { return };
        if self.rng.chance(12) && !p.dims.is_empty() {
            let v = self.push(out, Op::Len(p.p), Ty::usize());
            self.keep_int(v, p.dims[0] as i128, p.dims[0] as i128);
        } else {
            self.load(out, &p);
        }
    }

    pub fn random_store(&mut self, out: &mut Code) {
        let Some(p) = self.place(|p| p.writable && p.ints.is_none() && !p.dims.contains(&0)) else {
            return;
        };
        self.store_into(out, &p);
    }

    pub fn store_into(&mut self, out: &mut Code, p: &P) {
        let x = self.float(out);
        let path = self.path(out, &p.dims);
        let accumulate = self.rng.chance(if self.keen == Some(keen::Keen::Accum) { 75 } else { 40 });
        let bound = if accumulate { 1.0 } else { ELEMENT };
        let x = self.within(out, x, -bound, bound);
        self.mark_written(p.p, x.active);
        let op = if accumulate {
            Op::Accum { place: p.p, path, value: x.v }
        } else {
            Op::Store { place: p.p, path, value: x.v }
        };
        self.effect(out, op);
    }

    /// `[f64; n]`, nested.
    pub fn array_ty(dims: &[usize]) -> PlaceTy {
        let scalar = PlaceTy::Scalar(Ty::F64);
        dims.iter().rev().fold(scalar, |t, n| PlaceTy::Array(Box::new(t), Len::Known(*n)))
    }

    /// A local place.
    pub fn local(&mut self, ty: PlaceTy) -> Place {
        let name = self.name("a");
        self.f.place(ty, PlaceKind::Local, Some(name), &Origin::default())
    }

    pub fn keep_place(&mut self, p: Place, dims: Vec<usize>, active: bool) -> P {
        let p = P { p, dims, ints: None, writable: true, active };
        self.env.places.push(p.clone());
        p
    }

    pub fn element(&mut self, out: &mut Code) -> F {
        let x = self.float(out);
        self.within(out, x, -ELEMENT, ELEMENT)
    }

    pub fn random_alloc(&mut self, out: &mut Code) {
        let n = self.elements();
        let vec = PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64)));
        let of_arrays = self.favourite == Some(Favourite::Alloc) && self.rng.chance(75);
        let (ty, dims, init, active) = match if of_arrays { 8 } else { self.rng.below(10) } {
            0 => (Self::array_ty(&[n]), vec![n], Init::Zeros, false),
            1 | 9 => (Self::array_ty(&[2, n]), vec![2, n], Init::Zeros, false),
            2 => {
                let len = self.int_const(out, n as i128);
                (vec, vec![n], Init::ZerosLen(len.v), false)
            }
            3 => {
                let x = self.element(out);
                (Self::array_ty(&[n]), vec![n], Init::Fill(x.v, None), x.active)
            }
            4 => {
                let x = self.element(out);
                let len = self.int_const(out, n as i128);
                (vec, vec![n], Init::Fill(x.v, Some(len.v)), x.active)
            }
            5 | 6 => {
                let xs: Vec<F> = (0..n).map(|_| self.element(out)).collect();
                let active = xs.iter().any(|x| x.active);
                (Self::array_ty(&[n]), vec![n], Init::Elems(xs.iter().map(|x| x.v).collect()), active)
            }
            7 => {
                let Some(p) = self.place(|p| p.ints.is_none() && !p.dims.is_empty()) else { return };
                let ty = match self.f.plc(p.p).ty.clone() {
                    PlaceTy::Slice(t) => PlaceTy::Vec(t),
                    ty => ty,
                };
                (ty, p.dims, Init::Copy(p.p), true)
            }
            n => match if n == 8 && self.rng.chance(40) { self.repeated() } else { self.rows() } {
                Some(rows) => rows,
                None => return,
            },
        };
        let place = self.local(ty);
        self.effect(out, Op::Alloc { place, init });
        self.keep_place(place, dims, active);
    }

    /// `[a, b]` of two arrays.
    pub fn rows(&mut self) -> Option<(PlaceTy, Vec<usize>, Init, bool)> {
        let fixed: Vec<P> = self
            .env
            .places
            .iter()
            .filter(|p| p.ints.is_none() && p.dims.len() == 1 && self.f.plc(p.p).ty.is_fixed())
            .cloned()
            .collect();
        let a = self.rng.pick(&fixed)?.clone();
        let same: Vec<P> = fixed.into_iter().filter(|p| p.dims == a.dims).collect();
        let b = self.rng.pick(&same)?;
        let dims = vec![2, a.dims[0]];
        Some((Self::array_ty(&dims), dims, Init::Rows(vec![a.p, b.p]), true))
    }

    /// Operations on whole arrays.
    pub fn random_whole(&mut self, out: &mut Code) {
        let Some(p) = self.place(|p| p.ints.is_none() && !p.dims.is_empty()) else { return };
        let active = self.may_be_active(&p);
        match self.rng.below(4) {
            0 if p.writable => {
                self.mark_written(p.p, false);
                self.effect(out, Op::Zero(p.p));
            }
            _ => {
                let root = self.f.root(p.p);
                let f = &self.f;
                let to: Vec<P> = self
                    .env
                    .places
                    .iter()
                    .filter(|d| d.writable && d.ints.is_none() && d.dims == p.dims && f.root(d.p) != root)
                    .cloned()
                    .collect();
                let Some(d) = self.rng.pick(&to).cloned() else { return };
                self.mark_written(d.p, active);
                self.effect(out, Op::CopyPlace { dst: d.p, src: p.p });
            }
        }
    }

    /// Part of a place: a number, a row, or a slice.
    fn part(&mut self, out: &mut Code, base: &P) -> (Vec<Proj>, PlaceTy, Vec<usize>) {
        let mut dims = base.dims.clone();
        let elem = self.f.plc(base.p).ty.elem().cloned().unwrap();
        if elem != PlaceTy::Unknown && self.rng.chance(25) {
            let element = (1..dims.len()).try_fold(elem.clone(), |ty, _| ty.elem().cloned());
            return (self.path(out, &dims), element.unwrap(), Vec::new());
        }
        if dims.len() > 1 && self.rng.chance(75) {
            let i = self.index(out, dims.remove(0));
            return (vec![Proj::Index(i.v)], elem, dims);
        }
        let n = dims[0];
        let lo = self.rng.below(n + 1);
        let hi = lo + self.rng.below(n + 1 - lo);
        dims[0] = hi - lo;
        let (a, b) = (self.int_const(out, lo as i128), self.int_const(out, hi as i128));
        let ends = Proj::Slice((lo > 0).then_some(a.v), (hi < n).then_some(b.v));
        (vec![ends], PlaceTy::Slice(Box::new(elem)), dims)
    }

    /// A view, and statements that use it. While a mutable view lives, what it is a view of is out of sight;
    /// while a shared one lives, it isn't written to.
    pub fn random_view(&mut self, out: &mut Code) {
        let rows = (self.favourite == Some(Favourite::View) || self.keen == Some(keen::Keen::View))
            && self.rng.chance(60);
        let usable = |p: &P| p.ints.is_none() && p.dims.len() > usize::from(rows) && !p.dims.contains(&0);
        let Some(base) = self.place(usable) else { return };
        let (path, ty, dims) = self.part(out, &base);
        let name = self.name("v");
        let view = self.f.place(ty, PlaceKind::View { base: base.p }, Some(name), &Origin::default());
        self.effect(out, Op::View { place: view, base: base.p, path });
        let root = self.f.root(base.p);
        let mutable = base.writable && self.rng.chance(60);
        let outer = self.env.places.clone();
        let f = &self.f;
        self.env.places.retain(|p| !mutable || f.root(p.p) != root);
        for p in &mut self.env.places {
            p.writable &= f.root(p.p) != root;
        }
        let active = self.may_be_active(&base);
        self.env.places.push(P { p: view, dims, ints: None, writable: mutable, active });
        let n = 1 + self.rng.below(4);
        self.at_most(out, n);
        let inner = std::mem::replace(&mut self.env.places, outer);
        for p in inner {
            let f = &self.f;
            let mut known = false;
            for old in self.env.places.iter_mut().filter(|o| f.root(o.p) == f.root(p.p)) {
                old.active |= p.active;
                known |= old.p == p.p;
            }
            if !known && !matches!(f.plc(p.p).kind, PlaceKind::View { .. }) {
                self.env.places.push(p);
            }
        }
    }
}
