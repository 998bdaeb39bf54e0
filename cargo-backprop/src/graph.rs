//! `graph`: the structure of a function, without numbers.

use std::path::Path;

use autodiff_codegen::{graph as structure, inspect};
use autodiff_runtime::graph::{Cluster, Edge, Flow, Graph, Kind, Node};

use crate::args::Format;
use crate::report;
use crate::target::{File, Target};

/// Writes or prints the graph.
pub fn run(
    file: &File,
    target: &Target,
    output: Option<&Path>,
    format: Option<Format>,
) -> Result<String, String> {
    let format = match (format, output) {
        (Some(format), _) => format,
        (None, None) => Format::Mermaid,
        (None, Some(path)) => by_ending(path)?,
    };
    let function = file.function(target)?;
    let options = function.options(file)?;
    let found =
        inspect::inspect(&function.item, &options).map_err(|refusals| report::refusals(file, &refusals))?;
    let Some(structure) = structure::structure(&found.primal) else {
        let what = format!("`{}` does not return one float", function.path);
        return Err(report::plain(
            &what,
            Some("a graph is drawn of one result: a function that returns the number that is meant"),
        ));
    };
    let graph = graph(structure);
    let text = match format {
        Format::Svg => graph.to_svg(),
        Format::Dot => graph.to_dot(),
        Format::Mermaid => graph.to_mermaid(),
    };
    let Some(path) = output else { return Ok(text) };
    std::fs::write(path, text)
        .map_err(|error| report::plain(&format!("`{}` can't be written: {error}", path.display()), None))?;
    let (nodes, edges) = (graph.nodes.len(), graph.edges.len());
    Ok(format!("{}: {nodes} nodes and {edges} edges of `{}`\n", path.display(), function.path))
}

fn by_ending(path: &Path) -> Result<Format, String> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("svg") => Ok(Format::Svg),
        Some("dot" | "gv") => Ok(Format::Dot),
        Some("mmd" | "mermaid" | "md") => Ok(Format::Mermaid),
        _ => Err(report::plain(
            &format!("`{}` does not say what form the graph is to have", path.display()),
            Some("a name that ends in `.svg`, `.dot` or `.mmd`; or `--format`"),
        )),
    }
}

/// The run-time half's form of a structure.
fn graph(of: structure::Structure) -> Graph {
    let node = |node: structure::Node| Node {
        kind: match node.kind {
            structure::Kind::Input => Kind::Input,
            structure::Kind::Constant => Kind::Constant,
            structure::Kind::Operation => Kind::Operation,
            structure::Kind::Memory => Kind::Memory,
            structure::Kind::Call => Kind::Call,
            structure::Kind::Carried => Kind::Carried,
            structure::Kind::Join => Kind::Join,
            structure::Kind::Output => Kind::Output,
        },
        label: node.label,
        statement: node.statement.to_string(),
        line: node.line,
        cluster: node.cluster,
        value: None,
        gradient: None,
        runs: None,
    };
    let edge = |edge: structure::Edge| Edge {
        from: edge.from,
        to: edge.to,
        flow: match edge.flow {
            structure::Flow::Value => Flow::Value,
            structure::Flow::Memory => Flow::Memory,
            structure::Flow::Round => Flow::Round,
        },
        value: None,
        gradient: None,
    };
    let cluster = |c: structure::Cluster| Cluster {
        label: c.label,
        is_loop: c.is_loop,
        parent: c.parent,
        runs: None,
        last: true,
    };
    Graph {
        name: of.name,
        nodes: of.nodes.into_iter().map(node).collect(),
        edges: of.edges.into_iter().map(edge).collect(),
        clusters: of.clusters.into_iter().map(cluster).collect(),
        collapsed: false,
    }
}
