//! Gradients where a rule has to say what they are, and what IEEE arithmetic demands.

use backprop::backprop;

mod table;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn branch_at_zero(x: $F) -> $F {
            if x > 0.0 { x } else { 0.0 }
        }

        #[backprop $options]
        pub fn max_at_zero(x: $F) -> $F {
            x.max(0.0)
        }

        #[test]
        fn a_branch_is_differentiated_as_it_ran() {
            assert_eq!(branch_at_zero_grad(0.0), (0.0, 0.0));
            assert_eq!(max_at_zero_grad(0.0), (0.0, 1.0));
        }

        #[backprop $options]
        pub fn safe_root(x: $F) -> $F {
            if x > 0.0 { x.sqrt() } else { 0.0 }
        }

        #[test]
        fn the_other_branch_does_not_poison_the_gradient() {
            assert_eq!(safe_root_grad(0.0), (0.0, 0.0));
            assert_eq!(safe_root_grad(-1.0), (0.0, 0.0));
        }

        #[backprop $options]
        pub fn root_of_a_square(x: $F) -> $F {
            (x * x).sqrt()
        }

        #[backprop $options]
        pub fn ratio(x: $F) -> $F {
            x / x
        }

        #[backprop $options]
        pub fn difference(x: $F) -> $F {
            x - x
        }

        #[backprop $options]
        pub fn times_zero(x: $F) -> $F {
            x * 0.0
        }

        #[test]
        fn nothing_is_simplified_that_ieee_distinguishes() {
            assert!(root_of_a_square_grad(0.0).1.is_nan());
            assert!(ratio_grad(0.0).0.is_nan() && ratio_grad(0.0).1.is_nan());
            assert!(difference_grad($F::INFINITY).0.is_nan());
            assert!(times_zero_grad($F::INFINITY).0.is_nan());
            assert!(times_zero_grad(-1.0).0.is_sign_negative());
        }

        #[backprop $options]
        pub fn product(x: $F, y: $F, z: $F) -> $F {
            x * y * z
        }

        #[test]
        fn a_product_with_a_zero_factor() {
            assert_eq!(product_grad(0.0, 3.0, 5.0), (0.0, (15.0, 0.0, 0.0)));
        }

        #[backprop $options]
        pub fn power(x: $F, #[no_grad] y: $F) -> $F {
            x.powf(y)
        }

        #[test]
        fn a_passive_exponent_is_not_differentiated() {
            assert_eq!(power_grad(-2.0, 3.0), (-8.0, 12.0));
        }

        #[backprop $options]
        pub fn power_of_both(x: $F, y: $F) -> $F {
            x.powf(y)
        }

        /// The partial of the other operand is NaN or infinite there.
        #[test]
        fn along_one_operand_of_a_power_the_other_takes_no_part() {
            assert_eq!(power_of_both_jvp(-2.0, 3.0, 1.0, 0.0), (-8.0, 12.0));
            assert_eq!(power_of_both_jvp(0.0, 0.5, 0.0, 1.0), (0.0, 0.0));
            assert_eq!(power_of_both_jvp(0.0, 2.0, 1.0, 1.0), (0.0, 0.0));
            assert_eq!(power_of_both_jvp(0.0, 0.0, 1.0, 1.0), (1.0, 0.0));
            assert_eq!(power_of_both_jvp(0.0, 0.5, 1.0, 0.0), (0.0, $F::INFINITY));
            assert!(power_of_both_jvp(-2.0, 3.0, 0.0, 1.0).1.is_nan());
            assert_eq!(power_of_both_jvp(2.0, 3.0, 0.5, 0.25), (8.0, 12.0 * 0.5 + 8.0 * (2.0 as $F).ln() * 0.25));
        }

        #[test]
        fn powers_of_zero() {
            assert_eq!(power_of_both_grad(0.0, 2.0), (0.0, (0.0, 0.0)));
            assert_eq!(power_of_both_grad(0.0, 0.0), (1.0, (0.0, 0.0)));
            assert_eq!(power_of_both_grad(0.0, -1.0).1.1, $F::NEG_INFINITY);
        }

        #[backprop $options]
        pub fn maximum(a: &[$F]) -> $F {
            let mut best = a[0];
            for i in 1..a.len() {
                best = best.max(a[i]);
            }
            best
        }

        #[test]
        fn a_tie_goes_to_the_first() {
            assert_eq!(maximum_grad(&[1.0, 3.0, 3.0, 2.0]), (3.0, vec![0.0, 1.0, 0.0, 0.0]));
        }

        #[backprop $options]
        pub fn rounding(x: $F) -> $F {
            x.floor() + x.ceil() + x.round() + x.trunc() + x.signum() + (x as i64) as $F
        }

        #[test]
        fn steps_have_gradient_zero() {
            assert_eq!(rounding_grad(1.25).1, 0.0);
            assert_eq!(rounding_grad(2.0).1, 0.0);
        }

        #[backprop $options]
        pub fn trip_count(x: $F) -> $F {
            let n = x as usize;
            let mut a = 0.0;
            for _ in 0..n {
                a += x;
            }
            a
        }

        #[test]
        fn trip_counts_have_no_derivative() {
            assert_eq!(trip_count_grad(3.0), (9.0, 3.0));
        }

        #[backprop $options]
        pub fn bits(x: $F, y: $F) -> $F {
            (x * 0.1 + y * 0.2 + 0.3) * (x + y + 1e-3) / (y * 3.0)
        }

        #[test]
        fn the_value_has_the_same_bits() {
            for (x, y) in [(0.1, 0.7), (1e-30, 3.0), (-0.0, -0.0), (1e30, -1e-30), ($F::INFINITY, 1.0)] {
                assert_eq!(bits_grad(x, y).0.to_bits(), bits(x, y).to_bits());
            }
        }
    };
}
instances!(functions);
