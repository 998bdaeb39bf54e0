//! Floats made of the bits of others: what is made of their last digits has a derivative, what is made of steps has none.

use backprop::backprop;

/// The operations on bits differ between the widths: the masks, and how long the fraction is.
macro_rules! functions {
    ($F:ident $Bits:ident ($sign:literal $fraction:literal $exponents:literal $bias:literal $magic:literal $third:literal)
        $mode:ident $options:tt) => {
        /// By halves and powers of two, as `frexp` does it.
        #[backprop $options]
        pub fn parts(x: $F) -> $F {
            let bits = x.to_bits();
            let sign = if (bits >> $sign) != 0 { -1.0 } else { 1.0 };
            let exponent = ((bits >> $fraction) & $exponents) as i32 - $bias;
            let fraction = sign * $F::from_bits((bits & ((1 << $fraction) - 1)) | (($bias - 1) << $fraction));
            fraction * fraction.sin() + exponent as $F * x
        }
        case!($F $mode: parts(by x: -3.0..3.0));

        /// The other way, as `ldexp` does it.
        #[backprop $options]
        pub fn scaled(x: $F, by: i32) -> $F {
            let bits = x.to_bits();
            let exponent = ((bits >> $fraction) & $exponents) as i32 + by;
            let scaled = (bits & !($exponents << $fraction)) | ((exponent as $Bits) << $fraction);
            $F::from_bits(scaled).cos() * x
        }
        case!($F $mode: scaled(by x: 0.5..2.0; 2));

        /// The sign's bit, changed in place; the float changes afterwards.
        #[backprop $options]
        pub fn magnitude(mut x: $F, y: $F) -> $F {
            let mut bits = (x * y).to_bits();
            bits &= (!0) >> 1;
            let negative = $F::from_bits(bits ^ 1 << $sign);
            x *= 3.0;
            $F::from_bits(bits) * x + negative.exp()
        }
        case!($F $mode: magnitude(by x: -2.0..2.0, by y: 0.5..1.5));

        /// In rounds and arms, with what is made of steps beside it.
        #[backprop $options]
        pub fn in_rounds(xs: &[$F]) -> $F {
            let mut sum = 0.0;
            for &x in xs {
                let bits = x.to_bits();
                if bits >> $sign == 0 {
                    let power = $F::from_bits(bits & $exponents << $fraction);
                    sum += x / power;
                } else {
                    sum += $F::from_bits(bits.wrapping_sub(1 << $fraction)) * x;
                }
                let cut = $F::from_bits(bits & (!0 << 6));
                sum += (x - cut) * x;
            }
            sum
        }
        case!($F $mode: in_rounds(slice xs: -2.0..2.0 => vec![0.0; 5]));

        /// The logarithm to the base of 2 and its inverse, nearly.
        #[backprop $options]
        pub fn logarithm(x: $F) -> $F {
            let mut y = x.to_bits() as $F;
            y /= ((1 as $Bits) << $fraction) as $F;
            let back = ((y - 0.25) * ((1 as $Bits) << $fraction) as $F) as $Bits;
            $F::from_bits(back) * (y - $bias as $F)
        }
        case!($F $mode: logarithm(by x: 0.6..1.9));

        /// The inverse of a square root, with one step of Newton's; a third of the bits.
        #[backprop $options]
        pub fn roots(x: $F) -> $F {
            let start = $F::from_bits($magic - (x.to_bits() >> 1));
            let inverse = start * (1.5 - 0.5 * x * start * start);
            let third = $F::from_bits($F::to_bits(x) / 3 + $third);
            inverse + third * x
        }
        case!($F $mode: roots(by x: 0.6..1.9));

        /// The exponential's power of two is a step.
        #[backprop $options]
        pub fn exponential(x: $F) -> $F {
            let n = (x * std::$F::consts::LOG2_E).floor();
            let r = x - n * std::$F::consts::LN_2;
            let power = $F::from_bits(((n as i32 + $bias) as $Bits) << $fraction);
            power * (1.0 + r * (1.0 + r * (0.5 + r / 6.0)))
        }
        case!($F $mode: exponential(by x: -3.0..3.0));
    };
}

macro_rules! widths {
    ($name:ident $mode:ident $F:ident $Bits:ident $numbers:tt $options:tt) => {
        mod $name {
            use super::*;
            functions!($F $Bits $numbers $mode $options);
        }
    };
}

widths!(double double f64 u64 (63 52 0x7ff 1023 0x5fe6_eb50_c7b5_37a9 0x2a9f_7893_0000_0000) (jvp));
#[cfg(debug_assertions)]
widths!(unsimplified unsimplified f64 u64 (63 52 0x7ff 1023 0x5fe6_eb50_c7b5_37a9 0x2a9f_7893_0000_0000) (jvp, no_simplify));
widths!(single single f32 u32 (31 23 0xff 127 0x5f37_59df 709957561) (jvp));
