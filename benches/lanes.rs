//! Jacobians by columns and Hessians: four directions at once beside one direction at a time, and beside the same written by
//! hand. Run with `cargo bench --bench lanes`; the ratios are what to compare.

// Loops over indices are what the benchmark is about.
#![allow(clippy::needless_range_loop)]

use std::hint::black_box;
use std::time::Instant;

use backprop::backprop;

const JOINTS: usize = 20;

/// The positions of the joints of a chain: a product of matrices.
#[backprop(jvp, jacobian)]
fn chain(a: &[f64; 20]) -> [f64; 60] {
    let mut m = [[0.0; 4]; 4];
    for i in 0..4 {
        m[i][i] = 1.0;
    }
    let mut out = [0.0; 60];
    for j in 0..20 {
        let (s, c) = (a[j].sin(), a[j].cos());
        let r = if j % 2 == 0 {
            [[c, -s, 0.0, 1.0], [s, c, 0.0, 0.2], [0.0, 0.0, 1.0, 0.1], [0.0, 0.0, 0.0, 1.0]]
        } else {
            [[1.0, 0.0, 0.0, 0.5], [0.0, c, -s, 0.3], [0.0, s, c, 0.7], [0.0, 0.0, 0.0, 1.0]]
        };
        let mut p = [[0.0; 4]; 4];
        for i in 0..4 {
            for k in 0..4 {
                for l in 0..4 {
                    p[i][k] += m[i][l] * r[l][k];
                }
            }
        }
        m = p;
        for i in 0..3 {
            out[3 * j + i] = m[i][3];
        }
    }
    out
}

/// The Jacobian of `chain` in forward mode by hand, four columns at a time.
fn chain_by_hand(a: &[f64; 20]) -> [[f64; 20]; 60] {
    let mut rows = [[0.0; JOINTS]; 3 * JOINTS];
    for first in (0..JOINTS).step_by(4) {
        let (mut m, mut dm) = ([[0.0; 4]; 4], [[[0.0; 4]; 4]; 4]);
        for i in 0..4 {
            m[i][i] = 1.0;
        }
        for j in 0..JOINTS {
            let (s, c) = a[j].sin_cos();
            let seed: [f64; 4] = std::array::from_fn(|lane| if first + lane == j { 1.0 } else { 0.0 });
            let (ds, dc) = (seed.map(|t| t * c), seed.map(|t| -t * s));
            let (minus, zero) = (ds.map(|t| -t), [0.0; 4]);
            let (r, dr) = if j % 2 == 0 {
                (
                    [[c, -s, 0.0, 1.0], [s, c, 0.0, 0.2], [0.0, 0.0, 1.0, 0.1], [0.0, 0.0, 0.0, 1.0]],
                    [[dc, minus, zero, zero], [ds, dc, zero, zero], [zero; 4], [zero; 4]],
                )
            } else {
                (
                    [[1.0, 0.0, 0.0, 0.5], [0.0, c, -s, 0.3], [0.0, s, c, 0.7], [0.0, 0.0, 0.0, 1.0]],
                    [[zero; 4], [zero, dc, minus, zero], [zero, ds, dc, zero], [zero; 4]],
                )
            };
            let (mut p, mut dp) = ([[0.0; 4]; 4], [[[0.0; 4]; 4]; 4]);
            for i in 0..4 {
                for k in 0..4 {
                    for l in 0..4 {
                        p[i][k] += m[i][l] * r[l][k];
                        for lane in 0..4 {
                            dp[i][k][lane] += dm[i][l][lane] * r[l][k] + dr[l][k][lane] * m[i][l];
                        }
                    }
                }
            }
            (m, dm) = (p, dp);
            for i in 0..3 {
                rows[3 * j + i][first..first + 4].copy_from_slice(&dm[i][3]);
            }
        }
    }
    rows
}

/// The function of Rosenbrock.
#[backprop(hvp, hessian)]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let a = x[i + 1] - x[i] * x[i];
        let b = 1.0 - x[i];
        sum += 100.0 * a * a + b * b;
    }
    sum
}

/// Its Hessian in closed form, which knows that it has three diagonals.
fn rosenbrock_by_hand(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut h = vec![0.0; n * n];
    for i in 0..n - 1 {
        h[i * n + i] += 1200.0 * x[i] * x[i] - 400.0 * x[i + 1] + 2.0;
        h[i * n + i + 1] -= 400.0 * x[i];
        h[(i + 1) * n + i] -= 400.0 * x[i];
        h[(i + 1) * n + i + 1] += 200.0;
    }
    h
}

/// A small network's loss.
#[backprop(hvp, hessian)]
fn network(w: &[f64; 33], #[no_grad] x: &[[f64; 2]; 16], #[no_grad] y: &[f64; 16]) -> f64 {
    let mut loss = 0.0;
    for s in 0..16 {
        let mut o = w[32];
        for h in 0..8 {
            let z = w[h] * x[s][0] + w[8 + h] * x[s][1] + w[16 + h];
            o += w[24 + h] * z.tanh();
        }
        loss += (o - y[s]) * (o - y[s]);
    }
    loss
}

