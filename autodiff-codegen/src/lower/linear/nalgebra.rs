//! What the operations of `nalgebra` give.

use super::types::{Arguments, DYN, Form, Linear, Method, Out};

/// A matrix with as many rows and columns as these texts say.
fn matrix(r: &str, c: &str) -> Form {
    Form::Matrix(r.into(), c.into())
}

fn vector(n: usize) -> Form {
    matrix(&n.to_string(), "1")
}

/// What `a ∘ b` gives, where it is none of what all libraries have.
pub fn operator(sign: char, a: &Form, b: &Form) -> Option<Form> {
    use Form::*;
    Some(match (sign, a, b) {
        ('*', Matrix(r, _), Matrix(_, c)) => matrix(r, c),
        ('*', Rotation(_) | UnitQuaternion | UnitComplex | Isometry(_), b) => b.clone(),
        _ => return None,
    })
}

/// What a method gives.
pub fn method(of: &Linear, name: &str, arg: Option<&Linear>) -> Option<Method> {
    let linear = |form: Form| Some(Method::from(Out::Linear(form)));
    let same = || linear(of.form.clone());
    let scalar = || Some(Method::from(Out::Scalar));
    match (&of.form, name) {
        (Form::Matrix(..), "dot" | "norm" | "norm_squared" | "magnitude" | "magnitude_squared") => scalar(),
        (Form::Matrix(..), "sum" | "metric_distance" | "trace" | "determinant" | "mean" | "product") => {
            scalar()
        }
        (Form::Matrix(..), "max" | "min" | "amax" | "amin") => scalar(),
        (Form::Matrix(..), "normalize" | "component_mul" | "component_div" | "cross" | "scale") => same(),
        (Form::Matrix(..), "abs" | "add_scalar" | "lerp" | "unscale") => same(),
        (Form::Matrix(..), "try_inverse") => same().map(Method::fallible),
        (Form::Matrix(r, c), "transpose") => linear(matrix(c, r)),
        (Form::Matrix(_, c), "tr_mul") => match &arg?.form {
            Form::Matrix(_, columns) => linear(matrix(c, columns)),
            _ => None,
        },
        (Form::Matrix(r, _), "column") => linear(matrix(r, "1")).map(Method::view),
        (Form::Matrix(_, c), "row") => linear(matrix("1", c)).map(Method::view),
        (Form::Matrix(r, c), "diagonal") if r == c => linear(matrix(r, "1")),
        (Form::Matrix(..), "xy" | "yz" | "xz") => linear(vector(2)),
        (Form::Matrix(..), "xyz") => linear(vector(3)),
        (Form::Matrix(..), "cross_matrix") => linear(matrix("3", "3")),
        (Form::Matrix(..), "as_slice") => Some(Method::from(Out::List).by_rule()),
        (Form::Matrix(..), "len" | "nrows" | "ncols") => Some(Out::Counts(1).into()),
        (Form::Matrix(..), "shape") => Some(Out::Counts(2).into()),
        (Form::Matrix(..), "is_empty" | "is_square") => Some(Out::Bool.into()),
        (Form::Matrix(n, m), "lu") if n == m => linear(Form::Lu(n.clone())).map(Method::by_rule),
        (Form::Matrix(n, m), "cholesky") if n == m => {
            linear(Form::Cholesky(n.clone())).map(|m| m.by_rule().fallible())
        }
        (Form::Lu(_), "solve") => linear(arg?.form.clone()).map(Method::fallible),
        (Form::Cholesky(_), "solve") => linear(arg?.form.clone()),
        (Form::Lu(_) | Form::Cholesky(_), "determinant") => scalar(),
        (Form::Cholesky(n), "inverse") => linear(matrix(n, n)),
        (Form::Rotation(_), "inverse" | "transpose") => same(),
        (Form::Rotation(n), "matrix" | "into_inner") => linear(matrix(n, n)).map(Method::by_rule),
        (Form::UnitQuaternion | Form::UnitComplex, "inverse" | "conjugate") => same(),
        (Form::Isometry(_), "inverse") => same(),
        (Form::UnitQuaternion, "to_rotation_matrix") => linear(Form::Rotation("3".into())),
        (Form::Rotation(n), "angle") if n == "2" => scalar(),
        (Form::UnitQuaternion | Form::UnitComplex, "angle") => scalar(),
        (Form::UnitQuaternion, "scaled_axis") => linear(vector(3)),
        (
            Form::Rotation(_) | Form::UnitQuaternion | Form::UnitComplex | Form::Isometry(_),
            "transform_vector" | "transform_point" | "inverse_transform_vector" | "inverse_transform_point",
        ) => linear(arg?.form.clone()),
        _ => None,
    }
}

/// The functions with derivatives.
pub fn arguments(of: &Linear, name: &str, number: usize) -> Option<Arguments> {
    use Arguments::*;
    match (&of.form, name, number) {
        (Form::Matrix(..) | Form::Point(_), "new", 1..) => Some(Gathered),
        (Form::Matrix(..), "from_row_slice" | "from_column_slice" | "from_diagonal", 1) => Some(Apart),
        (Form::Matrix(..), "repeat" | "from_element" | "from", 1) => Some(Apart),
        (Form::Matrix(r, c), "from_vec", 1) if r == DYN && c == "1" => Some(Listed),
        (Form::Matrix(..), "from_columns" | "from_rows", 1) => Some(Apart),
        (Form::Rotation(_) | Form::UnitQuaternion | Form::UnitComplex, "new", 1) => Some(Apart),
        (Form::Rotation(_) | Form::UnitQuaternion, "from_scaled_axis", 1) => Some(Apart),
        (Form::Rotation(_) | Form::UnitQuaternion, "from_axis_angle", 2) => Some(Apart),
        (Form::Rotation(_) | Form::UnitQuaternion, "from_euler_angles", 3) => Some(Apart),
        (Form::Isometry(_), "new", 2) => Some(Apart),
        (Form::Point(_), "from", 1) => Some(Apart),
        _ => None,
    }
}

/// What is in a field.
pub fn field(form: &Form, name: &str) -> Option<Out> {
    let element = name.strip_prefix('m').is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()));
    match (form, name) {
        (Form::Matrix(..) | Form::Point(_), "x" | "y" | "z" | "w" | "a" | "b") => Some(Out::Scalar),
        (Form::Matrix(..), _) if element => Some(Out::Scalar),
        (Form::UnitQuaternion, "i" | "j" | "k" | "w") | (Form::UnitComplex, "re" | "im") => Some(Out::Scalar),
        (Form::UnitQuaternion, "coords") => Some(Out::Linear(vector(4))),
        (Form::Point(n), "coords") => Some(Out::Linear(vector(*n))),
        _ => None,
    }
}
