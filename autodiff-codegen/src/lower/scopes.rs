//! Blocks whose end can be noticed, since what copied code has made in them is dropped there.
//!
//! A block is lowered into the code around it, so that the variables of copied code that it declares would live on: a
//! lock would be held, a `RefCell` borrowed, and destructors would run too late. So a block that may end the life of
//! something that has a destructor becomes a region of its own: an `if` that is always taken, of which the emitter
//! makes a block. Rust itself knows what is dropped at its end, in what order, and what has been moved by then.

use super::facts::Facts;
use super::shape::Shape;
use super::{Lower, Res, Val, walk};
use crate::hir::{Block, Expr, ExprKind, Stmt, StmtKind, Type, Var};
use crate::ir::{Const, Op, Ty, Value};
use crate::tables::HashSet;
use quote::quote;

/// The blocks whose end can be noticed.
pub(super) fn find(facts: &Facts<'_>) -> HashSet<*const Block> {
    let mut finder = Finder { facts, found: HashSet::default(), droppable: HashSet::default() };
    finder.block(&facts.f.body, true);
    finder.found
}

struct Finder<'s, 'a> {
    facts: &'s Facts<'a>,
    found: HashSet<*const Block>,
    /// The variables that may have a destructor, of those seen so far.
    droppable: HashSet<Var>,
}

impl Finder<'_, '_> {
    /// `region`: what it declares ends with it anyway, since it is emitted as a block, or nothing comes after it.
    fn block(&mut self, b: &Block, region: bool) {
        for s in &b.stmts {
            match &s.kind {
                StmtKind::Let { init, .. } => init.iter().for_each(|e| self.expr(e, false)),
                StmtKind::Expr(e) => self.expr(e, false),
            }
            self.declared(s);
        }
        b.tail.iter().for_each(|e| self.expr(e, region));
    }

    fn expr(&mut self, e: &Expr, region: bool) {
        // Copied code is a block where the user's is.
        if self.facts.is_copied(e) {
            return;
        }
        match &e.kind {
            ExprKind::Block(b) if !region && self.may_stand_alone(e, b) => self.candidate(b),
            ExprKind::Block(b) => self.block(b, region),
            ExprKind::Labelled(_, b) if self.may_stand_alone(e, b) => self.candidate(b),
            ExprKind::If(c, then, els) => {
                self.expr(c, false);
                // What comes after an arm that is the only one to go on is part of it, unless it is asked not to be.
                match self.may_stand_alone(e, then) {
                    true => self.candidate(then),
                    false => self.block(then, true),
                }
                match els.as_deref() {
                    Some(Expr { kind: ExprKind::Block(b), .. }) if self.may_stand_alone(e, b) => {
                        self.candidate(b);
                    }
                    els => els.iter().for_each(|e| self.expr(e, true)),
                }
            }
            ExprKind::For { iter, body, .. } => {
                self.expr(iter, false);
                self.block(body, true);
            }
            ExprKind::While { cond, body, .. } => {
                self.expr(cond, false);
                self.block(body, true);
            }
            ExprKind::Loop { body, .. } => self.block(body, true),
            _ => walk::children(e, &mut |c| self.expr(c, false)),
        }
    }

    /// A block that can be a region, if what it declares wants it.
    fn candidate(&mut self, b: &Block) {
        self.block(b, true);
        let declared: Vec<Var> = b.stmts.iter().flat_map(|s| self.variables(s)).collect();
        if declared.iter().any(|v| self.droppable.contains(v)) && !self.lends(b, &declared) {
            self.found.insert(b);
        }
    }

    /// Whether a block lends what it declares to a function with a derivative, whose reverse part may want it again:
    /// there may be no copy of it that could outlive the block.
    fn lends(&self, b: &Block, declared: &[Var]) -> bool {
        let lent = |a: &Expr| {
            self.facts.shape(a).scalar().is_none() && a.reads.iter().any(|(_, v)| declared.contains(v))
        };
        walk::block_any(b, &|e| match &e.kind {
            _ if self.facts.is_copied(e) => false,
            ExprKind::Call { args, .. } | ExprKind::CallVar(_, args) => args.iter().any(lent),
            ExprKind::Method { recv, args, .. } => {
                lent(recv) && !self.facts.tainted(recv) || args.iter().any(lent)
            }
            _ => false,
        })
    }

    fn variables(&self, s: &Stmt) -> Vec<Var> {
        let mut vars = Vec::new();
        match &s.kind {
            StmtKind::Let { pat, .. } => walk::bound(pat, &mut |v| vars.push(v)),
            StmtKind::Expr(Expr { kind: ExprKind::Bind(choice, k), .. }) => {
                vars.extend(&choice.arms[*k].wanted);
            }
            StmtKind::Expr(_) => {}
        }
        vars
    }

