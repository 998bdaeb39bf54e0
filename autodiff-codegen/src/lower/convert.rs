//! Conversions between floats, and constants of generic float types, in all the ways in which people write them:
//! `T::from(x).unwrap()`, `NumCast::from(x).unwrap()`, `num_traits::cast(x).unwrap()`, `x.to_f64().unwrap()`,
//! `x.into()`, `<T as From<f32>>::from(x)`, `T::one()`, `T::PI()`.
//!
//! A conversion of an active float to a float rounds, and its derivative is one. The traits of `num_traits`
//! convert any float to any float, so that `unwrap` never fails.

use super::callee::{float_type, is_int};
use super::facts::Facts;
use super::shape::Shape;
use super::{Lower, Res, Val};
use crate::hir::{self, Expr, ExprKind, Type};
use crate::ir::{FloatTy, Op, PlaceTy, Ty};

/// What a conversion makes of a number.
#[derive(Clone, PartialEq, Debug)]
pub enum To {
    /// A float; of which type only the context says, if it is [`FloatTy::Unknown`].
    Float(FloatTy),
    /// An integer: no derivative flows through it.
    Int(String),
}

/// Methods that take the value out of an `Option`.
const UNWRAPS: [&str; 5] = ["unwrap", "expect", "unwrap_or", "unwrap_or_else", "unwrap_or_default"];

/// Methods of floats that end the flow: comparisons, classifications, and bits. What they give is no float, and
/// what is made of it has no derivative.
const ENDS: [&str; 23] = [
    "classify",
    "cmp",
    "eq",
    "ge",
    "gt",
    "integer_decode",
    "is_negative",
    "is_one",
    "is_positive",
    "is_zero",
    "le",
    "lt",
    "ne",
    "partial_cmp",
    "to_be_bytes",
    "to_bits",
    "to_le_bytes",
    "to_ne_bytes",
    "to_string",
    "total_cmp",
    "write",
    "fmt",
    "hash",
];

/// Methods of slices that end the flow: they say where something is, or whether.
const ASKS: [&str; 9] = [
    "binary_search_by",
    "binary_search_by_key",
    "contains",
    "ends_with",
    "is_sorted",
    "is_sorted_by",
    "is_sorted_by_key",
    "partition_point",
    "starts_with",
];

/// The number that an expression converts, and to what; whatever it is inside.
pub fn conversion<'e>(f: &hir::Fn, e: &'e Expr) -> Option<(&'e Expr, To)> {
    match &e.kind {
        ExprKind::Method { recv, name, args, .. } if name == "into" && args.is_empty() => {
            Some((recv, To::Float(FloatTy::Unknown)))
        }
        ExprKind::Method { recv, name, args, .. } if UNWRAPS.iter().any(|u| name == u) => {
            let plain = args.iter().all(|a| matches!(a.kind, ExprKind::Lit(_) | ExprKind::Path(_)));
            let (number, to) = fallible(f, recv)?;
            // What stands in for `None` is never used, but might have effects; a closure has none.
            let closure = name == "unwrap_or_else";
            (plain || closure || args.iter().all(|a| generic_constant(f, a).is_some()))
                .then_some((number, to))
        }
        ExprKind::Call { .. } => infallible(f, e),
        _ => None,
    }
}

/// A conversion that gives an `Option`.
fn fallible<'e>(f: &hir::Fn, e: &'e Expr) -> Option<(&'e Expr, To)> {
    match &e.kind {
        ExprKind::Method { recv, name, args, .. } if args.is_empty() => {
            let target = name.to_string();
            Some((recv, number_type(target.strip_prefix("to_")?)?))
        }
        ExprKind::Call { path, qself: false, args } => {
            let [arg] = &args[..] else { return None };
            let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
            let (last, prefix) = names.split_last()?;
            if last == "cast" && prefix.last().is_some_and(|p| p == "num_traits" || p == "num") {
                return Some((arg, cast_target(f, path)));
            }
            let converts = last == "from" || last.strip_prefix("from_").and_then(number_type).is_some();
            let any = ["NumCast", "FromPrimitive"].iter().any(|t| prefix.last().is_some_and(|p| p == t));
            let to = if any { FloatTy::Unknown } else { float_type(f, prefix)? };
            converts.then_some((arg, To::Float(to)))
        }
        _ => None,
    }
}

