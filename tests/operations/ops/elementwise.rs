//! Functions of each number, and arithmetic number by number.

use backprop::backprop;
use backprop::ops::{add, div, mul, scale, sub};
use backprop::ops::{gelu, leaky_relu, log_sigmoid, relu, sigmoid, silu, softplus, tanh};

/// Tests of one function of a number in all forms; the number's formula is what the loops compute.
macro_rules! each {
    ($F:ident $mode:ident $options:tt $($name:ident |$x:ident| $formula:expr;)*) => {$(pastey::paste! {
        #[backprop $options]
        pub fn [<$name _of_a_number>](x: $F) -> $F {
            $name(x * 0.5) * x
        }
        #[backprop $options]
        pub fn [<$name _of_a_number_loops>](x: $F) -> $F {
            let $x = x * 0.5;
            let y = $formula;
            y * x
        }
        beside!($F $mode: [<$name _of_a_number>] ~ [<$name _of_a_number_loops>](by x: -3.0..3.0));

        #[backprop $options]
        pub fn [<$name _of_an_array>](x: &[$F; 5]) -> [$F; 5] {
            $name(x)
        }
        #[backprop $options]
        pub fn [<$name _of_an_array_loops>](x: &[$F; 5]) -> [$F; 5] {
            let mut y = [0.0; 5];
            for i in 0..5 {
                let $x = x[i];
                y[i] = $formula;
            }
            y
        }
        beside!($F $mode: vjp [<$name _of_an_array>] ~ [<$name _of_an_array_loops>](
            to x: -3.0..3.0 => [0.0; 5]));

        #[backprop $options]
        pub fn [<$name _of_a_slice>](x: &[$F]) -> Vec<$F> {
            $name(x)
        }
        #[backprop $options]
        pub fn [<$name _of_a_slice_loops>](x: &[$F]) -> Vec<$F> {
            let mut y = vec![0.0; x.len()];
            for i in 0..x.len() {
                let $x = x[i];
                y[i] = $formula;
            }
            y
        }
        beside!($F $mode: vjp [<$name _of_a_slice>] ~ [<$name _of_a_slice_loops>](
            slice x: -3.0..3.0 => vec![0.0; 6]));

        #[backprop $options]
        pub fn [<$name _of_nested_arrays>](x: [[$F; 2]; 3]) -> [[$F; 2]; 3] {
            $name(&x)
        }
        case!($F $mode: vjp [<$name _of_nested_arrays>](by x: -3.0..3.0 => [[0.0; 2]; 3]));

        #[backprop $options]
        pub fn [<$name _of_nested_vecs>](x: Vec<Vec<$F>>) -> Vec<Vec<$F>> {
            $name(&x)
        }
        case!($F $mode: vjp [<$name _of_nested_vecs>](by x: -3.0..3.0 => vec![vec![0.0; 2], vec![0.0]]));
    })*};
}

/// Tests of arithmetic with two operands.
macro_rules! arithmetic {
    ($F:ident $mode:ident $options:tt $($name:ident $operator:tt;)*) => {$(pastey::paste! {
        #[backprop $options]
        pub fn [<$name _numbers>](a: $F, b: $F) -> $F {
            $name(a, b) * a
        }
        case!($F $mode: [<$name _numbers>](by a: 0.5..2.0, by b: 0.5..2.0));

        #[backprop $options]
        pub fn [<$name _arrays>](a: &[$F; 3], b: &[$F; 3]) -> [$F; 3] {
            $name(a, b)
        }
        #[backprop $options]
        pub fn [<$name _arrays_loops>](a: &[$F; 3], b: &[$F; 3]) -> [$F; 3] {
            let mut y = [0.0; 3];
            for i in 0..3 {
                y[i] = a[i] $operator b[i];
            }
            y
        }
        beside!($F $mode: vjp [<$name _arrays>] ~ [<$name _arrays_loops>](
            to a: -2.0..2.0 => [0.0; 3], to b: 0.5..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn [<$name _slices>](a: &[$F], b: &[$F]) -> Vec<$F> {
            $name(a, b)
        }
        case!($F $mode: vjp [<$name _slices>](
            slice a: -2.0..2.0 => vec![0.0; 3], slice b: 0.5..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn [<$name _nested>](a: [[$F; 2]; 2], b: Vec<[$F; 2]>) -> [[$F; 2]; 2] {
            $name(&a, &b)
        }
        case!($F $mode: vjp [<$name _nested>](
            by a: -2.0..2.0 => [[0.0; 2]; 2], by b: 0.5..2.0 => vec![[0.0; 2]; 2]));

        #[backprop $options]
        pub fn [<$name _to_itself>](a: &[$F; 3]) -> [$F; 3] {
            $name(a, a)
        }
        case!($F $mode: vjp [<$name _to_itself>](to a: 0.5..2.0 => [0.0; 3]));
    })*};
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        each! { $F $mode $options
            relu |x| if x < 0.0 { 0.0 } else { x };
            sigmoid |x| 1.0 / (1.0 + (-x).exp());
            log_sigmoid |x| -(1.0 + (-x).exp()).ln();
            tanh |x| x.tanh();
            softplus |x| (1.0 + x.exp()).ln();
            gelu |x| 0.5 * x * (1.0 + (0.797_884_560_802_865_4 * (x + 0.044_715 * x * x * x)).tanh());
            silu |x| x / (1.0 + (-x).exp());
        }
        arithmetic! { $F $mode $options
            add +;
            sub -;
            mul *;
            div /;
        }

        #[backprop $options]
        pub fn scaled(factor: $F, x: &[$F]) -> Vec<$F> {
            scale(factor, x)
        }
        #[backprop $options]
        pub fn scaled_loops(factor: $F, x: &[$F]) -> Vec<$F> {
            let mut y = x.to_vec();
            for i in 0..x.len() {
                y[i] *= factor;
            }
            y
        }
        beside!($F $mode: vjp scaled ~ scaled_loops(by factor: -2.0..2.0, slice x: -2.0..2.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn scaled_nested(factor: $F, x: &[[$F; 3]; 2]) -> [[$F; 3]; 2] {
            scale(factor, x)
        }
        case!($F $mode: vjp scaled_nested(by factor: -2.0..2.0, to x: -2.0..2.0 => [[0.0; 3]; 2]));

        #[backprop $options]
        pub fn leaky(x: &[$F; 6], slope: $F) -> [$F; 6] {
            leaky_relu(x, slope)
        }
        #[backprop $options]
        pub fn leaky_loops(x: &[$F; 6], slope: $F) -> [$F; 6] {
            let mut y = *x;
            for i in 0..6 {
                if y[i] < 0.0 {
                    y[i] *= slope;
                }
            }
            y
        }
        beside!($F $mode: vjp leaky ~ leaky_loops(to x: -2.0..2.0 => [0.0; 6], by slope: 0.1..0.9));

        #[backprop $options]
        pub fn leaky_with_a_constant(x: Vec<Vec<$F>>) -> Vec<Vec<$F>> {
            leaky_relu(&x, 0.125)
        }
        case!($F $mode: vjp leaky_with_a_constant(by x: -2.0..2.0 => vec![vec![0.0; 2]; 2]));
    };
}
both!(functions);
