//! Random programs: well formed by construction, with indices that stay in range and floats that stay tame.
//!
//! Every integer and every float is generated with an interval that it lies in. An operation of the table
//! gets operands within its stated domain, squashed through `sin` or `tanh` where they might not be.

use std::sync::OnceLock;

use autodiff_codegen::ir::*;
use autodiff_codegen::rules::{self, RuleId};
use proc_macro2::{Ident, Span, TokenStream};

use crate::rng::Rng;

mod calls;
mod control;
mod growing;
mod idioms;
mod keen;
mod memory;
mod scalars;
mod signature;

pub use signature::Input;

/// A float within an interval.
#[derive(Clone, Copy, Debug)]
pub struct F {
    pub v: Value,
    pub lo: f64,
    pub hi: f64,
    /// Whether an active value may flow into it.
    pub active: bool,
}

/// A `usize` within an interval.
#[derive(Clone, Copy, Debug)]
pub struct I {
    pub v: Value,
    pub lo: i128,
    pub hi: i128,
}

/// A place of known lengths.
#[derive(Clone, Debug)]
pub struct P {
    pub p: Place,
    pub dims: Vec<usize>,
    /// Of integers within this interval; of floats otherwise.
    pub ints: Option<(i128, i128)>,
    /// Whether it may be written to here.
    pub writable: bool,
    /// Whether an active value may have been written to it.
    pub active: bool,
}

/// What statements may use.
#[derive(Clone, Debug, Default)]
pub struct Env {
    pub floats: Vec<F>,
    pub ints: Vec<I>,
    pub bools: Vec<Value>,
    pub places: Vec<P>,
    /// Those that grow.
    pub vecs: Vec<growing::V>,
}

/// A function that others may call.
#[derive(Clone, Debug)]
pub struct Target {
    pub name: String,
    pub params: Vec<Input>,
    pub ret: Shape,
}

/// What a function returns.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Scalar,
    /// An array of these lengths.
    Array(Vec<usize>),
    Tuple(Vec<Shape>),
}

/// A random program, and what it can be run on.
#[derive(Clone, Debug)]
pub struct Generated {
    pub func: Func,
    pub inputs: Vec<Input>,
    pub ret: Shape,
}

/// A program of no more statements than this has few of everything else, too: parameters, elements, rounds, and no more
/// than two regions in each other. Most faults show in one of those, and it takes little time.
pub const SMALL: usize = 6;

/// Elements of arrays are kept within this.
pub const ELEMENT: f64 = 4.0;

/// How floats of the program are called.
pub fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

pub struct Gen<'c> {
    pub rng: Rng,
    pub f: Func,
    pub env: Env,
    pub targets: &'c [Target],
    /// How many loops are around.
    pub loops: usize,
    /// How many regions are around.
    pub depth: usize,
    pub role: Role,
    /// How many more statements may be made.
    pub budget: isize,
    /// How many pieces of opaque code there are.
    pub effects: usize,
    /// What there is more of than usual, so that it stands everywhere.
    favourite: Option<Favourite>,
    names: usize,
    /// What there is most of, in programs that are like that.
    keen: Option<keen::Keen>,
    /// Whether there is little of everything.
    small: bool,
    /// Whether things meet that otherwise seldom do: choices on the same condition, loops with larger steps, and what a loop has
    /// read and is written to after it.
    meeting: bool,
}

pub type Code = Vec<Stmt>;

/// What else would be rare.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Favourite {
    Whole,
    Exchange,
    View,
    Call,
    Effect,
    Alloc,
    Growth,
    /// Loops without rounds.
    NoRounds,
}

impl Favourite {
    fn any(rng: &mut Rng, small: bool) -> Option<Favourite> {
        use Favourite::*;
        let all = [Whole, Exchange, View, Call, Effect, Alloc, Growth, NoRounds];
        rng.chance(if small { 60 } else { 35 }).then(|| all[rng.below(all.len())])
    }
}

/// What kind of function is wanted.
#[derive(Clone, Copy, PartialEq)]
pub enum Role {
    /// One that others call.
    Callee,
    /// One that calls itself, too.
    Recursive,
    /// One that nothing else calls.
    Main,
    /// The same, in which things meet that otherwise seldom do.
    Meeting,
    /// The same, with most of one construct.
    Keen,
    /// The same, with little else than a loop around one construct.
    Bare,
}

impl Role {
    fn meeting(self) -> bool {
        self == Role::Meeting
    }
}

/// Generates a function.
pub fn generate(seed: u64, name: &str, targets: &[Target], size: usize, role: Role) -> Generated {
    let mut rng = Rng::new(seed);
    let favourite = Favourite::any(&mut rng, size <= SMALL);
    let keen = matches!(role, Role::Keen | Role::Bare).then(|| keen::Keen::any(&mut rng));
    let mut g = Gen {
        rng,
        favourite,
        f: Func::new(name),
        env: Env::default(),
        targets,
        loops: 0,
        depth: 0,
        budget: size as isize,
        role,
        effects: 0,
        names: 0,
        keen,
        small: size <= SMALL,
        meeting: role.meeting(),
    };
    let inputs = g.signature();
    let mut out = Vec::new();
    if role == Role::Bare {
        g.bare_loops(&mut out);
        let ret = g.finish(&mut out);
        return Generated { func: g.f, inputs, ret };
    }
    let statements = if g.small { 1 + g.rng.below(3) } else { 3 + size / 12 };
    g.some_stmts(&mut out, statements);
    if role == Role::Recursive {
        g.recursive_call(&mut out, &inputs);
        g.at_most(&mut out, 3);
    }
    let ret = g.finish(&mut out);
    Generated { func: g.f, inputs, ret }
}

