//! As a picture.

use super::Graph;
use alloc::string::String;

mod layout;
mod paint;

impl Graph {
    /// The graph as an SVG that reads well on light and dark pages: the value above each edge, the derivative of the result
    /// below it, against the flow. Of large graphs, each node is a statement ([`Graph::by_statement`]), and the picture
    /// says so.
    pub fn to_svg(&self) -> String {
        let graph = self.drawn();
        paint::svg(&graph, &layout::sheet(&graph, None))
    }
}
