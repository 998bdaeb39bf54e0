//! Hand tracking: how far the surface of a hand in some pose is from measured points.

use std::array::from_fn;

use backprop::backprop;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Eval, ensure, read};
use crate::runs::{Answer, Runs};

/// What can be asked for.
pub const EVAL: Eval = Eval { name: "ht", functions: &[("objective", value), ("jacobian", jacobian)] };

type Matrix3 = [[f64; 3]; 3];
type Matrix4 = [[f64; 4]; 4];
type Point = [f64; 3];

/// How many numbers a pose is: global rotation and translation, four angles for each finger.
pub const PARAMETERS: usize = 26;

/// A hand.
#[derive(Deserialize)]
pub struct Model {
    /// The bone that each hangs on, which comes before it, or -1.
    parents: Vec<isize>,
    #[serde(deserialize_with = "columns")]
    base_relatives: Vec<Matrix4>,
    #[serde(deserialize_with = "columns")]
    inverse_base_absolutes: Vec<Matrix4>,
    base_positions: Vec<[f64; 4]>,
    /// The bones that each vertex goes with, a few of the two dozens, and how much it does with each.
    #[serde(rename = "weights", deserialize_with = "influences")]
    influences: Vec<Vec<(usize, f64)>>,
    triangles: Vec<[usize; 3]>,
    is_mirrored: bool,
}

/// A hand, and what was measured of it.
#[derive(Deserialize)]
pub struct Data {
    model: Model,
    /// For each point, the vertex or the triangle that it belongs to.
    correspondences: Vec<usize>,
    points: Vec<Point>,
}

/// Matrices that are sent as rows.
fn columns<'d, D: Deserializer<'d>>(input: D) -> Result<Vec<Matrix4>, D::Error> {
    let transposed = |rows: Matrix4| from_fn(|j| from_fn(|i| rows[i][j]));
    Ok(Vec::<Matrix4>::deserialize(input)?.into_iter().map(transposed).collect())
}

/// Weights, a row with one for each bone for each vertex, of which nearly all are zero.
fn influences<'d, D: Deserializer<'d>>(input: D) -> Result<Vec<Vec<(usize, f64)>>, D::Error> {
    let there = |row: Vec<f64>| row.into_iter().enumerate().filter(|(_, w)| *w != 0.0).collect();
    Ok(Vec::<Vec<f64>>::deserialize(input)?.into_iter().map(there).collect())
}

/// The product of two matrices, which are arrays of columns.
#[backprop(jvp)]
fn product(a: &Matrix4, b: &Matrix4) -> Matrix4 {
    let mut out = [[0.0; 4]; 4];
    for j in 0..4 {
        for k in 0..4 {
            for i in 0..4 {
                out[j][i] += a[k][i] * b[j][k];
            }
        }
    }
    out
}

/// The rotation by angles about x, z and y.
#[backprop(jvp)]
fn euler(angles: &[f64; 3]) -> Matrix4 {
    let [x, z, y] = *angles;
    let (sx, cx, sy, cy, sz, cz) = (x.sin(), x.cos(), y.sin(), y.cos(), z.sin(), z.cos());
    [
        [cz * cy, sz * cy, -sy, 0.0],
        [cz * sy * sx - sz * cx, cz * cx + sz * sy * sx, cy * sx, 0.0],
        [sz * sx + cz * sy * cx, sz * sy * cx - cz * sx, cy * cx, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ]
}

/// The rotation about an axis by its length.
#[backprop(jvp)]
fn axis_angle(axis: &Point) -> Matrix3 {
    let norm = (axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]).sqrt();
    if norm < 0.0001 {
        return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    }
    let (x, y, z) = (axis[0] / norm, axis[1] / norm, axis[2] / norm);
    let (s, c) = (norm.sin(), norm.cos());
    [
        [x * x + (1.0 - x * x) * c, x * y * (1.0 - c) + z * s, x * z * (1.0 - c) - y * s],
        [x * y * (1.0 - c) - z * s, y * y + (1.0 - y * y) * c, z * y * (1.0 - c) + x * s],
        [x * z * (1.0 - c) + y * s, y * z * (1.0 - c) - x * s, z * z + (1.0 - z * z) * c],
    ]
}

