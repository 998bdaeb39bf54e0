//! Types of linear algebra, of the crates `glam`, `nalgebra` and `ndarray`, each behind a feature of its name.
//!
//! A parameter of such a type is marked `#[grad]`, as one of a struct of the user's is; without the mark it is a constant,
//! whose type is known as well: of a field of a struct in sight, and of an item of a slice, too. In the body, fields and
//! elements (`v.x`, `v[i]`, `m[(i, j)]`), and what is listed here, have derivatives; any other operation on an active
//! value is a compile error. A gradient is of the type itself: that of a rotation is the derivative with respect to
//! each number that it is stored as, as if all were independent, and no rotation.
//!
//! Where a length (`norm`, `distance`, …) is zero, its gradient is 0; of equal numbers, the first has the derivative of
//! `max` and its kin. Lengths and shapes (`len()`, `nrows()`, `dim()`, …) are integers.
//!
//! # `glam`
//!
//! `Vec2` to `Vec4`, `Mat2` to `Mat4`, `Quat`, and the same of `f64` (`DVec2` …).
//!
//! | of | operations |
//! |---|---|
//! | vectors | `+ - * /` with each other and with numbers, and their assignments, `-v`; `dot`, `cross`, `length`, `length_squared`, `length_recip`, `distance`, `distance_squared`, `normalize`, `normalize_or_zero`, `perp`, `perp_dot`, `angle_between` (of three), `project_onto`, `reject_from`, `reflect`, `lerp`; `abs`, `recip`, `exp`, `powf`, `min`, `max`, `clamp`; `element_sum`, `element_product`, `max_element`, `min_element`; `extend`, `truncate`, `to_array`, `xy`, `xz`, `yz`, `xyz`; sums of iterators |
//! | matrices | `+ - *` with each other, vectors and numbers, `/` by numbers; `transpose`, `determinant`, `inverse`, `mul_vec2`, `mul_vec3`, `mul_vec4`; `x_axis` …; of four columns `transform_point3`, `transform_vector3`, `project_point3`, `to_cols_array` |
//! | quaternions | `+ - * /`, `*` with vectors; `dot`, `length`, `length_squared`, `normalize`, `conjugate`, `inverse`, `mul_quat`, `mul_vec3`, `xyz`, `to_array` |
//! | making them | vectors: `new`, `splat`, `from_array`; matrices: `from_cols`, `from_diagonal`, `from_cols_array`, `from_cols_array_2d`; `Mat2::from_angle`; `Mat3`, `Mat4` and `Quat`: `from_rotation_x`, `from_rotation_y`, `from_rotation_z`; `Mat3` and `Mat4`: `from_quat`; `Mat4`: `from_translation`, `from_scale`, `look_at_rh`, `look_at_lh`; `Quat`: `from_xyzw`, `from_axis_angle`, `from_scaled_axis` |
//!
//! # `nalgebra`
//!
//! `SMatrix`, `SVector`, `DMatrix`, `DVector`, `Vector3` …, `Rotation2`, `Rotation3`, `UnitQuaternion`, `UnitComplex`,
//! `Point2`, `Point3`, `Isometry3`.
//!
//! | of | operations |
//! |---|---|
//! | vectors and matrices | `+ - *` with each other, `* /` with numbers, by value and by reference, `+= -=`, `*=` and `/=` of numbers, `-v`; `dot`, `cross`, `norm`, `norm_squared`, `magnitude`, `magnitude_squared`, `normalize`, `metric_distance`, `lerp`; `component_mul`, `component_div`, `abs`, `scale`, `unscale`, `add_scalar`, `map`, `zip_map`; `sum`, `product`, `mean`, `max`, `min`, `amax`, `amin`; `trace`, `transpose`, `tr_mul`, `determinant`, `diagonal`, `row`, `column`, `cross_matrix`, `xy`, `xz`, `yz`, `xyz`; `iter`, `row_iter`, `column_iter`, `as_slice`; sums of iterators |
//! | systems | `try_inverse`, `lu` with `solve` and `determinant`, `cholesky` with `solve`, `inverse` and `determinant`; what may not be there is taken out by `unwrap`, `expect` and `?`, or looked into by `if let`. A factorisation is made once more for each thing that it is asked for, and has to be that of an active matrix |
//! | rotations, quaternions | `*` with each other, vectors and points; `inverse`, `transform_vector`, `transform_point`, `inverse_transform_vector`, `inverse_transform_point`; elements and `matrix` of rotations, `transpose`; `q.w`, `q.i` …, `conjugate`, `to_rotation_matrix`, `scaled_axis`; `angle` of `Rotation2`, `UnitQuaternion` and `UnitComplex` (which turns vectors only) |
//! | points | `p - q`, `p ± v`, `* /` with numbers, `-p`, `coords` |
//! | rigid motions | `*` with each other, vectors and points; `inverse`, `transform_vector`, `transform_point` |
//! | making them | vectors and matrices: `new`, `from_row_slice`, `from_column_slice` (of dynamic ones, vectors only), `repeat`, `from_element` (of fixed size), `from_diagonal`, `from_columns`, `from_rows`, `from` of arrays, `DVector::from_vec`; rotations: `new`; `Rotation3` and `UnitQuaternion`: `from_scaled_axis`, `from_axis_angle`; `Rotation3::from_euler_angles`; points: `new`, `from` of vectors; `Isometry3::new` |
//!
//! # `ndarray`
//!
//! `Array1` and `Array2`.
//!
//! | of | operations |
//! |---|---|
//! | arithmetic | `+ - * /` of arrays and numbers and their assignments, `-a`; an array that is repeated along an axis has the sum over it for its gradient |
//! | functions of each number | `mapv`, `mapv_into`, `map`; `exp`, `exp2`, `ln`, `log2`, `log10`, `sqrt`, `cbrt`, `abs`, `sin`, `cos`, `tan`, `recip`, `pow2`, `powf`, `powi` |
//! | sums and products | `dot`, `sum`, `product`, `mean`, `var`, `std`; `sum_axis` and `mean_axis` of two axes |
//! | views and parts | `t`, `reversed_axes`, `view`, `to_owned`, `row`, `column`, `diag`, `insert_axis` (of one axis); `rows`, `columns`, `outer_iter`, `iter`, `to_vec` (of one axis), `as_slice` |
//! | making them | `array!`, `Array1::from_vec`, `Array1::from`, `from_elem`, `Array2::from_diag` |
//!
//! Types are found by their names: those that are imported from one of the crates (`use nalgebra as na;` included).

