//! Arithmetic: folding and algebra.

use super::build::B;
use super::*;
use autodiff_codegen::ir::*;

/// Builds `f(x, y)` and checks what a pass makes of its body.
fn becomes(name: &str, build: impl FnOnce(&mut B, Value, Value) -> Value, after: &[&str]) {
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let r = build(&mut b, x, y);
    let f = b.finish(&[r]);
    let g = pass("dce", pass(name, f.clone()));
    assert_eq!(body(&g), after, "before:\n{f}");
    for x in SPECIAL {
        for y in SPECIAL {
            let (before, after) =
                (outcome(&f, &[float(x), float(y)]).0, outcome(&g, &[float(x), float(y)]).0);
            assert!(same_bits(&before.unwrap(), &after.unwrap()), "at {x}, {y}:\n{f}\n{g}");
        }
    }
}

/// Builds `f(x, y)` whose result is nothing but a gradient.
fn gradient_becomes(build: impl FnOnce(&mut B, Value, Value) -> Value, after: &[&str]) {
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let r = build(&mut b, x, y);
    let mut f = b.finish(&[x, r]);
    f.ret = Ret::Tuple(vec![Ret::Scalar(0), Ret::Scalar(1)]);
    let both = f.clone();
    f.ret = Ret::Scalar(0);
    let mut g = pass("dce", pass("algebra", f));
    assert_eq!(body(&g), after);
    g.ret = both.ret.clone();
    for x in SPECIAL {
        for y in SPECIAL {
            let get = |f: &Func| match outcome(f, &[float(x), float(y)]).0.unwrap() {
                Data::Tuple(t) => match t[1] {
                    Data::Scalar(Scalar::Float(v)) => v,
                    _ => panic!(),
                },
                _ => panic!(),
            };
            let (before, after) = (get(&both), get(&g));
            assert!(
                before == after || (before.is_nan() && after.is_nan()),
                "at {x}, {y}: {before} {after}\n{g}"
            );
        }
    }
}

/// The same operation of two libraries is two: their last bits may differ. Nor is `libm`'s value known in advance.
#[test]
fn libraries_stay_apart() {
    use autodiff_codegen::rules::{Library, id};
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let libm = |b: &mut B, name: &str, v: Value| {
        let rule = id(name).unwrap().from(Library::Libm);
        b.push(Op::Elem { rule, args: vec![v] }, Ty::F64)
    };
    let (p, q, r) = (b.op("Sin", &[x]), libm(&mut b, "Sin", x), libm(&mut b, "Sin", x));
    let four = b.c(4.0);
    let root = libm(&mut b, "Sqrt", four);
    let (s, t) = (b.op("Add", &[p, q]), b.op("Add", &[r, root]));
    let f = b.finish(&[s, t, y]);
    let f = pass("dce", pass("cse", pass("fold", f)));
    let text = body(&f).join("\n");
    assert_eq!(text.matches("Sin").count(), 2, "{text}");
    assert_eq!(text.matches("libm.Sin").count(), 1, "{text}");
    assert_eq!(text.matches("libm.Sqrt").count(), 1, "{text}");
}

#[test]
fn exact_operations_on_constants_fold() {
    becomes(
        "fold",
        |b, _, _| {
            let (two, three) = (b.c(2.0), b.c(3.0));
            let p = b.op("Mul", &[two, three]);
            let q = b.op("Div", &[p, two]);
            b.op("Neg", &[q])
        },
        &["%6 = -3.0 : f64", "yield %6"],
    );
    becomes(
        "fold",
        |b, _, _| {
            let two = b.c(2.0);
            b.op("Sqrt", &[two])
        },
        &["%3 = 1.4142135623730951 : f64", "yield %3"],
    );
}

#[test]
fn functions_of_the_maths_library_do_not_fold() {
    let text = ["%2 = 2.0 : f64", "%3 = Ln %2 : f64", "yield %3"];
    becomes(
        "fold",
        |b, _, _| {
            let two = b.c(2.0);
            b.op("Ln", &[two])
        },
        &text,
    );
}

#[test]
fn what_has_no_literal_does_not_fold() {
    let text = ["%2 = 1.0 : f64", "%3 = 0.0 : f64", "%4 = Div %2, %3 : f64", "yield %4"];
    let build = |b: &mut B, _, _| {
        let (one, zero) = (b.c(1.0), b.c(0.0));
        b.op("Div", &[one, zero])
    };
    becomes("fold", build, &text);
}

