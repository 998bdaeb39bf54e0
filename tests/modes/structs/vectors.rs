//! A vector type of the user's: small, `Copy`, with methods that call each other.

use super::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct V3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Pair(pub V3, pub f64);

leaves!(V3 { x, y, z });

impl Leaves for Pair {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.0.visit(f);
        f(&mut self.1);
    }
}

impl V3 {
    pub const fn new(x: f64, y: f64, z: f64) -> V3 {
        V3 { x, y, z }
    }

    #[backprop(jvp)]
    pub fn of(x: f64, y: f64, z: f64) -> Self {
        Self { x, y, z }
    }

    #[backprop(jvp)]
    pub fn dot(#[grad] &self, #[grad] o: &V3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }

    #[backprop(jvp)]
    pub fn cross(#[grad] &self, #[grad] o: &V3) -> V3 {
        V3 { x: self.y * o.z - self.z * o.y, y: self.z * o.x - self.x * o.z, z: self.x * o.y - self.y * o.x }
    }

    #[backprop(jvp)]
    pub fn scale(#[grad] self, k: f64) -> Self {
        V3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }

    #[backprop(jvp)]
    pub fn plus(#[grad] self, #[grad] o: Self) -> Self {
        V3::of(self.x + o.x, self.y + o.y, self.z + o.z)
    }

    #[backprop(jvp)]
    pub fn norm(#[grad] &self) -> f64 {
        self.dot(self).sqrt()
    }

    #[backprop(jvp)]
    pub fn normalized(#[grad] self) -> V3 {
        let n = self.norm();
        self.scale(1.0 / n)
    }

    /// With `wrt`, and a constant vector.
    #[backprop(jvp, wrt(self, angle))]
    pub fn rotated(&self, axis: &V3, angle: f64) -> V3 {
        let (s, c) = angle.sin_cos();
        let along = axis.dot(self) * (1.0 - c);
        let side = axis.cross(self);
        self.scale(c).plus(side.scale(s)).plus(axis.scale(along))
    }
}

pub const A: V3 = V3::new(0.4, -1.1, 0.7);
pub const B: V3 = V3::new(1.3, 0.2, -0.5);

#[backprop(jvp)]
fn methods(#[grad] a: &V3, #[grad] b: V3, k: f64) -> f64 {
    let c = a.cross(&b);
    let d = c.scale(k).plus(b);
    let n = d.normalized();
    n.dot(a) + c.norm() * n.x + d.scale(2.0).y
}

#[test]
fn methods_of_methods() {
    check(
        &(A, (B, 0.8)),
        |(a, (b, k))| methods(a, *b, *k),
        |(a, (b, k))| {
            let (v, (da, db, dk)) = methods_grad(a, *b, *k);
            (v, (da, (db, dk)))
        },
        |(a, (b, k)), (ta, (tb, tk))| methods_jvp(a, *b, *k, ta, *tb, *tk),
    );
}

#[backprop(jvp)]
fn rotation(#[grad] a: V3, angle: f64) -> f64 {
    let axis = V3::new(0.0, 0.6, 0.8);
    let r = a.rotated(&axis, angle);
    r.x * 2.0 + r.dot(&a)
}

#[test]
fn constants_beside_active_vectors() {
    check(
        &(A, 0.8),
        |(a, k)| rotation(*a, *k),
        |(a, k)| rotation_grad(*a, *k),
        |(a, k), (ta, tk)| rotation_jvp(*a, *k, *ta, *tk),
    );
}

#[backprop(jvp)]
fn tuple_struct(#[grad] p: Pair, y: f64) -> f64 {
    let Pair(v, w) = p;
    let q = Pair(v.scale(y), w * y);
    let r = Pair { 0: V3 { z: y, ..q.0 }, ..q };
    r.0.dot(&v) * r.1 + p.0.x * q.0.z
}

#[test]
fn tuple_structs() {
    check(
        &(Pair(A, 0.3), 0.8),
        |(a, k)| tuple_struct(*a, *k),
        |(a, k)| tuple_struct_grad(*a, *k),
        |(a, k), (ta, tk)| tuple_struct_jvp(*a, *k, *ta, *tk),
    );
}

#[backprop(jvp)]
fn scalars_only(x: f64, y: f64) -> f64 {
    let v = V3 { x, y: x * y, z: 2.0 };
    let w = V3::of(y, 1.0, v.x);
    let many = [v, w, v.cross(&w)];
    let mut sum = 0.0;
    for v in &many {
        sum += v.norm();
    }
    let list: Vec<V3> = many.iter().map(|m| m.scale(x)).collect();
    sum * list[2].y + list.iter().map(|m| m.dot(&w)).sum::<f64>()
}

#[test]
fn structs_of_scalars() {
    check(
        &(0.7, -0.4),
        |(x, y)| scalars_only(*x, *y),
        |(x, y)| scalars_only_grad(*x, *y),
        |(x, y), (tx, ty)| scalars_only_jvp(*x, *y, *tx, *ty),
    );
}

#[backprop(jvp)]
fn steps(#[grad] position: V3, #[grad] velocity: V3, dt: f64, n: usize) -> f64 {
    let mut p = position;
    let mut v = velocity;
    let mut energy = 0.0;
    for _ in 0..n {
        let r = p.norm();
        let force = p.scale(-1.0 / (r * r * r));
        v = v.plus(force.scale(dt));
        p.x += v.x * dt;
        p = p.plus(V3 { x: 0.0, ..v.scale(dt) });
        if v.norm() > 10.0 {
            break;
        }
        energy += v.dot(&v);
    }
    energy + p.x
}

#[test]
fn time_steps() {
    check(
        &(A, (B, 0.05)),
        |(a, (b, k))| steps(*a, *b, *k, 7),
        |(a, (b, k))| {
            let (v, (da, db, dk)) = steps_grad(*a, *b, *k, 7);
            (v, (da, (db, dk)))
        },
        |(a, (b, k)), (ta, (tb, tk))| steps_jvp(*a, *b, *k, 7, *ta, *tb, *tk),
    );
}

#[test]
fn a_result_has_a_seed_of_its_type() {
    let (y, (da, db)) = A.cross_vjp(&B, V3::new(1.0, 0.0, 0.0));
    assert_eq!(y, A.cross(&B));
    assert_eq!((da, db), (V3::new(0.0, B.z, -B.y), V3::new(0.0, -A.z, A.y)));
    let (y, dy) = A.scale_jvp(2.0, V3::new(1.0, 0.0, 0.0), 1.0);
    assert_eq!((y, dy), (A.scale(2.0), V3::new(2.0 + A.x, A.y, A.z)));
}

#[backprop(jvp)]
fn taken_apart(#[grad] p: Pair, y: f64) -> f64 {
    let (mut a, mut b) = (y, 2.0 * y);
    let mut v = p.0.scale(b);
    Pair(v, b) = Pair(v.plus(p.0), b * p.1);
    V3 { x: a, y: _, z: b } = V3 { x: a * b, y: 0.0, z: v.y };
    a * b + v.dot(&p.0) * a
}

#[test]
fn assignments_take_structs_apart() {
    check(
        &(Pair(A, 0.3), 0.8),
        |(a, k)| taken_apart(*a, *k),
        |(a, k)| taken_apart_grad(*a, *k),
        |(a, k), (ta, tk)| taken_apart_jvp(*a, *k, *ta, *tk),
    );
}
