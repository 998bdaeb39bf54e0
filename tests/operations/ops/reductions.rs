//! Reductions to one number.

use backprop::backprop;
use backprop::ops::{binary_cross_entropy_with_logits, dot, log_sum_exp, mean, mse, norm, norm_squared, sum};

/// Tests of a reduction; the loops begin with `zero`, go on with `step`, and end with `end` of the total and the number.
macro_rules! reductions {
    ($F:ident $mode:ident $options:tt
        $($name:ident |$x:ident| $step:expr, |$total:ident, $n:ident| $end:expr;)*) => {$(pastey::paste! {
        #[backprop $options]
        pub fn [<$name _of_an_array>](x: &[$F; 5]) -> $F {
            $name(x)
        }
        #[backprop $options]
        pub fn [<$name _of_an_array_loops>](x: &[$F; 5]) -> $F {
            let mut $total = 0.0;
            for i in 0..5 {
                let $x = x[i];
                $total += $step;
            }
            let $n = 5.0;
            let _ = $n;
            $end
        }
        beside!($F $mode: [<$name _of_an_array>] ~ [<$name _of_an_array_loops>](to x: -2.0..2.0 => [0.0; 5]));

        #[backprop $options]
        pub fn [<$name _of_nested_slices>](x: &[Vec<$F>]) -> $F {
            $name(x)
        }
        #[backprop $options]
        pub fn [<$name _of_nested_slices_loops>](x: &[Vec<$F>]) -> $F {
            let mut $total = 0.0;
            let mut $n = 0.0;
            for row in x {
                for i in 0..row.len() {
                    let $x = row[i];
                    $total += $step;
                    $n += 1.0;
                }
            }
            let _ = $n;
            $end
        }
        beside!($F $mode: [<$name _of_nested_slices>] ~ [<$name _of_nested_slices_loops>](
            slice x: -2.0..2.0 => vec![vec![0.0; 3], vec![0.0], vec![0.0; 2]]));

        #[backprop $options]
        pub fn [<$name _of_a_slice>](x: &[$F]) -> $F {
            $name(x) * x[0] + $name(&x[1..3])
        }
        case!($F $mode: [<$name _of_a_slice>](slice x: -2.0..2.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn [<$name _of_arrays_in_arrays>](x: [[$F; 2]; 2]) -> $F {
            $name(&x)
        }
        case!($F $mode: [<$name _of_arrays_in_arrays>](by x: -2.0..2.0 => [[0.0; 2]; 2]));

        #[backprop $options]
        pub fn [<$name _of_a_number>](x: $F) -> $F {
            $name(x) * x
        }
        case!($F $mode: [<$name _of_a_number>](by x: 0.5..2.0));
    })*};
}

/// Tests of a reduction of two shapes.
macro_rules! pairwise {
    ($F:ident $mode:ident $options:tt
        $($name:ident |$a:ident, $b:ident| $step:expr, |$total:ident, $n:ident| $end:expr;)*) => {$(pastey::paste! {
        #[backprop $options]
        pub fn [<$name _of_slices>](a: &[$F], b: &[$F]) -> $F {
            $name(a, b)
        }
        #[backprop $options]
        pub fn [<$name _of_slices_loops>](a: &[$F], b: &[$F]) -> $F {
            let mut $total = 0.0;
            for i in 0..a.len() {
                let ($a, $b) = (a[i], b[i]);
                $total += $step;
            }
            let $n = a.len() as $F;
            let _ = $n;
            $end
        }
        beside!($F $mode: [<$name _of_slices>] ~ [<$name _of_slices_loops>](
            slice a: -2.0..2.0 => vec![0.0; 4], slice b: 0.0..1.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn [<$name _of_arrays>](a: &[$F; 3], b: &[$F; 3]) -> $F {
            $name(a, b)
        }
        case!($F $mode: [<$name _of_arrays>](to a: -2.0..2.0 => [0.0; 3], to b: 0.0..1.0 => [0.0; 3]));

        #[backprop $options]
        pub fn [<$name _of_nested>](a: &[[$F; 2]; 2], b: &[Vec<$F>]) -> $F {
            $name(&a.to_vec(), a) + $name(b, b)
        }
        case!($F $mode: [<$name _of_nested>](
            to a: -2.0..2.0 => [[0.0; 2]; 2], slice b: 0.0..1.0 => vec![vec![0.0; 2]; 2]));

        #[backprop $options]
        pub fn [<$name _with_a_constant>](a: &[$F; 3], #[no_grad] b: &[$F; 3]) -> $F {
            $name(a, b)
        }
        case!($F $mode: [<$name _with_a_constant>](to a: -2.0..2.0 => [0.0; 3]; &[0.25, 0.5, 1.0]));
    })*};
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        reductions! { $F $mode $options
            sum |x| x, |total, n| total;
            mean |x| x, |total, n| total / n;
            norm |x| x * x, |total, n| total.sqrt();
            norm_squared |x| x * x, |total, n| total;
            log_sum_exp |x| x.exp(), |total, n| total.ln();
        }
        pairwise! { $F $mode $options
            dot |a, b| a * b, |total, n| total;
            mse |a, b| (a - b) * (a - b), |total, n| total / n;
            binary_cross_entropy_with_logits |a, b| (1.0 + a.exp()).ln() - a * b, |total, n| total / n;
        }
    };
}
both!(functions);
