//! Places: common subexpressions among loads, and dead code.

use super::build::{B, gradient, name, vec_of_f64};
use super::*;
use autodiff_codegen::ir::*;

#[test]
fn equal_expressions_are_one() {
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let p = b.op("Mul", &[x, y]);
    let q = b.op("Mul", &[y, x]);
    let s = b.op("Sub", &[p, q]);
    let (m, n) = (b.op("Max", &[x, y]), b.op("Max", &[y, x]));
    let t = b.op("Sub", &[m, n]);
    let f = pass("cse", b.finish(&[s, t]));
    // `max` is not commutative: ties and NaN.
    assert_eq!(
        body(&f),
        [
            "%2 = Mul %x.0, %y.1 : f64",
            "%4 = Sub %2, %2 : f64",
            "%5 = Max %x.0, %y.1 : f64",
            "%6 = Max %y.1, %x.0 : f64",
            "%7 = Sub %5, %6 : f64",
            "yield %4, %7"
        ]
    );
}

/// A `Vec` that keeps its length is as long as it was made; one that something is pushed onto is not. One that nobody reads
/// has to be made all the same, since that may panic.
#[test]
fn lengths_are_numbers_where_they_stay() {
    for (grows, read) in [(false, true), (true, true), (false, false)] {
        let mut b = B::new();
        let (x, n) = (b.x("x"), b.passive("n", Ty::usize()));
        let ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64)));
        let row = b.f.place(ty, PlaceKind::Local, Some(name("row")), &Origin::default());
        b.f.places[row.0 as usize].mutable = true;
        b.effect(Op::Alloc { place: row, init: Init::ZerosLen(n) });
        if grows {
            b.effect(Op::Push { place: row, value: x });
        }
        let length = b.push(Op::Len(row), Ty::usize());
        let y = b.push(Op::Cast(length), Ty::F64);
        if read {
            b.load(row, n);
        }
        let mut f = b.finish(&[y]);
        autodiff_codegen::simplify::prepare(&mut f);
        let cast = body(&f).into_iter().find(|line| line.contains("cast")).expect("the cast");
        assert_eq!(cast.contains("%n.1"), read && !grows, "{cast}");
    }
}

/// What an array that never changes was made of is what is read from it; not so of one that changes.
#[test]
fn parts_are_what_they_were_made_of() {
    for changes in [false, true] {
        let mut b = B::new();
        let (x, y) = (b.x("x"), b.x("y"));
        let elems = |b: &mut B, of: [Value; 2]| {
            let p = b.f.place(super::build::array(2), PlaceKind::Local, None, &Origin::default());
            b.effect(Op::Alloc { place: p, init: Init::Elems(of.to_vec()) });
            p
        };
        let (first, second) = (elems(&mut b, [x, y]), elems(&mut b, [y, x]));
        let ty = PlaceTy::Array(Box::new(super::build::array(2)), Len::Known(2));
        let rows = b.f.place(ty, PlaceKind::Local, None, &Origin::default());
        b.effect(Op::Alloc { place: rows, init: Init::Rows(vec![first, second]) });
        let (zero, one) = (b.i(0), b.i(1));
        if changes {
            b.f.places[first.0 as usize].mutable = true;
            b.store(first, one, x);
        }
        let path = vec![Proj::Index(zero), Proj::Index(one)];
        let from_row = b.push(Op::Load { place: rows, path, again: None }, Ty::F64);
        let from_first = b.load(first, one);
        let outside = b.i(2);
        let panics = b.load(second, outside);
        let before = b.finish(&[from_row, from_first, panics]);
        let mut f = before.clone();
        autodiff_codegen::simplify::prepare(&mut f);
        verify(&f).unwrap_or_else(|e| panic!("{e}\n{f}"));
        let last = body(&f).pop().expect("the yields");
        assert_eq!(last.starts_with("yield %y.1, %y.1, "), !changes, "{f}");
        let args = [super::float(2.0), super::float(3.0)];
        assert_eq!(format!("{:?}", outcome(&before, &args)), format!("{:?}", outcome(&f, &args)), "{f}");
    }
}

