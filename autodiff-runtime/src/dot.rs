//! Scalar products of adjoints.

use crate::{Scalar, lit};

/// The scalar product of two slices of one length, summed in four lanes: no addition waits for the one right before it, and
/// processors with vectors can use them. So the order of the sum is not that of the elements.
///
/// Of slices of two lengths, the longer one's rest counts for nothing.
#[inline]
pub fn dot<F: Scalar>(a: &[F], b: &[F]) -> F {
    let n = a.len().min(b.len());
    let ((a, a_rest), (b, b_rest)) = (a[..n].as_chunks::<4>(), b[..n].as_chunks::<4>());
    let mut sums = [lit::<F>(0.0); 4];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let mut rest = lit::<F>(0.0);
    for (a, b) in a_rest.iter().zip(b_rest) {
        rest += *a * *b;
    }
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::dot;

    #[test]
    fn all_lengths() {
        let numbers: [f64; 20] = core::array::from_fn(|i| i as f64 + 1.0);
        for n in 0..=20 {
            let expected: f64 = numbers[..n].iter().map(|x| x * x).sum();
            assert_eq!(dot(&numbers[..n], &numbers[..n]), expected);
        }
        assert_eq!(dot(&numbers[..3], &numbers), 14.0);
        assert_eq!(dot(&[1.5f32, 2.0], &[2.0, -1.0]), 1.0);
    }
}
