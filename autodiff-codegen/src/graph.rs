//! The computation graph of a function, as textbooks draw it, and the program that finds its numbers.
//!
//! The graph is read off the primal program before anything is simplified, so that it mirrors the source. The same
//! walk puts a call of the run-time half's `graph::watch` behind each node, and on each edge that has numbers of its
//! own. That is the identity, with a handle: reverse mode takes it for a call of any annotated function, so that the
//! adjoint arrives there without a pass that knows of graphs.

use crate::ir::{Func, Ret};
use proc_macro2::{Ident, Span, TokenStream};
use std::rc::Rc;

mod labels;
mod walk;

pub(crate) use labels::{arm, head};

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A parameter.
    Input,
    /// A literal, a constant, or what passive code computes.
    Constant,
    /// An operation.
    Operation,
    /// A read or write of an array, a slice, a `Vec` or a struct.
    Memory,
    /// A call of an annotated function.
    Call,
    /// What a variable is at the start of a round of a loop.
    Carried,
    /// Where the ways of a branch meet, or a loop has ended.
    Join,
    /// What the function returns.
    Output,
}

impl Kind {
    /// The name of the run-time half's variant.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Input => "Input",
            Kind::Constant => "Constant",
            Kind::Operation => "Operation",
            Kind::Memory => "Memory",
            Kind::Call => "Call",
            Kind::Carried => "Carried",
            Kind::Join => "Join",
            Kind::Output => "Output",
        }
    }
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// What is written into it.
    pub label: String,
    /// The source statement that it comes from.
    pub statement: Rc<str>,
    /// The line of that in its file.
    pub line: usize,
    /// The innermost loop or branch around it.
    pub cluster: Option<usize>,
    /// Where its numbers are recorded.
    pub watch: Option<usize>,
    /// Its value, if that is a literal.
    pub value: Option<f64>,
}

/// What flows along an edge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// A number.
    Value,
    /// The contents of memory.
    Memory,
    /// What one round of a loop leaves to the next one.
    Round,
}

impl Flow {
    /// The name of the run-time half's variant.
    pub fn name(self) -> &'static str {
        match self {
            Flow::Value => "Value",
            Flow::Memory => "Memory",
            Flow::Round => "Round",
        }
    }
}

/// An edge, from what makes a value to what uses it.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The node that the value comes from.
    pub from: usize,
    /// The node that uses it.
    pub to: usize,
    /// What flows along it.
    pub flow: Flow,
    /// Where its numbers are recorded.
    pub watch: Option<usize>,
}

/// A loop, or an arm of a branch.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its head in the source.
    pub label: String,
    /// Whether it is a loop.
    pub is_loop: bool,
    /// The cluster around it.
    pub parent: Option<usize>,
}

/// A graph without numbers.
#[derive(Clone, Debug, Default)]
pub struct Structure {
    /// The function's name.
    pub name: String,
    /// Its nodes, in the order of the source.
    pub nodes: Vec<Node>,
    /// Its edges.
    pub edges: Vec<Edge>,
    /// Its loops and branches.
    pub clusters: Vec<Cluster>,
    /// Where numbers are recorded: in which loop or arm each place is.
    pub watches: Vec<Option<usize>>,
}

/// A graph, and the program that records its numbers in the variable [`recorder`].
#[derive(Clone, Debug)]
pub struct Drawing {
    /// The graph.
    pub structure: Structure,
    /// The program.
    pub func: Func,
}

/// The variable that numbers are recorded in.
pub fn recorder(span: Span) -> Ident {
    Ident::new("__graph", crate::names::emitted(span))
}

/// Draws a function that returns one float; `None` if it returns something else.
pub fn draw(primal: &Func, run_time: &TokenStream, span: Span) -> Option<Drawing> {
    let Ret::Scalar(result) = primal.ret else { return None };
    let value = *primal.body.yields.get(result)?;
    walk::is_float(primal, value).then(|| walk::Walk::run(primal, run_time, span, result))
}

/// The graph of a function without numbers.
pub fn structure(primal: &Func) -> Option<Structure> {
    draw(primal, &quote::quote!(::backprop::__rt), Span::call_site()).map(|drawing| drawing.structure)
}
