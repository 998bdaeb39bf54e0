//! Reverse mode: a program that computes a value becomes one that computes the value and its gradient.
//!
//! The forward sweep is the primal with additions: what the reverse sweep will need and can't recompute is
//! saved. The reverse sweep mirrors the primal's regions from last statement to first. Where the adjoint of a
//! region's results is known before the region runs (nothing after it but linear code), forward and
//! reverse are *fused*: the region's adjoint code follows its own forward code directly, and nothing is saved.
//!
//! * Adjoints of values are SSA values, summed use by use; a region hands out what it contributes to values
//!   from outside it. Adjoints of places are places.
//! * `values` decides, on demand, whether a primal value is at hand, is recomputed, or is saved.
//! * `early` finds the adjoints that are known before a region runs.

use crate::tables::{HashMap, HashSet};

use std::cell::OnceCell;

use crate::analysis::{Activity, Defs, Integers, RegionId, Stability};
use crate::ir::*;

mod ahead;
mod at_once;
mod branches;
mod calls;
mod calls_again;
mod checkpoint;
mod early;
mod forward_sweep;
mod growing;
mod loops;
mod places;
mod private;
mod rounds;
mod signature;
mod values;
mod walk;
mod winner;

/// Where the adjoint of a scalar result starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeedKind {
    /// At the constant 1.
    One,
    /// At an extra parameter. Results that are not one scalar always have seeds.
    Param,
}

/// Where the adjoints of run-time sized parameters live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Buffers {
    /// They are allocated, and returned.
    Own,
    /// In `&mut` parameters, set to zero first.
    Overwrite,
    /// In the same `&mut` parameters, added to what they hold.
    Add,
    /// Of all parameters with memory in `&mut` parameters, added into.
    Accumulate,
}

/// What kind of derivative program is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Where the adjoint of the result starts.
    pub seed: SeedKind,
    /// Where adjoints of run-time sized parameters live.
    pub buffers: Buffers,
    /// Whether adjoint code may move into the forward sweep. Not if the two sweeps are to be run apart.
    pub fuse: bool,
    /// Whether the reverse parts of calls get all arguments once more, those by value too: so that the program itself can
    /// be run backwards, for which the callee is called again.
    pub whole: bool,
    /// Whether a call whose result's adjoint is known before it may make both of its parts at once.
    pub at_once: bool,
    /// Whether the state of loops at the top of the body is kept only now and then.
    pub checkpoint: bool,
}

impl Options {
    /// For a gradient that is returned, of one float.
    pub const GRADIENT: Options = Options {
        seed: SeedKind::One,
        buffers: Buffers::Own,
        fuse: true,
        whole: false,
        at_once: false,
        checkpoint: false,
    };

    /// For the two halves of a call: seeds as parameters, adjoints added into buffers, the sweeps apart.
    pub const HALVES: Options = Options {
        seed: SeedKind::Param,
        buffers: Buffers::Accumulate,
        fuse: false,
        whole: false,
        at_once: false,
        checkpoint: false,
    };
}

/// A derivative program.
#[derive(Clone, Debug)]
pub struct Gradient {
    /// Parameters: the primal's, the seeds, the buffers. Its `ret` is the primal's.
    pub func: Func,
    /// `body.stmts[..split]` is the forward sweep.
    pub split: usize,
    /// Whether the two sweeps are to be run apart: nothing of the reverse sweep may move into the forward sweep.
    pub apart: bool,
    /// The adjoint of each active parameter (its index), over the body's yields and places.
    pub adjoints: Vec<(usize, Ret)>,
    /// Which parameters are seeds.
    pub seeds: Vec<usize>,
    /// Which parameters are adjoint buffers, in the order of the parameters that they belong to.
    pub buffers: Vec<usize>,
    /// How many loops have checkpoints.
    pub checkpointed: usize,
    /// What was decided on the way.
    pub decisions: Decisions,
}

