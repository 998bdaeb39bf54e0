//! What each operation asks of its operands, results and regions.

use super::types::{fits, same_shape};
use super::*;
use crate::rules::Library;

impl<'a> Checker<'a> {
    pub(super) fn op(&mut self, stmt: &'a Stmt) -> Check {
        match &stmt.op {
            Op::If { .. } | Op::For { .. } | Op::While { .. } => self.regions(stmt),
            Op::Alloc { .. } | Op::View { .. } => self.results(stmt, 0).and_then(|()| self.making(stmt)),
            Op::Call { .. }
            | Op::CallForward { .. }
            | Op::CallReverse { .. }
            | Op::CallAtOnce { .. }
            | Op::CallTangent { .. } => self.call(stmt),
            Op::Len(_) | Op::Load { .. } | Op::Store { .. } | Op::Accum { .. } | Op::CopyPlace { .. } => {
                self.memory(stmt)
            }
            Op::AddPlace { .. }
            | Op::Zero(_)
            | Op::SumPlace(_)
            | Op::DotPlaces(..)
            | Op::Push { .. }
            | Op::Pop(_) => self.memory(stmt),
            Op::Swap { .. } | Op::Append { .. } | Op::Resize { .. } => {
                self.results(stmt, 0).and_then(|()| self.growing(stmt))
            }
            Op::Snapshot { .. } => {
                self.results(stmt, 1)?;
                let v = stmt.results[0];
                ensure!(*self.ty(v) == Ty::Snapshot, "{} is {}, not a snapshot", self.v(v), self.ty(v));
                Ok(())
            }
            Op::Opaque { kind: OpaqueKind::Expr(_), .. } => {
                ensure!(stmt.results.len() <= 1, "an opaque expression has at most one result");
                Ok(())
            }
            Op::Opaque { .. } | Op::Exit { .. } => self.results(stmt, 0),
            Op::Const(_)
            | Op::Elem { .. }
            | Op::Int { .. }
            | Op::Cmp { .. }
            | Op::Cast(_)
            | Op::AssertFloat(_)
            | Op::Trips(_) => self.results(stmt, 1).and_then(|()| self.scalar(stmt, stmt.results[0])),
        }
    }

    fn results(&self, stmt: &Stmt, n: usize) -> Check {
        let has = stmt.results.len();
        ensure!(has == n, "{} has {n} results, but {has} are defined", stmt.op.kind_name());
        stmt.results.iter().try_for_each(|r| self.known(*r))
    }

    /// Guards the look-up of types: the result is defined only after the statement is checked.
    fn known(&self, v: Value) -> Check {
        ensure!((v.0 as usize) < self.values.len(), "{v:?} is not a value of the function");
        Ok(())
    }

    fn scalar(&self, stmt: &Stmt, result: Value) -> Check {
        match &stmt.op {
            Op::Const(Const::Float { .. }) => self.float(result, "a float constant"),
            Op::Const(Const::Int(_)) => self.int(result, "an integer constant"),
            Op::Const(Const::Bool(_)) => self.bool(result, "a boolean constant"),
            Op::Elem { rule, args } => self.elem(*rule, args, result),
            Op::Int { op, args } => self.int_op(*op, args, result),
            Op::Cmp { args: [a, b], .. } => {
                self.same(*a, *b, "compared")?;
                self.bool(result, "the result of a comparison")
            }
            Op::Cast(a) => {
                let castable = |t: &Ty| t.is_float() || t.is_int() || matches!(t, Ty::Bool | Ty::Opaque);
                ensure!(castable(self.ty(*a)), "{} is {}, which can't be cast", self.v(*a), self.ty(*a));
                let to = self.ty(result);
                ensure!(castable(to) && *to != Ty::Bool, "a cast to {to}");
                Ok(())
            }
            Op::AssertFloat(a) => {
                self.float(result, "what is asserted to be a float")?;
                let ty = self.ty(*a);
                ensure!(ty.is_float() || *ty == Ty::Opaque, "{} is {ty}, not a float", self.v(*a));
                Ok(())
            }
            Op::Trips(range) => {
                self.range(range)?;
                self.int(result, "a trip count")
            }
            _ => Ok(()),
        }
    }

