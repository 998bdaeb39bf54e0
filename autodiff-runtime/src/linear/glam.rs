//! Vectors, matrices and quaternions of `glam`.

/// The sum of the products of all entries.
macro_rules! inner {
    ($t:ident, $a:expr, $b:expr) => {
        $a.to_cols_array().iter().zip($b.to_cols_array()).map(|(x, y)| x * y).sum::<$t>()
    };
}

mod componentwise;
mod matrices;
mod quaternions;
mod transforms;
mod vectors;

pub use ::glam::{DMat2, DMat3, DMat4, DQuat, DVec2, DVec3, DVec4};
pub use ::glam::{Mat2, Mat3, Mat4, Quat, Vec2, Vec3, Vec4};

/// What a type is to derivatives: numbers in an array.
macro_rules! numbers {
    ($v:ty, $array:ty, |$x:ident| $read:expr, |$a:ident| $write:expr) => {
        impl $crate::Diff for $v {
            type Tan = $v;
            #[inline]
            fn __zero_like(&self) -> $v {
                let $a = <$array>::default();
                $write
            }
        }
        impl $crate::Tangent for $v {
            #[inline]
            fn __add(&mut self, v: &$v) {
                let ($x, mut own) = (&*self, <$array>::default());
                own.copy_from_slice(&$read);
                let $x = v;
                own.iter_mut().zip($read).for_each(|(x, y)| *x += y);
                let $a = own;
                *self = $write;
            }
            #[inline]
            fn __clear(&mut self) {
                let $a = <$array>::default();
                *self = $write;
            }
        }
        #[cfg(feature = "alloc")]
        impl $crate::check::Entries for $v {
            fn visit(&mut self, visitor: &mut $crate::check::Visitor<'_>) {
                let $x = &*self;
                let mut own = $read;
                own.visit(visitor);
                let $a = own;
                *self = $write;
            }
        }
    };
}
use numbers;

/// A derivative divided by a length: where that is zero, the derivative of the length is 0 by convention.
macro_rules! by_length {
    ($x:expr, $length:expr) => {{
        let by = $length;
        if by == 0.0 { 0.0 } else { $x / by }
    }};
}
use by_length;

/// What is a value of its own.
macro_rules! copies {
    ($($t:ty)*) => {$(
        impl super::Owned for $t {
            type Own = $t;
            #[inline]
            fn own(&self) -> $t {
                *self
            }
        }
    )*};
}
copies!(DMat2 DMat3 DMat4 DQuat DVec2 DVec3 DVec4 Mat2 Mat3 Mat4 Quat Vec2 Vec3 Vec4);

macro_rules! operands {
    ($($t:ty)*) => {$(
        impl super::Operand for $t {}
    )*};
}
operands!(DMat2 DMat3 DMat4 DQuat DVec2 DVec3 DVec4 Mat2 Mat3 Mat4 Quat Vec2 Vec3 Vec4);
