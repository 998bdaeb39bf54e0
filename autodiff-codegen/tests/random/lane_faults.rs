//! Faults planted into tangent programs in lanes, and into what they are given: each lane has to show them.
//!
//! No operation of a program names a lane, so that a program can't take one for another; what can are the directions, and the
//! sums and products of lanes, which `tests/emit.rs` compares with rustc's.

use std::panic::{AssertUnwindSafe, catch_unwind};

use autodiff_codegen::forward::{Tangent, forward_lanes};
use autodiff_codegen::ir::interpret::Data;
use autodiff_codegen::ir::*;
use autodiff_codegen::rules;

use crate::faults::{Edit, plant};
use crate::oracle::{Case, LaneFault, check_lanes};
use crate::rng::Rng;

fn in_lanes(f: &Func, v: Value) -> bool {
    f.ty(v).is_lanes()
}

/// What goes wrong in a program.
const PROGRAMS: &[(&str, Edit)] = &[
    ("a term of a sum of lanes is dropped", |f, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::ADD && in_lanes(f, args[0]) => {
            s[i].op = Op::AssertFloat(args[0]);
            true
        }
        _ => false,
    }),
    ("a partial derivative is left out", |f, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::MUL && in_lanes(f, args[0]) => {
            s[i].op = Op::AssertFloat(args[0]);
            true
        }
        _ => false,
    }),
    ("a sign is lost in all lanes", |f, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::NEG && in_lanes(f, args[0]) => {
            s[i].op = Op::AssertFloat(args[0]);
            true
        }
        _ => false,
    }),
    ("lanes are not zeroed where a constant is stored", |f, s, i| match &s[i].op {
        Op::Store { value, .. } if in_lanes(f, *value) => {
            let zero = s[..i].iter().any(|s| s.results == [*value] && matches!(s.op, Op::Const(_)));
            if zero {
                s.remove(i);
            }
            zero
        }
        _ => false,
    }),
    ("lanes are stored nowhere", |f, s, i| match &s[i].op {
        Op::Store { value, .. } | Op::Accum { value, .. } | Op::Push { value, .. } if in_lanes(f, *value) => {
            let push = matches!(s[i].op, Op::Push { .. });
            if !push {
                s.remove(i);
            }
            !push
        }
        _ => false,
    }),
    ("lanes of another element", |f, s, i| {
        let mut zero = Vec::new();
        let z = f.int(&mut zero, 0, Ty::usize(), &Origin::default());
        let lanes = s[i].results.first().is_some_and(|r| in_lanes(f, *r));
        let Op::Load { path, .. } = &mut s[i].op else { return false };
        let Some(Proj::Index(v)) = path.last_mut() else { return false };
        *v = z;
        s.splice(i..i, zero);
        lanes
    }),
    ("what a loop carries in lanes stays what it was", |f, s, i| match &mut s[i].op {
        Op::For { body, .. } if body.params.last().is_some_and(|p| in_lanes(f, *p)) => {
            let last = body.params[body.params.len() - 1];
            let changed = body.yields.last() != Some(&last);
            if let Some(y) = body.yields.last_mut() {
                *y = last;
            }
            changed
        }
        _ => false,
    }),
];

/// What goes wrong with the directions.
type Given = fn(&mut Vec<Vec<Data>>);
const DIRECTIONS: &[(&str, Given)] = &[
    ("two lanes are mixed up", |d| d.swap(0, 1)),
    ("the first lane's direction for the second one", |d| d[1] = d[0].clone()),
    ("a lane without a direction has that of the batch before", |d| {
        let last = d.len() - 1;
        d[last] = d[0].clone();
    }),
];

/// What all of them are called.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROGRAMS.iter().map(|p| p.0).chain(DIRECTIONS.iter().map(|d| d.0))
}

const FOUND: usize = 2;
const PLANTED: usize = 200;
const NUMBERS: std::ops::Range<u64> = 0..200;
const MEDIUM: std::ops::Range<u64> = crate::MEDIUM..crate::MEDIUM + 200;
const LARGEST: usize = 120;

/// Whether the fault is found in a case.
fn is_found(case: &Case, program: &dyn Fn(&mut Tangent), directions: &dyn Fn(&mut Vec<Vec<Data>>)) -> bool {
    let fault = LaneFault { program, directions };
    let end = catch_unwind(AssertUnwindSafe(|| check_lanes(case, &fault)));
    !matches!(end, Ok(Ok(_)))
}

#[test]
fn planted_faults_are_found_in_lanes() {
    let cases: Vec<Case> =
        NUMBERS.chain(MEDIUM).map(crate::case).filter(|c| c.main.func.values.len() < LARGEST).collect();
    let good = |c: &&Case| !is_found(c, &|_| (), &|_| ());
    let cases: Vec<&Case> =
        cases.iter().filter(|c| forward_lanes(&c.main.func).is_ok()).filter(good).take(PLANTED).collect();
    assert!(cases.len() > PLANTED / 2, "few programs have lanes: {}", cases.len());
    let mut missed = Vec::new();
    for (n, (name, edit)) in PROGRAMS.iter().enumerate() {
        let fits = |c: &&&Case| {
            let mut t = forward_lanes(&c.main.func).expect("it was there before");
            let mut stmts = std::mem::take(&mut t.func.body.stmts);
            plant(&mut t.func, &mut stmts, *edit, &mut 0)
        };
        let found = cases.iter().filter(fits).filter(|case| {
            let skip = Rng::new(case.seed + n as u64).below(4);
            let program = |t: &mut Tangent| {
                let mut stmts = std::mem::take(&mut t.func.body.stmts);
                (0..=skip).rev().any(|skip| plant(&mut t.func, &mut stmts, *edit, &mut { skip }));
                t.func.body.stmts = stmts;
            };
            is_found(case, &program, &|_| ())
        });
        let found = found.take(FOUND).count();
        println!("{name}: found {found}");
        missed.extend((found < FOUND).then_some(*name));
    }
    for (name, given) in DIRECTIONS {
        let found = cases.iter().filter(|case| is_found(case, &|_| (), given)).take(FOUND).count();
        println!("{name}: found {found}");
        missed.extend((found < FOUND).then_some(*name));
    }
    assert!(missed.is_empty(), "not found: {missed:?}");
}
