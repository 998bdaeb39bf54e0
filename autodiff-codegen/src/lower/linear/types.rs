//! What the operations of linear algebra give, by the forms of what they are given.

use crate::known::Library;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// A type of linear algebra.
#[derive(Clone, Debug)]
pub struct Linear {
    /// Whose.
    pub library: Library,
    /// What it is.
    pub form: Form,
    /// The numbers in it; `_` if only rustc knows.
    pub scalar: TokenStream,
}

/// What a type is, its numbers aside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Form {
    /// Of `glam`, a vector.
    Vector(usize),
    /// Of `glam`, a square matrix.
    Square(usize),
    /// Of `glam`, a quaternion.
    Quaternion,
    /// Of `nalgebra`, a matrix or vector, with its numbers of rows and columns as text.
    Matrix(String, String),
    /// Of `nalgebra`, a rotation matrix.
    Rotation(String),
    /// `UnitQuaternion`
    UnitQuaternion,
    /// `Point3`
    Point,
    /// Of `ndarray`, with so many axes.
    Array(usize),
}

/// What an operation gives.
pub enum Out {
    /// A number.
    Scalar,
    /// A type with the same numbers.
    Linear(Form),
}

/// The length of vectors whose length only the run knows.
const DYN: &str = "Dyn";

impl Linear {
    /// By its name and arguments.
    pub fn of(library: Library, name: &str, arguments: &syn::PathArguments) -> Option<Linear> {
        let arguments: Vec<TokenStream> = match arguments {
            syn::PathArguments::AngleBracketed(a) => a.args.iter().map(ToTokens::to_token_stream).collect(),
            _ => Vec::new(),
        };
        let first = || arguments.first().cloned().unwrap_or_else(|| quote!(_));
        let (form, scalar) = match library {
            Library::Glam => {
                let double = name.starts_with('D');
                (glam(name.trim_start_matches('D'))?, if double { quote!(f64) } else { quote!(f32) })
            }
            Library::Nalgebra => (nalgebra(name, &arguments)?, first()),
            Library::Ndarray => (Form::Array(if name == "Array1" { 1 } else { 2 }), first()),
        };
        Some(Linear { library, form, scalar })
    }

    /// Its name and arguments.
    pub fn written(&self) -> Option<(String, Vec<TokenStream>)> {
        let t = self.scalar.clone();
        let size = |n: &str| n.parse::<TokenStream>().unwrap_or_default();
        let prefix = if t.to_string() == "f64" { "D" } else { "" };
        Some(match &self.form {
            Form::Vector(n) => (format!("{prefix}Vec{n}"), Vec::new()),
            Form::Square(n) => (format!("{prefix}Mat{n}"), Vec::new()),
            Form::Quaternion => (format!("{prefix}Quat"), Vec::new()),
            Form::Matrix(r, c) => match (r.as_str(), c.as_str()) {
                (DYN, DYN) => ("DMatrix".into(), vec![t]),
                (DYN, "1") => ("DVector".into(), vec![t]),
                ("1", DYN) => ("RowDVector".into(), vec![t]),
                (DYN, _) | (_, DYN) => return None,
                (r, c) => ("SMatrix".into(), vec![t, size(r), size(c)]),
            },
            Form::Rotation(n) => ("Rotation".into(), vec![t, size(n)]),
            Form::UnitQuaternion => ("UnitQuaternion".into(), vec![t]),
            Form::Point => ("Point3".into(), vec![t]),
            Form::Array(n) => (format!("Array{n}"), vec![t]),
        })
    }
}

fn glam(name: &str) -> Option<Form> {
    let size = |n: &str| n.parse::<usize>().ok();
    match (name.strip_prefix("Vec"), name.strip_prefix("Mat")) {
        (Some(n), _) => Some(Form::Vector(size(n)?)),
        (_, Some(n)) => Some(Form::Square(size(n)?)),
        _ => (name == "Quat").then_some(Form::Quaternion),
    }
}

