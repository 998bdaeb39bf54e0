//! Common subexpressions: what has been computed before, on every way here, is not computed again.
//!
//! The table of known expressions is scoped over the regions: what an arm or a loop body computes is forgotten
//! when it ends. Loads carry the version of the memory that they read: each write to a place, through whatever
//! view, makes a new version of its root, a loop makes one of all that it writes before it starts and after
//! it has ended, and so do the arms of an `if`. A load that repeats a primal one (`again`) meets it here.
//!
//! Constants stay where they are, for a literal reads better than a name from far away, but equal ones count as
//! the same operand.

use super::walk::Subst;
use crate::ir::*;
use crate::rules::{ADD, MUL, RuleId};
use crate::tables::{HashMap, HashSet};
use quote::ToTokens;
use std::collections::BTreeSet;

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let mut body = std::mem::take(&mut func.body);
    let repeated = repeated(func, &body);
    let mut cse = Cse {
        func,
        subst: Subst::default(),
        known: HashMap::default(),
        repeated,
        depth: 0,
        constants: HashMap::default(),
        first: HashMap::default(),
        scope: Vec::new(),
        versions: HashMap::default(),
        replaced: Vec::new(),
        next: 0,
        changed: false,
    };
    cse.block(&mut body);
    let changed = cse.changed;
    func.body = body;
    changed
}

/// See [`Cse::repeated`].
fn repeated(func: &Func, body: &Block) -> HashSet<Value> {
    let mut changed = HashSet::default();
    let mut loads = Vec::new();
    body.each_stmt(&mut |s| {
        changed.extend(s.op.places_written().into_iter().map(|p| func.root(p)));
        if let Op::Load { place, again: Some(v), .. } = &s.op {
            loads.push((func.root(*place), *v));
        }
    });
    loads.into_iter().filter(|(root, _)| changed.contains(root)).map(|(_, v)| v).collect()
}

/// An expression, up to equality of what it computes.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Elem(RuleId, Vec<Value>, Ty),
    IntOp(IntOp, Vec<Value>),
    Cmp(CmpOp, [Value; 2]),
    Cast(Value, Ty),
    AssertFloat(Value, Ty),
    Trips(Value, Value, bool, Option<Value>),
    Len(Place, u32),
    Sum(Place, u32, Ty),
    Dot([(Place, u32); 2], Ty),
    Load(Place, Vec<Step>, u32, Ty),
}

/// A constant, up to spelling.
#[derive(PartialEq, Eq, Hash)]
enum Constant {
    Float(String, Ty),
    Int(i128, Ty),
    Bool(bool),
    Path(String, Ty),
}

/// [`Proj`], hashable.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Step {
    Index(Value),
    At(Vec<Value>, bool),
    Slice(Option<Value>, Option<Value>),
    Field(u32),
    Member(String),
    Deref,
}

struct Cse<'a> {
    func: &'a mut Func,
    subst: Subst,
    /// The value of each expression, and how deep in regions it stands.
    known: HashMap<Key, (Value, usize)>,
    /// Loads that the reverse sweep repeats, of places that are written to somewhere.
    repeated: HashSet<Value>,
    depth: usize,
    /// The first constant of each value seen anywhere.
    constants: HashMap<Constant, Value>,
    /// For each constant, the first equal one.
    first: HashMap<Value, Value>,
    /// The keys added since the outermost scope began, in order.
    scope: Vec<Key>,
    /// The version of each root that has been written to.
    versions: HashMap<Place, u32>,
    /// What versions were before they were replaced, in order: to go back for an `else`.
    replaced: Vec<(Place, u32)>,
    next: u32,
    changed: bool,
}

