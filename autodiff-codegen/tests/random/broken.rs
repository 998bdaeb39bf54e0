//! Programs broken on purpose: `verify` has to reject each, with the reason.

use autodiff_codegen::ir::interpret::{Data, Interp, Program, Trap};
use autodiff_codegen::ir::verify::verify;
use autodiff_codegen::ir::*;
use autodiff_codegen::rules;

use crate::generate::ident;

/// Breaks a program at a statement, if that is of the right kind.
type Break = fn(&mut Func, &mut Vec<Stmt>, usize) -> bool;

/// What is broken, what the error has to say, and how.
const BREAKS: &[(&str, &str, Break)] = &[
    ("a value is defined twice", "defined a second time", |f, s, i| {
        let [r] = s[i].results[..] else { return false };
        let copy = Stmt { op: Op::AssertFloat(r), results: vec![r], origin: Origin::default() };
        let on = matches!(s[i].op, Op::Elem { .. }) && f.ty(r).is_float();
        if on {
            s.insert(i + 1, copy);
        }
        on
    }),
    ("a use before the definition", "used before its definition", |_, s, i| {
        let on = i > 0 && s[i - 1].results.first().is_some_and(|r| s[i].op.values().contains(r));
        let on = on && s[i].op.blocks().is_empty();
        if on {
            s.swap(i - 1, i);
        }
        on
    }),
    ("a use outside the region", "outside the region", |f, s, i| {
        let inner = s[i].op.blocks().first().and_then(|b| b.stmts.first()).and_then(|s| s.results.first());
        let Some(inner) = inner.copied().filter(|v| f.ty(*v).is_float()) else { return false };
        let r = f.value(Ty::F64, None, &Origin::default());
        s.insert(i + 1, Stmt { op: Op::AssertFloat(inner), results: vec![r], origin: Origin::default() });
        true
    }),
    ("a place is used before it is made", "used before it is made", |_, s, i| {
        let Some(Op::Alloc { place, .. }) = s.get(i).map(|s| s.op.clone()) else { return false };
        let on = s
            .get(i + 1)
            .is_some_and(|n| n.op.places_read().contains(&place) || n.op.places_written().contains(&place));
        let on = on && s[i + 1].op.values().iter().all(|v| !s[i].results.contains(v));
        if on {
            s.swap(i, i + 1);
        }
        on
    }),
    ("a place is made twice", "made a second time", |_, s, i| {
        let on = matches!(s[i].op, Op::Alloc { .. });
        if on {
            let copy = s[i].clone();
            s.insert(i + 1, copy);
        }
        on
    }),
    ("a view of another base", "but its kind is", |f, s, i| {
        let Op::View { base, .. } = &mut s[i].op else { return false };
        let ty = f.plc(*base).ty.clone();
        let other = f.place(ty, PlaceKind::Param, None, &Origin::default());
        f.params.push(Param {
            name: ident("other"),
            ty: quote::quote!(),
            kind: ParamKind::Place(other, Mode::Ref),
            active: false,
        });
        *base = other;
        true
    }),
    ("an operand too many", "operands", |_, s, i| match &mut s[i].op {
        Op::Elem { args, .. } => {
            args.push(args[0]);
            true
        }
        _ => false,
    }),
    ("a float where an integer belongs", "must be an integer", |f, s, i| {
        let float = s[..i].iter().filter_map(|s| s.results.first()).find(|v| f.ty(**v).is_float()).copied();
        match (&mut s[i].op, float) {
            (Op::Load { path, .. } | Op::Store { path, .. }, Some(v)) if !path.is_empty() => {
                path[0] = Proj::Index(v);
                true
            }
            _ => false,
        }
    }),
    ("an integer where a float belongs", "must be a float", |f, s, i| {
        let bool = s[..i].iter().filter_map(|s| s.results.first()).find(|v| *f.ty(**v) == Ty::Bool).copied();
        match (&mut s[i].op, bool) {
            (Op::Elem { rule, args }, Some(v)) if *rule == rules::ADD => {
                args[0] = v;
                true
            }
            _ => false,
        }
    }),
    ("a condition that isn't one", "must be a bool", |f, s, i| {
        let float = s[..i].iter().filter_map(|s| s.results.first()).find(|v| f.ty(**v).is_float()).copied();
        match (&mut s[i].op, float) {
            (Op::If { cond, .. }, Some(v)) => {
                *cond = v;
                true
            }
            _ => false,
        }
    }),
    ("an arm yields too little", "values, but", |_, s, i| match &mut s[i].op {
        Op::If { then, .. } if !then.yields.is_empty() => {
            then.yields.pop();
            true
        }
        _ => false,
    }),
    ("a loop carries too little", "values, but", |_, s, i| match &mut s[i].op {
        Op::For { inits, .. } if !inits.is_empty() => {
            inits.pop();
            true
        }
        _ => false,
    }),
    ("a loop without an induction variable", "induction variable", |_, s, i| match &mut s[i].op {
        Op::For { body, inits, .. } if inits.is_empty() => {
            body.params.clear();
            true
        }
        _ => false,
    }),
    ("a result too many", "results", |f, s, i| {
        let on = matches!(s[i].op, Op::Store { .. });
        if on {
            let extra = f.value(Ty::F64, None, &Origin::default());
            s[i].results.push(extra);
        }
        on
    }),
    ("a path that is too short", "not a scalar", |_, s, i| match &mut s[i].op {
        Op::Load { path, .. } if !path.is_empty() => {
            path.pop();
            true
        }
        _ => false,
    }),
    ("a path that is too long", "deeper than its type", |_, s, i| match &mut s[i].op {
        Op::Load { path, .. } if !path.is_empty() => {
            path.push(path[0].clone());
            true
        }
        _ => false,
    }),
    ("a write to what is not mutable", "not marked mutable", |f, s, i| match &s[i].op {
        Op::Store { place, .. } => {
            f.places[place.0 as usize].mutable = false;
            true
        }
        _ => false,
    }),
    ("an exit in the middle", "not the last statement", |f, s, i| {
        let on = matches!(s[i].op, Op::Exit { .. });
        if on {
            let op = Op::Const(Const::Int(0));
            let mut code = Vec::new();
            f.push(&mut code, op, Ty::usize(), None, &Origin::default());
            s.append(&mut code);
        }
        on
    }),
    ("a number of the wrong width", "operands", |f, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::MUL => {
            let single = Ty::Float(FloatTy::F32);
            let mut code = Vec::new();
            let narrow = f.push(&mut code, Op::Cast(args[0]), single, None, &Origin::default());
            let Op::Elem { args, .. } = &mut s[i].op else { return false };
            args[1] = narrow;
            s.splice(i..i, code);
            true
        }
        _ => false,
    }),
];

