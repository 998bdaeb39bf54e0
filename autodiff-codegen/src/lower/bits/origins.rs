//! Where the digits in integers come from: which float, by what way.

use super::carried::{Flow, Level};
use crate::hir::{BinOp, Block, Expr, ExprKind, Pat, PatKind, Type, Var};
use crate::lower::walk::{self, Step};
use crate::tables::HashMap;
use Level::Digits;

/// What a float is made of, or an integer: the last digits of another float.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'e> {
    /// The float.
    pub float: &'e Expr,
    /// The variable that its bits were bound to; none, if they are taken where the other one is made.
    pub kept: Option<Var>,
    /// By how much the integer changes with one of the float's digits; or with the float itself, if that was cast.
    pub slope: f64,
    /// It was cast to an integer.
    pub cast: bool,
}

impl Origin<'_> {
    fn times(self, factor: f64) -> Self {
        Origin { slope: self.slope * factor, ..self }
    }
}

/// How a variable gets its value.
enum Definition<'e> {
    Let(&'e Expr),
    Updated(BinOp, &'e Expr),
    Other,
}

/// Where the digits in a function's integers come from.
pub struct Origins<'a, 'f> {
    flow: &'a Flow<'a, 'f>,
    definitions: HashMap<Var, Vec<Definition<'f>>>,
}

impl<'a, 'f> Origins<'a, 'f> {
    /// Reads all bindings and assignments once.
    pub fn new(flow: &'a Flow<'a, 'f>) -> Origins<'a, 'f> {
        let mut origins = Origins { flow, definitions: HashMap::default() };
        let body: &'f Block = &flow.facts.f.body;
        walk::each_step(body, &mut |step| match step {
            Step::Let(Pat { kind: PatKind::Var(v), .. }, Some(init)) => {
                origins.define(*v, Definition::Let(init));
            }
            Step::Let(pat, _) => origins.others(pat),
            Step::Expr(e) => origins.defined_by(e),
        });
        origins
    }

    /// What gets a value by an expression itself.
    fn defined_by(&mut self, e: &'f Expr) {
        match &e.kind {
            ExprKind::AssignOp(op, lhs, rhs) if matches!(lhs.kind, ExprKind::Var(_)) => {
                walk::root(lhs).into_iter().for_each(|v| self.define(v, Definition::Updated(*op, rhs)));
            }
            ExprKind::Assign(lhs, _) | ExprKind::AssignOp(_, lhs, _) => {
                walk::targets(lhs, &mut |t| self.other(t));
            }
            ExprKind::Ref(true, lent) => self.other(lent),
            ExprKind::For { pat, .. } => self.others(pat),
            ExprKind::Closure(closure) => closure.params.iter().for_each(|(pat, _)| self.others(pat)),
            _ => {}
        }
    }

    fn other(&mut self, target: &Expr) {
        walk::root(target).into_iter().for_each(|v| self.define(v, Definition::Other));
    }

    fn others(&mut self, pat: &Pat) {
        let mut vars = Vec::new();
        walk::bound(pat, &mut |v| vars.push(v));
        vars.into_iter().for_each(|v| self.define(v, Definition::Other));
    }

    fn define(&mut self, v: Var, definition: Definition<'f>) {
        self.definitions.entry(v).or_default().push(definition);
    }

    /// Where the digits in an integer come from, if that is one float, in one way.
    pub fn of(&self, e: &'f Expr) -> Option<Origin<'f>> {
        if self.flow.of(e).any() != Digits {
            return None;
        }
        match &e.kind {
            ExprKind::Var(v) => self.variable(*v),
            ExprKind::Deref(a) | ExprKind::Ref(false, a) => self.of(a),
            ExprKind::Neg(a) | ExprKind::Not(a) => Some(self.of(a)?.times(-1.0)),
            ExprKind::Cast(a, Type::Int(_)) if !self.flow.is_integer(a) => {
                let float = Origin { float: a, kept: None, slope: 1.0, cast: true };
                is_arithmetic(a).then_some(float)
            }
            ExprKind::Cast(a, Type::Int(_)) => self.of(a),
            ExprKind::Binary(op, a, b) => self.combined(*op, a, b),
            ExprKind::Method { recv, name, args, .. } => match (name.to_string().as_str(), &args[..]) {
                ("to_bits", []) => self.bits(recv),
                ("wrapping_add", [b]) => self.combined(BinOp::Add, recv, b),
                ("wrapping_sub", [b]) => self.combined(BinOp::Sub, recv, b),
                ("clone", []) => self.of(recv),
                _ => None,
            },
            ExprKind::Call { path, args, .. } => {
                let last = path.segments.last()?;
                (last.ident == "to_bits" && args.len() == 1).then(|| self.bits(&args[0]))?
            }
            _ => None,
        }
    }

    fn bits(&self, float: &'f Expr) -> Option<Origin<'f>> {
        is_arithmetic(float).then_some(Origin { float, kept: None, slope: 1.0, cast: false })
    }

    /// A variable that is bound once, and changed only where the last digits are not.
    fn variable(&self, v: Var) -> Option<Origin<'f>> {
        if self.flow.facts.f.vars[v.0 as usize].opaquely_mutated {
            return None;
        }
        let mut origin = None;
        for definition in self.definitions.get(&v)? {
            match definition {
                Definition::Let(init) if origin.is_none() => origin = Some(self.of(init)?),
                Definition::Updated(op, by) => {
                    let same =
                        matches!(op, BinOp::Add | BinOp::Sub | BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor);
                    let kept = self.flow.updated(v, *op, by) == Digits;
                    if !same || !kept {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        let origin = origin?;
        Some(Origin { kept: origin.kept.or(Some(v)), ..origin })
    }

    fn combined(&self, op: BinOp, a: &'f Expr, b: &'f Expr) -> Option<Origin<'f>> {
        let (in_a, in_b) = (self.flow.of(a).any(), self.flow.of(b).any());
        let number = |e: &Expr| Some(self.flow.constant(e)? as f64);
        match (in_a == Digits, in_b == Digits) {
            (true, false) => {
                let origin = self.of(a)?;
                match op {
                    BinOp::Add | BinOp::Sub | BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor => Some(origin),
                    BinOp::Mul => Some(origin.times(number(b)?)),
                    BinOp::Div => Some(origin.times(1.0 / number(b)?)),
                    BinOp::Shl => Some(origin.times(number(b)?.exp2())),
                    BinOp::Shr => Some(origin.times((-number(b)?).exp2())),
                    _ => None,
                }
            }
            (false, true) => match op {
                BinOp::Add | BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor => self.of(b),
                BinOp::Sub => Some(self.of(b)?.times(-1.0)),
                BinOp::Mul => Some(self.of(b)?.times(number(a)?)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether an expression is arithmetic on variables and constants, and can be computed once more.
fn is_arithmetic(e: &Expr) -> bool {
    let plain = |e: &Expr| match &e.kind {
        ExprKind::Lit(_) | ExprKind::Var(_) | ExprKind::Path(_) | ExprKind::Neg(_) | ExprKind::Deref(_) => {
            true
        }
        ExprKind::Binary(..) | ExprKind::Cast(..) | ExprKind::Field(..) | ExprKind::Index(..) => true,
        ExprKind::Ref(mutable, _) => !mutable,
        ExprKind::Method { name, args, .. } => {
            crate::rules::by_method(&name.to_string(), args.len() + 1).is_some()
        }
        _ => false,
    };
    !walk::any(e, &|e| !plain(e))
}
