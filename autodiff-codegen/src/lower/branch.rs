//! `if`: both arms are lowered in regions of their own, and what differs afterwards is handed out.

use super::shape::Shape;
use super::slot::Slot;
use super::{Lower, Refused, Res, Val, walk};
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, Type, Var};
use crate::ir::{self, FloatTy, Name, Op, Place, PlaceTy, Ty, Value};

/// A region without parameters.
pub(super) fn arm(stmts: Vec<ir::Stmt>, dead: bool, yields: Vec<Value>) -> ir::Block {
    let yields = if dead { Vec::new() } else { yields };
    ir::Block { params: Vec::new(), stmts, yields, diverges: dead }
}

/// An arm that has been lowered.
pub(super) struct Arm {
    stmts: Vec<ir::Stmt>,
    dead: bool,
    val: Val,
    env: Vec<Option<Val>>,
}

/// What a merge has collected.
#[derive(Default)]
struct Merge {
    yields: [Vec<Value>; 2],
    results: Vec<Value>,
}

/// What an arm's value has to become, to be handed out.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) shape: Shape,
    tainted: bool,
    /// Where an array goes.
    place: Option<Place>,
    /// The form of an `Option`, or of a tuple with arrays in it.
    slot: Option<Slot>,
}

impl<'a> Lower<'a, '_> {
    /// `if` with a value.
    pub(super) fn branch(
        &mut self,
        e: &'a Expr,
        c: &'a Expr,
        then: &'a Block,
        els: Option<&'a Expr>,
        hint: Option<&Type>,
    ) -> Res<Val> {
        let Some(els) = els else {
            self.branch_unit(c, then, None)?;
            return Ok(if self.dead { Val::Never } else { Val::Unit });
        };
        let cond = self.condition(c);
        let target = self.target_of(e, hint)?;
        let known = target.shape.to_type();
        let hint = known.as_ref().or(hint);
        let vars = self.assigned_here(then, Some(els));
        let first = {
            let target = target.clone();
            self.arm(|s| {
                let val = s.block(then, hint)?;
                s.hand_out(val, &target, e)
            })
        };
        let second = self.arm(|s| {
            let val = s.at_the_end(els, |s| s.expr(els, hint))?;
            s.hand_out(val, &target, e)
        });
        self.join(cond?, vars, first?, second?, e)
    }

    /// `if` for its effect.
    pub(super) fn branch_unit(&mut self, c: &'a Expr, then: &'a Block, els: Option<&'a Expr>) -> Res<()> {
        let cond = self.condition(c);
        let vars = self.assigned_here(then, els);
        let first = self.arm(|s| s.unit_block(then).map(|()| Val::Unit));
        let second =
            self.arm(|s| els.map_or(Ok(()), |e| s.at_the_end(e, |s| s.discard(e))).map(|()| Val::Unit));
        self.join(cond?, vars, first?, second?, c).map(drop)
    }

    /// `a && { x = …; c }`: what the right side assigns to is assigned to only if it runs.
    pub(super) fn assigning(
        &mut self,
        and: bool,
        cond: Value,
        vars: Vec<Var>,
        at: &'a Expr,
        right: impl FnOnce(&mut Self) -> Res<Option<Value>>,
    ) -> Res<Value> {
        let truth = |s: &mut Self, value| s.push(Op::Const(ir::Const::Bool(value)), Ty::Bool);
        let long = self.arm(|s| {
            let v = right(s)?;
            Ok(Val::Scalar(v.unwrap_or_else(|| truth(s, true))))
        })?;
        let short = self.arm(|s| Ok(Val::Scalar(truth(s, !and))))?;
        let (first, second) = if and { (long, short) } else { (short, long) };
        let val = self.join(cond, vars, first, second, at)?;
        self.scalar_of(val, at)
    }

    /// The variables from outside that an expression assigns to.
    pub(super) fn assigned_within(&self, e: &Expr) -> Vec<Var> {
        let mut vars = Vec::new();
        walk::assigned(e, &mut vars);
        vars.sort();
        vars.dedup();
        vars.retain(|v| self.env.get(v.0 as usize).is_some_and(Option::is_some));
        vars
    }

    /// The variables from outside that the arms assign to.
    pub(super) fn assigned_here(&self, then: &Block, els: Option<&Expr>) -> Vec<Var> {
        let mut vars = walk::block_assigned(then);
        els.iter().for_each(|e| walk::assigned(e, &mut vars));
        vars.sort();
        vars.dedup();
        vars.retain(|v| self.env.get(v.0 as usize).is_some_and(Option::is_some));
        vars
    }

    /// Lowers an arm; the environment afterwards is that of before.
    pub(super) fn arm(&mut self, f: impl FnOnce(&mut Self) -> Res<Val>) -> Res<Arm> {
        let before = self.env.clone();
        let (stmts, dead, val) = self.region(f);
        let env = std::mem::replace(&mut self.env, before);
        Ok(Arm { stmts, dead, val: val?, env })
    }

    pub(super) fn target_of(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Target> {
        let (found, tainted) = self.facts.fact(e);
        let hinted = hint.map(Shape::of).filter(Shape::is_known);
        let shape = match (&found, hinted) {
            (Shape::Ref(..), _) | (_, None) => found,
            (_, Some(hinted)) => hinted,
        };
        let place = match &shape {
            Shape::Place(ty) if ty.is_fixed() || super::slot::is_made_before(ty) => {
                Some(self.empty_place(ty.clone()))
            }
            Shape::Place(_) => return self.refuse(Kind::AggregateBranch, e, &[]),
            // What a shared reference refers to stays as it is, so that a copy is as good.
            Shape::Ref(false, inner) => match &**inner {
                Shape::Place(ty) => Some(self.empty_place(ty.to_owned_type())),
                _ => None,
            },
            _ => None,
        };
        let slot = match &shape {
            Shape::Option(_) => match self.slot_of_shape(&shape, tainted) {
                Some(slot) => Some(slot),
                None => return self.refuse(Kind::AggregateBranch, e, &[]),
            },
            Shape::Tuple(ts) if ts.iter().any(has_place) => self.slot_of_shape(&shape, tainted),
            Shape::Ref(false, inner) if matches!(&**inner, Shape::Tuple(ts) if ts.iter().any(has_place)) => {
                self.slot_of_shape(&shape, tainted)
            }
            _ => None,
        };
        Ok(Target { shape, tainted, place, slot })
    }

    /// Brings an arm's value into the form that both arms share.
    pub(super) fn hand_out(&mut self, val: Val, target: &Target, e: &'a Expr) -> Res<Val> {
        if self.dead || val == Val::Never {
            return Ok(Val::Never);
        }
        if let Some(slot) = &target.slot {
            return self.brought(slot, val, e);
        }
        if let Some(dst) = target.place {
            let Some(src) = val.place() else { return self.refuse(Kind::AggregateBranch, e, &[]) };
            self.fill_place(dst, src);
            let by_ref = matches!(target.shape, Shape::Ref(..));
            return Ok(if by_ref { Val::PlaceRef(dst, false) } else { Val::Place(dst) });
        }
        match (&target.shape, val) {
            // A call's result, whose parts only rustc knows.
            (Shape::Tuple(_), Val::Place(p)) if self.func.plc(p).ty == PlaceTy::Unknown => {
                match self.slot_of_shape(&target.shape, target.tainted) {
                    Some(slot) => self.brought(&slot, Val::Place(p), e),
                    None => self.refuse(Kind::AggregateBranch, e, &[]),
                }
            }
            (Shape::Tuple(ts), Val::Tuple(vals)) if ts.len() == vals.len() => {
                let parts = ts.iter().zip(vals).map(|(t, val)| {
                    let part = Target { shape: t.clone(), tainted: target.tainted, place: None, slot: None };
                    self.hand_out(val, &part, e)
                });
                Ok(Val::Tuple(parts.collect::<Res<Vec<_>>>()?))
            }
            (shape, val) if shape.scalar().is_some() => {
                let mut v = self.scalar_of(val, e)?;
                if *self.ty(v) == Ty::Opaque && matches!(shape, Shape::Float(_)) {
                    v = self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown));
                }
                Ok(Val::Scalar(v))
            }
            (Shape::Unknown, val @ Val::Place(_)) if target.tainted => {
                self.scalar_of(val, e).map(Val::Scalar)
            }
            (_, val) => Ok(val),
        }
    }

    /// The `if` itself, and what the variables and its value are afterwards.
    pub(super) fn join(
        &mut self,
        cond: Value,
        vars: Vec<Var>,
        first: Arm,
        second: Arm,
        e: &'a Expr,
    ) -> Res<Val> {
        let mut merge = Merge::default();
        let live = |arm: &Arm, val: &Val| (!arm.dead).then(|| val.clone());
        let mut after = Vec::new();
        for v in vars {
            let at = |arm: &Arm| {
                live(arm, arm.env.get(v.0 as usize).and_then(|x| x.as_ref()).unwrap_or(&Val::Uninit))
            };
            let name = self.user_name(v);
            if let Some(val) = self.merge(&mut merge, at(&first), at(&second), Some(&name), e)? {
                after.push((v, val));
            }
        }
        let (a, b) = (live(&first, &first.val), live(&second, &second.val));
        let val = self.merge(&mut merge, a, b, None, e)?.unwrap_or(Val::Never);
        let [yields, others] = merge.yields;
        let then = arm(first.stmts, first.dead, yields);
        let els = arm(second.stmts, second.dead, others);
        let both = then.diverges && els.diverges;
        let op = Op::If { cond, then, els };
        self.emit(op, merge.results);
        for (v, val) in after {
            self.env[v.0 as usize] = Some(val);
        }
        self.dead |= both;
        Ok(if both { Val::Never } else { val })
    }

    /// One value out of two; `None` stands for an arm that is never left.
    fn merge(
        &mut self,
        merge: &mut Merge,
        a: Option<Val>,
        b: Option<Val>,
        name: Option<&Name>,
        e: &'a Expr,
    ) -> Res<Option<Val>> {
        let (a, b) = match (a, b) {
            (None, None) => return Ok(None),
            (Some(a), Some(b)) => (a, Some(b)),
            (Some(a), None) => (a, None),
            (None, Some(b)) => {
                // One live arm: the first list of yields belongs to an arm that hands nothing out.
                merge.yields.swap(0, 1);
                let val = self.merge(merge, Some(b), None, name, e);
                merge.yields.swap(0, 1);
                return val;
            }
        };
        let val = match (a, b) {
            (Val::Scalar(x), b @ (None | Some(Val::Scalar(_) | Val::ScalarRef(_)))) => {
                Val::Scalar(self.merge_scalar(merge, x, b.and_then(|b| b.scalar()), name))
            }
            (Val::ScalarRef(x), b @ (None | Some(Val::Scalar(_) | Val::ScalarRef(_)))) => {
                Val::ScalarRef(self.merge_scalar(merge, x, b.and_then(|b| b.scalar()), name))
            }
            (Val::Tuple(xs), None) => Val::Tuple(self.merge_all(merge, xs, None, e)?),
            (Val::Tuple(xs), Some(Val::Tuple(ys))) => Val::Tuple(self.merge_all(merge, xs, Some(ys), e)?),
            (Val::TupleRef(xs), None) => Val::TupleRef(self.merge_all(merge, xs, None, e)?),
            (Val::TupleRef(xs), Some(Val::TupleRef(ys))) => {
                Val::TupleRef(self.merge_all(merge, xs, Some(ys), e)?)
            }
            (Val::Poison, _) | (_, Some(Val::Poison)) => Val::Poison,
            (Val::Uninit, _) | (_, Some(Val::Uninit)) => Val::Uninit,
            (a, Some(b)) if a == b => a,
            (a @ (Val::Unit | Val::Opaque | Val::Never), None) => a,
            (a @ (Val::Place(_) | Val::PlaceRef(..)), None) if self.is_outer(&a) => a,
            _ => return self.refuse(Kind::AggregateBranch, e, &[]),
        };
        Ok(Some(val))
    }

    fn merge_all(
        &mut self,
        merge: &mut Merge,
        xs: Vec<Val>,
        ys: Option<Vec<Val>>,
        e: &'a Expr,
    ) -> Res<Vec<Val>> {
        let mut out = Vec::new();
        for (i, x) in xs.into_iter().enumerate() {
            let y = match &ys {
                Some(ys) => Some(ys.get(i).cloned().ok_or(Refused)?),
                None => None,
            };
            out.push(self.merge(merge, Some(x), y, None, e)?.unwrap_or(Val::Never));
        }
        Ok(out)
    }

    fn merge_scalar(&mut self, merge: &mut Merge, x: Value, y: Option<Value>, name: Option<&Name>) -> Value {
        if y == Some(x) {
            // The same value in both arms was there before them.
            return x;
        }
        merge.yields[0].push(x);
        let mut ty = self.found(x);
        if let Some(y) = y {
            merge.yields[1].push(y);
            self.same(x, y);
            if ty == Ty::Opaque {
                ty = self.found(y);
            }
        }
        let result = self.value(ty, name.cloned());
        self.same(x, result);
        if let Some(y) = y {
            self.same(y, result);
        }
        merge.results.push(result);
        result
    }

    /// Whether a place is in scope here, after the arms.
    fn is_outer(&self, val: &Val) -> bool {
        let Some(p) = val.place() else { return false };
        let made = |stmts: &[ir::Stmt]| stmts.iter().any(|s| s.op.place_made().contains(&p));
        let param = matches!(self.func.plc(p).kind, ir::PlaceKind::Param);
        param || made(&self.out) || self.env.iter().flatten().any(|other| other.place() == Some(p))
    }
}

/// Whether there is an array or `Vec` in it, or a shared reference to one.
fn has_place(shape: &Shape) -> bool {
    match shape {
        Shape::Place(_) => true,
        Shape::Ref(false, inner) => has_place(inner),
        Shape::Tuple(ts) => ts.iter().any(has_place),
        _ => false,
    }
}

impl Val {
    /// The scalar that it is, or refers to.
    pub(super) fn scalar(&self) -> Option<Value> {
        match self {
            Val::Scalar(v) | Val::ScalarRef(v) => Some(*v),
            _ => None,
        }
    }
}
