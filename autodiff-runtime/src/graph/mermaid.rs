//! As Mermaid, which Markdown pages draw.

use super::{Flow, Graph, Kind, text};
use alloc::format;
use alloc::string::String;

impl Graph {
    /// The graph as a Mermaid flowchart: values before the `/` on each edge, derivatives behind it.
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("flowchart LR\n");
        if let Some(note) = text::note(self) {
            out = format!("---\ntitle: \"{note}\"\n---\n{out}");
        }
        self.mermaid_members(None, 1, &mut out);
        for edge in &self.edges {
            let arrow = if edge.flow == Flow::Value { "-->" } else { "-.->" };
            let label = match text::line(edge) {
                line if line.is_empty() => line,
                line => format!("|{}|", quoted(&line)),
            };
            out.push_str(&format!("  n{} {arrow}{label} n{}\n", edge.from, edge.to));
        }
        out
    }

    fn mermaid_members(&self, of: Option<usize>, depth: usize, out: &mut String) {
        let space = "  ".repeat(depth);
        let (clusters, nodes) = self.members(of);
        for n in nodes {
            let node = &self.nodes[n];
            let label = quoted(text::label(node));
            let shape = match node.kind {
                Kind::Operation | Kind::Join | Kind::Carried => format!("(({label}))"),
                Kind::Input | Kind::Output | Kind::Constant => format!("([{label}])"),
                Kind::Memory | Kind::Call | Kind::Statement => format!("[{label}]"),
            };
            out.push_str(&format!("{space}n{n}{shape}\n"));
        }
        for c in clusters {
            let title = quoted(&self.clusters[c].title());
            out.push_str(&format!("{space}subgraph c{c}[{title}]\n"));
            self.mermaid_members(Some(c), depth + 1, out);
            out.push_str(&format!("{space}end\n"));
        }
    }
}

/// In quotation marks, in which Mermaid takes only few characters for its own.
fn quoted(text: &str) -> String {
    let text = text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;");
    format!("\"{text}\"")
}
