//! Makes a failing program as small as it goes, so that a person can read it.

use autodiff_codegen::ir::verify::verify;
use autodiff_codegen::ir::*;

use crate::oracle::Case;

/// A way of making one statement less.
#[derive(Clone, Copy, Debug)]
enum Edit {
    /// Remove it, if nothing uses it.
    Remove,
    /// Drop it; constants stand for its results.
    Drop,
    /// Its result is its operand of this number.
    Operand(usize),
    /// Keep one arm of an `if`.
    Arm(usize),
    /// One round of a loop.
    Once,
    /// No round of a loop.
    Never,
    /// No longer carry, or yield, the value of this number.
    Uncarry(usize),
    /// A range becomes `0..n`.
    Plain(i128),
}

const EDITS: &[Edit] = &[
    Edit::Remove,
    Edit::Drop,
    Edit::Never,
    Edit::Once,
    Edit::Arm(0),
    Edit::Arm(1),
    Edit::Operand(0),
    Edit::Operand(1),
    Edit::Uncarry(0),
    Edit::Uncarry(1),
    Edit::Uncarry(2),
    Edit::Uncarry(3),
    Edit::Plain(1),
    Edit::Plain(2),
    Edit::Plain(3),
];

/// The smallest case found that `fails` still.
pub fn shrink(case: &Case, fails: &dyn Fn(&Case) -> bool) -> Case {
    let mut best = case.clone();
    loop {
        let before = size(&best);
        for which in 0..=best.library.len() {
            shrink_function(&mut best, which, fails);
        }
        shrink_library(&mut best, fails);
        shrink_params(&mut best, fails);
        if size(&best) >= before {
            return best;
        }
    }
}

fn size(case: &Case) -> usize {
    let mut n = 0;
    for f in std::iter::once(&case.main.func).chain(case.library.iter().map(|g| &g.func)) {
        n += 3 * f.params.len();
        f.body.each_stmt(&mut |s| n += 2 + s.results.len() + s.op.values().len());
    }
    n
}

fn func_mut(case: &mut Case, which: usize) -> &mut Func {
    if which == 0 { &mut case.main.func } else { &mut case.library[which - 1].func }
}

fn shrink_function(best: &mut Case, which: usize, fails: &dyn Fn(&Case) -> bool) {
    for edit in EDITS {
        let mut n = count(&func_mut(best, which).body);
        // From the end: what nothing uses any more goes first.
        while n > 0 {
            n -= 1;
            let mut smaller = best.clone();
            let f = func_mut(&mut smaller, which);
            if apply(f, n, *edit) && verify(f).is_ok() && size(&smaller) < size(best) && fails(&smaller) {
                *best = smaller;
                n = n.min(count(&func_mut(best, which).body));
            }
        }
    }
}

fn shrink_library(best: &mut Case, fails: &dyn Fn(&Case) -> bool) {
    for n in (0..best.library.len()).rev() {
        let mut smaller = best.clone();
        smaller.library.remove(n);
        if fails(&smaller) {
            *best = smaller;
        }
    }
}

fn shrink_params(best: &mut Case, fails: &dyn Fn(&Case) -> bool) {
    for n in (0..best.main.inputs.len()).rev() {
        let mut smaller = best.clone();
        smaller.main.inputs.remove(n);
        smaller.main.func.params.remove(n);
        if verify(&smaller.main.func).is_ok() && fails(&smaller) {
            *best = smaller;
        }
    }
}

fn count(block: &Block) -> usize {
    let mut n = 0;
    block.each_stmt(&mut |_| n += 1);
    n
}

/// Applies an edit to the statement of number `n`; says whether it did.
fn apply(func: &mut Func, n: usize, edit: Edit) -> bool {
    let mut body = std::mem::take(&mut func.body);
    let mut renamed = Vec::new();
    let done = at(&mut body, &mut { n }, &mut |stmt| replace(func, stmt, edit, &mut renamed));
    for _ in 0..renamed.len() {
        body.each_use_mut(&mut |v| {
            if let Some((_, to)) = renamed.iter().find(|(from, _)| from == v) {
                *v = *to;
            }
        });
    }
    func.body = body;
    done
}

