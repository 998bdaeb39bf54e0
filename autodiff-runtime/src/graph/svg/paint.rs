//! The picture as text.

use super::layout::{Line, Rect, Sheet, is_round, width};
use crate::graph::{Flow, Graph, Kind, text};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

const LEGEND: &str = "above each edge: the value; below it, against the flow: the derivative of the result";

/// Without variables, which not all viewers know; those that don't ask for the colours of the page see the ones for light.
const STYLE: &str = "
  .bp { font: 13px ui-sans-serif, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif; }
  .bp text { fill: #24292f; text-anchor: middle; dominant-baseline: central; }
  .bp .value { fill: #0a3069; } .bp .gradient { fill: #b3261e; }
  .bp .note { fill: #57606a; font-size: 12px; text-anchor: start; }
  .bp .sign { font-size: 18px; } .bp .output { font-weight: bold; }
  .bp .node { fill: #ffffff; stroke: #24292f; stroke-width: 1.4; } .bp .join { stroke-dasharray: 3 2; }
  .bp .line { fill: none; stroke: #57606a; stroke-width: 1.4; } .bp .head { fill: #57606a; }
  .bp .memory { stroke-dasharray: 1.5 3; } .bp .round { stroke-dasharray: 6 4; }
  .bp .back { fill: none; stroke: #b3261e; stroke-width: 1.6; } .bp .backhead { fill: #b3261e; }
  .bp .cluster { fill: #6e7681; fill-opacity: 0.1; stroke: #6e7681; stroke-opacity: 0.45; }
  .bp .idle { stroke-dasharray: 4 4; fill-opacity: 0.03; }
  @media (prefers-color-scheme: dark) {
    .bp text { fill: #e6edf3; } .bp .value { fill: #a5d6ff; } .bp .gradient { fill: #ff938a; }
    .bp .note { fill: #9da7b3; } .bp .node { fill: #161b22; stroke: #e6edf3; }
    .bp .line { stroke: #9da7b3; } .bp .head { fill: #9da7b3; }
    .bp .back { stroke: #ff938a; } .bp .backhead { fill: #ff938a; }
  }
";

/// The picture of a graph.
pub fn svg(graph: &Graph, sheet: &Sheet) -> String {
    // A graph of a function that has not been run has no numbers.
    let legend = graph.nodes.iter().any(|n| n.runs.is_some()).then_some(LEGEND);
    let note: Vec<&str> = legend.into_iter().chain(text::note(graph)).collect();
    let note = note.join("; ");
    let (w, h) = (sheet.size.0.max(width(&note) * 0.82 + 24.0).ceil(), (sheet.size.1 + 22.0).ceil());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"bp\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
         role=\"img\">\n<title>The computation graph of {}</title>\n<style>{STYLE}</style>\n",
        escaped(&graph.name)
    );
    let mut clusters = sheet.clusters.clone();
    clusters.sort_by_key(|(c, _)| *c);
    for (c, rect) in clusters {
        let _ = writeln!(
            out,
            "{}<text class=\"note\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            rectangle(if graph.clusters[c].last { "cluster" } else { "cluster idle" }, &rect, 8.0),
            rect.x + 10.0,
            rect.y + 14.0,
            escaped(&graph.clusters[c].title())
        );
    }
    sheet.lines.iter().for_each(|line| curve(graph, line, &mut out));
    for (e, rect) in &sheet.labels {
        numbers(graph, *e, rect, &mut out);
    }
    for (n, rect) in &sheet.nodes {
        node(graph, *n, rect, &mut out);
    }
    let _ = writeln!(
        out,
        "<text class=\"note\" x=\"14\" y=\"{:.1}\">{}</text>\n</svg>",
        h - 14.0,
        escaped(&note)
    );
    out
}

fn rectangle(class: &str, r: &Rect, round: f64) -> String {
    format!(
        "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{round}\"/>",
        r.x, r.y, r.w, r.h
    )
}

fn node(graph: &Graph, n: usize, rect: &Rect, out: &mut String) {
    let node = &graph.nodes[n];
    let (x, y) = rect.middle();
    let _ = write!(out, "<g>");
    if !node.statement.is_empty() {
        let _ = write!(out, "<title>{}</title>", escaped(&node.statement));
    }
    match node.kind {
        Kind::Input | Kind::Constant | Kind::Output => {}
        Kind::Carried | Kind::Join => out.push_str(&rectangle("node join", rect, rect.h / 2.0)),
        kind if is_round(kind) => out.push_str(&rectangle("node", rect, rect.h / 2.0)),
        _ => out.push_str(&rectangle("node", rect, 5.0)),
    }
    let label = text::label(node);
    let class = match node.kind {
        Kind::Operation if label.chars().count() == 1 => " class=\"sign\"",
        Kind::Output => " class=\"output\"",
        _ => "",
    };
    let _ = writeln!(out, "<text{class} x=\"{x:.1}\" y=\"{y:.1}\">{}</text></g>", escaped(label));
}

/// The value above the line, and below it an arrow back with the derivative.
fn numbers(graph: &Graph, e: usize, rect: &Rect, out: &mut String) {
    let (x, y) = rect.middle();
    let (value, gradient) = text::numbers(&graph.edges[e]);
    if let Some(value) = value {
        let _ = writeln!(out, "<text class=\"value\" x=\"{x:.1}\" y=\"{:.1}\">{value}</text>", y - 10.0);
    }
    if let Some(gradient) = gradient {
        // Against the flow: a round's edge is drawn from right to left.
        let turned = if graph.edges[e].flow == Flow::Round { -1.0 } else { 1.0 };
        let (from, to) = (x + turned * rect.w / 2.0, x - turned * rect.w / 2.0);
        let at = y + 5.0;
        let _ = writeln!(
            out,
            "<path class=\"back\" d=\"M{from:.1} {at:.1}H{:.1}\"/><path class=\"backhead\" d=\"M{to:.1} {at:.1}l{:.1} -3.5v7z\"/>\
             <text class=\"gradient\" x=\"{x:.1}\" y=\"{:.1}\">{gradient}</text>",
            to + turned * 5.0,
            turned * 7.0,
            y + 16.0
        );
    }
}

fn curve(graph: &Graph, line: &Line, out: &mut String) {
    let class = match graph.edges[line.edge].flow {
        Flow::Value => "line",
        Flow::Memory => "line memory",
        Flow::Round => "line round",
    };
    let points: Vec<(f64, f64)> = line.points.clone();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
    let (mut d, mut before) = (format!("M{:.1} {:.1}", first.0, first.1), *first);
    for at in &points[1..] {
        if (at.1 - before.1).abs() < 0.5 {
            let _ = write!(d, "L{:.1} {:.1}", at.0, at.1);
        } else {
            let bend = (at.0 - before.0) / 2.0;
            let (a, b) = (before.0 + bend, at.0 - bend);
            let _ = write!(d, "C{a:.1} {:.1} {b:.1} {:.1} {:.1} {:.1}", before.1, at.1, at.0, at.1);
        }
        before = *at;
    }
    let _ = write!(out, "<path class=\"{class}\" d=\"{d}\"/>");
    if line.heads.1 {
        let _ = write!(out, "<path class=\"head\" d=\"M{:.1} {:.1}l-8 -4v8z\"/>", last.0, last.1);
    }
    if line.heads.0 {
        let _ = write!(out, "<path class=\"head\" d=\"M{:.1} {:.1}l8 -4v8z\"/>", first.0, first.1);
    }
    out.push('\n');
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
