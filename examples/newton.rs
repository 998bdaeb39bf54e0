//! Newton's method, with Hessians that nobody has derived: logistic regression is fitted in a handful of steps, each of which
//! doubles the number of right digits.
//!
//! `cargo run --release --example newton`
//!
//! The linear systems are solved by the crate `nalgebra`.

use backprop::backprop;
use nalgebra::{DMatrix, DVector};

/// What a fit costs: the cross entropy of the labels, and a pull towards small weights (R. A. Fisher's maximum likelihood with
/// a normal prior).
#[backprop(hessian, wrt(w))]
fn cost(w: &[f64], points: &[[f64; 2]], labels: &[bool], pull: f64) -> f64 {
    let mut sum = 0.0;
    for (point, label) in points.iter().zip(labels) {
        let score = w[0] * point[0] + w[1] * point[1] + w[2];
        let margin = if *label { score } else { -score };
        sum += (-margin).exp().ln_1p();
    }
    for v in w {
        sum += 0.5 * pull * v * v;
    }
    sum
}

/// Two clouds of points that overlap.
fn clouds(n: usize) -> (Vec<[f64; 2]>, Vec<bool>) {
    let mut random = fastrand::Rng::with_seed(3);
    let mut spread = || (0..6).map(|_| random.f64() - 0.5).sum::<f64>();
    let labels: Vec<bool> = (0..n).map(|i| i % 2 == 0).collect();
    let points = labels.iter().map(|label| {
        let centre = if *label { [1.0, 0.4] } else { [-0.6, -0.2] };
        [centre[0] + spread(), centre[1] + spread()]
    });
    (points.collect(), labels)
}

fn main() {
    let (points, labels) = clouds(400);
    let mut w = vec![0.0; 3];
    println!("{:>4} {:>16} {:>10}  weights", "step", "cost", "|gradient|");
    let mut sizes = Vec::new();
    for step in 0..20 {
        let (value, gradient, hessian) = cost_hessian(&w, &points, &labels, 0.1);
        let (gradient, hessian) = (DVector::from_vec(gradient), DMatrix::from_vec(3, 3, hessian));
        let size = gradient.norm();
        println!("{step:>4} {value:>16.10} {size:>10.1e}  {w:.6?}");
        sizes.push(size);
        if size < 1e-12 {
            break;
        }
        let solution = hessian.cholesky().expect("the cost is convex").solve(&gradient);
        w.iter_mut().zip(solution.iter()).for_each(|(w, s)| *w -= s);
    }
    assert!(sizes.len() < 10, "Newton's method takes a handful of steps, not {}", sizes.len());
    // Quadratic convergence: near the end, the size of the gradient is that of the square of the one before.
    let near: Vec<f64> = sizes.iter().copied().filter(|s| *s < 1.0 && *s > 1e-10).collect();
    for pair in near.windows(2) {
        assert!(pair[1] < 10.0 * pair[0] * pair[0] + 1e-12, "from {} to {} in one step", pair[0], pair[1]);
    }
    let right =
        points.iter().zip(&labels).filter(|(p, label)| (w[0] * p[0] + w[1] * p[1] + w[2] > 0.0) == **label);
    println!("{} of {} points on the right side of the line", right.count(), points.len());
}
