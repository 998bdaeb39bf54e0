//! Programs written down by hand.

use autodiff_codegen::ir::*;
use autodiff_codegen::rules::*;

use crate::support::*;

/// `sum / 2.0` of squares of a polynomial: nested loops, two carried values.
pub fn llsq() -> (Func, &'static str) {
    let o = Origin::default();
    let mut f = Func::new("llsq");
    let x = f.place(slice(), PlaceKind::Param, name("x"), &o);
    let n = f.value(Ty::usize(), name("n"), &o);
    f.params.push(param("x", "&[f64]", ParamKind::Place(x, Mode::Ref), true));
    f.params.push(param("n", "usize", ParamKind::Scalar(n, Mode::Value), false));
    let mut b = Vec::new();
    let m = f.push(&mut b, Op::Len(x), Ty::usize(), name("m"), &o);
    let s0 = f.float(&mut b, 0.0, Ty::F64, &o);
    let z = f.int(&mut b, 0, Ty::usize(), &o);
    let i = f.value(Ty::usize(), name("i"), &o);
    let s = f.value(Ty::F64, name("sum"), &o);
    let mut ob = Vec::new();
    let ti = f.push(&mut ob, Op::Cast(i), Ty::F64, name("ti"), &o);
    let sg = Op::Elem { rule: id("Signum").unwrap(), args: vec![ti] };
    let inner0 = f.push(&mut ob, sg, Ty::F64, name("inner"), &o);
    let mul0 = f.float(&mut ob, 1.0, Ty::F64, &o);
    let j = f.value(Ty::usize(), name("j"), &o);
    let inner = f.value(Ty::F64, name("inner"), &o);
    let mul = f.value(Ty::F64, name("mul"), &o);
    let mut ib = Vec::new();
    let load = Op::Load { place: x, path: vec![Proj::Index(j)], again: None };
    let xj = f.push(&mut ib, load, Ty::F64, None, &o);
    let t = f.push(&mut ib, Op::Elem { rule: MUL, args: vec![xj, mul] }, Ty::F64, None, &o);
    let inner1 = f.push(&mut ib, Op::Elem { rule: SUB, args: vec![inner, t] }, Ty::F64, name("inner"), &o);
    let mul1 = f.push(&mut ib, Op::Elem { rule: MUL, args: vec![mul, ti] }, Ty::F64, name("mul"), &o);
    let body = Block { params: vec![j, inner, mul], stmts: ib, yields: vec![inner1, mul1], diverges: false };
    let r1 = f.value(Ty::F64, name("inner"), &o);
    let r2 = f.value(Ty::F64, name("mul"), &o);
    let range = |hi| Range { lo: z, hi, inclusive: false, step: None, rev: false };
    let op = Op::For { range: range(m), inits: vec![inner0, mul0], body };
    ob.push(Stmt { op, results: vec![r1, r2], origin: o.clone() });
    let sq = f.push(&mut ob, Op::Elem { rule: MUL, args: vec![r1, r1] }, Ty::F64, None, &o);
    let s1 = f.push(&mut ob, Op::Elem { rule: ADD, args: vec![s, sq] }, Ty::F64, name("sum"), &o);
    let rs = f.value(Ty::F64, name("sum"), &o);
    let body = Block { params: vec![i, s], stmts: ob, yields: vec![s1], diverges: false };
    b.push(Stmt {
        op: Op::For { range: range(n), inits: vec![s0], body },
        results: vec![rs],
        origin: o.clone(),
    });
    let two = f.float(&mut b, 2.0, Ty::F64, &o);
    let r = f.push(&mut b, Op::Elem { rule: DIV, args: vec![rs, two] }, Ty::F64, None, &o);
    f.body = Block { params: vec![], stmts: b, yields: vec![r], diverges: false };
    f.ret = Ret::Scalar(0);
    let source = "fn llsq(x: &[f64], #[no_grad] n: usize) -> f64 { todo!() }";
    (f, source)
}
