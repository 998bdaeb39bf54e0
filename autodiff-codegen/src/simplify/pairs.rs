//! Two rounds of a loop at once, where each waits for itself.
//!
//! ```text
//! for i in 0..n {            for pair in 0..n / 2 {                 // i = 2 * pair, i_1 = i + 1
//!     for c in x {               for c in x {
//!         r -= c * power;            r -= c * power;  r_1 -= c * power_1;
//!         power *= t;                power *= t;      power_1 *= t_1;
//!     }                          }
//!     sum += r * r;              sum += r * r;  sum += r_1 * r_1;
//! }                          }
//! ```
//!
//! A loop in a loop that hands numbers on from round to round, a sum, a power, is held up by them: each operation waits for the one
//! before it, and a processor could do a dozen others meanwhile. The rounds of the loop around it don't wait for each other, so two
//! of them are run side by side. What is left over, if their number is odd, comes after.
//!
//! No number changes in any bit: each round computes what it did, and what rounds add to is added to in the same order. So this is
//! done only where that is certain:
//!
//! * nothing in a round may panic, since the second one would be begun before the first has ended;
//! * what a round hands on, it hands on before the next one asks for it, side by side as well;
//! * memory that is written is each round's own: its own element, or a row that the forward sweep saves and the reverse sweep reads in
//!   the same round, of which the second round gets another one; or each element of it is added to in one place, once in a round.

mod beside;

use super::invariant::Defs;
use crate::ir::inline::Renaming;
use crate::ir::*;
use crate::rules::Cost;
use crate::tables::{HashMap, HashSet};
use beside::in_pairs;

/// With more statements than this in a round, the text of two is too long.
const MOST: usize = 64;
/// As many operations as a processor begins while a round of the inner loop waits, roughly.
const MEANWHILE: usize = 16;

/// Runs over the whole program. Inner loops that are known to do no more than `ahead` operations stay: the next round of the outer
/// loop is begun before they are over.
pub(super) fn run(func: &mut Func, ahead: i128) {
    let facts = Facts::of(func, ahead);
    let mut rows = HashMap::default();
    let mut body = std::mem::take(&mut func.body);
    block(func, &facts, &mut rows, &mut body);
    second_rows(&rows, &mut body);
    func.body = body;
}

/// What is known of the whole program.
struct Facts {
    defs: Defs,
    /// How many statements have to do with each place, through views or not.
    mentions: HashMap<Place, usize>,
    /// The places that are made of numbers alone, with their lengths where these are values.
    made: HashMap<Place, Option<Value>>,
    ahead: i128,
}

impl Facts {
    fn of(func: &Func, ahead: i128) -> Facts {
        let (mut mentions, mut made) = (HashMap::default(), HashMap::default());
        func.body.each_stmt(&mut |s| {
            touched(func, s).into_iter().for_each(|p| *mentions.entry(p).or_default() += 1);
            match &s.op {
                Op::Alloc { place, init: Init::Zeros } => _ = made.insert(*place, None),
                Op::Alloc { place, init: Init::ZerosLen(n) } => _ = made.insert(*place, Some(*n)),
                _ => {}
            }
        });
        Facts { defs: Defs::of(func), mentions, made, ahead }
    }
}

fn touched(func: &Func, s: &Stmt) -> HashSet<Place> {
    let all = s.op.places_read().into_iter().chain(s.op.places_written()).chain(s.op.place_made());
    all.map(|p| func.root(p)).collect()
}

fn block(func: &mut Func, facts: &Facts, rows: &mut HashMap<Place, Place>, outer: &mut Block) {
    let mut out = Vec::new();
    for mut stmt in std::mem::take(&mut outer.stmts) {
        match Round::of(func, facts, &stmt).and_then(|r| r.rows()) {
            Some(saved) => {
                for p in saved {
                    let info = func.plc(p).clone();
                    func.places.push(info);
                    rows.insert(p, Place(func.places.len() as u32 - 1));
                }
                in_pairs(func, facts, rows, stmt, &mut out);
            }
            None => {
                stmt.op.blocks_mut().into_iter().for_each(|b| block(func, facts, rows, b));
                out.push(stmt);
            }
        }
    }
    outer.stmts = out;
}

