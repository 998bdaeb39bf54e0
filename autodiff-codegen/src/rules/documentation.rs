//! The table of operations, for people.

use super::{Cost, Kind, Library, Operand, Rule, RuleId};
use std::fmt::Write;

/// A Markdown table: one row an operation, with its partial derivatives and its conventions.
pub fn documentation() -> String {
    let mut out =
        String::from("| operation | partial derivatives | conventions | cost |\n|---|---|---|---|\n");
    for id in RuleId::all() {
        let rule = id.get();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            surfaces(id),
            partials(rule),
            conventions(rule),
            if rule.cost == Cost::Cheap { "cheap" } else { "expensive" }
        );
    }
    out
}

impl Rule {
    /// What the partials are at the points where they are a convention, each as `at a = 1, b = 1: ∂a = 1, ∂b = 0`.
    pub fn conventions(&self) -> Vec<String> {
        let each = |prefix: &str, xs: &[f64]| {
            let one = |(o, x): (&Operand, &f64)| format!("{prefix}{} = {}", o.name, number(*x));
            self.operands.iter().zip(xs).map(one).collect::<Vec<_>>().join(", ")
        };
        self.specials.iter().map(|s| format!("at {}: {}", each("", s.at), each("∂", s.partials))).collect()
    }
}

/// `a.sin()`, and `libm::sin(a)`.
fn surfaces(id: RuleId) -> String {
    let libm = id.from(Library::Libm);
    let all = if libm == id { vec![id] } else { vec![id, libm] };
    all.into_iter().map(|id| format!("`{}`", id.surface())).collect::<Vec<_>>().join(", ")
}

fn partials(rule: &Rule) -> String {
    if rule.result == Kind::Bool {
        return "none: a predicate".into();
    }
    let floats = rule.operands.iter().filter(|o| o.kind == Kind::Float);
    floats
        .zip(rule.partials)
        // A vertical bar would end the cell.
        .map(|(o, p)| format!("∂{}: `{}`", o.name, p.replace('|', "\\|")))
        .collect::<Vec<_>>()
        .join(", ")
}

fn conventions(rule: &Rule) -> String {
    rule.conventions().join("; ")
}

fn number(x: f64) -> String {
    if x.is_nan() { "NaN".into() } else { format!("{x}") }
}
