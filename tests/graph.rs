//! `NAME_graph`: the numbers, beside closed forms; what is drawn of them.

// The functions are written in all the ways in which people write them.
#![allow(clippy::needless_range_loop)]

use backprop::backprop;
use backprop::graph::{Cluster, Edge, Flow, Graph, Kind, Node};

#[allow(dead_code)]
#[path = "../examples/pencil.rs"]
mod pencil;

fn close(found: Option<f64>, expected: f64) {
    let found = found.expect("a number");
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found}, not {expected}");
}

/// The only node with this label.
fn node<'g>(graph: &'g Graph, label: &str) -> &'g Node {
    let found: Vec<&Node> = graph.labelled(label).collect();
    let [one] = found[..] else { panic!("{} nodes `{label}` in {graph:#?}", found.len()) };
    one
}

/// The edges between two nodes, by their labels.
fn edges<'g>(graph: &'g Graph, from: &str, to: &str) -> Vec<&'g Edge> {
    let fits = |e: &&Edge| graph.nodes[e.from].label == from && graph.nodes[e.to].label == to;
    graph.edges.iter().filter(fits).collect()
}

#[backprop(graph)]
fn total(pencil_price: f64, pencils: f64, eraser_price: f64, erasers: f64, tax_factor: f64) -> f64 {
    let net = pencil_price * pencils + eraser_price * erasers;
    net * tax_factor
}

#[test]
fn the_numbers_of_the_textbook() {
    let graph = total_graph(100.0, 2.0, 30.0, 3.0, 1.1);
    for (name, value, gradient) in [
        ("pencil_price", 100.0, 2.2),
        ("pencils", 2.0, 110.0),
        ("eraser_price", 30.0, 3.3),
        ("erasers", 3.0, 33.0),
        ("tax_factor", 1.1, 290.0),
    ] {
        let input = graph.input(name).expect("a node");
        close(input.value, value);
        close(input.gradient, gradient);
    }
    // Inside: 200 and 90 make 290, and each of them counts 1.1 times.
    let inner: Vec<&Node> = graph.labelled("×").collect();
    for (node, value, gradient) in [(inner[0], 200.0, 1.1), (inner[1], 90.0, 1.1), (inner[2], 319.0, 1.0)] {
        close(node.value, value);
        close(node.gradient, gradient);
    }
    close(node(&graph, "+").value, 290.0);
    close(node(&graph, "+").gradient, 1.1);
    close(graph.output().unwrap().value, 319.0);
    close(graph.output().unwrap().gradient, 1.0);
    assert_eq!((graph.nodes.len(), graph.edges.len(), graph.clusters.len()), (10, 9, 0));
    assert_eq!(node(&graph, "+").statement, "let net = pencil_price * pencils + eraser_price * erasers;");
}

/// `BLESS=1` writes it anew.
#[test]
fn the_picture_in_the_readme_is_that_of_the_example() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide/src/pencil.svg");
    let now = pencil::picture();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &now).expect("a writable file");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == now, "docs/guide/src/pencil.svg is another picture; BLESS=1 accepts this one");
    for number in ["319", "290", "2.2", "110", "3.3", "33", "200", "90", "1.1", "100", "30", "1"] {
        assert!(now.contains(&format!(">{number}</text>")), "{number} is not in the picture");
    }
    assert!(now.contains("prefers-color-scheme: dark"));
}

#[backprop(graph)]
fn square(x: f64) -> f64 {
    x * x
}

#[test]
fn each_use_has_its_share_and_the_node_the_sum() {
    let graph = square_graph(3.0);
    let shares = edges(&graph, "x", "×");
    assert_eq!(shares.len(), 2);
    shares.iter().for_each(|edge| close(edge.gradient, 3.0));
    close(graph.input("x").unwrap().gradient, 6.0);
}

#[backprop(graph)]
fn larger(x: f64, y: f64) -> f64 {
    let r = if x > y { x.sin() * y } else { y.exp() };
    r + x
}

