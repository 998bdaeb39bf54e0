//! Whether a place still holds, in the reverse sweep, what a load saw.
//!
//! Statements are numbered in program order. A load is stable if no write to its root can run after it: none
//! has a higher number, and none lies in a loop around the load that the place outlives.

use crate::tables::HashMap;

use crate::ir::*;

/// The numbering, and the writes of each root.
#[derive(Debug, Default)]
pub struct Stability {
    /// First and last number within each statement.
    span: HashMap<*const Stmt, (u32, u32)>,
    /// The numbers of the writes to each root.
    writes: HashMap<Place, Vec<u32>>,
    /// The number at which each root comes to life.
    born: HashMap<Place, u32>,
    /// The loops, as ranges of numbers.
    loops: Vec<(u32, u32)>,
    /// Roots that somebody outside may write to: `&mut` parameters.
    shared: Vec<Place>,
}

impl Stability {
    /// Reads the function once.
    pub fn new(f: &Func) -> Stability {
        let mut s = Stability::default();
        for p in &f.params {
            s.param(&p.kind);
        }
        let mut n = 1;
        s.block(f, &f.body, &mut n);
        s
    }

    fn param(&mut self, k: &ParamKind) {
        match k {
            ParamKind::Place(p, mode) => {
                self.born.insert(*p, 0);
                if *mode == Mode::Mut {
                    self.shared.push(*p);
                }
            }
            ParamKind::Tuple(ks, _) => ks.iter().for_each(|k| self.param(k)),
            _ => {}
        }
    }

    fn block(&mut self, f: &Func, b: &Block, n: &mut u32) {
        for st in &b.stmts {
            let first = *n;
            *n += 1;
            for p in st.op.places_written() {
                self.writes.entry(f.root(p)).or_default().push(first);
            }
            for p in st.op.place_made() {
                self.born.insert(p, first);
            }
            for b in st.op.blocks() {
                self.block(f, b, n);
            }
            self.span.insert(st, (first, *n - 1));
            if matches!(st.op, Op::For { .. } | Op::While { .. }) {
                self.loops.push((first, *n - 1));
            }
        }
    }

    /// First and last number within a statement.
    pub fn range(&self, st: &Stmt) -> (u32, u32) {
        self.span.get(&(st as *const Stmt)).copied().unwrap_or((0, u32::MAX))
    }

    /// Whether nothing writes to `place`'s root once `st` has begun to run, later rounds of loops included.
    pub fn stable_from(&self, f: &Func, place: Place, st: &Stmt) -> bool {
        let root = f.root(place);
        if self.shared.contains(&root) {
            return false;
        }
        let Some(writes) = self.writes.get(&root) else { return true };
        let (at, _) = self.range(st);
        let born = self.born.get(&root).copied().unwrap_or(0);
        writes.iter().all(|&w| {
            w < at && !self.loops.iter().any(|&(a, b)| a <= at && at <= b && a <= w && w <= b && born < a)
        })
    }

    /// Takes a root for one that comes to life anew in each round of the loop `st`, until [`Stability::born_at`] is told what
    /// this returns: where it came to life before.
    pub fn born_in(&mut self, root: Place, st: &Stmt) -> Option<u32> {
        let (first, _) = self.range(st);
        self.born.insert(root, first)
    }

    /// Takes back [`Stability::born_in`].
    pub fn born_at(&mut self, root: Place, at: Option<u32>) {
        match at {
            Some(at) => self.born.insert(root, at),
            None => self.born.remove(&root),
        };
    }

    /// Whether anything within `st` writes to `place`'s root.
    pub fn written_within(&self, f: &Func, place: Place, st: &Stmt) -> bool {
        let (a, b) = self.range(st);
        self.writes.get(&f.root(place)).is_some_and(|ws| ws.iter().any(|&w| a <= w && w <= b))
    }
}
