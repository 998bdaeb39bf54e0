//! THE table: one line an operation, and everything else is derived from it.
//!
//! The lines stand in `rules/table.rs`. From each come the surface syntax it is recognised by ([`by_method`],
//! [`by_binary`], [`by_libm`]), its value ([`Rule::eval`]), its partial derivatives as code ([`contribution`]) for both
//! modes, the primal values that they need ([`partial_names`]), the tests over its domain, and its row of the
//! [`documentation`].

mod contribution;
mod documentation;
mod libm;
mod partial;
mod syntax;
mod table;

pub use contribution::{as_derived, beside_others, contribution, is_handed_on, keeps_numbers, with_asked};
pub use documentation::documentation;
pub use libm::{Libm, by_libm};
pub use partial::{Expr, asked, hands_on, partial, partial_names};
pub use syntax::{Syntax, by_binary, by_method, is_method};
pub use table::{RULES, ids};

/// An operation of the table, by the library that computes it.
///
/// The same line in two libraries is two operations: their values may differ in the last bit, so that none may stand in
/// for the other. What compares operations gets that right by comparing this.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RuleId {
    /// Which line.
    pub line: u16,
    /// Whose function it is.
    pub library: Library,
}

/// Who computes an operation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Library {
    /// Operators and methods of `std`.
    #[default]
    Std,
    /// Functions of the crate `libm`, whose callers may have no `std`.
    Libm,
}

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
/// `f64::from_bits(a.to_bits() …)`, with its value
pub const REMADE: RuleId = ids::Remade;
/// `f64::from_bits(a as u64 …)`, with its value
pub const FROM_DIGITS: RuleId = ids::FromDigits;
/// `a.to_bits() … as f64`, with its value
pub const TO_DIGITS: RuleId = ids::ToDigits;
/// `(a + c) - c`
pub const ROUNDED_BY: RuleId = ids::RoundedBy;

impl RuleId {
    /// A line as `std` computes it.
    pub const fn of(line: u16) -> RuleId {
        RuleId { line, library: Library::Std }
    }

    /// Its line of the table.
    pub fn get(self) -> &'static Rule {
        &RULES[self.line as usize]
    }

    /// All operations, in the table's order, as `std` computes them.
    pub fn all() -> impl Iterator<Item = RuleId> {
        (0..RULES.len() as u16).map(RuleId::of)
    }

    /// The same operation from a library. What `libm` does not have, `core` has or nobody asks for: the partials of
    /// `libm`'s functions use nothing else (a test sees to it).
    pub fn from(self, library: Library) -> RuleId {
        let has = library == Library::Std || self.get().libm.is_some();
        RuleId { library: if has { library } else { Library::Std }, ..self }
    }

    /// Whether every bit of its result is known when the program is compiled, if its operands are.
    pub fn is_exact(self) -> bool {
        self.get().exact && self.library == Library::Std
    }

    /// As a user writes it, over the operands' names: `a.sin()`, `libm::sin(a)`.
    pub fn surface(self) -> String {
        let line = self.get();
        match self.syntax() {
            Syntax::Function(name) => {
                let operands: Vec<&str> = line.operands.iter().map(|o| o.name).collect();
                format!("libm::{name}({})", operands.join(", "))
            }
            _ => line.surface.to_string(),
        }
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
    /// An instruction that takes as long as ten others, a division or a root: recompute in loops, where keeping it
    /// takes memory in each round; save elsewhere.
    Slow,
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
    /// At which points the same holds, in words, if at others than this one.
    pub points: &'static [&'static str],
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
    /// Whether a zero tangent of one of several operands takes no part, as 0 · ∞ would be NaN.
    pub guarded: bool,
    /// Whether the function that its partial is comes with it for little more.
    pub paired: bool,
    /// Whether every bit of the result is fixed by IEEE 754 or std, so that constants may be folded.
    pub exact: bool,
    /// How expensive it is.
    pub cost: Cost,
    /// The traits of generic floats that have it as a method.
    pub traits: Traits,
    /// As a user writes it, over the operands' names.
    pub surface: &'static str,
    /// The name of the function of the crate `libm` that does the same on `f64`s. The one on `f32`s has an `f` behind it.
    pub libm: Option<&'static str>,
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

/// The traits of generic floats that have an operation as a method.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Traits {
    /// `Float` of `num-traits`, and its kin.
    Floats,
    /// These, or `Signed`.
    Signed,
    /// `Euclid`.
    Euclid,
    /// None of these: it is a method of `f64` and `f32` alone.
    None,
}

impl Rule {
    /// What operand `i` is.
    pub fn operand_kind(&self, i: usize) -> Kind {
        self.operands.get(i).map_or(Kind::Float, |o| o.kind)
    }
}
