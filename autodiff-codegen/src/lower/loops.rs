//! Loops: what the body assigns to is carried from one iteration to the next.

use super::iter::{self, Source};
use super::place::Loc;
use super::rounds::OpenRange;
use super::{Lower, Refused, Res, Val, jumps, walk};
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, ExprKind, Pat, Type, Var};
use crate::ir::{self, IntOp, Op, Proj, Range, Ty, Value};

/// The variables that a loop carries, with the shape of each.
pub(super) struct Carried {
    vars: Vec<(Var, Val)>,
    pub(super) inits: Vec<Value>,
}

/// What the body of a `for` gets from its induction variable.
pub(super) enum Item {
    /// The variable itself.
    Index,
    /// The variable, counted downwards from this bound.
    Backwards { hi: Value, inclusive: bool },
    /// An item of a chain of iterators, by number.
    Piped(usize),
    /// An element of a place: by reference?, numbered?
    Element { place: ir::Place, by_ref: bool, enumerate: bool },
}

impl<'a> Lower<'a, '_> {
    /// `for`, `while` and `loop`, if nothing leads out of them but their ends.
    pub(super) fn looped(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        match &e.kind {
            ExprKind::For { pat, iter, body, .. }
                if !jumps::in_body(body)
                    && OpenRange::of(&self.facts, iter).is_none()
                    && !self.facts.is_foreign(iter, body) =>
            {
                self.for_loop(pat, iter, body)?
            }
            ExprKind::For { pat, iter, body, .. }
                if !jumps::in_body(body) && self.facts.is_foreign(iter, body) =>
            {
                self.plain_foreign_loop(pat, iter, body)?
            }
            ExprKind::While { cond, body, .. } if !jumps::in_body(body) && self.only_looks(cond) => {
                self.while_loop(cond, body)?
            }
            ExprKind::Loop { body, .. } if self.is_plain_while_let(body) => self.while_let(e, body)?,
            _ => {
                let joined = self.loop_with_jumps(e, hint)?;
                return self.arrive(joined, e);
            }
        }
        Ok(Val::Unit)
    }

    /// What a `for` runs over, evaluated; nothing, if that never comes to an end.
    pub(super) fn source(
        &mut self,
        pat: &'a Pat,
        iter: &'a Expr,
        body: &'a Block,
    ) -> Res<Option<(Range, Item)>> {
        let source = iter::classify(&self.facts, iter).filter(|s| self.facts.source_is_reachable(s));
        let Some(source) = source else {
            let _: Res<()> = self.refuse(Kind::Iterator, iter, &[]);
            return self.refused_loop(pat, body);
        };
        let Ok(head) = self.range(&source) else {
            return self.refused_loop(pat, body);
        };
        Ok((!self.dead).then_some(head))
    }

    fn for_loop(&mut self, pat: &'a Pat, iter: &'a Expr, body: &'a Block) -> Res<()> {
        let reached = |s: &Self, source: &Source| s.facts.source_is_reachable(source);
        if iter::classify(&self.facts, iter).is_none_or(|source| !reached(self, &source))
            && let Some(chain) = super::chain::classify_into(&self.facts, iter)
        {
            return match self.for_chain(pat, &chain, iter, body) {
                Err(Refused) => self.refused_loop(pat, body),
                done => done,
            };
        }
        let Some((range, item)) = self.source(pat, iter, body)? else { return Ok(()) };
        let carried = self.carried(walk::block_assigned(body));
        let before = self.env.clone();
        let iv_ty = self.found(range.lo);
        let iv = self.value(iv_ty, None);
        self.same(range.lo, iv);
        let params = self.enter_loop(&carried);
        let (stmts, dead, done) = self.region(|s| {
            let val = s.item(iv, &item)?;
            s.bind(pat, val)?;
            s.unit_block(body)
        });
        done?;
        let yields = self.leave_loop(&carried, &params, &before, dead, iter)?;
        let params = std::iter::once(iv).chain(params).collect();
        let body = ir::Block { params, stmts, yields, diverges: dead };
        let inits = carried.inits.clone();
        self.finish_loop(Op::For { range, inits, body }, carried, before);
        Ok(())
    }

    /// The errors in the body of a loop whose head was refused.
    fn refused_loop<T>(&mut self, pat: &'a Pat, body: &'a Block) -> Res<T> {
        let before = self.env.clone();
        self.poison(pat);
        if !jumps::in_body(body) {
            let _ = self.region(|s| s.unit_block(body));
        }
        self.env = before;
        Err(Refused)
    }

    fn while_loop(&mut self, cond: &'a Expr, body: &'a Block) -> Res<()> {
        self.while_by(body, cond, |s| s.condition(cond), |s| s.unit_block(body))
    }

    /// A loop that goes on as long as a condition holds, which may declare variables of opaque code.
    pub(super) fn while_by(
        &mut self,
        assigns: &Block,
        at: &'a Expr,
        cond: impl FnOnce(&mut Self) -> Res<Value>,
        body: impl FnOnce(&mut Self) -> Res<()>,
    ) -> Res<()> {
        let carried = self.carried(walk::block_assigned(assigns));
        let before = self.env.clone();
        let cond_params = self.enter_loop(&carried);
        let (stmts, cond_dead, value) = self.region(cond);
        let value = value?;
        if cond_dead {
            return self.refuse(Kind::NotDifferentiated, at, &["a condition that never ends"]);
        }
        let cond_block = ir::Block { params: cond_params, stmts, yields: vec![value], diverges: false };
        self.env = before.clone();
        let params = self.enter_loop(&carried);
        let (stmts, dead, done) = self.region(body);
        done?;
        let yields = self.leave_loop(&carried, &params, &before, dead, at)?;
        let body = ir::Block { params, stmts, yields, diverges: dead };
        let inits = carried.inits.clone();
        self.finish_loop(Op::While { inits, cond: cond_block, body }, carried, before);
        Ok(())
    }

    /// What a `for` runs over, evaluated.
    fn range(&mut self, source: &Source<'a>) -> Res<(Range, Item)> {
        match source {
            Source::Range { lo, hi, inclusive, step, rev, backwards } => {
                let (lo, hi) = (self.bound(lo)?, self.bound(hi)?);
                self.same(lo, hi);
                let step = match step {
                    Some(step) => Some(self.typed(step, Ty::usize())?),
                    None => None,
                };
                if *backwards {
                    return Ok(self.backwards((lo, hi, *inclusive), step, *rev));
                }
                Ok((Range { lo, hi, inclusive: *inclusive, step, rev: *rev }, Item::Index))
            }
            Source::Elements { place, by_ref, enumerate, rev } => {
                let loc = self.loc(place)?;
                let mut p = self.view(loc);
                if *by_ref {
                    p = self.kept_place(p);
                } else if self.changing.contains(&self.func.root(p)) {
                    // The loop runs over its own copy, whatever its body does to the original.
                    p = self.copied(p);
                }
                let lo = self.int(0, Ty::usize());
                let hi = self.push(Op::Len(p), Ty::usize());
                let range = Range { lo, hi, inclusive: false, step: None, rev: *rev };
                Ok((range, Item::Element { place: p, by_ref: *by_ref, enumerate: *enumerate }))
            }
        }
    }

    /// `(lo..hi).rev().step_by(step)`: the distances from the last value, in steps. The start is not negative, so
    /// that the distances are in the type's range; they are found without methods, which need a known type.
    fn backwards(&mut self, ends: (Value, Value, bool), step: Option<Value>, rev: bool) -> (Range, Item) {
        let (lo, hi, inclusive) = ends;
        let ty = self.found(lo);
        let op = if inclusive { ir::CmpOp::Le } else { ir::CmpOp::Lt };
        let some = self.push(Op::Cmp { op, args: [lo, hi] }, Ty::Bool);
        let (stmts, _, yields) = self.region(|s| {
            let (zero, len) = (s.int(0, ty.clone()), s.int_op(IntOp::Sub, vec![hi, lo]));
            vec![zero, len]
        });
        let then = super::branch::arm(stmts, false, yields);
        // `1..=0`, or `0..0`.
        let (stmts, _, yields) = self.region(|s| {
            let (first, zero) = (s.int(i128::from(inclusive), ty.clone()), s.int(0, ty.clone()));
            vec![first, zero]
        });
        let els = super::branch::arm(stmts, false, yields);
        let (first, last) = (self.value(ty.clone(), None), self.value(ty, None));
        for v in then.yields.iter().chain(&els.yields).chain([&first, &last]) {
            self.same(lo, *v);
        }
        self.emit(Op::If { cond: some, then, els }, vec![first, last]);
        let range = Range { lo: first, hi: last, inclusive, step, rev };
        (range, Item::Backwards { hi, inclusive })
    }

    /// An end of a range: an integer.
    pub(super) fn bound(&mut self, e: &'a Expr) -> Res<Value> {
        let v = match self.facts.shape(e).strip().scalar() {
            Some(_) => self.scalar(e, None)?,
            None => self.typed(e, Ty::Int(None))?,
        };
        match self.ty(v) {
            Ty::Int(_) => Ok(v),
            _ => self.refuse(Kind::Iterator, e, &[]),
        }
    }

    pub(super) fn item(&mut self, iv: Value, item: &Item) -> Res<Val> {
        let (place, by_ref, enumerate) = match item {
            Item::Piped(_) => return Err(Refused),
            Item::Index => return Ok(Val::Scalar(iv)),
            Item::Backwards { hi, inclusive: true } => {
                return Ok(Val::Scalar(self.int_op(IntOp::WrappingSub, vec![*hi, iv])));
            }
            Item::Backwards { hi, inclusive: false } => {
                let ty = self.found(iv);
                let one = self.int(1, ty);
                let last = self.int_op(IntOp::WrappingSub, vec![*hi, one]);
                return Ok(Val::Scalar(self.int_op(IntOp::WrappingSub, vec![last, iv])));
            }
            Item::Element { place, by_ref, enumerate } => (place, by_ref, enumerate),
        };
        let Some(elem) = self.func.plc(*place).ty.elem().cloned() else { return Err(Refused) };
        let loc = Loc { place: *place, path: vec![Proj::Index(iv)], ty: elem.clone() };
        let val = match (self.load(loc)?, by_ref) {
            (Val::Scalar(v), true) => Val::ScalarRef(v),
            (Val::Place(p), true) => Val::PlaceRef(p, false),
            (Val::Tuple(vals), true) => Val::TupleRef(vals),
            (val, _) => val,
        };
        Ok(if *enumerate { Val::Tuple(vec![Val::Scalar(iv), val]) } else { val })
    }

    /// The variables that a loop's body assigns to, as far as they are scalars or tuples of them.
    pub(super) fn carried(&self, vars: Vec<Var>) -> Carried {
        let mut carried = Carried { vars: Vec::new(), inits: Vec::new() };
        for v in vars {
            let Some(Some(val)) = self.env.get(v.0 as usize).cloned() else { continue };
            let mut leaves = Vec::new();
            if val.leaves(&mut leaves) && !leaves.is_empty() {
                carried.inits.extend(leaves);
                carried.vars.push((v, val));
            }
        }
        carried
    }

    /// Makes a region's parameters for what is carried, and binds the variables to them.
    pub(super) fn enter_loop(&mut self, carried: &Carried) -> Vec<Value> {
        let params: Vec<Value> = carried.inits.iter().map(|init| self.version(*init)).collect();
        self.rebind(carried, &params);
        params
    }

    /// A new value of the type and name of another one.
    pub(super) fn version(&mut self, of: Value) -> Value {
        let ty = self.found(of);
        let v = self.value(ty, None);
        self.same(of, v);
        v
    }

    fn rebind(&mut self, carried: &Carried, values: &[Value]) {
        let mut rest = values.iter().copied();
        for (v, template) in &carried.vars {
            let val = template.rebuilt(&mut rest);
            let name = self.user_name(*v);
            if let Some(x) = val.scalar() {
                self.name_value(x, name);
            }
            self.env[v.0 as usize] = Some(val);
        }
    }

    /// What the body hands to the next iteration. A reference or place that is another one than before
    /// can't be handed on.
    pub(super) fn leave_loop(
        &mut self,
        carried: &Carried,
        params: &[Value],
        before: &[Option<Val>],
        dead: bool,
        at: &'a Expr,
    ) -> Res<Vec<Value>> {
        if dead {
            return Ok(Vec::new());
        }
        let is_carried = |v: usize| carried.vars.iter().any(|(c, _)| c.0 as usize == v);
        let mut pairs = before.iter().zip(&self.env).enumerate();
        let known = |val: &Option<Val>| {
            !matches!(val, None | Some(Val::Uninit | Val::Opaque | Val::Poison | Val::Never | Val::Unit))
        };
        if pairs.any(|(v, (old, new))| known(old) && !is_carried(v) && old != new) {
            return self.refuse(Kind::Reassigned, at, &[]);
        }
        let mut yields = Vec::new();
        for (v, template) in &carried.vars {
            match self.env[v.0 as usize].clone() {
                Some(Val::Poison) => return Err(Refused),
                Some(val) if !val.same_memory(template) => return self.refuse(Kind::Reassigned, at, &[]),
                Some(val) => {
                    val.leaves(&mut yields);
                }
                None => return Err(Refused),
            }
        }
        if yields.len() != params.len() {
            return self.refuse(Kind::Reassigned, at, &[]);
        }
        params.iter().zip(&yields).for_each(|(p, y)| self.same(*p, *y));
        Ok(yields)
    }

    pub(super) fn finish_loop(&mut self, op: Op, carried: Carried, before: Vec<Option<Val>>) {
        self.env = before;
        let results: Vec<Value> = carried.inits.iter().map(|init| self.version(*init)).collect();
        self.emit(op, results.clone());
        self.rebind(&carried, &results);
    }
}

