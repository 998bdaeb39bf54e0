//! Where everything goes: nodes and edges are placed by the crate `layout-rs`, each cluster as a picture of its own, which is
//! then a box in the picture around it. The numbers of an edge are a box on the edge, so that nothing overlaps.

use crate::graph::{Edge, Flow, Graph, Kind, text};
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use layout::core::base::Orientation;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::{Point, Position};
use layout::core::style::{LineStyleKind, StyleAttr};
use layout::std_shapes::shapes::{Arrow, Element, LineEndKind, ShapeKind};
use layout::topo::layout::VisualGraph;
use std::collections::HashMap;

/// Room around the parts of a picture, and above those of a cluster for its title.
const MARGIN: f64 = 14.0;
const TITLE: f64 = 22.0;
/// The least distances between boxes.
const GAP: (f64, f64) = (26.0, 14.0);

/// A box by its corner and its size.
#[derive(Clone, Copy, Debug)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Rect {
    pub fn middle(&self) -> (f64, f64) {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    fn moved(self, (x, y): (f64, f64)) -> Rect {
        Rect { x: self.x + x, y: self.y + y, ..self }
    }
}

/// A line through points, with heads at its ends.
#[derive(Clone, Debug)]
pub struct Line {
    pub edge: usize,
    pub points: Vec<(f64, f64)>,
    pub heads: (bool, bool),
}

/// A picture.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub size: (f64, f64),
    pub nodes: Vec<(usize, Rect)>,
    pub labels: Vec<(usize, Rect)>,
    pub clusters: Vec<(usize, Rect)>,
    pub lines: Vec<Line>,
    /// Where edges leave or enter at its sides.
    ports: HashMap<usize, f64>,
}

impl Sheet {
    /// Puts another picture into this one.
    fn take(&mut self, other: Sheet, at: (f64, f64)) {
        self.nodes.extend(other.nodes.into_iter().map(|(n, r)| (n, r.moved(at))));
        self.labels.extend(other.labels.into_iter().map(|(n, r)| (n, r.moved(at))));
        self.clusters.extend(other.clusters.into_iter().map(|(n, r)| (n, r.moved(at))));
        self.lines.extend(other.lines.into_iter().map(|line| {
            let points = line.points.iter().map(|(x, y)| (x + at.0, y + at.1)).collect();
            Line { points, ..line }
        }));
    }
}

/// What is placed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
enum Item {
    Node(usize),
    Cluster(usize),
    /// The numbers of an edge.
    Label(usize),
    /// Where an edge comes in from outside, or goes out.
    Port(usize),
    /// What is not drawn, and holds ports at the sides of their cluster.
    Wall,
}

/// The width of a text.
pub fn width(text: &str) -> f64 {
    text.chars().count() as f64 * 7.6
}

/// Whether a node is drawn as a circle, or as what a circle becomes for a longer label.
pub fn is_round(kind: Kind) -> bool {
    matches!(kind, Kind::Operation | Kind::Carried | Kind::Join)
}

/// A cluster, or all of the graph.
pub fn sheet(graph: &Graph, cluster: Option<usize>) -> Sheet {
    let (inner, nodes) = graph.members(cluster);
    let children: HashMap<usize, Sheet> = inner.iter().map(|c| (*c, sheet(graph, Some(*c)))).collect();
    let mut plan = Plan { graph, cluster, vg: VisualGraph::new(Orientation::LeftToRight), handles: vec![] };
    for n in nodes {
        let node = &graph.nodes[n];
        let w = width(text::label(node)) + if is_round(node.kind) { 18.0 } else { 14.0 };
        plan.add(Item::Node(n), (w.max(38.0), 38.0));
    }
    for c in inner {
        plan.add(Item::Cluster(c), children[&c].size);
    }
    let mut routes = Vec::new();
    for (e, edge) in graph.edges.iter().enumerate() {
        routes.extend(plan.route(e, edge));
    }
    plan.hold_ports(&routes);
    let mut back = Back::default();
    plan.vg.do_it(false, false, false, &mut back);
    plan.finish(children, &back, &routes)
}

