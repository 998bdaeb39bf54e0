//! How active values flow from variable to variable: one round over the body.

use super::facts::{Facts, element, is_arithmetic};
use super::shape::Shape;
use super::walk;
use crate::hir::{Block, Expr, ExprKind, PatKind, Stmt, StmtKind, Type, Var};

impl<'a> Facts<'a> {
    pub(super) fn block(&mut self, b: &'a Block) {
        for s in &b.stmts {
            match &s.kind {
                StmtKind::Let { pat, init, .. } => {
                    init.iter().for_each(|e| self.effects(e));
                    let (shape, tainted) = self.let_fact(s);
                    if let (PatKind::Var(r), Some(init)) = (&pat.kind, init) {
                        if let ExprKind::Closure(closure) = &init.kind {
                            self.closures.insert(*r, closure);
                        }
                        if matches!(init.kind, ExprKind::Struct { .. } | ExprKind::Call { .. }) {
                            self.made.insert(*r, init);
                        }
                        let captured =
                            || self.f.vars[r.0 as usize].mutable && self.is_captured(*r, &self.f.body);
                        if super::chain::method(self, init).is_some() && !captured() {
                            self.iterators.insert(*r, init);
                        }
                        self.vecs[r.0 as usize] |= super::data::is_new_vec(init);
                    }
                    if let (PatKind::Tuple(ps), Some(ExprKind::Tuple(es))) =
                        (&pat.kind, init.as_ref().map(|e| &e.kind))
                    {
                        for (p, e) in ps.iter().zip(es) {
                            if let PatKind::Var(v) = p.kind {
                                self.vecs[v.0 as usize] |= super::data::is_new_vec(e);
                            }
                        }
                    }
                    // What makes a struct is not looked into either, nor are functions that make arrays.
                    let made = |e: &Expr| self.named(e) == Some(super::callee::Named::Function);
                    let known = |e: &Expr, s: &Shape| {
                        let array = matches!(s, Shape::Place(_)) && made(e);
                        s.is_known() && Self::user_type(s).is_none() && !array
                    };
                    let open = |e: &Expr| !known(e, &self.shape(e)) && !super::data::is_new_vec(e);
                    if !tainted && init.as_ref().is_some_and(open) {
                        walk::bound(pat, &mut |v| self.started.extend([v]));
                    }
                    self.bind(pat, &shape, tainted);
                    init.iter().for_each(|init| self.alias(pat, init));
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
            (PatKind::Var(v), None) if init.as_ref().is_some_and(|e| self.bound_option(*v, e).is_some()) => {
                init.as_ref().and_then(|e| self.bound_option(*v, e)).unwrap_or(Shape::Unknown)
            }
            (PatKind::Var(v), None) if self.vecs[v.0 as usize] => self.var(*v),
            (PatKind::Var(v), None) if self.counted[v.0 as usize] => self.var(*v),
            _ => Shape::Unknown,
        };
        let Some(init) = init else { return (declared, false) };
        let (found, tainted) = self.fact(init);
        let found = match (&found, ty) {
            (Shape::Unknown, Some(Type::Vec(elem))) => self.vec_of_items(elem, init).unwrap_or(found),
            _ => found,
        };
        let shape = match (&declared, &found) {
            // An unsized coercion changes what the tokens say, but not what the reference points to.
            (Shape::Unknown, _) | (Shape::Ref(..), Shape::Ref(..)) => found,
            _ => declared,
        };
        let carries = tainted && shape.may_carry();
        (shape, carries)
    }

    /// `Vec<_>` of what a chain hands out.
    fn vec_of_items(&self, elem: &Type, init: &Expr) -> Option<Shape> {
        let hole = matches!(elem, Type::Other(tokens) if tokens.to_string() == "_");
        let consumer = super::consumer::classify(self, init).filter(|_| hole)?;
        let (item, tainted) = match consumer.what {
            super::consumer::What::Collect => consumer.chain.item(self),
            _ => return None,
        };
        let elem = match item {
            Shape::Unknown if tainted => Shape::Float(crate::ir::FloatTy::Unknown),
            item => item,
        };
        Some(Shape::Place(crate::ir::PlaceTy::Vec(Box::new(elem.elem_place()?))))
    }

    /// Remembers that what a pattern binds are mutable references into the variables that `init` borrows.
    fn alias(&mut self, pat: &crate::hir::Pat, init: &Expr) {
        let mut lent = Vec::new();
        walk::each(init, &mut |e| match &e.kind {
            ExprKind::Ref(true, place) => lent.extend(walk::root(place)),
            ExprKind::Var(a) if matches!(self.var(*a), Shape::Ref(true, _)) => lent.push(*a),
            ExprKind::Method { recv, name, args, .. } if self.method_lends(recv, &name.to_string(), args) => {
                lent.extend(walk::root(recv));
            }
            _ => {}
        });
        let mut bound = Vec::new();
        walk::bound(pat, &mut |r| bound.push(r));
        bound.retain(|r| matches!(self.var(*r), Shape::Ref(true, _)));
        for r in bound {
            lent.iter().filter(|a| **a != r).for_each(|a| self.add_alias(r, *a));
        }
    }

    /// Whether a method gives mutable references into what it is called on.
    fn method_lends(&self, recv: &Expr, name: &str, args: &[Expr]) -> bool {
        use super::data::Data;
        if self.lends_content(recv, name, args) {
            return true;
        }
        match super::method::classify(self, recv, name, args) {
            super::method::Method::Data(Data::SplitAt(m)) => m,
            super::method::Method::Data(Data::AsMutSlice | Data::Select) => true,
            super::method::Method::Picked => super::data::picked(self, recv).is_some_and(|p| p.mutable),
            _ => false,
        }
    }

    /// `r` is a mutable reference into `a`.
    pub(super) fn add_alias(&mut self, r: Var, a: Var) {
        if !self.aliases.contains(&(r, a)) {
            self.aliases.push((r, a));
            self.changed = true;
        }
    }

    /// Walks over an expression for what it binds and assigns.
    fn effects(&mut self, e: &'a Expr) {
        match &e.kind {
            ExprKind::Block(b) | ExprKind::Labelled(_, b) | ExprKind::Loop { body: b, .. } => {
                return self.block(b);
            }
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
                match super::chain::classify_into(self, iter) {
                    Some(chain) => self.bind_items(pat, &chain, false),
                    None => {
                        let (shape, tainted) = self.item(iter);
                        self.bind(pat, &shape, tainted);
                    }
                }
                return self.block(body);
            }
            ExprKind::Bind(choice, k) => self.bind_arm(choice, *k),
            ExprKind::Assign(lhs, rhs) => self.assign(lhs, rhs),
            ExprKind::AssignOp(op, lhs, rhs) => {
                let tainted = self.tainted(rhs);
                if tainted {
                    walk::root(lhs).into_iter().for_each(|v| self.taint(v));
                }
                let numbers = !self.is_user_operator(*op, lhs, rhs);
                if let (ExprKind::Var(v), true) = (&lhs.kind, tainted || self.tainted(lhs))
                    && numbers
                {
                    self.assert(*v);
                }
                if self.tainted(lhs) && numbers {
                    self.assert_operand(rhs);
                }
            }
            ExprKind::Binary(op, a, b)
                if is_arithmetic(*op) && self.tainted(e) && !self.is_user_operator(*op, a, b) =>
            {
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
                if !self.feed_mapped(e) {
                    self.feed_chain(recv, &name.to_string(), args);
                }
                self.method_effects(e, recv, &name.to_string(), args);
            }
            ExprKind::CallClosure(..) | ExprKind::CallNow(..) => {
                if let Some((closure, args)) = self.callee(e) {
                    self.feed_call(closure, args);
                }
            }
            ExprKind::Call { args, .. } | ExprKind::CallVar(_, args) => {
                self.feed_tabulated(e);
                self.feed_successors(e);
                self.call_effects(e, args);
            }
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
            if let (true, Shape::Option(_), Shape::Option(_)) = (whole, self.var(v), &shape) {
                let joined = self.var(v).join(shape.clone());
                if self.shape[v.0 as usize] != joined {
                    self.shape[v.0 as usize] = joined;
                    self.changed = true;
                }
            }
            if tainted {
                self.taint(v);
            }
        });
    }