/// That of an array is said by its type, also where it is lent.
#[test]
fn lengths_of_arrays_are_numbers() {
    let mut b = B::new();
    let row = b.local("row", 3);
    let view = b.f.place(super::build::array(3), PlaceKind::View { base: row }, None, &Origin::default());
    b.effect(Op::View { place: view, base: row, path: Vec::new() });
    let lengths = [row, view].map(|p| b.push(Op::Len(p), Ty::usize()));
    let y = lengths.map(|n| b.push(Op::Cast(n), Ty::F64));
    let mut f = b.finish(&y);
    autodiff_codegen::simplify::prepare(&mut f);
    let text = f.to_string();
    assert_eq!((text.matches("const 3").count(), text.contains("len")), (2, false), "{text}");
}

/// Literals stay at their uses, and count as equal all the same.
#[test]
fn constants_stay_where_they_are() {
    let mut b = B::new();
    let x = b.x("x");
    let two = b.c(2.0);
    let p = b.op("Mul", &[x, two]);
    let again = b.c(2.0);
    let q = b.op("Mul", &[x, again]);
    let s = b.op("Add", &[q, again]);
    let f = pass("cse", b.finish(&[p, s]));
    assert_eq!(
        body(&f),
        [
            "%1 = 2.0 : f64",
            "%2 = Mul %x.0, %1 : f64",
            "%3 = 2.0 : f64",
            "%5 = Add %2, %3 : f64",
            "yield %2, %5"
        ]
    );
}

#[test]
fn what_an_arm_computes_is_not_known_after_it() {
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let c = b.cmp(CmpOp::Lt, x, y);
    let r = b.if_(c, |b| vec![b.op("Exp", &[x])], |b| vec![b.op("Exp", &[y])]);
    let e = b.op("Exp", &[x]);
    let inner = b.if_(c, |b| vec![b.op("Exp", &[x])], |_| vec![y]);
    let s = b.op("Add", &[r[0], e]);
    let s = b.op("Add", &[s, inner[0]]);
    let f = pass("cse", b.finish(&[s]));
    assert_eq!(f.to_string().matches("Exp").count(), 3, "{f}");
}

#[test]
fn loads_merge_until_a_write() {
    let mut b = B::new();
    let a = b.slice("a", Mode::Mut);
    let other = b.slice("o", Mode::Mut);
    let (i, x) = (b.i(1), b.x("x"));
    let l1 = b.load(a, i);
    b.store(other, i, x);
    let l2 = b.load(a, i);
    let s = b.op("Add", &[l1, l2]);
    b.accum(a, i, x);
    let l3 = b.load(a, i);
    let s = b.op("Add", &[s, l3]);
    let f = pass("cse", b.finish(&[s]));
    assert_eq!(f.to_string().matches("load @a").count(), 2, "{f}");
}

#[test]
fn a_write_through_a_view_counts() {
    let mut b = B::new();
    let a = b.slice("a", Mode::Mut);
    let (i, x) = (b.i(0), b.x("x"));
    let view = b.f.place(vec_of_f64(), PlaceKind::View { base: a }, None, &Origin::default());
    b.f.places[view.0 as usize].mutable = true;
    b.effect(Op::View { place: view, base: a, path: vec![Proj::Slice(Some(i), None)] });
    let l1 = b.load(a, i);
    b.store(view, i, x);
    let l2 = b.load(a, i);
    let s = b.op("Add", &[l1, l2]);
    let f = pass("cse", b.finish(&[s]));
    assert_eq!(f.to_string().matches("load @a").count(), 2, "{f}");
}

#[test]
fn a_loop_that_writes_forgets_before_and_after() {
    let mut b = B::new();
    let a = b.slice("a", Mode::Mut);
    let n = b.passive("n", Ty::usize());
    let i = b.i(0);
    let l1 = b.load(a, i);
    let r = b.for_(n, &[l1], |b, _, c| {
        let l2 = b.load(a, i);
        let l3 = b.load(a, i);
        let s = b.op("Add", &[l2, l3]);
        b.store(a, i, s);
        vec![b.op("Mul", &[c[0], s])]
    });
    let l4 = b.load(a, i);
    let s = b.op("Add", &[r[0], l4]);
    let f = pass("cse", b.finish(&[s]));
    // Before, in (once), after.
    assert_eq!(f.to_string().matches("load @a").count(), 3, "{f}");
}

