//! Tangents for several directions at once: one float for each.
//!
//! What the tangents of all directions share, a function's own values and its partial derivatives, is computed once, and
//! what is done to the lanes is the same for all of them, so that it becomes vector instructions. No lane ever sees
//! another one.

use crate::{Diff, Scalar, Tangent};
#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::iter::Sum;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// How many directions there are. Four fill two of the smallest vector registers; with eight, what a loop carries doesn't
/// fit into them any more.
pub const LANES: usize = 4;

/// A tangent for each of [`LANES`] directions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lanes<F>(pub [F; LANES]);

/// The same float in each lane.
#[inline(always)]
pub fn lanes<F: Scalar>(x: f64) -> Lanes<F> {
    Lanes([crate::lit(x); LANES])
}

/// Lanes of another float.
#[inline(always)]
pub fn cast_lanes<F: Scalar, G: Scalar>(x: Lanes<F>) -> Lanes<G> {
    Lanes(x.0.map(|x| crate::lit(crate::wide(x))))
}

/// Makes the directions those of the elements from `first` on, one for each lane. There may be fewer of them than lanes:
/// then the others are zero.
#[inline]
pub fn direct<F: Scalar>(directions: &mut [Lanes<F>], first: usize) {
    directions.fill(lanes(0.0));
    for (lane, direction) in directions[first..].iter_mut().take(LANES).enumerate() {
        direction.0[lane] = crate::lit(1.0);
    }
}

/// Puts the lanes into a row of a matrix, from the column `first` on; what the row has no room for is of no direction.
#[inline]
pub fn put_lanes<F: Copy>(row: &mut [F], first: usize, of: Lanes<F>) {
    for (entry, x) in row[first..].iter_mut().zip(of.0) {
        *entry = x;
    }
}

/// Puts one lane of each element into a row of a matrix.
#[inline]
pub fn put_lane<F: Copy>(row: &mut [F], lane: usize, of: &[Lanes<F>]) {
    for (entry, x) in row.iter_mut().zip(of) {
        *entry = x.0[lane];
    }
}

macro_rules! each {
    ($f:expr) => {{
        let f = $f;
        // Written out: a loop would have to be unrolled before the lanes can stay in registers.
        Lanes([f(0), f(1), f(2), f(3)])
    }};
}

impl<F: Scalar> Add for Lanes<F> {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        each!(|i: usize| self.0[i] + other.0[i])
    }
}

impl<F: Scalar> Sub for Lanes<F> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        each!(|i: usize| self.0[i] - other.0[i])
    }
}

impl<F: Scalar> Neg for Lanes<F> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        each!(|i: usize| -self.0[i])
    }
}

impl<F: Scalar> Mul<F> for Lanes<F> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, partial: F) -> Self {
        each!(|i: usize| self.0[i] * partial)
    }
}

impl<F: Scalar> Div<F> for Lanes<F> {
    type Output = Self;
    #[inline(always)]
    fn div(self, by: F) -> Self {
        each!(|i: usize| self.0[i] / by)
    }
}

impl<F: Scalar> AddAssign for Lanes<F> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<F: Scalar> SubAssign for Lanes<F> {
    #[inline(always)]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl<F: Scalar> MulAssign<F> for Lanes<F> {
    #[inline(always)]
    fn mul_assign(&mut self, partial: F) {
        *self = *self * partial;
    }
}

impl<F: Scalar> DivAssign<F> for Lanes<F> {
    #[inline(always)]
    fn div_assign(&mut self, by: F) {
        *self = *self / by;
    }
}

impl<'a, F: Scalar> Sum<&'a Lanes<F>> for Lanes<F> {
    /// Starts where std's sums of floats do.
    #[inline]
    fn sum<I: Iterator<Item = &'a Lanes<F>>>(all: I) -> Self {
        all.fold(lanes(-0.0), |sum, x| sum + *x)
    }
}

impl<F: Scalar> Diff for Lanes<F> {
    type Tan = Self;
    #[inline]
    fn __zero_like(&self) -> Self {
        lanes(0.0)
    }
}

impl<F: Scalar> Tangent for Lanes<F> {
    #[inline]
    fn __add(&mut self, v: &Self) {
        *self += *v;
    }
    #[inline]
    fn __clear(&mut self) {
        *self = lanes(0.0);
    }
}

/// What has tangents in lanes: floats, and arrays, slices, `Vec`s and tuples of them.
pub trait InLanes {
    /// The type of such a tangent.
    type Lanes;
    /// The zero one, of the same lengths.
    #[doc(hidden)]
    fn __zero_lanes(&self) -> Self::Lanes;
}

/// The zero tangent in lanes of `x`: of the same shape and lengths.
#[inline]
pub fn zero_lanes<T: InLanes + ?Sized>(x: &T) -> T::Lanes {
    x.__zero_lanes()
}

macro_rules! floats {
    ($($t:ty)*) => {$(
        impl InLanes for $t {
            type Lanes = Lanes<$t>;
            #[inline]
            fn __zero_lanes(&self) -> Lanes<$t> {
                lanes(0.0)
            }
        }
    )*};
}
floats!(f32 f64);

impl<F: Scalar> InLanes for Lanes<F> {
    type Lanes = Lanes<F>;
    #[inline]
    fn __zero_lanes(&self) -> Lanes<F> {
        lanes(0.0)
    }
}

impl<T: InLanes, const N: usize> InLanes for [T; N] {
    type Lanes = [T::Lanes; N];
    #[inline]
    fn __zero_lanes(&self) -> Self::Lanes {
        core::array::from_fn(|i| self[i].__zero_lanes())
    }
}

