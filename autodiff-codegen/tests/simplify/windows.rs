//! Slices instead of indices in the loops of the reverse sweep.

use super::build::{B, array, gradient};
use super::*;
use autodiff_codegen::ir::*;
use autodiff_codegen::reverse::Gradient;

/// A loop over `0..n` that has been run before, over two arrays of four numbers whose contents are logged after it.
fn looped(rerun: bool, body: impl FnOnce(&mut B, [Place; 2], Value)) -> Gradient {
    let mut b = B::new();
    let n = b.passive("n", Ty::usize());
    let (x, y) = (vec_local(&mut b), vec_local(&mut b));
    b.for_(n, &[], |b, i, _| {
        b.f.values[i.0 as usize].rerun = rerun;
        body(b, [x, y], i);
        Vec::new()
    });
    for p in [x, y] {
        for i in 0..4 {
            let at = b.i(i);
            let v = b.load(p, at);
            b.opaque("log(v)", &[v], &[]);
        }
    }
    gradient(b.finish(&[]))
}

/// A `Vec` of 1.0, 2.0, 3.0 and 4.0.
fn vec_local(b: &mut B) -> Place {
    let elems: Vec<Value> = (1..5).map(|v| b.c(f64::from(v))).collect();
    let all = b.f.place(array(4), PlaceKind::Local, None, &Origin::default());
    b.effect(Op::Alloc { place: all, init: Init::Elems(elems) });
    let ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64)));
    let p = b.f.place(ty, PlaceKind::Local, None, &Origin::default());
    b.f.places[p.0 as usize].mutable = true;
    let four = b.i(4);
    b.effect(Op::Alloc { place: p, init: Init::ZerosLen(four) });
    for i in 0..4 {
        let at = b.i(i);
        let v = b.load(all, at);
        b.store(p, at, v);
    }
    p
}

/// The program's text with slices, checked to do the same for all numbers of rounds with which the first does not panic.
fn sliced(g: Gradient, rounds: std::ops::Range<i128>) -> String {
    let mut h = g.clone();
    simplify::windows(&mut h);
    verify(&h.func).unwrap_or_else(|e| panic!("{e}\n{}", h.func));
    for n in rounds {
        let args = [Data::Scalar(Scalar::Int(n))];
        let before = outcome(&g.func, &args);
        assert!(before.0.is_ok(), "{n}\n{}", g.func);
        assert_eq!(format!("{before:?}"), format!("{:?}", outcome(&h.func, &args)), "{n}\n{}", h.func);
    }
    h.func.to_string()
}

#[test]
fn elements_become_elements_of_slices() {
    let body = |b: &mut B, [x, y]: [Place; 2], i: Value| {
        let one = b.i(1);
        let next = b.int(IntOp::Add, &[i, one]);
        let v = b.load(x, next);
        b.accum(y, i, v);
    };
    let text = sliced(looped(true, body), 0..4);
    assert_eq!(text.matches("view").count(), 2, "{text}");
    // A loop that may not have been run before panics in its own round.
    let text = sliced(looped(false, body), 0..4);
    assert_eq!(text.matches("view").count(), 0, "{text}");
}

/// Where the loop does not run, a slice might start outside.
#[test]
fn a_loop_without_rounds_has_no_slices() {
    let text = sliced(
        looped(true, |b, [x, y], i| {
            let far = b.i(9);
            let at = b.int(IntOp::Add, &[i, far]);
            let v = b.load(x, at);
            b.accum(y, i, v);
        }),
        0..1,
    );
    assert!(text.contains("view"), "{text}");
}

#[test]
fn what_is_written_is_one_slice_or_none() {
    let text = sliced(
        looped(true, |b, [x, y], i| {
            // `x` is written where another round reads; `y` is only read, at two places.
            let one = b.i(1);
            let next = b.int(IntOp::Add, &[i, one]);
            let here = b.load(x, i);
            let (a, c) = (b.load(y, i), b.load(y, next));
            let sum = b.op("Add", &[a, c]);
            let sum = b.op("Mul", &[sum, here]);
            b.store(x, next, sum);
        }),
        0..4,
    );
    assert_eq!(text.matches("view").count(), 2, "{text}");
}

#[test]
fn what_an_arm_does_is_done_by_index() {
    let text = sliced(
        looped(true, |b, [x, y], i| {
            let two = b.i(2);
            let early = b.cmp(CmpOp::Lt, i, two);
            let v = b.load(x, i);
            b.if_(
                early,
                |b| {
                    let far = b.int(IntOp::Add, &[i, two]);
                    b.accum(y, far, v);
                    Vec::new()
                },
                |_| Vec::new(),
            );
        }),
        0..5,
    );
    assert_eq!(text.matches("view").count(), 1, "{text}");
}

#[test]
fn rounds_that_share_nothing_run_forwards() {
    for shared in [false, true] {
        let mut g = looped(true, |b, [x, y], i| {
            let v = b.load(x, i);
            let zero = b.i(0);
            b.accum(y, if shared { zero } else { i }, v);
        });
        for s in &mut g.func.body.stmts {
            if let Op::For { range, .. } = &mut s.op {
                range.rev = true;
            }
        }
        let text = sliced(g, 0..5);
        assert_eq!(text.contains("rev"), shared, "{text}");
    }
}

/// What lies at the same index in each round is read once, but not where the loop does not run, nor where a round writes to it.
#[test]
fn what_is_the_same_is_read_before_the_loop() {
    for written in [false, true] {
        let mut b = B::new();
        let n = b.passive("n", Ty::usize());
        let (x, y) = (vec_local(&mut b), vec_local(&mut b));
        let one = b.i(1);
        let last = b.int(IntOp::WrappingSub, &[n, one]);
        b.for_(n, &[], |b, i, _| {
            b.f.values[i.0 as usize].rerun = true;
            let v = b.load(x, last);
            b.accum(if written { x } else { y }, i, v);
            Vec::new()
        });
        for p in [x, y] {
            let at = b.i(0);
            let v = b.load(p, at);
            b.opaque("log(v)", &[v], &[]);
        }
        let text = sliced(gradient(b.finish(&[])), 0..5);
        let (before, inside) = text.rsplit_once("for ").unwrap();
        assert_eq!(inside.lines().any(|l| l.contains("load") && l.starts_with("    ")), written, "{text}");
        assert!(written || before.lines().last().is_some_and(|_| before.contains("if ")), "{text}");
    }
}

/// A number that is lent is an element of what it lies in.
#[test]
fn a_lent_number_is_an_element() {
    let mut g = looped(true, |b, [x, y], i| {
        let v = b.load(x, i);
        let lent = b.f.place(PlaceTy::Scalar(Ty::F64), PlaceKind::View { base: y }, None, &Origin::default());
        b.f.places[lent.0 as usize].mutable = true;
        b.effect(Op::View { place: lent, base: y, path: vec![Proj::Index(i)] });
        let w = b.push(Op::Load { place: lent, path: Vec::new(), again: None }, Ty::F64);
        let product = b.op("Mul", &[v, w]);
        b.effect(Op::Accum { place: lent, path: Vec::new(), value: product });
    });
    let plain = g.clone();
    simplify::gradient(&mut g);
    for n in 0..5 {
        let args = [Data::Scalar(Scalar::Int(n))];
        assert_eq!(format!("{:?}", outcome(&plain.func, &args)), format!("{:?}", outcome(&g.func, &args)));
    }
    let text = sliced(g, 0..5);
    assert_eq!(text.matches("view").count(), 2, "{text}");
    assert_eq!(text.matches(": [f64]").count(), 2, "{text}");
}
