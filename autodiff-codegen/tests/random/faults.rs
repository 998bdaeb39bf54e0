//! Faults planted into derivative programs: the oracle has to find each kind of them.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use autodiff_codegen::ir::*;
use autodiff_codegen::reverse::{Buffers, Gradient, Options, SeedKind, reverse};
use autodiff_codegen::rules;

use crate::oracle::{Case, End, check};
use crate::rng::Rng;

/// Changes one statement of a list, if it is of the right kind.
pub type Edit = fn(&mut Func, &mut Vec<Stmt>, usize) -> bool;

#[derive(Clone, Copy, PartialEq)]
enum Sweep {
    Forward,
    Reverse,
}

/// What goes wrong, in which sweep, and how.
const FAULTS: &[(&str, Sweep, Edit)] = &[
    ("a term of a sum is dropped", Sweep::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::ADD => copy_of(args[0], s, i),
        _ => false,
    }),
    ("a factor is dropped", Sweep::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::MUL => copy_of(args[0], s, i),
        _ => false,
    }),
    ("a sign is lost", Sweep::Reverse, |_, s, i| match &s[i].op {
        Op::Elem { rule, args } if *rule == rules::NEG => copy_of(args[0], s, i),
        _ => false,
    }),
    ("sin for cos", Sweep::Reverse, |_, s, i| match &mut s[i].op {
        Op::Elem { rule, .. } if rule.get().name == "Cos" => {
            *rule = rules::id("Sin").unwrap();
            true
        }
        _ => false,
    }),
    ("an overwritten adjoint is not zeroed", Sweep::Reverse, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Store { .. } | Op::Zero(_)))
    }),
    ("a contribution to an array is lost", Sweep::Reverse, |_, s, i| {
        remove_if(s, i, |op| matches!(op, Op::Accum { .. } | Op::AddPlace { .. }))
    }),
    ("a contribution overwrites the others", Sweep::Reverse, |_, s, i| match s[i].op.clone() {
        Op::Accum { place, path, value } => {
            s[i].op = Op::Store { place, path, value };
            true
        }
        _ => false,
    }),
    ("a contribution goes to the first element", Sweep::Reverse, |f, s, i| {
        let mut zero = Vec::new();
        let z = f.int(&mut zero, 0, Ty::usize(), &Origin::default());
        let Op::Accum { path, .. } = &mut s[i].op else { return false };
        let Some(Proj::Index(v)) = path.last_mut() else { return false };
        *v = z;
        s.splice(i..i, zero);
        true
    }),
    ("the wrong element is read", Sweep::Reverse, |f, s, i| {
        let mut zero = Vec::new();
        let z = f.int(&mut zero, 0, Ty::usize(), &Origin::default());
        let Op::Load { path, .. } = &mut s[i].op else { return false };
        let Some(Proj::Index(v)) = path.last_mut() else { return false };
        *v = z;
        s.splice(i..i, zero);
        true
    }),
    ("a loop runs the wrong way", Sweep::Reverse, |_, s, i| match &mut s[i].op {
        // Where each round only adds to sums, the order is free.
        Op::For { range, body, .. } if body.yields.iter().any(|y| !body.params.contains(y)) => {
            range.rev = !range.rev;
            true
        }
        _ => false,
    }),
    ("a loop is left out", Sweep::Reverse, |_, s, i| match &mut s[i].op {
        Op::For { range, .. } => {
            range.hi = range.lo;
            range.inclusive = false;
            true
        }
        _ => false,
    }),
    ("a carried adjoint stays what it was", Sweep::Reverse, |_, s, i| match &mut s[i].op {
        Op::For { body, .. } if body.params.len() > 1 && body.yields[0] != body.params[1] => {
            body.yields[0] = body.params[1];
            true
        }
        _ => false,
    }),
    ("carried adjoints are swapped", Sweep::Reverse, |_, s, i| match &mut s[i].op {
        Op::For { body, .. } if body.yields.len() > 1 && body.yields[0] != body.yields[1] => {
            body.yields.swap(0, 1);
            true
        }
        _ => false,
    }),
    ("the other branch", Sweep::Reverse, |_, s, i| match &mut s[i].op {
        Op::If { then, els, .. } => {
            std::mem::swap(then, els);
            true
        }
        _ => false,
    }),
    ("the wrong winner", Sweep::Reverse, |_, s, i| match &mut s[i].op {
        Op::Cmp { op, .. } if matches!(op, CmpOp::Ge | CmpOp::Le) => {
            *op = if *op == CmpOp::Ge { CmpOp::Lt } else { CmpOp::Gt };
            true
        }
        _ => false,
    }),
    ("nothing comes back from a call", Sweep::Reverse, |_, s, i| match &mut s[i].op {
        Op::CallReverse { slots, .. } if slots.iter().any(|s| matches!(s, Slot::Place(_))) => {
            for slot in slots.iter_mut().filter(|s| matches!(s, Slot::Place(_))) {
                *slot = Slot::Off;
            }
            true
        }
        _ => false,
    }),
    ("a saved value is not kept", Sweep::Forward, |f, s, i| match &s[i].op {
        Op::Store { place, .. } if f.plc(*place).name.as_ref().is_none_or(saved) => {
            s.remove(i);
            true
        }
        _ => false,
    }),
    ("a buffer is short", Sweep::Forward, |_, s, i| remove_if(s, i, |op| matches!(op, Op::Push { .. }))),
    ("opaque code is left out", Sweep::Forward, |_, s, i| {
        s[i].results.is_empty() && remove_if(s, i, |op| matches!(op, Op::Opaque { .. }))
    }),
    ("opaque code runs twice", Sweep::Forward, |_, s, i| {
        let again = Stmt { results: Vec::new(), ..s[i].clone() };
        let on = matches!(again.op, Op::Opaque { .. });
        if on {
            s.insert(i + 1, again);
        }
        on
    }),
    ("the primal is computed in another way", Sweep::Forward, |_, s, i| match &mut s[i].op {
        Op::Elem { rule, args } if rule.get().name == "Sub" => {
            args.swap(0, 1);
            true
        }
        _ => false,
    }),
    ("what is loaded again has changed", Sweep::Reverse, |f, s, i| {
        let Op::Load { place, again: Some(_), .. } = &s[i].op else { return false };
        let place = *place;
        let mut root = place;
        loop {
            f.places[root.0 as usize].mutable = true;
            match f.plc(root).kind {
                PlaceKind::View { base } => root = base,
                _ => break,
            }
        }
        let mut code = Vec::new();
        f.effect(&mut code, Op::Zero(place), &Origin::default());
        s.splice(i..i, code);
        true
    }),
];

