//! Two rounds of a loop at once.

use super::build::{B, gradient};
use super::*;
use autodiff_codegen::ir::*;

/// What the rounds of the outer loop have to do with.
struct Round {
    w: Place,
    len: Value,
    number: Value,
    total: Value,
}

/// `for i in 0..n`, with a total that is carried, over a slice `w` and its length; the total and what `log` reads are seen.
fn looped(body: impl FnOnce(&mut B, Round) -> Value) -> Func {
    let mut b = B::new();
    let w = b.slice("w", Mode::Ref);
    let n = b.passive("n", Ty::usize());
    let len = b.push(Op::Len(w), Ty::usize());
    let zero = b.c(0.0);
    let total = b.for_(n, &[zero], |b, number, carried| {
        let total = carried[0];
        vec![body(b, Round { w, len, number, total })]
    });
    b.finish(&total)
}

/// `s = 0.0; for j in 0..len { s += w[j] * t; t *= 0.5 }`, with `t` that starts as the round's number.
fn dot(b: &mut B, round: &Round, each: impl FnOnce(&mut B, Value, Value)) -> Value {
    let (zero, half) = (b.c(0.0), b.c(0.5));
    let t = b.push(Op::Cast(round.number), Ty::F64);
    let w = round.w;
    b.for_(round.len, &[zero, t], |b, j, carried| {
        let v = b.load(w, j);
        let product = b.op("Mul", &[v, carried[1]]);
        each(b, j, product);
        vec![b.op("Add", &[carried[0], product]), b.op("Mul", &[carried[1], half])]
    })[0]
}

/// Whether the loop runs in pairs; it is checked to do the same for all numbers of rounds, to the bit.
fn in_pairs(f: Func) -> bool {
    let mut g = gradient(f.clone());
    simplify::windows_beyond(&mut g, None);
    verify(&g.func).unwrap_or_else(|e| panic!("{e}\n{}", g.func));
    for n in 0..6 {
        for len in [0, 1, 3] {
            let w = (0..len).map(|k| Scalar::Float(0.3 + 1.7 * k as f64)).collect();
            let args = [Data::Array(vec![len], w), Data::Scalar(Scalar::Int(n))];
            let (before, after) = (outcome(&f, &args), outcome(&g.func, &args));
            assert_eq!(format!("{before:?}"), format!("{after:?}"), "{n}\n{f}\n{}", g.func);
        }
    }
    g.func.to_string().contains("pair")
}

#[test]
fn sums_of_two_rounds_are_summed_side_by_side() {
    let f = looped(|b, round| {
        let s = dot(b, &round, |_, _, _| {});
        b.op("Add", &[round.total, s])
    });
    assert!(in_pairs(f));
}

#[test]
fn rounds_that_hand_on_too_late_stay() {
    // The inner loop goes on with the total.
    let f = looped(|b, round| {
        let (w, total) = (round.w, round.total);
        b.for_(round.len, &[total], |b, j, carried| {
            let v = b.load(w, j);
            vec![b.op("Add", &[carried[0], v])]
        })[0]
    });
    assert!(!in_pairs(f));
    // A round asks for the total before the one before has said what it is.
    let f = looped(|b, round| {
        let double = b.op("Add", &[round.total, round.total]);
        let s = dot(b, &round, |_, _, _| {});
        b.op("Add", &[double, s])
    });
    assert!(!in_pairs(f));
}

#[test]
fn rounds_that_may_panic_stay() {
    // `w` may have fewer elements than there are rounds.
    let f = looped(|b, round| {
        let s = dot(b, &round, |_, _, _| {});
        let one = b.i(1);
        let small = b.cmp(CmpOp::Lt, round.len, one);
        let t = b.if_(
            small,
            |b| vec![b.c(0.0)],
            |b| {
                let at = b.int(IntOp::Div, &[round.number, round.len]);
                let zero = b.int(IntOp::Sub, &[at, at]);
                vec![b.load(round.w, zero)]
            },
        );
        let s = b.op("Add", &[s, t[0]]);
        b.op("Add", &[round.total, s])
    });
    assert!(!in_pairs(f));
}

/// The same with an array `d` of four that is made before the loop and read after it.
fn with_array(name: Name, len: Option<i128>, body: impl FnOnce(&mut B, Round, Place) -> Value) -> Func {
    let mut b = B::new();
    let w = b.slice("w", Mode::Ref);
    let n = b.passive("n", Ty::usize());
    let three = b.i(3);
    let len = match len {
        Some(_) => three,
        None => b.push(Op::Len(w), Ty::usize()),
    };
    let d = b.local("d", 4);
    b.f.places[d.0 as usize].name = Some(name);
    let zero = b.c(0.0);
    let total = b.for_(n, &[zero], |b, number, carried| {
        let total = carried[0];
        vec![body(b, Round { w, len, number, total }, d)]
    });
    for i in 0..4 {
        let at = b.i(i);
        let v = b.load(d, at);
        b.opaque("log(v)", &[v], &[]);
    }
    b.finish(&total)
}

