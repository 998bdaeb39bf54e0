//! Rotation matrices, as all the numbers that they are stored as.

use super::Number;
use crate::linear::functions::{from_axis_angle, from_euler_angles, from_scaled_axis, new};
use crate::linear::methods::{
    angle, coordinates, into_inner, inverse, inverse_transform_point, inverse_transform_vector,
    transform_point, transform_vector, transpose,
};
use crate::linear::{Three, Two, methods, rule};
use crate::operator::operators::Mul;
use ::nalgebra::{Matrix2, Matrix3, Point, Rotation, Rotation2, Rotation3, SMatrix, SVector, Unit, Vector3};

impl<T: Number, const D: usize> crate::Diff for Rotation<T, D> {
    type Tan = Rotation<T, D>;
    #[inline]
    fn __zero_like(&self) -> Rotation<T, D> {
        of(SMatrix::zeros())
    }
}

impl<T: Number, const D: usize> crate::Tangent for Rotation<T, D> {
    #[inline]
    fn __add(&mut self, v: &Rotation<T, D>) {
        *self = of(self.matrix() + v.matrix());
    }
    #[inline]
    fn __clear(&mut self) {
        *self = of(SMatrix::zeros());
    }
}

#[cfg(feature = "alloc")]
impl<T: Number + crate::check::Entries, const D: usize> crate::check::Entries for Rotation<T, D> {
    fn visit(&mut self, visitor: &mut crate::check::Visitor<'_>) {
        let mut all = *self.matrix();
        all.visit(visitor);
        *self = of(all);
    }
}

fn of<T: Number, const D: usize>(m: SMatrix<T, D, D>) -> Rotation<T, D> {
    Rotation::from_matrix_unchecked(m)
}

rule!(@[T: Number, const D: usize] Mul: (a: Rotation<T, D>, b: Rotation<T, D>) -> Rotation<T, D>
    = of(a.matrix() * b.matrix());
    |dy| of(dy.matrix() * b.matrix().transpose()), of(a.matrix().transpose() * dy.matrix());
    |ta, tb| of(ta.matrix() * b.matrix() + a.matrix() * tb.matrix()));
rule!(@[T: Number, const D: usize] inverse: (a: Rotation<T, D>) -> Rotation<T, D>
    = a.transpose(); |dy| dy.transpose(); |t| t.transpose());
rule!(@[T: Number, const D: usize] transpose: (a: Rotation<T, D>) -> Rotation<T, D>
    = a.transpose(); |dy| dy.transpose(); |t| t.transpose());
rule!(@[T: Number, const D: usize] Mul: (a: Rotation<T, D>, b: SVector<T, D>) -> SVector<T, D>
    = a.matrix() * b; |dy| of(dy * b.transpose()), a.matrix().tr_mul(dy);
    |ta, tb| ta.matrix() * b + a.matrix() * tb);
rule!(@[T: Number, const D: usize] transform_vector: (a: Rotation<T, D>, b: SVector<T, D>) -> SVector<T, D>
    = a.matrix() * b; |dy| of(dy * b.transpose()), a.matrix().tr_mul(dy);
    |ta, tb| ta.matrix() * b + a.matrix() * tb);
rule!(@[T: Number, const D: usize] inverse_transform_vector: (a: Rotation<T, D>, b: SVector<T, D>) -> SVector<T, D>
    = a.inverse_transform_vector(b); |dy| of(b * dy.transpose()), a.matrix() * dy;
    |ta, tb| ta.matrix().tr_mul(b) + a.matrix().tr_mul(tb));