/// A conversion that can't fail: `f64::from(x)`, `<T as From<f32>>::from(x)`.
fn infallible<'e>(f: &hir::Fn, e: &'e Expr) -> Option<(&'e Expr, To)> {
    let ExprKind::Call { path, qself: false, args } = &e.kind else { return None };
    let [arg] = &args[..] else { return None };
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let (last, prefix) = names.split_last()?;
    let to = float_type(f, prefix).filter(|_| last == "from")?;
    Some((arg, To::Float(to)))
}

/// The number type of this name.
fn number_type(name: &str) -> Option<To> {
    match name {
        "f64" => Some(To::Float(FloatTy::F64)),
        "f32" => Some(To::Float(FloatTy::F32)),
        int if is_int(int) => Some(To::Int(int.to_string())),
        _ => None,
    }
}

/// The second type argument of `cast::<A, B>`.
fn cast_target(f: &hir::Fn, path: &syn::Path) -> To {
    let args = match path.segments.last().map(|s| &s.arguments) {
        Some(syn::PathArguments::AngleBracketed(args)) => &args.args,
        _ => return To::Float(FloatTy::Unknown),
    };
    let named = match args.iter().nth(1) {
        Some(syn::GenericArgument::Type(syn::Type::Path(t))) => t.path.get_ident().map(ToString::to_string),
        _ => None,
    };
    let Some(name) = named else { return To::Float(FloatTy::Unknown) };
    match number_type(&name) {
        Some(to) => to,
        None => To::Float(float_type(f, &[name]).unwrap_or(FloatTy::Unknown)),
    }
}

/// The type that an expression certainly has if it is one of the usual ways to write a constant of a generic
/// float type: `T::zero()`, `T::from(2.0).unwrap()`. It is asserted wherever this is relied on.
pub fn generic_constant(f: &hir::Fn, e: &Expr) -> Option<FloatTy> {
    if let Some((_, To::Float(ty @ FloatTy::Generic(_)))) = conversion(f, e) {
        // `T::from(x)` may well be an `Option`, if nothing takes it out.
        let option = matches!(&e.kind, ExprKind::Call { .. }) && !f.from_params.contains(&name_of(&ty));
        return (!option).then_some(ty);
    }
    let ExprKind::Call { path, qself: false, args } = &e.kind else { return None };
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let (name, prefix) = names.split_last()?;
    let ty = float_type(f, prefix).filter(|ty| matches!(ty, FloatTy::Generic(_)))?;
    let values = [
        "zero",
        "one",
        "nan",
        "epsilon",
        "infinity",
        "neg_infinity",
        "neg_zero",
        "max_value",
        "min_value",
        "min_positive_value",
        "default",
    ];
    // `T::PI()`, and nalgebra's `T::pi()`.
    let constant = name.chars().all(|c| !c.is_lowercase())
        || ["pi", "two_pi", "frac_", "e", "log2_e", "log10_e", "ln_2", "ln_10", "sqrt_2"]
            .iter()
            .any(|c| name == c || (c.ends_with('_') && name.starts_with(c)));
    (args.is_empty() && (values.contains(&name.as_str()) || constant)).then_some(ty)
}

fn name_of(ty: &FloatTy) -> String {
    match ty {
        FloatTy::Generic(name) => name.clone(),
        _ => String::new(),
    }
}

