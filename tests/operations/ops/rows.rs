//! Functions of rows.

use backprop::backprop;
use backprop::ops::{layer_norm, log_softmax, softmax};

/// What is added to the variance, as a constant with a name.
const SMALL: f64 = 1e-5;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn softmax_of_an_array(x: &[$F; 4]) -> [$F; 4] {
            softmax(x)
        }
        #[backprop $options]
        pub fn softmax_of_an_array_loops(x: &[$F; 4]) -> [$F; 4] {
            let mut y = [0.0; 4];
            let mut total = 0.0;
            for i in 0..4 {
                y[i] = x[i].exp();
                total += y[i];
            }
            for i in 0..4 {
                y[i] /= total;
            }
            y
        }
        beside!($F $mode: vjp softmax_of_an_array ~ softmax_of_an_array_loops(to x: -3.0..3.0 => [0.0; 4]));

        #[backprop $options]
        pub fn log_softmax_of_an_array(x: &[$F; 4]) -> [$F; 4] {
            log_softmax(x)
        }
        #[backprop $options]
        pub fn log_softmax_of_an_array_loops(x: &[$F; 4]) -> [$F; 4] {
            let mut total = 0.0;
            for i in 0..4 {
                total += x[i].exp();
            }
            let mut y = *x;
            for i in 0..4 {
                y[i] -= total.ln();
            }
            y
        }
        beside!($F $mode: vjp log_softmax_of_an_array ~ log_softmax_of_an_array_loops(
            to x: -3.0..3.0 => [0.0; 4]));

        #[backprop $options]
        pub fn softmax_of_rows(x: &[Vec<$F>]) -> Vec<Vec<$F>> {
            softmax(x)
        }
        case!($F $mode: vjp softmax_of_rows(slice x: -3.0..3.0 => vec![vec![0.0; 2], vec![0.0; 3], vec![]]));

        #[backprop $options]
        pub fn softmax_of_array_rows(x: [[$F; 3]; 2]) -> [[$F; 3]; 2] {
            softmax(&x)
        }
        case!($F $mode: vjp softmax_of_array_rows(by x: -3.0..3.0 => [[0.0; 3]; 2]));

        #[backprop $options]
        pub fn log_softmax_of_rows(x: &[[$F; 3]]) -> Vec<[$F; 3]> {
            log_softmax(x)
        }
        case!($F $mode: vjp log_softmax_of_rows(slice x: -3.0..3.0 => vec![[0.0; 3]; 2]));

        #[backprop $options]
        pub fn softmax_of_a_vec(x: Vec<$F>) -> Vec<$F> {
            softmax(&x)
        }
        case!($F $mode: vjp softmax_of_a_vec(by x: -3.0..3.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn normalised(x: &[$F; 5], gain: &[$F; 5], bias: &[$F; 5]) -> [$F; 5] {
            layer_norm(x, gain, bias, 1e-3)
        }
        #[backprop $options]
        pub fn normalised_loops(x: &[$F; 5], gain: &[$F; 5], bias: &[$F; 5]) -> [$F; 5] {
            let mut mean = 0.0;
            for i in 0..5 {
                mean += x[i] / 5.0;
            }
            let mut variance = 0.0;
            for i in 0..5 {
                variance += (x[i] - mean) * (x[i] - mean) / 5.0;
            }
            let mut y = [0.0; 5];
            for i in 0..5 {
                y[i] = (x[i] - mean) / (variance + 1e-3).sqrt() * gain[i] + bias[i];
            }
            y
        }
        beside!($F $mode: vjp normalised ~ normalised_loops(to x: -2.0..2.0 => [0.0; 5],
            to gain: -2.0..2.0 => [0.0; 5], to bias: -2.0..2.0 => [0.0; 5]));

        #[backprop $options]
        pub fn normalised_rows(x: &[Vec<$F>], gain: &[$F], bias: Vec<$F>) -> Vec<Vec<$F>> {
            layer_norm(x, gain, &bias, SMALL as $F)
        }
        case!($F $mode: vjp normalised_rows(slice x: -2.0..2.0 => vec![vec![0.0; 3]; 2],
            slice gain: -2.0..2.0 => vec![0.0; 3], by bias: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn normalised_arrays(x: [[[$F; 3]; 2]; 2], gain: &[$F; 3], #[no_grad] bias: &[$F]) -> [[[$F; 3]; 2]; 2] {
            let mut y = x;
            for _ in 0..2 {
                y = layer_norm(&y, gain, bias, 1e-2);
            }
            y
        }
        case!($F $mode: vjp normalised_arrays(by x: -2.0..2.0 => [[[0.0; 3]; 2]; 2],
            to gain: 0.5..2.0 => [0.0; 3]; &[0.5, 0.25, -1.0]));

        #[backprop $options]
        pub fn normalised_with_a_constant_variable(x: Vec<$F>, #[no_grad] epsilon: $F) -> Vec<$F> {
            layer_norm(&x, &[1.0 as $F, 2.0, -1.0], &[0.0 as $F; 3], epsilon)
        }
        case!($F $mode: vjp normalised_with_a_constant_variable(by x: -2.0..2.0 => vec![0.0; 3]; 0.25));
    };
}
both!(functions);
