//! Bundle adjustment with `nalgebra`: the pose and the lens of a camera from the points that it sees.
//!
//! The residual is written as for any solver. Its gradient comes from `#[backprop]`, and with it the rows of the Jacobian
//! that Gauss–Newton needs.

use backprop::backprop;
use nalgebra::{Rotation3, SMatrix, SVector, Vector2, Vector3};

/// Axis and angle, translation; focal length and two coefficients of radial distortion.
type Camera = SVector<f64, 9>;

/// Where a camera sees a point: rotation, translation, projection, radial distortion.
#[backprop(jvp)]
fn project(#[grad] camera: SVector<f64, 9>, #[grad] point: Vector3<f64>) -> Vector2<f64> {
    let turn = Vector3::new(camera[0], camera[1], camera[2]);
    let shift = Vector3::new(camera[3], camera[4], camera[5]);
    let p = Rotation3::from_scaled_axis(turn) * point + shift;
    let flat = Vector2::new(-p.x / p.z, -p.y / p.z);
    let r2 = flat.norm_squared();
    let distortion = 1.0 + r2 * (camera[7] + r2 * camera[8]);
    flat * (camera[6] * distortion)
}

/// Half the squared distance between where a point is seen and where it should be.
#[backprop]
fn miss(#[grad] camera: SVector<f64, 9>, #[grad] point: Vector3<f64>, seen: Vector2<f64>) -> f64 {
    let residual = project(camera, point) - seen;
    0.5 * residual.norm_squared()
}

/// The points of a grid, bent so that all parameters can be told apart.
fn scene() -> Vec<Vector3<f64>> {
    let grid = (0..36).map(|i| (f64::from(i % 6) - 2.5, f64::from(i / 6) - 2.5));
    grid.map(|(x, y)| Vector3::new(0.4 * x, 0.4 * y, 0.3 * (1.3 * x).sin() * y.cos())).collect()
}

/// The Jacobian of one observation, by a seed for each of its rows.
fn jacobian(camera: Camera, point: Vector3<f64>) -> (Vector2<f64>, SMatrix<f64, 2, 9>) {
    let mut rows = SMatrix::<f64, 2, 9>::zeros();
    let mut at = Vector2::zeros();
    for i in 0..2 {
        let (value, (d_camera, _)) = project_vjp(camera, point, Vector2::ith(i, 1.0));
        rows.set_row(i, &d_camera.transpose());
        at = value;
    }
    (at, rows)
}

/// The sum of all misses, and its gradient.
fn total(camera: Camera, points: &[Vector3<f64>], seen: &[Vector2<f64>]) -> (f64, Camera) {
    points.iter().zip(seen).fold((0.0, Camera::zeros()), |(sum, d), (p, s)| {
        let (value, (d_camera, _)) = miss_grad(camera, *p, *s);
        (sum + value, d + d_camera)
    })
}

fn main() {
    let truth = Camera::from_column_slice(&[0.2, -0.3, 0.1, 0.15, -0.1, -5.0, 800.0, -0.08, 0.02]);
    let points = scene();
    let seen: Vec<Vector2<f64>> = points.iter().map(|p| project(truth, *p)).collect();
    let mut camera = Camera::from_column_slice(&[0.1, -0.2, 0.0, 0.0, 0.0, -5.5, 760.0, 0.0, 0.0]);

    let (_, gradient) = total(camera, &points, &seen);
    println!("parameter   gradient           by differences");
    for i in 0..9 {
        let at = |h: f64| total(camera + Camera::ith(i, h), &points, &seen).0;
        let h = 1e-5 * (1.0 + camera[i].abs());
        let difference = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
        println!("{i:>9}   {:<18.9e} {difference:<18.9e}", gradient[i]);
        assert!((gradient[i] - difference).abs() <= 1e-6 * (1.0 + difference.abs()));
    }
    let point = miss_grad(camera, points[7], seen[7]).1.1;
    let report = backprop::check::gradient(
        [(camera, points[7])],
        |(c, p)| miss(*c, *p, seen[7]),
        |(c, p)| miss_grad(*c, *p, seen[7]),
    );
    assert!(report.passed(), "{report}");
    println!("by the eighth point: {:.6?}", point.as_slice());

    println!("\nGauss–Newton\nstep   cost            |gradient|");
    for step in 0..9 {
        let (cost, gradient) = total(camera, &points, &seen);
        println!("{step:>4}   {cost:<15.6e} {:<15.6e}", gradient.norm());
        let mut normal = SMatrix::<f64, 9, 9>::identity() * 1e-9;
        let mut right = Camera::zeros();
        for (p, s) in points.iter().zip(&seen) {
            let (at, rows) = jacobian(camera, *p);
            normal += rows.transpose() * rows;
            right += rows.transpose() * (at - s);
        }
        let Some(factor) = normal.cholesky() else { panic!("the normal equations have no solution") };
        camera -= factor.solve(&right);
    }
    let (cost, _) = total(camera, &points, &seen);
    println!("\nfound {:.6?}\ntruth {:.6?}", camera.as_slice(), truth.as_slice());
    assert!(cost < 1e-12, "the cost is {cost:e}");
    assert!((camera - truth).norm() < 1e-5, "{camera}");
}