#[test]
fn a_loop_that_only_reads_remembers() {
    let mut b = B::new();
    let a = b.slice("a", Mode::Ref);
    let n = b.passive("n", Ty::usize());
    let i = b.i(0);
    let l1 = b.load(a, i);
    let r = b.for_(n, &[l1], |b, _, c| {
        let l2 = b.load(a, i);
        vec![b.op("Mul", &[c[0], l2])]
    });
    let f = pass("cse", b.finish(&r));
    assert_eq!(f.to_string().matches("load @a").count(), 1, "{f}");
}

#[test]
fn arms_write_apart_and_count_together() {
    let mut b = B::new();
    let a = b.slice("a", Mode::Mut);
    let (i, x) = (b.i(0), b.x("x"));
    let l1 = b.load(a, i);
    let c = b.cmp(CmpOp::Lt, l1, x);
    b.if_(
        c,
        |b| {
            b.store(a, i, x);
            Vec::new()
        },
        |b| {
            // Still what it was: the other arm did not run.
            let l2 = b.load(a, i);
            let y = b.op("Exp", &[l2]);
            b.opaque("log(v)", &[y], &[]);
            Vec::new()
        },
    );
    let l3 = b.load(a, i);
    let s = b.op("Add", &[l1, l3]);
    let f = pass("cse", b.finish(&[s]));
    assert_eq!(f.to_string().matches("load @a").count(), 2, "{f}");
}

#[test]
fn a_repeated_load_meets_its_original() {
    let mut b = B::new();
    let a = b.slice("a", Mode::Ref);
    let i = b.i(0);
    let l1 = b.load(a, i);
    let e = b.op("Exp", &[l1]);
    let again = Op::Load { place: a, path: vec![Proj::Index(i)], again: Some(l1) };
    let l2 = b.push(again, Ty::F64);
    let s = b.op("Mul", &[e, l2]);
    let f = pass("cse", b.finish(&[s]));
    assert_eq!(
        body(&f)[1..],
        ["%1 = load @a.0[%0] : f64", "%2 = Exp %1 : f64", "%4 = Mul %2, %1 : f64", "yield %4"]
    );
}

#[test]
fn panics_and_effects_of_the_primal_stay() {
    let mut b = B::new();
    let a = b.slice("a", Mode::Ref);
    let (x, n) = (b.x("x"), b.passive("n", Ty::usize()));
    let one = b.i(1);
    // May overflow, may be out of range, may run anything.
    let m = b.int(IntOp::Sub, &[n, one]);
    b.load(a, m);
    b.opaque("log(v)", &[x], &[]);
    b.op("Clamp", &[x, x, x]);
    // These can do nothing.
    b.op("Exp", &[x]);
    b.cmp(CmpOp::Lt, m, one);
    let local = b.local("t", 4);
    b.load(local, one);
    let f = pass("dce", b.finish(&[x]));
    assert_eq!(
        body(&f),
        [
            "%2 = 1 : usize",
            "%3 = int.sub %n.1, %2 : usize",
            "%4 = load @a.0[%3] : f64",
            "opaque `log (v)` reads (v = %x.0)",
            "%5 = Clamp %x.0, %x.0, %x.0 : f64",
            "yield %x.0"
        ]
    );
}

#[test]
fn a_place_that_nobody_reads_goes_with_its_writes() {
    let mut b = B::new();
    let (x, n) = (b.x("x"), b.passive("n", Ty::usize()));
    let zero = b.i(0);
    let t = b.local("t", 4);
    b.store(t, zero, x);
    b.accum(t, zero, x);
    b.for_(n, &[], |b, _, _| {
        let e = b.op("Exp", &[x]);
        b.store(t, zero, e);
        Vec::new()
    });
    let f = pass("dce", b.finish(&[x]));
    assert_eq!(body(&f), ["yield %x.0"]);
}

#[test]
fn a_store_that_may_panic_stays_and_so_does_its_place() {
    let mut b = B::new();
    let (x, n) = (b.x("x"), b.passive("n", Ty::usize()));
    let t = b.local("t", 4);
    b.store(t, n, x);
    let f = b.finish(&[x]);
    let g = pass("dce", f.clone());
    assert_eq!(f.to_string(), g.to_string());
}

