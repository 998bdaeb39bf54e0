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

#[cfg(test)]
mod tests {
    use crate::graph::{Cluster, Edge, Flow, Graph, Kind, Node};
    use alloc::format;
    use alloc::vec::Vec;

    /// SplitMix64, as `check` draws its points.
    struct Draw(u64);

    impl Draw {
        fn below(&mut self, n: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((z ^ (z >> 31)) % n.max(1) as u64) as usize
        }

        fn graph(&mut self) -> Graph {
            let kinds = [Kind::Input, Kind::Operation, Kind::Memory, Kind::Carried, Kind::Join, Kind::Output];
            let clusters: Vec<Cluster> = (0..self.below(6))
                .map(|c| Cluster {
                    label: format!("for c{c} in 0..n"),
                    is_loop: true,
                    parent: (c > 0 && self.below(2) == 0).then(|| self.below(c)),
                    runs: Some(self.below(4)),
                    last: true,
                })
                .collect();
            let number = |draw: &mut Draw| {
                let x = [0.0, -0.0, 1.5, -3.25e-9, 7.0e12, f64::NAN, f64::INFINITY, 123.456][draw.below(8)];
                (draw.below(4) > 0).then_some(x)
            };
            let nodes: Vec<Node> = (0..1 + self.below(30))
                .map(|n| Node {
                    kind: kinds[self.below(kinds.len())],
                    label: format!("<n{n}>"),
                    statement: format!("let n{n} = \"&\";"),
                    line: n,
                    cluster: (self.below(3) > 0 && !clusters.is_empty()).then(|| self.below(clusters.len())),
                    value: number(self),
                    gradient: number(self),
                    runs: Some(1),
                })
                .collect();
            let edges = (0..self.below(2 * nodes.len()))
                .map(|_| {
                    let (a, b) = (self.below(nodes.len()), self.below(nodes.len()));
                    let flow = [Flow::Value, Flow::Memory, Flow::Round][self.below(3)];
                    let (from, to) =
                        if flow == Flow::Round { (a.max(b), a.min(b)) } else { (a.min(b), a.max(b)) };
                    Edge { from, to, flow, value: number(self), gradient: number(self) }
                })
                .collect();
            Graph { name: "random".into(), nodes, edges, clusters, collapsed: false }
        }
    }

    #[test]
    fn any_graph_can_be_drawn() {
        for seed in 0..200 {
            let graph = Draw(seed).graph();
            let svg = graph.to_svg();
            for node in &graph.nodes {
                let label = node.label.replace('<', "&lt;").replace('>', "&gt;");
                assert!(svg.contains(&format!(">{label}</text>")), "{label} of graph {seed}");
            }
            // A coordinate that is no number would hide what it belongs to.
            assert!(
                !svg.contains("=\"NaN") && !svg.contains("=\"inf") && !svg.contains(" NaN "),
                "graph {seed}"
            );
            assert_eq!(svg.matches("<g>").count(), graph.nodes.len());
        }
    }
}
