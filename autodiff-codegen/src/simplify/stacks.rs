//! Stacks that only ever hold one integer or boolean: what is taken from them is that constant.
//!
//! So what constant folding finds out about the forward sweep (a branch that is never taken, a loop without rounds),
//! it finds out about the reverse sweep too.

use crate::ir::*;
use crate::tables::{HashMap, HashSet};

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let found = constants(func);
    if found.is_empty() {
        return false;
    }
    let mut changed = false;
    func.body.each_stmt_mut(&mut |s| {
        if let Op::Pop(p) = s.op
            && let Some(c) = found.get(&p)
        {
            s.op = Op::Const(c.clone());
            changed = true;
        }
    });
    changed
}

/// The stacks that are used as stacks only, and the one constant on them.
fn constants(func: &Func) -> HashMap<Place, Const> {
    let mut values: HashMap<Value, Const> = HashMap::default();
    let mut held: HashMap<Place, Const> = HashMap::default();
    let mut other: HashSet<Place> = HashSet::default();
    func.body.each_stmt(&mut |s| match &s.op {
        Op::Const(c @ (Const::Int(_) | Const::Bool(_))) => {
            values.extend(s.results.iter().map(|v| (*v, c.clone())));
        }
        Op::Alloc { init: Init::Empty | Init::Buffer(..), .. } | Op::Pop(_) => {}
        Op::Push { place, value } => match (values.get(value), held.get(place)) {
            (Some(new), None) => drop(held.insert(*place, new.clone())),
            (Some(new), Some(old)) if same(new, old) => {}
            _ => drop(other.insert(*place)),
        },
        op => other.extend(op.places_read().into_iter().chain(op.places_written())),
    });
    let local = |p: &Place| func.plc(*p).kind == PlaceKind::Local && !other.contains(p);
    let returned: Vec<Place> = super::places(&func.ret);
    held.retain(|p, _| local(p) && !returned.contains(p));
    held
}

fn same(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::Int(a), Const::Int(b)) => a == b,
        (Const::Bool(a), Const::Bool(b)) => a == b,
        _ => false,
    }
}