#[test]
fn what_a_loop_carries_for_itself_alone_goes() {
    let mut b = B::new();
    let (x, n) = (b.x("x"), b.passive("n", Ty::usize()));
    let r = b.for_(n, &[x, x, x], |b, _, c| {
        // The second feeds itself; the third feeds the first.
        vec![b.op("Mul", &[c[0], c[2]]), b.op("Exp", &[c[1]]), b.op("Sin", &[c[2]])]
    });
    let f = pass("dce", b.finish(&r[..1]));
    assert_eq!(
        body(&f),
        [
            "%2 = 0 : usize",
            "%10, %12 = for %3: usize in %2..%n.1 (%4: f64 = %x.0, %6: f64 = %x.0) {",
            "%7 = Mul %4, %6 : f64",
            "%9 = Sin %6 : f64",
            "yield %7, %9",
            "}",
            "yield %10"
        ]
    );
}

#[test]
fn dead_results_of_a_choice_go() {
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let c = b.cmp(CmpOp::Lt, x, y);
    let r = b.if_(c, |b| vec![b.op("Exp", &[x]), b.op("Sin", &[x])], |_| vec![x, y]);
    let f = pass("dce", b.finish(&r[1..]));
    assert_eq!(
        body(&f),
        [
            "%2 = cmp.lt %x.0, %y.1 : bool",
            "%6 = if %2 {",
            "%4 = Sin %x.0 : f64",
            "yield %4",
            "} else {",
            "yield %y.1",
            "}",
            "yield %6"
        ]
    );
}

#[test]
fn a_buffer_that_is_never_read_goes() {
    for popped in [false, true] {
        let mut b = B::new();
        let (x, n) = (b.x("x"), b.passive("n", Ty::usize()));
        let ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64)));
        let saved = Some(Name::Saved(Box::new(name("x"))));
        let buffer = b.f.place(ty, PlaceKind::Local, saved, &Origin::default());
        b.f.places[buffer.0 as usize].mutable = true;
        b.effect(Op::Alloc { place: buffer, init: Init::Empty });
        b.for_(n, &[], |b, _, _| {
            let e = b.op("Exp", &[x]);
            b.effect(Op::Push { place: buffer, value: e });
            Vec::new()
        });
        let r = b.for_(n, &[x], |b, _, c| {
            let e = b.push(Op::Pop(buffer), Ty::F64);
            vec![b.op("Mul", &[c[0], e])]
        });
        let f = pass("dce", b.finish(&[if popped { r[0] } else { x }]));
        assert_eq!(f.to_string().contains("push"), popped, "{f}");
        assert_eq!(f.to_string().contains("empty"), popped, "{f}");
    }
}

/// A chain of a few thousand statements is no matter.
#[test]
fn long_programs_are_quick() {
    let mut b = B::new();
    let (x, n) = (b.x("x"), b.passive("n", Ty::usize()));
    let mut v = x;
    for k in 0..1500 {
        let c = b.c(1.0 + f64::from(k % 3));
        v = b.op(["Mul", "Add", "Sub"][k as usize % 3], &[v, c]);
        if k % 50 == 0 {
            v = b.for_(n, &[v], |b, _, c| {
                let s = b.op("Sin", &[c[0]]);
                vec![b.op("Mul", &[s, x])]
            })[0];
        }
    }
    let f = b.finish(&[v]);
    let mut g = gradient_of(&f);
    assert!(g.func.body.stmts.len() > 3000);
    let start = std::time::Instant::now();
    simplify::gradient(&mut g);
    assert!(start.elapsed().as_secs_f64() < 1.0, "{:?}", start.elapsed());
    verify(&g.func).unwrap();
}

fn gradient_of(f: &Func) -> autodiff_codegen::reverse::Gradient {
    use autodiff_codegen::reverse::{Options, reverse};
    reverse(f, &Options::GRADIENT).unwrap()
}

