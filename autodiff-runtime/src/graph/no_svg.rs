//! What there is of pictures without the feature `graph`: an error that names it.

use super::Graph;
use alloc::string::String;

/// Nothing has it.
#[diagnostic::on_unimplemented(
    message = "`to_svg` needs the feature `graph` of the crate `backprop`",
    label = "the layout of the picture is made by another crate, which the feature brings in",
    note = "instead: `cargo add backprop --features graph`; `to_mermaid` and `to_dot` are there without it"
)]
pub trait FeatureGraph {}

impl Graph {
    /// The graph as an SVG: with the feature `graph` of the crate.
    ///
    /// ```compile_fail,E0277
    /// let picture = autodiff_runtime::graph::Graph::default().to_svg();
    /// ```
    pub fn to_svg(&self) -> String
    where
        // The lifetime has rustc look at the bound only where this is called.
        for<'a> Graph: FeatureGraph,
    {
        String::new()
    }
}
