//! What a check found.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What differences say of one partial derivative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is right, as far as differences can tell.
    Right,
    /// It is wrong.
    Wrong,
    /// The differences don't converge: the function has a kink or a jump there, or is not defined around the point.
    NotSmooth,
}

/// One partial derivative, from both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it is with respect to: `weights[3]`.
    pub name: String,
    /// Which of all floats of the point that is.
    pub index: usize,
    /// At which point, counted from zero.
    pub point: usize,
    /// What the float is there; not a number if that is not known.
    pub at: f64,
    /// The derivative as the gradient under test has it.
    pub gradient: f64,
    /// As the differences have it.
    pub numeric: f64,
    /// How far the differences may be off.
    pub uncertainty: f64,
    /// How far the two are apart, relative to the larger one; entries of less than a thousandth of the gradient's
    /// largest one are measured against that thousandth. Infinite if one of them is not a number.
    pub error: f64,
    /// What follows from that.
    pub verdict: Verdict,
}

/// What a check found. Printed, it is a table of the worst entry of each parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// At how many points the gradient was looked at.
    pub points: usize,
    /// How many further points had no value: the function returned `None`, an error, or no finite number.
    pub skipped: usize,
    /// How many partial derivatives were compared.
    pub compared: usize,
    /// How many of those are wrong.
    pub wrong: usize,
    /// How many further ones could not be compared, as the function is not smooth there.
    pub not_smooth: usize,
    /// The points whose value in the companion is not that of the function.
    pub values: Vec<Value>,
    /// The one with the largest error, wrong ones first; `None` if there was nothing to compare.
    pub worst: Option<Entry>,
    /// The worst entry of each parameter.
    pub parameters: Vec<Entry>,
}

/// A companion's value that is not the function's.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// At which point, counted from zero.
    pub point: usize,
    /// What the function returned, as floats; `None` if it returned no value.
    pub function: Option<Vec<f64>>,
    /// What the companion returned.
    pub companion: Option<Vec<f64>>,
}

impl Report {
    /// The largest relative error.
    pub fn error(&self) -> f64 {
        self.worst.as_ref().map_or(0.0, |worst| worst.error)
    }

    /// Whether every entry that could be compared agrees up to a relative error of `tolerance`, and there is one.
    /// Around `1e-8` is what can be asked of a smooth function in `f64`.
    pub fn agrees(&self, tolerance: f64) -> bool {
        self.compared > 0 && self.error() <= tolerance
    }

    /// Whether nothing is wrong, and something could be compared.
    pub fn passed(&self) -> bool {
        self.wrong == 0 && self.values.is_empty() && self.compared > 0
    }

    /// Fails, with the report as its message, unless the check has [passed](Report::passed).
    ///
    /// # Panics
    ///
    /// If it has not.
    #[track_caller]
    pub fn assert(&self, name: &str) {
        assert!(self.passed(), "the gradient of `{name}` is not what differences say\n{self}");
    }

    /// Takes an entry into account. `parameter` says which parameter it belongs to.
    pub(super) fn add(&mut self, entry: Entry, parameter: usize, owners: &mut Vec<usize>) {
        match entry.verdict {
            Verdict::NotSmooth => return self.not_smooth += 1,
            Verdict::Wrong => self.wrong += 1,
            Verdict::Right => {}
        }
        self.compared += 1;
        if self.worst.as_ref().is_none_or(|worst| entry.is_worse(worst)) {
            self.worst = Some(entry.clone());
        }
        match owners.iter().position(|&owner| owner == parameter) {
            Some(i) if entry.is_worse(&self.parameters[i]) => self.parameters[i] = entry,
            Some(_) => {}
            None => {
                owners.push(parameter);
                self.parameters.push(entry);
            }
        }
    }
}

impl Entry {
    fn is_worse(&self, other: &Entry) -> bool {
        let wrong = |entry: &Entry| entry.verdict == Verdict::Wrong;
        (wrong(self), self.error) > (wrong(other), other.error)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (derivatives, points) = (many(self.compared, "partial derivative"), many(self.points, "point"));
        write!(f, "{derivatives} compared at {points}")?;
        match self.wrong {
            0 => {}
            wrong => write!(f, ", {wrong} wrong")?,
        }
        if self.not_smooth > 0 {
            write!(f, "; {} left out: the function is not smooth there", self.not_smooth)?;
        }
        if self.skipped > 0 {
            write!(f, "; {} left out: the function has no value there", many(self.skipped, "point"))?;
        }
        for value in self.values.iter().take(3) {
            write!(f, "\n{value}")?;
        }
        if self.compared == 0 {
            return write!(f, "\nnothing could be compared: other points are needed");
        }
        table(f, &self.parameters)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Option<Vec<f64>>| match value {
            None => String::from("no value"),
            Some(value) => format!("{value:?}"),
        };
        let (function, companion) = (text(&self.function), text(&self.companion));
        write!(f, "at point {}, the function's value is {function}, the companion's {companion}", self.point)
    }
}

/// One line for each entry.
fn table(f: &mut fmt::Formatter<'_>, entries: &[Entry]) -> fmt::Result {
    let mut lines: Vec<[String; 7]> = Vec::new();
    let head = ["worst entries", "at", "generated", "differences", "±", "relative error", ""];
    lines.push(head.map(String::from));
    for entry in entries {
        lines.push([
            entry.name.clone(),
            if entry.at.is_nan() { String::new() } else { format!("{:.4}", Short(entry.at)) },
            format!("{:.10}", Short(entry.gradient)),
            format!("{:.10}", Short(entry.numeric)),
            format!("{:.0e}", entry.uncertainty),
            format!("{:.1e}", entry.error),
            String::from(if entry.verdict == Verdict::Wrong { "wrong" } else { "" }),
        ]);
    }
    let width = |i: usize| lines.iter().map(|line| line[i].chars().count()).max().unwrap_or(0);
    let widths: [usize; 7] = core::array::from_fn(width);
    for line in &lines {
        let mut text = format!("\n  {:<1$}", line[0], widths[0]);
        for (cell, width) in line.iter().zip(widths).skip(1) {
            text.push_str(&format!("  {cell:>width$}"));
        }
        f.write_str(text.trim_end_matches(' '))?;
    }
    Ok(())
}

/// A number with so many significant digits, as people write it.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (x, digits) = (self.0, f.precision().unwrap_or(6));
        match x.abs() {
            size if !size.is_finite() || size == 0.0 => write!(f, "{x}"),
            size if (1e-3..1e6).contains(&size) => write!(f, "{x:.*}", digits.saturating_sub(whole(size))),
            _ => write!(f, "{x:.*e}", digits.saturating_sub(1)),
        }
    }
}

/// How many digits stand before the point.
fn whole(mut size: f64) -> usize {
    let mut digits = 1;
    while size >= 10.0 {
        size /= 10.0;
        digits += 1;
    }
    digits
}

/// `1 point`, `2 points`
fn many(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
