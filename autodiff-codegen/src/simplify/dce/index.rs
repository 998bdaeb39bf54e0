//! Where everything is: statements by number, in the order in which they are printed, and who defines, makes and
//! writes what.

use crate::ir::*;
use crate::tables::HashMap;

/// Who defines a value.
#[derive(Clone, Copy)]
pub(in crate::simplify) enum Def {
    /// Statement, and which of its results.
    Result(usize, usize),
    /// The statement whose region binds it, and which carried value it is; `None` for a counter.
    Carried(usize, Option<usize>),
}

/// The tables.
pub(in crate::simplify) struct Index<'f> {
    pub(in crate::simplify) func: &'f Func,
    pub(in crate::simplify) stmts: Vec<&'f Stmt>,
    /// The statement that owns the region that each statement is in.
    pub(in crate::simplify) parents: Vec<Option<usize>>,
    pub(in crate::simplify) defs: HashMap<Value, Def>,
    /// The statement that each place, as named, comes to life with.
    pub(in crate::simplify) makers: HashMap<Place, usize>,
    /// The statements that write to each root.
    pub(in crate::simplify) writers: HashMap<Place, Vec<usize>>,
    /// The first statement of the reverse sweep, if that is marked.
    pub(in crate::simplify) reverse_sweep: usize,
}

impl<'f> Index<'f> {
    pub(in crate::simplify) fn new(func: &'f Func) -> Index<'f> {
        let mut index = Index {
            func,
            stmts: Vec::new(),
            parents: Vec::new(),
            defs: HashMap::default(),
            makers: HashMap::default(),
            writers: HashMap::default(),
            reverse_sweep: usize::MAX,
        };
        index.block(&func.body, None);
        index
    }

    fn block(&mut self, block: &'f Block, parent: Option<usize>) {
        for stmt in &block.stmts {
            let id = self.stmts.len();
            self.stmts.push(stmt);
            self.parents.push(parent);
            for (k, r) in stmt.results.iter().enumerate() {
                self.defs.insert(*r, Def::Result(id, k));
            }
            for p in stmt.op.place_made() {
                self.makers.insert(p, id);
            }
            for p in stmt.op.places_written() {
                self.writers.entry(self.func.root(p)).or_default().push(id);
            }
            if super::super::is_sweep_mark(&stmt.op) {
                self.reverse_sweep = id;
            }
            for b in stmt.op.blocks() {
                // A `for` binds its counter before what it carries.
                let counters = usize::from(matches!(stmt.op, Op::For { .. }));
                for (k, p) in b.params.iter().enumerate() {
                    self.defs.insert(*p, Def::Carried(id, k.checked_sub(counters)));
                }
                self.block(b, Some(id));
            }
        }
    }

    /// The integer constant that a value is.
    pub(in crate::simplify) fn int(&self, v: Value) -> Option<i128> {
        let Some(Def::Result(id, _)) = self.defs.get(&v) else { return None };
        if let Op::Const(Const::Int(n)) = &self.stmts[*id].op { Some(*n) } else { None }
    }
}
