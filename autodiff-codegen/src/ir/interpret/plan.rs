//! The version rule at run time: what a repeated load must see.
//!
//! For each load `r` that says `again o`, a record of the writes that `o` saw, by cell, in the current round
//! of the innermost loop around both. If `o` saw two different writes in one cell, then some round of a loop
//! around `o` saw what the cell no longer holds, so `r` may not look at it at all.

use crate::tables::HashMap;

use super::*;

/// Which loads are repeated by which, found once a function.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Load → the repetitions of it, by number.
    repeats: HashMap<Value, Vec<usize>>,
    /// Repetition → its number.
    number: HashMap<Value, usize>,
    /// Loop → the numbers of the repetitions that it holds together with their originals.
    rounds: HashMap<*const Stmt, Vec<usize>>,
}

impl Plan {
    pub(super) fn new(func: &Func) -> Plan {
        let mut plan = Plan::default();
        func.body.each_stmt(&mut |s| {
            if let (Op::Load { again: Some(o), .. }, [r]) = (&s.op, &s.results[..]) {
                let n = plan.number.len();
                plan.number.insert(*r, n);
                plan.repeats.entry(*o).or_default().push(n);
            }
        });
        if !plan.number.is_empty() {
            func.body.each_stmt(&mut |s| plan.stmt(s));
        }
        plan
    }

    fn stmt(&mut self, stmt: &Stmt) {
        if !matches!(stmt.op, Op::For { .. } | Op::While { .. }) {
            return;
        }
        let mut loads = Vec::new();
        let mut repeats = Vec::new();
        for b in stmt.op.blocks() {
            b.each_stmt(&mut |s| {
                if let (Op::Load { again, .. }, [r]) = (&s.op, &s.results[..]) {
                    loads.push(*r);
                    repeats.extend(again.map(|o| (*r, o)));
                }
            });
        }
        let within: Vec<usize> =
            repeats.iter().filter(|(_, o)| loads.contains(o)).map(|(r, _)| self.number[r]).collect();
        if !within.is_empty() {
            self.rounds.insert(stmt, within);
        }
    }
}

/// What the originals saw: by repetition, then by cell (counted from the root's first).
#[derive(Clone, Debug)]
pub(super) struct Records(Vec<HashMap<usize, Saw>>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Saw {
    Write(u64),
    Several,
}

impl Records {
    pub(super) fn new(plan: &Plan) -> Records {
        Records(vec![HashMap::default(); plan.number.len()])
    }

    /// A new round of a loop begins: it forgets what it saw in the round before.
    pub(super) fn start_round(&mut self, plan: &Plan, stmt: &Stmt) {
        for n in plan.rounds.get(&(stmt as *const Stmt)).into_iter().flatten() {
            self.0[*n].clear();
        }
    }

    /// A load has seen the write `version` in `cell`.
    pub(super) fn loaded(&mut self, plan: &Plan, load: Value, cell: usize, version: u64) {
        for n in plan.repeats.get(&load).into_iter().flatten() {
            let saw = self.0[*n].entry(cell).or_insert(Saw::Write(version));
            if *saw != Saw::Write(version) {
                *saw = Saw::Several;
            }
        }
    }

    /// Whether a repetition may see the write `version` in `cell`.
    pub(super) fn check(&self, plan: &Plan, repeat: Value, cell: usize, version: u64) -> Result<(), String> {
        let Some(n) = plan.number.get(&repeat) else { return Ok(()) };
        match self.0[*n].get(&cell) {
            Some(Saw::Write(v)) if *v == version => Ok(()),
            Some(Saw::Write(_)) => Err("has been overwritten since".into()),
            Some(Saw::Several) => Err("was overwritten between two rounds that loaded it".into()),
            None => Err("was never loaded".into()),
        }
    }
}