#[test]
fn the_arm_that_ran_has_numbers() {
    let (x, y) = (2.0_f64, 1.0_f64);
    let graph = larger_graph(x, y);
    let sin = node(&graph, "sin");
    close(sin.value, x.sin());
    close(sin.gradient, y);
    close(graph.input("x").unwrap().gradient, x.cos() * y + 1.0);
    close(graph.input("y").unwrap().gradient, x.sin());
    let exp = node(&graph, "exp");
    assert_eq!((exp.value, exp.gradient, exp.runs), (None, None, Some(0)));
    let titles: Vec<String> = graph.clusters.iter().map(Cluster::title).collect();
    assert_eq!(titles, ["if x > y", "else: not taken"]);
    let join = node(&graph, "r");
    assert_eq!(join.kind, Kind::Join);
    close(join.value, x.sin() * y);
    close(edges(&graph, "×", "r")[0].gradient, 1.0);
    assert_eq!(edges(&graph, "exp", "r")[0].gradient, None);

    let other = larger_graph(1.0, 2.0);
    close(node(&other, "exp").gradient, 1.0);
    assert_eq!(node(&other, "sin").gradient, None);
}

#[backprop(graph)]
fn horner(coefficients: &[f64], x: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..coefficients.len() {
        sum = sum * x + coefficients[i];
    }
    sum.exp()
}

#[test]
fn a_loop_has_the_numbers_of_its_last_round() {
    // ((2 x) + 3) x + 5 at 0.5: 2, 4, 7.
    let graph = horner_graph(&[2.0, 3.0, 5.0], 0.5);
    let y = 7.0_f64.exp();
    let [cluster] = &graph.clusters[..] else { panic!("{:?}", graph.clusters) };
    assert!(cluster.is_loop && cluster.last);
    assert_eq!(cluster.title(), "for i in 0..coefficients.len(): 3 rounds, numbers of the last");
    let product = node(&graph, "×");
    assert_eq!(product.runs, Some(3));
    close(product.value, 2.0);
    close(product.gradient, y);
    let element = node(&graph, "coefficients[i]");
    close(element.value, 5.0);
    close(element.gradient, y);
    // What the last round began with, and its derivative.
    let carried = graph.labelled("sum").find(|n| n.kind == Kind::Carried).unwrap();
    close(carried.value, 4.0);
    close(carried.gradient, 0.5 * y);
    let after = graph.labelled("sum").find(|n| n.kind == Kind::Join).unwrap();
    close(after.value, 7.0);
    close(after.gradient, y);
    // The whole derivative, and the last round's share of it.
    close(graph.input("x").unwrap().gradient, y * (2.0 * 2.0 * 0.5 + 3.0));
    close(edges(&graph, "x", "×")[0].gradient, 4.0 * y);
    assert_eq!(edges(&graph, "+", "sum").iter().filter(|e| e.flow == Flow::Round).count(), 1);
    let none = horner_graph(&[], 0.5);
    assert_eq!(none.clusters[0].title(), "for i in 0..coefficients.len(): no round");
    assert_eq!(node(&none, "×").value, None);
    close(none.output().unwrap().value, 1.0);
}

#[backprop(graph)]
fn powers(x: f64) -> f64 {
    let mut power = x;
    let mut sum = 0.0;
    for _ in 0..2 {
        power *= x;
        sum += power;
    }
    power + sum
}

#[test]
fn what_a_loop_leaves_has_its_own_share() {
    // x³ + (x² + x³)
    let graph = powers_graph(2.0);
    close(graph.output().unwrap().value, 20.0);
    close(graph.input("x").unwrap().gradient, 6.0 * 4.0 + 2.0 * 2.0);
    let product = node(&graph, "×");
    close(product.value, 8.0);
    close(product.gradient, 2.0);
    let left = edges(&graph, "×", "power").into_iter().find(|e| e.flow == Flow::Value).unwrap();
    close(left.gradient, 1.0);
}

#[backprop(graph)]
fn doubled(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * 2.0
}

#[test]
fn functions_as_arguments() {
    let graph = doubled_graph(square {}, 3.0);
    assert_eq!(node(&graph, "f").kind, Kind::Call);
    close(node(&graph, "f").gradient, 2.0);
    close(graph.input("x").unwrap().gradient, 12.0);
}

#[backprop(graph)]
fn newton(a: f64) -> f64 {
    let mut x = a;
    loop {
        let next = 0.5 * (x + a / x);
        if (next - x).abs() < 1e-12 {
            break next;
        }
        x = next;
    }
}

