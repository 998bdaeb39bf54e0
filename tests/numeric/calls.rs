//! Calls between annotated functions: from other modules, under other names, in loops and branches, with
//! passive arguments, with arrays, recursive.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn square(x: $F) -> $F {
            x * x
        }

        #[backprop $options]
        pub fn blend(x: $F, y: $F, #[no_grad] share: $F) -> $F {
            (x * share).sin() + y * (1.0 - share)
        }

        #[backprop $options]
        pub fn dot(a: &[$F], b: &[$F]) -> $F {
            let mut total = 0.0;
            for i in 0..a.len() {
                total += a[i] * b[i];
            }
            total
        }

        #[backprop $options]
        pub fn norm_squared(a: &[$F; 2]) -> $F {
            a[0] * a[0] + a[1] * a[1]
        }

        #[backprop $options]
        pub fn rotated(a: [$F; 2], angle: $F) -> [$F; 2] {
            [a[0] * angle.cos() - a[1] * angle.sin(), a[0] * angle.sin() + a[1] * angle.cos()]
        }

        pub mod inner {
            use backprop::backprop;

            #[backprop $options]
            pub fn cube(x: $F) -> $F {
                x * super::square(x)
            }

            pub mod deeper {
                pub use super::cube as renamed;
            }
        }
        use inner::deeper::renamed;

        #[backprop $options]
        pub fn simple(x: $F) -> $F {
            square(x) + 1.0
        }
        case!($F $mode: simple(by x: -2.0..2.0));

        #[backprop $options]
        pub fn by_path_and_import(x: $F) -> $F {
            inner::cube(x) * renamed(x * 0.5) + self::square(x)
        }
        case!($F $mode: by_path_and_import(by x: -2.0..2.0));

        #[backprop $options]
        pub fn imported_in_the_body(x: $F) -> $F {
            use inner::cube;
            cube(x) - x
        }
        case!($F $mode: imported_in_the_body(by x: -2.0..2.0));

        #[backprop $options]
        pub fn same_variable_twice(x: $F) -> $F {
            blend(x, x, 0.25)
        }
        case!($F $mode: same_variable_twice(by x: -2.0..2.0));

        #[backprop $options]
        pub fn literals_and_expressions(x: $F, y: $F) -> $F {
            blend(x * y, 2.0, 0.5) + blend(1.0, square(x) + y, 0.125)
        }
        case!($F $mode: literals_and_expressions(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn result_unused(x: $F) -> $F {
            square(x);
            let _ = square(x + 1.0);
            x * 3.0
        }
        case!($F $mode: result_unused(by x: -2.0..2.0));

        #[backprop $options]
        pub fn in_a_loop(x: $F, n: usize) -> $F {
            let mut a = x;
            for i in 0..n {
                a = blend(a, x, 0.5) + i as $F * 0.125;
            }
            a
        }
        case!($F $mode: in_a_loop(by x: -2.0..2.0; 5));

        #[backprop $options]
        pub fn in_nested_loops(x: $F, n: usize) -> $F {
            let mut total = 0.0;
            for i in 0..n {
                for j in 0..i {
                    total += square(x * j as $F) * 0.25 + square(total) * 0.01;
                }
            }
            total
        }
        case!($F $mode: in_nested_loops(by x: -1.0..1.0; 4));

        #[backprop $options]
        pub fn in_branches(x: $F, y: $F) -> $F {
            let mut a = if x > 0.0 { square(x) } else { 0.0 };
            for i in 0..4 {
                if i % 2 == 0 {
                    a += square(a * 0.25) + y;
                }
            }
            a
        }
        case!($F $mode: in_branches(by x: -2.0..2.0, by y: -1.0..1.0));

        #[backprop $options]
        pub fn in_a_condition(x: $F) -> $F {
            if square(x) > 1.0 { 2.0 * x * x - 1.0 } else { square(x) }
        }
        case!($F $mode: in_a_condition(by x: -2.0..2.0));

        #[backprop $options]
        pub fn slices(a: &[$F], b: &[$F]) -> $F {
            dot(a, b) * dot(a, a)
        }
        case!($F $mode: slices(slice a: -2.0..2.0 => vec![0.0; 3], slice b: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn local_array_to_a_slice(x: $F, y: $F) -> $F {
            let a = [x, y, x * y];
            dot(&a, &[1.0, 2.0, 3.0]) + dot(&a, &a)
        }
        case!($F $mode: local_array_to_a_slice(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn array_overwritten_after_the_call(x: $F, y: $F) -> $F {
            let mut a = [x, y];
            let first = norm_squared(&a);
            a[0] = first * a[1];
            a[1] = 2.0;
            first * norm_squared(&a)
        }
        case!($F $mode: array_overwritten_after_the_call(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn array_changed_in_a_loop(x: $F, n: usize) -> $F {
            let mut a = [x, 0.5];
            let mut total = 0.0;
            for _ in 0..n {
                total += norm_squared(&a);
                a[0] = a[1] * 0.75;
                a[1] = total * 0.125;
            }
            total
        }
        case!($F $mode: array_changed_in_a_loop(by x: -1.0..1.0; 4));

        #[backprop $options]
        pub fn array_result(a: [$F; 2], angle: $F) -> $F {
            let b = rotated(a, angle);
            let c = rotated(b, angle * 0.5);
            b[0] * c[1]
        }
        case!($F $mode: array_result(by a: -2.0..2.0 => [0.0; 2], by angle: -2.0..2.0));

        #[backprop $options]
        pub fn passive_call(x: $F, n: usize) -> $F {
            let k = square(n as $F);
            k * x
        }
        case!($F $mode: passive_call(by x: -2.0..2.0; 3));

        #[backprop $options]
        pub fn as_the_result(x: $F) -> $F {
            square(square(x))
        }
        case!($F $mode: as_the_result(by x: -2.0..2.0));

        #[backprop $options]
        pub fn power(x: $F, n: usize) -> $F {
            if n == 0 {
                return 1.0;
            }
            x * power(x, n - 1)
        }
        case!($F $mode: power(by x: 0.5..1.5; 5));

        #[backprop $options]
        pub fn sum_of_halves(a: &[$F], low: usize, high: usize) -> $F {
            if high - low == 1 {
                return a[low].sin();
            }
            let middle = (low + high) / 2;
            sum_of_halves(a, low, middle) * sum_of_halves(a, middle, high) + a[middle]
        }
        case!($F $mode: sum_of_halves(slice a: -1.0..1.0 => vec![0.0; 5]; 0, 5));

        pub mod ping {
            use super::pong::pong;
            use backprop::backprop;

            #[backprop $options]
            pub fn ping(x: $F, n: usize) -> $F {
                if n == 0 { x } else { pong(x * 0.5, n - 1) + x }
            }
        }
        pub mod pong {
            use super::ping::ping;
            use backprop::backprop;

            #[backprop $options]
            pub fn pong(x: $F, n: usize) -> $F {
                if n == 0 { x * x } else { ping(x.sin(), n - 1) * x }
            }
        }
        #[backprop $options]
        pub fn mutual(x: $F, n: usize) -> $F {
            ping::ping(x, n)
        }
        case!($F $mode: mutual(by x: -1.0..1.0; 5));

        #[backprop $options]
        pub fn local_variable_of_the_same_name(x: $F) -> $F {
            let square = square(x);
            square * x
        }
        case!($F $mode: local_variable_of_the_same_name(by x: -2.0..2.0));
    };
}
instances!(functions);
