//! What the operations of `ndarray` give.

use super::types::{Arguments, Form, Linear, Method, Out};

/// Functions that work on each number alone.
const ELEMENTWISE: [&str; 15] = [
    "exp", "exp2", "ln", "log2", "log10", "sqrt", "cbrt", "abs", "sin", "cos", "tan", "recip", "pow2",
    "powf", "powi",
];

/// What `a ∘ b` gives: where one has fewer axes, it is repeated along the others.
pub fn operator(a: &Form, b: &Form) -> Option<Form> {
    match (a, b) {
        (Form::Array(n), Form::Array(m)) => Some(Form::Array(*n.max(m))),
        _ => None,
    }
}

/// What a method gives.
pub fn method(of: &Linear, name: &str, arg: Option<&Linear>) -> Option<Method> {
    let Form::Array(n) = of.form else { return None };
    let array = |n: usize| Some(Method::from(Out::Linear(Form::Array(n))));
    let scalar = || Some(Method::from(Out::Scalar));
    match name {
        "sum" | "product" => scalar(),
        "mean" => scalar().map(Method::fallible),
        "var" | "std" => scalar().map(Method::constant),
        "dot" => match (n, &arg?.form) {
            (1, Form::Array(1)) => scalar(),
            (2, Form::Array(m)) => array(*m),
            (_, Form::Array(_)) => array(1),
            _ => None,
        },
        "powi" => array(n).map(Method::constant),
        _ if ELEMENTWISE.contains(&name) => array(n),
        "t" | "view" | "reversed_axes" | "to_owned" | "into_owned" => array(n).map(Method::view),
        "row" | "column" if n == 2 => array(1).map(Method::view),
        "diag" if n == 2 => array(1).map(Method::view),
        "sum_axis" if n == 2 => array(1).map(Method::constant),
        "mean_axis" if n == 2 => array(1).map(|m| m.constant().fallible()),
        "insert_axis" if n == 1 => array(2).map(|m| m.constant().by_rule()),
        "to_vec" if n == 1 => Some(Method::from(Out::List).by_rule()),
        "as_slice" => Some(Method::from(Out::List).by_rule().fallible()),
        "len" | "nrows" | "ncols" | "ndim" => Some(Out::Counts(1).into()),
        "dim" => Some(Out::Counts(n).into()),
        "shape" => Some(Out::Sizes.into()),
        "raw_dim" => Some(Out::Passive.into()),
        "is_empty" => Some(Out::Bool.into()),
        _ => None,
    }
}

/// The functions with derivatives.
pub fn arguments(of: &Linear, name: &str, number: usize) -> Option<Arguments> {
    use Arguments::*;
    match (&of.form, name, number) {
        (Form::Array(1), "from_vec" | "from", 1) | (Form::Array(2), "from", 1) => Some(Listed),
        (Form::Array(2), "from_diag", 1) => Some(Apart),
        (Form::Array(_), "from_elem", 2) => Some(Shaped),
        _ => None,
    }
}
