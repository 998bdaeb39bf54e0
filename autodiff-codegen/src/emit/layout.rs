//! Where everything in a function stands: points, and the question whether a value is still needed after one.

use crate::tables::{HashMap, HashSet};

use crate::ir::*;

/// A point in a function: after a statement of a region (`-1`: on entry).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Point {
    pub region: usize,
    pub at: i64,
}

/// The point of a block's yields.
const END: i64 = i64::MAX;

#[derive(Debug)]
struct Region {
    parent: Option<Point>,
    repeats: bool,
}

/// The tables.
#[derive(Debug)]
pub(super) struct Layout {
    regions: Vec<Region>,
    by_block: HashMap<*const Block, usize>,
    defs: Vec<Option<Point>>,
    uses: Vec<Vec<Point>>,
    dead: HashSet<*const Stmt>,
    /// The last seen user of each value.
    users: HashMap<Value, User>,
}

/// What a value goes into.
#[derive(Clone, Copy, Debug)]
pub(super) enum User {
    /// The statement with this first result.
    Result(Value),
    /// A block's yields.
    Yield,
}

impl Layout {
    /// Reads the function. Statements whose results nobody needs do not count as uses.
    pub fn new(func: &Func) -> Layout {
        let n = func.values.len();
        let mut l = Layout {
            regions: Vec::new(),
            by_block: HashMap::default(),
            defs: vec![None; n],
            uses: vec![Vec::new(); n],
            dead: HashSet::default(),
            users: HashMap::default(),
        };
        for p in &func.params {
            l.param(&p.kind);
        }
        l.number(&func.body, None, false);
        l.block(func, &func.body);
        l
    }

    fn param(&mut self, k: &ParamKind) {
        match k {
            ParamKind::Scalar(v, _) => self.defs[v.0 as usize] = Some(Point { region: 0, at: -1 }),
            ParamKind::Tuple(ks, _) => ks.iter().for_each(|k| self.param(k)),
            ParamKind::Place(..) | ParamKind::Opaque => {}
        }
    }

    fn number(&mut self, b: &Block, parent: Option<Point>, repeats: bool) {
        let region = self.regions.len();
        self.regions.push(Region { parent, repeats });
        self.by_block.insert(b, region);
        for p in &b.params {
            self.defs[p.0 as usize] = Some(Point { region, at: -1 });
        }
        for (at, s) in b.stmts.iter().enumerate() {
            let here = Point { region, at: at as i64 };
            for r in &s.results {
                self.defs[r.0 as usize] = Some(here);
            }
            let repeats = !matches!(s.op, Op::If { .. });
            s.op.blocks().iter().for_each(|b| self.number(b, Some(here), repeats));
        }
    }

    /// Backwards, so that a statement is seen after all uses of its results, but for those around a loop.
    fn block(&mut self, func: &Func, b: &Block) {
        let region = self.region(b);
        for v in &b.yields {
            self.uses[v.0 as usize].push(Point { region, at: END });
            self.users.insert(*v, User::Yield);
        }
        for (at, s) in b.stmts.iter().enumerate().rev() {
            let unused = s.results.iter().all(|r| self.uses[r.0 as usize].is_empty());
            let makes_value = !s.results.is_empty() || matches!(s.op, Op::If { .. } | Op::For { .. });
            if unused && makes_value && s.op.effects(func).is_pure() {
                self.dead.insert(s);
                continue;
            }
            for b in s.op.blocks().into_iter().rev() {
                self.block(func, b);
            }
            let here = Point { region, at: at as i64 };
            super::call::printed_values(&s.op, &mut |v| {
                self.uses[v.0 as usize].push(here);
                if let Some(r) = s.results.first() {
                    self.users.insert(v, User::Result(*r));
                }
            });
        }
    }

    /// The region of a block of the function.
    pub fn region(&self, b: &Block) -> usize {
        self.by_block.get(&(b as *const Block)).copied().unwrap_or(0)
    }

    /// Whether nobody needs the statement.
    pub fn is_dead(&self, s: &Stmt) -> bool {
        self.dead.contains(&(s as *const Stmt))
    }

    /// How often a value is used.
    pub fn use_count(&self, v: Value) -> usize {
        self.uses[v.0 as usize].len()
    }

    /// Where a value is used, if that is in one place, and in the region that defines it.
    pub fn only_use_at_home(&self, v: Value) -> bool {
        match (&self.uses[v.0 as usize][..], self.defs[v.0 as usize]) {
            ([u], Some(d)) => u.region == d.region,
            _ => false,
        }
    }

    /// What a value that is used once goes into.
    pub fn only_user(&self, v: Value) -> Option<User> {
        self.users.get(&v).copied().filter(|_| self.use_count(v) == 1)
    }

    /// Where a value is defined.
    pub fn def(&self, v: Value) -> Option<Point> {
        self.defs[v.0 as usize]
    }

    /// The point before the statement that owns a region.
    pub fn before(&self, region: usize) -> Option<Point> {
        self.regions[region].parent.map(|p| Point { region: p.region, at: p.at - 1 })
    }

    /// Where `p` is within `region`: the position of the statement that it lies in.
    fn project(&self, mut p: Point, region: usize) -> Option<i64> {
        while p.region != region {
            p = self.regions[p.region].parent?;
        }
        Some(p.at)
    }

    /// The statement of the function's body that `p` lies in.
    pub fn statement_of_body(&self, p: Point) -> i64 {
        self.project(p, 0).unwrap_or(-1)
    }

    /// Whether a definition at `a` reaches everything at or below `b`.
    pub fn dominates(&self, a: Point, b: Point) -> bool {
        self.project(b, a.region).is_some_and(|at| at > a.at || (at == a.at && b.region == a.region))
    }

    /// Whether the value may still be used after point `p`.
    pub fn live_after(&self, v: Value, p: Point) -> bool {
        let Some(def) = self.def(v) else { return false };
        self.dominates(def, p) && self.uses[v.0 as usize].iter().any(|u| self.reaches(p, *u, def.region))
    }

    /// Whether control can go from `p` to `u` without leaving `home` and entering it anew.
    fn reaches(&self, p: Point, u: Point, home: usize) -> bool {
        let mut common = p;
        let at_u = loop {
            match self.project(u, common.region) {
                Some(at) => break at,
                None => match self.regions[common.region].parent {
                    Some(up) => common = up,
                    None => return false,
                },
            }
        };
        if at_u > common.at {
            return true;
        }
        // Condition and body of a `while` follow each other in both directions.
        if at_u == common.at && common.region != p.region && common.region != u.region {
            let child = |mut q: Point| loop {
                match self.regions[q.region].parent {
                    Some(up) if up.region == common.region => return q.region,
                    Some(up) => q = up,
                    None => return q.region,
                }
            };
            let (a, b) = (child(p), child(u));
            if a != b && self.regions[a].repeats {
                return true;
            }
        }
        let mut region = common.region;
        while region != home {
            if self.regions[region].repeats {
                return true;
            }
            match self.regions[region].parent {
                Some(up) => region = up.region,
                None => break,
            }
        }
        false
    }
}
