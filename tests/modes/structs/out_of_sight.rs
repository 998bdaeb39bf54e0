//! Structs whose fields the macro can't see, since the functions come out of a macro: what is in a field is left to rustc.

use super::fields::{Layer, Network, X, layer, network};
use super::*;

macro_rules! functions {
    ($name:ident ($($options:tt)*)) => {
        mod $name {
            use super::*;

            #[backprop($($options)*)]
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
                    let mut next = [l.bias[0], l.bias[1]];
                    for (i, row) in l.weights.iter().enumerate() {
                        for (w, v) in row.iter().zip(&h) {
                            next[i] += w * v;
                        }
                    }
                    h = next;
                }
                let mut total = 0.0;
                for k in 0..net.steps {
                    total += h[0] * net.scale + k as f64 * h[1];
                }
                total + net.rest.len() as f64
            }

            #[test]
            fn reads() {
                check(&network(), |n| run(n, &X), |n| run_grad(n, &X), |n, t| run_jvp(n, &X, t));
            }

            #[backprop($($options)*)]
            fn written(#[grad] net: &Network, y: f64) -> f64 {
                let mut own = net.clone();
                own.scale *= y;
                own.first.bias[1] = own.scale * y;
                own.first.bias[0] += y;
                own.rest[0].weights[1][0] -= own.first.bias[1];
                own.rest[1] = own.first.clone();
                own.first.weights[0][1] = 0.5;
                own.scale + own.rest[1].bias[1] * own.first.bias[0]
                    + own.rest[0].weights[1][0] * own.first.weights[0][0]
                    + own.first.weights[0][1] * y
            }

            #[test]
            fn writes() {
                check(
                    &(network(), 0.6),
                    |(n, y)| written(n, *y),
                    |(n, y)| written_grad(n, *y),
                    |(n, y), (tn, ty)| written_jvp(n, *y, tn, *ty),
                );
            }

            #[backprop($($options)*)]
            fn literal(#[grad] base: &Layer, y: f64) -> f64 {
                let l = Layer { bias: [y, y * y], ..base.clone() };
                let m = Layer { weights: vec![vec![y, 1.0], vec![l.bias[0], l.bias[1]]], bias: base.bias };
                let Layer { weights, bias: [a, b] } = &m;
                weights[1][0] * a + weights[0][0] * b + l.weights[1][1] * l.bias[1]
            }

            #[test]
            fn literals() {
                check(
                    &(layer(0.9), 0.7),
                    |(l, y)| literal(l, *y),
                    |(l, y)| literal_grad(l, *y),
                    |(l, y), (tl, ty)| literal_jvp(l, *y, tl, *ty),
                );
            }
        }
    };
}

functions!(simplified(jvp));
functions!(unsimplified(jvp, no_simplify));