fn saved(name: &Name) -> bool {
    matches!(name, Name::Saved(_))
}

/// The statement gives the value of one of its operands.
fn copy_of(operand: Value, s: &mut [Stmt], i: usize) -> bool {
    s[i].op = Op::AssertFloat(operand);
    true
}

fn remove_if(s: &mut Vec<Stmt>, i: usize, which: fn(&Op) -> bool) -> bool {
    let on = which(&s[i].op);
    if on {
        s.remove(i);
    }
    on
}

/// Tries the edit on all statements of the list and its regions, from a random one on, until it does something.
pub fn plant(f: &mut Func, stmts: &mut Vec<Stmt>, edit: Edit, skip: &mut usize) -> bool {
    let mut i = 0;
    while i < stmts.len() {
        let mut trial = stmts.clone();
        if edit(f, &mut trial, i) {
            if *skip == 0 {
                *stmts = trial;
                return true;
            }
            *skip -= 1;
        }
        let mut op = stmts[i].op.clone();
        for b in op.blocks_mut() {
            if plant(f, &mut b.stmts, edit, skip) {
                stmts[i].op = op;
                return true;
            }
        }
        i += 1;
    }
    false
}

fn plant_in(g: &mut Gradient, sweep: Sweep, edit: Edit, skip: usize) -> bool {
    let before = g.func.clone();
    let mut reverse = g.func.body.stmts.split_off(g.split);
    let mut forward = std::mem::take(&mut g.func.body.stmts);
    let list = if sweep == Sweep::Forward { &mut forward } else { &mut reverse };
    // The place to plant it may not exist: then an earlier one.
    let done = (0..=skip).rev().any(|skip| plant(&mut g.func, list, edit, &mut { skip }));
    g.split = forward.len();
    forward.append(&mut reverse);
    g.func.body.stmts = forward;
    if !done {
        g.func = before;
    }
    done
}

/// A fault has to be found this often, in this many programs that it is planted in.
const FOUND: usize = 2;
const PLANTED: usize = 60;

/// Programs of these numbers are looked at, those that are not too large.
const NUMBERS: std::ops::Range<u64> = 0..400;
const LARGEST: usize = 120;

/// Whether the fault can be planted in the plainest derivative of the case at all.
fn fits(case: &Case, sweep: Sweep, edit: Edit) -> bool {
    let options = Options {
        seed: SeedKind::Param,
        buffers: Buffers::Own,
        fuse: false,
        whole: false,
        checkpoint: false,
    };
    reverse(&case.main.func, &options).is_ok_and(|mut g| plant_in(&mut g, sweep, edit, 0))
}

/// Whether the case passes every check as it is.
fn is_good(case: &Case) -> bool {
    matches!(crate::outcome(case), Ok(End::Checked { differences: true }))
}

#[test]
fn planted_faults_are_found() {
    let cases: Vec<Case> = NUMBERS.map(crate::case).filter(|c| c.main.func.values.len() < LARGEST).collect();
    let mut good: HashMap<u64, bool> = HashMap::new();
    let mut missed = Vec::new();
    for (n, (name, sweep, edit)) in FAULTS.iter().enumerate() {
        let (mut planted, mut found) = (0, 0);
        for case in cases.iter().filter(|c| fits(c, *sweep, *edit)) {
            if planted == PLANTED || found == FOUND {
                break;
            }
            if !*good.entry(case.seed).or_insert_with(|| is_good(case)) {
                continue;
            }
            let skip = Rng::new(case.seed + n as u64).below(4);
            let fault = |g: &mut Gradient| {
                plant_in(g, *sweep, *edit, skip);
            };
            let end = catch_unwind(AssertUnwindSafe(|| check(case, Some(&fault))));
            planted += 1;
            found += usize::from(!matches!(end, Ok(Ok(_))));
        }
        println!("{name}: found {found} of {planted}");
        if found < FOUND {
            missed.push(*name);
        }
    }
    assert!(missed.is_empty(), "not found: {missed:?}");
}
