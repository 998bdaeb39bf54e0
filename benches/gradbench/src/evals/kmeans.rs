//! Clusters: the step of Newton's method for the sum of squared distances from points to the nearest centroid.

use backprop::backprop;
use serde::Deserialize;
use serde_json::Value;

use super::{Eval, ensure, flat, read, rows};
use crate::runs::{Answer, Runs};

/// What can be asked for.
pub const EVAL: Eval = Eval { name: "kmeans", functions: &[("cost", value), ("dir", direction)] };

/// The sum of the squared distances from the points to their nearest centroids, all of `d` dimensions.
#[backprop(hvp)]
pub fn cost(centroids: &[f64], #[no_grad] points: &[f64], d: usize) -> f64 {
    let mut cost = 0.0;
    for point in points.chunks_exact(d) {
        let mut closest = f64::INFINITY;
        for centroid in centroids.chunks_exact(d) {
            let mut distance = 0.0;
            for (p, c) in point.iter().zip(centroid) {
                distance += (p - c) * (p - c);
            }
            closest = closest.min(distance);
        }
        cost += closest;
    }
    cost
}

#[derive(Deserialize)]
struct Matrices {
    points: Vec<Vec<f64>>,
    centroids: Vec<Vec<f64>>,
}

struct Input {
    points: Vec<f64>,
    centroids: Vec<f64>,
    d: usize,
    k: usize,
}

fn checked(input: &Value) -> Result<(Input, Runs), String> {
    let (Matrices { points, centroids }, runs) = read(input)?;
    ensure(points.first().is_some_and(|p| !p.is_empty()), "there should be points")?;
    ensure(!centroids.is_empty(), "there should be centroids")?;
    let (d, k) = (points[0].len(), centroids.len());
    let points = flat("points", &points, points.len(), d)?;
    Ok((Input { points, centroids: flat("centroids", &centroids, k, d)?, d, k }, runs))
}

fn value(input: &Value) -> Result<Answer, String> {
    let (input, runs) = checked(input)?;
    runs.answer(&input, 0.0, |i, y| *y = cost(&i.centroids, &i.points, i.d), |y| y)
}

/// The gradient divided by the diagonal of the Hessian, which is diagonal: its product with ones.
fn direction(input: &Value) -> Result<Answer, String> {
    let (input, runs) = checked(input)?;
    let ones = vec![1.0; input.centroids.len()];
    let compute = |i: &Input, step: &mut Vec<f64>| {
        let (_, gradient, curvature) = cost_hvp(&i.centroids, &i.points, i.d, &ones);
        for ((s, g), c) in step.iter_mut().zip(&gradient).zip(&curvature) {
            *s = g / c;
        }
    };
    let k = input.k;
    runs.answer(&input, ones.clone(), compute, |step| {
        rows(&step, k).into_iter().map(<[f64]>::to_vec).collect::<Vec<_>>()
    })
}
