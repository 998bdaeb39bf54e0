//! Large graphs with a node for each statement.

use super::{Edge, Graph, Kind, Node};
use alloc::vec::Vec;

/// From so many nodes on, pictures are collapsed.
const LARGE: usize = 60;

impl Graph {
    /// The same graph with one node for each statement of the source, with the numbers of what the statement computes last.
    /// Parameters, variables of loops and the result stay as they are; literals go with the statements that they stand in.
    pub fn by_statement(&self) -> Graph {
        let alone = |node: &Node| {
            matches!(node.kind, Kind::Input | Kind::Output | Kind::Carried | Kind::Join)
                || node.statement.is_empty()
        };
        let mut nodes: Vec<Node> = Vec::new();
        let mut of = Vec::new();
        for node in &self.nodes {
            let same = |other: &Node| {
                !alone(node)
                    && other.kind == Kind::Statement
                    && (&other.statement, other.line, other.cluster)
                        == (&node.statement, node.line, node.cluster)
            };
            of.push(match nodes.iter().position(same) {
                Some(at) => {
                    let label = nodes[at].label.clone();
                    nodes[at] = Node { kind: Kind::Statement, label, ..node.clone() };
                    at
                }
                None => {
                    let node = node.clone();
                    nodes.push(match alone(&node) {
                        true => node,
                        false => Node { kind: Kind::Statement, label: node.statement.clone(), ..node },
                    });
                    nodes.len() - 1
                }
            });
        }
        let mut edges: Vec<Edge> = Vec::new();
        for edge in &self.edges {
            let (from, to) = (of[edge.from], of[edge.to]);
            if from == to {
                continue;
            }
            match edges.iter_mut().find(|e| (e.from, e.to, e.flow) == (from, to, edge.flow)) {
                // The same value, used twice: its shares add up.
                Some(known) => {
                    known.gradient = match (known.gradient, edge.gradient) {
                        (Some(a), Some(b)) if known.value == edge.value => Some(a + b),
                        _ => None,
                    };
                    known.value = known.value.filter(|value| edge.value == Some(*value));
                }
                None => edges.push(Edge { from, to, ..edge.clone() }),
            }
        }
        Graph { nodes, edges, collapsed: true, ..self.clone() }
    }

    /// What is drawn of it: all, or a node for each statement if that is too much.
    pub fn drawn(&self) -> Graph {
        match self.collapsed || self.nodes.len() <= LARGE {
            true => self.clone(),
            false => self.by_statement(),
        }
    }
}
