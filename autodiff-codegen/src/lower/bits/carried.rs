//! What the bits of active floats become on their way through integers.
//!
//! An integer that is made of the bits of a float moves with it: within one exponent it is the float, counted in its last
//! digits. That gets lost where the last bits are cut off (`bits >> 52`, `bits & 0xffff_f000`): what is left is made of steps, which
//! have no derivative. And it stays where only the other bits are changed (`bits & !(1 << 63)`), shifted by a few places, or
//! multiplied: a float that is made of such bits, or such an integer as a float, has one. The same goes for an integer that a
//! float was cast to, if it becomes the bits of another float.

use super::{APART, TOGETHER, is_among};
use crate::hir::{BinOp, Block, Expr, ExprKind, Pat, PatKind, Type, Var};
use crate::lower::facts::Facts;
use crate::lower::shape::Shape;
use crate::lower::walk::{self, Step};
use crate::tables::HashMap;
use proc_macro2::Ident;

/// How much of a float is in an integer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum Level {
    /// Nothing that is active.
    #[default]
    Nothing,
    /// What is made of steps: it changes by jumps only.
    Steps,
    /// Its first digits, at the place of the last ones: shifted back, they are made of steps, and as they stand, they are
    /// those of a shorter float.
    Shifted,
    /// Its last digits: it changes as the float does.
    Digits,
    /// It is not known how much.
    Unclear,
}

use Level::{Digits, Nothing, Shifted, Steps, Unclear};

/// What is in an integer.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Carried {
    /// Of the bits of active floats.
    pub bits: Level,
    /// Of active floats that were cast to integers.
    pub number: Level,
}

impl Carried {
    fn both(self, other: Carried, f: impl Fn(Level, Level) -> Level) -> Carried {
        Carried { bits: f(self.bits, other.bits), number: f(self.number, other.number) }
    }

    fn map(self, f: impl Fn(Level) -> Level) -> Carried {
        Carried { bits: f(self.bits), number: f(self.number) }
    }

    fn or(self, other: Carried) -> Carried {
        self.both(other, Level::max)
    }

    /// What a float has that is made of these bits.
    pub fn any(self) -> Level {
        self.bits.max(self.number)
    }
}

/// What is in a function's integers, by variables.
pub struct Flow<'a, 'f> {
    /// What is known of the function.
    pub facts: &'a Facts<'f>,
    vars: HashMap<Var, Carried>,
    changed: bool,
}

impl<'a, 'f> Flow<'a, 'f> {
    /// Follows the bits of active floats, and active floats that are cast, through the function.
    pub fn new(facts: &'a Facts<'f>) -> Flow<'a, 'f> {
        let mut flow = Flow { facts, vars: HashMap::default(), changed: true };
        let body = &facts.f.body;
        while std::mem::take(&mut flow.changed) {
            walk::each_step(body, &mut |step| match step {
                Step::Let(pat, init) => init.into_iter().for_each(|init| flow.bind(pat, init)),
                Step::Expr(e) => flow.effect(e),
            });
        }
        flow
    }

