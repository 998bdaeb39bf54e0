//! Structs that functions change: `&mut` parameters, `&mut self`, what is exchanged, added to `Vec`s and taken out of them.

use super::vectors::{A, B, V3};
use super::*;
use backprop::add_to;

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Particle {
    pub at: V3,
    pub speed: V3,
    pub mass: f64,
    pub charge: i32,
    #[no_grad]
    pub birth: f64,
}

leaves!(Particle { at, speed, mass });

pub fn particle(x: f64) -> Particle {
    Particle {
        at: V3::new(x, 0.2, -0.4),
        speed: V3::new(0.3, -x, 0.8),
        mass: 1.0 + x,
        charge: -1,
        birth: 2.0,
    }
}

#[backprop(jvp)]
fn step(#[grad] p: &mut Particle, dt: f64) {
    let k = f64::from(p.charge) / p.mass;
    p.speed.x += k * p.at.x * dt;
    p.speed.y -= p.at.y * p.at.z * dt * p.birth;
    p.at.x += p.speed.x * dt;
    p.at.y += p.speed.y * dt;
    p.at.z *= p.speed.z;
}

/// The product of a seed with what `f` leaves, for one seed.
fn along(f: impl Fn(&mut Particle, f64), p: &Particle, dt: f64, seed: &[f64]) -> f64 {
    let mut p = p.clone();
    f(&mut p, dt);
    p.leaves().iter().zip(seed).map(|(x, s)| x * s).sum()
}

#[test]
fn output() {
    let p = particle(0.4);
    let seed: Vec<f64> = (0..7).map(|i| (i as f64 + 0.3).cos()).collect();
    let gradient = |p: &Particle, dt: f64| {
        let (mut own, mut d) = (p.clone(), p.with(&seed));
        let ((), d_dt) = step_vjp(&mut own, dt, &mut d);
        let mut expected = p.clone();
        step(&mut expected, dt);
        assert_eq!(own, expected);
        assert_eq!((d.charge, d.birth), (p.charge, p.birth));
        (along(step, p, dt, &seed), (d, d_dt))
    };
    check(
        &(p, 0.2),
        |(p, dt)| along(step, p, *dt, &seed),
        |(p, dt)| gradient(p, *dt),
        |(p, dt), (tp, tdt)| {
            let (mut own, mut tangent) = (p.clone(), tp.clone());
            step_jvp(&mut own, *dt, &mut tangent, *tdt);
            let sum = tangent.leaves().iter().zip(&seed).map(|(x, s)| x * s).sum();
            (along(step, p, *dt, &seed), sum)
        },
    );
}

impl Particle {
    const DRAG: f64 = 0.3;

    #[backprop(jvp)]
    fn slow(#[grad] &mut self, by: f64) {
        self.speed.x *= 1.0 - Self::DRAG * by;
        self.speed.y *= by;
    }

    #[backprop(jvp)]
    fn push(#[grad] &mut self, force: f64) -> f64 {
        self.speed.x += force / self.mass;
        self.slow(force);
        self.energy()
    }

    #[backprop(jvp, wrt(self))]
    fn energy(&self) -> f64 {
        let s = &self.speed;
        0.5 * self.mass * (s.x * s.x + s.y * s.y + s.z * s.z)
    }
}

#[backprop(jvp)]
fn pushed(#[grad] p: &Particle, force: f64) -> f64 {
    let mut own = p.clone();
    let first = own.push(force);
    own.slow(first);
    let second = own.push(force * first);
    second + own.speed.x * own.at.x
}

#[test]
fn methods_that_change_their_struct() {
    check(
        &(particle(0.7), 0.3),
        |(p, f)| pushed(p, *f),
        |(p, f)| pushed_grad(p, *f),
        |(p, f), (tp, tf)| pushed_jvp(p, *f, tp, *tf),
    );
}

#[backprop(jvp)]
fn all_stepped(#[grad] ps: &Vec<Particle>, dt: f64) -> f64 {
    let mut own = ps.clone();
    for _ in 0..3 {
        for p in own.iter_mut() {
            step(p, dt);
            p.at.z += p.speed.y * dt;
        }
        for p in &mut own {
            p.mass *= 1.0 + dt;
        }
    }
    own.iter().map(|p| p.energy()).sum::<f64>() + own[0].at.x
}

#[test]
fn elements_are_changed() {
    check(
        &(vec![particle(0.1), particle(0.9)], 0.1),
        |(p, dt)| all_stepped(p, *dt),
        |(p, dt)| all_stepped_grad(p, *dt),
        |(p, dt), (tp, tdt)| all_stepped_jvp(p, *dt, tp, *tdt),
    );
}

#[backprop(jvp)]
fn exchanged(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let (mut x, mut y) = (a, b);
    std::mem::swap(&mut x, &mut y);
    x.x *= k;
    let old = std::mem::replace(&mut y, V3 { x: k, ..x });
    y.y += old.z;
    let mut list = vec![x, y];
    list.swap(0, 1);
    old.dot(&list[0]) + list[1].norm() * y.x
}

#[backprop(jvp)]
fn stacks(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mut list = Vec::new();
    for i in 0..4 {
        list.push(a.scale(k * i as f64).plus(b));
    }
    list.push(V3 { x: k, y: k * k, z: a.x });
    let mut total = 0.0;
    if let Some(last) = list.pop() {
        total += last.dot(&a) * k;
    }
    list[1].x *= k;
    while list.len() > 1 {
        let v = list.pop().unwrap();
        total += v.norm();
    }
    total + list[0].y
}

macro_rules! tests {
    ($($name:ident)*) => {$(
        pastey::paste! {
            #[test]
            fn [<test_ $name>]() {
                check(
                    &(A, (B, 0.8)),
                    |(a, (b, k))| $name(*a, *b, *k),
                    |(a, (b, k))| {
                        let (v, (da, db, dk)) = [<$name _grad>](*a, *b, *k);
                        (v, (da, (db, dk)))
                    },
                    |(a, (b, k)), (ta, (tb, tk))| [<$name _jvp>](*a, *b, *k, *ta, *tb, *tk),
                );
            }
        }
    )*};
}

tests!(exchanged stacks);

#[backprop(jvp)]
fn written(#[grad] p: &Particle, k: f64) -> f64 {
    let mut own = p.clone();
    own.birth = 0.5;
    own.charge += 3;
    let mut made = Particle { birth: 4.0, mass: k, ..own.clone() };
    made.birth *= 2.0;
    own.mass * own.birth * k + made.mass * made.birth * made.at.x * f64::from(own.charge)
}

#[test]
fn constants_are_written() {
    check(
        &(particle(0.3), 0.7),
        |(p, k)| written(p, *k),
        |(p, k)| written_grad(p, *k),
        |(p, k), (tp, tk)| written_jvp(p, *k, tp, *tk),
    );
    let mut sum = zero_like(&particle(0.3));
    add_to(&mut sum, &written_grad(&particle(0.3), 0.7).1.0);
    assert_eq!((sum.birth, sum.charge), (2.0, -1));
}
