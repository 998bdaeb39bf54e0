//! What is found out before lowering: the shape of every variable, which variables may be active
//! ("tainted"), and which ones live in opaque code only.
//!
//! Both are least fixpoints over the whole body without regard to order: first taint, then opacity (which
//! depends on it, and not the other way round).

use super::callee::{Named, named};
use super::rounds::OpenRange;
use super::shape::Shape;
use crate::hir::{self, Expr, ExprKind, Var};
use crate::ir::{FloatTy, UserTy};
use crate::tables::{HashMap, HashSet};
use proc_macro2::TokenStream;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The facts of a function.
pub struct Facts<'a> {
    pub(super) f: &'a hir::Fn,
    /// Per variable.
    pub(super) shape: Vec<Shape>,
    tainted: Vec<bool>,
    pub(super) opaque: Vec<bool>,
    asserted: Vec<bool>,
    /// Results of calls that are used as integers.
    pub(super) counted: Vec<bool>,
    /// Variables that start as something passive whose type is not known.
    pub(super) started: HashSet<Var>,
    /// Variables that are lent to callees without a look into them.
    pub(super) unseen: HashSet<Var>,
    /// Variables that start as an empty `Vec`.
    pub(super) vecs: Vec<bool>,
    /// The `collect()`s that are the function's result, of a `Vec` in an `Option` or `Result`.
    pub(super) handed: HashSet<*const Expr>,
    /// The variables that are `Option`s or `Result`s by what is done with them.
    pub(super) looked: HashSet<Var>,
    /// The expressions that are `Option`s or `Result`s by what is done with them.
    pub(super) asked: HashSet<*const Expr>,
    /// `(r, a)`: `r` is a mutable reference into `a`.
    pub(super) aliases: Vec<(Var, Var)>,
    /// The closures that variables are bound to.
    pub(super) closures: HashMap<Var, &'a hir::Closure>,
    /// What variables start as that is a struct of the user's, or may be.
    pub(super) made: HashMap<Var, &'a Expr>,
    /// The iterators that variables are bound to, as they were made.
    pub(super) iterators: HashMap<Var, &'a Expr>,
    /// The shapes of closures' parameters, over all calls.
    pub(super) params: HashMap<(*const hir::Closure, usize), Shape>,
    /// Shape and taint per expression, for the variables' current state.
    memo: RefCell<HashMap<*const Expr, (Shape, bool)>>,
    /// The fields that are taken for constants, each with its struct, by their text.
    pub(super) constants: RefCell<BTreeMap<(String, String), UserTy>>,
    /// Those that derivatives are taken to flow through, in structs that are in sight.
    pub(super) flowing: RefCell<BTreeMap<(String, String), UserTy>>,
    /// The structs that are indexed, and the type of the index, by their text.
    pub(super) indexed: RefCell<BTreeMap<(String, String), (UserTy, TokenStream)>>,
    /// The floats that are made of the bits of active ones.
    pub(super) remade: HashMap<*const Expr, super::bits::Remade<'a>>,
    pub(super) changed: bool,
}

impl<'a> Facts<'a> {
    /// Finds out.
    pub fn of(f: &'a hir::Fn) -> Facts<'a> {
        let mut facts = Facts::beside(f, HashMap::default());
        // What is made of the bits of active floats is active as well, and so may be what is made of its own.
        for _ in 0..8 {
            let remade = super::bits::remade(&facts);
            if remade.len() <= facts.remade.len() {
                break;
            }
            facts = Facts::beside(f, remade);
        }
        facts
    }

    /// Finds out what there is beside floats that are made of bits.
    fn beside(f: &'a hir::Fn, remade: HashMap<*const Expr, super::bits::Remade<'a>>) -> Facts<'a> {
        let n = f.vars.len();
        let mut facts = Facts {
            f,
            shape: vec![Shape::Unknown; n],
            tainted: vec![false; n],
            opaque: vec![false; n],
            asserted: vec![false; n],
            counted: vec![false; n],
            started: HashSet::default(),
            unseen: HashSet::default(),
            vecs: vec![false; n],
            handed: super::options::handed_on(f),
            looked: super::options::looked_into(f),
            asked: super::options::asked(f),
            aliases: Vec::new(),
            closures: HashMap::default(),
            made: HashMap::default(),
            iterators: HashMap::default(),
            params: HashMap::default(),
            memo: RefCell::default(),
            constants: RefCell::default(),
            flowing: RefCell::default(),
            indexed: RefCell::default(),
            remade,
            changed: true,
        };
        facts.fixpoint(|s| {
            s.block(&s.f.body);
            s.told_by_result();
        });
        for (v, info) in f.vars.iter().enumerate() {
            facts.opaque[v] = info.opaquely_mutated;
        }
        facts.fixpoint(|s| s.opacity_block(&s.f.body));
        facts
    }

