//! Zeros of values whose types only rustc knows, kept for the reverse sweep, which adds to copies of them.

use crate::Tangent;
use alloc::vec::Vec;
use core::ops::Index;

/// A stack of zero derivatives of one type. Where that has one zero, such as `[f64; 3]`, only the first is kept, for all of them:
/// keeping one more costs a count.
#[derive(Clone, Debug)]
pub struct Templates<T> {
    kept: Vec<T>,
    len: usize,
}

impl<T: Tangent + Clone> Templates<T> {
    /// No zeros.
    #[must_use]
    pub const fn new() -> Self {
        Templates { kept: Vec::new(), len: 0 }
    }

    /// Keeps one more.
    #[inline]
    pub fn push(&mut self, zero: T) {
        if !T::__ONE_ZERO || self.kept.is_empty() {
            self.kept.push(zero);
        }
        self.len += 1;
    }

    /// How many there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The last one, which is taken off.
    pub fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        if T::__ONE_ZERO { self.kept.first().cloned() } else { self.kept.pop() }
    }
}

impl<T: Tangent + Clone> Default for Templates<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Tangent> Index<usize> for Templates<T> {
    type Output = T;

    #[inline]
    fn index(&self, index: usize) -> &T {
        &self.kept[if T::__ONE_ZERO { 0 } else { index }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn one_zero_serves_where_there_is_one() {
        let mut zeros = Templates::new();
        for _ in 0..3 {
            zeros.push((0.0, [0.0f32; 2]));
        }
        assert_eq!((zeros.len(), zeros.kept.len()), (3, 1));
        assert_eq!(zeros[2], (0.0, [0.0; 2]));
        assert_eq!((zeros.pop(), zeros.len()), (Some((0.0, [0.0; 2])), 2));
    }

    #[test]
    fn each_length_has_its_own() {
        let mut zeros = Templates::new();
        zeros.push((vec![0.0], ()));
        zeros.push((vec![0.0; 3], ()));
        assert_eq!((zeros[0].0.len(), zeros[1].0.len()), (1, 3));
        assert_eq!(zeros.pop().map(|z| z.0.len()), Some(3));
        assert_eq!((zeros.len(), zeros.pop().is_some(), zeros.pop()), (1, true, None));
    }
}
