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
