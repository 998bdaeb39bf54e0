//! A sum of products of two slices' elements is their scalar product, summed before the loop.
//!
//! One addition at a time has to wait for the one before, and keeps the rest of the loop from being vectorised. A scalar
//! product is summed in several lanes, and the loop is left with what it writes.
//!
//! Only sums of adjoints are taken out: their order is nobody's promise. This runs after [`super::windows`], which has made
//! the slices.

use super::invariant::Defs;
use super::sums::Round;
use crate::ir::*;
use crate::rules::{ADD, MUL, NEG, SUB};
use crate::tables::{HashMap, HashSet};

/// Runs over the whole program. Loops of up to `few` rounds keep their sums.
pub(super) fn run(func: &mut Func, few: i128) {
    let defs = Defs::of(func);
    let mut body = std::mem::take(&mut func.body);
    block(func, &defs, few, &mut body, false);
    func.body = body;
}

fn block(func: &mut Func, defs: &Defs, few: i128, outer: &mut Block, nested: bool) {
    let mut out: Vec<Stmt> = Vec::new();
    for mut stmt in std::mem::take(&mut outer.stmts) {
        let looped = matches!(stmt.op, Op::For { .. } | Op::While { .. });
        for b in stmt.op.blocks_mut() {
            block(func, defs, few, b, nested || looped);
        }
        let sums = sums(func, defs, few, &out, &stmt);
        if sums.iter().all(Option::is_none) {
            out.push(stmt);
        } else if nested {
            by_length(func, few, stmt, sums, &mut out);
        } else {
            take_out(func, stmt, sums, &mut out);
        }
    }
    outer.stmts = out;
}

/// A product that a round adds or takes away.
struct Term {
    factors: [Place; 2],
    minus: bool,
}

/// Of each value that a loop carries, the products that it sums, if it does nothing else.
fn sums(func: &Func, defs: &Defs, few: i128, before: &[Stmt], stmt: &Stmt) -> Vec<Option<Vec<Term>>> {
    let Op::For { range, inits, body } = &stmt.op else { return Vec::new() };
    let rounds = defs.int(range.hi);
    if rounds.is_some_and(|n| n <= few)
        || inits.is_empty()
        || body.diverges
        || defs.int(range.lo) != Some(0)
        || range.step.is_some()
        || range.inclusive
    {
        return Vec::new();
    }
    let mut written = HashSet::default();
    body.each_stmt(&mut |s| written.extend(s.op.places_written().into_iter().map(|p| func.root(p))));
    // The slices of just as many elements as there are rounds, which no round writes to.
    let rows = before.iter().filter_map(|s| match &s.op {
        Op::View { place, path, .. } if !written.contains(&func.root(*place)) => match path[..] {
            [Proj::Slice(Some(from), Some(to))] => is_trips(defs, range, from, to).then_some(*place),
            _ => None,
        },
        _ => None,
    });
    let rows: HashSet<Place> = rows.collect();
    let round = Round::of(func, body);
    let terms = |added: Vec<(Value, bool)>| {
        added.into_iter().map(|(v, minus)| term(&round, &rows, v, minus)).collect::<Option<Vec<Term>>>()
    };
    round.sums().into_iter().map(|added| added.and_then(terms)).collect()
}

/// Whether a slice has as many elements as a loop from zero has rounds.
fn is_trips(defs: &Defs, range: &Range, from: Value, to: Value) -> bool {
    match defs.op(to) {
        Some(Op::Int { op: IntOp::Add, args }) if args[0] == from && args[1] == range.hi => true,
        _ => defs.int(from) == Some(0) && to == range.hi,
    }
}

