//! What is added to zeros.

use super::build::{B, gradient, name};
use super::*;
use autodiff_codegen::ir::*;
use autodiff_codegen::reverse::Gradient;

/// How many sums and how many writes the pass leaves, of what a body does with an adjoint of four elements and a number of rounds.
fn left(rounds: i128, body: impl FnOnce(&mut B, Place, Value)) -> [usize; 2] {
    let mut b = B::new();
    let n = b.passive("n", Ty::usize());
    let four = b.i(4);
    let ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64)));
    let d = b.f.place(ty, PlaceKind::Local, Some(Name::Adjoint(Box::new(name("a")))), &Origin::default());
    b.f.places[d.0 as usize].mutable = true;
    b.effect(Op::Alloc { place: d, init: Init::ZerosLen(four) });
    body(&mut b, d, n);
    for i in 0..4 {
        let at = b.i(i);
        let v = b.load(d, at);
        b.opaque("log(v)", &[v], &[]);
    }
    let before = gradient(b.finish(&[]));
    let mut after = before.clone();
    simplify::windows(&mut after);
    verify(&after.func).unwrap_or_else(|e| panic!("{e}\n{}", after.func));
    for n in 0..=rounds {
        let of = |g: &Gradient| format!("{:?}", outcome(&g.func, &[Data::Scalar(Scalar::Int(n))]));
        assert_eq!(of(&before), of(&after), "{n}\n{}", after.func);
    }
    let text = after.func.to_string();
    ["accum", "store"].map(|op| text.matches(op).count())
}

/// A number that is another one in each round.
fn number(b: &mut B, i: Value) -> Value {
    let x = b.push(Op::Cast(i), Ty::F64);
    let half = b.c(0.5);
    b.op("Add", &[x, half])
}

#[test]
fn the_first_sum_of_an_element_is_a_write() {
    // The second one finds what the first one has written.
    let twice = |b: &mut B, d: Place, n: Value| {
        b.for_(n, &[], |b, i, _| {
            let x = number(b, i);
            b.accum(d, i, x);
            b.accum(d, i, x);
            vec![]
        });
    };
    assert_eq!(left(4, twice), [1, 1]);
    // Where an arm has not run, there is the zero.
    let sometimes = |b: &mut B, d: Place, n: Value| {
        b.for_(n, &[], |b, i, _| {
            let (x, two) = (number(b, i), b.i(2));
            let low = b.cmp(CmpOp::Lt, i, two);
            b.if_(
                low,
                |b| {
                    b.accum(d, i, x);
                    vec![]
                },
                |_| vec![],
            );
            b.accum(d, i, x);
            vec![]
        });
    };
    assert_eq!(left(4, sometimes), [1, 1]);
    let alone = |b: &mut B, d: Place, _: Value| {
        let one = b.i(1);
        let x = number(b, one);
        b.accum(d, one, x);
    };
    assert_eq!(left(0, alone), [0, 1]);
}

#[test]
fn an_element_of_several_rounds_is_summed() {
    let same = |b: &mut B, d: Place, n: Value| {
        let one = b.i(1);
        b.for_(n, &[], |b, i, _| {
            let x = number(b, i);
            b.accum(d, one, x);
            vec![]
        });
    };
    assert_eq!(left(4, same), [1, 0]);
    let nested = |b: &mut B, d: Place, n: Value| {
        b.for_(n, &[], |b, _, _| {
            b.for_(n, &[], |b, i, _| {
                let x = number(b, i);
                b.accum(d, i, x);
                vec![]
            });
            vec![]
        });
    };
    assert_eq!(left(4, nested), [1, 0]);
    // The next round's element has this round's share already.
    let next = |b: &mut B, d: Place, n: Value| {
        b.for_(n, &[], |b, i, _| {
            let (x, one) = (number(b, i), b.i(1));
            b.accum(d, i, x);
            let next = b.int(IntOp::Add, &[i, one]);
            b.accum(d, next, x);
            vec![]
        });
    };
    assert_eq!(left(3, next), [2, 0]);
    // Something is added alone before the loop: that is the first sum, and the loop's are not.
    let alone = |b: &mut B, d: Place, n: Value| {
        let one = b.i(1);
        let x = number(b, one);
        b.accum(d, one, x);
        b.for_(n, &[], |b, i, _| {
            let x = number(b, i);
            b.accum(d, i, x);
            vec![]
        });
    };
    assert_eq!(left(4, alone), [1, 1]);
    // The same if the loop adds twice.
    let thrice = |b: &mut B, d: Place, n: Value| {
        let one = b.i(1);
        let x = number(b, one);
        b.accum(d, one, x);
        b.for_(n, &[], |b, i, _| {
            let x = number(b, i);
            b.accum(d, i, x);
            b.accum(d, i, x);
            vec![]
        });
    };
    assert_eq!(left(4, thrice), [2, 1]);
    // Something is there before the loop.
    let before = |b: &mut B, d: Place, n: Value| {
        let one = b.i(1);
        let x = number(b, one);
        b.store(d, one, x);
        b.for_(n, &[], |b, i, _| {
            let x = number(b, i);
            b.accum(d, i, x);
            vec![]
        });
    };
    assert_eq!(left(4, before), [1, 1]);
}

