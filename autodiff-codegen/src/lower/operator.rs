//! Operators of structs of the user's: `a + b`, `-a`, `a += b`.
//!
//! They are calls. Which function an operator is, only rustc knows: the companion asks for its handle by the types of the
//! operands (`BinaryOperator` in the run-time half), so that nothing goes by the operator's sign.

use super::facts::{Facts, is_arithmetic};
use super::shape::Shape;
use super::{Lower, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{BinOp, Expr, ExprKind, Type};
use crate::ir::{Arg, Mode, Operator, Place, PlaceTy, Ty};

/// What `std::ops` calls an operator.
pub(super) fn trait_of(op: BinOp, assigns: bool) -> Option<&'static str> {
    Some(match (op, assigns) {
        (BinOp::Add, false) => "Add",
        (BinOp::Sub, false) => "Sub",
        (BinOp::Mul, false) => "Mul",
        (BinOp::Div, false) => "Div",
        (BinOp::Rem, false) => "Rem",
        (BinOp::Add, true) => "AddAssign",
        (BinOp::Sub, true) => "SubAssign",
        (BinOp::Mul, true) => "MulAssign",
        (BinOp::Div, true) => "DivAssign",
        (BinOp::Rem, true) => "RemAssign",
        _ => return None,
    })
}

/// The operator of two operands that a trait of `std::ops` is of.
pub(super) fn operation(of: &str) -> Option<BinOp> {
    [BinOp::Add, BinOp::Sub, BinOp::Mul, BinOp::Div, BinOp::Rem]
        .into_iter()
        .find(|op| trait_of(*op, false) == Some(of))
}

impl Facts<'_> {
    /// Whether an operator is one of a struct.
    pub(super) fn is_user_operator(&self, op: BinOp, a: &Expr, b: &Expr) -> bool {
        let user = |e: &Expr| Self::user_type(&self.shape(e)).is_some();
        is_arithmetic(op) && (user(a) || user(b))
    }

    /// The shape of its result: what the `impl` in sight says. Elsewhere it is taken for the struct's own type where that is
    /// usual; if it is another one, rustc says so at the next use.
    pub(super) fn operator_shape(&self, op: BinOp, a: &Expr, b: &Expr) -> Shape {
        let (sa, sb) = (self.shape(a), self.shape(b));
        let Some(name) = trait_of(op, false) else { return Shape::Unknown };
        if let Some(shape) = self.linear_operator(op, &sa, &sb) {
            return shape;
        }
        if let Some(ty) = self.f.types.known.operator(name, &self.name_of(&sa), &self.name_of(&sb)) {
            let found = Shape::of(&self.f.types.classify(&ty));
            // The parameters of a generic type are those of the operand.
            let own = |s: &Shape| Self::user_type(s).filter(|of| same_name(&ty, of)).cloned();
            return match (found, own(&sa).or(own(&sb))) {
                (Shape::Place(PlaceTy::User(_)), Some(of)) => Shape::Place(PlaceTy::User(of)),
                (found, _) => found,
            };
        }
        match (Self::user_type(&sa), Self::user_type(&sb), op) {
            (Some(x), Some(y), BinOp::Add | BinOp::Sub) if x == y => Shape::Place(PlaceTy::User(x.clone())),
            (Some(x), None, BinOp::Mul | BinOp::Div) if matches!(sb.strip(), Shape::Float(_)) => {
                Shape::Place(PlaceTy::User(x.clone()))
            }
            (None, Some(y), BinOp::Mul) if matches!(sa.strip(), Shape::Float(_)) => {
                Shape::Place(PlaceTy::User(y.clone()))
            }
            _ => Shape::Unknown,
        }
    }

    /// The shape of `-a`.
    pub(super) fn negated_shape(&self, a: &Expr) -> Shape {
        let shape = self.shape(a);
        let of = Self::user_type(&shape).cloned();
        match self.f.types.known.operator("Neg", &self.name_of(&shape), "") {
            Some(ty) if !of.as_ref().is_some_and(|of| same_name(&ty, of)) => {
                Shape::of(&self.f.types.classify(&ty))
            }
            _ => of.map_or(Shape::Unknown, |of| Shape::Place(PlaceTy::User(of))),
        }
    }

    /// What the type of an operand is called.
    fn name_of(&self, shape: &Shape) -> String {
        let ty = match shape.strip() {
            Shape::Place(PlaceTy::User(of)) => syn::parse2::<syn::Type>(of.0.clone()).ok(),
            Shape::Float(crate::ir::FloatTy::F32) => syn::parse_str("f32").ok(),
            // A literal is most often an `f64`.
            Shape::Float(crate::ir::FloatTy::F64 | crate::ir::FloatTy::Unknown) => syn::parse_str("f64").ok(),
            Shape::Float(crate::ir::FloatTy::Generic(name)) | Shape::Int(Some(name)) => {
                syn::parse_str(name).ok()
            }
            _ => None,
        };
        ty.and_then(|ty| crate::known::type_name(&ty)).unwrap_or_default()
    }
}