impl Gen<'_> {
    /// Appends one statement without a result.
    pub fn effect(&mut self, out: &mut Code, op: Op) {
        self.f.effect(out, op, &Origin::default());
    }

    /// Appends one statement with a result.
    pub fn push(&mut self, out: &mut Code, op: Op, ty: Ty) -> Value {
        self.budget -= 1;
        self.f.push(out, op, ty, None, &Origin::default())
    }

    pub fn value(&mut self, ty: Ty) -> Value {
        self.f.value(ty, None, &Origin::default())
    }

    /// A new name, for places and variables.
    pub fn name(&mut self, stem: &str) -> Name {
        self.names += 1;
        Name::User(ident(&format!("{stem}{}", self.names)))
    }

    pub fn token(&mut self) -> TokenStream {
        self.effects += 1;
        let n = proc_macro2::Literal::usize_unsuffixed(self.effects);
        quote::quote!(effect(#n))
    }

    /// Runs `make` in an environment of its own: what it defines is forgotten, but not what it activates.
    pub fn scoped<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.env.clone();
        self.depth += 1;
        let result = make(self);
        self.depth -= 1;
        let inner = std::mem::replace(&mut self.env, outer);
        for (a, b) in self.env.places.iter_mut().zip(inner.places) {
            a.active |= b.active;
        }
        result
    }

    /// The number, or one or two if there is little of everything.
    pub fn few(&mut self, n: usize) -> usize {
        if self.small { n.min(1 + self.rng.below(2)) } else { n }
    }

    /// A few statements of all kinds, fewer if there is little of everything.
    pub fn at_most(&mut self, out: &mut Code, n: usize) {
        let n = self.few(n);
        self.some_stmts(out, n);
    }

    /// How many elements an array has.
    pub fn elements(&mut self) -> usize {
        1 + self.rng.below(if self.small { 2 } else { 4 })
    }

    /// A few statements of all kinds.
    pub fn some_stmts(&mut self, out: &mut Code, n: usize) {
        for _ in 0..n {
            if self.budget <= 0 {
                return;
            }
            self.random_stmt(out);
        }
    }

    fn random_stmt(&mut self, out: &mut Code) {
        let nest = if self.small { self.depth < 2 } else { self.depth < 4 && self.budget > 12 };
        if let Some(keen) = self.keen
            && self.keen_stmt(out, keen, nest)
        {
            return;
        }
        if self.rng.chance(35) {
            match self.favourite {
                Some(Favourite::Whole) => return self.random_whole(out),
                Some(Favourite::Exchange) => return self.exchange_arrays(out),
                Some(Favourite::View) if nest => return self.random_view(out),
                Some(Favourite::Call) => return self.random_call(out),
                Some(Favourite::Effect) => return self.random_effect(out),
                Some(Favourite::Alloc) => return self.random_alloc(out),
                Some(Favourite::Growth) => return self.random_growth(out),
                _ => {}
            }
        }
        // Little of everything is not to mean arithmetic and nothing else.
        let least = if self.small && self.rng.chance(40) { 65 } else { 0 };
        match least + self.rng.below(100 - least) {
            0..27 => drop(self.random_elem(out)),
            27..30 if nest => self.random_idiom(out),
            30..34 => self.random_int(out),
            34..37 => drop(self.condition(out)),
            37..40 => self.random_cast(out),
            40..46 => self.random_load(out),
            46..52 => self.random_store(out),
            52..57 => self.random_alloc(out),
            57..60 => self.random_whole(out),
            60..64 => self.random_growth(out),
            64 => self.random_effect(out),
            65..68 if nest => self.random_view(out),
            68 if nest => self.random_idiom(out),
            69..76 if nest => self.random_if(out),
            76..86 if nest => self.random_for(out),
            86..91 if nest => self.random_while(out),
            91..98 => self.random_call(out),
            98..100 if self.rng.chance(30) => self.random_exit(out),
            _ => drop(self.random_elem(out)),
        }
    }
}

/// The range of an operation's results over its domain, found once.
pub fn result_range(rule: RuleId) -> (f64, f64) {
    static RANGES: OnceLock<Vec<(RuleId, (f64, f64))>> = OnceLock::new();
    let all = RANGES.get_or_init(|| RuleId::all().map(|rule| (rule, sampled_range(rule))).collect());
    all.iter().find(|(r, _)| *r == rule).map_or_else(|| sampled_range(rule), |(_, range)| *range)
}

/// The range of an operation's results over its domain, by sampling.
fn sampled_range(rule: RuleId) -> (f64, f64) {
    let rule = rule.get();
    let mut rng = Rng::new(7);
    let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
    let corners = 1usize << rule.arity;
    for n in 0..400 + corners {
        let xs: Vec<f64> = rule
            .operands
            .iter()
            .enumerate()
            .map(|(i, o)| {
                let x = match n {
                    n if n < corners && n >> i & 1 == 0 => o.lo,
                    n if n < corners => o.hi,
                    _ => rng.float(o.lo, o.hi),
                };
                if o.kind == rules::Kind::Int { x.floor() } else { x }
            })
            .collect();
        let y = (rule.eval)(&xs);
        if y.is_finite() {
            lo = lo.min(y);
            hi = hi.max(y);
        }
    }
    let margin = 0.1 * (hi - lo) + 1e-3;
    (lo - margin, hi + margin)
}
