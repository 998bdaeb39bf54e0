//! A short way to write programs down.

use autodiff_codegen::ir::*;
use autodiff_codegen::reverse::Gradient;
use autodiff_codegen::rules;
use proc_macro2::{Ident, Span};

pub struct B {
    pub f: Func,
    blocks: Vec<Vec<Stmt>>,
}

pub fn name(text: &str) -> Name {
    Name::User(Ident::new(text, Span::call_site()))
}

pub fn vec_of_f64() -> PlaceTy {
    PlaceTy::Slice(Box::new(PlaceTy::Scalar(Ty::F64)))
}

pub fn array(n: usize) -> PlaceTy {
    PlaceTy::Array(Box::new(PlaceTy::Scalar(Ty::F64)), Len::Known(n))
}

/// A program that passes take for that of a gradient, all of it being the reverse sweep.
pub fn gradient(func: Func) -> Gradient {
    Gradient {
        func,
        split: 0,
        apart: false,
        adjoints: vec![],
        seeds: vec![],
        buffers: vec![],
        checkpointed: 0,
        decisions: Default::default(),
    }
}

impl B {
    pub fn new() -> B {
        B { f: Func::new("f"), blocks: vec![Vec::new()] }
    }

    fn origin() -> Origin {
        Origin::default()
    }

    fn param(&mut self, text: &str, kind: ParamKind, active: bool) {
        let name = Ident::new(text, Span::call_site());
        self.f.params.push(Param { name, ty: Default::default(), kind, active });
    }

    /// An active float parameter.
    pub fn x(&mut self, text: &str) -> Value {
        let v = self.f.value(Ty::F64, Some(name(text)), &Self::origin());
        self.param(text, ParamKind::Scalar(v, Mode::Value), true);
        v
    }

    /// A `usize` or `bool` parameter.
    pub fn passive(&mut self, text: &str, ty: Ty) -> Value {
        let v = self.f.value(ty, Some(name(text)), &Self::origin());
        self.param(text, ParamKind::Scalar(v, Mode::Value), false);
        v
    }

    /// A slice parameter.
    pub fn slice(&mut self, text: &str, mode: Mode) -> Place {
        let p = self.f.place(vec_of_f64(), PlaceKind::Param, Some(name(text)), &Self::origin());
        self.f.places[p.0 as usize].mutable = mode == Mode::Mut;
        self.param(text, ParamKind::Place(p, mode), true);
        p
    }

    pub fn push(&mut self, op: Op, ty: Ty) -> Value {
        let out = self.blocks.last_mut().unwrap();
        self.f.push(out, op, ty, None, &Self::origin())
    }

    pub fn effect(&mut self, op: Op) {
        let out = self.blocks.last_mut().unwrap();
        self.f.effect(out, op, &Self::origin());
    }

    pub fn c(&mut self, value: f64) -> Value {
        self.push(Op::Const(Const::Float { value, text: format!("{value:?}") }), Ty::F64)
    }

    pub fn i(&mut self, n: i128) -> Value {
        self.push(Op::Const(Const::Int(n)), Ty::usize())
    }

    /// An operation of the table, by its line's name.
    pub fn op(&mut self, rule: &str, args: &[Value]) -> Value {
        let rule = rules::id(rule).unwrap();
        let float = rule.get().result == rules::Kind::Float;
        let ty = if float { self.f.ty(args[0]).clone() } else { Ty::Bool };
        self.push(Op::Elem { rule, args: args.to_vec() }, ty)
    }

    pub fn int(&mut self, op: IntOp, args: &[Value]) -> Value {
        let ty = self.f.ty(args[0]).clone();
        self.push(Op::Int { op, args: args.to_vec() }, ty)
    }

    pub fn cmp(&mut self, op: CmpOp, a: Value, b: Value) -> Value {
        self.push(Op::Cmp { op, args: [a, b] }, Ty::Bool)
    }

    pub fn load(&mut self, place: Place, i: Value) -> Value {
        self.push(Op::Load { place, path: vec![Proj::Index(i)], again: None }, Ty::F64)
    }

    pub fn store(&mut self, place: Place, i: Value, value: Value) {
        self.effect(Op::Store { place, path: vec![Proj::Index(i)], value });
    }

    pub fn accum(&mut self, place: Place, i: Value, value: Value) {
        self.effect(Op::Accum { place, path: vec![Proj::Index(i)], value });
    }

