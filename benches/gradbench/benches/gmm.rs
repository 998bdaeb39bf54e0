//! A Gaussian mixture model as GradBench has it: the generated gradient beside the primal, and beside the best that
//! was written by hand. Run with `cargo bench -p backprop-gradbench --bench gmm`; the ratios are what to compare.
//!
//! The objective is the log-likelihood of `n` points of `d` dimensions under `k` Gaussians, plus a Wishart prior. A
//! Gaussian's precision has the factor `Q`: the exponentials of `q` on the diagonal, `l` below it, column by column.
//! What only adds a constant to the objective (powers of 2π, the prior's normalisation) is left out.

// Loops over indices are what the benchmark is about.
#![allow(clippy::needless_range_loop, clippy::too_many_arguments)]

#[path = "../../shared/mod.rs"]
mod shared;

use backprop_gradbench::evals::gmm::{Gradient, Model};
use shared::{assert_close, times};
use std::hint::black_box;

/// The gradient as an expert would write it.
mod by_hand {
    use super::{Gradient, Model};

    /// `y += a x`.
    fn add_scaled(y: &mut [f64], a: f64, x: &[f64]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y += a * x;
        }
    }

    /// The dot product in eight lanes.
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        let mut lanes = [0.0; 8];
        let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
        let mut rest = 0.0;
        for (a, b) in a.remainder().iter().zip(b.remainder()) {
            rest += a * b;
        }
        for (a, b) in a.zip(b) {
            for i in 0..8 {
                lanes[i] += a[i] * b[i];
            }
        }
        lanes.iter().sum::<f64>() + rest
    }

    fn squares(x: &[f64]) -> f64 {
        x.iter().map(|v| v * v).sum()
    }

    /// The logarithm of the sum of exponentials, whose gradient times `seed` is added to `d_x`.
    fn log_sum_exp(x: &[f64], exps: &mut [f64], seed: f64, d_x: &mut [f64]) -> f64 {
        let mut largest = 0;
        for (i, &v) in x.iter().enumerate() {
            if v > x[largest] {
                largest = i;
            }
        }
        let max = x[largest];
        let mut sum = 0.0;
        for (e, v) in exps.iter_mut().zip(x) {
            *e = (v - max).exp();
            sum += *e;
        }
        add_scaled(d_x, seed / sum, exps);
        sum.ln() + max
    }

    /// `scaled = Q centered`, one column of `Q` after the other.
    fn scale(diagonal: &[f64], l: &[f64], centered: &[f64], scaled: &mut [f64]) {
        for ((s, q), c) in scaled.iter_mut().zip(diagonal).zip(centered) {
            *s = q * c;
        }
        let mut rest = l;
        for (i, &c) in centered.iter().enumerate() {
            let (column, after) = rest.split_at(centered.len() - i - 1);
            add_scaled(&mut scaled[i + 1..], c, column);
            rest = after;
        }
    }

    /// The adjoint of [`scale`]: adds to `d_diagonal` and `d_l`, and subtracts from `d_mu`, which is what is centered.
    fn scale_back(
        diagonal: &[f64],
        l: &[f64],
        centered: &[f64],
        d_scaled: &[f64],
        d_diagonal: &mut [f64],
        d_l: &mut [f64],
        d_mu: &mut [f64],
    ) {
        let d = centered.len();
        let (mut l, mut d_l) = (l, d_l);
        for i in 0..d {
            let below = d - i - 1;
            let (column, after) = l.split_at(below);
            let (d_column, d_after) = d_l.split_at_mut(below);
            add_scaled(d_column, centered[i], &d_scaled[i + 1..]);
            d_mu[i] -= dot(column, &d_scaled[i + 1..]) + d_scaled[i] * diagonal[i];
            d_diagonal[i] += d_scaled[i] * centered[i];
            (l, d_l) = (after, d_after);
        }
    }

    /// The value and, in `g`, the gradient: one loop over the points, in which rows are kept for one point at a time.
    pub fn gmm(model: &Model, g: &mut Gradient) -> f64 {
        let Model { alpha, mu, q, l, x, gamma, m } = model;
        let k = alpha.len();
        let d = mu.len() / k;
        let n = x.len() / d;
        let size = d * (d - 1) / 2;
        for part in [&mut g.alpha, &mut g.mu, &mut g.q, &mut g.l] {
            part.fill(0.0);
        }
        let diagonal: Vec<f64> = q.iter().map(|q| q.exp()).collect();
        let sum_q: Vec<f64> = q.chunks(d).map(|row| row.iter().sum()).collect();
        let (mut d_diagonal, mut d_sum_q) = (vec![0.0; k * d], vec![0.0; k]);
        let (mut centered, mut scaled) = (vec![0.0; k * d], vec![0.0; k * d]);
        let (mut terms, mut d_terms, mut exps) = (vec![0.0; k], vec![0.0; k], vec![0.0; k]);
        let mut d_scaled = vec![0.0; d];
        let mut total = 0.0;
        for point in x.chunks_exact(d) {
            for j in 0..k {
                let (row, block) = (j * d..(j + 1) * d, j * size..(j + 1) * size);
                let centered = &mut centered[row.clone()];
                for ((c, x), mu) in centered.iter_mut().zip(point).zip(&mu[row.clone()]) {
                    *c = x - mu;
                }
                scale(&diagonal[row.clone()], &l[block], centered, &mut scaled[row.clone()]);
                terms[j] = alpha[j] + sum_q[j] - 0.5 * squares(&scaled[row]);
            }
            d_terms.fill(0.0);
            total += log_sum_exp(&terms, &mut exps, 1.0, &mut d_terms);
            for j in 0..k {
                let (row, block) = (j * d..(j + 1) * d, j * size..(j + 1) * size);
                g.alpha[j] += d_terms[j];
                d_sum_q[j] += d_terms[j];
                for (d_s, s) in d_scaled.iter_mut().zip(&scaled[row.clone()]) {
                    *d_s = -d_terms[j] * s;
                }
                scale_back(
                    &diagonal[row.clone()],
                    &l[block.clone()],
                    &centered[row.clone()],
                    &d_scaled,
                    &mut d_diagonal[row.clone()],
                    &mut g.l[block],
                    &mut g.mu[row],
                );
            }
        }
        let mut prior = 0.0;
        let weight = gamma * gamma;
        for j in 0..k {
            let (row, block) = (j * d..(j + 1) * d, j * size..(j + 1) * size);
            let frobenius = squares(&diagonal[row.clone()]) + squares(&l[block.clone()]);
            prior += 0.5 * weight * frobenius - *m as f64 * sum_q[j];
            add_scaled(&mut d_diagonal[row.clone()], -weight, &diagonal[row.clone()]);
            add_scaled(&mut g.l[block.clone()], -weight, &l[block]);
            let d_sum = d_sum_q[j] + *m as f64;
            for i in row {
                g.q[i] += d_sum + d_diagonal[i] * diagonal[i];
            }
        }
        total - n as f64 * log_sum_exp(alpha, &mut exps, -(n as f64), &mut g.alpha) - prior
    }
}

