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
    /// The parts of a tuple; all else is theirs then.
    pub parts: Vec<Input>,
}

impl Input {
    /// Whether it is an array rather than a scalar.
    pub fn is_place(&self) -> bool {
        !self.dims.is_empty()
    }

    /// A random argument.
    pub fn data(&self, rng: &mut Rng) -> Data {
        if !self.parts.is_empty() {
            return Data::Tuple(self.parts.iter().map(|p| p.data(rng)).collect());
        }
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
        let n = 1 + self.rng.below(if self.small { 2 } else { 4 });
        let mut inputs: Vec<Input> = (0..n).map(|_| self.input()).collect();
        if !inputs.iter().any(|i| i.active) {
            inputs.push(input(vec![], Mode::Value, true));
        }
        if self.role == Role::Recursive {
            inputs.retain(|i| i.mode != Mode::Mut);
            inputs.push(Input { ints: Some((0, 3)), ..input(vec![], Mode::Value, false) });
        }
        if matches!(self.role, Role::Main | Role::Meeting) && self.rng.chance(10) {
            let n = 1 + self.rng.below(3);
            let parts = vec![input(vec![], Mode::Value, true), input(vec![n], Mode::Value, true)];
            inputs.push(Input { parts, ..input(vec![], Mode::Value, true) });
        }
        for i in &inputs {
            let Name::User(name) = self.name("p") else { continue };
            let kind = self.param(i, &name);
            self.f.params.push(Param { name, ty: TokenStream::new(), kind, active: i.active });
        }
        inputs
    }

    fn input(&mut self) -> Input {
        let n = self.elements();
        match self.rng.below(20) {
            9..16 if self.favourite == Some(Favourite::Call) => input(vec![n], Mode::Mut, true),
            0..6 => input(vec![], Mode::Value, true),
            6 => input(vec![], Mode::Ref, true),
            7..9 => input(vec![n], Mode::Value, true),
            9..13 => input(vec![n], Mode::Ref, true),
            13..15 => input(vec![2, n], Mode::Ref, true),
            15 => input(vec![n], Mode::Mut, true),
            16 => input(vec![], Mode::Value, false),
            17 => input(vec![n], Mode::Ref, false),
            18 => Input { ints: Some((0, 3)), ..input(vec![], Mode::Value, false) },
            _ => Input { ints: Some((0, 3)), ..input(vec![n], Mode::Ref, false) },
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

    /// The values and places of a parameter.
    fn param(&mut self, input: &Input, name: &Ident) -> ParamKind {
        if !input.parts.is_empty() {
            let parts = input.parts.iter().enumerate();
            let kinds = parts.map(|(n, p)| self.param(p, &ident(&format!("{name}_{n}")))).collect();
            return ParamKind::Tuple(kinds, Mode::Value);
        }
        let origin = Origin::default();
        let user = Some(Name::User(name.clone()));
        if input.is_place() {
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
        }
    }

    /// The result: most often one float that much flows into.
    pub fn finish(&mut self, out: &mut Code) -> Shape {
        self.budget = 40;
        if self.rng.chance(20) {
            self.random_alloc(out);
        }
        let f = &self.f;
        let own = |p: &P| p.ints.is_none() && matches!(f.plc(p.p).ty, PlaceTy::Array(..) | PlaceTy::Vec(_));
        let local = |p: &P| f.plc(p.p).kind == PlaceKind::Local;
        let arrays: Vec<P> = self.env.places.iter().filter(|p| own(p) && local(p)).cloned().collect();
        let array = self.rng.pick(&arrays).cloned().filter(|_| self.role != Role::Recursive);
        match (array, self.rng.below(100)) {
            (Some(p), 0..25) => {
                self.f.body = Block { stmts: std::mem::take(out), ..Block::default() };
                self.f.ret = Ret::Place(p.p);
                Shape::Array(p.dims)
            }
            (Some(p), 25..35) => {
                self.scalar_result(out);
                self.f.ret = Ret::Tuple(vec![Ret::Scalar(0), Ret::Place(p.p)]);
                Shape::Tuple(vec![Shape::Scalar, Shape::Array(p.dims)])
            }
            (_, 35..40) if self.role != Role::Recursive => {
                let second = self.float(out);
                self.scalar_result(out);
                self.f.body.yields.push(second.v);
                self.f.ret = Ret::Tuple(vec![Ret::Scalar(0), Ret::Scalar(1)]);
                Shape::Tuple(vec![Shape::Scalar, Shape::Scalar])
            }
            _ => {
                self.scalar_result(out);
                self.f.ret = Ret::Scalar(0);
                Shape::Scalar
            }
        }
    }

    /// One float, yielded by the body.
    fn scalar_result(&mut self, out: &mut Code) {
        let mut total = self.float(out);
        let terms = 2 + self.rng.below(3);
        for _ in 0..self.few(terms) {
            let x = self.float(out);
            // As it is, so that its adjoint is known from the beginning.
            let x = match self.rng.below(8) {
                0 | 1 => x,
                // What counts for nothing, if it is a number.
                2 => {
                    let zero = self.constant(out, 0.0);
                    self.elem(out, "Mul", &[x, zero])
                }
                _ => self.within(out, x, -3.0, 3.0),
            };
            let op = if self.rng.chance(70) { "Add" } else { "Sub" };
            total = self.elem(out, op, &[total, x]);
        }
        for p in self.env.places.clone() {
            if p.ints.is_some() || !self.rng.chance(if self.small { 25 } else { 50 }) {
                continue;
            }
            if let Some(x) = self.load(out, &p) {
                let x = self.within(out, x, -2.0, 2.0);
                total = self.elem(out, "Add", &[total, x]);
            }
        }
        if self.rng.chance(if self.small { 10 } else { 40 }) {
            total = self.within(out, total, -2.0, 2.0);
        }
        self.f.body = Block { stmts: std::mem::take(out), yields: vec![total.v], ..Block::default() };
    }
}

/// A parameter of floats.
fn input(dims: Vec<usize>, mode: Mode, active: bool) -> Input {
    Input { dims, mode, active, ints: None, parts: Vec::new() }
}
