//! Calls whose result may be missing, where the caller goes on without it: the value and whether there is one.

use crate::{Diff, Later, Tangent};
use core::cell::Cell;
use core::convert::Infallible;

/// `Option` and `Result`.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: this is no `Option` and no `Result`: `{Self}`",
    label = "it has methods of an `Option`, and active values are passed to them",
    note = "why: what they do is only known of an `Option` or `Result`",
    note = "instead: a function with `#[backprop]` that does the same"
)]
pub trait Wrapped {
    /// What is in it.
    type Value;
    /// What it is where there is no value: nothing, or the error.
    type Rest;
    /// The one or the other.
    #[doc(hidden)]
    fn __value(self) -> Result<Self::Value, Self::Rest>;
}

/// What is in an `Option` or `Result` that has no derivative.
#[inline(always)]
pub fn optional<W: Wrapped>(wrapped: W) -> Option<W::Value> {
    wrapped.__value().ok()
}

#[diagnostic::do_not_recommend]
impl<T> Wrapped for Option<T> {
    type Value = T;
    type Rest = Option<Infallible>;
    #[inline(always)]
    fn __value(self) -> Result<T, Option<Infallible>> {
        self.ok_or(None)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E> Wrapped for Result<T, E> {
    type Value = T;
    type Rest = Result<Infallible, E>;
    #[inline(always)]
    fn __value(self) -> Result<T, Result<Infallible, E>> {
        self.map_err(Err)
    }
}

/// What is left of an `Option` or `Result` without a value; to be taken once, unless it can be copied. It has no
/// derivative.
pub struct Rest<R>(Cell<Option<R>>);

impl<R: Copy> Rest<R> {
    /// What there is instead of a value.
    #[doc(hidden)]
    #[inline(always)]
    pub fn __left(&self) -> R {
        left(self.0.get())
    }
}

impl<E: Copy> Rest<Result<Infallible, E>> {
    /// The error, where there is one.
    #[doc(hidden)]
    #[inline(always)]
    pub fn __error(&self) -> E {
        error(self.__left())
    }
}

/// The same of what can't be copied: a type's own methods go before a trait's.
pub trait TakenOnce<R> {
    #[doc(hidden)]
    fn __left(&self) -> R;
    #[doc(hidden)]
    fn __error<E>(&self) -> E
    where
        Self: TakenOnce<Result<Infallible, E>>,
    {
        error(TakenOnce::<Result<Infallible, E>>::__left(self))
    }
}

impl<R> TakenOnce<R> for Rest<R> {
    #[inline(always)]
    fn __left(&self) -> R {
        left(self.0.take())
    }
}

fn left<R>(rest: Option<R>) -> R {
    match rest {
        Some(rest) => rest,
        None => unreachable!("what is left is asked for where there is no value, and once"),
    }
}

fn error<E>(rest: Result<Infallible, E>) -> E {
    match rest {
        Err(error) => error,
        Ok(never) => match never {},
    }
}

/// A copy is only made for the value beside it.
impl<R> Clone for Rest<R> {
    fn clone(&self) -> Self {
        Rest(Cell::new(None))
    }
}

impl<R> Diff for Rest<R> {
    type Tan = ();
    #[inline(always)]
    fn __zero_like(&self) {}
}

/// The value (any, if there is none), whether there is one, and what is there otherwise.
#[inline(always)]
pub fn apart<W: Wrapped<Value: Default>>(w: W) -> (W::Value, bool, Rest<W::Rest>) {
    match w.__value() {
        Ok(y) => (y, true, Rest(Cell::new(None))),
        Err(rest) => (Default::default(), false, Rest(Cell::new(Some(rest)))),
    }
}

/// The same of a forward part: with the pullback, if there is a value.
#[inline(always)]
#[allow(clippy::type_complexity)]
pub fn apart_forward<Y: Default, P, W: Wrapped<Value = (Y, P)>>(
    w: W,
) -> ((Y, bool, Rest<W::Rest>), Option<P>) {
    match w.__value() {
        Ok((y, p)) => ((y, true, Rest(Cell::new(None))), Some(p)),
        Err(rest) => ((Y::default(), false, Rest(Cell::new(Some(rest)))), None),
    }
}

/// The same of a tangent part.
#[inline(always)]
#[allow(clippy::type_complexity)]
pub fn apart_tangent<Y: Default + Diff<Tan = T>, T: Tangent, W: Wrapped<Value = (Y, T)>>(
    w: W,
) -> ((Y, bool, Rest<W::Rest>), (T, (), ())) {
    match w.__value() {
        Ok((y, t)) => ((y, true, Rest(Cell::new(None))), (t, (), ())),
        Err(rest) => {
            let y = Y::default();
            let t = y.__zero_like();
            ((y, false, Rest(Cell::new(Some(rest)))), (t, (), ()))
        }
    }
}

/// What is in the result of a call that is made once more, with the same arguments.
///
/// # Panics
///
/// If there is nothing, which there was the first time: the function does not give the same twice.
#[inline(always)]
#[track_caller]
pub fn there_again<W: Wrapped>(w: W) -> W::Value {
    match w.__value() {
        Ok(value) => value,
        Err(_) => panic!(
            "a function that a derivative was taken of gives a value the first time, and none the second time"
        ),
    }
}

// The same of structs, which need not have a default: where there is none, there is nothing.

/// See [`apart`].
#[inline(always)]
pub fn apart_later<W: Wrapped>(w: W) -> (Later<W::Value>, bool, Rest<W::Rest>) {
    later(w.__value())
}

/// See [`apart_forward`].
#[inline(always)]
#[allow(clippy::type_complexity)]
pub fn apart_forward_later<Y, P, W: Wrapped<Value = (Y, P)>>(
    w: W,
) -> ((Later<Y>, bool, Rest<W::Rest>), Option<P>) {
    match w.__value() {
        Ok((y, p)) => (later(Ok(y)), Some(p)),
        Err(rest) => (later(Err(rest)), None),
    }
}

/// See [`apart_tangent`].
#[inline(always)]
#[allow(clippy::type_complexity)]
pub fn apart_tangent_later<Y: Diff<Tan = T>, T: Tangent, W: Wrapped<Value = (Y, T)>>(
    w: W,
) -> ((Later<Y>, bool, Rest<W::Rest>), (Later<T>, (), ())) {
    match w.__value() {
        Ok((y, t)) => (later(Ok(y)), (given(t), (), ())),
        Err(rest) => (later(Err(rest)), (Later::new(), (), ())),
    }
}

fn given<T>(value: T) -> Later<T> {
    let mut later = Later::new();
    Later::set(&mut later, value);
    later
}

/// The parts, without a value where there is none.
#[inline(always)]
fn later<Y, R>(value: Result<Y, R>) -> (Later<Y>, bool, Rest<R>) {
    match value {
        Ok(y) => (given(y), true, Rest(Cell::new(None))),
        Err(rest) => (Later::new(), false, Rest(Cell::new(Some(rest)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_are_there_in_any_case() {
        let (value, present, _) = apart(Some(2.0));
        assert_eq!((value, present), (2.0, true));
        let (value, present, rest) = apart(Err::<f64, _>("no"));
        assert_eq!((value, present, rest.__error()), (0.0, false, "no"));
        struct Once(u8);
        let (_, _, rest) = apart(Err::<f64, _>(Once(3)));
        assert_eq!(rest.__error().0, 3);
        let (_, _, rest) = apart(None::<f64>);
        assert_eq!(rest.__left(), None);
        let ((value, present, _), pullback) = apart_forward(Some((2.0, 'p')));
        assert_eq!((value, present, pullback), (2.0, true, Some('p')));
        let ((value, present, _), pullback) = apart_forward(None::<(f64, char)>);
        assert_eq!((value, present, pullback), (0.0, false, None));
        let ((value, present, _), tangent) = apart_tangent(None::<(f64, f64)>);
        assert_eq!((value, present, tangent), (0.0, false, (0.0, (), ())));
    }
}
