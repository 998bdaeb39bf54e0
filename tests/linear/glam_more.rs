//! What is done with each component, mirrored and mixed; maps of space; changes in place.

use crate::both;
use backprop::backprop;
use glam::{DMat3, DMat4, DQuat, DVec2, DVec3, DVec4, Vec3, Vec3Swizzles, Vec4Swizzles};

#[backprop(jvp)]
fn componentwise(#[grad] a: DVec3, #[grad] b: DVec3, k: f64) -> f64 {
    let c = a.abs().max(b) - a.min(b) + a.lerp(b, k) + a.clamp(DVec3::splat(-0.5), b.abs());
    let d = b.abs().powf(k) + a.exp() * b.recip() + (a * 0.1).reflect(b);
    c.dot(d) + a.max_element() * b.min_element() + a.element_product() + b.length_recip()
}

#[backprop(jvp)]
fn directions(#[grad] a: DVec3, #[grad] b: DVec3) -> f64 {
    let n = a.cross(b).normalize_or_zero() + a.project_onto(b) - b.reject_from(a);
    let [x, y, z] = n.to_array();
    a.angle_between(b)
        + x * y
        + z
        + a.xy().length() * b.xz().x
        + a.extend(b.x).xyz().dot(b)
        + a.yz().dot(DVec2::ONE)
}

#[backprop(jvp)]
fn maps(#[grad] t: DVec3, #[grad] s: DVec3, #[grad] q: DQuat, k: f64) -> f64 {
    let m = DMat4::from_translation(t) * DMat4::from_rotation_x(k) * DMat4::from_rotation_y(k * k);
    let n = m * DMat4::from_rotation_z(1.0 - k) * DMat4::from_scale(s) * DMat4::from_quat(q);
    let p = n.transform_point3(s) + n.transform_vector3(t) + DMat3::from_quat(q) * s + q.xyz();
    p.length() + n.to_cols_array()[3] + n.to_cols_array()[1]
}

#[backprop(jvp)]
fn seen(#[grad] eye: DVec3, #[grad] at: DVec3, #[grad] up: DVec3, #[grad] p: DVec3) -> f64 {
    let view = DMat4::look_at_rh(eye, at, up) + DMat4::look_at_lh(at, eye, up);
    let lens = DMat4::perspective_rh(1.0, 1.5, 0.1, 100.0);
    let q = (lens * view).project_point3(p);
    let m = DMat4::from_cols(p.extend(1.0), DVec4::Y, up.extend(0.5), DVec4::W);
    q.x * q.x + q.y - q.z + (m * DVec4::ONE).y + m.determinant()
}

#[backprop(jvp)]
fn in_place(#[grad] v: DVec3) -> f64 {
    let mut w = v;
    w *= w.x * w.y;
    w.x += w.length();
    w /= w.z;
    w.y -= w.dot(v);
    w *= w;
    w.length()
}

#[backprop]
fn shade(#[grad] n: Vec3, #[no_grad] l: Vec3, #[grad] v: Vec3) -> f32 {
    let r = (-l).reflect(n);
    let sky = Vec3::ONE.lerp(Vec3::new(0.5, 0.7, 1.0), 0.5 * (n.y + 1.0));
    r.dot(v).max(0.0) + sky.x
}

#[backprop]
fn scene(#[grad] t: DVec3, #[no_grad] points: &[DVec3]) -> f64 {
    let mut total = t.distance(points[0]);
    for p in points {
        total += (t - *p).length();
    }
    total + points.iter().map(|p| t.distance(*p)).sum::<f64>()
}

#[backprop(jvp)]
fn centroid(#[grad] pts: [DVec3; 3]) -> f64 {
    let c = pts.iter().copied().sum::<DVec3>() / pts.len() as f64;
    pts.iter().map(|p| (*p - c).length_squared()).sum::<f64>() + pts.iter().sum::<DVec3>().x
}

