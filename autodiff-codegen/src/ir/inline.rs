//! One program's statements inside of another one.

use super::*;
use crate::tables::HashMap;

/// What the values and places of a program are called in the one that takes it in. What is not named yet gets a new name.
#[derive(Debug, Default)]
pub struct Renaming {
    /// Its values.
    pub values: HashMap<Value, Value>,
    /// Its places.
    pub places: HashMap<Place, Place>,
}

impl Renaming {
    /// A value's name in `into`.
    pub fn value(&mut self, into: &mut Func, from: &Func, v: Value) -> Value {
        *self.values.entry(v).or_insert_with(|| {
            into.values.push(from.val(v).clone());
            Value(into.values.len() as u32 - 1)
        })
    }

    /// A place's name in `into`.
    pub fn place(&mut self, into: &mut Func, from: &Func, p: Place) -> Place {
        if let Some(q) = self.places.get(&p) {
            return *q;
        }
        let mut info = from.plc(p).clone();
        if let PlaceKind::View { base } = &mut info.kind {
            *base = self.place(into, from, *base);
        }
        into.places.push(info);
        let q = Place(into.places.len() as u32 - 1);
        self.places.insert(p, q);
        q
    }

    /// Statements of `from` as statements of `into`.
    pub fn stmts(&mut self, into: &mut Func, from: &Func, stmts: &[Stmt]) -> Vec<Stmt> {
        stmts.iter().map(|st| self.stmt(into, from, st)).collect()
    }

    fn stmt(&mut self, into: &mut Func, from: &Func, st: &Stmt) -> Stmt {
        let mut st = st.clone();
        st.op.each_value_mut(&mut |v| *v = self.value(into, from, *v));
        st.op.each_place_mut(&mut |p| *p = self.place(into, from, *p));
        // What it repeated is a value of the other program's past.
        if let Op::Load { again, .. } = &mut st.op {
            *again = None;
        }
        st.results.iter_mut().for_each(|v| *v = self.value(into, from, *v));
        for block in st.op.blocks_mut() {
            *block = self.block(into, from, block);
        }
        st
    }

    fn block(&mut self, into: &mut Func, from: &Func, block: &Block) -> Block {
        let mut values = |vs: &[Value]| vs.iter().map(|v| self.value(into, from, *v)).collect();
        let (params, yields) = (values(&block.params), values(&block.yields));
        Block { params, stmts: self.stmts(into, from, &block.stmts), yields, diverges: block.diverges }
    }
}
