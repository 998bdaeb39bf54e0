//! THE table: one line an operation, and everything else is derived from it.
//!
//! The lines stand in `rules/table.rs`. From each come the surface syntax it is recognised by ([`by_method`],
//! [`by_binary`]), its value ([`Rule::eval`]), its partial derivatives as code ([`contribution`]) for both
//! modes, the primal values that they need ([`partial_names`]), the tests over its domain, and its row of the
//! [`documentation`].

mod contribution;
mod documentation;
mod partial;
mod syntax;
mod table;

pub use contribution::contribution;
pub use documentation::documentation;
pub use partial::{Expr, partial, partial_names};
pub use syntax::{Syntax, by_binary, by_method};
pub use table::{RULES, ids};

/// An operation of the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RuleId(pub u16);

/// `a + b`
pub const ADD: RuleId = ids::Add;
/// `a - b`
pub const SUB: RuleId = ids::Sub;
/// `a * b`
pub const MUL: RuleId = ids::Mul;
/// `a / b`
pub const DIV: RuleId = ids::Div;
/// `-a`
pub const NEG: RuleId = ids::Neg;

impl RuleId {
    /// Its line of the table.
    pub fn get(self) -> &'static Rule {
        &RULES[self.0 as usize]
    }

    /// All operations, in the table's order.
    pub fn all() -> impl Iterator<Item = RuleId> {
        (0..RULES.len() as u16).map(RuleId)
    }
}

/// The operation of this name (`Tanh`), if the table has it.
pub fn id(name: &str) -> Option<RuleId> {
    RuleId::all().find(|r| r.get().name == name)
}

/// How expensive an operation is to run again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cost {
    /// An instruction or two: recompute rather than save.
    Cheap,
    /// A call into the maths library, or as slow as one: save rather than recompute.
    Expensive,
}

/// What an operand or a result is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A float, of the same width throughout the operation.
    Float,
    /// An `i32`.
    Int,
    /// A `bool`: the result of a predicate.
    Bool,
}

/// An operand, and the range that it is tested on.
#[derive(Debug)]
pub struct Operand {
    /// As the line names it.
    pub name: &'static str,
    /// A float or an integer.
    pub kind: Kind,
    /// Least tested value.
    pub lo: f64,
    /// Bound of the tested values.
    pub hi: f64,
}

/// A point where the partials are a convention, or worth pinning down.
#[derive(Debug)]
pub struct Special {
    /// The operands.
    pub at: &'static [f64],
    /// The partials of the float operands there.
    pub partials: &'static [f64],
}

/// One line of the table.
#[derive(Debug)]
pub struct Rule {
    /// `Tanh`
    pub name: &'static str,
    /// Number of operands.
    pub arity: usize,
    /// Whether the operation itself can panic (`clamp` with min > max).
    pub panics: bool,
    /// Whether every bit of the result is fixed by IEEE 754 or std, so that constants may be folded.
    pub exact: bool,
    /// How expensive it is.
    pub cost: Cost,
    /// As a user writes it, over the operands' names.
    pub surface: &'static str,
    /// Its operands; integers come last.
    pub operands: &'static [Operand],
    /// What it gives.
    pub result: Kind,
    /// As the partials name it.
    pub result_name: &'static str,
    /// The operation on `f64`s; integer operands and predicates' results go as numbers.
    pub eval: fn(&[f64]) -> f64,
    /// The operation on `f32`s.
    pub eval32: fn(&[f32]) -> f32,
    /// The partials of the float operands, as the line has them.
    pub partials: &'static [&'static str],
    /// The partial of operand `k`, at these operands and this result, straight from the line.
    pub partial: fn(usize, &[f64], f64) -> f64,
    /// The same on `f32`s.
    pub partial32: fn(usize, &[f32], f32) -> f32,
    /// Conventions.
    pub specials: &'static [Special],
}

impl Rule {
    /// What operand `i` is.
    pub fn operand_kind(&self, i: usize) -> Kind {
        self.operands.get(i).map_or(Kind::Float, |o| o.kind)
    }
}
