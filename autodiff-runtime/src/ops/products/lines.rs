//! Matrices as the kernels see them: line by line, however they are stored.

use crate::ops::shape::Shape;
use crate::ops::walk::{row, row_mut};

/// A matrix to be read line by line.
pub trait Lines<T> {
    /// One line.
    fn line(&self, i: usize) -> &[T];
    /// How many there are.
    fn count(&self) -> usize;
    /// All numbers, where they lie side by side.
    #[cfg(feature = "matrixmultiply")]
    fn flat(&self) -> Option<&[T]>;
}

/// A matrix to be written line by line.
pub trait LinesMut<T> {
    /// One line.
    fn line_mut(&mut self, i: usize) -> &mut [T];
    /// All numbers, where they lie side by side.
    #[cfg(feature = "matrixmultiply")]
    fn flat_mut(&mut self) -> Option<&mut [T]>;
}

/// A matrix of nested rows.
pub struct Nested<A>(pub A);

impl<A: Shape + ?Sized> Lines<A::Real> for Nested<&A> {
    #[inline(always)]
    fn line(&self, i: usize) -> &[A::Real] {
        row(&self.0.parts()[i])
    }
    #[inline(always)]
    fn count(&self) -> usize {
        self.0.parts().len()
    }
    #[cfg(feature = "matrixmultiply")]
    fn flat(&self) -> Option<&[A::Real]> {
        A::Part::flattened(self.0.parts())
    }
}

impl<A: Shape + ?Sized> LinesMut<A::Real> for Nested<&mut A> {
    #[inline(always)]
    fn line_mut(&mut self, i: usize) -> &mut [A::Real] {
        row_mut(&mut self.0.parts_mut()[i])
    }
    #[cfg(feature = "matrixmultiply")]
    fn flat_mut(&mut self) -> Option<&mut [A::Real]> {
        A::Part::flattened_mut(self.0.parts_mut())
    }
}

/// A matrix whose rows lie one behind the other.
#[cfg(feature = "alloc")]
pub struct Flat<D> {
    /// All numbers.
    pub data: D,
    /// How many rows there are.
    pub rows: usize,
    /// How long they are.
    pub columns: usize,
}

#[cfg(feature = "alloc")]
impl<T> Lines<T> for Flat<&[T]> {
    #[inline(always)]
    fn line(&self, i: usize) -> &[T] {
        &self.data[i * self.columns..][..self.columns]
    }
    #[inline(always)]
    fn count(&self) -> usize {
        self.rows
    }
    #[cfg(feature = "matrixmultiply")]
    fn flat(&self) -> Option<&[T]> {
        Some(self.data)
    }
}

#[cfg(feature = "alloc")]
impl<T> LinesMut<T> for Flat<&mut [T]> {
    #[inline(always)]
    fn line_mut(&mut self, i: usize) -> &mut [T] {
        &mut self.data[i * self.columns..][..self.columns]
    }
    #[cfg(feature = "matrixmultiply")]
    fn flat_mut(&mut self) -> Option<&mut [T]> {
        Some(self.data)
    }
}