fn same_name(ty: &syn::Type, of: &crate::ir::UserTy) -> bool {
    let own = syn::parse2::<syn::Type>(of.0.clone()).ok();
    own.and_then(|own| crate::known::type_name(&own)) == crate::known::type_name(ty)
}

impl<'a> Lower<'a, '_> {
    /// `a ∘ b`
    pub(super) fn user_operator(&mut self, op: BinOp, a: &'a Expr, b: &'a Expr, e: &'a Expr) -> Res<Val> {
        let Some(name) = trait_of(op, false) else {
            return self.refuse(Kind::NotAFloat, e, &[super::arith::CONVERT]);
        };
        self.check_left_out(name, a, Some(b), e)?;
        let ty = self.facts.operator_shape(op, a, b).to_type();
        let left = match self.operator_operand(a)? {
            (Arg::Place(p, mode), of, active) => {
                (Arg::Place(self.kept_place_beside(p, [b].into_iter()), mode), of, active)
            }
            left => left,
        };
        let right = self.operator_operand(b)?;
        Ok(self.operator_call(name, vec![left, right], ty.as_ref()))
    }

    /// Refuses an operator that the attribute on the module could not give a derivative: rustc would say no more than that it has
    /// none.
    pub(super) fn check_left_out(
        &mut self,
        name: &str,
        a: &'a Expr,
        b: Option<&'a Expr>,
        e: &'a Expr,
    ) -> Res<()> {
        let of = |e: &Expr| self.facts.name_of(&self.facts.shape(e));
        let (first, second) = (of(a), b.map(of).unwrap_or_default());
        match self.f.types.known.left_out_operator(name, &first, &second).cloned() {
            Some((of, why)) => self.refuse(Kind::LeftOutOperator, e, &[&of, &why]),
            None => Ok(()),
        }
    }

    /// `-a`
    pub(super) fn user_negation(&mut self, a: &'a Expr) -> Res<Val> {
        self.check_left_out("Neg", a, None, a)?;
        let ty = self.facts.negated_shape(a).to_type();
        let a = self.operator_operand(a)?;
        Ok(self.operator_call("Neg", vec![a], ty.as_ref()))
    }

    /// `place ∘= b`
    pub(super) fn user_assignment(&mut self, op: BinOp, place: Place, b: &'a Expr, e: &'a Expr) -> Res<Val> {
        let Some(name) = trait_of(op, true) else {
            return self.refuse(Kind::NotAFloat, e, &[super::arith::CONVERT]);
        };
        let b = self.operator_operand(b)?;
        self.written(place);
        Ok(self.operator_call(
            name,
            vec![(Arg::Place(place, Mode::Mut), Mode::Mut, true), b],
            Some(&Type::Unit),
        ))
    }

    /// An operand, how it is passed, and whether it may have a derivative.
    pub(super) fn operator_operand(&mut self, a: &'a Expr) -> Res<(Arg, Mode, bool)> {
        let shape = self.facts.shape(a);
        let active = !matches!(shape.strip(), Shape::Int(_) | Shape::Bool);
        let by_reference = shape.is_reference() || matches!(a.kind, ExprKind::Ref(..));
        if self.facts.is_copied(a) {
            if let Some(ty) = shape.scalar() {
                return Ok((Arg::Value(self.copy_typed(a, ty)?), Mode::Value, active));
            }
            if let Some(operand) = self.owned_operand(a)? {
                return Ok(operand);
            }
            let mode = if by_reference { Mode::Ref } else { Mode::Value };
            let plain = matches!(
                a.kind,
                ExprKind::Var(_) | ExprKind::Path(_) | ExprKind::Field(..) | ExprKind::Ref(..)
            );
            if !plain && !by_reference {
                return Ok((Arg::Value(self.copy_typed(a, Ty::Opaque)?), mode, active));
            }
            let again = super::callee::is_shared_reference(self.f, a);
            if by_reference && !again {
                return self.refuse(Kind::PassedOnce, a, &[]);
            }
            let reads = self.copied_reads(a)?;
            return Ok((Arg::passive(a.tokens.clone(), reads, again), mode, active));
        }
        Ok(match self.expr(a, None)? {
            Val::Scalar(v) => (Arg::Value(v), Mode::Value, active),
            Val::ScalarRef(v) => (Arg::ValueRef(v), Mode::Ref, active),
            Val::Place(p) => (Arg::Place(p, Mode::Value), Mode::Value, active),
            Val::PlaceRef(p, _) => (Arg::Place(p, Mode::Ref), Mode::Ref, active),
            Val::Never => (Arg::Value(self.value(Ty::Opaque, None)), Mode::Value, active),
            _ => return self.refuse(Kind::NotAFloat, a, &[super::arith::CONVERT]),
        })
    }

    fn operator_call(
        &mut self,
        name: &'static str,
        operands: Vec<(Arg, Mode, bool)>,
        ty: Option<&Type>,
    ) -> Val {
        self.operation(Operator::Sign(name), operands, ty)
    }
}
