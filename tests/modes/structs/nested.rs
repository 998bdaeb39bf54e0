//! Structs in arrays, `Vec`s, tuples and boxes, and such things in structs.

use super::vectors::{A, B, V3};
use super::*;

/// What the structs of another module, in a file of its own, are used for.
mod elsewhere {
    #[derive(Clone, Debug, PartialEq, backprop::Differentiable)]
    pub struct Params {
        pub weights: Vec<f64>,
        pub bias: f64,
        #[no_grad]
        pub decay: f64,
    }
}
use self::elsewhere::Params;

leaves!(Params { weights, bias });

fn params() -> Params {
    Params { weights: vec![0.4, -0.3, 0.9], bias: 0.2, decay: 0.1 }
}

#[backprop(jvp)]
fn imported(#[grad] p: &Params, #[no_grad] x: &[f64]) -> f64 {
    let mut y = p.bias;
    for (w, v) in p.weights.iter().zip(x) {
        y += w * v + p.decay * w * w;
    }
    y.tanh()
}

#[test]
fn of_another_module() {
    let x = [0.2, 0.8, -0.6];
    check(&params(), |p| imported(p, &x), |p| imported_grad(p, &x), |p, t| imported_jvp(p, &x, t));
}

#[backprop(jvp)]
fn rows(#[grad] rows: &Vec<Vec<V3>>, k: f64) -> f64 {
    let mut total = 0.0;
    for (i, row) in rows.iter().enumerate() {
        for v in row {
            total += v.x * k - v.y * v.z * i as f64;
        }
        total += row[0].dot(&rows[0][1]);
    }
    total
}

#[test]
fn nested_vecs() {
    check(
        &(vec![vec![A, B], vec![B, A, B]], 0.3),
        |(r, k)| rows(r, *k),
        |(r, k)| rows_grad(r, *k),
        |(r, k), (tr, tk)| rows_jvp(r, *k, tr, *tk),
    );
}

#[backprop(jvp)]
fn array(#[grad] ps: [V3; 3]) -> f64 {
    let [a, b, c] = ps;
    let mut own = [a, c, b];
    own[1].x += a.y;
    own[0] = own[2].cross(&own[1]);
    own.swap(0, 1);
    own[0].x * own[1].y + own[2].norm()
}

#[test]
fn arrays() {
    check(&[A, B, V3::new(0.1, 0.2, 0.3)], |p| array(*p), |p| array_grad(*p), |p, t| array_jvp(*p, *t));
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Mixed {
    pair: (f64, V3),
    list: Vec<(f64, f64)>,
    boxed: Box<Params>,
    number: Box<f64>,
    #[no_grad]
    choice: Option<f64>,
    labels: Vec<String>,
}

impl Leaves for Mixed {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.pair.visit(f);
        self.list.visit(f);
        (*self.boxed).visit(f);
        f(&mut self.number);
    }
}

fn mixed_value() -> Mixed {
    Mixed {
        pair: (0.7, A),
        list: vec![(0.1, 0.5), (-0.3, 0.8)],
        boxed: Box::new(params()),
        number: Box::new(1.7),
        choice: Some(0.5),
        labels: vec!["a".to_string()],
    }
}

#[backprop(jvp)]
fn tuples(#[grad] m: &Mixed) -> f64 {
    let (k, v) = &m.pair;
    let mut total = k * v.norm() + m.pair.1.x;
    for (a, b) in &m.list {
        total += a * b * k;
    }
    total + m.list[1].0 * m.pair.0
}

#[backprop(jvp)]
fn boxes(#[grad] m: &Mixed) -> f64 {
    let mut total = m.boxed.bias * *m.number;
    for w in &m.boxed.weights {
        total += w * w * m.boxed.decay;
    }
    total + m.choice.unwrap_or(1.0) * m.pair.0 + m.labels.len() as f64
}

#[test]
fn tuples_in_fields() {
    check(&mixed_value(), tuples, tuples_grad, tuples_jvp);
}

#[test]
fn boxes_in_fields() {
    check(&mixed_value(), boxes, boxes_grad, boxes_jvp);
}
