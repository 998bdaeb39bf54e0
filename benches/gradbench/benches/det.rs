//! The determinant by recursive expansion by minors, as GradBench has it: the generated gradient beside the primal,
//! and beside the best that was written by hand. Run with `cargo bench -p backprop-gradbench --bench det`; the ratios are what to compare.
//!
//! Rows and columns that are left are two circular linked lists of indices, in which `n` stands for the head: a step
//! of the recursion takes the first row, and one column after the other, out of the lists and puts them back.

#[path = "../../shared/mod.rs"]
mod shared;

use backprop_gradbench::evals::det::{first_to_last, minor, minor_grad_into};
use shared::{assert_close, times};
use std::hint::black_box;

/// The value, and `seed` times the gradient added to `d_a`, as an expert would write it: the adjoint of a minor is
/// known before the minor is, so one recursion does both.
fn by_hand(
    a: &[f64],
    n: usize,
    m: usize,
    rows: &mut [usize],
    columns: &mut [usize],
    seed: f64,
    d_a: &mut [f64],
) -> f64 {
    let row = rows[n];
    let mut column = columns[n];
    if m == 1 {
        d_a[row * n + column] += seed;
        return a[row * n + column];
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut before = n;
    rows[n] = rows[row];
    for _ in 0..m {
        let at = row * n + column;
        columns[before] = columns[column];
        let factor = sign * a[at];
        let minor = by_hand(a, n, m - 1, rows, columns, seed * factor, d_a);
        sum += factor * minor;
        d_a[at] += seed * sign * minor;
        columns[before] = column;
        before = column;
        column = columns[column];
        sign = -sign;
    }
    rows[n] = row;
    sum
}

/// The lists in which nothing has been taken out.
fn lists(n: usize) -> [Vec<usize>; 2] {
    [first_to_last(n), first_to_last(n)]
}

fn main() {
    println!(
        "{:>3} {:>14} {:>14} {:>14} {:>12} {:>12}",
        "n", "primal", "by hand", "generated", "/by hand", "/primal"
    );
    for n in [6, 8, 9] {
        let a: Vec<f64> = (0..n * n).map(|i| (i * 37 % 101) as f64 / 101.0 - 0.5).collect();
        let a = black_box(&a);
        let [mut rows, mut columns] = lists(n);
        let (mut hand, mut generated) = (vec![0.0; n * n], vec![0.0; n * n]);
        let value = minor(a, n, n, &mut rows, &mut columns);
        assert_eq!(by_hand(a, n, n, &mut rows, &mut columns, 1.0, &mut hand), value);
        assert_eq!(minor_grad_into(a, n, n, &mut rows, &mut columns, &mut generated), value);
        assert_close(&hand, &generated);
        // Each has lists of its own, all of which start out and end as they are here.
        let [[mut rows_1, mut columns_1], [mut rows_2, mut columns_2]] = [lists(n), lists(n)];
        let [primal, by_hand, generated] = times([
            &mut || {
                black_box(minor(a, n, n, &mut rows, &mut columns));
            },
            &mut || {
                hand.fill(0.0);
                black_box(by_hand(a, n, n, &mut rows_1, &mut columns_1, 1.0, &mut hand));
            },
            &mut || {
                black_box(minor_grad_into(a, n, n, &mut rows_2, &mut columns_2, &mut generated));
            },
        ]);
        println!(
            "{n:>3} {primal:>11.1} us {by_hand:>11.1} us {generated:>11.1} us {:>12.2} {:>12.2}",
            generated / by_hand,
            generated / primal
        );
    }
}