#[test]
fn loops_that_are_left_from_within() {
    let graph = newton_graph(2.0);
    close(graph.output().unwrap().value, 2.0_f64.sqrt());
    close(graph.input("a").unwrap().gradient, 0.5 / 2.0_f64.sqrt());
    assert!(graph.clusters.iter().any(|c| c.is_loop && c.runs > Some(3)));
    // What did not run in the last round has no numbers of an earlier one.
    for (i, cluster) in graph.clusters.iter().enumerate().filter(|(_, c)| !c.last) {
        assert!(cluster.runs > Some(0));
        let inside = graph.edges.iter().filter(|e| graph.nodes[e.from].cluster == Some(i));
        inside.for_each(|e| assert_eq!((e.value, e.gradient), (None, None)));
    }
}

#[backprop(graph)]
fn stepped(mut state: [f64; 2], rate: f64) -> f64 {
    for _ in 0..2 {
        state[1] += rate * state[0];
        state[0] *= 2.0;
    }
    horner(&state, rate)
}

#[test]
fn memory_and_calls() {
    let graph = stepped_graph([1.0, 10.0], 0.5);
    let call = node(&graph, "horner");
    assert_eq!(call.kind, Kind::Call);
    // state = [4, 11.5]; exp(4 rate + 11.5)
    close(call.value, (4.0_f64 * 0.5 + 11.5).exp());
    close(call.gradient, 1.0);
    let written = node(&graph, "state[1] +=");
    assert_eq!(written.kind, Kind::Memory);
    let memory = graph.edges.iter().filter(|e| e.flow == Flow::Memory && graph.nodes[e.to].label == "horner");
    assert_eq!(memory.count(), 1);
    assert!(graph.edges.iter().any(|e| e.flow == Flow::Round && graph.nodes[e.to].label == "state[0]"));
}

#[backprop(graph)]
fn single(x: f32) -> Result<f32, String> {
    if x < 0.0 {
        return Err("negative".to_string());
    }
    Ok(x.sqrt() + x.floor())
}

struct Scale(f64);

#[backprop(graph)]
impl Scale {
    fn scaled(&self, x: f64) -> f64 {
        x.powi(3) * self.0
    }

    fn split(&self, x: f64) -> (f64, f64) {
        (x, self.0 * x)
    }
}

#[test]
fn results_methods_and_narrow_floats() {
    let graph = single_graph(4.0).unwrap();
    close(node(&graph, "sqrt").value, 2.0);
    close(graph.input("x").unwrap().gradient, 0.25);
    assert_eq!(single_graph(-1.0).unwrap_err(), "negative");
    let graph = Scale(2.0).scaled_graph(3.0);
    close(node(&graph, "powi 3").value, 27.0);
    close(node(&graph, "powi 3").gradient, 2.0);
    close(graph.input("x").unwrap().gradient, 54.0);
    assert_eq!(Scale(2.0).split_vjp(1.0, (1.0, 1.0)).1, 3.0);
}

#[test]
fn as_text() {
    let graph = square_graph(3.0);
    assert_eq!(
        graph.to_mermaid(),
        "flowchart LR\n  n0([\"x\"])\n  n1((\"×\"))\n  n2([\"square\"])\n  n0 -->|\"3 / 3\"| n1\n  n0 -->|\"3 / 3\"| n1\n  \
         n1 -->|\"9 / 1\"| n2\n"
    );
    let dot = graph.to_dot();
    assert!(dot.starts_with("digraph \"square\" {\n") && dot.ends_with("}\n"));
    assert_eq!(dot.matches("n0 -> n1 [label=\"3 / 3\"];").count(), 2);
    assert_eq!(dot.matches("n1 -> n2 [label=\"9 / 1\"];").count(), 1);
    let dot = larger_graph(2.0, 1.0).to_dot();
    assert!(dot.contains("subgraph cluster_0 {\n    label=\"if x > y\";"));
    assert_eq!(dot.matches('{').count(), dot.matches('}').count());
    let mermaid = larger_graph(2.0, 1.0).to_mermaid();
    assert!(mermaid.contains("subgraph c0[\"if x #gt; y\"]"));
    assert_eq!(mermaid.matches("subgraph").count(), mermaid.matches("  end\n").count());
}

