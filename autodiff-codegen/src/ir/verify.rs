//! Checks that a program is well formed; run between all passes in tests and debug builds.
//!
//! * Each value and each place is defined exactly once, and used only where that definition dominates.
//! * Every operation has the operands, results and regions that it says, of types that fit.
//! * A place is written to only if it (and whatever it is a view of) is marked mutable.
//! * **The version rule** (`versions`): a load of the derivative that repeats one of the primal sees what the
//!   primal saw.
//!
//! The error names the statement. It is for the compiler's authors; users never see it.

use super::*;

mod ops;
mod types;
mod versions;

/// The statement for which a program is not well formed, if it is one that is to blame.
pub fn culprit(func: &Func) -> Option<&Stmt> {
    let mut c = Checker::new(func);
    c.func().err().and(c.at)
}

/// Whether the program is well formed; if not, the first reason why, with the statement in question.
pub fn verify(func: &Func) -> Result<(), String> {
    let mut c = Checker::new(func);
    let checked = c.func().map_err(|why| match c.at {
        Some(stmt) => format!("{}: {why}\n  at: {}", func.name, func.show_stmt(stmt)),
        None => format!("{}: {why}", func.name),
    });
    checked.and_then(|()| versions::check(func))
}

/// Whether something is defined, and where it may be used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Never,
    InScope,
    OutOfScope,
}

struct Checker<'a> {
    func: &'a Func,
    values: Vec<Seen>,
    places: Vec<Seen>,
    /// What is in scope, in order of definition, for leaving blocks.
    scope: Vec<Def>,
    /// The statement at hand, for messages.
    at: Option<&'a Stmt>,
}

#[derive(Clone, Copy)]
enum Def {
    Value(Value),
    Place(Place),
}

type Check = Result<(), String>;

/// `Err` with a formatted message unless the condition holds.
macro_rules! ensure {
    ($cond:expr, $($fmt:tt)*) => { if !$cond { return Err(format!($($fmt)*)); } };
}
use ensure;

impl<'a> Checker<'a> {
    fn new(func: &'a Func) -> Self {
        Checker {
            func,
            values: vec![Seen::Never; func.values.len()],
            places: vec![Seen::Never; func.places.len()],
            scope: Vec::new(),
            at: None,
        }
    }

    fn func(&mut self) -> Check {
        let func = self.func;
        for (i, info) in func.places.iter().enumerate() {
            if let PlaceKind::View { base } = info.kind {
                ensure!((base.0 as usize) < func.places.len(), "view @{i} of {base:?}, which isn't a place");
                ensure!(base.0 as usize != i, "place @{i} is a view of itself");
            }
        }
        for p in &func.params {
            self.param(&p.kind)?;
        }
        ensure!(func.body.params.is_empty(), "the function's body has block parameters");
        // The body's scope stays open: the result may name the places that it made.
        self.stmts(&func.body)?;
        self.at = None;
        self.ret(&func.ret)
    }

    fn param(&mut self, kind: &ParamKind) -> Check {
        match kind {
            ParamKind::Scalar(v, _) => self.define(*v),
            ParamKind::Place(p, mode) => {
                self.make(*p, &PlaceKind::Param)?;
                ensure!(
                    *mode != Mode::Ref || !self.func.plc(*p).mutable,
                    "parameter {} is a shared reference, but marked mutable",
                    self.p(*p)
                );
                Ok(())
            }
            ParamKind::Tuple(ts, _) => ts.iter().try_for_each(|t| self.param(t)),
            ParamKind::Opaque => Ok(()),
        }
    }

    fn ret(&mut self, ret: &Ret) -> Check {
        if self.func.body.diverges {
            return Ok(());
        }
        match ret {
            Ret::Unit => Ok(()),
            Ret::Scalar(i) => {
                let n = self.func.body.yields.len();
                ensure!(*i < n, "the result refers to yield {i}, but the body yields {n} values");
                Ok(())
            }
            Ret::Place(p) => self.alive(*p),
            Ret::Tuple(ts) => ts.iter().try_for_each(|t| self.ret(t)),
        }
    }

    /// A block with its own scope.
    fn block(&mut self, block: &'a Block) -> Check {
        let outer = self.scope.len();
        let at = self.at;
        for p in &block.params {
            self.define(*p)?;
        }
        self.stmts(block)?;
        self.at = at;
        self.leave(outer);
        Ok(())
    }

    /// Ends the scope of everything defined since there were `outer` definitions.
    fn leave(&mut self, outer: usize) {
        for def in self.scope.drain(outer..) {
            match def {
                Def::Value(v) => self.values[v.0 as usize] = Seen::OutOfScope,
                Def::Place(p) => self.places[p.0 as usize] = Seen::OutOfScope,
            }
        }
    }

