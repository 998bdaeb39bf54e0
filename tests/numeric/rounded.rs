//! Numbers rounded by what is so large that only whole numbers are left beside it: `x + LARGE - LARGE` is made of steps.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        /// Whole numbers are all that there is beside it.
        const LARGE: $F = 1.5 / $F::EPSILON;
        /// An ordinary shift.
        const METRES: $F = 2.0;
        /// Another.
        const ZERO_CELSIUS: $F = 273.15;

        /// A number less a multiple of the logarithm of 2, as maths libraries reduce it.
        #[backprop $options]
        pub fn exponential(x: $F) -> $F {
            let n = x * std::$F::consts::LOG2_E + LARGE - LARGE;
            let r = x - n * std::$F::consts::LN_2;
            (1.0 + r * (1.0 + r * (0.5 + r / 6.0))) * (n * std::$F::consts::LN_2).exp()
        }
        case!($F $mode: exponential(by x: -3.0..3.0));

        // The way back first, in other statements, in rounds and arms, by numbers without a name.
        #[backprop $options]
        pub fn there_and_back(xs: &[$F], y: $F) -> $F {
            let mut sum = 0.0;
            for &x in xs {
                let mut n = x * y;
                n -= 1.5 / $F::EPSILON;
                let rest = x * y - if x > 0.0 { n + 1.5 / $F::EPSILON } else { LARGE + x - LARGE };
                sum += rest * rest * x;
            }
            sum
        }
        case!($F $mode: there_and_back(slice xs: -3.0..3.0 => vec![0.0; 5], by y: 0.5..2.0));

        // The sum is asked for its last bits, and kept.
        #[backprop $options]
        pub fn parity(x: $F) -> $F {
            let shifted = LARGE + x;
            let odd = shifted.to_bits() & 1 == 1;
            let rest = x - (shifted - LARGE);
            if odd { -rest * x } else { rest * x }
        }
        case!($F $mode: parity(by x: -4.0..4.0));

        // Nothing is rounded beside a small number, whether its value is in sight or not.
        #[backprop $options]
        pub fn shifted(x: $F) -> $F {
            let kelvin = x + ZERO_CELSIUS;
            let again = x + METRES - METRES;
            (kelvin - ZERO_CELSIUS) * x + again * again
        }
        case!($F $mode: shifted(by x: 1.0..2.0));
    };
}

instances!(functions);
