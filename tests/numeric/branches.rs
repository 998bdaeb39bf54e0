//! `if` in every position, boolean logic, and early returns. The branches meet where they change, so that
//! differences across a boundary do no harm.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn value(x: $F) -> $F {
            if x > 0.0 { x * x } else { x * x * x }
        }
        case!($F $mode: value(by x: -2.0..2.0));

        #[backprop $options]
        pub fn bound_value(x: $F, y: $F) -> $F {
            let a = if x * y < 0.0 { x * y } else { 3.0 * x * y };
            a * x
        }
        case!($F $mode: bound_value(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn else_if(x: $F) -> $F {
            if x < -1.0 {
                -2.0 * x - 1.0
            } else if x < 1.0 {
                x * x
            } else if x < 1.5 {
                2.0 * x - 1.0
            } else {
                x + 0.5
            }
        }
        case!($F $mode: else_if(by x: -2.0..2.0));

        #[backprop $options]
        pub fn nested(x: $F, y: $F) -> $F {
            if x > y {
                let a = x * x;
                if y > 0.0 { a - y * y } else { a - y * y * 2.0 }
            } else {
                if x > 0.0 { y * (y - x) * x } else { (y - x) * (x - y) }
            }
        }
        case!($F $mode: nested(by x: 1.0..2.0, by y: -0.9..0.9));

        #[backprop $options]
        pub fn statement(x: $F, y: $F) -> $F {
            let mut a = x;
            let mut b = y;
            if x > 0.0 {
                a *= 2.0 * x;
                b += a;
            } else {
                b += x * x * 2.0;
                a = x * x * 2.0;
            }
            a * b
        }
        case!($F $mode: statement(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn without_else(x: $F) -> $F {
            let mut a = x.sin();
            if a > 0.0 {
                a = a * a + a;
            }
            a * x
        }
        case!($F $mode: without_else(by x: -2.0..2.0));

        #[backprop $options]
        pub fn only_one_arm_reads(x: $F, y: $F) -> $F {
            let a = x.exp();
            let b = y.exp();
            if x < y { a * (y - x) } else { b * (y - x) }
        }
        case!($F $mode: only_one_arm_reads(by x: -1.0..1.0, by y: -1.0..1.0));

        #[backprop $options]
        pub fn passive_condition(x: $F, n: usize, flag: bool) -> $F {
            let a = if n % 2 == 1 { x.sin() } else { x.cos() };
            if flag && n > 3 { a * a } else { a }
        }
        case!($F $mode: passive_condition(by x: -2.0..2.0; 5, true));

        #[backprop $options]
        pub fn logic(x: $F, y: $F) -> $F {
            let inside = x > -0.5 && x < 0.5 && !(y > 10.0);
            let outside = !inside || y != y;
            let mut a = x;
            if outside ^ false {
                a = x.abs() * 2.0 - 0.5;
            }
            if inside & (x <= 0.0) {
                a = -x;
            }
            if inside | false { a.abs() * y } else { a * y }
        }
        case!($F $mode: logic(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn condition_of_an_active_if(x: $F, y: $F) -> $F {
            if (if x > 0.0 { x * y } else { -x * y }) > 0.0 { y * y } else { -y * y }
        }
        case!($F $mode: condition_of_an_active_if(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn operand(x: $F, y: $F) -> $F {
            x * if y > 0.0 { y } else { y * 0.5 } + (if x > y { x - y } else { 0.0 }).powi(2)
        }
        case!($F $mode: operand(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn tuple_value(x: $F, y: $F) -> $F {
            let (low, high) = if x < y { (x, y) } else { (y, x) };
            high * high - 2.0 * low
        }
        case!($F $mode: tuple_value(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn array_value(x: $F, y: $F) -> $F {
            let a = if x < y { [x, y] } else { [y, x] };
            a[1] * a[1] - 2.0 * a[0]
        }
        case!($F $mode: array_value(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn constant_arm(x: $F) -> $F {
            if x > 0.0 { x * x } else { 0.0 }
        }
        case!($F $mode: constant_arm(by x: -2.0..2.0));

        #[backprop $options]
        pub fn both_arms_constant(x: $F, y: $F) -> $F {
            let sign = if x > 3.0 { 1.0 } else { -1.0 };
            sign * y * x
        }
        case!($F $mode: both_arms_constant(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn early_return(x: $F, y: $F) -> $F {
            if x < 0.0 {
                return y;
            }
            let a = x * x + y;
            a * a / a
        }
        case!($F $mode: early_return(by x: -2.0..2.0, by y: 0.5..2.0));

        #[backprop $options]
        pub fn several_returns(x: $F, y: $F) -> $F {
            let mut a = x * y;
            if a < 0.0 {
                a *= 2.0;
                if x < -0.0 {
                    return a;
                }
                a += 0.0;
            } else if y > 0.0 {
                return 3.0 * a;
            }
            a *= 1.5;
            return a;
        }
        case!($F $mode: several_returns(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn return_in_else(x: $F) -> $F {
            let a = if x > 0.0 {
                x * x
            } else {
                return x * x * x;
            };
            a * 2.0 - a
        }
        case!($F $mode: return_in_else(by x: -2.0..2.0));

        #[backprop $options]
        pub fn return_in_every_arm(x: $F) -> $F {
            if x > 0.0 {
                return x * x;
            } else {
                return x.powi(3);
            }
        }
        case!($F $mode: return_in_every_arm(by x: -2.0..2.0));

        #[backprop $options]
        pub fn guard(x: $F, n: usize) -> $F {
            if n == 0 {
                return 0.0;
            }
            x.sin() / n as $F
        }
        case!($F $mode: guard(by x: -2.0..2.0; 3));

        #[backprop $options]
        pub fn guard_taken(x: $F, n: usize) -> $F {
            if n == 0 {
                return 0.0;
            }
            x.sin() / n as $F
        }
        case!($F $mode: guard_taken(by x: -2.0..2.0; 0));

        #[backprop $options]
        pub fn shadowing_in_an_arm(x: $F) -> $F {
            let a = x * 2.0;
            let b = if x > 0.0 {
                let a = a * a;
                a + x
            } else {
                let x = a;
                x * 0.5
            };
            a * b
        }
        case!($F $mode: shadowing_in_an_arm(by x: -2.0..2.0));

        #[backprop $options]
        pub fn debug_assertions(x: $F) -> $F {
            assert!(x.is_finite(), "x is {x}");
            debug_assert!(x > -10.0);
            assert_ne!(x, 17.0);
            x * x
        }
        case!($F $mode: debug_assertions(by x: -2.0..2.0));
    };
}
instances!(functions);