    /// Notes which variables of a statement may have a destructor.
    fn declared(&mut self, s: &Stmt) {
        let made = match &s.kind {
            StmtKind::Let { init: Some(init), .. } => self.facts.let_is_copied(s) && self.makes(init),
            // A variable without a value gets one later.
            StmtKind::Let { init: None, .. } => true,
            StmtKind::Expr(Expr { kind: ExprKind::Bind(choice, _), .. }) => !self.facts.is_structural(choice),
            StmtKind::Expr(_) => false,
        };
        if made {
            let facts = self.facts;
            let unknown = |v: &Var| {
                let shape = facts.var(*v);
                !shape.is_known() && !facts.is_tainted(*v) && !facts.is_asserted(*v) && !facts.is_given(*v)
            };
            let vars = self.variables(s).into_iter().filter(unknown);
            self.droppable.extend(vars);
        }
    }

    /// Whether copied code may make something that has a destructor whose work can be seen.
    fn makes(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Var(v) => self.droppable.contains(v),
            ExprKind::Struct { .. } => true,
            ExprKind::Tuple(es) | ExprKind::Array(es) => es.iter().any(|e| self.makes(e)),
            ExprKind::Closure(closure) => {
                closure.moves && e.reads.iter().any(|(_, v)| self.droppable.contains(v))
            }
            // Numbers, as far as anybody would write them, and what only frees memory.
            ExprKind::Lit(_)
            | ExprKind::Path(_)
            | ExprKind::Neg(_)
            | ExprKind::Not(_)
            | ExprKind::Binary(..)
            | ExprKind::Cast(..)
            | ExprKind::Index(..)
            | ExprKind::Range { .. }
            | ExprKind::Vec(_)
            | ExprKind::VecRepeat(..)
            | ExprKind::Repeat(..)
            | ExprKind::Macro(_) => false,
            _ => !crate::analysis::once::only_reads(&e.tokens),
        }
    }

    /// Whether all that a block hands out can be handed out by a region.
    fn may_stand_alone(&self, e: &Expr, b: &Block) -> bool {
        let facts = self.facts;
        walk::block_assigned(b).into_iter().all(|v| facts.is_opaque(v) || facts.var(v).is_known())
            && is_plain(&facts.shape(e))
    }
}

/// Whether a region hands out values of this shape without a doubt.
fn is_plain(shape: &Shape) -> bool {
    match shape {
        Shape::Unit | Shape::Never => true,
        Shape::Tuple(ts) => ts.iter().all(is_plain),
        Shape::Option(t) => is_plain(t),
        Shape::Place(ty) => ty.is_fixed() || super::slot::is_made_before(ty),
        shape => shape.scalar().is_some(),
    }
}

impl<'a> Lower<'a, '_> {
    /// Whether a block has to be a region of its own.
    pub(super) fn is_scope(&self, b: &Block) -> bool {
        self.scopes.contains(&(b as *const Block))
    }

    /// Whether an arm of an `if` has to end before what comes after the `if`: one that is left for good has.
    pub(super) fn ends_before(&self, then: &Block, els: Option<&Expr>) -> bool {
        let goes_on = |b: &Block| self.is_scope(b) && self.facts.falls_through(b);
        goes_on(then) || matches!(els, Some(Expr { kind: ExprKind::Block(b), .. }) if goes_on(b))
    }

    /// The condition that holds always, of which no pass knows that it does.
    pub(super) fn taken_always(&mut self) -> Value {
        self.push(Op::Const(Const::always()), Ty::Bool)
    }

    /// The other arm.
    pub(super) fn never_taken(&mut self) {
        self.effect(Op::Exit { code: quote!(::core::unreachable!()), reads: Vec::new() });
        self.dead = true;
    }

    /// Such a block, with a value.
    pub(super) fn scope(&mut self, e: &'a Expr, b: &'a Block, hint: Option<&Type>) -> Res<Val> {
        let target = self.target_of(e, hint)?;
        let known = target.shape.to_type();
        let hint = known.as_ref().or(hint);
        let vars = self.assigned_here(b, None);
        let cond = self.taken_always();
        let first = self.arm(|s| {
            let val = s.block(b, hint)?;
            s.hand_out(val, &target, e)
        })?;
        let second = self.arm(|s| {
            s.never_taken();
            Ok(Val::Never)
        })?;
        self.join(cond, vars, first, second, e)
    }

    /// Such a block, for its effect.
    pub(super) fn unit_scope(&mut self, e: &'a Expr, b: &'a Block) -> Res<()> {
        let vars = self.assigned_here(b, None);
        let cond = self.taken_always();
        let first = self.arm(|s| s.unit_block(b).map(|()| Val::Unit))?;
        let second = self.arm(|s| {
            s.never_taken();
            Ok(Val::Never)
        })?;
        self.join(cond, vars, first, second, e).map(drop)
    }
}
