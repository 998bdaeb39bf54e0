//! What the benchmarks have in common: how functions are timed beside each other, and their results compared.

use std::time::Instant;

/// The least times of the functions over some rounds, in which they take turns, in microseconds.
pub fn times<const N: usize>(mut functions: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut best = [f64::INFINITY; N];
    let start = Instant::now();
    while start.elapsed().as_secs_f64() < 2.0 {
        for (f, best) in functions.iter_mut().zip(&mut best) {
            let t = Instant::now();
            f();
            *best = best.min(t.elapsed().as_secs_f64() * 1e6);
        }
    }
    best
}

/// Panics unless two gradients are the same, but for 1e-9 of the largest entry.
pub fn assert_close(a: &[f64], b: &[f64]) {
    let scale = a.iter().fold(0.0, |s: f64, d| s.max(d.abs()));
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() < 1e-9 * scale, "{a} {b}");
    }
}
