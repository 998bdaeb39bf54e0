//! What a function returns: a value, or an `Option` or `Result` of one.

use super::entries::Entries;

/// A result that has a value, or may have one: functions and companions that return an `Option` or a `Result` are checked
/// where they return a value.
pub trait Outcome {
    /// The value.
    type Value;
    /// The value, if there is one.
    #[doc(hidden)]
    fn value(self) -> Option<Self::Value>;
}

impl<T: Entries> Outcome for T {
    type Value = T;
    fn value(self) -> Option<T> {
        Some(self)
    }
}

impl<T> Outcome for Option<T> {
    type Value = T;
    fn value(self) -> Option<T> {
        self
    }
}

impl<T, E> Outcome for Result<T, E> {
    type Value = T;
    fn value(self) -> Option<T> {
        self.ok()
    }
}
