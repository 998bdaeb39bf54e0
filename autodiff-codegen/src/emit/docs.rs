//! The companions' documentation. Each text is one attribute, whatever its length: what rustc reads of it costs nothing.

use super::companion::{Cx, Kind};
use crate::analysis::{self, Activity};
use crate::formula;
use crate::forward::Tangent;
use crate::hir;
use crate::ir::*;
use crate::jacobian::Rows;
use crate::names;
use crate::parse::text::one_line;
use crate::reverse::Gradient;
use crate::second::Columns;
use crate::sparse::Of;
use proc_macro2::Ident;
use quote::ToTokens;

/// The most lines of formulas, how long each may be, and how many statements a program may have that they are looked for in.
const FORMULAS: usize = 12;
const LINE: usize = 100;
const SMALL: usize = 64;

/// The documentation of a gradient companion.
pub(super) fn gradient(cx: &Cx, g: &Gradient, kind: Kind, returned: &[&(usize, Ret)]) -> String {
    let f = link(cx, &cx.item.sig.ident);
    let names: Vec<String> = returned.iter().map(|(i, _)| format!("`{}`", cx.param_text(*i))).collect();
    let what = match kind {
        Kind::Vjp if matches!(cx.hir.ret, hir::Type::Unit) => format!("{f} and its vector–Jacobian product"),
        Kind::Vjp => format!("{f} and its vector–Jacobian product with `seed`"),
        _ => format!("The value of {f} and its gradient"),
    };
    let by = by("reverse-mode differentiation", cx.opts.pullback.as_ref());
    let mut out = format!("{what}, {by}.\n\n{}", returns(cx, kind, &names));
    let given: Vec<String> = g
        .buffers
        .iter()
        .map(|i| format!("`{}`", g.func.params[*i].name.to_string().trim_start_matches("d_")))
        .collect();
    if !given.is_empty() {
        let all = list(&given);
        out.push_str(&match (kind, given.len()) {
            (Kind::Vjp, 1) => format!(
                " The `&mut` buffer at the end goes in with the seed of what is left in {all}, and comes back with the gradient of \
                 what {all} held at first."
            ),
            (Kind::Vjp, _) => format!(
                " The `&mut` buffers at the end go in with the seeds of what is left in {all}, and come back with the gradients of \
                 what these held at first."
            ),
            (Kind::GradAcc, 1) => format!(
                " The `&mut` buffer at the end is added to: it grows by the gradient with respect to {all}."
            ),
            (Kind::GradAcc, _) => format!(
                " The `&mut` buffers at the end are added to: they grow by the gradients with respect to {all}."
            ),
            (_, 1) => {
                format!(" The `&mut` buffer at the end is overwritten with the gradient with respect to {all}.")
            }
            _ => format!(" The `&mut` buffers at the end are overwritten with the gradients with respect to {all}."),
        });
    }
    out.push('\n');
    // `NAME_grad` has them, if it is there.
    if kind == Kind::Grad || kind == Kind::Vjp && !cx.hir.has_gradient() {
        out.push_str(&formulas(cx, g));
    }
    out + notes(cx)
}

/// The documentation of `NAME_jvp`.
pub(super) fn tangent(cx: &Cx, t: &Tangent) -> String {
    let of: Vec<String> = t.tangents.iter().map(|(i, _)| format!("`{}`", cx.param_text(*i))).collect();
    let by = by("forward-mode differentiation", cx.opts.tangent.as_ref());
    format!(
        "The value of {} and its directional derivative, {by}.\n\nReturns {}. {}\n{}",
        link(cx, &cx.item.sig.ident),
        result(cx, "(value, derivative)", ""),
        at_the_end("tangent", &of),
        notes(cx)
    )
}

/// The documentation of `NAME_hvp`.
pub(super) fn second(cx: &Cx, t: &Tangent) -> String {
    let of: Vec<String> = t.tangents.iter().map(|(i, _)| format!("`{}`", cx.param_text(*i))).collect();
    format!(
        "The value of {}, its gradient, and the product of its Hessian with a direction: forward-mode differentiation of the \
         reverse-mode gradient.\n\nReturns {}. {}\n{}",
        link(cx, &cx.item.sig.ident),
        result(cx, "(value, gradient, product)", ""),
        at_the_end("direction", &of),
        notes(cx)
    )
}

