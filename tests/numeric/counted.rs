//! What rounds of loops have in common: counters, whose values follow from the number of the round, and values that
//! are the same in each of them. Beside them what only looks so, and changes all the same.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn a_packed_triangle(l: &[$F], x: &[$F]) -> $F {
            let mut y = x.to_vec();
            let mut at = 0;
            for i in 0..x.len() {
                for j in i + 1..x.len() {
                    y[j] += l[at] * y[i].sin();
                    at += 1;
                }
            }
            y.iter().map(|y| y * y).sum()
        }

        #[backprop $options]
        pub fn down_by_a_stride(x: &[$F], stride: usize) -> $F {
            let mut at = x.len();
            let mut s = 1.0;
            for _ in 0..x.len() / stride {
                at -= stride;
                s = s * x[at].sin() + x[at];
            }
            s
        }

        #[backprop $options]
        pub fn two_counters_while(x: &[$F], n: usize) -> $F {
            let (mut low, mut high) = (0, n - 1);
            let mut s = 0.5;
            while low < high {
                s = s * x[low] + x[high] * x[high];
                low += 1;
                high = high - 1;
            }
            s * s
        }

        #[backprop $options]
        pub fn left_early(x: &[$F], limit: $F) -> $F {
            let mut at = 3;
            let mut s = 1.0;
            for i in (0..3).rev() {
                at += 1;
                for _ in 0..i {
                    at += 1;
                    s += x[at % x.len()] * s * 0.1;
                    if s > limit {
                        return s * x[i];
                    }
                }
            }
            s
        }

        #[backprop $options]
        pub fn reversed_and_stepped(x: &[$F]) -> $F {
            let mut at = 0;
            let mut s = 1.0;
            for i in (0..x.len()).rev().step_by(2) {
                s = s * x[at] + x[i].cos();
                at = at + 1;
            }
            for i in (1..=x.len()).step_by(2) {
                s = s * x[at - i / 2] + x[i - 1];
                at += 1;
            }
            s
        }

        /// Not a counter: it changes by something else in each round, or not in each.
        #[backprop $options]
        pub fn no_counters(x: &[$F]) -> $F {
            let (mut at, mut by, mut signed) = (0, 1, -2_i32);
            let mut s = 1.0;
            for i in 0..4 {
                s = s * x[at % x.len()] + x[signed.unsigned_abs() as usize % x.len()].sin();
                at += by;
                by += 1;
                if i % 2 == 0 {
                    signed += 3;
                }
            }
            s
        }

        #[backprop $options]
        pub fn the_same_in_each_inner_round(x: &[$F], n: usize) -> $F {
            let mut s: $F = 0.0;
            for i in 0..n {
                let mut w = vec![0.0; x.len()];
                for j in 0..x.len() {
                    w[j] = x[j] * (i as $F + 1.0);
                }
                for j in 0..i {
                    for k in 0..j {
                        if (k + i) % 2 == 0 {
                            s += w[j].exp() * x[k % x.len()] * s.cos();
                        } else {
                            s -= w[k].sin() * w[j];
                        }
                    }
                }
            }
            s
        }

        /// `w[0]` is read under the same index in each round, and written in between.
        #[backprop $options]
        pub fn not_the_same_after_a_write(x: &[$F], n: usize) -> $F {
            let mut s: $F = 0.3;
            for i in 0..n {
                let mut w = [x[0], x[1]];
                for j in 0..i {
                    s += w[0] * w[0] * x[2] * 0.3;
                    if j % 2 == 0 {
                        w[0] = s.sin();
                    }
                }
                s *= w[1];
            }
            s
        }

        #[backprop $options]
        pub fn of_the_outer_index_alone(x: &[$F], n: usize) -> $F {
            let mut s = 0.1;
            for _ in 0..n {
                let mut j = 0;
                while j < x.len() {
                    s = s * x[j].exp() * 0.5 + 0.2;
                    j += 1;
                }
            }
            s
        }

        case!($F $mode: a_packed_triangle(slice l: -1.0..1.0 => [0.0; 6], slice x: -1.0..1.0 => [0.0; 4]));
        case!($F $mode: down_by_a_stride(slice x: -1.0..1.0 => [0.0; 7]; 3));
        case!($F $mode: two_counters_while(slice x: -1.0..1.0 => [0.0; 6]; 6));
        case!($F $mode: left_early(slice x: 0.5..1.0 => [0.0; 3], by limit: 1.2..1.25));
        case!($F $mode: reversed_and_stepped(slice x: -1.0..1.0 => [0.0; 5]));
        case!($F $mode: no_counters(slice x: -1.0..1.0 => [0.0; 3]));
        case!($F $mode: the_same_in_each_inner_round(slice x: -0.5..0.5 => [0.0; 5]; 5));
        case!($F $mode: not_the_same_after_a_write(slice x: 0.5..1.0 => [0.0; 3]; 5));
        case!($F $mode: of_the_outer_index_alone(slice x: -1.0..1.0 => [0.0; 3]; 4));

        mod no_rounds {
            use super::*;
            case!($F $mode: of_the_outer_index_alone(slice x: -1.0..1.0 => [0.0; 3]; 0));
        }
    };
}

