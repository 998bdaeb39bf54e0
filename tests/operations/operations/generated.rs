// Written from the rule table by the test beside this file: BLESS=1 cargo test --test operations

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn add(a: $F, b: $F) -> $F {
            a + b
        }
        case!($F $mode: add(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn sub(a: $F, b: $F) -> $F {
            a - b
        }
        case!($F $mode: sub(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn mul(a: $F, b: $F) -> $F {
            a * b
        }
        case!($F $mode: mul(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn div(a: $F, b: $F) -> $F {
            a / b
        }
        case!($F $mode: div(by a: -2.0..2.0, by b: 0.5..2.0));

        #[backprop $options]
        pub fn rem(a: $F, b: $F) -> $F {
            a % b
        }
        case!($F $mode: rem(by a: -2.0..2.0, by b: 0.5..2.0));

        #[backprop $options]
        pub fn neg(a: $F) -> $F {
            -a
        }
        case!($F $mode: neg(by a: -2.0..2.0));

        #[backprop $options]
        pub fn abs(a: $F) -> $F {
            a.abs()
        }
        case!($F $mode: abs(by a: -2.0..2.0));

        #[backprop $options]
        pub fn abs_path(a: $F) -> $F {
            $F::abs(a)
        }
        case!($F $mode: abs_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn abs_special(a: $F) -> $F {
            a.abs()
        }
        #[test]
        fn abs_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&abs_special_grad(0.0).1), &[0.0]);
        }

        #[backprop $options]
        pub fn sqrt(a: $F) -> $F {
            a.sqrt()
        }
        case!($F $mode: sqrt(by a: 0.1..2.0));

        #[backprop $options]
        pub fn sqrt_path(a: $F) -> $F {
            $F::sqrt(a)
        }
        case!($F $mode: sqrt_path(by a: 0.1..2.0));

        #[backprop $options]
        pub fn sqrt_special(a: $F) -> $F {
            a.sqrt()
        }
        #[test]
        fn sqrt_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&sqrt_special_grad(0.0).1), &[f64::INFINITY]);
        }

        #[backprop $options]
        pub fn cbrt(a: $F) -> $F {
            a.cbrt()
        }
        case!($F $mode: cbrt(by a: 0.1..2.0));

        #[backprop $options]
        pub fn cbrt_path(a: $F) -> $F {
            $F::cbrt(a)
        }
        case!($F $mode: cbrt_path(by a: 0.1..2.0));

        #[backprop $options]
        pub fn cbrt_special(a: $F) -> $F {
            a.cbrt()
        }
        #[test]
        fn cbrt_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&cbrt_special_grad(0.0).1), &[f64::INFINITY]);
        }

        #[backprop $options]
        pub fn recip(a: $F) -> $F {
            a.recip()
        }
        case!($F $mode: recip(by a: 0.5..2.0));

        #[backprop $options]
        pub fn recip_path(a: $F) -> $F {
            $F::recip(a)
        }
        case!($F $mode: recip_path(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_minus_3(a: $F) -> $F {
            a.powi(-3)
        }
        case!($F $mode: powi_minus_3(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_minus_2(a: $F) -> $F {
            a.powi(-2)
        }
        case!($F $mode: powi_minus_2(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_minus_1(a: $F) -> $F {
            a.powi(-1)
        }
        case!($F $mode: powi_minus_1(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_0(a: $F) -> $F {
            a.powi(0)
        }
        case!($F $mode: powi_0(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_1(a: $F) -> $F {
            a.powi(1)
        }
        case!($F $mode: powi_1(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_2(a: $F) -> $F {
            a.powi(2)
        }
        case!($F $mode: powi_2(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_3(a: $F) -> $F {
            a.powi(3)
        }
        case!($F $mode: powi_3(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_path_minus_3(a: $F) -> $F {
            $F::powi(a, -3)
        }
        case!($F $mode: powi_path_minus_3(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_path_minus_2(a: $F) -> $F {
            $F::powi(a, -2)
        }
        case!($F $mode: powi_path_minus_2(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_path_minus_1(a: $F) -> $F {
            $F::powi(a, -1)
        }
        case!($F $mode: powi_path_minus_1(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_path_0(a: $F) -> $F {
            $F::powi(a, 0)
        }
        case!($F $mode: powi_path_0(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_path_1(a: $F) -> $F {
            $F::powi(a, 1)
        }
        case!($F $mode: powi_path_1(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_path_2(a: $F) -> $F {
            $F::powi(a, 2)
        }
        case!($F $mode: powi_path_2(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_path_3(a: $F) -> $F {
            $F::powi(a, 3)
        }
        case!($F $mode: powi_path_3(by a: 0.5..2.0));

        #[backprop $options]
        pub fn powi_special(a: $F, n: i32) -> $F {
            a.powi(n)
        }
        #[test]
        fn powi_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&powi_special_grad(0.0, 0).1), &[0.0]);
        }

        #[backprop $options]
        pub fn powf(a: $F, b: $F) -> $F {
            a.powf(b)
        }
        case!($F $mode: powf(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn powf_path(a: $F, b: $F) -> $F {
            $F::powf(a, b)
        }
        case!($F $mode: powf_path(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn powf_special(a: $F, b: $F) -> $F {
            a.powf(b)
        }
        #[test]
        fn powf_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&powf_special_grad(0.0, 0.0).1), &[0.0, 0.0]);
            assert_partials(&flat(&powf_special_grad(0.0, 2.0).1), &[0.0, 0.0]);
            assert_partials(&flat(&powf_special_grad(-2.0, 2.0).1), &[-4.0, f64::NAN]);
        }

        #[backprop $options]
        pub fn hypot(a: $F, b: $F) -> $F {
            a.hypot(b)
        }
        case!($F $mode: hypot(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn hypot_path(a: $F, b: $F) -> $F {
            $F::hypot(a, b)
        }
        case!($F $mode: hypot_path(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn hypot_special(a: $F, b: $F) -> $F {
            a.hypot(b)
        }
        #[test]
        fn hypot_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&hypot_special_grad(0.0, 0.0).1), &[0.0, 0.0]);
        }

        #[backprop $options]
        pub fn mul_add(a: $F, b: $F, c: $F) -> $F {
            a.mul_add(b, c)
        }
        case!($F $mode: mul_add(by a: -2.0..2.0, by b: -2.0..2.0, by c: -2.0..2.0));

        #[backprop $options]
        pub fn mul_add_path(a: $F, b: $F, c: $F) -> $F {
            $F::mul_add(a, b, c)
        }
        case!($F $mode: mul_add_path(by a: -2.0..2.0, by b: -2.0..2.0, by c: -2.0..2.0));

        #[backprop $options]
        pub fn exp(a: $F) -> $F {
            a.exp()
        }
        case!($F $mode: exp(by a: -2.0..2.0));

        #[backprop $options]
        pub fn exp_path(a: $F) -> $F {
            $F::exp(a)
        }
        case!($F $mode: exp_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn exp2(a: $F) -> $F {
            a.exp2()
        }
        case!($F $mode: exp2(by a: -2.0..2.0));

        #[backprop $options]
        pub fn exp2_path(a: $F) -> $F {
            $F::exp2(a)
        }
        case!($F $mode: exp2_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn exp_m1(a: $F) -> $F {
            a.exp_m1()
        }
        case!($F $mode: exp_m1(by a: -2.0..2.0));

        #[backprop $options]
        pub fn exp_m1_path(a: $F) -> $F {
            $F::exp_m1(a)
        }
        case!($F $mode: exp_m1_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn ln(a: $F) -> $F {
            a.ln()
        }
        case!($F $mode: ln(by a: 0.2..2.0));

        #[backprop $options]
        pub fn ln_path(a: $F) -> $F {
            $F::ln(a)
        }
        case!($F $mode: ln_path(by a: 0.2..2.0));

        #[backprop $options]
        pub fn ln_special(a: $F) -> $F {
            a.ln()
        }
        #[test]
        fn ln_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&ln_special_grad(0.0).1), &[f64::INFINITY]);
        }

        #[backprop $options]
        pub fn log(a: $F, b: $F) -> $F {
            a.log(b)
        }
        case!($F $mode: log(by a: 0.2..2.0, by b: 1.5..4.0));

        #[backprop $options]
        pub fn log_path(a: $F, b: $F) -> $F {
            $F::log(a, b)
        }
        case!($F $mode: log_path(by a: 0.2..2.0, by b: 1.5..4.0));

        #[backprop $options]
        pub fn log2(a: $F) -> $F {
            a.log2()
        }
        case!($F $mode: log2(by a: 0.2..2.0));

        #[backprop $options]
        pub fn log2_path(a: $F) -> $F {
            $F::log2(a)
        }
        case!($F $mode: log2_path(by a: 0.2..2.0));

        #[backprop $options]
        pub fn log10(a: $F) -> $F {
            a.log10()
        }
        case!($F $mode: log10(by a: 0.2..2.0));

        #[backprop $options]
        pub fn log10_path(a: $F) -> $F {
            $F::log10(a)
        }
        case!($F $mode: log10_path(by a: 0.2..2.0));

        #[backprop $options]
        pub fn ln1p(a: $F) -> $F {
            a.ln_1p()
        }
        case!($F $mode: ln1p(by a: -0.8..2.0));

        #[backprop $options]
        pub fn ln1p_path(a: $F) -> $F {
            $F::ln_1p(a)
        }
        case!($F $mode: ln1p_path(by a: -0.8..2.0));

        #[backprop $options]
        pub fn ln1p_special(a: $F) -> $F {
            a.ln_1p()
        }
        #[test]
        fn ln1p_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&ln1p_special_grad(-1.0).1), &[f64::INFINITY]);
        }

        #[backprop $options]
        pub fn sin(a: $F) -> $F {
            a.sin()
        }
        case!($F $mode: sin(by a: -2.0..2.0));

        #[backprop $options]
        pub fn sin_path(a: $F) -> $F {
            $F::sin(a)
        }
        case!($F $mode: sin_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn cos(a: $F) -> $F {
            a.cos()
        }
        case!($F $mode: cos(by a: -2.0..2.0));

        #[backprop $options]
        pub fn cos_path(a: $F) -> $F {
            $F::cos(a)
        }
        case!($F $mode: cos_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn tan(a: $F) -> $F {
            a.tan()
        }
        case!($F $mode: tan(by a: -1.2..1.2));

        #[backprop $options]
        pub fn tan_path(a: $F) -> $F {
            $F::tan(a)
        }
        case!($F $mode: tan_path(by a: -1.2..1.2));

        #[backprop $options]
        pub fn asin(a: $F) -> $F {
            a.asin()
        }
        case!($F $mode: asin(by a: -0.9..0.9));

        #[backprop $options]
        pub fn asin_path(a: $F) -> $F {
            $F::asin(a)
        }
        case!($F $mode: asin_path(by a: -0.9..0.9));

        #[backprop $options]
        pub fn asin_special(a: $F) -> $F {
            a.asin()
        }
        #[test]
        fn asin_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&asin_special_grad(1.0).1), &[f64::INFINITY]);
            assert_partials(&flat(&asin_special_grad(-1.0).1), &[f64::INFINITY]);
        }

        #[backprop $options]
        pub fn acos(a: $F) -> $F {
            a.acos()
        }
        case!($F $mode: acos(by a: -0.9..0.9));

        #[backprop $options]
        pub fn acos_path(a: $F) -> $F {
            $F::acos(a)
        }
        case!($F $mode: acos_path(by a: -0.9..0.9));

        #[backprop $options]
        pub fn acos_special(a: $F) -> $F {
            a.acos()
        }
        #[test]
        fn acos_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&acos_special_grad(1.0).1), &[f64::NEG_INFINITY]);
            assert_partials(&flat(&acos_special_grad(-1.0).1), &[f64::NEG_INFINITY]);
        }

        #[backprop $options]
        pub fn atan(a: $F) -> $F {
            a.atan()
        }
        case!($F $mode: atan(by a: -2.0..2.0));

        #[backprop $options]
        pub fn atan_path(a: $F) -> $F {
            $F::atan(a)
        }
        case!($F $mode: atan_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn atan2(a: $F, b: $F) -> $F {
            a.atan2(b)
        }
        case!($F $mode: atan2(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn atan2_path(a: $F, b: $F) -> $F {
            $F::atan2(a, b)
        }
        case!($F $mode: atan2_path(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn atan2_special(a: $F, b: $F) -> $F {
            a.atan2(b)
        }
        #[test]
        fn atan2_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&atan2_special_grad(0.0, 0.0).1), &[0.0, 0.0]);
        }

        #[backprop $options]
        pub fn sinh(a: $F) -> $F {
            a.sinh()
        }
        case!($F $mode: sinh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn sinh_path(a: $F) -> $F {
            $F::sinh(a)
        }
        case!($F $mode: sinh_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn cosh(a: $F) -> $F {
            a.cosh()
        }
        case!($F $mode: cosh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn cosh_path(a: $F) -> $F {
            $F::cosh(a)
        }
        case!($F $mode: cosh_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn tanh(a: $F) -> $F {
            a.tanh()
        }
        case!($F $mode: tanh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn tanh_path(a: $F) -> $F {
            $F::tanh(a)
        }
        case!($F $mode: tanh_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn asinh(a: $F) -> $F {
            a.asinh()
        }
        case!($F $mode: asinh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn asinh_path(a: $F) -> $F {
            $F::asinh(a)
        }
        case!($F $mode: asinh_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn acosh(a: $F) -> $F {
            a.acosh()
        }
        case!($F $mode: acosh(by a: 1.2..3.0));

        #[backprop $options]
        pub fn acosh_path(a: $F) -> $F {
            $F::acosh(a)
        }
        case!($F $mode: acosh_path(by a: 1.2..3.0));

        #[backprop $options]
        pub fn acosh_special(a: $F) -> $F {
            a.acosh()
        }
        #[test]
        fn acosh_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&acosh_special_grad(1.0).1), &[f64::INFINITY]);
        }

        #[backprop $options]
        pub fn atanh(a: $F) -> $F {
            a.atanh()
        }
        case!($F $mode: atanh(by a: -0.9..0.9));

        #[backprop $options]
        pub fn atanh_path(a: $F) -> $F {
            $F::atanh(a)
        }
        case!($F $mode: atanh_path(by a: -0.9..0.9));

        #[backprop $options]
        pub fn atanh_special(a: $F) -> $F {
            a.atanh()
        }
        #[test]
        fn atanh_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&atanh_special_grad(1.0).1), &[f64::INFINITY]);
            assert_partials(&flat(&atanh_special_grad(-1.0).1), &[f64::INFINITY]);
        }

        #[backprop $options]
        pub fn max(a: $F, b: $F) -> $F {
            a.max(b)
        }
        case!($F $mode: max(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn max_path(a: $F, b: $F) -> $F {
            $F::max(a, b)
        }
        case!($F $mode: max_path(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn max_special(a: $F, b: $F) -> $F {
            a.max(b)
        }
        #[test]
        fn max_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&max_special_grad(1.0, 1.0).1), &[1.0, 0.0]);
            assert_partials(&flat(&max_special_grad($F::NAN, 1.0).1), &[0.0, 1.0]);
            assert_partials(&flat(&max_special_grad(1.0, $F::NAN).1), &[1.0, 0.0]);
        }

        #[backprop $options]
        pub fn min(a: $F, b: $F) -> $F {
            a.min(b)
        }
        case!($F $mode: min(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn min_path(a: $F, b: $F) -> $F {
            $F::min(a, b)
        }
        case!($F $mode: min_path(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn min_special(a: $F, b: $F) -> $F {
            a.min(b)
        }
        #[test]
        fn min_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&min_special_grad(1.0, 1.0).1), &[1.0, 0.0]);
            assert_partials(&flat(&min_special_grad($F::NAN, 1.0).1), &[0.0, 1.0]);
            assert_partials(&flat(&min_special_grad(1.0, $F::NAN).1), &[1.0, 0.0]);
        }

        #[backprop $options]
        pub fn clamp(a: $F, lo: $F, hi: $F) -> $F {
            a.clamp(lo, hi)
        }
        case!($F $mode: clamp(by a: -3.0..3.0, by lo: -1.5..-0.5, by hi: 0.5..1.5));

        #[backprop $options]
        pub fn clamp_path(a: $F, lo: $F, hi: $F) -> $F {
            $F::clamp(a, lo, hi)
        }
        case!($F $mode: clamp_path(by a: -3.0..3.0, by lo: -1.5..-0.5, by hi: 0.5..1.5));

        #[backprop $options]
        pub fn clamp_special(a: $F, lo: $F, hi: $F) -> $F {
            a.clamp(lo, hi)
        }
        #[test]
        fn clamp_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&clamp_special_grad(-1.0, -1.0, 1.0).1), &[1.0, 0.0, 0.0]);
            assert_partials(&flat(&clamp_special_grad($F::NAN, -1.0, 1.0).1), &[1.0, 0.0, 0.0]);
        }

        #[backprop $options]
        pub fn abs_sub(a: $F, b: $F) -> $F {
            a.abs_sub(b)
        }
        case!($F $mode: abs_sub(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn abs_sub_path(a: $F, b: $F) -> $F {
            $F::abs_sub(a, b)
        }
        case!($F $mode: abs_sub_path(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn abs_sub_special(a: $F, b: $F) -> $F {
            a.abs_sub(b)
        }
        #[test]
        fn abs_sub_at_special_points() {
            use crate::case::{assert_partials, flat};
            assert_partials(&flat(&abs_sub_special_grad(1.0, 1.0).1), &[1.0, -1.0]);
        }

        #[backprop $options]
        pub fn copysign(a: $F, b: $F) -> $F {
            a.copysign(b)
        }
        case!($F $mode: copysign(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn copysign_path(a: $F, b: $F) -> $F {
            $F::copysign(a, b)
        }
        case!($F $mode: copysign_path(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn signum(a: $F) -> $F {
            a.signum()
        }
        case!($F $mode: signum(by a: -2.0..2.0));

        #[backprop $options]
        pub fn signum_path(a: $F) -> $F {
            $F::signum(a)
        }
        case!($F $mode: signum_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn floor(a: $F) -> $F {
            a.floor()
        }
        case!($F $mode: floor(by a: -2.0..2.0));

        #[backprop $options]
        pub fn floor_path(a: $F) -> $F {
            $F::floor(a)
        }
        case!($F $mode: floor_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn ceil(a: $F) -> $F {
            a.ceil()
        }
        case!($F $mode: ceil(by a: -2.0..2.0));

        #[backprop $options]
        pub fn ceil_path(a: $F) -> $F {
            $F::ceil(a)
        }
        case!($F $mode: ceil_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn round(a: $F) -> $F {
            a.round()
        }
        case!($F $mode: round(by a: -2.0..2.0));

        #[backprop $options]
        pub fn round_path(a: $F) -> $F {
            $F::round(a)
        }
        case!($F $mode: round_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn round_ties_even(a: $F) -> $F {
            a.round_ties_even()
        }
        case!($F $mode: round_ties_even(by a: -2.0..2.0));

        #[backprop $options]
        pub fn round_ties_even_path(a: $F) -> $F {
            $F::round_ties_even(a)
        }
        case!($F $mode: round_ties_even_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn trunc(a: $F) -> $F {
            a.trunc()
        }
        case!($F $mode: trunc(by a: -2.0..2.0));

        #[backprop $options]
        pub fn trunc_path(a: $F) -> $F {
            $F::trunc(a)
        }
        case!($F $mode: trunc_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn fract(a: $F) -> $F {
            a.fract()
        }
        case!($F $mode: fract(by a: -2.0..2.0));

        #[backprop $options]
        pub fn fract_path(a: $F) -> $F {
            $F::fract(a)
        }
        case!($F $mode: fract_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn rem_euclid(a: $F, b: $F) -> $F {
            a.rem_euclid(b)
        }
        case!($F $mode: rem_euclid(by a: -2.0..2.0, by b: 0.5..2.0));

        #[backprop $options]
        pub fn rem_euclid_path(a: $F, b: $F) -> $F {
            $F::rem_euclid(a, b)
        }
        case!($F $mode: rem_euclid_path(by a: -2.0..2.0, by b: 0.5..2.0));

        #[backprop $options]
        pub fn div_euclid(a: $F, b: $F) -> $F {
            a.div_euclid(b)
        }
        case!($F $mode: div_euclid(by a: -2.0..2.0, by b: 0.5..2.0));

        #[backprop $options]
        pub fn div_euclid_path(a: $F, b: $F) -> $F {
            $F::div_euclid(a, b)
        }
        case!($F $mode: div_euclid_path(by a: -2.0..2.0, by b: 0.5..2.0));

        #[backprop $options]
        pub fn midpoint(a: $F, b: $F) -> $F {
            a.midpoint(b)
        }
        case!($F $mode: midpoint(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn midpoint_path(a: $F, b: $F) -> $F {
            $F::midpoint(a, b)
        }
        case!($F $mode: midpoint_path(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn next_up(a: $F) -> $F {
            a.next_up()
        }
        case!($F $mode: next_up(by a: -2.0..2.0));

        #[backprop $options]
        pub fn next_up_path(a: $F) -> $F {
            $F::next_up(a)
        }
        case!($F $mode: next_up_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn next_down(a: $F) -> $F {
            a.next_down()
        }
        case!($F $mode: next_down(by a: -2.0..2.0));

        #[backprop $options]
        pub fn next_down_path(a: $F) -> $F {
            $F::next_down(a)
        }
        case!($F $mode: next_down_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn to_degrees(a: $F) -> $F {
            a.to_degrees()
        }
        case!($F $mode: to_degrees(by a: -2.0..2.0));

        #[backprop $options]
        pub fn to_degrees_path(a: $F) -> $F {
            $F::to_degrees(a)
        }
        case!($F $mode: to_degrees_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn to_radians(a: $F) -> $F {
            a.to_radians()
        }
        case!($F $mode: to_radians(by a: -2.0..2.0));

        #[backprop $options]
        pub fn to_radians_path(a: $F) -> $F {
            $F::to_radians(a)
        }
        case!($F $mode: to_radians_path(by a: -2.0..2.0));

        #[backprop $options]
        pub fn is_nan(a: $F) -> $F {
            if a.is_nan() { 2.0 * a } else { 3.0 * a }
        }
        case!($F $mode: is_nan(by a: -2.0..2.0));

        #[backprop $options]
        pub fn is_infinite(a: $F) -> $F {
            if a.is_infinite() { 2.0 * a } else { 3.0 * a }
        }
        case!($F $mode: is_infinite(by a: -2.0..2.0));

        #[backprop $options]
        pub fn is_finite(a: $F) -> $F {
            if a.is_finite() { 2.0 * a } else { 3.0 * a }
        }
        case!($F $mode: is_finite(by a: -2.0..2.0));

        #[backprop $options]
        pub fn is_normal(a: $F) -> $F {
            if a.is_normal() { 2.0 * a } else { 3.0 * a }
        }
        case!($F $mode: is_normal(by a: -2.0..2.0));

        #[backprop $options]
        pub fn is_subnormal(a: $F) -> $F {
            if a.is_subnormal() { 2.0 * a } else { 3.0 * a }
        }
        case!($F $mode: is_subnormal(by a: -2.0..2.0));

        #[backprop $options]
        pub fn is_sign_positive(a: $F) -> $F {
            if a.is_sign_positive() { 2.0 * a } else { 3.0 * a }
        }
        case!($F $mode: is_sign_positive(by a: -2.0..2.0));

        #[backprop $options]
        pub fn is_sign_negative(a: $F) -> $F {
            if a.is_sign_negative() { 2.0 * a } else { 3.0 * a }
        }
        case!($F $mode: is_sign_negative(by a: -2.0..2.0));

    };
}
