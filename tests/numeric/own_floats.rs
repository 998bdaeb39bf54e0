//! Type parameters that are floats by a trait of one's own, with methods of its own: what these are is read off the `impl`s.

use backprop::backprop;
use of_floats::{Angle, Number, Real};

mod of_floats {
    use std::ops::{Add, Div, Mul, Neg, Sub};

    pub trait Number:
        Copy
        + PartialOrd
        + Add<Output = Self>
        + Sub<Output = Self>
        + Mul<Output = Self>
        + Div<Output = Self>
        + Neg<Output = Self>
    {
        fn whole(n: i64) -> Self;
        fn from_f64(x: f64) -> Self;
        fn abs(self) -> Self;
        fn max(self, other: Self) -> Self;
        // Not what `std` calls it.
        fn pow(self, exponent: Self) -> Self;
        fn times(self, n: i32) -> Self;
    }

    // Integers have it as well.
    macro_rules! number {
        ($($t:ty),*) => {$(
            impl Number for $t {
                fn whole(n: i64) -> Self { n as $t }
                fn from_f64(x: f64) -> Self { x as $t }
                fn abs(self) -> Self { <$t>::abs(self) }
                fn max(self, other: Self) -> Self { std::cmp::max(self, other) }
                fn pow(self, exponent: Self) -> Self { <$t>::pow(self, exponent as u32) }
                fn times(self, n: i32) -> Self { <$t>::pow(self, n as u32) }
            }
        )*};
    }
    number!(i32, i64);

    macro_rules! float {
        ($($t:ident),*) => {$(
            impl Number for $t {
                fn whole(n: i64) -> Self { n as $t }
                fn from_f64(x: f64) -> Self { x as $t }
                #[inline]
                fn abs(self) -> Self { $t::abs(self) }
                fn max(self, other: Self) -> Self { self.max(other) }
                fn pow(self, exponent: Self) -> Self { (self).powf(exponent) }
                fn times(self, n: i32) -> Self { Self::powi(self, n) }
            }
        )*};
    }
    float!(f32, f64);

    pub trait Real: Number {
        const HALF: Self;
        fn sin(self) -> Self;
        // The natural one, and of another library.
        fn log(self) -> Self;
    }

    impl Real for f32 {
        const HALF: f32 = 0.5;
        fn sin(self) -> f32 {
            self.sin()
        }
        fn log(self) -> f32 {
            libm::logf(self)
        }
    }

    impl Real for f64 {
        const HALF: f64 = 0.5;
        fn sin(self) -> f64 {
            self.sin()
        }
        fn log(self) -> f64 {
            libm::log(self)
        }
    }

    pub trait Angle: Sized {
        fn atan2(self, other: Self) -> Self;
        fn tan(self) -> Self;
    }

    // Of two bodies, one is there; both say the same.
    #[cfg(unix)]
    impl Angle for f64 {
        fn atan2(self, other: Self) -> Self {
            self.atan2(other)
        }
        fn tan(self) -> Self {
            self.tan()
        }
    }
    #[cfg(not(unix))]
    impl Angle for f64 {
        fn atan2(self, other: Self) -> Self {
            libm::atan2(self, other)
        }
        fn tan(self) -> Self {
            self.tan()
        }
    }
    impl Angle for f32 {
        fn atan2(self, other: Self) -> Self {
            self.atan2(other)
        }
        fn tan(self) -> Self {
            self.tan()
        }
    }
}

#[backprop(jvp)]
fn decibels<T: Real>(x: T, y: T) -> T {
    let level = (x * x + T::from_f64(0.5)).log() * T::whole(20);
    level.max(y.sin() * T::HALF) / T::whole(3)
}
case!(f64 double: decibels(by x: 0.2..3.0, by y: -2.0..2.0));

#[backprop(jvp)]
fn powers<T: Number>(x: &[T], y: T) -> T {
    let mut sum = T::whole(0);
    for v in x {
        sum = sum + v.pow(y) * T::abs(*v - y) + v.times(3);
    }
    sum
}
case!(f64 double: powers(slice x: 0.5..1.5 => vec![0.0; 4], by y: 0.5..2.5));

#[backprop(jvp)]
fn through_others<T>(x: T, y: T) -> T
where
    T: Real,
{
    let shared = decibels(x, y);
    powers(&[x, shared.abs() + T::whole(1)], T::HALF + T::HALF) * y.sin()
}
case!(f64 double: through_others(by x: 0.5..2.0, by y: 0.5..1.5));

// Several bounds, of which this one says nothing of arithmetic.
#[backprop(jvp)]
fn direction<T: Number + Angle>(x: T, y: T) -> T {
    if y > T::whole(0) { y.atan2(x) } else { (x * y).tan() }
}
case!(f64 double: direction(by x: 0.3..1.0, by y: -1.0..1.0));

struct Line<T> {
    slope: T,
}

#[backprop]
impl<T: Real> Line<T> {
    fn at(&self, x: T) -> T {
        (self.slope * x).sin()
    }
}

#[test]
fn values_are_the_users_own_to_the_bit() {
    for x in [0.3f32, 0.7, 1.9] {
        assert_eq!(decibels_grad(x, 0.4).0, decibels(x, 0.4));
        assert_eq!(powers_grad(&[x, 0.5], 1.5).0, powers(&[x, 0.5], 1.5));
    }
    let (value, slope) = Line { slope: 2.0f64 }.at_grad(0.25);
    assert_eq!((value, slope), (0.5f64.sin(), 2.0 * 0.5f64.cos()));
}

// Its derivatives need operations that the trait has not, twice over.
#[backprop(hvp)]
fn curved<T: Real>(x: T, y: T) -> T {
    (x.sin() * y).log() * x.pow(y)
}

#[test]
fn second_derivatives() {
    let h = 1e-5;
    let slopes = |x: f64| curved_grad(x, 0.9).1;
    let (ahead, behind) = (slopes(1.1 + h), slopes(1.1 - h));
    let (_, _, (xx, yx)) = curved_hvp(1.1, 0.9, 1.0, 0.0);
    assert!((xx - (ahead.0 - behind.0) / (2.0 * h)).abs() < 1e-6 * xx.abs().max(1.0));
    assert!((yx - (ahead.1 - behind.1) / (2.0 * h)).abs() < 1e-6 * yx.abs().max(1.0));
    assert_eq!(curved_hvp(1.1f32, 0.9, 0.0, 1.0).0, curved(1.1f32, 0.9));
}

// No bound is by a trait of floats, and there is nothing else to differentiate.
#[backprop(jvp)]
fn between<T>(a: T, b: T, t: T) -> T
where
    T: Copy + std::ops::Add<Output = T> + std::ops::Sub<T, Output = T> + std::ops::Mul<Output = T>,
{
    let span = b - a;
    a + span * t * t
}
case!(f64 double: between(by a: -1.0..1.0, by b: 1.0..2.0, by t: 0.0..1.0));

#[backprop(jvp)]
fn faded<T: num_traits::Num + PartialOrd + Copy>(x: &[T], rate: T) -> T {
    let mut left = T::zero();
    for v in x {
        left = left * rate + *v;
        if left < T::zero() {
            left = T::zero() - left;
        }
    }
    left
}
case!(f64 double: faded(slice x: -1.0..1.0 => vec![0.0; 5], by rate: 0.2..0.9));