/// The documentation of `NAME_hessian`.
pub(super) fn hessian(cx: &Cx, active: usize) -> String {
    let of = match cx.hir.params[active].ty.is_run_time_sized() {
        true => ", the Hessian as a row-major `Vec` of `n`² numbers for a length `n`",
        false => "",
    };
    format!(
        "The value of {}, its gradient, and its Hessian with respect to `{}`: one product for each column.\n\nReturns {}.\n{}",
        link(cx, &cx.item.sig.ident),
        cx.param_text(active),
        result(cx, "(value, gradient, hessian)", of),
        notes(cx)
    )
}

/// The documentation of `NAME_jacobian`.
pub(super) fn jacobian(cx: &Cx, plan: &crate::jacobian::Plan) -> String {
    let how = match (plan.by_rows, plan.by_columns) {
        (true, false) => "one forward sweep, and a reverse sweep for each row",
        (false, _) if plan.lanes => "forward-mode differentiation, several columns at a time",
        (false, _) => "forward-mode differentiation, once for each column",
        (true, true) => "reverse sweeps for rows, or forward mode for columns, whichever are fewer",
    };
    let input = cx.param_text(plan.input);
    let fixed = !matches!(plan.rows, Rows::Vec | Rows::Output(_, None));
    let of = match (&plan.rows, &plan.columns, fixed) {
        (Rows::One, Columns::One, _) => format!(", with `J` the derivative with respect to `{input}`"),
        (Rows::One, Columns::Array(_), _) => {
            format!(", with `J[column]` the derivative with respect to element `column` of `{input}`")
        }
        (_, Columns::One, _) => {
            format!(", with `J[row]` the derivative of output `row` with respect to `{input}`")
        }
        (_, Columns::Array(_), true) => {
            format!(
                ", with `J[row][column]` the derivative of output `row` with respect to element `column` of `{input}`"
            )
        }
        _ => format!(
            ", with `J[row * n + column]` the derivative of output `row` with respect to element `column` of the `n` of `{input}`"
        ),
    };
    format!(
        "The result of {} and its Jacobian: {how}.\n\nReturns {}.\n{}",
        link(cx, &cx.item.sig.ident),
        result(cx, "(y, J)", &of),
        notes(cx)
    )
}

/// The documentation of `NAME_graph`.
pub(super) fn graph(cx: &Cx) -> String {
    format!(
        "The computation graph of {} at these arguments: its operations, with their values, and the derivatives of the result \
         with respect to them.\n\nReturns {}. Its methods `to_dot` and `to_mermaid` draw it, and `to_svg` with the feature \
         `graph` of the crate.\n{}",
        link(cx, &cx.item.sig.ident),
        match cx.hir.wrap {
            None => "the graph".to_string(),
            Some(_) => result(cx, "graph", ""),
        },
        notes(cx)
    )
}

/// The documentation of `NAME_sparse_jacobian` and `NAME_sparse_hessian`.
pub(super) fn sparse(cx: &Cx, plan: &crate::sparse::Plan) -> String {
    let (entries, sweeps) = (plan.entries.len(), plan.sweeps.count);
    let [rows, columns] = cx.table_names(plan.of).map(|name| link(cx, &name));
    let (what, returned, by) = match (plan.of, plan.sweeps.reverse) {
        (Of::Hessian, _) => (
            "the lower triangle of its Hessian, diagonal included",
            "(value, gradient, entries)",
            "products with directions",
        ),
        (Of::Jacobian, true) if sweeps == 1 => {
            ("its Jacobian", "(y, entries)", "reverse sweep after the forward sweep")
        }
        (Of::Jacobian, true) => ("its Jacobian", "(y, entries)", "reverse sweeps after one forward sweep"),
        (Of::Jacobian, false) if sweeps == 1 => ("its Jacobian", "(y, entries)", "sweep of forward mode"),
        (Of::Jacobian, false) => ("its Jacobian", "(y, entries)", "sweeps of forward mode"),
    };
    format!(
        "The result of {} and {what}, of which {entries} of {} × {} entries can be other than zero: by {sweeps} \
         {by}.\n\nReturns {}. Where the entries lie, {rows} and {columns} say; columns are the elements of \
         `{}`.\n{}",
        link(cx, &cx.item.sig.ident),
        plan.rows,
        plan.columns,
        result(cx, returned, ", row by row"),
        cx.param_text(plan.input),
        notes(cx)
    )
}

/// A link to the function, or to what stands beside it.
pub(super) fn link(cx: &Cx, to: &Ident) -> String {
    let text = names::text(to);
    match cx.hir.associated {
        true => format!("[`{text}`](Self::{text})"),
        false => format!("[`{text}`]"),
    }
}

