//! `d_x[i] += …` in a loop over something else becomes a sum in a register, added to `d_x[i]` once, after the loop.
//!
//! An addition to memory in every round keeps the loop from being vectorised, since its index might panic and
//! other writes might alias. This is a matter of how gradients are summed, not of simplification: the sum starts
//! at zero instead of at what is in memory, so the last bits may differ.
//!
//! Only adjoints are moved, and only where the loop does nothing else with them than adding. What is added under a
//! condition that is the same in every round is added after the loop under that condition, and under that of the
//! loop's running at all: an index that never was used is not used now.

use super::dce::holds_derived;
use super::invariant::{Defs, Inside, body, body_mut, collect, copy, is_never_empty};
use crate::ir::*;
use crate::rules::ADD;
use crate::tables::{HashMap, HashSet};

/// With more sums than this, a loop keeps them all in memory: there are only so many registers.
const MOST: usize = 16;

/// Runs over the whole program.
pub(super) fn run(func: &mut Func) {
    let mut defs = Defs::of(func);
    let mut body = std::mem::take(&mut func.body);
    block(func, &mut defs, &mut body);
    func.body = body;
}

fn block(func: &mut Func, defs: &mut Defs, outer: &mut Block) {
    let mut out = Vec::new();
    for mut stmt in std::mem::take(&mut outer.stmts) {
        // Innermost loops first: what is added after one may be a sum of the next.
        for b in stmt.op.blocks_mut() {
            block(func, defs, b);
        }
        let mut after = Vec::new();
        if matches!(stmt.op, Op::For { .. }) && !body(&stmt).diverges {
            after = of_loop(func, defs, &mut stmt, &mut out);
        }
        out.push(stmt);
        out.extend(after);
    }
    outer.stmts = out;
}

/// An addition: where to, and under which conditions, outermost first.
#[derive(Clone, PartialEq)]
struct Target {
    place: Place,
    path: Vec<Value>,
    conds: Vec<Value>,
}

/// Sums in registers what one loop adds; returns the code to run after it.
fn of_loop(func: &mut Func, defs: &mut Defs, stmt: &mut Stmt, out: &mut Vec<Stmt>) -> Vec<Stmt> {
    let inside = Inside::of(stmt);
    let added = only_added_to(func, stmt);
    let mut found = Vec::new();
    find(body(stmt), &mut Vec::new(), &mut |t, ty| {
        let fits = added.contains(&func.root(t.place)) && !inside.places.contains(&t.place);
        let mut code = Vec::new();
        let mut same = |v: &Value| collect(func, defs, &inside, *v, &mut code).is_some();
        let new = !found.iter().any(|(f, _): &(Target, Value)| is_same(defs, f, &t));
        if fits && new && t.path.iter().chain(&t.conds).all(&mut same) {
            found.push((t, ty));
        }
    });
    if found.len() > MOST {
        return Vec::new();
    }
    let origin = stmt.origin.clone();
    let mut code = Vec::new();
    for (target, like) in found {
        let (ty, name) = (func.ty(like).clone(), element_name(func, &target));
        let init = func.float(out, 0.0, ty.clone(), &origin);
        let param = func.value(ty.clone(), name.clone(), &origin);
        let result = func.value(ty, name, &origin);
        let mut sum = Sum { func, defs, target: &target, acc: param };
        sum.block(body_mut(stmt), &mut Vec::new());
        let last = sum.acc;
        body_mut(stmt).params.push(param);
        body_mut(stmt).yields.push(last);
        if let Op::For { inits, .. } = &mut stmt.op {
            inits.push(init);
        }
        stmt.results.push(result);
        code.extend(add(func, defs, &inside, &target, result, &origin));
    }
    guard(func, defs, stmt, code)
}

/// What the sum is called: `d_x_i` for the element `d_x[i]`.
fn element_name(func: &Func, target: &Target) -> Option<Name> {
    let name = func.plc(target.place).name.as_ref()?;
    let indices = target.path.iter().filter_map(|v| func.val(*v).name.as_ref());
    let element = |of: &Name| {
        let stems = std::iter::once(of.stem()).chain(indices.map(Name::stem));
        Box::new(Name::Temp(stems.collect::<Vec<_>>().join("_")))
    };
    Some(match name {
        Name::Adjoint(of) => Name::Adjoint(element(of)),
        Name::Tangent(of) => Name::Tangent(element(of)),
        other => other.clone(),
    })
}

/// The adjoints with which the loop does nothing but add to them.
fn only_added_to(func: &Func, stmt: &Stmt) -> HashSet<Place> {
    let (mut added, mut other) = (HashSet::default(), HashSet::default());
    body(stmt).each_stmt(&mut |s| {
        let places = s.op.places_read().into_iter().chain(s.op.places_written()).map(|p| func.root(p));
        match s.op {
            Op::Accum { place, .. } if holds_derived(func, place) => added.extend(places),
            _ => other.extend(places),
        }
    });
    added.retain(|p| !other.contains(p));
    added
}