/// Adjoint places that a derivative returns are kept, and `split` keeps its meaning.
#[test]
fn a_gradient_keeps_its_results_and_its_split() {
    let mut b = B::new();
    let a = b.slice("a", Mode::Ref);
    let n = b.passive("n", Ty::usize());
    let zero = b.c(0.0);
    let one = b.c(1.0);
    let r = b.for_(n, &[zero], |b, i, c| {
        let l = b.load(a, i);
        let l = b.op("Mul", &[l, one]);
        let s = b.op("Mul", &[l, l]);
        vec![b.op("Add", &[c[0], s])]
    });
    let e = b.op("Exp", &[r[0]]);
    let f = b.finish(&[e]);
    let mut g = gradient_of(&f);
    let args =
        [Data::Array(vec![2], vec![Scalar::Float(0.5), Scalar::Float(-0.25)]), Data::Scalar(Scalar::Int(2))];
    let program = Program::default();
    let adjoint = |g: &autodiff_codegen::reverse::Gradient| {
        let mut interp = Interp::new(&program);
        let func: &Func = &g.func;
        let run = interp.run(func, &args).unwrap();
        run.data(&interp, &g.adjoints[0].1).unwrap()
    };
    let before = adjoint(&g);
    let len = g.func.body.stmts.len();
    simplify::gradient(&mut g);
    verify(&g.func).unwrap_or_else(|e| panic!("{e}\n{}", g.func));
    assert!(g.func.body.stmts.len() < len);
    assert_eq!(format!("{before:?}"), format!("{:?}", adjoint(&g)));
    assert!(g.split <= g.func.body.stmts.len());
}

/// A loop with scratch memory in it: made by `length`, used by `body`.
fn with_scratch(
    name: Option<Name>,
    length: impl FnOnce(&mut B, Place, Value) -> Value,
    body: impl FnOnce(&mut B, Place, Value, Value) -> Value,
) -> Func {
    let mut b = B::new();
    let a = b.slice("a", Mode::Ref);
    let n = b.passive("n", Ty::usize());
    let zero = b.c(0.0);
    let r = b.for_(n, &[zero], |b, i, c| {
        let len = length(b, a, n);
        let ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64)));
        let row = b.f.place(ty, PlaceKind::Local, name, &Origin::default());
        b.f.places[row.0 as usize].mutable = true;
        b.effect(Op::Alloc { place: row, init: Init::ZerosLen(len) });
        let v = body(b, row, len, i);
        vec![b.op("Add", &[c[0], v])]
    });
    b.finish(&r)
}

fn len_of(b: &mut B, a: Place, _: Value) -> Value {
    b.push(Op::Len(a), Ty::usize())
}

/// Writes all of the row, then adds up what is in it.
fn write_and_read(b: &mut B, row: Place, len: Value, i: Value) -> Value {
    let x = b.push(Op::Cast(i), Ty::F64);
    b.for_(len, &[], |b, j, _| {
        let y = b.op("Sin", &[x]);
        b.store(row, j, y);
        Vec::new()
    });
    b.for_(len, &[x], |b, j, c| {
        let y = b.load(row, j);
        vec![b.op("Mul", &[c[0], y])]
    })[0]
}

/// Reads the row as if it were new.
fn read_and_write(b: &mut B, row: Place, len: Value, i: Value) -> Value {
    let x = b.push(Op::Cast(i), Ty::F64);
    b.for_(len, &[x], |b, j, c| {
        let y = b.load(row, j);
        b.accum(row, j, x);
        vec![b.op("Add", &[c[0], y])]
    })[0]
}

/// What hoisting makes of a program, checked against what it was: where the first memory is made, and whether it
/// is set to zero later.
fn hoisted(f: &Func) -> (bool, bool) {
    let g = pass("hoist", f.clone());
    for (n, len) in [(0, 3), (1, 3), (4, 3), (4, 0)] {
        let a = Data::Array(vec![len], vec![Scalar::Float(0.5); len]);
        let args = [a, Data::Scalar(Scalar::Int(n))];
        assert_eq!(format!("{:?}", outcome(f, &args)), format!("{:?}", outcome(&g, &args)), "{f}\n{g}");
    }
    let before_the_loop = body(&g).iter().any(|l| l.contains("alloc"))
        && body(&g).iter().position(|l| l.contains("alloc"))
            < body(&g).iter().position(|l| l.contains(" for "));
    (before_the_loop, g.to_string().contains("zero @"))
}

