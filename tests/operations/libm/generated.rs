// Written from the rule table by the test beside this file: BLESS=1 cargo test --test operations

macro_rules! functions {
    (f64 $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn fmod(a: f64, b: f64) -> f64 {
            libm::fmod(a, b)
        }
        case!(f64 $mode: fmod(by a: -2.0..2.0, by b: 0.5..2.0));

        #[backprop $options]
        pub fn fabs(a: f64) -> f64 {
            libm::fabs(a)
        }
        case!(f64 $mode: fabs(by a: -2.0..2.0));

        #[backprop $options]
        pub fn sqrt(a: f64) -> f64 {
            libm::sqrt(a)
        }
        case!(f64 $mode: sqrt(by a: 0.1..2.0));

        #[backprop $options]
        pub fn cbrt(a: f64) -> f64 {
            libm::cbrt(a)
        }
        case!(f64 $mode: cbrt(by a: 0.1..2.0));

        #[backprop $options]
        pub fn pow(a: f64, b: f64) -> f64 {
            libm::pow(a, b)
        }
        case!(f64 $mode: pow(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn hypot(a: f64, b: f64) -> f64 {
            libm::hypot(a, b)
        }
        case!(f64 $mode: hypot(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn fma(a: f64, b: f64, c: f64) -> f64 {
            libm::fma(a, b, c)
        }
        case!(f64 $mode: fma(by a: -2.0..2.0, by b: -2.0..2.0, by c: -2.0..2.0));

        #[backprop $options]
        pub fn exp(a: f64) -> f64 {
            libm::exp(a)
        }
        case!(f64 $mode: exp(by a: -2.0..2.0));

        #[backprop $options]
        pub fn exp2(a: f64) -> f64 {
            libm::exp2(a)
        }
        case!(f64 $mode: exp2(by a: -2.0..2.0));

        #[backprop $options]
        pub fn expm1(a: f64) -> f64 {
            libm::expm1(a)
        }
        case!(f64 $mode: expm1(by a: -2.0..2.0));

        #[backprop $options]
        pub fn log(a: f64) -> f64 {
            libm::log(a)
        }
        case!(f64 $mode: log(by a: 0.2..2.0));

        #[backprop $options]
        pub fn log2(a: f64) -> f64 {
            libm::log2(a)
        }
        case!(f64 $mode: log2(by a: 0.2..2.0));

        #[backprop $options]
        pub fn log10(a: f64) -> f64 {
            libm::log10(a)
        }
        case!(f64 $mode: log10(by a: 0.2..2.0));

        #[backprop $options]
        pub fn log1p(a: f64) -> f64 {
            libm::log1p(a)
        }
        case!(f64 $mode: log1p(by a: -0.8..2.0));

        #[backprop $options]
        pub fn sin(a: f64) -> f64 {
            libm::sin(a)
        }
        case!(f64 $mode: sin(by a: -2.0..2.0));

        #[backprop $options]
        pub fn cos(a: f64) -> f64 {
            libm::cos(a)
        }
        case!(f64 $mode: cos(by a: -2.0..2.0));

        #[backprop $options]
        pub fn tan(a: f64) -> f64 {
            libm::tan(a)
        }
        case!(f64 $mode: tan(by a: -1.2..1.2));

        #[backprop $options]
        pub fn asin(a: f64) -> f64 {
            libm::asin(a)
        }
        case!(f64 $mode: asin(by a: -0.9..0.9));

        #[backprop $options]
        pub fn acos(a: f64) -> f64 {
            libm::acos(a)
        }
        case!(f64 $mode: acos(by a: -0.9..0.9));

        #[backprop $options]
        pub fn atan(a: f64) -> f64 {
            libm::atan(a)
        }
        case!(f64 $mode: atan(by a: -2.0..2.0));

        #[backprop $options]
        pub fn atan2(a: f64, b: f64) -> f64 {
            libm::atan2(a, b)
        }
        case!(f64 $mode: atan2(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn sinh(a: f64) -> f64 {
            libm::sinh(a)
        }
        case!(f64 $mode: sinh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn cosh(a: f64) -> f64 {
            libm::cosh(a)
        }
        case!(f64 $mode: cosh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn tanh(a: f64) -> f64 {
            libm::tanh(a)
        }
        case!(f64 $mode: tanh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn asinh(a: f64) -> f64 {
            libm::asinh(a)
        }
        case!(f64 $mode: asinh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn acosh(a: f64) -> f64 {
            libm::acosh(a)
        }
        case!(f64 $mode: acosh(by a: 1.2..3.0));

        #[backprop $options]
        pub fn atanh(a: f64) -> f64 {
            libm::atanh(a)
        }
        case!(f64 $mode: atanh(by a: -0.9..0.9));

        #[backprop $options]
        pub fn fmax(a: f64, b: f64) -> f64 {
            libm::fmax(a, b)
        }
        case!(f64 $mode: fmax(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn fmin(a: f64, b: f64) -> f64 {
            libm::fmin(a, b)
        }
        case!(f64 $mode: fmin(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn fdim(a: f64, b: f64) -> f64 {
            libm::fdim(a, b)
        }
        case!(f64 $mode: fdim(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn copysign(a: f64, b: f64) -> f64 {
            libm::copysign(a, b)
        }
        case!(f64 $mode: copysign(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn floor(a: f64) -> f64 {
            libm::floor(a)
        }
        case!(f64 $mode: floor(by a: -2.0..2.0));

        #[backprop $options]
        pub fn ceil(a: f64) -> f64 {
            libm::ceil(a)
        }
        case!(f64 $mode: ceil(by a: -2.0..2.0));

        #[backprop $options]
        pub fn round(a: f64) -> f64 {
            libm::round(a)
        }
        case!(f64 $mode: round(by a: -2.0..2.0));

        #[backprop $options]
        pub fn rint(a: f64) -> f64 {
            libm::rint(a)
        }
        case!(f64 $mode: rint(by a: -2.0..2.0));

        #[backprop $options]
        pub fn trunc(a: f64) -> f64 {
            libm::trunc(a)
        }
        case!(f64 $mode: trunc(by a: -2.0..2.0));

    };
    (f32 $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn fmod(a: f32, b: f32) -> f32 {
            libm::fmodf(a, b)
        }
        case!(f32 $mode: fmod(by a: -2.0..2.0, by b: 0.5..2.0));

        #[backprop $options]
        pub fn fabs(a: f32) -> f32 {
            libm::fabsf(a)
        }
        case!(f32 $mode: fabs(by a: -2.0..2.0));

        #[backprop $options]
        pub fn sqrt(a: f32) -> f32 {
            libm::sqrtf(a)
        }
        case!(f32 $mode: sqrt(by a: 0.1..2.0));

        #[backprop $options]
        pub fn cbrt(a: f32) -> f32 {
            libm::cbrtf(a)
        }
        case!(f32 $mode: cbrt(by a: 0.1..2.0));

        #[backprop $options]
        pub fn pow(a: f32, b: f32) -> f32 {
            libm::powf(a, b)
        }
        case!(f32 $mode: pow(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn hypot(a: f32, b: f32) -> f32 {
            libm::hypotf(a, b)
        }
        case!(f32 $mode: hypot(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn fma(a: f32, b: f32, c: f32) -> f32 {
            libm::fmaf(a, b, c)
        }
        case!(f32 $mode: fma(by a: -2.0..2.0, by b: -2.0..2.0, by c: -2.0..2.0));

        #[backprop $options]
        pub fn exp(a: f32) -> f32 {
            libm::expf(a)
        }
        case!(f32 $mode: exp(by a: -2.0..2.0));

        #[backprop $options]
        pub fn exp2(a: f32) -> f32 {
            libm::exp2f(a)
        }
        case!(f32 $mode: exp2(by a: -2.0..2.0));

        #[backprop $options]
        pub fn expm1(a: f32) -> f32 {
            libm::expm1f(a)
        }
        case!(f32 $mode: expm1(by a: -2.0..2.0));

        #[backprop $options]
        pub fn log(a: f32) -> f32 {
            libm::logf(a)
        }
        case!(f32 $mode: log(by a: 0.2..2.0));

        #[backprop $options]
        pub fn log2(a: f32) -> f32 {
            libm::log2f(a)
        }
        case!(f32 $mode: log2(by a: 0.2..2.0));

        #[backprop $options]
        pub fn log10(a: f32) -> f32 {
            libm::log10f(a)
        }
        case!(f32 $mode: log10(by a: 0.2..2.0));

        #[backprop $options]
        pub fn log1p(a: f32) -> f32 {
            libm::log1pf(a)
        }
        case!(f32 $mode: log1p(by a: -0.8..2.0));

        #[backprop $options]
        pub fn sin(a: f32) -> f32 {
            libm::sinf(a)
        }
        case!(f32 $mode: sin(by a: -2.0..2.0));

        #[backprop $options]
        pub fn cos(a: f32) -> f32 {
            libm::cosf(a)
        }
        case!(f32 $mode: cos(by a: -2.0..2.0));

        #[backprop $options]
        pub fn tan(a: f32) -> f32 {
            libm::tanf(a)
        }
        case!(f32 $mode: tan(by a: -1.2..1.2));

        #[backprop $options]
        pub fn asin(a: f32) -> f32 {
            libm::asinf(a)
        }
        case!(f32 $mode: asin(by a: -0.9..0.9));

        #[backprop $options]
        pub fn acos(a: f32) -> f32 {
            libm::acosf(a)
        }
        case!(f32 $mode: acos(by a: -0.9..0.9));

        #[backprop $options]
        pub fn atan(a: f32) -> f32 {
            libm::atanf(a)
        }
        case!(f32 $mode: atan(by a: -2.0..2.0));

        #[backprop $options]
        pub fn atan2(a: f32, b: f32) -> f32 {
            libm::atan2f(a, b)
        }
        case!(f32 $mode: atan2(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn sinh(a: f32) -> f32 {
            libm::sinhf(a)
        }
        case!(f32 $mode: sinh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn cosh(a: f32) -> f32 {
            libm::coshf(a)
        }
        case!(f32 $mode: cosh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn tanh(a: f32) -> f32 {
            libm::tanhf(a)
        }
        case!(f32 $mode: tanh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn asinh(a: f32) -> f32 {
            libm::asinhf(a)
        }
        case!(f32 $mode: asinh(by a: -2.0..2.0));

        #[backprop $options]
        pub fn acosh(a: f32) -> f32 {
            libm::acoshf(a)
        }
        case!(f32 $mode: acosh(by a: 1.2..3.0));

        #[backprop $options]
        pub fn atanh(a: f32) -> f32 {
            libm::atanhf(a)
        }
        case!(f32 $mode: atanh(by a: -0.9..0.9));

        #[backprop $options]
        pub fn fmax(a: f32, b: f32) -> f32 {
            libm::fmaxf(a, b)
        }
        case!(f32 $mode: fmax(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn fmin(a: f32, b: f32) -> f32 {
            libm::fminf(a, b)
        }
        case!(f32 $mode: fmin(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn fdim(a: f32, b: f32) -> f32 {
            libm::fdimf(a, b)
        }
        case!(f32 $mode: fdim(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn copysign(a: f32, b: f32) -> f32 {
            libm::copysignf(a, b)
        }
        case!(f32 $mode: copysign(by a: 0.5..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn floor(a: f32) -> f32 {
            libm::floorf(a)
        }
        case!(f32 $mode: floor(by a: -2.0..2.0));

        #[backprop $options]
        pub fn ceil(a: f32) -> f32 {
            libm::ceilf(a)
        }
        case!(f32 $mode: ceil(by a: -2.0..2.0));

        #[backprop $options]
        pub fn round(a: f32) -> f32 {
            libm::roundf(a)
        }
        case!(f32 $mode: round(by a: -2.0..2.0));

        #[backprop $options]
        pub fn rint(a: f32) -> f32 {
            libm::rintf(a)
        }
        case!(f32 $mode: rint(by a: -2.0..2.0));

        #[backprop $options]
        pub fn trunc(a: f32) -> f32 {
            libm::truncf(a)
        }
        case!(f32 $mode: trunc(by a: -2.0..2.0));

    };
}
