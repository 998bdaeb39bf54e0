//! The walk over the primal program that draws its graph and puts the records in.

use super::labels::{self, Labels};
use super::{Cluster, Drawing, Edge, Flow, Kind, Node, Structure, recorder};
use crate::ir::*;
use crate::names::emitted;
use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;
use std::collections::{HashMap, HashSet};

/// Whether a value is a number that can be recorded.
pub fn is_float(func: &Func, v: Value) -> bool {
    matches!(func.ty(v), Ty::Float(FloatTy::F32 | FloatTy::F64 | FloatTy::Generic(_)))
}

/// The nodes whose memory is what a place holds now.
type Versions = HashMap<Place, Vec<usize>>;

pub struct Walk<'p> {
    primal: &'p Func,
    labels: Labels<'p>,
    func: Func,
    out: Structure,
    /// How often each value is used.
    uses: HashMap<Value, usize>,
    /// The nodes of values, and the values once they are recorded.
    nodes: HashMap<Value, usize>,
    now: HashMap<Value, Value>,
    places: Versions,
    cluster: Option<usize>,
    /// The run-time half's `watch`.
    watch: syn::Path,
    span: Span,
}

impl<'p> Walk<'p> {
    pub fn run(primal: &'p Func, run_time: &TokenStream, span: Span, result: usize) -> Drawing {
        let span = emitted(span);
        let mut uses = HashMap::new();
        primal.body.each_use(&mut |v| *uses.entry(v).or_default() += 1);
        let mut walk = Walk {
            primal,
            labels: Labels::new(primal),
            func: primal.clone(),
            out: Structure { name: primal.name.clone(), ..Structure::default() },
            uses,
            nodes: HashMap::new(),
            now: HashMap::new(),
            places: HashMap::new(),
            cluster: None,
            watch: syn::parse_quote_spanned!(span=> #run_time::graph::watch),
            span,
        };
        let mut stmts = Vec::new();
        for param in &primal.params {
            walk.param(&param.kind, &crate::names::text(&param.name), &mut stmts);
        }
        walk.block(&primal.body, &mut stmts);
        let origin = Origin { span, text: primal.body.stmts.last().and_then(|s| s.origin.text.clone()) };
        let output = walk.node(Kind::Output, primal.name.clone(), &origin);
        let mut yields = primal.body.yields.clone();
        if let Some(v) = yields.get_mut(result) {
            *v = walk.flow(*v, output, Flow::Value, &mut stmts, &origin);
        }
        walk.out.nodes[output].watch = walk.out.edges.last().filter(|e| e.to == output).and_then(|e| e.watch);
        walk.func.body = Block { stmts, yields, ..primal.body.clone() };
        walk.prune(output);
        Drawing { structure: walk.out, func: walk.func }
    }

    fn param(&mut self, kind: &ParamKind, name: &str, out: &mut Vec<Stmt>) {
        match kind {
            ParamKind::Scalar(v, _) if is_float(self.primal, *v) => {
                let origin = self.primal.val(*v).origin.clone();
                let node = self.node(Kind::Input, name.to_string(), &origin);
                self.define(*v, node, out, &origin);
            }
            ParamKind::Place(p, _) => {
                let origin = self.primal.plc(*p).origin.clone();
                let node = self.node(Kind::Input, name.to_string(), &origin);
                self.places.insert(*p, vec![node]);
            }
            ParamKind::Tuple(parts, _) => {
                for (i, part) in parts.iter().enumerate() {
                    self.param(part, &format!("{name}.{i}"), out);
                }
            }
            ParamKind::Scalar(..) | ParamKind::Opaque => {}
        }
    }

    fn node(&mut self, kind: Kind, label: String, origin: &Origin) -> usize {
        self.out.nodes.push(Node {
            kind,
            label,
            statement: origin.text.clone().unwrap_or_else(|| "".into()),
            line: origin.span.start().line,
            cluster: self.cluster,
            watch: None,
            value: None,
        });
        self.out.nodes.len() - 1
    }

    /// `graph::watch(&recorder, at, v)`
    fn record(&mut self, v: Value, out: &mut Vec<Stmt>, origin: &Origin) -> (Value, usize) {
        let at = self.out.watches.len();
        self.out.watches.push(self.cluster);
        let (recorder, number) = (recorder(self.span), Literal::usize_unsuffixed(at));
        let passive = |code: TokenStream| Arg::Opaque { code, reads: Vec::new(), again: true, lent: false };
        let args = vec![
            passive(quote_spanned!(self.span=> &#recorder)),
            passive(quote_spanned!(self.span=> #number)),
            Arg::Value(v),
        ];
        let callee = Callee::new(self.watch.clone());
        let ty = self.func.ty(v).clone();
        let name = self.func.val(v).name.as_ref().map(|name| Name::Temp(name.stem()));
        (self.func.push(out, Op::Call { callee, args, ret: None }, ty, name, origin), at)
    }

    /// A value is what a node gives, and is recorded.
    fn define(&mut self, v: Value, node: usize, out: &mut Vec<Stmt>, origin: &Origin) {
        self.nodes.insert(v, node);
        if is_float(self.primal, v) {
            let (recorded, at) = self.record(v, out, origin);
            self.now.insert(v, recorded);
            self.out.nodes[node].watch = Some(at);
        }
    }

    /// What a value is by now.
    fn current(&self, v: Value) -> Value {
        self.now.get(&v).copied().unwrap_or(v)
    }

    /// An edge from a value to a node that uses it. It has records of its own where its numbers may be others than those
    /// of the node that it comes from.
    fn flow(&mut self, v: Value, to: usize, flow: Flow, out: &mut Vec<Stmt>, origin: &Origin) -> Value {
        let now = self.current(v);
        let Some(&from) = self.nodes.get(&v) else { return now };
        let (node, same_round) = (&self.out.nodes[from], self.out.nodes[from].cluster == self.cluster);
        let alone = self.uses.get(&v) == Some(&1) && same_round;
        let (value, watch) = match node.watch {
            None => (now, None),
            at if alone => (now, at),
            Some(_) => {
                let (value, at) = self.record(now, out, origin);
                (value, Some(at))
            }
        };
        self.out.edges.push(Edge { from, to, flow, watch });
        value
    }

    fn memory(&mut self, place: Place, to: usize) {
        let root = self.primal.root(place);
        let edge = |from| Edge { from, to, flow: Flow::Memory, watch: None };
        let known = self.places.get(&root).into_iter().flatten().copied();
        self.out.edges.extend(known.filter(|from| *from != to).map(edge));
    }

    fn block(&mut self, block: &Block, out: &mut Vec<Stmt>) {
        for stmt in &block.stmts {
            self.stmt(stmt, out);
        }
    }

    fn stmt(&mut self, stmt: &Stmt, out: &mut Vec<Stmt>) {
        let origin = &stmt.origin;
        let float = stmt.results.first().copied().filter(|v| is_float(self.primal, *v));
        match (&stmt.op, float) {
            (Op::Const(c), Some(v)) => {
                let node = self.node(Kind::Constant, labels::constant(c), origin);
                out.push(stmt.clone());
                match c {
                    Const::Float { value, .. } => {
                        self.out.nodes[node].value = Some(*value);
                        self.nodes.insert(v, node);
                    }
                    _ => self.define(v, node, out, origin),
                }
            }
            (Op::AssertFloat(a), Some(v)) => {
                let op = Op::AssertFloat(self.current(*a));
                out.push(Stmt { op, ..stmt.clone() });
                match self.nodes.get(a) {
                    Some(&node) if self.out.nodes[node].watch.is_some() => {
                        self.nodes.insert(v, node);
                    }
                    Some(&node) => self.define(v, node, out, origin),
                    None => {
                        let node = self.node(Kind::Constant, self.labels.passive(stmt), origin);
                        self.define(v, node, out, origin);
                    }
                }
            }
            (Op::Opaque { .. }, Some(v)) => {
                let node = self.node(Kind::Constant, self.labels.passive(stmt), origin);
                out.push(stmt.clone());
                self.define(v, node, out, origin);
            }
            (Op::Cast(a), Some(v)) if !self.primal.ty(*a).is_float() => {
                let node = self.node(Kind::Constant, self.labels.passive(stmt), origin);
                out.push(stmt.clone());
                self.define(v, node, out, origin);
            }
            (Op::Cast(_), Some(v)) => {
                let label = format!("as {}", self.primal.ty(v));
                self.operation(stmt, Kind::Operation, label, out);
            }
            (Op::Elem { rule, args }, Some(_)) => {
                let label = self.labels.operation(*rule, args);
                self.operation(stmt, Kind::Operation, label, out);
            }
            (Op::Elem { .. } | Op::Cast(_) | Op::Const(_) | Op::Int { .. } | Op::Cmp { .. }, None)
            | (Op::Len(_) | Op::Trips(_) | Op::View { .. } | Op::Opaque { .. } | Op::Exit { .. }, _) => {
                out.push(stmt.clone());
            }
            (Op::Load { .. }, None) => out.push(stmt.clone()),
            (Op::If { cond, then, els }, _) => self.branch(stmt, (*cond, then, els), out),
            (Op::For { range, inits, body }, _) => {
                let (inits, body) = self.rounds(stmt, inits, 1, body, out);
                let op = Op::For { range: range.clone(), inits, body };
                out.push(Stmt { op, ..stmt.clone() });
                self.after(stmt, out);
            }
            (Op::While { inits, cond, body }, _) => {
                let (inits, body) = self.rounds(stmt, inits, 0, body, out);
                let op = Op::While { inits, cond: cond.clone(), body };
                out.push(Stmt { op, ..stmt.clone() });
                self.after(stmt, out);
            }
            (Op::Call { .. }, _) => self.operation(stmt, Kind::Call, self.labels.statement(&stmt.op), out),
            (op, _) => self.operation(stmt, Kind::Memory, self.labels.statement(op), out),
        }
    }

    /// A node with what flows into it and out of it.
    fn operation(&mut self, stmt: &Stmt, kind: Kind, label: String, out: &mut Vec<Stmt>) {
        let origin = &stmt.origin;
        let node = self.node(kind, label, origin);
        let mut op = stmt.op.clone();
        op.each_value_mut(&mut |v| *v = self.flow(*v, node, Flow::Value, out, origin));
        let (written, made) = (op.places_written(), op.place_made());
        let touched: Vec<Place> = op.places_read().into_iter().chain(written.iter().copied()).collect();
        let mut seen = HashSet::new();
        touched.iter().filter(|p| seen.insert(self.primal.root(**p))).for_each(|p| self.memory(*p, node));
        for p in written.into_iter().chain(made) {
            self.places.insert(self.primal.root(p), vec![node]);
        }
        out.push(Stmt { op, ..stmt.clone() });
        for v in stmt.results.iter().filter(|v| self.primal.ty(**v).is_float()) {
            self.define(*v, node, out, origin);
        }
    }

    fn enter(&mut self, label: String, is_loop: bool) -> (Option<usize>, Stmt) {
        let before = self.cluster;
        let cluster = self.out.clusters.len();
        self.out.clusters.push(Cluster { label, is_loop, parent: before });
        self.cluster = Some(cluster);
        let (recorder, number) = (recorder(self.span), Literal::usize_unsuffixed(cluster));
        let code = quote_spanned!(self.span=> #recorder.enter(#number));
        let op = Op::Opaque { kind: OpaqueKind::Expr(code), reads: Vec::new(), again: Again::Unknown };
        (before, Stmt { op, results: Vec::new(), origin: Origin { span: self.span, text: None } })
    }

    fn branch(&mut self, stmt: &Stmt, (cond, then, els): (Value, &Block, &Block), out: &mut Vec<Stmt>) {
        let origin = &stmt.origin;
        let joins: Vec<Option<usize>> = stmt.results.iter().map(|v| self.joint(*v, origin)).collect();
        let head = labels::arm(origin.text.as_deref());
        let before = self.places.clone();
        let arm = |this: &mut Self, block: &Block, label: String| {
            let (around, entered) = this.enter(label, false);
            let mut stmts = vec![entered];
            this.block(block, &mut stmts);
            let yields = block.yields.iter().zip(joins.iter().chain(std::iter::repeat(&None)));
            let yields = yields.map(|(v, join)| match join {
                Some(join) => this.flow(*v, *join, Flow::Value, &mut stmts, origin),
                None => this.current(*v),
            });
            let yields = yields.collect();
            this.cluster = around;
            Block { params: Vec::new(), stmts, yields, diverges: block.diverges }
        };
        let then_block = arm(self, then, head);
        let after_then = std::mem::replace(&mut self.places, before);
        let els_block = arm(self, els, "else".to_string());
        for (place, nodes) in after_then {
            let known = self.places.entry(place).or_default();
            known.extend(nodes.into_iter().filter(|n| !known.contains(n)).collect::<Vec<_>>());
        }
        let op = Op::If { cond, then: then_block, els: els_block };
        out.push(Stmt { op, ..stmt.clone() });
        for (v, join) in stmt.results.iter().zip(joins) {
            if let Some(join) = join {
                self.define(*v, join, out, origin);
            }
        }
    }

    /// The node where the ways to a result meet, if it is a number that is used.
    fn joint(&mut self, v: Value, origin: &Origin) -> Option<usize> {
        let drawn = is_float(self.primal, v) && self.uses.contains_key(&v);
        drawn.then(|| self.node(Kind::Join, self.labels.value(v).unwrap_or_default(), origin))
    }

    /// The start and the body of a loop. The body's parameters after the first `skip` are what it carries.
    fn rounds(
        &mut self,
        stmt: &Stmt,
        inits: &[Value],
        skip: usize,
        body: &Block,
        out: &mut Vec<Stmt>,
    ) -> (Vec<Value>, Block) {
        let origin = &stmt.origin;
        let around = self.cluster;
        let (_, entered) = self.enter(labels::repeated(origin.text.as_deref()), true);
        let inside = self.cluster;
        let params: Vec<Value> = body.params.iter().skip(skip).copied().collect();
        let carried: Vec<Option<usize>> = params
            .iter()
            .map(|v| {
                let label = self.labels.value(*v).unwrap_or_default();
                is_float(self.primal, *v).then(|| self.node(Kind::Carried, label, origin))
            })
            .collect();
        self.cluster = around;
        let starts = inits.iter().zip(&carried).map(|(v, node)| match node {
            Some(node) => self.flow(*v, *node, Flow::Value, out, origin),
            None => self.current(*v),
        });
        let inits = starts.collect();
        self.cluster = inside;
        let mut stmts = vec![entered];
        for (v, node) in params.iter().zip(&carried) {
            if let Some(node) = node {
                self.define(*v, *node, &mut stmts, origin);
            }
        }
        let (before, first) = (self.places.clone(), self.out.edges.len());
        self.block(body, &mut stmts);
        let ends = body.yields.iter().zip(&carried).map(|(v, node)| match node {
            Some(node) => self.flow(*v, *node, Flow::Round, &mut stmts, origin),
            None => self.current(*v),
        });
        let yields = ends.collect();
        self.next_round(&before, first);
        self.cluster = around;
        for ((result, end), carried) in stmt.results.iter().zip(&body.yields).zip(&carried) {
            if let (Some(join), Some(&from)) = (self.joint(*result, origin), self.nodes.get(end)) {
                // What the last round leaves is what the loop leaves.
                let left =
                    self.out.edges.iter().rev().find(|e| e.flow == Flow::Round && Some(e.to) == *carried);
                let watch = left.and_then(|e| e.watch);
                self.out.edges.push(Edge { from, to: join, flow: Flow::Value, watch });
                self.nodes.insert(*result, join);
            }
        }
        (inits, Block { params: body.params.clone(), stmts, yields, diverges: body.diverges })
    }

    /// What reads memory from before the loop reads, in the next round, what the body has left there.
    fn next_round(&mut self, before: &Versions, first: usize) {
        let mut edges = Vec::new();
        for (place, old) in before {
            let Some(new) = self.places.get(place).filter(|new| *new != old) else { continue };
            for edge in &self.out.edges[first..] {
                let again = edge.flow == Flow::Memory && old.contains(&edge.from);
                edges.extend(new.iter().filter(|_| again).map(|from| Edge {
                    from: *from,
                    to: edge.to,
                    flow: Flow::Round,
                    watch: None,
                }));
            }
        }
        edges.sort_by_key(|e| (e.from, e.to));
        edges.dedup_by_key(|e| (e.from, e.to));
        self.out.edges.extend(edges);
    }

    /// Records the results of a loop.
    fn after(&mut self, stmt: &Stmt, out: &mut Vec<Stmt>) {
        for v in &stmt.results {
            if let Some(&node) = self.nodes.get(v) {
                self.define(*v, node, out, &stmt.origin);
            }
        }
    }

    /// Leaves out what the result does not depend on.
    fn prune(&mut self, output: usize) {
        let mut kept = vec![false; self.out.nodes.len()];
        let mut open = vec![output];
        while let Some(n) = open.pop() {
            if !std::mem::replace(&mut kept[n], true) {
                open.extend(self.out.edges.iter().filter(|e| e.to == n).map(|e| e.from));
            }
        }
        let number: Vec<usize> = kept
            .iter()
            .scan(0, |next, kept| {
                let n = *next;
                *next += usize::from(*kept);
                Some(n)
            })
            .collect();
        let mut keep = kept.iter();
        self.out.nodes.retain(|_| keep.next().copied().unwrap_or(false));
        self.out.edges.retain(|e| kept[e.from] && kept[e.to]);
        for e in &mut self.out.edges {
            (e.from, e.to) = (number[e.from], number[e.to]);
        }
    }
}
