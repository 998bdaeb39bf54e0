//! Loops that hand on one round's value: the greatest of all, the least, the last that passed a test.
//!
//! Each round either keeps what is carried as it is, or puts something else in its place. So a derivative flows back
//! into a single round, the last that did so, and into what the loop began with if none did. The forward sweep
//! remembers which round that was, and what it began with; the reverse sweep runs that round once more, and its
//! adjoint code, instead of the adjoint code of all rounds.
//!
//! A round is a program of its own, differentiated by `reverse` like any other (as the stretches of `checkpoint` are),
//! so that it is fused where a function of that kind would be.

use super::*;
use crate::analysis::{Def, RegionKind, UseSite};
use crate::ir::inline::Renaming;

/// How what is carried goes into what a round yields.
#[derive(Debug)]
enum Way<'f> {
    /// It is what is yielded.
    Kept,
    /// It has no part in it.
    Replaced,
    /// An operation hands on one of its operands, and it is the one of this index, or has gone into that.
    Chosen { stmt: &'f Stmt, side: usize, before: Box<Way<'f>> },
    /// A branch yields it, or does not.
    Branch { stmt: &'f Stmt, arms: [Box<Way<'f>>; 2] },
}

impl Way<'_> {
    /// Whether a number that is carried stays one, whatever it is compared with.
    fn keeps_numbers(&self) -> bool {
        match self {
            Way::Kept => true,
            Way::Chosen { stmt, before, .. } => {
                let keeps = matches!(&stmt.op, Op::Elem { rule, .. } if crate::rules::keeps_numbers(*rule));
                keeps && before.keeps_numbers()
            }
            Way::Replaced | Way::Branch { .. } => false,
        }
    }
}

/// The uses by which what is carried may flow on.
type Allowed = HashSet<(Value, Site)>;

/// A [`UseSite`], to be compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Site {
    Stmt(*const Stmt),
    Yield(RegionId, usize),
}

/// A round as a program: `(read…, number, carried…, places…) → what is carried next`.
struct Round {
    func: Func,
    /// The values from outside, in the order of the parameters.
    free: Vec<Value>,
    /// The places from outside, in the order of the parameters.
    places: Vec<Place>,
}

/// By what a round is found that replaces what is carried.
#[derive(Clone, Copy, PartialEq)]
enum Found {
    /// A condition that processors foresee (see [`crate::rules::is_handed_on`]). The rounds of a loop that runs once are many, or
    /// don't matter, and few of them replace what is carried.
    Foreseen,
    /// One comparison: what is carried is never NaN. A loop in a loop may have few rounds, with a winner that nobody foresees:
    /// there a choice costs less.
    Compared,
    /// The condition as the derivative has it, for such a loop.
    Chosen,
}

/// What the forward sweep remembers of the round.
struct Winner {
    /// Whether there was one.
    won: Value,
    /// Its number, and what it began with.
    state: Vec<Value>,
}

impl<'f> Reverse<'f> {
    /// Differentiates a loop by the rounds that matter, if all that it carries is handed on or replaced.
    pub(super) fn try_winner(&mut self, st: &'f Stmt, out: &mut Vec<Stmt>) -> bool {
        let Op::For { inits, body, .. } = &st.op else { return false };
        let params = &body.params[1..];
        let active = |k: &usize| self.act.value(params[*k]) || self.act.value(st.results[*k]);
        let carried: Vec<usize> = (0..params.len()).filter(active).collect();
        let wanted = |k: &usize| self.act.value(st.results[*k]) && self.adj.contains_key(&st.results[*k]);
        if !carried.iter().any(wanted) || body.diverges || !self.may_run_again(st, body) {
            return false;
        }
        let ways: Option<Vec<Way>> =
            carried.iter().map(|k| self.way_of(params[*k], body.yields[*k], *k, body)).collect();
        let Some(ways) = ways else { return false };
        // Each winner has code of its own. Where rounds have loops with winners in turn, that would multiply.
        let mut nested = false;
        body.each_stmt(&mut |s| nested |= matches!(s.op, Op::For { .. } | Op::While { .. }));
        if nested && carried.iter().filter(|k| wanted(k)).count() > 1 {
            return false;
        }
        let mut rounds = Vec::new();
        for (k, way) in carried.iter().zip(&ways).filter(|(k, _)| wanted(k)) {
            let Some(round) = self.winning_round(body, *k, way) else { return false };
            let options = Options { fuse: true, whole: self.opts.whole, ..Options::HALVES };
            let Ok(gradient) = reverse(&round.func, &options) else { return false };
            rounds.push((*k, way, round, gradient));
        }
        let mut fused = Fused::default();
        let (mut code, mut yields) = (Vec::new(), Vec::new());
        for (k, way, round, gradient) in rounds {
            let by = match self.is_nested(body) {
                false => Found::Foreseen,
                true if self.is_number(inits[k]) && way.keeps_numbers() => Found::Compared,
                true => Found::Chosen,
            };
            let winner = self.remember(st, (body, k, way, by), &mut fused, (&mut code, &mut yields));
            self.run_winner(st, (k, inits[k]), &winner, &round, &gradient, out);
        }
        fused.arms.push((code, yields));
        self.fused.insert(st, fused);
        self.decisions.winners.push(st.origin.clone());
        true
    }