fn target(op: &Op, conds: &[Value]) -> Option<(Target, Value)> {
    let Op::Accum { place, path, value } = op else { return None };
    let index = |p: &Proj| if let Proj::Index(v) = p { Some(*v) } else { None };
    let path = path.iter().map(index).collect::<Option<Vec<_>>>()?;
    Some((Target { place: *place, path, conds: conds.to_vec() }, *value))
}

/// The additions in a block and in its one-armed choices; not those in loops.
fn find(block: &Block, conds: &mut Vec<Value>, f: &mut dyn FnMut(Target, Value)) {
    for s in &block.stmts {
        if let Some((t, value)) = target(&s.op, conds) {
            f(t, value);
        }
        if let Some((cond, then)) = one_armed(&s.op) {
            conds.push(cond);
            find(then, conds, f);
            conds.pop();
        }
    }
}

fn one_armed(op: &Op) -> Option<(Value, &Block)> {
    match op {
        Op::If { cond, then, els } if !then.diverges && !els.diverges && els.stmts.is_empty() => {
            Some((*cond, then))
        }
        _ => None,
    }
}

fn is_same(defs: &Defs, a: &Target, b: &Target) -> bool {
    let path = || a.path.iter().zip(&b.path).all(|(a, b)| defs.same(*a, *b));
    a.place == b.place && a.conds == b.conds && a.path.len() == b.path.len() && path()
}

/// Replaces additions to a target by additions to a running value.
struct Sum<'a> {
    func: &'a mut Func,
    defs: &'a Defs,
    target: &'a Target,
    acc: Value,
}

impl Sum<'_> {
    fn block(&mut self, block: &mut Block, conds: &mut Vec<Value>) {
        for s in &mut block.stmts {
            self.stmt(s, conds);
        }
    }

    fn stmt(&mut self, s: &mut Stmt, conds: &mut Vec<Value>) {
        if let Some((t, value)) = target(&s.op, conds)
            && is_same(self.defs, self.target, &t)
        {
            let sum = self.sum(&s.origin);
            s.op = Op::Elem { rule: ADD, args: vec![self.acc, value] };
            s.results = vec![sum];
            self.acc = sum;
            return;
        }
        let next = self.target.conds.get(conds.len()).copied();
        if let Some((cond, _)) = one_armed(&s.op)
            && next == Some(cond)
            && let Op::If { then, els, .. } = &mut s.op
        {
            let before = self.acc;
            conds.push(cond);
            self.block(then, conds);
            conds.pop();
            if self.acc != before {
                then.yields.push(self.acc);
                els.yields.push(before);
                self.acc = self.sum(&s.origin);
                s.results.push(self.acc);
            }
        }
    }

    fn sum(&mut self, origin: &Origin) -> Value {
        let info = self.func.val(self.acc).clone();
        self.func.value(info.ty, info.name, origin)
    }
}

/// The one addition to the target, with what it needs.
fn add(
    func: &mut Func,
    defs: &mut Defs,
    inside: &Inside,
    target: &Target,
    value: Value,
    origin: &Origin,
) -> Vec<Stmt> {
    let mut stmts = Vec::new();
    let mut copies = HashMap::default();
    // All conditions and indices were found to be computable out here.
    let mut fetch = |func: &mut Func, defs: &mut Defs, v: Value, out: &mut Vec<Stmt>| {
        let mut code = Vec::new();
        let _ = collect(func, defs, inside, v, &mut code);
        copy(func, defs, &code, &mut copies, out);
        copies.get(&v).copied().unwrap_or(v)
    };
    // From the outside in; closed from the inside out.
    let mut open: Vec<(Value, Vec<Stmt>)> = Vec::new();
    for cond in &target.conds {
        let cond = fetch(func, defs, *cond, &mut stmts);
        open.push((cond, std::mem::take(&mut stmts)));
    }
    let path = target.path.iter().map(|v| Proj::Index(fetch(func, defs, *v, &mut stmts))).collect();
    func.effect(&mut stmts, Op::Accum { place: target.place, path, value }, origin);
    while let Some((cond, before)) = open.pop() {
        let then = Block { stmts, ..Block::default() };
        stmts = before;
        func.effect(&mut stmts, Op::If { cond, then, els: Block::default() }, origin);
    }
    stmts
}

/// Lets code run after a loop only if the loop ran.
fn guard(func: &mut Func, defs: &mut Defs, looped: &Stmt, code: Vec<Stmt>) -> Vec<Stmt> {
    let Op::For { range, .. } = &looped.op else { return code };
    if code.is_empty() || is_never_empty(defs, looped) {
        return code;
    }
    let mut out = Vec::new();
    let op = if range.inclusive { CmpOp::Le } else { CmpOp::Lt };
    let args = [range.lo, range.hi];
    let cond = func.push(&mut out, Op::Cmp { op, args }, Ty::Bool, None, &looped.origin);
    out.iter().for_each(|s| defs.add(s));
    let then = Block { stmts: code, ..Block::default() };
    func.effect(&mut out, Op::If { cond, then, els: Block::default() }, &looped.origin);
    out
}