impl Facts<'_> {
    /// The active number that an expression converts, and to which float, if what it gives is an `Option`: `x.to_f64()`,
    /// `T::from(x)`. There is always something in it.
    pub(super) fn converted_option<'e>(&self, e: &'e Expr) -> Option<(&'e Expr, FloatTy)> {
        let (number, To::Float(to)) = fallible(self.f, e)? else { return None };
        let option = match &to {
            FloatTy::Unknown => false,
            FloatTy::Generic(name) => !self.f.from_params.contains(name),
            _ => matches!(e.kind, ExprKind::Method { .. }),
        };
        let (shape, tainted) = self.fact(number);
        (option && tainted && matches!(shape.strip(), Shape::Float(_))).then_some((number, to))
    }

    /// What a conversion of a number gives, and whether that may be active; `None` if it is nothing that the
    /// compiler has to know.
    pub(super) fn converted(&self, e: &Expr) -> Option<(Shape, bool)> {
        let constant = generic_constant(self.f, e);
        if let Some((number, to)) = conversion(self.f, e) {
            let (shape, tainted) = self.fact(number);
            let float = matches!(shape.strip(), Shape::Float(_));
            match to {
                To::Int(name) if float => return Some((Shape::Int(Some(name)), false)),
                To::Float(FloatTy::Unknown) if tainted => return None,
                To::Float(_) if tainted && !self.is_conversion(e) => return None,
                To::Float(to) if tainted => return Some((Shape::Float(to), true)),
                _ => {}
            }
            return constant.map(|ty| (Shape::Float(ty), false));
        }
        constant.map(|ty| (Shape::Float(ty), false))
    }

    /// Whether an expression converts an active float to a float.
    pub(super) fn is_conversion(&self, e: &Expr) -> bool {
        let Some((number, To::Float(to))) = conversion(self.f, e) else { return false };
        let (shape, tainted) = self.fact(number);
        let float = matches!(shape.strip(), Shape::Float(_));
        let call = matches!(e.kind, ExprKind::Call { .. });
        // A value of unknown type that a float is made of is asserted to be a float itself.
        let proven = float
            || (shape == Shape::Unknown
                && !matches!(e.kind, ExprKind::Method { ref name, .. } if name == "into"));
        let option = call && matches!(&to, FloatTy::Generic(t) if !self.f.from_params.contains(t));
        tainted && proven && !option
    }

    /// Whether a method only asks an array, slice or `Vec` about its elements.
    pub(super) fn asks_slice(&self, recv: &Expr, name: &str) -> bool {
        let elements = |t: &PlaceTy| t.elem().is_some_and(|t| !t.has_user_type() && *t != PlaceTy::Unknown);
        ASKS.contains(&name) && matches!(self.shape(recv).strip(), Shape::Place(t) if elements(t))
    }

    /// Whether a method of a float or of a slice ends the flow, and the shape of what it gives.
    pub(super) fn ends(&self, recv: &Expr, name: &str) -> Option<Shape> {
        if name == "contains" && matches!(recv.kind, ExprKind::Range { .. }) {
            return Some(Shape::Bool);
        }
        if self.asks_slice(recv, name) {
            return Some(match name {
                "partition_point" => Shape::Int(Some("usize".into())),
                // Where it was found, or where it would have to stand.
                "binary_search_by" | "binary_search_by_key" => Shape::Unknown,
                _ => Shape::Bool,
            });
        }
        let Shape::Float(of) = self.shape(recv).strip().clone() else { return None };
        let ends = ENDS.contains(&name) || name.strip_prefix("to_").is_some_and(is_int);
        ends.then(|| match name {
            "eq" | "ne" | "lt" | "le" | "gt" | "ge" => Shape::Bool,
            "is_zero" | "is_one" | "is_positive" | "is_negative" => Shape::Bool,
            "to_bits" if of == FloatTy::F64 => Shape::Int(Some("u64".into())),
            "to_bits" if of == FloatTy::F32 => Shape::Int(Some("u32".into())),
            _ => Shape::Unknown,
        })
    }
}

impl<'a> Lower<'a, '_> {
    /// An active float as a float of another type, or of the same.
    pub(super) fn convert(&mut self, e: &'a Expr, hint: Option<&Type>) -> Option<Res<Val>> {
        if !self.facts.is_conversion(e) {
            return None;
        }
        let (number, to) = conversion(self.f, e)?;
        // What only the context says might be anything, if the context does not say it here.
        let to = match (to, hint) {
            (To::Float(FloatTy::Unknown), Some(Type::Float(hint))) => hint.clone(),
            (To::Float(FloatTy::Unknown) | To::Int(_), _) => return None,
            (To::Float(to), _) => to,
        };
        Some(self.float(number).map(|v| Val::Scalar(self.push(Op::Cast(v), Ty::Float(to)))))
    }
}
