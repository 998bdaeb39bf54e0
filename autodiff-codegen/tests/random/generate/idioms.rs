//! Loops as people write them, where the elements of one array depend on each other.

use super::*;

impl Gen<'_> {
    pub fn random_idiom(&mut self, out: &mut Code) {
        let shared = |p: &P| !p.writable && p.ints.is_none() && p.dims.len() == 1 && p.dims[0] > 0;
        if self.rng.chance(40)
            && let Some(p) = self.place(shared)
        {
            return match self.rng.below(6) {
                0 => self.reduce(out, &p),
                1 => self.select(out, &p),
                2 => self.scratch(out, &p),
                3 => self.one_or_all(out, &p),
                4 => self.add_multiple(out),
                _ => self.sum(out, &p),
            };
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
        let (lo, n) = (self.int_const(out, lo), p.dims[0] as i128);
        if self.f.plc(p.p).ty.is_fixed() || self.f.plc(p.p).ty == PlaceTy::Unknown || self.rng.chance(40) {
            return (lo, self.int_const(out, n));
        }
        // A number that the compiler does not know.
        let v = self.push(out, Op::Len(p.p), Ty::usize());
        (lo, I { v, lo: n, hi: n })
    }

    /// `a[i] += b[i] * x`, once or twice, for a new `a`, over what nobody writes to.
    fn add_multiple(&mut self, out: &mut Code) {
        let rows: Vec<P> =
            self.env.places.iter().filter(|p| p.ints.is_none() && p.dims.len() == 1).cloned().collect();
        let loose =
            rows.into_iter().filter(|p| !p.writable && p.dims[0] > 1 && !self.f.plc(p.p).ty.is_fixed());
        let Some(b) = self.rng.pick(&loose.collect::<Vec<_>>()).cloned() else {
            return self.random_alloc(out);
        };
        let (_, n) = self.bounds(out, 0, &b);
        let a = self.local(PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64))));
        self.f.places[a.0 as usize].mutable = true;
        self.effect(out, Op::Alloc { place: a, init: Init::ZerosLen(n.v) });
        let a = self.keep_place(a, b.dims.clone(), true);
        let times = if self.rng.chance(50) { 2 } else { 1 };
        let (start, end) = (self.int_const(out, 0), self.int_const(out, times));
        self.each(out, start, end, |g, code, _| {
            let active: Vec<F> = g.env.floats.iter().copied().filter(|x| x.active).collect();
            let x = match g.rng.pick(&active) {
                Some(x) => *x,
                None => g.float(code),
            };
            let x = g.within(code, x, -0.1, 0.1);
            let (lo, hi) = g.bounds(code, 0, &b);
            g.each(code, lo, hi, |g, code, i| {
                let y = g.at(code, &b, i.v);
                let z = g.elem(code, "Mul", &[y, x]);
                g.effect(code, Op::Accum { place: a.p, path: vec![Proj::Index(i.v)], value: z.v });
            });
        });
        let k = self.index(out, a.dims[0]);
        let x = self.at(out, &a, k.v);
        self.env.floats.push(x);
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
        let start = self.float(out);
        let start = self.within(out, start, -3.0, 3.0);
        let results = self.carrying(out, p, &[start.v], |g, code, x, params| {
            let acc = F { v: params[0], lo: -6.0, hi: 6.0, active: true };
            g.env.floats.push(acc);
            g.some_stmts(code, 2);
            let y = g.mix(code, x, acc);
            vec![g.within(code, y, -6.0, 6.0).v]
        });
        self.env.floats.push(F { v: results[0], lo: -6.0, hi: 6.0, active: true });
    }

    /// `acc += f(a[i])`, where `f` is a call, or a few statements that may write elsewhere.
    fn sum(&mut self, out: &mut Code, p: &P) {
        let start = self.float(out);
        let start = self.within(out, start, -6.0, 6.0);
        let results = self.carrying(out, p, &[start.v], |g, code, x, params| {
            match !g.targets.is_empty() && g.rng.chance(50) {
                true => g.random_call(code),
                false => g.some_stmts(code, 3),
            }
            let y = g.env.floats.last().copied().unwrap_or(x);
            let y = if g.rng.chance(30) { g.elem(code, "Mul", &[y, x]) } else { y };
            let acc = F { v: params[0], lo: -1e4, hi: 1e4, active: true };
            vec![g.elem(code, "Add", &[acc, y]).v]
        });
        self.env.floats.push(F { v: results[0], lo: -1e4, hi: 1e4, active: true });
    }

    /// A loop over the elements of `p` that carries values: `make` gets the element and what is carried, and says what is
    /// carried on.
    fn carrying(
        &mut self,
        out: &mut Code,
        p: &P,
        inits: &[Value],
        make: impl FnOnce(&mut Self, &mut Code, F, &[Value]) -> Vec<Value>,
    ) -> Vec<Value> {
        let (lo, hi) = self.bounds(out, 0, p);
        let iv = self.value(Ty::usize());
        let mut like = || -> Vec<Value> { inits.iter().map(|v| self.value(self.f.ty(*v).clone())).collect() };
        let (params, results) = (like(), like());
        self.loops += 1;
        let (stmts, yields) = self.scoped(|g| {
            let mut code = Vec::new();
            g.keep_int(iv, 0, hi.hi - 1);
            let x = g.at(&mut code, p, iv);
            g.env.floats.push(x);
            let yields = make(g, &mut code, x, &params);
            (code, yields)
        });
        self.loops -= 1;
        let range = Range { lo: lo.v, hi: hi.v, inclusive: false, step: None, rev: self.rng.chance(20) };
        let params = std::iter::once(iv).chain(params).collect();
        let body = Block { params, stmts, yields, diverges: false };
        let op = Op::For { range, inits: inits.to_vec(), body };
        out.push(Stmt { op, results: results.clone(), origin: Origin::default() });
        results
    }

    /// A buffer that is made before a loop over what nobody writes to, and written in its rounds: all of it before it is
    /// read, most of the time.
    fn scratch(&mut self, out: &mut Code, p: &P) {
        let n = 1 + self.rng.below(3);
        let ty = PlaceTy::Array(Box::new(PlaceTy::Scalar(Ty::F64)), Len::Known(n));
        let known = self.rng.chance(50);
        let (ty, init) = match known {
            true => (ty, Init::Zeros),
            false => {
                let length = self.int_const(out, n as i128);
                (PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64))), Init::ZerosLen(length.v))
            }
        };
        let buffer = self.local(ty);
        self.f.places[buffer.0 as usize].mutable = true;
        self.effect(out, Op::Alloc { place: buffer, init });
        let b = P { p: buffer, dims: vec![n], ints: None, writable: false, active: true };
        let start = self.float(out);
        let start = self.within(out, start, -6.0, 6.0);
        let results = self.carrying(out, p, &[start.v], |g, code, x, params| {
            let early = g.rng.chance(15).then(|| {
                let at = g.index(code, n);
                g.at(code, &b, at.v)
            });
            g.env.floats.extend(early);
            let first = i128::from(g.rng.chance(10));
            let (from, to) = g.bounds(code, first, &b);
            g.each(code, from, to, |g, code, i| {
                let y = g.float(code);
                let z = g.mix(code, x, y);
                g.put(code, &b, i.v, z);
            });
            g.env.places.push(b.clone());
            g.some_stmts(code, 2);
            let mut term = F { v: params[0], lo: -60.0, hi: 60.0, active: true };
            for _ in 0..2 {
                let at = g.index(code, n);
                let y = g.at(code, &b, at.v);
                let y = if g.rng.chance(50) { g.mix(code, y, x) } else { y };
                let y = g.within(code, y, -1.0, 1.0);
                term = g.elem(code, "Add", &[term, y]);
            }
            vec![term.v]
        });
        self.env.floats.push(F { v: results[0], lo: -60.0, hi: 60.0, active: true });
        // What is left in it may be read.
        if self.rng.chance(20) {
            self.env.places.push(b);
        }
    }

    /// `if c { a[k] } else { … all of a … }`, over what nobody writes to.
    fn one_or_all(&mut self, out: &mut Code, p: &P) {
        let cond = self.condition(out);
        let one = self.scoped(|g| {
            let mut code = Vec::new();
            let k = g.index(&mut code, p.dims[0]);
            let x = g.at(&mut code, p, k.v);
            let x = g.within(&mut code, x, -6.0, 6.0);
            (code, x.v)
        });
        let all = self.scoped(|g| {
            let mut code = Vec::new();
            let start = g.constant(&mut code, 0.5);
            let plain = g.rng.chance(50);
            let results = g.carrying(&mut code, p, &[start.v], |g, code, x, params| {
                let acc = F { v: params[0], lo: -6.0, hi: 6.0, active: true };
                let y = if plain { g.elem(code, "Add", &[acc, x]) } else { g.mix(code, x, acc) };
                vec![g.within(code, y, -6.0, 6.0).v]
            });
            (code, results[0])
        });
        let mut arms = [one, all];
        if self.rng.chance(50) {
            arms.reverse();
        }
        let v = self.either(out, cond, arms);
        self.env.floats.push(F { v, lo: -6.0, hi: 6.0, active: true });
    }

    /// `best = best.max(f(a[i]))` and its kin, over what nobody writes to: each round keeps what is carried or replaces it.
    fn select(&mut self, out: &mut Code, p: &P) {
        let n = 1 + self.rng.below(2);
        let mut inits = Vec::new();
        for _ in 0..n {
            let start = self.float(out);
            inits.push(self.within(out, start, -6.0, 6.0).v);
        }
        let counted = self.rng.chance(50).then(|| self.int_const(out, 0));
        inits.extend(counted.map(|i| i.v));
        let results = self.carrying(out, p, &inits, |g, code, x, params| {
            // What is carried is also looked at, and seldom more than that.
            if g.rng.chance(30) {
                g.env.floats.push(F { v: params[0], lo: -6.0, hi: 6.0, active: true });
            }
            g.some_stmts(code, 1);
            let mut yields = Vec::new();
            for own in &params[..n] {
                let own = F { v: *own, lo: -6.0, hi: 6.0, active: true };
                let y = g.float(code);
                let y = g.mix(code, x, y);
                let y = g.within(code, y, -6.0, 6.0);
                // Values that are often the same.
                let y = match g.rng.chance(25) {
                    true => g.elem(code, "Floor", &[y]),
                    false => y,
                };
                yields.push(g.selected(code, own, y, 2));
            }
            if counted.is_some() {
                let one = g.int_const(code, 1);
                let add = Op::Int { op: IntOp::Add, args: vec![params[n], one.v] };
                yields.push(g.push(code, add, Ty::usize()));
            }
            yields
        });
        self.env.floats.extend(results[..n].iter().map(|v| F { v: *v, lo: -6.0, hi: 6.0, active: true }));
    }

    /// `own` or `other`, by an operation, by a comparison of the two, by something else, or by several of those.
    pub fn selected(&mut self, code: &mut Code, own: F, other: F, depth: usize) -> Value {
        let extremum = ["Max", "Min"][self.rng.below(2)];
        match self.rng.below(if depth > 0 { 6 } else { 4 }) {
            0 => self.elem(code, extremum, &[own, other]).v,
            1 => self.elem(code, extremum, &[other, own]).v,
            2 => {
                let op = [CmpOp::Lt, CmpOp::Le, CmpOp::Gt, CmpOp::Ge][self.rng.below(4)];
                let cond = self.push(code, Op::Cmp { op, args: [own.v, other.v] }, Ty::Bool);
                let mut yields = [own.v, other.v];
                if self.rng.chance(50) {
                    yields.reverse();
                }
                self.either(code, cond, yields.map(|v| (Vec::new(), v)))
            }
            3 => {
                let cond = self.condition(code);
                let arm = (Vec::new(), other.v);
                self.either(code, cond, [arm, (Vec::new(), own.v)])
            }
            4 => {
                let cond = match self.rng.chance(50) {
                    true => self.condition(code),
                    false => self.push(code, Op::Cmp { op: CmpOp::Lt, args: [own.v, other.v] }, Ty::Bool),
                };
                let inner = |g: &mut Self| {
                    g.scoped(|g| {
                        let mut code = Vec::new();
                        let v = g.selected(&mut code, own, other, depth - 1);
                        (code, v)
                    })
                };
                let mut arms = [inner(self), (Vec::new(), own.v)];
                if self.rng.chance(30) {
                    arms[1] = inner(self);
                }
                self.either(code, cond, arms)
            }
            _ => {
                let first = self.selected(code, own, other, depth - 1);
                let another = self.float(code);
                let another = self.within(code, another, -6.0, 6.0);
                self.selected(code, F { v: first, ..own }, another, 0)
            }
        }
    }

    /// `if cond { … } else { … }` of one float.
    fn either(&mut self, code: &mut Code, cond: Value, arms: [(Code, Value); 2]) -> Value {
        let [then, els] = arms.map(|(stmts, y)| Block { stmts, yields: vec![y], ..Block::default() });
        self.push(code, Op::If { cond, then, els }, Ty::F64)
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
        let fixed = self.index(out, p.dims[0]);
        self.each(out, lo, hi, |g, code, i| {
            let fixed = if g.rng.chance(50) { fixed } else { g.index(code, p.dims[0]) };
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
