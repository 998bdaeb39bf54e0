//! Functions of the crate `libm`, where there may be no `std`: the value is the one that `libm` computes, and so are the
//! parts of the derivative.

use backprop::backprop;

mod operations;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt $abs:ident $cos:ident $exp:ident $floor:ident $max:ident $pow:ident $sin:ident
        $sincos:ident $sqrt:ident) => {
        #[backprop $options]
        pub fn straight(x: $F, y: $F) -> $F {
            let angle = libm::$sin(x * y) + ::libm::$cos(y);
            let power = libm::$pow(libm::$abs(angle) + 1.0, 1.5);
            power * libm::$exp(-x) + libm::$max(x, 0.25) * x.sin()
        }
        case!($F $mode: straight(by x: -1.5..1.5, by y: -1.5..1.5));

        #[backprop $options]
        pub fn branches(x: $F, y: $F) -> $F {
            let root = if x > 0.0 { libm::$sqrt(x) } else { 2.0 * libm::$exp(x) };
            match libm::$floor(y) as i32 {
                0 => root * libm::$pow(2.0, y),
                1 if libm::$abs(x) < 0.5 => root + y,
                _ => libm::$pow(y, 3.0) - root,
            }
        }
        case!($F $mode: branches(by x: -2.0..2.0, by y: 0.1..2.9));

        #[backprop $options]
        pub fn loops(x: &[$F], start: $F) -> $F {
            let mut state = start;
            for i in 0..x.len() {
                state = libm::$sin(state) * x[i] + libm::$exp(-libm::$abs(x[i]));
            }
            let mut rounds = 0;
            while libm::$abs(state) < 3.0 && rounds < 9 {
                state += libm::$cos(state) * 0.5;
                rounds += 1;
            }
            state
        }
        case!($F $mode: loops(slice x: 0.2..1.5 => vec![0.0; 6], by start: -1.0..1.0));

        #[backprop $options]
        pub fn chains(x: &[$F]) -> $F {
            let norm = libm::$sqrt(x.iter().map(|v| v * v).sum::<$F>());
            let roots: Vec<$F> = x.iter().copied().map(libm::$sqrt).rev().skip(1).collect();
            let largest = x.iter().copied().fold($F::NEG_INFINITY, libm::$max);
            norm * largest + roots.iter().map(|r| libm::$pow(*r, norm)).sum::<$F>()
        }
        case!($F $mode: chains(slice x: 0.2..1.5 => vec![0.0; 5]));

        #[backprop $options]
        pub fn both(x: $F, y: $F) -> [$F; 2] {
            let (s, c) = libm::$sincos(x);
            [s * y + c, c * y - s]
        }
        case!($F $mode: vjp both(by x: -9.0..9.0, by y: -1.0..1.0));

        /// Code without derivatives is copied, whatever it calls.
        #[backprop $options]
        pub fn constants(x: $F, #[no_grad] k: $F) -> $F {
            let scale = libm::$sqrt(k) + libm::$floor(k);
            scale * x + libm::$pow(x, k)
        }
        case!($F $mode: constants(by x: 0.5..1.5; 2.5));
    };
}

mod double {
    use super::*;
    functions!(f64 double (jvp) fabs cos exp floor fmax pow sin sincos sqrt);
}
mod unsimplified {
    use super::*;
    functions!(f64 unsimplified (jvp, no_simplify) fabs cos exp floor fmax pow sin sincos sqrt);
}
mod single {
    use super::*;
    functions!(f32 single (jvp) fabsf cosf expf floorf fmaxf powf sinf sincosf sqrtf);
}

/// What is imported, under whatever name.
mod imported {
    use backprop::backprop;
    use libm as m;
    use libm::{fabs, fmod, pow as power, sqrt};

    #[backprop(jvp)]
    fn imports(x: f64, y: f64) -> f64 {
        use libm::cos as turned;
        power(fabs(x), 1.5) * m::atan2(y, x) + [x, y].map(sqrt)[1] * turned(x) + fmod(x, 0.7)
    }
    case!(f64 double: imports(by x: 0.2..1.5, by y: 0.2..1.5));

    mod everything {
        use backprop::backprop;
        use libm::*;

        fn cbrt(k: i32) -> i32 {
            k / 3
        }

        #[backprop(jvp)]
        fn glob(x: f64, y: f64) -> f64 {
            log1p(x) * expm1(y) + f64::from(cbrt(9)) * hypot(x, y)
        }
        case!(f64 double: glob(by x: 0.2..1.5, by y: 0.2..1.5));
    }

    mod handed_on {
        use super::*;

        #[backprop(jvp)]
        pub fn through_another_module(x: f64) -> f64 {
            sqrt(x) * m::tanh(power(x, 3.0))
        }
    }
    use handed_on::{through_another_module, through_another_module_grad, through_another_module_jvp};
    case!(f64 double: through_another_module(by x: 0.2..1.5));
}

/// A module of the user's own of that name is a module like any other.
mod own {
    use backprop::backprop;

    mod libm {
        #[backprop::backprop(jvp)]
        pub fn sin(x: f64) -> f64 {
            x * x
        }
    }

    #[backprop(jvp)]
    fn calls_own(x: f64) -> f64 {
        libm::sin(x) + ::libm::sin(x)
    }
    case!(f64 double: calls_own(by x: -2.0..2.0));

    mod below {
        use super::libm;

        #[backprop::backprop(jvp)]
        fn calls_imported(x: f64) -> f64 {
            2.0 * libm::sin(x)
        }
        case!(f64 double: calls_imported(by x: -2.0..2.0));
    }
}

#[backprop::backprop(jvp)]
mod whole {
    use libm::exp;

    pub fn decay(x: f64) -> f64 {
        exp(-x) * offset(x)
    }
    fn offset(x: f64) -> f64 {
        1.0 + libm::fabs(x)
    }
}

#[test]
fn a_whole_module_sees_its_imports() {
    let (value, d_x) = whole::decay_grad(1.5);
    assert_eq!(value, libm::exp(-1.5) * 2.5);
    assert!((d_x + 1.5 * libm::exp(-1.5)).abs() < 1e-15);
}

/// The value of `sincos` is put together from the two operations.
#[test]
fn sincos_is_sin_and_cos_to_the_bit() {
    let mut random = fastrand::Rng::with_seed(3);
    for k in 0..200_000 {
        let x = (2.0 * random.f64() - 1.0) * 2f64.powi(k % 80 - 40);
        let ((s, c), f) = (libm::sincos(x), x as f32);
        assert_eq!([s.to_bits(), c.to_bits()], [libm::sin(x).to_bits(), libm::cos(x).to_bits()], "{x:e}");
        let (s, c) = libm::sincosf(f);
        assert_eq!([s.to_bits(), c.to_bits()], [libm::sinf(f).to_bits(), libm::cosf(f).to_bits()], "{f:e}");
    }
}
