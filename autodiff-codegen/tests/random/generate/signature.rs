//! Parameters and results, and the data that goes into them.

use super::*;
use autodiff_codegen::ir::interpret::{Data, Scalar};

/// A parameter, as far as inputs are concerned.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    pub dims: Vec<usize>,
    pub mode: Mode,
    pub active: bool,
    /// Integers within this interval; floats otherwise.
    pub ints: Option<(i128, i128)>,
}

impl Input {
    /// Whether it is an array rather than a scalar.
    pub fn is_place(&self) -> bool {
        !self.dims.is_empty()
    }

    /// A random argument.
    pub fn data(&self, rng: &mut Rng) -> Data {
        let mut one = || match self.ints {
            Some((lo, hi)) => Scalar::Int(rng.int(lo, hi)),
            None => Scalar::Float(rng.float(-2.0, 2.0)),
        };
        if !self.is_place() {
            return Data::Scalar(one());
        }
        let n = self.dims.iter().product();
        Data::Array(self.dims.clone(), (0..n).map(|_| one()).collect())
    }
}

impl Gen<'_> {
    pub fn signature(&mut self) -> Vec<Input> {
        let n = 1 + self.rng.below(4);
        let mut inputs: Vec<Input> = (0..n).map(|_| self.input()).collect();
        if !inputs.iter().any(|i| i.active) {
            inputs.push(Input { dims: vec![], mode: Mode::Value, active: true, ints: None });
        }
        for i in &inputs {
            self.param(i);
        }
        inputs
    }

    fn input(&mut self) -> Input {
        let float = |dims: Vec<usize>, mode, active| Input { dims, mode, active, ints: None };
        let n = 1 + self.rng.below(4);
        match self.rng.below(20) {
            0..6 => float(vec![], Mode::Value, true),
            6 => float(vec![], Mode::Ref, true),
            7..9 => float(vec![n], Mode::Value, true),
            9..13 => float(vec![n], Mode::Ref, true),
            13..15 => float(vec![2, n], Mode::Ref, true),
            15 => float(vec![n], Mode::Mut, true),
            16 => float(vec![], Mode::Value, false),
            17 => float(vec![n], Mode::Ref, false),
            18 => Input { dims: vec![], mode: Mode::Value, active: false, ints: Some((0, 3)) },
            _ => Input { dims: vec![n], mode: Mode::Ref, active: false, ints: Some((0, 3)) },
        }
    }

    fn param_ty(&mut self, input: &Input) -> PlaceTy {
        let scalar = PlaceTy::Scalar(if input.ints.is_some() { Ty::usize() } else { Ty::F64 });
        match (&input.dims[..], input.mode) {
            ([_], Mode::Ref | Mode::Mut) if self.rng.chance(60) => PlaceTy::Slice(Box::new(scalar)),
            ([_], Mode::Value) if self.rng.chance(40) => PlaceTy::Vec(Box::new(scalar)),
            (dims, _) => dims.iter().rev().fold(scalar, |t, n| PlaceTy::Array(Box::new(t), Len::Known(*n))),
        }
    }

    /// Adds a parameter.
    fn param(&mut self, input: &Input) {
        let Name::User(name) = self.name("p") else { return };
        let origin = Origin::default();
        let user = Some(Name::User(name.clone()));
        let kind = if input.is_place() {
            let ty = self.param_ty(input);
            let p = self.f.place(ty, PlaceKind::Param, user, &origin);
            let writable = input.ints.is_none() && input.active && input.mode != Mode::Ref;
            self.f.places[p.0 as usize].mutable = input.mode == Mode::Mut;
            let dims = input.dims.clone();
            self.env.places.push(P { p, dims, ints: input.ints, writable, active: input.active });
            ParamKind::Place(p, input.mode)
        } else {
            let ty = if input.ints.is_some() { Ty::usize() } else { Ty::F64 };
            let v = self.f.value(ty, user, &origin);
            match input.ints {
                Some((lo, hi)) => drop(self.keep_int(v, lo, hi)),
                None => self.env.floats.push(F { v, lo: -2.0, hi: 2.0, active: input.active }),
            }
            ParamKind::Scalar(v, input.mode)
        };
        self.f.params.push(Param { name, ty: TokenStream::new(), kind, active: input.active });
    }

    /// The result: most often one float that much flows into. Returns the lengths of an array.
    pub fn finish(&mut self, out: &mut Code) -> Vec<usize> {
        self.budget = 40;
        if self.rng.chance(20) {
            self.random_alloc(out);
        }
        let f = &self.f;
        let array: Vec<P> = self
            .env
            .places
            .iter()
            .filter(|p| p.ints.is_none() && f.plc(p.p).kind == PlaceKind::Local)
            .cloned()
            .collect();
        if let (Some(p), true) = (self.rng.pick(&array).cloned(), self.rng.chance(30)) {
            self.f.body = Block { stmts: std::mem::take(out), ..Block::default() };
            self.f.ret = Ret::Place(p.p);
            return p.dims;
        }
        let mut total = self.float(out);
        for _ in 0..2 + self.rng.below(3) {
            let x = self.float(out);
            let x = self.within(out, x, -3.0, 3.0);
            let op = if self.rng.chance(70) { "Add" } else { "Sub" };
            total = self.elem(out, op, &[total, x]);
        }
        for p in self.env.places.clone() {
            if p.ints.is_some() || !self.rng.chance(50) {
                continue;
            }
            if let Some(x) = self.load(out, &p) {
                let x = self.within(out, x, -2.0, 2.0);
                total = self.elem(out, "Add", &[total, x]);
            }
        }
        if self.rng.chance(40) {
            total = self.within(out, total, -2.0, 2.0);
        }
        self.f.body = Block { stmts: std::mem::take(out), yields: vec![total.v], ..Block::default() };
        self.f.ret = Ret::Scalar(0);
        Vec::new()
    }
}
