//! Constants on purpose.

/// Returns `x` unchanged, and stops its derivative: for `#[backprop]`, the result is a constant.
///
/// It is the only way to drop a derivative that would otherwise flow, so that a dropped derivative is always
/// something that somebody has written down.
#[inline(always)]
#[must_use]
pub fn stop_gradient<T>(x: T) -> T {
    x
}