/// An edge, for the library.
fn arrow(key: String) -> Arrow {
    let look = StyleAttr::simple();
    let (no_head, head, line) = (LineEndKind::None, LineEndKind::Arrow, LineStyleKind::Normal);
    Arrow::with_properties(no_head, head, line, "", &look, key, &None, &None)
}

/// A stretch of an edge between two items; drawn from the second to the first where that is the order in which they
/// are placed.
struct Stretch {
    edge: usize,
    from: Item,
    to: Item,
    heads: (bool, bool),
}

struct Plan<'g> {
    graph: &'g Graph,
    cluster: Option<usize>,
    vg: VisualGraph,
    handles: Vec<(Item, layout::adt::dag::NodeHandle)>,
}

impl Plan<'_> {
    fn add(&mut self, item: Item, (w, h): (f64, f64)) -> layout::adt::dag::NodeHandle {
        let middle = Point::zero();
        let pos = Position::new(middle, Point::new(w, h), Point::zero(), Point::new(GAP.0, GAP.1));
        let element = Element {
            shape: ShapeKind::new_box(""),
            look: StyleAttr::simple(),
            orientation: Orientation::LeftToRight,
            pos,
            properties: None,
        };
        let handle = self.vg.add_node(element);
        self.handles.push((item, handle));
        handle
    }

    /// Keeps ports at the sides: from further inside, their lines would run over what lies between. The library moves a node
    /// towards what it leads to, unless more leads to the node: so two walls lead to each port on the left, and each one on the
    /// right leads to two, as all does that leads nowhere.
    fn hold_ports(&mut self, routes: &[Stretch]) {
        let ports = |left: bool| {
            let end = move |s: &Stretch| if left { s.from } else { s.to };
            routes.iter().map(end).filter(|item| matches!(item, Item::Port(_))).collect::<Vec<_>>()
        };
        let (left, mut right) = (ports(true), ports(false));
        let leads = |item: Item| routes.iter().any(|s| s.from == item);
        if !right.is_empty() {
            right.extend(self.handles.iter().map(|(item, _)| *item).filter(|item| !leads(*item)));
            right.sort_unstable();
            right.dedup();
        }
        for (at_left, ports) in [(true, left), (false, right)] {
            for _ in 0..2 {
                if ports.is_empty() {
                    continue;
                }
                let wall = self.add(Item::Wall, (1.0, 1.0));
                for port in ports.iter().filter_map(|port| self.handle(*port)).collect::<Vec<_>>() {
                    let (from, to) = if at_left { (wall, port) } else { (port, wall) };
                    self.vg.add_edge(arrow(String::new()), from, to);
                }
            }
        }
    }

    fn handle(&self, item: Item) -> Option<layout::adt::dag::NodeHandle> {
        self.handles.iter().find(|(i, _)| *i == item).map(|(_, handle)| *handle)
    }

    /// Where a node is found here: itself, or in a cluster.
    fn item(&self, node: usize) -> Option<Item> {
        let mut inside = self.graph.nodes[node].cluster;
        if inside == self.cluster {
            return Some(Item::Node(node));
        }
        while let Some(c) = inside {
            let parent = self.graph.clusters[c].parent;
            if parent == self.cluster {
                return Some(Item::Cluster(c));
            }
            inside = parent;
        }
        None
    }

    /// Whether the numbers of an edge stand here: inside of the cluster that it leads into or out of.
    fn has_label(&self, edge: &Edge) -> bool {
        let (from, to) = (self.graph.nodes[edge.from].cluster, self.graph.nodes[edge.to].cluster);
        let mut around = from;
        while let Some(c) = around {
            around = self.graph.clusters[c].parent;
            if around == to {
                return self.cluster == from;
            }
        }
        self.cluster == to
    }

    /// The stretches of an edge that are drawn here.
    fn route(&mut self, e: usize, edge: &Edge) -> Vec<Stretch> {
        let (from, to) = match (self.item(edge.from), self.item(edge.to)) {
            (None, None) => return Vec::new(),
            (Some(a), Some(b)) if a == b => return Vec::new(),
            (a, b) => (a.unwrap_or(Item::Port(e)), b.unwrap_or(Item::Port(e))),
        };
        if from == Item::Port(e) || to == Item::Port(e) {
            self.add(Item::Port(e), (1.0, 1.0));
        }
        let back = edge.flow == Flow::Round;
        let (first, last) = if back { (to, from) } else { (from, to) };
        let ends = matches!(to, Item::Node(_));
        let heads = (back && ends, !back && ends);
        let (value, gradient) = text::numbers(edge);
        let mut stretches = Vec::new();
        if self.has_label(edge) && (value.is_some() || gradient.is_some()) {
            let widest = [value, gradient].iter().flatten().map(|t| width(t)).fold(0.0, f64::max);
            self.add(Item::Label(e), (widest + 14.0, 46.0));
            let label = Item::Label(e);
            stretches.push(Stretch { edge: e, from: first, to: label, heads: (heads.0, false) });
            stretches.push(Stretch { edge: e, from: label, to: last, heads: (false, heads.1) });
        } else {
            stretches.push(Stretch { edge: e, from: first, to: last, heads });
        }
        for stretch in &stretches {
            let (Some(a), Some(b)) = (self.handle(stretch.from), self.handle(stretch.to)) else { continue };
            let key = alloc::format!("{:?}", (stretch.edge, stretch.from, stretch.to));
            self.vg.add_edge(arrow(key), a, b);
        }
        stretches
    }

    /// Reads the places off, and draws the lines.
    fn finish(self, mut children: HashMap<usize, Sheet>, back: &Back, routes: &[Stretch]) -> Sheet {
        let rect = |handle| {
            let (low, high): (Point, Point) = self.vg.pos(handle).bbox(false);
            Rect { x: low.x, y: low.y, w: high.x - low.x, h: high.y - low.y }
        };
        let placed: Vec<(Item, Rect)> = self.handles.iter().map(|(i, handle)| (*i, rect(*handle))).collect();
        let drawn = back.paths.iter().filter(|(key, _)| !key.is_empty());
        let points = drawn.flat_map(|(_, (_, path))| path.iter().copied());
        let placed: Vec<(Item, Rect)> = placed.into_iter().filter(|(item, _)| *item != Item::Wall).collect();
        let corners = placed.iter().flat_map(|(_, r)| [(r.x, r.y), (r.x + r.w, r.y + r.h)]).chain(points);
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for (x, y) in corners {
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
        if low.0 > high.0 {
            (low, high) = ((0.0, 0.0), (0.0, 0.0));
        }
        let title = if self.cluster.is_some() { TITLE } else { 0.0 };
        let by = (MARGIN - low.0, MARGIN + title - low.1);
        let least = self.cluster.map_or(0.0, |c| width(&self.graph.clusters[c].title()) * 0.9);
        let size = ((high.0 - low.0).max(least) + 2.0 * MARGIN, high.1 - low.1 + 2.0 * MARGIN + title);
        let placed: Vec<(Item, Rect)> = placed.into_iter().map(|(i, r)| (i, r.moved(by))).collect();
        let mut out = Sheet { size, ..Sheet::default() };
        let ports: HashMap<(usize, usize), f64> =
            children.iter().flat_map(|(c, sheet)| sheet.ports.iter().map(|(e, y)| ((*c, *e), *y))).collect();
        for (item, rect) in &placed {
            match item {
                Item::Node(n) => out.nodes.push((*n, *rect)),
                Item::Label(e) => out.labels.push((*e, *rect)),
                Item::Wall => {}
                Item::Port(e) => {
                    out.ports.insert(*e, rect.middle().1);
                }
                Item::Cluster(c) => {
                    out.clusters.push((*c, *rect));
                    if let Some(child) = children.remove(c) {
                        out.take(child, (rect.x, rect.y));
                    }
                }
            }
        }
        for stretch in routes {
            let key = alloc::format!("{:?}", (stretch.edge, stretch.from, stretch.to));
            let Some((reversed, path)) = back.paths.get(&key) else { continue };
            let mut between: Vec<(f64, f64)> = path.iter().map(|(x, y)| (x + by.0, y + by.1)).collect();
            if *reversed {
                between.reverse();
            }
            let end = |item: Item, towards: Option<&(f64, f64)>, leaving: bool| {
                let rect = placed.iter().find(|(i, _)| *i == item).map(|(_, r)| *r)?;
                let towards = towards.copied();
                Some(self.end(item, &rect, stretch.edge, (leaving, towards), &ports, size.0))
            };
            let middle = |item: Item| placed.iter().find(|(i, _)| *i == item).map(|(_, r)| r.middle());
            let (from, to) = (middle(stretch.from), middle(stretch.to));
            let first = end(stretch.from, between.first().or(to.as_ref()), true);
            let last = end(stretch.to, between.last().or(from.as_ref()), false);
            let (Some(first), Some(mut last)) = (first, last) else { continue };
            last.reverse();
            let points = first.into_iter().chain(between).chain(last).collect();
            out.lines.push(Line { edge: stretch.edge, points, heads: stretch.heads });
        }
        out
    }

    /// The points at which a line leaves or reaches an item, from the outermost one inwards.
    fn end(
        &self,
        item: Item,
        rect: &Rect,
        edge: usize,
        (leaving, towards): (bool, Option<(f64, f64)>),
        ports: &HashMap<(usize, usize), f64>,
        whole: f64,
    ) -> Vec<(f64, f64)> {
        let (x, y) = rect.middle();
        let side = if leaving { 1.0 } else { -1.0 };
        match item {
            Item::Wall => vec![(x, y)],
            Item::Port(_) => vec![(if leaving { 0.0 } else { whole }, y), (x, y)],
            Item::Label(_) => vec![(x - side * rect.w / 2.0, y), (x + side * rect.w / 2.0, y)],
            Item::Cluster(c) => {
                let port = ports.get(&(c, edge)).map_or(y, |port| rect.y + port);
                vec![(x + side * rect.w / 2.0, port)]
            }
            Item::Node(n) if is_round(self.graph.nodes[n].kind) => {
                let r = rect.h / 2.0;
                let slope = towards.map_or(0.0, |(_, to)| ((to - y) / 60.0).clamp(-1.0, 1.0) * 0.9);
                let (sin, cos) = (slope.sin(), slope.cos());
                vec![(x + side * (rect.w / 2.0 - r + r * cos), y + r * sin)]
            }
            Item::Node(_) => vec![(x + side * rect.w / 2.0, y)],
        }
    }
}

/// Collects where the library leads the edges through.
#[derive(Default)]
struct Back {
    /// By the edge's key: whether it was turned around, and the points between its ends.
    paths: HashMap<String, (bool, Vec<(f64, f64)>)>,
}

impl RenderBackend for Back {
    fn draw_rect(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>, _: Option<ClipHandle>) {}
    fn draw_line(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}
    fn draw_circle(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}
    fn draw_text(&mut self, _: Point, _: &str, _: &StyleAttr) {}
    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        _: bool,
        (start, _): (bool, bool),
        _: &StyleAttr,
        key: Option<String>,
        _: &str,
    ) {
        let between = path.iter().skip(1).rev().skip(1).rev().map(|(_, at)| (at.x, at.y)).collect();
        self.paths.insert(key.unwrap_or_default().to_string(), (start, between));
    }
    fn create_clip(&mut self, _: Point, _: Point, _: usize) -> ClipHandle {
        0
    }
}
