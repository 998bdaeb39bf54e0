//! Large products, made of tiles, as K. Goto and R. van de Geijn describe it ("Anatomy of High-Performance Matrix
//! Multiplication", ACM TOMS 34, 2008): what a tile of C needs of A and B is copied into panels first, so that it is read
//! in order and stays in the cache, and the tile itself is summed in registers. The panels are arrays, so nothing is
//! allocated, and the three products differ in how the panels are copied and in nothing else.

use super::kernel::Size;
use super::lines::{Lines, LinesMut};
use crate::ops::real::Real;

/// `C += A·B`.
pub fn add_product<T: Real>(a: &impl Lines<T>, b: &impl Lines<T>, c: &mut impl LinesMut<T>, size: Size) {
    product(&Along(a), &Across(b), c, size);
}

/// `C += A·Bᵀ`.
pub fn add_product_right<T: Real>(
    a: &impl Lines<T>,
    b: &impl Lines<T>,
    c: &mut impl LinesMut<T>,
    size: Size,
) {
    product(&Along(a), &Along(b), c, size);
}

/// `C += Aᵀ·B`.
pub fn add_product_left<T: Real>(a: &impl Lines<T>, b: &impl Lines<T>, c: &mut impl LinesMut<T>, size: Size) {
    product(&Across(a), &Across(b), c, size);
}

/// A factor, as its panels are copied from it. A panel is `W` rows of the left factor or `W` columns of the right one, and
/// has all that belongs to one step of the sums side by side.
trait Panels<T> {
    /// Copies the `W` rows or columns from `start`, and the steps `depth`; what goes beyond `end` is zero.
    fn copy<const W: usize>(&self, panel: &mut [T], start: usize, end: usize, depth: core::ops::Range<usize>);
}

/// The sums go along the lines.
struct Along<'a, L>(&'a L);

impl<T: Real, L: Lines<T>> Panels<T> for Along<'_, L> {
    #[inline(always)]
    fn copy<const W: usize>(
        &self,
        panel: &mut [T],
        start: usize,
        end: usize,
        depth: core::ops::Range<usize>,
    ) {
        let (panel, _) = panel.as_chunks_mut::<W>();
        for i in 0..W {
            if start + i < end {
                let line = &self.0.line(start + i)[depth.clone()];
                panel.iter_mut().zip(line).for_each(|(step, x)| step[i] = *x);
            } else {
                panel.iter_mut().for_each(|step| step[i] = T::ZERO);
            }
        }
    }
}

/// The sums go from line to line.
struct Across<'a, L>(&'a L);

impl<T: Real, L: Lines<T>> Panels<T> for Across<'_, L> {
    #[inline(always)]
    fn copy<const W: usize>(
        &self,
        panel: &mut [T],
        start: usize,
        end: usize,
        depth: core::ops::Range<usize>,
    ) {
        let (panel, _) = panel.as_chunks_mut::<W>();
        for (step, k) in panel.iter_mut().zip(depth) {
            let line = &self.0.line(k)[start..end];
            match line.first_chunk::<W>() {
                Some(whole) => *step = *whole,
                None => {
                    let (there, beyond) = step.split_at_mut(line.len());
                    there.copy_from_slice(line);
                    beyond.fill(T::ZERO);
                }
            }
        }
    }
}

/// Steps of the sums that are done at a time: so long are the panels.
const DEPTH: usize = 128;
/// Rows of the left factor that are copied at a time.
const HEIGHT: usize = 64;
/// A tile of C fills the registers that the target has.
const TILE_ROWS: usize = 4;
/// See [`TILE_ROWS`]; for floats of 8 bytes.
const TILE_COLUMNS: usize = if cfg!(target_feature = "avx") { 8 } else { 4 };

/// The product of two factors.
fn product<T: Real>(a: &impl Panels<T>, b: &impl Panels<T>, c: &mut impl LinesMut<T>, size: Size) {
    match size_of::<T>() {
        4 => tiled::<T, TILE_ROWS, { 2 * TILE_COLUMNS }>(a, b, c, size),
        _ => tiled::<T, TILE_ROWS, TILE_COLUMNS>(a, b, c, size),
    }
}

/// The product in tiles of `R` rows and `S` columns.
#[inline(always)]
fn tiled<T: Real, const R: usize, const S: usize>(
    a: &impl Panels<T>,
    b: &impl Panels<T>,
    c: &mut impl LinesMut<T>,
    size: Size,
) {
    let mut left = [T::ZERO; HEIGHT * DEPTH];
    let mut right = [T::ZERO; 2 * TILE_COLUMNS * DEPTH];
    for depth in steps(size.depth, DEPTH) {
        let right = &mut right[..S * depth.len()];
        for rows in steps(size.rows, HEIGHT) {
            let left = &mut left[..rows.len().next_multiple_of(R) * depth.len()];
            for (panel, i) in left.chunks_exact_mut(R * depth.len()).zip(rows.clone().step_by(R)) {
                a.copy::<R>(panel, i, rows.end, depth.clone());
            }
            for columns in steps(size.columns, S) {
                b.copy::<S>(right, columns.start, columns.end, depth.clone());
                for (panel, i) in left.chunks_exact(R * depth.len()).zip(rows.clone().step_by(R)) {
                    let tile = tile::<T, R, S>(panel, right);
                    for (sums, i) in tile.iter().zip(i..rows.end) {
                        let c = &mut c.line_mut(i)[columns.clone()];
                        c.iter_mut().zip(sums).for_each(|(c, sum)| *c += *sum);
                    }
                }
            }
        }
    }
}

/// `0..n` in pieces of `size`, the last one of what is left.
#[inline(always)]
fn steps(n: usize, size: usize) -> impl Iterator<Item = core::ops::Range<usize>> {
    (0..n).step_by(size).map(move |start| start..n.min(start + size))
}

/// The product of two panels.
#[inline(always)]
fn tile<T: Real, const R: usize, const S: usize>(left: &[T], right: &[T]) -> [[T; S]; R] {
    let mut sums = [[T::ZERO; S]; R];
    for (a, b) in left.as_chunks::<R>().0.iter().zip(right.as_chunks::<S>().0) {
        for i in 0..R {
            for j in 0..S {
                sums[i][j] = T::multiply_add(a[i], b[j], sums[i][j]);
            }
        }
    }
    sums
}
