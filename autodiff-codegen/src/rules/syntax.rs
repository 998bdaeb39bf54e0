//! Which operation a piece of the user's code is: read off the lines' own surface syntax.

use super::{Library, RuleId};
use crate::hir;
use crate::tables::HashMap;
use std::sync::OnceLock;

/// How an operation is written. The path form `f64::name(a, b)` goes by the method's name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// `a + b`
    Binary(hir::BinOp),
    /// `-a`
    Neg,
    /// `a.name(b)`
    Method(String),
    /// `libm::name(a, b)`
    Function(String),
    /// `(a + c) - c`
    ThereAndBack,
    /// The last operand, which is made of the first one in a way that only the user's code knows: of its bits.
    Last,
}

impl RuleId {
    /// Whether people write it as one operation; others are found in code that has no operation of its own for them.
    pub fn is_written(self) -> bool {
        !matches!(self.syntax(), Syntax::ThereAndBack | Syntax::Last)
    }

    /// How the operation is written.
    pub fn syntax(self) -> &'static Syntax {
        let index = index();
        let line = self.line as usize;
        match (self.library, &index.libm[line]) {
            (Library::Libm, Some(function)) => function,
            _ => &index.syntax[line],
        }
    }
}

/// The method of this name with this many operands, the receiver included.
pub fn by_method(name: &str, operands: usize) -> Option<RuleId> {
    let id = *index().methods.get(name)?;
    (id.get().arity == operands).then_some(id)
}

/// Whether the operation is written as a method.
pub fn is_method(rule: RuleId) -> bool {
    matches!(rule.syntax(), Syntax::Method(_))
}

/// The operation behind a binary operator on floats.
pub fn by_binary(op: hir::BinOp) -> Option<RuleId> {
    RuleId::all().find(|r| *r.syntax() == Syntax::Binary(op))
}

struct Index {
    syntax: Vec<Syntax>,
    libm: Vec<Option<Syntax>>,
    methods: HashMap<&'static str, RuleId>,
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let syntax: Vec<Syntax> = RuleId::all().map(|r| read(r.get().surface)).collect();
        let function = |r: RuleId| Some(Syntax::Function(r.get().libm?.to_string()));
        let libm = RuleId::all().map(function).collect();
        let mut methods = HashMap::default();
        for id in RuleId::all() {
            if matches!(syntax[id.line as usize], Syntax::Method(_)) {
                methods.insert(method_name(id.get().surface), id);
            }
        }
        Index { syntax, libm, methods }
    })
}

/// Reads a line's surface syntax, which has one of five shapes.
fn read(surface: &'static str) -> Syntax {
    use hir::BinOp::*;
    if surface.starts_with('-') {
        return Syntax::Neg;
    }
    if surface.starts_with('{') {
        return Syntax::Last;
    }
    if surface.starts_with('(') {
        return Syntax::ThereAndBack;
    }
    let operators = [(" + ", Add), (" - ", Sub), (" * ", Mul), (" / ", Div), (" % ", Rem)];
    match operators.into_iter().find(|(text, _)| surface.contains(text)) {
        Some((_, op)) => Syntax::Binary(op),
        None => Syntax::Method(method_name(surface).to_string()),
    }
}

/// `tanh` of `a.tanh()`.
fn method_name(surface: &'static str) -> &'static str {
    surface.split(['.', '(']).nth(1).unwrap_or(surface).trim()
}
