//! The first half: what is needed.

use super::index::{Def, Index};
use crate::ir::*;
use crate::tables::HashSet;

/// What is needed.
pub(super) struct Live {
    /// By number of the statement, in printing order.
    pub(super) stmts: Vec<bool>,
    /// Values that somebody uses.
    pub(super) values: HashSet<Value>,
    /// Carried values that a loop keeps: the loop, and which.
    pub(super) carried: HashSet<(usize, usize)>,
}

impl Live {
    pub(super) fn of(func: &Func) -> Live {
        let index = Index::new(func);
        let live = Live {
            stmts: vec![false; index.stmts.len()],
            values: HashSet::default(),
            carried: HashSet::default(),
        };
        let mut mark =
            Mark { index, live, work: Vec::new(), observed: HashSet::default(), used: HashSet::default() };
        mark.ends();
        while let Some(id) = mark.work.pop() {
            mark.process(id);
        }
        mark.live
    }
}

/// Whether a place, or what it is a view of, is one that derivation has made.
pub(in crate::simplify) fn holds_derived(func: &Func, p: Place) -> bool {
    let name = &func.plc(func.root(p)).name;
    matches!(name, Some(Name::Adjoint(_) | Name::Tangent(_) | Name::Saved(_)))
}

struct Mark<'f> {
    index: Index<'f>,
    live: Live,
    work: Vec<usize>,
    /// Roots whose contents somebody needs.
    observed: HashSet<Place>,
    /// Places, as named, that must exist.
    used: HashSet<Place>,
}

