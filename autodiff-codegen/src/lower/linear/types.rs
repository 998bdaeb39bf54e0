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
    /// `UnitComplex`
    UnitComplex,
    /// `Point2`, `Point3`
    Point(usize),
    /// `Isometry3`
    Isometry(usize),
    /// `LU`, of a square matrix
    Lu(String),
    /// `Cholesky`, of a square matrix
    Cholesky(String),
    /// Of `ndarray`, with so many axes.
    Array(usize),
}

/// What an operation gives.
pub enum Out {
    /// A number.
    Scalar,
    /// A type with the same numbers.
    Linear(Form),
    /// An array of so many numbers.
    Numbers(usize),
    /// A `Vec` of numbers, or what the user's code has as a slice.
    List,
    /// So many lengths or indices.
    Counts(usize),
    /// A slice of lengths.
    Sizes,
    /// `true` or `false`.
    Bool,
    /// Something else that no derivative flows through.
    Passive,
}

/// The length of vectors whose length only the run knows.
pub const DYN: &str = "Dyn";

impl Linear {
    /// By its name and arguments.
    pub fn of(library: Library, name: &str, arguments: &syn::PathArguments) -> Option<Linear> {
        let lifetime = |a: &&syn::GenericArgument| matches!(a, syn::GenericArgument::Lifetime(_));
        let arguments: Vec<TokenStream> = match arguments {
            syn::PathArguments::AngleBracketed(a) => {
                a.args.iter().filter(|a| !lifetime(a)).map(ToTokens::to_token_stream).collect()
            }
            _ => Vec::new(),
        };
        let first = || arguments.first().cloned().unwrap_or_else(|| quote!(_));
        let (form, scalar) = match library {
            Library::Glam => {
                let double = name.starts_with('D');
                (glam(name.trim_start_matches('D'))?, if double { quote!(f64) } else { quote!(f32) })
            }
            Library::Nalgebra => (nalgebra(name, &arguments)?, first()),
            Library::Ndarray => (Form::Array(if name.ends_with('1') { 1 } else { 2 }), first()),
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
            Form::UnitComplex => ("UnitComplex".into(), vec![t]),
            Form::Point(n) => (format!("Point{n}"), vec![t]),
            Form::Isometry(n) => (format!("Isometry{n}"), vec![t]),
            Form::Lu(n) => factored("Lu", n, t),
            Form::Cholesky(n) => factored("Cholesky", n, t),
            Form::Array(n) => (format!("Array{n}"), vec![t]),
        })
    }
}

/// A factorisation, as the run-time half calls it.
fn factored(name: &str, n: &str, t: TokenStream) -> (String, Vec<TokenStream>) {
    match n {
        DYN => (format!("{name}Dyn"), vec![t]),
        n => (format!("{name}Const"), vec![t, n.parse().unwrap_or_default()]),
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
        "UnitComplex" => Some(Form::UnitComplex),
        "Point2" => Some(Form::Point(2)),
        "Point3" => Some(Form::Point(3)),
        "Isometry3" => Some(Form::Isometry(3)),
        "LuDyn" => Some(Form::Lu(DYN.into())),
        "LuConst" => Some(Form::Lu(argument(1)?)),
        "CholeskyDyn" => Some(Form::Cholesky(DYN.into())),
        "CholeskyConst" => Some(Form::Cholesky(argument(1)?)),
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

/// What a method gives, and how it is called.
pub struct Method {
    /// The result.
    pub out: Out,
    /// Whether its arguments have no derivatives: indices, axes.
    pub constant: bool,
    /// Whether its value is an `Option`.
    pub fallible: bool,
    /// Whether its value is that of its rule, because the user's own is of another type.
    pub by_rule: bool,
}

impl From<Out> for Method {
    fn from(out: Out) -> Method {
        Method { out, constant: false, fallible: false, by_rule: false }
    }
}

impl Method {
    /// With arguments that have no derivatives.
    pub fn constant(self) -> Method {
        Method { constant: true, ..self }
    }

    /// With an `Option` for a result.
    pub fn fallible(self) -> Method {
        Method { fallible: true, ..self }
    }

    /// With the value of its rule.
    pub fn by_rule(self) -> Method {
        Method { by_rule: true, ..self }
    }

    /// A view, which the rule makes a value of its own of.
    pub fn view(self) -> Method {
        self.constant().by_rule()
    }
}

/// What the arguments of a function become, if the function is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arguments {
    /// They are handed over as one array.
    Gathered,
    /// They are handed over as they are.
    Apart,
    /// The one is handed over as a slice.
    Listed,
    /// The first one is a shape, which has no derivative.
    Shaped,
}

/// What `a ∘ b` gives; an operand without a form is a number.
pub fn operator(library: Library, sign: char, a: Option<&Form>, b: Option<&Form>) -> Option<Form> {
    use Form::*;
    let own = |a: &Form, b: &Form| match library {
        Library::Glam => super::glam::operator(sign, a, b),
        Library::Nalgebra => super::nalgebra::operator(sign, a, b),
        Library::Ndarray => super::ndarray::operator(a, b),
    };
    Some(match (sign, a, b) {
        ('-', Some(Point(n)), Some(Point(_))) => Matrix(n.to_string(), "1".into()),
        (_, Some(a @ Array(_)), Some(b)) => return own(a, b),
        ('+' | '-', Some(a), Some(_)) => a.clone(),
        ('+' | '-', Some(a), None) if library != Library::Nalgebra => a.clone(),
        ('*' | '/', Some(a), None) => a.clone(),
        ('+' | '-' | '*' | '/', None, Some(b)) => b.clone(),
        (_, Some(a), Some(b)) => return own(a, b),
        _ => return None,
    })
}

/// What a method gives.
pub fn method(of: &Linear, name: &str, arg: Option<&Linear>) -> Option<Method> {
    match of.library {
        Library::Glam => super::glam::method(of, name),
        Library::Nalgebra => super::nalgebra::method(of, name, arg),
        Library::Ndarray => super::ndarray::method(of, name, arg),
    }
}

/// The functions with derivatives.
pub fn arguments(of: &Linear, name: &str, number: usize) -> Option<Arguments> {
    match of.library {
        Library::Glam => super::glam::arguments(of, name, number),
        Library::Nalgebra => super::nalgebra::arguments(of, name, number),
        Library::Ndarray => super::ndarray::arguments(of, name, number),
    }
}

/// Functions that return their own type, without a derivative where there is no rule.
const MAKERS: [&str; 20] = [
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
    "origin",
];

/// Whether a function returns its own type, with a derivative or without.
pub fn function(of: &Linear, name: &str) -> bool {
    MAKERS.contains(&name) || (1..5).any(|n| arguments(of, name, n).is_some())
}

/// What is in a field.
pub fn field(of: &Linear, name: &str) -> Option<Out> {
    match of.library {
        Library::Glam => super::glam::field(&of.form, name),
        Library::Nalgebra => super::nalgebra::field(&of.form, name),
        Library::Ndarray => None,
    }
}
