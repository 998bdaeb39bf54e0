//! What is found out before lowering: the shape of every variable, which variables may be active
//! ("tainted"), and which ones live in opaque code only.
//!
//! Both are least fixpoints over the whole body without regard to order: first taint, then opacity (which
//! depends on it, and not the other way round).

use super::calls::{Named, named};
use super::shape::Shape;
use super::walk;
use crate::hir::{self, Block, Expr, ExprKind, Pat, PatKind, Stmt, StmtKind, Var};
use crate::ir::FloatTy;
use std::cell::RefCell;
use std::collections::HashMap;

/// The facts of a function.
pub struct Facts<'a> {
    pub(super) f: &'a hir::Fn,
    /// Per variable.
    shape: Vec<Shape>,
    tainted: Vec<bool>,
    opaque: Vec<bool>,
    asserted: Vec<bool>,
    /// Results of calls that are used as integers.
    counted: Vec<bool>,
    /// `(r, a)`: `r` is a mutable reference into `a`.
    aliases: Vec<(Var, Var)>,
    /// Shape and taint per expression, for the variables' current state.
    memo: RefCell<HashMap<*const Expr, (Shape, bool)>>,
    changed: bool,
}

impl<'a> Facts<'a> {
    /// Finds out.
    pub fn of(f: &'a hir::Fn) -> Facts<'a> {
        let n = f.vars.len();
        let mut facts = Facts {
            f,
            shape: vec![Shape::Unknown; n],
            tainted: vec![false; n],
            opaque: vec![false; n],
            asserted: vec![false; n],
            counted: vec![false; n],
            aliases: Vec::new(),
            memo: RefCell::default(),
            changed: true,
        };
        facts.fixpoint(|s| s.block(&s.f.body));
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
                self.bind(&p.pat, &Shape::of(&p.ty), p.active);
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

    fn taint(&mut self, v: Var) {
        let may = self.var(v).may_carry();
        let t = &mut self.tainted[v.0 as usize];
        if may && !*t {
            *t = true;
            self.changed = true;
        }
    }

    fn set_opaque(&mut self, v: Var) {
        let o = &mut self.opaque[v.0 as usize];
        self.changed |= !*o;
        *o = true;
    }

    fn assert(&mut self, v: Var) {
        let unknown = self.var(v) == Shape::Unknown && !self.f.vars[v.0 as usize].opaquely_mutated;
        if unknown {
            self.asserted[v.0 as usize] = true;
            self.changed = true;
        }
    }

    fn bind(&mut self, p: &Pat, shape: &Shape, tainted: bool) {
        match (&p.kind, shape) {
            (PatKind::Var(v), _) => {
                let old = &mut self.shape[v.0 as usize];
                // A variable that is initialised later keeps the shape of its first value.
                if *old != *shape && *shape != Shape::Unknown {
                    *old = shape.clone();
                    self.changed = true;
                }
                if tainted {
                    self.taint(*v);
                }
            }
            (PatKind::Tuple(ps), s) => {
                let (parts, by_ref) = match s {
                    Shape::Tuple(ts) => (ts.clone(), false),
                    Shape::Ref(_, t) => match &**t {
                        Shape::Tuple(ts) => (ts.clone(), true),
                        _ => (Vec::new(), false),
                    },
                    _ => (Vec::new(), false),
                };
                for (i, p) in ps.iter().enumerate() {
                    let part = parts.get(i).cloned().unwrap_or(Shape::Unknown);
                    self.bind(p, &referenced(part, by_ref), tainted);
                }
            }
            (PatKind::Array(ps), s) => {
                let by_ref = matches!(s, Shape::Ref(..));
                let part = element(s);
                ps.iter().for_each(|p| self.bind(p, &referenced(part.clone(), by_ref), tainted));
            }
            (PatKind::Ref(p), Shape::Ref(_, t)) => self.bind(p, t, tainted),
            (PatKind::Ref(p), _) => self.bind(p, &Shape::Unknown, tainted),
            (PatKind::Other(vs), _) => vs.iter().filter(|_| tainted).for_each(|v| self.taint(*v)),
            (PatKind::Wild | PatKind::Const, _) => {}
        }
    }

    // Taint.

    fn block(&mut self, b: &'a Block) {
        for s in &b.stmts {
            match &s.kind {
                StmtKind::Let { pat, init, els, .. } => {
                    init.iter().for_each(|e| self.effects(e));
                    els.iter().for_each(|b| self.block(b));
                    let (shape, tainted) = self.let_fact(s);
                    if let (PatKind::Var(r), Some(init)) = (&pat.kind, init) {
                        self.alias(*r, init);
                    }
                    self.bind(pat, &shape, tainted);
                }
                StmtKind::Expr(e) => self.effects(e),
            }
        }
        b.tail.iter().for_each(|e| self.effects(e));
    }

    /// The shape and taint that a `let` binds.
    pub fn let_fact(&self, s: &Stmt) -> (Shape, bool) {
        let StmtKind::Let { pat, ty, init, .. } = &s.kind else { return (Shape::Unit, false) };
        let declared = match (&pat.kind, ty) {
            (_, Some(ty)) => Shape::of(ty),
            (PatKind::Var(v), None) if self.counted[v.0 as usize] => self.var(*v),
            _ => Shape::Unknown,
        };
        let Some(init) = init else { return (declared, false) };
        let (found, tainted) = self.fact(init);
        let shape = match (&declared, &found) {
            // An unsized coercion changes what the tokens say, but not what the reference points to.
            (Shape::Unknown, _) | (Shape::Ref(..), Shape::Ref(..)) => found,
            _ => declared,
        };
        let carries = tainted && shape.may_carry();
        (shape, carries)
    }

    /// Remembers that `r` is a mutable reference into the variable that `init` borrows.
    fn alias(&mut self, r: Var, init: &Expr) {
        let target = match &init.kind {
            ExprKind::Ref(true, place) => walk::root(place),
            ExprKind::Var(a) if matches!(self.var(*a), Shape::Ref(true, _)) => Some(*a),
            _ => None,
        };
        if let Some(a) = target.filter(|a| !self.aliases.contains(&(r, *a))) {
            self.aliases.push((r, a));
            self.changed = true;
        }
    }

    /// Walks over an expression for what it binds and assigns.
    fn effects(&mut self, e: &'a Expr) {
        match &e.kind {
            ExprKind::Block(b) | ExprKind::Loop { body: b, .. } => return self.block(b),
            ExprKind::If(c, then, els) => {
                self.effects(c);
                self.block(then);
                return els.iter().for_each(|e| self.effects(e));
            }
            ExprKind::While { cond, body, .. } => {
                self.effects(cond);
                return self.block(body);
            }
            ExprKind::For { pat, iter, body, .. } => {
                self.effects(iter);
                let (shape, tainted) = self.item(iter);
                self.bind(pat, &shape, tainted);
                return self.block(body);
            }
            ExprKind::Assign(lhs, rhs) => self.assign(lhs, rhs),
            ExprKind::AssignOp(_, lhs, rhs) => {
                let tainted = self.tainted(rhs);
                if tainted {
                    walk::root(lhs).into_iter().for_each(|v| self.taint(v));
                }
                if let (ExprKind::Var(v), true) = (&lhs.kind, tainted || self.tainted(lhs)) {
                    self.assert(*v);
                }
                if self.tainted(lhs) {
                    self.assert_operand(rhs);
                }
            }
            ExprKind::Binary(op, a, b) if is_arithmetic(*op) && self.tainted(e) => {
                self.assert_operand(a);
                self.assert_operand(b);
            }
            ExprKind::Index(base, i) if element(&self.shape(base)).is_known() => self.count(i),
            ExprKind::Range { lo: Some(lo), hi: Some(hi), .. } => {
                let int = |e: &Expr| matches!(self.shape(e), Shape::Int(_));
                match (int(lo), int(hi)) {
                    (true, false) => self.count(hi),
                    (false, true) => self.count(lo),
                    _ => {}
                }
            }
            ExprKind::Method { recv, name, args, .. } => {
                self.method_effects(e, recv, &name.to_string(), args)
            }
            ExprKind::Call { args, .. } | ExprKind::CallVar(_, args) => self.call_effects(e, args),
            ExprKind::Macro(_) | ExprKind::Unknown(_) if self.reads_tainted(e) => {
                // `write!` only writes text to its target.
                let text = matches!(&e.kind, ExprKind::Macro(name) if name.starts_with("write"));
                let mutated = |v: &Var| self.f.vars[v.0 as usize].opaquely_mutated;
                let reads = e.reads.iter().skip(usize::from(text));
                let vars: Vec<Var> = reads.map(|r| r.1).filter(mutated).collect();
                vars.into_iter().for_each(|v| self.taint(v));
            }
            _ => {}
        }
        walk::children(e, &mut |c| self.effects(c));
    }

    /// A passive variable of unknown type that meets an active value in arithmetic must be a float.
    fn assert_operand(&mut self, e: &Expr) {
        let e = if let ExprKind::Deref(inner) = &e.kind { inner } else { e };
        if let (ExprKind::Var(v), false) = (&e.kind, self.tainted(e)) {
            self.assert(*v);
        }
    }

    /// What indexes an array, or bounds a range of integers, is an integer: not active, even if a call with
    /// active arguments made it.
    fn count(&mut self, e: &Expr) {
        let ExprKind::Var(v) = &e.kind else { return };
        if self.var(*v) == Shape::Unknown && self.is_tainted(*v) {
            self.counted[v.0 as usize] = true;
            self.changed = true;
        }
    }

    fn assign(&mut self, lhs: &'a Expr, rhs: &'a Expr) {
        let (shape, tainted) = self.fact(rhs);
        walk::targets(lhs, &mut |t| {
            let Some(v) = walk::root(t) else { return };
            let whole = matches!(t.kind, ExprKind::Var(_));
            let declared = self.f.vars[v.0 as usize].ty.is_some();
            if whole && std::ptr::eq(t, lhs) && self.var(v) == Shape::Unknown && !declared {
                // A variable that is declared first and initialised later.
                if shape != Shape::Unknown && !self.opaque[v.0 as usize] {
                    self.shape[v.0 as usize] = shape.clone();
                    self.changed = true;
                } else if tainted {
                    self.assert(v);
                }
            }
            if tainted {
                self.taint(v);
            }
        });
    }

    /// A method that is not known, called with something active, may write it into its receiver.
    fn method_effects(&mut self, e: &Expr, recv: &Expr, name: &str, args: &[Expr]) {
        if self.method_is_known(recv, name, args) || !self.reads_tainted(e) {
            return;
        }
        let tainted = args.iter().any(|a| self.tainted(a)) || self.tainted(recv);
        let receiver = walk::root(recv).filter(|v| tainted && self.is_changeable(*v));
        receiver.into_iter().for_each(|v| self.taint(v));
        self.call_effects(e, args);
    }

    /// A call with an active argument makes what its `&mut` arguments point to active.
    fn call_effects(&mut self, e: &Expr, args: &[Expr]) {
        let receiver = match &e.kind {
            ExprKind::Method { recv, .. } => self.tainted(recv),
            ExprKind::CallVar(v, _) => self.is_tainted(*v),
            _ => false,
        };
        if !receiver && !args.iter().any(|a| self.tainted(a)) {
            return;
        }
        for a in args {
            if let (true, Some(v)) = (self.lends_mutably(a), walk::root(a)) {
                self.taint(v);
            }
        }
    }

    /// Whether an argument lets the callee write to a variable.
    fn lends_mutably(&self, a: &Expr) -> bool {
        matches!(a.kind, ExprKind::Ref(true, _)) || matches!(self.shape(a), Shape::Ref(true, _))
    }

    /// Whether code that names a variable can change it.
    fn is_changeable(&self, v: Var) -> bool {
        self.f.vars[v.0 as usize].mutable
            || matches!(self.shape[v.0 as usize], Shape::Ref(true, _) | Shape::Unknown)
    }

    // Opacity.

    fn opacity_block(&mut self, b: &'a Block) {
        for s in &b.stmts {
            match &s.kind {
                StmtKind::Let { pat, init, .. } => {
                    if self.let_is_copied(s) {
                        walk::bound(pat, &mut |v| {
                            if !(self.is_asserted(v) || self.is_tainted(v)) {
                                self.set_opaque(v);
                            }
                        });
                        init.iter().for_each(|e| self.changed_by_copy(e));
                    }
                    init.iter().for_each(|e| self.opacity(e));
                }
                StmtKind::Expr(e) => self.opacity(e),
            }
        }
        b.tail.iter().for_each(|e| self.opacity(e));
    }

    /// What opaque code assigns to, or lends mutably, lives in opaque code.
    fn opacity(&mut self, e: &'a Expr) {
        if self.is_copied(e) {
            return self.changed_by_copy(e);
        }
        match &e.kind {
            ExprKind::Block(b) => self.opacity_block(b),
            ExprKind::If(c, then, els) => {
                self.opacity(c);
                self.opacity_block(then);
                els.iter().for_each(|e| self.opacity(e));
            }
            ExprKind::While { cond, body, .. } => {
                self.opacity(cond);
                self.opacity_block(body);
            }
            ExprKind::For { iter, body, .. } => {
                self.opacity(iter);
                self.opacity_block(body);
            }
            _ => walk::children(e, &mut |c| self.opacity(c)),
        }
    }

    fn changed_by_copy(&mut self, e: &Expr) {
        let mut vars = Vec::new();
        walk::assigned(e, &mut vars);
        walk::each(e, &mut |e| self.lent(e, &mut vars));
        vars.retain(|v| !self.is_tainted(*v));
        vars.into_iter().for_each(|v| self.set_opaque(v));
    }

    /// The variables that an expression in opaque code may change without an assignment.
    pub(super) fn lent(&self, e: &Expr, out: &mut Vec<Var>) {
        match &e.kind {
            ExprKind::Ref(true, place) => out.extend(walk::root(place)),
            ExprKind::Method { recv, name, args, .. }
                if !self.method_is_known(recv, &name.to_string(), args) =>
            {
                out.extend(walk::root(recv).filter(|v| self.f.vars[v.0 as usize].mutable));
                out.extend(walk::root(recv).filter(|v| matches!(self.var(*v), Shape::Ref(true, _))));
            }
            _ => {}
        }
        if let ExprKind::Call { args, .. } | ExprKind::CallVar(_, args) | ExprKind::Method { args, .. } =
            &e.kind
        {
            out.extend(args.iter().filter(|a| self.lends_mutably(a)).filter_map(walk::root));
        }
    }

    /// The shape of what an iterator hands out, and whether it may be active.
    fn item(&self, iter: &Expr) -> (Shape, bool) {
        match super::iter::classify(self, iter) {
            Some(source) => source.item(self),
            None => (Shape::Unknown, self.tainted(iter)),
        }
    }

    /// Whether a method call is one that the compiler understands (and that changes nothing).
    pub fn method_is_known(&self, recv: &Expr, name: &str, args: &[Expr]) -> bool {
        !matches!(super::method::classify(self, recv, name, args), super::method::Method::Other)
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

/// `&T`, if the whole was matched by reference.
fn referenced(s: Shape, by_ref: bool) -> Shape {
    if by_ref { Shape::Ref(false, Box::new(s)) } else { s }
}