#[test]
fn a_row_that_is_overwritten_moves_out() {
    assert_eq!(hoisted(&with_scratch(None, len_of, write_and_read)), (true, false));
}

#[test]
fn a_row_that_is_read_first_is_set_to_zero() {
    assert_eq!(hoisted(&with_scratch(None, len_of, read_and_write)), (true, true));
}

#[test]
fn a_row_written_in_part_is_set_to_zero() {
    let in_part = |b: &mut B, row: Place, len: Value, i: Value| {
        let zero = b.i(0);
        let some = b.cmp(CmpOp::Lt, zero, len);
        b.if_(
            some,
            |b| {
                let x = b.c(1.0);
                b.store(row, zero, x);
                Vec::new()
            },
            |_| Vec::new(),
        );
        read_and_write(b, row, len, i)
    };
    assert_eq!(hoisted(&with_scratch(None, len_of, in_part)), (true, true));
    let shifted = |b: &mut B, row: Place, len: Value, i: Value| {
        let one = b.i(1);
        let less = b.int(IntOp::SaturatingSub, &[len, one]);
        let x = b.push(Op::Cast(i), Ty::F64);
        b.for_(less, &[], |b, j, _| {
            b.store(row, j, x);
            Vec::new()
        });
        read_and_write(b, row, len, i)
    };
    assert_eq!(hoisted(&with_scratch(None, len_of, shifted)), (true, true));
}

#[test]
fn a_length_from_nowhere_is_guarded() {
    // Ten times the number of rounds is a fine length, but not for a loop that never runs.
    let length = |b: &mut B, _: Place, n: Value| {
        let ten = b.i(10);
        b.int(IntOp::Mul, &[n, ten])
    };
    let f = with_scratch(None, length, write_and_read);
    assert_eq!(hoisted(&f), (true, false));
    let g = pass("hoist", f);
    assert!(g.to_string().contains("cmp.lt"), "{g}");
}

#[test]
fn what_the_round_decides_stays() {
    let length = |b: &mut B, a: Place, _: Value| {
        // Loads may differ from round to round.
        let zero = b.i(0);
        let len = b.push(Op::Len(a), Ty::usize());
        let some = b.cmp(CmpOp::Lt, zero, len);
        b.if_(
            some,
            |b| {
                let l = b.load(a, zero);
                vec![b.push(Op::Cast(l), Ty::usize())]
            },
            |_| vec![zero],
        )[0]
    };
    assert_eq!(hoisted(&with_scratch(None, length, write_and_read)), (false, false));
    // So does what the user has named.
    assert_eq!(hoisted(&with_scratch(Some(name("row")), len_of, write_and_read)), (false, false));
}

/// A nest of loops, with what it saves: one buffer, allocated once, not set to zero.
#[test]
fn rows_of_a_nest_move_all_the_way_out() {
    let mut b = B::new();
    let a = b.slice("a", Mode::Ref);
    let zero = b.c(0.0);
    let len = b.push(Op::Len(a), Ty::usize());
    let three = b.i(3);
    let r = b.for_(len, &[zero], |b, i, c| {
        let x = b.load(a, i);
        let inner = b.for_(len, &[x], |b, j, c| {
            b.for_(three, &[c[0]], |b, _, c| {
                let y = b.load(a, j);
                let s = b.op("Sin", &[c[0]]);
                vec![b.op("Mul", &[s, y])]
            })
        });
        vec![b.op("Add", &[c[0], inner[0]])]
    });
    let f = b.finish(&r);
    let mut g = gradient_of(&f);
    let args = [Data::Array(vec![2], vec![Scalar::Float(0.5), Scalar::Float(-0.25)])];
    let program = Program::default();
    let adjoint = |g: &autodiff_codegen::reverse::Gradient| {
        let mut interp = Interp::new(&program);
        let func: &Func = &g.func;
        let run = interp.run(func, &args).unwrap();
        format!("{:?}", run.data(&interp, &g.adjoints[0].1).unwrap())
    };
    let before = adjoint(&g);
    simplify::gradient(&mut g);
    verify(&g.func).unwrap_or_else(|e| panic!("{e}\n{}", g.func));
    assert_eq!(before, adjoint(&g));
    let text = body(&g.func);
    let first_loop = text.iter().position(|l| l.contains("for ")).unwrap();
    assert!(text[first_loop..].iter().all(|l| !l.contains("alloc") && !l.starts_with("zero")), "{}", g.func);
}