    /// A method that is not known, called with something active, may write it into its receiver.
    fn method_effects(&mut self, e: &'a Expr, recv: &Expr, name: &str, args: &[Expr]) {
        if super::method::classify(self, recv, name, args) == super::method::Method::User {
            // What it writes to its receiver can't be active: it is annotated itself.
            return self.call_effects(e, args);
        }
        self.grow(recv, name, args);
        self.option_effects(e);
        if self.method_writes(recv, name, args) {
            let tainted = args.iter().any(|a| self.tainted(a));
            walk::root(recv).into_iter().filter(|_| tainted).for_each(|v| self.taint(v));
            return self.call_effects(e, args);
        }
        let chain = self.chain_fact(e).is_some() || self.opens_option(e);
        if chain || self.method_is_known(recv, name, args) || !self.reads_tainted(e) {
            return;
        }
        let tainted = args.iter().any(|a| self.tainted(a)) || self.tainted(recv);
        let receiver = walk::root(recv).filter(|v| tainted && self.is_changeable(*v));
        receiver.into_iter().for_each(|v| self.taint(v));
        self.call_effects(e, args);
    }

    /// What is put into a `Vec` that starts empty says what it holds.
    fn grow(&mut self, recv: &Expr, name: &str, args: &[Expr]) {
        let ExprKind::Var(v) = &recv.kind else { return };
        let index = v.0 as usize;
        if !self.vecs[index] {
            return;
        }
        let (arg, whole) = match (name, args) {
            ("push", [x]) | ("resize" | "insert", [_, x]) => (x, false),
            ("extend_from_slice" | "append" | "clone_from", [w]) => (w, true),
            ("resize_with", [_, f]) if self.closure(f).is_some() => (f, false),
            ("extend", [w]) => (super::data::elements_of(self, w).unwrap_or(w), true),
            _ => return,
        };
        let (shape, tainted) = match self.closure(arg) {
            Some(closure) => self.closure_result(closure),
            None => self.fact(arg),
        };
        let elem = match (whole, shape) {
            (true, s) if element(&s).is_known() => element(&s),
            // What a chain hands out.
            (true, _) => match super::chain::classify(self, arg).map(|chain| chain.item(self)) {
                Some((Shape::Unknown, true)) => Shape::Float(crate::ir::FloatTy::Unknown),
                Some((item, _)) => item,
                None => Shape::Unknown,
            },
            (false, Shape::Unknown) if tainted => Shape::Float(crate::ir::FloatTy::Unknown),
            (false, s) => s,
        };
        let Some(elem) = elem.elem_place() else { return };
        let found = Shape::Place(crate::ir::PlaceTy::Vec(Box::new(elem)));
        let joined = match &self.shape[index] {
            Shape::Unknown => found,
            known => known.clone().join(found),
        };
        if joined != self.shape[index] && joined != Shape::Unknown {
            self.shape[index] = joined;
            self.changed = true;
        }
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
            match walk::root(a).filter(|_| self.lends_mutably(a)) {
                Some(v) if self.is_lent_unseen(a, v) => drop(self.unseen.insert(v)),
                Some(v) => self.taint(v),
                None => {}
            }
        }
    }

    /// Whether an argument lends a variable as a whole, of a type that nothing is known of: a generator of random numbers, a
    /// log. Where what comes out of it could be active, it would be refused; so it is passive, and the callee has to agree.
    fn is_lent_unseen(&self, a: &Expr, v: Var) -> bool {
        let whole = match &a.kind {
            ExprKind::Ref(true, inner) => match &inner.kind {
                ExprKind::Deref(inner) => matches!(inner.kind, ExprKind::Var(_)),
                inner => matches!(inner, ExprKind::Var(_)),
            },
            kind => matches!(kind, ExprKind::Var(_)),
        };
        let known =
            self.is_tainted(v) || self.is_asserted(v) || self.looked.contains(&v) || self.is_indexed(v);
        whole && !known && *self.var(v).strip() == Shape::Unknown
    }

    /// Whether an argument lets the callee write to a variable.
    pub(super) fn lends_mutably(&self, a: &Expr) -> bool {
        matches!(a.kind, ExprKind::Ref(true, _)) || matches!(self.shape(a), Shape::Ref(true, _))
    }

    /// Whether code that names a variable can change it.
    fn is_changeable(&self, v: Var) -> bool {
        self.f.vars[v.0 as usize].mutable
            || matches!(self.shape[v.0 as usize], Shape::Ref(true, _) | Shape::Unknown)
    }
}