impl<T: InLanes + ?Sized> InLanes for &T {
    type Lanes = T::Lanes;
    #[inline]
    fn __zero_lanes(&self) -> T::Lanes {
        (**self).__zero_lanes()
    }
}

impl<T: InLanes + ?Sized> InLanes for &mut T {
    type Lanes = T::Lanes;
    #[inline]
    fn __zero_lanes(&self) -> T::Lanes {
        (**self).__zero_lanes()
    }
}

macro_rules! passive {
    ($($t:ty)*) => {$(
        // As in tangents of one direction: what no derivative flows through has none.
        impl InLanes for $t {
            type Lanes = ();
            #[inline]
            fn __zero_lanes(&self) {}
        }
    )*};
}
passive!(() bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

macro_rules! tuples {
    ($($t:ident $i:tt),+) => {
        impl<$($t: InLanes),+> InLanes for ($($t,)+) {
            type Lanes = ($($t::Lanes,)+);
            #[inline]
            fn __zero_lanes(&self) -> Self::Lanes {
                ($(self.$i.__zero_lanes(),)+)
            }
        }
    };
}
crate::tuples::each_tuple!(tuples);

#[cfg(feature = "alloc")]
impl<T: InLanes> InLanes for [T] {
    type Lanes = Vec<T::Lanes>;
    #[inline]
    fn __zero_lanes(&self) -> Self::Lanes {
        self.iter().map(T::__zero_lanes).collect()
    }
}

#[cfg(feature = "alloc")]
impl<T: InLanes> InLanes for Vec<T> {
    type Lanes = Vec<T::Lanes>;
    #[inline]
    fn __zero_lanes(&self) -> Self::Lanes {
        self[..].__zero_lanes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    const A: Lanes<f64> = Lanes([1.0, -2.0, 3.5, -0.0]);
    const B: Lanes<f64> = Lanes([10.0, 20.0, -30.0, 40.0]);

    #[test]
    fn each_lane_is_computed_by_itself() {
        assert_eq!(A + B, Lanes([11.0, 18.0, -26.5, 40.0]));
        assert_eq!(A - B, Lanes([-9.0, -22.0, 33.5, -40.0]));
        assert_eq!((-A).0.map(f64::to_bits), [-1.0, 2.0, -3.5, 0.0f64].map(f64::to_bits));
        assert_eq!(A * 2.0, Lanes([2.0, -4.0, 7.0, 0.0]));
        assert_eq!(B / 10.0, Lanes([1.0, 2.0, -3.0, 4.0]));
        let mut c = A;
        c += B;
        c -= A;
        c *= 3.0;
        c /= 5.0;
        assert_eq!(c, Lanes([6.0, 12.0, -18.0, 24.0]));
        assert_eq!([A, B, A].iter().sum::<Lanes<f64>>(), Lanes([12.0, 16.0, -23.0, 40.0]));
    }

    #[test]
    fn an_infinite_lane_stays_alone() {
        let x = Lanes([f64::INFINITY, 1.0, f64::NAN, 2.0]) * 0.0;
        assert!(x.0[0].is_nan() && x.0[2].is_nan());
        assert_eq!((x.0[1], x.0[3]), (0.0, 0.0));
    }

    #[test]
    fn directions_are_those_of_a_batch() {
        let mut d = vec![lanes::<f32>(7.0); 6];
        direct(&mut d, 0);
        let one = |lane: Option<usize>| Lanes([0, 1, 2, 3].map(|i| if Some(i) == lane { 1.0 } else { 0.0 }));
        assert_eq!(d, [one(Some(0)), one(Some(1)), one(Some(2)), one(Some(3)), one(None), one(None)]);
        direct(&mut d, 4);
        assert_eq!(d, [one(None), one(None), one(None), one(None), one(Some(0)), one(Some(1))]);
    }

    #[test]
    fn what_a_row_has_no_room_for_is_dropped() {
        let mut row = [0.5; 6];
        put_lanes(&mut row, 0, A);
        put_lanes(&mut row, 4, B);
        assert_eq!(row, [1.0, -2.0, 3.5, 0.0, 10.0, 20.0]);
        let mut row = [0.0; 2];
        put_lane(&mut row, 2, &[A, B]);
        assert_eq!(row, [3.5, -30.0]);
    }

    #[test]
    fn zeros_in_lanes_have_the_lengths_of_the_value() {
        assert_eq!(zero_lanes(&1.0f32), Lanes([0.0f32; 4]));
        assert_eq!(zero_lanes(&[vec![1.0, 2.0], vec![3.0]]), [vec![lanes(0.0); 2], vec![lanes::<f64>(0.0)]]);
        assert_eq!(zero_lanes(&[1.0, 2.0][..]), [lanes::<f64>(0.0); 2]);
    }

    #[test]
    fn casts_round_each_lane() {
        let single: Lanes<f32> = cast_lanes(Lanes([0.1, 1e300, -0.0, 3.0]));
        assert_eq!(single.0.map(f32::to_bits), [0.1, f32::INFINITY, -0.0, 3.0f32].map(f32::to_bits));
        assert_eq!(cast_lanes::<f32, f64>(single).0[3], 3.0);
    }

    #[test]
    fn lanes_are_derivatives() {
        let mut d = [A, B];
        crate::add_to(&mut d, &[B, B]);
        assert_eq!(d, [A + B, B + B]);
        crate::clear(&mut d);
        assert_eq!(d, [lanes(0.0); 2]);
        assert_eq!(crate::zero_like(&d[..]), [lanes::<f64>(0.0); 2]);
    }
}
