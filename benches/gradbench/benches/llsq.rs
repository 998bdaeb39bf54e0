//! Least squares as GradBench has it: the generated gradient beside the primal, and beside the best that was
//! written by hand. Run with `cargo bench -p backprop-gradbench --bench llsq`; the ratios are what to compare.
//!
//! The points are t_i = -1 + 2i/(n-1), the target is the sign of t_i, the model a polynomial with
//! coefficients x; the value is half the sum of squared residuals.

// Loops over indices are what the benchmark is about.
#![allow(clippy::needless_range_loop)]

use std::hint::black_box;
use std::time::Instant;

use backprop_gradbench::evals::llsq::{llsq, llsq_grad_into};

/// The gradient as an expert would write it: one fused loop, the powers of t kept in one row.
fn by_hand(x: &[f64], n: usize, dx: &mut [f64]) -> f64 {
    let m = x.len();
    let dx = &mut dx[..m];
    dx.fill(0.0);
    let mut row = vec![0.0; m];
    let row = &mut row[..m];
    let mut sum = 0.0;
    for i in 0..n {
        let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
        let mut inner = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
        let mut mul = 1.0;
        for j in 0..m {
            row[j] = mul;
            inner -= x[j] * mul;
            mul *= t;
        }
        sum += inner * inner;
        for j in 0..m {
            dx[j] -= row[j] * inner;
        }
    }
    sum / 2.0
}

/// The least time of `f` over some rounds, in microseconds.
fn time(mut f: impl FnMut()) -> f64 {
    f();
    let mut best = f64::INFINITY;
    let start = Instant::now();
    while start.elapsed().as_secs_f64() < 1.0 {
        let t = Instant::now();
        f();
        best = best.min(t.elapsed().as_secs_f64());
    }
    best * 1e6
}

fn main() {
    println!(
        "{:>8} {:>5} {:>11} {:>11} {:>11} {:>15} {:>15}",
        "n", "m", "primal", "by hand", "generated", "gen./by hand", "gen./primal"
    );
    for (n, m) in [(1024, 128), (16392, 128), (1024, 16)] {
        let x: Vec<f64> = (0..m).map(|j| ((j * 37 % 101) as f64 / 101.0 - 0.5) / m as f64).collect();
        let (mut hand, mut generated) = (vec![0.0; m], vec![0.0; m]);
        let primal = time(|| {
            black_box(llsq(black_box(&x), n));
        });
        let by_hand_us = time(|| {
            black_box(by_hand(black_box(&x), n, &mut hand));
        });
        let generated_us = time(|| {
            black_box(llsq_grad_into(black_box(&x), n, &mut generated));
        });
        let scale = hand.iter().fold(0.0f64, |a, d| a.max(d.abs()));
        for (a, b) in hand.iter().zip(&generated) {
            assert!((a - b).abs() <= 1e-12 * scale, "{a} {b}");
        }
        println!(
            "{n:>8} {m:>5} {primal:>8.1} us {by_hand_us:>8.1} us {generated_us:>8.1} us {:>15.3} {:>15.3}",
            generated_us / by_hand_us,
            generated_us / primal
        );
    }
}
