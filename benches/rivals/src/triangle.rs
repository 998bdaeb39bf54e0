//! What is below the diagonals of `k` matrices of `d` rows: column by column, or with all that is zero.

/// The places below the diagonal, in the order in which they are packed.
fn places(d: usize) -> impl Iterator<Item = usize> {
    (0..d).flat_map(move |column| (column + 1..d).map(move |row| row * d + column))
}

/// The whole matrices.
pub fn unpacked(l: &[f64], k: usize, d: usize) -> Vec<f64> {
    let mut matrices = vec![0.0; k * d * d];
    let mut l = l.iter();
    for matrix in matrices.chunks_mut(d * d) {
        places(d).zip(&mut l).for_each(|(at, l)| matrix[at] = *l);
    }
    matrices
}

/// What is below the diagonals.
pub fn packed(matrices: &[f64], k: usize, d: usize) -> Vec<f64> {
    let matrices = matrices.chunks(d * d).take(k);
    matrices.flat_map(|matrix| places(d).map(|at| matrix[at])).collect()
}
