//! Second derivatives: the tangent of a gradient. The derivative of a program is a program, so that it can be
//! differentiated once more.

use crate::diagnostics::{Errors, Kind};
use crate::forward::{Tangent, forward};
use crate::hir;
use crate::ir::{Func, Len, Op, OpaqueKind, Ret};
use crate::names::text;
use crate::options::Options;
use crate::reverse::Gradient;
use proc_macro2::{Span, TokenStream, TokenTree};

/// Refuses what can't have the second derivatives that are asked for.
pub fn check(function: &hir::Fn, primal: &Func, options: &Options, errors: &mut Errors) -> Option<()> {
    let span = function.sig.ident.span();
    let name = text(&function.sig.ident);
    let asked = if options.hessian { "hessian" } else { "hvp" };
    if !matches!(function.ret, hir::Type::Float(_)) {
        errors.refuse(Kind::SecondOrderResult, span, &[asked, &name]);
        return None;
    }
    if !options.hessian {
        return Some(());
    }
    let active: Vec<&hir::Param> = function.params.iter().filter(|p| p.active).collect();
    let shaped = match &active[..] {
        [one] => one.alias.is_none() && Columns::of(&one.ty).is_some(),
        _ => false,
    };
    if !shaped {
        let found = match active.len() {
            1 => "one of another form".to_string(),
            n => format!("{n}"),
        };
        errors.refuse(Kind::HessianShape, span, &[&name, &found]);
        return None;
    }
    run_once(primal, errors)
}

/// What the columns of a Hessian stand for.
pub enum Columns {
    /// The number itself.
    One,
    /// The elements of an array.
    Array(Len),
    /// The elements of a slice or `Vec`.
    Slice,
}

impl Columns {
    /// Of a parameter of this type.
    pub fn of(ty: &hir::Type) -> Option<Columns> {
        let float = |t: &hir::Type| matches!(t, hir::Type::Float(_));
        match ty {
            hir::Type::Ref(false, t) => Columns::of(t),
            t if float(t) => Some(Columns::One),
            hir::Type::Array(t, n) if float(t) => Some(Columns::Array(n.clone())),
            hir::Type::Slice(t) | hir::Type::Vec(t) if float(t) => Some(Columns::Slice),
            _ => None,
        }
    }
}

/// Code that is not looked into runs once. What only reads may run again.
fn run_once(primal: &Func, errors: &mut Errors) -> Option<()> {
    let before = errors.len();
    let lent = |ty: &TokenStream| matches!(syn::parse2::<syn::Type>(ty.clone()), Ok(syn::Type::Reference(r)) if r.mutability.is_some());
    let mut mutable = primal.params.iter().filter(|p| lent(&p.ty));
    if let Some(p) = mutable.next() {
        errors.refuse(Kind::RunTwice, p.name.span(), &[]);
    }
    primal.body.each_stmt(&mut |s| {
        let code = match &s.op {
            Op::Opaque { kind: OpaqueKind::Expr(code), .. } => code,
            Op::Opaque { kind: OpaqueKind::Let { init, .. }, .. } => init,
            Op::Call { callee, .. } if callee.method || callee.function.is_some() => {
                return errors.refuse(Kind::RunTwice, s.origin.span, &[]);
            }
            _ => return,
        };
        if does_something(code) {
            errors.refuse(Kind::RunTwice, s.origin.span, &[]);
        }
    });
    (errors.len() == before).then_some(())
}

/// Whether code calls something, or assigns.
fn does_something(code: &TokenStream) -> bool {
    let mut previous = None;
    for token in code.clone() {
        match &token {
            TokenTree::Group(group) => {
                // `f(…)`, `f::<T>(…)`, `(f)(…)`
                let callee = match &previous {
                    Some(TokenTree::Ident(_) | TokenTree::Group(_)) => true,
                    Some(TokenTree::Punct(p)) => p.as_char() == '>',
                    _ => false,
                };
                let called = callee && group.delimiter() == proc_macro2::Delimiter::Parenthesis;
                if called || does_something(&group.stream()) {
                    return true;
                }
            }
            TokenTree::Punct(p) if p.as_char() == '!' || p.as_char() == '=' => return true,
            _ => {}
        }
        previous = Some(token);
    }
    false
}

/// The call that a second derivative can't go through.
pub fn call(gradient: &Gradient) -> Option<Span> {
    let mut found = None;
    gradient.func.body.each_stmt(&mut |s| {
        if let Op::CallForward { .. } | Op::CallReverse { .. } = &s.op {
            found = found.or(Some(s.origin.span));
        }
    });
    found
}

/// The tangent of a value and its gradient, without that of the value.
pub fn tangent(gradient: &Gradient) -> Tangent {
    let mut func = gradient.func.clone();
    let mut parts = vec![func.ret.clone()];
    parts.extend(gradient.adjoints.iter().map(|(_, tree)| tree.clone()));
    func.ret = Ret::Tuple(parts);
    let mut tangent = forward(&func);
    if let Ret::Tuple(parts) = &mut tangent.ret_tangent
        && let Some(value) = parts.first_mut()
    {
        *value = Ret::Unit;
    }
    tangent
}
