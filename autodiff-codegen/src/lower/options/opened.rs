//! What looks into an `Option`.

use super::super::closure::Function;
use super::super::{Lower, Refused, Res, Val};
use super::Method;
use crate::hir::{Expr, ExprKind};
use crate::ir::{IntOp, Op, Ty, Value};

impl<'a> Lower<'a, '_> {
    /// An expression that looks into an `Option`, or makes one.
    pub(in super::super) fn opened(&mut self, e: &'a Expr) -> Res<Val> {
        if let ExprKind::Try(inner, _) = &e.kind {
            return self.taken_out_of(inner, e);
        }
        let Some((method, recv, args)) = self.facts.option_method(e) else { return self.option_value(e) };
        match method {
            Method::Unwrap => self.taken_out_of(recv, e),
            Method::Is | Method::IsNot | Method::IsAnd | Method::IsNotOr => {
                self.looked_at(e, method, recv, args).map(Val::Scalar)
            }
            Method::UnwrapOr => {
                let (value, present) = self.option(recv)?;
                let ExprKind::Method { name, .. } = &e.kind else { return Err(Refused) };
                let shape = self.facts.shape(e);
                let there = |s: &mut Self| s.there_is(value);
                match (name == "unwrap_or", args) {
                    (true, [other]) => {
                        let other = self.content(other)?;
                        self.value_or(present, &shape, there, |_| Ok(other), e)
                    }
                    (false, [f]) => {
                        let function = self.passed_function(f)?;
                        let otherwise = |s: &mut Self| s.made_of_error(&function, present, e);
                        self.value_or(present, &shape, there, otherwise, e)
                    }
                    _ => self.value_or(present, &shape, there, |_| Ok(Val::Uninit), e),
                }
            }
            Method::MapOr => self.mapped_or(e, recv, args),
            Method::Insert | Method::GetOrInsert => self.inserted(e, method, recv, args),
            _ => self.option_value(e),
        }
    }

    /// What a function makes of the error.
    fn made_of_error(&mut self, f: &Function<'a>, present: Value, e: &'a Expr) -> Res<Val> {
        if let Function::Path(..) = f {
            return self.apply(f, Vec::new(), e);
        }
        let mut out = Val::Never;
        self.within_error(f, present, e, &mut |s, closure| {
            out = s.closure_body(closure, None)?;
            Ok(())
        })?;
        Ok(out)
    }

    fn looked_at(&mut self, e: &'a Expr, method: Method, recv: &'a Expr, args: &'a [Expr]) -> Res<Value> {
        let (value, present) = self.option(recv)?;
        let not = |s: &mut Self| s.push(Op::Int { op: IntOp::Not, args: vec![present] }, Ty::Bool);
        match method {
            Method::Is => Ok(present),
            Method::IsNot => Ok(not(self)),
            _ => {
                let function = self.passed_function(&args[0])?;
                let otherwise = method == Method::IsNotOr;
                self.truth_of(present, otherwise, |s| s.decided_by(&function, value, e), e)
            }
        }
    }

    /// `map_or`, `map_or_else`
    fn mapped_or(&mut self, e: &'a Expr, recv: &'a Expr, args: &'a [Expr]) -> Res<Val> {
        let (value, present) = self.option(recv)?;
        let shape = self.facts.shape(e);
        let lazy = matches!(&e.kind, ExprKind::Method { name, .. } if name == "map_or_else");
        if !lazy {
            let other = self.content(&args[0])?;
            let function = self.passed_function(&args[1])?;
            return self.value_or(present, &shape, |s| s.apply(&function, vec![value], e), |_| Ok(other), e);
        }
        let (otherwise, function) = (self.passed_function(&args[0])?, self.passed_function(&args[1])?);
        let nothing = |s: &mut Self| s.made_of_error(&otherwise, present, e);
        self.value_or(present, &shape, |s| s.apply(&function, vec![value], e), nothing, e)
    }
}