/// `d` is an adjoint, made at the top; `body` does something with it in a loop.
fn with_adjoint(body: impl FnOnce(&mut B, Place, Value)) -> Func {
    let mut b = B::new();
    let n = b.passive("n", Ty::usize());
    let none = b.c(0.0);
    let r = b.for_(n, &[none], |b, i, c| {
        let d = b.f.place(
            vec_of_f64(),
            PlaceKind::Local,
            Some(Name::Adjoint(Box::new(name("x")))),
            &Origin::default(),
        );
        b.f.places[d.0 as usize].ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64)));
        b.f.places[d.0 as usize].mutable = true;
        b.effect(Op::Alloc { place: d, init: Init::ZerosLen(n) });
        b.for_(n, &[], |b, j, _| {
            let x = b.push(Op::Cast(j), Ty::F64);
            b.accum(d, j, x);
            Vec::new()
        });
        body(b, d, n);
        let x = b.push(Op::Cast(i), Ty::F64);
        vec![b.op("Add", &[c[0], x])]
    });
    b.finish(&r)
}

#[test]
fn the_last_write_to_an_adjoint_goes() {
    let stores = |f: Func| pass("last_writes", f).to_string().matches("store").count();
    let take = |b: &mut B, d: Place, j: Value| {
        let x = b.load(d, j);
        let zero = b.c(0.0);
        b.store(d, j, zero);
        b.opaque("log(v)", &[x], &[]);
    };
    // Each round takes its own element: nobody sees the zeros.
    let own = |b: &mut B, d: Place, n: Value| {
        b.for_(n, &[], |b, j, _| {
            take(b, d, j);
            Vec::new()
        });
    };
    assert_eq!(stores(with_adjoint(own)), 0);
    // Another round may take the same element.
    let shared = |b: &mut B, d: Place, n: Value| {
        let zero = b.i(0);
        b.for_(n, &[], |b, _, _| {
            take(b, d, zero);
            Vec::new()
        });
    };
    assert_eq!(stores(with_adjoint(shared)), 1);
    // The loops run twice.
    let twice = |b: &mut B, d: Place, n: Value| {
        b.for_(n, &[], |b, _, _| {
            b.for_(n, &[], |b, j, _| {
                take(b, d, j);
                Vec::new()
            });
            Vec::new()
        });
    };
    assert_eq!(stores(with_adjoint(twice)), 1);
    // Another round reads this one's element.
    let next = |b: &mut B, d: Place, n: Value| {
        let one = b.i(1);
        b.for_(n, &[], |b, j, _| {
            let k = b.int(IntOp::SaturatingSub, &[j, one]);
            let x = b.load(d, k);
            b.opaque("log(v)", &[x], &[]);
            take(b, d, j);
            Vec::new()
        });
    };
    assert_eq!(stores(with_adjoint(next)), 1);
    // Something comes after the loop.
    let after = |b: &mut B, d: Place, n: Value| {
        b.for_(n, &[], |b, j, _| {
            take(b, d, j);
            Vec::new()
        });
        let s = b.push(Op::SumPlace(d), Ty::F64);
        b.opaque("log(v)", &[s], &[]);
    };
    assert_eq!(stores(with_adjoint(after)), 1);
}

/// Adds to an adjoint in a loop over something else, then logs what is in it.
fn with_sum(body: impl FnOnce(&mut B, Place, Value)) -> autodiff_codegen::reverse::Gradient {
    let mut b = B::new();
    let n = b.passive("n", Ty::usize());
    let x = b.x("x");
    let three = b.i(3);
    let ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64)));
    let d = b.f.place(ty, PlaceKind::Local, Some(Name::Adjoint(Box::new(name("a")))), &Origin::default());
    b.f.places[d.0 as usize].mutable = true;
    b.effect(Op::Alloc { place: d, init: Init::ZerosLen(three) });
    body(&mut b, d, n);
    let s = b.push(Op::SumPlace(d), Ty::F64);
    b.opaque("log(v)", &[s], &[]);
    gradient(b.finish(&[x]))
}

