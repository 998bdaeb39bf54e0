//! Points, whose differences are vectors.

use super::Number;
use crate::linear::functions::{from, new};
use crate::linear::rule;
use crate::operator::operators::{Add, Div, Mul, Neg, Sub};
use ::nalgebra::{Point, SVector};

rule!(@[T: Number, const D: usize] Add: (a: Point<T, D>, b: SVector<T, D>) -> Point<T, D>
    = a + b; |dy| *dy, dy.coords; |ta, tb| ta + tb);
rule!(@[T: Number, const D: usize] Sub: (a: Point<T, D>, b: SVector<T, D>) -> Point<T, D>
    = a - b; |dy| *dy, -dy.coords; |ta, tb| ta - tb);
rule!(@[T: Number, const D: usize] Sub: (a: Point<T, D>, b: Point<T, D>) -> SVector<T, D>
    = a - b; |dy| Point::from(*dy), Point::from(-dy); |ta, tb| ta - tb);
rule!(@[T: Number, const D: usize] Mul: (a: Point<T, D>, k: T) -> Point<T, D>
    = a * *k; |dy| dy * *k, a.coords.dot(&dy.coords); |ta, tk| Point::from(ta.coords * *k + a.coords * *tk));
rule!(@[T: Number, const D: usize] Div: (a: Point<T, D>, k: T) -> Point<T, D>
    = a / *k; |dy| dy / *k, -a.coords.dot(&dy.coords) / (*k * *k);
    |ta, tk| Point::from((ta.coords - a.coords * (*tk / *k)) / *k));
rule!(@[T: Number, const D: usize] Neg: (a: Point<T, D>) -> Point<T, D> = -a; |dy| -dy; |t| -t);
rule!(@[T: Number, const D: usize] new<Point<T, D>>: (a: [T; D]) -> Point<T, D>
    = Point::from(*a); |dy| dy.coords.data.0[0]; |t| Point::from(*t));
rule!(@[T: Number, const D: usize] from<Point<T, D>>: (a: SVector<T, D>) -> Point<T, D>
    = Point::from(*a); |dy| dy.coords; |t| Point::from(*t));

impl<T: Number, const D: usize> crate::Diff for Point<T, D> {
    type Tan = Point<T, D>;
    #[inline]
    fn __zero_like(&self) -> Point<T, D> {
        Point::origin()
    }
}

impl<T: Number, const D: usize> crate::Tangent for Point<T, D> {
    #[inline]
    fn __add(&mut self, v: &Point<T, D>) {
        self.coords += v.coords;
    }
    #[inline]
    fn __clear(&mut self) {
        *self = Point::origin();
    }
}

#[cfg(feature = "alloc")]
impl<T: Number + crate::check::Entries, const D: usize> crate::check::Entries for Point<T, D> {
    fn visit(&mut self, visitor: &mut crate::check::Visitor<'_>) {
        self.coords.visit(visitor);
    }
}
