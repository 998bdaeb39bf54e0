//! Products of matrices: `C += A·B`, and the two that the derivatives need, `C += A·Bᵀ` and `C += Aᵀ·B`.
//!
//! Small products are loops over rows. Large ones are made of tiles, or left to another crate.

#[cfg(feature = "matrixmultiply")]
use super::foreign as large;
use super::lines::{Lines, LinesMut};
#[cfg(not(feature = "matrixmultiply"))]
use super::tiles as large;
use crate::ops::real::Real;

/// How many rows, columns, and products in each sum.
#[derive(Clone, Copy)]
pub struct Size {
    /// Rows of C.
    pub rows: usize,
    /// Columns of C.
    pub columns: usize,
    /// How many products each number of C is the sum of.
    pub depth: usize,
}

impl Size {
    /// Whether panels pay: below, copying costs more than it saves.
    #[inline(always)]
    fn is_large(self) -> bool {
        let narrow = self.rows < 8 || self.columns < 8 || self.depth < 8;
        !narrow && self.rows * self.columns * self.depth >= 48 * 48 * 48
    }
}

/// `C += A·B`.
#[inline(always)]
pub fn add_product<T: Real>(a: &impl Lines<T>, b: &impl Lines<T>, c: &mut impl LinesMut<T>, size: Size) {
    if size.is_large() {
        return large::add_product(a, b, c, size);
    }
    for i in 0..a.count() {
        let c = c.line_mut(i);
        for (k, x) in a.line(i).iter().enumerate() {
            add_times(c, b.line(k), *x);
        }
    }
}

/// `C += A·Bᵀ`.
#[inline(always)]
pub fn add_product_right<T: Real>(
    a: &impl Lines<T>,
    b: &impl Lines<T>,
    c: &mut impl LinesMut<T>,
    size: Size,
) {
    if size.is_large() {
        return large::add_product_right(a, b, c, size);
    }
    for i in 0..a.count() {
        let a = a.line(i);
        for (k, c) in c.line_mut(i).iter_mut().enumerate() {
            *c += sum_of_products(a, b.line(k));
        }
    }
}

/// `C += Aᵀ·B`.
#[inline(always)]
pub fn add_product_left<T: Real>(a: &impl Lines<T>, b: &impl Lines<T>, c: &mut impl LinesMut<T>, size: Size) {
    if size.is_large() {
        return large::add_product_left(a, b, c, size);
    }
    for i in 0..a.count() {
        let b = b.line(i);
        for (k, x) in a.line(i).iter().enumerate() {
            add_times(c.line_mut(k), b, *x);
        }
    }
}

/// `y[i] += x[i] * factor`.
#[inline(always)]
pub fn add_times<T: Real>(y: &mut [T], x: &[T], factor: T) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += *x * factor);
}

/// The sum of `a[i] * b[i]`, in eight sums that a processor adds side by side, from left to right in each. The two must be of
/// one length: of others it would not see the same chunks.
#[inline(always)]
pub fn sum_of_products<T: Real>(a: &[T], b: &[T]) -> T {
    debug_assert!(a.len() == b.len(), "the factors of a sum of products are of one length");
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    let mut sum = T::ZERO;
    if !a.is_empty() {
        let mut sums = [T::ZERO; 8];
        for (a, b) in a.iter().zip(b) {
            for i in 0..8 {
                sums[i] += a[i] * b[i];
            }
        }
        // Halves are added to halves, which a processor does side by side as well.
        let [s0, s1, s2, s3, s4, s5, s6, s7] = sums;
        sum = ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
    }
    a_rest.iter().zip(b_rest).fold(sum, |sum, (a, b)| sum + *a * *b)
}

/// The sum of `f(a[i], b[i])`, in the order of [`sum_of_products`].
#[inline(always)]
pub fn sum_of_pairs<T: Real>(a: &[T], b: &[T], f: impl Fn(T, T) -> T) -> T {
    debug_assert!(a.len() == b.len(), "pairs are of rows of one length");
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    let mut sums = [T::ZERO; 8];
    for (a, b) in a.iter().zip(b) {
        for i in 0..8 {
            sums[i] += f(a[i], b[i]);
        }
    }
    let [s0, s1, s2, s3, s4, s5, s6, s7] = sums;
    let sum = ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
    a_rest.iter().zip(b_rest).fold(sum, |sum, (a, b)| sum + f(*a, *b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::products::lines::Flat;
    use alloc::vec;
    use alloc::vec::Vec;

    /// Small whole numbers, of which sums of products are exact in any order.
    fn whole<T: Real>(rows: usize, columns: usize, seed: usize) -> Vec<T> {
        (0..rows * columns).map(|i| crate::lit((i * seed % 13) as f64 - 6.0)).collect()
    }

    /// The sums, in the order in which they are defined.
    fn expected<T: Real>(a: &[T], b: &[T], Size { rows, columns, depth }: Size) -> Vec<T> {
        let mut c = vec![T::ONE; rows * columns];
        for i in 0..rows {
            for j in 0..columns {
                (0..depth).for_each(|k| c[i * columns + j] += a[i * depth + k] * b[k * columns + j]);
            }
        }
        c
    }

    fn turned<T: Real>(a: &[T], rows: usize, columns: usize) -> Vec<T> {
        (0..rows * columns).map(|i| a[i % rows * columns + i / rows]).collect()
    }

    fn check<T: Real>(rows: usize, columns: usize, depth: usize) {
        let size = Size { rows, columns, depth };
        let (a, b) = (whole::<T>(rows, depth, 7), whole::<T>(depth, columns, 5));
        let expected = expected(&a, &b, size);
        let (turned_a, turned_b) = (turned(&a, rows, depth), turned(&b, depth, columns));
        let a = Flat { data: &a[..], rows, columns: depth };
        let b = Flat { data: &b[..], rows: depth, columns };
        let turned_a = Flat { data: &turned_a[..], rows: depth, columns: rows };
        let turned_b = Flat { data: &turned_b[..], rows: columns, columns: depth };
        let mut c = [(); 3].map(|()| vec![T::ONE; rows * columns]);
        let [plain, right, left] = &mut c;
        add_product(&a, &b, &mut Flat { data: &mut plain[..], rows, columns }, size);
        add_product_right(&a, &turned_b, &mut Flat { data: &mut right[..], rows, columns }, size);
        add_product_left(&turned_a, &b, &mut Flat { data: &mut left[..], rows, columns }, size);
        for c in c {
            assert!(c == expected, "{rows} x {columns}, sums of {depth}");
        }
    }

    #[test]
    fn products_of_all_sizes_are_exact_sums() {
        for size in [0, 1, 2, 3, 8, 17] {
            check::<f64>(size, 3, 5);
            check::<f32>(4, size, 5);
            check::<f64>(4, 3, size);
        }
        for (rows, columns, depth) in
            [(48, 48, 48), (65, 131, 129), (63, 49, 257), (9, 200, 130), (200, 9, 128)]
        {
            check::<f64>(rows, columns, depth);
            check::<f32>(rows, columns, depth);
        }
    }
}
