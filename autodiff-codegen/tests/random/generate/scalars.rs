//! Scalars: operations of the table, integers, comparisons, casts, opaque expressions.

use super::*;

impl Gen<'_> {
    fn keep_float(&mut self, v: Value, lo: f64, hi: f64, active: bool) -> F {
        let f = F { v, lo, hi, active };
        self.env.floats.push(f);
        f
    }

    pub fn keep_int(&mut self, v: Value, lo: i128, hi: i128) -> I {
        let i = I { v, lo, hi };
        self.env.ints.push(i);
        i
    }

    pub fn constant(&mut self, out: &mut Code, x: f64) -> F {
        let v = self.f.float(out, x, Ty::F64, &Origin::default());
        F { v, lo: x, hi: x, active: false }
    }

    pub fn int_const(&mut self, out: &mut Code, i: i128) -> I {
        let v = self.f.int(out, i, Ty::usize(), &Origin::default());
        I { v, lo: i, hi: i }
    }

    /// Some float in scope, rather a recent one; seldom a constant.
    pub fn float(&mut self, out: &mut Code) -> F {
        let n = self.env.floats.len();
        if n == 0 || self.rng.chance(6) {
            // Those that passes look for, too.
            if self.rng.chance(25) {
                let x = [0.0, -0.0, 1.0, -1.0, 2.0][self.rng.below(5)];
                return self.constant(out, x);
            }
            let x = (self.rng.float(-2.0, 2.0) * 16.0).round() / 16.0;
            return self.constant(out, x);
        }
        let recent = if self.rng.chance(60) { n.min(4) } else { n };
        self.env.floats[n - 1 - self.rng.below(recent)]
    }

    /// Some float that nothing active flows into.
    pub fn passive_float(&mut self, out: &mut Code) -> F {
        let passive: Vec<F> = self.env.floats.iter().copied().filter(|f| !f.active).collect();
        match self.rng.pick(&passive) {
            Some(f) => *f,
            None => {
                let x = self.rng.float(-1.5, 1.5);
                self.constant(out, x)
            }
        }
    }

    /// Applies an operation of the table.
    pub fn elem(&mut self, out: &mut Code, name: &str, args: &[F]) -> F {
        let Some(rule) = rules::id(name) else { panic!("no operation {name}") };
        let v = self.push(out, Op::Elem { rule, args: args.iter().map(|a| a.v).collect() }, Ty::F64);
        let active = args.iter().any(|a| a.active);
        let (lo, hi) = match (name, args) {
            ("Add", [a, b]) => (a.lo + b.lo, a.hi + b.hi),
            ("Sub", [a, b]) => (a.lo - b.hi, a.hi - b.lo),
            ("Neg", [a]) => (-a.hi, -a.lo),
            ("Max" | "Min", [a, b]) => (a.lo.min(b.lo), a.hi.max(b.hi)),
            ("Mul", [a, b]) => {
                let c = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
                (c.iter().copied().fold(c[0], f64::min), c.iter().copied().fold(c[0], f64::max))
            }
            _ => result_range(rule),
        };
        F { v, lo, hi, active }
    }

    /// The value, brought into an interval if it may lie outside.
    pub fn within(&mut self, out: &mut Code, x: F, lo: f64, hi: f64) -> F {
        if lo <= x.lo && x.hi <= hi {
            return x;
        }
        let (mid, half) = (0.5 * (lo + hi), 0.48 * (hi - lo));
        let squash = if self.rng.chance(60) { "Sin" } else { "Tanh" };
        let mut y = self.elem(out, squash, &[x]);
        (y.lo, y.hi) = (-1.0, 1.0);
        if self.small && lo <= -1.0 && hi >= 1.0 {
            return y;
        }
        let c = self.constant(out, half);
        y = self.elem(out, "Mul", &[y, c]);
        if mid != 0.0 {
            let c = self.constant(out, mid);
            y = self.elem(out, "Add", &[y, c]);
        }
        y
    }

    fn random_rule(&mut self) -> RuleId {
        let common = ["Add", "Sub", "Mul", "Mul", "Sin", "Exp", "Div", "Sqrt", "Max", "Min", "Tanh"];
        if self.rng.chance(60) {
            return rules::id(common[self.rng.below(common.len())]).unwrap();
        }
        // What is made of bits has a derivative that differences of its own operands don't know, and with what is rounded by
        // a large number each number would stand for another program than it always has: both are in the source programs.
        let asked = |r: &RuleId| r.is_written() && r.get().result == rules::Kind::Float;
        let all: Vec<RuleId> = RuleId::all().filter(asked).collect();
        *self.rng.pick(&all).unwrap()
    }

    /// A random operation of the table, on operands in its domain.
    pub fn random_elem(&mut self, out: &mut Code) -> F {
        let rule = self.random_rule();
        let name = rule.get().name;
        if name == "Div" && self.rng.chance(30) {
            return self.reciprocal(out);
        }
        let arithmetic = ["Add", "Sub", "Neg", "Mul", "Max", "Min"].contains(&name);
        let mut args = Vec::new();
        let mut floats = Vec::new();
        for o in rule.get().operands {
            if o.kind == rules::Kind::Int {
                args.push(self.exponent(out, o.lo as i128, o.hi as i128 - 1));
                continue;
            }
            let x = self.float(out);
            let (lo, hi) = if arithmetic { (-20.0, 20.0) } else { (o.lo, o.hi) };
            let x = self.within(out, x, lo, hi);
            floats.push(x);
            args.push(x.v);
        }
        let f = if args.len() == floats.len() {
            self.elem(out, name, &floats)
        } else {
            let v = self.push(out, Op::Elem { rule, args }, Ty::F64);
            let (lo, hi) = result_range(rule);
            F { v, lo, hi, active: floats.iter().any(|x| x.active) }
        };
        self.env.floats.push(f);
        f
    }

    /// What is divided by, perhaps a root, and its reciprocal; sometimes another quotient before it.
    fn reciprocal(&mut self, out: &mut Code) -> F {
        let x = self.float(out);
        let mut by = self.within(out, x, 0.5, 2.0);
        if self.rng.chance(60) {
            by = self.elem(out, "Sqrt", &[by]);
            (by.lo, by.hi) = (0.7, 1.5);
            self.env.floats.push(by);
        }
        if self.rng.chance(50) {
            let over = self.float(out);
            let over = self.within(out, over, -2.0, 2.0);
            let f = self.elem(out, "Div", &[over, by]);
            self.env.floats.push(f);
        }
        let f = if self.rng.chance(70) {
            let one = self.constant(out, 1.0);
            self.elem(out, "Div", &[one, by])
        } else {
            self.elem(out, "Recip", &[by])
        };
        self.env.floats.push(f);
        f
    }

    /// An `i32`: a constant, or cast from an index.
    fn exponent(&mut self, out: &mut Code, lo: i128, hi: i128) -> Value {
        let i32 = Ty::Int(Some("i32".into()));
        let small: Vec<I> = self.env.ints.iter().copied().filter(|i| i.hi <= hi && i.lo >= lo).collect();
        match self.rng.pick(&small) {
            Some(i) if self.rng.chance(50) => {
                let v = i.v;
                self.push(out, Op::Cast(v), i32)
            }
            _ => {
                let i = self.rng.int(lo, hi);
                self.f.int(out, i, i32, &Origin::default())
            }
        }
    }

    pub fn int_op(&mut self, out: &mut Code, op: IntOp, a: I, b: I) -> I {
        let v = self.push(out, Op::Int { op, args: vec![a.v, b.v] }, Ty::usize());
        let (lo, hi) = match op {
            IntOp::Add => (a.lo + b.lo, a.hi + b.hi),
            IntOp::Sub => (a.lo - b.hi, a.hi - b.lo),
            IntOp::Mul => (a.lo * b.lo, a.hi * b.hi),
            IntOp::Rem => (0, b.hi - 1),
            IntOp::Div => (0, a.hi),
            IntOp::Min => (a.lo.min(b.lo), a.hi.min(b.hi)),
            IntOp::Max => (a.lo.max(b.lo), a.hi.max(b.hi)),
            IntOp::SaturatingSub => (0, a.hi),
            _ => (0, i128::from(u64::MAX)),
        };
        I { v, lo, hi }
    }

    /// Some small integer in scope.
    pub fn int(&mut self, out: &mut Code) -> I {
        let small: Vec<I> = self.env.ints.iter().copied().filter(|i| i.hi <= 1000).collect();
        match self.rng.pick(&small) {
            Some(i) if !self.rng.chance(15) => *i,
            _ => {
                let i = self.rng.int(0, 5);
                self.int_const(out, i)
            }
        }
    }

    pub fn random_int(&mut self, out: &mut Code) {
        let (a, b) = (self.int(out), self.int(out));
        let mut ops = vec![IntOp::Add, IntOp::Mul, IntOp::Min, IntOp::Max, IntOp::SaturatingSub];
        if a.lo >= b.hi {
            ops.push(IntOp::Sub);
        }
        if b.lo > 0 {
            ops.extend([IntOp::Rem, IntOp::Div]);
        }
        let op = *self.rng.pick(&ops).unwrap();
        let i = self.int_op(out, op, a, b);
        self.env.ints.push(i);
    }

    /// An integer below `n`, which isn't zero.
    pub fn index(&mut self, out: &mut Code, n: usize) -> I {
        let n = n as i128;
        let fit: Vec<I> = self.env.ints.iter().copied().filter(|i| i.lo >= 0 && i.hi < n).collect();
        // The innermost induction variables come last.
        if let (Some(i), true) = (fit.last(), self.rng.chance(35)) {
            return *i;
        }
        match self.rng.pick(&fit) {
            Some(i) if self.rng.chance(50) => *i,
            _ if self.rng.chance(40) => {
                let i = self.rng.int(0, n - 1);
                self.int_const(out, i)
            }
            _ => {
                let (a, n) = (self.int(out), self.int_const(out, n));
                if a.hi < n.lo { a } else { self.int_op(out, IntOp::Rem, a, n) }
            }
        }
    }

    /// A constant of a type of its own, often too large for the type that rustc would give its digits, computed with and
    /// made a float of moderate size.
    fn typed_constant(&mut self, out: &mut Code) {
        if self.rng.chance(25) {
            let x = (self.rng.float(-2.0, 2.0) * 10.0).round() / 10.0;
            let f32 = Ty::Float(autodiff_codegen::ir::FloatTy::F32);
            let single = self.f.float(out, x, f32, &Origin::default());
            let v = self.push(out, Op::Cast(single), Ty::F64);
            self.keep_float(v, x - 1e-6, x + 1e-6, false);
            return;
        }
        let types = [
            ("u8", 8),
            ("i8", 7),
            ("u16", 16),
            ("i16", 15),
            ("u32", 32),
            ("i32", 31),
            ("u64", 64),
            ("i64", 63),
        ];
        let (name, bits) = types[self.rng.below(types.len())];
        let ty = Ty::Int(Some(name.into()));
        let largest = (1i128 << bits) - 1;
        let n = if self.rng.chance(30) { self.rng.int(0, 9) } else { self.rng.int(largest / 2, largest) };
        let mut v = self.f.int(out, n, ty.clone(), &Origin::default());
        let op = [IntOp::Shl, IntOp::Shr, IntOp::Div, IntOp::Min, IntOp::Xor, IntOp::WrappingAdd]
            [self.rng.below(6)];
        if self.rng.chance(60) {
            let right = match op {
                IntOp::Shl | IntOp::Shr => {
                    let (i, i32) = (self.rng.int(1, 6), Ty::Int(Some("i32".into())));
                    self.f.int(out, i, i32, &Origin::default())
                }
                _ => {
                    let i = self.rng.int(1, largest);
                    self.f.int(out, i, ty.clone(), &Origin::default())
                }
            };
            v = self.push(out, Op::Int { op, args: vec![v, right] }, ty);
        }
        if self.rng.chance(30) {
            let (name, _) = types[self.rng.below(types.len())];
            v = self.push(out, Op::Cast(v), Ty::Int(Some(name.into())));
        }
        let v = self.push(out, Op::Cast(v), Ty::F64);
        let wide = F { v, lo: -1e19, hi: 2e19, active: false };
        let squashed = self.within(out, wide, -1.0, 1.0);
        self.env.floats.push(squashed);
    }

    /// Float from integer, integer from float, a checked float.
    pub fn random_cast(&mut self, out: &mut Code) {
        if self.rng.chance(30) {
            return self.typed_constant(out);
        }
        match self.rng.below(4) {
            0 | 1 => {
                let i = self.int(out);
                let v = self.push(out, Op::Cast(i.v), Ty::F64);
                self.keep_float(v, i.lo as f64, i.hi as f64, false);
            }
            2 => {
                let x = self.float(out);
                let x = self.within(out, x, 0.1, 3.9);
                let v = self.push(out, Op::Cast(x.v), Ty::usize());
                self.keep_int(v, 0, 3);
            }
            _ => {
                let x = self.float(out);
                let v = self.push(out, Op::AssertFloat(x.v), Ty::F64);
                self.keep_float(v, x.lo, x.hi, x.active);
            }
        }
    }

    /// A `bool`: mostly a comparison of active values.
    pub fn condition(&mut self, out: &mut Code) -> Value {
        // Choices on the same condition are merged.
        if self.meeting
            && let Some(v) = self.rng.pick(&self.env.bools).copied()
            && self.rng.chance(40)
        {
            return v;
        }
        let v = match self.rng.below(10) {
            0..5 => {
                let (a, b) = (self.float(out), self.float(out));
                let op = [CmpOp::Lt, CmpOp::Le, CmpOp::Gt, CmpOp::Ge][self.rng.below(4)];
                self.push(out, Op::Cmp { op, args: [a.v, b.v] }, Ty::Bool)
            }
            5..8 => {
                let (a, b) = (self.int(out), self.int(out));
                let op = [CmpOp::Eq, CmpOp::Ne, CmpOp::Lt, CmpOp::Ge][self.rng.below(4)];
                self.push(out, Op::Cmp { op, args: [a.v, b.v] }, Ty::Bool)
            }
            8 => {
                let x = self.float(out);
                let rule = rules::id(if self.rng.chance(50) { "IsNan" } else { "IsSignPositive" }).unwrap();
                self.push(out, Op::Elem { rule, args: vec![x.v] }, Ty::Bool)
            }
            _ => match self.env.bools.clone()[..] {
                [] => self.f.push(out, Op::Const(Const::Bool(true)), Ty::Bool, None, &Origin::default()),
                [.., a, b] => {
                    let op = [IntOp::And, IntOp::Or, IntOp::Xor][self.rng.below(3)];
                    self.push(out, Op::Int { op, args: vec![a, b] }, Ty::Bool)
                }
                [a] => self.push(out, Op::Int { op: IntOp::Not, args: vec![a] }, Ty::Bool),
            },
        };
        self.env.bools.push(v);
        v
    }

    /// What opaque code reads: passive values only, if it has a result.
    fn reads(&mut self, out: &mut Code, with_result: bool) -> Vec<Read> {
        let mut reads = Vec::new();
        for n in 0..self.rng.below(3) {
            let source = if with_result {
                let passive: Vec<F> = self.env.floats.iter().copied().filter(|f| !f.active).collect();
                match self.rng.pick(&passive) {
                    Some(f) if self.rng.chance(50) => ReadOf::Value(f.v),
                    _ => ReadOf::Value(self.int(out).v),
                }
            } else {
                let places = self.env.places.clone();
                match self.rng.pick(&places) {
                    Some(p) if self.rng.chance(70) => ReadOf::Place(p.p),
                    _ => ReadOf::Value(self.float(out).v),
                }
            };
            reads.push(Read { ident: ident(&format!("r{n}")), source });
        }
        reads
    }

    /// Opaque code: run for its effect, or for a passive value.
    pub fn random_effect(&mut self, out: &mut Code) {
        let code = self.token();
        let of_values = if self.favourite == Some(Favourite::Effect) { 30 } else { 60 };
        let with_result = self.rng.chance(of_values);
        let reads = self.reads(out, with_result);
        let op = Op::opaque(OpaqueKind::Expr(code), reads);
        if !with_result {
            return self.effect(out, op);
        }
        match self.rng.below(5) {
            0..3 => {
                let v = self.push(out, op, Ty::F64);
                self.keep_float(v, -1.0, 1.0, false);
            }
            3 => {
                let v = self.push(out, op, Ty::usize());
                self.keep_int(v, 0, 3);
            }
            _ => {
                let v = self.push(out, op, Ty::Bool);
                self.env.bools.push(v);
            }
        }
    }
}
