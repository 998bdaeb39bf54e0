//! Numbers and labels as text.

use super::{Edge, Flow, Graph, Kind, Node};
use alloc::format;
use alloc::string::{String, ToString};

/// A number with the digits that a picture has room for: four after the first that counts.
pub fn number(x: f64) -> String {
    if !x.is_finite() {
        return match (x.is_nan(), x > 0.0) {
            (true, _) => "NaN".to_string(),
            (false, true) => "∞".to_string(),
            (false, false) => "−∞".to_string(),
        };
    }
    let size = x.abs();
    let text = if size != 0.0 && !(1e-3..1e6).contains(&size) {
        let text = format!("{x:.3e}");
        match text.split_once('e') {
            Some((digits, power)) => format!("{}e{power}", trimmed(digits)),
            None => text,
        }
    } else {
        let digits = [1.0, 10.0, 100.0, 1000.0, 10000.0].iter().filter(|step| size >= **step).count();
        trimmed(&format!("{x:.*}", 5 - digits)).to_string()
    };
    text.replace('-', "−")
}

/// Without the zeros at the end.
fn trimmed(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

/// The value above an edge, and the derivative below it.
pub fn numbers(edge: &Edge) -> (Option<String>, Option<String>) {
    match edge.flow {
        Flow::Memory => (None, None),
        _ => (edge.value.map(number), edge.gradient.map(number)),
    }
}

/// The two numbers of an edge on one line.
pub fn line(edge: &Edge) -> String {
    match numbers(edge) {
        (Some(value), Some(gradient)) => format!("{value} / {gradient}"),
        (Some(value), None) => value,
        (None, Some(gradient)) => format!("/ {gradient}"),
        (None, None) => String::new(),
    }
}

/// What is written into a node.
pub fn label(node: &Node) -> &str {
    match node.label.is_empty() {
        true if node.kind == Kind::Join => "or",
        true => "·",
        false => &node.label,
    }
}

/// What the picture says of itself, if something has to be said.
pub fn note(graph: &Graph) -> Option<&'static str> {
    graph.collapsed.then_some("collapsed: one node for each statement")
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        for (x, text) in [
            (650.0, "650"),
            (3.3000000000000003, "3.3"),
            (-0.5, "−0.5"),
            (2.0 / 3.0, "0.66667"),
            (12345.678, "12346"),
            (1234.5678, "1234.6"),
            (1e6, "1e6"),
            (-1.25e-4, "−1.25e−4"),
            (0.0, "0"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "−∞"),
        ] {
            assert_eq!(number(x), text);
        }
    }
}
