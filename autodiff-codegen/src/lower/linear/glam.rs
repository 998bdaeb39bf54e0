//! What the operations of `glam` give.

use super::types::{Arguments, Form, Linear, Method, Out};

/// What `a ∘ b` gives, where it is none of what all libraries have.
pub fn operator(sign: char, a: &Form, b: &Form) -> Option<Form> {
    use Form::*;
    Some(match (sign, a, b) {
        ('*' | '/', Vector(n), Vector(_)) => Vector(*n),
        ('*', Square(n), Vector(_)) => Vector(*n),
        ('*', Square(n), Square(_)) => Square(*n),
        ('*', Quaternion, b) => b.clone(),
        _ => return None,
    })
}

/// What a method gives.
pub fn method(of: &Linear, name: &str) -> Option<Method> {
    let same = || Some(Out::Linear(of.form.clone()).into());
    let vector = |n: usize| Some(Out::Linear(Form::Vector(n)).into());
    let scalar = || Some(Out::Scalar.into());
    match (&of.form, name) {
        (Form::Vector(_) | Form::Quaternion, "dot" | "length" | "length_squared" | "length_recip") => {
            scalar()
        }
        (Form::Vector(_), "distance" | "distance_squared" | "element_sum" | "element_product") => scalar(),
        (Form::Vector(_), "max_element" | "min_element") => scalar(),
        (Form::Vector(2), "perp_dot") => scalar(),
        (Form::Vector(3), "angle_between") => scalar(),
        (Form::Vector(_) | Form::Quaternion, "to_array") => {
            let n = if let Form::Vector(n) = of.form { n } else { 4 };
            Some(Out::Numbers(n).into())
        }
        (Form::Vector(2), "perp") | (Form::Vector(3), "cross") => same(),
        (Form::Vector(_), "abs" | "recip" | "exp" | "min" | "max" | "clamp" | "lerp" | "powf") => same(),
        (Form::Vector(_), "reflect" | "normalize_or_zero" | "project_onto" | "reject_from") => same(),
        (Form::Vector(_) | Form::Quaternion, "normalize") => same(),
        (Form::Vector(n @ (2 | 3)), "extend") => vector(n + 1),
        (Form::Vector(n @ (3 | 4)), "truncate") => vector(n - 1),
        (Form::Vector(3 | 4), "xy" | "yz" | "xz") => vector(2),
        (Form::Vector(4), "xyz") | (Form::Quaternion, "xyz") => vector(3),
        (Form::Quaternion, "conjugate" | "inverse" | "mul_quat") => same(),
        (Form::Quaternion, "mul_vec3") => vector(3),
        (Form::Square(_), "transpose" | "inverse") => same(),
        (Form::Square(_), "determinant") => scalar(),
        (Form::Square(4), "to_cols_array") => Some(Out::Numbers(16).into()),
        (Form::Square(2), "mul_vec2") => vector(2),
        (Form::Square(3), "mul_vec3") => vector(3),
        (Form::Square(4), "mul_vec4") => vector(4),
        (Form::Square(4), "transform_point3" | "transform_vector3" | "project_point3") => vector(3),
        _ => None,
    }
}

/// The functions with derivatives.
pub fn arguments(of: &Linear, name: &str, number: usize) -> Option<Arguments> {
    use Arguments::*;
    match (&of.form, name, number) {
        (Form::Vector(_), "new", 1..) => Some(Gathered),
        (Form::Quaternion, "from_xyzw", 4) => Some(Gathered),
        (Form::Vector(_), "splat" | "from_array", 1) => Some(Apart),
        (Form::Square(n), "from_cols", k) if *n == k => Some(if k == 4 { Gathered } else { Apart }),
        (Form::Square(_), "from_diagonal" | "from_cols_array" | "from_cols_array_2d", 1) => Some(Apart),
        (Form::Square(2), "from_angle", 1) => Some(Apart),
        (
            Form::Square(3 | 4) | Form::Quaternion,
            "from_rotation_x" | "from_rotation_y" | "from_rotation_z",
            1,
        ) => Some(Apart),
        (Form::Square(4), "from_translation" | "from_scale", 1) => Some(Apart),
        (Form::Square(4), "look_at_rh" | "look_at_lh", 3) => Some(Apart),
        (Form::Square(3 | 4), "from_quat", 1) => Some(Apart),
        (Form::Quaternion, "from_scaled_axis", 1) | (Form::Quaternion, "from_axis_angle", 2) => Some(Apart),
        _ => None,
    }
}

/// What is in a field.
pub fn field(form: &Form, name: &str) -> Option<Out> {
    match (form, name) {
        (Form::Vector(_) | Form::Quaternion, "x" | "y" | "z" | "w") => Some(Out::Scalar),
        (Form::Square(n), "x_axis" | "y_axis" | "z_axis" | "w_axis") => Some(Out::Linear(Form::Vector(*n))),
        _ => None,
    }
}
