//! Where two values of one type differ in a length that only run time knows.

use super::Tangent;
use crate::length::{check_buffer, check_seed, check_tangent};
use core::fmt;

/// How many names of fields are kept, from the outside in.
const DEEPEST: usize = 4;

/// See the module's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    found: usize,
    expected: usize,
    /// The fields that lead there, the innermost one first.
    names: [&'static str; DEEPEST],
    depth: usize,
}

impl Difference {
    /// A length where another one is expected.
    pub fn of(found: usize, expected: usize) -> Difference {
        Difference { found, expected, names: [""; DEEPEST], depth: 0 }
    }

    /// The same, in a field of this name.
    #[must_use]
    pub fn inside(mut self, name: &'static str) -> Difference {
        if self.depth == DEEPEST {
            self.names.rotate_left(1);
            self.depth -= 1;
        }
        self.names[self.depth] = name;
        self.depth += 1;
        self
    }
}

/// The way there: `p.layer.weights`.
struct Way<'d>(&'d str, &'d Difference);

impl fmt::Display for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        self.1.names[..self.1.depth].iter().rev().try_for_each(|name| write!(f, ".{name}"))
    }
}

/// Checks that a buffer, tangent or seed (`what`) has the lengths of the parameter that it belongs to.
///
/// # Panics
///
/// If it has not; the message names the parameter, the field, and both lengths.
#[inline]
#[track_caller]
pub fn check_shape<T: Tangent + ?Sized>(
    what: &str,
    function: &str,
    parameter: &str,
    expected: &T,
    found: &T,
) {
    if let Some(difference) = found.__differs(expected) {
        wrong_shape(what, function, parameter, &difference);
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn wrong_shape(what: &str, function: &str, parameter: &str, difference: &Difference) -> ! {
    let Difference { found, expected, depth, .. } = *difference;
    match (depth, what) {
        (0, "seed") => check_seed(function, parameter, expected, found),
        (0, "tangent") => check_tangent(function, parameter, expected, found),
        (0, _) => check_buffer(function, parameter, expected, found),
        _ => {}
    }
    let kind = if what == "buffer" { "gradient buffer" } else { what };
    let whose = if parameter.is_empty() { "result" } else { parameter };
    let way = Way(whose, difference);
    panic!("`{function}`: the {kind} of `{way}` has length {found}, but `{way}` has length {expected}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn equal_lengths_pass() {
        check_shape("buffer", "f_grad_into", "p", &(1.0, vec![2.0]), &(0.0, vec![0.0]));
    }

    #[test]
    #[should_panic(
        expected = "`f_grad_into`: the gradient buffer of `p.1` has length 2, but `p.1` has length 1"
    )]
    fn the_way_is_named() {
        check_shape("buffer", "f_grad_into", "p", &(1.0, vec![2.0]), &(0.0, vec![0.0, 1.0]));
    }

    #[test]
    fn deep_ways_keep_their_end() {
        let mut difference = Difference::of(1, 2);
        for name in ["e", "d", "c", "b", "a"] {
            difference = difference.inside(name);
        }
        assert_eq!(alloc::format!("{}", Way("p", &difference)), "p.a.b.c.d");
    }
}
