//! Passive code that columns of derivatives run once for each: it does nothing but read.

use backprop::backprop;

/// Bonds between points on a line.
#[backprop(hessian)]
fn of_references(x: &[f64], bonds: &[(usize, usize)]) -> f64 {
    let mut s = 0.0;
    for (a, b) in bonds {
        s += (x[*a] - x[*b]).powi(2) * x[*a];
    }
    s
}

#[backprop(hessian)]
fn of_pairs(x: &[f64], bonds: &[(usize, usize)]) -> f64 {
    let mut s = 0.0;
    for &(a, b) in bonds.iter().rev().skip(0) {
        s += (x[a] - x[b]).powi(2) * x[a];
    }
    s
}

#[backprop(hessian)]
fn of_a_chain(x: &[f64], bonds: Vec<(usize, usize)>) -> f64 {
    bonds.iter().map(|&(a, b)| (x[a] - x[b]).powi(2) * x[a]).sum()
}

#[backprop(jacobian)]
fn sorted(x: [f64; 3]) -> [f64; 3] {
    let mut y = [x[0] * x[1], x[1] * x[2], x[2] * x[0]];
    y.sort_by(|a, b| a.partial_cmp(b).unwrap());
    y
}

#[test]
fn bonds() {
    let (x, bonds) = ([1.0, 3.0, 2.0], [(0, 1), (1, 2), (2, 0)]);
    // By hand: the value is the sum of (a − b)² a.
    let gradient = [-4.0, 11.0, -1.0];
    let hessian = [[-2.0, 2.0, -6.0], [2.0, 12.0, -8.0], [-6.0, -8.0, 14.0]].concat();
    for (value, g, h) in [
        of_references_hessian(&x, &bonds),
        of_pairs_hessian(&x, &bonds),
        of_a_chain_hessian(&x, bonds.to_vec()),
    ] {
        assert_eq!((value, &g[..], &h[..]), (9.0, &gradient[..], &hessian[..]));
    }
}

#[test]
fn sorting() {
    let (y, rows) = sorted_jacobian([1.0, 3.0, 2.0]);
    assert_eq!(y, [2.0, 3.0, 6.0]);
    assert_eq!(rows, [[2.0, 0.0, 1.0], [3.0, 1.0, 0.0], [0.0, 2.0, 3.0]]);
}

const RATES: [f64; 2] = [1.0, 2.0];

/// All that passive code does here is to read, and to change what it has made itself.
mod of_std {
    use super::*;

    #[backprop(hessian)]
    fn order(x: &[f64]) -> f64 {
        let all: Vec<usize> = (0..x.len()).collect();
        let mut order: Vec<usize> = vec![2, 0, 1];
        order.sort_by(|a, b| a.cmp(b));
        order.push(7);
        let last = order.pop().unwrap_or_default() - 7;
        let mut s = 0.0;
        for i in all {
            s += x[order[i]] * x[i] * x[last];
        }
        s
    }

    #[backprop(hessian)]
    fn tables(x: &[f64], limits: &[usize]) -> f64 {
        let mut s = 0.0;
        for rate in RATES.iter() {
            s += x[0] * x[1] * rate;
        }
        let t: f64 = RATES.iter().zip(x).map(|(rate, x)| rate * x * x * x).sum();
        let at = limits.iter().position(|l| *l > 4).unwrap_or(0);
        let below = limits.partition_point(|l| *l < 2);
        let doubled: Vec<usize> = limits.iter().map(|l| l * 2).collect();
        s + t * x[at] + x[below] * x[below] * doubled[0] as f64
    }

    #[backprop(hessian)]
    fn integers(x: &[f64], n: usize) -> f64 {
        let k = (n as u32).count_ones() as usize;
        let j = n.checked_sub(4).unwrap_or(0);
        let mut count = 0;
        let mut next = |by: usize| {
            count += by;
            count
        };
        let i = next(1) + next(1) - 2;
        x[k] * x[j] * x[i] * x[n.wrapping_sub(3) % 3]
    }

    fn check(x: &[f64], grad: impl Fn(&[f64]) -> Vec<f64>, (_, g, h): (f64, Vec<f64>, Vec<f64>)) {
        assert_eq!(g, grad(x));
        for i in 0..x.len() {
            let along = |t: f64| {
                let mut x = x.to_vec();
                x[i] += t;
                grad(&x)
            };
            for (j, (a, b)) in along(1e-4).iter().zip(along(-1e-4)).enumerate() {
                let (found, expected) = (h[i * x.len() + j], (a - b) / 2e-4);
                assert!(
                    (found - expected).abs() < 1e-6 * (1.0 + expected.abs()),
                    "{i} {j}: {found} {expected}"
                );
            }
        }
    }

    #[test]
    fn hessians() {
        let x = [0.7, 1.3, -0.4];
        check(&x, |x| order_grad(x).1, order_hessian(&x));
        check(&x, |x| tables_grad(x, &[1, 3, 5]).1, tables_hessian(&x, &[1, 3, 5]));
        check(&x, |x| integers_grad(x, 5).1, integers_hessian(&x, 5));
    }
}

/// A comparison that is only named may do something besides, and is asked as often as in the plain function.
#[test]
fn named_comparisons_run_once() {
    use std::cell::Cell;
    use std::cmp::Ordering;
    thread_local!(static ASKED: Cell<usize> = const { Cell::new(0) });
    fn counted(a: &f64, b: &f64) -> Ordering {
        ASKED.set(ASKED.get() + 1);
        a.total_cmp(b)
    }
    #[backprop(jacobian)]
    fn by_name(x: [f64; 2]) -> [f64; 4] {
        let mut y = [x[0] * x[1], x[1], x[0], 5.0];
        y.sort_by(counted);
        y
    }
    let plain = by_name([2.0, 3.0]);
    let asked = ASKED.replace(0);
    let (y, rows) = by_name_jacobian([2.0, 3.0]);
    assert_eq!((y, ASKED.get()), (plain, asked));
    assert_eq!(rows, [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [3.0, 2.0]]);
}