/// What becomes of places on each bone when the hand takes the pose.
#[backprop(jvp)]
fn transforms(theta: &[f64; PARAMETERS], model: &Model) -> Vec<Matrix4> {
    let bones = model.parents.len();
    // Three joints of each finger turn, the first of them two ways.
    let mut angles = vec![[0.0; 3]; bones];
    for finger in 0..5 {
        let (bone, at) = (4 * finger + 2, 4 * finger + 6);
        angles[bone] = [theta[at], theta[at + 1], 0.0];
        angles[bone + 1][0] = theta[at + 2];
        angles[bone + 2][0] = theta[at + 3];
    }
    let mut absolutes = vec![[[0.0; 4]; 4]; bones];
    let mut transforms = vec![[[0.0; 4]; 4]; bones];
    for bone in 0..bones {
        let relative = product(&model.base_relatives[bone], &euler(&angles[bone]));
        let parent = model.parents[bone];
        absolutes[bone] = if parent < 0 { relative } else { product(&absolutes[parent as usize], &relative) };
        transforms[bone] = product(&absolutes[bone], &model.inverse_base_absolutes[bone]);
    }
    transforms
}

/// Where the vertices of the hand are: each goes with the bones, by its weights.
#[backprop(jvp)]
fn skin(theta: &[f64; PARAMETERS], model: &Model) -> Vec<Point> {
    let transforms = transforms(theta, model);
    let rotation = axis_angle(&[theta[0], theta[1], theta[2]]);
    let mirror = if model.is_mirrored { -1.0 } else { 1.0 };
    let mut positions = vec![[0.0; 3]; model.base_positions.len()];
    for v in 0..positions.len() {
        let base = &model.base_positions[v];
        let mut sum = [0.0; 4];
        for &(bone, weight) in &model.influences[v] {
            let columns = &transforms[bone];
            for i in 0..4 {
                let at = columns[0][i] * base[0]
                    + columns[1][i] * base[1]
                    + columns[2][i] * base[2]
                    + columns[3][i] * base[3];
                sum[i] += at * weight;
            }
        }
        let [x, y, z, _] = sum;
        for i in 0..3 {
            positions[v][i] =
                rotation[0][i] * (mirror * x) + rotation[1][i] * y + rotation[2][i] * z + theta[3 + i];
        }
    }
    positions
}

/// The measured points less the vertices that they belong to.
#[backprop(jvp)]
pub fn simple(theta: &[f64; PARAMETERS], data: &Data, errors: &mut [Point]) {
    let positions = skin(theta, &data.model);
    for (i, &vertex) in data.correspondences.iter().enumerate() {
        for j in 0..3 {
            errors[i][j] = data.points[i][j] - positions[vertex][j];
        }
    }
}

/// The measured points less points inside of triangles, where `us` says.
#[backprop(jvp)]
pub fn complicated(theta: &[f64; PARAMETERS], us: &[[f64; 2]], data: &Data, errors: &mut [Point]) {
    let positions = skin(theta, &data.model);
    inside(&positions, us, data, errors);
}

/// The same, of vertices at these positions.
#[backprop(jvp)]
fn inside(positions: &[Point], us: &[[f64; 2]], data: &Data, errors: &mut [Point]) {
    for (i, &triangle) in data.correspondences.iter().enumerate() {
        let [a, b, c] = data.model.triangles[triangle];
        let [u, v] = us[i];
        for j in 0..3 {
            let at = u * positions[a][j] + v * positions[b][j] + (1.0 - u - v) * positions[c][j];
            errors[i][j] = data.points[i][j] - at;
        }
    }
}

