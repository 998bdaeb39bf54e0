//! `Vec`s that grow and shrink, places that are exchanged, and arrays of copies.
//!
//! Of a `Vec` that grows, only the least length is known: statements that shorten it make it as long again.

use super::*;

/// A `Vec` with no less than so many elements, each a number or an array.
#[derive(Clone, Debug)]
pub struct V {
    pub p: Place,
    pub least: usize,
    /// The length of the rows.
    pub row: Option<usize>,
}

impl Gen<'_> {
    pub fn random_growth(&mut self, out: &mut Code) {
        if self.rng.chance(25) {
            return self.exchange_arrays(out);
        }
        let known = self.env.vecs.clone();
        let v = match self.rng.pick(&known) {
            Some(v) if self.rng.chance(80) => v.clone(),
            _ => self.new_vec(out),
        };
        for _ in 0..2 {
            match self.rng.below(9) {
                0 => self.push_one(out, &v),
                1 => self.append_some(out, &v),
                2 => self.pop_and_push(out, &v),
                3 => self.refill(out, &v),
                4 | 5 => self.exchange(out, &v),
                6 => self.sum_of(out, &v),
                _ => self.read(out, &v),
            }
        }
    }

    fn new_vec(&mut self, out: &mut Code) -> V {
        let row = self.rng.chance(30).then(|| 1 + self.rng.below(3));
        let elem = match row {
            Some(n) => Self::array_ty(&[n]),
            None => PlaceTy::Scalar(Ty::F64),
        };
        let p = self.local(PlaceTy::Vec(Box::new(elem)));
        self.effect(out, Op::Alloc { place: p, init: Init::Empty });
        self.f.places[p.0 as usize].mutable = true;
        let least = 1 + self.rng.below(2);
        let v = V { p, least, row };
        for _ in 0..least {
            self.push_one(out, &v);
        }
        self.env.vecs.push(v.clone());
        v
    }

    fn push_one(&mut self, out: &mut Code, v: &V) {
        match v.row {
            None => {
                let x = self.element(out);
                self.effect(out, Op::Push { place: v.p, value: x.v });
            }
            Some(n) => {
                let src = self.some_row(out, n);
                self.effect(out, Op::Append { place: v.p, src, count: None });
            }
        }
    }

    /// An array of this length.
    fn some_row(&mut self, out: &mut Code, n: usize) -> Place {
        let fits = |g: &Self, p: &P| p.ints.is_none() && p.dims == [n] && g.f.plc(p.p).ty.is_fixed();
        let all: Vec<P> = self.env.places.iter().filter(|p| fits(self, p)).cloned().collect();
        if let (Some(p), true) = (self.rng.pick(&all), self.rng.chance(60)) {
            return p.p;
        }
        let xs: Vec<Value> = (0..n).map(|_| self.element(out).v).collect();
        let row = self.local(Self::array_ty(&[n]));
        self.effect(out, Op::Alloc { place: row, init: Init::Elems(xs) });
        row
    }

    fn append_some(&mut self, out: &mut Code, v: &V) {
        let dims = |p: &P| match v.row {
            None => p.dims.len() == 1,
            Some(n) => p.dims.len() == 2 && p.dims[1] == n,
        };
        let float = |g: &Self, p: &P| p.ints.is_none() && g.f.plc(p.p).ty != PlaceTy::Unknown;
        let all: Vec<P> = self.env.places.iter().filter(|p| dims(p) && float(self, p)).cloned().collect();
        let Some(src) = self.rng.pick(&all).cloned() else { return self.push_one(out, v) };
        let n = self.push(out, Op::Len(src.p), Ty::usize());
        self.effect(out, Op::Append { place: v.p, src: src.p, count: Some(n) });
    }

    fn len(&mut self, out: &mut Code, v: &V) -> Value {
        self.push(out, Op::Len(v.p), Ty::usize())
    }

    fn less(&mut self, out: &mut Code, n: Value, by: i128) -> Value {
        let by = self.int_const(out, by);
        self.push(out, Op::Int { op: IntOp::Sub, args: vec![n, by.v] }, Ty::usize())
    }

    /// An element, at an index.
    fn element_at(&mut self, out: &mut Code, v: &V, i: Value) {
        let mut path = vec![Proj::Index(i)];
        if let Some(n) = v.row {
            path.push(Proj::Index(self.index(out, n).v));
        }
        let x = self.push(out, Op::Load { place: v.p, path, again: None }, Ty::F64);
        self.env.floats.push(F { v: x, lo: -30.0, hi: 30.0, active: true });
    }

    fn read(&mut self, out: &mut Code, v: &V) {
        let i = match self.rng.chance(50) {
            true => self.index(out, v.least).v,
            false => {
                let n = self.len(out, v);
                self.less(out, n, 1)
            }
        };
        if self.rng.chance(30) {
            let x = self.element(out);
            let mut path = vec![Proj::Index(i)];
            if let Some(n) = v.row {
                path.push(Proj::Index(self.index(out, n).v));
            }
            return self.effect(out, Op::Store { place: v.p, path, value: x.v });
        }
        self.element_at(out, v, i);
    }

    fn pop_and_push(&mut self, out: &mut Code, v: &V) {
        let from = self.len(out, v);
        let to = self.less(out, from, 1);
        self.element_at(out, v, to);
        self.effect(out, Op::Resize { place: v.p, from, to });
        self.push_one(out, v);
    }

    /// Shortened to nothing, or made longer by zeros.
    fn refill(&mut self, out: &mut Code, v: &V) {
        let from = self.len(out, v);
        if self.rng.chance(40) {
            let more = self.int_const(out, 2);
            let add = Op::Int { op: IntOp::Add, args: vec![from, more.v] };
            let to = self.push(out, add, Ty::usize());
            return self.effect(out, Op::Resize { place: v.p, from, to });
        }
        let to = self.int_const(out, 0).v;
        self.effect(out, Op::Resize { place: v.p, from, to });
        for _ in 0..v.least {
            self.push_one(out, v);
        }
    }

    /// With another `Vec`, or else two arrays of one length.
    fn exchange(&mut self, out: &mut Code, v: &V) {
        let same = |w: &&V| w.p != v.p && w.least == v.least && w.row == v.row;
        let others: Vec<V> = self.env.vecs.iter().filter(same).cloned().collect();
        if let Some(w) = self.rng.pick(&others) {
            return self.effect(out, Op::Swap { a: v.p, b: w.p });
        }
        self.exchange_arrays(out);
    }

    pub fn exchange_arrays(&mut self, out: &mut Code) {
        let fixed = |g: &Self, p: &P| p.writable && p.ints.is_none() && g.f.plc(p.p).ty.is_fixed();
        let all: Vec<P> = self.env.places.iter().filter(|p| fixed(self, p)).cloned().collect();
        let Some(a) = self.rng.pick(&all).cloned() else { return };
        let root = self.f.root(a.p);
        let f = &self.f;
        let fit: Vec<P> = all
            .into_iter()
            .filter(|b| b.dims == a.dims && f.root(b.p) != root && !b.dims.is_empty())
            .collect();
        let b = match self.rng.pick(&fit) {
            Some(b) => b.clone(),
            None if a.dims.is_empty() => return,
            None => {
                let copy = self.local(Self::array_ty(&a.dims));
                self.effect(out, Op::Alloc { place: copy, init: Init::Copy(a.p) });
                self.keep_place(copy, a.dims.clone(), true)
            }
        };
        self.mark_written(a.p, true);
        self.mark_written(b.p, true);
        self.effect(out, Op::Swap { a: a.p, b: b.p });
    }

    fn sum_of(&mut self, out: &mut Code, v: &V) {
        let s = self.push(out, Op::SumPlace(v.p), Ty::F64);
        // There is no telling how many there are.
        let x = F { v: s, lo: -1e9, hi: 1e9, active: true };
        let x = self.within(out, x, -2.0, 2.0);
        self.env.floats.push(x);
    }

    /// `[row; n]`
    pub fn repeated(&mut self) -> Option<(PlaceTy, Vec<usize>, Init, bool)> {
        let fixed = |p: &&P| p.ints.is_none() && p.dims.len() == 1 && self.f.plc(p.p).ty.is_fixed();
        let all: Vec<P> = self.env.places.iter().filter(fixed).cloned().collect();
        let row = self.rng.pick(&all)?.clone();
        let dims = vec![1 + self.rng.below(3), row.dims[0]];
        Some((Self::array_ty(&dims), dims, Init::Repeat(row.p, None), true))
    }
}
