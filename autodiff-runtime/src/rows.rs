//! Rows of numbers, kept for the reverse sweep one behind the other.

use alloc::vec::Vec;

/// A stack of slices in one piece of memory, so that keeping one more allocates nothing.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    data: Vec<T>,
    /// Where each row begins.
    starts: Vec<usize>,
    /// For how many rounds of a loop there will be rows, and how many for each.
    rounds: usize,
    each: usize,
}

impl<T: Copy> Rows<T> {
    /// No rows, and it is not known how many there will be.
    #[must_use]
    pub const fn new() -> Self {
        Rows { data: Vec::new(), starts: Vec::new(), rounds: 0, each: 0 }
    }

    /// No rows; `each` of them will be kept in each of `rounds` rounds.
    #[must_use]
    pub const fn for_rounds(rounds: usize, each: usize) -> Self {
        Rows { data: Vec::new(), starts: Vec::new(), rounds, each }
    }

    /// Keeps a copy of a row.
    #[inline]
    pub fn push(&mut self, row: &[T]) {
        // After the first round it is known how long all rows of a round are together.
        if self.starts.len() == self.each {
            self.reserve();
        }
        self.starts.push(self.data.len());
        self.data.extend_from_slice(row);
    }

    #[cold]
    fn reserve(&mut self) {
        let rest = self.rounds.saturating_sub(1);
        if let (Some(rows), Some(numbers)) = (rest.checked_mul(self.each), rest.checked_mul(self.data.len()))
        {
            // A loop that panics soon may have any number of rounds.
            drop(self.starts.try_reserve_exact(rows));
            drop(self.data.try_reserve_exact(numbers));
        }
    }

    /// How many rows there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// A row.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[inline]
    #[must_use]
    pub fn row(&self, index: usize) -> &[T] {
        let end = self.starts.get(index + 1).copied().unwrap_or(self.data.len());
        &self.data[self.starts[index]..end]
    }

    /// The last row, which is taken off.
    pub fn pop(&mut self) -> Option<Vec<T>> {
        let start = self.starts.pop()?;
        let row = Vec::from(&self.data[start..]);
        self.data.truncate(start);
        Some(row)
    }
}

impl<T: Copy> Default for Rows<T> {
    fn default() -> Self {
        Rows::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_length_come_back() {
        for mut rows in
            [Rows::new(), Rows::for_rounds(2, 3), Rows::for_rounds(0, 0), Rows::for_rounds(usize::MAX, 7)]
        {
            let all: [&[f64]; 6] = [&[1.0, 2.0], &[], &[3.0], &[4.0, 5.0, 6.0], &[], &[7.0]];
            all.iter().for_each(|row| rows.push(row));
            assert_eq!(rows.len(), 6);
            for (i, row) in all.iter().enumerate() {
                assert_eq!(rows.row(i), *row);
            }
            for row in all.iter().rev() {
                assert_eq!(rows.pop().as_deref(), Some(*row));
            }
            assert!(rows.is_empty() && rows.pop().is_none());
        }
    }

    #[test]
    fn what_is_needed_is_allocated_once() {
        let mut rows = Rows::for_rounds(10, 2);
        rows.push(&[1.0; 5]);
        rows.push(&[2.0; 3]);
        rows.push(&[3.0; 5]);
        let (capacity, at) = (rows.data.capacity(), rows.data.as_ptr());
        assert!((80..100).contains(&capacity), "{capacity}");
        rows.push(&[4.0; 3]);
        for _ in 2..10 {
            rows.push(&[5.0; 5]);
            rows.push(&[6.0; 3]);
        }
        assert_eq!((rows.data.len(), rows.data.as_ptr()), (80, at));
    }
}
