//! The lines themselves, and the macro that reads them.
//!
//! A line is `Name (operands, each with the range it is tested on) -> result: surface syntax => [partials]`,
//! followed by `, at (point) [partials there]` for each convention; `as "a = b"` behind that says at which points it holds as
//! well. Behind the surface syntax may stand how the crate
//! `libm` calls the operation on `f64`s, as `, libm::name`. In front may stand `#[cheap]` (an
//! instruction or two: recomputed rather than saved), `#[slow]` (one that takes long: recomputed in loops), `#[exact]` (IEEE or std fix every bit of the result, so that
//! a constant may be folded), `#[panics]`, `#[signed]`, `#[euclid]` and `#[inherent]` (generic floats have it
//! by `Signed` as well, by `Euclid`, by no trait), and `#[guarded]` (one partial may be infinite or NaN where the function is smooth in
//! the other operand: along a direction, a zero tangent takes no part), and `#[paired]` (its partial is another function of the same
//! number, and both together take the maths library little longer than one).
//!
//! What stands for several operations of the user's has a surface in parentheses, `(a + c) - c`, or, if its value comes from code
//! that is copied, that value in braces: `{ y }`.
//!
//! The partials belong to the float operands, in order; integer operands come last and have none. They may name
//! the operands and the result, and use float literals, the operations of this table, comparisons, `&&`, `||`,
//! `!`, `if`, and of an integer `n` the forms `n == 0`, `n.saturating_sub(1)` and `n as Self`.

use super::{Cost, Kind, Operand, Rule, RuleId, Special, Traits};

/// How one line computes, for one width of float.
trait Line<const ID: usize>: Sized {
    fn eval(x: &[Self]) -> Self;
    /// The partial with respect to float operand `k`, at operands `x` and result `r`.
    fn partial(k: usize, x: &[Self], r: Self) -> Self;
}

/// The result of an operation as a number: predicates give 1 and 0.
trait Number<F> {
    fn number(self) -> F;
}

macro_rules! numbers {
    ($($F:ident)*) => { $(
        impl Number<$F> for $F { fn number(self) -> $F { self } }
        impl Number<$F> for bool { fn number(self) -> $F { u8::from(self).into() } }
    )* }
}
numbers!(f32 f64);

/// Whether a flag stands in a line's list of flags.
macro_rules! flag {
    (cheap: cheap $($rest:ident)*) => { true };
    (slow: slow $($rest:ident)*) => { true };
    (exact: exact $($rest:ident)*) => { true };
    (panics: panics $($rest:ident)*) => { true };
    (guarded: guarded $($rest:ident)*) => { true };
    (paired: paired $($rest:ident)*) => { true };
    ($want:ident: $other:ident $($rest:ident)*) => { flag!($want: $($rest)*) };
    ($want:ident:) => { false };
}

/// The traits of generic floats that have the operation, by a line's list of flags.
macro_rules! traits {
    (signed $($rest:ident)*) => { Traits::Signed };
    (euclid $($rest:ident)*) => { Traits::Euclid };
    (inherent $($rest:ident)*) => { Traits::None };
    ($other:ident $($rest:ident)*) => { traits!($($rest)*) };
    () => { Traits::Floats };
}

/// What an operand or a result is.
macro_rules! kind {
    () => {
        Kind::Float
    };
    (i32) => {
        Kind::Int
    };
    (bool) => {
        Kind::Bool
    };
    ($result:ident) => {
        Kind::Float
    };
}

/// How `libm` calls the operation, if it has it.
macro_rules! spelling {
    () => {
        None
    };
    ($name:ident) => {
        Some(stringify!($name))
    };
}

/// An operand, taken from a slice of floats.
macro_rules! operand {
    ($x:expr,) => {
        $x
    };
    ($x:expr, $int:ident) => {
        $x as $int
    };
}

/// [`Line`] for one width.
macro_rules! line {
    ($F:ident, $Name:ident, [$($x:ident $($int:ident)?),*], $r:ident, $e:expr, [$($p:expr),*]) => {
        #[allow(unused, deprecated, clippy::all)]
        impl Line<{ Index::$Name as usize }> for $F {
            fn eval(x: &[$F]) -> $F {
                let mut x = x.iter().copied();
                $( let $x = operand!(x.next().unwrap_or($F::NAN), $($int)?); )*
                Number::<$F>::number($e)
            }
            fn partial(k: usize, x: &[$F], $r: $F) -> $F {
                let mut x = x.iter().copied();
                $( let $x = operand!(x.next().unwrap_or($F::NAN), $($int)?); )*
                let mut k = k as isize;
                $( if k == 0 { return $p; } k -= 1; )*
                $F::NAN
            }
        }
    };
}

