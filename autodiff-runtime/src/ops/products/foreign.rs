//! Large products by the crate `matrixmultiply`, which uses what the processor turns out to have, through the safe
//! functions of `ndarray`.

use super::kernel::Size;
use super::lines::{Lines, LinesMut};
use crate::ops::real::Real;
use core::ops::Range;
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

/// The same of any matrices: what does not lie side by side is copied, block by block.
fn product<T: Real>(
    (a, a_transposed): (&impl Lines<T>, bool),
    (b, b_transposed): (&impl Lines<T>, bool),
    c: &mut impl LinesMut<T>,
    size: Size,
) {
    if let (Some(a), Some(b), Some(c)) = (a.flat(), b.flat(), c.flat_mut()) {
        return T::general_product((a, a_transposed), (b, b_transposed), c, size);
    }
    let mut blocks = [[T::ZERO; BLOCK * BLOCK]; 3];
    let [block_a, block_b, block_c] = &mut blocks;
    for depth in steps(size.depth) {
        for rows in steps(size.rows) {
            let a = copied(a, (rows.clone(), depth.clone()), a_transposed, block_a);
            for columns in steps(size.columns) {
                let b = copied(b, (depth.clone(), columns.clone()), b_transposed, block_b);
                let size = Size { rows: rows.len(), columns: columns.len(), depth: depth.len() };
                let sums = &mut block_c[..size.rows * size.columns];
                sums.fill(T::ZERO);
                T::general_product((a, a_transposed), (b, b_transposed), sums, size);
                for (sums, i) in sums.chunks_exact(size.columns).zip(rows.clone()) {
                    let c = &mut c.line_mut(i)[columns.clone()];
                    c.iter_mut().zip(sums).for_each(|(c, sum)| *c += *sum);
                }
            }
        }
    }
}

/// Rows and columns of a block. Three of them stand on the stack.
const BLOCK: usize = 64;

/// `0..n` in pieces, the last one of what is left.
fn steps(n: usize) -> impl Iterator<Item = Range<usize>> {
    (0..n).step_by(BLOCK).map(move |start| start..n.min(start + BLOCK))
}

/// A copy of a block of a matrix, as the matrix is stored.
fn copied<'a, T: Real>(
    a: &impl Lines<T>,
    (rows, columns): (Range<usize>, Range<usize>),
    transposed: bool,
    block: &'a mut [T],
) -> &'a [T] {
    let (lines, part) = if transposed { (columns, rows) } else { (rows, columns) };
    let block = &mut block[..lines.len() * part.len()];
    for (copy, i) in block.chunks_exact_mut(part.len()).zip(lines) {
        copy.copy_from_slice(&a.line(i)[part.clone()]);
    }
    block
}