#[backprop]
fn lengths(#[grad] a: DVec3, #[grad] b: DVec3, #[grad] q: DQuat) -> f64 {
    a.length() + a.distance(b) + a.normalize_or_zero().x + q.length()
}

fn a() -> DVec3 {
    DVec3::new(0.7, -1.1, 0.4)
}

fn b() -> DVec3 {
    DVec3::new(1.3, 0.5, -0.8)
}

#[test]
fn vectors_have_the_gradients_of_differences() {
    both::check!(componentwise, componentwise_grad, componentwise_jvp, (a: a(), b: b(), k: 1.7));
    both::check!(directions, directions_grad, directions_jvp, (a: a(), b: b()));
    both::check!(in_place, in_place_grad, in_place_jvp, (v: DVec3::new(0.7, 1.1, 0.4)));
}

/// Sums of vectors.
#[test]
fn sums_have_the_gradients_of_differences() {
    let pts = [a(), b(), DVec3::new(0.1, 0.2, -0.9)];
    let (value, d) = centroid_grad(pts);
    assert_eq!(value, centroid(pts));
    for i in 0..9 {
        let moved = |h: f64| {
            let mut moved = pts;
            moved[i / 3][i % 3] += h;
            moved
        };
        let difference = (centroid(moved(1e-5)) - centroid(moved(-1e-5))) / 2e-5;
        assert!((difference - d[i / 3][i % 3]).abs() < 1e-8);
        let mut t = [DVec3::ZERO; 3];
        t[i / 3][i % 3] = 1.0;
        assert!((centroid_jvp(pts, t).1 - d[i / 3][i % 3]).abs() < 1e-12);
    }
}

#[test]
fn maps_have_the_gradients_of_differences() {
    let q = DQuat::from_xyzw(0.5, -0.1, 0.7, 0.5);
    both::check!(maps, maps_grad, maps_jvp, (t: a(), s: b(), q: q.normalize(), k: 0.7));
    both::check!(seen, seen_grad, seen_jvp, (eye: a() * 3.0, at: b(), up: DVec3::new(0.2, 1.0, 0.1), p: DVec3::new(0.3, 0.9, 0.2)));
}

/// `f32` stays `f32`, and constants keep their types.
#[test]
fn what_is_constant_keeps_its_type() {
    let (n, l, v) = (Vec3::new(0.3, 0.9, 0.1), Vec3::new(-0.2, 0.8, 0.5), Vec3::new(0.6, 0.7, -0.3));
    let (value, (dn, dv)) = shade_grad(n, l, v);
    assert_eq!(value, shade(n, l, v));
    let r = (-l).reflect(n);
    assert_eq!(dv, r);
    let by_n = ((-l).dot(n) * v - l * n.dot(v)) * -2.0 + Vec3::new(0.0, -0.25, 0.0);
    assert!((dn - by_n).length() < 1e-5, "{dn} and {by_n}");
    let points = [a(), b()];
    let (value, d) = scene_grad(DVec3::ONE, &points);
    assert_eq!(value, scene(DVec3::ONE, &points));
    let unit = |p: DVec3| (DVec3::ONE - p).normalize();
    assert!((d - (3.0 * unit(points[0]) + 2.0 * unit(points[1]))).length() < 1e-12);
}

/// By convention the gradient is 0 where a length is; at a tie, it is all the first operand's.
#[test]
fn at_special_points() {
    let (value, (da, db, dq)) = lengths_grad(DVec3::ZERO, DVec3::ZERO, DQuat::from_xyzw(0.0, 0.0, 0.0, 0.0));
    assert_eq!((value, da, db), (0.0, DVec3::ZERO, DVec3::ZERO));
    assert_eq!(dq.to_array(), [0.0; 4]);
    let (_, (da, db)) = tie_grad(DVec3::ONE, DVec3::ONE);
    assert_eq!((da, db), (DVec3::splat(2.0), DVec3::ZERO));
}

#[backprop]
fn tie(#[grad] a: DVec3, #[grad] b: DVec3) -> f64 {
    (a.max(b) + a.min(b)).element_sum()
}
