//! Rigid motions, as the seven numbers that they are stored as.

use super::Number;
use super::unit::{along, exponential_along, exponential_back, of, quaternion_back, vector_back};
use crate::linear::functions::new;
use crate::linear::methods::{inverse, transform_point, transform_vector};
use crate::linear::rule;
use crate::operator::operators::Mul;
use ::nalgebra::{Isometry3, Point3, Quaternion, Translation3, UnitQuaternion, Vector3};

fn made<T: Number>(t: Vector3<T>, q: UnitQuaternion<T>) -> Isometry3<T> {
    Isometry3::from_parts(Translation3::from(t), q)
}

impl<T: Number> crate::Diff for Isometry3<T> {
    type Tan = Isometry3<T>;
    #[inline]
    fn __zero_like(&self) -> Isometry3<T> {
        made(Vector3::zeros(), of(Quaternion::new(T::zero(), T::zero(), T::zero(), T::zero())))
    }
}

impl<T: Number> crate::Tangent for Isometry3<T> {
    #[inline]
    fn __add(&mut self, v: &Isometry3<T>) {
        self.translation.vector += v.translation.vector;
        crate::Tangent::__add(&mut self.rotation, &v.rotation);
    }
    #[inline]
    fn __clear(&mut self) {
        self.translation.vector.fill(T::zero());
        crate::Tangent::__clear(&mut self.rotation);
    }
}

#[cfg(feature = "alloc")]
impl<T: Number + crate::check::Entries> crate::check::Entries for Isometry3<T> {
    fn visit(&mut self, visitor: &mut crate::check::Visitor<'_>) {
        self.translation.vector.visit(visitor);
        self.rotation.visit(visitor);
    }
}

rule!(@[T: Number] new<Isometry3<T>>: (t: Vector3<T>, w: Vector3<T>) -> Isometry3<T>
    = Isometry3::new(*t, *w);
    |dy| dy.translation.vector, exponential_back(w, &dy.rotation);
    |tt, tw| made(*tt, exponential_along(w, tw)));

/// What moves points, and turns vectors.
macro_rules! moves {
    ($($point:ident $vector:ident)*) => {$(
        rule!(@[T: Number] $point: (a: Isometry3<T>, b: Point3<T>) -> Point3<T>
            = a * b;
            |dy| made(dy.coords, quaternion_back(&a.rotation, &b.coords, &dy.coords)),
                Point3::from(vector_back(&a.rotation, &dy.coords));
            |ta, tb| {
                Point3::from(along(&a.rotation, &b.coords, &ta.rotation, &tb.coords) + ta.translation.vector)
            });
        rule!(@[T: Number] $vector: (a: Isometry3<T>, b: Vector3<T>) -> Vector3<T>
            = a * b;
            |dy| made(Vector3::zeros(), quaternion_back(&a.rotation, b, dy)), vector_back(&a.rotation, dy);
            |ta, tb| along(&a.rotation, b, &ta.rotation, tb));
    )*};
}
moves!(Mul Mul transform_point transform_vector);

rule!(@[T: Number] Mul: (a: Isometry3<T>, b: Isometry3<T>) -> Isometry3<T>
= a * b;
|dy| {
    let turned = quaternion_back(&a.rotation, &b.translation.vector, &dy.translation.vector);
    let product = dy.rotation.as_ref() * b.rotation.as_ref().conjugate();
    made(dy.translation.vector, of(product + turned.as_ref()))
},
made(
    vector_back(&a.rotation, &dy.translation.vector),
    of(a.rotation.as_ref().conjugate() * dy.rotation.as_ref()),
);
|ta, tb| made(
    along(&a.rotation, &b.translation.vector, &ta.rotation, &tb.translation.vector) + ta.translation.vector,
    of(ta.rotation.as_ref() * b.rotation.as_ref() + a.rotation.as_ref() * tb.rotation.as_ref()),
));

// `(t, q)⁻¹` is `(−q* t, q*)`.
rule!(@[T: Number] inverse: (a: Isometry3<T>) -> Isometry3<T>
= a.inverse();
|dy| {
    let (back, shift) = (a.rotation.conjugate(), -dy.translation.vector);
    let turned = quaternion_back(&back, &a.translation.vector, &shift);
    let rotation = turned.as_ref() + dy.rotation.as_ref();
    made(vector_back(&back, &shift), of(rotation.conjugate()))
};
|t| {
    let (back, turned) = (a.rotation.conjugate(), t.rotation.conjugate());
    made(-along(&back, &a.translation.vector, &turned, &t.translation.vector), turned)
});
