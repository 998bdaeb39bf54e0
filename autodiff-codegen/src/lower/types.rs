//! The types of literals without a suffix, and of all that they meet: found by unification.

use crate::ir::{Const, FloatTy, Func, Op, Place, PlaceTy, Ty, Value};
use crate::tables::HashMap;

/// What has a scalar type to be found.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Node {
    /// A value.
    Value(Value),
    /// The elements of a place.
    Place(Place),
}

/// A union-find over values and places.
#[derive(Default)]
pub struct Types {
    ids: HashMap<Node, usize>,
    nodes: Vec<Node>,
    parent: Vec<usize>,
    /// The type of a class, at its root, once something in it has a known one.
    found: Vec<Option<Ty>>,
}

impl Types {
    /// Says that two things have the same scalar type.
    pub fn unify(&mut self, func: &Func, a: Node, b: Node) {
        // The fields of a struct are of many types, and a float says nothing of the integer beside it.
        let integer = |node| scalar(func, node).map(Ty::is_constant);
        let other = matches!((integer(a), integer(b)), (Some(a), Some(b)) if a != b);
        if is_mixed(func, a) || is_mixed(func, b) || other {
            return;
        }
        let (a, b) = (self.id(func, a), self.id(func, b));
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            let other = self.found[b].take();
            self.parent[b] = a;
            self.found[a] = self.found[a].take().or(other);
        }
    }

    /// Says what scalar type something has.
    pub fn know(&mut self, func: &Func, a: Node, ty: &Ty) {
        let a = self.id(func, a);
        let a = self.root(a);
        if self.found[a].is_none() && is_precise(ty) {
            self.found[a] = Some(ty.clone());
        }
    }

    /// The scalar type of something, as far as found.
    pub fn get(&mut self, func: &Func, a: Node) -> Option<Ty> {
        let own = scalar(func, a)?.clone();
        if is_precise(&own) {
            return Some(own);
        }
        let id = self.id(func, a);
        let root = self.root(id);
        Some(self.found[root].clone().filter(|t| fits(&own, t)).unwrap_or(own))
    }

    /// Takes this for the type of every float that nothing else is known of, but for literals and what meets them:
    /// a literal is never of a type parameter's type.
    pub fn otherwise(&mut self, func: &Func, ty: &Ty) {
        let mut literals = Vec::new();
        func.body.each_stmt(&mut |s| {
            if matches!(s.op, Op::Const(Const::Float { .. })) {
                literals.extend(s.results.iter().copied());
            }
        });
        let literals: Vec<usize> = literals
            .into_iter()
            .map(|v| {
                let id = self.id(func, Node::Value(v));
                self.root(id)
            })
            .collect();
        let unknown = |t: &Ty| *t == Ty::Float(FloatTy::Unknown);
        let values = (0..func.values.len()).map(|i| Node::Value(Value(i as u32)));
        let places = (0..func.places.len()).map(|i| Node::Place(Place(i as u32)));
        for node in values.chain(places) {
            if scalar(func, node).is_some_and(unknown) {
                let id = self.id(func, node);
                let root = self.root(id);
                if self.found[root].is_none() && !literals.contains(&root) {
                    self.found[root] = Some(ty.clone());
                }
            }
        }
    }

    /// What stands for the type of something, if nothing is known of it.
    pub fn undetermined(&mut self, func: &Func, a: Node) -> Option<usize> {
        let numeric =
            scalar(func, a).is_some_and(|t| matches!(t, Ty::Float(FloatTy::Unknown) | Ty::Int(None)));
        if !numeric || is_mixed(func, a) {
            return None;
        }
        let id = self.id(func, a);
        let root = self.root(id);
        self.found[root].is_none().then_some(root)
    }

    /// Writes down what was found.
    pub fn resolve(mut self, func: &mut Func) {
        for i in 0..self.nodes.len() {
            let node = self.nodes[i];
            let Some(ty) = self.get(func, node) else { continue };
            match node {
                Node::Value(v) => func.values[v.0 as usize].ty = ty,
                Node::Place(p) => set_scalar(&mut func.places[p.0 as usize].ty, &ty),
            }
        }
    }

    fn id(&mut self, func: &Func, a: Node) -> usize {
        if let Some(id) = self.ids.get(&a) {
            return *id;
        }
        let id = self.nodes.len();
        self.ids.insert(a, id);
        self.nodes.push(a);
        self.parent.push(id);
        self.found.push(scalar(func, a).filter(|t| is_precise(t)).cloned());
        id
    }

    fn root(&mut self, mut a: usize) -> usize {
        while self.parent[a] != a {
            self.parent[a] = self.parent[self.parent[a]];
            a = self.parent[a];
        }
        a
    }
}

/// Whether something is made of scalars that need not be of one type.
fn is_mixed(func: &Func, a: Node) -> bool {
    matches!(a, Node::Place(p) if func.plc(p).ty.has_user_type())
}

fn scalar(func: &Func, a: Node) -> Option<&Ty> {
    match a {
        Node::Value(v) => Some(func.ty(v)),
        Node::Place(p) => func.plc(p).ty.scalar(),
    }
}

/// Sets the scalar type at the bottom; in tuples that of the floats.
pub fn set_scalar(place: &mut PlaceTy, ty: &Ty) {
    match place {
        PlaceTy::Scalar(t) if t.is_constant() && ty.is_float() => {}
        PlaceTy::Scalar(t) => *t = ty.clone(),
        PlaceTy::Array(t, _) | PlaceTy::Slice(t) | PlaceTy::Vec(t) => set_scalar(t, ty),
        PlaceTy::Tuple(ts) => ts.iter_mut().for_each(|t| set_scalar(t, ty)),
        PlaceTy::User(_) | PlaceTy::Unknown | PlaceTy::Cell => {}
    }
}

/// Whether nothing more can be found out about a type.
fn is_precise(t: &Ty) -> bool {
    !matches!(t, Ty::Float(FloatTy::Unknown) | Ty::Int(None) | Ty::Opaque | Ty::Pullback | Ty::Snapshot)
}

/// Whether a vague type may turn out to be the precise one.
fn fits(vague: &Ty, precise: &Ty) -> bool {
    matches!((vague, precise), (Ty::Float(_), Ty::Float(_)) | (Ty::Int(_), Ty::Int(_)))
}
