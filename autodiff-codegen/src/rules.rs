//! THE table: one line an operation, and everything else is derived from it.
//! (interface sketch; the rules helper fills it)

/// An operation of the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RuleId(pub u16);

impl RuleId {
    /// Its line of the table.
    pub fn get(self) -> &'static Rule {
        &RULES[self.0 as usize]
    }
}

/// How expensive an operation is to run again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cost {
    /// An instruction or two: recompute rather than save.
    Cheap,
    /// A call into the maths library, or as slow as one: save rather than recompute.
    Expensive,
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
    /// How expensive it is.
    pub cost: Cost,
}

/// All operations, by [`RuleId`].
pub static RULES: &[Rule] = &[];
