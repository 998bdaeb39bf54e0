//! What a Jacobian's rows and columns are, and which way it is computed.
//!
//! By rows, one forward sweep serves as many reverse sweeps as there are outputs. By columns, the tangent program runs once
//! for each input. A run of either costs about the same, so that the smaller number decides: at compile time
//! where both are known, otherwise at run time. Columns repeat the function, so they are out of the question for code that
//! may do something besides, and for calls, whose tangents nobody has asked for.

use crate::diagnostics::{Errors, Kind};
use crate::hir;
use crate::ir::{Func, Len, Op};
use crate::names::text;
use crate::second::{Columns, runs_again};

/// What the rows of a Jacobian stand for.
#[derive(Clone, Debug)]
pub enum Rows {
    /// The number that is returned.
    One,
    /// The elements of an array.
    Array(Len),
    /// The elements of a `Vec`.
    Vec,
    /// The numbers of a tuple.
    Tuple(usize),
    /// The elements of what this parameter lends by `&mut`; an array has a length.
    Output(usize, Option<Len>),
}

/// A Jacobian that can be computed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The parameter whose elements are the columns.
    pub input: usize,
    /// The columns.
    pub columns: Columns,
    /// The rows.
    pub rows: Rows,
    /// Whether it may be computed by columns.
    pub by_columns: bool,
    /// Whether it may be computed by rows.
    pub by_rows: bool,
    /// Whether the columns are computed several at once.
    pub lanes: bool,
}

/// The rows and columns, or why there are none.
pub fn plan(function: &hir::Fn, primal: &Func, errors: &mut Errors) -> Option<Plan> {
    let plan = possible(function, primal, errors)?;
    let again = plan.by_columns;
    let (by_columns, by_rows) = match (plan.columns.known(), plan.rows.known()) {
        (Some(n), Some(m)) => (again && n < m, !again || n >= m),
        _ => (again, true),
    };
    Some(Plan { by_columns, by_rows, ..plan })
}

/// The same, in all ways in which it may be computed.
pub fn possible(function: &hir::Fn, primal: &Func, errors: &mut Errors) -> Option<Plan> {
    let mut refuse = |found: &str| {
        errors.refuse(Kind::JacobianShape, function.sig.ident.span(), &[&text(&function.sig.ident), found]);
    };
    let active: Vec<usize> = (0..function.params.len()).filter(|i| function.params[*i].active).collect();
    let lent = |i: &usize| matches!(function.params[*i].ty, hir::Type::Ref(true, _));
    let (outputs, inputs): (Vec<usize>, Vec<usize>) = active.into_iter().partition(lent);
    let input = match &inputs[..] {
        [one] => *one,
        several => {
            refuse(&format!("{} active parameters that are read", several.len()));
            return None;
        }
    };
    let columns = Columns::of(&function.params[input].ty).filter(|_| function.params[input].alias.is_none());
    let Some(columns) = columns else {
        refuse("an active parameter of another form");
        return None;
    };
    let rows = match (&outputs[..], rows(&function.ret)) {
        ([], Some(rows)) if !function.ret_alias => Some(rows),
        ([out], None) if matches!(function.ret, hir::Type::Unit) => output(&function.params[*out].ty, *out),
        _ => None,
    };
    let Some(rows) = rows.filter(|_| function.functions().is_empty()) else {
        refuse("results of another form");
        return None;
    };
    let mut calls = false;
    primal.body.each_stmt(&mut |s| calls |= matches!(s.op, Op::Call { .. }));
    let again = !calls && runs_again(primal, &rows.output());
    Some(Plan { input, columns, rows, by_columns: again, by_rows: true, lanes: false })
}

/// The rows of what is returned.
fn rows(ty: &hir::Type) -> Option<Rows> {
    let float = |t: &hir::Type| matches!(t, hir::Type::Float(_));
    match ty {
        t if float(t) => Some(Rows::One),
        hir::Type::Array(t, n) if float(t) => Some(Rows::Array(n.clone())),
        hir::Type::Vec(t) if float(t) => Some(Rows::Vec),
        hir::Type::Tuple(ts) if !ts.is_empty() && ts.iter().all(float) => Some(Rows::Tuple(ts.len())),
        _ => None,
    }
}

/// The rows of what is lent.
fn output(ty: &hir::Type, i: usize) -> Option<Rows> {
    let hir::Type::Ref(true, inner) = ty else { return None };
    let float = |t: &hir::Type| matches!(t, hir::Type::Float(_));
    match &**inner {
        hir::Type::Array(t, n) if float(t) => Some(Rows::Output(i, Some(n.clone()))),
        hir::Type::Slice(t) if float(t) => Some(Rows::Output(i, None)),
        _ => None,
    }
}

impl Rows {
    /// How many there are, where the macro knows.
    pub fn known(&self) -> Option<usize> {
        match self {
            Rows::One => Some(1),
            Rows::Array(Len::Known(n)) | Rows::Output(_, Some(Len::Known(n))) => Some(*n),
            Rows::Tuple(n) => Some(*n),
            _ => None,
        }
    }

    /// The parameter that is written to.
    pub fn output(&self) -> Option<usize> {
        if let Rows::Output(i, _) = self { Some(*i) } else { None }
    }
}
