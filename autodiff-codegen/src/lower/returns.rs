//! The function's result: where its parts go.

use super::branch::arm;
use super::exits::Exit;
use super::shape::{Shape, place_ty};
use super::{Lower, Refused, Res, Val, jumps};
use crate::diagnostics::Kind;
use crate::hir::{Expr, Type};
use crate::ir::{self, Op, Place, PlaceTy, Ret, Ty, Value};
use crate::parse::text::one_line;

/// Where the result goes.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    /// Nowhere.
    Unit,
    /// The next yield, of this type.
    Scalar(Ty),
    /// A place of this type; set before the body if there are several returns, else by the only one.
    Place(PlaceTy, Option<Place>),
    /// These.
    Tuple(Vec<Plan>),
}

impl Plan {
    /// How many scalars it takes.
    pub(super) fn scalars(&self) -> usize {
        match self {
            Plan::Unit | Plan::Place(..) => 0,
            Plan::Scalar(_) => 1,
            Plan::Tuple(plans) => plans.iter().map(Plan::scalars).sum(),
        }
    }
}

impl<'a> Lower<'a, '_> {
    /// The whole body.
    pub(super) fn function(&mut self) -> Res<()> {
        let f = self.f;
        let early = jumps::in_body(&f.body);
        self.result = self.plan(&f.ret, early)?;
        let yields =
            if early { self.run(&f.body.stmts, f.body.tail.as_deref(), None)? } else { self.plain_body()? };
        let stmts = std::mem::take(&mut self.out);
        let yields = yields.unwrap_or_default();
        self.func.body = arm(stmts, self.dead, yields);
        self.func.ret = ret(&self.result, &mut 0);
        Ok(())
    }

    fn plain_body(&mut self) -> Res<Option<Vec<Value>>> {
        let f = self.f;
        if let (Plan::Unit, None) = (&self.result, &f.body.tail) {
            self.unit_block(&f.body)?;
            return Ok(Some(Vec::new()));
        }
        let done = self.stmts(&f.body.stmts);
        let yields = match &f.body.tail {
            _ if self.dead => None,
            Some(tail) => self.tail(tail)?,
            None => self.leave(Exit::Return, Val::Unit, None)?,
        };
        done.map(|()| yields)
    }

    fn plan(&mut self, t: &Type, early: bool) -> Res<Plan> {
        Ok(match t {
            Type::Unit => Plan::Unit,
            Type::Tuple(ts) => Plan::Tuple(ts.iter().map(|t| self.plan(t, early)).collect::<Res<Vec<_>>>()?),
            Type::Other(_) if self.f.ret_alias && !early => Plan::Place(PlaceTy::Unknown, None),
            t => match (Shape::of(t).scalar(), place_ty(t)) {
                (Some(ty), _) => Plan::Scalar(ty),
                (None, Some(ty)) if !early => Plan::Place(ty, None),
                (None, Some(ty)) if ty.is_fixed() || matches!(ty, PlaceTy::Vec(_) | PlaceTy::User(_)) => {
                    let place = self.empty_place(ty.clone());
                    Plan::Place(ty, Some(place))
                }
                (None, _) => {
                    return self.refuse_at(Kind::ResultNotUnderstood, self.f.sig.ident.span(), &[]);
                }
            },
        })
    }

    /// An expression whose value is the function's result.
    pub(super) fn tail(&mut self, e: &'a Expr) -> Res<Option<Vec<Value>>> {
        let outer = self.origin.clone();
        self.origin = ir::Origin { span: e.span, text: Some(one_line(&e.tokens).into()) };
        let ret = &self.f.ret;
        let yields = if matches!(self.result, Plan::Unit) {
            self.discard(e).and_then(|()| self.leave(Exit::Return, Val::Unit, None))
        } else {
            self.expr(e, Some(ret)).and_then(|val| self.leave(Exit::Return, val, Some(e)))
        };
        self.origin = outer;
        self.reasoned(yields, e.span)
    }

    /// The scalars of a value that is the function's result; arrays in it go where the result is.
    pub(super) fn delivered(&mut self, val: Val, e: Option<&'a Expr>) -> Res<Vec<Value>> {
        let mut plan = std::mem::replace(&mut self.result, Plan::Unit);
        let mut yields = Vec::new();
        let mut used = Vec::new();
        let done = self.deliver(&mut plan, val, e, &mut yields, &mut used);
        self.result = plan;
        done.map(|()| yields)
    }

    fn deliver(
        &mut self,
        plan: &mut Plan,
        val: Val,
        e: Option<&'a Expr>,
        yields: &mut Vec<Value>,
        used: &mut Vec<Place>,
    ) -> Res<()> {
        match plan {
            Plan::Unit => Ok(()),
            Plan::Scalar(ty) => {
                let Some(e) = e else { return Err(Refused) };
                let ty = &ty.clone();
                let v = self.scalar_as(val, ty, e)?;
                if *self.ty(v) == Ty::Opaque {
                    // What the user's function returns is of the type that it says.
                    self.func.values[v.0 as usize].ty = ty.clone();
                }
                if ty.is_float() != self.ty(v).is_float() {
                    return self.refuse(Kind::NotAFloat, e, &[]);
                }
                self.know(v, ty);
                yields.push(v);
                Ok(())
            }
            // The type is only a name: the value says what it is of.
            Plan::Place(PlaceTy::Unknown, None) if !matches!(val, Val::Place(_)) => {
                let Some(e) = e else { return Err(Refused) };
                *plan = match &val {
                    Val::Tuple(vals) => Plan::Tuple(vec![Plan::Place(PlaceTy::Unknown, None); vals.len()]),
                    Val::Scalar(v) if *self.ty(*v) == Ty::Opaque => {
                        let float = Ty::Float(ir::FloatTy::Unknown);
                        let v = self.push(Op::AssertFloat(*v), float.clone());
                        *plan = Plan::Scalar(float);
                        return self.deliver(plan, Val::Scalar(v), Some(e), yields, used);
                    }
                    Val::Scalar(v) => Plan::Scalar(self.found(*v)),
                    _ => return self.result_refused(Some(e)),
                };
                self.deliver(plan, val, Some(e), yields, used)
            }
            Plan::Place(ty, place) => self.deliver_place(ty.clone(), place, val, e, used),
            Plan::Tuple(plans) => match val {
                Val::Tuple(vals) if vals.len() == plans.len() => plans
                    .iter_mut()
                    .zip(vals)
                    .try_for_each(|(plan, val)| self.deliver(plan, val, e, yields, used)),
                Val::Place(place) if self.func.plc(place).ty == PlaceTy::Unknown => {
                    for (i, plan) in plans.iter_mut().enumerate() {
                        let path = vec![ir::Proj::Field(i as u32)];
                        let part = self.new_view(super::place::Loc { place, path, ty: PlaceTy::Unknown });
                        self.deliver(plan, Val::Place(part), e, yields, used)?;
                    }
                    Ok(())
                }
                _ => self.result_refused(e),
            },
        }
    }

    fn result_refused<T>(&mut self, e: Option<&'a Expr>) -> Res<T> {
        match e {
            Some(e) => self.refuse(Kind::ResultNotUnderstood, e, &[]),
            None => Err(Refused),
        }
    }

    fn deliver_place(
        &mut self,
        ty: PlaceTy,
        place: &mut Option<Place>,
        val: Val,
        e: Option<&'a Expr>,
        used: &mut Vec<Place>,
    ) -> Res<()> {
        let Val::Place(src) = val else { return self.result_refused(e) };
        if let Some(dst) = *place {
            self.fill_place(dst, src);
            return Ok(());
        }
        let info = self.func.plc(src);
        let own = matches!(info.kind, ir::PlaceKind::Local | ir::PlaceKind::CallResult);
        if info.ty == PlaceTy::Unknown {
            self.func.places[src.0 as usize].ty = ty;
        } else if matches!((&info.ty, &ty), (PlaceTy::User(_), PlaceTy::User(_))) && own {
            // A literal leaves out what the type's parameters are.
            self.func.places[src.0 as usize].ty = ty;
        } else if ty == PlaceTy::Unknown {
            // The place says more than the type does.
        } else if let Some(t) = ty.scalar() {
            self.types.know(&self.func, super::types::Node::Place(src), t);
        }
        // A parameter, a part of something, or the same array twice is returned as a copy.
        let result = if own && !used.contains(&src) { src } else { self.copied(src) };
        used.push(result);
        *place = Some(result);
        Ok(())
    }
}

/// The result as a tree over yields and places.
fn ret(plan: &Plan, next: &mut usize) -> Ret {
    match plan {
        Plan::Unit => Ret::Unit,
        Plan::Scalar(_) => {
            *next += 1;
            Ret::Scalar(*next - 1)
        }
        Plan::Place(_, Some(p)) => Ret::Place(*p),
        Plan::Place(_, None) => Ret::Unit,
        Plan::Tuple(plans) => Ret::Tuple(plans.iter().map(|p| ret(p, next)).collect()),
    }
}