instances!(functions);

/// Integers that are carried from round to round and changed by what they were.
mod bits {
    use backprop::backprop;

    #[backprop]
    fn xorshift(x: &[f64; 8], rounds: usize) -> f64 {
        let mut sum = 0.0;
        let mut s = 3_u32;
        for _ in 0..rounds {
            s ^= s << 1;
            s ^= s >> 3;
            s |= s << 5 & 7;
            s &= s + 1 | 6;
            sum += x[s as usize & 7] * x[0];
            s <<= s & 1;
        }
        sum
    }

    #[test]
    fn are_those_of_the_function() {
        let x = [0.5, -1.0, 2.0, 0.25, 3.0, -0.75, 1.5, -2.5];
        let (value, gradient) = xorshift_grad(&x, 9);
        assert_eq!(value, xorshift(&x, 9));
        let report =
            backprop::check::check_gradient(|x| xorshift(&std::array::from_fn(|i| x[i]), 9), &gradient, &x);
        assert!(report.agrees(1e-9), "{report}");
    }
}

/// Ranges of integers that are further apart than their type can say.
mod wide {
    use backprop::backprop;

    #[backprop(jvp)]
    fn up(x: f64) -> f64 {
        let mut s = x;
        for i in -100i8..100 {
            s = s * 0.99 + s.sin() * f64::from(i) * 0.001;
        }
        s
    }

    #[backprop(jvp)]
    fn to_the_last(x: f64) -> f64 {
        let mut s = x;
        for i in -128i8..=127 {
            s = s * 0.99 + s.sin() * f64::from(i) * 0.001;
        }
        s
    }

    #[backprop(jvp)]
    fn down(x: f64) -> f64 {
        let mut s = x;
        for i in (-100i8..=100).rev().step_by(3) {
            s = s * 0.99 + s.sin() * f64::from(i) * 0.001;
        }
        for i in (-100i8..100).rev() {
            s = s * 0.99 + s.sin() * f64::from(i) * 0.001;
        }
        s
    }

    #[backprop(jvp)]
    fn in_strides(x: f64) -> f64 {
        let mut s = x;
        for i in (-100i8..100).step_by(3) {
            s = s * 0.99 + s.sin() * f64::from(i) * 0.001;
        }
        for i in (-20000i16..20000).step_by(999) {
            s = s * 0.99 + s.sin() * f64::from(i) * 1e-5;
        }
        for i in (-2_000_000_000i32..2_000_000_000).step_by(100_000_000) {
            s = s * 0.99 + s.sin() * f64::from(i) * 1e-10;
        }
        s
    }

    #[backprop(jvp, checkpoint)]
    fn by_stretches(x: f64) -> f64 {
        let mut s = x;
        for i in -100i8..100 {
            s = s * 0.99 + s.sin() * f64::from(i) * 0.001;
        }
        s
    }

    #[backprop(jvp)]
    fn in_each_other(x: f64) -> f64 {
        let (low, high) = (-100i8, 100i8);
        let mut s = x;
        for i in low..high {
            for j in i.max(95)..=i.max(97) {
                s = s * 0.99 + s.sin() * f64::from(i) * 0.001 + f64::from(j) * 0.01;
            }
            if s > 1e9 {
                break;
            }
        }
        s
    }

    #[backprop(jvp)]
    fn in_a_chain(x: f64) -> f64 {
        (-100i8..100).map(|i| (x * f64::from(i) * 0.1).sin()).map(|a| a * a.cos()).sum()
    }

    #[test]
    fn rounds_find_what_they_saved() {
        macro_rules! check {
            ($($name:ident)*) => { pastey::paste! {$(
                let (value, d) = [<$name _grad>](0.7);
                let (forward, t) = [<$name _jvp>](0.7, 1.0);
                let slope = ($name(0.7 + 1e-6) - $name(0.7 - 1e-6)) / 2e-6;
                let name = stringify!($name);
                assert_eq!((value, value), ($name(0.7), forward), "{name}");
                assert!((d - slope).abs() < 1e-7 * (1.0 + slope.abs()), "{name}: {d} and {slope}");
                assert!((d - t).abs() < 1e-12 * (1.0 + d.abs()), "{name}: {d} and {t}");
            )*}};
        }
        check!(up to_the_last down in_strides by_stretches in_each_other in_a_chain);
    }
}
