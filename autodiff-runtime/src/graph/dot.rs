//! As the language of Graphviz.

use super::{Flow, Graph, Kind, text};
use alloc::format;
use alloc::string::String;

impl Graph {
    /// The graph in Graphviz's language: values before the `/` on each edge, derivatives behind it.
    pub fn to_dot(&self) -> String {
        let mut out = format!("digraph {} {{\n  rankdir=LR;\n  node [shape=circle];\n", quoted(&self.name));
        if let Some(note) = text::note(self) {
            out.push_str(&format!("  label={};\n", quoted(note)));
        }
        self.dot_members(None, 1, &mut out);
        for edge in &self.edges {
            let style = match edge.flow {
                Flow::Value => "",
                Flow::Memory => ", style=dotted",
                Flow::Round => ", style=dashed, constraint=false",
            };
            let label = quoted(&text::line(edge));
            out.push_str(&format!("  n{} -> n{} [label={label}{style}];\n", edge.from, edge.to));
        }
        out.push_str("}\n");
        out
    }

    fn dot_members(&self, of: Option<usize>, depth: usize, out: &mut String) {
        let space = "  ".repeat(depth);
        let (clusters, nodes) = self.members(of);
        for n in nodes {
            let node = &self.nodes[n];
            let shape = match node.kind {
                Kind::Operation | Kind::Join | Kind::Carried => "",
                Kind::Input | Kind::Output | Kind::Constant => ", shape=plaintext",
                Kind::Memory | Kind::Call | Kind::Statement => ", shape=box",
            };
            let (label, tooltip) = (quoted(text::label(node)), quoted(&node.statement));
            out.push_str(&format!("{space}n{n} [label={label}{shape}, tooltip={tooltip}];\n"));
        }
        for c in clusters {
            let title = quoted(&self.clusters[c].title());
            out.push_str(&format!("{space}subgraph cluster_{c} {{\n{space}  label={title};\n"));
            self.dot_members(Some(c), depth + 1, out);
            out.push_str(&format!("{space}}}\n"));
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