/// What a round adds, if it is a product of elements of two slices, or the negative of one.
fn term(round: &Round, rows: &HashSet<Place>, product: Value, minus: bool) -> Option<Term> {
    let made_by = |v: Value| round.body.stmts.iter().find(|s| s.results == [v]).map(|s| &s.op);
    let element = |v: Value| match made_by(v)? {
        Op::Load { place, path, .. } if path[..] == [Proj::Index(round.body.params[0])] => {
            rows.contains(place).then_some(*place)
        }
        _ => None,
    };
    match made_by(product).filter(|_| round.is_used_once(product))? {
        Op::Elem { rule: NEG, args } => term(round, rows, args[0], !minus),
        Op::Elem { rule: MUL, args } => Some(Term { factors: [element(args[0])?, element(args[1])?], minus }),
        _ => None,
    }
}

/// Of a loop in a loop, which may have few rounds but run often: as it is if it has few, and without its sums otherwise.
fn by_length(func: &mut Func, few: i128, stmt: Stmt, sums: Vec<Option<Vec<Term>>>, out: &mut Vec<Stmt>) {
    let (origin, results) = (stmt.origin.clone(), stmt.results.clone());
    let (Op::For { range, .. }, Some(short)) = (&stmt.op, once_more(func, &stmt)) else {
        return out.push(stmt);
    };
    let few = func.int(out, few, Ty::usize(), &origin);
    let op = Op::Cmp { op: CmpOp::Le, args: [range.hi, few] };
    let cond = func.push(out, op, Ty::Bool, None, &origin);
    let then = Block { yields: short.results.clone(), stmts: vec![short], ..Block::default() };
    let mut long = stmt;
    long.results = results.iter().map(|r| func.same_again(*r)).collect();
    let mut els = Block { yields: long.results.clone(), ..Block::default() };
    take_out(func, long, sums, &mut els.stmts);
    out.push(Stmt { op: Op::If { cond, then, els }, results, origin });
}

/// The same loop with values of its own, if its body is one run of statements that make nothing.
fn once_more(func: &mut Func, stmt: &Stmt) -> Option<Stmt> {
    let mut stmt = stmt.clone();
    let Op::For { body, .. } = &mut stmt.op else { return None };
    if body.stmts.iter().any(|s| !s.op.blocks().is_empty() || !s.op.place_made().is_empty()) {
        return None;
    }
    let mut new: HashMap<Value, Value> = HashMap::default();
    let inside = body.stmts.iter_mut().flat_map(|s| &mut s.results);
    for v in body.params.iter_mut().chain(inside).chain(&mut stmt.results) {
        *v = *new.entry(*v).or_insert_with_key(|v| func.same_again(*v));
    }
    body.each_use_mut(&mut |v| *v = new.get(v).copied().unwrap_or(*v));
    Some(stmt)
}

/// Takes sums out of a loop. What computed them computes them for nobody now, and goes as dead code.
fn take_out(func: &mut Func, mut stmt: Stmt, sums: Vec<Option<Vec<Term>>>, out: &mut Vec<Stmt>) {
    let origin = stmt.origin.clone();
    let mut after = Vec::new();
    let Op::For { inits, body, .. } = &mut stmt.op else { return out.push(stmt) };
    // From the last one on, so that the indices of the others stay.
    for (k, terms) in sums.into_iter().enumerate().rev() {
        let Some(terms) = terms else { continue };
        let mut total = inits.remove(k);
        body.params.remove(k + 1);
        body.yields.remove(k);
        let result = stmt.results.remove(k);
        let ty = func.ty(result).clone();
        for (n, term) in terms.iter().enumerate() {
            let [a, b] = term.factors;
            let product = func.push(out, Op::DotPlaces(a, b), ty.clone(), None, &origin);
            let op = Op::Elem { rule: if term.minus { SUB } else { ADD }, args: vec![total, product] };
            if n + 1 == terms.len() {
                after.push(Stmt { op, results: vec![result], origin: origin.clone() });
            } else {
                total = func.push(&mut after, op, ty.clone(), None, &origin);
            }
        }
    }
    out.push(stmt);
    out.extend(after);
}