/// How the derivative comes about.
fn by(mode: &str, rule: Option<&syn::ExprPath>) -> String {
    match rule {
        Some(rule) => format!("by the rule `{}`", one_line(&rule.to_token_stream())),
        None => format!("by {mode}"),
    }
}

/// What a companion returns, and of what, in the function's own wrapper.
fn result(cx: &Cx, parts: &str, of: &str) -> String {
    match &cx.hir.wrap {
        None => format!("`{parts}`{of}"),
        Some(wrap) if wrap.option => format!("`Some({parts})`{of}, or `None` where the function does"),
        Some(_) => format!("`Ok({parts})`{of}, or the error that the function returns"),
    }
}

fn returns(cx: &Cx, kind: Kind, names: &[String]) -> String {
    let value = match (&cx.hir.ret, kind) {
        (crate::hir::Type::Unit, _) => "()",
        (_, Kind::Vjp) => "y",
        _ => "value",
    };
    match names {
        [] if cx.hir.wrap.is_none() => format!("Returns the {value} alone."),
        [] => format!("Returns {}.", result(cx, value, "")),
        [one] => {
            let of = format!(", the gradient with respect to {one}");
            format!("Returns {}.", result(cx, &format!("({value}, gradient)"), &of))
        }
        _ => {
            let parts: Vec<String> = names.iter().map(|n| format!("d_{}", n.trim_matches('`'))).collect();
            let parts = format!("({value}, ({}))", parts.join(", "));
            let of = format!(", the gradients with respect to {}, in this order", list(names));
            format!("Returns {}.", result(cx, &parts, &of))
        }
    }
}

/// What follows the function's own arguments.
fn at_the_end(what: &str, of: &[String]) -> String {
    match of {
        [one] => format!("The {what} at the end belongs to {one}."),
        _ => format!("The {what}s at the end belong to {}, in this order.", list(of)),
    }
}

/// The partial derivatives of a small function.
fn formulas(cx: &Cx, g: &Gradient) -> String {
    if g.func.body.stmts.len() > SMALL || cx.opts.pullback.is_some() {
        return String::new();
    }
    let lines = formula::all(g, cx.primal).map(|all| all.lines()).unwrap_or_default();
    if lines.is_empty() || lines.len() > FORMULAS || lines.iter().any(|line| line.chars().count() > LINE) {
        return String::new();
    }
    format!("\n```text\n{}\n```\n", lines.join("\n"))
}

/// What holds for all companions alike: what is constant, and what holds where a derivative is a convention.
fn notes<'c>(cx: &'c Cx) -> &'c str {
    cx.notes.get_or_init(|| passive(cx) + &conventions(cx))
}

fn passive(cx: &Cx) -> String {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for (i, p) in cx.hir.params.iter().enumerate().filter(|(_, p)| !p.active && p.function.is_none()) {
        let (why, name) = (p.why(cx.opts.wrt.is_some()), format!("`{}`", cx.param_text(i)));
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(name),
            None => reasons.push((why, vec![name])),
        }
    }
    let each: Vec<String> = reasons.iter().map(|(why, names)| format!("{} ({why})", list(names))).collect();
    if each.is_empty() { String::new() } else { format!("\nConstant: {}.\n", each.join("; ")) }
}

/// What holds at the points where a derivative is a convention, for the operations that derivatives go through.
fn conventions(cx: &Cx) -> String {
    let mut possible = false;
    cx.primal.body.each_stmt(&mut |s| {
        possible |= match &s.op {
            Op::Elem { rule, .. } => rule.get().has_conventions(),
            Op::If { .. } => true,
            _ => false,
        };
    });
    if !possible || cx.opts.pullback.is_some() {
        return String::new();
    }
    let activity = Activity::new(cx.primal, !cx.hir.has_gradient());
    let mut lines: Vec<String> = analysis::conventions(cx.primal, &activity)
        .iter()
        .map(|(rule, holds)| format!("* `{}`: {}\n", rule.surface(), holds.join("; ")))
        .collect();
    if analysis::has_borders(cx.primal, &activity) {
        lines
            .push("* branches: the derivative is that of the arm that runs, at the border too\n".to_string());
    }
    if lines.is_empty() {
        return String::new();
    }
    format!("\nWhere the derivative is a convention:\n\n{}", lines.concat())
}

fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
