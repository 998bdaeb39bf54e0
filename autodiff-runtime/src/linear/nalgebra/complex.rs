//! Rotations of the plane, as the two numbers of a complex number.

use super::Number;
use crate::linear::functions::new;
use crate::linear::methods::{angle, conjugate, coordinates, inverse, transform_vector};
use crate::linear::rule;
use crate::operator::operators::Mul;
use ::nalgebra::{Complex, Unit, UnitComplex, Vector2};

fn of<T: Number>(re: T, im: T) -> UnitComplex<T> {
    Unit::new_unchecked(Complex::new(re, im))
}

impl<T: Number> crate::Diff for UnitComplex<T> {
    type Tan = UnitComplex<T>;
    #[inline]
    fn __zero_like(&self) -> UnitComplex<T> {
        of(T::zero(), T::zero())
    }
}

impl<T: Number> crate::Tangent for UnitComplex<T> {
    #[inline]
    fn __add(&mut self, v: &UnitComplex<T>) {
        *self = of(self.re + v.re, self.im + v.im);
    }
    #[inline]
    fn __clear(&mut self) {
        *self = of(T::zero(), T::zero());
    }
}

#[cfg(feature = "alloc")]
impl<T: Number + crate::check::Entries> crate::check::Entries for UnitComplex<T> {
    fn visit(&mut self, visitor: &mut crate::check::Visitor<'_>) {
        let mut all = [self.re, self.im];
        all.visit(visitor);
        *self = of(all[0], all[1]);
    }
}

/// `a b`, of whatever length.
fn times<T: Number>(a: &UnitComplex<T>, b: &UnitComplex<T>) -> UnitComplex<T> {
    of(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
}

fn mirrored<T: Number>(a: &UnitComplex<T>) -> UnitComplex<T> {
    of(a.re, -a.im)
}

fn turned<T: Number>(a: &UnitComplex<T>, v: &Vector2<T>) -> Vector2<T> {
    Vector2::new(a.re * v.x - a.im * v.y, a.im * v.x + a.re * v.y)
}

rule!(@[T: Number] new<UnitComplex<T>>: (a: T) -> UnitComplex<T>
    = UnitComplex::new(*a); |dy| dy.im * a.cos() - dy.re * a.sin();
    |t| of(-a.sin() * *t, a.cos() * *t));
rule!(@[T: Number] Mul: (a: UnitComplex<T>, b: UnitComplex<T>) -> UnitComplex<T>
    = a * b; |dy| times(dy, &mirrored(b)), times(&mirrored(a), dy);
    |ta, tb| { let (l, r) = (times(ta, b), times(a, tb)); of(l.re + r.re, l.im + r.im) });
rule!(@[T: Number] Mul: (a: UnitComplex<T>, b: Vector2<T>) -> Vector2<T>
    = a * b; |dy| of(b.dot(dy), b.x * dy.y - b.y * dy.x), turned(&mirrored(a), dy);
    |ta, tb| turned(ta, b) + turned(a, tb));
rule!(@[T: Number] transform_vector: (a: UnitComplex<T>, b: Vector2<T>) -> Vector2<T>
    = a * b; |dy| of(b.dot(dy), b.x * dy.y - b.y * dy.x), turned(&mirrored(a), dy);
    |ta, tb| turned(ta, b) + turned(a, tb));
rule!(@[T: Number] inverse: (a: UnitComplex<T>) -> UnitComplex<T>
    = a.inverse(); |dy| mirrored(dy); |t| mirrored(t));
rule!(@[T: Number] conjugate: (a: UnitComplex<T>) -> UnitComplex<T>
    = a.conjugate(); |dy| mirrored(dy); |t| mirrored(t));
rule!(@[T: Number] coordinates: (a: UnitComplex<T>) -> Vector2<T>
    = Vector2::new(a.re, a.im); |dy| of(dy.x, dy.y); |t| Vector2::new(t.re, t.im));
rule!(@[T: Number] angle: (a: UnitComplex<T>) -> T
    = a.angle();
    |dy| { let scale = *dy / (a.re * a.re + a.im * a.im); of(-a.im * scale, a.re * scale) };
    |t| (t.im * a.re - t.re * a.im) / (a.re * a.re + a.im * a.im));
