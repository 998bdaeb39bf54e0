//! Which SSA values share one mutable variable: what a loop carries, so that `acc += x[i]` comes out as it was
//! written. Values share a variable only if no two of them are needed at the same time.

use crate::tables::{HashMap, HashSet};

use super::layout::{Layout, Point};
use crate::ir::*;

/// The classes of values that share a variable.
#[derive(Debug, Default)]
pub(super) struct Variables {
    class: HashMap<Value, usize>,
    members: Vec<Vec<Value>>,
}

impl Variables {
    /// Finds them. No variable reaches across `split`, a statement of the function's body.
    pub fn new(func: &Func, layout: &Layout, split: Option<usize>) -> Variables {
        let mut consts = HashSet::default();
        func.body.each_stmt(&mut |s| {
            if matches!(s.op, Op::Const(_)) {
                consts.extend(s.results.iter().copied());
            }
        });
        let mut cx = Cx { func, layout, split, consts, vars: Variables::default() };
        // What has to share a variable comes first: whatever joins it later is held against all of it.
        func.body.each_stmt(&mut |s| cx.carried(s));
        func.body.each_stmt(&mut |s| cx.loops(s));
        func.body.each_stmt(&mut |s| cx.ifs(s));
        // Chains of updates of one variable; a few rounds carry a class from one end to the other.
        for _ in 0..4 {
            let mut changed = false;
            func.body.each_stmt(&mut |s| changed |= cx.updates(s));
            if !changed {
                break;
            }
        }
        cx.vars
    }

    /// The mutable variable that a value lives in, if it does.
    pub fn of(&self, v: Value) -> Option<usize> {
        self.class.get(&v).copied()
    }

    /// The values that live in a variable.
    pub fn members(&self, class: usize) -> &[Value] {
        &self.members[class]
    }

    /// Whether two values live in the same variable.
    pub fn same(&self, a: Value, b: Value) -> bool {
        self.of(a).is_some() && self.of(a) == self.of(b)
    }
}

struct Cx<'f> {
    func: &'f Func,
    layout: &'f Layout,
    split: Option<usize>,
    consts: HashSet<Value>,
    vars: Variables,
}

