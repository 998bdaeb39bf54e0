//! Products of matrices beside those of the crate `matrixmultiply` (through `ndarray`): the value, and the value with both
//! derivatives, which are three products. Run with `cargo bench --bench matmul`; the ratios are what to compare, and
//! they depend on the target: `matrixmultiply` finds out at run time what the processor has, and the project's own
//! products use what they are compiled for (`RUSTFLAGS=-Ctarget-cpu=native`), or `matrixmultiply` as well
//! (`--features matrixmultiply`).

use std::hint::black_box;
use std::time::Instant;

use backprop::{matmul, matmul_flat, matmul_flat_vjp, matmul_vjp};
use ndarray::{Array2, linalg::general_mat_mul};

/// The shortest of several runs, in microseconds, of each of two functions by turns.
fn times(n: usize, mut f: impl FnMut(), mut g: impl FnMut()) -> (f64, f64) {
    let repeat = (20_000_000 / (n * n * n)).clamp(1, 2000);
    let time = |f: &mut dyn FnMut()| {
        let start = Instant::now();
        (0..repeat).for_each(|_| f());
        start.elapsed().as_secs_f64() * 1e6 / repeat as f64
    };
    (0..25).fold((f64::INFINITY, f64::INFINITY), |(a, b), _| (a.min(time(&mut f)), b.min(time(&mut g))))
}

/// Numbers without a pattern.
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..n * n).map(|_| random.f64() - 0.5).collect()
}

/// The same in rows.
fn nested(flat: &[f64], n: usize) -> Vec<Vec<f64>> {
    flat.chunks(n).map(<[f64]>::to_vec).collect()
}

fn main() {
    println!(
        "{:>5} {:>8} {:>12} {:>17} {:>7} {:>15} {:>17} {:>7}",
        "n", "form", "value", "matrixmultiply", "ratio", "derivatives", "matrixmultiply", "ratio"
    );
    for n in [8, 16, 32, 48, 64, 128, 256, 512] {
        let (a, b, seed) = (numbers(n, 1), numbers(n, 2), numbers(n, 3));
        let array = |x: &[f64]| Array2::from_shape_vec((n, n), x.to_vec()).expect("a square");
        let (array_a, array_b, array_seed) = (array(&a), array(&b), array(&seed));
        let (rows_a, rows_b, rows_seed) = (nested(&a, n), nested(&b, n), nested(&seed, n));
        let foreign = || {
            let mut c = Array2::zeros((n, n));
            general_mat_mul(1.0, black_box(&array_a), &array_b, 0.0, &mut c);
            c
        };
        let foreign_all = || {
            let (mut d_a, mut d_b) = (Array2::zeros((n, n)), Array2::zeros((n, n)));
            general_mat_mul(1.0, black_box(&array_seed), &array_b.t(), 0.0, &mut d_a);
            general_mat_mul(1.0, &array_a.t(), &array_seed, 0.0, &mut d_b);
            (foreign(), d_a, d_b)
        };

        let (y, (d_a, d_b)) = matmul_flat_vjp(&a, &b, n, &seed);
        let (other_y, other_a, other_b) = foreign_all();
        let pairs = y.iter().zip(&other_y).chain(d_a.iter().zip(&other_a)).chain(d_b.iter().zip(&other_b));
        pairs.for_each(|(x, y)| assert!((x - y).abs() <= 1e-12 * n as f64, "{x} {y}"));

        let line = |form: &str, value: (f64, f64), all: (f64, f64)| {
            println!(
                "{n:>5} {form:>8} {:>9.1} us {:>14.1} us {:>7.2} {:>12.1} us {:>14.1} us {:>7.2}",
                value.0,
                value.1,
                value.0 / value.1,
                all.0,
                all.1,
                all.0 / all.1
            );
        };
        let other = || drop(black_box(foreign()));
        let other_all = || drop(black_box(foreign_all()));
        line(
            "flat",
            times(n, || drop(black_box(matmul_flat(black_box(&a), &b, n))), other),
            times(n, || drop(black_box(matmul_flat_vjp(black_box(&a), &b, n, &seed))), other_all),
        );
        line(
            "nested",
            times(n, || drop(black_box(matmul(black_box(&rows_a), &rows_b))), other),
            times(n, || drop(black_box(matmul_vjp(black_box(&rows_a), &rows_b, &rows_seed))), other_all),
        );
    }
}