    fn elem(&self, rule: RuleId, args: &[Value], result: Value) -> Check {
        ensure!((rule.line as usize) < crate::rules::RULES.len(), "rule {} is not in the table", rule.line);
        ensure!(rule.from(rule.library) == rule, "{:?} has no {}", rule.library, rule.get().name);
        let generic = matches!(self.ty(result), Ty::Float(FloatTy::Generic(_)));
        ensure!(!(generic && rule.library == Library::Libm), "libm::{} of a type parameter", rule.get().name);
        if std::iter::once(&result).chain(args).any(|v| self.ty(*v).is_lanes()) {
            return self.linear(rule, args, result);
        }
        let rule = rule.get();
        ensure!(
            args.len() == rule.arity,
            "{} takes {} operands, but has {}",
            rule.name,
            rule.arity,
            args.len()
        );
        // Integer operands (`powi`) come last in the table.
        let floats: Vec<Value> = args.iter().copied().filter(|a| !self.ty(*a).is_int()).collect();
        for a in &floats {
            self.float(*a, "an operand")?;
            self.same(floats[0], *a, "operands")?;
        }
        if let (Some(a), Ty::Float(_)) = (floats.first(), self.ty(result)) {
            self.same(*a, result, "operand and result")?;
        }
        Ok(())
    }

    /// What is done to lanes: it is linear in them, and they come first.
    fn linear(&self, rule: RuleId, args: &[Value], result: Value) -> Check {
        use crate::rules::{ADD, DIV, MUL, NEG, SUB};
        let name = rule.get().name;
        ensure!(args.len() == rule.get().arity, "{name} has {} operands", args.len());
        ensure!([ADD, SUB, MUL, DIV, NEG].contains(&rule), "{name} of lanes");
        let lanes = if rule == MUL || rule == DIV { 1 } else { args.len() };
        for a in &args[..lanes] {
            self.same(*a, result, "lanes and their result")?;
        }
        for a in &args[lanes..] {
            let (ty, lane) = (self.ty(*a), self.ty(result).lane());
            ensure!(fits(ty, &lane), "lanes of {lane} and {}, a {ty}", self.v(*a));
        }
        Ok(())
    }

    fn int_op(&self, op: IntOp, args: &[Value], result: Value) -> Check {
        let arity = if matches!(op, IntOp::Neg | IntOp::Not) { 1 } else { 2 };
        ensure!(args.len() == arity, "{op:?} takes {arity} operands, but has {}", args.len());
        let logic = matches!(op, IntOp::And | IntOp::Or | IntOp::Xor | IntOp::Not);
        for a in args {
            let ty = self.ty(*a);
            ensure!(
                ty.is_int() || (logic && *ty == Ty::Bool),
                "an operand must be an integer{}, but {} is {ty}",
                if logic { " or a bool" } else { "" },
                self.v(*a)
            );
        }
        if !matches!(op, IntOp::Shl | IntOp::Shr | IntOp::After) {
            args.iter().try_for_each(|a| self.same(args[0], *a, "operands"))?;
        }
        self.same(args[0], result, "operand and result")
    }

    fn range(&self, r: &Range) -> Check {
        self.int(r.lo, "the start of a range")?;
        self.same(r.lo, r.hi, "the ends of a range")?;
        match r.step {
            Some(s) => self.int(s, "a step"),
            None => Ok(()),
        }
    }

