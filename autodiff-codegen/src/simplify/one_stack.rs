//! Rows that the rounds of one loop keep go on one stack: what is kept for the reverse sweep lies in one piece of memory.
//!
//! A stack gives back what was put on it in the opposite order. So two stacks can be one if each is put on at one place and
//! taken from at one place, both are put on in one block and taken from in one block, and there in the opposite order.

use crate::ir::*;
use crate::tables::HashMap;

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let into = Uses::of(func).merged(func);
    if into.is_empty() {
        return false;
    }
    let mut each: HashMap<Place, usize> = HashMap::default();
    into.values().for_each(|p| *each.entry(*p).or_insert(1) += 1);
    func.body.each_stmt_mut(&mut |s| match &mut s.op {
        Op::Push { place, .. } | Op::Pop(place) => *place = *into.get(place).unwrap_or(place),
        Op::Alloc { place, init: Init::Buffer(_, n) } => *n *= each.get(place).copied().unwrap_or(1),
        _ => {}
    });
    remove(&mut func.body, &|s| matches!(&s.op, Op::Alloc { place, .. } if into.contains_key(place)));
    true
}

fn remove(block: &mut Block, gone: &dyn Fn(&Stmt) -> bool) {
    block.stmts.retain(|s| !gone(s));
    for s in &mut block.stmts {
        s.op.blocks_mut().into_iter().for_each(|b| remove(b, gone));
    }
}

/// A block, by its number in order of visits, and a statement in it.
type At = (usize, usize);

/// What is done to a stack of rows.
#[derive(Default)]
struct Uses {
    made: HashMap<Place, (At, Option<Value>)>,
    pushed: HashMap<Place, Vec<At>>,
    popped: HashMap<Place, Vec<At>>,
    /// What numbers the rows are of.
    rows: HashMap<Place, FloatTy>,
    other: Vec<Place>,
}

impl Uses {
    fn of(func: &Func) -> Uses {
        let mut uses = Uses::default();
        let mut snapshots: HashMap<Value, Place> = HashMap::default();
        let mut number = 0;
        func.body.each_block(&mut |block| {
            for (i, s) in block.stmts.iter().enumerate() {
                uses.stmt(func, s, (number, i), &mut snapshots);
            }
            number += 1;
        });
        uses
    }

    fn stmt(&mut self, func: &Func, s: &Stmt, at: At, snapshots: &mut HashMap<Value, Place>) {
        match &s.op {
            Op::Snapshot { place, zero: false } => {
                snapshots.extend(s.results.iter().map(|v| (*v, *place)));
            }
            // One that is merged already counts as any other.
            Op::Alloc { place, init: Init::Buffer(rounds, 1) } => {
                self.made.insert(*place, (at, Some(*rounds)));
            }
            Op::Alloc { place, init: Init::Empty } => drop(self.made.insert(*place, (at, None))),
            Op::Push { place, value } => {
                self.pushed.entry(*place).or_default().push(at);
                match snapshots.get(value).and_then(|p| func.plc(*p).ty.row_of_floats()) {
                    Some(float) => drop(self.rows.insert(*place, float.clone())),
                    None => self.other.push(*place),
                }
            }
            Op::Pop(place) => self.popped.entry(*place).or_default().push(at),
            op => self.other.extend(op.places_read().into_iter().chain(op.places_written())),
        }
    }

    /// Which stacks go into which other ones.
    fn merged(&self, func: &Func) -> HashMap<Place, Place> {
        let mut all: Vec<(Place, At, At)> = Vec::new();
        for place in self.made.keys().filter(|p| !self.other.contains(p) && !func.plc(**p).ty.has_user_type())
        {
            if let (Some([push]), Some([pop])) =
                (self.pushed.get(place).map(|v| &v[..]), self.popped.get(place).map(|v| &v[..]))
            {
                all.push((*place, *push, *pop));
            }
        }
        all.sort_by_key(|(_, push, _)| *push);
        let mut into = HashMap::default();
        // The last member of the stack that grows, and the stack.
        let mut open: Option<((Place, At, At), Place)> = None;
        for next in all {
            let (place, push, pop) = next;
            if let Some(((last, last_push, last_pop), stack)) = open {
                let (made, first) = (self.made[&place], self.made[&stack]);
                let same = made.0.0 == first.0.0
                    && made.1 == first.1
                    && self.rows.get(&last) == self.rows.get(&place);
                if same && push.0 == last_push.0 && pop.0 == last_pop.0 && pop.1 < last_pop.1 {
                    into.insert(place, stack);
                    open = Some((next, stack));
                    continue;
                }
            }
            open = Some((next, place));
        }
        into
    }
}
