//! The computation graph of a function, as textbooks draw it: its operations, forward values with the flow, and the
//! derivatives of the result against it.
//!
//! `#[backprop(graph)]` makes `NAME_graph`, which returns a [`Graph`]: plain data, to look at, to compare, or to draw.
//! [`Graph::to_dot`] is for Graphviz, [`Graph::to_mermaid`] for Markdown, and `to_svg`, with the crate's feature
//! `graph`, a picture for light and dark pages.
//!
//! A loop is drawn once, with the numbers of its last round: the derivative of a value in it is that of this round's
//! value. Of a branch, only the arm that ran has numbers: in a loop, the one that ran in its last round. Where a value is used several times, each edge has its own
//! share of the derivative, and the node their sum.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};

mod collapse;
mod dot;
mod mermaid;
#[cfg(not(feature = "graph"))]
mod no_svg;
mod record;
#[cfg(feature = "graph")]
mod svg;
mod text;

#[doc(hidden)]
pub use record::{Recorder, Watched, watch};

/// A computation graph with its numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// The function's name.
    pub name: String,
    /// Its nodes, in the order of the source. The last one is its result.
    pub nodes: Vec<Node>,
    /// Its edges.
    pub edges: Vec<Edge>,
    /// Its loops and the arms of its branches.
    pub clusters: Vec<Cluster>,
    /// Whether a node stands for a whole statement ([`Graph::by_statement`]).
    pub collapsed: bool,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A parameter.
    Input,
    /// A literal, a constant, or what code computes that no active value flows into.
    Constant,
    /// An operation.
    Operation,
    /// A read or write of an array, a slice, a `Vec` or a struct.
    Memory,
    /// A call of another annotated function.
    Call,
    /// What a variable is at the start of a round of a loop.
    Carried,
    /// Where the ways of a branch meet, or what a loop leaves.
    Join,
    /// The function's result.
    Output,
    /// A whole statement, in a graph that was collapsed.
    Statement,
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// `×`, `sin`, or the name of a variable.
    pub label: String,
    /// The source statement that it comes from, on one line.
    pub statement: String,
    /// The number of that line in its file.
    pub line: usize,
    /// The innermost loop or arm around it.
    pub cluster: Option<usize>,
    /// What it gave, in the last round of the loops around it.
    pub value: Option<f64>,
    /// The derivative of the result with respect to that. `None` if none flows there.
    pub gradient: Option<f64>,
    /// How often it ran, if that is known: memory and literals are not counted.
    pub runs: Option<usize>,
}

/// What flows along an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// A number.
    Value,
    /// The contents of memory.
    Memory,
    /// What a round of a loop leaves to the next one.
    Round,
}

/// An edge, from the node that makes a value to one that uses it.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The node that it comes from.
    pub from: usize,
    /// The node that it goes to.
    pub to: usize,
    /// What flows along it.
    pub flow: Flow,
    /// The number that it carried, in the last round of the loops around it.
    pub value: Option<f64>,
    /// What comes back along it: the part of the value's derivative that this use makes.
    pub gradient: Option<f64>,
}

/// A loop, or an arm of a branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Its head in the source: `for i in 0..n`.
    pub label: String,
    /// Whether it is a loop.
    pub is_loop: bool,
    /// The loop or arm around it.
    pub parent: Option<usize>,
    /// How many rounds it made, or how often the arm ran, in all. `None` in a graph without numbers.
    pub runs: Option<usize>,
    /// Whether it ran in the last round of the loops around it.
    pub last: bool,
}

impl Cluster {
    /// `for i in 0..n: 5 rounds, numbers of the last one`
    pub fn title(&self) -> String {
        let Some(runs) = self.runs else { return self.label.clone() };
        match (self.is_loop, runs) {
            (true, 1) => alloc::format!("{}: 1 round", self.label),
            (true, 0) => alloc::format!("{}: no round", self.label),
            (true, _) => alloc::format!("{}: {runs} rounds, numbers of the last", self.label),
            (false, 0) => alloc::format!("{}: not taken", self.label),
            (false, 1) if self.last => self.label.clone(),
            (false, 1) => alloc::format!("{}: taken once, not at last", self.label),
            (false, _) if self.last => alloc::format!("{}: taken {runs} times", self.label),
            (false, _) => alloc::format!("{}: taken {runs} times, not at last", self.label),
        }
    }
}

impl Graph {
    /// The nodes with this label.
    pub fn labelled<'g>(&'g self, label: &str) -> impl Iterator<Item = &'g Node> {
        self.nodes.iter().filter(move |node| node.label == label)
    }

    /// The node of a parameter.
    pub fn input(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.kind == Kind::Input && node.label == name)
    }

    /// The function's result.
    pub fn output(&self) -> Option<&Node> {
        self.nodes.iter().rfind(|node| node.kind == Kind::Output)
    }

    /// The clusters that have something in them, as far as they are drawn.
    fn is_drawn(&self, cluster: usize) -> bool {
        let inside = |mut at: Option<usize>| {
            while let Some(c) = at {
                if c == cluster {
                    return true;
                }
                at = self.clusters.get(c).and_then(|c| c.parent);
            }
            false
        };
        self.nodes.iter().any(|node| inside(node.cluster))
    }

    /// The clusters and nodes directly in a cluster, or outside of all.
    fn members(&self, of: Option<usize>) -> (Vec<usize>, Vec<usize>) {
        let clusters =
            (0..self.clusters.len()).filter(|c| self.clusters[*c].parent == of && self.is_drawn(*c));
        let nodes = (0..self.nodes.len()).filter(|n| self.nodes[*n].cluster == of);
        (clusters.collect(), nodes.collect())
    }
}

/// As Mermaid.
impl Display for Graph {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_mermaid())
    }
}
