//! The companions' documentation.

use super::companion::{Cx, Kind};
use crate::forward::Tangent;
use crate::ir::*;
use crate::names;
use crate::parse::text::one_line;
use crate::reverse::Gradient;
use crate::sparse::Of;
use quote::ToTokens;

/// The documentation of a gradient companion.
pub(super) fn gradient(cx: &Cx, g: &Gradient, kind: Kind, returned: &[&(usize, Ret)]) -> String {
    let f = names::text(&cx.item.sig.ident);
    let names: Vec<String> = returned.iter().map(|(i, _)| format!("`{}`", cx.param_text(*i))).collect();
    let mut out = match kind {
        Kind::Vjp => format!(" [`{f}`] and its vector–Jacobian product with `seed`"),
        _ => format!(" The value of [`{f}`] and its gradient"),
    };
    out.push_str(&by("reverse-mode differentiation", cx.opts.pullback.as_ref()));
    out.push_str(".\n\n");
    out.push_str(&returns(kind, &names));
    let given: Vec<String> = g
        .buffers
        .iter()
        .map(|i| format!("`{}`", g.func.params[*i].name.to_string().trim_start_matches("d_")))
        .collect();
    if !given.is_empty() {
        let verb = match kind {
            Kind::Vjp => "hold the adjoints of what is left in, and afterwards of what came in through,",
            Kind::GradAcc => "are added to: each is increased by the gradient with respect to",
            _ => "are overwritten with the gradients with respect to",
        };
        out.push_str(&format!(" The `&mut` buffers at the end {verb} {}.", list(&given)));
    }
    out.push('\n');
    out.push_str(&passive(cx));
    out.push_str(&conventions(cx.primal));
    out
}

/// The documentation of `NAME_jvp`.
pub(super) fn tangent(cx: &Cx, t: &Tangent) -> String {
    let f = names::text(&cx.item.sig.ident);
    let of: Vec<String> = t.tangents.iter().map(|(i, _)| format!("`{}`", cx.param_text(*i))).collect();
    format!(
        " The value of [`{f}`] and its directional derivative{}.\n\n Returns \
         `(value, derivative)`. The tangents at the end belong to {}.\n{}{}",
        by("forward-mode differentiation", cx.opts.tangent.as_ref()),
        list(&of),
        passive(cx),
        conventions(cx.primal)
    )
}

/// The documentation of `NAME_hvp`.
pub(super) fn second(cx: &Cx, t: &Tangent) -> String {
    let f = names::text(&cx.item.sig.ident);
    let of: Vec<String> = t.tangents.iter().map(|(i, _)| format!("`{}`", cx.param_text(*i))).collect();
    format!(
        " The value of [`{f}`], its gradient, and the product of its Hessian with a direction: forward-mode \
         differentiation of the reverse-mode gradient.\n\n Returns `(value, gradient, product)`. The direction's parts at \
         the end belong to {}.\n{}{}",
        list(&of),
        passive(cx),
        conventions(cx.primal)
    )
}

/// The documentation of `NAME_hessian`.
pub(super) fn hessian(cx: &Cx) -> String {
    let f = names::text(&cx.item.sig.ident);
    format!(
        " The value of [`{f}`], its gradient, and its Hessian: one product for each column.\n\n Returns `(value, gradient, \
         hessian)`; of a run-time length `n`, the Hessian is a row-major `Vec` of `n`² numbers.\n{}{}",
        passive(cx),
        conventions(cx.primal)
    )
}

/// The documentation of `NAME_jacobian`.
pub(super) fn jacobian(cx: &Cx, plan: &crate::jacobian::Plan) -> String {
    let f = names::text(&cx.item.sig.ident);
    let how = match (plan.by_rows, plan.by_columns) {
        (true, false) => "one forward sweep, and a reverse sweep for each row",
        (false, _) if plan.lanes => "forward-mode differentiation, several columns at a time",
        (false, _) => "forward-mode differentiation, once for each column",
        (true, true) => "reverse sweeps for rows, or forward mode for columns, whichever are fewer",
    };
    format!(
        " The result of [`{f}`] and its Jacobian: {how}.\n\n Returns `(y, J)`, with `J[row][column]` the derivative of \
         output `row` with respect to element `column` of `{}`; with a run-time length, `J` is a row-major `Vec`.\n{}{}",
        cx.param_text(plan.input),
        passive(cx),
        conventions(cx.primal)
    )
}