/// A program with a buffer for the gradient of `a`, before and after. It leaves the same in it, whatever was there before.
fn buffered(body: impl FnOnce(&mut B, Place, Place)) -> String {
    let mut b = B::new();
    let a = b.slice("a", Mode::Ref);
    let d = b.slice("d_a", Mode::Mut);
    b.f.places[d.0 as usize].name = Some(Name::Adjoint(Box::new(name("a"))));
    b.effect(Op::Zero(d));
    body(&mut b, a, d);
    for i in 0..3 {
        let at = b.i(i);
        let v = b.load(d, at);
        b.opaque("log(v)", &[v], &[]);
    }
    let mut before = gradient(b.finish(&[]));
    before.adjoints.push((0, Ret::Place(d)));
    let mut after = before.clone();
    simplify::windows(&mut after);
    verify(&after.func).unwrap_or_else(|e| panic!("{e}\n{}", after.func));
    let numbers = |x: f64| {
        let elements = (0..3).map(|i| Scalar::Float(x + f64::from(i))).collect();
        Data::Array(vec![3], elements)
    };
    let of = |g: &Gradient| outcome(&g.func, &[numbers(1.0), numbers(7.0)]).1;
    assert_eq!(of(&before), of(&after), "{}", after.func);
    after.func.to_string()
}

/// How many fillings of the buffer are left.
fn fillings(body: impl FnOnce(&mut B, Place, Place)) -> usize {
    buffered(body).matches("zero @").count()
}

#[test]
fn a_buffer_that_is_written_is_not_filled() {
    let all = |b: &mut B, a: Place, d: Place| {
        let n = b.push(Op::Len(a), Ty::usize());
        b.for_(n, &[], |b, i, _| {
            let x = b.load(a, i);
            b.accum(d, i, x);
            vec![]
        });
    };
    assert_eq!(fillings(all), 0);
    let some = |b: &mut B, a: Place, d: Place| {
        let (n, one) = (b.push(Op::Len(a), Ty::usize()), b.i(1));
        let fewer = b.int(IntOp::Sub, &[n, one]);
        b.for_(fewer, &[], |b, i, _| {
            let x = b.load(a, i);
            b.accum(d, i, x);
            vec![]
        });
    };
    assert_eq!(fillings(some), 1);
    let sometimes = |b: &mut B, a: Place, d: Place| {
        let (n, one) = (b.push(Op::Len(a), Ty::usize()), b.i(1));
        b.for_(n, &[], |b, i, _| {
            let low = b.cmp(CmpOp::Lt, i, one);
            b.if_(
                low,
                |b| {
                    let x = b.load(a, i);
                    b.accum(d, i, x);
                    vec![]
                },
                |_| vec![],
            );
            vec![]
        });
    };
    assert_eq!(fillings(sometimes), 1);
}

/// How many rows are left of a program that saves one in a loop, and does something in each round of another one with the row,
/// the gradient and the round; and something after it.
fn rows(
    round: impl FnOnce(&mut B, Place, Place, Value),
    after: impl FnOnce(&mut B, Place),
    fewer: i128,
) -> usize {
    let text = buffered(|b, a, d| {
        let n = b.push(Op::Len(a), Ty::usize());
        let ty = PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64)));
        let kept = Some(Name::Saved(Box::new(name("x"))));
        let row = b.f.place(ty, PlaceKind::Local, kept, &Origin::default());
        b.f.places[row.0 as usize].mutable = true;
        b.effect(Op::Alloc { place: row, init: Init::ZerosLen(n) });
        let rounds = match fewer {
            0 => n,
            _ => {
                let fewer = b.i(fewer);
                b.int(IntOp::Sub, &[n, fewer])
            }
        };
        b.for_(rounds, &[], |b, i, _| {
            let x = b.load(a, i);
            let x = b.op("Exp", &[x]);
            b.store(row, i, x);
            vec![]
        });
        b.for_(n, &[], |b, i, _| {
            round(b, row, d, i);
            vec![]
        });
        after(b, row);
    });
    text.matches("alloc").count()
}

#[test]
fn a_row_is_kept_in_the_gradient() {
    let halved = |b: &mut B, row: Place, d: Place, i: Value| {
        let (x, half) = (b.load(row, i), b.c(0.5));
        let x = b.op("Mul", &[x, half]);
        b.accum(d, i, x);
    };
    let nothing = |_: &mut B, _: Place| {};
    assert_eq!(rows(halved, nothing, 0), 0);
    // Somebody reads the row later: in the same round, or after the loop.
    let later = |b: &mut B, row: Place, d: Place, i: Value| {
        halved(b, row, d, i);
        let x = b.load(row, i);
        b.accum(d, i, x);
    };
    assert_eq!(rows(later, nothing, 0), 1);
    let after = |b: &mut B, row: Place| {
        let one = b.i(1);
        let x = b.load(row, one);
        b.opaque("log(v)", &[x], &[]);
    };
    assert_eq!(rows(halved, after, 0), 1);
    // Another round's element of the row.
    let other = |b: &mut B, row: Place, d: Place, i: Value| {
        let zero = b.i(0);
        let x = b.load(row, zero);
        b.accum(d, i, x);
    };
    assert_eq!(rows(other, nothing, 0), 1);
    // An element that is not written is zero.
    assert_eq!(rows(halved, nothing, 1), 1);
}
