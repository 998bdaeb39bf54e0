//! The second half: what is not needed goes.

use super::mark::Live;
use crate::ir::*;

/// A walk that numbers statements as [`super::index::Index`] did.
pub(super) struct Sweep<'a> {
    live: &'a Live,
    next: usize,
    changed: bool,
}

impl<'a> Sweep<'a> {
    pub(super) fn new(live: &'a Live) -> Sweep<'a> {
        Sweep { live, next: 0, changed: false }
    }

    /// Whether anything went.
    pub(super) fn run(mut self, body: &mut Block) -> bool {
        self.block(body);
        self.changed
    }

    fn block(&mut self, block: &mut Block) {
        block.stmts.retain_mut(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &mut Stmt) -> bool {
        let id = self.next;
        self.next += 1;
        // The regions of dead statements are walked too, for their numbers.
        stmt.op.blocks_mut().into_iter().for_each(|b| self.block(b));
        if !self.live.stmts[id] {
            self.changed = true;
            return false;
        }
        let results = &mut stmt.results;
        match &mut stmt.op {
            Op::If { then, els, .. } => {
                let keep: Vec<bool> = results.iter().map(|r| self.live.values.contains(r)).collect();
                self.prune(&keep, &mut [&mut then.yields, &mut els.yields, results]);
            }
            Op::For { inits, body, .. } => {
                let keep = self.kept(id, inits.len());
                let mut params = body.params.split_off(1);
                self.prune(&keep, &mut [inits, &mut params, &mut body.yields, results]);
                body.params.extend(params);
            }
            Op::While { inits, cond, body } => {
                let keep = self.kept(id, inits.len());
                let (params, yields) = (&mut body.params, &mut body.yields);
                self.prune(&keep, &mut [inits, &mut cond.params, params, yields, results]);
            }
            // What nothing is pulled back through is a call like any other.
            Op::CallForward { callee, args, ret, along }
                if !callee.asked
                    && results.last().is_some_and(|pullback| !self.live.values.contains(pullback)) =>
            {
                let (callee, args, ret) = (callee.clone(), args.clone(), *ret);
                stmt.op = match along.take() {
                    None => Op::Call { callee, args, ret },
                    Some(Along { tangents, ret: ret_tangent }) => {
                        Op::CallTangent { callee, args, tangents, ret, ret_tangent }
                    }
                };
                results.pop();
                self.changed = true;
            }
            _ => {}
        }
        true
    }

    fn kept(&self, id: usize, n: usize) -> Vec<bool> {
        (0..n).map(|k| self.live.carried.contains(&(id, k))).collect()
    }

    fn prune(&mut self, keep: &[bool], lists: &mut [&mut Vec<Value>]) {
        if !keep.contains(&false) {
            return;
        }
        self.changed = true;
        for list in lists {
            // A block that never reaches its end yields nothing.
            let mut k = keep.iter();
            list.retain(|_| k.next().copied().unwrap_or(true));
        }
    }
}
