//! Bundle adjustment: where cameras see points, and the sparse Jacobian of it.

use backprop::backprop;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Eval, ensure, read};
use crate::runs::{Answer, Runs};

/// What can be asked for.
pub const EVAL: Eval = Eval { name: "ba", functions: &[("objective", value), ("jacobian", jacobian)] };

/// Rotation (axis and angle), centre, focal length, principal point, two coefficients of radial distortion.
pub type Camera = [f64; 11];

/// The cross product.
#[backprop]
fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// The point `x`, turned about the axis `turn` by its length.
#[backprop]
fn rotate(turn: [f64; 3], x: [f64; 3]) -> [f64; 3] {
    let square = turn[0] * turn[0] + turn[1] * turn[1] + turn[2] * turn[2];
    if square == 0.0 {
        let turned = cross(turn, x);
        return [x[0] + turned[0], x[1] + turned[1], x[2] + turned[2]];
    }
    let angle = square.sqrt();
    let (sin, cos) = angle.sin_cos();
    let axis = [turn[0] / angle, turn[1] / angle, turn[2] / angle];
    let turned = cross(axis, x);
    let along = (axis[0] * x[0] + axis[1] * x[1] + axis[2] * x[2]) * (1.0 - cos);
    [
        x[0] * cos + turned[0] * sin + axis[0] * along,
        x[1] * cos + turned[1] * sin + axis[1] * along,
        x[2] * cos + turned[2] * sin + axis[2] * along,
    ]
}

/// What an observation depends on: camera, point and weight, one after the other.
pub type Unknowns = [f64; 15];

/// Where the camera sees the point, less where it was seen, times the weight of the observation.
#[backprop(jacobian)]
pub fn reprojection(unknowns: &[f64; 15], #[no_grad] seen: [f64; 2]) -> [f64; 2] {
    let [r1, r2, r3, c1, c2, c3, focal, u, v, k1, k2, x1, x2, x3, weight] = *unknowns;
    let p = rotate([r1, r2, r3], [x1 - c1, x2 - c2, x3 - c3]);
    let (x, y) = (p[0] / p[2], p[1] / p[2]);
    let square = x * x + y * y;
    let distortion = 1.0 + k1 * square + k2 * square * square;
    [weight * (x * distortion * focal + u - seen[0]), weight * (y * distortion * focal + v - seen[1])]
}

/// How far the weight of an observation is from one.
#[backprop]
pub fn weight_error(weight: f64) -> f64 {
    1.0 - weight * weight
}

#[derive(Deserialize)]
struct Given {
    n: usize,
    m: usize,
    p: usize,
    cam: Camera,
    x: [f64; 3],
    w: f64,
    feat: [f64; 2],
}

/// Cameras and points, and which camera sees which point where.
struct Scene {
    cameras: Vec<Camera>,
    points: Vec<[f64; 3]>,
    weights: Vec<f64>,
    observations: Vec<(usize, usize)>,
    seen: Vec<[f64; 2]>,
}

impl Scene {
    /// What observation `i` depends on.
    fn unknowns(&self, i: usize) -> Unknowns {
        let (camera, point) = self.observations[i];
        let mut all = [0.0; 15];
        all[..11].copy_from_slice(&self.cameras[camera]);
        all[11..14].copy_from_slice(&self.points[point]);
        all[14] = self.weights[i];
        all
    }
}

fn checked(input: &Value) -> Result<(Scene, Runs), String> {
    let (Given { n, m, p, cam, x, w, feat }, runs) = read(input)?;
    ensure(n > 0 && m > 0 && p > 0, "n, m and p should be positive")?;
    let scene = Scene {
        cameras: vec![cam; n],
        points: vec![x; m],
        weights: vec![w; p],
        observations: (0..p).map(|i| (i % n, i % m)).collect(),
        seen: vec![feat; p],
    };
    Ok((scene, runs))
}

fn value(input: &Value) -> Result<Answer, String> {
    let (scene, runs) = checked(input)?;
    let p = scene.observations.len();
    let compute = |s: &Scene, (errors, weight_errors): &mut (Vec<[f64; 2]>, Vec<f64>)| {
        for (i, error) in errors.iter_mut().enumerate() {
            *error = reprojection(&s.unknowns(i), s.seen[i]);
        }
        for (error, &weight) in weight_errors.iter_mut().zip(&s.weights) {
            *error = weight_error(weight);
        }
    };
    runs.answer(&scene, (vec![[0.0; 2]; p], vec![0.0; p]), compute, |(errors, weight_errors)| {
        json!({
            "reproj_error": { "elements": errors[0], "repeated": p },
            "w_err": { "element": weight_errors[0], "repeated": p },
        })
    })
}

/// A sparse matrix by rows: where each starts, and the columns and values of all.
#[derive(Default)]
struct Sparse {
    rows: Vec<usize>,
    columns: Vec<usize>,
    values: Vec<f64>,
}

impl Sparse {
    /// A matrix without rows, with the memory that there was.
    fn clear(&mut self) {
        self.rows.clear();
        self.columns.clear();
        self.values.clear();
        self.rows.push(0);
    }

    /// Ends a row.
    fn end_row(&mut self) {
        self.rows.push(self.values.len());
    }
}

/// The Jacobian by cameras, points and weights: two rows for each observation, then one for each weight.
fn fill(s: &Scene, jacobian: &mut Sparse) {
    jacobian.clear();
    let (first_point, first_weight) = (11 * s.cameras.len(), 11 * s.cameras.len() + 3 * s.points.len());
    for (i, &(camera, point)) in s.observations.iter().enumerate() {
        let (_, rows) = reprojection_jacobian(&s.unknowns(i), s.seen[i]);
        for row in &rows {
            jacobian.columns.extend(11 * camera..11 * camera + 11);
            jacobian.columns.extend(first_point + 3 * point..first_point + 3 * point + 3);
            jacobian.columns.push(first_weight + i);
            jacobian.values.extend_from_slice(row);
            jacobian.end_row();
        }
    }
    for (i, &weight) in s.weights.iter().enumerate() {
        jacobian.columns.push(first_weight + i);
        jacobian.values.push(weight_error_grad(weight).1);
        jacobian.end_row();
    }
}

/// All observations are alike: the suite compares the first, and the last number.
fn jacobian(input: &Value) -> Result<Answer, String> {
    fn ends<T: Copy>(all: &[T]) -> Vec<T> {
        all.iter().take(30).chain(all.last()).copied().collect()
    }
    let (scene, runs) = checked(input)?;
    let encode =
        |s: Sparse| json!({ "rows": ends(&s.rows), "cols": ends(&s.columns), "vals": ends(&s.values) });
    runs.answer(&scene, Sparse::default(), fill, encode)
}