/// Makes the rows of second rounds beside those of first ones.
fn second_rows(rows: &HashMap<Place, Place>, outer: &mut Block) {
    if rows.is_empty() {
        return;
    }
    for mut stmt in std::mem::take(&mut outer.stmts) {
        stmt.op.blocks_mut().into_iter().for_each(|b| second_rows(rows, b));
        let second = match &stmt.op {
            Op::Alloc { place, init } => {
                rows.get(place).map(|place| Op::Alloc { place: *place, init: init.clone() })
            }
            _ => None,
        };
        let origin = stmt.origin.clone();
        outer.stmts.push(stmt);
        outer.stmts.extend(second.map(|op| Stmt { op, results: Vec::new(), origin }));
    }
}

/// A round of a loop that may be run side by side with the next one.
struct Round<'a> {
    func: &'a Func,
    facts: &'a Facts,
    body: &'a Block,
    /// What it makes.
    values: HashSet<Value>,
    places: HashSet<Place>,
    /// How the views in it are made.
    views: HashMap<Place, (Place, &'a [Proj])>,
    /// The bounds of the loops in it, its own included, by the values that run.
    bounds: HashMap<Value, Value>,
}

impl<'a> Round<'a> {
    /// Of a loop that is held up as it should be; whether its rounds may run side by side is another question.
    fn of(func: &'a Func, facts: &'a Facts, stmt: &'a Stmt) -> Option<Round<'a>> {
        let Op::For { range, body, .. } = &stmt.op else { return None };
        let counts = facts.defs.int(range.lo) == Some(0) && *func.ty(body.params[0]) == Ty::usize();
        if !counts || range.inclusive || range.rev || range.step.is_some() || body.diverges {
            return None;
        }
        let mut round = Round {
            func,
            facts,
            body,
            values: body.params.iter().copied().collect(),
            places: body.places_made(),
            views: HashMap::default(),
            bounds: HashMap::from_iter([(body.params[0], range.hi)]),
        };
        let mut count = 0;
        body.each_stmt(&mut |s| {
            count += 1;
            round.values.extend(&s.results);
            match &s.op {
                Op::View { place, base, path } => _ = round.views.insert(*place, (*base, path)),
                Op::For { range, body, .. } => {
                    round.values.extend(&body.params);
                    if !range.inclusive && *func.ty(body.params[0]) == Ty::usize() {
                        round.bounds.insert(body.params[0], range.hi);
                    }
                }
                _ => {}
            }
        });
        (count <= MOST && body.stmts.iter().any(|s| round.is_held_up(s))).then_some(round)
    }

    /// Whether it is an inner loop in which little is done but to hand floats on.
    fn is_held_up(&self, s: &Stmt) -> bool {
        let Op::For { range, inits, body } = &s.op else { return false };
        let light = |s: &Stmt| match &s.op {
            Op::Elem { rule, .. } => rule.get().cost < Cost::Expensive,
            other => other.blocks().is_empty(),
        };
        let floats = inits.iter().any(|v| self.func.ty(*v).is_float());
        let work = body.stmts.iter().filter(|s| !matches!(s.op, Op::Const(_))).count();
        let long = self.facts.defs.int(range.hi).is_none_or(|n| n * work as i128 > self.facts.ahead);
        long && floats && self.is_shared(s) && work <= MEANWHILE && body.stmts.iter().all(light)
    }

    /// Whether two rounds may share the rounds of an inner loop: these are as many in both.
    fn is_shared(&self, s: &Stmt) -> bool {
        let Op::For { range, .. } = &s.op else { return false };
        let steady = |v: Value| match self.facts.defs.op(v) {
            _ if !self.values.contains(&v) => true,
            Some(Op::Const(_)) => true,
            Some(Op::Len(p)) => !self.places.contains(p),
            _ => false,
        };
        range.step.is_none() && steady(range.lo) && steady(range.hi)
    }

    /// The rows that a second round needs for itself, if two rounds may run side by side.
    fn rows(&self) -> Option<Vec<Place>> {
        let rerun = self.func.val(self.body.params[0]).rerun;
        if !self.is_quiet(self.body, rerun) || !self.is_handed_on() {
            return None;
        }
        let mut written: Vec<Place> = Vec::new();
        self.body.each_stmt(&mut |s| {
            written.extend(s.op.places_written().into_iter().map(|p| self.func.root(p)));
        });
        written.sort();
        written.dedup();
        written.retain(|p| !self.places.contains(p) && !self.is_own(*p) && !self.is_added_to(*p));
        written.iter().all(|p| self.is_row(*p)).then_some(written)
    }

    /// Whether nothing in it panics, or is done by code that is not seen. What a loop does in any case does not, if it has been run
    /// before.
    fn is_quiet(&self, block: &Block, rerun: bool) -> bool {
        let quiet = |s: &Stmt| match &s.op {
            Op::Const(_) | Op::Cmp { .. } | Op::Cast(_) | Op::AssertFloat(_) => true,
            Op::Len(_) | Op::Trips(_) | Op::Alloc { init: Init::Zeros | Init::Elems(_), .. } => true,
            Op::Elem { .. } | Op::Int { .. } => rerun || !s.op.effects(self.func).panics,
            Op::Load { place, path, .. } | Op::Store { place, path, .. } | Op::Accum { place, path, .. } => {
                rerun || self.is_inside(*place, path)
            }
            Op::View { base, path, .. } => rerun || self.is_inside(*base, path),
            Op::If { then, els, .. } => [then, els].iter().all(|b| self.is_quiet(b, false)),
            Op::For { range, body, .. } => {
                range.step.is_none() && self.is_quiet(body, self.func.val(body.params[0]).rerun)
            }
            _ => false,
        };
        !block.diverges && block.stmts.iter().all(quiet)
    }

    /// Whether all indices of a path are good, by the bounds of the loops that they run in.
    fn is_inside(&self, place: Place, path: &[Proj]) -> bool {
        let mut ty = &self.func.plc(place).ty;
        path.iter().enumerate().all(|(depth, step)| {
            let Proj::Index(v) = step else { return false };
            let good = match ty {
                PlaceTy::Array(_, Len::Known(n)) => {
                    let below = |hi: Value| self.facts.defs.int(hi).is_some_and(|hi| hi <= *n as i128);
                    let constant = self.facts.defs.int(*v).is_some_and(|v| (0..*n as i128).contains(&v));
                    constant || self.is_below(*v, &below)
                }
                PlaceTy::Slice(_) | PlaceTy::Vec(_) if depth == 0 => {
                    self.is_below(*v, &|hi| self.is_length(hi, place))
                }
                _ => false,
            };
            let elem = ty.elem();
            ty = elem.unwrap_or(ty);
            good && elem.is_some()
        })
    }

    /// Whether an index is that of a loop whose bound, or one of those that it is the least of, is good.
    fn is_below(&self, index: Value, good: &dyn Fn(Value) -> bool) -> bool {
        let mut bounds: Vec<Value> = self.bounds.get(&index).copied().into_iter().collect();
        while let Some(bound) = bounds.pop() {
            if good(bound) {
                return true;
            }
            if let Some(Op::Int { op: IntOp::Min, args }) = self.facts.defs.op(bound) {
                bounds.extend(args);
            }
        }
        false
    }

    /// Whether a number is how long a place is, here and in the whole program.
    fn is_length(&self, n: Value, place: Place) -> bool {
        let info = self.func.plc(place);
        if !info.mutable && !self.places.contains(&place) && matches!(info.kind, PlaceKind::Param) {
            return matches!(self.facts.defs.op(n), Some(Op::Len(p)) if *p == place);
        }
        // Rows are as long as they are made.
        let made = self.facts.made.get(&place).copied().flatten();
        self.is_row(place) && made.is_some_and(|len| self.facts.defs.same(n, len))
    }

    /// What runs in the inner loops whose rounds two rounds share.
    fn shared(&self) -> impl Iterator<Item = Value> {
        let inner = self.body.stmts.iter().filter(|s| self.is_shared(s));
        inner.map(|s| super::invariant::body(s).params[0])
    }

    /// What comes from outside has the same name in every round.
    fn outside(&self) -> Renaming {
        let mut names = Renaming::default();
        self.body.each_use(&mut |v| {
            if !self.values.contains(&v) {
                names.values.insert(v, v);
            }
        });
        self.body.each_stmt(&mut |s| {
            let all = s.op.places_read().into_iter().chain(s.op.places_written());
            names.places.extend(all.filter(|p| !self.places.contains(p)).map(|p| (p, p)));
        });
        names
    }

    /// Whether each value that the loop carries is at hand when the round beside asks for it.
    fn is_handed_on(&self) -> bool {
        let made_at = |v: Value| self.body.stmts.iter().position(|s| s.results.contains(&v));
        self.body.params[1..].iter().zip(&self.body.yields).all(|(start, end)| {
            if self.body.params.contains(end) {
                return start == end;
            }
            let Some(at) = made_at(*end) else { return !self.values.contains(end) };
            self.body.stmts.iter().enumerate().all(|(n, s)| {
                let mut uses = s.op.values().contains(start);
                s.op.blocks().iter().for_each(|b| b.each_use(&mut |v| uses |= v == *start));
                !uses || at < n || (at == n && !self.is_shared(s))
            })
        })
    }

    /// Whether each round has to do with elements of its own.
    fn is_own(&self, root: Place) -> bool {
        let mut own = true;
        self.body.each_stmt(&mut |s| {
            if touched(self.func, s).contains(&root) {
                own &= match &s.op {
                    Op::Load { place, path, .. }
                    | Op::Store { place, path, .. }
                    | Op::Accum { place, path, .. }
                    | Op::View { base: place, path, .. } => self.is_by_round(*place, path),
                    _ => false,
                };
            }
        });
        own
    }

    fn is_by_round(&self, place: Place, path: &[Proj]) -> bool {
        if let Some((base, path)) = self.views.get(&place) {
            return self.is_by_round(*base, path);
        }
        let whole = !matches!(self.func.plc(place).kind, PlaceKind::View { .. });
        whole && self.is_element(place, path, self.body.params[0])
    }

    /// Whether a path leads into the element of this number. What an `Index` of the user's has for two numbers may be one.
    fn is_element(&self, place: Place, path: &[Proj], number: Value) -> bool {
        let rows =
            matches!(self.func.plc(place).ty, PlaceTy::Array(..) | PlaceTy::Slice(_) | PlaceTy::Vec(_));
        rows && path.first() == Some(&Proj::Index(number))
    }

    /// Whether all that is done with a place is that one statement adds to it, and to each element once in a round.
    fn is_added_to(&self, root: Place) -> bool {
        let (mut sums, mut all) = (0, true);
        self.body.each_stmt(&mut |s| match &s.op {
            Op::Accum { place, .. } if self.func.root(*place) == root => sums += 1,
            _ => all &= !touched(self.func, s).contains(&root),
        });
        all && sums == 1 && self.body.stmts.iter().all(|s| self.adds_in_order(s, root))
    }

    /// Where two rounds share the rounds of a loop, each of these adds to an element of its own.
    fn adds_in_order(&self, s: &Stmt, root: Place) -> bool {
        let (true, Op::For { body, .. }) = (self.is_shared(s), &s.op) else { return true };
        body.stmts.iter().all(|inner| match &inner.op {
            Op::Accum { place, path, .. } if *place == root => self.is_element(*place, path, body.params[0]),
            op => {
                let to = |op: &Op| op.places_written().into_iter().any(|p| self.func.root(p) == root);
                let mut adds = to(op);
                op.blocks().iter().for_each(|b| b.each_stmt(&mut |s| adds |= to(&s.op)));
                !adds
            }
        })
    }

    /// Whether a place is a row of what the forward sweep saves for the reverse sweep, which both are in the round.
    fn is_row(&self, place: Place) -> bool {
        let info = self.func.plc(place);
        let flat = match &info.ty {
            PlaceTy::Array(elem, _) | PlaceTy::Vec(elem) => matches!(**elem, PlaceTy::Scalar(_)),
            _ => false,
        };
        let saved = matches!(info.name, Some(Name::Saved(_))) && info.kind == PlaceKind::Local;
        if !flat || !saved || self.places.contains(&place) || self.func.ret.places().contains(&place) {
            return false;
        }
        let (mut inside, mut plain) = (0, true);
        self.body.each_stmt(&mut |s| {
            if touched(self.func, s).contains(&place) {
                inside += 1;
                plain &= match &s.op {
                    Op::Load { place: p, .. } | Op::Store { place: p, .. } => *p == place,
                    _ => false,
                };
            }
        });
        // Beside these there is only where it is made.
        plain && self.facts.mentions.get(&place) == Some(&(inside + 1))
    }
}