fn nalgebra(name: &str, arguments: &[TokenStream]) -> Option<Form> {
    let matrix = |r: &str, c: &str| Some(Form::Matrix(r.to_string(), c.to_string()));
    let argument = |i: usize| {
        let text = arguments.get(i).map(|t| t.to_string())?;
        Some(text.trim_start_matches('{').trim_end_matches('}').trim().to_string())
    };
    match name {
        "SVector" => matrix(&argument(1)?, "1"),
        "RowSVector" => matrix("1", &argument(1)?),
        "SMatrix" => matrix(&argument(1)?, &argument(2)?),
        "DVector" => matrix(DYN, "1"),
        "RowDVector" => matrix("1", DYN),
        "DMatrix" => matrix(DYN, DYN),
        "Rotation" => Some(Form::Rotation(argument(1)?)),
        "Rotation2" => Some(Form::Rotation("2".into())),
        "Rotation3" => Some(Form::Rotation("3".into())),
        "UnitQuaternion" => Some(Form::UnitQuaternion),
        "Point3" => Some(Form::Point),
        _ => {
            if let Some(n) = name.strip_prefix("RowVector") {
                return matrix("1", n);
            }
            if let Some(n) = name.strip_prefix("Vector") {
                return matrix(n, "1");
            }
            let size = name.strip_prefix("Matrix")?;
            let (r, c) = size.split_once('x').unwrap_or((size, size));
            matrix(r, c)
        }
    }
}

/// What `a ∘ b` gives; an operand without a form is a number.
pub fn operator(library: Library, sign: char, a: Option<&Form>, b: Option<&Form>) -> Option<Form> {
    use Form::*;
    Some(match (sign, a, b) {
        ('-', Some(Point), Some(Point)) => Matrix("3".into(), "1".into()),
        ('+' | '-', Some(a), Some(_)) => a.clone(),
        ('+' | '-', Some(a), None) if library != Library::Nalgebra => a.clone(),
        ('*' | '/', Some(a), None) => a.clone(),
        ('+' | '-' | '*' | '/', None, Some(b)) => b.clone(),
        ('*' | '/', Some(Vector(n)), Some(Vector(_))) => Vector(*n),
        ('*' | '/', Some(Array(n)), Some(Array(_))) => Array(*n),
        ('*', Some(Square(n)), Some(Vector(_))) => Vector(*n),
        ('*', Some(Square(n)), Some(Square(_))) => Square(*n),
        ('*', Some(Quaternion), Some(b)) => b.clone(),
        ('*', Some(Matrix(r, _)), Some(Matrix(_, c))) => Matrix(r.clone(), c.clone()),
        ('*', Some(Rotation(_) | UnitQuaternion), Some(b)) => b.clone(),
        _ => return None,
    })
}

/// What a method gives.
pub fn method(of: &Linear, name: &str, arg: Option<&Linear>) -> Option<Out> {
    let same = || Some(Out::Linear(of.form.clone()));
    match (&of.form, name) {
        (Form::Vector(_) | Form::Quaternion, "dot" | "length" | "length_squared") => Some(Out::Scalar),
        (Form::Vector(_), "distance" | "distance_squared" | "element_sum") => Some(Out::Scalar),
        (Form::Vector(2), "perp_dot") => Some(Out::Scalar),
        (Form::Vector(2), "perp") | (Form::Vector(3), "cross") => same(),
        (Form::Vector(_) | Form::Quaternion, "normalize") => same(),
        (Form::Vector(n @ (2 | 3)), "extend") => Some(Out::Linear(Form::Vector(n + 1))),
        (Form::Vector(n @ (3 | 4)), "truncate") => Some(Out::Linear(Form::Vector(n - 1))),
        (Form::Quaternion, "conjugate" | "inverse" | "mul_quat") => same(),
        (Form::Quaternion, "mul_vec3") => Some(Out::Linear(Form::Vector(3))),
        (Form::Square(_), "transpose" | "inverse") => same(),
        (Form::Square(_), "determinant") => Some(Out::Scalar),
        (Form::Square(2), "mul_vec2") => Some(Out::Linear(Form::Vector(2))),
        (Form::Square(3), "mul_vec3") => Some(Out::Linear(Form::Vector(3))),
        (Form::Square(4), "mul_vec4") => Some(Out::Linear(Form::Vector(4))),
        (Form::Matrix(..), "dot" | "norm" | "norm_squared" | "magnitude" | "magnitude_squared") => {
            Some(Out::Scalar)
        }
        (Form::Matrix(..), "sum" | "metric_distance" | "trace" | "determinant") => Some(Out::Scalar),
        (Form::Matrix(..), "normalize" | "component_mul" | "component_div" | "cross" | "scale") => same(),
        (Form::Matrix(..), "try_inverse") => same(),
        (Form::Matrix(r, c), "transpose") => Some(Out::Linear(Form::Matrix(c.clone(), r.clone()))),
        (Form::Rotation(_), "inverse" | "transpose") => same(),
        (Form::UnitQuaternion, "inverse" | "conjugate") => same(),
        (Form::UnitQuaternion, "to_rotation_matrix") => Some(Out::Linear(Form::Rotation("3".into()))),
        (Form::Rotation(_) | Form::UnitQuaternion, "transform_vector" | "transform_point") => {
            arg.map(|arg| Out::Linear(arg.form.clone()))
        }
        (Form::Array(_), "sum") => Some(Out::Scalar),
        (Form::Array(n), "dot") => match (n, &arg?.form) {
            (1, Form::Array(1)) => Some(Out::Scalar),
            (2, Form::Array(m)) => Some(Out::Linear(Form::Array(*m))),
            (_, Form::Array(_)) => Some(Out::Linear(Form::Array(1))),
            _ => None,
        },
        _ => None,
    }
}