    /// What flows into variables by an expression itself.
    fn effect(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Assign(lhs, rhs) => match (&lhs.kind, &rhs.kind) {
                (ExprKind::Tuple(ls), ExprKind::Tuple(rs)) if ls.len() == rs.len() => {
                    ls.iter().zip(rs).for_each(|(l, r)| self.flows(l, self.of(r)));
                }
                _ => {
                    let carried = self.of(rhs);
                    walk::targets(lhs, &mut |target| self.flows(target, carried));
                }
            },
            ExprKind::AssignOp(op, lhs, rhs) => {
                let carried = self.combined(*op, lhs, rhs);
                self.flows(lhs, carried);
            }
            ExprKind::For { pat, iter, .. } => self.all(pat, self.of(iter).map(cloudy)),
            ExprKind::Choose(choice) => {
                let carried = choice.scrutinee.as_ref().map_or(Carried::default(), |e| self.of(e));
                choice.arms.iter().flat_map(|arm| &arm.pat).for_each(|pat| self.all(pat, carried));
            }
            _ => {}
        }
    }

    /// Something flows into what is assigned to, or into the variable that it is a part of.
    fn flows(&mut self, target: &Expr, carried: Carried) {
        if let Some(v) = walk::root(target) {
            self.flows_into(v, carried);
        }
    }

    fn flows_into(&mut self, v: Var, carried: Carried) {
        let slot = self.vars.entry(v).or_default();
        let more = slot.or(carried);
        self.changed |= more != *slot;
        *slot = more;
    }

    fn bind(&mut self, pat: &Pat, init: &Expr) {
        match (&pat.kind, &init.kind) {
            (PatKind::Tuple(ps), ExprKind::Tuple(es)) if ps.len() == es.len() => {
                ps.iter().zip(es).for_each(|(p, e)| self.bind(p, e));
            }
            _ => self.all(pat, self.of(init)),
        }
    }

    fn all(&mut self, pat: &Pat, carried: Carried) {
        let mut vars = Vec::new();
        walk::bound(pat, &mut |v| vars.push(v));
        vars.into_iter().for_each(|v| self.flows_into(v, carried));
    }

    /// What is in an expression.
    pub fn of(&self, e: &Expr) -> Carried {
        match &e.kind {
            ExprKind::Var(v) => self.vars.get(v).copied().unwrap_or_default(),
            ExprKind::Neg(a) | ExprKind::Not(a) | ExprKind::Deref(a) | ExprKind::Ref(_, a) => self.of(a),
            ExprKind::Field(a, _) | ExprKind::Index(a, _) => self.of(a),
            ExprKind::Try(a, _) => self.of(a),
            ExprKind::Binary(op, a, b) => self.combined(*op, a, b),
            ExprKind::Cast(a, Type::Float(_)) => self.of(a).map(|_| Nothing),
            ExprKind::Cast(a, _) if self.facts.tainted(a) && !self.is_integer(a) => {
                Carried { number: Digits, ..self.of(a) }
            }
            ExprKind::Cast(a, _) => self.of(a),
            ExprKind::Method { recv, name, args, .. } => self.method(recv, name, args),
            ExprKind::Call { path, args, .. } => match path.segments.last() {
                Some(last) if is_among(&last.ident, &APART) && args.len() == 1 => self.bits_of(&args[0]),
                Some(last) if is_among(&last.ident, &TOGETHER) => Carried::default(),
                _ => self.mixed(args.iter()),
            },
            ExprKind::If(_, then, els) => {
                let els = els.as_ref().map_or(Carried::default(), |e| self.of(e));
                self.tail(then).or(els)
            }
            ExprKind::Block(b) | ExprKind::Labelled(_, b) => self.tail(b),
            ExprKind::Array(es) | ExprKind::Tuple(es) | ExprKind::Vec(es) => self.all_of(es.iter()),
            ExprKind::Struct { fields, .. } => self.all_of(fields.iter().map(|(_, e)| e)),
            ExprKind::Repeat(a, _) | ExprKind::VecRepeat(a, _) => self.of(a),
            ExprKind::Closure(closure) => self.of(&closure.body),
            ExprKind::Unknown(_) | ExprKind::Macro(_) => {
                let read = e.reads.iter().map(|(_, v)| self.vars.get(v).copied().unwrap_or_default());
                let carried = read.fold(Carried::default(), Carried::or).map(cloudy);
                if self.facts.reads_tainted(e) { Carried { number: Unclear, ..carried } } else { carried }
            }
            _ => Carried::default(),
        }
    }

    fn tail(&self, b: &Block) -> Carried {
        b.tail.as_ref().map_or(Carried::default(), |e| self.of(e))
    }

    fn all_of<'e>(&self, es: impl Iterator<Item = &'e Expr>) -> Carried {
        es.map(|e| self.of(e)).fold(Carried::default(), Carried::or)
    }

    /// What code that is not looked into makes of these: of floats, it may be their bits.
    fn mixed<'e>(&self, es: impl Iterator<Item = &'e Expr> + Clone) -> Carried {
        let float = es.clone().any(|e| self.facts.tainted(e) && !self.is_integer(e));
        let carried = self.all_of(es).map(cloudy);
        if float { Carried { number: Unclear, ..carried } } else { carried }
    }

    fn bits_of(&self, float: &Expr) -> Carried {
        let bits = if super::is_active(self.facts, float) { Digits } else { Nothing };
        Carried { bits, number: Nothing }
    }

    /// Whether an expression is known to be no float.
    pub fn is_integer(&self, e: &Expr) -> bool {
        matches!(self.facts.shape(e).strip(), Shape::Int(_) | Shape::Bool)
    }

    fn method(&self, recv: &Expr, name: &Ident, args: &[Expr]) -> Carried {
        if is_among(name, &APART) {
            let carried = self.bits_of(recv);
            return if name == "to_bits" { carried } else { carried.map(cloudy) };
        }
        let name = name.to_string();
        let operation = name.strip_prefix("wrapping_").or(name.strip_prefix("saturating_")).unwrap_or(&name);
        let op = match operation {
            "add" | "add_signed" | "add_unsigned" => BinOp::Add,
            "sub" | "sub_unsigned" => BinOp::Sub,
            "mul" => BinOp::Mul,
            "div" => BinOp::Div,
            "shl" => BinOp::Shl,
            "shr" => BinOp::Shr,
            "neg" | "clone" | "to_owned" | "cast_signed" | "cast_unsigned" => return self.of(recv),
            "leading_zeros" | "leading_ones" | "count_ones" | "count_zeros" | "ilog2" | "signum" => {
                return self.of(recv).map(|level| level.min(Steps));
            }
            _ => return self.mixed(args.iter().chain([recv])),
        };
        match args {
            [b] => self.combined(op, recv, b),
            _ => self.mixed(args.iter().chain([recv])),
        }
    }

    fn combined(&self, op: BinOp, a: &Expr, b: &Expr) -> Carried {
        let (known_a, known_b) = (self.constant(a), self.constant(b));
        let (cut_a, cut_b) = (cut(&self.facts.shape(a)), cut(&self.facts.shape(b)));
        let fraction = fraction(&self.facts.shape(a));
        let (a, b) = (self.of(a), self.of(b));
        match op {
            BinOp::Add | BinOp::Sub => a.or(b),
            BinOp::BitAnd => match (known_a, known_b) {
                (_, Some(mask)) => a.map(|level| masked(level, mask, cut_a)),
                (Some(mask), _) => b.map(|level| masked(level, mask, cut_b)),
                _ => a.both(b, |a, b| cloudy(a.max(b))),
            },
            BinOp::BitOr | BinOp::BitXor => {
                let over = |level: Level, other: Level, known: Option<i128>| match (level, other) {
                    // The last digits stay where nothing else stands.
                    (Digits, Nothing) if known.is_none_or(|n| n & 0xff != 0) => Unclear,
                    (Digits, Digits | Shifted) => Unclear,
                    _ => level,
                };
                a.both(b, |a, b| over(a, b, known_b).max(over(b, a, known_a)))
            }
            BinOp::Mul if known_a.or(known_b).is_some_and(|n| n.unsigned_abs() >= 1 << FAR) => {
                a.or(b).map(|level| spread(level, FAR))
            }
            BinOp::Mul | BinOp::Div => a.both(b, |a, b| match (a, b) {
                (Digits, Digits) => Unclear,
                _ if b > Steps && op == BinOp::Div => Unclear,
                _ => a.max(b),
            }),
            BinOp::Shl | BinOp::Shr => {
                let shifted = |level: Level| match (op, level, known_b) {
                    (BinOp::Shl, _, Some(k)) => spread(level, k),
                    (_, Digits, Some(k)) if k >= fraction => Steps,
                    (_, Digits, Some(0..=4)) => Digits,
                    (_, Digits, Some(k)) if k >= 10 => Shifted,
                    // Of the high word of a `f64`, twenty bits are those of the fraction.
                    (_, Shifted, Some(k)) if k >= 20 => Steps,
                    (_, Nothing | Steps, _) => level,
                    (_, Shifted, Some(_)) => Shifted,
                    _ => Unclear,
                };
                let by = b.any().min(Steps);
                a.map(|level| shifted(level).max(if level == Nothing { Nothing } else { by }))
            }
            BinOp::Rem => a.both(b, |a, b| cloudy(a.max(b))),
            _ => Carried::default(),
        }
    }

    /// What is left of the last digits in a variable that is changed by this.
    pub fn updated(&self, v: Var, op: BinOp, by: &Expr) -> Level {
        let known = self.constant(by);
        match (op, self.of(by).any()) {
            (_, Digits | Unclear) => Unclear,
            (BinOp::BitAnd, _) => known.map_or(Unclear, |mask| masked(Digits, mask, cut(&self.facts.var(v)))),
            (BinOp::BitOr | BinOp::BitXor, Nothing) if known.is_none_or(|n| n & 0xff != 0) => Unclear,
            _ => Digits,
        }
    }

    /// The value of a constant, as far as its last bits go.
    pub fn constant(&self, e: &Expr) -> Option<i128> {
        match &e.kind {
            ExprKind::Lit(syn::Lit::Int(n)) => n.base10_parse().ok(),
            ExprKind::Not(a) => Some(!self.constant(a)?),
            ExprKind::Neg(a) => self.constant(a)?.checked_neg(),
            ExprKind::Cast(a, Type::Int(_)) => self.constant(a),
            ExprKind::Path(path) => {
                let path = syn::Expr::Path(syn::ExprPath { attrs: vec![], qself: None, path: path.clone() });
                self.facts.f.types.known.integer(&path)
            }
            ExprKind::Binary(op, a, b) => {
                let (a, b) = (self.constant(a)?, self.constant(b)?);
                match op {
                    BinOp::Add => a.checked_add(b),
                    BinOp::Sub => a.checked_sub(b),
                    BinOp::Mul => a.checked_mul(b),
                    BinOp::BitOr => Some(a | b),
                    BinOp::BitAnd => Some(a & b),
                    BinOp::BitXor => Some(a ^ b),
                    BinOp::Shl => a.checked_shl(u32::try_from(b).ok()?),
                    BinOp::Shr => a.checked_shr(u32::try_from(b).ok()?),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// What is left where it is not known what becomes of the last digits.
fn cloudy(level: Level) -> Level {
    if level > Steps { Unclear } else { level }
}

/// What a mask leaves: the last digits, or none of them. Of `cut` digits less the float is still the float, as it is after a
/// cast to a narrower type and back.
fn masked(level: Level, mask: i128, cut: u32) -> Level {
    let zeros = mask.trailing_zeros().min(127);
    match level {
        Digits if zeros <= cut && (mask >> zeros) & 0xff == 0xff => Digits,
        // One bit of the last ones is as good as thrown dice; without many of the last ones, it is a rounding.
        Digits => Steps,
        level => level,
    }
}

/// So many places further on, the steps of one digit are large.
const FAR: i128 = 8;

/// What becomes of digits that are shifted to the left.
fn spread(level: Level, places: i128) -> Level {
    match level {
        Digits | Shifted if places >= FAR => Steps,
        Digits if (0..=4).contains(&places) => Digits,
        Nothing | Steps => level,
        _ => Unclear,
    }
}

/// How many bits of a float's fraction there are in an integer of this type, at most.
fn fraction(shape: &Shape) -> i128 {
    match shape.strip() {
        Shape::Int(Some(name)) if name == "u32" || name == "i32" => 23,
        _ => 52,
    }
}

/// How many of a float's last digits may be lost: so many as a `f64` loses when it becomes a `f32`.
fn cut(shape: &Shape) -> u32 {
    match shape.strip() {
        Shape::Int(Some(name)) if name == "u64" || name == "i64" => 29,
        _ => 8,
    }
}