    fn making(&self, stmt: &Stmt) -> Check {
        for p in stmt.op.place_made() {
            ensure!((p.0 as usize) < self.places.len(), "{p:?} is not a place of the function");
        }
        match &stmt.op {
            Op::Alloc { place, init } => self.init(*place, init),
            Op::View { place, base, path } => {
                let ty = self.project(*base, path)?;
                let is = &self.func.plc(*place).ty;
                ensure!(same_shape(is, &ty), "{} is {is}, but the path leads to {ty}", self.p(*place));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn init(&self, place: Place, init: &Init) -> Check {
        let ty = &self.func.plc(place).ty;
        let what = self.p(place);
        let element = |v: Value| -> Check {
            let fit = ty.elem().is_none_or(|t| match t {
                PlaceTy::Scalar(t) => fits(t, self.ty(v)),
                t => *t == PlaceTy::Unknown,
            });
            ensure!(fit, "{what} is {ty}, but its element {} is {}", self.v(v), self.ty(v));
            Ok(())
        };
        match init {
            Init::Zeros => {
                ensure!(ty.is_fixed(), "{what} of type {ty} can't be made without a length");
                Ok(())
            }
            Init::ZerosLen(n) => {
                ensure!(matches!(ty, PlaceTy::Vec(_)), "{what} with a run-time length is {ty}");
                self.int(*n, "a length")
            }
            Init::Fill(v, n) => {
                n.map_or(Ok(()), |n| self.int(n, "a length"))?;
                ensure!(
                    n.is_none() || !matches!(ty, PlaceTy::Array(..)),
                    "array {what} has a run-time length"
                );
                match ty {
                    PlaceTy::Scalar(t) => {
                        ensure!(fits(t, self.ty(*v)), "{what} is {ty}, but {} isn't", self.v(*v));
                        Ok(())
                    }
                    _ => element(*v),
                }
            }
            Init::Elems(vs) => {
                if let PlaceTy::Array(_, Len::Known(n)) = ty {
                    ensure!(*n == vs.len(), "{what} has {n} elements, but {} are given", vs.len());
                }
                vs.iter().try_for_each(|v| element(*v))
            }
            Init::Later(_) => {
                ensure!(ty.has_user_type(), "{what} of type {ty} comes later");
                Ok(())
            }
            Init::Fields { .. } => {
                ensure!(matches!(ty, PlaceTy::User(_)), "{what} has fields, but is {ty}");
                Ok(())
            }
            Init::Rows(ps) => ps.iter().try_for_each(|p| {
                let row = &self.func.plc(*p).ty;
                ensure!(ty.elem().is_none_or(|t| same_shape(t, row)), "{what} is {ty}, but a row is {row}");
                Ok(())
            }),
            Init::Repeat(p, n) => {
                n.map_or(Ok(()), |n| self.int(n, "a length"))?;
                let row = &self.func.plc(*p).ty;
                ensure!(ty.elem().is_none_or(|t| same_shape(t, row)), "{what} is {ty}, but a row is {row}");
                Ok(())
            }
            Init::ZeroLike(p) if ty.scalar().is_some_and(Ty::is_lanes) => {
                let from = &self.func.plc(*p).ty.derivative();
                // Of what has lanes already, or of the primal's.
                let fits = same_shape(ty, from) || from.in_lanes().is_some_and(|from| same_shape(ty, &from));
                ensure!(fits, "{what} is {ty}, but {} is {from}", self.p(*p));
                Ok(())
            }
            Init::Copy(p) | Init::ZeroLike(p) => {
                let from = &self.func.plc(*p).ty;
                let from = if matches!(init, Init::Copy(_)) { from } else { &from.derivative() };
                ensure!(same_shape(ty, from), "{what} is {ty}, but {} is {from}", self.p(*p));
                Ok(())
            }
            Init::Empty => {
                ensure!(matches!(ty, PlaceTy::Vec(_)), "a growing buffer is {ty}");
                Ok(())
            }
            Init::Buffer(n, _) => {
                ensure!(matches!(ty, PlaceTy::Vec(_)), "a growing buffer is {ty}");
                self.int(*n, "a number of rounds")
            }
            Init::None => {
                ensure!(ty.scalar().is_none(), "an empty cell is {ty}");
                Ok(())
            }
            Init::Given(v) | Init::Lent(v) => {
                ensure!(*self.ty(*v) == Ty::Opaque, "{what} is given {}, a {}", self.v(*v), self.ty(*v));
                Ok(())
            }
            Init::Restore(v) => {
                ensure!(*self.ty(*v) == Ty::Snapshot, "{what} starts as {}, a {}", self.v(*v), self.ty(*v));
                Ok(())
            }
        }
    }

    fn memory(&self, stmt: &Stmt) -> Check {
        let ty = |p: &Place| &self.func.plc(*p).ty;
        match &stmt.op {
            Op::Len(p) => {
                self.results(stmt, 1)?;
                ensure!(ty(p).elem().is_some(), "the length of {}, of type {}", self.p(*p), ty(p));
                self.int(stmt.results[0], "a length")
            }
            Op::Load { place, path, .. } => {
                self.results(stmt, 1)?;
                self.element(*place, path, stmt.results[0])
            }
            Op::Store { place, path, value } => {
                self.results(stmt, 0)?;
                self.element(*place, path, *value)
            }
            Op::Accum { place, path, value } => {
                self.results(stmt, 0)?;
                self.float(*value, "what is accumulated")?;
                self.element(*place, path, *value)
            }
            Op::CopyPlace { dst, src } | Op::AddPlace { dst, src } => {
                self.results(stmt, 0)?;
                let (d, s) = (ty(dst), ty(src));
                ensure!(same_shape(d, s), "{} is {d}, but {} is {s}", self.p(*dst), self.p(*src));
                Ok(())
            }
            Op::Zero(_) => self.results(stmt, 0),
            Op::SumPlace(p) => {
                self.results(stmt, 1)?;
                self.float(stmt.results[0], "a sum")?;
                let elem = ty(p).scalar();
                ensure!(elem.is_none_or(Ty::is_float), "the sum of {}, of type {}", self.p(*p), ty(p));
                Ok(())
            }
            Op::DotPlaces(a, b) => {
                self.results(stmt, 1)?;
                self.float(stmt.results[0], "a scalar product")?;
                for p in [a, b] {
                    let flat = matches!(ty(p).elem(), Some(PlaceTy::Scalar(elem)) if elem.is_float());
                    ensure!(flat, "{}, of type {}, is no row of floats", self.p(*p), ty(p));
                }
                Ok(())
            }
            Op::Push { place, value } => self.results(stmt, 0).and_then(|()| self.buffer(*place, *value)),
            Op::Pop(place) => self.results(stmt, 1).and_then(|()| self.buffer(*place, stmt.results[0])),
            _ => Ok(()),
        }
    }

    /// Operations on whole places that may change lengths.
    fn growing(&self, stmt: &Stmt) -> Check {
        let ty = |p: &Place| &self.func.plc(*p).ty;
        let vec = |p: &Place| -> Check {
            ensure!(matches!(ty(p), PlaceTy::Vec(_)), "{} of type {} changes its length", self.p(*p), ty(p));
            Ok(())
        };
        match &stmt.op {
            Op::Swap { a, b } => {
                ensure!(
                    same_shape(ty(a), ty(b)),
                    "{} is {}, but {} is {}",
                    self.p(*a),
                    ty(a),
                    self.p(*b),
                    ty(b)
                );
                Ok(())
            }
            Op::Append { place, src, count } => {
                vec(place)?;
                count.map_or(Ok(()), |n| self.int(n, "a number of elements"))?;
                let elem = if count.is_some() { ty(src).elem() } else { Some(ty(src)) };
                let fits = ty(place).elem().zip(elem).is_some_and(|(a, b)| same_shape(a, b));
                ensure!(fits, "{}, of type {}, is appended to {}", self.p(*src), ty(src), ty(place));
                Ok(())
            }
            Op::Resize { place, from, to } => {
                vec(place)?;
                self.int(*from, "a length")?;
                self.int(*to, "a length")
            }
            _ => Ok(()),
        }
    }

    /// A growing buffer and a value that goes in or comes out.
    fn buffer(&self, place: Place, value: Value) -> Check {
        let ty = &self.func.plc(place).ty;
        let holds = match ty {
            PlaceTy::Vec(t) => match &**t {
                PlaceTy::Scalar(t) => fits(t, self.ty(value)),
                PlaceTy::Cell => matches!(self.ty(value), Ty::Pullback | Ty::Snapshot),
                PlaceTy::Unknown => true,
                _ => false,
            },
            _ => false,
        };
        ensure!(
            holds,
            "{} is {ty}, which doesn't hold {}, a {}",
            self.p(place),
            self.v(value),
            self.ty(value)
        );
        Ok(())
    }

    fn regions(&mut self, stmt: &'a Stmt) -> Check {
        match &stmt.op {
            Op::If { cond, then, els } => {
                self.bool(*cond, "a condition")?;
                for arm in [then, els] {
                    ensure!(arm.params.is_empty(), "an arm has block parameters");
                    self.block(arm)?;
                    if !arm.diverges {
                        self.same_all(&arm.yields, &stmt.results, "an arm's yields and the results")?;
                    }
                }
                Ok(())
            }
            Op::For { range, inits, body } => {
                self.range(range)?;
                let Some((iv, carried)) = body.params.split_first() else {
                    return Err("a for without an induction variable".into());
                };
                self.known(*iv)?;
                self.same(*iv, range.lo, "induction variable and range")?;
                self.carried(inits, carried, "initial and carried values")?;
                self.block(body)?;
                self.looped(carried, body, &stmt.results)
            }
            Op::While { inits, cond, body } => {
                self.carried(inits, &cond.params, "initial values and the condition's parameters")?;
                self.carried(inits, &body.params, "initial values and the body's parameters")?;
                ensure!(!cond.diverges, "a condition diverges");
                self.block(cond)?;
                ensure!(cond.yields.len() == 1, "a condition yields {} values", cond.yields.len());
                self.bool(cond.yields[0], "a condition")?;
                self.block(body)?;
                self.looped(&body.params, body, &stmt.results)
            }
            _ => Ok(()),
        }
    }

    fn carried(&self, inits: &[Value], params: &[Value], what: &str) -> Check {
        params.iter().try_for_each(|p| self.known(*p))?;
        self.same_all(inits, params, what)
    }

    fn looped(&self, carried: &[Value], body: &Block, results: &[Value]) -> Check {
        results.iter().try_for_each(|r| self.known(*r))?;
        if !body.diverges {
            self.same_all(&body.yields, carried, "a loop's yields and its carried values")?;
        }
        self.same_all(results, carried, "a loop's results and its carried values")
    }

    fn call(&self, stmt: &Stmt) -> Check {
        stmt.results.iter().try_for_each(|r| self.known(*r))?;
        let n = stmt.results.len();
        match &stmt.op {
            Op::Call { ret, .. } => {
                ensure!(n <= usize::from(ret.is_none()), "a call defines {n} results");
                Ok(())
            }
            Op::CallForward { ret, along, args, .. } => {
                let most = match along {
                    None => 1 + usize::from(ret.is_none()),
                    Some(along) => {
                        ensure!(along.tangents.len() == args.len(), "not one tangent for each argument");
                        1 + usize::from(ret.is_none()) + usize::from(along.ret.is_none())
                    }
                };
                ensure!((1..=most).contains(&n), "the forward part of a call defines {n} results");
                let last = stmt.results[n - 1];
                ensure!(
                    *self.ty(last) == Ty::Pullback,
                    "{} is {}, not a pullback",
                    self.v(last),
                    self.ty(last)
                );
                Ok(())
            }
            Op::CallReverse { pullback, args, slots, along, .. } => {
                let back = along.as_ref().map_or(&[][..], |along| &along.slots);
                ensure!(
                    along.is_none() || back.len() == args.len(),
                    "{} arguments, but {} slots of tangents",
                    args.len(),
                    back.len()
                );
                let ty = self.ty(*pullback);
                ensure!(*ty == Ty::Pullback, "{} is {ty}, not a pullback", self.v(*pullback));
                ensure!(args.len() == slots.len(), "{} arguments, but {} slots", args.len(), slots.len());
                let scalars = slots.iter().chain(back).filter(|s| matches!(s, Slot::Scalar)).count();
                ensure!(n == scalars, "{scalars} scalar slots, but {n} results");
                stmt.results.iter().try_for_each(|r| self.float(*r, "a contribution"))
            }
            Op::CallAtOnce { args, slots, seed, .. } => {
                self.float(*seed, "a seed")?;
                ensure!(args.len() == slots.len(), "{} arguments, but {} slots", args.len(), slots.len());
                let scalars = slots.iter().filter(|s| matches!(s, Slot::Scalar)).count();
                ensure!(n == 1 + scalars, "a value and {scalars} scalar slots, but {n} results");
                stmt.results[1..].iter().try_for_each(|r| self.float(*r, "a contribution"))
            }
            Op::CallTangent { args, tangents, ret, ret_tangent, .. } => {
                ensure!(tangents.len() <= args.len(), "more tangents than arguments");
                ensure!(
                    ret.is_some() == ret_tangent.is_some() || n > 0,
                    "a call with a place for its value, but none for the tangent"
                );
                ensure!(n <= 2, "a tangent call defines {n} results");
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