/// What the arguments of a function become, if the function is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arguments {
    /// They are numbers, handed over as one array.
    Gathered,
    /// They are handed over as they are.
    Apart,
}

/// The functions with derivatives.
pub fn arguments(of: &Linear, name: &str, number: usize) -> Option<Arguments> {
    use Arguments::*;
    match (&of.form, name, number) {
        (Form::Vector(_) | Form::Matrix(..) | Form::Point, "new", 1..) => Some(Gathered),
        (Form::Quaternion, "from_xyzw", 4) => Some(Gathered),
        (Form::Vector(_), "splat" | "from_array", 1) => Some(Apart),
        (Form::Square(2), "from_cols", 2) => Some(Apart),
        (Form::Square(3), "from_cols", 3) => Some(Apart),
        (Form::Square(_), "from_diagonal" | "from_cols_array" | "from_cols_array_2d", 1) => Some(Apart),
        (Form::Square(2), "from_angle", 1) => Some(Apart),
        (
            Form::Square(3) | Form::Quaternion,
            "from_rotation_x" | "from_rotation_y" | "from_rotation_z",
            1,
        ) => Some(Apart),
        (Form::Quaternion, "from_scaled_axis", 1) | (Form::Quaternion, "from_axis_angle", 2) => Some(Apart),
        (Form::Matrix(..), "from_row_slice" | "from_column_slice" | "from_diagonal", 1) => Some(Apart),
        (Form::Matrix(..), "repeat" | "from_element", 1) => Some(Apart),
        (Form::Rotation(_) | Form::UnitQuaternion, "new", 1) => Some(Apart),
        (Form::Rotation(_) | Form::UnitQuaternion, "from_scaled_axis", 1) => Some(Apart),
        (Form::Rotation(_), "from_euler_angles", 3) => Some(Apart),
        (Form::Point, "from", 1) => Some(Apart),
        (Form::Array(1), "from_vec", 1) => Some(Apart),
        (Form::Matrix(r, c), "from_vec", 1) if r == DYN && c == "1" => Some(Apart),
        _ => None,
    }
}

/// Whether a function returns its own type, with a derivative or without.
pub fn function(of: &Linear, name: &str) -> bool {
    let passive = [
        "zeros",
        "identity",
        "from_element",
        "repeat",
        "ones",
        "eye",
        "default",
        "from_fn",
        "zero",
        "from_elem",
        "x",
        "y",
        "z",
        "from_vec",
        "from_iterator",
        "from_partial_diagonal",
        "from_columns",
        "from_rows",
        "from_diagonal_element",
    ];
    passive.contains(&name) || (1..5).any(|n| arguments(of, name, n).is_some())
}

/// What is in a field.
pub fn field(of: &Linear, name: &str) -> Option<Out> {
    let number = matches!(of.form, Form::Vector(_) | Form::Quaternion | Form::Matrix(..) | Form::Point);
    let element = name.strip_prefix('m').is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()));
    match (&of.form, name) {
        (_, "x" | "y" | "z" | "w" | "a" | "b") if number => Some(Out::Scalar),
        (Form::Matrix(..), _) if element => Some(Out::Scalar),
        (Form::Square(n), "x_axis" | "y_axis" | "z_axis" | "w_axis") => Some(Out::Linear(Form::Vector(*n))),
        (Form::Point, "coords") => Some(Out::Linear(Form::Matrix("3".into(), "1".into()))),
        _ => None,
    }
}
