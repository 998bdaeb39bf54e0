//! Which methods are understood.

use super::facts::Facts;
use super::shape::Shape;
use crate::hir::Expr;
use crate::ir::{FloatTy, IntOp};
use crate::rules::{self, RuleId};

/// A method call, as far as its receiver's shape tells.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Method {
    /// An operation of the table.
    Rule(RuleId),
    /// `x.sin_cos()`: two operations.
    SinCos,
    /// On integers.
    Int(IntOp),
    /// `a.len()`
    Len,
    /// `a.is_empty()`
    IsEmpty,
    /// `a.clone()`, `x.clone()`
    Clone,
    /// `a.to_vec()`
    ToVec,
    /// `a.as_slice()`
    AsSlice,
    /// Anything else.
    Other,
}

/// Classifies a method call. Operations of the table go by name only where the receiver is a float, or
/// where something active flows into it, so that it has to be one.
pub fn classify(facts: &Facts, recv: &Expr, name: &str, args: &[Expr]) -> Method {
    let (shape, tainted) = facts.fact(recv);
    let none = args.is_empty();
    match shape.strip() {
        Shape::Float(_) => float(name, args.len()),
        Shape::Unknown if tainted || args.iter().any(|a| facts.tainted(a)) => match float(name, args.len()) {
            Method::Clone => Method::Other,
            m => m,
        },
        Shape::Int(_) if args.len() == 1 => match name {
            "min" => Method::Int(IntOp::Min),
            "max" => Method::Int(IntOp::Max),
            "saturating_sub" => Method::Int(IntOp::SaturatingSub),
            "wrapping_sub" => Method::Int(IntOp::WrappingSub),
            "wrapping_add" => Method::Int(IntOp::WrappingAdd),
            _ => Method::Other,
        },
        Shape::Int(_) | Shape::Bool if none && name == "clone" => Method::Clone,
        Shape::Place(_) if none => match name {
            "len" => Method::Len,
            "is_empty" => Method::IsEmpty,
            "clone" => Method::Clone,
            "to_vec" => Method::ToVec,
            "as_slice" => Method::AsSlice,
            _ => Method::Other,
        },
        _ => Method::Other,
    }
}

fn float(name: &str, args: usize) -> Method {
    match (rules::by_method(name, args + 1), name) {
        (Some(rule), _) => Method::Rule(rule),
        (None, "sin_cos") if args == 0 => Method::SinCos,
        (None, "clone") if args == 0 => Method::Clone,
        _ => Method::Other,
    }
}

/// The shape of the result.
pub fn shape(facts: &Facts, recv: &Expr, method: Method) -> Shape {
    let of = facts.shape(recv);
    let float = || match of.strip() {
        Shape::Float(f) => Shape::Float(f.clone()),
        _ => Shape::Float(FloatTy::Unknown),
    };
    match method {
        Method::Rule(rule) => match rule.get().result {
            rules::Kind::Float => float(),
            rules::Kind::Int => Shape::Int(None),
            rules::Kind::Bool => Shape::Bool,
        },
        Method::SinCos => Shape::Tuple(vec![float(), float()]),
        Method::Int(_) => of.strip().clone(),
        Method::Len => Shape::Int(Some("usize".into())),
        Method::IsEmpty => Shape::Bool,
        Method::Clone => match of.strip() {
            // A slice behind a reference can't be cloned: the reference is.
            Shape::Place(crate::ir::PlaceTy::Slice(_)) => of,
            s => s.clone(),
        },
        Method::ToVec => match of.strip() {
            Shape::Place(t) => t
                .elem()
                .map_or(Shape::Unknown, |t| Shape::Place(crate::ir::PlaceTy::Vec(Box::new(t.clone())))),
            _ => Shape::Unknown,
        },
        Method::AsSlice => match of.strip() {
            Shape::Place(t) => t.elem().map_or(Shape::Unknown, |t| {
                Shape::Ref(false, Box::new(Shape::Place(crate::ir::PlaceTy::Slice(Box::new(t.clone())))))
            }),
            _ => Shape::Unknown,
        },
        Method::Other => Shape::Unknown,
    }
}
