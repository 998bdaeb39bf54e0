//! Reading and writing fields, nested ones, literals with a rest, patterns.

use super::*;

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Layer {
    pub weights: Vec<Vec<f64>>,
    pub bias: [f64; 2],
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Network {
    pub first: Layer,
    pub rest: Vec<Layer>,
    pub scale: f64,
    #[no_grad]
    pub temperature: f64,
    pub steps: usize,
    pub name: String,
}

leaves!(Layer { weights, bias });
leaves!(Network { first, rest, scale });

pub fn layer(seed: f64) -> Layer {
    let weight = |i: usize, j: usize| ((i * 3 + j) as f64 + seed).sin();
    Layer {
        weights: (0..2).map(|i| (0..2).map(|j| weight(i, j)).collect()).collect(),
        bias: [seed * 0.1, 0.2],
    }
}

pub fn network() -> Network {
    Network {
        first: layer(0.3),
        rest: vec![layer(1.1), layer(2.7)],
        scale: 0.8,
        temperature: 1.5,
        steps: 3,
        name: "small".to_string(),
    }
}

pub const X: [f64; 2] = [0.4, -0.9];

#[backprop(jvp)]
fn run(#[grad] net: &Network, #[no_grad] x: &[f64; 2]) -> f64 {
    let mut h = [0.0; 2];
    for i in 0..2 {
        h[i] = net.first.bias[i];
        for j in 0..2 {
            h[i] += net.first.weights[i][j] * x[j];
        }
        h[i] = h[i].tanh();
    }
    for l in &net.rest {
        let mut next = l.bias;
        for (i, row) in l.weights.iter().enumerate() {
            for (w, v) in row.iter().zip(&h) {
                next[i] += w * v;
            }
        }
        h = next;
    }
    let mut total = 0.0;
    for k in 0..net.steps {
        total += (h[0] * net.scale + k as f64 * h[1]) / net.temperature;
    }
    total + net.name.len() as f64
}

#[test]
fn nested_fields() {
    check(&network(), |n| run(n, &X), |n| run_grad(n, &X), |n, t| run_jvp(n, &X, t));
}

#[test]
fn passive_fields_are_copied() {
    let (_, g) = run_grad(&network(), &X);
    assert_eq!((g.temperature, g.steps, g.name.as_str()), (1.5, 3, "small"));
}

#[test]
fn buffers_of_structs_are_overwritten() {
    let net = network();
    let mut g = zero_like(&net);
    g.scale = 7.0;
    g.rest[1].bias = [5.0, 5.0];
    let value = run_grad_into(&net, &X, &mut g);
    assert_eq!((value, g), run_grad(&net, &X));
}

#[test]
#[should_panic(expected = "the gradient buffer of `net.rest` has length 1, but `net.rest` has length 2")]
fn lengths_in_buffers_are_checked() {
    let net = network();
    let mut g = zero_like(&net);
    g.rest.pop();
    run_grad_into(&net, &X, &mut g);
}

/// Writes to fields of a local.
#[backprop(jvp)]
fn written(#[grad] net: &Network, y: f64) -> f64 {
    let mut own = net.clone();
    own.scale *= y;
    own.first.bias[1] = own.scale * y;
    own.first.bias[0] += y;
    own.rest[0].weights[1][0] -= own.first.bias[1];
    own.rest[1] = own.first.clone();
    own.first.weights[0][1] = 0.5;
    own.scale
        + own.rest[1].bias[1] * own.first.bias[0]
        + own.rest[0].weights[1][0] * own.first.weights[0][0]
        + own.first.weights[0][1] * y
}

#[test]
fn fields_are_written() {
    let p = (network(), 0.6);
    check(
        &p,
        |(n, y)| written(n, *y),
        |(n, y)| {
            let (v, (dn, dy)) = written_grad(n, *y);
            (v, (dn, dy))
        },
        |(n, y), (tn, ty)| written_jvp(n, *y, tn, *ty),
    );
}

#[backprop(jvp)]
fn literal(#[grad] base: &Layer, y: f64) -> f64 {
    let l = Layer { bias: [y, y * y], ..base.clone() };
    let m = Layer { weights: vec![vec![y, 1.0], l.bias.to_vec()], bias: base.bias };
    let Layer { weights, bias: [a, b] } = &m;
    weights[1][0] * a + weights[0][0] * b + l.weights[1][1] * l.bias[1]
}

#[test]
fn literals_and_patterns() {
    check(
        &(layer(0.9), 0.7),
        |(l, y)| literal(l, *y),
        |(l, y)| literal_grad(l, *y),
        |(l, y), (tl, ty)| literal_jvp(l, *y, tl, *ty),
    );
}

#[backprop(jvp)]
fn chosen(#[grad] a: &Layer, #[grad] b: &Layer, y: f64) -> f64 {
    let l = if y > 0.0 { Layer { bias: [y, 2.0], ..a.clone() } } else { b.clone() };
    let mut sum = 0.0;
    for i in 0..2 {
        sum += l.bias[i] * l.weights[i][1];
    }
    if y > 1.0 {
        return sum * sum;
    }
    sum * y
}

#[test]
fn branches() {
    for y in [0.8, -0.8, 1.3] {
        check(
            &(layer(0.9), (layer(1.9), y)),
            |(a, (b, y))| chosen(a, b, *y),
            |(a, (b, y))| {
                let (v, (da, db, dy)) = chosen_grad(a, b, *y);
                (v, (da, (db, dy)))
            },
            |(a, (b, y)), (ta, (tb, ty))| chosen_jvp(a, b, *y, ta, tb, *ty),
        );
    }
}

/// A slice of structs.
#[backprop(jvp)]
fn slice(#[grad] layers: &[Layer], y: f64) -> f64 {
    let sum: f64 = layers.iter().map(|l| l.bias[0] * l.weights[0][0] * y).sum();
    let mut last = y;
    for l in layers.iter().rev() {
        last = last * l.bias[1] + layers[0].weights[1][1];
    }
    sum + last
}

#[test]
fn slices_of_structs() {
    check(
        &(vec![layer(0.9), layer(0.1), layer(0.4)], 0.7),
        |(l, y)| slice(l, *y),
        |(l, y)| slice_grad(l, *y),
        |(l, y), (tl, ty)| slice_jvp(l, *y, tl, *ty),
    );
}

/// A loop that carries a struct.
#[backprop(jvp)]
fn carried(#[grad] start: Layer, y: f64) -> f64 {
    let mut l = start;
    for k in 0..3 {
        let next = Layer { bias: [l.bias[1] * y, l.bias[0] + y], ..l.clone() };
        l = next;
        l.weights[0][k % 2] *= l.bias[0];
    }
    l.bias[0] * l.weights[0][0] + l.weights[0][1]
}

#[test]
fn loops_carry_structs() {
    check(
        &(layer(0.9), 0.7),
        |(l, y)| carried(l.clone(), *y),
        |(l, y)| carried_grad(l.clone(), *y),
        |(l, y), (tl, ty)| carried_jvp(l.clone(), *y, tl.clone(), *ty),
    );
}