    fn stmts(&mut self, block: &'a Block) -> Check {
        let last = block.stmts.len().wrapping_sub(1);
        for (i, stmt) in block.stmts.iter().enumerate() {
            self.at = Some(stmt);
            if matches!(stmt.op, Op::Exit { .. }) {
                ensure!(i == last, "an exit is not the last statement of its block");
                ensure!(block.diverges, "a block that ends in an exit is not marked as diverging");
            }
            self.stmt(stmt)?;
        }
        if block.diverges {
            let exits = block.stmts.last().is_some_and(|s| ends(&s.op));
            ensure!(exits, "a block is marked as diverging, but does not end in an exit");
            ensure!(block.yields.is_empty(), "a diverging block yields values");
        }
        for v in &block.yields {
            self.used(*v)?;
        }
        Ok(())
    }

    fn stmt(&mut self, stmt: &'a Stmt) -> Check {
        self.operands(&stmt.op)?;
        for p in stmt.op.places_written() {
            self.writable(p)?;
        }
        self.op(stmt)?;
        self.at = Some(stmt);
        for p in stmt.op.place_made() {
            let kind = match &stmt.op {
                Op::Alloc { .. } => PlaceKind::Local,
                Op::View { base, .. } => PlaceKind::View { base: *base },
                _ => PlaceKind::CallResult,
            };
            self.make(p, &kind)?;
        }
        stmt.results.iter().try_for_each(|v| self.define(*v))
    }

    fn operands(&self, op: &Op) -> Check {
        if let Op::CallReverse { callee, pullback, seed, args, slots, along } = op {
            // Arguments by value and `&mut` ones are not looked at again, so they may be gone.
            let args =
                args.iter().filter(|a| !matches!(a, Arg::Value(_) | Arg::Place(_, Mode::Value | Mode::Mut)));
            let op = Op::CallReverse {
                callee: callee.clone(),
                pullback: *pullback,
                seed: seed.clone(),
                args: args.cloned().collect(),
                slots: slots.clone(),
                along: along.clone(),
            };
            return self.all_operands(&op);
        }
        self.all_operands(op)
    }

    fn all_operands(&self, op: &Op) -> Check {
        op.values().into_iter().try_for_each(|v| self.used(v))?;
        op.places_read().into_iter().chain(op.places_written()).try_for_each(|p| self.alive(p))
    }

    fn define(&mut self, v: Value) -> Check {
        ensure!((v.0 as usize) < self.values.len(), "{v:?} is not a value of the function");
        ensure!(self.values[v.0 as usize] == Seen::Never, "{} is defined a second time", self.v(v));
        self.values[v.0 as usize] = Seen::InScope;
        self.scope.push(Def::Value(v));
        Ok(())
    }

    fn make(&mut self, p: Place, kind: &PlaceKind) -> Check {
        ensure!((p.0 as usize) < self.places.len(), "{p:?} is not a place of the function");
        ensure!(self.places[p.0 as usize] == Seen::Never, "{} is made a second time", self.p(p));
        let is = &self.func.plc(p).kind;
        ensure!(is == kind, "{} is made as {kind:?}, but its kind is {is:?}", self.p(p));
        self.places[p.0 as usize] = Seen::InScope;
        self.scope.push(Def::Place(p));
        Ok(())
    }

    fn used(&self, v: Value) -> Check {
        ensure!((v.0 as usize) < self.values.len(), "{v:?} is not a value of the function");
        match self.values[v.0 as usize] {
            Seen::InScope => Ok(()),
            Seen::Never => Err(format!("{} is used before its definition", self.v(v))),
            Seen::OutOfScope => Err(format!("{} is used outside the region that defines it", self.v(v))),
        }
    }

    fn alive(&self, p: Place) -> Check {
        ensure!((p.0 as usize) < self.places.len(), "{p:?} is not a place of the function");
        match self.places[p.0 as usize] {
            Seen::InScope => Ok(()),
            Seen::Never => Err(format!("{} is used before it is made", self.p(p))),
            Seen::OutOfScope => Err(format!("{} is used outside the region that makes it", self.p(p))),
        }
    }

    /// Places and whatever they are views of must be marked mutable to be written to.
    fn writable(&self, mut p: Place) -> Check {
        loop {
            let info = self.func.plc(p);
            ensure!(info.mutable, "{} is written to, but not marked mutable", self.p(p));
            match info.kind {
                PlaceKind::View { base } => p = base,
                _ => return Ok(()),
            }
        }
    }

    fn v(&self, v: Value) -> String {
        self.func.show(v)
    }

    fn p(&self, p: Place) -> String {
        self.func.show_place(p)
    }

    fn ty(&self, v: Value) -> &'a Ty {
        self.func.ty(v)
    }
}

/// Whether the operation never lets control pass: an exit, or an `if` of which both arms are.
fn ends(op: &Op) -> bool {
    match op {
        Op::Exit { .. } => true,
        Op::If { then, els, .. } => then.diverges && els.diverges,
        _ => false,
    }
}
