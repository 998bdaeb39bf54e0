//! What the path of a call says about it.

use super::walk;
use crate::hir;
use crate::ir::FloatTy;
use crate::rules::{Libm, RuleId, Syntax};

/// A callee, as far as its path tells.
#[derive(Clone, PartialEq, Debug)]
pub enum Named {
    /// A method of a float type, in path form: `f64::sin`, `T::max`.
    Float(FloatTy, String),
    /// `f64::from`
    From(FloatTy),
    /// The function itself.
    Recursive,
    /// A function of `std::mem`: `swap`, `replace` or `take`.
    Mem(&'static str),
    /// A function of the crate `libm`.
    Libm(Libm),
    /// `stop_gradient`
    Stop,
    /// A tuple struct or enum variant, by its name.
    Constructor,
    /// Any other function.
    Function,
}

/// Classifies a path that is called with `operands` arguments.
pub fn named(f: &hir::Fn, path: &syn::Path, operands: usize) -> Named {
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let Some((last, prefix)) = names.split_last() else { return Named::Function };
    if is_euclid(f, prefix) && operands == 2 && crate::rules::by_method(last, operands).is_some() {
        return Named::Float(FloatTy::Unknown, last.clone());
    }
    if let Some(float) = float_type(f, prefix) {
        let known = crate::rules::by_method(last, operands).is_some() || (last == "sin_cos" && operands == 1);
        let generic = matches!(float, FloatTy::Generic(_));
        match f.types.own_method(&float, last, operands).map(|rule| rule.map(RuleId::syntax)) {
            Some(Some(Syntax::Method(std))) => return Named::Float(float, std.clone()),
            Some(_) => return Named::Function,
            None => {}
        }
        match last.as_str() {
            "from" if !generic => return Named::From(float),
            _ if known => return Named::Float(float, last.clone()),
            _ => {}
        }
    }
    if let Some(name) = mem(path).filter(|name| operands == if *name == "take" { 1 } else { 2 }) {
        return Named::Mem(name);
    }
    if let Some(libm) = libm(f, path, operands) {
        return Named::Libm(libm);
    }
    let own = f.sig.ident.to_string();
    let here = if f.associated { prefix == ["Self"] } else { prefix.is_empty() || prefix == ["self"] };
    if *last == own && here {
        return Named::Recursive;
    }
    if last == "stop_gradient" && operands == 1 && prefix.first().is_none_or(|first| first != "Self") {
        return Named::Stop;
    }
    // By convention, where no function of that name is in sight: what it really is, rustc knows, and it finds no
    // gradient of a constructor.
    let capital =
        last.trim_start_matches("r#").starts_with(|c: char| c.is_uppercase()) && !last.contains('_');
    if capital && f.types.known.result(path, f.self_ty.as_ref()).is_none() {
        return Named::Constructor;
    }
    Named::Function
}

/// The function of `std::mem` that a path names. Where the path does not start at `std`, rustc is asked.
pub fn mem(path: &syn::Path) -> Option<&'static str> {
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let (name, front) = names.split_last()?;
    let known = match front {
        [m] => m == "mem",
        [std, m] => (std == "std" || std == "core") && m == "mem",
        _ => false,
    };
    known.then(|| ["swap", "replace", "take"].into_iter().find(|n| n == name))?
}

/// The function of the crate `libm` that a path names, if it is one of the table's. rustc is asked.
fn libm(f: &hir::Fn, path: &syn::Path, operands: usize) -> Option<Libm> {
    crate::rules::by_libm(&f.types.known.libm(path)?, operands)
}

/// The float type that the front part of a path names: `f64`, `std::primitive::f64`, `T`.
pub fn float_type(f: &hir::Fn, prefix: &[String]) -> Option<FloatTy> {
    let (last, front) = prefix.split_last()?;
    let std = |s: &String| s == "std" || s == "core";
    let plain = front.is_empty() || (front.len() == 2 && std(&front[0]) && front[1] == "primitive");
    match last.as_str() {
        "f64" | "f32" if front.is_empty() && f.types.known.hides(last) => None,
        "f64" if plain => Some(FloatTy::F64),
        "f32" if plain => Some(FloatTy::F32),
        t if front.is_empty() && f.types.known.alias(&alias_path(t)?).is_some() => {
            match f.types.classify(&f.types.known.alias(&alias_path(t)?)?) {
                hir::Type::Float(float) => Some(float),
                _ => None,
            }
        }
        t if front.is_empty() && f.float_params.iter().any(|p| p == t) => Some(FloatTy::Generic(t.into())),
        // The traits of `num_traits`: what the receiver is has to be asserted.
        "Float" | "FloatCore" | "Real"
            if (front.is_empty() && !f.types.known.shadows(last)) || *front == ["num_traits"] =>
        {
            Some(FloatTy::Unknown)
        }
        _ => None,
    }
}

