//! What was measured, as tables.

use crate::contestants::NAMES;
use crate::time::Measured;
use std::fmt::Write;

/// A time, with the unit that fits.
fn time(seconds: f64) -> String {
    let (scale, unit) = [(1e9, "ns"), (1e6, "µs"), (1e3, "ms")]
        .into_iter()
        .find(|(scale, _)| seconds * scale < 1000.0)
        .unwrap_or((1.0, "s"));
    format!("{} {unit}", rounded(seconds * scale))
}

/// A number with three digits that count.
pub fn rounded(x: f64) -> String {
    let magnitude = x.abs().log10().floor() as i32;
    let unit = 10_f64.powi((magnitude - 2).max(0));
    let digits = (2 - magnitude).clamp(0, 2) as usize;
    match digits {
        0 => format!("{:.0}", (x / unit).round() * unit),
        _ => format!("{x:.digits$}"),
    }
}

/// The times of `backprop`, and how many times as long the others take.
pub fn markdown(measured: &[Measured]) -> String {
    let mut text = String::from("| |");
    let names = measured.iter().map(|m| m.name.as_str());
    names.for_each(|name| write!(text, " {name} |").expect("a string"));
    writeln!(text, "\n|---|{}", "--:|".repeat(measured.len())).expect("a string");
    for (who, name) in NAMES.iter().enumerate() {
        write!(text, "| {name} |").expect("a string");
        for m in measured {
            let cell = match (who, m.seconds[who], m.ratio(who)) {
                (0, Some(seconds), _) => time(seconds),
                (_, _, Some(ratio)) => format!("{}×", rounded(ratio)),
                _ => String::from("–"),
            };
            write!(text, " {cell} |").expect("a string");
        }
        text.push('\n');
    }
    text
}
