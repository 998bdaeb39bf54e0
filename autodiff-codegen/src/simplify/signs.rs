//! Where the sign of a zero matters.
//!
//! The sign of a zero gradient is unspecified, so code that computes nothing but gradients may lose it. A value
//! is such code if all that it flows into is a further yield of a derivative program (one that [`Func::ret`] does
//! not name) or a place of adjoints or tangents, and if on the way it is only added, subtracted, multiplied or
//! divided by something, or kept for later in a place of the program's own. What anything else sees, a divisor (`1 / -0.0` is minus infinity), a comparison, an index,
//! a call, opaque code or a place of the primal, keeps every bit, and so does all that flows into it.

use crate::ir::*;
use crate::rules::{ADD, DIV, MUL, NEG, SUB};
use crate::tables::{HashMap, HashSet};

/// The values of which every bit counts.
pub(super) struct Signed(HashSet<Node>);

/// What a value may flow through: other values, and places of the program's own, by their roots.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Value(Value),
    Place(Place),
}

impl Signed {
    /// Whether the value is part of gradients alone, so that its zeros have no sign.
    pub(super) fn is_unsigned(&self, v: Value) -> bool {
        !self.0.contains(&Node::Value(v))
    }

    pub(super) fn of(func: &Func) -> Signed {
        let mut flow = Flow {
            func,
            own: own_places(func),
            sources: HashMap::default(),
            signed: HashSet::default(),
            work: Vec::new(),
        };
        flow.result(&func.ret);
        flow.block(&func.body);
        while let Some(node) = flow.work.pop() {
            for source in flow.sources.remove(&node).unwrap_or_default() {
                flow.mark_node(source);
            }
        }
        Signed(flow.signed)
    }
}

/// The places that the program makes for itself of nothing but scalars, and that it doesn't return.
fn own_places(func: &Func) -> HashSet<Place> {
    let mut own = HashSet::default();
    func.body.each_stmt(&mut |s| {
        if let Op::Alloc {
            place,
            init:
                Init::Zeros
                | Init::ZerosLen(_)
                | Init::Fill(..)
                | Init::Elems(_)
                | Init::Empty
                | Init::Buffer(..)
                | Init::Later(_),
        } = &s.op
        {
            own.insert(*place);
        }
    });
    own
}

/// Whether a place holds derivatives: it, or what it is a view of, is named as an adjoint or a tangent.
pub(super) fn holds_derivatives(func: &Func, p: Place) -> bool {
    let derivative = |p: Place| matches!(func.plc(p).name, Some(Name::Adjoint(_) | Name::Tangent(_)));
    derivative(p) || derivative(func.root(p))
}

struct Flow<'a> {
    func: &'a Func,
    own: HashSet<Place>,
    /// What flows into each value, and into each place of the program's own.
    sources: HashMap<Node, Vec<Node>>,
    signed: HashSet<Node>,
    work: Vec<Node>,
}