/// The documentation of `NAME_graph`.
pub(super) fn graph(cx: &Cx) -> String {
    format!(
        " The computation graph of [`{}`] at these arguments: its operations, with their values, and the derivatives of the \
         result with respect to them.\n\n `to_dot` and `to_mermaid` of what is returned, and `to_svg` with the feature \
         `graph` of the crate, draw it.\n{}{}",
        names::text(&cx.item.sig.ident),
        passive(cx),
        conventions(cx.primal)
    )
}

/// The documentation of `NAME_sparse_jacobian` and `NAME_sparse_hessian`.
pub(super) fn sparse(cx: &Cx, plan: &crate::sparse::Plan) -> String {
    let f = names::text(&cx.item.sig.ident);
    let (entries, sweeps) = (plan.entries.len(), plan.sweeps.count);
    let scope = if cx.hir.associated { "Self::" } else { "" };
    let [rows, columns] = cx.table_names(plan.of);
    let (what, returned, by) = match (plan.of, plan.sweeps.reverse) {
        (Of::Hessian, _) => (
            "the lower triangle of its Hessian, diagonal included",
            "(value, gradient, entries)",
            "products with directions",
        ),
        (Of::Jacobian, true) => ("its Jacobian", "(y, entries)", "reverse sweeps after one forward sweep"),
        (Of::Jacobian, false) => ("its Jacobian", "(y, entries)", "sweeps of forward mode"),
    };
    format!(
        " The result of [`{f}`] and {what}, of which {entries} of {} × {} entries can be other than zero: by {sweeps} \
         {by}.\n\n Returns `{returned}`, row by row. Where the entries lie, [`{scope}{rows}`] and [`{scope}{columns}`] \
         say; columns are the elements of `{}`.\n{}{}",
        plan.rows,
        plan.columns,
        cx.param_text(plan.input),
        passive(cx),
        conventions(cx.primal)
    )
}

/// How the derivative comes about.
fn by(mode: &str, rule: Option<&syn::ExprPath>) -> String {
    match rule {
        Some(rule) => format!(", by the rule `{}`", one_line(&rule.to_token_stream())),
        None => format!(", by {mode}"),
    }
}

fn returns(kind: Kind, names: &[String]) -> String {
    let value = if kind == Kind::Vjp { "y" } else { "value" };
    match names {
        [] => format!(" Returns the {value} alone."),
        [one] => format!(" Returns `({value}, gradient)`, the gradient with respect to {one}."),
        _ => {
            let parts: Vec<String> = names.iter().map(|n| format!("d_{}", n.trim_matches('`'))).collect();
            let parts = parts.join(", ");
            format!(
                " Returns `({value}, ({parts}))`: the gradients with respect to {}, in this order.",
                list(names)
            )
        }
    }
}

fn passive(cx: &Cx) -> String {
    let names: Vec<String> = cx
        .primal
        .params
        .iter()
        .enumerate()
        .filter(|(_, p)| !p.active)
        .map(|(i, _)| format!("`{}`", cx.param_text(i)))
        .collect();
    if names.is_empty() { String::new() } else { format!("\n Constant: {}.\n", list(&names)) }
}

/// What holds at the points where a derivative is a convention, for the operations that occur.
fn conventions(func: &Func) -> String {
    let mut rules = Vec::new();
    func.body.each_stmt(&mut |s| {
        if let Op::Elem { rule, .. } = &s.op
            && !rules.contains(rule)
        {
            rules.push(*rule);
        }
    });
    let lines: Vec<String> = rules
        .iter()
        .filter(|r| !r.get().conventions().is_empty())
        .map(|r| format!(" * `{}`: {}\n", r.surface(), r.get().conventions().join("; ")))
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("\n Partial derivatives at special points:\n\n{}", lines.concat())
}

fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
