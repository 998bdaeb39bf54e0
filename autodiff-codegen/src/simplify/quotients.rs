//! Quotients by what the function itself has taken the reciprocal of.
//!
//! The derivatives of `1.0 / r`, where `r` is a root or a norm, divide by `r` again, several times over: a division takes as long
//! as four products or more, and is the one operation that a processor doesn't do many of at a time. Where `1.0 / r`
//! is at hand in the same block, they multiply by that.
//!
//! It is no simplification: gradients may change in their last bits. The function's own quotients stay, and where its
//! own `1.0 / r` overflows, its value is infinite already.

use super::is_barrier;
use super::signs::Signed;
use crate::ir::*;
use crate::rules::{DIV, MUL, ids};
use crate::tables::{HashMap, HashSet};

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let mut found = Reciprocals { ones: HashSet::default(), of: HashMap::default() };
    func.body.each_stmt(&mut |s| found.constant(s));
    let mut any = false;
    func.body.each_stmt(&mut |s| any |= found.divisor(s).is_some());
    if !any {
        return false;
    }
    let signed = Signed::of(func);
    let mut body = std::mem::take(&mut func.body);
    let changed = found.block(func, &signed, &mut body);
    func.body = body;
    changed
}

struct Reciprocals {
    /// The constants that are 1.
    ones: HashSet<Value>,
    /// The reciprocals at hand, by what they are of.
    of: HashMap<Value, Value>,
}

impl Reciprocals {
    fn constant(&mut self, stmt: &Stmt) {
        if stmt.op.is_one() {
            self.ones.extend(&stmt.results);
        }
    }

    /// What a statement is the reciprocal of.
    fn divisor(&self, stmt: &Stmt) -> Option<Value> {
        match &stmt.op {
            Op::Elem { rule: DIV, args } if self.ones.contains(&args[0]) => Some(args[1]),
            Op::Elem { rule: ids::Recip, args } => Some(args[0]),
            _ => None,
        }
    }

    /// What a statement divides by, if only gradients see its result.
    fn quotient(&self, signed: &Signed, stmt: &Stmt) -> Option<[Value; 2]> {
        match (&stmt.op, &stmt.results[..]) {
            (Op::Elem { rule: DIV, args }, &[result]) if signed.is_unsigned(result) => {
                Some([args[0], args[1]])
            }
            _ => None,
        }
    }

    fn block(&mut self, func: &Func, signed: &Signed, block: &mut Block) -> bool {
        self.bring_forward(signed, block);
        let mut own = Vec::new();
        let mut changed = false;
        for stmt in &mut block.stmts {
            if is_barrier(&stmt.op) {
                self.forget(&mut own);
            } else if let Some(divisor) = self.divisor(stmt)
                && !self.of.contains_key(&divisor)
            {
                self.of.insert(divisor, stmt.results[0]);
                own.push(divisor);
            } else if let Some([over, under]) = self.quotient(signed, stmt)
                && let Some(&reciprocal) = self.of.get(&under)
                && func.ty(reciprocal) == func.ty(stmt.results[0])
            {
                stmt.op = Op::Elem { rule: MUL, args: vec![over, reciprocal] };
                changed = true;
            }
            for inner in stmt.op.blocks_mut() {
                changed |= self.block(func, signed, inner);
            }
        }
        self.forget(&mut own);
        changed
    }

    fn forget(&mut self, divisors: &mut Vec<Value>) {
        for divisor in divisors.drain(..) {
            self.of.remove(&divisor);
        }
    }

    /// Reciprocals go before the first quotient in their block that can do with them; never from one sweep to another that is
    /// run apart, as what is at hand in the one isn't in the other.
    fn bring_forward(&self, signed: &Signed, block: &mut Block) {
        let mut reciprocals: HashMap<Value, usize> = HashMap::default();
        for (i, stmt) in block.stmts.iter().enumerate() {
            if let Some(divisor) = self.divisor(stmt).filter(|d| !self.of.contains_key(d)) {
                reciprocals.entry(divisor).or_insert(i);
            }
        }
        if reciprocals.is_empty() {
            return;
        }
        // Where each is wanted, and the places of the constants that they take along.
        let mut wanted: HashMap<Value, usize> = HashMap::default();
        let mut constants: HashMap<Value, usize> = HashMap::default();
        let mut sweep = 0;
        for (i, stmt) in block.stmts.iter().enumerate() {
            if is_barrier(&stmt.op) {
                sweep = i;
            }
            if stmt.op.is_one() {
                constants.insert(stmt.results[0], i);
            }
            let mut asks = |s: &Stmt| {
                if let Some([_, divisor]) = self.quotient(signed, s).filter(|_| self.divisor(s).is_none()) {
                    wanted.entry(divisor).or_insert(i);
                }
            };
            asks(stmt);
            stmt.op.blocks().iter().for_each(|b| b.each_stmt(&mut asks));
        }
        let mut before: HashMap<usize, Vec<usize>> = HashMap::default();
        let mut moved = vec![false; block.stmts.len()];
        let mut pairs: Vec<(usize, usize)> = reciprocals
            .iter()
            .filter_map(|(divisor, from)| Some((*wanted.get(divisor)?, *from)))
            .filter(|(to, from)| to < from && (*from < sweep) == (*to < sweep))
            .collect();
        // A constant that several of them take along goes with the first.
        pairs.sort_unstable();
        for (to, from) in pairs {
            let one = match &block.stmts[from].op {
                Op::Elem { rule: DIV, args } => constants.get(&args[0]).copied().filter(|at| *at > to),
                _ => None,
            };
            let stmts = one.into_iter().chain([from]);
            for at in stmts.filter(|at| !std::mem::replace(&mut moved[*at], true)) {
                before.entry(to).or_default().push(at);
            }
        }
        if before.is_empty() {
            return;
        }
        let mut stmts: Vec<Option<Stmt>> = std::mem::take(&mut block.stmts).into_iter().map(Some).collect();
        for i in 0..stmts.len() {
            for at in before.remove(&i).unwrap_or_default() {
                block.stmts.extend(stmts[at].take());
            }
            block.stmts.extend(stmts[i].take());
        }
    }
}