/// How the reverse sweep comes by the values of the forward sweep, for people who want to know. Simplification may have
/// taken some of it out again.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// The primal's values that are saved, and where.
    pub saved: Vec<(Value, Place)>,
    /// Those that are computed again, and as what.
    pub recomputed: Vec<(Value, Value)>,
    /// The loops and branches whose adjoint code follows their own, in the same round.
    pub fused: Vec<Origin>,
    /// The calls that make value and gradient in one.
    pub at_once: Vec<Origin>,
    /// The loops of which one round has the derivative.
    pub winners: Vec<Origin>,
}

/// A program that reverse mode can't do yet: why, and where.
#[derive(Clone, Debug)]
pub struct Unsupported {
    /// The statement to blame.
    pub origin: Origin,
    /// What it is, for the error's first part.
    pub what: &'static str,
}

/// Differentiates `primal` in reverse mode.
///
/// # Errors
///
/// If the program holds something that reverse mode can't do; nothing is ever differentiated in part.
pub fn reverse(primal: &Func, opts: &Options) -> Result<Gradient, Unsupported> {
    let mut r = Reverse::new(primal, opts);
    r.signature();
    r.declarations(&primal.body);
    let root = RegionId::ROOT;
    r.open.insert(root);
    r.scopes.push(Scope::new(root));
    let mut rev = Vec::new();
    r.seed_body(&mut rev);
    r.region(&primal.body, &mut rev);
    let rev = r.close_scope(rev);
    let adjoint_yields = r.finish_adjoints();
    if let Some(e) = r.failed {
        return Err(e);
    }
    r.assemble(rev, adjoint_yields)
}

/// One mirrored region of the reverse sweep under construction.
struct Scope {
    /// The primal region that it mirrors.
    region: RegionId,
    /// Primal values that have been made available here.
    values: HashMap<Value, Value>,
    /// Views that have been made available here.
    places: HashMap<Place, Place>,
    /// Code at the start of the mirrored region: reloads, recomputations, adjoint places.
    head: Vec<Stmt>,
    /// The ordinal of the current iteration, if the region is a loop body.
    ordinal: Option<Value>,
    /// Its code runs in the region's own forward sweep, before a call that makes value and gradient in one.
    before_call: bool,
}

impl Scope {
    fn new(region: RegionId) -> Scope {
        Scope {
            region,
            values: HashMap::default(),
            places: HashMap::default(),
            head: Vec::new(),
            ordinal: None,
            before_call: false,
        }
    }
}

/// A parameter of a program that is made of a part of the primal.
fn part_param(kind: ParamKind, active: bool, name: &str) -> Param {
    let name = proc_macro2::Ident::new(name, proc_macro2::Span::mixed_site());
    Param { name, ty: proc_macro2::TokenStream::new(), kind, active }
}

/// Where a primal value is kept for the reverse sweep.
#[derive(Clone, Debug)]
enum Save {
    /// In a scalar cell: it is defined in an arm of an `If`, and in no loop.
    Cell(Place),
    /// At the ordinals of the enclosing loops, in a buffer of exact size.
    Row {
        place: Place,
        /// The loops, outermost first, with their trip counts.
        loops: Vec<(RegionId, Value)>,
    },
    /// On a growing buffer.
    Stack(Place),
}

/// A statement whose regions hold their own adjoint code.
#[derive(Default)]
struct Fused {
    /// Code that computes the adjoints of its results; runs before it.
    before: Vec<Stmt>,
    /// Per region: its adjoint code, and what it contributes to the adjoints of `free`.
    arms: Vec<(Vec<Stmt>, Vec<Value>)>,
    /// Loops: the accumulators' start and their block parameters.
    inits: Vec<Value>,
    params: Vec<Value>,
    /// The contributions, as results of the statement.
    results: Vec<Value>,
    /// Loops: what the body yields in the place of what it would yield.
    instead: Vec<(usize, Value)>,
}

/// What a call that makes both of its parts at once needs, and gives.
struct AtOnce {
    /// Code that runs before it.
    before: Vec<Stmt>,
    seed: Value,
    slots: Vec<Slot>,
    /// The contributions, as results of the statement.
    results: Vec<Value>,
}