impl Flow<'_> {
    fn mark_node(&mut self, node: Node) {
        if self.signed.insert(node) {
            self.work.push(node);
        }
    }

    fn mark(&mut self, v: Value) {
        self.mark_node(Node::Value(v));
    }

    fn mark_place(&mut self, p: Place) {
        self.mark_node(Node::Place(self.func.root(p)));
    }

    fn flows(&mut self, from: Value, to: Value) {
        self.sources.entry(Node::Value(to)).or_default().push(Node::Value(from));
    }

    fn flows_into(&mut self, from: Value, place: Place) {
        self.sources.entry(Node::Place(self.func.root(place))).or_default().push(Node::Value(from));
    }

    fn flows_out_of(&mut self, place: Place, to: Value) {
        self.sources.entry(Node::Value(to)).or_default().push(Node::Place(self.func.root(place)));
    }

    /// Whether all that becomes of a place is seen here.
    fn is_own(&self, place: Place) -> bool {
        self.own.contains(&self.func.root(place))
    }

    fn result(&mut self, ret: &Ret) {
        match ret {
            Ret::Scalar(i) => self.func.body.yields.get(*i).into_iter().for_each(|v| self.mark(*v)),
            Ret::Tuple(parts) => parts.iter().for_each(|r| self.result(r)),
            Ret::Place(p) => self.mark_place(*p),
            Ret::Unit => {}
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            self.stmt(stmt);
            for b in stmt.op.blocks() {
                self.block(b);
            }
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.op {
            Op::Elem { rule, args } => {
                let to = stmt.results[0];
                for (i, a) in args.iter().enumerate() {
                    let linear = [ADD, SUB, MUL, NEG].contains(rule) || (*rule == DIV && i == 0);
                    if linear { self.flows(*a, to) } else { self.mark(*a) }
                }
            }
            Op::Cast(a) if self.func.ty(stmt.results[0]).is_float() => self.flows(*a, stmt.results[0]),
            Op::AssertFloat(a) => self.flows(*a, stmt.results[0]),
            Op::Store { place, value, .. } | Op::Accum { place, value, .. } | Op::Push { place, value }
                if holds_derivatives(self.func, *place) || self.is_own(*place) =>
            {
                let value = *value;
                let indices = stmt.op.values();
                indices.into_iter().filter(|v| *v != value).for_each(|v| self.mark(v));
                if !holds_derivatives(self.func, *place) {
                    self.flows_into(value, *place);
                }
            }
            Op::Alloc { place, init: Init::Fill(..) | Init::Elems(_) }
                if holds_derivatives(self.func, *place) => {}
            Op::Load { place, .. } if self.is_own(*place) => {
                stmt.op.each_value(&mut |v| self.mark(v));
                self.flows_out_of(*place, stmt.results[0]);
            }
            Op::Pop(place) if self.is_own(*place) => self.flows_out_of(*place, stmt.results[0]),
            Op::Alloc { place, init: Init::Fill(v, n) } if self.is_own(*place) => {
                n.iter().for_each(|n| self.mark(*n));
                self.flows_into(*v, *place);
            }
            Op::Alloc { place, init: Init::Elems(vs) } if self.is_own(*place) => {
                vs.iter().for_each(|v| self.flows_into(*v, *place));
            }
            Op::View { .. } | Op::Len(_) => stmt.op.each_value(&mut |v| self.mark(v)),
            Op::CallReverse { pullback, .. } => self.mark(*pullback),
            Op::If { cond, then, els } => {
                self.mark(*cond);
                for arm in [then, els] {
                    self.all_flow(&arm.yields, &stmt.results);
                }
            }
            Op::For { range, inits, body } => {
                range.values().for_each(|v| self.mark(v));
                self.carried(inits, &body.params[1..], &body.yields, &stmt.results);
            }
            Op::While { inits, cond, body } => {
                cond.yields.iter().for_each(|v| self.mark(*v));
                self.all_flow(&body.params, &cond.params);
                self.all_flow(inits, &cond.params);
                self.carried(inits, &body.params, &body.yields, &stmt.results);
                self.all_flow(&cond.params, &stmt.results);
                self.all_flow(&body.yields, &cond.params);
            }
            op => {
                op.each_value(&mut |v| self.mark(v));
                let places = op.places_read().into_iter().chain(op.places_written());
                places.filter(|p| !holds_derivatives(self.func, *p)).for_each(|p| self.mark_place(p));
            }
        }
    }

    fn all_flow(&mut self, from: &[Value], to: &[Value]) {
        for (f, t) in from.iter().zip(to) {
            self.flows(*f, *t);
        }
    }

    fn carried(&mut self, inits: &[Value], params: &[Value], yields: &[Value], results: &[Value]) {
        for from in [inits, yields] {
            self.all_flow(from, params);
            self.all_flow(from, results);
        }
    }
}
