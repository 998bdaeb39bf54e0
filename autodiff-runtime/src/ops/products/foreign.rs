//! Large products by the crate `matrixmultiply`, which uses what the processor turns out to have, through the safe
//! functions of `ndarray`.

use super::kernel::Size;
use super::lines::{Lines, LinesMut};
use crate::ops::real::Real;
use alloc::vec::Vec;
use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, LinalgScalar};

/// `C += A·B`.
pub fn add_product<T: Real>(a: &impl Lines<T>, b: &impl Lines<T>, c: &mut impl LinesMut<T>, size: Size) {
    product((a, false), (b, false), c, size);
}

/// `C += A·Bᵀ`.
pub fn add_product_right<T: Real>(
    a: &impl Lines<T>,
    b: &impl Lines<T>,
    c: &mut impl LinesMut<T>,
    size: Size,
) {
    product((a, false), (b, true), c, size);
}

/// `C += Aᵀ·B`.
pub fn add_product_left<T: Real>(a: &impl Lines<T>, b: &impl Lines<T>, c: &mut impl LinesMut<T>, size: Size) {
    product((a, true), (b, false), c, size);
}

/// `C += A·B` of numbers that lie side by side. `a` and `b` are as they are stored, and whether they are to be transposed.
pub fn general<T: LinalgScalar>(
    (a, a_transposed): (&[T], bool),
    (b, b_transposed): (&[T], bool),
    c: &mut [T],
    size: Size,
) {
    let Size { rows, columns, depth } = size;
    let view = |data, rows, columns, transposed| {
        let shape = if transposed { (columns, rows) } else { (rows, columns) };
        let view = ArrayView2::from_shape(shape, data).expect("a matrix as long as its size says");
        if transposed { view.reversed_axes() } else { view }
    };
    let a = view(a, rows, depth, a_transposed);
    let b = view(b, depth, columns, b_transposed);
    let mut c = ArrayViewMut2::from_shape((rows, columns), c).expect("a matrix as long as its size says");
    general_mat_mul(T::one(), &a, &b, T::one(), &mut c);
}

/// The same of any matrices: what does not lie side by side is copied.
fn product<T: Real>(
    (a, a_transposed): (&impl Lines<T>, bool),
    (b, b_transposed): (&impl Lines<T>, bool),
    c: &mut impl LinesMut<T>,
    size: Size,
) {
    let (mut copy_a, mut copy_b) = (Vec::new(), Vec::new());
    let (a, b) = ((side_by_side(a, &mut copy_a), a_transposed), (side_by_side(b, &mut copy_b), b_transposed));
    if let Some(c) = c.flat_mut() {
        return T::general_product(a, b, c, size);
    }
    let mut sums = alloc::vec![T::ZERO; size.rows * size.columns];
    T::general_product(a, b, &mut sums, size);
    for (i, sums) in sums.chunks_exact(size.columns).enumerate() {
        c.line_mut(i).iter_mut().zip(sums).for_each(|(c, sum)| *c += *sum);
    }
}

/// All numbers of a matrix.
fn side_by_side<'a, T: Real>(a: &'a impl Lines<T>, copy: &'a mut Vec<T>) -> &'a [T] {
    if let Some(flat) = a.flat() {
        return flat;
    }
    (0..a.count()).for_each(|i| copy.extend_from_slice(a.line(i)));
    copy
}
