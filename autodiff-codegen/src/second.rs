//! Second derivatives: the tangent of a gradient. The derivative of a program is a program, so that it can be
//! differentiated once more.

use crate::analysis;
use crate::diagnostics::{Errors, Kind};
use crate::forward::{Tangent, forward, forward_owned};
use crate::hir;
use crate::ir::{Func, Len, Ret};
use crate::names::text;
use crate::options::Options;
use crate::reverse::{Gradient, Unsupported};
use proc_macro2::{Span, TokenStream};

/// Refuses what can't have the second derivatives that are asked for.
pub fn check(function: &hir::Fn, primal: &Func, options: &Options, errors: &mut Errors) -> Option<()> {
    let span = function.sig.ident.span();
    let name = text(&function.sig.ident);
    let asked = match (options.hessian, options.sparse_hessian) {
        (true, _) => "hessian",
        (false, true) => "sparse_hessian",
        (false, false) => "hvp",
    };
    if !matches!(function.ret, hir::Type::Float(_)) {
        errors.refuse(Kind::SecondOrderResult, span, &[asked, &name]);
        return None;
    }
    if !function.has_gradient() {
        errors.refuse(Kind::NoActiveParameter, span, &[&hir::Param::none_is_active(&function.params, false)]);
        return None;
    }
    if asked == "hvp" {
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

/// What the columns of a Hessian or Jacobian stand for.
#[derive(Clone, Debug)]
pub enum Columns {
    /// The number itself.
    One,
    /// The elements of an array.
    Array(Len),
    /// The elements of a slice or `Vec`.
    Slice,
}

impl Columns {
    /// How many there are, where the macro knows.
    pub fn known(&self) -> Option<usize> {
        match self {
            Columns::One => Some(1),
            Columns::Array(Len::Known(n)) => Some(*n),
            _ => None,
        }
    }

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
    for span in what_runs_once(primal, &None) {
        errors.refuse(Kind::RunTwice, span, &[]);
    }
    (errors.len() == before).then_some(())
}

/// Whether the function may be run several times, as far as its own code goes; `output` is a parameter that is put back
/// before each time.
pub fn runs_again(primal: &Func, output: &Option<usize>) -> bool {
    what_runs_once(primal, output).is_empty()
}

/// What must not be run twice, as far as the function's own code goes.
fn what_runs_once(primal: &Func, output: &Option<usize>) -> Vec<Span> {
    let lent = |ty: &TokenStream| matches!(syn::parse2::<syn::Type>(ty.clone()), Ok(syn::Type::Reference(r)) if r.mutability.is_some());
    let params = primal.params.iter().enumerate().filter(|(i, _)| Some(*i) != *output);
    let mut mutable = params.filter(|(_, p)| lent(&p.ty));
    let mut out: Vec<Span> = mutable.next().map(|(_, p)| p.name.span()).into_iter().collect();
    out.extend(analysis::runs_once(&primal.body, true));
    out
}

/// A value and its gradient, as a program like any other: it returns what `NAME_grad` returns.
pub fn program(gradient: &Gradient) -> Func {
    let mut func = gradient.func.clone();
    let mut parts: Vec<Ret> = gradient.adjoints.iter().map(|(_, tree)| tree.clone()).collect();
    let parts = if parts.len() == 1 { parts.remove(0) } else { Ret::Tuple(parts) };
    func.ret = Ret::Tuple(vec![func.ret.clone(), parts]);
    func
}

/// A function's value and tangent as one function, of its arguments and as many tangents: what the second derivatives
/// of its callers go through.
///
/// # Errors
///
/// Those of [`forward_owned`].
pub fn along(primal: &Func) -> Result<Func, Unsupported> {
    let tangent = forward_owned(primal)?;
    let mut func = tangent.func;
    for (_, i) in &tangent.tangents {
        func.params[*i].active = true;
    }
    func.ret = Ret::Tuple(vec![primal.ret.clone(), tangent.ret_tangent]);
    Ok(func)
}

/// The signature of that function, as far as it is looked at.
pub fn along_signature(function: &hir::Fn) -> hir::Fn {
    let mut function = function.clone();
    let tangents =
        function.params.clone().into_iter().map(|p| hir::Param { alias: None, function: None, ..p });
    function.params.extend(tangents);
    function.ret = hir::Type::Tuple(vec![function.ret.clone(), function.ret]);
    function
}

/// The tangent of a value and its gradient, without that of the value.
///
/// # Errors
///
/// Calls that a second derivative can't go through.
pub fn tangent(gradient: &Gradient) -> Result<Tangent, Unsupported> {
    let mut tangent = forward(&program(gradient))?;
    if let Ret::Tuple(parts) = &mut tangent.ret_tangent
        && let Some(value) = parts.first_mut()
    {
        *value = Ret::Unit;
    }
    tangent.forget_unread();
    Ok(tangent)
}
