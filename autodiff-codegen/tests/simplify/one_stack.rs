//! Rows that are kept go on one stack, where the order in which they are taken off allows it.

use super::build::{B, name};
use super::*;
use autodiff_codegen::ir::*;

fn snapshots() -> PlaceTy {
    PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::Snapshot)))
}

/// How two stacks are used.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    /// As a forward and a reverse sweep do.
    Mirrored,
    /// Taken off in the order in which they were put on.
    InOrder,
    /// The second one is put on in a branch.
    InBranch,
    /// The second one has another number of rounds.
    OtherRounds,
    /// The second one is of other numbers.
    OtherFloats,
}

/// `for … { keep p; p[0] *= 2; keep q; q[0] += 1 }`, and what is kept is summed on the way back.
fn program(kind: Use) -> Func {
    let mut b = B::new();
    let (p, q) = (b.slice("p", Mode::Mut), b.slice("q", Mode::Mut));
    if kind == Use::OtherFloats {
        b.f.places[q.0 as usize].ty = PlaceTy::Slice(Box::new(PlaceTy::Scalar(Ty::Float(FloatTy::F32))));
    }
    let (n, other) = (b.i(3), b.i(4));
    let stack = |b: &mut B, text: &str, n: Value| {
        let s = b.f.place(snapshots(), PlaceKind::Local, Some(name(text)), &Origin::default());
        b.f.places[s.0 as usize].mutable = true;
        b.effect(Op::Alloc { place: s, init: Init::Buffer(n, 1) });
        s
    };
    let first = stack(&mut b, "first", n);
    let second = stack(&mut b, "second", if kind == Use::OtherRounds { other } else { n });
    b.for_(n, &[], |b, _, _| {
        let zero = b.i(0);
        let kept = b.push(Op::Snapshot { place: p, zero: false }, Ty::Snapshot);
        b.effect(Op::Push { place: first, value: kept });
        let one = b.c(1.5);
        b.accum(p, zero, one);
        let keep = |b: &mut B| {
            let kept = b.push(Op::Snapshot { place: q, zero: false }, Ty::Snapshot);
            b.effect(Op::Push { place: second, value: kept });
            Vec::new()
        };
        if kind == Use::InBranch {
            let always = b.cmp(CmpOp::Eq, zero, zero);
            b.if_(always, keep, |_| Vec::new());
        } else {
            keep(b);
        }
        if kind != Use::OtherFloats {
            let two = b.c(2.0);
            b.accum(q, zero, two);
        }
        Vec::new()
    });
    let start = b.c(1.0);
    let sum = b.for_(n, &[start], |b, _, carried| {
        let mut order = [second, first];
        if kind == Use::InOrder {
            order.reverse();
        }
        let mut sum = carried[0];
        for s in order {
            let kept = b.push(Op::Pop(s), Ty::Snapshot);
            let ty = b.f.plc(if s == first { p } else { q }).ty.to_owned_type();
            let row = b.f.place(ty, PlaceKind::Local, Some(name("row")), &Origin::default());
            b.effect(Op::Alloc { place: row, init: Init::Restore(kept) });
            let zero = b.i(0);
            let x = if s == first || kind != Use::OtherFloats { b.load(row, zero) } else { b.c(1.0) };
            // No sum that forgets the order.
            let product = b.op("Mul", &[sum, x]);
            sum = b.op("Add", &[product, x]);
        }
        vec![sum]
    });
    b.finish(&sum)
}

fn run(f: &Func) -> Result<Data, Trap> {
    let row = |x: f64| Data::floats(&[2], &[x, 0.5]);
    outcome(f, &[row(1.25), row(-0.75)]).0
}

#[test]
fn rows_of_one_loop_are_one_stack() {
    let before = program(Use::Mirrored);
    let after = pass("one_stack", before.clone());
    let lines = body(&after);
    assert_eq!(lines.iter().filter(|l| l.contains("buffer")).count(), 1, "{after}");
    assert!(lines.iter().any(|l| l.contains("buffer") && l.ends_with("x 2 : Vec<snapshot>")), "{after}");
    assert_eq!(run(&after), run(&before));
}

#[test]
fn other_stacks_stay_apart() {
    for kind in [Use::InOrder, Use::InBranch, Use::OtherRounds, Use::OtherFloats] {
        let before = program(kind);
        let after = pass("one_stack", before.clone());
        assert_eq!(after.to_string(), before.to_string());
    }
}
