//! Loops and chains over what calls return whose types only rustc knows: functions of another crate, such as the array
//! operations of this one.

use backprop::{add, backprop, log_softmax, mul, relu, scale, sigmoid, softmax, tanh};

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn iterated(x: &[$F], k: $F) -> $F {
            let h = sigmoid(x);
            let mut sum = 0.0;
            for v in h.iter() {
                sum += v * v * k;
            }
            for v in &h {
                sum += *v;
            }
            for (i, &v) in h.iter().enumerate() {
                sum += v * x[i];
            }
            for v in h {
                sum += v.sin();
            }
            sum
        }
        case!($F $mode: iterated(slice x: -1.0..1.0 => vec![0.0; 4], by k: -1.0..1.0));

        #[backprop $options]
        pub fn chained(x: &[$F; 3], k: $F) -> $F {
            let h = tanh(x);
            let squares = h.iter().map(|v| v * v).sum::<$F>();
            let weighted: $F = h.iter().zip(x).map(|(h, x)| h * x + k).sum();
            let largest = h.iter().copied().fold(k, |a, b| if b > a { b } else { a });
            squares + weighted * largest + softmax(&h).iter().rev().skip(1).map(|p| p.ln()).sum::<$F>()
        }
        case!($F $mode: chained(to x: -1.0..1.0 => [0.0; 3], by k: -3.0..-2.0));

        #[backprop $options]
        pub fn of_temporaries(x: &[$F], y: &[$F]) -> $F {
            let mut sum = 0.0;
            for (a, b) in mul(x, y).iter().zip(&add(x, y)) {
                sum += a / (2.0 + b * b);
            }
            sum + scale(0.5, x).iter().map(|v| v.exp()).product::<$F>()
        }
        case!($F $mode: of_temporaries(slice x: -1.0..1.0 => vec![0.0; 3], slice y: -1.0..1.0 => vec![0.0; 3]));

        // Rows of rows.
        #[backprop $options]
        pub fn nested(x: &[[$F; 2]; 3]) -> $F {
            let p = log_softmax(x);
            let mut sum = 0.0;
            for row in &p {
                for v in row {
                    sum += v * v;
                }
                sum += row[0] * row[1];
            }
            for (row, target) in p.iter().zip([0usize, 1, 1]) {
                sum -= row[target];
            }
            sum
        }
        case!($F $mode: nested(to x: -1.0..1.0 => [[0.0; 2]; 3]));

        // In a loop that keeps what it needs, and in branches.
        #[backprop $options]
        pub fn repeated(x: &[$F], n: usize) -> $F {
            let mut state = x.to_vec();
            let mut sum = 0.0;
            for round in 0..n {
                let h = sigmoid(&state);
                if round % 2 == 0 {
                    for v in &h {
                        sum += v * v;
                    }
                }
                for (s, v) in state.iter_mut().zip(h.iter()) {
                    *s += 0.5 * v;
                }
            }
            sum
        }
        case!($F $mode: repeated(slice x: -1.0..1.0 => vec![0.0; 3]; 4));

        #[backprop $options]
        pub fn left_early(x: &[$F]) -> $F {
            let h = relu(x);
            let mut sum = 0.0;
            for v in h.iter() {
                if sum > 1.0 {
                    break;
                }
                if *v == 0.0 {
                    continue;
                }
                sum += v.sqrt();
            }
            sum
        }
        case!($F $mode: left_early(slice x: 0.5..1.5 => vec![0.0; 5]));
    };
}

instances!(functions);