    /// Whether a round may be run again in the reverse sweep, given what it began with: it does nothing but compute, from
    /// what is still as it was.
    fn may_run_again(&self, st: &'f Stmt, body: &'f Block) -> bool {
        let remembered = |v: &Value| matches!(self.primal.ty(*v), Ty::Float(_) | Ty::Int(_) | Ty::Bool);
        if !body.params.iter().all(remembered) {
            return false;
        }
        let made = body.places_made();
        let inside = |p: Place| made.contains(&self.primal.root(p));
        let mut may = true;
        body.each_stmt(&mut |s| {
            may &= !matches!(
                &s.op,
                Op::Opaque { .. }
                    | Op::Exit { .. }
                    | Op::Call { .. }
                    | Op::CallTangent { .. }
                    | Op::CallForward { .. }
                    | Op::CallReverse { .. }
                    | Op::Snapshot { .. }
                    | Op::Alloc { init: Init::Given(_) | Init::Lent(_) | Init::Restore(_), .. }
            );
            may &= s.op.places_written().into_iter().all(inside);
            may &= s.op.places_read().into_iter().all(|p| inside(p) || self.readable(p, st));
        });
        may
    }

    /// How `param` goes into `yielded`, if no derivative flows from it anywhere else.
    fn way_of(&self, param: Value, yielded: Value, k: usize, body: &'f Block) -> Option<Way<'f>> {
        let region = self.defs.region_of(body);
        let mut allowed = Allowed::default();
        allowed.insert((yielded, Site::Yield(region, k)));
        let way = self.way(param, yielded, body, &mut allowed)?;
        let on_the_way: HashSet<Value> = allowed.iter().map(|(v, _)| *v).chain([param]).collect();
        let all = on_the_way.into_iter().all(|v| {
            self.defs.uses(v).iter().filter(|u| self.carries(u)).all(|u| {
                let site = match u {
                    UseSite::Stmt { stmt, .. } => Site::Stmt(*stmt),
                    UseSite::Yield(r, i) => Site::Yield(*r, *i),
                };
                allowed.contains(&(v, site))
            })
        });
        // What no round replaces is no loop's business.
        (all && !matches!(way, Way::Kept)).then_some(way)
    }

    fn way(&self, param: Value, y: Value, block: &'f Block, allowed: &mut Allowed) -> Option<Way<'f>> {
        if y == param {
            return Some(Way::Kept);
        }
        let Some(Def::Stmt { region, stmt, .. }) = self.defs.def(y) else { return Some(Way::Replaced) };
        if region != self.defs.region_of(block) {
            return Some(Way::Replaced);
        }
        match &stmt.op {
            Op::Elem { rule, args } if crate::rules::hands_on(*rule) => {
                let mut found = None;
                for (side, arg) in args.iter().enumerate() {
                    let mut here = Allowed::default();
                    let way = self.way(param, *arg, block, &mut here)?;
                    if matches!(way, Way::Replaced) {
                        continue;
                    }
                    if found.is_some() {
                        return None;
                    }
                    allowed.extend(here);
                    allowed.insert((*arg, Site::Stmt(stmt)));
                    found = Some(Way::Chosen { stmt, side, before: Box::new(way) });
                }
                Some(found.unwrap_or(Way::Replaced))
            }
            Op::If { then, els, .. } => {
                let j = stmt.results.iter().position(|r| *r == y)?;
                if then.diverges || els.diverges {
                    return None;
                }
                let mut here = Allowed::default();
                let mut arm = |arm: &'f Block| {
                    here.insert((arm.yields[j], Site::Yield(self.defs.region_of(arm), j)));
                    Some(Box::new(self.way(param, arm.yields[j], arm, &mut here)?))
                };
                let arms = [arm(then)?, arm(els)?];
                if arms.iter().all(|way| matches!(**way, Way::Replaced)) {
                    return Some(Way::Replaced);
                }
                allowed.extend(here);
                Some(Way::Branch { stmt, arms })
            }
            _ => Some(Way::Replaced),
        }
    }

    /// The round in which the carried value of index `k` was replaced for the last time. That it was is known, so nothing asks
    /// again, where that is decided at the end of the round.
    fn winning_round(&self, body: &'f Block, k: usize, way: &Way<'f>) -> Option<Round> {
        let mut func = Func::new("round");
        (func.values, func.places) = (self.primal.values.clone(), self.primal.places.clone());
        let mut stmts = body.stmts.clone();
        let mut y = body.yields[k];
        match way {
            Way::Chosen { stmt, side, before } if matches!(**before, Way::Kept) => {
                let Op::Elem { args, .. } = &stmt.op else { return None };
                y = *args.get(1 - side)?;
            }
            Way::Branch { stmt, arms } => {
                let taken = match [&*arms[0], &*arms[1]] {
                    [Way::Replaced, Way::Kept] => Some(true),
                    [Way::Kept, Way::Replaced] => Some(false),
                    _ => None,
                };
                let at = stmts.iter().position(|s| s.results == stmt.results)?;
                if let Some(taken) = taken {
                    let known = func.value(Ty::Bool, None, &stmt.origin);
                    let op = Op::Const(Const::Bool(taken));
                    if let Op::If { cond, .. } = &mut stmts[at].op {
                        *cond = known;
                    }
                    stmts.insert(at, Stmt { op, results: vec![known], origin: stmt.origin.clone() });
                }
            }
            _ => {}
        }
        let free = self.defs.free_values(body);
        let places = self.places_from_outside(body);
        let scalar = |v: &Value| ParamKind::Scalar(*v, Mode::Value);
        func.params.extend(free.iter().map(|v| part_param(scalar(v), self.act.value(*v), "read")));
        func.params.extend(body.params.iter().map(|v| part_param(scalar(v), false, "start")));
        for p in &places {
            func.places[p.0 as usize].kind = PlaceKind::Param;
            func.places[p.0 as usize].mutable = false;
            let active = self.act.place(self.primal, *p);
            func.params.push(part_param(ParamKind::Place(*p, Mode::Ref), active, "place"));
        }
        func.body = Block { stmts, yields: vec![y], ..Block::default() };
        func.ret = Ret::Scalar(0);
        Some(Round { func, free, places })
    }

    /// The places and views that a block reads and does not make itself.
    fn places_from_outside(&self, block: &Block) -> Vec<Place> {
        let made = block.places_made();
        let mut out = Vec::new();
        block.each_stmt(&mut |s| {
            for p in s.op.places_read() {
                if !made.contains(&p) && !out.contains(&p) {
                    out.push(p);
                }
            }
        });
        out
    }

    /// In the forward sweep: at the end of each round that replaces what is carried, its number and what it began with.
    fn remember(
        &mut self,
        st: &'f Stmt,
        (body, k, way, by): (&'f Block, usize, &Way<'f>, Found),
        fused: &mut Fused,
        (code, yields): (&mut Vec<Stmt>, &mut Vec<Value>),
    ) -> Winner {
        let o = &st.origin;
        let parent = self.defs.region(self.defs.region_of(body)).parent.unwrap_or(RegionId::ROOT);
        let replaced = self.replaced(way, by, code, o);
        let this = std::iter::once(None).chain(body.params.iter().copied().map(Some));
        let (mut now, mut kept, mut next, mut results) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for v in this {
            let (ty, name) = match v {
                None => (Ty::Bool, Name::Temp("won".into())),
                Some(v) => {
                    let stem = if v == body.params[0] { "round" } else { "state" };
                    let name = self.primal.val(v).name.as_ref().map_or(stem.into(), Name::stem);
                    (self.primal.ty(v).clone(), Name::Temp(format!("{name}_won")))
                }
            };
            let init = match (&ty, v) {
                (Ty::Int(_), _) => self.out.int(&mut fused.before, 0, ty.clone(), o),
                (Ty::Float(_), Some(v)) => self.zero_of(&mut fused.before, v, o),
                _ => {
                    let no = Op::Const(Const::Bool(false));
                    self.out.push(&mut fused.before, no, Ty::Bool, None, o)
                }
            };
            fused.inits.push(init);
            let mut value = || self.out.value(ty.clone(), Some(name.clone()), o);
            let (param, after, result) = (value(), value(), value());
            fused.params.push(param);
            fused.results.push(result);
            self.made_in.insert(result, parent);
            now.push(v);
            kept.push(param);
            next.push(after);
            results.push(result);
        }
        let mut then = Block::default();
        for v in now {
            let v = v.unwrap_or_else(|| {
                let yes = Op::Const(Const::Bool(true));
                self.out.push(&mut then.stmts, yes, Ty::Bool, None, o)
            });
            then.yields.push(v);
        }
        let mut els = Block { yields: kept, ..Block::default() };
        let mut decided = next.clone();
        if let Some((new, old)) = self.only_handed_on(way).filter(|_| by != Found::Chosen) {
            // It is known which of the two it is: the operation would find that out once more, and the next round would
            // have to wait for it.
            let info = self.primal.val(body.yields[k]).clone();
            let instead = self.out.value(info.ty, info.name, o);
            then.yields.push(new);
            els.yields.push(old);
            decided.push(instead);
            fused.instead.push((k, instead));
        }
        let op = Op::If { cond: replaced, then, els };
        code.push(Stmt { op, results: decided, origin: o.clone() });
        yields.extend(next);
        let won = results.remove(0);
        Winner { won, state: results }
    }

    /// What a round puts in the place of what is carried, and that itself, if an operation at its end chooses between the two
    /// and nothing else sees its result.
    fn only_handed_on(&self, way: &Way<'f>) -> Option<(Value, Value)> {
        let Way::Chosen { stmt, side, before } = way else { return None };
        let Op::Elem { args, .. } = &stmt.op else { return None };
        let alone = self.defs.uses(*stmt.results.first()?).len() == 1;
        let kept = matches!(**before, Way::Kept);
        if alone && kept { Some((*args.get(1 - side)?, *args.get(*side)?)) } else { None }
    }

    /// Whether a loop stands in another one.
    fn is_nested(&self, body: &'f Block) -> bool {
        let own = self.defs.region_of(body);
        let looped = |r: RegionId| !matches!(self.defs.region(r).kind, RegionKind::Body | RegionKind::Arm);
        self.defs.chain(own).into_iter().any(|r| r != own && looped(r))
    }

    /// Whether what a loop begins with is a number for sure.
    fn is_number(&self, init: Value) -> bool {
        let Some(Def::Stmt { stmt, .. }) = self.defs.def(init) else { return false };
        match &stmt.op {
            Op::Const(Const::Float { value, .. }) => !value.is_nan(),
            Op::Const(Const::Path(path)) => {
                let path = path.to_string().replace(' ', "");
                let path =
                    path.trim_start_matches("::").trim_start_matches("std::").trim_start_matches("core::");
                let name = path.strip_prefix("f64::").or_else(|| path.strip_prefix("f32::"));
                matches!(name, Some("INFINITY" | "NEG_INFINITY" | "MAX" | "MIN"))
            }
            _ => false,
        }
    }

    /// Whether a round has replaced what is carried, computed at the end of `code`'s region.
    fn replaced(&mut self, way: &Way<'f>, by: Found, code: &mut Vec<Stmt>, o: &Origin) -> Value {
        let constant = |this: &mut Self, code: &mut Vec<Stmt>, is: bool| {
            this.out.push(code, Op::Const(Const::Bool(is)), Ty::Bool, None, o)
        };
        match way {
            Way::Kept => constant(self, code, false),
            Way::Replaced => constant(self, code, true),
            Way::Chosen { stmt, side, before } => {
                let Op::Elem { rule, args } = &stmt.op else { return constant(self, code, true) };
                let number = (by == Found::Compared).then_some(*side);
                let mut handed_on = |of: usize| {
                    crate::rules::is_handed_on(&mut self.out, code, *rule, args, (of, number), &stmt.origin)
                };
                let other = match side {
                    0 if by == Found::Chosen => {
                        let first = handed_on(0);
                        self.bool_op(code, IntOp::Not, vec![first], o)
                    }
                    _ => handed_on(1 - side),
                };
                match **before {
                    Way::Kept => other,
                    ref before => {
                        let before = self.replaced(before, by, code, o);
                        self.bool_op(code, IntOp::Or, vec![other, before], o)
                    }
                }
            }
            Way::Branch { stmt, arms } => {
                let Op::If { cond, .. } = &stmt.op else { return constant(self, code, true) };
                match [&*arms[0], &*arms[1]] {
                    [Way::Replaced, Way::Kept] => return *cond,
                    [Way::Kept, Way::Replaced] => return self.bool_op(code, IntOp::Not, vec![*cond], o),
                    _ => {}
                }
                let made = arms.each_ref().map(|way| {
                    let mut code = Vec::new();
                    let replaced = self.replaced(way, by, &mut code, o);
                    (code, replaced)
                });
                let result = self.out.value(Ty::Bool, Some(Name::Temp("replaced".into())), o);
                let fused = self.fused.entry(*stmt).or_insert_with(|| Fused {
                    arms: vec![Default::default(), Default::default()],
                    ..Fused::default()
                });
                fused.results.push(result);
                for (arm, (code, replaced)) in fused.arms.iter_mut().zip(made) {
                    arm.0.extend(code);
                    arm.1.push(replaced);
                }
                result
            }
        }
    }

    fn bool_op(&mut self, code: &mut Vec<Stmt>, op: IntOp, args: Vec<Value>, o: &Origin) -> Value {
        self.out.push(code, Op::Int { op, args }, Ty::Bool, None, o)
    }

    /// In the reverse sweep: the round that won, and its adjoint code; or else what the loop began with.
    fn run_winner(
        &mut self,
        st: &'f Stmt,
        (k, init): (usize, Value),
        winner: &Winner,
        round: &Round,
        gradient: &Gradient,
        out: &mut Vec<Stmt>,
    ) {
        let o = &st.origin;
        let Some(adj) = self.adj.get(&st.results[k]).copied() else { return };
        let won = self.primal(winner.won);
        let mut read: HashSet<Value> = HashSet::default();
        gradient.func.body.each_use(&mut |v| {
            read.insert(v);
        });
        let mut renaming = Renaming::default();
        for (v, param) in round.free.iter().chain(&winner.state).zip(&round.func.params) {
            if let ParamKind::Scalar(own, _) = &param.kind
                && read.contains(own)
            {
                let again = self.primal(*v);
                renaming.values.insert(*own, again);
            }
        }
        for p in &round.places {
            let again = self.primal_place(*p);
            renaming.places.insert(*p, again);
        }
        for i in &gradient.seeds {
            if let ParamKind::Scalar(seed, _) = &gradient.func.params[*i].kind {
                renaming.values.insert(*seed, adj);
            }
        }
        for (i, tree) in &gradient.adjoints {
            if let (ParamKind::Place(p, _), Ret::Place(d)) = (&gradient.func.params[*i].kind, tree) {
                let own = self.adjoint_place(*p);
                renaming.places.insert(*d, own);
            }
        }
        let inlined = renaming.stmts(&mut self.out, &gradient.func, &gradient.func.body.stmts);
        let mut then = Block { stmts: inlined, ..Block::default() };
        let mut els = Block::default();
        let mut whose = Vec::new();
        if self.act.value(init) {
            let zero = self.zero_of(&mut then.stmts, init, o);
            then.yields.push(zero);
            els.yields.push(adj);
            whose.push(init);
        }
        for (i, tree) in &gradient.adjoints {
            let (ParamKind::Scalar(v, _), Ret::Scalar(n)) = (&gradient.func.params[*i].kind, tree) else {
                continue;
            };
            let d = renaming.value(&mut self.out, &gradient.func, gradient.func.body.yields[*n]);
            then.yields.push(d);
            let zero = self.zero_of(&mut els.stmts, *v, o);
            els.yields.push(zero);
            whose.push(*v);
        }
        let results = self.contribution_values(&whose);
        let op = Op::If { cond: won, then, els };
        out.push(Stmt { op, results: results.clone(), origin: o.clone() });
        for (v, d) in whose.into_iter().zip(results) {
            self.add_adjoint(out, v, d, o);
        }
    }
}