impl Cse<'_> {
    fn block(&mut self, block: &mut Block) {
        let mark = self.scope.len();
        self.depth += 1;
        block.stmts.retain_mut(|stmt| self.stmt(stmt));
        self.depth -= 1;
        self.subst.apply_all(&mut block.yields);
        for key in self.scope.drain(mark..) {
            self.known.remove(&key);
        }
    }

    /// Whether the statement stays.
    fn stmt(&mut self, stmt: &mut Stmt) -> bool {
        self.subst.apply(&mut stmt.op);
        if let Op::Const(c) = &stmt.op {
            self.constant(c, stmt.results[0]);
            return true;
        }
        if let [result] = stmt.results[..]
            && let Some(key) = self.key(&stmt.op, result)
        {
            if let Some(&(v, depth)) = self.known.get(&key) {
                // The reverse sweep may repeat a load that stands in an arm because nothing is written on the ways
                // through that arm. Of a load before the branch, that could not be said.
                if depth < self.depth && self.repeated.contains(&result) {
                    return true;
                }
                self.subst.set(self.func, result, v);
                self.changed = true;
                return false;
            }
            self.scope.push(key.clone());
            self.known.insert(key, (result, self.depth));
            return true;
        }
        match &mut stmt.op {
            Op::If { then, els, .. } => self.choice(then, els),
            Op::For { .. } | Op::While { .. } => {
                let written = written(self.func, &stmt.op);
                self.write(&written);
                stmt.op.blocks_mut().into_iter().for_each(|b| self.block(b));
                self.write(&written);
            }
            op => {
                let written = written(self.func, op);
                self.write(&written);
            }
        }
        true
    }

    fn choice(&mut self, then: &mut Block, els: &mut Block) {
        let mark = self.replaced.len();
        self.block(then);
        let of_then: Vec<(Place, u32)> = self.replaced.drain(mark..).rev().collect();
        for (place, version) in &of_then {
            self.versions.insert(*place, *version);
        }
        self.block(els);
        let of_els: Vec<Place> = self.replaced[mark..].iter().map(|(p, _)| *p).collect();
        let either = of_then.into_iter().map(|(p, _)| p).chain(of_els).collect();
        self.write(&either);
    }

    fn write(&mut self, roots: &BTreeSet<Place>) {
        for root in roots {
            self.next += 1;
            let before = self.versions.insert(*root, self.next).unwrap_or(0);
            self.replaced.push((*root, before));
        }
    }

    fn version(&self, place: Place) -> u32 {
        self.versions.get(&self.func.root(place)).copied().unwrap_or(0)
    }

    /// Of equal constants the first; any other value itself.
    fn first(&self, v: Value) -> Value {
        self.first.get(&v).copied().unwrap_or(v)
    }

    fn constant(&mut self, c: &Const, result: Value) {
        let ty = self.func.ty(result).clone();
        let key = match c {
            Const::Float { value, text } => Constant::Float(float_key(*value, text), ty),
            Const::Int(n) => Constant::Int(*n, ty),
            Const::Bool(b) => Constant::Bool(*b),
            Const::Path(path) => Constant::Path(path.to_string(), ty),
        };
        let first = *self.constants.entry(key).or_insert(result);
        self.first.insert(result, first);
    }

    fn key(&self, op: &Op, result: Value) -> Option<Key> {
        let ty = || self.func.ty(result).clone();
        let first = |v: &Value| self.first(*v);
        let all = |vs: &[Value]| vs.iter().map(first).collect::<Vec<_>>();
        Some(match op {
            Op::Elem { rule, args } => {
                let commutes = *rule == ADD || *rule == MUL;
                Key::Elem(*rule, ordered(all(args), commutes), ty())
            }
            Op::Int { op, args } => Key::IntOp(*op, ordered(all(args), commutes(*op))),
            Op::Cmp { op, args } => Key::Cmp(*op, args.map(|v| self.first(v))),
            Op::Cast(v) => Key::Cast(first(v), ty()),
            Op::AssertFloat(v) => Key::AssertFloat(first(v), ty()),
            Op::Trips(r) => Key::Trips(first(&r.lo), first(&r.hi), r.inclusive, r.step.as_ref().map(first)),
            Op::Len(p) => Key::Len(*p, self.version(*p)),
            Op::SumPlace(p) => Key::Sum(*p, self.version(*p), ty()),
            Op::DotPlaces(a, b) => Key::Dot([a, b].map(|p| (*p, self.version(*p))), ty()),
            Op::Load { place, path, .. } => {
                let step = |p: &Proj| match p {
                    Proj::Index(v) => Step::Index(first(v)),
                    Proj::At(vs, array) => Step::At(vs.iter().map(first).collect(), *array),
                    Proj::Slice(a, b) => Step::Slice(a.as_ref().map(first), b.as_ref().map(first)),
                    Proj::Field(i) => Step::Field(*i),
                    Proj::Member(m, _) => Step::Member(m.name.to_token_stream().to_string()),
                    Proj::Deref => Step::Deref,
                };
                Key::Load(*place, path.iter().map(step).collect(), self.version(*place), ty())
            }
            _ => return None,
        })
    }
}

/// A literal is its text: at a width unknown here, two texts with the same `f64` may differ. Spelling aside.
fn float_key(value: f64, text: &str) -> String {
    if value == value.trunc() && value.abs() <= 2048.0 { format!("{value:?}") } else { text.replace('_', "") }
}

fn ordered(mut args: Vec<Value>, commutes: bool) -> Vec<Value> {
    if commutes {
        args.sort_unstable();
    }
    args
}

fn commutes(op: IntOp) -> bool {
    use IntOp::*;
    matches!(op, Add | Mul | And | Or | Xor | Min | Max | WrappingAdd)
}

/// The roots that an operation, its regions included, may write to or make anew.
fn written(func: &Func, op: &Op) -> BTreeSet<Place> {
    let mut out = BTreeSet::new();
    let mut own = |op: &Op| {
        out.extend(op.places_written().into_iter().chain(op.place_made()).map(|p| func.root(p)));
        // Opaque code could write to what it reaches.
        let reached = op.opaque_reads().into_iter().map(|p| func.root(p));
        out.extend(reached.filter(|p| func.plc(*p).mutable));
    };
    own(op);
    for b in op.blocks() {
        b.each_stmt(&mut |s| own(&s.op));
    }
    out
}
