//! What gradients allocate, counted: nothing in loops, nothing for fixed sizes, and nothing at all where nothing has to be saved.

// Loops over indices are what people write, and a `Vec` of three is what a test of memory needs.
#![allow(clippy::needless_range_loop, clippy::useless_vec)]

use backprop::backprop;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How often memory was asked for.
fn allocations<R>(f: impl FnOnce() -> R) -> usize {
    let region = Region::new(ALLOCATOR);
    let result = f();
    let change = region.change();
    drop(result);
    change.allocations + change.reallocations
}

#[backprop]
fn regression(weights: &[f64], bias: f64, #[no_grad] points: &[f64], #[no_grad] targets: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..targets.len() {
        let mut answer = bias;
        for j in 0..weights.len() {
            answer += weights[j] * points[i * weights.len() + j];
        }
        let miss = answer.tanh() - targets[i];
        sum += miss * miss;
    }
    sum
}

/// Each round has a row of its own, and a branch.
#[backprop]
fn rotated(angles: &[f64]) -> f64 {
    let mut total = 0.0;
    for angle in angles {
        let mut row = [0.0; 4];
        for j in 0..4 {
            row[j] = (angle + j as f64).sin();
        }
        let longest = row.iter().fold(0.0, |a: f64, b| a.max(*b));
        total += if longest > 0.5 { longest * row[0] } else { row[1].exp() };
    }
    total
}

/// Of each round, something has to be saved.
#[backprop]
fn recurrence(rates: &[f64], start: f64) -> f64 {
    let mut x = start;
    let mut y = [start, 1.0];
    for rate in rates {
        x = rate * x * (1.0 - x);
        y = [y[1].sin() * x, y[0] * rate];
    }
    x + y[0] * y[1]
}

/// A buffer that is made before the loop.
#[backprop]
fn scratch(points: &[f64], #[no_grad] matrix: &[f64; 9]) -> f64 {
    let mut image = vec![0.0; 3];
    let mut total = 0.0;
    for p in points.chunks_exact(3) {
        for i in 0..3 {
            let mut sum = 0.0;
            for j in 0..3 {
                sum += matrix[3 * i + j] * p[j];
            }
            image[i] = sum.exp();
        }
        total += image.iter().map(|v| v * v).sum::<f64>().sqrt();
    }
    total
}

/// Buffers each of whose elements is written, and read, in one round.
#[backprop]
fn moved(points: &[f64], #[no_grad] center: &[f64; 3]) -> f64 {
    let (mut from, mut image) = (vec![0.0; 3], vec![0.0; 3]);
    let mut total = 0.0;
    for p in points.chunks_exact(3) {
        for i in 0..3 {
            from[i] = p[i] - center[i];
            if i > 0 {
                from[i] *= 0.5;
            }
            image[i] = from[i].exp();
        }
        total += from.iter().zip(&image).map(|(a, b)| a * b).sum::<f64>().sqrt();
    }
    total
}

#[backprop]
fn fixed(m: &[[f64; 3]; 3], x: &[f64; 3]) -> f64 {
    let mut y = [0.0; 3];
    for _ in 0..5 {
        for i in 0..3 {
            y[i] = (0..3).map(|j| m[i][j] * (x[j] + y[j])).sum::<f64>().tanh();
        }
    }
    y.iter().sum()
}

/// One test, so that nothing else allocates meanwhile.
#[test]
fn no_loop_allocates() {
    let numbers: Vec<f64> = (0..3000).map(|i| (f64::from(i) * 0.7).sin()).collect();
    let mut d = vec![0.0; 3000];
    let weights = [0.1, 0.2, 0.3];
    let matrix = [0.1; 9];
    for n in [3, 30, 3000] {
        let (x, d) = (&numbers[..n], &mut d[..n]);
        let rows = n / 3;
        let regressed =
            allocations(|| regression_grad_into(&weights, 0.5, x, &numbers[..rows], &mut [0.0; 3]));
        assert_eq!(regressed, 0, "{n} numbers");
        assert_eq!(allocations(|| rotated_grad_into(x, d)), 0, "{n} numbers");
        // One for each thing that is saved, be the rounds few or many.
        let saved = allocations(|| recurrence_grad_into(x, 0.4, d));
        assert!((1..=5).contains(&saved), "{saved} for {n} numbers");
        assert_eq!(saved, allocations(|| recurrence_grad_into(&x[..3], 0.4, &mut d[..3])), "{n} numbers");
        // The function's own one, and that of its adjoint.
        let scratched = allocations(|| scratch_grad_into(x, &matrix, d));
        assert!((1..=2).contains(&scratched), "{scratched} for {n} numbers");
        let scratched = allocations(|| moved_grad_into(x, &[0.1, 0.2, 0.3], d));
        assert_eq!(scratched, allocations(|| moved_grad_into(&x[..3], &[0.1, 0.2, 0.3], &mut d[..3])));
        assert!((2..=4).contains(&scratched), "{scratched} for {n} numbers");
    }
    assert_eq!(allocations(|| fixed_grad(&[[0.3; 3]; 3], &[0.1, 0.2, 0.3])), 0);
}