/// Its Hessian by hand: two small outer products a sample and hidden neuron, one large one a sample.
fn network_by_hand(w: &[f64; 33], x: &[[f64; 2]; 16], y: &[f64; 16]) -> [[f64; 33]; 33] {
    let mut out = [[0.0; 33]; 33];
    for s in 0..16 {
        let (mut o, mut first, mut second) = (w[32], [0.0; 33], [[[0.0; 4]; 4]; 8]);
        first[32] = 1.0;
        for h in 0..8 {
            let inputs = [x[s][0], x[s][1], 1.0];
            let t = (w[h] * x[s][0] + w[8 + h] * x[s][1] + w[16 + h]).tanh();
            let (d, v) = (1.0 - t * t, w[24 + h]);
            o += v * t;
            first[24 + h] = t;
            for i in 0..3 {
                first[8 * i + h] = v * d * inputs[i];
                second[h][i][3] = d * inputs[i];
                second[h][3][i] = d * inputs[i];
                for j in 0..3 {
                    second[h][i][j] = v * -2.0 * t * d * inputs[i] * inputs[j];
                }
            }
        }
        let e = o - y[s];
        for i in 0..33 {
            for j in 0..33 {
                out[i][j] += 2.0 * first[i] * first[j];
            }
        }
        for h in 0..8 {
            for i in 0..4 {
                for j in 0..4 {
                    out[8 * i + h][8 * j + h] += 2.0 * e * second[h][i][j];
                }
            }
        }
    }
    out
}

/// The least times of some functions over many rounds, in turn, in microseconds.
fn times<const N: usize>(mut all: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut best = [f64::INFINITY; N];
    let start = Instant::now();
    while start.elapsed().as_secs_f64() < 1.5 {
        for (f, best) in all.iter_mut().zip(&mut best) {
            let t = Instant::now();
            (0..8).for_each(|_| f());
            *best = best.min(t.elapsed().as_secs_f64() / 8.0);
        }
    }
    best.map(|t| t * 1e6)
}

fn print(what: &str, [one, lanes, hand]: [f64; 3]) {
    println!(
        "{what:>24} {one:>11.2} us {lanes:>11.2} us {hand:>11.2} us {:>15.3} {:>15.3}",
        lanes / one,
        lanes / hand
    );
}

fn close(a: &[f64], b: &[f64]) {
    let scale = b.iter().fold(1.0f64, |s, x| s.max(x.abs()));
    assert_eq!(a.len(), b.len());
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-12 * scale));
}

fn time_chain() {
    let a: [f64; 20] = std::array::from_fn(|i| 0.1 * i as f64 - 0.7);
    close(chain_jacobian(&a).1.as_flattened(), chain_by_hand(&a).as_flattened());
    let mut one = || {
        let mut rows = [[0.0; 20]; 60];
        let a = black_box(&a);
        for column in 0..20 {
            let mut direction = [0.0; 20];
            direction[column] = 1.0;
            let (_, tangent) = chain_jvp(a, direction);
            (0..60).for_each(|row| rows[row][column] = tangent[row]);
        }
        black_box((chain(a), rows));
    };
    let mut lanes = || {
        black_box(chain_jacobian(black_box(&a)));
    };
    let mut hand = || {
        black_box((chain(black_box(&a)), chain_by_hand(black_box(&a))));
    };
    print("chain, 20 to 60", times([&mut one, &mut lanes, &mut hand]));
}

fn time_rosenbrock() {
    let x: Vec<f64> = (0..50).map(|i| 0.02 * i as f64 - 0.7).collect();
    close(&rosenbrock_hessian(&x).2, &rosenbrock_by_hand(&x));
    let mut one = || {
        let (x, mut direction, mut rows) = (black_box(&x), vec![0.0; 50], Vec::with_capacity(2500));
        for column in 0..50 {
            direction[column] = 1.0;
            rows.extend(rosenbrock_hvp(x, &direction).2);
            direction[column] = 0.0;
        }
        black_box((rosenbrock_grad(x), rows));
    };
    let mut lanes = || {
        black_box(rosenbrock_hessian(black_box(&x)));
    };
    let mut hand = || {
        black_box((rosenbrock_grad(black_box(&x)), rosenbrock_by_hand(black_box(&x))));
    };
    print("Rosenbrock, 50", times([&mut one, &mut lanes, &mut hand]));
}

fn time_network() {
    let w: [f64; 33] = std::array::from_fn(|i| (0.7 * i as f64).sin());
    let x: [[f64; 2]; 16] = std::array::from_fn(|i| [0.1 * i as f64, (i as f64).cos()]);
    let y: [f64; 16] = std::array::from_fn(|i| (i as f64).sin());
    close(network_hessian(&w, &x, &y).2.as_flattened(), network_by_hand(&w, &x, &y).as_flattened());
    let mut one = || {
        let (w, mut rows) = (black_box(&w), [[0.0; 33]; 33]);
        for column in 0..33 {
            let mut direction = [0.0; 33];
            direction[column] = 1.0;
            rows[column] = network_hvp(w, &x, &y, direction).2;
        }
        black_box((network_grad(w, &x, &y), rows));
    };
    let mut lanes = || {
        black_box(network_hessian(black_box(&w), &x, &y));
    };
    let mut hand = || {
        black_box((network_grad(black_box(&w), &x, &y), network_by_hand(black_box(&w), &x, &y)));
    };
    print("network, 33", times([&mut one, &mut lanes, &mut hand]));
}

fn main() {
    println!(
        "{:>24} {:>14} {:>14} {:>14} {:>15} {:>15}",
        "", "one at a time", "four at once", "by hand", "four/one", "four/by hand"
    );
    time_chain();
    time_rosenbrock();
    time_network();
}