fn break_in(f: &mut Func, stmts: &mut Vec<Stmt>, how: Break) -> bool {
    for i in 0..stmts.len() {
        if how(f, stmts, i) {
            return true;
        }
        let mut op = std::mem::replace(&mut stmts[i].op, Op::Const(Const::Int(0)));
        let done = op.blocks_mut().into_iter().any(|b| break_in(f, &mut b.stmts, how));
        stmts[i].op = op;
        if done {
            return true;
        }
    }
    false
}

#[test]
fn broken_programs_are_rejected() {
    for (name, why, how) in BREAKS {
        let mut broken = 0;
        for seed in 0..300 {
            let mut f = crate::case(seed).main.func;
            let mut body = std::mem::take(&mut f.body);
            let done = break_in(&mut f, &mut body.stmts, *how);
            f.body = body;
            if !done {
                continue;
            }
            broken += 1;
            match verify(&f) {
                Ok(()) => panic!("{name}: not rejected\n{f}"),
                Err(e) => assert!(e.contains(why), "{name}: rejected for another reason: {e}\n{f}"),
            }
            if broken == 20 {
                break;
            }
        }
        assert!(broken > 0, "{name}: no program to break");
    }
}

/// `x = a[i]` in a loop that `before` or `after` stores to `a`; then `a[0]` again.
fn reload(stores: &[bool; 3], again: bool) -> (Func, Value) {
    let o = Origin::default();
    let mut f = Func::new("f");
    let ty = PlaceTy::Array(Box::new(PlaceTy::Scalar(Ty::F64)), Len::Known(2));
    let a = f.place(ty, PlaceKind::Param, None, &o);
    f.places[a.0 as usize].mutable = true;
    let kind = ParamKind::Place(a, Mode::Value);
    f.params.push(Param { name: ident("a"), ty: quote::quote!(), kind, active: true });
    let mut top = Vec::new();
    let zero = f.int(&mut top, 0, Ty::usize(), &o);
    let two = f.int(&mut top, 2, Ty::usize(), &o);
    let one = f.float(&mut top, 1.0, Ty::F64, &o);
    let path = vec![Proj::Index(zero)];
    let store = Op::Store { place: a, path: path.clone(), value: one };
    let stored = |f: &mut Func, out: &mut Vec<Stmt>, n: usize| {
        if stores[n] {
            f.effect(out, store.clone(), &o);
        }
    };
    stored(&mut f, &mut top, 0);
    let iv = f.value(Ty::usize(), None, &o);
    let mut body = Vec::new();
    stored(&mut f, &mut body, 1);
    let load = Op::Load { place: a, path: path.clone(), again: None };
    let first = f.push(&mut body, load, Ty::F64, None, &o);
    let range = Range { lo: zero, hi: two, inclusive: false, step: None, rev: false };
    let body = Block { params: vec![iv], stmts: body, ..Block::default() };
    f.effect(&mut top, Op::For { range, inits: Vec::new(), body }, &o);
    stored(&mut f, &mut top, 2);
    let load = Op::Load { place: a, path, again: again.then_some(first) };
    let second = f.push(&mut top, load, Ty::F64, None, &o);
    f.body = Block { stmts: top, yields: vec![second], ..Block::default() };
    f.ret = Ret::Scalar(0);
    (f, second)
}

#[test]
fn repeated_loads_see_the_same_version() {
    let program = Program::default();
    for (stores, fine) in [
        ([false, false, false], true),
        ([true, false, false], true),
        ([false, true, false], false),
        ([false, false, true], false),
    ] {
        let (f, _) = reload(&stores, true);
        assert_eq!(verify(&f).is_ok(), fine, "{stores:?}: {:?}\n{f}", verify(&f));
        let run = Interp::new(&program).call(&f, &[Data::floats(&[2], &[3.0, 4.0])]);
        assert_eq!(run.is_ok(), fine, "{stores:?}: {run:?}");
        assert!(fine || matches!(run, Err(Trap::Stale(_))));
        assert!(verify(&reload(&stores, false).0).is_ok());
    }
}

#[test]
fn the_textual_form() {
    let (f, _) = reload(&[true, false, false], true);
    let text = "\
fn f(a: @0 mut [f64; 2]) -> f64 {
  %0 = const 0 : usize
  %1 = const 2 : usize
  %2 = const 1.0 : f64
  store @0[%0] = %2
  for %3: usize in %0..%1 {
    %4 = load @0[%0] : f64
  }
  %5 = load @0[%0] again %4 : f64
  yield %5
}
";
    assert_eq!(f.to_string(), text);
}
