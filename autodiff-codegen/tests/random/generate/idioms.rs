//! Loops as people write them, where the elements of one array depend on each other.

use super::*;

impl Gen<'_> {
    pub fn random_idiom(&mut self, out: &mut Code) {
        let shared = |p: &P| !p.writable && p.ints.is_none() && p.dims.len() == 1 && p.dims[0] > 0;
        if self.rng.chance(40)
            && let Some(p) = self.place(shared)
        {
            return self.reduce(out, &p);
        }
        if self.meeting && self.rng.chance(40) {
            return self.reduce_and_write(out);
        }
        let usable = |p: &P| p.writable && p.ints.is_none() && p.dims.len() == 1 && p.dims[0] > 1;
        let Some(p) = self.place(usable) else { return self.random_alloc(out) };
        self.mark_written(p.p, true);
        match self.rng.below(6) {
            0 => self.recurrence_in(out, &p),
            1 => self.swap(out, &p),
            2 => self.map_in_place(out, &p),
            3 => self.triangle(out, &p),
            4 => self.stencil(out, &p),
            _ => self.feedback(out, &p),
        }
    }

    fn at(&mut self, out: &mut Code, p: &P, i: Value) -> F {
        let op = Op::Load { place: p.p, path: vec![Proj::Index(i)], again: None };
        let mut v = self.push(out, op, Ty::F64);
        if self.f.plc(p.p).ty == PlaceTy::Unknown {
            v = self.push(out, Op::AssertFloat(v), Ty::F64);
        }
        F { v, lo: -30.0, hi: 30.0, active: true }
    }

    fn put(&mut self, out: &mut Code, p: &P, i: Value, x: F) {
        let x = self.within(out, x, -ELEMENT, ELEMENT);
        self.effect(out, Op::Store { place: p.p, path: vec![Proj::Index(i)], value: x.v });
    }

    /// Some function of two floats.
    fn mix(&mut self, out: &mut Code, x: F, y: F) -> F {
        let unary = ["Sin", "Tanh", "Cos", "Exp"][self.rng.below(4)];
        let x = self.within(out, x, -2.0, 2.0);
        let x = self.elem(out, unary, &[x]);
        let binary = ["Add", "Mul", "Max", "Sub"][self.rng.below(4)];
        self.elem(out, binary, &[x, y])
    }

    /// `for i in lo..hi { … }`, perhaps from the end.
    fn each(&mut self, out: &mut Code, lo: I, hi: I, make: impl FnOnce(&mut Self, &mut Code, I)) {
        let iv = self.value(Ty::usize());
        self.loops += 1;
        let code = self.scoped(|g| {
            let mut code = Vec::new();
            let i = g.keep_int(iv, lo.lo, (hi.hi - 1).max(lo.lo));
            make(g, &mut code, i);
            code
        });
        self.loops -= 1;
        let range = Range { lo: lo.v, hi: hi.v, inclusive: false, step: None, rev: self.rng.chance(20) };
        let body = Block { params: vec![iv], stmts: code, ..Block::default() };
        self.effect(out, Op::For { range, inits: Vec::new(), body });
    }

    fn bounds(&mut self, out: &mut Code, lo: i128, p: &P) -> (I, I) {
        (self.int_const(out, lo), self.int_const(out, p.dims[0] as i128))
    }

    /// `a[i] = f(a[i - 1], a[i])`
    fn recurrence_in(&mut self, out: &mut Code, p: &P) {
        let (lo, hi) = self.bounds(out, 1, p);
        self.each(out, lo, hi, |g, code, i| {
            let one = g.int_const(code, 1);
            let before = g.int_op(code, IntOp::Sub, i, one);
            let (x, y) = (g.at(code, p, before.v), g.at(code, p, i.v));
            let z = g.mix(code, x, y);
            g.put(code, p, i.v, z);
        });
    }

    /// The same over what is written to after it.
    fn reduce_and_write(&mut self, out: &mut Code) {
        let usable = |p: &P| p.writable && p.ints.is_none() && p.dims.len() == 1 && p.dims[0] > 0;
        let Some(p) = self.place(usable) else { return self.random_alloc(out) };
        self.reduce(out, &p);
        let i = self.index(out, p.dims[0]);
        let x = self.float(out);
        self.mark_written(p.p, true);
        self.put(out, &p, i.v, x);
    }

    /// `acc = f(a[i], acc)`, over what nobody writes to meanwhile.
    fn reduce(&mut self, out: &mut Code, p: &P) {
        let (lo, hi) = self.bounds(out, 0, p);
        let start = self.float(out);
        let start = self.within(out, start, -3.0, 3.0);
        let (iv, acc, result) = (self.value(Ty::usize()), self.value(Ty::F64), self.value(Ty::F64));
        self.loops += 1;
        let (code, next) = self.scoped(|g| {
            let mut code = Vec::new();
            g.keep_int(iv, 0, hi.hi - 1);
            let x = g.at(&mut code, p, iv);
            g.env.floats.push(x);
            let acc = F { v: acc, lo: -6.0, hi: 6.0, active: true };
            g.env.floats.push(acc);
            g.some_stmts(&mut code, 2);
            let y = g.mix(&mut code, x, acc);
            let next = g.within(&mut code, y, -6.0, 6.0);
            (code, next.v)
        });
        self.loops -= 1;
        let range = Range { lo: lo.v, hi: hi.v, inclusive: false, step: None, rev: self.rng.chance(20) };
        let body = Block { params: vec![iv, acc], stmts: code, yields: vec![next], ..Block::default() };
        let op = Op::For { range, inits: vec![start.v], body };
        out.push(Stmt { op, results: vec![result], origin: Origin::default() });
        self.env.floats.push(F { v: result, lo: -6.0, hi: 6.0, active: true });
    }

    fn swap(&mut self, out: &mut Code, p: &P) {
        let (i, j) = (self.index(out, p.dims[0]), self.index(out, p.dims[0]));
        let (x, y) = (self.at(out, p, i.v), self.at(out, p, j.v));
        self.effect(out, Op::Store { place: p.p, path: vec![Proj::Index(i.v)], value: y.v });
        self.effect(out, Op::Store { place: p.p, path: vec![Proj::Index(j.v)], value: x.v });
    }

    /// `a[i] = f(a[i], x)`
    fn map_in_place(&mut self, out: &mut Code, p: &P) {
        let (lo, hi) = self.bounds(out, 0, p);
        self.each(out, lo, hi, |g, code, i| {
            let x = g.at(code, p, i.v);
            let y = g.float(code);
            let z = g.mix(code, x, y);
            g.put(code, p, i.v, z);
            g.some_stmts(code, 1);
        });
    }

    /// `a[i] += f(a[j])` for all `j < i`.
    fn triangle(&mut self, out: &mut Code, p: &P) {
        let (lo, hi) = self.bounds(out, 0, p);
        self.each(out, lo, hi, |g, code, i| {
            let zero = g.int_const(code, 0);
            g.each(code, zero, i, |g, code, j| {
                let x = g.at(code, p, j.v);
                let y = g.float(code);
                let z = g.mix(code, x, y);
                let z = g.within(code, z, -1.0, 1.0);
                g.effect(code, Op::Accum { place: p.p, path: vec![Proj::Index(i.v)], value: z.v });
            });
        });
    }

    /// A few steps of `b = a; a[i] = f(b[i], b[(i + 1) % n])`.
    fn stencil(&mut self, out: &mut Code, p: &P) {
        if !self.f.plc(p.p).ty.is_fixed() {
            return self.map_in_place(out, p);
        }
        let (start, end) = (self.int_const(out, 0), self.int_const(out, 2));
        self.each(out, start, end, |g, code, _| {
            let b = g.local(g.f.plc(p.p).ty.clone());
            g.effect(code, Op::Alloc { place: b, init: Init::Copy(p.p) });
            let old = P { p: b, writable: false, ..p.clone() };
            let (lo, hi) = g.bounds(code, 0, p);
            g.each(code, lo, hi, |g, code, i| {
                let one = g.int_const(code, 1);
                let next = g.int_op(code, IntOp::Add, i, one);
                let n = g.int_const(code, p.dims[0] as i128);
                let next = g.int_op(code, IntOp::Rem, next, n);
                let (x, y) = (g.at(code, &old, i.v), g.at(code, &old, next.v));
                let z = g.mix(code, x, y);
                g.put(code, p, i.v, z);
            });
        });
    }

    /// `a[i % 2] += f(a[0])`
    fn feedback(&mut self, out: &mut Code, p: &P) {
        let (lo, hi) = self.bounds(out, 0, p);
        self.each(out, lo, hi, |g, code, i| {
            let fixed = g.index(code, p.dims[0]);
            let x = g.at(code, p, fixed.v);
            let y = g.float(code);
            let z = g.mix(code, x, y);
            let z = g.within(code, z, -1.0, 1.0);
            let two = g.int_const(code, 2);
            let to = g.int_op(code, IntOp::Rem, i, two);
            g.effect(code, Op::Accum { place: p.p, path: vec![Proj::Index(to.v)], value: z.v });
        });
    }
}