/// `0.7, for j in 0..100, s = s * 0.5 + d'`, where what `each` makes of the array is `d'`.
fn long(b: &mut B, round: &Round, each: impl FnOnce(&mut B, Value) -> Value) -> Value {
    let (start, half, hundred) = (b.push(Op::Cast(round.number), Ty::F64), b.c(0.5), b.i(100));
    b.for_(hundred, &[start], |b, j, carried| {
        let v = each(b, j);
        let s = b.op("Mul", &[carried[0], half]);
        vec![b.op("Add", &[s, v])]
    })[0]
}

#[test]
fn what_is_added_to_is_added_to_in_order() {
    let user = || super::build::name("d");
    // Once in each round: at the end, and in it.
    let f = with_array(user(), None, |b, round, d| {
        let s = long(b, &round, |b, _| b.c(0.3));
        let at = b.i(2);
        b.accum(d, at, s);
        b.op("Add", &[round.total, s])
    });
    assert!(in_pairs(f));
    // Each round of the inner loop to the same element.
    let f = with_array(user(), None, |b, round, d| {
        let s = long(b, &round, |b, _| {
            let (at, v) = (b.i(2), b.c(0.3));
            b.accum(d, at, v);
            v
        });
        b.op("Add", &[round.total, s])
    });
    assert!(!in_pairs(f));
    // Twice in each round.
    let f = with_array(user(), None, |b, round, d| {
        let s = long(b, &round, |b, _| b.c(0.3));
        let at = b.i(2);
        b.accum(d, at, s);
        b.accum(d, at, round.total);
        b.op("Add", &[round.total, s])
    });
    assert!(!in_pairs(f));
    // What is added to is read.
    let f = with_array(user(), None, |b, round, d| {
        let s = long(b, &round, |b, _| b.c(0.3));
        let at = b.i(2);
        let v = b.load(d, at);
        b.accum(d, at, s);
        b.op("Add", &[round.total, v])
    });
    assert!(!in_pairs(f));
}

#[test]
fn what_is_written_must_be_the_rounds_own() {
    let saved = || Name::Saved(Box::new(super::build::name("d")));
    // What one round writes the next one reads.
    let through = |b: &mut B, round: Round, d: Place| {
        let at = b.i(2);
        let v = b.load(d, at);
        let s = long(b, &round, |_, _| v);
        b.store(d, at, s);
        b.op("Add", &[round.total, s])
    };
    assert!(!in_pairs(with_array(super::build::name("d"), None, through)));
    // What is saved is not read in the round only.
    assert!(!in_pairs(with_array(saved(), None, through)));
}

#[test]
fn rows_that_are_saved_are_made_twice() {
    let saved = |seen: bool| {
        let mut b = B::new();
        let w = b.slice("w", Mode::Ref);
        let n = b.passive("n", Ty::usize());
        let len = b.push(Op::Len(w), Ty::usize());
        let ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64)));
        let name = Some(Name::Saved(Box::new(super::build::name("d"))));
        let row = b.f.place(ty, PlaceKind::Local, name, &Origin::default());
        b.f.places[row.0 as usize].mutable = true;
        b.effect(Op::Alloc { place: row, init: Init::ZerosLen(len) });
        let zero = b.c(0.0);
        let total = b.for_(n, &[zero], |b, number, carried| {
            let round = Round { w, len, number, total: carried[0] };
            let s = dot(b, &round, |b, j, product| b.store(row, j, product));
            let t = b.for_(len, &[s], |b, j, carried| {
                let v = b.load(row, j);
                vec![b.op("Mul", &[carried[0], v])]
            });
            vec![b.op("Add", &[carried[0], t[0]])]
        });
        if seen {
            b.opaque("log(v)", &[], &[row]);
        }
        b.finish(&total)
    };
    assert!(in_pairs(saved(false)));
    assert!(!in_pairs(saved(true)));
}

#[test]
fn rounds_with_an_element_each_write_to_it() {
    let f = with_array(super::build::name("d"), None, |b, round, d| {
        let s = long(b, &round, |b, _| b.c(0.3));
        b.op("Add", &[round.total, s]);
        let four = b.i(4);
        let small = b.cmp(CmpOp::Lt, round.number, four);
        // Not known to be an element: it may panic.
        b.if_(small, |b| vec![b.load(d, round.number)], |b| vec![b.c(0.0)])[0]
    });
    assert!(!in_pairs(f));
    let mut b = B::new();
    b.slice("w", Mode::Ref);
    b.passive("n", Ty::usize());
    let d = b.local("d", 7);
    let (seven, zero) = (b.i(7), b.c(0.0));
    let total = b.for_(seven, &[zero], |b, number, carried| {
        let round = Round { w: d, len: seven, number, total: carried[0] };
        let s = long(b, &round, |b, _| b.c(0.3));
        b.store(d, number, s);
        vec![b.op("Add", &[carried[0], s])]
    });
    for i in 0..7 {
        let at = b.i(i);
        let v = b.load(d, at);
        b.opaque("log(v)", &[v], &[]);
    }
    assert!(in_pairs(b.finish(&total)));
}
