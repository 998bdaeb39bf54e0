//! Calls whose result may be missing, where the caller goes on without it: the value and whether there is one.

use crate::{Diff, Tangent};

/// `Option` and `Result`.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the result of this call is no `Option` and no `Result`: `{Self}`",
    label = "`{Self}`"
)]
pub trait Wrapped {
    /// What is in it.
    type Value;
    /// What is in it, if anything.
    #[doc(hidden)]
    fn __value(self) -> Option<Self::Value>;
}

impl<T> Wrapped for Option<T> {
    type Value = T;
    #[inline(always)]
    fn __value(self) -> Option<T> {
        self
    }
}

impl<T, E> Wrapped for Result<T, E> {
    type Value = T;
    #[inline(always)]
    fn __value(self) -> Option<T> {
        self.ok()
    }
}

/// The value (any, if there is none), and whether there is one.
#[inline(always)]
pub fn apart<Y: Default>(w: impl Wrapped<Value = Y>) -> (Y, bool) {
    match w.__value() {
        Some(y) => (y, true),
        None => (Y::default(), false),
    }
}

/// The same of a forward part: with the pullback, if there is a value.
#[inline(always)]
pub fn apart_forward<Y: Default, P>(w: impl Wrapped<Value = (Y, P)>) -> ((Y, bool), Option<P>) {
    match w.__value() {
        Some((y, p)) => ((y, true), Some(p)),
        None => ((Y::default(), false), None),
    }
}

/// The same of a tangent part.
#[inline(always)]
pub fn apart_tangent<Y: Default + Diff<Tan = T>, T: Tangent>(
    w: impl Wrapped<Value = (Y, T)>,
) -> ((Y, bool), (T, ())) {
    match w.__value() {
        Some((y, t)) => ((y, true), (t, ())),
        None => {
            let y = Y::default();
            let t = y.__zero_like();
            ((y, false), (t, ()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_are_there_in_any_case() {
        assert_eq!(apart(Some(2.0)), (2.0, true));
        assert_eq!(apart(Err::<f64, _>("no")), (0.0, false));
        assert_eq!(apart_forward(Some((2.0, 'p'))), ((2.0, true), Some('p')));
        assert_eq!(apart_forward(None::<(f64, char)>), ((0.0, false), None));
        assert_eq!(apart_tangent(None::<(f64, f64)>), ((0.0, false), (0.0, ())));
    }
}
