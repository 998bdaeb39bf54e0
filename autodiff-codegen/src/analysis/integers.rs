//! How integers are computed.

use crate::ir::*;
use crate::tables::HashMap;

/// The integer code of the program, by result.
#[derive(Debug, Default)]
pub struct Integers(HashMap<Value, Stmt>);

impl Integers {
    /// Reads the function once.
    pub fn of(func: &Func) -> Integers {
        let mut all = Integers::default();
        func.body.each_stmt(&mut |s| all.add(s));
        all
    }

    /// Takes one more statement in.
    pub fn add(&mut self, stmt: &Stmt) {
        let keep = matches!(
            stmt.op,
            Op::Const(Const::Int(_))
                | Op::Int { .. }
                | Op::Trips(_)
                | Op::Cast(_)
                | Op::Len(_)
                | Op::Cmp { .. }
        );
        // Choices are made here, as guards of lengths.
        let choice = matches!(stmt.op, Op::If { .. }) && stmt.results.len() == 1;
        if keep || choice {
            self.0.insert(stmt.results[0], stmt.clone());
        }
    }

    /// The statement that computes a value.
    pub fn stmt(&self, v: Value) -> Option<&Stmt> {
        self.0.get(&v)
    }

    /// What computes a value.
    pub fn op(&self, v: Value) -> Option<&Op> {
        self.stmt(v).map(|s| &s.op)
    }

    /// The constant that it is.
    pub fn int(&self, v: Value) -> Option<i128> {
        if let Some(Op::Const(Const::Int(n))) = self.op(v) { Some(*n) } else { None }
    }

    /// The same value, or the same constant.
    pub fn same(&self, a: Value, b: Value) -> bool {
        a == b || (self.int(a).is_some() && self.int(a) == self.int(b))
    }
}