/// What is done with a point is done with its coordinates.
macro_rules! points {
    ($($name:ident)*) => {$(
        impl<T: Number, const D: usize> Two<Rotation<T, D>, Point<T, D>> for $name {
            type Y = Point<T, D>;
            #[inline]
            fn value(a: &Rotation<T, D>, b: &Point<T, D>) -> Point<T, D> {
                Point::from(<$name as Two<_, _>>::value(a, &b.coords))
            }
            #[inline]
            fn pull(
                a: &Rotation<T, D>,
                b: &Point<T, D>,
                dy: &Point<T, D>,
                da: Option<&mut Rotation<T, D>>,
                db: Option<&mut Point<T, D>>,
            ) {
                <$name as Two<_, _>>::pull(a, &b.coords, &dy.coords, da, db.map(|d| &mut d.coords));
            }
            #[inline]
            fn push(a: &Rotation<T, D>, b: &Point<T, D>, ta: &Rotation<T, D>, tb: &Point<T, D>) -> Point<T, D> {
                Point::from(<$name as Two<_, _>>::push(a, &b.coords, ta, &tb.coords))
            }
        }
    )*};
}
points!(Mul);
/// `transform_point` is to points what `transform_vector` is to vectors.
macro_rules! points_as {
    ($($name:ident $vector:ident)*) => {$(
        rule!(@[T: Number, const D: usize] $name: (a: Rotation<T, D>, b: Point<T, D>) -> Point<T, D>
            = Point::from(<$vector as Two<_, _>>::value(a, &b.coords));
            |dy| {
                let mut d = of(SMatrix::zeros());
                <$vector as Two<_, SVector<T, D>>>::pull(a, &b.coords, &dy.coords, Some(&mut d), None);
                d
            },
            {
                let mut d = SVector::zeros();
                <$vector as Two<_, _>>::pull(a, &b.coords, &dy.coords, None, Some(&mut d));
                Point::from(d)
            };
            |ta, tb| Point::from(<$vector as Two<_, _>>::push(a, &b.coords, ta, &tb.coords)));
    )*};
}
points_as!(transform_point transform_vector inverse_transform_point inverse_transform_vector);

/// The matrix of a rotation.
macro_rules! matrix {
    ($($name:ty)*) => {$(
        rule!(@[T: Number, const D: usize] $name: (a: Rotation<T, D>) -> SMatrix<T, D, D>
            = *a.matrix(); |dy| of(*dy); |t| *t.matrix());
    )*};
}
matrix!(methods::matrix into_inner coordinates);

rule!(@[T: Number] angle: (a: Rotation<T, 2>) -> T
= a.angle();
|dy| {
    let (c, s) = (a.matrix()[(0, 0)], a.matrix()[(1, 0)]);
    let scale = *dy / (c * c + s * s);
    of(Matrix2::new(-s * scale, T::zero(), c * scale, T::zero()))
};
|t| {
    let (c, s) = (a.matrix()[(0, 0)], a.matrix()[(1, 0)]);
    (t.matrix()[(1, 0)] * c - t.matrix()[(0, 0)] * s) / (c * c + s * s)
});

// `cos θ I + sin θ [u]× + (1 − cos θ) u uᵀ`, by Rodrigues.
rule!(@[T: Number] from_axis_angle<Rotation<T, 3>>: (u: Unit<Vector3<T>>, theta: T) -> Rotation<T, 3>
= Rotation3::from_axis_angle(u, *theta);
|dy| {
    let (s, c) = theta.sin_cos();
    let m = dy.matrix();
    let turn = Vector3::new(m[(2, 1)] - m[(1, 2)], m[(0, 2)] - m[(2, 0)], m[(1, 0)] - m[(0, 1)]);
    Unit::new_unchecked(turn * s + (m + m.transpose()) * u.as_ref() * (T::one() - c))
},
about(u, *theta).dot(dy.matrix());
|tu, ta| {
    let (s, c) = theta.sin_cos();
    let (u, tu) = (u.as_ref(), tu.as_ref());
    let by_axis = tu.cross_matrix() * s + (tu * u.transpose() + u * tu.transpose()) * (T::one() - c);
    of(by_axis + about(&Unit::new_unchecked(*u), *theta) * *ta)
});

/// The derivative of a rotation about an axis by the angle.
fn about<T: Number>(u: &Unit<Vector3<T>>, theta: T) -> Matrix3<T> {
    let (s, c) = theta.sin_cos();
    let u = u.as_ref();
    u.cross_matrix() * c + (u * u.transpose() - Matrix3::identity()) * s
}

rule!(@[T: Number] new<Rotation<T, 2>>: (a: T) -> Rotation<T, 2>
    = Rotation2::new(*a);
    |dy| turned(*a).dot(dy.matrix()); |t| of(turned(*a) * *t));