// The operations are called as the crates call them, and there are as many impls as pairs of types.
#![allow(non_camel_case_types, clippy::op_ref)]

#[cfg(feature = "glam")]
pub mod glam;
#[cfg(feature = "nalgebra")]
pub mod nalgebra;
#[cfg(feature = "ndarray")]
pub mod ndarray;

#[cfg(any(feature = "glam", feature = "nalgebra", feature = "ndarray"))]
mod apply;
#[cfg(any(feature = "glam", feature = "nalgebra", feature = "ndarray"))]
pub use apply::{
    Apply, Assigns, Const, Maybe, One, Operand, Owned, Three, Two, With, is_there, owned, ternary, with,
};

/// The methods that have derivatives.
pub mod methods {
    macro_rules! methods {
        ($($name:ident)*) => {$(
            #[doc = concat!("`a.", stringify!($name), "(…)`")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
        )*};
    }
    methods! {
        dot cross length length_squared distance distance_squared normalize element_sum perp perp_dot extend truncate
        transpose determinant inverse mul_vec2 mul_vec3 mul_vec4 mul_quat conjugate norm norm_squared magnitude
        magnitude_squared metric_distance component_mul component_div scale sum trace try_inverse to_rotation_matrix
        transform_vector transform_point inverse_transform_vector inverse_transform_point numbers rows columns with_numbers as_slice
        to_vec length_recip element_product max_element min_element angle_between to_array abs recip exp exp2 ln
        log2 log10 sqrt cbrt sin cos tan pow2 powf powi min max clamp lerp reflect normalize_or_zero project_onto
        reject_from xy yz xz xyz to_cols_array transform_point3 transform_vector3 project_point3 mean product amax amin
        add_scalar unscale tr_mul column row diagonal diag cross_matrix lu cholesky solve matrix into_inner angle
        scaled_axis t view reversed_axes to_owned into_owned sum_axis mean_axis insert_axis var std coordinates
    }
}

/// The functions of types that have derivatives.
pub mod functions {
    macro_rules! functions {
        ($($name:ident)*) => {$(
            #[doc = concat!("`Type::", stringify!($name), "(…)`")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name<T>(core::marker::PhantomData<T>);
        )*};
    }
    functions! {
        new splat from_array from_cols from_diagonal from_cols_array from_cols_array_2d from_angle from_rotation_x
        from_rotation_y from_rotation_z from_xyzw from_axis_angle from_scaled_axis from_row_slice from_column_slice
        repeat from_element from_euler_angles from from_vec from_translation from_scale look_at_rh look_at_lh from_quat
        from_columns from_rows from_diag from_elem
    }
}

/// `One`, `Two` and `Three` of given types: the value, what is added to each operand's derivative, and the tangent.
#[cfg(any(feature = "glam", feature = "nalgebra", feature = "ndarray"))]
macro_rules! rule {
    ($(@[$($g:tt)*])? $op:ty: ($a:ident: $A:ty) -> $Y:ty $(where [$($w:tt)*])?
        = $value:expr; |$dy:ident| $da:expr; |$ta:ident| $t:expr) => {
        impl $(<$($g)*>)? $crate::linear::One<$A> for $op $(where $($w)*)? {
            type Y = $Y;
            #[inline]
            fn value($a: &$A) -> $Y { $value }
            #[inline]
            #[allow(unused_variables)]
            fn pull($a: &$A, $dy: &$Y, d: &mut $A) { $crate::add_to(d, &$da); }
            #[inline]
            #[allow(unused_variables)]
            fn push($a: &$A, $ta: &$A) -> $Y { $t }
        }
    };
    ($(@[$($g:tt)*])? $op:ty: ($a:ident: $A:ty, $b:ident: $B:ty) -> $Y:ty $(where [$($w:tt)*])?
        = $value:expr; |$dy:ident| $da:expr, $db:expr; |$ta:ident, $tb:ident| $t:expr) => {
        impl $(<$($g)*>)? $crate::linear::Two<$A, $B> for $op $(where $($w)*)? {
            type Y = $Y;
            #[inline]
            fn value($a: &$A, $b: &$B) -> $Y { $value }
            #[inline]
            #[allow(unused_variables)]
            fn pull($a: &$A, $b: &$B, $dy: &$Y, d_a: Option<&mut $A>, d_b: Option<&mut $B>) {
                if let Some(d) = d_a { $crate::add_to(d, &$da); }
                if let Some(d) = d_b { $crate::add_to(d, &$db); }
            }
            #[inline]
            #[allow(unused_variables)]
            fn push($a: &$A, $b: &$B, $ta: &$A, $tb: &$B) -> $Y { $t }
        }
    };
}
#[cfg(any(feature = "glam", feature = "nalgebra", feature = "ndarray"))]
use rule;