/// The text after sums have moved to registers, checked to do the same for some numbers of rounds.
fn summed(g: autodiff_codegen::reverse::Gradient) -> String {
    let mut h = g.clone();
    simplify::accumulators(&mut h);
    verify(&h.func).unwrap_or_else(|e| panic!("{e}\n{}", h.func));
    for n in 0..4 {
        let args = [Data::Scalar(Scalar::Int(n)), float(0.5)];
        assert_eq!(
            format!("{:?}", outcome(&g.func, &args)),
            format!("{:?}", outcome(&h.func, &args)),
            "{}",
            h.func
        );
    }
    h.func.to_string()
}

/// How many additions to memory are left in loops, and whether there is any loop-carried value.
fn left_in_loops(text: &str) -> (usize, bool) {
    let mut inside = 0;
    let mut adds = 0;
    for line in text.lines() {
        let depth = line.len() - line.trim_start().len();
        if inside > 0 && depth <= inside && line.trim() == "}" {
            inside = 0;
        }
        if inside > 0 && line.contains("accum") {
            adds += 1;
        }
        if line.contains("for %") && inside == 0 {
            inside = depth;
        }
    }
    (adds, text.contains("(%d_a"))
}

#[test]
fn sums_move_to_registers() {
    // The same element in every round, also from two statements.
    let text = summed(with_sum(|b, d, n| {
        let one = b.i(1);
        b.for_(n, &[], |b, j, _| {
            let x = b.push(Op::Cast(j), Ty::F64);
            b.accum(d, one, x);
            let again = b.i(1);
            b.accum(d, again, x);
            // Another element, known only inside.
            let two = b.i(2);
            b.accum(d, two, x);
            Vec::new()
        });
    }));
    assert_eq!(left_in_loops(&text), (0, true), "{text}");
    assert_eq!(text.matches("accum").count(), 2, "{text}");
    // A nest: all the way out.
    let text = summed(with_sum(|b, d, n| {
        let one = b.i(1);
        b.for_(n, &[], |b, _, _| {
            b.for_(n, &[], |b, j, _| {
                let x = b.push(Op::Cast(j), Ty::F64);
                b.accum(d, one, x);
                Vec::new()
            });
            Vec::new()
        });
    }));
    assert_eq!(left_in_loops(&text), (0, true), "{text}");
}

/// An index out of range is used only in rounds that there are.
#[test]
fn a_loop_that_does_not_run_adds_nothing() {
    let mut g = with_sum(|b, d, n| {
        let far = b.i(99);
        b.for_(n, &[], |b, j, _| {
            let x = b.push(Op::Cast(j), Ty::F64);
            b.accum(d, far, x);
            Vec::new()
        });
    });
    simplify::accumulators(&mut g);
    assert!(outcome(&g.func, &[Data::Scalar(Scalar::Int(0)), float(0.5)]).0.is_ok());
    assert!(outcome(&g.func, &[Data::Scalar(Scalar::Int(1)), float(0.5)]).0.is_err());
}

#[test]
fn what_a_loop_reads_or_chooses_stays_in_memory() {
    let text = summed(with_sum(|b, d, n| {
        let one = b.i(1);
        b.for_(n, &[], |b, j, _| {
            let x = b.push(Op::Cast(j), Ty::F64);
            b.accum(d, one, x);
            let y = b.load(d, one);
            b.opaque("log(v)", &[y], &[]);
            Vec::new()
        });
    }));
    assert_eq!(left_in_loops(&text), (1, false), "{text}");
    let text = summed(with_sum(|b, d, n| {
        let one = b.i(1);
        b.for_(n, &[], |b, j, _| {
            let x = b.push(Op::Cast(j), Ty::F64);
            let some = b.cmp(CmpOp::Lt, one, j);
            b.if_(
                some,
                |b| {
                    b.accum(d, one, x);
                    Vec::new()
                },
                |_| Vec::new(),
            );
            Vec::new()
        });
    }));
    assert_eq!(left_in_loops(&text), (1, false), "{text}");
}
