//! Operations inside of longer functions: in loops and branches, one behind the other, with results that are indexed.

use backprop::backprop;
use backprop::ops::{
    add, layer_norm, leaky_relu, matmul, matmul_flat, matvec, mean, norm, relu, scale, sigmoid,
    softmax_cross_entropy, sum, tanh,
};

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn network(w: &[[$F; 2]; 3], b: &[$F; 3], v: &[[$F; 3]; 2], points: &[[$F; 2]], classes: &[usize]) -> $F {
            let mut loss = 0.0;
            for i in 0..points.len() {
                let hidden = tanh(&add(&matvec(w, &points[i]), b));
                let logits = matvec(v, &hidden);
                loss += softmax_cross_entropy(&logits, classes[i]);
            }
            loss / points.len() as $F
        }
        #[backprop $options]
        pub fn network_loops(w: &[[$F; 2]; 3], b: &[$F; 3], v: &[[$F; 3]; 2], points: &[[$F; 2]], classes: &[usize]) -> $F {
            let mut loss = 0.0;
            for n in 0..points.len() {
                let mut hidden = *b;
                for i in 0..3 {
                    for j in 0..2 {
                        hidden[i] += w[i][j] * points[n][j];
                    }
                    hidden[i] = hidden[i].tanh();
                }
                let mut logits = [0.0; 2];
                for i in 0..2 {
                    for j in 0..3 {
                        logits[i] += v[i][j] * hidden[j];
                    }
                }
                loss += (logits[0].exp() + logits[1].exp()).ln() - logits[classes[n]];
            }
            loss / points.len() as $F
        }
        beside!($F $mode: network ~ network_loops(
            to w: -1.0..1.0 => [[0.0; 2]; 3], to b: -1.0..1.0 => [0.0; 3], to v: -1.0..1.0 => [[0.0; 3]; 2],
            slice points: -1.0..1.0 => vec![[0.0; 2]; 3]; &[0, 1, 1]));

        #[backprop $options]
        pub fn in_branches(x: &[$F; 3], choice: usize) -> $F {
            if choice == 0 {
                norm(x)
            } else if x[0] > 0.0 {
                sum(&relu(x)) * x[1]
            } else {
                let y = sigmoid(x);
                y[0] * y[2]
            }
        }
        case!($F $mode: in_branches(to x: -1.0..1.0 => [0.0; 3]; 1));

        #[backprop $options]
        pub fn carried_by_a_loop(m: &[[$F; 2]; 2], x: &[$F; 2], steps: usize) -> [$F; 2] {
            let mut y = *x;
            for _ in 0..steps {
                y = scale(0.5, &matvec(m, &y));
            }
            y
        }
        case!($F $mode: vjp carried_by_a_loop(
            to m: -1.0..1.0 => [[0.0; 2]; 2], to x: -1.0..1.0 => [0.0; 2]; 3));

        #[backprop $options]
        pub fn results_indexed(a: &[Vec<$F>], b: &[Vec<$F>]) -> $F {
            let c = matmul(a, b);
            let mut trace = 0.0;
            for i in 0..c.len() {
                trace += c[i][i];
            }
            trace + mean(&c[0])
        }
        case!($F $mode: results_indexed(
            slice a: -1.0..1.0 => vec![vec![0.0; 3]; 2], slice b: -1.0..1.0 => vec![vec![0.0; 2]; 3]));

        fn made(n: usize) -> Vec<$F> {
            vec![n as $F - 1.5, 2.0, -1.0 / (n + 1) as $F]
        }

        #[backprop $options]
        pub fn argument_made_in_the_call(w: &[[$F; 3]; 2], n: usize) -> $F {
            norm(&matvec(w, &made(n))) * sum(&matvec(w, &made(n + 1).clone()))
        }
        #[backprop $options]
        pub fn argument_made_before(w: &[[$F; 3]; 2], n: usize) -> $F {
            let (a, b) = (made(n), made(n + 1));
            let (mut squares, mut total) = (0.0, 0.0);
            for r in 0..2 {
                let mut y = 0.0;
                for c in 0..3 {
                    y += w[r][c] * a[c];
                    total += w[r][c] * b[c];
                }
                squares += y * y;
            }
            squares.sqrt() * total
        }
        beside!($F $mode: argument_made_in_the_call ~ argument_made_before(to w: -1.0..1.0 => [[0.0; 3]; 2]; 3));

        #[backprop $options]
        pub fn with_a_made_argument(w: &[[$F; 3]; 2], #[no_grad] x: &[$F]) -> [$F; 2] {
            matvec(w, &x.to_vec())
        }
        #[backprop $options]
        pub fn calls_one_with_a_made_argument(w: &[[$F; 3]; 2], #[no_grad] x: &[$F; 3]) -> $F {
            let mut total = 1.0;
            for i in 0..3 {
                total *= norm(&with_a_made_argument(w, x)) + sum(&matvec(w, &[i as $F, 1.0, -1.0]));
            }
            total
        }
        case!($F $mode: calls_one_with_a_made_argument(to w: 0.5..1.0 => [[0.0; 3]; 2]; &[1.0, -0.5, 0.25]));

        const SLOPE: $F = 0.25;
        const INNER: usize = 2;

        #[backprop $options]
        pub fn with_named_constants(x: &[$F; 4]) -> $F {
            let y = leaky_relu(x, SLOPE);
            let z = matmul_flat(&y, &y, INNER);
            softmax_cross_entropy(&z, INNER) + sum(&layer_norm(&z, x, x, SLOPE))
        }
        case!($F $mode: with_named_constants(to x: -2.0..2.0 => [0.0; 4]));
    };
}
both!(functions);
