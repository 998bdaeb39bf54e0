//! `explain`: what the compiler knows of a function, and what it has decided.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use autodiff_codegen::inspect::{self, Count, Inspection, Part};

use crate::report;
use crate::target::{File, Function, Target};

const TITLE: Style = AnsiColor::Blue.on_default().bold();
const ACTIVE: Style = AnsiColor::Green.on_default();
const PASSIVE: Style = AnsiColor::BrightBlack.on_default();

/// Of one function, or of all with the attribute.
pub fn run(file: &File, target: &Target) -> Result<String, String> {
    let each: Result<Vec<String>, String> =
        file.functions(target)?.into_iter().map(|function| one(file, function)).collect();
    Ok(each?.join("\n"))
}

fn one(file: &File, function: &Function) -> Result<String, String> {
    let options = function.options(file)?;
    let found =
        inspect::inspect(&function.item, &options).map_err(|refusals| report::refusals(file, &refusals))?;
    let mut out = String::new();
    let without = if function.is_annotated() { "" } else { ", without the attribute" };
    let _ = writeln!(
        out,
        "{TITLE}{}{TITLE:#}  {}:{}{without}",
        function.path,
        file.path.display(),
        function.line
    );
    activity(&found, &mut out);
    memory(&found, &mut out);
    costs(&found, &mut out);
    conventions(&found, &mut out);
    formulas(&found, &mut out);
    Ok(out)
}

fn title(text: &str, out: &mut String) {
    let _ = writeln!(out, "\n{TITLE}{text}{TITLE:#}");
}

/// What derivatives flow through, in columns.
fn activity(found: &Inspection, out: &mut String) {
    title("parameters", out);
    let rows = found.parameters().into_iter().map(|p| (p.active, format!("{}: {}", p.name, p.ty), p.why));
    table(rows.collect(), out);
    let variables = found.variables();
    if !variables.is_empty() {
        title("variables", out);
        let rows = variables.into_iter().map(|v| (v.active, format!("{}, line {}", v.name, v.line), v.why));
        table(rows.collect(), out);
    }
}

fn table(rows: Vec<(bool, String, String)>, out: &mut String) {
    let width = rows.iter().map(|(_, name, _)| name.chars().count()).max().unwrap_or(0);
    for (active, name, why) in rows {
        let (style, word) = if active { (ACTIVE, "active ") } else { (PASSIVE, "passive") };
        let _ = writeln!(out, "  {style}{word}{style:#}  {name:<width$}  {why}");
    }
}

/// How the reverse sweep comes by the values of the forward sweep.
fn memory(found: &Inspection, out: &mut String) {
    title("memory", out);
    let list = |parts: &[Part]| {
        let one =
            |p: &Part| if p.line > 0 { format!("{} (line {})", p.text, p.line) } else { p.text.clone() };
        parts.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let (saved, again, fused) = (found.saved(), found.recomputed(), found.fused());
    let _ = match saved.is_empty() {
        true => writeln!(out, "  nothing is saved for the reverse sweep"),
        false => writeln!(out, "  saved for the reverse sweep: {}", list(&saved)),
    };
    if !again.is_empty() {
        let _ = writeln!(out, "  computed once more there, which is cheap: {}", list(&again));
    }
    for part in fused {
        let _ = writeln!(
            out,
            "  fused, line {}: `{}` computes value and gradient in one pass",
            part.line, part.text
        );
    }
    for part in found.at_once() {
        let _ = writeln!(
            out,
            "  at once, line {}: the call in `{}` makes value and gradient in one, since its adjoint is known before it",
            part.line, part.text
        );
    }
    for part in found.winners() {
        let _ = writeln!(
            out,
            "  one round, line {}: `{}` hands on the value of one round, and the derivative goes to that round alone",
            part.line, part.text
        );
    }
}

fn costs(found: &Inspection, out: &mut String) {
    title("operations in the code", out);
    let (value, both) = found.counts();
    let _ = writeln!(out, "  the value alone:    {}", counted(&value));
    let _ = writeln!(out, "  value and gradient: {}", counted(&both));
}

fn counted(count: &Count) -> String {
    let mut text = count.total().to_string();
    let inside: Vec<String> = count
        .by_depth
        .iter()
        .enumerate()
        .filter(|(depth, n)| *depth > 0 && **n > 0)
        .map(|(depth, n)| match depth {
            1 => format!("{n} in loops"),
            depth => format!("{n} in loops {depth} deep"),
        })
        .collect();
    if !inside.is_empty() {
        text.push_str(&format!(", of these {}", inside.join(", ")));
    }
    let names: Vec<String> = count.by_name.iter().map(|(name, n)| format!("{n} `{name}`")).collect();
    if !names.is_empty() {
        text.push_str(&format!(" ({})", names.join(", ")));
    }
    text
}

fn conventions(found: &Inspection, out: &mut String) {
    let (rules, branches) = (found.conventions(), found.branches());
    if rules.is_empty() && branches.is_empty() {
        return;
    }
    title("conventions, where a derivative does not exist", out);
    for (surface, points) in rules {
        let _ = writeln!(out, "  `{surface}`  {}", points.join("; "));
    }
    for part in branches {
        let _ = writeln!(out, "  line {}: `{}` has the derivative of the arm that ran", part.line, part.text);
    }
}

fn formulas(found: &Inspection, out: &mut String) {
    title("partial derivatives", out);
    let Some(formulas) = found.formulas().filter(|all| !all.derivatives.is_empty()) else {
        let _ = writeln!(out, "  not formulas of a line: `cargo backprop expand` shows the code");
        return;
    };
    for line in formulas.lines() {
        let _ = writeln!(out, "  {line}");
    }
}