impl<'f> Mark<'f> {
    fn func(&self) -> &'f Func {
        self.index.func
    }

    /// What is needed for its own sake.
    fn ends(&mut self) {
        let func = self.func();
        for (i, info) in func.places.iter().enumerate() {
            if info.kind == PlaceKind::Param && info.mutable {
                self.observe(Place(i as u32));
            }
        }
        self.returned(&func.ret);
        self.may_be_returned();
        func.body.yields.iter().for_each(|v| self.value(*v));
        for id in 0..self.index.stmts.len() {
            if self.is_required(id) {
                self.stmt(id);
            }
        }
    }

    fn returned(&mut self, ret: &Ret) {
        for p in ret.places() {
            self.place(p);
            self.observe(self.func().root(p));
        }
    }

    /// A derivative program returns adjoints that [`Func::ret`] does not name. If nobody said which
    /// (see [`super::super::gradient`]), all that could be are kept.
    fn may_be_returned(&mut self) {
        if self.index.reverse_sweep != usize::MAX {
            return;
        }
        let func = self.func();
        for stmt in &func.body.stmts {
            for p in stmt.op.place_made() {
                if matches!(func.plc(p).name, None | Some(Name::Adjoint(_) | Name::Tangent(_)))
                    && !matches!(func.plc(p).kind, PlaceKind::View { .. })
                {
                    self.place(p);
                    self.observe(p);
                }
            }
        }
    }

    /// Whether a statement stays whatever becomes of its results.
    fn is_required(&self, id: usize) -> bool {
        match &self.index.stmts[id].op {
            Op::If { .. } => false,
            // It might never end.
            Op::While { .. } => !self.is_derived(id),
            // Passive code runs anyway, and its type may be said nowhere else.
            Op::Alloc { init: Init::Given(_), .. } => !self.is_derived(id),
            Op::For { range, .. } => {
                range.step.is_some_and(|s| self.index.int(s).is_none_or(|n| n == 0)) && !self.is_derived(id)
            }
            op => {
                let effects = op.effects(self.func());
                effects.opaque || (effects.panics && !self.is_derived(id))
            }
        }
    }

    /// Whether a statement is part of the derivative, or cannot panic after all.
    fn is_derived(&self, id: usize) -> bool {
        let mut outermost = id;
        while let Some(parent) = self.index.parents[outermost] {
            outermost = parent;
            // Each round has been run before, in the forward sweep.
            if let Op::For { body, .. } = &self.index.stmts[parent].op
                && self.func().val(body.params[0]).rerun
            {
                return true;
            }
        }
        if outermost >= self.index.reverse_sweep {
            return true;
        }
        match &self.index.stmts[id].op {
            Op::Load { again: Some(_), .. } => true,
            Op::Load { place, path, .. } | Op::Store { place, path, .. } | Op::Accum { place, path, .. } => {
                holds_derived(self.func(), *place) || self.is_within(&self.func().plc(*place).ty, path)
            }
            Op::View { base: p, .. } | Op::CopyPlace { dst: p, .. } | Op::AddPlace { dst: p, .. } => {
                holds_derived(self.func(), *p)
            }
            _ => false,
        }
    }

    /// Whether a path has only constant indices, within arrays of known length.
    fn is_within(&self, mut ty: &PlaceTy, path: &[Proj]) -> bool {
        for step in path {
            match (step, ty) {
                (Proj::Index(v), PlaceTy::Array(elem, Len::Known(n))) => {
                    if !self.index.int(*v).is_some_and(|i| (0..*n as i128).contains(&i)) {
                        return false;
                    }
                    ty = elem;
                }
                _ => return false,
            }
        }
        true
    }

    fn stmt(&mut self, id: usize) {
        if !std::mem::replace(&mut self.live.stmts[id], true) {
            self.work.push(id);
        }
    }

    fn value(&mut self, v: Value) {
        if !self.live.values.insert(v) {
            return;
        }
        match self.index.defs.get(&v).copied() {
            None => {}
            Some(Def::Result(id, k)) => {
                self.stmt(id);
                match &self.index.stmts[id].op {
                    Op::If { then, els, .. } => {
                        for arm in [then, els] {
                            arm.yields.get(k).into_iter().for_each(|v| self.value(*v));
                        }
                    }
                    Op::For { .. } | Op::While { .. } => self.carried(id, k),
                    _ => {}
                }
            }
            Some(Def::Carried(id, None)) => self.stmt(id),
            Some(Def::Carried(id, Some(k))) => self.carried(id, k),
        }
    }

    fn carried(&mut self, id: usize, k: usize) {
        if !self.live.carried.insert((id, k)) {
            return;
        }
        self.stmt(id);
        if let Op::For { inits, body, .. } | Op::While { inits, body, .. } = &self.index.stmts[id].op {
            self.value(inits[k]);
            body.yields.get(k).into_iter().for_each(|v| self.value(*v));
        }
    }

    /// The place must exist, and be as long as it is.
    fn place(&mut self, p: Place) {
        if !self.used.insert(p) {
            return;
        }
        if let Some(&maker) = self.index.makers.get(&p) {
            self.stmt(maker);
        }
        let root = self.func().root(p);
        for id in self.index.writers.get(&root).cloned().unwrap_or_default() {
            if self.resizes(id) {
                self.stmt(id);
            }
        }
    }

    /// Whether a statement changes the length of what it writes to.
    fn resizes(&self, id: usize) -> bool {
        match &self.index.stmts[id].op {
            Op::Push { .. } | Op::Pop(_) | Op::Append { .. } | Op::Resize { .. } => true,
            Op::Swap { a, .. } => !self.func().plc(*a).ty.is_fixed(),
            _ => false,
        }
    }

    /// What is in the place matters.
    fn observe(&mut self, root: Place) {
        if self.observed.insert(root) {
            self.place(root);
            for id in self.index.writers.get(&root).cloned().unwrap_or_default() {
                self.stmt(id);
            }
        }
    }

    fn process(&mut self, id: usize) {
        if let Some(parent) = self.index.parents[id] {
            self.stmt(parent);
        }
        let op = &self.index.stmts[id].op;
        match op {
            Op::If { cond, .. } => self.value(*cond),
            Op::For { range, .. } => range.values().for_each(|v| self.value(v)),
            Op::While { cond, .. } => cond.yields.iter().for_each(|v| self.value(*v)),
            op => op.values().into_iter().for_each(|v| self.value(v)),
        }
        if let Op::Load { again: Some(v), .. } = op {
            self.value(*v);
        }
        op.places_written().into_iter().for_each(|p| self.place(p));
        for p in op.places_read() {
            self.place(p);
            if !self.only_its_shape(op, p) {
                self.observe(self.func().root(p));
            }
        }
    }

    /// Whether the operation asks for no more than the place's shape. A growing buffer's contents are its
    /// length; an accumulation needs what it adds to only if somebody needs the sum.
    fn only_its_shape(&self, op: &Op, p: Place) -> bool {
        match op {
            Op::View { .. } | Op::Accum { .. } => true,
            Op::AddPlace { dst, src } => *dst == p && dst != src,
            Op::Len(_) | Op::Snapshot { zero: true, .. } | Op::Alloc { init: Init::ZeroLike(_), .. } => {
                let writers = self.index.writers.get(&self.func().root(p));
                writers.into_iter().flatten().all(|id| {
                    matches!(
                        self.index.stmts[*id].op,
                        Op::Store { .. } | Op::Accum { .. } | Op::Zero(_) | Op::AddPlace { .. }
                    )
                })
            }
            _ => false,
        }
    }
}
