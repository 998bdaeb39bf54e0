//! Structs that several ways lead to: early returns, breaks with values, loops, `Option`s; and lent ones that change.

use super::vectors::{A, B, V3};
use super::*;

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Body {
    pub position: V3,
    pub masses: Vec<f64>,
    pub name: String,
    #[no_grad]
    pub scale: f64,
}

impl Leaves for Body {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.position.visit(f);
        self.masses.visit(f);
    }
}

fn bodies() -> Vec<Body> {
    let body = |v: V3, m: f64| Body { position: v, masses: vec![m, 2.0 * m], name: "b".into(), scale: 2.0 };
    vec![body(A, 0.5), body(B, 1.5), body(A.plus(B), 0.7)]
}

#[backprop(jvp)]
fn first_beyond(#[grad] bodies: &[Body], limit: f64) -> Body {
    for b in bodies {
        if b.position.norm() * b.scale > limit {
            return Body { position: b.position.scale(limit), ..b.clone() };
        }
    }
    bodies[0].clone()
}

#[backprop(jvp)]
fn searched(#[grad] bodies: &[Body], limit: f64) -> f64 {
    let found = first_beyond(bodies, limit);
    let mut i = 0;
    let other = loop {
        i += 1;
        if bodies[i].masses[0] > 0.6 {
            break bodies[i].clone();
        }
        if i > 1 {
            break found.clone();
        }
    };
    found.position.dot(&other.position) * found.masses[1] + other.masses[0] * limit
}

#[test]
fn structs_out_of_loops() {
    for limit in [0.5, 2.7, 100.0] {
        check(
            &(bodies(), limit),
            |(b, k)| searched(b, *k),
            |(b, k)| searched_grad(b, *k),
            |(b, k), (tb, tk)| searched_jvp(b, *k, tb, *tk),
        );
    }
}

#[backprop(jvp)]
fn nearest(#[grad] bodies: &[Body], #[grad] to: &V3) -> Option<Body> {
    let mut best = bodies.first()?.clone();
    for b in &bodies[1..] {
        if b.position.dot(to) > best.position.dot(to) {
            best = b.clone();
        }
    }
    Some(best)
}

#[backprop(jvp)]
fn step(#[grad] body: &mut Body, k: f64) {
    body.position.x += k * body.masses[0];
    for m in body.masses.iter_mut() {
        *m *= k;
    }
}

#[backprop(jvp)]
fn through_options(#[grad] bodies: &[Body], k: f64) -> Option<f64> {
    let mut near = nearest(bodies, &V3 { x: k, y: 1.0, z: 0.0 })?;
    step(&mut near, k);
    step(&mut near, 0.5);
    Some(near.position.x * near.masses[1])
}

#[test]
fn options_of_structs() {
    check(
        &(bodies(), 0.8),
        |(b, k)| through_options(b, *k).unwrap(),
        |(b, k)| through_options_grad(b, *k).unwrap(),
        |(b, k), (tb, tk)| through_options_jvp(b, *k, tb, *tk).unwrap(),
    );
    assert_eq!(through_options_grad(&[], 1.0), None);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Knots {
    pub values: Vec<f64>,
    pub weight: f64,
}

leaves!(Knots { values, weight });

/// A variable is overwritten by what has a `Vec` of another length.
#[backprop(jvp)]
fn refined(#[grad] start: &Knots, k: f64) -> f64 {
    let mut knots = start.clone();
    knots = Knots { values: vec![knots.values[0], knots.values[1], knots.values[0] * k], ..knots };
    for i in 0..3 {
        let mut values = knots.values.clone();
        values.insert(1, values[i] * values[0] * k);
        let next = Knots { values, weight: knots.weight * k };
        if i == 1 {
            knots = next;
        } else {
            let mut pair = (next.clone(), k);
            pair.0 = knots;
            pair.0.values.push(next.weight);
            knots = pair.0;
        }
    }
    let mut sum = knots.weight;
    for (i, v) in knots.values.iter().enumerate() {
        sum += v * v * (i as f64 + k);
    }
    sum
}

#[test]
fn lengths_in_structs_change() {
    check(
        &(Knots { values: vec![0.7, -0.4], weight: 1.3 }, 0.9),
        |(b, k)| refined(b, *k),
        |(b, k)| refined_grad(b, *k),
        |(b, k), (tb, tk)| refined_jvp(b, *k, tb, *tk),
    );
}