#[test]
fn a_literal_of_unknown_width_is_negated_but_not_added() {
    let mut b = B::new();
    let ty = Ty::Float(FloatTy::Generic("T".into()));
    let c = b.push(Op::Const(Const::Float { value: 0.1, text: "0.1".into() }), ty);
    let n = b.op("Neg", &[c]);
    let s = b.op("Add", &[c, n]);
    let f = pass("fold", b.finish(&[n, s]));
    assert_eq!(body(&f)[1..], ["%1 = -0.1 : T", "%2 = Add %0, %1 : T", "yield %1, %2"]);
}

#[test]
fn f32_folds_as_f32() {
    let mut b = B::new();
    let ty = Ty::Float(FloatTy::F32);
    let c = |b: &mut B, text: &str| {
        b.push(
            Op::Const(Const::Float { value: text.replace('_', "").parse().unwrap(), text: text.into() }),
            ty.clone(),
        )
    };
    let (one, ten) = (c(&mut b, "1.0"), c(&mut b, "1_0.0"));
    let q = b.op("Div", &[one, ten]);
    let f = pass("fold", b.finish(&[q]));
    assert_eq!(body(&f)[2], "%2 = 0.1 : f32");
    assert_eq!(1.0f32 / 10.0, 0.1f32);
}

#[test]
fn integers_fold_where_they_cannot_overflow() {
    let mut b = B::new();
    let of = |b: &mut B, n: i128, ty: &str| b.push(Op::Const(Const::Int(n)), Ty::Int(Some(ty.into())));
    let (a, c) = (of(&mut b, 200, "u8"), of(&mut b, 100, "u8"));
    let over = b.int(IntOp::Add, &[a, c]);
    let fine = b.int(IntOp::Sub, &[a, c]);
    let under = b.int(IntOp::Sub, &[c, a]);
    let saturated = b.int(IntOp::SaturatingSub, &[c, a]);
    let zero = of(&mut b, 0, "u8");
    let by_zero = b.int(IntOp::Div, &[a, zero]);
    let f = pass("fold", b.finish(&[over, fine, under, saturated, by_zero]));
    assert_eq!(
        body(&f)[2..8],
        [
            "%2 = int.add %0, %1 : u8",
            "%3 = 100 : u8",
            "%4 = int.sub %1, %0 : u8",
            "%5 = 0 : u8",
            "%6 = 0 : u8",
            "%7 = int.div %0, %6 : u8"
        ]
    );
}

#[test]
fn a_known_branch_is_taken() {
    becomes(
        "fold",
        |b, x, y| {
            let nan = b.op("IsNan", &[x]);
            let two = b.c(2.0);
            let no = b.op("IsNan", &[two]);
            let r = b.if_(no, |b| vec![b.op("Mul", &[x, y])], |b| vec![b.op("Add", &[x, y])]);
            b.if_(nan, |_| vec![y], |_| vec![r[0]])[0]
        },
        &[
            "%2 = IsNan %x.0 : bool",
            "%6 = Add %x.0, %y.1 : f64",
            "%8 = if %2 {",
            "yield %y.1",
            "} else {",
            "yield %6",
            "}",
            "yield %8",
        ],
    );
}

#[test]
fn a_loop_without_rounds_is_its_start() {
    becomes(
        "fold",
        |b, x, y| {
            let zero = b.i(0);
            b.for_(zero, &[x], |b, _, c| vec![b.op("Mul", &[c[0], y])])[0]
        },
        &["yield %x.0"],
    );
}

#[test]
fn neutral_elements_go_everywhere() {
    let cases: &[(&str, f64, bool)] = &[
        ("Mul", 1.0, false),
        ("Mul", 1.0, true),
        ("Div", 1.0, false),
        ("Sub", 0.0, false),
        ("Add", -0.0, true),
    ];
    for (rule, constant, first) in cases {
        becomes(
            "algebra",
            |b, x, _| {
                let c = b.c(*constant);
                b.op(rule, &if *first { [c, x] } else { [x, c] })
            },
            &["yield %x.0"],
        );
    }
    becomes(
        "algebra",
        |b, x, _| {
            let n = b.op("Neg", &[x]);
            b.op("Neg", &[n])
        },
        &["yield %x.0"],
    );
}