/// Whether a path leads to the trait of `num_traits` with the methods `div_euclid` and `rem_euclid`.
fn is_euclid(f: &hir::Fn, prefix: &[String]) -> bool {
    match prefix {
        [name] => name == "Euclid" && !f.types.known.shadows(name),
        [module, name] => module == "num_traits" && name == "Euclid",
        _ => false,
    }
}

/// The path that is only this name.
fn alias_path(name: &str) -> Option<syn::Path> {
    syn::parse_str::<syn::Ident>(name).ok().map(syn::Path::from)
}

/// The type of a constant of `std` that a path names: `f64::consts::PI`, `f32::MAX`, `usize::MAX`.
pub fn constant(f: &hir::Fn, path: &syn::Path) -> Option<crate::ir::Ty> {
    use crate::ir::Ty;
    if let Some(ty) = f.types.known.constant(path, f.self_ty.as_ref()) {
        return super::shape::Shape::of(&f.types.classify(&ty)).scalar();
    }
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let names = match names.first().map(String::as_str) {
        Some("std" | "core") => &names[1..],
        _ => &names[..],
    };
    let float = |t: &str| match t {
        "f64" => Some(Ty::F64),
        "f32" => Some(Ty::Float(FloatTy::F32)),
        _ => None,
    };
    match names {
        [t, consts, _] if consts == "consts" => float(t),
        [t, name] => match name.as_str() {
            "EPSILON" | "MIN" | "MIN_POSITIVE" | "MAX" | "NAN" | "INFINITY" | "NEG_INFINITY"
                if float(t).is_some() =>
            {
                float(t)
            }
            "MIN" | "MAX" if is_int(t) => Some(Ty::Int(Some(t.clone()))),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a name is that of a primitive integer type.
pub fn is_int(name: &str) -> bool {
    matches!(
        name,
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize"
    )
}

/// Whether an expression is a place that stays as it is: `&make()` would run `make` again.
pub fn is_fixed(f: &hir::Fn, place: &hir::Expr) -> bool {
    let fixed = |e: &hir::Expr| match &e.kind {
        hir::ExprKind::Var(v) => !f.vars[v.0 as usize].mutable,
        hir::ExprKind::Path(_) | hir::ExprKind::Lit(_) | hir::ExprKind::Field(..) => true,
        hir::ExprKind::Deref(_) | hir::ExprKind::Index(..) => true,
        _ => false,
    };
    !walk::any(place, &|e| !fixed(e))
}

/// Whether an expression is a literal, or an array of them.
fn is_literal(e: &hir::Expr) -> bool {
    match &e.kind {
        hir::ExprKind::Lit(_) => true,
        hir::ExprKind::Array(items) => items.iter().all(is_literal),
        _ => false,
    }
}

/// Whether an argument is a shared reference, which can be passed a second time.
pub fn is_shared_reference(f: &hir::Fn, e: &hir::Expr) -> bool {
    match &e.kind {
        hir::ExprKind::Lit(syn::Lit::Str(_) | syn::Lit::ByteStr(_) | syn::Lit::CStr(_)) => true,
        hir::ExprKind::Ref(false, place) => is_fixed(f, place) || is_literal(place),
        hir::ExprKind::Call { path, qself: false, args } if named(f, path, args.len()) == Named::Stop => {
            is_shared_reference(f, &args[0])
        }
        // A constant may be a reference, and naming it again does no harm if it isn't. A `None` by itself would be of a type that
        // nothing says the second time.
        hir::ExprKind::Path(path) => !path.is_ident("None"),
        hir::ExprKind::Var(v) => {
            f.params.iter().any(|p| {
                matches!(p.pat.kind, hir::PatKind::Var(pv) if pv == *v)
                    && matches!(p.ty, hir::Type::Ref(false, _))
            }) && !f.vars[v.0 as usize].mutable
        }
        _ => false,
    }
}
