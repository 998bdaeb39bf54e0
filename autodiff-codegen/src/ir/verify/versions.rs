//! The version rule: a load that repeats an earlier one sees what that one saw.
//!
//! For a load `r` that says `again o`, the execution of `o` that it repeats is one of the same round of the
//! innermost block around both. Between the two, nothing may write to the root of the place: neither after
//! `o` within the statement of that block that holds `o` (all of a loop counts as after), nor in the
//! statements between, nor before `r` within the statement that holds `r` (all of a loop counts as before).
//!
//! Places are taken whole: a write to another element of the same place counts. Whoever keeps such a load
//! apart by its index has to save the value instead.

use crate::tables::HashMap;

use super::*;

/// A statement's position: which statement of the body, which block of that, which statement of it, ….
type Position = Vec<(usize, usize)>;

struct Versions<'a> {
    func: &'a Func,
    loads: HashMap<Value, (Position, &'a Stmt)>,
    /// All statements, each before what it holds.
    order: Vec<&'a Stmt>,
    /// Where in that order each statement stands, and where what it holds ends.
    spans: HashMap<*const Stmt, (usize, usize)>,
    /// Which write to a root, in order.
    writers: HashMap<Place, Vec<usize>>,
}

/// Checks all repeated loads.
pub(super) fn check(func: &Func) -> Check {
    let mut v = Versions {
        func,
        loads: HashMap::default(),
        order: Vec::new(),
        spans: HashMap::default(),
        writers: HashMap::default(),
    };
    v.collect(&func.body, 0, &mut Vec::new());
    let mut again: Vec<_> = v.loads.iter().filter_map(|(r, (_, s))| Some((*r, repeated(s)?))).collect();
    again.sort();
    for (repeat, original) in again {
        v.check(repeat, original).map_err(|why| {
            let stmt = v.loads[&repeat].1;
            format!("{}: {why}\n  at: {}", func.name, func.show_stmt(stmt))
        })?;
    }
    Ok(())
}

fn repeated(stmt: &Stmt) -> Option<Value> {
    if let Op::Load { again, .. } = &stmt.op { *again } else { None }
}

impl<'a> Versions<'a> {
    /// Finds all loads and writes. `which` is the number of the block within its statement.
    fn collect(&mut self, block: &'a Block, which: usize, at: &mut Position) {
        for (i, stmt) in block.stmts.iter().enumerate() {
            at.push((which, i));
            let start = self.order.len();
            self.order.push(stmt);
            for p in stmt.op.places_written() {
                self.writers.entry(self.func.root(p)).or_default().push(start);
            }
            if let (Op::Load { .. }, [result]) = (&stmt.op, &stmt.results[..]) {
                self.loads.insert(*result, (at.clone(), stmt));
            }
            for (n, b) in stmt.op.blocks().into_iter().enumerate() {
                self.collect(b, n, at);
            }
            self.spans.insert(stmt, (start, self.order.len()));
            at.pop();
        }
    }

    fn check(&self, repeat: Value, original: Value) -> Check {
        let func = self.func;
        let (to, again) = &self.loads[&repeat];
        let Some((from, first)) = self.loads.get(&original) else {
            return Err(format!("it repeats {}, which is not a load", func.show(original)));
        };
        let root = match (&again.op, &first.op) {
            (Op::Load { place: a, .. }, Op::Load { place: b, .. }) if func.root(*a) == func.root(*b) => {
                func.root(*a)
            }
            _ => {
                return Err(format!("it repeats {}, which loads from another place", func.show(original)));
            }
        };
        let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        let (Some(f), Some(t)) = (from.get(common), to.get(common)) else {
            return Err("a load repeats itself".into());
        };
        ensure!(f <= t, "it repeats {}, which runs later", func.show(original));
        if f.0 != t.0 {
            // Two blocks of one statement: a condition runs before its body, arms exclude each other.
            let owner = self.stmt(&from[..common]);
            ensure!(
                matches!(owner.map(|s| &s.op), Some(Op::While { .. })),
                "it repeats {}, which is in the other arm of an if",
                func.show(original)
            );
        }
        match self.write_between(root, from, to, common) {
            Some(w) => Err(format!(
                "it may see another version of {} than {}, which it repeats: between them runs `{}`",
                func.show_place(root),
                func.show(original),
                func.show_stmt(w)
            )),
            None => Ok(()),
        }
    }

    /// A write to `root` between the statements at `from` and `to`, whose positions agree up to `common`.
    fn write_between(&self, root: Place, from: &Position, to: &Position, common: usize) -> Option<&'a Stmt> {
        let writes = |stmts: &'a [Stmt]| {
            let (first, last) = (stmts.first()?, stmts.last()?);
            self.write_within(self.span(first).0, self.span(last).1, root)
        };
        // After the original, from the outside in.
        for depth in common..from.len() {
            if depth > common {
                let owner = self.stmt(&from[..depth])?;
                if matches!(owner.op, Op::For { .. } | Op::While { .. }) {
                    if let Some(w) = self.write_in(owner, root) {
                        return Some(w);
                    }
                    break;
                }
            }
            let (which, i) = from[depth];
            let block = self.block(&from[..depth], which)?;
            let end = if depth == common && to[common].0 == which { to[common].1 } else { block.stmts.len() };
            if let Some(w) = writes(&block.stmts[i + 1..end.max(i + 1)]) {
                return Some(w);
            }
        }
        // Before the repetition, from the outside in.
        for depth in common..to.len() {
            if depth > common {
                let owner = self.stmt(&to[..depth])?;
                if matches!(owner.op, Op::For { .. } | Op::While { .. }) {
                    return self.write_in(owner, root);
                }
            }
            let (which, i) = to[depth];
            let block = self.block(&to[..depth], which)?;
            if (depth > common || from[common].0 != which)
                && let Some(w) = writes(&block.stmts[..i])
            {
                return Some(w);
            }
        }
        None
    }

    /// The first statement in `stmt`, its regions included, that writes to `root`.
    fn write_in(&self, stmt: &'a Stmt, root: Place) -> Option<&'a Stmt> {
        let (start, end) = self.span(stmt);
        self.write_within(start, end, root)
    }

    /// The same of statements in order.
    fn write_within(&self, start: usize, end: usize, root: Place) -> Option<&'a Stmt> {
        let writers = self.writers.get(&root)?;
        let first = *writers.get(writers.partition_point(|n| *n < start))?;
        (first < end).then(|| self.order[first])
    }

    fn span(&self, stmt: &Stmt) -> (usize, usize) {
        self.spans.get(&(stmt as *const Stmt)).copied().unwrap_or_default()
    }

    fn stmt(&self, at: &[(usize, usize)]) -> Option<&'a Stmt> {
        let ((which, i), outer) = at.split_last()?;
        self.block(outer, *which)?.stmts.get(*i)
    }

    fn block(&self, owner: &[(usize, usize)], which: usize) -> Option<&'a Block> {
        if owner.is_empty() {
            return Some(&self.func.body);
        }
        self.stmt(owner)?.op.blocks().get(which).copied()
    }
}
