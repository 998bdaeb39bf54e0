//! Patterns as comparisons.

use super::super::branch::arm as block;
use super::super::place::Loc;
use super::super::{Lower, Refused, Res, Val, walk};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Pat, PatKind, Test, Var};
use crate::ir::{CmpOp, Const, IntOp, Len, Op, Place, PlaceTy, Proj, Ty, Value};

/// Whether something holds; `None` if it always does.
type Cond = Option<Value>;

impl<'a> Lower<'a, '_> {
    /// Whether a pattern matches.
    pub(in super::super) fn matches(&mut self, p: &'a Pat, val: &Val) -> Res<Cond> {
        if let (Val::Part(id), false) = (val, matches!(p.kind, PatKind::Wild)) {
            return self.matches_part(p, *id);
        }
        if let Some(cond) = self.matches_option(p, val) {
            return cond;
        }
        match (&p.kind, val) {
            (PatKind::Wild | PatKind::Var(_) | PatKind::RefVar(_) | PatKind::Rest(_), _) => Ok(None),
            (_, Val::Never) => Ok(None),
            (PatKind::At(_, p), val) => self.matches(p, val),
            (PatKind::Ref(p), Val::Scalar(v)) if matches!(self.ty(*v), Ty::Float(_)) => {
                self.matches(p, &Val::Scalar(*v))
            }
            (PatKind::Ref(p), Val::ScalarRef(v)) => self.matches(p, &Val::Scalar(*v)),
            (PatKind::Ref(p), Val::PlaceRef(place, _)) => self.matches(p, &Val::Place(*place)),
            (PatKind::Ref(p), Val::TupleRef(vals)) => self.matches(p, &Val::Tuple(vals.clone())),
            (PatKind::Const(e), val) => {
                let v = self.scalar_of(val.clone(), e)?;
                match &e.kind {
                    ExprKind::Lit(syn::Lit::Bool(lit)) if *self.ty(v) == Ty::Bool => {
                        Ok(Some(match lit.value {
                            true => v,
                            false => self.push(Op::Int { op: IntOp::Not, args: vec![v] }, Ty::Bool),
                        }))
                    }
                    _ => self.comparison(CmpOp::Eq, v, e).map(Some),
                }
            }
            (PatKind::Range { lo, hi, inclusive }, val) => {
                let Some(at) = lo.as_ref().or(hi.as_ref()) else { return Ok(None) };
                let v = self.scalar_of(val.clone(), at)?;
                let low = lo.as_ref().map(|e| self.comparison(CmpOp::Ge, v, e)).transpose()?;
                let below = if *inclusive { CmpOp::Le } else { CmpOp::Lt };
                let high = hi.as_ref().map(|e| self.comparison(below, v, e)).transpose()?;
                Ok(match (low, high) {
                    (Some(a), Some(b)) => {
                        Some(self.push(Op::Int { op: IntOp::And, args: vec![a, b] }, Ty::Bool))
                    }
                    (a, b) => a.or(b),
                })
            }
            (PatKind::Tuple(ps), val) => {
                let parts = self.tuple_parts(ps, val, p)?;
                self.all(parts)
            }
            (PatKind::Array(ps), Val::Place(place) | Val::PlaceRef(place, _)) => {
                let length = self.length_fits(ps, *place);
                let refutable = ps.iter().any(|p| self.may_fail(p));
                if !refutable {
                    return Ok(length);
                }
                self.both(length, true, |s| {
                    let parts = s.array_parts(ps, val)?;
                    s.all(parts)
                })
            }
            (PatKind::Struct(_, fields), val) if self.is_user(val) => {
                let parts = fields.iter().filter(|(_, p)| self.may_fail(p)).collect::<Vec<_>>();
                let parts = parts.into_iter().map(|(m, p)| Ok((p, self.member_part(m, val)?)));
                let parts = parts.collect::<Res<Vec<_>>>()?;
                self.all(parts)
            }
            (PatKind::Variant(_, ps), val) if self.is_user(val) => {
                let member = |i: usize| syn::Member::Unnamed(syn::Index::from(i));
                let parts = ps.iter().enumerate().filter(|(_, p)| self.may_fail(p)).collect::<Vec<_>>();
                let parts = parts.into_iter().map(|(i, p)| Ok((p, self.member_part(&member(i), val)?)));
                let parts = parts.collect::<Res<Vec<_>>>()?;
                self.all(parts)
            }
            (PatKind::Or(ps), val) => {
                let mut cond = Some(self.matches(&ps[0], val)?);
                for p in &ps[1..] {
                    let Some(Some(first)) = cond else { return Ok(None) };
                    cond = Some(self.both(Some(first), false, |s| s.matches(p, val))?);
                }
                Ok(cond.flatten())
            }
            (_, Val::Poison) => Err(Refused),
            _ => self.refuse_at(Kind::Pattern, p.span, &[]),
        }
    }

    /// Binds the variables of an or-pattern that matches: to what the first alternative that matches says.
    pub(in super::super) fn bind_alternatives(&mut self, ps: &'a [Pat], val: &Val) -> Res<()> {
        let Some((first, rest)) = ps.split_first() else { return Ok(()) };
        let cond = if rest.is_empty() { None } else { self.matches(first, val)? };
        let Some(cond) = cond else { return self.bind(first, val.clone()) };
        let mut vars = Vec::new();
        walk::bound(first, &mut |v| vars.push(v));
        let arm = |s: &mut Self, f: &mut dyn FnMut(&mut Self) -> Res<()>| {
            let (stmts, dead, vals) = s.region(|s| {
                f(s)?;
                let val = |v: &Var| s.env[v.0 as usize].as_ref().and_then(Val::scalar);
                vars.iter().map(val).collect::<Option<Vec<Value>>>().ok_or(Refused)
            });
            if vals.is_err() && !s.refused {
                return s.refuse_at(Kind::Pattern, first.span, &[]);
            }
            Ok((block(stmts, dead, vals.clone()?), vals?))
        };
        let (then, xs) = arm(self, &mut |s| s.bind(first, val.clone()))?;
        let (els, ys) = arm(self, &mut |s| s.bind_alternatives(rest, val))?;
        let mut results = Vec::new();
        for ((x, y), v) in xs.iter().zip(&ys).zip(&vars) {
            let ty = self.found(*x);
            let name = self.user_name(*v);
            let result = self.value(ty, Some(name));
            self.same(*x, result);
            self.same(*y, result);
            let by_ref = matches!(self.env[v.0 as usize], Some(Val::ScalarRef(_)));
            self.env[v.0 as usize] = Some(if by_ref { Val::ScalarRef(result) } else { Val::Scalar(result) });
            results.push(result);
        }
        self.emit(Op::If { cond, then, els }, results);
        Ok(())
    }

    /// A constant of a pattern beside the value that it is compared with.
    fn comparison(&mut self, op: CmpOp, v: Value, e: &'a Expr) -> Res<Value> {
        let c = self.scalar(e, None)?;
        if *self.ty(c) == Ty::Opaque {
            self.func.values[c.0 as usize].ty = self.ty(v).clone();
        }
        self.same(v, c);
        Ok(self.push(Op::Cmp { op, args: [v, c] }, Ty::Bool))
    }

    /// Whether all patterns match, from left to right.
    fn all(&mut self, parts: Vec<(&'a Pat, Val)>) -> Res<Cond> {
        let mut cond = None;
        for (p, val) in parts {
            cond = match cond {
                None => self.matches(p, &val)?,
                some if self.may_fail(p) => self.both(some, true, |s| s.matches(p, &val))?,
                some => some,
            };
        }
        Ok(cond)
    }

    /// Whether a pattern may fail to match, or look at something that may not be there.
    pub(super) fn may_fail(&self, p: &Pat) -> bool {
        match &p.kind {
            PatKind::Wild | PatKind::Var(_) | PatKind::RefVar(_) | PatKind::Rest(_) => false,
            PatKind::At(_, p) | PatKind::Ref(p) => self.may_fail(p),
            PatKind::Tuple(ps) => ps.iter().any(|p| self.may_fail(p)),
            PatKind::Struct(_, fields) => fields.iter().any(|(_, p)| self.may_fail(p)),
            _ => true,
        }
    }

    /// The parts of a tuple, each with its pattern.
    pub(in super::super) fn tuple_parts(
        &mut self,
        ps: &'a [Pat],
        val: &Val,
        p: &Pat,
    ) -> Res<Vec<(&'a Pat, Val)>> {
        let by_ref = matches!(val, Val::TupleRef(_));
        let vals = match val {
            Val::Tuple(vals) | Val::TupleRef(vals) => vals.clone(),
            Val::Place(place) | Val::PlaceRef(place, _) if self.is_tuple(*place) => {
                let lent = if let Val::PlaceRef(_, mutable) = val { Some(*mutable) } else { None };
                self.parts_in_memory(*place, ps.len(), lent)?
            }
            Val::Poison => return Err(Refused),
            _ => return self.refuse_at(Kind::Pattern, p.span, &[]),
        };
        let has_rest = ps.iter().any(|p| matches!(p.kind, PatKind::Rest(_)));
        let fits = if has_rest { ps.len() <= vals.len() + 1 } else { ps.len() == vals.len() };
        if !fits {
            return self.refuse_at(Kind::Pattern, p.span, &[]);
        }
        let part = |i: usize| if by_ref { vals[i].clone().by_reference() } else { vals[i].clone() };
        Ok(super::super::binding::spread(ps, vals.len()).map(|(i, p)| (p, part(i))).collect())
    }

    /// Whether a place is a tuple in memory, or something of which only rustc knows whether it is one.
    fn is_tuple(&self, place: Place) -> bool {
        matches!(self.func.plc(place).ty, PlaceTy::Tuple(_) | PlaceTy::Unknown)
    }

    /// The parts of such a tuple, or references to them: of one that only rustc knows, as many as are asked for.
    fn parts_in_memory(&mut self, place: Place, n: usize, lent: Option<bool>) -> Res<Vec<Val>> {
        let parts = match self.func.plc(place).ty.clone() {
            PlaceTy::Tuple(parts) => parts,
            _ => vec![PlaceTy::Unknown; n],
        };
        let part = |(i, ty): (usize, PlaceTy)| {
            let loc = Loc { place, path: vec![Proj::Field(i as u32)], ty };
            Ok(match lent {
                None => self.load(loc)?,
                Some(false) if matches!(loc.ty, PlaceTy::Scalar(_)) => self.load(loc)?.by_reference(),
                Some(mutable) => Val::PlaceRef(self.new_view(loc), mutable),
            })
        };
        parts.into_iter().enumerate().map(part).collect()
    }

    /// Whether an array or slice has the elements that its pattern asks for.
    fn length_fits(&mut self, ps: &[Pat], place: Place) -> Cond {
        let PlaceTy::Slice(_) = self.func.plc(place).ty else { return None };
        let has_rest = ps.iter().any(|p| matches!(p.kind, PatKind::Rest(_)));
        let asked = ps.len() - usize::from(has_rest);
        if has_rest && asked == 0 {
            return None;
        }
        let op = if has_rest { CmpOp::Ge } else { CmpOp::Eq };
        let len = self.push(Op::Len(place), Ty::usize());
        let asked = self.int(asked as i128, Ty::usize());
        Some(self.push(Op::Cmp { op, args: [len, asked] }, Ty::Bool))
    }

    /// The elements of an array or slice, each with its pattern; only those that are looked at.
    pub(in super::super) fn array_parts(&mut self, ps: &'a [Pat], val: &Val) -> Res<Vec<(&'a Pat, Val)>> {
        let (place, by_ref) = match val {
            Val::Place(p) => (*p, None),
            Val::PlaceRef(p, mutable) => (*p, Some(*mutable)),
            _ => return Err(Refused),
        };
        let Some(elem) = self.func.plc(place).ty.elem().cloned() else { return Err(Refused) };
        let rest = ps.iter().position(|p| matches!(p.kind, PatKind::Rest(_)));
        let mut out = Vec::new();
        for (i, p) in ps.iter().enumerate() {
            let val = match &p.kind {
                PatKind::Wild | PatKind::Rest(None) => continue,
                PatKind::Rest(Some(_)) => self.rest(place, i, ps.len() - 1 - i, by_ref, p)?,
                _ => {
                    let i = match rest {
                        Some(rest) if i > rest => self.index_before(place, ps.len() - i),
                        _ => self.int(i as i128, Ty::usize()),
                    };
                    let loc = Loc { place, path: vec![Proj::Index(i)], ty: elem.clone() };
                    match by_ref {
                        Some(true) => {
                            let part = self.new_view(loc);
                            self.written(part);
                            Val::PlaceRef(part, true)
                        }
                        Some(false) => self.load(loc)?.by_reference(),
                        None => self.load(loc)?,
                    }
                }
            };
            out.push((p, val));
        }
        Ok(out)
    }

    /// The index of the element so far from the end.
    fn index_before(&mut self, place: Place, distance: usize) -> Value {
        if let PlaceTy::Array(_, Len::Known(n)) = &self.func.plc(place).ty {
            return self.int(n.saturating_sub(distance) as i128, Ty::usize());
        }
        let len = self.push(Op::Len(place), Ty::usize());
        let distance = self.int(distance as i128, Ty::usize());
        self.int_op(IntOp::WrappingSub, vec![len, distance])
    }

    /// What `rest @ ..` stands for, after `front` elements and before `back` others.
    fn rest(&mut self, place: Place, front: usize, back: usize, by_ref: Option<bool>, p: &Pat) -> Res<Val> {
        match (self.func.plc(place).ty.clone(), by_ref) {
            (PlaceTy::Slice(elem), Some(mutable)) => {
                let lo = (front > 0).then(|| self.int(front as i128, Ty::usize()));
                let hi = (back > 0).then(|| self.index_before(place, back));
                let path = vec![Proj::Slice(lo, hi)];
                let part = self.new_view(Loc { place, path, ty: PlaceTy::Slice(elem) });
                if mutable {
                    self.written(part);
                }
                Ok(Val::PlaceRef(part, mutable))
            }
            (PlaceTy::Array(elem, Len::Known(n)), None | Some(false)) => {
                let part = self.part_of_array(place, front..n.saturating_sub(back), *elem)?;
                Ok(if by_ref.is_some() { Val::PlaceRef(part, false) } else { Val::Place(part) })
            }
            _ => self.refuse_at(Kind::Pattern, p.span, &[]),
        }
    }

    /// An array of some elements of another one.
    fn part_of_array(&mut self, of: Place, range: std::ops::Range<usize>, elem: PlaceTy) -> Res<Place> {
        use crate::ir::Init;
        let mut parts = Vec::new();
        let n = range.len();
        for i in range {
            let i = self.int(i as i128, Ty::usize());
            parts.push(self.load(Loc { place: of, path: vec![Proj::Index(i)], ty: elem.clone() })?);
        }
        let scalars: Vec<Value> = parts.iter().filter_map(Val::scalar).collect();
        let init = match scalars.len() == n {
            true => Init::Elems(scalars),
            false => Init::Rows(parts.iter().filter_map(Val::place).collect()),
        };
        let place = self.fresh(PlaceTy::Array(Box::new(elem), Len::Known(n)));
        self.types.unify(
            &self.func,
            super::super::types::Node::Place(place),
            super::super::types::Node::Place(of),
        );
        self.effect(Op::Alloc { place, init });
        Ok(place)
    }

    /// The further conditions of an arm whose pattern matches if `cond` holds.
    pub(super) fn and_then(
        &mut self,
        cond: Cond,
        tests: &'a [Test],
        first: Option<(&'a Pat, Val)>,
        e: &'a Expr,
    ) -> Res<Cond> {
        let mut vars = Vec::new();
        for test in tests {
            let (Test::Cond(e) | Test::Let(_, e)) = test;
            vars.extend(self.assigned_within(e));
        }
        vars.sort();
        vars.dedup();
        let further = |s: &mut Self| {
            let Some((pat, val)) = first else { return s.tests(tests, e) };
            s.bind(pat, val)?;
            let cond = s.tests(tests, e);
            // The arm binds them again.
            walk::bound(pat, &mut |v| s.env[v.0 as usize] = None);
            cond
        };
        match cond {
            Some(cond) if !vars.is_empty() => self.assigning(true, cond, vars, e, further).map(Some),
            cond => self.both(cond, true, further),
        }
    }

    /// Conditions one after the other.
    fn tests(&mut self, tests: &'a [Test], e: &'a Expr) -> Res<Cond> {
        match tests.split_first() {
            None => Ok(None),
            Some((Test::Cond(c), [])) => self.condition(c).map(Some),
            Some((Test::Cond(c), rest)) => {
                let cond = self.condition(c)?;
                self.and_then(Some(cond), rest, None, e)
            }
            Some((Test::Let(pat, scrutinee), rest)) => {
                let val = self.matched_value(scrutinee, &[pat])?;
                let cond = self.matches(pat, &val)?;
                match rest {
                    [] => Ok(cond),
                    rest => self.and_then(cond, rest, Some((pat, val)), e),
                }
            }
        }
    }

    /// `a && b` (or `a || b`), where `b` only runs if it decides, unless running it can't be noticed.
    pub(in super::super) fn both(
        &mut self,
        a: Cond,
        and: bool,
        b: impl FnOnce(&mut Self) -> Res<Cond>,
    ) -> Res<Cond> {
        let Some(a) = a else { return if and { b(self) } else { Ok(None) } };
        let env = self.env.clone();
        let (mut stmts, dead, b) = self.region(|s| {
            let b = b(s)?;
            Ok(match b {
                Some(b) => Some(b),
                // It holds: of no interest if `a` has to, and of all if not.
                None if s.out.is_empty() => None,
                None => Some(s.truth(true)),
            })
        });
        self.env = env;
        let Some(b) = b? else { return Ok(and.then_some(a)) };
        if !dead && stmts.iter().all(|s| s.op.effects(&self.func).is_pure()) {
            self.out.append(&mut stmts);
            let op = if and { IntOp::And } else { IntOp::Or };
            return Ok(Some(self.push(Op::Int { op, args: vec![a, b] }, Ty::Bool)));
        }
        let (short, _, decided) = self.region(|s| s.push(Op::Const(Const::Bool(!and)), Ty::Bool));
        let (long, short) = (block(stmts, dead, vec![b]), block(short, false, vec![decided]));
        let (then, els) = if and { (long, short) } else { (short, long) };
        Ok(Some(self.push(Op::If { cond: a, then, els }, Ty::Bool)))
    }
}
