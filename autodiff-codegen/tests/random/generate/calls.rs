//! Calls of other random functions.

use super::*;

impl Gen<'_> {
    pub fn random_call(&mut self, out: &mut Code) {
        let Some(target) = self.rng.pick(self.targets).cloned() else {
            self.random_elem(out);
            return;
        };
        let mut args = Vec::new();
        let mut borrowed: Vec<(Place, bool)> = Vec::new();
        for input in &target.params {
            let Some(arg) = self.argument(out, input, &mut borrowed) else { return };
            args.push(arg);
        }
        for a in &args {
            if let Arg::Place(p, Mode::Mut) = a {
                self.mark_written(*p, true);
            }
        }
        // What a call adds to holds something already, then.
        let twice = self.rng.chance(25);
        if twice {
            self.call(out, &target.name, args.clone(), &target.ret);
        }
        self.call(out, &target.name, args, &target.ret);
    }

    /// A call, whose result is of a type that may be known only to rustc.
    fn call(&mut self, out: &mut Code, name: &str, args: Vec<Arg>, shape: &Shape) {
        let callee = Callee::new(syn::Path::from(ident(name)));
        let unknown = self.rng.chance(50);
        let ty = match shape {
            Shape::Scalar if unknown => {
                let float = Ty::Float(FloatTy::Unknown);
                let v = self.push(out, Op::Call { callee, args, ret: None }, float);
                return self.asserted(out, v);
            }
            Shape::Scalar => {
                let v = self.push(out, Op::Call { callee, args, ret: None }, Ty::F64);
                self.env.floats.push(F { v, lo: -100.0, hi: 100.0, active: true });
                return;
            }
            Shape::Array(dims) if !unknown => Self::array_ty(dims),
            _ => PlaceTy::Unknown,
        };
        let name = self.name("r");
        let ret = self.f.place(ty, PlaceKind::CallResult, Some(name), &Origin::default());
        self.effect(out, Op::Call { callee, args, ret: Some(ret) });
        self.take_apart(out, ret, shape);
    }

    fn take_apart(&mut self, out: &mut Code, place: Place, shape: &Shape) {
        match shape {
            Shape::Scalar => {
                let op = Op::Load { place, path: Vec::new(), again: None };
                let v = self.push(out, op, Ty::Float(FloatTy::Unknown));
                self.asserted(out, v);
            }
            Shape::Array(dims) => {
                self.keep_place(place, dims.clone(), true);
            }
            Shape::Tuple(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    let kind = PlaceKind::View { base: place };
                    let name = self.name("q");
                    let view = self.f.place(PlaceTy::Unknown, kind, Some(name), &Origin::default());
                    let path = vec![Proj::Field(i as u32)];
                    self.effect(out, Op::View { place: view, base: place, path });
                    self.take_apart(out, view, part);
                }
            }
        }
    }

    /// Makes a float of a value that only rustc knows the type of.
    pub fn asserted(&mut self, out: &mut Code, v: Value) {
        let v = self.push(out, Op::AssertFloat(v), Ty::F64);
        self.env.floats.push(F { v, lo: -100.0, hi: 100.0, active: true });
    }

    /// `if n > 0 { f(…, n - 1) } else { … }`
    pub fn recursive_call(&mut self, out: &mut Code, inputs: &[Input]) {
        let Some(ParamKind::Scalar(n, _)) = self.f.params.last().map(|p| p.kind.clone()) else { return };
        let n = I { v: n, lo: 1, hi: 3 };
        let zero = self.int_const(out, 0);
        let cond = self.push(out, Op::Cmp { op: CmpOp::Gt, args: [n.v, zero.v] }, Ty::Bool);
        let then = self.scoped(|g| {
            let mut code = Vec::new();
            g.some_stmts(&mut code, 2);
            let one = g.int_const(&mut code, 1);
            let less = g.int_op(&mut code, IntOp::Sub, n, one);
            let mut borrowed = Vec::new();
            let args: Option<Vec<Arg>> = inputs[..inputs.len() - 1]
                .iter()
                .map(|i| g.argument(&mut code, i, &mut borrowed))
                .chain([Some(Arg::Value(less.v))])
                .collect();
            if let Some(args) = args {
                let name = g.f.name.clone();
                g.call(&mut code, &name, args, &Shape::Scalar);
            }
            let x = g.float(&mut code);
            let y = g.within(&mut code, x, -6.0, 6.0).v;
            Block { stmts: code, yields: vec![y], ..Block::default() }
        });
        let els = self.scoped(|g| {
            let mut code = Vec::new();
            let x = g.random_elem(&mut code);
            let y = g.within(&mut code, x, -6.0, 6.0).v;
            Block { stmts: code, yields: vec![y], ..Block::default() }
        });
        let v = self.value(Ty::F64);
        self.env.floats.push(F { v, lo: -6.0, hi: 6.0, active: true });
        out.push(Stmt { op: Op::If { cond, then, els }, results: vec![v], origin: Origin::default() });
    }

    fn argument(&mut self, out: &mut Code, input: &Input, borrowed: &mut Vec<(Place, bool)>) -> Option<Arg> {
        if let (false, Some((lo, hi))) = (input.is_place(), input.ints) {
            let fit: Vec<I> = self.env.ints.iter().copied().filter(|i| i.lo >= lo && i.hi <= hi).collect();
            let i = match self.rng.pick(&fit) {
                Some(i) => *i,
                None => self.int_const(out, hi),
            };
            return Some(Arg::Value(i.v));
        }
        if !input.is_place() {
            let x = if input.active { self.float(out) } else { self.passive_float(out) };
            let x = self.within(out, x, -2.0, 2.0);
            return Some(if input.mode == Mode::Ref { Arg::ValueRef(x.v) } else { Arg::Value(x.v) });
        }
        let f = &self.f;
        let exclusive = input.mode == Mode::Mut;
        let fit: Vec<P> = self
            .env
            .places
            .iter()
            .filter(|p| p.dims == input.dims && p.ints == input.ints)
            .filter(|p| !exclusive || p.writable)
            .filter(|p| input.active || !self.may_be_active(p))
            .filter(|p| borrowed.iter().all(|(r, m)| *r != f.root(p.p) || !(exclusive || *m)))
            .filter(|p| input.mode != Mode::Value || f.plc(p.p).ty.is_fixed())
            .cloned()
            .collect();
        let p = match self.rng.pick(&fit) {
            Some(p) => p.p,
            None if input.ints.is_some() => return None,
            None => self.fresh_argument(out, input),
        };
        borrowed.push((self.f.root(p), exclusive));
        Some(Arg::Place(p, input.mode))
    }

    /// An array made for a call.
    fn fresh_argument(&mut self, out: &mut Code, input: &Input) -> Place {
        let place = self.local(Self::array_ty(&input.dims));
        let x = if input.active { self.float(out) } else { self.passive_float(out) };
        let x = self.within(out, x, -2.0, 2.0);
        let init = if let [n] = input.dims[..] { Init::Elems(vec![x.v; n]) } else { Init::Zeros };
        self.effect(out, Op::Alloc { place, init });
        // Passive arrays stay out of sight, so that they stay passive.
        if input.active {
            self.keep_place(place, input.dims.clone(), x.active);
        }
        place
    }
}
