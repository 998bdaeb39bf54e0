//! The table of operations, for people.

use super::{Cost, Kind, Library, Operand, Rule, RuleId, Special};
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
            match rule.cost {
                Cost::Cheap => "cheap",
                Cost::Slow => "slow",
                Cost::Expensive => "expensive",
            }
        );
    }
    out
}

impl Rule {
    /// What the partials are at the points where they are a convention, each as `at a = b: ∂a = 1, ∂b = 0`. Of steps, that they
    /// are 0 everywhere is one.
    pub fn conventions(&self) -> Vec<String> {
        self.conventions_where(&[])
    }

    /// The same where some of the operands are numbers that are known.
    pub fn conventions_where(&self, known: &[Option<f64>]) -> Vec<String> {
        let each = |prefix: &str, xs: &[f64]| {
            let one = |(o, x): (&Operand, &f64)| format!("{prefix}{} = {}", o.name, number(*x));
            self.operands.iter().zip(xs).map(one).collect::<Vec<_>>().join(", ")
        };
        // Points that stand for others, such as those where two operands are equal, say nothing of single numbers.
        let may_be = |s: &Special, (x, known): (&f64, &Option<f64>)| match known {
            Some(known) => known.is_nan() == x.is_nan() && (known == x || !s.points.is_empty() || x.is_nan()),
            None => true,
        };
        let possible = |s: &&Special| s.at.iter().zip(known).all(|pair| may_be(s, pair));
        let at = |s: &Special| s.points.first().map_or_else(|| each("", s.at), |points| points.to_string());
        let specials = self.specials.iter().filter(possible);
        let specials = specials.map(|s| format!("at {}: {}", at(s), each("∂", s.partials)));
        let zeros = vec![0.0; self.partials.len()];
        specials.chain(self.is_flat().then(|| format!("everywhere: {}", each("∂", &zeros)))).collect()
    }

    /// Whether there are any.
    pub fn has_conventions(&self) -> bool {
        !self.specials.is_empty() || self.is_flat()
    }

    /// Whether it is made of steps.
    fn is_flat(&self) -> bool {
        self.result == Kind::Float && self.partials.iter().all(|p| *p == "0.0")
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
        // A vertical bar would end the cell, and so would the end of the line that the compiler breaks long code at.
        .map(|(o, p)| {
            let line = p.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("∂{}: `{}`", o.name, line.replace('|', "\\|"))
        })
        .collect::<Vec<_>>()
        .join(", ")
}

fn conventions(rule: &Rule) -> String {
    rule.conventions().join("; ")
}

fn number(x: f64) -> String {
    if x.is_nan() { "NaN".into() } else { format!("{x}") }
}