    /// A local array of zeros.
    pub fn local(&mut self, text: &str, n: usize) -> Place {
        let p = self.f.place(array(n), PlaceKind::Local, Some(name(text)), &Self::origin());
        self.f.places[p.0 as usize].mutable = true;
        self.effect(Op::Alloc { place: p, init: Init::Zeros });
        p
    }

    fn block(&mut self, params: Vec<Value>, f: impl FnOnce(&mut B) -> Vec<Value>) -> Block {
        self.blocks.push(Vec::new());
        let yields = f(self);
        let stmts = self.blocks.pop().unwrap();
        let diverges = matches!(stmts.last().map(|s| &s.op), Some(Op::Exit { .. }));
        Block { params, stmts, yields, diverges }
    }

    fn results(&mut self, op: Op, like: &[Value]) -> Vec<Value> {
        let results: Vec<Value> =
            like.iter().map(|v| self.f.value(self.f.ty(*v).clone(), None, &Self::origin())).collect();
        let stmt = Stmt { op, results: results.clone(), origin: Self::origin() };
        self.blocks.last_mut().unwrap().push(stmt);
        results
    }

    pub fn if_(
        &mut self,
        cond: Value,
        then: impl FnOnce(&mut B) -> Vec<Value>,
        els: impl FnOnce(&mut B) -> Vec<Value>,
    ) -> Vec<Value> {
        let then = self.block(Vec::new(), then);
        let els = self.block(Vec::new(), els);
        let like = if then.diverges { els.yields.clone() } else { then.yields.clone() };
        self.results(Op::If { cond, then, els }, &like)
    }

    /// `for i in 0..hi`, with carried values.
    pub fn for_(
        &mut self,
        hi: Value,
        inits: &[Value],
        body: impl FnOnce(&mut B, Value, &[Value]) -> Vec<Value>,
    ) -> Vec<Value> {
        let lo = self.i(0);
        let mut params = vec![self.f.value(Ty::usize(), None, &Self::origin())];
        for v in inits {
            params.push(self.f.value(self.f.ty(*v).clone(), None, &Self::origin()));
        }
        let (i, carried) = (params[0], params[1..].to_vec());
        let body = self.block(params, |b| body(b, i, &carried));
        let range = Range { lo, hi, inclusive: false, step: None, rev: false };
        self.results(Op::For { range, inits: inits.to_vec(), body }, inits)
    }

    /// `while i < hi { …; i += 1; }`, with carried values, of which the result gives the last ones.
    pub fn while_(
        &mut self,
        hi: Value,
        inits: &[Value],
        body: impl FnOnce(&mut B, Value, &[Value]) -> Vec<Value>,
    ) -> Vec<Value> {
        let zero = self.i(0);
        let inits: Vec<Value> = [zero].iter().chain(inits).copied().collect();
        let version = |b: &mut B| -> Vec<Value> {
            inits.iter().map(|v| b.f.value(b.f.ty(*v).clone(), None, &Self::origin())).collect()
        };
        let (asked, params) = (version(self), version(self));
        let i = asked[0];
        let cond = self.block(asked, |b| vec![b.cmp(CmpOp::Lt, i, hi)]);
        let (i, carried) = (params[0], params[1..].to_vec());
        let body = self.block(params, |b| {
            let yields = body(b, i, &carried);
            let one = b.i(1);
            let next = b.int(IntOp::Add, &[i, one]);
            [next].into_iter().chain(yields).collect()
        });
        self.results(Op::While { inits: inits.clone(), cond, body }, &inits)[1..].to_vec()
    }

    /// Opaque code that reads these values and places.
    pub fn opaque(&mut self, code: &str, values: &[Value], places: &[Place]) {
        let ident = Ident::new("v", Span::call_site());
        let sources =
            values.iter().map(|v| ReadOf::Value(*v)).chain(places.iter().map(|p| ReadOf::Place(*p)));
        let reads = sources.map(|source| Read { ident: ident.clone(), source }).collect();
        self.effect(Op::opaque(OpaqueKind::Expr(code.parse().unwrap()), reads));
    }

    /// The function that returns these, the first as its own result.
    pub fn finish(mut self, yields: &[Value]) -> Func {
        self.f.ret = if yields.is_empty() { Ret::Unit } else { Ret::Scalar(0) };
        self.f.body =
            Block { stmts: self.blocks.pop().unwrap(), yields: yields.to_vec(), ..Block::default() };
        autodiff_codegen::ir::verify::verify(&self.f).unwrap();
        self.f
    }
}
