//! Arithmetic, comparisons, logic and casts.

use super::facts::is_arithmetic;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{BinOp, Expr, ExprKind};
use crate::ir::{CmpOp, FloatTy, IntOp, Op, Ty, Value};
use crate::rules::{self, RuleId};

/// What to do about an operand that is no float.
pub(super) const CONVERT: &str = "a conversion such as `n as f64`";

impl<'a> Lower<'a, '_> {
    /// `-a`
    pub(super) fn negated(&mut self, a: &'a Expr) -> Res<Val> {
        if super::facts::Facts::user_type(&self.facts.shape(a)).is_some() {
            return self.user_negation(a);
        }
        let v = self.scalar(a, None)?;
        if let Ty::Int(_) = self.ty(v) {
            return Ok(Val::Scalar(self.int_op(IntOp::Neg, vec![v])));
        }
        let v = self.asserted(v, a)?;
        Ok(Val::Scalar(self.elem(rules::NEG, vec![v])))
    }

    /// `!a`
    pub(super) fn inverted(&mut self, a: &'a Expr) -> Res<Val> {
        let v = self.scalar(a, None)?;
        match self.ty(v) {
            Ty::Int(_) | Ty::Bool => Ok(Val::Scalar(self.int_op(IntOp::Not, vec![v]))),
            _ => self.refuse(Kind::NotAFloat, a, &[CONVERT]),
        }
    }

    /// `a ∘ b`
    pub(super) fn binary(&mut self, op: BinOp, a: &'a Expr, b: &'a Expr, e: &'a Expr) -> Res<Val> {
        match op {
            BinOp::And | BinOp::Or => return self.logic(op == BinOp::And, a, b),
            _ if comparison(op).is_some() => return self.compare(op, a, b),
            _ if self.facts.is_user_operator(op, a, b) => return self.user_operator(op, a, b, e),
            _ => {}
        }
        // Both are looked at, even if the first is refused: all errors come at once.
        let (hint_a, hint_b) = (self.type_from(b), self.type_from(a));
        let (va, vb) = (self.scalar(a, hint_a.as_ref()), self.scalar(b, hint_b.as_ref()));
        let (va, vb) = (va?, vb?);
        self.combine(op, (va, a), (vb, b), e).map(Val::Scalar)
    }

    /// The operation behind a binary operator, on operands that are evaluated.
    pub(super) fn combine(
        &mut self,
        op: BinOp,
        (va, a): (Value, &'a Expr),
        (vb, b): (Value, &'a Expr),
        e: &'a Expr,
    ) -> Res<Value> {
        let is_int = |s: &Self, v: Value| matches!(s.ty(v), Ty::Int(_) | Ty::Bool);
        if is_int(self, va) || is_int(self, vb) {
            let Some(int) = int_op(op) else { return self.refuse(Kind::NotAFloat, e, &[CONVERT]) };
            let (va, vb) = (self.like(va, vb, e)?, self.like(vb, va, e)?);
            return Ok(self.int_op(int, vec![va, vb]));
        }
        let rule = if is_arithmetic(op) { rules::by_binary(op) } else { None };
        let Some(rule) = rule else {
            let power = "`x.powi(2)` or `x.powf(y)` for a power: `^` is the exclusive or of bits";
            return self.refuse(Kind::NotAFloat, e, &[if op == BinOp::BitXor { power } else { CONVERT }]);
        };
        self.type_beside(va, vb);
        self.type_beside(vb, va);
        let (va, vb) = (self.asserted(va, a)?, self.asserted(vb, b)?);
        if self.are_two_floats(va, vb) {
            return self.refuse(Kind::FloatsOfTwoTypes, e, &[]);
        }
        Ok(self.elem(rule, vec![va, vb]))
    }

    /// Whether two floats are certainly of two types: then the operator is one that a trait adds, of which nothing is known.
    fn are_two_floats(&mut self, a: Value, b: Value) -> bool {
        let known = |t: &Ty| matches!(t, Ty::Float(f) if *f != FloatTy::Unknown);
        let (a, b) = (self.found(a), self.found(b));
        known(&a) && known(&b) && a != b
    }

    /// An operand beside an integer: a constant is given the integer's type.
    fn like(&mut self, v: Value, other: Value, at: &'a Expr) -> Res<Value> {
        match self.ty(v) {
            Ty::Int(_) | Ty::Bool => Ok(v),
            Ty::Opaque => {
                let ty = self.found(other);
                self.func.values[v.0 as usize].ty = ty;
                Ok(v)
            }
            _ => self.refuse(Kind::NotAFloat, at, &[CONVERT]),
        }
    }

    /// The type of what stands beside this operand, if the operand is a `T: Float`: see `type_beside`.
    fn type_from(&self, beside: &Expr) -> Option<crate::hir::Type> {
        match self.facts.shape(beside) {
            super::shape::Shape::Float(FloatTy::Generic(name)) if self.f.plain_params.contains(&name) => {
                Some(crate::hir::Type::Float(FloatTy::Generic(name)))
            }
            _ => None,
        }
    }

    /// What stands beside a `T: Float` in arithmetic is a `T` itself, if the bounds of `T` say nothing else. Said so, it
    /// lets rustc infer the type of a call (`x * constant(0.5)`) as it does in the function.
    fn type_beside(&mut self, v: Value, other: Value) {
        if *self.ty(v) == Ty::Opaque
            && let ty @ Ty::Float(FloatTy::Generic(_)) = self.found(other)
            && let Ty::Float(FloatTy::Generic(name)) = &ty
            && self.f.plain_params.contains(name)
        {
            self.func.values[v.0 as usize].ty = ty;
        }
    }

    /// A float operand: asserted to be one, if only rustc knows its type.
    pub(super) fn asserted(&mut self, v: Value, at: &'a Expr) -> Res<Value> {
        match self.ty(v) {
            Ty::Float(_) => Ok(v),
            Ty::Opaque => Ok(self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown))),
            _ => self.refuse(Kind::NotAFloat, at, &[CONVERT]),
        }
    }

    /// An operation of the table: float operands and a float result are of one width.
    pub(super) fn elem(&mut self, rule: RuleId, args: Vec<Value>) -> Value {
        let line = rule.get();
        let ty = match line.result {
            rules::Kind::Float => Ty::Float(FloatTy::Unknown),
            rules::Kind::Int => Ty::Int(None),
            rules::Kind::Bool => Ty::Bool,
        };
        let floats: Vec<Value> = args.iter().copied().filter(|a| self.ty(*a).is_float()).collect();
        let ty = match floats.first() {
            Some(first) if ty.is_float() => self.found(*first),
            _ => ty,
        };
        let v = self.push(Op::Elem { rule, args }, ty);
        floats.windows(2).for_each(|w| self.same(w[0], w[1]));
        if let (Some(first), true) = (floats.first(), self.ty(v).is_float()) {
            self.same(*first, v);
        }
        v
    }

    /// An operation of the table on expressions.
    pub(super) fn rule(&mut self, rule: RuleId, operands: &[&'a Expr], of: Option<&FloatTy>) -> Res<Val> {
        let mut args = Vec::new();
        // All floats of an operation are of one type: that of its path, or of its receiver.
        let receiver = match self.facts.shape(operands[0]).strip() {
            super::shape::Shape::Float(ty) => Some(ty.clone()),
            _ => None,
        };
        let of = of.cloned().or(receiver).filter(|ty| *ty != FloatTy::Unknown);
        let hint = of.map(crate::hir::Type::Float);
        for (i, e) in operands.iter().enumerate() {
            args.push(match rule.get().operand_kind(i) {
                rules::Kind::Float => self.operand(e, i > 0, hint.as_ref())?,
                rules::Kind::Int => self.typed(e, Ty::Int(Some("i32".into())))?,
                rules::Kind::Bool => self.typed(e, Ty::Bool)?,
            });
        }
        Ok(Val::Scalar(self.elem(rule, args)))
    }

    /// A float operand of a method; an argument of an inherent method of a float is one for certain.
    pub(super) fn operand(
        &mut self,
        e: &'a Expr,
        argument: bool,
        hint: Option<&crate::hir::Type>,
    ) -> Res<Value> {
        let v = self.scalar(e, hint)?;
        if argument && *self.ty(v) == Ty::Opaque {
            self.func.values[v.0 as usize].ty = Ty::Float(FloatTy::Unknown);
        }
        self.asserted(v, e)
    }

    /// `a.sin_cos()` is both, as it is in `std`.
    pub(super) fn sin_cos(&mut self, a: &'a Expr) -> Res<Val> {
        let v = self.float(a)?;
        let (Some(sin), Some(cos)) = (rules::by_method("sin", 1), rules::by_method("cos", 1)) else {
            return Err(Refused);
        };
        Ok(Val::Tuple(vec![Val::Scalar(self.elem(sin, vec![v])), Val::Scalar(self.elem(cos, vec![v]))]))
    }

    /// Arithmetic on integers, logic on booleans.
    pub(super) fn int_op(&mut self, op: IntOp, args: Vec<Value>) -> Value {
        let ty = self.found(args[0]);
        let shift = matches!(op, IntOp::Shl | IntOp::Shr);
        let v = self.push(Op::Int { op, args: args.clone() }, ty);
        self.same(args[0], v);
        if let (false, Some(b)) = (shift, args.get(1)) {
            self.same(args[0], *b);
        }
        v
    }

    fn compare(&mut self, op: BinOp, a: &'a Expr, b: &'a Expr) -> Res<Val> {
        let (a, b) = (behind_borrow(a), behind_borrow(b));
        let (hint_a, hint_b) = (self.type_from(b), self.type_from(a));
        let (va, vb) = (self.scalar(a, hint_a.as_ref()), self.scalar(b, hint_b.as_ref()));
        let (va, vb) = (va?, vb?);
        let Some(op) = comparison(op) else { return Err(Refused) };
        // A constant beside a scalar has its type, or the comparison would not compile.
        for (v, other) in [(va, vb), (vb, va)] {
            if *self.ty(v) == Ty::Opaque {
                self.func.values[v.0 as usize].ty = self.ty(other).clone();
            }
        }
        self.same(va, vb);
        Ok(Val::Scalar(self.push(Op::Cmp { op, args: [va, vb] }, Ty::Bool)))
    }

    /// `a && b`, `a || b`.
    fn logic(&mut self, and: bool, a: &'a Expr, b: &'a Expr) -> Res<Val> {
        let va = self.condition(a)?;
        let vars = self.assigned_within(b);
        if !vars.is_empty() {
            return self.assigning(and, va, vars, b, |s| s.condition(b).map(Some)).map(Val::Scalar);
        }
        let v = self.both(Some(va), and, |s| s.condition(b).map(Some))?;
        v.map(Val::Scalar).ok_or(Refused)
    }

    /// A `bool`.
    pub(super) fn condition(&mut self, e: &'a Expr) -> Res<Value> {
        self.typed(e, Ty::Bool)
    }

    /// `a as T`, `f64::from(a)`
    pub(super) fn cast(&mut self, e: &'a Expr, a: &'a Expr) -> Res<Val> {
        let Some(to) = self.facts.shape(e).scalar() else {
            return self.refuse(Kind::Cast, e, &[]);
        };
        let mut v = self.scalar(a, None)?;
        if *self.ty(v) == Ty::Opaque && self.facts.tainted(a) {
            v = self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown));
        }
        // A literal that is cast has the target's type where it can: `1 as f64` stays an integer.
        if matches!(a.kind, ExprKind::Lit(_)) && self.ty(v).is_int() == to.is_int() {
            self.know(v, &to);
        }
        // `f32::from(x)` takes no other float.
        let narrow = to == Ty::Float(FloatTy::F32) && matches!(e.kind, ExprKind::Call { .. });
        if narrow && *self.ty(v) == Ty::Float(FloatTy::Unknown) {
            self.know(v, &to);
        }
        Ok(Val::Scalar(self.push(Op::Cast(v), to)))
    }
}

