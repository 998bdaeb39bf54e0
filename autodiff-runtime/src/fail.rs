//! Panics of generated code.

/// Panics as `std` does where a method of its own finds something missing: at the place of the call, which is the user's.
#[cold]
#[inline(never)]
#[track_caller]
pub fn fail(message: &str) -> ! {
    panic!("{message}")
}