/// Some model of `k` Gaussians of `d` dimensions, and `n` points.
fn some_model(d: usize, k: usize, n: usize) -> Model {
    let mut state = 1_u64;
    let mut some = |count: usize| -> Vec<f64> {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
        (0..count).map(|_| next()).collect()
    };
    Model {
        alpha: some(k),
        mu: some(k * d),
        q: some(k * d),
        l: some(k * d * (d - 1) / 2),
        x: some(n * d),
        gamma: 1.0,
        m: 0,
    }
}

/// Panics unless the gradients are the same, but for a relative difference of less than 1e-9.
fn assert_same(a: &Gradient, b: &Gradient) {
    for (a, b) in [(&a.alpha, &b.alpha), (&a.mu, &b.mu), (&a.q, &b.q), (&a.l, &b.l)] {
        assert_close(a, b);
    }
}

fn main() {
    println!(
        "{:>13} {:>14} {:>14} {:>14} {:>12} {:>12}",
        "d, k, n", "by hand", "primal", "generated", "/by hand", "/primal"
    );
    for (d, k, n) in [(2, 10, 1000), (10, 10, 1000), (32, 10, 1000), (10, 50, 1000)] {
        let model = some_model(d, k, n);
        let [mut hand, mut own] = [model.zeros(), model.zeros()];
        let [by_hand, primal, generated] = times([
            &mut || {
                black_box(by_hand::gmm(black_box(&model), &mut hand));
            },
            &mut || {
                black_box(black_box(&model).objective());
            },
            &mut || {
                black_box(&model).gradient(&mut own);
            },
        ]);
        assert_same(&hand, &own);
        println!(
            "{:>13} {by_hand:>11.1} us {primal:>11.1} us {generated:>11.1} us {:>12.2} {:>12.2}",
            format!("{d}, {k}, {n}"),
            generated / by_hand,
            generated / primal
        );
    }
}
