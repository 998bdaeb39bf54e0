//! Rotations, points and rigid motions; constants whose types are declared.

use crate::both;
use backprop::backprop;
use nalgebra::{
    Isometry3, Point2, Point3, Rotation2, Rotation3, UnitComplex, UnitQuaternion, Vector2, Vector3,
};

#[backprop(jvp)]
fn axes(k: f64, #[grad] v: Vector3<f64>) -> f64 {
    let r = Rotation3::from_axis_angle(&Vector3::z_axis(), k)
        * Rotation3::from_axis_angle(&Vector3::x_axis(), k * k);
    let q = UnitQuaternion::from_axis_angle(&Vector3::y_axis(), k);
    let w = r * v + q * v + r.inverse_transform_vector(&v) + q.inverse_transform_vector(&v);
    w.dot(&Vector3::new(1.0, -2.0, 0.5)) + r[(0, 1)] * r.matrix().m12 + q.w * q.j + q.coords.x
}

#[backprop(jvp)]
fn angles(#[grad] q: UnitQuaternion<f64>, #[grad] w: Vector3<f64>) -> f64 {
    let turn = q * UnitQuaternion::from_scaled_axis(w);
    let back = turn.scaled_axis();
    let other = (q * UnitQuaternion::from_scaled_axis(w * 7.0)).scaled_axis();
    turn.angle() + back.dot(&w) + UnitQuaternion::from_scaled_axis(w * 1e-4).scaled_axis().sum() + other.x
}

#[backprop(jvp)]
fn plane(k: f64, #[grad] v: Vector2<f64>) -> f64 {
    let c = UnitComplex::new(k) * UnitComplex::new(v.x).inverse();
    let r = Rotation2::new(k * v.y);
    (c * v).x + c.angle() * r.angle() + c.re * c.im + (r * Point2::new(v.x, k)).y
}

#[backprop(jvp)]
fn moved(#[grad] t: Vector3<f64>, #[grad] w: Vector3<f64>, #[grad] p: Point3<f64>) -> f64 {
    let iso = Isometry3::new(t, w) * Isometry3::new(w, t * 0.5).inverse();
    let q = iso * p;
    let d = q - iso.transform_point(&(p * 2.0)) + iso * t;
    d.norm() + q.x * q.coords.y
}

#[backprop(jvp)]
fn projected(#[grad] p: Point3<f64>, #[grad] t: Vector3<f64>, #[grad] obs: Point2<f64>) -> f64 {
    let pc = p + t;
    let u = Point2::new(pc.x / pc.z, pc.y / pc.z);
    (u - obs).norm_squared()
}

struct Camera {
    rotation: Rotation3<f64>,
    at: Vector3<f64>,
}

#[backprop(jvp)]
fn seen(#[grad] t: Vector3<f64>, #[no_grad] camera: &Camera, #[no_grad] points: &[Vector3<f64>]) -> f64 {
    let p = camera.rotation * t + camera.at;
    let mut total = p.norm() + (t - points[0]).norm();
    for q in points {
        total += (t - q).norm();
    }
    for (a, b) in points.iter().zip(points.iter().skip(1)) {
        let e = camera.rotation * a - t + b;
        total += e.dot(&e);
    }
    total + points.iter().map(|q| (t - q).norm_squared()).sum::<f64>() + t.dot(&points[1])
}

/// Readings of an inertial sensor, summed up, without their biases.
#[backprop(jvp)]
fn inertial(
    #[grad] ba: &Vector3<f64>,
    #[grad] bg: &Vector3<f64>,
    #[no_grad] readings: &[(Vector3<f64>, Vector3<f64>)],
) -> f64 {
    let acc = [readings[0].0, readings[1].0];
    let gyro = [readings[0].1, readings[1].1];
    let mut dr = UnitQuaternion::identity();
    let mut dv = Vector3::zeros();
    for i in 0..2 {
        let a: Vector3<f64> = acc[i] - ba;
        let w: Vector3<f64> = gyro[i] - bg;
        dv += dr * a * 0.1;
        dr = dr * UnitQuaternion::from_scaled_axis(w * 0.1);
    }
    dv.norm()
}

fn a() -> Vector3<f64> {
    Vector3::new(0.7, -1.1, 0.4)
}

fn b() -> Vector3<f64> {
    Vector3::new(1.3, 0.5, -0.8)
}

#[test]
fn rotations_have_the_gradients_of_differences() {
    both::check!(axes, axes_grad, axes_jvp, (k: 0.7, v: b()));
    both::check!(plane, plane_grad, plane_jvp, (k: 0.7, v: Vector2::new(0.4, 0.9)));
    let q = UnitQuaternion::from_euler_angles(0.3, -0.5, 1.1);
    both::check!(angles, angles_grad, angles_jvp, (q: q, w: a()));
}

#[test]
fn points_have_the_gradients_of_differences() {
    let p = Point3::new(0.2, 0.9, -0.4);
    both::check!(moved, moved_grad, moved_jvp, (t: a(), w: b(), p: p));
    both::check!(projected, projected_grad, projected_jvp, (p: p, t: a() + b(), obs: Point2::new(0.1, 0.3)));
}

#[test]
fn what_is_constant_keeps_its_type() {
    let camera = Camera { rotation: Rotation3::from_euler_angles(0.3, -0.5, 1.1), at: b() };
    let points = [Vector3::new(1.0, 2.0, 3.0), Vector3::new(-1.0, 0.5, 0.3), b()];
    let readings = [(a(), b()), (b(), a())];
    let (value, d) = seen_grad(a(), &camera, &points);
    assert_eq!(value, seen(a(), &camera, &points));
    let (rate, (da, dg)) = inertial_grad(&a(), &b(), &readings);
    assert_eq!(rate, inertial(&a(), &b(), &readings));
    for i in 0..3 {
        let t = Vector3::from_fn(|j, _| if i == j { 1.0 } else { 0.0 });
        let h = 1e-5;
        let by = |f: &dyn Fn(f64) -> f64| (f(h) - f(-h)) / (2.0 * h);
        assert!((by(&|h| seen(a() + t * h, &camera, &points)) - d[i]).abs() < 1e-8);
        assert!((seen_jvp(a(), &camera, &points, t).1 - d[i]).abs() < 1e-12);
        assert!((by(&|h| inertial(&(a() + t * h), &b(), &readings)) - da[i]).abs() < 1e-8);
        assert!((by(&|h| inertial(&a(), &(b() + t * h), &readings)) - dg[i]).abs() < 1e-8);
        assert!((inertial_jvp(&a(), &b(), &readings, &t, &Vector3::zeros()).1 - da[i]).abs() < 1e-12);
    }
}