/// Reads the table.
macro_rules! table {
    ($(
        $(#[$flag:ident])* $Name:ident ( $( $x:ident $(: $int:ident)? in $lo:literal .. $hi:literal ),* )
            -> $r:ident : $e:expr $(, libm::$libm:ident)? => [ $($p:expr),* ] $(, at ($($at:expr),*) [$($there:expr),*] $(as $where:literal)?)* ;
    )*) => {
        /// Numbers the lines.
        enum Index { $($Name),* }

        /// One [`RuleId`] a line, under the line's name.
        #[allow(non_upper_case_globals, missing_docs)]
        pub mod ids {
            use super::{Index, RuleId};
            $( pub const $Name: RuleId = RuleId::of(Index::$Name as u16); )*
        }

        $( line!(f32, $Name, [$($x $($int)?),*], $r, $e, [$($p),*]); )*
        $( line!(f64, $Name, [$($x $($int)?),*], $r, $e, [$($p),*]); )*

        /// All operations, by [`RuleId`].
        pub static RULES: &[Rule] = &[ $( Rule {
            name: stringify!($Name),
            arity: [$(stringify!($x)),*].len(),
            panics: flag!(panics: $($flag)*),
            guarded: flag!(guarded: $($flag)*),
            paired: flag!(paired: $($flag)*),
            exact: flag!(exact: $($flag)*),
            traits: traits!($($flag)*),
            cost: if flag!(cheap: $($flag)*) {
                Cost::Cheap
            } else if flag!(slow: $($flag)*) {
                Cost::Slow
            } else {
                Cost::Expensive
            },
            surface: stringify!($e),
            libm: spelling!($($libm)?),
            operands: &[ $( Operand {
                name: stringify!($x), kind: kind!($($int)?), lo: $lo as f64, hi: $hi as f64,
            } ),* ],
            result: kind!($r),
            result_name: stringify!($r),
            eval: <f64 as Line<{ Index::$Name as usize }>>::eval,
            eval32: <f32 as Line<{ Index::$Name as usize }>>::eval,
            partials: &[ $( stringify!($p) ),* ],
            partial: <f64 as Line<{ Index::$Name as usize }>>::partial,
            partial32: <f32 as Line<{ Index::$Name as usize }>>::partial,
            specials: &[ $( Special {
                at: &[$($at as f64),*],
                partials: &[$($there),*],
                points: &[$($where)?],
            } ),* ],
        } ),* ];
    };
}

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

table! {
    #[cheap] #[exact] Add (a in -2.0..2.0, b in -2.0..2.0) -> r: a + b => [1.0, 1.0];
    #[cheap] #[exact] Sub (a in -2.0..2.0, b in -2.0..2.0) -> r: a - b => [1.0, -1.0];
    #[cheap] #[exact] Mul (a in -2.0..2.0, b in -2.0..2.0) -> r: a * b => [b, a];
    #[slow] #[exact] Div (a in -2.0..2.0, b in 0.5..2.0) -> r: a / b => [1.0 / b, -r * (1.0 / b)];
    Rem (a in -2.0..2.0, b in 0.5..2.0) -> r: a % b, libm::fmod => [1.0, -(a / b).trunc()];
    #[cheap] #[exact] Neg (a in -2.0..2.0) -> r: -a => [-1.0];

    #[cheap] #[exact] #[signed] Abs (a in -2.0..2.0) -> r: a.abs(), libm::fabs => [if a == 0.0 { 0.0 } else { a.signum() }], at (0.0) [0.0];
    #[slow] #[exact] Sqrt (a in 0.1..2.0) -> r: a.sqrt(), libm::sqrt => [0.5 / r], at (0.0) [INF];
    Cbrt (a in 0.1..2.0) -> r: a.cbrt(), libm::cbrt => [1.0 / (3.0 * r * r)], at (0.0) [INF];
    #[slow] #[exact] Recip (a in 0.5..2.0) -> r: a.recip() => [-(r * r)];
    Powi (a in 0.5..2.0, n: i32 in -3..4) -> r: a.powi(n) => [if n == 0 { 0.0 } else { n as Self * a.powi(n.saturating_sub(1)) }], at (0.0, 0) [0.0];
    #[guarded] Powf (a in 0.5..2.0, b in -2.0..2.0) -> r: a.powf(b), libm::pow => [if b == 0.0 { if a == 0.0 { 0.0 } else { b / a * r } } else { b * a.powf(b - 1.0) }, if a == 0.0 && b >= 0.0 { 0.0 } else { r * a.ln() }], at (0.0, 0.0) [0.0, 0.0], at (0.0, 2.0) [0.0, 0.0], at (-2.0, 2.0) [-4.0, NAN];
    Hypot (a in 0.5..2.0, b in -2.0..2.0) -> r: a.hypot(b), libm::hypot => [if r == 0.0 { 0.0 } else { a / r }, if r == 0.0 { 0.0 } else { b / r }], at (0.0, 0.0) [0.0, 0.0];
    MulAdd (a in -2.0..2.0, b in -2.0..2.0, c in -2.0..2.0) -> r: a.mul_add(b, c), libm::fma => [b, a, 1.0];

    Exp (a in -2.0..2.0) -> r: a.exp(), libm::exp => [r];
    Exp2 (a in -2.0..2.0) -> r: a.exp2(), libm::exp2 => [r * 0.6931471805599453];
    ExpM1 (a in -2.0..2.0) -> r: a.exp_m1(), libm::expm1 => [r + 1.0];
    Ln (a in 0.2..2.0) -> r: a.ln(), libm::log => [1.0 / a], at (0.0) [INF];
    Log (a in 0.2..2.0, b in 1.5..4.0) -> r: a.log(b) => [1.0 / (a * b.ln()), -(r / (b * b.ln()))];
    Log2 (a in 0.2..2.0) -> r: a.log2(), libm::log2 => [1.0 / (a * 0.6931471805599453)];
    Log10 (a in 0.2..2.0) -> r: a.log10(), libm::log10 => [1.0 / (a * 2.302585092994046)];
    Ln1p (a in -0.8..2.0) -> r: a.ln_1p(), libm::log1p => [1.0 / (1.0 + a)], at (-1.0) [INF];

    #[paired] Sin (a in -2.0..2.0) -> r: a.sin(), libm::sin => [a.cos()];
    #[paired] Cos (a in -2.0..2.0) -> r: a.cos(), libm::cos => [-a.sin()];
    Tan (a in -1.2..1.2) -> r: a.tan(), libm::tan => [1.0 + r * r];
    Asin (a in -0.9..0.9) -> r: a.asin(), libm::asin => [1.0 / ((1.0 - a) * (1.0 + a)).sqrt()], at (1.0) [INF], at (-1.0) [INF];
    Acos (a in -0.9..0.9) -> r: a.acos(), libm::acos => [-1.0 / ((1.0 - a) * (1.0 + a)).sqrt()], at (1.0) [-INF], at (-1.0) [-INF];
    Atan (a in -2.0..2.0) -> r: a.atan(), libm::atan => [1.0 / (1.0 + a * a)];
    Atan2 (a in 0.5..2.0, b in -2.0..2.0) -> r: a.atan2(b), libm::atan2 => [if a == 0.0 && b == 0.0 { 0.0 } else { b / a.hypot(b) / a.hypot(b) }, if a == 0.0 && b == 0.0 { 0.0 } else { -(a / a.hypot(b) / a.hypot(b)) }], at (0.0, 0.0) [0.0, 0.0];
    Sinh (a in -2.0..2.0) -> r: a.sinh(), libm::sinh => [a.cosh()];
    Cosh (a in -2.0..2.0) -> r: a.cosh(), libm::cosh => [a.sinh()];
    Tanh (a in -2.0..2.0) -> r: a.tanh(), libm::tanh => [1.0 - r * r];
    Asinh (a in -2.0..2.0) -> r: a.asinh(), libm::asinh => [1.0 / a.hypot(1.0)];
    Acosh (a in 1.2..3.0) -> r: a.acosh(), libm::acosh => [1.0 / ((a - 1.0).sqrt() * (a + 1.0).sqrt())], at (1.0) [INF];
    Atanh (a in -0.9..0.9) -> r: a.atanh(), libm::atanh => [1.0 / ((1.0 - a) * (1.0 + a))], at (1.0) [INF], at (-1.0) [INF];

    #[cheap] Max (a in -2.0..2.0, b in -2.0..2.0) -> r: a.max(b), libm::fmax => [if a >= b || b != b { 1.0 } else { 0.0 }, if a >= b || b != b { 0.0 } else { 1.0 }], at (1.0, 1.0) [1.0, 0.0] as "a = b", at (NAN, 1.0) [0.0, 1.0] as "a = NaN", at (1.0, NAN) [1.0, 0.0] as "b = NaN";
    #[cheap] Min (a in -2.0..2.0, b in -2.0..2.0) -> r: a.min(b), libm::fmin => [if a <= b || b != b { 1.0 } else { 0.0 }, if a <= b || b != b { 0.0 } else { 1.0 }], at (1.0, 1.0) [1.0, 0.0] as "a = b", at (NAN, 1.0) [0.0, 1.0] as "a = NaN", at (1.0, NAN) [1.0, 0.0] as "b = NaN";
    #[cheap] #[panics] Clamp (a in -3.0..3.0, lo in -1.5..-0.5, hi in 0.5..1.5) -> r: a.clamp(lo, hi) => [if a < lo || a > hi { 0.0 } else { 1.0 }, if a < lo { 1.0 } else { 0.0 }, if a > hi { 1.0 } else { 0.0 }], at (-1.0, -1.0, 1.0) [1.0, 0.0, 0.0] as "a = lo or a = hi", at (NAN, -1.0, 1.0) [1.0, 0.0, 0.0] as "a = NaN";
    #[cheap] AbsSub (a in -2.0..2.0, b in -2.0..2.0) -> r: a.abs_sub(b), libm::fdim => [if a < b { 0.0 } else { 1.0 }, if a < b { 0.0 } else { -1.0 }], at (1.0, 1.0) [1.0, -1.0] as "a = b";
    #[cheap] #[exact] Copysign (a in 0.5..2.0, b in -2.0..2.0) -> r: a.copysign(b), libm::copysign => [if a.is_sign_negative() == b.is_sign_negative() { 1.0 } else { -1.0 }, 0.0];
    #[cheap] #[exact] #[signed] Signum (a in -2.0..2.0) -> r: a.signum() => [0.0];
    #[exact] Floor (a in -2.0..2.0) -> r: a.floor(), libm::floor => [0.0];
    #[exact] Ceil (a in -2.0..2.0) -> r: a.ceil(), libm::ceil => [0.0];
    #[exact] Round (a in -2.0..2.0) -> r: a.round(), libm::round => [0.0];
    #[exact] #[inherent] RoundTiesEven (a in -2.0..2.0) -> r: a.round_ties_even(), libm::rint => [0.0];
    #[cheap] #[exact] RoundedBy (a in -2.0..2.0, c in 6755399441055744.0..6755399441055800.0) -> r: (a + c) - c => [if c + 0.001953125 == c { 0.0 } else { 1.0 }, 0.0], at (0.25, 6755399441055744.0) [0.0, 0.0] as "c so large that it rounds a";
    Remade (a in 0.5..2.0, k in 0.5..2.0, y in 0.5..2.0) -> r: { y } => [k * (y.signum() * (y.abs().next_up() - y.abs())) / (a.signum() * (a.abs().next_up() - a.abs())), 0.0, 0.0];
    FromDigits (a in 0.5..2.0, k in 0.5..2.0, y in 0.5..2.0) -> r: { y } => [k * (y.signum() * (y.abs().next_up() - y.abs())), 0.0, 0.0];
    ToDigits (a in 0.5..2.0, k in 0.5..2.0, y in 0.5..2.0) -> r: { y } => [k / (a.signum() * (a.abs().next_up() - a.abs())), 0.0, 0.0];
    #[exact] Trunc (a in -2.0..2.0) -> r: a.trunc(), libm::trunc => [0.0];
    Fract (a in -2.0..2.0) -> r: a.fract() => [1.0];
    #[euclid] RemEuclid (a in -2.0..2.0, b in 0.5..2.0) -> r: a.rem_euclid(b) => [1.0, -a.div_euclid(b)];
    #[euclid] DivEuclid (a in -2.0..2.0, b in 0.5..2.0) -> r: a.div_euclid(b) => [0.0, 0.0];
    #[cheap] #[inherent] Midpoint (a in -2.0..2.0, b in -2.0..2.0) -> r: a.midpoint(b) => [0.5, 0.5];
    #[cheap] #[inherent] NextUp (a in -2.0..2.0) -> r: a.next_up() => [1.0];
    #[cheap] #[inherent] NextDown (a in -2.0..2.0) -> r: a.next_down() => [1.0];
    #[cheap] ToDegrees (a in -2.0..2.0) -> r: a.to_degrees() => [57.29577951308232];
    #[cheap] ToRadians (a in -2.0..2.0) -> r: a.to_radians() => [0.017453292519943295];

    #[cheap] #[exact] IsNan (a in -2.0..2.0) -> bool: a.is_nan() => [];
    #[cheap] #[exact] IsInfinite (a in -2.0..2.0) -> bool: a.is_infinite() => [];
    #[cheap] #[exact] IsFinite (a in -2.0..2.0) -> bool: a.is_finite() => [];
    #[cheap] #[exact] IsNormal (a in -2.0..2.0) -> bool: a.is_normal() => [];
    #[cheap] #[exact] IsSubnormal (a in -2.0..2.0) -> bool: a.is_subnormal() => [];
    #[cheap] #[exact] IsSignPositive (a in -2.0..2.0) -> bool: a.is_sign_positive() => [];
    #[cheap] #[exact] IsSignNegative (a in -2.0..2.0) -> bool: a.is_sign_negative() => [];
}
