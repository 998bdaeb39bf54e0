//! Functions over `T: Float`: the bounds that people write, constants of `T`, and conversions from float to float.

use backprop::backprop;
use num_traits::float::FloatCore;
use num_traits::real::Real;
use num_traits::{Euclid, Float, FloatConst, FromPrimitive, NumAssign, NumCast};
use std::iter::Sum;

/// The helper that half of all generic code has.
fn lit<T: Float>(x: f64) -> T {
    T::from(x).unwrap()
}

fn constant<T: FromPrimitive>(x: f64) -> T {
    T::from_f64(x).unwrap()
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn from_literals<T: Float>(x: T, y: T) -> T {
            let two = T::from(2.0).unwrap();
            let half: T = NumCast::from(0.5).unwrap();
            two * x.sin() + y * (T::one() + T::one()) - half * x * T::from(3).expect("a small integer") * y
        }
        case!($F $mode: from_literals(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn in_a_where_clause<T>(x: T, y: T) -> T
        where
            T: Copy + std::fmt::Debug + FromPrimitive,
            T: Float,
        {
            T::from_f64(2.5).unwrap() * x.sin() + y * T::from_i32(-3).unwrap() + T::from_f32(0.5).unwrap() * x * y
        }
        case!($F $mode: in_a_where_clause(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn named_constants<T: Float + FloatConst>(x: T) -> T {
            (T::TAU() * x).cos() * T::FRAC_PI_2() + x * <T as FloatConst>::LN_2() + T::epsilon() * x * x
                + x.max(T::min_value()).min(T::infinity()) * Float::max(x, T::zero()) + T::zero()
        }
        case!($F $mode: named_constants(by x: 0.1..1.0));

        #[backprop $options]
        pub fn from_counts<T: Float + FromPrimitive>(a: &[T]) -> T {
            let n = T::from_usize(a.len()).unwrap();
            let mut sum = T::zero();
            for i in 0..a.len() {
                sum = sum + a[i] * a[i] * T::from_usize(i).unwrap() * T::from(i + 1).unwrap();
            }
            sum / n + a[0] / T::from(a.len()).unwrap()
        }
        case!($F $mode: from_counts(slice a: -2.0..2.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn inferred_calls<T: Float + FromPrimitive>(x: T, y: T) -> T {
            let scale: T = constant(0.5);
            let mut sum = lit::<T>(0.25) * x;
            sum = sum + x * constant(1.5) - constant::<T>(2.0) * y;
            sum * scale + y * NumCast::from(0.75).unwrap() * num_traits::cast(3).unwrap() + x.max(constant(0.1))
        }
        case!($F $mode: inferred_calls(by x: 0.5..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn from_and_into<T: Float + From<f32>>(x: T) -> T {
            let half: T = 0.5.into();
            half * x * <T as From<f32>>::from(3.0) + x * x
        }
        case!($F $mode: from_and_into(by x: -2.0..2.0));

        #[backprop $options]
        pub fn function_call_syntax<T: Float>(x: T, y: T) -> T {
            Float::sin(x) + <T as Float>::cos(y) * T::exp(x) + <T>::hypot(x, y) + Float::powi(x, 3) * T::tanh(y)
        }
        case!($F $mode: function_call_syntax(by x: 0.5..2.0, by y: 0.5..2.0));

        #[backprop $options]
        pub fn qualified_primitives(x: $F) -> $F {
            <$F>::sin(x) + $F::powi(x, 3) * <$F as Float>::exp(x) + std::primitive::$F::recip(x)
        }
        case!($F $mode: qualified_primitives(by x: 0.5..2.0));

        #[backprop $options]
        pub fn compound_assignment<T: Float + NumAssign + Sum>(x: T, n: usize) -> T {
            let mut sum = T::zero();
            for i in 0..n {
                sum += x.powi(i as i32) * T::from(i).unwrap();
                sum *= x;
                sum -= T::one() / x;
            }
            sum
        }
        case!($F $mode: compound_assignment(by x: 0.5..1.5; 4));

        #[backprop $options]
        pub fn references<T: Float>(a: &T, b: &T) -> T {
            a.powi(2) + b.mul_add(*a, *b) + (*a).hypot(*b) * a.exp_m1() + a.recip() * b.atan2(*a)
        }
        case!($F $mode: references(to a: 0.5..2.0, to b: 0.5..2.0));

        #[backprop $options]
        pub fn outlives<'a, 'b: 'a, T: Float + 'b, const N: usize>(a: &'a [T; N], b: &'b [T]) -> T {
            let mut sum = T::zero();
            for i in 0..N {
                sum = sum + a[i] * b[i] * T::from(N).unwrap();
            }
            sum
        }
        case!($F $mode: outlives(to a: -2.0..2.0 => [0.0; 3], slice b: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn calls_one_with_lifetimes<T: Float>(x: T, y: T) -> T {
            let a = [x, y, x * y];
            let b = [y, y, x];
            outlives(&a, &b[..])
        }
        case!($F $mode: calls_one_with_lifetimes(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn real<T: Real>(x: T, y: T) -> T {
            x.max(y) * x.abs() + y.min(x) + x.hypot(y) * x.atan2(y) + x.signum() * x.sqrt()
        }
        case!($F $mode: real(by x: 1.5..2.0, by y: 0.5..1.0));

        #[backprop $options]
        pub fn float_core<T: FloatCore>(x: T, y: T) -> T {
            x.max(y) * x.abs() + y.min(x) + x.recip() * x.powi(3) + x.clamp(y, y + y) * x.to_radians() + y % x
        }
        case!($F $mode: float_core(by x: 1.5..2.0, by y: 0.5..1.4));

        #[backprop $options]
        pub fn names_of_num_traits<T: Float>(x: T, y: T) -> T {
            x.abs_sub(y) * x + x.copysign(y) * x.to_degrees() + x.clamp(y, y + y) + x.log(y) * x.exp2() * x.fract()
        }
        case!($F $mode: names_of_num_traits(by x: 1.6..1.9, by y: 1.1..1.5));

        #[backprop $options]
        pub fn of_euclid(x: $F, y: $F) -> $F {
            let turns = num_traits::Euclid::div_euclid(&x, &y);
            Euclid::rem_euclid(&x, &(y * 2.0)) * y + turns * x
        }
        case!($F $mode: of_euclid(by x: -1.9..-1.6, by y: 1.1..1.5));

        #[backprop $options]
        pub fn there_and_back<T: Float + FromPrimitive>(x: T) -> T {
            let wide: f64 = x.to_f64().unwrap();
            let narrow = x.to_f32().expect("a float") as f64;
            T::from(wide * 2.0).unwrap() * x + T::from_f64(wide.sin()).unwrap() + NumCast::from(narrow).unwrap_or(T::zero())
        }

        #[test]
        fn conversions_between_floats_are_differentiated() {
            let x: $F = 0.75;
            assert_eq!(there_and_back_grad(x), (there_and_back(x), 4.0 * x + (x as f64).cos() as $F + 1.0));
        }

        #[backprop $options]
        pub fn options_of_conversions<T: Float + FromPrimitive>(x: T, y: T) -> T {
            let mut sum = T::zero();
            if let Some(wide) = x.to_f64() {
                if wide > 3.0 {
                    return T::from(wide * wide).unwrap();
                }
                sum = sum + T::from(wide.sin()).unwrap() * y;
            }
            let kept = y.to_f64();
            for _ in 0..2 {
                let Some(v) = kept.map(|v| v * v) else { return x };
                sum = match T::from_f64(v) {
                    Some(v) if x < y => sum * v,
                    Some(v) => sum + v,
                    None => x,
                };
            }
            sum + T::from_f64(x.to_f64().map_or(0.0, |v| v * 2.0)).unwrap_or(y * x)
        }
        case!($F $mode: options_of_conversions(by x: 0.5..4.0, by y: 0.5..2.0));

        #[backprop $options]
        pub fn asked_for<T: Float>(x: T) -> Option<T> {
            let wide = x.to_f64()?;
            let narrow = T::from(wide * wide)?;
            narrow.to_f64().and_then(|v| T::from(v.sin())).filter(|v| *v > T::zero())
        }
        #[backprop $options]
        pub fn asked<T: Float>(x: T) -> T {
            asked_for(x).unwrap_or(x * x)
        }
        case!($F $mode: asked(by x: 0.5..2.5));

        #[backprop $options]
        pub fn into_double<T: Float + Into<f64>>(x: T, y: f64) -> f64 {
            let z: f64 = x.into();
            z * y + y * z.max(0.0)
        }

        #[test]
        fn into_is_differentiated() {
            let (_, (d_x, d_y)) = into_double_grad(1.5 as $F, 2.0);
            assert_eq!((d_x, d_y), (4.0 as $F, 3.0));
        }

        #[backprop $options]
        pub fn into_a_float_function<T: Float + FromPrimitive + Into<f64>>(x: T, a: &[T; 2]) -> T {
            let y = T::from_f64(f64::sin((a[0] * x).into())).unwrap();
            if (0.0..1.0).contains(&x.into()) && (a[0]..=a[1]).contains(&x) { y * x } else { y + x }
        }
        case!($F $mode: into_a_float_function(by x: 0.2..0.8, to a: -1.0..1.0 => [0.0; 2]));

        #[backprop $options]
        pub fn to_integers<T: Float>(x: T, n: usize) -> T {
            let k = x.to_usize().unwrap();
            let m = x.ceil().to_i32().unwrap_or(0) as f64;
            x * T::from(k + n).unwrap() * T::from(m).unwrap()
        }
        case!($F $mode: to_integers(by x: 1.2..1.8; 2));

        #[backprop $options]
        pub fn predicates<T: Float + num_traits::Signed>(x: T, y: T) -> T {
            let mut sum = x * y;
            if x.is_sign_negative() || num_traits::Signed::is_negative(&y) || x.is_zero() {
                sum = sum * y;
            }
            if x.partial_cmp(&y) == Some(std::cmp::Ordering::Less) && x.lt(&y) && y.ge(&x) {
                sum = sum + x * x;
            }
            sum
        }
        case!($F $mode: predicates(by x: -2.0..-1.0, by y: 0.5..1.0));

        #[backprop $options]
        pub fn bits(x: $F, y: $F) -> $F {
            let same = x.to_bits() == y.to_bits();
            let before = x.total_cmp(&y).is_lt();
            if same || before { x * y } else { x * x }
        }
        case!($F $mode: bits(by x: -2.0..-1.0, by y: 0.5..1.0));
    };
}
instances!(functions);

/// Two type parameters, of which each stays what it is.
#[backprop(jvp)]
fn two_widths<T: Float, U: Float + Into<f64>>(x: T, y: U) -> U {
    let z = U::from(x).unwrap();
    z * z * y
}

#[test]
fn each_gradient_has_its_own_width() {
    assert_eq!(two_widths_grad(1.5f32, 2.0f64), (4.5, (6.0f32, 2.25f64)));
    assert_eq!(two_widths_jvp(1.5f64, 2.0f32, 1.0, 0.0), (4.5f32, 6.0f32));
}

#[backprop]
fn three_floats(x: f32, y: f64) -> f64 {
    let z: f64 = x.into();
    z * y + <f64 as From<f32>>::from(x)
}

#[test]
fn widening_is_differentiated() {
    assert_eq!(three_floats_grad(1.5, 2.0), (4.5, (3.0, 1.5)));
}

/// A trait of one's own that a macro makes says nothing to the macro; a mark does.
macro_rules! own_trait {
    ($($t:ty)*) => {
        trait MyFloat: Float {}
        $(impl MyFloat for $t {})*
    };
}
own_trait!(f32 f64);

#[backprop(jvp)]
fn marked<T: MyFloat>(#[grad] x: T, y: &[T]) -> T {
    x.sin() * y[0] * T::from(2.0).unwrap()
}

struct Linear<T> {
    weight: T,
}

impl<T: Float> Linear<T> {
    #[backprop]
    fn apply(&self, #[grad] x: T) -> T {
        self.weight * x * x
    }
}

#[test]
fn marks_make_type_parameters_floats() {
    assert_eq!(marked_grad(0.0, &[3.0]), (0.0, (6.0, vec![0.0])));
    assert_eq!(marked_jvp(0.0f32, &[3.0], 1.0, &[0.0]), (0.0, 6.0f32));
    assert_eq!(Linear { weight: 2.0f32 }.apply_grad(3.0), (18.0, 12.0));
}