    /// Repeats until nothing changes. Every fact changes only a bounded number of times; the bound on
    /// rounds is for safety.
    fn fixpoint(&mut self, round: impl Fn(&mut Self)) {
        for _ in 0..4 * self.f.vars.len() + 8 {
            self.changed = false;
            self.memo.borrow_mut().clear();
            for p in &self.f.params {
                let shape = if p.active { Shape::of(&p.ty) } else { self.linear_constant_of(p) };
                self.bind(&p.pat, &shape, p.active);
            }
            round(self);
            for (r, a) in self.aliases.clone() {
                if self.is_tainted(r) {
                    self.taint(a);
                }
                if self.is_opaque(r) && !self.is_tainted(a) {
                    self.set_opaque(a);
                }
            }
            if !self.changed {
                break;
            }
        }
        self.memo.borrow_mut().clear();
    }

    /// The shape of a variable.
    pub fn var(&self, v: Var) -> Shape {
        match &self.shape[v.0 as usize] {
            Shape::Unknown if self.counted[v.0 as usize] => Shape::Int(None),
            Shape::Unknown if self.asserted[v.0 as usize] => Shape::Float(FloatTy::Unknown),
            s => s.clone(),
        }
    }

    /// Whether an active value may flow into the variable.
    pub fn is_tainted(&self, v: Var) -> bool {
        self.tainted[v.0 as usize] && !self.counted[v.0 as usize]
    }

    /// Whether the variable lives in opaque code only: it is declared, assigned and read verbatim.
    pub fn is_opaque(&self, v: Var) -> bool {
        self.opaque[v.0 as usize]
    }

    /// Whether the variable's value is of unknown type, and used where it must be a float.
    pub fn is_asserted(&self, v: Var) -> bool {
        self.asserted[v.0 as usize]
    }

    /// The shape of an expression.
    pub fn shape(&self, e: &Expr) -> Shape {
        self.fact(e).0
    }

    /// Whether an active value may flow into the expression's value.
    pub fn tainted(&self, e: &Expr) -> bool {
        self.fact(e).1
    }

    /// Whether the expression reads a variable that may be active, for whatever end.
    pub fn reads_tainted(&self, e: &Expr) -> bool {
        e.reads.iter().any(|(_, v)| self.is_tainted(*v))
    }

    /// Both.
    pub fn fact(&self, e: &Expr) -> (Shape, bool) {
        let key = e as *const Expr;
        if let Some(known) = self.memo.borrow().get(&key) {
            return known.clone();
        }
        let (shape, carries) = self.find(e);
        let fact = (shape.clone(), carries && shape.may_carry());
        self.memo.borrow_mut().insert(key, fact.clone());
        fact
    }

    pub(super) fn taint(&mut self, v: Var) {
        let may = self.var(v).may_carry();
        let t = &mut self.tainted[v.0 as usize];
        if may && !*t {
            *t = true;
            self.changed = true;
        }
    }

    pub(super) fn set_opaque(&mut self, v: Var) {
        let o = &mut self.opaque[v.0 as usize];
        self.changed |= !*o;
        *o = true;
    }

    pub(super) fn assert(&mut self, v: Var) {
        let unknown = self.var(v) == Shape::Unknown && !self.f.vars[v.0 as usize].opaquely_mutated;
        if unknown {
            self.asserted[v.0 as usize] = true;
            self.changed = true;
        }
    }

    /// The shape of what an iterator hands out, and whether it may be active.
    pub(super) fn item(&self, iter: &Expr) -> (Shape, bool) {
        match (super::iter::classify(self, iter), OpenRange::of(self, iter)) {
            (Some(source), _) => source.item(self),
            (None, Some(range)) => (range.item(self), false),
            (None, None) => (Shape::Unknown, self.tainted(iter)),
        }
    }

    /// Whether a method call is one that the compiler understands (and that changes nothing).
    pub fn method_is_known(&self, recv: &Expr, name: &str, args: &[Expr]) -> bool {
        let lends =
            super::chain::lends_elements(name, args) && matches!(self.shape(recv).strip(), Shape::Place(_));
        lends
            || self.ends(recv, name).is_some()
            || !matches!(super::method::classify(self, recv, name, args), super::method::Method::Other)
    }

    /// Whether a method that is known changes what it is called on.
    pub fn method_writes(&self, recv: &Expr, name: &str, args: &[Expr]) -> bool {
        match super::method::classify(self, recv, name, args) {
            super::method::Method::Data(data) => data.writes(),
            super::method::Method::Picked => super::data::picked(self, recv).is_some_and(|p| p.mutable),
            _ => false,
        }
    }

    /// What a call's path says.
    pub fn named(&self, e: &Expr) -> Option<Named> {
        match &e.kind {
            ExprKind::Call { path, qself: false, args } => Some(named(self.f, path, args.len())),
            _ => None,
        }
    }
}

/// `a + b` and so on.
pub fn is_arithmetic(op: hir::BinOp) -> bool {
    use hir::BinOp::*;
    matches!(op, Add | Sub | Mul | Div | Rem)
}

/// The shape of an element.
pub fn element(s: &Shape) -> Shape {
    match s.strip() {
        Shape::Place(t) => t.elem().map_or(Shape::Unknown, Shape::of_place),
        _ => Shape::Unknown,
    }
}