struct Reverse<'f> {
    primal: &'f Func,
    opts: Options,
    defs: Defs<'f>,
    act: Activity,
    stab: Stability,
    /// How the primal's integers are computed, where that has been asked.
    integers: OnceCell<Integers>,
    /// The roots whose lengths change while they live.
    growing: HashSet<Place>,
    /// Views of adjoints of those, to be made right before the code of the statement at hand.
    late: Vec<Stmt>,
    out: Func,
    /// The adjoints of values, as known at this point of the walk.
    adj: HashMap<Value, Value>,
    /// The adjoints of roots.
    dplaces: HashMap<Place, Place>,
    /// Adjoint places made so far whose coming to life has no place yet, and whether the forward sweep
    /// needs them; settled when their primal's region is closed.
    pending: HashMap<Place, (Stmt, bool)>,
    /// Adjoint places that code in the forward sweep needs: they come to life right after their primal.
    eager: HashMap<Place, Vec<Stmt>>,
    /// Snapshots to take at the end of a region, of places that are gone when the reverse sweep needs them.
    at_end: HashMap<RegionId, Vec<Stmt>>,
    /// The variables that opaque code declares, by name, with the regions that it does so in.
    declared: HashMap<String, Vec<RegionId>>,
    /// Regions whose forward values are at hand where the reverse sweep is now.
    open: HashSet<RegionId>,
    scopes: Vec<Scope>,
    saves: HashMap<Value, Save>,
    /// Code to put before a statement of the forward sweep: buffers for what its loops save, trip counts.
    before: HashMap<*const Stmt, Vec<Stmt>>,
    fused: HashMap<*const Stmt, Fused>,
    /// The trip counts of `while` loops, where they are needed.
    counters: HashMap<*const Stmt, Value>,
    /// Trip counts of `for` loops, by the statement before which they were computed.
    trips: HashMap<(*const Stmt, RegionId), Value>,
    /// The pullbacks of calls that have a reverse part.
    pullbacks: HashMap<*const Stmt, Value>,
    /// The calls whose forward part is called for nothing but that there is one.
    asked: HashSet<*const Stmt>,
    /// The calls that make both of their parts at once: the seed, the slots, and what the reverse part gives.
    at_once: HashMap<*const Stmt, AtOnce>,
    /// The homes of values that the reverse pass made in the forward sweep (pullbacks, counters).
    made_in: HashMap<Value, RegionId>,
    /// What the maths library is asked for, by the primal or on behalf of its reverse sweep.
    functions: ahead::Functions,
    /// The adjoints of open regions' yields that are known before anything runs.
    yield_adjoints: HashMap<RegionId, Vec<Option<EarlyYield>>>,
    seeds: Vec<usize>,
    buffers: Vec<usize>,
    seed_of_yield: Vec<Option<Value>>,
    /// Returned places whose seed is not their adjoint: it is added to it.
    seed_adds: Vec<(Place, Place)>,
    /// Parameters whose adjoint is added to their buffer at the end, with the buffer.
    late_adds: HashMap<Place, Place>,
    failed: Option<Unsupported>,
    /// What each round of a loop with checkpoints begins with in the forward sweep.
    heads: HashMap<*const Stmt, Vec<Stmt>>,
    /// How many such loops there are.
    checkpointed: usize,
    decisions: Decisions,
}

/// The adjoint of a yield of an open region, known early.
#[derive(Clone, Copy, Debug)]
enum EarlyYield {
    /// The constant 1.
    One,
    /// A value that is available throughout.
    Value(Value),
    /// It has none: a structural zero.
    Zero,
}

