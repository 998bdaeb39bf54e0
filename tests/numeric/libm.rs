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