#[backprop(graph)]
fn long(x: f64) -> f64 {
    let a = (x + 1.0) * (x + 2.0) * (x + 3.0) * (x + 4.0) * (x + 5.0) * (x + 6.0) * (x + 7.0) * (x + 8.0);
    let b = (a + 1.0) * (a + 2.0) * (a + 3.0) * (a + 4.0) * (a + 5.0) * (a + 6.0) * (a + 7.0) * (a + 8.0);
    let c = (b + 1.0) * (b + 2.0) * (b + 3.0) * (b + 4.0);
    a.sin() + b.sin() * x + c
}

#[test]
fn large_graphs_collapse_by_statement() {
    let graph = long_graph(0.5);
    assert!(graph.nodes.len() > 60 && !graph.collapsed);
    let small = graph.by_statement();
    assert!(small.collapsed && small.nodes.len() == 6, "{:?}", small.nodes);
    let a = small.nodes.iter().find(|n| n.statement.starts_with("let a")).unwrap();
    close(a.value, (1..=8).map(|i| 0.5 + f64::from(i)).product());
    assert!(small.to_dot().contains("collapsed") && small.to_mermaid().contains("collapsed"));
    assert!(graph.to_svg().contains("collapsed: one node for each statement"));
    assert!(!square_graph(1.0).to_svg().contains("collapsed"));
}

/// A branch and a loop that stand at the end of blocks, where they are no statements with a semicolon.
#[backprop(graph)]
fn ends(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        let y = x[i] * x[i];
        if y > 4.0 {
            sum += y;
        } else if y < -1.0 {
            sum -= y;
        } else {
            for _ in 0..2 {
                sum += 0.5 * x[i];
            }
        }
    }
    sum
}

#[test]
fn what_stands_at_the_end_of_a_block_has_its_own_label() {
    let graph = ends_graph(&[1.0, 3.0], 2);
    let labels: Vec<&str> = graph.clusters.iter().map(|c| c.label.as_str()).collect();
    assert_eq!(labels, ["for i in 0..n", "if y > 4.0", "else", "if y < -1.0", "else", "for _ in 0..2"]);
    let lines: Vec<(&str, usize)> = graph
        .nodes
        .iter()
        .filter(|node| node.statement.starts_with("sum +="))
        .map(|node| (node.statement.as_str(), node.line))
        .collect();
    let first = lines[0].1;
    assert!(lines.contains(&("sum += y;", first)), "{lines:?}");
    assert!(
        lines.iter().any(|(text, line)| *text == "sum += 0.5 * x[i];" && *line == first + 5),
        "{lines:?}"
    );
    close(graph.output().unwrap().value, 10.0);
}

/// The derivative is written by hand: the graph is of a call, since the body is not looked into.
#[backprop(graph, pullback = cube_pullback)]
fn cube(x: f64, scale: f64) -> f64 {
    let mut y = scale;
    for _ in 0..3 {
        y *= x;
    }
    y
}

fn cube_pullback(x: f64, scale: f64, _result: f64, seed: f64) -> (f64, f64) {
    (3.0 * scale * x * x * seed, x * x * x * seed)
}

#[backprop(graph)]
fn through_cube(x: f64) -> f64 {
    let y = x + 1.0;
    cube(y, 2.0) * x
}

#[test]
fn derivatives_by_hand_are_calls() {
    let graph = cube_graph(2.0, 5.0);
    assert_eq!(graph.input("x").unwrap().value, Some(2.0));
    close(graph.input("x").unwrap().gradient, 60.0);
    close(graph.input("scale").unwrap().gradient, 8.0);
    close(graph.output().unwrap().value, 40.0);
    assert_eq!(graph.nodes.iter().filter(|node| node.kind == Kind::Call).count(), 1);
    assert!(graph.clusters.is_empty(), "the body is looked into: {:?}", graph.clusters);
    // (2 y³ x)' = 2 y³ + 6 y² x, with y = x + 1.
    let graph = through_cube_graph(1.0);
    close(graph.output().unwrap().value, 16.0);
    close(graph.input("x").unwrap().gradient, 16.0 + 24.0);
    close(node(&graph, "+").gradient, 24.0);
}
