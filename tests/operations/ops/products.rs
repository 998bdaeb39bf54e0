//! Products of matrices and vectors, and the transposed matrix.

use backprop::backprop;
use backprop::ops::{matmul, matmul_flat, matvec, matvec_flat, transpose};

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn matvec_of_arrays(m: &[[$F; 3]; 2], x: &[$F; 3]) -> [$F; 2] {
            matvec(m, x)
        }
        #[backprop $options]
        pub fn matvec_of_arrays_loops(m: &[[$F; 3]; 2], x: &[$F; 3]) -> [$F; 2] {
            let mut y = [0.0; 2];
            for i in 0..2 {
                for k in 0..3 {
                    y[i] += m[i][k] * x[k];
                }
            }
            y
        }
        beside!($F $mode: vjp matvec_of_arrays ~ matvec_of_arrays_loops(
            to m: -2.0..2.0 => [[0.0; 3]; 2], to x: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn matvec_of_vecs(m: Vec<Vec<$F>>, x: &[$F]) -> Vec<$F> {
            matvec(&m, x)
        }
        #[backprop $options]
        pub fn matvec_of_vecs_loops(m: Vec<Vec<$F>>, x: &[$F]) -> Vec<$F> {
            let mut y = vec![0.0; m.len()];
            for i in 0..m.len() {
                for k in 0..x.len() {
                    y[i] += m[i][k] * x[k];
                }
            }
            y
        }
        beside!($F $mode: vjp matvec_of_vecs ~ matvec_of_vecs_loops(
            by m: -2.0..2.0 => vec![vec![0.0; 19]; 3], slice x: -2.0..2.0 => vec![0.0; 19]));

        #[backprop $options]
        pub fn matvec_of_rows(m: &[[$F; 3]], x: Vec<$F>) -> Vec<$F> {
            matvec(m, &x)
        }
        case!($F $mode: vjp matvec_of_rows(slice m: -2.0..2.0 => vec![[0.0; 3]; 4], by x: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn matvec_of_flat(m: &[$F], x: &[$F]) -> Vec<$F> {
            matvec_flat(m, x)
        }
        #[backprop $options]
        pub fn matvec_of_flat_loops(m: &[$F], x: &[$F]) -> Vec<$F> {
            let n = x.len();
            let mut y = vec![0.0; m.len() / n];
            for i in 0..y.len() {
                for k in 0..n {
                    y[i] += m[i * n + k] * x[k];
                }
            }
            y
        }
        beside!($F $mode: vjp matvec_of_flat ~ matvec_of_flat_loops(
            slice m: -2.0..2.0 => vec![0.0; 6], slice x: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn matmul_of_arrays(a: &[[$F; 3]; 2], b: &[[$F; 4]; 3]) -> [[$F; 4]; 2] {
            matmul(a, b)
        }
        #[backprop $options]
        pub fn matmul_of_arrays_loops(a: &[[$F; 3]; 2], b: &[[$F; 4]; 3]) -> [[$F; 4]; 2] {
            let mut c = [[0.0; 4]; 2];
            for i in 0..2 {
                for j in 0..4 {
                    for k in 0..3 {
                        c[i][j] += a[i][k] * b[k][j];
                    }
                }
            }
            c
        }
        beside!($F $mode: vjp matmul_of_arrays ~ matmul_of_arrays_loops(
            to a: -2.0..2.0 => [[0.0; 3]; 2], to b: -2.0..2.0 => [[0.0; 4]; 3]));

        #[backprop $options]
        pub fn matmul_of_rows(a: &[[$F; 2]], b: [[$F; 3]; 2]) -> Vec<[$F; 3]> {
            matmul(a, &b)
        }
        case!($F $mode: vjp matmul_of_rows(
            slice a: -2.0..2.0 => vec![[0.0; 2]; 3], by b: -2.0..2.0 => [[0.0; 3]; 2]));

        #[backprop $options]
        pub fn matmul_of_vecs(a: Vec<Vec<$F>>, b: Vec<Vec<$F>>) -> Vec<Vec<$F>> {
            matmul(&a, &b)
        }
        case!($F $mode: vjp matmul_of_vecs(
            by a: -2.0..2.0 => vec![vec![0.0; 2]; 3], by b: -2.0..2.0 => vec![vec![0.0; 4]; 2]));

        #[backprop $options]
        pub fn square_of_a_matrix(a: &[[$F; 3]; 3]) -> [[$F; 3]; 3] {
            matmul(a, &transpose(a))
        }
        case!($F $mode: vjp square_of_a_matrix(to a: -2.0..2.0 => [[0.0; 3]; 3]));

        #[backprop $options]
        pub fn matmul_of_flat(a: &[$F], b: &[$F], inner: usize) -> Vec<$F> {
            matmul_flat(a, b, inner)
        }
        #[backprop $options]
        pub fn matmul_of_flat_loops(a: &[$F], b: &[$F], inner: usize) -> Vec<$F> {
            let (rows, columns) = (a.len() / inner, b.len() / inner);
            let mut c = vec![0.0; rows * columns];
            for i in 0..rows {
                for j in 0..columns {
                    for k in 0..inner {
                        c[i * columns + j] += a[i * inner + k] * b[k * columns + j];
                    }
                }
            }
            c
        }
        beside!($F $mode: vjp matmul_of_flat ~ matmul_of_flat_loops(
            slice a: -2.0..2.0 => vec![0.0; 6], slice b: -2.0..2.0 => vec![0.0; 8]; 2));

        #[backprop $options]
        pub fn transposed_arrays(a: &[[$F; 3]; 2]) -> [[$F; 2]; 3] {
            transpose(a)
        }
        #[backprop $options]
        pub fn transposed_arrays_loops(a: &[[$F; 3]; 2]) -> [[$F; 2]; 3] {
            let mut t = [[0.0; 2]; 3];
            for i in 0..2 {
                for j in 0..3 {
                    t[j][i] = a[i][j];
                }
            }
            t
        }
        beside!($F $mode: vjp transposed_arrays ~ transposed_arrays_loops(to a: -2.0..2.0 => [[0.0; 3]; 2]));

        #[backprop $options]
        pub fn transposed_vecs(a: Vec<Vec<$F>>) -> Vec<Vec<$F>> {
            transpose(&a)
        }
        case!($F $mode: vjp transposed_vecs(by a: -2.0..2.0 => vec![vec![0.0; 3]; 2]));

        #[backprop $options]
        pub fn transposed_rows(a: &[[$F; 2]]) -> $F {
            let t = transpose(a);
            t[0][1] * t[1][2]
        }
        case!($F $mode: transposed_rows(slice a: -2.0..2.0 => vec![[0.0; 2]; 3]));
    };
}
both!(functions);

/// Large enough for panels; the loops are the same as those of the small ones.
#[test]
fn large_products_have_the_derivatives_of_the_loops() {
    let (m, k, n) = (70, 61, 53);
    let mut random = fastrand::Rng::with_seed(3);
    let mut numbers = |n: usize| -> Vec<f64> { (0..n).map(|_| random.f64() - 0.5).collect() };
    let (a, b, seed) = (numbers(m * k), numbers(k * n), numbers(m * n));
    let (c, (d_a, d_b)) = double::matmul_of_flat_vjp(&a, &b, k, seed.clone());
    let (c_loops, (d_a_loops, d_b_loops)) = double::matmul_of_flat_loops_vjp(&a, &b, k, seed.clone());
    let rows = |x: &[f64], n: usize| -> Vec<Vec<f64>> { x.chunks(n).map(<[f64]>::to_vec).collect() };
    let nested = double::matmul_of_vecs_vjp(rows(&a, k), rows(&b, n), rows(&seed, n));
    let together = |c: &[f64], a: &[f64], b: &[f64]| [c, a, b].concat();
    let loops = together(&c_loops, &d_a_loops, &d_b_loops);
    super::assert_same(&together(&c, &d_a, &d_b), &loops, f64::EPSILON, "flat");
    super::assert_same(&crate::case::flat(&nested), &loops, f64::EPSILON, "nested");
}
