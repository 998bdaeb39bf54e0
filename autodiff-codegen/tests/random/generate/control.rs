//! Branches, loops, exits.

use super::keen::Keen;
use super::*;

/// What a loop carries.
#[derive(Clone, Copy, PartialEq)]
pub enum Carry {
    /// `acc += term`
    Sum,
    /// `acc = acc.max(term)`
    Best,
    /// Any function of itself and the rest, squashed.
    State,
    /// The value that another carried one had before.
    Shift,
    /// Whatever the body made last.
    Last,
    /// Itself.
    Same,
    /// A passive float.
    Passive,
}

/// What carried floats are kept within.
const CARRIED: f64 = 6.0;

impl Gen<'_> {
    fn carry(&mut self) -> Carry {
        use Carry::*;
        if self.keen.is_some() && self.rng.chance(50) {
            return Last;
        }
        [Sum, Sum, Best, State, State, Shift, Last, Last, Same, Passive][self.rng.below(10)]
    }

    pub fn random_if(&mut self, out: &mut Code) {
        let cond = self.condition(out);
        let n = self.rng.below(3);
        // Choices of what is chosen by, and of integers, which passes can fold.
        let passive = self.meeting && self.rng.chance(40);
        let mut arms = Vec::new();
        for _ in 0..2 {
            let arm = self.scoped(|g| {
                let mut code = Vec::new();
                let k = g.rng.below(5);
                g.at_most(&mut code, k);
                let mut yields = Vec::new();
                for _ in 0..n {
                    let x = g.float(&mut code);
                    yields.push(g.within(&mut code, x, -CARRIED, CARRIED).v);
                }
                if passive {
                    let truth = if g.rng.chance(70) {
                        let op = Op::Const(Const::Bool(g.rng.chance(50)));
                        g.f.push(&mut code, op, Ty::Bool, None, &Origin::default())
                    } else {
                        g.condition(&mut code)
                    };
                    let k = g.rng.int(0, 2);
                    yields.extend([truth, g.int_const(&mut code, k).v]);
                }
                Block { params: Vec::new(), stmts: code, yields, diverges: false }
            });
            arms.push(arm);
        }
        let mut results: Vec<Value> = (0..n).map(|_| self.value(Ty::F64)).collect();
        self.floats_from(&results, true);
        if passive {
            let (truth, k) = (self.value(Ty::Bool), self.value(Ty::usize()));
            self.env.bools.push(truth);
            self.keep_int(k, 0, 2);
            results.extend([truth, k]);
        }
        let (els, then) = (arms.pop().unwrap(), arms.pop().unwrap());
        out.push(Stmt { op: Op::If { cond, then, els }, results, origin: Origin::default() });
    }

    fn floats_from(&mut self, vs: &[Value], active: bool) {
        self.env.floats.extend(vs.iter().map(|v| F { v: *v, lo: -CARRIED, hi: CARRIED, active }));
    }

    /// A range, and the interval that its values lie in (nothing, if it has none).
    fn range(&mut self, out: &mut Code) -> (Range, Option<(i128, i128)>) {
        let most = match self.loops {
            0 if self.meeting => 6,
            0..2 if !self.small => 4,
            _ => 2,
        };
        let never = match self.keen {
            _ if self.favourite == Some(Favourite::NoRounds) => 60,
            Some(_) => 30,
            None => 13,
        };
        let zero = self.rng.chance(never);
        let unusual = self.keen == Some(Keen::Ranges);
        let inclusive = self.rng.chance(if unusual { 40 } else { 20 }) && !zero;
        let start = self.rng.int(0, 1);
        let bounds: Vec<I> = self.env.ints.iter().copied().filter(|i| i.hi <= most && i.lo >= 0).collect();
        let lo = self.int_const(out, start);
        let hi = match self.rng.pick(&bounds).copied() {
            Some(i) if self.rng.chance(45) && !zero => i,
            _ if zero => self.int_const(out, start),
            _ => {
                let hi = start + self.rng.int(1, most);
                self.int_const(out, hi)
            }
        };
        let step = if self.rng.chance(if self.meeting || unusual { 35 } else { 15 }) {
            let s = self.rng.int(1, 2);
            Some(self.int_const(out, s).v)
        } else {
            None
        };
        let last = if inclusive { hi.hi } else { hi.hi - 1 };
        let range = Range { lo: lo.v, hi: hi.v, inclusive, step, rev: self.rng.chance(20) };
        (range, (last >= lo.lo).then_some((lo.lo, last)))
    }

    /// The start of a carried value.
    fn init(&mut self, out: &mut Code, kind: Carry) -> Value {
        let x = match kind {
            Carry::Passive => self.passive_float(out),
            Carry::Sum if self.rng.chance(50) => self.constant(out, 0.0),
            _ => self.float(out),
        };
        self.within(out, x, -CARRIED, CARRIED).v
    }

    /// What a carried value becomes in a round.
    fn next(&mut self, code: &mut Code, kind: Carry, own: F, before: F) -> Value {
        match kind {
            Carry::Sum => {
                let x = self.float(code);
                let x = self.within(code, x, -1.0, 1.0);
                self.elem(code, "Add", &[own, x]).v
            }
            Carry::Best => {
                let x = self.float(code);
                let x = self.within(code, x, -CARRIED, CARRIED);
                if self.role == Role::Bare && self.rng.chance(60) {
                    return self.selected(code, own, x, 2);
                }
                let which = if self.rng.chance(50) { "Max" } else { "Min" };
                self.elem(code, which, &[own, x]).v
            }
            Carry::State => {
                let x = self.random_elem(code);
                let y = if self.rng.chance(60) { self.elem(code, "Mul", &[x, own]) } else { x };
                self.within(code, y, -CARRIED, CARRIED).v
            }
            Carry::Shift => before.v,
            Carry::Last => {
                // What comes last is what the body made last, a region's or a call's result included.
                let near: Vec<F> =
                    self.env.floats.iter().rev().take(3).copied().filter(|x| x.hi - x.lo < 250.0).collect();
                match self.rng.pick(&near) {
                    Some(x) => x.v,
                    None => own.v,
                }
            }
            Carry::Same => own.v,
            Carry::Passive => {
                let x = self.passive_float(code);
                let y = self.elem(code, "Add", &[own, x]);
                self.within(code, y, -CARRIED, CARRIED).v
            }
        }
    }

    /// Fresh values of the types of others.
    fn like(&mut self, vs: &[Value]) -> Vec<Value> {
        let tys: Vec<Ty> = vs.iter().map(|v| self.f.ty(*v).clone()).collect();
        tys.into_iter().map(|t| self.value(t)).collect()
    }

    /// The results of a loop come into scope.
    fn results(&mut self, inits: &[Value], kinds: &[Carry], most: i128) -> Vec<Value> {
        let results = self.like(inits);
        for (i, v) in results.iter().enumerate() {
            match self.f.ty(*v) {
                Ty::Bool => self.env.bools.push(*v),
                Ty::Int(_) => drop(self.keep_int(*v, 0, most)),
                _ => self.floats_from(&[*v], kinds[i] != Carry::Passive),
            }
        }
        results
    }

    pub fn random_for(&mut self, out: &mut Code) {
        let (range, interval) = self.range(out);
        let n = self.rng.below(4);
        let kinds: Vec<Carry> = (0..self.few(n)).map(|_| self.carry()).collect();
        self.loop_over(out, range, interval, kinds, Self::any_round);
    }

    /// A few statements of all kinds, at least one.
    fn any_round(&mut self, code: &mut Code) {
        let n = 1 + self.rng.below(5);
        self.at_most(code, n);
    }

    /// A loop over any range that carries these, whose body is made by this.
    pub fn for_loop(&mut self, out: &mut Code, kinds: Vec<Carry>, body: impl FnOnce(&mut Self, &mut Code)) {
        let (range, interval) = self.range(out);
        self.loop_over(out, range, interval, kinds, body);
    }

    fn loop_over(
        &mut self,
        out: &mut Code,
        range: Range,
        interval: Option<(i128, i128)>,
        kinds: Vec<Carry>,
        body: impl FnOnce(&mut Self, &mut Code),
    ) {
        let counter = self.rng.chance(25);
        let mut inits: Vec<Value> = kinds.iter().map(|k| self.init(out, *k)).collect();
        if counter {
            let i = self.rng.int(0, 2);
            inits.push(self.int_const(out, i).v);
        }
        let iv = self.value(Ty::usize());
        let carried = self.like(&inits);
        self.loops += 1;
        let mut body = self.scoped(|g| {
            let (lo, hi) = interval.unwrap_or((0, 0));
            g.keep_int(iv, lo, hi);
            g.round(&carried, &kinds, counter.then_some(iv), body)
        });
        self.loops -= 1;
        body.params = [iv].into_iter().chain(carried).collect();
        let most = self.most_counted();
        let results = self.results(&inits, &kinds, most);
        out.push(Stmt { op: Op::For { range, inits, body }, results, origin: Origin::default() });
    }

    /// What a carried counter does not exceed.
    fn most_counted(&self) -> i128 {
        if self.meeting { 40 } else { 4 }
    }

    /// The body of a loop: `carried` are its parameters, floats first, then a passive counter.
    fn round(
        &mut self,
        carried: &[Value],
        kinds: &[Carry],
        counter: Option<Value>,
        body: impl FnOnce(&mut Self, &mut Code),
    ) -> Block {
        let mut code = Vec::new();
        let own: Vec<F> = carried
            .iter()
            .zip(kinds)
            .map(|(v, k)| F { v: *v, lo: -CARRIED, hi: CARRIED, active: *k != Carry::Passive })
            .collect();
        for (f, k) in own.iter().zip(kinds) {
            // Sums are seldom looked at by the body.
            if *k != Carry::Sum || self.rng.chance(30) {
                self.env.floats.push(*f);
            }
        }
        if counter.is_some() {
            let most = self.most_counted();
            self.keep_int(carried[kinds.len()], 0, most);
        }
        body(self, &mut code);
        let mut yields = Vec::new();
        for (i, (k, f)) in kinds.iter().zip(&own).enumerate() {
            let before = own[i.saturating_sub(1)];
            yields.push(self.next(&mut code, *k, *f, before));
        }
        if let Some(iv) = counter {
            yields.push(self.recurrence(&mut code, carried[kinds.len()], iv));
        }
        Block { params: Vec::new(), stmts: code, yields, diverges: false }
    }

    /// `k = (3 * k + i) % 5`, `k &= i + 3`, `k >>= i % 2`
    fn recurrence(&mut self, code: &mut Code, k: Value, iv: Value) -> Value {
        if self.meeting && self.rng.chance(50) {
            // A counter whose steps differ.
            return self.push(code, Op::Int { op: IntOp::Add, args: vec![k, iv] }, Ty::usize());
        }
        let (way, i) = (self.rng.below(4), I { v: iv, lo: 0, hi: 8 });
        if way < 2 {
            let (op, other, n) = [(IntOp::And, IntOp::Add, 3), (IntOp::Shr, IntOp::Rem, 2)][way];
            let n = self.int_const(code, n);
            let other = self.int_op(code, other, i, n);
            return self.push(code, Op::Int { op, args: vec![k, other.v] }, Ty::usize());
        }
        let k = I { v: k, lo: 0, hi: 4 };
        let three = self.int_const(code, 3);
        let five = self.int_const(code, 5);
        let x = self.int_op(code, IntOp::Mul, k, three);
        let x = self.int_op(code, IntOp::Add, x, i);
        self.int_op(code, IntOp::Rem, x, five).v
    }

    /// `while i < n && …`: carries floats, then the counter, and perhaps a flag.
    pub fn random_while(&mut self, out: &mut Code) {
        let n = 1 + self.rng.below(3);
        let kinds: Vec<Carry> = (0..self.few(n)).map(|_| self.carry()).collect();
        let largest = if self.small { 2 } else { 4 };
        let most = if self.rng.chance(12) { 0 } else { self.rng.int(1, largest) };
        let flag = self.rng.chance(30);
        let mut inits: Vec<Value> = kinds.iter().map(|k| self.init(out, *k)).collect();
        inits.push(self.int_const(out, 0).v);
        if flag {
            let no = Op::Const(Const::Bool(false));
            inits.push(self.f.push(out, no, Ty::Bool, None, &Origin::default()));
        }
        let limit = self.int_const(out, most);
        let (cond_params, body_params) = (self.like(&inits), self.like(&inits));
        self.loops += 1;
        let mut cond = self.scoped(|g| g.while_cond(&cond_params, &kinds, limit, flag));
        let mut body = self.scoped(|g| g.while_body(&body_params, &kinds, most, flag));
        self.loops -= 1;
        (cond.params, body.params) = (cond_params, body_params);
        let results = self.results(&inits, &kinds, most);
        out.push(Stmt { op: Op::While { inits, cond, body }, results, origin: Origin::default() });
    }

    fn logic(&mut self, code: &mut Code, op: IntOp, args: Vec<Value>) -> Value {
        self.push(code, Op::Int { op, args }, Ty::Bool)
    }

    fn while_cond(&mut self, params: &[Value], kinds: &[Carry], limit: I, flag: bool) -> Block {
        let mut code = Vec::new();
        let n = kinds.len();
        let op = Op::Cmp { op: CmpOp::Lt, args: [params[n], limit.v] };
        let mut on = self.push(&mut code, op, Ty::Bool);
        if flag {
            let not = self.logic(&mut code, IntOp::Not, vec![params[n + 1]]);
            on = self.logic(&mut code, IntOp::And, vec![on, not]);
        }
        if self.rng.chance(if self.keen.is_some() { 70 } else { 45 }) {
            self.floats_from(&params[..n], true);
            // Reverse mode refuses most assignments in a condition.
            let writing = self.rng.chance(if self.keen.is_some() { 20 } else { 10 });
            self.env.places.iter_mut().for_each(|p| p.writable &= writing);
            // To what it makes itself it may write.
            if self.rng.chance(30) {
                self.random_alloc(&mut code);
                self.random_whole(&mut code);
            }
            let k = self.rng.below(4);
            self.at_most(&mut code, k);
            let x = self.float(&mut code);
            let x = self.within(&mut code, x, -4.0, 4.0);
            let c = self.constant(&mut code, 3.0);
            let op = Op::Cmp { op: CmpOp::Lt, args: [x.v, c.v] };
            let more = self.push(&mut code, op, Ty::Bool);
            on = self.logic(&mut code, IntOp::And, vec![on, more]);
        }
        Block { params: Vec::new(), stmts: code, yields: vec![on], diverges: false }
    }

    fn while_body(&mut self, params: &[Value], kinds: &[Carry], most: i128, flag: bool) -> Block {
        let n = kinds.len();
        self.keep_int(params[n], 0, (most - 1).max(0));
        let mut body = self.round(&params[..n], kinds, None, Self::any_round);
        let one = self.int_const(&mut body.stmts, 1);
        let i = I { v: params[n], lo: 0, hi: most };
        let next = self.int_op(&mut body.stmts, IntOp::Add, i, one);
        body.yields.push(next.v);
        if flag {
            let stop = self.condition(&mut body.stmts);
            body.yields.push(stop);
        }
        body
    }

    /// An exit or a panic in a branch that is seldom taken.
    pub fn random_exit(&mut self, out: &mut Code) {
        let x = self.float(out);
        let limit = self.rng.float(0.5, 3.0);
        let c = self.constant(out, limit);
        let cond = self.push(out, Op::Cmp { op: CmpOp::Gt, args: [x.v, c.v] }, Ty::Bool);
        let mut then = Block::default();
        if self.rng.chance(40) {
            self.panic(&mut then.stmts);
        } else {
            let code = self.token();
            let reads = vec![Read { ident: ident("r0"), source: ReadOf::Value(x.v) }];
            let op = Op::Exit { code: quote::quote!(return Err(#code)), reads };
            then.stmts.push(Stmt { op, results: Vec::new(), origin: Origin::default() });
            then.diverges = true;
        }
        if !(self.meeting && then.diverges) {
            return self.effect(out, Op::If { cond, then, els: Block::default() });
        }
        // The other arm makes what comes after it.
        let els = self.scoped(|g| {
            let mut stmts = Vec::new();
            g.some_stmts(&mut stmts, 1);
            let y = g.random_elem(&mut stmts);
            let y = g.within(&mut stmts, y, -CARRIED, CARRIED).v;
            Block { stmts, yields: vec![y], ..Block::default() }
        });
        let result = self.value(Ty::F64);
        self.floats_from(&[result], true);
        out.push(Stmt { op: Op::If { cond, then, els }, results: vec![result], origin: Origin::default() });
    }

    /// What panics, and whose result nothing needs.
    fn panic(&mut self, code: &mut Code) {
        let fits = |p: &P| p.dims.len() == 1;
        let place = self.place(fits).filter(|_| self.rng.chance(50));
        if let Some(p) = place {
            let i = self.int_const(code, p.dims[0] as i128);
            let op = Op::Load { place: p.p, path: vec![Proj::Index(i.v)], again: None };
            let ty = match self.f.plc(p.p).ty {
                PlaceTy::Unknown => Ty::Float(FloatTy::Unknown),
                _ if p.ints.is_some() => Ty::usize(),
                _ => Ty::F64,
            };
            self.push(code, op, ty);
            return;
        }
        let (zero, op) = (self.int_const(code, 0), [IntOp::Rem, IntOp::Sub, IntOp::Div][self.rng.below(3)]);
        let (a, b) = match op {
            IntOp::Sub => (zero, self.int_const(code, 1)),
            _ => (self.int(code), zero),
        };
        self.push(code, Op::Int { op, args: vec![a.v, b.v] }, Ty::usize());
    }
}