/// What is compared of `&mut 0.0`, which stands beside another `&mut`: the number. Nobody can write to it.
fn behind_borrow(e: &Expr) -> &Expr {
    let number = |e: &Expr| match &e.kind {
        ExprKind::Neg(inner) => matches!(inner.kind, ExprKind::Lit(_)),
        kind => matches!(kind, ExprKind::Lit(_)),
    };
    match &e.kind {
        ExprKind::Ref(true, inner) if number(inner) => inner,
        _ => e,
    }
}

/// The comparison behind an operator.
fn comparison(op: BinOp) -> Option<CmpOp> {
    Some(match op {
        BinOp::Eq => CmpOp::Eq,
        BinOp::Ne => CmpOp::Ne,
        BinOp::Lt => CmpOp::Lt,
        BinOp::Le => CmpOp::Le,
        BinOp::Gt => CmpOp::Gt,
        BinOp::Ge => CmpOp::Ge,
        _ => return None,
    })
}

/// The integer operation behind an operator.
fn int_op(op: BinOp) -> Option<IntOp> {
    Some(match op {
        BinOp::Add => IntOp::Add,
        BinOp::Sub => IntOp::Sub,
        BinOp::Mul => IntOp::Mul,
        BinOp::Div => IntOp::Div,
        BinOp::Rem => IntOp::Rem,
        BinOp::BitAnd => IntOp::And,
        BinOp::BitOr => IntOp::Or,
        BinOp::BitXor => IntOp::Xor,
        BinOp::Shl => IntOp::Shl,
        BinOp::Shr => IntOp::Shr,
        _ => return None,
    })
}