impl<'f> Reverse<'f> {
    fn new(primal: &'f Func, opts: &Options) -> Reverse<'f> {
        let mut out = primal.clone();
        out.body = Block::default();
        let mut_outputs = opts.seed == SeedKind::Param;
        Reverse {
            primal,
            opts: *opts,
            defs: Defs::new(primal),
            act: Activity::new(primal, mut_outputs),
            stab: Stability::new(primal),
            integers: OnceCell::new(),
            growing: Reverse::growing_places(primal),
            late: Vec::new(),
            out,
            adj: HashMap::default(),
            dplaces: HashMap::default(),
            pending: HashMap::default(),
            eager: HashMap::default(),
            at_end: HashMap::default(),
            declared: HashMap::default(),
            open: HashSet::default(),
            scopes: Vec::new(),
            saves: HashMap::default(),
            before: HashMap::default(),
            fused: HashMap::default(),
            counters: HashMap::default(),
            trips: HashMap::default(),
            pullbacks: HashMap::default(),
            asked: HashSet::default(),
            at_once: HashMap::default(),
            made_in: HashMap::default(),
            functions: ahead::functions(primal),
            yield_adjoints: HashMap::default(),
            seeds: Vec::new(),
            buffers: Vec::new(),
            seed_of_yield: Vec::new(),
            seed_adds: Vec::new(),
            late_adds: HashMap::default(),
            failed: None,
            heads: HashMap::default(),
            checkpointed: 0,
            decisions: Decisions::default(),
        }
    }

    /// Collects the variables that opaque code declares.
    fn declarations(&mut self, block: &'f Block) {
        let region = self.defs.region_of(block);
        for s in &block.stmts {
            if let Op::Opaque { kind: OpaqueKind::Let { declares, .. }, .. } = &s.op {
                for d in declares {
                    self.declared.entry(crate::names::text(d)).or_default().push(region);
                }
            }
            s.op.blocks().into_iter().for_each(|b| self.declarations(b));
        }
    }

    /// Notes the first thing that can't be done; the walk goes on, its result is thrown away.
    fn unsupported(&mut self, origin: &Origin, what: &'static str) {
        if self.failed.is_none() {
            self.failed = Some(Unsupported { origin: origin.clone(), what });
        }
    }

    /// The name of the adjoint of a value.
    fn adjoint_name(&self, v: Value) -> Option<Name> {
        self.primal.values.get(v.0 as usize)?.name.clone().map(|n| Name::Adjoint(Box::new(n)))
    }

    /// Adds a contribution to the adjoint of `v`.
    fn add_adjoint(&mut self, out: &mut Vec<Stmt>, v: Value, contribution: Value, origin: &Origin) {
        let name = self.adjoint_name(v);
        let sum = match self.adj.get(&v) {
            None => {
                let info = &mut self.out.values[contribution.0 as usize];
                if info.name.is_none() {
                    info.name = name;
                }
                contribution
            }
            Some(&a) => {
                let op = Op::Elem { rule: crate::rules::ADD, args: vec![a, contribution] };
                let ty = self.out.ty(v).clone();
                self.out.push(out, op, ty, name, origin)
            }
        };
        self.adj.insert(v, sum);
    }

    /// A zero of the type of `v`.
    fn zero_of(&mut self, out: &mut Vec<Stmt>, v: Value, origin: &Origin) -> Value {
        let ty = self.asserted_type(v).unwrap_or_else(|| self.out.ty(v).clone());
        self.out.float(out, 0.0, ty, origin)
    }

    /// The type that a call's result is asserted to have.
    fn asserted_type(&self, v: Value) -> Option<Ty> {
        if *self.out.ty(v) != Ty::Float(FloatTy::Unknown) {
            return None;
        }
        let mut found = None;
        self.primal.body.each_stmt(&mut |s| {
            if let (Op::AssertFloat(a), Some(r)) = (&s.op, s.results.first())
                && *a == v
            {
                found = Some(self.primal.ty(*r).clone());
            }
        });
        found
    }

    /// Ends the innermost scope: its head goes before its code.
    fn close_scope(&mut self, code: Vec<Stmt>) -> Vec<Stmt> {
        let Some(scope) = self.scopes.pop() else { return code };
        let mut all = self.settle_places(scope.region);
        all.extend(scope.head);
        all.extend(code);
        all
    }
}