impl Cx<'_> {
    /// A loop's parameters and results are one variable each.
    fn carried(&mut self, s: &Stmt) {
        let Some((inits, body, cond, skip)) = self.looped(s) else { return };
        for k in 0..inits.len() {
            self.join(body.params[skip + k], s.results[k]);
            if let Some(c) = cond {
                self.join(body.params[skip + k], c.params[k]);
            }
        }
    }

    /// What comes into a loop and what a round hands on would be in the same variable, if it is free.
    fn loops(&mut self, s: &Stmt) {
        let Some((inits, body, _, skip)) = self.looped(s) else { return };
        for (k, init) in inits.iter().enumerate() {
            let param = body.params[skip + k];
            if let Some(y) = body.yields.get(k) {
                self.try_join(param, *y);
            }
            if self.stem(*init).is_some() && self.stem(*init) == self.stem(param) {
                self.try_join(param, *init);
            }
        }
    }

    /// Of a loop that is needed: what it starts from, its body and condition, and its first carried parameter.
    fn looped<'s>(&self, s: &'s Stmt) -> Option<(&'s [Value], &'s Block, Option<&'s Block>, usize)> {
        match &s.op {
            _ if self.layout.is_dead(s) => None,
            Op::For { inits, body, .. } => Some((inits, body, None, 1)),
            Op::While { inits, body, cond } => Some((inits, body, Some(cond), 0)),
            _ => None,
        }
    }

    fn ifs(&mut self, s: &Stmt) {
        let Op::If { then, els, .. } = &s.op else { return };
        if self.layout.is_dead(s) {
            return;
        }
        for (k, r) in s.results.iter().enumerate() {
            for b in [then, els] {
                if let Some(y) = b.yields.get(k) {
                    // An arm that leaves the variable alone, or a variable that a loop carries already.
                    let keeps = self.layout.def(*y).map(|d| d.region) != Some(self.layout.region(b));
                    let outside = self.vars.of(*r).is_some() || keeps;
                    let named = self.stem(*y).is_some() && self.stem(*y) == self.stem(*r);
                    if outside && (named || (!keeps && self.stem(*y).is_none())) {
                        self.try_join(*r, *y);
                    }
                }
            }
        }
    }

    /// `acc_2 = acc_1 + …` where one of them lives in a mutable variable already.
    fn updates(&mut self, s: &Stmt) -> bool {
        let (Op::Elem { args, .. } | Op::Int { args, .. }) = &s.op else { return false };
        let [r] = s.results[..] else { return false };
        if self.layout.is_dead(s) || self.stem(r).is_none() {
            return false;
        }
        let related = |cx: &Self, a: Value| {
            cx.stem(a) == cx.stem(r)
                && cx.func.ty(a) == cx.func.ty(r)
                && !cx.vars.same(a, r)
                && (cx.vars.of(a).is_some() || cx.vars.of(r).is_some())
        };
        args.iter().any(|a| related(self, *a) && self.try_join(r, *a))
    }

    fn stem(&self, v: Value) -> Option<String> {
        self.func.val(v).name.as_ref().map(Name::stem)
    }

    /// Puts two values into one class.
    fn join(&mut self, a: Value, b: Value) {
        let (ca, cb) = (self.class_of(a), self.class_of(b));
        if ca != cb {
            let moved = std::mem::take(&mut self.vars.members[cb]);
            for v in &moved {
                self.vars.class.insert(*v, ca);
            }
            self.vars.members[ca].extend(moved);
        }
    }

    fn class_of(&mut self, v: Value) -> usize {
        if let Some(c) = self.vars.of(v) {
            return c;
        }
        self.vars.members.push(vec![v]);
        self.vars.class.insert(v, self.vars.members.len() - 1);
        self.vars.members.len() - 1
    }

    fn try_join(&mut self, a: Value, b: Value) -> bool {
        let group = |cx: &Self, v: Value| match cx.vars.of(v) {
            Some(c) => cx.vars.members[c].clone(),
            None => vec![v],
        };
        let (ga, gb) = (group(self, a), group(self, b));
        if self.vars.same(a, b)
            || !ga.iter().chain(&gb).all(|v| self.may_live_in_variable(*v))
            || ga.iter().any(|x| gb.iter().any(|y| self.interfere(*x, *y)))
            || !self.one_root(&ga, &gb)
            || !self.one_side(&ga, &gb)
        {
            return false;
        }
        self.join(a, b);
        true
    }

    /// Parameters of the function keep their own name, constants are written where they are used.
    fn may_live_in_variable(&self, v: Value) -> bool {
        if matches!(self.func.ty(v), Ty::Pullback | Ty::Snapshot | Ty::Opaque) {
            return false;
        }
        match self.layout.def(v) {
            None => false,
            Some(Point { region: 0, at: -1 }) => false,
            Some(_) => !self.consts.contains(&v),
        }
    }

    fn interfere(&self, a: Value, b: Value) -> bool {
        let (Some(da), Some(db)) = (self.layout.def(a), self.layout.def(b)) else { return true };
        da == db || self.layout.live_after(a, db) || self.layout.live_after(b, da)
    }

    /// One declaration must reach all members.
    fn one_root(&self, ga: &[Value], gb: &[Value]) -> bool {
        let all: Vec<Point> =
            ga.iter().chain(gb).filter_map(|v| self.layout.def(*v)).map(|p| self.declared_at(p)).collect();
        all.iter().any(|a| all.iter().all(|b| a == b || self.layout.dominates(*a, *b)))
    }

    /// All on the same side of the split.
    fn one_side(&self, ga: &[Value], gb: &[Value]) -> bool {
        let Some(split) = self.split else { return true };
        let points = ga.iter().chain(gb).filter_map(|v| self.layout.def(*v));
        let mut sides = points.map(|p| self.layout.statement_of_body(p) < split as i64);
        let first = sides.next();
        sides.all(|s| Some(s) == first)
    }

    /// A loop's parameters are declared before the loop.
    fn declared_at(&self, p: Point) -> Point {
        if p.at == -1 { self.layout.before(p.region).unwrap_or(p) } else { p }
    }
}