/// Replaces the statement of number `n`, counted outermost first.
fn at(block: &mut Block, n: &mut usize, f: &mut dyn FnMut(&Stmt) -> Option<Vec<Stmt>>) -> bool {
    for i in 0..block.stmts.len() {
        if *n == 0 {
            let Some(new) = f(&block.stmts[i]) else { return false };
            let exits = matches!(block.stmts[i].op, Op::Exit { .. });
            block.stmts.splice(i..=i, new);
            block.diverges &= !exits;
            return true;
        }
        *n -= 1;
        for b in block.stmts[i].op.blocks_mut() {
            let inside = count(b);
            if *n < inside {
                return at(b, n, f);
            }
            *n -= inside;
        }
    }
    false
}

fn constant(func: &mut Func, result: Value) -> Option<Stmt> {
    let c = match func.ty(result) {
        Ty::Float(_) => Const::Float { value: 0.5, text: "0.5".into() },
        Ty::Int(_) => Const::Int(0),
        Ty::Bool => Const::Bool(true),
        _ => return None,
    };
    Some(Stmt { op: Op::Const(c), results: vec![result], origin: Origin::default() })
}

fn replace(func: &mut Func, stmt: &Stmt, edit: Edit, renamed: &mut Vec<(Value, Value)>) -> Option<Vec<Stmt>> {
    let mut pass =
        |from: &[Value], to: &[Value]| renamed.extend(from.iter().copied().zip(to.iter().copied()));
    match (edit, &stmt.op) {
        (Edit::Remove, _) => Some(Vec::new()),
        (Edit::Drop, Op::Const(_)) => None,
        (Edit::Drop, _) => stmt.results.iter().map(|r| constant(func, *r)).collect(),
        (Edit::Operand(n), op) => {
            let [result] = stmt.results[..] else { return None };
            let operand = *op.values().get(n)?;
            pass(&[result], &[operand]);
            (func.ty(operand) == func.ty(result)).then(Vec::new)
        }
        (Edit::Arm(n), Op::If { then, els, .. }) => {
            let arm = if n == 0 { then } else { els };
            pass(&stmt.results, &arm.yields);
            (!arm.diverges).then(|| arm.stmts.clone())
        }
        (Edit::Never, Op::For { inits, .. } | Op::While { inits, .. }) => {
            pass(&stmt.results, inits);
            Some(Vec::new())
        }
        (Edit::Once, Op::For { range, inits, body }) => {
            pass(&body.params[..1], &[range.lo]);
            pass(&body.params[1..], inits);
            pass(&stmt.results, &body.yields);
            Some(body.stmts.clone())
        }
        (Edit::Once, Op::While { inits, body, .. }) => {
            pass(&body.params, inits);
            pass(&stmt.results, &body.yields);
            Some(body.stmts.clone())
        }
        (Edit::Uncarry(n), _) => uncarry(stmt, n, &mut pass),
        (Edit::Plain(n), Op::For { range, inits, body }) => {
            if func.ty(range.lo) != &Ty::usize() {
                return None;
            }
            let mut out = Vec::new();
            let lo = func.int(&mut out, 0, Ty::usize(), &stmt.origin);
            let hi = func.int(&mut out, n, Ty::usize(), &stmt.origin);
            let range = Range { lo, hi, inclusive: false, step: None, rev: false };
            out.push(Stmt {
                op: Op::For { range, inits: inits.clone(), body: body.clone() },
                ..stmt.clone()
            });
            Some(out)
        }
        _ => None,
    }
}

fn uncarry(stmt: &Stmt, n: usize, pass: &mut dyn FnMut(&[Value], &[Value])) -> Option<Vec<Stmt>> {
    let mut stmt = stmt.clone();
    if n >= stmt.results.len() {
        return None;
    }
    let result = stmt.results.remove(n);
    match &mut stmt.op {
        Op::If { then, els, .. } => {
            for arm in [then, els].into_iter().filter(|a| !a.diverges) {
                arm.yields.remove(n);
            }
        }
        Op::For { inits, body, .. } => {
            let init = inits.remove(n);
            pass(&[result, body.params.remove(n + 1)], &[init, init]);
            body.yields.remove(n);
        }
        Op::While { inits, cond, body } => {
            let init = inits.remove(n);
            pass(&[result, cond.params.remove(n), body.params.remove(n)], &[init, init, init]);
            body.yields.remove(n);
        }
        _ => return None,
    }
    Some(vec![stmt])
}
