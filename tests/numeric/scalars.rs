//! Straight-line code on scalars: bindings, assignment, arithmetic, casts, constants.

use backprop::backprop;

const SCALE: f64 = 1.5;

mod limits {
    pub const HALF: f32 = 0.5;
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn product(x: $F, y: $F) -> $F {
            x * y
        }
        case!($F $mode: product(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn identity(x: $F) -> $F {
            x
        }
        case!($F $mode: identity(by x: -2.0..2.0));

        #[backprop $options]
        pub fn same_operand_twice(x: $F) -> $F {
            x * x + x / x - (x - x)
        }
        case!($F $mode: same_operand_twice(by x: 0.5..2.0));

        #[backprop $options]
        pub fn unused_parameter(x: $F, _y: $F) -> $F {
            x.sin()
        }
        case!($F $mode: unused_parameter(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn constant_result(x: $F) -> $F {
            let _ = x;
            3.25
        }
        case!($F $mode: constant_result(by x: -2.0..2.0));

        #[backprop $options]
        pub fn unused_binding(x: $F) -> $F {
            let unused = x.exp();
            let _ = unused;
            x.cos()
        }
        case!($F $mode: unused_binding(by x: -2.0..2.0));

        #[backprop $options]
        pub fn chain_of_lets(x: $F, y: $F) -> $F {
            let a = x * y;
            let b: $F = a.sin() + x;
            let c = b * b - a;
            c / (1.0 + b.exp())
        }
        case!($F $mode: chain_of_lets(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn shadowing(x: $F) -> $F {
            let x = x * 2.0;
            let y = {
                let x = x + 1.0;
                x * x
            };
            let x = x * y;
            x - y
        }
        case!($F $mode: shadowing(by x: -2.0..2.0));

        #[backprop $options]
        pub fn tuple_pattern(x: $F, y: $F) -> $F {
            let (a, (b, _)) = (x * y, (x + y, x));
            a * b
        }
        case!($F $mode: tuple_pattern(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn assignment(x: $F, y: $F) -> $F {
            let mut a = x;
            let b = a * y;
            a = b + a;
            a = a * a;
            a - b
        }
        case!($F $mode: assignment(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn late_initialisation(x: $F) -> $F {
            let a;
            let b = x.sin();
            a = b * x;
            a * a
        }
        case!($F $mode: late_initialisation(by x: -2.0..2.0));

        #[backprop $options]
        pub fn compound_assignment(x: $F, y: $F) -> $F {
            let mut a = x;
            a += y;
            a *= x;
            a -= y * y;
            a /= 2.0 + y;
            a %= 100.0;
            a
        }
        case!($F $mode: compound_assignment(by x: -2.0..2.0, by y: 0.5..2.0));

        #[backprop $options]
        pub fn assigned_from_itself(x: $F) -> $F {
            let mut a = x;
            a *= a;
            a += a * a;
            a
        }
        case!($F $mode: assigned_from_itself(by x: -1.0..1.0));

        #[backprop $options]
        pub fn mutable_parameter(mut x: $F, y: $F) -> $F {
            x *= y;
            x = x.sin();
            x * y
        }
        case!($F $mode: mutable_parameter(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        #[allow(unused_assignments)]
        pub fn overwritten_before_use(x: $F, y: $F) -> $F {
            let mut a = x.exp();
            a = y;
            a * a
        }
        case!($F $mode: overwritten_before_use(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn made_constant(x: $F, y: $F) -> $F {
            let mut a = x * y;
            let b = a * a;
            a = 2.0;
            a * b
        }
        case!($F $mode: made_constant(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn blocks_as_values(x: $F) -> $F {
            let a = {
                let b = x.sin();
                let c = { b * b };
                c + b
            };
            a * { x + 1.0 }
        }
        case!($F $mode: blocks_as_values(by x: -2.0..2.0));

        #[backprop $options]
        pub fn assignment_in_a_block(x: $F) -> $F {
            let mut a = x;
            {
                a *= x;
                let a = a + 1.0;
                let _ = a;
            }
            a
        }
        case!($F $mode: assignment_in_a_block(by x: -2.0..2.0));

        #[backprop $options]
        pub fn signs_and_parentheses(x: $F, y: $F) -> $F {
            -(x - -y) * -x - (-(y * 2.0))
        }
        case!($F $mode: signs_and_parentheses(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn precedence(x: $F, y: $F) -> $F {
            x + y * x - y / 2.0 * x - 1.0 / x / y
        }
        case!($F $mode: precedence(by x: 0.5..2.0, by y: 0.5..2.0));

        #[backprop $options]
        pub fn literals(x: $F) -> $F {
            2. * x + 1e-1 * x * x - 1_000.5 * x * 1e-3 + (0.5 as $F) * x.powi(2)
        }
        case!($F $mode: literals(by x: -2.0..2.0));

        #[backprop $options]
        pub fn constants(x: $F) -> $F {
            const LOCAL: $F = 0.25;
            use std::$F::consts::PI;
            (PI * x).sin() + std::$F::consts::LN_2 * x + LOCAL * x * SCALE as $F
                + limits::HALF as $F * x * $F::EPSILON
        }
        case!($F $mode: constants(by x: -2.0..2.0));

        #[backprop $options]
        pub fn integer_casts(x: $F, n: usize, flag: bool) -> $F {
            let k = n as i64 - 3;
            x * k as $F + x * (n as $F) * u8::from(flag) as $F
        }
        case!($F $mode: integer_casts(by x: -2.0..2.0; 7, true));

        #[backprop $options]
        pub fn cast_to_integer_and_back(x: $F) -> $F {
            let whole = x as i32;
            x * x + x * whole as $F
        }
        case!($F $mode: cast_to_integer_and_back(by x: 1.1..1.9));

        #[backprop $options]
        pub fn cast_to_its_own_type(x: $F) -> $F {
            (x as $F) * x
        }
        case!($F $mode: cast_to_its_own_type(by x: -2.0..2.0));

        #[backprop $options]
        pub fn reference_to_a_scalar(x: &$F, y: &$F) -> $F {
            let a = *x * *y;
            a * x + y
        }
        case!($F $mode: reference_to_a_scalar(to x: -2.0..2.0, to y: -2.0..2.0));

        #[backprop $options]
        pub fn tuple_parameter((x, y): ($F, $F)) -> $F {
            x * y.sin()
        }
        case!($F $mode: tuple_parameter(by p: -2.0..2.0 => (0.0, 0.0)));

        #[backprop $options]
        pub fn no_grad_parameter(x: $F, #[no_grad] y: $F) -> $F {
            (x * y).sin() * y
        }
        case!($F $mode: no_grad_parameter(by x: -2.0..2.0; 1.25));

        #[backprop $options]
        pub fn methods_and_paths(x: $F, y: $F) -> $F {
            x.sin().mul_add(y, $F::cos(x)) + $F::max(x, 0.5 * y) + std::primitive::$F::atan2(x, y)
        }
        case!($F $mode: methods_and_paths(by x: 0.5..2.0, by y: 2.5..3.0));

        #[backprop $options]
        pub fn long_sum_of_one_variable(x: $F) -> $F {
            let a = x * x;
            let b = a + a;
            let c = b + a;
            let d = c * b;
            let e = d + a + b + c;
            e * d
        }
        case!($F $mode: long_sum_of_one_variable(by x: 0.5..1.5));

        #[backprop $options]
        pub fn integer_arithmetic(x: $F, n: usize) -> $F {
            let m = (n * 3 + 1) % 5;
            let k = (n << 1) - m.min(2);
            x.powi(m as i32) * k as $F
        }
        case!($F $mode: integer_arithmetic(by x: 0.5..2.0; 4));

        #[backprop $options]
        pub fn r#yield(r#match: $F) -> $F {
            r#match * r#match
        }

        #[test]
        fn raw_names() {
            assert_eq!(yield_grad(3.0), (9.0, 6.0));
        }
    };
}
instances!(functions);

/// Narrowing rounds the value, and its derivative is one.
#[backprop]
fn through_f32(x: f64) -> f64 {
    (x as f32 * 2.0) as f64 * x
}

#[test]
fn casts_between_floats_are_differentiated() {
    assert_eq!(through_f32_grad(1.5), (through_f32(1.5), 6.0));
}
