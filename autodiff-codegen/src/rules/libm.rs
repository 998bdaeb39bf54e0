//! The crate `libm`: which line a function of it is, by the names that the lines state.

use super::{Library, RuleId};
use crate::ir::FloatTy;

/// A function of `libm`, as the table knows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Libm {
    /// Its name: `sin`, `sinf`.
    pub name: String,
    /// What it takes and returns.
    pub float: FloatTy,
    /// The operations whose results it returns: one, or a tuple of two.
    pub rules: Vec<RuleId>,
}

/// The function of this name with this many operands. Those on `f32`s have an `f` behind the name of those on `f64`s.
pub fn by_libm(name: &str, operands: usize) -> Option<Libm> {
    let found = |stem: &str, float: FloatTy| {
        let rules = lines(stem);
        let fits = !rules.is_empty() && rules.iter().all(|r| r.get().arity == operands);
        fits.then(|| Libm { name: name.to_string(), float, rules })
    };
    let single = || found(name.strip_suffix('f')?, FloatTy::F32);
    found(name, FloatTy::F64).or_else(single)
}

/// The lines behind a function on `f64`s.
fn lines(name: &str) -> Vec<RuleId> {
    let line = |name: &str| RuleId::all().find(|r| r.get().libm == Some(name));
    let names: &[&str] = match name {
        // It shares their code, to the bit.
        "sincos" => &["sin", "cos"],
        _ => &[name],
    };
    names.iter().filter_map(|name| Some(line(name)?.from(Library::Libm))).collect()
}