rule!(@[T: Number] new<Rotation<T, 3>>: (w: Vector3<T>) -> Rotation<T, 3>
    = Rotation3::new(*w); |dy| exponential_back(w, dy.matrix()); |t| exponential_along(w, t));
rule!(@[T: Number] from_scaled_axis<Rotation<T, 3>>: (w: Vector3<T>) -> Rotation<T, 3>
    = Rotation3::new(*w); |dy| exponential_back(w, dy.matrix()); |t| exponential_along(w, t));

/// The derivative of the rotation of the plane.
fn turned<T: Number>(theta: T) -> Matrix2<T> {
    let (s, c) = theta.sin_cos();
    Matrix2::new(-s, -c, c, -s)
}

/// `sin θ/θ`, `(1 − cos θ)/θ²`, `(θ − sin θ)/θ³`
fn coefficients<T: Number>(w: &Vector3<T>) -> [T; 3] {
    let square = w.norm_squared().wide();
    let x = square.sqrt();
    let [a, b, c] = match x < 0.03 {
        true => [
            1.0 - square / 6.0 + square * square / 120.0,
            0.5 - square / 24.0 + square * square / 720.0,
            1.0 / 6.0 - square / 120.0 + square * square / 5040.0,
        ],
        false => {
            let half = (0.5 * x).sin();
            [x.sin() / x, 2.0 * half * half / square, (x - x.sin()) / (square * x)]
        }
    };
    [T::of(a), T::of(b), T::of(c)]
}

/// How the rotation by a vector changes with it: turned on, by the left Jacobian's image of the change.
fn exponential_along<T: Number>(w: &Vector3<T>, t: &Vector3<T>) -> Rotation<T, 3> {
    let [a, b, c] = coefficients(w);
    let turn = t * a + w.cross(t) * b + w * (c * w.dot(t));
    of(turn.cross_matrix() * Rotation3::new(*w).matrix())
}

/// The same backward.
fn exponential_back<T: Number>(w: &Vector3<T>, dy: &Matrix3<T>) -> Vector3<T> {
    let [a, b, c] = coefficients(w);
    let m = dy * Rotation3::new(*w).matrix().transpose();
    let turn = Vector3::new(m[(2, 1)] - m[(1, 2)], m[(0, 2)] - m[(2, 0)], m[(1, 0)] - m[(0, 1)]);
    turn * a - w.cross(&turn) * b + w * (c * w.dot(&turn))
}

/// Each of three angles' derivative: the factor that it turns is turned on by its axis.
fn by_angles<T: Number>(r: T, p: T, y: T) -> [Matrix3<T>; 3] {
    let [x_axis, y_axis, z_axis] = [Vector3::x(), Vector3::y(), Vector3::z()];
    let about = |axis: Vector3<T>, by: T| *Rotation3::new(axis * by).matrix();
    let (rx, ry, rz) = (about(x_axis, r), about(y_axis, p), about(z_axis, y));
    [
        rz * ry * x_axis.cross_matrix() * rx,
        rz * y_axis.cross_matrix() * ry * rx,
        z_axis.cross_matrix() * rz * ry * rx,
    ]
}

impl<T: Number> Three<T, T, T> for from_euler_angles<Rotation<T, 3>> {
    type Y = Rotation<T, 3>;
    fn value(a: &T, b: &T, c: &T) -> Rotation<T, 3> {
        Rotation3::from_euler_angles(*a, *b, *c)
    }
    fn pull(abc: (&T, &T, &T), dy: &Rotation<T, 3>, d: (Option<&mut T>, Option<&mut T>, Option<&mut T>)) {
        for (d, by) in [d.0, d.1, d.2].into_iter().zip(by_angles(*abc.0, *abc.1, *abc.2)) {
            d.into_iter().for_each(|d| *d += by.dot(dy.matrix()));
        }
    }
    fn push(abc: (&T, &T, &T), t: (&T, &T, &T)) -> Rotation<T, 3> {
        let [a, b, c] = by_angles(*abc.0, *abc.1, *abc.2);
        of(a * *t.0 + b * *t.1 + c * *t.2)
    }
}