/// A pose, and what it is compared with.
#[derive(Deserialize)]
struct Input {
    theta: [f64; PARAMETERS],
    data: Data,
    us: Vec<[f64; 2]>,
}

fn checked(input: &Value) -> Result<(Input, Runs), String> {
    let (input, runs) = read::<Input>(input)?;
    let Input { data, us, .. } = &input;
    let Model { parents, triangles, influences, .. } = &data.model;
    let (bones, vertices) = (parents.len(), data.model.base_positions.len());
    let all = [data.model.base_relatives.len(), data.model.inverse_base_absolutes.len()];
    ensure(bones > 21 && all == [bones; 2], "there should be 22 bones or more, and the matrices of each")?;
    let order = parents.iter().enumerate().all(|(i, p)| *p < i as isize);
    ensure(order, "the bones' parents should come before them")?;
    let weighed = influences.len() == vertices && influences.iter().flatten().all(|(b, _)| *b < bones);
    ensure(weighed, "each vertex should have weights for bones that are there")?;
    let count = data.correspondences.len();
    ensure(data.points.len() == count, "there should be as many points as correspondences")?;
    ensure(
        us.is_empty() || us.len() == count,
        "us should be empty, or have as many rows as there are points",
    )?;
    let there = if us.is_empty() { vertices } else { triangles.len() };
    ensure(data.correspondences.iter().all(|c| *c < there), "the correspondences should be there")?;
    let corners = us.is_empty() || triangles.as_flattened().iter().all(|c| *c < vertices);
    ensure(corners, "the corners of the triangles should be vertices")?;
    Ok((input, runs))
}

fn value(input: &Value) -> Result<Answer, String> {
    let (input, runs) = checked(input)?;
    let errors = vec![[0.0; 3]; input.data.points.len()];
    let compute = |i: &Input, errors: &mut Vec<Point>| match i.us.is_empty() {
        true => simple(&i.theta, &i.data, errors),
        false => complicated(&i.theta, &i.us, &i.data, errors),
    };
    runs.answer(&input, errors, compute, |errors| errors.concat())
}

/// By columns: `us` in two directions, since each point depends on its own alone, then `theta`.
fn jacobian(input: &Value) -> Result<Answer, String> {
    let (input, runs) = checked(input)?;
    let (count, extra) = (input.data.points.len(), if input.us.is_empty() { 0 } else { 2 });
    let columns = vec![vec![[0.0; 3]; count]; extra + PARAMETERS];
    let compute = |i: &Input, columns: &mut Vec<Vec<Point>>| {
        let mut errors = vec![[0.0; 3]; count];
        let (by_us, by_theta) = columns.split_at_mut(extra);
        if extra > 0 {
            // The pose is still, and so are the vertices.
            let positions = skin(&i.theta, &i.data.model);
            let still = vec![[0.0; 3]; positions.len()];
            for (c, column) in by_us.iter_mut().enumerate() {
                let along = vec![[(1 - c) as f64, c as f64]; count];
                inside_jvp(&positions, &i.us, &i.data, &mut errors, &still, &along, column);
            }
        }
        let still = vec![[0.0; 2]; i.us.len()];
        for (c, column) in by_theta.iter_mut().enumerate() {
            let mut along = [0.0; PARAMETERS];
            along[c] = 1.0;
            match extra {
                0 => simple_jvp(&i.theta, &i.data, &mut errors, along, column),
                _ => complicated_jvp(&i.theta, &i.us, &i.data, &mut errors, along, &still, column),
            };
        }
    };
    let encode = |columns: Vec<Vec<Point>>| {
        let row = |r: usize| columns.iter().map(|c| c[r / 3][r % 3]).collect();
        (0..3 * count).map(row).collect::<Vec<Vec<f64>>>()
    };
    runs.answer(&input, columns, compute, encode)
}
