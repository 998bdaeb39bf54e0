//! Writing two rounds down side by side.

use super::{Facts, Round};
use crate::ir::inline::Renaming;
use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// Puts a loop of pairs in the place of a loop, and one for the round that may be left.
pub(super) fn in_pairs(
    func: &mut Func,
    facts: &Facts,
    rows: &HashMap<Place, Place>,
    stmt: Stmt,
    out: &mut Vec<Stmt>,
) {
    let Some(round) = Round::of(func, facts, &stmt) else { return out.push(stmt) };
    let shared: HashSet<Value> = round.shared().collect();
    let from = Func { body: Block::default(), ..func.clone() };
    let mut again = Copies { from: &from, names: round.outside() };
    let mut second = Copies { from: &from, names: round.outside() };
    second.names.places.extend(rows);
    again.names.values.extend(stmt.op.values().into_iter().map(|v| (v, v)));
    let rest = again.names.stmts(func, &from, std::slice::from_ref(&stmt)).pop();
    let (origin, results) = (stmt.origin, stmt.results);
    let (Op::For { range, inits, body }, Some(mut rest)) = (stmt.op, rest) else { return };

    let index = body.params[0];
    let two = func.int(out, 2, Ty::usize(), &origin);
    let pairs = Op::Int { op: IntOp::Div, args: vec![range.hi, two] };
    let pairs = func.push(out, pairs, Ty::usize(), Some(Name::Temp("pairs".into())), &origin);
    let pair = func.value(Ty::usize(), Some(Name::Temp("pair".into())), &origin);
    let mut stmts = Vec::new();
    let one = func.int(&mut stmts, 1, Ty::usize(), &origin);
    let op = Op::Int { op: IntOp::Mul, args: vec![two, pair] };
    stmts.push(Stmt { op, results: vec![index], origin: origin.clone() });
    let op = Op::Int { op: IntOp::Add, args: vec![index, one] };
    let next = second.names.value(func, &from, index);
    stmts.push(Stmt { op, results: vec![next], origin: origin.clone() });
    // The second round goes on with what the first one hands on.
    second.names.values.extend(body.params[1..].iter().copied().zip(body.yields.iter().copied()));
    for s in body.stmts {
        second.beside(func, s, &shared, &mut stmts);
    }
    let yields = second.values(func, &body.yields);
    let params = [pair].into_iter().chain(body.params[1..].iter().copied()).collect();
    let body = Block { params, stmts, yields, diverges: false };
    let halfway: Vec<Value> = results.iter().map(|r| func.same_again(*r)).collect();
    let lo = func.int(out, 0, Ty::usize(), &origin);
    let op = Op::For { range: Range { lo, hi: pairs, ..range.clone() }, inits, body };
    out.push(Stmt { op, results: halfway.clone(), origin: origin.clone() });

    let done = func.push(out, Op::Int { op: IntOp::Mul, args: vec![two, pairs] }, Ty::usize(), None, &origin);
    if let Op::For { range, inits, .. } = &mut rest.op {
        (range.lo, *inits) = (done, halfway);
    }
    rest.results = results;
    out.push(rest);
}

/// A second one of what is made in a round.
struct Copies<'a> {
    from: &'a Func,
    names: Renaming,
}

impl Copies<'_> {
    fn values(&mut self, func: &mut Func, values: &[Value]) -> Vec<Value> {
        values.iter().map(|v| self.names.value(func, self.from, *v)).collect()
    }

    /// A statement, and the same of the second round. Of a loop whose rounds they share, the bodies stand side by side.
    fn beside(&mut self, func: &mut Func, mut first: Stmt, shared: &HashSet<Value>, out: &mut Vec<Stmt>) {
        match &mut first.op {
            Op::For { inits, body, .. } if shared.contains(&body.params[0]) => {
                let counter = body.params[0];
                self.names.values.insert(counter, counter);
                inits.extend(self.values(func, &inits.clone()));
                body.params.extend(self.values(func, &body.params[1..]));
                let mut stmts = Vec::new();
                for s in std::mem::take(&mut body.stmts) {
                    self.beside(func, s, &HashSet::default(), &mut stmts);
                }
                body.stmts = stmts;
                body.yields.extend(self.values(func, &body.yields.clone()));
                first.results.extend(self.values(func, &first.results.clone()));
                out.push(first);
            }
            _ => {
                // What a load repeats was not read right before.
                let forget = |s: &mut Stmt| {
                    if let Op::Load { again, .. } = &mut s.op {
                        *again = None;
                    }
                };
                let second = self.names.stmts(func, self.from, std::slice::from_ref(&first));
                forget(&mut first);
                first.op.blocks_mut().into_iter().for_each(|b| b.each_stmt_mut(&mut |s| forget(s)));
                out.push(first);
                out.extend(second);
            }
        }
    }
}