impl Val {
    /// Whether it is one scalar or several.
    pub(super) fn is_made_of_scalars(&self) -> bool {
        let mut leaves = Vec::new();
        self.leaves(&mut leaves) && !leaves.is_empty()
    }

    /// Collects the scalars that it is made of; `false` if there is something in it that is neither that nor memory.
    pub(super) fn leaves(&self, out: &mut Vec<Value>) -> bool {
        match self {
            Val::Scalar(v) | Val::ScalarRef(v) => {
                out.push(*v);
                true
            }
            Val::Tuple(vals) | Val::TupleRef(vals) => {
                let mut parts = Vec::new();
                let all = vals.iter().all(|val| val.leaves(&mut parts));
                if all {
                    out.extend(parts);
                }
                all
            }
            // Memory stays where it is.
            Val::Place(_) | Val::PlaceRef(..) | Val::Unit => true,
            _ => false,
        }
    }

    /// Whether the memory that it is, or has in it, is the same as another one's.
    pub(super) fn same_memory(&self, other: &Val) -> bool {
        match (self, other) {
            (Val::Tuple(a), Val::Tuple(b)) | (Val::TupleRef(a), Val::TupleRef(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_memory(b))
            }
            (Val::Scalar(_) | Val::ScalarRef(_), Val::Scalar(_) | Val::ScalarRef(_)) => true,
            (a, b) => a == b,
        }
    }

    /// The same structure over other scalars.
    pub(super) fn rebuilt(&self, values: &mut dyn Iterator<Item = Value>) -> Val {
        match self {
            Val::Scalar(v) => Val::Scalar(values.next().unwrap_or(*v)),
            Val::ScalarRef(v) => Val::ScalarRef(values.next().unwrap_or(*v)),
            Val::Tuple(vals) => Val::Tuple(vals.iter().map(|val| val.rebuilt(values)).collect()),
            Val::TupleRef(vals) => Val::TupleRef(vals.iter().map(|val| val.rebuilt(values)).collect()),
            other => other.clone(),
        }
    }
}