/// What IEEE distinguishes stays.
#[test]
fn no_value_of_the_primal_is_simplified_away() {
    let check = |build: fn(&mut B, Value) -> Value| {
        let mut b = B::new();
        let x = b.x("x");
        let r = build(&mut b, x);
        let f = b.finish(&[r]);
        let mut g = f.clone();
        simplify::simplify(&mut g);
        assert_eq!(f.to_string(), g.to_string());
    };
    check(|b, x| b.op("Sub", &[x, x]));
    check(|b, x| b.op("Div", &[x, x]));
    check(|b, x| {
        let c = b.c(0.0);
        b.op("Mul", &[x, c])
    });
    check(|b, x| {
        let c = b.c(0.0);
        b.op("Add", &[x, c])
    });
    check(|b, x| {
        let c = b.c(0.0);
        b.op("Sub", &[c, x])
    });
    check(|b, x| {
        let s = b.op("Mul", &[x, x]);
        b.op("Sqrt", &[s])
    });
    check(|b, x| {
        let s = b.c(2.0);
        b.op("Powf", &[x, s])
    });
    check(|b, x| {
        let n = b.push(Op::Const(Const::Int(2)), Ty::Int(Some("i32".into())));
        b.op("Powi", &[x, n])
    });
    check(|b, x| {
        let s = b.op("Neg", &[x]);
        let t = b.c(3.0);
        b.op("Mul", &[s, t])
    });
    check(|b, x| {
        let s = b.op("Ln", &[x]);
        b.op("Exp", &[s])
    });
    check(|b, x| {
        let c = b.cmp(CmpOp::Eq, x, x);
        b.if_(c, |_| vec![x], |b| vec![b.op("Neg", &[x])])[0]
    });
}

#[test]
fn gradients_lose_zeros_and_move_signs() {
    gradient_becomes(
        |b, x, y| {
            let z = b.c(0.0);
            let s = b.op("Add", &[z, y]);
            b.op("Mul", &[s, x])
        },
        &["%4 = Mul %y.1, %x.0 : f64", "yield %x.0, %4"],
    );
    gradient_becomes(
        |b, x, y| {
            let n = b.op("Neg", &[x]);
            b.op("Mul", &[n, y])
        },
        &["%4 = Mul %x.0, %y.1 : f64", "%5 = Neg %4 : f64", "yield %x.0, %5"],
    );
    gradient_becomes(
        |b, x, y| {
            let n = b.op("Neg", &[y]);
            b.op("Add", &[x, n])
        },
        &["%3 = Sub %x.0, %y.1 : f64", "yield %x.0, %3"],
    );
    gradient_becomes(
        |b, x, y| {
            let m = b.c(-1.0);
            let n = b.op("Mul", &[y, m]);
            b.op("Sub", &[x, n])
        },
        &["%4 = Add %x.0, %y.1 : f64", "yield %x.0, %4"],
    );
    gradient_becomes(
        |b, x, _| {
            let one = b.c(1.0);
            let p = b.op("Powf", &[x, one]);
            b.op("Mul", &[x, p])
        },
        &["%4 = Mul %x.0, %x.0 : f64", "yield %x.0, %4"],
    );
}

/// `1 / (x + 0)` is plus infinity at minus zero, in a gradient too.
#[test]
fn a_divisor_keeps_the_sign_of_its_zero() {
    gradient_becomes(
        |b, x, y| {
            let z = b.c(0.0);
            let s = b.op("Add", &[x, z]);
            b.op("Div", &[y, s])
        },
        &["%2 = 0.0 : f64", "%3 = Add %x.0, %2 : f64", "%4 = Div %y.1, %3 : f64", "yield %x.0, %4"],
    );
}

#[test]
fn logic_with_a_known_side_goes() {
    let mut b = B::new();
    let p = b.passive("p", Ty::Bool);
    let (yes, no) =
        (b.push(Op::Const(Const::Bool(true)), Ty::Bool), b.push(Op::Const(Const::Bool(false)), Ty::Bool));
    let values = [
        b.int(IntOp::Or, &[p, no]),
        b.int(IntOp::And, &[yes, p]),
        b.int(IntOp::Or, &[p, yes]),
        b.int(IntOp::And, &[no, p]),
    ];
    let f = pass("algebra", b.finish(&values));
    assert_eq!(body(&f)[2..], ["yield %p.0, %p.0, %1, %2"]);
}

#[test]
fn choices_between_equals_and_unchanging_carried_values_go() {
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let n = b.passive("n", Ty::usize());
    let r = b.for_(n, &[x, y], |b, _, c| {
        let big = b.cmp(CmpOp::Gt, c[0], c[1]);
        let same = b.if_(big, |_| vec![c[1]], |_| vec![c[1]]);
        vec![b.op("Mul", &[c[0], c[1]]), same[0]]
    });
    let s = b.op("Add", &[r[0], r[1]]);
    let mut f = pass("regions", b.finish(&[s]));
    simplify::simplify(&mut f);
    assert_eq!(
        body(&f),
        [
            "%3 = 0 : usize",
            "%10 = for %4: usize in %3..%n.2 (%5: f64 = %x.0) {",
            "%9 = Mul %5, %y.1 : f64",
            "yield %9",
            "}",
            "%12 = Add %10, %y.1 : f64",
            "yield %12"
        ]
    );
}

#[test]
fn an_arm_that_leaves_the_function_stays() {
    let mut b = B::new();
    let x = b.x("x");
    let zero = b.c(0.0);
    let bad = b.cmp(CmpOp::Lt, x, zero);
    let exit = Op::Exit { code: "panic!()".parse().unwrap(), reads: Vec::new() };
    let r = b.if_(
        bad,
        |b| {
            b.effect(exit);
            Vec::new()
        },
        |b| vec![b.op("Sqrt", &[x])],
    );
    let f = b.finish(&r);
    let mut g = f.clone();
    simplify::simplify(&mut g);
    assert_eq!(f.to_string(), g.to_string());
}

#[test]
fn choices_on_one_condition_are_one() {
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let c = b.cmp(CmpOp::Lt, x, y);
    let p = b.if_(c, |b| vec![b.op("Sin", &[x])], |_| vec![y]);
    let q = b.op("Exp", &[y]);
    // From the first one's result, and from what stood before it.
    let r = b.if_(c, |b| vec![b.op("Mul", &[p[0], x])], |_| vec![p[0]]);
    // From something between the two: stays.
    let s = b.if_(c, |_| vec![q], |_| vec![x]);
    let f = pass("merge", b.finish(&[p[0], r[0], s[0]]));
    assert_eq!(
        body(&f),
        [
            "%2 = cmp.lt %x.0, %y.1 : bool",
            "%4, %7 = if %2 {",
            "%3 = Sin %x.0 : f64",
            "%6 = Mul %3, %x.0 : f64",
            "yield %3, %6",
            "} else {",
            "yield %y.1, %y.1",
            "}",
            "%5 = Exp %y.1 : f64",
            "%8 = if %2 {",
            "yield %5",
            "} else {",
            "yield %x.0",
            "}",
            "yield %4, %7, %8"
        ]
    );
}

#[test]
fn a_choice_that_loads_stays_behind_a_write() {
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let origin = Origin::default();
    let a = b.f.place(PlaceTy::Scalar(Ty::F64), PlaceKind::Local, None, &origin);
    b.f.places[a.0 as usize].mutable = true;
    b.effect(Op::Alloc { place: a, init: Init::Zeros });
    let c = b.cmp(CmpOp::Lt, x, y);
    // Without an index, so that nothing in them panics.
    let load = |b: &mut B| vec![b.push(Op::Load { place: a, path: Vec::new(), again: None }, Ty::F64)];
    let before = b.if_(c, load, |_| vec![y]);
    let again = b.if_(c, load, |_| vec![x]);
    b.effect(Op::Store { place: a, path: Vec::new(), value: x });
    let after = b.if_(c, load, |_| vec![y]);
    let f = pass("merge", b.finish(&[before[0], again[0], after[0]]));
    let choices: Vec<usize> = f.body.stmts.iter().map(|s| s.results.len() * s.op.blocks().len()).collect();
    assert_eq!(choices, [0, 0, 4, 0, 2], "{f}");
}
